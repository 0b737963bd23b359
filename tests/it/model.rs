//! The model command through the real binary.

use serde_json::Value;

use crate::newsroom::Newsroom;

const STORY: &str = "\
-DOCSTART-\tO

President\tO
Vladimir\tB-PER
Putin\tI-PER
flew\tO
to\tO
Germany\tB-LOC
.\tO

";

#[test]
fn tag_keeps_the_lines_and_gives_its_own_labels() {
    let newsroom = Newsroom::new();
    newsroom.write("right.tsv", STORY);
    newsroom.write("bare.tsv", STORY.replace("\tB-PER", "").replace("\tI-PER", "\tO").replace("\tB-LOC", "\tB-EVENT"));
    for file in ["right.tsv", "bare.tsv"] {
        assert_eq!(String::from_utf8(newsroom.stdout(&["model", "tag", file])).unwrap(), STORY, "{file}");
    }
}

#[test]
fn score_counts_names() {
    let newsroom = Newsroom::new();
    newsroom.write("words.tsv", STORY.replace("B-LOC", "B-ORG"));
    let score = newsroom.json(&["model", "score", "words.tsv", "--json"]).remove(0);
    assert_eq!(score["schema"], "newswatch.score/1");
    let counts = |of: &Value| [&of["wanted"], &of["given"], &of["right"]].map(|count| count.as_u64().unwrap());
    assert_eq!(counts(&score["types"]["PER"]), [1, 1, 1]);
    assert_eq!(counts(&score["types"]["ORG"]), [1, 0, 0]);
    assert_eq!(counts(&score["types"]["LOC"]), [0, 1, 0]);
    assert_eq!(counts(&score["overall"]), [2, 2, 1]);
    assert_eq!(score["overall"]["f1"], 50.0);
}

#[test]
fn train_writes_a_model_that_tag_can_use() {
    let newsroom = Newsroom::new();
    newsroom.write("data/train/wikigold.tsv", STORY.repeat(4));
    newsroom.write("data/dev/wikigold.tsv", STORY);
    newsroom.write("data/gaz/first.txt", "Vladimir\n");
    for out in ["a.bin", "b.bin"] {
        newsroom.stdout(&["model", "train", "--data", "data", "--out", out, "--seed", "3"]);
    }
    assert_eq!(std::fs::read(newsroom.path("a.bin")).unwrap(), std::fs::read(newsroom.path("b.bin")).unwrap());
    let tagged = newsroom.stdout(&["model", "tag", "data/dev/wikigold.tsv", "--model", "a.bin"]);
    assert_eq!(String::from_utf8(tagged).unwrap(), STORY);
}

#[test]
fn tag_takes_files_as_other_tools_write_them() {
    let newsroom = Newsroom::new();
    newsroom.write("windows.tsv", format!("\u{feff}{}", STORY.replace('\n', "\r\n").replace('\t', " \t ")));
    newsroom.write("conll.tsv", STORY.replace('\t', "\tNN\tI-NP\t"));
    newsroom.write("empty.tsv", "");
    for (file, expect) in [("windows.tsv", STORY), ("conll.tsv", STORY), ("empty.tsv", "")] {
        assert_eq!(String::from_utf8(newsroom.stdout(&["model", "tag", file])).unwrap(), expect, "{file}");
    }
}

#[test]
fn files_that_are_not_in_the_format_are_refused_with_path_and_line() {
    let newsroom = Newsroom::new();
    newsroom.write("blanks.tsv", STORY.replace('\t', " "));
    newsroom.write("bare.tsv", STORY.replace("\tB-LOC", ""));
    newsroom.write("tags.tsv", STORY.replace("B-LOC", "NNP"));
    newsroom.write("latin.tsv", b"Ann\tB-PER\nZ\xfcrich\tB-LOC\n");
    newsroom.write("empty.tsv", "");
    newsroom.write("data/train/tags.tsv", STORY.replace("B-LOC", "NNP"));
    for (arguments, expect) in [
        (&["model", "tag", "blanks.tsv"][..], "blanks.tsv: line 4: no tab"),
        (&["model", "tag", "latin.tsv"], "latin.tsv: line 2 is not UTF-8"),
        (&["model", "tag", "none.tsv"], "none.tsv: No such file"),
        (&["model", "score", "bare.tsv"], "bare.tsv: line 8: the word \"Germany\" has no label"),
        (&["model", "score", "tags.tsv"], "tags.tsv: line 8: \"NNP\" is no label"),
        (&["model", "score", "empty.tsv"], "empty.tsv: there are no words"),
        (&["model", "score", "latin.tsv", "--json"], "latin.tsv: line 2 is not UTF-8"),
        (&["model", "train", "--data", "data", "--out", "x.bin"], "tags.tsv: line 8: \"NNP\" is no label"),
    ] {
        let said = newsroom.run(arguments);
        assert!(said.starts_with("exit 2\n") && said.contains(expect), "{arguments:?}: {said}");
    }
}

#[test]
fn what_is_no_model_is_refused() {
    let newsroom = Newsroom::new();
    newsroom.write("words.tsv", STORY);
    let said = newsroom.run(&["model", "tag", "words.tsv", "--model", "words.tsv"]);
    assert!(said.starts_with("exit 2\nerr: ") && said.contains("not a tagger model"), "{said}");
}
