//! Owns the training format: `token<TAB>label` lines, a blank line between sentences, `-DOCSTART-<TAB>O` between documents.

use thiserror::Error;

/// The token that opens a document.
pub const DOCUMENT_START: &str = "-DOCSTART-";

/// One line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// `-DOCSTART-`: a document starts.
    Start,
    /// A sentence ends.
    Blank,
    /// A word and its label, `O` where the line has none. Blanks around either are not part of it; of more than two columns the first
    /// holds the word and the last the label, as CoNLL has them.
    Word { word: &'a str, label: &'a str },
}

/// The lines of a file.
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.strip_prefix('\u{feff}').unwrap_or(text).lines().map(line)
}

fn line(text: &str) -> Line<'_> {
    let mut columns = text.split('\t').map(str::trim);
    match (columns.next().unwrap_or_default(), columns.next_back().unwrap_or("O")) {
        (word, _) if word.split_ascii_whitespace().next() == Some(DOCUMENT_START) => Line::Start,
        ("", _) => Line::Blank,
        (word, label) => Line::Word { word, label },
    }
}

/// What of a line is not in the training format.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Malformed {
    #[error("line {line}: no tab before the label in {text:?}")]
    Separator { line: usize, text: String },
    #[error("line {line}: the word {word:?} has no label")]
    NoLabel { line: usize, word: String },
    #[error("line {line}: {label:?} is no label; a label is O, or B- or I- and a type, as in B-PER")]
    Label { line: usize, label: String },
    #[error("there are no words in it")]
    Empty,
}

/// Whether a file holds words to tag. Labels may be missing; what stands in the way is another separator than the tab, which would make
/// one word of a word and its label.
///
/// # Errors
/// The first line that has a label after a blank.
pub fn check_words(text: &str) -> Result<(), Malformed> {
    for (text, line) in text.lines().zip(1..) {
        let labelled = text.trim().rsplit_once(char::is_whitespace).is_some_and(|(_, last)| last != "O" && is_label(last));
        if labelled && !text.contains('\t') && !text.trim_start().starts_with(DOCUMENT_START) {
            return Err(Malformed::Separator { line, text: text.to_owned() });
        }
    }
    Ok(())
}

/// Whether a file holds words that all have a label: to learn from, or to be scored by.
///
/// # Errors
/// The first line whose label is missing or none, and a file without words.
pub fn check_labels(text: &str) -> Result<(), Malformed> {
    check_words(text)?;
    let mut words = 0;
    for (text, number) in text.lines().zip(1..) {
        let Line::Word { word, label } = line(text) else { continue };
        words += 1;
        if !text.contains('\t') {
            return Err(Malformed::NoLabel { line: number, word: word.to_owned() });
        }
        if !is_label(label) {
            return Err(Malformed::Label { line: number, label: label.to_owned() });
        }
    }
    if words == 0 { Err(Malformed::Empty) } else { Ok(()) }
}

fn is_label(text: &str) -> bool {
    text == "O" || text.strip_prefix("B-").or_else(|| text.strip_prefix("I-")).is_some_and(|kind| !kind.is_empty())
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
        assert_eq!(parse("-DOCSTART- -X- -X- O\n\n"), []);
        let documents = parse("\u{feff}bare\r\ntab\tB-ORG\r\n \t \r\n  wide \t B-PER \nmany\tNNP\tI-LOC\n1 1/2\tO\n");
        assert_eq!(documents[0].words, ["bare", "tab", "wide", "many", "1 1/2"]);
        assert_eq!(documents[0].labels, ["O", "B-ORG", "B-PER", "I-LOC", "O"]);
        assert_eq!(documents[0].ends, [2, 5]);
    }

    /// `words` and `labels` are what is wrong with the text as words to tag and as words with labels; empty for nothing.
    #[track_caller]
    fn check(text: &str, words: &str, labels: &str) {
        let said = |result: Result<(), Malformed>| result.err().map(|error| error.to_string()).unwrap_or_default();
        assert_eq!(said(check_words(text)), words, "words of {text:?}");
        assert_eq!(said(check_labels(text)), labels, "labels of {text:?}");
    }

    #[test]
    fn what_is_not_in_the_format_is_named_with_its_line() {
        check("-DOCSTART-\tO\r\n\r\nAnn\tB-PER\r\n", "", "");
        check("-DOCSTART- -X- -X- O\n\nAnn\tNNP\tB-PER\n", "", "");
        check("Ann\n", "", "line 1: the word \"Ann\" has no label");
        check("Ann\tB-PER\n\nleft\tVBD\n", "", "line 3: \"VBD\" is no label; a label is O, or B- or I- and a type, as in B-PER");
        check("Ann\tB-\n", "", "line 1: \"B-\" is no label; a label is O, or B- or I- and a type, as in B-PER");
        let blank = "line 2: no tab before the label in \"Ann B-PER\"";
        check("left\tO\nAnn B-PER\n", blank, blank);
        check("1 1/2\n", "", "line 1: the word \"1 1/2\" has no label");
        check("", "", "there are no words in it");
        check("\n-DOCSTART-\tO\n", "", "there are no words in it");
    }
}
