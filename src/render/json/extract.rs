//! `newswatch.extract/1`.

use jiff::civil;
use serde::Serialize;

use super::{MentionJson, mentions, object};
use crate::model::{Article, BlockKind, Dateline, Detail, Extract, Format, Issue, NoticeKind};

/// One line of `newswatch.extract/1`. `extractor` is the version of the engine that made the extract.
#[must_use]
pub fn extract(extract: &Extract, extractor: &str) -> String {
    let Extract { format, encoding, article, entities, issues } = extract;
    object(&ExtractJson {
        schema: "newswatch.extract/1",
        format: *format,
        encoding,
        language: article.language.as_deref(),
        extractor,
        article: ArticleJson::of(article),
        text: article.text(),
        entities: entities
            .iter()
            .map(|entity| EntityJson { detail: &entity.detail, mentions: mentions(&entity.mentions, Some(article)) })
            .collect(),
        issues,
    })
}

#[derive(Serialize)]
struct ExtractJson<'a> {
    schema: &'static str,
    format: Format,
    encoding: &'a str,
    language: Option<&'a str>,
    extractor: &'a str,
    article: ArticleJson<'a>,
    text: &'a str,
    entities: Vec<EntityJson<'a>>,
    issues: &'a [Issue],
}

#[derive(Serialize)]
struct ArticleJson<'a> {
    section: Option<&'a str>,
    headline: Option<&'a str>,
    deck: Option<&'a str>,
    byline: Option<&'a str>,
    dateline: Option<DatelineJson<'a>>,
    date: Option<civil::Date>,
    notices: Vec<NoticeJson<'a>>,
    paragraphs: Vec<&'a str>,
}

impl<'a> ArticleJson<'a> {
    fn of(article: &'a Article) -> ArticleJson<'a> {
        ArticleJson {
            section: article.first(BlockKind::Section),
            headline: article.headline(),
            deck: article.first(BlockKind::Deck),
            byline: article.first(BlockKind::Byline),
            dateline: DatelineJson::of(article),
            date: article.date,
            notices: article.notices().map(|(kind, text)| NoticeJson { kind, text }).collect(),
            paragraphs: article.paragraphs().collect(),
        }
    }
}

#[derive(Serialize)]
struct DatelineJson<'a> {
    place: Option<&'a str>,
    date: Option<&'a str>,
    agency: Option<&'a str>,
    text: &'a str,
}

impl<'a> DatelineJson<'a> {
    /// `None` where the article has neither a dateline block nor a dateline's facts (front matter may give those alone).
    fn of(article: &'a Article) -> Option<DatelineJson<'a>> {
        static UNKNOWN: Dateline = Dateline { place: None, date: None, agency: None };
        let text = article.first(BlockKind::Dateline);
        if text.is_none() && article.dateline.is_none() {
            return None;
        }
        let Dateline { place, date, agency } = article.dateline.as_ref().unwrap_or(&UNKNOWN);
        Some(DatelineJson { place: place.as_deref(), date: date.as_deref(), agency: agency.as_deref(), text: text.unwrap_or_default() })
    }
}

#[derive(Serialize)]
struct NoticeJson<'a> {
    kind: NoticeKind,
    text: &'a str,
}

#[derive(Serialize)]
struct EntityJson<'a> {
    #[serde(flatten)]
    detail: &'a Detail,
    mentions: Vec<MentionJson<'a>>,
}
