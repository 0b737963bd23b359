//! Holds the code to the table in `src/lib.rs`: which module may use which.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Module, and what it may use of its siblings. A module may always use itself.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("parse", &["model"]),
    ("entity", &["model"]),
    ("diff", &["model"]),
    ("watch", &["model"]),
    ("store", &["model"]),
    ("query", &["store", "model"]),
    ("render", &["model"]),
    ("ingest", &["parse", "entity", "diff", "store", "model"]),
    ("config", &["model"]),
    ("http", &["query", "render", "model"]),
    ("daemon", &["watch", "ingest", "store", "http", "config", "model"]),
    ("cli", &["query", "render", "diff", "config", "daemon", "model"]),
    ("lib", &[]),
    ("main", &["cli"]),
];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("src is there") {
        let path = entry.expect("src can be listed").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The sibling modules that a source text names, by `crate::x`, `newswatch::x` or inside `crate::{x, y::z}`.
fn uses(source: &str) -> BTreeSet<String> {
    let code: String = source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for prefix in ["crate::", "newswatch::"] {
        for (at, _) in code.match_indices(prefix) {
            let rest = code[at + prefix.len()..].trim_start();
            let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
            if let Some(group) = rest.strip_prefix('{') {
                let mut depth = 0;
                let mut start = true;
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && !c.is_whitespace() => {
                            found.insert(word(&group[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            } else {
                found.insert(word(rest));
            }
        }
    }
    found.into_iter().filter(|word| MAY_USE.iter().any(|(module, _)| module == word)).collect()
}

/// The `model` command is about the tagger's model and no document: it alone goes past the daemon.
const EXCEPTION: (&str, &str) = ("cli/model.rs", "entity");

/// The top module that a file belongs to: `parse` for `src/parse/text.rs`, `config` for `src/config.rs`.
fn module_of(src: &Path, file: &Path) -> String {
    let relative = file.strip_prefix(src).expect("below src");
    relative.components().next().expect("a file").as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

#[test]
fn no_module_uses_what_it_may_not() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in rust_files(&src) {
        let module = module_of(&src, &file);
        let (_, allowed) = MAY_USE.iter().find(|(name, _)| *name == module).unwrap_or_else(|| panic!("{module} is not in the table"));
        for used in uses(&fs::read_to_string(&file).expect("readable")) {
            let excepted = file.ends_with(EXCEPTION.0) && used == EXCEPTION.1;
            if used != module && !allowed.contains(&used.as_str()) && !excepted {
                wrong.push(format!("{}: {module} → {used}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that the house does not have:\n{}", wrong.join("\n"));
}

#[test]
fn the_map_shows_the_same_arrows() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("readable");
    for (module, allowed) in MAY_USE.iter().filter(|(module, _)| !["lib", "main"].contains(module)) {
        let row = map
            .lines()
            .find(|line| line.starts_with(&format!("//! | [`{module}`] |")))
            .unwrap_or_else(|| panic!("{module} is not on the map"));
        let arrows = row.trim_end_matches(" |").rsplit(" | ").next().expect("a last column");
        let shown: BTreeSet<&str> = arrows.split(", ").filter(|word| *word != "nobody").collect();
        assert_eq!(shown, allowed.iter().copied().collect(), "{module}");
    }
}

#[test]
fn sql_never_leaves_the_store() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&src) {
        if module_of(&src, &file) != "store" {
            let source = fs::read_to_string(&file).expect("readable");
            assert!(!source.contains("rusqlite"), "{} names rusqlite", file.display());
        }
    }
}

#[test]
fn the_scanner_sees_every_way_to_name_a_module() {
    let check = |source: &str, expect: &[&str]| {
        assert_eq!(uses(source).iter().map(String::as_str).collect::<Vec<_>>(), expect, "{source}");
    };
    check("use crate::store::Reader;", &["store"]);
    check("use crate::{diff, model::{Article, Span}, parse};", &["diff", "model", "parse"]);
    check("fn f() { crate::ingest::scan() }", &["ingest"]);
    check("// crate::store is not used here", &[]);
    check("use newswatch::cli;", &["cli"]);
    check("use std::fmt;", &[]);
}

#[test]
fn a_clock_is_read_in_the_one_way_that_any_clock_bears() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&src) {
        let source = fs::read_to_string(&file).expect("readable");
        assert!(!source.contains("Timestamp::now("), "{}: model::time_on(SystemTime::now()) does not panic", file.display());
    }
}
