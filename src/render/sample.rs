//! A story in two versions and the revision between them, made by hand, and a way to read colours in golden files.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;

use super::words::word_ops;
use super::{DiffView, Entry, Side};
use crate::model::*;

/// The extract, the versions and the revision of one story about a ferry.
pub(super) struct Sample {
    pub(super) older: Article,
    pub(super) newer: Extract,
    pub(super) versions: [Version; 2],
    pub(super) revision: Revision,
}

const OLDER: &[(BlockKind, &str)] = &[
    (BlockKind::Headline, "Ferry with 40 aboard sinks off Port Maren"),
    (BlockKind::Deck, "Rescuers search the strait through the night"),
    (BlockKind::Dateline, "PORT MAREN, March 3. /NNA/."),
    (
        BlockKind::Paragraph(1),
        "At least 12 people died when the ferry Halcyon sank off Port Maren on Tuesday, Coast Guard chief Dora Whitlock said.",
    ),
    (BlockKind::Paragraph(2), "“We will find every one of them,” Whitlock said. The search goes on."),
    (BlockKind::Paragraph(3), "Harbour master Emil Tarn was on the quay. The owner, Northline, did not comment. The weather was calm."),
    (BlockKind::Paragraph(4), "The ship was built in 1988. It carried lorries. It was also licensed for passengers."),
];

const NEWER: &[(BlockKind, &str)] = &[
    (BlockKind::Headline, "Ferry with 43 aboard sinks off Port Maren"),
    (BlockKind::Deck, "Rescuers search the strait through the night"),
    (BlockKind::Dateline, "PORT MAREN, March 3. /NNA/."),
    (
        BlockKind::Paragraph(1),
        "At least 15 people died when the ferry Halcyon sank off Port Maren on Tuesday, Coast Guard chief Dora Whitlock said.",
    ),
    (BlockKind::Paragraph(2), "“We hope to find every one of them,” Whitlock said. The search goes on. The ship was built in 1988."),
    (BlockKind::Paragraph(3), "The owner, Northline, did not comment. The weather was calm."),
    (BlockKind::Paragraph(4), "It carried lorries and was also licensed for passengers. Two trawlers joined the search at dawn."),
];

fn article(blocks: &[(BlockKind, &str)]) -> Article {
    let mut builder = ArticleBuilder::new();
    for &(kind, text) in blocks {
        builder.push(kind, text, |text| {
            let mut spans = Vec::new();
            let mut start = 0;
            if matches!(kind, BlockKind::Paragraph(_)) {
                for (at, _) in text.match_indices(". ") {
                    spans.push(Span::new(start, at + 1));
                    start = at + 2;
                }
            }
            spans.push(Span::new(start, text.len()));
            spans
        });
    }
    builder.dateline(Dateline { place: Some("Port Maren".into()), date: Some("2031-03-03".into()), agency: Some("NNA".into()) });
    builder.language("en");
    builder.build()
}

/// The part and span of the first place where `article` says `words`.
fn find(article: &Article, words: &str) -> (Part, Span) {
    let start = article.text().find(words).expect(words);
    (article.part_at(start).expect(words), Span::new(start, start + words.len()))
}

fn sentence(article: &Article, words: &str) -> SentenceState {
    let (part, span) = find(article, words);
    SentenceState { part, span, text: words.to_owned() }
}

fn state(article: &Article, words: &str, detail: Detail) -> EntityState {
    let (part, span) = find(article, words);
    EntityState { text: words.to_owned(), part, span, detail, mentions: vec![Mention { part, span, confidence: 100 }] }
}

fn amount(value: u32, qualifier: Option<&str>, unit: &str) -> Detail {
    Detail::Quantity(Amount {
        value: Some(value.into()),
        unit: Some(unit.into()),
        qualifier: qualifier.map(Into::into),
        ..Amount::default()
    })
}

fn person(name: &str, role: Option<&str>) -> Detail {
    Detail::Person(Person { name: name.into(), role: role.map(Into::into), rank: None })
}

fn quote(words: &str) -> Detail {
    Detail::Quote(Quote {
        quote: words.into(),
        speaker: Some("Dora Whitlock".into()),
        speaker_role: Some("Coast Guard chief".into()),
        direct: true,
    })
}

fn action(action: Action, severity: Severity, from: Option<SentenceState>, to: Option<SentenceState>) -> SentenceAction {
    let text = |state: &Option<SentenceState>| state.as_ref().map(|state| state.text.clone()).unwrap_or_default();
    let words = word_ops(&text(&from), &text(&to));
    SentenceAction { action, severity, from, to, words, wording: Vec::new() }
}

