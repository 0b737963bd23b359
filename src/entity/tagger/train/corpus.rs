//! Owns the reading of annotated text: what each file's labels mean, and what their absence means.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::decode::TagSet;
use super::super::document::Document;
use super::super::hash;
use super::super::label::{Label, Tag};
use super::super::lexicon::{self, Lexicon, Lists};
use super::super::tsv;
use super::super::word::Word;
use super::Source;
use super::lists::Known;
use super::mend::Mender;

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
    /// Whether no person laid these labels over these words: see [`super::mend`].
    rough: bool,
}

const HABITS: &[Habit] = &[
    Habit { prefix: "voa", weight: 11, groups: false, rough: true },
    // Derived from entities of all kinds, nested: what stands inside another is lost.
    Habit { prefix: "gum", weight: 10, groups: false, rough: true },
    Habit { prefix: "redocred", weight: 10, groups: true, rough: false },
    Habit { prefix: "wikigold", weight: 10, groups: true, rough: false },
    Habit { prefix: "crossner", weight: 10, groups: true, rough: false },
    // Contracts: every `Borrower` is a person there.
    Habit { prefix: "sec", weight: 2, groups: false, rough: false },
];

/// Of a set that is not listed nothing but persons, organizations and places is relied upon.
const UNKNOWN: Habit = Habit { prefix: "", weight: 10, groups: false, rough: false };

/// The documents of a file.
pub(super) fn read(source: &Source<'_>, lexicon: &Lexicon<'_>) -> Vec<Annotated> {
    let known = Known::new();
    let habit = HABITS.iter().find(|habit| source.name.starts_with(habit.prefix)).unwrap_or(&UNKNOWN);
    tsv::parse(source.text)
        .iter()
        .map(|text| {
            let document = Document::look(&text.words, &text.ends, lexicon);
            let mut gold: Vec<TagSet> = document.words.iter().map(|word| unlabelled(word, habit)).collect();
            for sentence in &document.sentences {
                let (texts, words) = (&text.words[sentence.clone()], &document.words[sentence.clone()]);
                let mut names = marked(texts, &text.labels[sentence.clone()], words, habit);
                if habit.rough {
                    names = Mender { texts, words, lexicon, known: &known }.mend(names);
                }
                for name in names {
                    lay(&name, words, lexicon, &mut gold[sentence.clone()]);
                }
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

/// A name as a set labels it.
#[derive(Clone, Debug)]
pub(super) struct Marked {
    /// Never empty; indices into the sentence.
    pub(super) words: Range<usize>,
    pub(super) label: Label,
    /// What a name of one word may be just as well.
    pub(super) or: Option<Label>,
}

/// The names that a set labels in a sentence, without the articles and titles before them: `the United States`, `President Obama`.
fn marked(texts: &[&str], labels: &[&str], words: &[Word], habit: &Habit) -> Vec<Marked> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < labels.len() {
        let start = at;
        at += 1;
        let Some((_, kind)) = labels[start].split_once('-') else { continue };
        while labels.get(at).and_then(|label| label.strip_prefix("I-")) == Some(kind) {
            at += 1;
        }
        let Some(label) = label_of(kind) else { continue };
        let no_part = |&at: &usize| match texts[at] {
            "THE" => true,
            // Elsewhere it may belong to a name: `The Beatles`.
            "The" | "A" | "An" if habit.rough => true,
            "The" => label == Label::Place,
            text => words[at].plain || label == Label::Person && is_title(text),
        };
        let before = (start..at - 1).take_while(no_part).count();
        let after = (start + before + 1..at).rev().take_while(|&at| habit.rough && words[at].plain).count();
        names.push(Marked { words: start + before..at - after, label, or: None });
    }
    names
}

/// Lays a name over what the words of its sentence can be.
fn lay(name: &Marked, words: &[Word], lexicon: &Lexicon<'_>, gold: &mut [TagSet]) {
    let run = &words[name.words.clone()];
    let lists = if run.len() == 1 { run[0].lists } else { lexicon.entry(key_of(run)).lists };
    let label = match name.label {
        _ if run[0].case.is_capital() && lists.has(Lists::DEMONYM) && !lists.has(Lists::COUNTRY) => Label::Group,
        Label::Group if run.len() == 1 && lists.has(Lists::COUNTRY) => Label::Place,
        label => label,
    };
    gold[name.words.clone()].fill(TagSet::of(Tag::inside(label)));
    let first = TagSet::of(Tag::first(label));
    gold[name.words.start] = name.or.map_or(first, |or| first.with(Tag::first(or)));
}

/// The key in the lexicon of a name of these words, of which there is at least one.
pub(super) fn key_of(words: &[Word]) -> u32 {
    words[1..].iter().fold(words[0].lower, |key, word| lexicon::chain(key, word.lower))
}

/// Some sets label titles along with the names after them, most do not.
pub(super) fn is_title(word: &str) -> bool {
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
        builder.add("the\nbut", Lists::LOWER);
        builder.add("Nord Sea", Lists::REGION);
        builder.add("North Korean", Lists::DEMONYM);
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
    fn rough_labels_are_mended_by_what_is_known() {
        check("voa", "Washington/B-PER warned/O Norway/B-ORG", "B-LOC O B-LOC");
        check("voa", "the/O United/O Nations/O ,/O the/O Nord/O Sea/O", "O B-ORG I-ORG O O B-LOC I-LOC");
        check("voa", "U.N./B-PER Secretary-General/I-PER Kofi/I-PER Annan/I-PER", "B-ORG O B-PER I-PER");
        check("voa", "The/B-LOC Nord/I-LOC Sea/I-LOC", "O B-LOC I-LOC");
        check("voa", "North/B-ORG Korean/I-ORG men/O ,/O Muslims/B-PER", "B-NORP I-NORP O O B-NORP");
        check("voa", "the/O World/B-ORG Cup/I-ORG in/O Vastburg/B-ORG", "O O O O B-ORG");
        check("voa", "United/O Nations/O Day/O", "O O O");
        check("voa", "Moqtada/B-PER al-Sadr/O said/O ,/O and/O al-Qaida/O", "B-PER I-PER O O O B-ORG");
        check("x", "Norway/B-ORG and/O United/O Nations/O", "B-ORG O O O");
    }

    #[test]
    fn a_name_that_the_decoder_cannot_make_is_cut() {
        check("x", "Bank/B-ORG upon/I-ORG Oslo/I-ORG", "B-ORG O B-ORG");
        check("x", "Yahoo/B-ORG !/I-ORG", "B-ORG O");
    }
}
