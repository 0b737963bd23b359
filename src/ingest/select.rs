//! Which files below a root are documents.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use thiserror::Error;

use super::root::{Kind, Root, stat_of};

/// The name of the file in any watched directory that says, in the syntax of `.gitignore`, what in it is not a document.
pub const IGNORE_FILE: &str = ".newswatchignore";

/// Longer ignore files are cut here: nobody writes one by hand.
const IGNORE_FILE_LIMIT: u64 = 1 << 20;

/// A glob of the configuration that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the glob `{glob}`: {message}")]
pub struct BadGlob {
    pub glob: String,
    pub message: String,
}

/// The globs of a root. A file is a document when some `include` matches it, or there is none, and neither an `exclude` nor a
/// [`IGNORE_FILE`] names it or a directory above it, and it is no leftover. Hidden files are never documents, nor is the history itself.
///
/// Globs are those of `.gitignore`: one without a slash matches a name at any depth, one with a slash the path from the root.
#[derive(Clone, Debug)]
pub struct Selection {
    include: Option<Gitignore>,
    exclude: Gitignore,
    leftovers: Gitignore,
    /// Where below the root the history itself is kept, if it is there.
    database: Option<PathBuf>,
}

/// What stands beside a database and belongs to it, by what is added to its name: of SQLite, and of the daemon.
const BESIDE_DATABASE: [&str; 7] = ["", "-wal", "-shm", "-journal", ".lock", ".sock", ".cookies"];

/// The same for the copies that a migration leaves beside it, whole or not: `.v5-backup`, `.v5-backup.2`.
fn is_copy(ending: &[u8]) -> bool {
    let Some(rest) = ending.strip_prefix(b".v") else { return false };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && rest[digits..].starts_with(b"-backup")
}

impl Selection {
    /// # Errors
    /// Names the first glob that cannot be read.
    pub fn new<S: AsRef<str>>(include: &[S], exclude: &[S]) -> Result<Selection, BadGlob> {
        let include = if include.is_empty() { None } else { Some(globs(include)?) };
        Ok(Selection { include, exclude: globs(exclude)?, ..Selection::default() })
    }

    /// The same without what editors and transfers leave behind. Such a glob means files: a directory that has a leftover's name,
    /// `flood.part` or `drafts~`, is somebody's work. Only one that ends in a slash leaves a directory out.
    ///
    /// # Errors
    /// Names the first glob that cannot be read.
    pub fn without_leftovers<S: AsRef<str>>(self, leftovers: &[S]) -> Result<Selection, BadGlob> {
        Ok(Selection { leftovers: globs(leftovers)?, ..self })
    }

    /// The same without a database below the root and what stands beside it: the history is no document of itself, and whoever closes
    /// another handle on such a file drops SQLite's locks.
    #[must_use]
    pub fn without_database(self, relative: &Path) -> Selection {
        Selection { database: Some(relative.to_owned()), ..self }
    }

    fn is_database(&self, relative: &Path) -> bool {
        let Some(database) = self.database.as_ref().filter(|database| database.parent() == relative.parent()) else { return false };
        let name = |path: &Path| path.file_name().unwrap_or_default().as_encoded_bytes().to_vec();
        name(relative)
            .strip_prefix(&*name(database))
            .is_some_and(|rest| is_copy(rest) || BESIDE_DATABASE.iter().any(|ending| ending.as_bytes() == rest))
    }

    /// Whether the file at `relative` below the root, if there is one, is a document.
    pub(super) fn selects(&self, root: &Root, relative: &Path) -> bool {
        let mut above = Ignores::of(root, Path::new(""), None);
        let mut directory = PathBuf::new();
        for part in relative.parent().into_iter().flat_map(Path::iter) {
            directory.push(part);
            if !self.admits(&above, &directory, Kind::Directory) {
                return false;
            }
            above = Ignores::of(root, &directory, Some(above));
        }
        self.admits(&above, relative, Kind::File)
    }

    /// The verdict on one name in a directory that is itself admitted; `ignores` are that directory's and those above it.
    fn admits(&self, ignores: &Ignores, relative: &Path, kind: Kind) -> bool {
        self.admits_or_leftover(ignores, relative, kind) && !(kind == Kind::File && self.is_leftover(relative))
    }

