//! What stands on the disk against what is known: which files have to be read, which documents are gone, which have moved.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ffi::OsStr;
use std::hash::Hash;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

use super::RootSpec;
use super::brake::Brake;
use super::rehash::Due;
use super::root::{Kind, Root, Stat, is_gone};
use super::select::Selection;
use super::walk::{Looked, Run, walk};
use crate::model::{Content, Digest, DocumentError, Seq};
use crate::store::{DocumentId, Known, Reader, Signature, StoreError};

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
        /// Where the document stood until now, where that was elsewhere.
        from: Option<PathBuf>,
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
    /// and such as have not, by their signatures, but are read all the same, with their sizes;
    doubted: Vec<(PathBuf, u64, DocumentId)>,
    /// files where no document is known to stand now,
    new: Vec<(PathBuf, Stat)>,
    /// though one was deleted there: it comes back, unless another has moved to its place.
    buried: HashMap<PathBuf, DocumentId>,
    /// Present documents that no file was found for.
    lacking: Vec<(PathBuf, DocumentId)>,
    /// Those of them whose file is surely gone.
    pub missing: Vec<(PathBuf, Standing)>,
    pub troubles: Vec<DocumentError>,
}

/// Compares what stands at or below one path with what is known there. A directory is listed by a thread of its own.
pub(super) fn compare(
    reader: &Reader,
    root: &Root,
    spec: &RootSpec,
    path: &Path,
    due: Due,
    brake: &Brake,
    comparison: &mut Comparison,
) -> Result<(), StoreError> {
    let mut found = None;
    match root.stat(path) {
        Ok(stat) if stat.kind == Kind::Directory => return compare_directory(reader, root, spec, path, due, brake, comparison),
        Ok(stat) if stat.kind == Kind::File && spec.selection.selects(root, path) => found = Some(Looked::at(path, stat)),
        Ok(_) => {}
        Err(error) if is_gone(&error) => {}
        Err(source) => comparison.troubles.push(DocumentError::Read { path: root.path().join(path), source }),
    }
    // Who names a file says that something happened to it, and may know more than its stamps.
    let doubt = |_: DocumentId| true;
    let mut merge = Merge::new(comparison, &spec.selection, doubt, found.into_iter());
    reader.known(&spec.path, path, |known| merge.known(&known))?;
    merge.finish();
    Ok(())
}

/// Three kinds of thread: one lists, some look at the listed files, and this one reads what is known and compares.
fn compare_directory(
    reader: &Reader,
    root: &Root,
    spec: &RootSpec,
    path: &Path,
    due: Due,
    brake: &Brake,
    comparison: &mut Comparison,
) -> Result<(), StoreError> {
    /// Batches of files that may be ahead of the comparison.
    const AHEAD: usize = 8;
    let (sender, looked) = sync_channel(AHEAD);
    let (to_look, batches) = sync_channel::<(Batch, SyncSender<Vec<Looked>>)>(AHEAD);
    let batches = Mutex::new(batches);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            let next = || batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
            scope.spawn(move || {
                while let Ok((batch, answer)) = next() {
                    // Nobody listens any more when the database could not be read.
                    let _ = answer.send(batch.look(root));
                }
            });
        }
        let lister = scope.spawn(move || {
            let mut troubles = Vec::new();
            let mut batch = Batch::default();
            let mut each = |run: Run| {
                batch.add(run);
                if !batch.is_full() {
                    return true;
                }
                let (answer, coming) = sync_channel(1);
                let handed_over = to_look.send((std::mem::take(&mut batch), answer)).is_ok();
                // Nobody listens any more when the database could not be read.
                handed_over && sender.send(coming).is_ok() && !brake.is_pulled()
            };
            walk(root, &spec.selection, path, &mut each, &mut |error| troubles.push(error));
            // What is left over is looked at here: to hand it over would take longer.
            let (answer, coming) = sync_channel(1);
            let _ = answer.send(batch.look(root));
            let _ = sender.send(coming);
            troubles
        });
        let mut troubles = Vec::new();
        // In the order in which they were listed, whoever is done first.
        let found = looked.into_iter().flat_map(|coming: Receiver<Vec<Looked>>| {
            let mut looked = coming.recv().unwrap_or_default();
            troubles.extend(looked.iter_mut().filter_map(|looked| looked.trouble.take()));
            looked
        });
        let mut merge = Merge::new(comparison, &spec.selection, |document: DocumentId| due.has(document.number()), found);
        let read = reader.known(&spec.path, path, |known| merge.known(&known));
        if read.is_ok() {
            merge.finish();
        } else {
            drop(merge);
        }
        troubles.extend(lister.join().unwrap_or_default());
        troubles.dedup_by(|one, other| one.path() == other.path());
        comparison.troubles.extend(troubles);
        read
    })
}

