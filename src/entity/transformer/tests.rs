//! On a transformer of a few pieces, made byte by byte. What runs it needs ONNX Runtime: `ORT_DYLIB_PATH` names its library; where there is
//! none these tests say that they are skipped.

use std::sync::LazyLock;

use super::*;
use crate::entity::extract_with;
use crate::model::{ArticleBuilder, BlockKind, Detail, Span};

#[path = "../../../tests/onnx/lookup.rs"]
mod lookup;

const LABELS: [&str; 7] = ["O", "B-MISC", "B-PER", "I-PER", "B-ORG", "B-LOC", "I-LOC"];
/// Each piece and the label that the model gives it.
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

fn labels() -> Vec<String> {
    LABELS.map(str::to_owned).to_vec()
}

fn vocabulary() -> String {
    PIECES.map(|(piece, _)| piece).join("\n")
}

/// The label of each piece scores 4, the others 0.
fn model() -> Vec<u8> {
    let row = |label: &str| LABELS.iter().map(|&other| if other == label { 4.0 } else { 0.0 }).collect();
    lookup::lookup(&PIECES.map(|(_, label)| row(label)))
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

fn transformer(runtime: &Environment) -> Transformer {
    let parts = Parts { model: &model(), vocabulary: &vocabulary(), labels: &labels(), lowercase: false };
    Transformer::new(runtime, &parts).expect("the parts fit")
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
    let transformer = transformer(runtime);
    check(&transformer, "Quellan Dro left Ostholm for Expo", &["PER Quellan Dro", "LOC Ostholm"]);
    check(&transformer, "Dro Dro|Dro Quellan", &["PER Dro Dro", "PER Dro", "PER Quellan"]);
    check(&transformer, "nobody left", &[]);
    assert_eq!(transformer.label(&[], &[]).unwrap(), []);
    // e⁴ : e⁴ + 6
    assert_eq!(transformer.label(&["Ostholm"], &[1]).unwrap()[0].confidence, 90);
}

#[test]
fn long_texts_are_read_in_windows() {
    let Some(runtime) = runtime() else { return };
    let transformer = transformer(runtime);
    for length in [1, AT_ONCE, AT_ONCE + 1, 3000] {
        let words: Vec<&str> = (0..length).map(|at| if at % 7 == 0 { "Ostholm" } else { "x" }).collect();
        let spans = transformer.label(&words, &[length]).unwrap();
        assert_eq!(spans.iter().map(|span| span.tokens.start).collect::<Vec<_>>(), (0..length).step_by(7).collect::<Vec<_>>());
    }
    let word = "!".repeat(1 << 20);
    assert_eq!(transformer.label(&[&word, "Ostholm"], &[2]).unwrap()[0].tokens, 1..2);
}

#[test]
fn its_names_take_the_place_of_the_taggers() {
    let Some(runtime) = runtime() else { return };
    let mut builder = ArticleBuilder::new();
    builder.push(BlockKind::Paragraph(0), "Some say that Ostholm is not where Quellan Dro was.", |text| vec![Span::new(0, text.len())]);
    let article = builder.build();
    let found = extract_with(&article, &transformer(runtime)).unwrap();
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

#[test]
fn parts_that_do_not_fit_are_refused() {
    let Some(runtime) = runtime() else { return };
    let (model, vocabulary, labels) = (model(), vocabulary(), labels());
    let parts = Parts { model: &model, vocabulary: &vocabulary, labels: &labels, lowercase: false };
    let refused = |parts: &Parts<'_>| Transformer::new(runtime, parts).unwrap_err().to_string();
    assert_eq!(refused(&Parts { labels: &labels[1..], ..parts }), "the model has 7 labels, not the 6 that the configuration names");
    assert_eq!(refused(&Parts { vocabulary: "Quel\n[UNK]", ..parts }), "the vocabulary has no [CLS]");
    assert!(refused(&Parts { model: b"no model", ..parts }).starts_with("the model: "));
    assert!(refused(&Parts { model: &model[..model.len() / 2], ..parts }).starts_with("the model: "));
}

#[test]
fn labels_are_known_by_their_usual_names() {
    let check = |label: &str, expect: Step| assert_eq!(Step::of(label), expect, "{label}");
    check("O", Step::Outside);
    check("B-MISC", Step::Outside);
    check("B-PER", Step::Begin(Label::Person));
    check("I-ORG", Step::Inside(Label::Organization));
    check("B-GPE", Step::Begin(Label::Place));
    check("person", Step::Inside(Label::Person));
    check("I-NORP", Step::Inside(Label::Group));
}
