//! `/feed.atom`: the change history as an Atom 1.0 feed (RFC 4287).

use super::answer::{Answer, Trouble};
use super::pages;
use super::parameters::Parameters;
use crate::model::Flag;
use crate::query::{Entry, Filter, History};
use crate::render::{Html, visible_path};

/// Revisions in the feed where nothing else is asked for.
pub(super) const LIMIT: u32 = 50;

/// `origin` is what the client called us: readers of feeds are bad at addresses that lack it.
pub(super) fn atom(history: &History, parameters: &Parameters, filter: &Filter, origin: &str) -> Result<Answer, Trouble> {
    let entries = history.log(filter)?;
    let query = parameters.with("limit", None);
    let updated = entries.iter().map(|entry| entry.version.observed).max().unwrap_or_default();
    let mut feed = Html::default();
    feed.raw(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>newswatch: changes</title>\n",
    );
    feed.raw("<id>tag:newswatch,2026:changes").text(&query).raw("</id>\n<updated>").raw(&updated.to_string()).raw("</updated>\n");
    feed.raw("<author><name>newswatch</name></author>\n<generator>newswatch</generator>\n");
    feed.raw("<link rel=\"self\" type=\"application/atom+xml\" href=\"").text(origin).raw("/feed.atom").text(&query).raw("\"/>\n");
    feed.raw("<link rel=\"alternate\" type=\"text/html\" href=\"").text(origin).raw("/").text(&query).raw("\"/>\n");
    entries.iter().for_each(|item| entry(&mut feed, item, origin));
    feed.raw("</feed>\n");
    Ok(Answer::new("application/atom+xml; charset=utf-8", feed.finish()))
}

fn entry(feed: &mut Html, entry: &Entry, origin: &str) {
    let (version, summary) = (&entry.version, &entry.summary);
    let (observed, path) = (version.observed.to_string(), visible_path(version.path.relative()));
    // The same cursor means another revision in another database: what was seen is told apart by when it was seen.
    feed.raw(&format!("<entry>\n<id>tag:newswatch,2026:{}:{}</id>\n<title>", version.seq.0, version.observed.as_microsecond()));
    feed.text(&path).raw(": ").text(if summary.trashline.is_empty() { summary.class.name() } else { &summary.trashline });
    feed.raw("</title>\n<updated>").raw(&observed).raw("</updated>\n<published>").raw(&observed).raw("</published>\n");
    feed.raw("<link rel=\"alternate\" type=\"text/html\" href=\"").text(origin).raw(&format!("/revision/{}\"/>\n", version.seq.0));
    feed.raw("<link rel=\"related\" type=\"text/html\" href=\"").text(origin).text(&pages::document_address(version)).raw("\"/>\n");
    let words = [summary.severity.name(), summary.class.name()].into_iter().chain(summary.flags.iter().copied().map(Flag::name));
    for (place, word) in words.clone().enumerate() {
        // Cosmetic is a class and a severity.
        if words.clone().position(|other| other == word) == Some(place) {
            feed.raw("<category term=\"").raw(word).raw("\"/>");
        }
    }
    let about: Vec<&str> = words.collect();
    feed.raw("\n<summary>").text(&format!(
        "Version {}: {}; +{} −{} words.",
        version.number,
        about.join(", "),
        summary.words_added,
        summary.words_deleted
    ));
    feed.raw("</summary>\n</entry>\n");
}