/// Runs of files that are looked at by one thread, so that handing them over costs little beside.
#[derive(Debug, Default)]
struct Batch {
    runs: Vec<Run>,
    files: usize,
}

impl Batch {
    const FILES: usize = 512;
    /// Each run holds its directory open.
    const RUNS: usize = 16;

    fn add(&mut self, run: Run) {
        self.files += run.len();
        self.runs.push(run);
    }

    fn is_full(&self) -> bool {
        self.files >= Batch::FILES || self.runs.len() >= Batch::RUNS
    }

    fn look(self, root: &Root) -> Vec<Looked> {
        self.runs.into_iter().map(|run| run.look(root)).collect()
    }
}

/// Both sides of a comparison come in the order of their paths' bytes, so that neither has to be held.
#[derive(Debug)]
struct Merge<'a, D: Fn(DocumentId) -> bool, I: Iterator<Item = Looked>> {
    comparison: &'a mut Comparison,
    selection: &'a Selection,
    /// Whether a file is read though its signature is what it was.
    doubt: D,
    found: Found<I>,
}

impl<'a, D: Fn(DocumentId) -> bool, I: Iterator<Item = Looked>> Merge<'a, D, I> {
    fn new(comparison: &'a mut Comparison, selection: &'a Selection, doubt: D, looked: I) -> Merge<'a, D, I> {
        Merge { comparison, selection, doubt, found: Found::new(looked) }
    }

    /// Takes in the next document that is known.
    fn known(&mut self, known: &Known<'_>) {
        let path = known.relative;
        while let Some((new, _)) = self.found.peek()
            && new.as_os_str().as_bytes() < path.as_os_str().as_bytes()
        {
            self.new_file();
        }
        self.comparison.present += u64::from(known.present);
        match self.found.peek() {
            Some((found, stat)) if found.as_os_str() == path.as_os_str() => {
                if known.present && known.signature.is_some_and(|signature| stat.is_still(&signature)) {
                    if (self.doubt)(known.id) {
                        self.comparison.doubted.push((path.to_owned(), stat.size, known.id));
                    } else {
                        self.comparison.unchanged += 1;
                    }
                } else if self.selection.is_leftover(path) {
                    // No document, whatever it was when it was recorded, and no deletion either.
                } else if known.present {
                    self.comparison.changed.push((path.to_owned(), stat, known.id));
                } else {
                    self.comparison.buried.insert(path.to_owned(), known.id);
                    self.comparison.new.push((path.to_owned(), stat));
                }
                self.found.step();
            }
            _ if known.present => self.comparison.lacking.push((path.to_owned(), known.id)),
            _ => {}
        }
    }

    /// All known documents have come: what is left of the files is new.
    fn finish(mut self) {
        while self.found.peek().is_some() {
            self.new_file();
        }
    }

    /// Takes the file that is next, at whose path no document is known to stand now.
    fn new_file(&mut self) {
        if let Some((path, stat)) = self.found.peek()
            && !self.selection.is_leftover(path)
        {
            self.comparison.new.push((path.to_owned(), stat));
        }
        self.found.step();
    }
}

/// The files that were found, one after the other.
#[derive(Debug)]
struct Found<I> {
    runs: I,
    looked: Looked,
    /// Where in what was looked at the next but one begins.
    after: usize,
    /// Of the next file.
    path: Vec<u8>,
    stat: Option<Stat>,
}

impl<I: Iterator<Item = Looked>> Found<I> {
    fn new(runs: I) -> Found<I> {
        let mut found = Found { runs, looked: Looked::default(), after: 0, path: Vec::new(), stat: None };
        found.step();
        found
    }

    /// The next file.
    fn peek(&self) -> Option<(&Path, Stat)> {
        Some((Path::new(OsStr::from_bytes(&self.path)), self.stat?))
    }

