//! A transformer of one's own, through the real binary. Where ONNX Runtime is needed and `ORT_DYLIB_PATH` names none, a test says that it is
//! skipped.

use crate::newsroom::Newsroom;

#[path = "../onnx/lookup.rs"]
mod lookup;

const STORY: &str = "Some say that Ostholm is not what Quellan Dro sees in it, and that nobody else does.\n";

/// A newsroom with a story and a transformer that takes `Ostholm` for a person, as no tagger would after `that`.
fn newsroom() -> Newsroom {
    let newsroom = Newsroom::new();
    newsroom.write("wire/story.txt", STORY);
    newsroom.write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\nOst\n##holm\n");
    let rows = [[4.0, 0.0], [4.0, 0.0], [4.0, 0.0], [0.0, 4.0], [4.0, 0.0]].map(|row| row.to_vec());
    newsroom.write("model.onnx", lookup::lookup(&rows));
    newsroom
}

fn library() -> Option<String> {
    let library = std::env::var("ORT_DYLIB_PATH").ok();
    if library.is_none() {
        println!("skipped: ORT_DYLIB_PATH names no ONNX Runtime");
    }
    library
}

fn configure(newsroom: &Newsroom, library: &str, model: &str) {
    newsroom.write(
        "n.toml",
        format!(
            "[[roots]]\npath = \"wire\"\n[transformer]\nmodel = \"{model}\"\nvocabulary = \"vocab.txt\"\nlabels = [\"O\", \"B-PER\"]\nlibrary = \"{library}\"\n"
        ),
    );
}

/// The extractor and the persons of the story.
fn extracted(newsroom: &Newsroom, arguments: &[&str]) -> (String, Vec<String>) {
    let extract = newsroom.json(&[&["extract", "wire/story.txt", "--json"], arguments].concat()).remove(0);
    let entities = extract["entities"].as_array().unwrap();
    let persons = entities.iter().filter(|entity| entity["kind"] == "person").map(|entity| entity["name"].as_str().unwrap().to_owned());
    (extract["extractor"].as_str().unwrap().to_owned(), persons.collect())
}

#[test]
fn what_is_missing_or_broken_is_said_and_the_tagger_used() {
    let newsroom = newsroom();
    newsroom.write("broken.onnx", "no model");
    let embedded = extracted(&newsroom, &[]);
    let check = |library: &str, model: &str, words: &[&str]| {
        configure(&newsroom, library, model);
        assert_eq!(extracted(&newsroom, &["--config", "n.toml"]), embedded);
        let said = newsroom.run(&["extract", "wire/story.txt", "--config", "n.toml"]);
        for word in words.iter().chain(&["the transformer is not used, names come from the built-in tagger"]) {
            assert!(said.starts_with("exit 0\n") && said.contains(word), "{word:?} is not in:\n{said}");
        }
    };
    check("/nowhere/libonnxruntime.so", "model.onnx", &["cannot load ONNX Runtime", "/nowhere/libonnxruntime.so"]);
    check("vocab.txt", "model.onnx", &["cannot load ONNX Runtime"]);
    check("/nowhere/libonnxruntime.so", "none.onnx", &["cannot read none.onnx", "No such file"]);
    if let Some(library) = library() {
        check(&library, "broken.onnx", &["broken.onnx", "the model: "]);
    }
}

#[test]
fn its_names_are_kept_under_a_name_of_their_own() {
    let newsroom = newsroom();
    let Some(library) = library() else { return };
    configure(&newsroom, &library, "model.onnx");
    let (embedded, _) = extracted(&newsroom, &[]);
    let (transformed, persons) = extracted(&newsroom, &["--config", "n.toml"]);
    assert!(transformed.starts_with(&format!("{embedded}+")), "{transformed}");
    assert!(persons.contains(&"Ostholm".to_owned()), "{persons:?}");

    newsroom.stdout(&["scan", "wire"]);
    let again = |arguments: &[&str]| String::from_utf8(newsroom.stdout(&[&["reparse"], arguments].concat())).unwrap();
    assert_eq!(again(&["--config", "n.toml"]), format!("1 documents made again by {transformed}\n"));
    assert!(again(&["--config", "n.toml"]).contains("nothing to do"));
    assert_eq!(again(&[]), format!("1 documents made again by {embedded}\n"));
}
