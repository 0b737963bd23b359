//! `newswatch extract FILE` for people: the structure of the article and its entities, to be read at a glance.

use std::path::Path;

use super::line::{Line, Page};
use super::style::Style;
use super::table::{Fit, Table};
use super::telling::{amount_text, titles};
use crate::model::{Block, BlockKind, Dateline, Detail, Entity, Extract, Part};

/// The article a line a block, then a line an entity, sorted by kind (name, what is known of it, where), then the issues.
#[must_use]
pub fn extract(path: &Path, extract: &Extract, width: usize, style: &Style) -> String {
    let article = &extract.article;
    let mut page = Page::new();
    let mut title = Line::new();
    title.push_path(style.path, path);
    let language = article.language.as_deref().unwrap_or("language unknown");
    title.push(style.dim, &format!("  {}, {}, {language}", extract.format.name(), extract.encoding));
    page.paragraph(2, width, &title);

    page.blank();
    if article.blocks().is_empty() {
        page.line(Line::new().with(style.dim, "no text"));
    }
    for block in article.blocks() {
        page.line(block_line(block, article.text(), width, style));
        if let (BlockKind::Dateline, Some(dateline)) = (block.kind, &article.dateline) {
            page.line(dateline_line(dateline, style));
        }
    }

    page.blank();
    if extract.entities.is_empty() {
        page.line(Line::new().with(style.dim, "no entities"));
    }
    let mut table = Table::new(2, Fit::Cut);
    let mut entities: Vec<&Entity> = extract.entities.iter().collect();
    entities.sort_by_key(|entity| entity.kind());
    for entity in entities {
        let (name, known) = tell(entity, article.text());
        table.row(vec![
            Line::new().with(style.label, entity.kind().name()),
            Line::new().with(style.title, &name),
            Line::new().with(anstyle::Style::new(), &known),
            Line::new().with(style.dim, &places(entity)),
        ]);
    }
    table.layout(&mut page, width);

    if !extract.issues.is_empty() {
        page.blank();
        for issue in &extract.issues {
            let mut line = Line::new().with(style.minor, &issue.code);
            line.plain(&format!(": {}", issue.message));
            page.paragraph(2, width, &line);
        }
    }
    page.finish()
}

/// Wide enough for `headline` and `dateline`.
const LABEL: usize = 10;

fn block_line(block: &Block, text: &str, width: usize, style: &Style) -> Line {
    let label = block.kind.part().map_or_else(|| "section".to_owned(), |part| part.to_string());
    let mut line = Line::new().with(style.label, &label);
    line.pad_to(LABEL);
    let ink = if block.kind == BlockKind::Headline { style.title } else { anstyle::Style::new() };
    line.push(ink, block.span.of(text));
    let sentences = match block.sentences.len() {
        0 | 1 => String::new(),
        count => format!("  {count} sentences"),
    };
    let mut line = line.cut(width.saturating_sub(sentences.len()));
    line.push(style.dim, &sentences);
    line
}

/// What was understood of the dateline, below its words.
fn dateline_line(dateline: &Dateline, style: &Style) -> Line {
    let mut line = Line::new();
    line.pad_to(LABEL);
    let known: Vec<&str> = [&dateline.place, &dateline.date, &dateline.agency].into_iter().filter_map(|fact| fact.as_deref()).collect();
    line.push(style.dim, &known.join(" · "));
    line
}

/// What an entity is called, and what else is known of it: of a number or date its value, where the words do not say it.
fn tell(entity: &Entity, text: &str) -> (String, String) {
    let words = entity.mentions.first().map(|mention| mention.span.of(text)).unwrap_or_default();
    let value = |value: Option<String>| match value {
        Some(value) if value.to_lowercase() != words.to_lowercase() => (words.to_owned(), value),
        _ => (words.to_owned(), String::new()),
    };
    match &entity.detail {
        Detail::Person(person) => (person.name.clone(), titles(person.rank.as_deref(), person.role.as_deref()).unwrap_or_default()),
        Detail::Organization(named) | Detail::Place(named) => (named.name.clone(), String::new()),
        Detail::Date(date) => value(date.iso.clone()),
        Detail::Quantity(amount) | Detail::Money(amount) | Detail::Percent(amount) => value(amount_text(amount, amount.unit.as_deref())),
        Detail::Quote(quote) => {
            let speaker = quote.speaker.clone().unwrap_or_else(|| "nobody named".to_owned());
            (speaker, if quote.direct { format!("“{}”", quote.quote) } else { quote.quote.clone() })
        }
    }
}

/// Every part of the article that names the entity, once: `headline, ¶1, ¶3`.
fn places(entity: &Entity) -> String {
    let mut parts: Vec<Part> = Vec::new();
    for mention in &entity.mentions {
        if !parts.contains(&mention.part) {
            parts.push(mention.part);
        }
    }
    parts.iter().map(Part::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample::{Sample, golden, readable};

    #[test]
    fn an_extract_at_a_glance() {
        let sample = Sample::new();
        golden!("extract_plain", extract(Path::new("wire/ferry.txt"), &sample.newer, 90, &Style::plain()));
        golden!("extract_coloured", readable(&extract(Path::new("wire/ferry.txt"), &sample.newer, 60, &Style::coloured())));
    }
}
