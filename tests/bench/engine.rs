//! How fast the engine reads on one core, from bytes to entities: over many different stories of each size, so that no cache has seen them.
//! The share of each stage, whether a long document costs more a byte, and what odd documents cost.
//!
//! `cargo bench --bench engine [-- DIRECTORY]`, with files of `token<TAB>label` lines, which are made prose again and cut at `-DOCSTART-`;
//! without one, seeded variations of the stories in `seeds` and `tests/golden/entities`.
//!
//! The peer is the plain word split of Unicode (UAX 29) over the same texts in the same run. Times are those of the processor, and the best
//! of several rounds, so that what else the machine does counts for little.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock and its texts")]

use std::collections::HashMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use newswatch::entity::extract;
use newswatch::entity::tagger::Tagger;
use newswatch::entity::token::tokens;
use newswatch::model::Article;
use newswatch::parse::parse;
use unicode_segmentation::UnicodeSegmentation;

mod prose;
mod random;
mod stories;

use random::Random;
use stories::{files, rebuilt};

/// How many bytes of text each size is measured on; one document where that is longer.
const BYTES: usize = 8_000_000;
const ROUNDS: usize = 3;

fn main() {
    let directory = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let stories = directory.map_or_else(varied, |directory| rebuilt(Path::new(&directory)));
    let all: usize = stories.iter().map(String::len).sum();
    println!("{} stories, {:.1} MB; MB/s of one core, all stages of one story after the other\n", stories.len(), all as f64 / 1e6);
    println!(
        "{:>14} {:>6} {:>7} {:>7} | {:>6} {:>7} {:>7} {:>6}",
        "bytes each", "of", "engine", "peer", "parse", "tokens", "tagger", "rules"
    );
    let mut random = Random::new(1);
    let speeds: Vec<f64> =
        [3_000, 10_000, 100_000, 1_000_000, 10_000_000].into_iter().map(|size| speed(&documents(&stories, size, &mut random))).collect();
    println!("\na byte of 10 MB costs {:.2} times a byte of 10 KB", speeds[1] / speeds[4]);
    println!("\n{:<40} {:>10} {:>8}", "odd documents", "bytes", "MB/s");
    for (case, text) in odd() {
        let time = best(|| drop(black_box(extract(&parse(b"odd.txt", text.as_bytes()).article))));
        println!("{case:<40} {:>10} {:>8.1}", text.len(), rate(text.len(), time));
    }
}

/// Prints how fast the documents are read and what each stage takes of that; gives MB/s.
fn speed(documents: &[String]) -> f64 {
    let bytes: usize = documents.iter().map(String::len).sum();
    let over = |run: &dyn Fn(&String)| best(|| documents.iter().for_each(run));
    let engine = over(&|text| drop(black_box(extract(&parse(b"story.txt", text.as_bytes()).article))));
    let peer = over(&|text| assert!(black_box(text.unicode_words().map(str::len).max()).is_some()));
    let articles: Vec<Article> = documents.iter().map(|text| parse(b"story.txt", text.as_bytes()).article).collect();
    let parsed = over(&|text| drop(black_box(parse(b"story.txt", text.as_bytes()))));
    let extracted = best(|| articles.iter().for_each(|article| drop(black_box(extract(article)))));
    let cut = best(|| articles.iter().for_each(|article| drop(black_box(words(article)))));
    let words: Vec<_> = articles.iter().map(words).collect();
    let tagged = best(|| words.iter().for_each(|(words, ends)| drop(black_box(Tagger::embedded().tag(words, ends)))));
    let share = |stage: Duration| format!("{:.0} %", 100.0 * stage.as_secs_f64() / (parsed + extracted).as_secs_f64());
    println!(
        "{:>14} {:>6} {:>7.1} {:>6.2}x | {:>6} {:>7} {:>7} {:>6}",
        bytes / documents.len(),
        documents.len(),
        rate(bytes, engine),
        peer.as_secs_f64() / engine.as_secs_f64(),
        share(parsed),
        share(cut),
        share(tagged),
        share(extracted.saturating_sub(cut + tagged)),
    );
    rate(bytes, engine)
}

fn rate(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64()
}

fn best(mut run: impl FnMut()) -> Duration {
    let times = (0..ROUNDS).map(|_| {
        let start = on_core();
        run();
        on_core().saturating_sub(start)
    });
    times.min().unwrap_or_default()
}

/// The time that this thread has had a core to itself, so that what else the machine does counts for nothing; where the system does
/// not tell, the time on the wall.
fn on_core() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.as_deref().and_then(|told| told.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

/// Stories of sentences drawn from those at hand, with other names and numbers in each.
fn varied() -> Vec<String> {
    const STORIES: usize = 3_000;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = files(&root.join("seeds")).into_iter().chain(files(&root.join("tests/golden/entities")));
    let bytes = paths.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).filter_map(|path| fs::read(path).ok());
    let articles: Vec<Article> = bytes.map(|bytes| parse(b"story.txt", &bytes).article).collect();
    let sentences: Vec<&str> = articles.iter().flat_map(Article::sentences).map(|sentence| sentence.text).collect();
    let is_name = |word: &str| word.len() > 3 && word.starts_with(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase);
    // Words that open a sentence are no names as a rule.
    let names: Vec<&str> = sentences.iter().flat_map(|sentence| sentence.split(' ').skip(1)).filter(|word| is_name(word)).collect();
    let mut random = Random::new(7);
    let story = |_| {
        let mut other: HashMap<&str, String> = HashMap::new();
        let mut story = String::new();
        for number in 0..24 {
            story.push_str(if number % 3 == 0 { "\n\n" } else { " " });
            let words = sentences[random.below(sentences.len())].split(' ').enumerate().map(|(at, word)| {
                let mut invented = || {
                    let (start, end) = (names[random.below(names.len())], names[random.below(names.len())]);
                    let cut = |name: &str| name.char_indices().nth(3).map_or(name.len(), |(at, _)| at);
                    format!("{}{}", &start[..cut(start)], &end[cut(end)..])
                };
                if at > 0 && is_name(word) {
                    return other.entry(word).or_insert_with(&mut invented).clone();
                }
                word.chars().map(|c| if c.is_ascii_digit() { ['1', '2', '3', '5', '7', '8', '9'][random.below(7)] } else { c }).collect()
            });
            story.push_str(&words.collect::<Vec<_>>().join(" "));
        }
        story
    };
    (0..STORIES).map(story).collect()
}

/// Different documents of about `size` bytes under headlines of their own, cut from the stories in an order of their own.
fn documents(stories: &[String], size: usize, random: &mut Random) -> Vec<String> {
    let mut rest: Vec<&str> = Vec::new();
    let document = |number| {
        let mut text = format!("Council hears of case {number} after a long day\n\nMOSCOW, December 17. /TASS/. It begins.");
        while text.len() < size {
            let Some(story) = rest.pop() else {
                rest = stories.iter().map(String::as_str).collect();
                (1..rest.len()).rev().for_each(|at| rest.swap(at, random.below(at + 1)));
                continue;
            };
            // What is too much goes into the next document.
            let paragraph = story.char_indices().find(|(at, _)| text.len() + at >= size && story[*at..].starts_with("\n\n"));
            let (story, more) = story.split_at(paragraph.map_or(story.len(), |(at, _)| at));
            rest.extend(Some(more.trim_start()).filter(|more| !more.is_empty()));
            text.push_str("\n\n");
            text.push_str(story.trim_start());
        }
        text
    };
    (0..(BYTES / size).max(1)).map(document).collect()
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