impl Sample {
    pub(super) fn new() -> Sample {
        let (older, newer) = (article(OLDER), article(NEWER));
        let edited =
            |severity, from: &str, to: &str| action(Action::Edited, severity, Some(sentence(&older, from)), Some(sentence(&newer, to)));
        let actions = vec![
            edited(Severity::Substantive, OLDER[0].1, NEWER[0].1),
            edited(Severity::Substantive, OLDER[3].1, NEWER[3].1),
            edited(
                Severity::Substantive,
                "“We will find every one of them,” Whitlock said.",
                "“We hope to find every one of them,” Whitlock said.",
            ),
            action(
                Action::Moved,
                Severity::Minor,
                Some(sentence(&older, "The ship was built in 1988.")),
                Some(sentence(&newer, "The ship was built in 1988.")),
            ),
            action(Action::Deleted, Severity::Substantive, Some(sentence(&older, "Harbour master Emil Tarn was on the quay.")), None),
            action(
                Action::Merged,
                Severity::Minor,
                Some(sentence(&older, "It carried lorries. It was also licensed for passengers.")),
                Some(sentence(&newer, "It carried lorries and was also licensed for passengers.")),
            ),
            action(Action::Added, Severity::Minor, None, Some(sentence(&newer, "Two trawlers joined the search at dawn."))),
        ];
        let change = |change, kind, severity, subject: &str, from, to| EntityChange {
            change,
            kind,
            severity,
            subject: subject.into(),
            from,
            to,
            replaces: None,
            still: Vec::new(),
            reason: "made by hand".into(),
        };
        let substantive = Severity::Substantive;
        let entities = vec![
            change(
                Change::ValueChanged,
                EntityKind::Quantity,
                substantive,
                "people",
                Some(state(&older, "At least 12 people", amount(12, Some("at least"), "people"))),
                Some(state(&newer, "At least 15 people", amount(15, Some("at least"), "people"))),
            ),
            change(
                Change::Reworded,
                EntityKind::Quote,
                substantive,
                "Dora Whitlock",
                Some(state(&older, "We will find every one of them", quote("We will find every one of them"))),
                Some(state(&newer, "We hope to find every one of them", quote("We hope to find every one of them"))),
            ),
            change(
                Change::Removed,
                EntityKind::Person,
                substantive,
                "Emil Tarn",
                Some(state(&older, "Emil Tarn", person("Emil Tarn", Some("Harbour master")))),
                None,
            ),
            change(
                Change::Added,
                EntityKind::Quantity,
                Severity::Minor,
                "trawlers",
                None,
                Some(state(&newer, "Two trawlers", amount(2, None, "trawlers"))),
            ),
        ];
        let revision = Revision {
            class: Class::Update,
            severity: substantive,
            flags: BTreeSet::from([Flag::Stealth, Flag::Headline]),
            trashline: "people 12 → 15 (¶1); Whitlock quote reworded (¶2); drops Emil Tarn (¶3); +1 more".into(),
            reverts_to: None,
            text: TextDiff {
                words_added: 13,
                words_deleted: 12,
                sentences: ActionCounts { unchanged: 5, added: 1, deleted: 1, edited: 3, moved: 1, merged: 1, split: 0 },
                actions,
            },
            entities,
        };
        let entity = |detail, words: &[&str]| Entity {
            detail,
            mentions: words
                .iter()
                .map(|words| {
                    let (part, span) = find(&newer, words);
                    Mention { part, span, confidence: 100 }
                })
                .collect(),
        };
        let entities = vec![
            entity(Detail::Place(Named { name: "Port Maren".into() }), &["Port Maren", "PORT MAREN"]),
            entity(Detail::Date(Date { iso: Some("2031-03-03".into()) }), &["March 3"]),
            entity(amount(15, Some("at least"), "people"), &["At least 15 people"]),
            entity(person("Dora Whitlock", Some("Coast Guard chief")), &["Dora Whitlock", "Whitlock said. The"]),
            entity(quote("We hope to find every one of them"), &["We hope to find every one of them"]),
            entity(Detail::Organization(Named { name: "Northline".into() }), &["Northline"]),
            entity(amount(2, None, "trawlers"), &["Two trawlers"]),
        ];
        let issues = vec![Issue { code: "invalid_bytes".into(), message: "2 bytes were not UTF-8 and were replaced".into() }];
        let newer = Extract { format: Format::Text, encoding: "UTF-8".into(), article: newer, entities, issues };
        Sample { older, newer, versions: [version(2, "2031-03-03T12:03:01Z"), version(3, "2031-03-03T12:41:30.25Z")], revision }
    }

    pub(super) fn view(&self) -> DiffView<'_> {
        DiffView {
            path: Path::new("wire/ferry.txt"),
            root: Some(self.versions[1].path.root()),
            from: Some(Side::of(&self.versions[0], Some(&self.older))),
            to: Some(Side::of(&self.versions[1], Some(&self.newer.article))),
            revision: &self.revision,
        }
    }

    pub(super) fn entry(&self) -> Entry<'_> {
        Entry { path: Path::new("wire/ferry.txt"), version: &self.versions[1], revision: &self.revision }
    }
}

fn version(number: u32, observed: &str) -> Version {
    Version {
        seq: Seq(i64::from(number) + 40),
        number: VersionNumber::new(number).expect("not 0"),
        path: DocumentPath::new("/srv/news", "wire/ferry.txt").expect("a path below an absolute root"),
        observed: observed.parse::<Timestamp>().expect("a time"),
        content: Content::Bytes { digest: Digest::of(&number.to_le_bytes()), size: 700 + u64::from(number) },
        transient: false,
    }
}

/// A golden file below `tests/golden/render`.
macro_rules! golden {
    ($name:literal, $shown:expr) => {
        insta::with_settings!({
            snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/render"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!($name, $shown) })
    };
}
pub(super) use golden;

/// Escape sequences as a person can read them: `⟪red⟫15⟪⟫`.
pub(super) fn readable(coloured: &str) -> String {
    let name = |code: &str| match code {
        "0" => "",
        "1" => "bold",
        "2" => "dim",
        "4" => "under",
        "9" => "struck",
        "31" => "red",
        "32" => "green",
        "33" => "yellow",
        "34" => "blue",
        "35" => "magenta",
        "36" => "cyan",
        other => panic!("no name for {other}"),
    };
    let mut parts = coloured.split("\u{1b}[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, text) = part.split_once('m').expect("a closed escape sequence");
        out.extend(["⟪", name(code), "⟫", text]);
    }
    out.replace("⟫⟪", " ").replace("⟪ ", "⟪").replace(" ⟫", "⟫")
}
