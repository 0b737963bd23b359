//! The change history as a page, and the list of revisions that it shares with the page of a document.

use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::answer::{Answer, Trouble};
use super::pages::{self, counted};
use super::parameters::Parameters;
use crate::model::{Class, Flag, Gap, Seq, Severity};
use crate::query::{Entry, Filter, GapsToTell, History};
use crate::render::{self, Html, Style, severity_mark, visible_path};

/// Revisions on a page where nothing else is asked for.
pub(super) const LIMIT: u32 = 100;

/// The newest revisions that the parameters ask for.
pub(super) fn page(history: &History, parameters: &Parameters, mut filter: Filter, zone: &TimeZone) -> Result<Answer, Trouble> {
    // Before the log: what is derived in between is not missed.
    let is_behind = history.is_behind()?;
    let mut entries = history.log(&filter)?;
    if filter.oldest_first {
        // A page is read from the top, whatever it is asked for.
        entries.reverse();
        filter.oldest_first = false;
    }
    let gaps = gaps_among(history, &filter)?;
    let present = history.present()?;
    let feed = parameters.with("before", None);
    Ok(Answer::page(pages::page("Changes", &feed, |page| {
        page.raw("<header class=\"top\"><h1>Changes</h1><p class=\"counts\">");
        page.text(&counted(present, "document")).raw(" there now");
        if is_behind {
            page.raw(" · some are recorded and still being read, and will be told of soon");
        }
        if *parameters != Parameters::default() {
            page.raw(" · <a href=\"/\">show all</a>");
        }
        page.raw("</p></header>\n");
        form(page, parameters);
        let seen = entries.first().map_or(0, |entry| entry.version.seq.0);
        page.raw(&format!("<p id=\"live\" class=\"live\" role=\"status\" data-after=\"{seen}\" hidden></p>\n"));
        if entries.is_empty() {
            page.raw("<p class=\"empty\">Nothing here");
            page.raw(match *parameters == Parameters::default() {
                true if is_behind => " yet: what is recorded is still being read.</p>\n",
                true => " yet: nothing has been recorded.</p>\n",
                false => " that matches.</p>\n",
            });
        }
        Listing { entries: &entries, gaps, zone, documents: true }.write(page);
        page.raw("<nav class=\"pages\" aria-label=\"Pages\">");
        if filter.before.is_some() || filter.after.is_some() {
            page.raw("<a href=\"/").text(&parameters.with("before", None)).raw("\">← Newest</a>");
        }
        if let Some(Seq(last)) = next_page(&entries, &filter) {
            page.raw("<a class=\"end\" rel=\"next\" href=\"/")
                .text(&parameters.with("before", Some(&last.to_string())))
                .raw("\">Older →</a>");
        }
        page.raw("</nav>\n");
    })))
}

fn write_gap(page: &mut Html, gap: &Gap, zone: &TimeZone) {
    // Without the slash that joining nothing leaves at the end.
    let place: PathBuf = gap.root.join(&gap.path).components().collect();
    page.raw("<li class=\"gap\">").text(render::gap(gap, &place, zone, &Style::plain()).trim_end()).raw("</li>\n");
}

/// The gaps that belong to a page of the list: those that were noted after the page before it.
fn gaps_among(history: &History, filter: &Filter) -> Result<GapsToTell, Trouble> {
    if filter.classes.is_some() {
        return Ok(GapsToTell::default());
    }
    let mut gaps = GapsToTell::new(history.gaps(filter.since, filter.until)?);
    if let Some((_, version)) = filter.before.map_or(Ok(None), |before| history.at(before))? {
        drop(gaps.before(version.observed));
    }
    Ok(gaps)
}

/// Where the next page begins; `None` where there is none.
pub(super) fn next_page(entries: &[Entry], filter: &Filter) -> Option<Seq> {
    let full = filter.limit.is_some_and(|limit| entries.len() >= usize::try_from(limit).unwrap_or(usize::MAX));
    entries.last().filter(|_| full).map(|entry| entry.version.seq)
}

/// Revisions, newest first, under the days on which they were seen.
pub(super) struct Listing<'a> {
    pub(super) entries: &'a [Entry],
    /// Told among them, each where it was noted.
    pub(super) gaps: GapsToTell,
    pub(super) zone: &'a TimeZone,
    /// Whether they are of several documents.
    pub(super) documents: bool,
}

