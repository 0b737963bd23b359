//! [`Article`] → [`Entities`]: tokens, names and roles, quantities, dates, quotes. Pure.

mod age;
mod date;
mod identity;
mod lexicon;
mod measure;
mod name;
mod number;
mod quantity;
mod quote;
mod role;
pub mod tagger;
pub mod token;
#[cfg(feature = "onnx")]
pub mod transformer;
mod word;

use foldhash::HashMap;
use std::ops::Range;

use crate::model::{Article, Detail, Entities, Entity, Mention, Named, Part, Person};
use lexicon::Class;
use name::NameKind;
use tagger::{LabelError, Labeller, Tagger};
use word::{Cut, Words};

/// Finds the entities of an article, in the order of their first mention.
#[must_use]
pub fn extract(article: &Article) -> Entities {
    extract_with(article, Tagger::embedded()).expect("the embedded tagger has something to say of any words")
}

/// The same, with names from another labeller than the embedded tagger.
///
/// # Errors
/// The labeller's own.
pub fn extract_with(article: &Article, labeller: &dyn Labeller) -> Result<Entities, LabelError> {
    let cut = Cut::of(article);
    let words = cut.words();
    let (amounts, dated) = amounts_and_dates(&words);
    let names = name::find_all(&words, &dated, labeller)?;
    let identities = identity::join(&words, &names, role::titles(&words, &names));
    let quotes = quote::find(&words, &identities);
    let mut entities = gathered(&words, amounts);
    entities.reserve(identities.known.len() + quotes.len());
    entities.extend(identities.known.into_iter().map(|known| {
        let detail = match known.kind {
            NameKind::Person => Detail::Person(Person { name: known.name, role: known.role, rank: known.rank }),
            NameKind::Organization => Detail::Organization(Named { name: known.name }),
            NameKind::Place => Detail::Place(Named { name: known.name }),
        };
        entity(&words, detail, known.mentions)
    }));
    entities.extend(quotes.into_iter().map(|found| {
        let mentions = found.parts.into_iter().map(|part| (part, found.confidence));
        entity(&words, Detail::Quote(found.quote), mentions)
    }));
    entities.retain(|entity| !entity.mentions.is_empty());
    entities.sort_by_key(|entity| (entity.mentions[0].span, entity.kind()));
    Ok(entities)
}

/// An amount or a date and the words it stands on.
#[derive(Clone, Debug)]
struct Finding {
    words: Range<usize>,
    detail: Detail,
    confidence: u8,
}

/// What `a` may count, beside a quarter: `a million`, `a week ago`.
const COUNTED: Class = Class::NUMBER.or(Class::TIME_UNIT);

/// All amounts and dates in order, and which words belong to dates or to money and so to no name.
fn amounts_and_dates(words: &Words<'_>) -> (Vec<Finding>, Vec<bool>) {
    let anchor = date::Anchor::of(words);
    let mut findings = Vec::new();
    let mut dated = vec![false; words.len()];
    for line in words.lines().iter().filter(|line| line.classes.has(COUNTED.or(Class::COUNTS))) {
        let words = &words.within(line);
        let findings_before = findings.len();
        let mut at = line.words.start;
        // The first word that no finding has taken.
        let mut from = at;
        while at < line.words.end {
            let article = || (words.has(at + 1, COUNTED) || words.is(at + 1, "quarter")) && words.is_any(at, &["a", "an"]);
            if !(words.has(at, Class::COUNTS) || article()) {
                at += 1;
                continue;
            }
            let date = date::find(words, line, at, &anchor);
            if let Some(date) = &date {
                dated[date.words.clone()].fill(true);
            }
            match date.or_else(|| quantity::find(words, line, at, from)) {
                Some(mut found) => {
                    quantity::refer(words, &mut found, &findings[findings_before..]);
                    // `U.S. dollars` names no place.
                    if matches!(found.detail, Detail::Money(_)) {
                        dated[found.words.clone()].fill(true);
                    }
                    at = found.words.end.max(at + 1);
                    from = at;
                    findings.push(found);
                }
                None => at += 1,
            }
        }
    }
    (findings, dated)
}

/// Amounts and dates as entities: those that say the same are one.
fn gathered(words: &Words<'_>, findings: Vec<Finding>) -> Entities {
    /// What says the same. A date of no known day says no more than its words do.
    #[derive(PartialEq, Eq, Hash)]
    enum Said<'f> {
        Detail(&'f Detail),
        Words(String),
    }
    let mut seen: HashMap<Said<'_>, usize> = HashMap::default();
    let entity_of: Vec<usize> = findings
        .iter()
        .map(|found| {
            let said = match &found.detail {
                Detail::Date(date) if date.iso.is_none() => Said::Words(words.slice(&found.words).to_lowercase()),
                detail => Said::Detail(detail),
            };
            let next = seen.len();
            *seen.entry(said).or_insert(next)
        })
        .collect();
    let mut entities: Entities = Vec::with_capacity(seen.len());
    for (found, at) in findings.into_iter().zip(entity_of) {
        let mention = mention(words, &found.words, found.confidence);
        if at == entities.len() {
            entities.push(Entity { detail: found.detail, mentions: Vec::new() });
        }
        entities[at].mentions.extend(mention);
    }
    entities
}

fn entity(words: &Words<'_>, detail: Detail, mentions: impl IntoIterator<Item = (Range<usize>, u8)>) -> Entity {
    let mentions = mentions.into_iter().filter_map(|(range, confidence)| mention(words, &range, confidence)).collect();
    Entity { detail, mentions }
}

fn mention(words: &Words<'_>, range: &Range<usize>, confidence: u8) -> Option<Mention> {
    let span = words.span(range);
    let part: Part = words.article.part_at(span.start())?;
    (!span.is_empty()).then_some(Mention { part, span, confidence })
}

#[cfg(test)]
mod tests;
