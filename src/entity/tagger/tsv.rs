//! Owns the training format: `token<TAB>label` lines, a blank line between sentences, `-DOCSTART-<TAB>O` between documents.

/// The documents of a file.
#[must_use]
pub fn parse(text: &str) -> Vec<Document<'_>> {
    let mut documents = Vec::new();
    let mut document = Document::default();
    let mut start = 0;
    for line in text.lines() {
        let (word, label) = line.split_once('\t').unwrap_or((line, "O"));
        let boundary = word == DOCUMENT_START;
        if boundary || word.trim().is_empty() {
            document.end_sentence(&mut start);
            if boundary && !document.words.is_empty() {
                documents.push(std::mem::take(&mut document));
                start = 0;
            }
        } else {
            document.words.push(word);
            document.labels.push(label.trim());
        }
    }
    document.end_sentence(&mut start);
    if !document.words.is_empty() {
        documents.push(document);
    }
    documents
}

/// The token that opens a document.
pub const DOCUMENT_START: &str = "-DOCSTART-";

/// The words of one document, its labels as the file names them (`B-PER`), and where its sentences end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document<'a> {
    pub words: Vec<&'a str>,
    /// One for each word.
    pub labels: Vec<&'a str>,
    /// For each sentence the index after its last word; rising, the last one is the number of words.
    pub ends: Vec<usize>,
}

impl Document<'_> {
    fn end_sentence(&mut self, start: &mut usize) {
        if *start < self.words.len() {
            *start = self.words.len();
            self.ends.push(*start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_sentences_and_words() {
        let documents = parse("-DOCSTART-\tO\n\nAnn\tB-PER\nleft\tO\n\n\nOslo\tB-LOC\n-DOCSTART-\tO\nlast\tO\n");
        assert_eq!(
            documents,
            [
                Document { words: vec!["Ann", "left", "Oslo"], labels: vec!["B-PER", "O", "B-LOC"], ends: vec![2, 3] },
                Document { words: vec!["last"], labels: vec!["O"], ends: vec![1] },
            ]
        );
    }

    #[test]
    fn odd_lines() {
        assert_eq!(parse(""), []);
        assert_eq!(parse("\n\n-DOCSTART-\tO\n\n"), []);
        let documents = parse("bare\r\ntab\tB-ORG\r\n");
        assert_eq!(documents[0].words, ["bare", "tab"]);
        assert_eq!(documents[0].labels, ["O", "B-ORG"]);
    }
}
