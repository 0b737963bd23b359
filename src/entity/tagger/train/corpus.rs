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
    Habit { prefix: "voa", weight: 6, groups: false },
    Habit { prefix: "redocred", weight: 10, groups: true },
    Habit { prefix: "wikigold", weight: 10, groups: true },
    Habit { prefix: "crossner", weight: 10, groups: true },
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
                lay(&text.labels[sentence.clone()], &document.words[sentence.clone()], &mut gold[sentence.clone()]);
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
fn lay(labels: &[&str], words: &[Word], gold: &mut [TagSet]) {
    let mut at = 0;
    while at < labels.len() {
        let start = at;
        at += 1;
        let Some((_, kind)) = labels[start].split_once('-') else { continue };
        while labels.get(at).and_then(|label| label.strip_prefix("I-")) == Some(kind) {
            at += 1;
        }
        let Some(label) = label_of(kind) else { continue };
        // `the United States` is a name without its article.
        let name = start + words[start..at - 1].iter().take_while(|word| word.plain).count()..at;
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
