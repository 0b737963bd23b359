//! Pairs of stories and what their revision must be: `tests/golden/diff/NAME_1.txt`, `NAME_2.txt`, `NAME.expected`.
//!
//! An expectation is a short text for people. Its first line may say under which circumstances (`given: reverts_to 1`). With
//! `UPDATE_GOLDEN=1` the expectations are written anew; then read every one of them: they say what should come out, not what does.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use newswatch::diff::{Side, revise};
use newswatch::entity::extract;
use newswatch::model::Circumstances;
use newswatch::model::{EntityState, Revision, VersionNumber};
use newswatch::parse::parse;
use proptest::prelude::*;
use similar::{ChangeTag, TextDiff};

#[test]
fn golden_revisions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/diff");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut names: Vec<String> = fs::read_dir(&folder).unwrap().filter_map(|entry| first_of_pair(&entry.unwrap().path())).collect();
    names.sort();
    let mut wrong = String::new();
    for name in &names {
        let file = |ending: &str| folder.join(format!("{name}{ending}"));
        let expected = fs::read_to_string(file(".expected")).unwrap_or_default();
        let given = expected.lines().next().filter(|line| line.starts_with("given:")).unwrap_or_default();
        let found = told(given, &revision(&file("_1.txt"), &file("_2.txt"), given));
        if found != expected {
            wrong.push_str(&difference(name, &expected, &found));
            if update {
                fs::write(file(".expected"), &found).unwrap();
            }
        }
    }
    assert!(names.len() >= 80, "only {} pairs", names.len());
    assert!(wrong.is_empty() || update, "{wrong}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever two documents say, names and numbers of any length among it.
    #[test]
    fn a_trashline_is_one_short_line(
        from in "([A-Z][a-zéß]{1,90} |[0-9]{1,40} |“?[a-z]{1,12}”? |[.!\n\u{202e}\u{7}] ?){0,60}",
        to in "([A-Z][a-zéß]{1,90} |[0-9]{1,40} |“?[a-z]{1,12}”? |[.!\n\u{202e}\u{7}] ?){0,60}",
    ) {
        let read = |text: &str| parse(b"story.txt", text.as_bytes()).article;
        let (from, to) = (read(&from), read(&to));
        let (from_entities, to_entities) = (extract(&from), extract(&to));
        let side = |article, entities| Some(Side { article, entities });
        let (older, newer) = (side(&from, &from_entities), side(&to, &to_entities));
        for (from, to) in [(older, newer), (None, newer), (older, None)] {
            let line = revise(from, to, Circumstances::default()).trashline;
            prop_assert!(line.chars().count() <= 120 && !line.contains(char::is_control), "{line:?}");
        }
    }
}

fn first_of_pair(path: &Path) -> Option<String> {
    path.file_name()?.to_str()?.strip_suffix("_1.txt").map(str::to_owned)
}

fn revision(from: &PathBuf, to: &PathBuf, given: &str) -> Revision {
    let read = |path: &PathBuf| parse(b"story.txt", &fs::read(path).unwrap()).article;
    let (from, to) = (read(from), read(to));
    let (from_entities, to_entities) = (extract(&from), extract(&to));
    let side = |article, entities| Some(Side { article, entities });
    revise(side(&from, &from_entities), side(&to, &to_entities), circumstances(given))
}

fn circumstances(given: &str) -> Circumstances {
    let words: Vec<&str> = given.split_whitespace().skip(1).collect();
    let number = words.iter().position(|word| *word == "reverts_to").map(|at| words[at + 1].parse().unwrap());
    Circumstances {
        restored: words.contains(&"restored"),
        renamed: words.contains(&"renamed"),
        same_bytes: words.contains(&"same_bytes"),
        transient: words.contains(&"transient"),
        reverts_to: number.and_then(VersionNumber::new),
    }
}

/// A revision as an expectation has it.
fn told(given: &str, revision: &Revision) -> String {
    let mut text = String::new();
    if !given.is_empty() {
        writeln!(text, "{given}").unwrap();
    }
    let flags: Vec<&str> = revision.flags.iter().map(|flag| flag.name()).collect();
    writeln!(text, "{} {}{}{}", revision.class.name(), revision.severity.name(), if flags.is_empty() { "" } else { " " }, flags.join(" "))
        .unwrap();
    writeln!(text, "trashline: {}", revision.trashline).unwrap();
    let counts = &revision.text.sentences;
    let counts = [
        (counts.unchanged, "unchanged"),
        (counts.added, "added"),
        (counts.deleted, "deleted"),
        (counts.edited, "edited"),
        (counts.moved, "moved"),
        (counts.merged, "merged"),
        (counts.split, "split"),
    ];
    let counts: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
    writeln!(text, "sentences: {}", counts.join(", ")).unwrap();
    for change in &revision.entities {
        let state = |state: &Option<EntityState>| state.as_ref().map_or("—".into(), |state| format!("“{}” {}", state.text, state.part));
        let replaces = change.replaces.as_ref().map(|name| format!(" for {name}")).unwrap_or_default();
        let (kind, severity) = (change.kind.name(), change.severity.name());
        writeln!(text, "{} {kind} [{}]{replaces}: {} → {}", change.change.name(), change.subject, state(&change.from), state(&change.to))
            .unwrap();
        writeln!(text, "    {severity}: {}", change.reason).unwrap();
    }
    text
}

fn difference(name: &str, expected: &str, found: &str) -> String {
    let mut text = format!("\n== {name} (-expected +found)\n");
    for change in TextDiff::from_lines(expected, found).iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        write!(text, "{sign}{change}").unwrap();
    }
    text
}
