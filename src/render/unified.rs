//! A unified patch between the raw bytes of two versions, as git writes it and `patch -p1` applies it.

use std::io::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use super::line::{Line, Page};
use super::style::Style;

/// What a patch is made from.
#[derive(Clone, Copy, Debug)]
pub struct PatchSides<'a> {
    /// `None` where the patch creates the file.
    pub from: Option<Blob<'a>>,
    /// `None` where the patch removes the file.
    pub to: Option<Blob<'a>>,
    /// Whether two different paths are those of one document, so that the patch renames the file as well.
    pub renamed: bool,
}

/// A file: any bytes, in no encoding.
#[derive(Clone, Copy, Debug)]
pub struct Blob<'a> {
    pub path: &'a Path,
    pub bytes: &'a [u8],
}

/// A patch, line by line. Lines end with `\n` only; a carriage return before it belongs to the line.
#[derive(Clone, Debug)]
pub struct Patch {
    lines: Vec<(LineKind, Vec<u8>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineKind {
    Header,
    Hunk,
    Context,
    Deleted,
    Inserted,
}

impl Patch {
    /// Without any line where there is nothing to do. `context` is the number of unchanged lines around each change.
    #[must_use]
    pub fn new(sides: &PatchSides<'_>, context: usize) -> Patch {
        let mut patch = Patch { lines: Vec::new() };
        let (older, newer) = (sides.from.map_or(&[][..], |blob| blob.bytes), sides.to.map_or(&[][..], |blob| blob.bytes));
        let Some(first) = sides.from.or(sides.to) else { return patch };
        let (old_path, new_path) = (first.path, sides.to.unwrap_or(first).path);
        let renamed = sides.renamed && sides.from.is_some() && old_path != new_path;
        let stays = sides.from.is_some() && sides.to.is_some();
        if stays && older == newer && !renamed {
            return patch;
        }

        patch.header(&[b"diff --git ", &git_name(b"a/", old_path), b" ", &git_name(b"b/", new_path)]);
        if sides.from.is_none() {
            patch.header(&[b"new file mode 100644"]);
        }
        if sides.to.is_none() {
            patch.header(&[b"deleted file mode 100644"]);
        }
        if older.is_empty() && newer.is_empty() && !stays {
            // There is no hunk to tell which side is the empty file. `patch` reads it from git's names of the blobs.
            patch.header(&[if sides.from.is_none() { b"index 0000000..e69de29" } else { b"index e69de29..0000000" }]);
        }
        if renamed {
            patch.header(&[b"rename from ", &git_name(b"", old_path)]);
            patch.header(&[b"rename to ", &git_name(b"", new_path)]);
        }
        if older != newer {
            patch.header(&[b"--- ", &sides.from.map_or(NOWHERE.to_vec(), |blob| named(b"a/", blob.path))]);
            patch.header(&[b"+++ ", &sides.to.map_or(NOWHERE.to_vec(), |blob| named(b"b/", blob.path))]);
            patch.hunks(&lines(older), &lines(newer), context);
        }
        patch
    }

    /// The patch as a program wants it: raw bytes, not fit for a terminal.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.lines.iter().map(|(_, line)| line.len() + 1).sum());
        for (_, line) in &self.lines {
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
        }
        bytes
    }

    /// The patch as a person wants it in a terminal, where no byte of the document may reach the terminal raw.
    #[must_use]
    pub fn shown(&self, style: &Style) -> String {
        let mut page = Page::new();
        for (kind, bytes) in &self.lines {
            let ink = match kind {
                LineKind::Header => style.title,
                LineKind::Hunk => style.flag,
                LineKind::Context => style.dim,
                LineKind::Deleted => style.older,
                LineKind::Inserted => style.newer,
            };
            let mut line = Line::new();
            line.push_bytes(ink, bytes);
            page.line(line);
        }
        page.finish()
    }

    fn header(&mut self, parts: &[&[u8]]) {
        self.lines.push((LineKind::Header, parts.concat()));
    }

    fn hunks(&mut self, older: &[&[u8]], newer: &[&[u8]], context: usize) {
        // No deadline: similar's Myers bounds its own work, and a clock would make the patch depend on the machine's mood.
        let changes = capture_diff_slices(Algorithm::Myers, older, newer);
        for group in group_diff_ops(changes, context.min(older.len() + newer.len())) {
            let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
            let mut head = b"@@".to_vec();
            for (sign, start, end) in
                [('-', first.old_range().start, last.old_range().end), ('+', first.new_range().start, last.new_range().end)]
            {
                // An empty range names the line before it; a range of one line leaves out its length. Writing to memory cannot fail.
                let _ = match end - start {
                    0 => write!(head, " {sign}{start},0"),
                    1 => write!(head, " {sign}{}", start + 1),
                    length => write!(head, " {sign}{},{length}", start + 1),
                };
            }
            head.extend_from_slice(b" @@");
            self.lines.push((LineKind::Hunk, head));
            for change in &group {
                if matches!(change, DiffOp::Equal { .. }) {
                    self.marked(LineKind::Context, b' ', &older[change.old_range()]);
                } else {
                    self.marked(LineKind::Deleted, b'-', &older[change.old_range()]);
                    self.marked(LineKind::Inserted, b'+', &newer[change.new_range()]);
                }
            }
        }
    }

    fn marked(&mut self, kind: LineKind, mark: u8, lines: &[&[u8]]) {
        for line in lines {
            let (body, ended) = line.strip_suffix(b"\n").map_or((*line, false), |body| (body, true));
            self.lines.push((kind, [&[mark], body].concat()));
            if !ended {
                self.lines.push((kind, b"\\ No newline at end of file".to_vec()));
            }
        }
    }
}

const NOWHERE: &[u8] = b"/dev/null";

/// Each line with its newline; the last one may have none.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|&byte| byte == b'\n').collect()
}

