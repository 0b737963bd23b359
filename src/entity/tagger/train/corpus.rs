//! Owns the reading of annotated text: what each file's labels mean, and what their absence means.

use std::collections::BTreeMap;

use super::super::decode::TagSet;
use super::super::document::Document;
use super::super::hash;
use super::super::label::{Label, Tag};
use super::super::lexicon::{Lexicon, Lists};
use super::super::tsv;
use super::super::word::Word;
use super::Source;

/// A document and the tags that its annotation admits for each word.
#[derive(Debug)]
pub(super) struct Annotated {
    pub(super) document: Document,
    /// Never empty, and within what the document has for possible.
    pub(super) gold: Vec<TagSet>,
    /// How much an error in it counts: 10 for annotation by people.
    pub(super) weight: i32,
}

/// How the files of a set annotate.
struct Habit {
    /// What the names of the set's files start with.
    prefix: &'static str,
    weight: i32,
    /// Whether groups are labelled. Where they are not, demonyms are groups all the same.
    groups: bool,
}

const HABITS: &[Habit] = &[
    Habit { prefix: "voa", weight: 8, groups: false },
    Habit { prefix: "redocred", weight: 10, groups: true },
    Habit { prefix: "wikigold", weight: 10, groups: true },
    Habit { prefix: "crossner", weight: 10, groups: true },
    // Contracts: every `Borrower` is a person there.
    Habit { prefix: "sec", weight: 2, groups: false },
];

/// Of a set that is not listed nothing but persons, organizations and places is relied upon.
const UNKNOWN: Habit = Habit { prefix: "", weight: 10, groups: false };

/// The documents of a file.
pub(super) fn read(source: &Source<'_>, lexicon: &Lexicon<'_>) -> Vec<Annotated> {
    let habit = HABITS.iter().find(|habit| source.name.starts_with(habit.prefix)).unwrap_or(&UNKNOWN);
    tsv::parse(source.text)
        .iter()
        .map(|text| {
            let document = Document::look(&text.words, &text.ends, lexicon);
            let mut gold: Vec<TagSet> = document.words.iter().map(|word| unlabelled(word, habit)).collect();
            for sentence in &document.sentences {
                lay(
                    &text.words[sentence.clone()],
                    &text.labels[sentence.clone()],
                    &document.words[sentence.clone()],
                    &mut gold[sentence.clone()],
                );
            }
            for (gold, possible) in gold.iter_mut().zip(&document.possible) {
                // A name that the decoder cannot make is not worth breaking others for.
                *gold = Some(gold.and(*possible)).filter(|both| !both.is_empty()).unwrap_or(*possible);
            }
            for at in 1..gold.len() {
                // Where that cut a name in two, its rest is a name of its own.
                let rest = Label::ALL.into_iter().find(|&label| gold[at] == TagSet::of(Tag::inside(label)));
                if let Some(label) = rest
                    && !gold[at - 1].has(Tag::first(label))
                    && !gold[at - 1].has(Tag::inside(label))
                {
                    gold[at] = TagSet::of(Tag::first(label));
                }
            }
            Annotated { document, gold, weight: habit.weight }
        })
        .collect()
}

/// What a word without a label is.
fn unlabelled(word: &Word, habit: &Habit) -> TagSet {
    if !habit.groups && is_demonym(word) { TagSet::of(Tag::first(Label::Group)) } else { TagSet::OUTSIDE }
}

fn is_demonym(word: &Word) -> bool {
    word.case.is_capital() && word.lists.has(Lists::DEMONYM) && !word.lists.has(Lists::COUNTRY)
}

/// Lays the labels of a sentence over what its words can be.
fn lay(texts: &[&str], labels: &[&str], words: &[Word], gold: &mut [TagSet]) {
    let mut at = 0;
    while at < labels.len() {
        let start = at;
        at += 1;
        let Some((_, kind)) = labels[start].split_once('-') else { continue };
        while labels.get(at).and_then(|label| label.strip_prefix("I-")) == Some(kind) {
            at += 1;
        }
        let Some(label) = label_of(kind) else { continue };
        // `the United States` is a name without its article, and `President Obama` without his title.
        let before = (start..at - 1)
            .take_while(|&at| words[at].plain || texts[at] == "THE" || (label == Label::Person && is_title(texts[at])))
            .count();
        let name = start + before..at;
        let label = match label {
            _ if name.len() == 1 && is_demonym(&words[name.start]) => Label::Group,
            Label::Group if name.len() == 1 && words[name.start].lists.has(Lists::COUNTRY) => Label::Place,
            label => label,
        };
        gold[start..name.start].fill(TagSet::OUTSIDE);
        gold[name.clone()].fill(TagSet::of(Tag::inside(label)));
        gold[name.start] = TagSet::of(Tag::first(label));
    }
}

