//! How the engine's tests read stories and print what was found.

mod laws;
mod seed;

use crate::model::{Article, ArticleBuilder, BlockKind, Dateline, Detail, Entities, Entity, Span};

/// Sentences good enough for tests: a stop, maybe a closing mark, a space, and a capital or an opening mark.
pub(super) fn sentences(text: &str) -> Vec<Span> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut spans = Vec::new();
    let mut start = 0;
    for at in 1..chars.len().saturating_sub(1) {
        let (offset, c) = chars[at];
        let next = chars[at + 1].1;
        let before: String =
            chars[..at].iter().rev().map(|&(_, c)| c).skip_while(|c| matches!(c, '"' | '”' | '’' | '\'')).take(5).collect();
        let stopped = before.starts_with(['.', '!', '?'])
            && !["rM.", "rD.", "neG", "jaM", "loC", "tL.", ".S.U"].iter().any(|abbreviation| before[1..].starts_with(abbreviation));
        if c == ' '
            && stopped
            && (next.is_uppercase() || matches!(next, '"' | '“'))
            && !before.starts_with(".rM")
            && !before.starts_with(".S")
        {
            spans.push(Span::new(start, offset));
            start = offset + 1;
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
