//! How a document owns up to a change: labels before a headline, lines of their own, paragraphs that say what was wrong.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::words::Words;
use crate::model::NoticeKind;

/// A label at one end of a headline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label<'a> {
    pub kind: NoticeKind,
    pub text: &'a str,
    /// The headline without it.
    pub rest: &'a str,
}

/// How much of a paragraph the tests look at, in bytes.
const OPENING: usize = 160;

/// The label in front of a headline: `CORRECTED-Minister …`, `UPDATE 2-…`, `2ND LEAD …`, `(LEAD) …`, `Correction: …`.
pub(super) fn label(headline: &str) -> Option<Label<'_>> {
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some((inner, rest)) = headline.strip_prefix(open).and_then(|text| text.split_once(close)) {
            let (kind, len) = label_word(inner)?;
            return (len == inner.len()).then(|| Label { kind, text: &headline[..inner.len() + 2], rest: rest.trim_start() });
        }
    }
    let (kind, len, rest) = parted(headline)?;
    (!is_repair(rest)).then(|| Label { kind, text: &headline[..len], rest })
}

/// A label in front of other words: its kind, its length, and what stands behind it.
fn parted(text: &str) -> Option<(NoticeKind, usize, &str)> {
    let (kind, len) = label_word(text)?;
    let after = &text[len..];
    let rest = after.trim_start_matches([' ', '\u{A0}', '-', '–', '—', ':']);
    let gap = &after[..after.len() - rest.len()];
    let is_shouted = !text[..len].contains(|c: char| c.is_lowercase() && !matches!(c, 's' | 't' | 'n' | 'd' | 'r' | 'h'));
    // `Correction: …` needs the colon; `2ND LEAD Ferry …` needs nothing.
    let is_parted = if is_shouted { gap.contains(['-', '–', '—', ':']) || lead_number(text).is_some() } else { gap.starts_with(':') };
    (is_parted && !gap.is_empty() && !rest.is_empty()).then_some((kind, len, rest))
}

/// `fixes number of servicemen`: what was done to the story, where a headline would begin with a capital.
fn is_repair(text: &str) -> bool {
    const LONGEST: usize = 40;
    let text = &text[..text.floor_char_boundary(LONGEST)];
    text.split([' ', ',']).next().is_some_and(|word| TRASHLINE_VERBS.has(word) || CORRECTING_VERBS.has(word))
}

/// The label behind a headline: `Ferry sinks (CORRECTED)`, `Ferry sinks - UPDATE 2`.
pub(super) fn trailing_label(headline: &str) -> Option<Label<'_>> {
    let (start, inner) = if let Some(body) = headline.strip_suffix(')') {
        let start = body.rfind('(')?;
        (start, &body[start + 1..])
    } else {
        let start = headline.rfind([' ', '\u{A0}']).and_then(|_| headline.rfind([':', '-', '–', '—']))?;
        let dash = headline[start..].chars().next()?;
        (start, headline[start + dash.len_utf8()..].trim_start())
    };
    let (kind, len) = label_word(inner)?;
    let rest = headline[..start].trim_end_matches([' ', '\u{A0}', '-', '–', '—', ':']);
    let text = headline[start..].trim_start_matches([' ', '\u{A0}', '-', '–', '—', ':']);
    (len == inner.len() && inner.chars().all(|c| !c.is_lowercase()) && !rest.is_empty()).then_some(Label { kind, text, rest })
}