impl Listing<'_> {
    pub(super) fn write(mut self, page: &mut Html) {
        let day = |entry: &Entry| entry.version.observed.to_zoned(self.zone.clone()).date();
        for entries in self.entries.chunk_by(|a, b| day(a) == day(b)) {
            if let Some(first) = entries.first() {
                let heading = first.version.observed.to_zoned(self.zone.clone()).strftime("%A, %-d %B %Y").to_string();
                page.raw("<section>\n<h2>").raw(&heading).raw("</h2>\n<ol class=\"log\">\n");
                for entry in entries {
                    self.gaps.before(entry.version.observed).for_each(|gap| write_gap(page, &gap, self.zone));
                    self.entry(page, entry);
                }
                page.raw("</ol>\n</section>\n");
            }
        }
    }

    fn entry(&self, page: &mut Html, entry: &Entry) {
        let (version, summary) = (&entry.version, &entry.summary);
        let severity = summary.severity.name();
        let observed = version.observed.to_zoned(self.zone.clone());
        page.raw("<li class=\"").raw(severity).raw("\"><time datetime=\"").raw(&version.observed.to_string()).raw("\" title=\"");
        page.text(&observed.strftime("%Y-%m-%d %H:%M:%S %:z").to_string()).raw("\">");
        page.raw(&observed.strftime("%H:%M").to_string()).raw("</time><span class=\"mark\" role=\"img\" aria-label=\"");
        page.raw(severity).raw("\" title=\"").raw(severity).raw("\">").raw(severity_mark(summary.severity)).raw("</span><div>\n");
        page.raw(&format!("<a class=\"what\" href=\"/revision/{}\">", version.seq.0));
        page.text(if summary.trashline.is_empty() { summary.class.name() } else { &summary.trashline }).raw("</a>\n<p class=\"about\">");
        if self.documents {
            page.raw("<a class=\"path\" href=\"").raw(&pages::document_address(version)).raw("\">");
            page.text(&visible_path(version.path.relative())).raw("</a> ");
        }
        page.raw(&format!("<span>v{}</span> <span class=\"class\">{}</span>", version.number, summary.class.name()));
        for &flag in &summary.flags {
            page.raw(if flag == Flag::Stealth { " <span class=\"flag stealth\">" } else { " <span class=\"flag\">" })
                .raw(flag.name())
                .raw("</span>");
        }
        if summary.words_added + summary.words_deleted > 0 && summary.class != Class::Created {
            page.raw(&format!(" <span class=\"words\">+{} −{} words</span>", summary.words_added, summary.words_deleted));
        }
        if !self.documents {
            page.raw(" <span class=\"files\">");
            pages::downloads(page, version);
            page.raw("</span>");
        }
        page.raw("</p></div></li>\n");
    }
}

fn form(page: &mut Html, parameters: &Parameters) {
    let value = |name: &str| parameters.bytes(name).map(String::from_utf8_lossy).unwrap_or_default();
    page.raw("<form class=\"filter\" method=\"get\" action=\"/\" role=\"search\" aria-label=\"Filter\">\n");
    page.raw("<label class=\"wide\">Path <input name=\"path\" value=\"").text(&value("path"));
    page.raw("\" placeholder=\"wire/ or wire/story.txt\" autocomplete=\"off\" spellcheck=\"false\"></label>\n");
    let severities = [Severity::Substantive, Severity::Minor, Severity::Cosmetic].map(Severity::name);
    choice(page, "severity", "At least", &value("severity"), &severities);
    choice(page, "class", "Class", &value("class"), &Class::ALL.map(Class::name));
    let flags = [Flag::Stealth, Flag::Noticed, Flag::Headline, Flag::Deck, Flag::Dateline, Flag::Truncated, Flag::Fallback];
    choice(page, "flag", "Flag", &value("flag"), &flags.map(Flag::name));
    page.raw("<label>Since <input name=\"since\" size=\"10\" value=\"").text(&value("since"));
    page.raw("\" placeholder=\"24h, today\" autocomplete=\"off\"></label>\n<button>Filter</button>\n</form>\n");
}

/// A choice of names, with what the address says even where it is none of them.
fn choice(page: &mut Html, name: &str, label: &str, chosen: &str, names: &[&str]) {
    page.raw(&format!("<label>{label} <select name=\"{name}\"><option value=\"\">any</option>"));
    let other = Some(chosen).filter(|chosen| !chosen.is_empty() && !names.contains(chosen));
    for &option in names.iter().chain(&other) {
        page.raw("<option").raw(if option == chosen { " selected>" } else { ">" }).text(option).raw("</option>");
    }
    page.raw("</select></label>\n");
}
