//! From bytes to what is derived from them, whatever the bytes: a slip in parse, entity or diff costs the derived data of
//! one version, never the version.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::diff::{self, Side};
use crate::entity::tagger::Labeller;
use crate::model::{Article, Circumstances, Class, Entities, Extract, Extractor, Flag, Format, Issue, Revision, Severity, TextDiff};
use crate::{entity, parse};

/// What makes extracts and revisions here. Its name changes whenever the same bytes would give another result, so that both
/// sides of a diff are always made by the same extractor.
pub const EXTRACTOR: Extractor = Extractor { name: "newswatch/12", extract, complete, revise };

/// What makes extracts and revisions in this process: [`EXTRACTOR`], unless a transformer stands in for its tagger.
#[must_use]
pub fn extractor() -> Extractor {
    #[cfg(feature = "onnx")]
    if let Some(extractor) = super::transformer::extractor() {
        return extractor;
    }
    EXTRACTOR
}

/// The name of [`extractor`], where it can be told at once: a configured transformer has to be loaded for it.
#[must_use]
pub fn extractor_at_hand() -> Option<&'static str> {
    #[cfg(feature = "onnx")]
    if super::transformer::is_to_be_loaded() {
        return None;
    }
    Some(extractor().name)
}

/// All that newswatch sees in a document of this name with these bytes. Never fails; what is odd is an issue.
fn extract(file_name: &OsStr, bytes: &[u8]) -> Extract {
    extract_with(file_name, bytes, None)
}

/// The same with names from another labeller than the embedded tagger. Where that has nothing to say the tagger speaks, and an issue tells.
pub(super) fn extract_with(file_name: &OsStr, bytes: &[u8], labeller: Option<&dyn Labeller>) -> Extract {
    total(|| {
        let mut parsed = parsed(file_name, bytes);
        let labelled = labeller.and_then(|labeller| {
            let failed =
                |error| Issue { code: "transformer_failed".to_owned(), message: format!("names come from the built-in tagger: {error}") };
            entity::extract_with(&parsed.article, labeller).map_err(|error| parsed.issues.push(failed(error))).ok()
        });
        let entities = labelled.unwrap_or_else(|| entity::extract(&parsed.article));
        Extract { entities, ..parsed }
    })
}

/// The same where the entities are known already.
pub(super) fn complete(file_name: &OsStr, bytes: &[u8], entities: Entities) -> Extract {
    total(|| Extract { entities, ..parsed(file_name, bytes) })
}

fn parsed(file_name: &OsStr, bytes: &[u8]) -> Extract {
    let parse::Parsed { format, encoding, article, issues } = parse::parse(file_name.as_bytes(), bytes);
    Extract { format, encoding: encoding.to_owned(), article, entities: Vec::new(), issues }
}

fn total(make: impl FnOnce() -> Extract) -> Extract {
    catch_unwind(AssertUnwindSafe(make)).unwrap_or_else(|_| {
        let message = "newswatch could not make sense of this document; its bytes are kept. Please report it".to_owned();
        Extract { issues: vec![Issue { code: "extractor_failed".to_owned(), message }], ..nothing() }
    })
}

/// An extract that says nothing: of bytes that are not there any more.
pub(super) fn nothing() -> Extract {
    Extract { format: Format::Text, encoding: "UTF-8".to_owned(), article: Article::default(), entities: Vec::new(), issues: Vec::new() }
}

pub(super) fn revise(from: Option<&Extract>, to: Option<&Extract>, circumstances: Circumstances) -> Revision {
    let make = AssertUnwindSafe(|| diff::revise(from.map(as_side), to.map(as_side), circumstances));
    let revision = catch_unwind(make).unwrap_or_else(|_| unexplained(from.is_some(), to.is_some(), circumstances));
    match (from, to) {
        (Some(from), Some(to)) if rest(from) != rest(to) => with_rest_changed(revision),
        _ => revision,
    }
}

/// What is known of the text that was not read.
fn rest(extract: &Extract) -> Option<&Issue> {
    extract.issues.iter().find(|issue| issue.code == parse::TOO_LONG)
}

/// Nobody has compared what comes after the text that is read, so it counts as substantive.
fn with_rest_changed(mut revision: Revision) -> Revision {
    let told = format!("other text beyond the first {} MiB", parse::MAX_TEXT / (1024 * 1024));
    revision.trashline =
        if revision.class == Class::Cosmetic || revision.trashline.is_empty() { told } else { format!("{}; {told}", revision.trashline) };
    if revision.class == Class::Cosmetic {
        revision.class = Class::Update;
    }
    revision.severity = Severity::Substantive;
    revision.flags.insert(Flag::Fallback);
    if !revision.flags.contains(&Flag::Noticed) {
        revision.flags.insert(Flag::Stealth);
    }
    revision
}

fn as_side(extract: &Extract) -> Side<'_> {
    Side { article: &extract.article, entities: &extract.entities }
}

/// What can be said when the diff itself has failed. It counts as substantive: nobody is to overlook it.
fn unexplained(from: bool, to: bool, circumstances: Circumstances) -> Revision {
    let class = match (from, to) {
        (_, false) => Class::Withdrawn,
        _ if circumstances.restored => Class::Restored,
        _ if circumstances.renamed && circumstances.same_bytes => Class::Renamed,
        (false, true) => Class::Created,
        (true, true) => Class::Update,
    };
    Revision {
        class,
        severity: Severity::Substantive,
        flags: BTreeSet::from([Flag::Fallback]),
        trashline: "changed; newswatch could not compare the two versions".to_owned(),
        reverts_to: circumstances.reverts_to,
        text: TextDiff::default(),
        entities: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_text_that_is_not_read_to_its_end_it_is_told_that_the_rest_changed() {
        let name = OsStr::new("a.txt");
        // One word a line, which takes least to read.
        let line = format!("{}\n", "x".repeat(60_000));
        let lines = |last: &str| format!("{}{last}", line.repeat(parse::MAX_TEXT / line.len() + 2)).into_bytes();
        let [one, other] = ["12 died.\n", "15 died.\n"].map(|last| extract(name, &lines(last)));
        assert!(rest(&one).is_some() && one.article.text().len() <= parse::MAX_TEXT);
        let revision = revise(Some(&one), Some(&other), Circumstances::default());
        assert_eq!((revision.class, revision.severity), (Class::Update, Severity::Substantive));
        assert_eq!(revision.trashline, "other text beyond the first 16 MiB");
        assert_eq!(revision.flags, BTreeSet::from([Flag::Fallback, Flag::Stealth]));
        let same = revise(Some(&one), Some(&one), Circumstances { same_bytes: true, ..Circumstances::default() });
        assert!(!same.flags.contains(&Flag::Fallback), "{same:?}");
    }
}
