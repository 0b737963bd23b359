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
fn what_is_no_model_is_refused() {
    let newsroom = Newsroom::new();
    newsroom.write("words.tsv", STORY);
    let said = newsroom.run(&["model", "tag", "words.tsv", "--model", "words.tsv"]);
    assert!(said.starts_with("exit 2\nerr: ") && said.contains("not a tagger model"), "{said}");
}
