//! On transformers of a few pieces, made byte by byte. What runs them needs ONNX Runtime: `ORT_DYLIB_PATH` names its library; where there is
//! none these tests say that they are skipped.

use std::sync::LazyLock;

use ort::environment::Environment;

use super::*;
use crate::entity::extract_with;
use crate::model::{ArticleBuilder, BlockKind, Detail, Span};

#[path = "../../../tests/onnx/mod.rs"]
mod onnx;

const LABELS: [&str; 7] = ["O", "B-MISC", "B-PER", "I-PER", "B-ORG", "B-LOC", "I-LOC"];
/// Each piece and the label that the BERT gives it.
const PIECES: [(&str, &str); 10] = [
    ("[PAD]", "O"),
    ("[UNK]", "O"),
    ("[CLS]", "B-ORG"),
    ("[SEP]", "B-ORG"),
    ("Quel", "B-PER"),
    ("##lan", "B-LOC"),
    ("Dro", "I-PER"),
    ("Ost", "B-LOC"),
    ("##holm", "B-MISC"),
    ("Expo", "B-MISC"),
];

const SETTINGS: Settings<'_> = Settings { labels: &[], ask: &[], threshold: 50, config: None, gliner_config: None };

fn labels() -> Vec<String> {
    LABELS.map(str::to_owned).to_vec()
}

/// The label of each piece scores 4, the others 0.
fn bert_model() -> Vec<u8> {
    let row = |label: &str| LABELS.iter().map(|&other| if other == label { 4.0 } else { 0.0 }).collect();
    onnx::bert::lookup(&PIECES.map(|(_, label)| row(label)))
}

/// ONNX Runtime starts once in a process, whatever its tests.
fn runtime() -> Option<&'static Environment> {
    static RUNTIME: LazyLock<Result<Environment, String>> = LazyLock::new(|| {
        #[expect(clippy::disallowed_methods, reason = "where the library of the machine is, if there is one")]
        let path = std::env::var_os("ORT_DYLIB_PATH").unwrap_or_else(|| "libonnxruntime.so".into());
        let library = ort::init_from(path).map_err(|error| error.to_string())?;
        Ok(library.build().expect("the library starts"))
    });
    RUNTIME.as_ref().inspect_err(|error| println!("skipped: no ONNX Runtime ({error}); ORT_DYLIB_PATH can name one")).ok()
}

fn session(runtime: &Environment, model: &[u8]) -> Session {
    Session::builder(runtime).unwrap().commit_from_memory(model).expect("a model")
}

fn vocabulary() -> Cutter {
    Cutter::from_vocabulary(&PIECES.map(|(piece, _)| piece).join("\n"), false).unwrap()
}

fn unigrams() -> Cutter {
    Cutter::from_json(include_bytes!("../../../tests/onnx/unigram.json")).unwrap()
}

fn bert(runtime: &Environment) -> Transformer {
    let settings = Settings { labels: &labels(), ..SETTINGS };
    Transformer::new(session(runtime, &bert_model()), vocabulary(), &settings).expect("the parts fit")
}

/// Pieces of `unigram.json`.
const OST: usize = 4;
const QUEL: usize = 6;
const DRO: usize = 8;
const PERSON: usize = 12;
const PLACE: usize = 13;
const HEAD: usize = 14;
const KNOWN: usize = 16;
const WIDTH: usize = 3;

/// A table of what pieces score for what is asked for; nothing else is ever chosen.
fn scoring(scores: &[(usize, usize, f32)]) -> Vec<Vec<f32>> {
    let mut rows = vec![vec![-4.0; KNOWN]; KNOWN];
    for &(piece, asked, score) in scores {
        rows[piece][asked] = score;
    }
    rows
}

/// `Quellan`, `Dro` and `Quellan Dro` are persons, the longest surest; `Ostholm` is a place, and `Ostholm Dro` and `Ostholm` might be persons.
fn gliner_model(inputs: &[&str]) -> Vec<u8> {
    let first = scoring(&[(QUEL, PERSON, 2.0), (DRO, PERSON, 1.0), (OST, PLACE, 2.0), (OST, PERSON, 1.0), (QUEL, HEAD, 1.0)]);
    let last = scoring(&[(QUEL, PERSON, 0.0), (DRO, PERSON, 1.0), (OST, PLACE, 0.0), (OST, PERSON, 0.0), (DRO, HEAD, 0.5)]);
    onnx::gliner::lookup(&first, &last, WIDTH.try_into().unwrap(), inputs)
}

