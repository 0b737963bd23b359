//! Laws that hold for any text: the engine is total and deterministic, and its spans fit.

use std::sync::Mutex;

use proptest::prelude::*;

use super::*;
use crate::entity::extract_with;
use crate::entity::tagger::{LabelError, Labeller, PART, TaggedSpan, Tagger};

/// Text with much of what the rules look for.
fn newsy() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Minister",
        "of the",
        "Ivan Petrov",
        ",",
        ".",
        "\"",
        "“",
        "”",
        "«",
        "»",
        "‘",
        "’",
        "'",
        "said",
        "that",
        "15",
        "-",
        "–",
        "to",
        "million",
        "$",
        "€",
        "%",
        "percent",
        "December",
        "17",
        "2018",
        "Monday",
        "last",
        "week",
        "three",
        "two hundred",
        "and",
        "ago",
        "10:30",
        "a.m.",
        "GMT",
        "the ministry",
        "General",
        "al-Assad",
        "’s",
        "Bank",
        "University",
        "km",
        "°",
        "C",
        "\n\n",
        "№",
        "é",
        "日本",
        "\u{301}",
        "at least",
        "more than",
        "aged",
        "F-16",
        "5.2bn",
    ]);
    prop::collection::vec((piece, prop::bool::weighted(0.8)), 0..60)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, space)| if space { format!("{piece} ") } else { piece.to_owned() }).collect())
}

fn holds(text: &str, dated: bool) {
    let mut builder = ArticleBuilder::new();
    for (at, block) in text.split("\n\n").enumerate() {
        let kind = if at == 0 { BlockKind::Headline } else { BlockKind::Paragraph(0) };
        builder.push(kind, block, sentences);
    }
    builder.dateline(wired("Moscow", "--02-29", "TASS"));
    if dated {
        builder.date(jiff::civil::date(2018, 12, 17));
    }
    let article = builder.build();
    let entities = extract(&article);
    assert_eq!(entities, extract(&article));
    let mut last = 0;
    let mut names: Vec<Span> = Vec::new();
    for entity in &entities {
        let first = entity.mentions.first().expect("an entity has a mention").span.start();
        assert!(last <= first, "entities stand in order of their first mention");
        last = first;
        for pair in entity.mentions.windows(2) {
            assert!(pair[0].span.end() <= pair[1].span.start(), "mentions stand in order: {entity:?}");
        }
        for mention in &entity.mentions {
            assert!(!mention.span.of(article.text()).is_empty(), "{mention:?}");
            assert_eq!(article.part_at(mention.span.start()), Some(mention.part));
            let block = article.block_at(mention.span.start()).expect("a mention stands in a block");
            assert!(block.span.contains(mention.span), "{mention:?}");
            assert!(mention.confidence <= 100);
            if entity.detail.name().is_some() {
                names.push(mention.span);
            }
        }
    }
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| !pair[0].overlaps(pair[1])), "names overlap: {names:?}");
}

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>(), dated in any::<bool>()) {
        holds(&text, dated);
    }

    #[test]
    fn news_like_text_is_read(text in newsy(), dated in any::<bool>()) {
        holds(&text, dated);
    }
}

/// How many entities and mentions a text has: never more than its size lets one expect.
fn size(text: &str) -> (usize, usize) {
    let entities = extract(&story(text));
    (entities.len(), entities.iter().map(|entity| entity.mentions.len()).sum())
}

#[test]
fn what_is_found_is_bounded_by_the_text() {
    assert_eq!(size(&"x".repeat(1_000_000)), (0, 0), "one word of 1 MB");
    assert_eq!(size(&"15 ".repeat(50_000)), (1, 50_000), "one number again and again");
    assert!(size(&"“‘«".repeat(30_000)).0 <= 1, "marks that quote nothing but marks");
    let (entities, mentions) = size(&(0..10_000).map(|n| format!("Anna Brandt{n} met him. ")).collect::<String>());
    assert!(entities <= mentions && mentions <= 20_000, "ten thousand names: {entities} entities, {mentions} mentions");
}

#[test]
fn odd_sizes_are_read() {
    holds("", true);
    holds(&"x".repeat(300_000), true);
    holds(&"Xé".repeat(50_000), true);
    holds(&"“‘«".repeat(10_000), true);
    holds(&"\"'".repeat(10_000), true);
    // Each could open what nothing closes.
    holds(&"'a ".repeat(100_000), true);
    holds(&"7, ".repeat(30_000), true);
    holds(&(0..2_000).map(|n| format!("Ivan Petrov{n} met Name{n} Bank. ")).collect::<String>(), true);
    holds(&"one hundred and ".repeat(3_000), true);
    holds(&"Minister of the ".repeat(3_000), true);
    holds(&"West Bank ".repeat(30_000), true);
    // Each of these took minutes once, or a stack frame a word.
    for unit in ["London ", "Roman French ", "100 ", "dozen ", "$1 "] {
        holds(&unit.repeat(20_000), true);
    }
    holds(&"Lord's Resistance Army ".repeat(10_000), true);
    holds(&"('Health' and 'Safety' pages) ".repeat(5_000), true);
    holds(&"it was held after what experts ".repeat(5_000), true);
    holds(&"9".repeat(100_000), true);
    holds(&"\0".repeat(10_000), true);
    holds(&"\u{301}".repeat(10_000), true);
    holds(&"قال الوزير إن 15 شخصا قتلوا. אמר שר החוץ. ".repeat(200), true);
}

/// The embedded tagger, and what it was asked and answered.
struct Witness(Mutex<(Vec<String>, Vec<usize>, Vec<TaggedSpan>)>);

impl Labeller for Witness {
    fn label(&self, words: &[&str], ends: &[usize]) -> Result<Vec<TaggedSpan>, LabelError> {
        let found = Tagger::embedded().tag(words, ends);
        let mut asked = self.0.lock().unwrap();
        let start = asked.0.len();
        assert!(words.len() <= PART, "{} words at once", words.len());
        asked.0.extend(words.iter().map(|&word| word.to_owned()));
        asked.1.extend(ends.iter().map(|end| start + end));
        asked.2.extend(found.iter().map(|span| TaggedSpan { tokens: start + span.tokens.start..start + span.tokens.end, ..*span }));
        Ok(found)
    }
}

#[test]
fn a_long_article_is_tagged_part_by_part_as_it_would_be_whole() {
    let paragraph = |n| format!("Minister Ivan Petrov{n} met Anna Brandt of the Lumen{} Group in Varna. She left.\n\n", n % 7);
    let article = story(&(0..2_500).map(paragraph).collect::<String>());
    let witness = Witness(Mutex::default());
    assert_eq!(extract_with(&article, &witness).unwrap(), extract(&article));
    let (words, ends, parts) = witness.0.into_inner().unwrap();
    assert!(words.len() > 2 * PART);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(Tagger::embedded().tag(&words, &ends), parts);
}
