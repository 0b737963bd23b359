//! Whole stories, the bounds and the laws: what `parse` promises for any bytes.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::model::BlockKind;

/// An article as a person reads it: one line a block, sentences parted by ` | `.
fn outline(parsed: &Parsed) -> String {
    let article = &parsed.article;
    let mut out = String::new();
    for block in article.blocks() {
        let name = match block.kind {
            BlockKind::Paragraph(number) => format!("¶{number}"),
            BlockKind::Notice(kind) => format!("notice {}", serde_json::to_value(kind).unwrap().as_str().unwrap()),
            kind => serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned(),
        };
        let sentences: Vec<_> = block.sentences.iter().map(|span| span.of(article.text()).replace('\n', "⏎")).collect();
        writeln!(out, "{name}: {}", sentences.join(" | ")).unwrap();
    }
    if let Some(dateline) = &article.dateline {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        writeln!(out, "place {}, date {}, agency {}", or_none(&dateline.place), or_none(&dateline.date), or_none(&dateline.agency))
            .unwrap();
    }
    if let Some(date) = article.date {
        writeln!(out, "dated {date}").unwrap();
    }
    if let Some(language) = &article.language {
        writeln!(out, "language {language}").unwrap();
    }
    if parsed.encoding != "UTF-8" {
        writeln!(out, "encoding {}", parsed.encoding).unwrap();
    }
    for issue in &parsed.issues {
        writeln!(out, "issue {}: {}", issue.code, issue.message).unwrap();
    }
    out
}

/// Each file in tests/golden/parse beside what is made of it.
#[test]
#[expect(clippy::disallowed_methods, reason = "the cases are files")]
fn golden_stories() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/parse");
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.contains(".snap"));
    names.sort();
    assert!(names.len() >= 10, "the cases are missing: {names:?}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names {
            let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
            check_laws(name.as_bytes(), &bytes);
            insta::assert_snapshot!(name.clone(), outline(&parse(name.as_bytes(), &bytes)));
        }
    });
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the item is a file")]
fn the_real_item() {
    let Ok(bytes) = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/seed/000_7c496e34778612ea.txt")) else {
        return println!("skipped: there is no ../shared/seed");
    };
    let parsed = parse(b"000_7c496e34778612ea.txt", &bytes);
    let article = &parsed.article;
    assert_eq!(article.first(BlockKind::Section), Some("All news"));
    assert!(article.headline().is_some_and(|text| text.ends_with("on Syria — Lavrov")));
    assert!(article.first(BlockKind::Deck).is_some_and(|text| text.starts_with("The top diplomat says")));
    assert_eq!(article.first(BlockKind::Dateline), Some("MOSCOW, December 17. /TASS/."));
    let dateline = article.dateline.as_ref().expect("it has one");
    assert_eq!(
        (dateline.place.as_deref(), dateline.date.as_deref(), dateline.agency.as_deref()),
        (Some("Moscow"), Some("--12-17"), Some("TASS"))
    );
    assert_eq!(article.paragraphs().count(), 4);
    assert_eq!(article.language.as_deref(), Some("en"));
    assert_eq!(parsed.issues, []);
}

/// What comes before the body, how lines end and how characters are stored must not move a word of the body.
#[test]
#[expect(clippy::disallowed_methods, reason = "the stories are files")]
fn a_story_stays_itself() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().as_encoded_bytes();
        let story = parse(name, text.as_bytes());

        assert_eq!(parse(name, text.replace('\n', "\r\n").as_bytes()).article, story.article, "CR LF in {path:?}");
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(parse(name, &utf16).article, story.article, "UTF-16 in {path:?}");

        if story.format == Format::Text && story.article.headline().is_some() {
            let headline = story.article.headline().unwrap();
            let labelled = parse(name, text.replacen(headline, &format!("CORRECTED-{headline}"), 1).as_bytes());
            assert_eq!(labelled.article.headline(), Some(headline), "a label in {path:?}");
            assert!(labelled.article.paragraphs().eq(story.article.paragraphs()), "a label in {path:?}");
            assert!(labelled.article.notices().count() > story.article.notices().count());
        }
    }
}