/// Some sets label titles along with the names after them, most do not.
fn is_title(word: &str) -> bool {
    matches!(
        word,
        "President"
            | "Mr"
            | "Mr."
            | "Mrs"
            | "Mrs."
            | "Ms"
            | "Ms."
            | "Dr"
            | "Dr."
            | "Sen"
            | "Sen."
            | "Rep."
            | "Gov."
            | "Gen."
            | "Col."
            | "Madam"
            | "Senator"
            | "Governor"
            | "Justice"
            | "Officer"
            | "Coach"
            | "Prime"
            | "Minister"
    )
}

fn label_of(kind: &str) -> Option<Label> {
    match kind {
        "PER" => Some(Label::Person),
        "ORG" => Some(Label::Organization),
        "LOC" => Some(Label::Place),
        "NORP" => Some(Label::Group),
        _ => None,
    }
}

/// The words without capitals and digits that stand inside names, between their first and last word, often enough.
pub(super) fn links(sources: &[Source<'_>]) -> Vec<u32> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for document in sources.iter().flat_map(|source| tsv::parse(source.text)) {
        for (labels, text) in document.labels.windows(2).zip(&document.words) {
            let inside = labels.iter().all(|label| matches!(*label, "I-PER" | "I-ORG" | "I-LOC"));
            if inside && !text.contains(|c: char| c.is_uppercase() || c.is_numeric()) {
                *counts.entry(hash::word(text.as_bytes())).or_default() += 1;
            }
        }
    }
    counts.into_iter().filter(|&(_, count)| count >= LINKED).map(|(word, _)| word).collect()
}

/// Fewer may be slips.
const LINKED: u32 = 5;

/// The words that the text has mostly in lower case, the first words of sentences not counted.
pub(super) fn mostly_lower(sources: &[Source<'_>]) -> Vec<u32> {
    let mut counts: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    for document in sources.iter().flat_map(|source| tsv::parse(source.text)) {
        for (at, text) in document.words.iter().enumerate() {
            if at > 0 && document.ends.binary_search(&at).is_err() && text.starts_with(char::is_alphabetic) {
                let (lower, all) = counts.entry(hash::word(text.to_lowercase().as_bytes())).or_default();
                *lower += u32::from(!text.contains(char::is_uppercase));
                *all += 1;
            }
        }
    }
    counts.into_iter().filter(|&(_, (lower, all))| lower >= 3 && lower * 10 >= all * 9).map(|(word, _)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::lexicon::Builder;
    use super::*;

    /// `text` holds word/label pairs; `expect` the tags that are learnt, joined by `|` where there are several.
    #[track_caller]
    fn check(file: &str, text: &str, expect: &str) {
        let mut builder = Builder::default();
        builder.add("Russian\nSwiss", Lists::DEMONYM);
        builder.add("Norway", Lists::COUNTRY);
        builder.add("of", Lists::LINK);
        let bytes = builder.build();
        let text = text.replace('/', "\t").replace(' ', "\n");
        let read = read(&Source { name: file, text: &text }, &Lexicon::new(&bytes).unwrap());
        let names = |set: &TagSet| Tag::all().filter(|tag| set.has(*tag)).map(Tag::name).collect::<Vec<_>>().join("|");
        assert_eq!(read[0].gold.iter().map(names).collect::<Vec<_>>().join(" "), expect, "{file}: {text}");
    }

    #[test]
    fn labels_become_tags() {
        check("x", "Ann/B-PER Lee/I-PER left/O Norway/B-LOC", "B-PER I-PER O B-LOC");
        check("x", "the/B-LOC Norway/I-LOC Bank/B-ORG of/I-ORG Oslo/I-ORG", "O B-LOC B-ORG I-ORG I-ORG");
        check("x", "President/B-PER Lee/I-PER met/O President/B-PER", "O B-PER O B-PER");
        check("x", "Expo/B-EVENT 12/B-DATE", "O O");
    }

    #[test]
    fn demonyms_are_groups_whatever_they_are_called() {
        check("x", "Russian/O men/O", "B-NORP O");
        check("wikigold", "Russian/O men/O", "O O");
        check("wikigold", "Russian/B-MISC men/O", "O O");
        check("x", "Swiss/B-LOC Norway/B-NORP", "B-NORP B-LOC");
    }

    #[test]
    fn a_name_that_the_decoder_cannot_make_is_cut() {
        check("x", "Bank/B-ORG upon/I-ORG Oslo/I-ORG", "B-ORG O B-ORG");
        check("x", "Yahoo/B-ORG !/I-ORG", "B-ORG O");
    }
}
