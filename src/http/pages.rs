//! What all pages have around them, and the pages of a revision, a document and a refusal.

use std::path::Path;

use jiff::tz::TimeZone;

use super::answer::{Answer, Trouble};
use super::history::{self, Listing};
use super::parameters::Parameters;
use super::step;
use super::url;
use crate::model::{Content, Seq, Version};
use crate::query::{Document, Filter, GapsToTell, History};
use crate::render::{self, Html, visible_path};

/// A whole page: head, the bar at its top, and what `main` writes into its middle.
pub(super) fn page(title: &str, feed: &str, main: impl FnOnce(&mut Html)) -> String {
    let mut page = Html::default();
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    page.text(title).raw(" · newswatch</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n");
    page.raw("<link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">\n");
    page.raw("<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Changes\" href=\"/feed.atom").text(feed).raw("\">\n");
    page.raw("<script src=\"/live.js\" defer></script>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n");
    page.raw("<nav class=\"bar\" aria-label=\"newswatch\"><div><a class=\"brand\" href=\"/\">newswatch</a>");
    page.raw("<a href=\"/?severity=substantive\">Substantive</a><a href=\"/?flag=stealth\">Stealth</a>");
    page.raw("<a href=\"/?class=correction,withdrawn,restored\">Corrected or gone</a>");
    page.raw("<a class=\"end\" href=\"/feed.atom").text(feed).raw("\">Feed</a></div></nav>\n<main id=\"main\">\n");
    main(&mut page);
    page.raw("</main>\n</body>\n</html>\n");
    page.finish()
}

/// The refusal as a page.
pub(super) fn trouble(trouble: &Trouble) -> String {
    let title = trouble.status.canonical_reason().unwrap_or("Trouble");
    page(title, "", |page| {
        page.raw("<header><p class=\"path\">").text(trouble.status.as_str()).raw("</p><h1>").text(title).raw("</h1></header>\n<p>");
        page.text(&trouble.message).raw("</p>\n<p><a href=\"/\">To the change history</a></p>\n");
    })
}

/// What a revision changed, with the way to its neighbours.
pub(super) fn revision(history: &History, seq: Seq, zone: &TimeZone) -> Result<Answer, Trouble> {
    let (document, step) = step::load(history, seq)?;
    let version = &step.to.version;
    let neighbour = |filter: Filter| -> Result<Option<Seq>, Trouble> {
        let filter = Filter { documents: Some(vec![document.id]), limit: Some(1), ..filter };
        Ok(history.log(&filter)?.first().map(|entry| entry.version.seq))
    };
    let older = neighbour(Filter { before: Some(seq), ..Filter::default() })?;
    let newer = neighbour(Filter { after: Some(seq), oldest_first: true, ..Filter::default() })?;
    let view = step::view(&step);
    Ok(Answer::page(page(&render::html_title(&view), "", |page| {
        page.raw("<nav class=\"steps\" aria-label=\"Versions\">");
        for (to, relation, label) in [(older, "prev", "← older change"), (newer, "next", "newer change →")] {
            if let Some(Seq(to)) = to {
                page.raw(&format!("<a rel=\"{relation}\" href=\"/revision/{to}\">{label}</a>"));
            } else {
                page.raw("<span>").raw(label).raw("</span>");
            }
        }
        page.raw("<a class=\"end\" href=\"").raw(&document_address(version)).raw("\">all versions</a></nav>\n");
        render::html_body(page, &view, zone);
        page.raw("<footer>Version ").text(&version.number.to_string()).raw(": ");
        downloads(page, version);
        page.raw(&format!(" <a href=\"/api/diff/{}\">JSON</a></footer>\n", seq.0));
    })))
}

/// All that ever happened to a document. Which one, where several bear the name in turn: `seq`, the cursor of any of its versions.
pub(super) fn document(history: &History, path: &Path, parameters: &Parameters, zone: &TimeZone) -> Result<Answer, Trouble> {
    let document = match parameters.seq("seq")? {
        Some(seq) => step::version(history, seq)?.0,
        None => named(history, path)?,
    };
    let before = parameters.seq("before")?;
    let filter = Filter { documents: Some(vec![document.id]), before, limit: Some(history::LIMIT), ..Filter::default() };
    // Before the log: what is derived in between is told twice, and not missed.
    let pending = history.pending_of(document.id)?;
    let entries = history.log(&filter)?;
    let latest = &document.latest;
    let name = visible_path(latest.path.relative());
    let feed = format!("?path={}", url::encode(latest.path.relative_bytes()));
    Ok(Answer::page(page(&name, &feed, |page| {
        page.raw("<header><p class=\"path\">").text(&visible_path(latest.path.root())).raw("</p>\n<h1 class=\"name\">");
        page.text(&name).raw("</h1>\n<p class=\"counts\">");
        let state = match latest.content {
            Content::Bytes { .. } => "there now",
            Content::Tombstone => "deleted",
        };
        page.raw(&format!("{} of it, {state}</p></header>\n", counted(u64::from(latest.number.get()), "version")));
        if pending > 0 {
            let (which, them) = (counted(pending, "version"), if pending == 1 { "is" } else { "are" });
            page.raw(&format!("<p class=\"empty\">{which} {them} recorded and still being read: what changed will be told here soon. "));
            downloads(page, latest);
            page.raw("</p>\n");
        }
        let listing = Listing { entries: &entries, gaps: GapsToTell::default(), zone, documents: false };
        listing.write(page);
        if let Some(last) = history::next_page(&entries, &filter) {
            let address = format!("{}&before={}", document_address(latest), last.0);
            page.raw("<nav class=\"pages\"><a rel=\"next\" href=\"").raw(&address).raw("\">Older versions →</a></nav>\n");
        }
    })))
}

/// The page of the document that a version is of.
pub(super) fn document_address(version: &Version) -> String {
    format!("/document/{}?seq={}", url::encode(version.path.relative_bytes()), version.seq.0)
}

/// Links to the contents of a version, where it has any.
pub(super) fn downloads(page: &mut Html, version: &Version) {
    if version.content.digest().is_some() {
        let seq = version.seq.0;
        page.raw(&format!("<a href=\"/version/{seq}/text\">text</a> <a href=\"/version/{seq}/raw\">file</a>"));
    }
}

/// `1 version`, `3 versions`.
pub(super) fn counted(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

fn named(history: &History, path: &Path) -> Result<Document, Trouble> {
    let mut found = history.named(path)?;
    if found.len() > 1 {
        let roots: Vec<_> = found.iter().map(|document| visible_path(document.latest.path.root()).into_owned()).collect();
        return Err(Trouble::parameter(
            "seq",
            format_args!("several roots have a document of this name ({}); say which by the cursor of a version", roots.join(", ")),
        ));
    }
    found.pop().ok_or_else(|| Trouble::not_found(format!("no document ever stood at {}", visible_path(path))))
}