    /// The same, but a file may be a leftover: of all globs those cost most, so a pass asks for them last.
    pub(super) fn admits_or_leftover(&self, ignores: &Ignores, relative: &Path, kind: Kind) -> bool {
        let directory = kind == Kind::Directory;
        let name = relative.file_name().unwrap_or_default().as_encoded_bytes();
        if name.starts_with(b".")
            || self.is_database(relative)
            || self.exclude.matched(relative, directory).is_ignore()
            || ignores.ignore(relative, directory)
        {
            return false;
        }
        if directory {
            return !matches!(self.leftovers.matched(relative, true), Match::Ignore(glob) if glob.is_only_dir());
        }
        self.include.as_ref().is_none_or(|include| include.matched_path_or_any_parents(relative, false).is_ignore())
    }

    /// Whether a file that is otherwise admitted is what an editor or a transfer has left behind.
    pub(super) fn is_leftover(&self, relative: &Path) -> bool {
        self.leftovers.matched(relative, false).is_ignore()
    }
}

impl Default for Selection {
    /// Everything but hidden files.
    fn default() -> Selection {
        Selection { include: None, exclude: Gitignore::empty(), leftovers: Gitignore::empty(), database: None }
    }
}

/// The ignore files of a directory and of those above it.
#[derive(Clone, Debug, Default)]
pub(super) struct Ignores {
    own: Option<Rc<Gitignore>>,
    above: Option<Rc<Ignores>>,
}

impl Ignores {
    /// Reads the ignore file of `directory`, where there is one. One that cannot be read is as good as none, and said so.
    pub(super) fn of(root: &Root, directory: &Path, above: Option<Ignores>) -> Ignores {
        let text = match ignore_file(root, directory) {
            Ok(text) => text,
            Err(error) if super::root::is_gone(&error) => None,
            Err(error) => {
                tracing::warn!("{}: {error}; it is not honoured", root.path().join(directory).join(IGNORE_FILE).display());
                None
            }
        };
        let own = text.map(|text| {
            let mut builder = GitignoreBuilder::new(directory);
            builder.allow_unclosed_class(false);
            for line in text.lines() {
                if let Err(error) = builder.add_line(None, line) {
                    tracing::warn!("{}: {error}; the line is not honoured", root.path().join(directory).join(IGNORE_FILE).display());
                }
            }
            Rc::new(builder.build().unwrap_or_else(|_| Gitignore::empty()))
        });
        match (own, above) {
            // Most directories have no ignore file: the chain is no longer than it has to be.
            (None, Some(above)) => above,
            (own, above) => Ignores { own, above: above.map(Rc::new) },
        }
    }

    fn ignore(&self, relative: &Path, directory: bool) -> bool {
        let own = self.own.as_ref().map_or(Match::None, |own| own.matched(relative, directory).map(drop));
        match own {
            Match::Ignore(()) => true,
            Match::Whitelist(()) => false,
            Match::None => self.above.as_ref().is_some_and(|above| above.ignore(relative, directory)),
        }
    }
}

fn ignore_file(root: &Root, directory: &Path) -> std::io::Result<Option<String>> {
    let file = root.file(&directory.join(IGNORE_FILE))?;
    if stat_of(&file)?.kind != Kind::File {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(IGNORE_FILE_LIMIT).read_to_end(&mut bytes)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn globs<S: AsRef<str>>(globs: &[S]) -> Result<Gitignore, BadGlob> {
    let mut builder = GitignoreBuilder::new("");
    // An unclosed class is a slip to be told of, not a name with a bracket in it.
    builder.allow_unclosed_class(false);
    let bad = |glob: &str, error: &ignore::Error| BadGlob { glob: glob.to_owned(), message: error.to_string() };
    for glob in globs {
        let glob = glob.as_ref();
        // In a list of globs neither sign has the meaning that it has in a file.
        let line = if glob.starts_with(['#', '!']) { format!("\\{glob}") } else { glob.to_owned() };
        builder.add_line(None, &line).map_err(|error| bad(glob, &error))?;
    }
    builder.build().map_err(|error| bad(&globs.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" "), &error))
}
