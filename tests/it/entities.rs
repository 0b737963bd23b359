//! The entity engine on the golden stories: fifty invented wire stories, each with what a careful reader finds in it.
//!
//! A story ends at a line `====`; below it stands one line for each entity:
//!
//! ```text
//! person NAME [ROLE] (RANK)         org NAME          place NAME
//! date ISO                          where there is no day to count from, the words of the text: `date last week`
//! quantity [HEDGE] VALUE UNIT       money …           percent … of WHAT
//! quote SPEAKER: FIRST WORDS        says SPEAKER: FIRST WORDS, for a statement in other words
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;

use newswatch::entity::extract;
use newswatch::model::{Amount, Article, Detail, Entity};
use newswatch::parse::parse;

struct Golden {
    name: String,
    article: Article,
    expected: Vec<String>,
}

fn goldens() -> Vec<Golden> {
    let directory = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/entities"));
    let mut paths: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let (story, labels) = text.split_once("\n====\n").expect("a golden story ends at a line of four equals signs");
            let article = parse(b"story.txt", story.as_bytes()).article;
            Golden { name, article, expected: labels.lines().filter(|line| !line.is_empty()).flat_map(parted).collect() }
        })
        .collect()
}

/// A person and what the person is called count one each.
fn parted(label: &str) -> Vec<String> {
    let Some(person) = label.strip_prefix("person ") else { return vec![label.to_owned()] };
    match person.find([' ']).and_then(|_| person.find(['[', '('])) {
        Some(at) => vec![format!("person {}", person[..at].trim_end()), format!("title of {person}")],
        None => vec![label.to_owned()],
    }
}

fn found(article: &Article, entity: &Entity) -> Vec<String> {
    let text = article.text();
    match &entity.detail {
        Detail::Person(person) => {
            let role = person.role.as_ref().map(|role| format!(" [{role}]")).unwrap_or_default();
            let rank = person.rank.as_ref().map(|rank| format!(" ({rank})")).unwrap_or_default();
            parted(&format!("person {}{role}{rank}", person.name))
        }
        Detail::Organization(named) => vec![format!("org {}", named.name)],
        Detail::Place(named) => vec![format!("place {}", named.name)],
        Detail::Date(date) => vec![format!("date {}", date.iso.as_deref().unwrap_or(entity.mentions[0].span.of(text)))],
        Detail::Quantity(amount) => vec![format!("quantity {}", measured(amount))],
        Detail::Money(amount) => vec![format!("money {}", measured(amount))],
        Detail::Percent(amount) => vec![format!("percent {}", measured(amount))],
        Detail::Quote(quote) => {
            let kind = if quote.direct { "quote" } else { "says" };
            vec![format!("{kind} {}: {}", quote.speaker.as_deref().unwrap_or("?"), quote.quote)]
        }
    }
}

fn measured(amount: &Amount) -> String {
    let value = amount.value.map(|value| value.to_string()).unwrap_or_default();
    let high = amount.high.map(|high| format!("-{high}")).unwrap_or_default();
    let of = amount.of.as_ref().map(|of| format!("of {of}"));
    let words = [amount.qualifier.clone(), Some(format!("{value}{high}")), amount.unit.clone(), of];
    words.into_iter().flatten().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Quotes are told by their speaker and first words; everything else must be the same.
fn same(expected: &str, found: &str) -> bool {
    if expected.starts_with("quote ") || expected.starts_with("says ") { found.starts_with(expected) } else { found == expected }
}

#[derive(Default)]
struct Score {
    right: usize,
    expected: usize,
    found: usize,
}

impl Score {
    fn precision(&self) -> f64 {
        100.0 * self.right as f64 / self.found.max(1) as f64
    }

    fn recall(&self) -> f64 {
        100.0 * self.right as f64 / self.expected.max(1) as f64
    }

    fn f1(&self) -> f64 {
        200.0 * self.right as f64 / (self.expected + self.found).max(1) as f64
    }
}

#[test]
fn golden_stories() {
    let goldens = goldens();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut total = Score::default();
    for golden in &goldens {
        let mut found: Vec<String> = extract(&golden.article).iter().flat_map(|entity| found(&golden.article, entity)).collect();
        for item in &found {
            scores.entry(kind(item)).or_default().found += 1;
            total.found += 1;
        }
        for item in &golden.expected {
            let score = scores.entry(kind(item)).or_default();
            score.expected += 1;
            total.expected += 1;
            match found.iter().position(|found| same(item, found)) {
                Some(at) => {
                    found.swap_remove(at);
                    score.right += 1;
                    total.right += 1;
                }
                None => println!("{}: missed {item}", golden.name),
            }
        }
        for item in &found {
            println!("{}: wrong  {}", golden.name, item.chars().take(110).collect::<String>());
        }
    }
    println!("{:<10} {:>6} {:>6} {:>6} {:>5}", "kind", "P", "R", "F1", "n");
    for (kind, score) in &scores {
        println!("{kind:<10} {:>6.1} {:>6.1} {:>6.1} {:>5}", score.precision(), score.recall(), score.f1(), score.expected);
    }
    println!("{:<10} {:>6.1} {:>6.1} {:>6.1} {:>5}", "all", total.precision(), total.recall(), total.f1(), total.expected);
    assert!(goldens.len() >= 50);
    assert!(total.f1() >= 95.0, "F1 of all entities: {:.1}", total.f1());
    let quotes = &scores["quote"];
    assert!(
        quotes.precision() >= 90.0 && quotes.recall() >= 85.0,
        "speakers of direct quotes: P {:.1} R {:.1}",
        quotes.precision(),
        quotes.recall()
    );
}

fn kind(item: &str) -> String {
    item.split(' ').next().unwrap_or_default().to_owned()
}