/// A name on a line of git's own. There git leaves a name with a space bare, which `patch` cannot read; both read it quoted.
fn git_name(prefix: &[u8], path: &Path) -> Vec<u8> {
    quoted(prefix, path, |byte| byte == b' ')
}

/// A name on a `---` or `+++` line: a tab after a name with a space tells where it ends.
fn named(prefix: &[u8], path: &Path) -> Vec<u8> {
    let mut name = quoted(prefix, path, |_| false);
    if name.contains(&b' ') && !name.starts_with(b"\"") {
        name.push(b'\t');
    }
    name
}

/// A name as git quotes it (`core.quotePath`): in double quotes with C escapes if it holds a control character, a quote, a
/// backslash, a byte above 0x7f or one that `also` asks for. A leading slash is dropped: a patch speaks of files below where it is applied.
fn quoted(prefix: &[u8], path: &Path, also: fn(u8) -> bool) -> Vec<u8> {
    let bytes = path.as_os_str().as_bytes();
    let relative = &bytes[bytes.iter().take_while(|&&byte| byte == b'/').count()..];
    let name = [prefix, relative].concat();
    if !name.iter().any(|&byte| !(b' '..=b'~').contains(&byte) || byte == b'"' || byte == b'\\' || also(byte)) {
        return name;
    }
    let mut quoted = vec![b'"'];
    for byte in name {
        let escape = match byte {
            b'\x07' => b'a',
            b'\x08' => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            b'\x0b' => b'v',
            b'\x0c' => b'f',
            b'\r' => b'r',
            b'"' | b'\\' => byte,
            b' '..=b'~' => {
                quoted.push(byte);
                continue;
            }
            _ => {
                let _ = write!(quoted, "\\{byte:03o}");
                continue;
            }
        };
        quoted.extend([b'\\', escape]);
    }
    quoted.push(b'"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;
    use crate::render::sample::readable;

    fn blob<'a>(path: &'a str, bytes: &'a [u8]) -> Option<Blob<'a>> {
        Some(Blob { path: Path::new(path), bytes })
    }

    fn check(from: Option<Blob<'_>>, to: Option<Blob<'_>>, expect: &str) {
        let patch = Patch::new(&PatchSides { from, to, renamed: true }, 1);
        assert_eq!(String::from_utf8_lossy(&patch.to_bytes()), expect);
    }

    #[test]
    fn patches_as_git_writes_them() {
        check(
            blob("toll.txt", b"one\ntwo\nthree\nfour\n"),
            blob("toll.txt", b"one\ntwo\n3\nfour\n"),
            "diff --git a/toll.txt b/toll.txt\n--- a/toll.txt\n+++ b/toll.txt\n@@ -2,3 +2,3 @@\n two\n-three\n+3\n four\n",
        );
        check(blob("toll.txt", b"same\n"), blob("toll.txt", b"same\n"), "");
        check(None, None, "");
    }

    #[test]
    fn a_last_line_without_newline_says_so() {
        check(
            blob("x", b"a"),
            blob("x", b"a\n"),
            "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n",
        );
    }

    #[test]
    fn files_come_go_and_change_their_names() {
        check(None, blob("x", b"a\n"), "diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n");
        check(blob("x", b"a\n"), None, "diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
        check(None, blob("x", b""), "diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29\n");
        check(blob("x", b"a\n"), blob("y", b"a\n"), "diff --git a/x b/y\nrename from x\nrename to y\n");
    }

    #[test]
    fn names_are_quoted_as_git_does() {
        let check = |raw: &[u8], expect: &str| {
            assert_eq!(String::from_utf8(named(b"a/", Path::new(OsStr::from_bytes(raw)))).unwrap(), expect);
        };
        check(b"wire/toll.txt", "a/wire/toll.txt");
        check(b"/tmp/toll.txt", "a/tmp/toll.txt");
        check(b"two words.txt", "a/two words.txt\t");
        check("é.txt".as_bytes(), r#""a/\303\251.txt""#);
        check(b"say \"hi\"\n\\\x1b.txt", r#""a/say \"hi\"\n\\\033.txt""#);
    }

    #[test]
    fn a_terminal_gets_no_raw_byte_of_the_document() {
        let sides = PatchSides { from: blob("x", b"toll\r\n"), to: blob("x", b"\x1b[2Jtoll \xff\xe2\x80\xae\r\n"), renamed: false };
        let shown = Patch::new(&sides, 3).shown(&Style::coloured());
        assert_eq!(
            readable(&shown),
            "⟪bold⟫diff --git a/x b/x⟪⟫\n⟪bold⟫--- a/x⟪⟫\n⟪bold⟫+++ b/x⟪⟫\n⟪cyan⟫@@ -1 +1 @@⟪⟫\n⟪red⟫-toll^M⟪⟫\n⟪green⟫+^[[2Jtoll \\xFF<U+202E>^M⟪⟫\n"
        );
    }
}
