//! A transformer of one's own, through the real binary. Where ONNX Runtime is needed and `ORT_DYLIB_PATH` names none, a test says that it is
//! skipped.

use crate::newsroom::Newsroom;

#[path = "../onnx/mod.rs"]
mod onnx;

const STORY: &str = "Some say that Ostholm is not what Quellan Dro sees in it, and that nobody else does.\n";

/// A newsroom with a story and two transformers: `bert` takes `Ostholm` for a person, as no tagger would after `that`; for `gliner` it is what
/// is called a place there.
fn newsroom() -> Newsroom {
    let newsroom = Newsroom::new();
    newsroom.write("wire/story.txt", STORY);
    newsroom.write("bert/vocab.txt", "[UNK]\n[CLS]\n[SEP]\nOst\n##holm\n");
    newsroom.write("bert/config.json", r#"{"id2label": {"0": "O", "1": "B-PER"}}"#);
    let rows = [[4.0, 0.0], [4.0, 0.0], [4.0, 0.0], [0.0, 4.0], [4.0, 0.0]].map(|row| row.to_vec());
    newsroom.write("bert/model.onnx", onnx::bert::lookup(&rows));

    newsroom.write("gliner/tokenizer.json", UNIGRAMS);
    newsroom.write("gliner/gliner_config.json", r#"{"max_width": 3}"#);
    newsroom.write("gliner/onnx/model.onnx", gliner(&onnx::gliner::INPUTS));
    newsroom
}

const UNIGRAMS: &str = include_str!("../onnx/unigram.json");

/// `▁Ost` (4) scores for `▁place` (13), nothing else for anything.
fn gliner(inputs: &[&str]) -> Vec<u8> {
    let mut first = vec![vec![-4.0; 16]; 16];
    first[4][13] = 2.0;
    let mut last = vec![vec![-4.0; 16]; 16];
    last[4][13] = 0.0;
    onnx::gliner::lookup(&first, &last, 3, inputs)
}

fn library() -> Option<String> {
    let library = std::env::var("ORT_DYLIB_PATH").ok();
    if library.is_none() {
        println!("skipped: ORT_DYLIB_PATH names no ONNX Runtime");
    }
    library
}

fn configure(newsroom: &Newsroom, library: &str, transformer: &str) {
    newsroom.write("n.toml", format!("[[roots]]\npath = \"wire\"\n[transformer]\nlibrary = \"{library}\"\n{transformer}\n"));
}

/// The extractor and the names of a kind in the story.
fn extracted(newsroom: &Newsroom, kind: &str, arguments: &[&str]) -> (String, Vec<String>) {
    let extract = newsroom.json(&[&["extract", "wire/story.txt", "--json"], arguments].concat()).remove(0);
    let entities = extract["entities"].as_array().unwrap();
    let names = entities.iter().filter(|entity| entity["kind"] == kind).map(|entity| entity["name"].as_str().unwrap().to_owned());
    (extract["extractor"].as_str().unwrap().to_owned(), names.collect())
}

/// Names come from the tagger, with a warning that has these words.
#[track_caller]
fn check_fallback(newsroom: &Newsroom, library: &str, transformer: &str, words: &[&str]) {
    configure(newsroom, library, transformer);
    assert_eq!(extracted(newsroom, "person", &["--config", "n.toml"]), extracted(newsroom, "person", &[]));
    let said = newsroom.run(&["extract", "wire/story.txt", "--config", "n.toml"]);
    for word in words.iter().chain(&["the transformer is not used, names come from the built-in tagger"]) {
        assert!(said.starts_with("exit 0\n") && said.contains(word), "{word:?} is not in:\n{said}");
    }
}

#[test]
fn what_is_missing_is_said_and_the_tagger_used() {
    let newsroom = newsroom();
    let check = |library: &str, transformer: &str, words: &[&str]| check_fallback(&newsroom, library, transformer, words);
    let nowhere = "/nowhere/libonnxruntime.so";
    check(nowhere, "model = \"bert\"", &["cannot load ONNX Runtime", "`library` of [transformer]", nowhere]);
    check("bert/vocab.txt", "model = \"bert\"", &["cannot load ONNX Runtime"]);
    check(nowhere, "model = \"none.onnx\"\ntokenizer = \"bert/vocab.txt\"", &["cannot read none.onnx", "No such file"]);
    check(nowhere, "model = \"wire\"", &["wire has neither model.onnx nor onnx/model.onnx", "`model` of [transformer]"]);
    check(nowhere, "model = \"bert\"\ntokenizer = \"none.json\"", &["cannot read none.json", "No such file"]);
    newsroom.write("bare/model.onnx", "");
    check(nowhere, "model = \"bare\"", &["bare has neither tokenizer.json nor vocab.txt", "`tokenizer` of [transformer]"]);
}

#[test]
fn who_extracts_nothing_loads_no_model() {
    let newsroom = newsroom();
    newsroom.stdout(&["scan", "wire"]);
    configure(&newsroom, "/nowhere/libonnxruntime.so", "model = \"bert\"");
    for command in [&["status"][..], &["log"], &["scan", "wire"]] {
        let said = newsroom.run(&[command, &["--config", "n.toml"]].concat());
        assert!(said.starts_with("exit 0\n") && !said.contains("the transformer"), "{said}");
    }
}

#[test]
fn what_is_broken_is_said_and_the_tagger_used() {
    let newsroom = newsroom();
    let Some(library) = library() else { return };
    let check = |transformer: &str, words: &[&str]| check_fallback(&newsroom, &library, transformer, words);
    newsroom.write("broken.onnx", "no model");
    newsroom.write("half.onnx", &gliner(&onnx::gliner::INPUTS)[..500]);
    for model in ["broken.onnx", "half.onnx"] {
        check(&format!("model = \"{model}\"\ntokenizer = \"bert/vocab.txt\""), &[model, "the model: "]);
    }
    newsroom.write("broken.json", &UNIGRAMS[..900]);
    newsroom.write("latin.txt", b"[UNK]\n[CLS]\n\xe9");
    newsroom.write("short.txt", "[UNK]\n[CLS]\n");
    check("model = \"gliner\"\ntokenizer = \"broken.json\"", &["broken.json: the tokenizer: "]);
    check("model = \"bert\"\ntokenizer = \"latin.txt\"", &["latin.txt is not UTF-8"]);
    check("model = \"bert\"\ntokenizer = \"short.txt\"", &["short.txt: the vocabulary has no [SEP]"]);
    check("model = \"gliner\"\ntokenizer = \"bert/vocab.txt\"", &["gliner/onnx/model.onnx: the tokenizer has no \"<<ENT>>\""]);
    check("model = \"bert\"\nlabels = [\"O\"]", &["bert/model.onnx: the model has 2 labels, not the 1"]);

    newsroom.write("gliner/onnx/other.onnx", gliner(&[&onnx::gliner::INPUTS[..], &["pixel_values"]].concat()));
    check("model = \"gliner/onnx/other.onnx\"", &["other.onnx: the model wants \"pixel_values\""]);
    newsroom.write("gliner/onnx/tokens.onnx", onnx::bert::masked());
    check("model = \"gliner/onnx/tokens.onnx\"", &["tokens.onnx: the model is a GLiNER, but scores single words (token level)"]);
    newsroom.write("gliner/gliner_config.json", "{");
    check("model = \"gliner\"", &["gliner_config.json: EOF"]);
}

#[test]
fn its_names_are_kept_under_a_name_of_their_own() {
    let newsroom = newsroom();
    let Some(library) = library() else { return };
    let (embedded, _) = extracted(&newsroom, "person", &[]);
    let transformed = |transformer: &str, kind: &str| {
        configure(&newsroom, &library, transformer);
        let (name, found) = extracted(&newsroom, kind, &["--config", "n.toml"]);
        assert!(name.starts_with(&format!("{embedded}+")), "{name}");
        assert!(found.contains(&"Ostholm".to_owned()), "{found:?}");
        name
    };
    let bert = transformed("model = \"bert\"", "person");
    let asked = |label: &str| format!("model = \"gliner\"\nask = {{ place = \"{label}\" }}");
    let gliner = transformed(&asked("LOC"), "place");
    let other = transformed(&asked("ORG"), "organization");
    assert!(bert != gliner && gliner != other, "what it is asked is part of what it says");

    configure(&newsroom, &library, &asked("LOC"));
    newsroom.stdout(&["scan", "wire"]);
    let again = |arguments: &[&str]| String::from_utf8(newsroom.stdout(&[&["reparse"], arguments].concat())).unwrap();
    assert_eq!(again(&["--config", "n.toml"]), format!("1 document made again by {gliner}\n"));
    assert!(again(&["--config", "n.toml"]).contains("nothing to do"));
    assert_eq!(again(&[]), format!("1 document made again by {embedded}\n"));
}
