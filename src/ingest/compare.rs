//! What stands on the disk against what is known: which files have to be read, which documents are gone, which have moved.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;
use std::iter::Peekable;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::root::{Kind, Root, Stat, is_gone};
use super::select::Selection;
use crate::model::{Content, Digest, DocumentError, Seq};
use crate::store::{DocumentId, Known, Signature, StoreError};

/// A document as the store has it, as far as a pass needs it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub id: DocumentId,
    pub seq: Seq,
    pub content: Content,
    pub signature: Option<Signature>,
}

impl Standing {
    pub(super) fn is_present(&self) -> bool {
        self.content != Content::Tombstone
    }
}

/// One thing to do. Every document and every path occurs in at most one of a pass.
#[derive(Debug)]
pub(super) enum Job {
    /// Read a file, and record it if it is not what is known.
    Look {
        relative: PathBuf,
        /// In bytes, as it was listed.
        size: u64,
        /// The document that it is; `None` for a new one.
        document: Option<DocumentId>,
        /// The document stood elsewhere until now.
        moved: bool,
    },
    /// Record that a document is gone.
    Bury { relative: PathBuf, document: DocumentId },
}

impl Job {
    /// How many bytes it will read.
    pub(super) fn size(&self) -> u64 {
        match self {
            Job::Look { size, .. } => *size,
            Job::Bury { .. } => 0,
        }
    }
}

/// What a pass found out before it reads anything. Holds only what is not as it was: in a million unchanged documents, nothing.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pub unchanged: u64,
    /// Documents that were present when the pass began.
    pub present: u64,
    /// Files of known documents that may have changed,
    changed: Vec<(PathBuf, Stat, DocumentId)>,
    /// and files where no document is known to stand now;
    new: Vec<(PathBuf, Stat)>,
    /// though one was deleted there: it comes back, unless another has moved to its place.
    buried: HashMap<PathBuf, DocumentId>,
    /// Present documents that no file was found for.
    lacking: Vec<(PathBuf, DocumentId)>,
    /// Those of them whose file is surely gone.
    pub missing: Vec<(PathBuf, Standing)>,
    pub troubles: Vec<DocumentError>,
}

/// Both sides of a comparison come in the order of their paths' bytes, so that neither has to be held.
#[derive(Debug)]
pub(super) struct Merge<'a, F: Iterator<Item = (PathBuf, Stat)>> {
    comparison: &'a mut Comparison,
    found: Peekable<F>,
    /// The document that stands at the current path, as far as is known: another one of that path may come.
    waiting: Option<Known>,
}

impl<'a, F: Iterator<Item = (PathBuf, Stat)>> Merge<'a, F> {
    pub(super) fn new(comparison: &'a mut Comparison, found: F) -> Merge<'a, F> {
        Merge { comparison, found: found.peekable(), waiting: None }
    }

    /// Takes in the next document that is known.
    pub(super) fn known(&mut self, known: Known) {
        match &self.waiting {
            // Of several at one path the last one counts.
            Some(waiting) if waiting.relative == known.relative => {}
            _ => self.settle(),
        }
        self.waiting = Some(known);
    }

    /// All known documents have come: what is left of the files is new.
    pub(super) fn finish(mut self) {
        self.settle();
        self.comparison.new.extend(self.found);
    }

    fn settle(&mut self) {
        let Some(known) = self.waiting.take() else { return };
        let path = known.relative.as_os_str();
        while let Some(new) = self.found.next_if(|(found, _)| found.as_os_str().as_bytes() < path.as_bytes()) {
            self.comparison.new.push(new);
        }
        self.comparison.present += u64::from(known.present);
        match self.found.next_if(|(found, _)| found.as_os_str() == path) {
            Some((_, stat)) if known.present && known.signature.is_some_and(|signature| stat.is_still(&signature)) => {
                self.comparison.unchanged += 1;
            }
            Some((relative, stat)) if known.present => self.comparison.changed.push((relative, stat, known.id)),
            Some((relative, stat)) => {
                self.comparison.buried.insert(known.relative, known.id);
                self.comparison.new.push((relative, stat));
            }
            None if known.present => self.comparison.lacking.push((known.relative, known.id)),
            None => {}
        }
    }
}

impl Comparison {
    /// Looks again for the present documents that no file was found for. They are missing only where the file system says
    /// so: a directory that could not be listed, or a file that the selection has come to leave out, is not a deletion.
    pub(super) fn look_for_lacking(
        &mut self,
        root: &Root,
        selection: &Selection,
        standing: impl Fn(DocumentId) -> Result<Option<Standing>, StoreError>,
    ) -> Result<(), StoreError> {
        for (relative, document) in std::mem::take(&mut self.lacking) {
            match root.stat(&relative) {
                Ok(stat) if stat.kind == Kind::File => {
                    if selection.selects(root, &relative) {
                        self.changed.push((relative, stat, document));
                    }
                    continue;
                }
                Ok(_) => {}
                Err(error) if is_gone(&error) => {}
                Err(source) => {
                    self.troubles.push(DocumentError::Read { path: root.path().join(&relative), source });
                    continue;
                }
            }
            self.missing.extend(standing(document)?.map(|standing| (relative, standing)));
        }
        Ok(())
    }

    /// Whether a file that may have changed has other names too: they have changed with it, and nobody names them.
    pub(super) fn has_linked(&self) -> bool {
        self.changed.iter().any(|(_, stat, _)| stat.links > 1)
    }