/// Reads a label at the start of `text`: its kind and its length with number and `(OFFICIAL)`.
fn label_word(text: &str) -> Option<(NoticeKind, usize)> {
    if let Some(len) = lead_number(text) {
        return Some((NoticeKind::Update, len));
    }
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let kind = match &text[..end] {
        "CORRECTED"
        | "CORRECTS"
        | "CORRECTING"
        | "CORRECTION"
        | "Corrected"
        | "Correction"
        | "KORRIGIERT"
        | "KORREKTUR"
        | "RECTIFICATIF"
        | "CORRECCIÓN"
        | "RETTIFICA"
        | "CORREÇÃO"
        | "ИСПРАВЛЕНО"
        | "ВИПРАВЛЕНО" => NoticeKind::Corrected,
        "CLARIFICATION" | "CLARIFIED" | "CLARIFIES" | "Clarification" => NoticeKind::Clarification,
        "REFILE" | "REFILED" | "REFILING" | "RPT" | "REPEAT" => NoticeKind::Refile,
        "UPDATE" | "UPDATED" | "UPDATES" | "Update" | "Updated" | "WRAPUP" | "WRITETHRU" | "WRITETHROUGH" | "LEAD" | "LD"
        | "AKTUALISIERT" | "ACTUALISATION" | "ACTUALIZACIÓN" | "AGGIORNAMENTO" | "ATUALIZAÇÃO" | "ОБНОВЛЕНО" | "ДОПОЛНЕНО" | "ОНОВЛЕНО" => {
            NoticeKind::Update
        }
        "WITHDRAWN"
        | "WITHDRAWAL"
        | "WITHDRAW"
        | "Withdrawn"
        | "KILL"
        | "KILLED"
        | "RETRACTED"
        | "RETRACTION"
        | "Retraction"
        | "ANNULATION"
        | "ELIMINATION"
        | "ZURÜCKGEZOGEN"
        | "АННУЛИРОВАНО" => NoticeKind::Withdrawn,
        "ADVISORY" | "Advisory" => NoticeKind::Advisory,
        _ => return None,
    };
    let mut len = end;
    let rest = &text[len..];
    let digits = rest.strip_prefix([' ', '-']).map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    if (1..=2).contains(&digits) {
        len += 1 + digits;
    }
    if text[len..].starts_with(" (OFFICIAL)") {
        len += " (OFFICIAL)".len();
    }
    Some((kind, len))
}

/// `2ND LEAD`, `1st Ld-Writethru`, `3RD LD`.
fn lead_number(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (ordinal, rest) = text[digits..].split_at_checked(2)?;
    let is_ordinal = (1..=2).contains(&digits) && matches!(ordinal, "st" | "nd" | "rd" | "th" | "ST" | "ND" | "RD" | "TH");
    let rest = rest.strip_prefix(' ').filter(|_| is_ordinal)?;
    let word = rest.find(|c: char| !(c.is_alphabetic() || c == '-')).map_or(rest, |end| &rest[..end]);
    ["LD-WRITETHRU", "LEAD-WRITETHRU", "WRITETHRU", "LEAD", "LD"]
        .into_iter()
        .find(|known| {
            let (start, after) = word.split_at_checked(known.len()).unwrap_or_default();
            start.eq_ignore_ascii_case(known) && !after.starts_with(char::is_alphabetic)
        })
        .map(|known| text.len() - rest.len() + known.len())
}

/// What kind of notice a whole line or paragraph is; `None` for everything else.
pub(super) fn classify(paragraph: &str) -> Option<NoticeKind> {
    // Cheap, and true of every form below.
    let first = paragraph.chars().next()?;
    if !(first.is_alphanumeric() || matches!(first, '(' | '[' | '*' | '_')) {
        return None;
    }
    if let Some(kind) = trashline(paragraph) {
        return Some(kind);
    }
    let repair = || parted(paragraph).filter(|&(_, _, rest)| is_repair(rest)).map(|(kind, ..)| kind);
    label_alone(paragraph).or_else(repair).or_else(|| slug(paragraph)).or_else(|| opening(paragraph))
}

/// Reuters' line in brackets that says what this take adds or corrects, or why it is sent again.
fn trashline(paragraph: &str) -> Option<NoticeKind> {
    let inner = paragraph.strip_prefix('(')?.trim_end_matches('.').strip_suffix(')')?;
    let word = inner.split([' ', ',', ':', ';']).next().unwrap_or_default();
    if CORRECTING_VERBS.has_lower(word) {
        return Some(NoticeKind::Correction);
    }
    if word.eq_ignore_ascii_case("refiles") {
        return Some(NoticeKind::Refile);
    }
    let is_verb = TRASHLINE_VERBS.has_lower(word);
    (is_verb || inner.starts_with("New throughout") || inner.starts_with("New, throughout") || inner.starts_with("Updates,"))
        .then_some(NoticeKind::Trashline)
}

/// `CORRECTED`, `UPDATE 2`, `(KILL)`, `BULLETIN KILL` on a line of their own.
fn label_alone(paragraph: &str) -> Option<NoticeKind> {
    if paragraph.len() > 60 {
        return None;
    }
    let bare = paragraph.trim_matches(['(', ')', '[', ']', '*', '_', '-', '–', '—', ':', '.', '!', ' ', '/']);
    let bare =
        ["BULLETIN ", "MANDATORY ", "URGENT ", "STORY ", "MEDIA "].into_iter().find_map(|word| bare.strip_prefix(word)).unwrap_or(bare);
    if bare == "REMOVED" || bare == "CORRECTED VERSION" {
        return Some(if bare == "REMOVED" { NoticeKind::Withdrawn } else { NoticeKind::Corrected });
    }
    let (kind, len) = label_word(bare)?;
    (len == bare.len() && !bare[1..].contains(char::is_lowercase) || lead_number(bare) == Some(bare.len())).then_some(kind)
}

