//! How well names are joined to entities: B³ and pairwise precision, recall and F1 on text with labelled names.
//!
//! `cargo bench --bench identity [-- FILE]`, FILE in the training format; without one, the Re-DocRED test set where it is at hand.
//!
//! The source's own coreference ids are not in the format, so gold entities are made from the labelled names themselves, inside a
//! document and a type, and only where names leave no doubt:
//!
//! 1. names with the same words, without case, articles and full stops, are one entity;
//! 2. a person's single word that ends (or opens) exactly one longer person's name is that person;
//! 3. capitals that are the initials of exactly one longer name of an organization or a place are that one;
//! 4. an organization's name of two words or more that opens or ends exactly one longer one is that one.
//!
//! Names that fit several longer ones are ambiguous and are left out. Not scored, for the names do not tell: other names of one entity
//! (`the Netherlands`, `Holland`), nominals, pronouns, and two bearers of one name. So the figures say how the sieve does what exact
//! names can prove, on names as the engine finds them: a gold name counts where the engine has one with the same span.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads its text")]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use newswatch::entity::extract;
use newswatch::model::{Article, ArticleBuilder, BlockKind, EntityKind, Span};

fn main() {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/ner/dev/redocred_test.tsv");
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_else(|| shared.to_owned());
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("nothing to score: {path} is not at hand");
        return;
    };
    let mut total = Total::default();
    for document in text.split("-DOCSTART-") {
        total.score(&Document::read(document));
    }
    total.print();
}

/// A labelled document as an article of one paragraph, and its names.
struct Document {
    article: Article,
    names: Vec<Name>,
}

struct Name {
    span: Span,
    label: String,
    words: Vec<String>,
}

impl Document {
    fn read(lines: &str) -> Document {
        let mut text = String::new();
        let mut ends = Vec::new();
        let mut names: Vec<Name> = Vec::new();
        for line in lines.lines() {
            let Some((word, label)) = line.split_once('\t').filter(|(word, _)| !word.is_empty()) else {
                ends.push(text.len());
                continue;
            };
            let glued = matches!(word, "." | "," | ";" | ":" | "?" | "!" | ")" | "'s" | "n't" | "%") || text.ends_with('(');
            if !text.is_empty() && !glued {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(word);
            let lower = word.trim_end_matches('.').to_lowercase();
            match label.split_once('-') {
                Some(("B", label)) => {
                    names.push(Name { span: Span::new(start, text.len()), label: label.to_owned(), words: vec![lower] });
                }
                Some(("I", _)) => {
                    if let Some(name) = names.last_mut() {
                        name.span = Span::new(name.span.start(), text.len());
                        name.words.push(lower);
                    }
                }
                _ => {}
            }
        }
        names.retain_mut(|name| {
            name.words.retain(|word| word != "the");
            matches!(name.label.as_str(), "PER" | "ORG" | "LOC") && !name.words.is_empty()
        });
        ends.push(text.len());
        ends.dedup();
        let mut article = ArticleBuilder::new();
        article.push(BlockKind::Paragraph(0), &text, |text| {
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let spans = starts.zip(ends.iter().map(|&end| end.min(text.len()))).filter(|(start, end)| start < end);
            spans.map(|(start, end)| Span::new(start + usize::from(text[start..].starts_with(' ')), end)).collect()
        });
        Document { article: article.build(), names }
    }

    /// The gold entity of each name; `None` where the names leave a doubt.
    fn gold(&self) -> Vec<Option<usize>> {
        let mut forms: BTreeMap<(&str, &[String]), usize> = BTreeMap::new();
        for name in &self.names {
            let next = forms.len();
            forms.entry((&name.label, &name.words)).or_insert(next);
        }
        let joined: HashMap<usize, Option<usize>> = forms
            .iter()
            .filter_map(|(&(label, short), &form)| {
                let longer: BTreeSet<usize> = forms
                    .iter()
                    .filter(|&(&(other, long), _)| other == label && stands_for(label, short, long))
                    .map(|(_, &form)| form)
                    .collect();
                (!longer.is_empty()).then(|| (form, longer.first().copied().filter(|_| longer.len() == 1)))
            })
            .collect();
        let entity = |name: &Name| {
            let mut form = forms[&(name.label.as_str(), name.words.as_slice())];
            // Each step leads to a longer name, so there are few.
            while let Some(&longer) = joined.get(&form) {
                form = longer?;
            }
            Some(form)
        };
        self.names.iter().map(entity).collect()
    }
}

fn stands_for(label: &str, short: &[String], long: &[String]) -> bool {
    if short.len() >= long.len() {
        return false;
    }
    let initials = || long.iter().filter_map(|word| word.chars().next()).collect::<String>() == short[0].replace('.', "");
    match label {
        "PER" => short.len() == 1 && (long.ends_with(short) || long.starts_with(short)),
        "ORG" if short.len() > 1 => long.ends_with(short) || long.starts_with(short),
        _ => short.len() == 1 && short[0].len() > 1 && initials(),
    }
}

#[derive(Default)]
struct Total {
    names: usize,
    doubtful: usize,
    found: usize,
    scored: usize,
    precision: f64,
    recall: f64,
    pairs: [u64; 3],
}

impl Total {
    fn score(&mut self, document: &Document) {
        let mut found: HashMap<Span, usize> = HashMap::new();
        for (id, entity) in extract(&document.article).iter().enumerate() {
            if matches!(entity.kind(), EntityKind::Person | EntityKind::Organization | EntityKind::Place) {
                found.extend(entity.mentions.iter().map(|mention| (mention.span, id)));
            }
        }
        self.names += document.names.len();
        let mut both: Vec<(usize, usize)> = Vec::new();
        for (name, gold) in document.names.iter().zip(document.gold()) {
            self.found += usize::from(found.contains_key(&name.span));
            self.doubtful += usize::from(gold.is_none());
            both.extend(gold.zip(found.get(&name.span).copied()));
        }
        self.scored += both.len();
        for &(gold, own) in &both {
            let count = |fits: &dyn Fn(usize, usize) -> bool| both.iter().filter(|(g, o)| fits(*g, *o)).count() as f64;
            let shared = count(&|g, o| g == gold && o == own);
            self.precision += shared / count(&|_, o| o == own);
            self.recall += shared / count(&|g, _| g == gold);
        }
        for (at, one) in both.iter().enumerate() {
            for other in &both[at + 1..] {
                let (gold, own) = (one.0 == other.0, one.1 == other.1);
                self.pairs[0] += u64::from(gold && own);
                self.pairs[1] += u64::from(own);
                self.pairs[2] += u64::from(gold);
            }
        }
    }

    fn print(&self) {
        let share = |part: f64, whole: f64| 100.0 * part / whole.max(1.0);
        let line =
            |what: &str, p: f64, r: f64| println!("{what:<10} {p:>6.1} {r:>6.1} {:>6.1}", 2.0 * p * r / (p + r).max(f64::MIN_POSITIVE));
        println!(
            "{} names, {} in doubt; the engine has {} with the same span; {} scored",
            self.names, self.doubtful, self.found, self.scored
        );
        println!("{:<10} {:>6} {:>6} {:>6}", "", "P", "R", "F1");
        let scored = self.scored as f64;
        line("B³", share(self.precision, scored), share(self.recall, scored));
        let [shared, own, gold] = self.pairs.map(|pairs| pairs as f64);
        line("pairwise", share(shared, own), share(shared, gold));
    }
}
