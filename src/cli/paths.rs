//! Paths as people give them and as they are shown.

use std::path::{Component, Path, PathBuf};

use crate::model::DocumentPath;
use crate::query::Place;

/// What a path argument means in `directory`. Links are resolved as far as the path exists; a document that is long gone has a place too.
pub(super) fn place(directory: &Path, given: &Path) -> Place {
    let absolute = directory.join(given);
    let mut existing = absolute.as_path();
    let resolved = loop {
        if let Ok(canonical) = existing.canonicalize() {
            let rest = absolute.strip_prefix(existing).unwrap_or(Path::new(""));
            break if rest.as_os_str().is_empty() { canonical } else { canonical.join(rest) };
        }
        match existing.parent() {
            Some(parent) => existing = parent,
            None => break absolute.clone(),
        }
    };
    Place { given: given.to_owned(), literal: literal(directory, given), absolute: resolved }
}

/// The path as it reads from the directory, which has no link in it; `..` takes off what stands before it.
fn literal(directory: &Path, given: &Path) -> PathBuf {
    let mut literal = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
    for component in given.components() {
        match component {
            Component::ParentDir => {
                literal.pop();
            }
            Component::CurDir => {}
            component => literal.push(component),
        }
    }
    literal
}

/// The document's path as someone in `directory` would type it.
pub(super) fn shown(directory: &Path, path: &DocumentPath) -> PathBuf {
    shown_absolute(directory, &path.absolute())
}

/// The same of any absolute path.
pub(super) fn shown_absolute(directory: &Path, path: &Path) -> PathBuf {
    // Without the slash that joining nothing leaves at the end.
    let path: PathBuf = path.components().collect();
    let canonical = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
    path.strip_prefix(&canonical).ok().filter(|shown| !shown.as_os_str().is_empty()).map(Path::to_owned).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_names() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(home.join("wire/sub")).unwrap();
        std::fs::File::create(home.join("wire/a.txt")).unwrap();
        std::os::unix::fs::symlink(home.join("wire"), home.join("link")).unwrap();
        let check = |given: &str, expect: &str| assert_eq!(place(&home, Path::new(given)).absolute, home.join(expect), "{given}");
        check("wire/a.txt", "wire/a.txt");
        check("link/a.txt", "wire/a.txt");
        check("link/gone.txt", "wire/gone.txt");
        check("wire/sub/../a.txt", "wire/a.txt");
        check("wire/gone/b.txt", "wire/gone/b.txt");
        check("wire/", "wire");

        let document = DocumentPath::new(home.join("wire"), "a.txt").unwrap();
        assert_eq!(shown(&home, &document), Path::new("wire/a.txt"));
        assert_eq!(shown(&home.join("wire"), &document), Path::new("a.txt"));
        assert_eq!(shown(Path::new("/usr"), &document), home.join("wire/a.txt"));
    }
}