const WIDE: &[u8] = br#"{"max_width": 3, "span_mode": "markerV0", "labels_encoder": null}"#;

fn asking(runtime: &Environment, ask: &[(&str, &str)], threshold: u8) -> Result<Transformer, TransformerError> {
    let ask: Vec<(String, String)> = ask.iter().map(|&(words, label)| (words.to_owned(), label.to_owned())).collect();
    let settings = Settings { ask: &ask, threshold, gliner_config: Some(WIDE), ..SETTINGS };
    Transformer::new(session(runtime, &gliner_model(&onnx::gliner::INPUTS)), unigrams(), &settings)
}

fn gliner(runtime: &Environment) -> Transformer {
    asking(runtime, &[("person", "PER"), ("place", "LOC")], 50).expect("the parts fit")
}

/// `sentences` stand apart by `|`; `expect` has the names.
#[track_caller]
fn check(transformer: &Transformer, sentences: &str, expect: &[&str]) {
    let words: Vec<&str> = sentences.split([' ', '|']).collect();
    let ends: Vec<usize> = sentences
        .split('|')
        .scan(0, |end, part| {
            Some({
                *end += part.split(' ').count();
                *end
            })
        })
        .collect();
    let spans = transformer.label(&words, &ends).unwrap();
    let got: Vec<String> = spans.iter().map(|span| format!("{} {}", span.label.name(), words[span.tokens.clone()].join(" "))).collect();
    assert_eq!(got, expect, "{sentences}");
}

#[test]
fn pieces_become_names() {
    let Some(runtime) = runtime() else { return };
    let bert = bert(runtime);
    check(&bert, "Quellan Dro left Ostholm for Expo", &["PER Quellan Dro", "LOC Ostholm"]);
    check(&bert, "Dro Dro|Dro Quellan", &["PER Dro Dro", "PER Dro", "PER Quellan"]);
    check(&bert, "nobody left", &[]);
    // A word without pieces belongs to no name.
    check(&bert, "Quellan \u{ad} Dro", &["PER Quellan", "PER Dro"]);
    assert_eq!(bert.label(&[], &[]).unwrap(), []);
    // e⁴ : e⁴ + 6
    assert_eq!(bert.label(&["Ostholm"], &[1]).unwrap()[0].confidence, 90);
}

#[test]
fn runs_of_words_become_names() {
    let Some(runtime) = runtime() else { return };
    let gliner = gliner(runtime);
    // Of runs that share words the surest.
    check(&gliner, "Quellan Dro left Ostholm for Expo", &["PER Quellan Dro", "LOC Ostholm"]);
    check(&gliner, "Dro", &["PER Dro"]);
    check(&gliner, "nobody left", &[]);
    // None is longer than the model looks, and none goes on in another sentence. The mark of the prompt in a text is a word.
    check(&gliner, "Quellan x Dro", &["PER Quellan x Dro"]);
    check(&gliner, "Quellan x x Dro", &["PER Quellan", "PER Dro"]);
    check(&gliner, "Quellan|Dro", &["PER Quellan", "PER Dro"]);
    assert_eq!(gliner.label(&[], &[]).unwrap(), []);
    // 1 : 1 + e⁻³
    assert_eq!(gliner.label(&["Quellan", "Dro"], &[2]).unwrap()[0].confidence, 95);
}

#[test]
fn a_gliner_finds_what_it_is_asked_for() {
    let Some(runtime) = runtime() else { return };
    check(&asking(runtime, &[("place", "NORP")], 50).unwrap(), "Quellan Dro left Ostholm", &["NORP Ostholm"]);
    // Of several words the model takes all, as one thing that is asked for. Without places `Ostholm` is a person.
    let ask = [("head of place", "ORG"), ("person", "PER")];
    check(&asking(runtime, &ask, 50).unwrap(), "Quellan Dro left Ostholm", &["PER Quellan Dro", "PER Ostholm"]);
    check(&asking(runtime, &ask[..1], 50).unwrap(), "Quellan Dro left Ostholm", &["ORG Quellan Dro"]);
    // 1 : 1 + e⁻³ is surer than 95 and less sure than 96 percent.
    check(&asking(runtime, &[("person", "PER")], 95).unwrap(), "Quellan Dro", &["PER Quellan Dro"]);
    check(&asking(runtime, &[("person", "PER")], 96).unwrap(), "Quellan Dro", &[]);
}