/// `BC-EU--Ferry Sinking, 2nd Ld-Writethru`
fn slug(paragraph: &str) -> Option<NoticeKind> {
    let last = if paragraph.len() <= 80 { paragraph.rsplit(", ").next()? } else { return None };
    lead_number(last).is_some_and(|len| len + 4 >= last.len()).then_some(NoticeKind::Update)
}

/// Paragraphs by their first words.
fn opening(paragraph: &str) -> Option<NoticeKind> {
    let bare = paragraph.trim_start_matches(['(', '[', '*', '_', ' ']);
    if !may_open(bare) {
        return None;
    }
    let opening = &bare[..bare.floor_char_boundary(OPENING)];
    let opening = if opening.is_ascii() {
        opening.to_ascii_lowercase()
    } else {
        opening.replace('’', "'").nfkc().collect::<String>().to_lowercase()
    };
    // `For the record: An earlier version …`
    let opening = opening.strip_prefix("for the record: ").unwrap_or(&opening);
    PREFIXES
        .into_iter()
        .find(|(_, prefixes)| prefixes.iter().any(|prefix| opening.starts_with(prefix)))
        .map(|(kind, _)| kind)
        .or_else(|| is_dated_correction(opening).then_some(NoticeKind::Correction))
        .or_else(|| told_of_itself(opening))
}

