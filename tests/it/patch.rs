//! The patches that `newswatch diff --unified` prints, held against the real `patch` program: byte for byte, nasty cases first.
#![expect(clippy::disallowed_methods, reason = "this test plays the reader who saves a patch and applies it")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Stdio};

use newswatch::render::{Blob, Patch, PatchSides};
use proptest::prelude::*;

/// A file or its absence.
type State<'a> = Option<&'a [u8]>;

/// Writes `from` to `name`, applies the patch to `to`, and looks at what is there.
fn check(name: &[u8], from: State<'_>, to: State<'_>, context: usize) {
    let path = Path::new(OsStr::from_bytes(name));
    let blob = |bytes| Blob { path, bytes };
    let patch = Patch::new(&PatchSides { from: from.map(blob), to: to.map(blob), renamed: false }, context).to_bytes();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join(path);
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent).expect("a directory for the file");
    }
    if let Some(bytes) = from {
        fs::write(&file, bytes).expect("the older file");
    }
    let told = apply(directory.path(), &patch);
    let told = format!("{told}\n{}", String::from_utf8_lossy(&patch));
    assert_eq!(fs::read(&file).ok().as_deref(), to, "{}\n{told}", path.display());
}

fn apply(directory: &Path, patch: &[u8]) -> String {
    let saved = tempfile::NamedTempFile::new().expect("a place for the patch");
    fs::write(saved.path(), patch).expect("the patch");
    let done = Command::new("patch")
        .args(["-p1", "--batch", "--fuzz=0", "-i"])
        .arg(saved.path())
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .expect("patch runs");
    let told = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() || patch.is_empty(), "{told}\n{}", String::from_utf8_lossy(patch));
    told
}

/// Whether there is a `patch` to test with.
fn patch_is_here() -> bool {
    let here = Command::new("patch").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !here {
        eprintln!("skipped: no `patch` program is installed");
    }
    here
}

#[test]
fn contents_survive_byte_for_byte() {
    if !patch_is_here() {
        return;
    }
    let cases: &[(&[u8], &[u8])] = &[
        (b"one\ntwo\nthree\n", b"one\n2\nthree\n"),
        (b"same\n", b"same\n"),
        // Ends of files.
        (b"a", b"a\n"),
        (b"a\n", b"a"),
        (b"a", b"b"),
        (b"a\nb", b"a\nb\nc"),
        (b"a\n\n\n", b"a\n"),
        (b"", b"a\n"),
        (b"", b"a"),
        (b"a\n", b""),
        (b"a", b""),
        (b"\n", b"\n\n"),
        // Line ends.
        (b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n"),
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"a\rb\rc", b"a\rB\rc"),
        (b"a\r\nb\r", b"a\r\nb\r\n"),
        // Lines that look like parts of a patch.
        (b"-- old\n++ plus\nx\n", b"-- new\n++ plus\nx\n"),
        (b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n", b"@@ -1 +1 @@\n--- a/x\n+++ b/y\n"),
        (b"\\ No newline at end of file\n", b"\\ No newline at end of file"),
        (b"diff --git a/x b/x\n", b"Index: x\ndiff --git a/x b/x\n"),
        // Bytes that are no text.
        (b"caf\xe9\n", b"caf\xe9s\n"),
        (b"\xff\xfea\0\n\0", b"\xff\xfeb\0\n\0"),
        (b"nul\0\nx\n", b"nul\0\0\nx\n"),
        (b"\x1b[31m\x0c\x08\n", b"\x1b[0m\x0c\x08\n"),
        // Far apart, and next to each other.
        (b"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", b"0\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n13\n"),
        (b"1\n2\n3\n4\n", b"4\n3\n2\n1\n"),
        (b"x\nx\nx\nx\n", b"x\nx\n"),
    ];
    for &(from, to) in cases {
        for context in [0, 1, 3, usize::MAX] {
            check(b"story.txt", Some(from), Some(to), context);
            check(b"story.txt", Some(to), Some(from), context);
        }
        check(b"story.txt", None, Some(from), 3);
        check(b"story.txt", Some(to), None, 3);
    }
    let long = |end: &str| format!("{}{end}\n", "word ".repeat(40_000));
    check(b"story.txt", Some(long("old").as_bytes()), Some(long("new").as_bytes()), 3);
}

#[test]
fn names_survive_too() {
    if !patch_is_here() {
        return;
    }
    let names: &[&[u8]] = &[
        b"wire/2031/03/story.txt",
        b"two words.txt",
        b"a dir/b dir/ story .txt",
        b"tab\there.txt",
        b"line\nbreak.txt",
        b"quote\".txt",
        b"back\\slash.txt",
        b"-dash.txt",
        "новости é.txt".as_bytes(),
        b"latin-\xe9.txt",
        b"\x1b[2J.txt",
        b"b/a/b.txt",
    ];
    for name in names {
        check(name, Some(b"toll 12\n"), Some(b"toll 15\n"), 3);
        check(name, None, Some(b"toll 15\n"), 3);
        check(name, Some(b"toll 12\n"), None, 3);
    }
}

#[test]
fn a_rename_moves_the_file() {
    if !patch_is_here() {
        return;
    }
    for (older, newer) in [(&b"toll 12\n"[..], &b"toll 15\n"[..]), (b"toll 12\n", b"toll 12\n")] {
        let (from, to) = (Path::new("wire/old name.txt"), Path::new("desk/é.txt"));
        let sides = PatchSides { from: Some(Blob { path: from, bytes: older }), to: Some(Blob { path: to, bytes: newer }), renamed: true };
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::create_dir(directory.path().join("wire")).expect("a directory");
        fs::write(directory.path().join(from), older).expect("the older file");
        let told = apply(directory.path(), &Patch::new(&sides, 3).to_bytes());
        assert!(!directory.path().join(from).exists(), "{told}");
        assert_eq!(fs::read(directory.path().join(to)).ok().as_deref(), Some(newer), "{told}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_edit_applies(
        from in proptest::collection::vec(proptest::sample::select(&b"ab-+@\\ \r\n\n\n\xff"[..]), 0..60),
        to in proptest::collection::vec(proptest::sample::select(&b"ab-+@\\ \r\n\n\n\xff"[..]), 0..60),
        context in 0_usize..4,
    ) {
        if patch_is_here() {
            check(b"story.txt", Some(&from), Some(&to), context);
        }
    }
}
