//! Owns the training format: `token<TAB>label` lines, a blank line between sentences, `-DOCSTART-<TAB>O` between documents.

/// The token that opens a document.
pub const DOCUMENT_START: &str = "-DOCSTART-";

/// One line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// `-DOCSTART-`: a document starts.
    Start,
    /// A sentence ends.
    Blank,
    /// A word and its label, `O` where the line has none.
    Word { word: &'a str, label: &'a str },
}

/// The lines of a file.
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines().map(|line| match line.split_once('\t').unwrap_or((line, "O")) {
        (DOCUMENT_START, _) => Line::Start,
        (word, _) if word.trim().is_empty() => Line::Blank,
        (word, label) => Line::Word { word, label: label.trim() },
    })
}

/// The documents of a file.
#[must_use]
pub fn parse(text: &str) -> Vec<Document<'_>> {
    let mut documents = vec![Document::default()];
    for line in lines(text) {
        if line == Line::Start {
            documents.push(Document::default());
        }
        let document = documents.last_mut().expect("starts with one");
        match line {
            Line::Word { word, label } => {
                document.words.push(word);
                document.labels.push(label);
            }
            Line::Start | Line::Blank => document.end_sentence(),
        }
    }
    documents.iter_mut().for_each(Document::end_sentence);
    documents.retain(|document| !document.words.is_empty());
    documents
}

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
    fn end_sentence(&mut self) {
        if self.ends.last().copied().unwrap_or(0) < self.words.len() {
            self.ends.push(self.words.len());
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
