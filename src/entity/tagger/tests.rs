use proptest::prelude::*;

use super::score::Score;
use super::train::{Data, Recipe, Source, train};
use super::*;

/// Names that no list knows, in sentences that a handful of rules could tag: enough to see whether training learns at all.
const TINY: &str = "\
-DOCSTART-\tO

Quellan\tB-PER
Dro\tI-PER
visited\tO
Vastburg\tB-LOC
.\tO

The\tO
Norlund\tB-ORG
Ministry\tI-ORG
met\tO
Quellan\tB-PER
Dro\tI-PER
.\tO

-DOCSTART-\tO

Mirabo\tB-PER
Tse\tI-PER
visited\tO
Ostholm\tB-LOC
.\tO

The\tO
Ardun\tB-ORG
Ministry\tI-ORG
met\tO
Mirabo\tB-PER
Tse\tI-PER
.\tO
";

/// Trained as a set that annotates groups too: else a word without a label could be one.
fn tiny(seed: u64) -> Vec<u8> {
    let source = [Source { name: "wikigold", text: TINY }];
    let lists = [Source { name: "first", text: "Quellan\nMirabo" }, Source { name: "lowdict", text: "the\nvisited\nmet" }];
    let recipe = Recipe { seed, least: 1, buckets: 256, ..Recipe::default() };
    train(&Data { train: &source, dev: &source, lists: &lists }, &recipe)
}

fn tagged(tagger: &Tagger<'_>, text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split(' ').collect();
    let spans = tagger.tag(&words, &[words.len()]);
    spans.iter().map(|span| format!("{} {}", span.label.name(), words[span.tokens.clone()].join(" "))).collect()
}

#[test]
fn training_learns() {
    let bytes = tiny(1);
    let tagger = Tagger::read(&bytes).unwrap();
    assert_eq!(tagged(&tagger, "The Vastburg Ministry met Mirabo Dro ."), ["ORG Vastburg Ministry", "PER Mirabo Dro"]);
}

#[test]
fn the_same_data_and_seed_give_the_same_bytes() {
    assert!(tiny(7) == tiny(7));
}

#[test]
fn damaged_and_foreign_files_are_refused() {
    let bytes = tiny(1);
    let damaged = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        Tagger::read(&bytes).unwrap_err()
    };
    assert_eq!(Tagger::read(b"").unwrap_err(), ModelError::Magic);
    assert_eq!(damaged(0, b'X'), ModelError::Magic);
    assert_eq!(damaged(8, 200), ModelError::Version { found: 200 });
    assert_eq!(damaged(bytes.len() - 1, 77), ModelError::Checksum);
    assert_eq!(damaged(15, 200), ModelError::Length("the lexicon"));
    assert_eq!(Tagger::read(&bytes[..bytes.len() - 64]).unwrap_err(), ModelError::Checksum);
    let text = ModelError::Version { found: 200 }.to_string();
    assert!(text.contains("version 200") && text.contains("newswatch model train"), "{text}");
}

#[test]
fn the_embedded_model_tags_a_plain_sentence() {
    let found = tagged(Tagger::embedded(), "Foreign Minister Sergey Lavrov met officials from Israel in Moscow on Monday .");
    assert_eq!(found, ["PER Sergey Lavrov", "LOC Israel", "LOC Moscow"]);
}

#[test]
fn odd_sentence_ends_are_taken_as_they_come() {
    let words = ["Ann", "Lee", "left", "Oslo", "."];
    for ends in [&[][..], &[0], &[9], &[3, 1, 5], &[2, 2, 2], &[5]] {
        let spans = Tagger::embedded().tag(&words, ends);
        assert!(spans.iter().all(|span| span.tokens.end <= words.len()), "{ends:?}: {spans:?}");
    }
}

#[test]
fn long_documents_are_tagged_to_their_end() {
    let sentence = ["President", "Vladimir", "Putin", "spoke", "in", "Moscow", "."];
    let count = PART * 5 / 4 / sentence.len();
    let words: Vec<&str> = sentence.iter().copied().cycle().take(count * sentence.len()).collect();
    let ends: Vec<usize> = (1..=count).map(|at| at * sentence.len()).collect();
    let spans = Tagger::embedded().tag(&words, &ends);
    let people = spans.iter().filter(|span| span.label == Label::Person).count();
    assert_eq!(people, count);
    assert_eq!(spans.last().map(|span| span.tokens.start / sentence.len()), Some(count - 1));
}

proptest! {
    #[test]
    fn any_words_give_valid_spans(
        words in prop::collection::vec("[A-Z]?[a-z]{0,6}|[A-Z.]{1,5}|[0-9]{1,3}|of|the|Ministry|\\PC{1,8}", 0..80),
        every in 1usize..20,
    ) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ends: Vec<usize> = (0..=words.len()).step_by(every).skip(1).collect();
        let mut from = 0;
        for span in Tagger::embedded().tag(&words, &ends) {
            prop_assert!(from <= span.tokens.start && span.tokens.start < span.tokens.end && span.tokens.end <= words.len());
            prop_assert_eq!(span.tokens.start / every, (span.tokens.end - 1) / every, "a name across sentences");
            prop_assert!(span.confidence < 100);
            from = span.tokens.end;
        }
    }
}

/// Wire copy of our own writing, in the tokens of CoNLL: results, standings, headlines in capitals, markets, datelines of five agencies.
#[test]
fn scores_on_wire_copy_stay_above_the_floor() {
    let mut score = Score::default();
    for document in tsv::parse(include_str!("../../../tests/golden/tagger/wire.tsv")) {
        score.add_document(&document, &Tagger::embedded().labels(&document.words, &document.ends));
    }
    // A little below what the embedded model reaches, see MODEL.md.
    for (kinds, floor) in [(&["PER", "ORG", "LOC"][..], 88.0), (&["PER"], 92.0), (&["ORG"], 83.0), (&["LOC"], 88.0)] {
        let f1 = score.of_all(kinds).f1();
        assert!(f1 >= floor, "{kinds:?}: F1 {f1:.2} is below {floor}");
    }
}

/// Scores on the development files, which are not part of the project.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test of data outside the project; it skips itself where they are missing")]
fn scores_on_dev_stay_above_the_floor() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/ner/dev"));
    // A little below what the embedded model reaches, see MODEL.md.
    for (name, floor) in [("wikigold20", 74.0), ("redocred_test", 70.0), ("gum20_news", 80.0)] {
        let Ok(text) = std::fs::read_to_string(folder.join(name).with_extension("tsv")) else {
            println!("skipped: no development files in {}", folder.display());
            return;
        };
        let mut score = Score::default();
        for document in tsv::parse(&text) {
            score.add_document(&document, &Tagger::embedded().labels(&document.words, &document.ends));
        }
        let f1 = score.of_all(&["PER", "ORG", "LOC"]).f1();
        assert!(f1 >= floor, "{name}: F1 {f1:.2} is below {floor}");
    }
}
