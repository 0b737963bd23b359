//! How the engine's tests read stories and print what was found.

mod amounts;
mod dates;
mod laws;
mod names;
mod nominals;
mod quotes;
mod seed;

use super::extract;
use crate::model::{Article, ArticleBuilder, BlockKind, Dateline, Detail, Entities, Entity, Span};

/// An article of body paragraphs, one a blank-line block, dated Monday, December 17, 2018.
pub(super) fn story(text: &str) -> Article {
    let mut builder = ArticleBuilder::new();
    for paragraph in text.split("\n\n") {
        builder.push(BlockKind::Paragraph(0), paragraph, sentences);
    }
    builder.date(jiff::civil::date(2018, 12, 17));
    builder.build()
}

/// Sentences good enough for tests: a stop after a word that is no abbreviation, maybe a closing mark, a space, and then a capital.
pub(super) fn sentences(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    for (space, _) in text.match_indices(' ') {
        let word = text[start..space].rsplit(' ').next().unwrap_or_default();
        let bare = word.trim_end_matches(['"', '”', '’', '\'', '»']);
        let abbreviated = bare.ends_with('.') && bare.len() <= 5 && bare.starts_with(char::is_uppercase) && bare == word;
        let capital = text[space + 1..].starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“' | '«'));
        if bare.ends_with(['.', '!', '?']) && capital && !abbreviated {
            spans.push(Span::new(start, space));
            start = space + 1;
        }
    }
    spans.push(Span::new(start, text.len()));
    spans
}

/// One line an entity: kind, what is known of it, and the mentions.
pub(super) fn show(article: &Article, entity: &Entity) -> String {
    let role = |role: &Option<String>| role.as_ref().map(|role| format!(" [{role}]")).unwrap_or_default();
    let known = match &entity.detail {
        Detail::Person(person) => {
            format!("{}{}{}", person.name, role(&person.role), person.rank.as_ref().map(|rank| format!(" ({rank})")).unwrap_or_default())
        }
        Detail::Organization(named) | Detail::Place(named) => named.name.clone(),
        Detail::Date(date) => date.iso.clone().unwrap_or_else(|| "?".to_owned()),
        Detail::Quantity(amount) | Detail::Money(amount) | Detail::Percent(amount) => {
            let number = |number: Option<crate::model::Number>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
            let high = amount.high.map(|high| format!("-{high}")).unwrap_or_default();
            let of = amount.of.as_ref().map(|of| format!(" of {of}")).unwrap_or_default();
            let hedge = amount.qualifier.as_ref().map(|hedge| format!("{hedge} ")).unwrap_or_default();
            format!("{hedge}{}{high} {}{of}", number(amount.value), amount.unit.as_deref().unwrap_or("-"))
        }
        Detail::Quote(quote) => {
            format!("{}{}{}", if quote.direct { "" } else { "~" }, quote.speaker.as_deref().unwrap_or("?"), role(&quote.speaker_role))
        }
    };
    let mentions: Vec<String> =
        entity.mentions.iter().map(|mention| format!("{}:{}", mention.part, mention.span.of(article.text()))).collect();
    format!("{} {known} | {}", entity.kind().name(), mentions.join(" | "))
}

pub(super) fn show_all(article: &Article, entities: &Entities) -> Vec<String> {
    entities.iter().map(|entity| show(article, entity)).collect()
}

/// A dateline as the parser makes it.
pub(super) fn wired(place: &str, date: &str, agency: &str) -> Dateline {
    Dateline { place: Some(place.to_owned()), date: Some(date.to_owned()), agency: Some(agency.to_owned()) }
}
