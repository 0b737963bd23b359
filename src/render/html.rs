//! `--html`: a revision as one self-contained page: no script, no network, everything foreign escaped.

use jiff::tz::TimeZone;

use super::diff::note;
use super::markup::Html;
use super::script::{Row, rows};
use super::stat::counts;
use super::style::severity_mark;
use super::telling::{Told, change_name, place, tell};
use super::view::{DiffView, Side};
use super::visible::visible_path;
use super::words::pieces;
use crate::model::{EntityChange, Flag, Op, Part, Revision, SentenceAction, WordOp};

/// The style sheet of every page that newswatch makes.
pub const HTML_STYLE: &str = include_str!("html.css");

/// The whole page: verdict, entity changes as a table, the newer text with its deleted and inserted words. Readable by day
/// and night (`prefers-color-scheme`), on paper and on a telephone; changes are told by more than colour.
#[must_use]
pub fn html(view: &DiffView<'_>, zone: &TimeZone) -> String {
    let mut page = Html::default();
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // Even if an escape were missing: nothing foreign would run or be fetched.
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta name=\"generator\" content=\"newswatch\">\n<title>");
    page.text(&html_title(view));
    page.raw("</title>\n<style>\n").raw(HTML_STYLE).raw("</style>\n</head>\n<body>\n<main>\n");
    html_body(&mut page, view, zone);
    page.raw("<footer>Made by newswatch.</footer>\n</main>\n</body>\n</html>\n");
    page.finish()
}

/// What stands in the `main` of that page, for pages that have more around it. Styled by [`HTML_STYLE`].
pub fn html_body(page: &mut Html, view: &DiffView<'_>, zone: &TimeZone) {
    let language = view.to.or(view.from).and_then(|side| side.article).and_then(|article| article.language.as_deref());
    header(page, view, zone);
    // A document that came or went as a whole has no changes inside.
    if !view.revision.entities.is_empty() || view.from.zip(view.to).is_some_and(|(from, to)| from.article.is_some() && to.article.is_some())
    {
        page.raw("<h2>Entities</h2>\n");
        entities(page, &view.revision.entities);
    }
    page.raw("<h2>Text</h2>\n<article");
    if let Some(language) = language {
        page.raw(" lang=\"").text(language).raw("\"");
    }
    page.raw(">\n");
    text(page, &rows(view));
    page.raw("</article>\n");
}

/// What a page about this revision is called.
#[must_use]
pub fn html_title(view: &DiffView<'_>) -> String {
    let versions: Vec<String> = [view.from, view.to].into_iter().flatten().map(|side| side.label()).collect();
    format!("{} {}", visible_path(view.path), versions.join(" → "))
}

fn header(page: &mut Html, view: &DiffView<'_>, zone: &TimeZone) {
    let revision = view.revision;
    page.raw("<header>\n<p class=\"path\">").text(&visible_path(view.path)).raw("</p>\n<h1>");
    page.text(if revision.trashline.is_empty() { "No changes" } else { &revision.trashline });
    page.raw("</h1>\n");
    verdict(page, revision);
    page.raw("<p class=\"sides\">");
    let sides: Vec<Side<'_>> = [view.from, view.to].into_iter().flatten().collect();
    for (at, side) in sides.iter().enumerate() {
        page.raw(if at > 0 { " → " } else { "" }).text(&side.label());
        if let Some(observed) = side.observed {
            let shown = observed.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
            page.raw(", <time datetime=\"").text(&observed.to_string()).raw("\">").text(&shown).raw("</time>");
        }
        if side.is_removed() {
            page.text(side.remark());
        }
    }
    page.raw("</p>\n");
    for line in counts(revision) {
        page.raw("<p class=\"counts\">").text(&line).raw("</p>\n");
    }
    page.raw("</header>\n");
}

fn verdict(page: &mut Html, revision: &Revision) {
    let severity = revision.severity.name();
    page.raw("<ul class=\"verdict\" aria-label=\"class, severity and flags\">\n<li>").raw(revision.class.name());
    if let Some(number) = revision.reverts_to {
        page.raw(" to v").text(&number.to_string());
    }
    page.raw("</li>\n<li class=\"").raw(severity).raw("\">").raw(severity_mark(revision.severity)).raw(" ").raw(severity).raw("</li>\n");
    for &flag in &revision.flags {
        page.raw(if flag == Flag::Stealth { "<li class=\"stealth\">" } else { "<li>" }).raw(flag.name()).raw("</li>\n");
    }
    page.raw("</ul>\n");
}