#[test]
fn what_passes_the_bounds_stays_together() {
    let codes = |parsed: &Parsed| parsed.issues.iter().map(|issue| issue.code.clone()).collect::<Vec<_>>();

    let many_paragraphs = parse(b"a.txt", "Word.\n\n".repeat(MAX_BLOCKS + 10).as_bytes());
    assert_eq!(many_paragraphs.article.blocks().len(), MAX_BLOCKS);
    assert_eq!(many_paragraphs.article.text().matches("Word.").count(), MAX_BLOCKS + 10, "no text is lost");
    assert_eq!(codes(&many_paragraphs), ["coarse"]);

    let many_sentences = parse(b"a.md", "No. Yes! ".repeat(MAX_SENTENCES).as_bytes());
    let sentences: Vec<_> = many_sentences.article.sentences().collect();
    assert_eq!(sentences.len(), MAX_SENTENCES);
    assert_eq!(sentences.last().map(|sentence| sentence.span.end()), Some(many_sentences.article.text().len()));
    assert_eq!(codes(&many_sentences), ["coarse"]);

    // Each was once read from its start, or to its end, for every word of it.
    let labelled = parse(b"a.md", format!("# {}", "UPDATE-".repeat(200_000)).as_bytes());
    assert_eq!(labelled.article.notices().count(), 8);
    assert!(!parse(b"a.txt", "1\tг.\t".repeat(200_000).as_bytes()).article.text().is_empty());
    let one_word = "a".repeat(1 << 20);
    assert_eq!(parse(b"a.txt", one_word.as_bytes()).article.text(), one_word);
}

#[test]
fn the_ending_of_the_name_says_the_format() {
    for (name, format) in [
        ("a.md", Format::Markdown),
        ("a.MD", Format::Markdown),
        ("a.b.markdown", Format::Markdown),
        ("a.txt", Format::Text),
        ("md", Format::Text),
        ("a", Format::Text),
        ("", Format::Text),
        ("a.md.txt", Format::Text),
    ] {
        assert_eq!(parse(name.as_bytes(), b"Hello.").format, format, "for {name:?}");
    }
}

/// Every span fits, and an article survives being stored.
fn check_laws(file_name: &[u8], bytes: &[u8]) {
    let parsed = parse(file_name, bytes);
    assert_eq!(parsed, parse(file_name, bytes), "the same bytes, another result");
    let stored = serde_json::to_string(&parsed.article).unwrap();
    let back: Article = serde_json::from_str(&stored).expect("reading back checks every span");
    assert_eq!(back, parsed.article);
    for block in parsed.article.blocks() {
        assert!(!block.sentences.is_empty());
    }
}

proptest! {
    #[test]
    fn any_bytes_give_a_sound_article(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        check_laws(b"story.txt", &bytes);
        check_laws(b"story.md", &bytes);
    }

    #[test]
    fn any_text_gives_a_sound_article(text in "\\PC{0,200}(\n{1,2}\\PC{0,200}){0,4}") {
        check_laws(b"story.txt", text.as_bytes());
        check_laws(b"story.md", text.as_bytes());
    }

    #[test]
    fn any_mix_of_the_marks_of_news_gives_a_sound_article(
        parts in proptest::collection::vec(proptest::sample::select(MARKS), 0..40)
    ) {
        let text = parts.concat();
        check_laws(b"story.txt", text.as_bytes());
        check_laws(b"story.md", text.as_bytes());
    }
}

/// What the rules look for, to be put together without rhyme or reason.
const MARKS: &[&str] = &[
    "MOSCOW",
    "New York",
    ", ",
    "Dec. 17",
    "December 17, 2018",
    ". ",
    "/TASS/",
    " (Reuters)",
    " - ",
    " — ",
    "(",
    ")",
    "[",
    "]",
    "\n",
    "\n\n",
    "By ",
    "Jane Doe",
    "CORRECTED",
    "-",
    "UPDATE 2",
    "2ND LEAD",
    "(Adds quote)",
    "Correction: ",
    "\"",
    "“",
    "”",
    "’",
    "…",
    "...",
    "。",
    "!",
    "?",
    "U.S.",
    "No. 5",
    "3.5",
    "a word",
    "É",
    "и",
    "字",
    "---\n",
    "+++\n",
    "# ",
    "> ",
    "* ",
    "title: x\n",
    "`",
    "```\n",
    "<b>",
    "</b>",
    "<!--",
    "&amp;",
    "| a | b |\n",
    "|---|---|\n",
    "\u{200B}",
    "\u{A0}",
    "  ",
    "    ",
    "\t",
    "1. ",
    "-30-",
    "###",
    ":",
    "é",
    "Editor's note",
    "@",
    "\\",
];
