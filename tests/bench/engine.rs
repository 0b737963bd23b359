//! How fast the entity engine reads: all of it on one core, the share of its parts, and whether a long document costs more a byte.
//!
//! `cargo bench --bench engine`

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock and its texts")]

use std::hint::black_box;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use newswatch::entity::extract;
use newswatch::entity::tagger::Tagger;
use newswatch::entity::token::tokens;
use newswatch::model::Article;
use newswatch::parse::parse;

fn main() {
    let stories = stories();
    println!("{:<40} {:>10} {:>8}", "whole engine, one document of", "bytes", "MB/s");
    for size in [10_000, 100_000, 1_000_000, 10_000_000] {
        let article = article(&stories, size);
        report("", &article, || drop(black_box(extract(black_box(&article)))));
    }
    let article = article(&stories, 1_000_000);
    println!("\n{:<40} {:>10} {:>8}", "its parts, each on its own", "bytes", "MB/s");
    let cut = report("tokens", &article, || drop(black_box(words(&article))));
    let (words, ends) = words(&article);
    let tagged = report("tagger", &article, || drop(black_box(Tagger::embedded().tag(&words, &ends))));
    let whole = report("whole engine", &article, || drop(black_box(extract(&article))));
    let share = |part: Duration| 100.0 * part.as_secs_f64() / whole.as_secs_f64();
    println!(
        "shares: tokens {:.0} %, tagger {:.0} %, rules and identity {:.0} %",
        share(cut),
        share(tagged),
        100.0 - share(cut) - share(tagged)
    );
    println!("\n{:<40} {:>10} {:>8}", "odd documents", "bytes", "MB/s");
    for (case, text) in odd() {
        let article = parse(b"odd.txt", text.as_bytes()).article;
        report(case, &article, || drop(black_box(extract(black_box(&article)))));
    }
}

/// Prints the speed over several runs, and gives the time of one.
fn report(case: &str, article: &Article, mut run: impl FnMut()) -> Duration {
    let bytes = article.text().len();
    // Enough of them for a clock that some systems move only a few hundred times a second.
    let runs = u32::try_from(4_000_000 / bytes.max(1)).unwrap_or(1).clamp(1, 400);
    let start = on_core();
    for _ in 0..runs {
        run();
    }
    let one = on_core().saturating_sub(start) / runs;
    println!("{case:<40} {bytes:>10} {:>8.1}", bytes as f64 / 1e6 / one.as_secs_f64());
    one
}

/// The time that this thread has had a core to itself, so that what else the machine does counts for nothing; where the system does
/// not tell, the time on the wall.
fn on_core() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.as_deref().and_then(|told| told.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

/// The stories of the newsroom that comes with the program, without their headlines and datelines.
fn stories() -> Vec<String> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds");
    let mut paths: Vec<_> = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let texts =
        paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "txt")).filter_map(|path| std::fs::read(path).ok());
    texts.map(|bytes| parse(b"story.txt", &bytes).article.paragraphs().collect::<Vec<_>>().join("\n\n")).collect()
}

/// One document of about `size` bytes.
fn article(stories: &[String], size: usize) -> Article {
    let mut text = String::from("Headline of a long day\n\nMOSCOW, December 17. /TASS/. It begins.\n");
    for story in stories.iter().cycle() {
        if text.len() >= size {
            break;
        }
        text.push('\n');
        text.push_str(story);
        text.push('\n');
    }
    parse(b"story.txt", text.as_bytes()).article
}

fn words(article: &Article) -> (Vec<&str>, Vec<usize>) {
    let mut words = Vec::new();
    let mut ends = Vec::new();
    for sentence in article.sentences() {
        words.extend(tokens(sentence.text).map(|token| token.span.of(sentence.text)));
        ends.push(words.len());
    }
    (words, ends)
}

fn odd() -> Vec<(&'static str, String)> {
    vec![
        ("one word of 1 MB", "x".repeat(1_000_000)),
        ("10,000 persons", (0..10_000).map(|n| format!("Minister Ivan Petrov{n} met Anna Brandt{n}. ")).collect()),
        ("the same surname 50,000 times", "Ivan Petrov said so. Petrov left. ".repeat(25_000)),
        ("100,000 opening marks", "“‘«".repeat(33_000)),
        ("100,000 quotations in one paragraph", "\"Go now\" he said. ".repeat(50_000)),
        ("one sentence of 1 MB", "the minister of the bank said ".repeat(33_000)),
        ("one title of 1 MB", "Minister of the Bank ".repeat(50_000)),
        ("200,000 numbers", "15 ".repeat(200_000)),
    ]
}
