//! How well revisions are read: takes articles, makes one or more edits of a known kind from a seed, and counts what the revision
//! says about them. Recall: of the edits made, how many are told as what they were. Precision: of the changes told, how many were
//! made.
//!
//! `cargo bench --bench perturb [-- [--show KIND] [DIR of .tsv files]]`. The articles are invented wire stories, the stories in
//! `seeds/`, and where there are any, annotated texts (`token<TAB>BIO label`) made into prose again.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads its texts")]

mod article;
mod edit;
#[path = "../prose.rs"]
mod prose;
#[path = "../random.rs"]
mod random;
mod score;

use std::path::PathBuf;

use article::Article;
use edit::Kind;
use random::Random;
use score::Scores;

/// How often each kind of edit is tried on each article.
const ROUNDS: u64 = 2;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench").peekable();
    let only = arguments.next_if(|argument| argument == "--show").and_then(|_| arguments.next());
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = arguments.next().map_or_else(|| manifest.join("../shared/ner/dev"), PathBuf::from);
    let sources = [
        ("invented wire stories", article::invented(150)),
        ("seeds/", article::seeds(&manifest.join("seeds"))),
        ("annotated texts", article::annotated(&folder, 60)),
    ];
    let mut all = Scores::default();
    for (name, articles) in &sources {
        if articles.is_empty() {
            println!("{name}: none here, left out\n");
            continue;
        }
        let scores = run(articles, only.as_deref());
        println!("{name}: {} articles\n{scores}", articles.len());
        all.add(&scores);
    }
    println!("all\n{all}");
}

fn run(articles: &[Article], only: Option<&str>) -> Scores {
    let mut scores = Scores::default();
    for (number, article) in articles.iter().enumerate() {
        for round in 0..ROUNDS {
            for kind in Kind::ALL.into_iter().filter(|kind| only.is_none_or(|only| only == kind.name())) {
                let mut random = Random::new((number as u64) << 16 | round << 8 | kind as u64);
                if let Some(edited) = edit::edit(article, kind, &mut random) {
                    scores.count(kind, article, &edited, only.is_some());
                }
            }
        }
    }
    scores
}

impl Random {
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// `count` different ones.
    pub(crate) fn some<'a, T: ?Sized>(&mut self, list: &[&'a T], count: usize) -> Vec<&'a T> {
        let mut list = list.to_vec();
        (0..count.min(list.len())).map(|_| list.swap_remove(self.below(list.len()))).collect()
    }
}