/// `Correction 5 November: …`
fn is_dated_correction(opening: &str) -> bool {
    const LONGEST: usize = 20;
    let rest = opening.strip_prefix("correction ").and_then(|rest| rest.split_once(':'));
    rest.is_some_and(|(date, _)| date.len() <= LONGEST && date.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Whether a notice may open with the first two letters of `bare`: true of few paragraphs. Letters beyond ASCII have more than one form,
/// and the mark on a letter may stand behind it, so there the question is left open.
fn may_open(bare: &str) -> bool {
    static FIRST_LETTERS: LazyLock<HashSet<[u8; 2]>> = LazyLock::new(|| {
        let prefixes = PREFIXES.into_iter().flat_map(|(_, prefixes)| prefixes);
        prefixes.chain(&["this", "the", "our", "for"]).filter_map(|prefix| prefix.as_bytes().first_chunk().copied()).collect()
    });
    match bare.as_bytes().first_chunk::<3>() {
        Some(&[first, second, third]) if first.is_ascii_alphanumeric() && second.is_ascii() && third.is_ascii() => {
            FIRST_LETTERS.contains(&[first, second].map(|byte| byte.to_ascii_lowercase()))
        }
        _ => true,
    }
}

const PREFIXES: [(NoticeKind, &[&str]); 7] = [
    (NoticeKind::EditorsNote, EDITORS_NOTE),
    (NoticeKind::Correction, CORRECTION),
    (NoticeKind::Clarification, CLARIFICATION),
    (NoticeKind::Update, UPDATE),
    (NoticeKind::Withdrawn, WITHDRAWN),
    (NoticeKind::Advisory, ADVISORY),
    (NoticeKind::Refile, REFILE),
];

/// Each either ends in a mark that ordinary prose does not have there, or is a phrase that only notices open with.
const EDITORS_NOTE: &[&str] = &[
    "editor's note",
    "editors' note",
    "editors note",
    "editor note",
    "eds:",
    "eds.:",
    "eds note",
    "note to editors",
    "note to readers:",
    "a note to readers",
    "note to readers",
    "note from the editor",
    "anmerkung der redaktion",
    "anm. d. red",
    "note de la rédaction",
    "ndlr:",
    "ndlr :",
    "nota del editor",
    "nota de la redacción",
    "nota della redazione",
    "nota da redação",
    "от редакции:",
    "примечание редакции",
    "від редакції:",
];
const CORRECTION: &[&str] = &[
    "correction:",
    "corrections:",
    "corrections & clarifications",
    "corrections and clarifications",
    "correction (",
    "correction -",
    "correction –",
    "correction —",
    "correction, ",
    "corrects:",
    "an earlier version of this",
    "earlier versions of this",
    "a previous version of this",
    "previous versions of this",
    "in an earlier version of this",
    "because of an editing error",
    "due to an editing error",
    "korrektur:",
    "berichtigung:",
    "in einer früheren version",
    "in einer früheren fassung",
    "rectificatif",
    "correction :",
    "une version précédente de",
    "corrección:",
    "fe de errores",
    "una versión anterior de",
    "rettifica:",
    "errata corrige",
    "una versione precedente di",
    "correção:",
    "errata:",
    "uma versão anterior de",
    "исправление:",
    "поправка:",
    "в предыдущей версии",
    "в более ранней версии",
    "виправлення:",
    "у попередній версії",
];
const CLARIFICATION: &[&str] = &[
    "clarification:",
    "clarification (",
    "klarstellung:",
    "précision :",
    "précision:",
    "aclaración:",
    "precisazione:",
    "esclarecimento:",
    "уточнение:",
    "уточнення:",
];
const UPDATE: &[&str] = &[
    "update:",
    "updated:",
    "update (",
    "aktualisierung:",
    "mise à jour :",
    "actualización:",
    "aggiornamento:",
    "atualização:",
    "обновлено:",
    "оновлено:",
];
const WITHDRAWN: &[&str] = &[
    "withdrawn:",
    "withdrawal:",
    "retraction:",
    "retraction (",
    "kill:",
    "kill notice",
    "story removed",
    "story withdrawn",
    "story deleted",
    "please disregard",
    "please kill",
    "annulation:",
    "annulation :",
    "attention editors: please kill",
    "editors: please kill",
];
const ADVISORY: &[&str] =
    &["advisory:", "media advisory", "attention editors", "attention, editors", "editors:", "advisory -", "advisory –", "advisory —"];
const REFILE: &[&str] = &["refile:", "refiling "];

/// `This story has been corrected to …`, `(This version CORRECTS …)`, `The story … is withdrawn`: a text that speaks of itself.
fn told_of_itself(opening: &str) -> Option<NoticeKind> {
    let is_story = |word: &str| matches!(word, "story" | "article" | "version" | "item" | "piece" | "headline" | "dispatch" | "copy");
    let mut words = opening.split([' ', ',', '.', ':', ';', ')']).filter(|word| !word.is_empty());
    let first = words.next()?;
    // `This Oct 3 story was corrected`: the noun may have a date or a name before it.
    words.by_ref().take(5).find(|word| is_story(word))?;
    // `This version of the Nov. 4 story corrects …`
    let of = words.clone();
    if of.clone().next() == Some("of") && of.clone().take(6).any(is_story) {
        words.by_ref().find(|word| is_story(word))?;
    }
    if matches!(first, "the" | "our") {
        let words: Vec<_> = words.collect();
        let was = |verbs: &[&str]| words.windows(2).any(|pair| matches!(pair[0], "is" | "been" | "was") && verbs.contains(&pair[1]));
        let withdrawn = was(&["withdrawn", "retracted", "killed"]).then_some(NoticeKind::Withdrawn);
        return withdrawn.or_else(|| was(&["refiled"]).then_some(NoticeKind::Refile));
    }
    // `This story has been updated to correct the number of dead.`
    let corrects = opening.contains(" to correct ") && opening.contains(" updated ");
    let is_auxiliary = |word: &str| matches!(word, "has" | "have" | "had" | "been" | "was" | "is" | "now" | "also" | "being" | "since");
    let verb = words.find(|word| !is_auxiliary(word)).filter(|_| first == "this")?;
    match verb {
        "corrected" | "corrects" | "correcting" | "amended" => Some(NoticeKind::Correction),
        "clarified" | "clarifies" => Some(NoticeKind::Clarification),
        "updated" if corrects => Some(NoticeKind::Correction),
        "updated" | "updates" => Some(NoticeKind::Update),
        "withdrawn" | "retracted" | "killed" => Some(NoticeKind::Withdrawn),
        "refiled" => Some(NoticeKind::Refile),
        _ => None,
    }
}

/// What a take does to the one before.
static TRASHLINE_VERBS: Words = Words::new(
    "adds changes clarifies deletes drops edits fixes inserts recasts refiles releads removes repeats replaces
     restores rewrites tops updates writes ajoute actualise précise agrega añade actualiza acrescenta atualiza
     aggiunge ergänzt добавляет уточняет",
);

/// The same where it was wrong before.
static CORRECTING_VERBS: Words = Words::new("corrects corrige corregge korrigiert berichtigt исправляет");

#[cfg(test)]
mod tests;