    fn step(&mut self) {
        loop {
            if let Some((after, stat)) = self.looked.next_file(self.after, &mut self.path) {
                (self.after, self.stat) = (after, Some(stat));
                return;
            }
            let Some(looked) = self.runs.next() else {
                self.stat = None;
                return;
            };
            (self.looked, self.after) = (looked, 0);
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

    /// Whether a file that may have changed has other names too: they have changed with it, and nobody names them. So it is with a new
    /// name of a file that was written to under it.
    pub(super) fn has_linked(&self) -> bool {
        let changed = self.changed.iter().map(|(_, stat, _)| stat);
        changed.chain(self.new.iter().map(|(_, stat)| stat)).any(|stat| stat.links > 1)
    }

    /// How many files stand where no document is known, and none was deleted.
    pub(super) fn new_documents(&self) -> usize {
        self.new.len() - self.buried.len()
    }

    /// How many bytes there are to understand, as they were listed; what stood there before not counted.
    pub(super) fn bytes(&self) -> u64 {
        let changed = self.changed.iter().map(|(_, stat, _)| stat.size);
        let new = self.new.iter().map(|(_, stat)| stat.size);
        let missing = self.missing.iter().map(|(_, standing)| standing.content.size());
        changed.chain(new).chain(missing).fold(0, u64::saturating_add)
    }

    /// The jobs of the pass, in the order in which they are to be recorded: who has moved makes room first. `digest` reads a
    /// file; `came_from` tells where the watcher saw a new file come from; `same` tells whether a new file continues a missing document whose file had the same inode, but other bytes.
    pub(super) fn jobs(
        mut self,
        digest: impl FnMut(&Path) -> Option<Digest>,
        came_from: impl Fn(&Path) -> Vec<PathBuf>,
        same: impl FnMut(&Standing, &Path) -> bool,
    ) -> Box<dyn Iterator<Item = Job>> {
        let moved =
            join(&mut self.missing, &mut self.new, digest, came_from, same).into_iter().map(|((relative, stat), (from, standing))| {
                Job::Look { relative, size: stat.size, document: Some(standing.id), from: Some(from) }
            });
        let gone = self.missing.into_iter().map(|(relative, standing)| Job::Bury { relative, document: standing.id });
        let changed = self.changed.into_iter().map(|(relative, stat, id)| (relative, stat.size, Some(id)));
        let mut buried = self.buried;
        let new = self.new.into_iter().map(move |(relative, stat)| {
            let document = buried.remove(&relative);
            (relative, stat.size, document)
        });
        let look = |(relative, size, document)| Job::Look { relative, size, document, from: None };
        let doubted = self.doubted.into_iter().map(|(relative, size, id)| (relative, size, Some(id)));
        Box::new(moved.chain(gone).chain(merge_by_path(changed, new).chain(doubted).map(look)))
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
/// renamed), then in order of path. Empty files are alike by nature and are joined by inode only. Then a file whose rename was seen, whatever
/// it holds by now. Then a file with a missing document's inode and other bytes is asked about: inodes are used again, so that alone
/// proves nothing.
fn join(
    missing: &mut Vec<(PathBuf, Standing)>,
    new: &mut Vec<(PathBuf, Stat)>,
    mut digest: impl FnMut(&Path) -> Option<Digest>,
    came_from: impl Fn(&Path) -> Vec<PathBuf>,
    same: impl FnMut(&Standing, &Path) -> bool,
) -> Vec<Moved> {
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
    let gone: HashSet<PathBuf> = lists.missing.iter().map(|(path, _)| path.clone()).collect();
    lists.pair(|path, _| Some(path.to_owned()), |path, _| came_from(path).into_iter().find(|from| gone.contains(from)), always);
    lists.pair(|_, standing| inode(standing), |_, stat| Some((stat.device, stat.inode)), same);
    lists.moved
}

/// A file, and the document that has moved there, with where it stood before.
type Moved = ((PathBuf, Stat), (PathBuf, Standing));

struct Lists<'a> {
    missing: &'a mut Vec<(PathBuf, Standing)>,
    new: &'a mut Vec<(PathBuf, Stat)>,
    moved: Vec<Moved>,
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
            let (from, standing) = &self.missing[place];
            if !accept(standing, path) {
                return true;
            }
            waiting.pop_front();
            found.insert(place);
            self.moved.push(((path.clone(), *stat), (from.clone(), *standing)));
            false
        });
        let mut place = 0;
        self.missing.retain(|_| {
            place += 1;
            !found.contains(&(place - 1))
        });
    }
}