#[test]
fn long_texts_are_read_in_windows() {
    let Some(runtime) = runtime() else { return };
    for transformer in [bert(runtime), gliner(runtime)] {
        for length in [1, transformer.at_once, transformer.at_once + 1, 3000] {
            let words: Vec<&str> = (0..length).map(|at| if at % 7 == 0 { "Ostholm" } else { "x" }).collect();
            let spans = transformer.label(&words, &[length]).unwrap();
            assert_eq!(spans.iter().map(|span| span.tokens.start).collect::<Vec<_>>(), (0..length).step_by(7).collect::<Vec<_>>());
        }
        // A name that lies across two windows is whole.
        for before in transformer.at_once - 4..transformer.at_once + 2 {
            let mut words = vec!["x"; before];
            words.extend(["Quellan", "Dro", "x"]);
            let spans = transformer.label(&words, &[words.len()]).unwrap();
            assert_eq!((spans.len(), spans[0].tokens.clone()), (1, before..before + 2));
        }
        let word = "!".repeat(1 << 20);
        assert_eq!(transformer.label(&[&word, "Ostholm"], &[2]).unwrap()[0].tokens, 1..2);
    }
}

#[test]
fn its_names_take_the_place_of_the_taggers() {
    let Some(runtime) = runtime() else { return };
    let mut builder = ArticleBuilder::new();
    let text = "Some say that Ostholm is not where Quellan Dro <<ENT>> [SEP] was.";
    builder.push(BlockKind::Paragraph(0), text, |text| vec![Span::new(0, text.len())]);
    let article = builder.build();
    for transformer in [bert(runtime), gliner(runtime)] {
        let found = extract_with(&article, &transformer).unwrap();
        let names: Vec<&str> = found
            .iter()
            .filter_map(|entity| match &entity.detail {
                Detail::Person(person) => Some(person.name.as_str()),
                Detail::Place(place) => Some(place.name.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(names, ["Ostholm", "Quellan Dro"]);
    }
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let Some(runtime) = runtime() else { return };
    let labels = labels();
    let refused = |model: &[u8], cutter: Cutter, settings: &Settings<'_>| {
        Transformer::new(session(runtime, model), cutter, settings).unwrap_err().to_string()
    };
    let bert = bert_model();
    let short = Settings { labels: &labels[1..], ..SETTINGS };
    assert!(refused(&bert, vocabulary(), &short).starts_with("the model has 7 labels, not the 6 "));
    assert!(refused(&bert, vocabulary(), &SETTINGS).starts_with("what the model's scores are of is not known"));
    // Pieces that the model does not have: another model's tokenizer.
    let other = Settings { labels: &labels, ..SETTINGS };
    assert!(refused(&onnx::bert::lookup(&[vec![0.0; 7]]), vocabulary(), &other).starts_with("the model: "));

    let gliner = gliner_model(&onnx::gliner::INPUTS);
    let wide = Settings { gliner_config: Some(WIDE), ..SETTINGS };
    assert_eq!(
        refused(&gliner, vocabulary(), &wide),
        "the tokenizer has no \"<<ENT>>\", which a GLiNER is asked with: it belongs to another model"
    );
    assert!(refused(&gliner, unigrams(), &SETTINGS).contains("not [1, 1, 12, 4]: its gliner_config.json"));
    let long = vec![("head of place ".repeat(90), "PER".to_owned())];
    assert!(refused(&gliner, unigrams(), &Settings { ask: &long, ..wide }).contains("takes 272 pieces"));
    for (config, words) in [
        (&b"{"[..], "gliner_config.json: "),
        (br#"{"max_width": 0}"#, "max_width 0"),
        (br#"{"max_width": 100000}"#, "max_width 100000"),
        (br#"{"subtoken_pooling": "mean"}"#, "subtoken_pooling \"mean\""),
        (br#"{"ent_token": "[ENT]"}"#, "no \"[ENT]\""),
    ] {
        let said = refused(&gliner, unigrams(), &Settings { gliner_config: Some(config), ..SETTINGS });
        assert!(said.contains(words), "{said}");
    }
    let six: Vec<&str> = onnx::gliner::INPUTS.to_vec();
    let with = |other| [&six[..], &[other]].concat();
    assert_eq!(
        refused(&gliner_model(&with("labels_embeddings")), unigrams(), &wide),
        "the model wants \"labels_embeddings\", which neither a BERT nor a span-level GLiNER does"
    );
}

#[test]
fn a_gliner_of_single_words_is_refused() {
    let Some(runtime) = runtime() else { return };
    // Its graph need not be right: it is told by what it wants.
    let error = Transformer::new(session(runtime, &onnx::bert::masked()), unigrams(), &SETTINGS).unwrap_err().to_string();
    assert!(error.contains("token level"), "{error}");
}