    /// How many files stand where no document is known, and none was deleted.
    pub(super) fn new_documents(&self) -> usize {
        self.new.len() - self.buried.len()
    }

    /// The jobs of the pass, in the order in which they are to be recorded: who has moved makes room first. `digest` reads a
    /// file; `same` tells whether a new file continues a missing document whose file had the same inode, but other bytes.
    pub(super) fn jobs(
        mut self,
        digest: impl FnMut(&Path) -> Option<Digest>,
        same: impl FnMut(&Standing, &Path) -> bool,
    ) -> Box<dyn Iterator<Item = Job>> {
        let moved = join(&mut self.missing, &mut self.new, digest, same).into_iter().map(|((relative, stat), standing)| Job::Look {
            relative,
            size: stat.size,
            document: Some(standing.id),
            moved: true,
        });
        let gone = self.missing.into_iter().map(|(relative, standing)| Job::Bury { relative, document: standing.id });
        let changed = self.changed.into_iter().map(|(relative, stat, id)| (relative, stat.size, Some(id)));
        let mut buried = self.buried;
        let new = self.new.into_iter().map(move |(relative, stat)| {
            let document = buried.remove(&relative);
            (relative, stat.size, document)
        });
        let look = |(relative, size, document)| Job::Look { relative, size, document, moved: false };
        Box::new(moved.chain(gone).chain(merge_by_path(changed, new).map(look)))
    }
}

type Sighting = (PathBuf, u64, Option<DocumentId>);

/// Both lists are in order of path already, but for the few that were looked for again.
fn merge_by_path(one: impl Iterator<Item = Sighting>, other: impl Iterator<Item = Sighting>) -> impl Iterator<Item = Sighting> {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    std::iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some((left, ..)), Some((right, ..))) if right.as_os_str() < left.as_os_str() => other.next(),
        (Some(_), _) => one.next(),
        (None, _) => other.next(),
    })
}

/// Finds the new files that are missing documents under another name, and takes both out of their lists.
///
/// The same bytes join them: first where the inode is the same too, then where the file has kept its name (a directory was
/// renamed), then in order of path. Empty files are alike by nature and are joined by inode only. Then a file with a missing
/// document's inode and other bytes is asked about: inodes are used again, so that alone proves nothing.
fn join(
    missing: &mut Vec<(PathBuf, Standing)>,
    new: &mut Vec<(PathBuf, Stat)>,
    mut digest: impl FnMut(&Path) -> Option<Digest>,
    same: impl FnMut(&Standing, &Path) -> bool,
) -> Vec<((PathBuf, Stat), Standing)> {
    let sizes: HashSet<u64> = missing.iter().map(|(_, standing)| standing.content.size()).collect();
    // Only files of a size that is missed are read for this.
    let digests: HashMap<PathBuf, Digest> =
        new.iter().filter(|(_, stat)| sizes.contains(&stat.size)).filter_map(|(path, _)| Some((path.clone(), digest(path)?))).collect();
    let inode = |standing: &Standing| standing.signature.map(|signature| (signature.device, signature.inode));
    let content = |standing: &Standing| standing.content.digest().filter(|_| standing.content.size() > 0);
    let name = |path: &Path| path.file_name().map(ToOwned::to_owned);
    let always = |_: &Standing, _: &Path| true;

    let mut lists = Lists { missing, new, moved: Vec::new() };
    lists.pair(
        |_, standing| Some((inode(standing)?, standing.content.digest()?)),
        |path, stat| Some(((stat.device, stat.inode), *digests.get(path)?)),
        always,
    );
    lists.pair(|path, standing| Some((content(standing)?, name(path)?)), |path, _| Some((*digests.get(path)?, name(path)?)), always);
    lists.pair(|_, standing| content(standing), |path, _| digests.get(path).copied(), always);
    lists.pair(|_, standing| inode(standing), |_, stat| Some((stat.device, stat.inode)), same);
    lists.moved
}

struct Lists<'a> {
    missing: &'a mut Vec<(PathBuf, Standing)>,
    new: &'a mut Vec<(PathBuf, Stat)>,
    moved: Vec<((PathBuf, Stat), Standing)>,
}

impl Lists<'_> {
    /// Joins, in order of path, what has the same key on both sides and is accepted.
    fn pair<K: Eq + Hash>(
        &mut self,
        key_of_missing: impl Fn(&Path, &Standing) -> Option<K>,
        key_of_new: impl Fn(&Path, &Stat) -> Option<K>,
        mut accept: impl FnMut(&Standing, &Path) -> bool,
    ) {
        let mut places: HashMap<K, VecDeque<usize>> = HashMap::new();
        for (place, (path, standing)) in self.missing.iter().enumerate() {
            if let Some(key) = key_of_missing(path, standing) {
                places.entry(key).or_default().push_back(place);
            }
        }
        let mut found = HashSet::new();
        self.new.retain(|(path, stat)| {
            let Some(waiting) = key_of_new(path, stat).and_then(|key| places.get_mut(&key)) else { return true };
            let Some(&place) = waiting.front() else { return true };
            let standing = self.missing[place].1;
            if !accept(&standing, path) {
                return true;
            }
            waiting.pop_front();
            found.insert(place);
            self.moved.push(((path.clone(), *stat), standing));
            false
        });
        let mut place = 0;
        self.missing.retain(|_| {
            place += 1;
            !found.contains(&(place - 1))
        });
    }
}