fn entities(page: &mut Html, changes: &[EntityChange]) {
    if changes.is_empty() {
        page.raw("<p class=\"counts\">No entity changed.</p>\n");
        return;
    }
    page.raw("<table>\n<thead><tr><th scope=\"col\">Change</th><th scope=\"col\">Subject</th>");
    page.raw("<th scope=\"col\">Before and after</th><th scope=\"col\">Where</th></tr></thead>\n<tbody>\n");
    for change in changes {
        let severity = change.severity.name();
        page.raw("<tr><td class=\"").raw(severity).raw("\" title=\"").raw(severity).raw(": ").text(&change.reason).raw("\">");
        page.raw("<span aria-hidden=\"true\">").raw(severity_mark(change.severity)).raw("</span><span class=\"spoken\">");
        page.raw(severity).raw(":</span> ").raw(change_name(change.change));
        page.raw("</td><th scope=\"row\">").text(&change.subject);
        if let Some(replaced) = &change.replaces {
            page.raw(" <span class=\"note\">for ").text(replaced).raw("</span>");
        }
        page.raw("</th><td>");
        before_and_after(page, change);
        page.raw("</td><td>").text(&place(change)).raw("</td></tr>\n");
    }
    page.raw("</tbody>\n</table>\n");
}

fn before_and_after(page: &mut Html, change: &EntityChange) {
    match tell(change) {
        Told::Words(told) => words(page, &told),
        Told::Pair(older, newer) => {
            page.marked(Op::Delete, &older);
            page.raw(" → ");
            page.marked(Op::Insert, &newer);
        }
        Told::Gone(told) => page.marked(Op::Delete, &told),
        Told::New(told) => page.marked(Op::Insert, &told),
        Told::Stays(told) => page.marked(Op::Equal, &told),
    }
}

fn text(page: &mut Html, rows: &[Row<'_>]) {
    for paragraph in rows.chunk_by(|a, b| a.part() == b.part()) {
        let part = paragraph.first().and_then(Row::part);
        page.raw("<div class=\"part");
        if let Some(name @ ("headline" | "deck")) = part.and_then(Part::name) {
            page.raw(" ").raw(name);
        }
        page.raw(if paragraph.iter().any(Row::is_changed) { " changed" } else { "" }).raw("\"><span class=\"where\">");
        page.text(&part.map(|part| part.to_string()).unwrap_or_default()).raw("</span><p dir=\"auto\">");
        for (at, row) in paragraph.iter().enumerate() {
            page.raw(if at > 0 { "\n" } else { "" });
            match row {
                Row::Unchanged(sentence) => drop(page.text(sentence.text)),
                Row::Whole(op, sentence) => page.marked(*op, sentence.text),
                Row::Changed(action) => sentence(page, action),
            }
        }
        page.raw("</p></div>\n");
    }
}

fn sentence(page: &mut Html, action: &SentenceAction) {
    if let Some(note) = note(action) {
        page.raw("<span class=\"note\">").text(note.trim_end_matches([':', ' '])).raw("</span> ");
    }
    match (&action.from, &action.to) {
        (Some(from), None) => page.marked(Op::Delete, &from.text),
        (None, Some(to)) => page.marked(Op::Insert, &to.text),
        (Some(_), Some(to)) if action.words.is_empty() => page.marked(Op::Equal, &to.text),
        _ => words(page, &action.words),
    }
}

fn words(page: &mut Html, words: &[WordOp]) {
    for (op, text) in pieces(words, true) {
        page.marked(op, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample::{Sample, golden};

    #[test]
    fn a_page() {
        let page = html(&Sample::new().view(), &TimeZone::UTC);
        // The style sheet is a file of its own; the golden file is about the page.
        golden!("html", page.replace(HTML_STYLE, "…\n"));
    }

    #[test]
    fn foreign_text_stays_text() {
        let mut sample = Sample::new();
        let hostile = "<script>alert(\"1\")</script>\u{202e}&'";
        sample.revision.trashline = hostile.into();
        sample.revision.entities[0].subject = hostile.into();
        sample.revision.entities[0].reason = hostile.into();
        sample.revision.text.actions[0].words[0].text = hostile.into();
        sample.newer.article.language = Some(hostile.into());
        let page = html(&sample.view(), &TimeZone::UTC);
        assert!(!page.contains("<script") && !page.contains('\u{202e}'));
        let escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&lt;U+202E&gt;&amp;&#39;";
        assert_eq!(page.matches(escaped).count(), 5);
    }
}
