//! What kind of revision it is, and its flags.

use std::collections::{BTreeSet, HashSet};

use super::fold::typography;
use super::world::World;
use crate::model::{Article, Circumstances, Class, Flag, NoticeKind, Part, Severity, TextDiff};

/// The notices that the newer version has and the older one had not.
pub(super) fn new_notices(from: &Article, to: &Article) -> Vec<NoticeKind> {
    let read = |article: &Article| -> Vec<(NoticeKind, String)> {
        article.notices().map(|(kind, text)| (kind, typography(text).to_string())).collect()
    };
    let old: HashSet<_> = read(from).into_iter().collect();
    read(to).into_iter().filter(|notice| !old.contains(notice)).map(|(kind, _)| kind).collect()
}

/// The class of a revision between two texts.
pub(super) fn class(circumstances: Circumstances, notices: &[NoticeKind], severity: Severity) -> Class {
    let appeared = |kinds: &[NoticeKind]| notices.iter().any(|notice| kinds.contains(notice));
    if circumstances.restored {
        Class::Restored
    } else if circumstances.same_bytes && circumstances.renamed {
        Class::Renamed
    } else if circumstances.reverts_to.is_some() {
        Class::Revert
    } else if appeared(&[NoticeKind::Withdrawn]) {
        Class::Withdrawn
    } else if appeared(&[NoticeKind::Corrected, NoticeKind::Correction]) {
        Class::Correction
    } else if appeared(&[NoticeKind::Refile]) {
        Class::Refile
    } else if severity == Severity::Cosmetic {
        Class::Cosmetic
    } else {
        Class::Update
    }
}

/// The flags of a revision between two texts.
pub(super) fn flags(world: &World<'_>, text: &TextDiff, notices: &[NoticeKind], severity: Severity, truncated: bool) -> BTreeSet<Flag> {
    let touched = |part: Part| {
        text.actions.iter().any(|action| {
            action.severity > Severity::Cosmetic && [&action.from, &action.to].into_iter().flatten().any(|state| state.part == part)
        })
    };
    let flags = [
        (Flag::Stealth, severity == Severity::Substantive && notices.is_empty()),
        (Flag::Noticed, !notices.is_empty()),
        (Flag::Headline, touched(Part::Headline)),
        (Flag::Deck, touched(Part::Deck)),
        (Flag::Dateline, touched(Part::Dateline)),
        (Flag::Truncated, truncated),
        (Flag::Fallback, world.bounds.were_hit()),
    ];
    flags.into_iter().filter(|(_, holds)| *holds).map(|(flag, _)| flag).collect()
}

/// Whether the newer text looks cut off: it is shorter and the file was still being written (`transient`); or it stops in the middle
/// of a sentence, and is under half as long or to the letter the beginning of the older one, as a file is that somebody has begun
/// to write anew.
pub(super) fn truncated(from: &Article, to: &Article, transient: bool) -> bool {
    let (older, newer) = (from.text(), to.text().trim_end());
    let end = newer.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']']);
    let stops_short = !end.ends_with(['.', '!', '?', '…', '。', '！', '？']);
    let looks_begun = || stops_short && (2 * newer.len() < older.len() || older.starts_with(newer));
    newer.len() < older.len() && (transient || looks_begun())
}
