//! How long a revision takes: a typical story, long documents, and the shapes that could make it slow. Beside each stands what
//! the plain word diff of `similar` takes on the same two texts in the same run.
//!
//! `cargo bench --bench revise`

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use newswatch::diff::{Side, revise};
use newswatch::entity::extract;
use newswatch::model::Circumstances;
use newswatch::model::{Article, ArticleBuilder, BlockKind, Span};
use similar::TextDiff;

#[path = "random.rs"]
mod random;

use random::Random;

fn main() {
    println!("{:<44} {:>9} {:>12} {:>12} {:>7}", "case", "bytes", "revise", "word diff", "ratio");
    let story = prose(1, 30, 0);
    measure("typical story, one number changed", &story, &story.replacen(" 7 ", " 8 ", 1));
    measure("typical story, a tenth of it rewritten", &story, &edited(&story, 10));
    let long = prose(2, 2000, 0);
    measure("2,000 sentences, a tenth rewritten", &long, &edited(&long, 10));
    measure("2,000 sentences, all rewritten", &long, &edited(&long, 1));
    measure("2,000 sentences, shuffled", &long, &shuffled(&long));
    let (one, other) = (prose(3, 9000, 0), prose(4, 9000, 0));
    measure("1 MB against another of the same words", &one, &other);
    measure("1 MB against another of other words", &one, &prose(5, 9000, 4000));
    let stop = |text: &str| text.replace(['.', '\n'], "");
    measure("1 MB without a full stop against another", &stop(&one), &stop(&other));
    measure("the same sentence 60,000 times, and 50,000", &"He declined to say. ".repeat(60_000), &"He declined to say. ".repeat(50_000));
    measure("1 MB in one word against another", &"x".repeat(1_000_000), &"y".repeat(1_000_000));
}

fn measure(case: &str, from: &str, to: &str) {
    let (older, newer) = (article(from), article(to));
    let (older_entities, newer_entities) = (extract(&older), extract(&newer));
    let side = |article, entities| Some(Side { article, entities });
    let ours = best(|| drop(black_box(revise(side(&older, &older_entities), side(&newer, &newer_entities), Circumstances::default()))));
    let theirs = best(|| {
        black_box(TextDiff::from_words(from, to).ops().len());
    });
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("{case:<44} {:>9} {ours:>12.2?} {theirs:>12.2?} {ratio:>7.2}", from.len());
}

fn article(text: &str) -> Article {
    let mut builder = ArticleBuilder::new();
    for paragraph in text.split("\n\n") {
        builder.push(BlockKind::Paragraph(0), paragraph, |text| {
            let mut start = 0;
            let mut sentences = Vec::new();
            for sentence in text.split_inclusive(". ") {
                sentences.push(Span::new(start, start + sentence.trim_end().len()));
                start += sentence.len();
            }
            sentences
        });
    }
    builder.build()
}

/// The best of a few runs, or of one where one run is long.
fn best(mut run: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    let mut spent = Duration::ZERO;
    while spent < Duration::from_millis(300) {
        let start = Instant::now();
        run();
        let took = start.elapsed();
        best = best.min(took);
        spent += took;
    }
    best
}

/// Invented sentences of invented words, frequent ones often, with names, numbers and quotes.
fn prose(seed: u64, sentences: usize, vocabulary: usize) -> String {
    let mut random = Random::new(seed);
    let mut text = String::new();
    for number in 0..sentences {
        let quoted = random.below(8) == 0;
        if quoted {
            text.push('"');
        }
        for place in 0..12 + random.below(12) {
            let word = match random.below(30) {
                0 => random.below(90).to_string(),
                1 => capital(&word(vocabulary + random.below(300))),
                _ => {
                    let rank = random.below(60) * random.below(60);
                    word(vocabulary + rank)
                }
            };
            text.push_str(&if place == 0 { capital(&word) } else { word });
            text.push(' ');
        }
        text.pop();
        text.push_str(if quoted { ",\" said Ann Lee." } else { "." });
        text.push_str(if number % 3 == 2 { "\n\n" } else { " " });
    }
    text
}

fn word(number: usize) -> String {
    const SYLLABLES: [&str; 16] = ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "ga", "de", "fi", "po", "lu", "ya"];
    let mut rest = number;
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[rest % 16]);
        rest /= 16;
        if rest == 0 {
            return word;
        }
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Every `nth` sentence with two of its words replaced.
fn edited(text: &str, nth: usize) -> String {
    let sentences = text
        .split_inclusive(". ")
        .enumerate()
        .map(|(number, sentence)| if number % nth == 0 { sentence.replacen(" ba", " mu", 2) } else { sentence.to_owned() });
    sentences.collect()
}

fn shuffled(text: &str) -> String {
    let mut random = Random::new(9);
    let mut paragraphs: Vec<&str> = text.split("\n\n").collect();
    for place in (1..paragraphs.len()).rev() {
        paragraphs.swap(place, random.below(place + 1));
    }
    paragraphs.join("\n\n")
}
