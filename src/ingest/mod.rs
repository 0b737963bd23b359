//! The only way in: looks at the disk, decides what happened, has it parsed, extracted and diffed, and hands it to the store.
//!
//! - Events are hints. Whatever a watcher says, what is recorded is what this module finds on the disk.
//! - Idempotent: the same bytes at the same path make no version. A pass that finds nothing changed records nothing.
//! - A version, its entities and its revision are recorded together. Of many new documents at once (a first look) the ground is
//!   recorded first, so that none of it can be lost any more, and the rest is derived later (see `later.rs`).
//! - A document that cannot be read is counted, logged and tried again; it never stops the others.
//! - A root that is gone, or has been replaced, never makes its documents deleted ones: it is reported as degraded.
//!
//! How a path and a document belong together: a path that holds a document keeps holding it, whatever is written there. A
//! document whose file is gone moves to a new path that has its bytes; so renaming keeps the history. Two files that swap
//! their names are two documents that change.

mod brake;
mod compare;
mod cores;
mod derive;
mod later;
mod read;
mod rehash;
mod renames;
mod reparse;
mod root;
mod select;
#[cfg(feature = "onnx")]
mod transformer;
mod walk;
mod work;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

pub use self::brake::Brake;
use self::compare::{Comparison, Standing, compare};
pub use self::derive::{EXTRACTOR, extractor, extractor_at_hand};
pub use self::later::Deriver;
use self::later::{MANY, MUCH};
use self::read::{Manner, Read, read};
use self::rehash::{Due, Rehash};
use self::renames::{Lately, Renames};
use self::root::Root;
pub use self::select::{BadGlob, IGNORE_FILE, Selection};
#[cfg(feature = "onnx")]
pub use self::transformer::{TransformerFiles, use_transformer};
use self::work::{Site, now, work};
use crate::model::{Changes, Digest, DocumentError, DocumentPath, Haste, Revision, Version};
use crate::store::{DocumentId, LastScan, Reader, StoreError, Writer};

/// A directory to keep the history of.
#[derive(Clone, Debug)]
pub struct RootSpec {
    /// Absolute, and no symbolic link in it.
    pub path: PathBuf,
    pub selection: Selection,
    /// Larger files are not recorded. In bytes.
    pub max_size: u64,
    /// A file that was written to less than this long ago is still being written.
    pub quiet: Duration,
    /// Full passes read every file once in this time, even if its signature is what it was; never where it is zero.
    pub rehash_every: Duration,
}

/// A revision that is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub document: DocumentId,
    /// The version that the revision led to.
    pub version: Version,
    pub revision: Revision,
    /// When the file system says that the file was changed last; `None` for a tombstone.
    pub written: Option<Timestamp>,
}

/// What a pass tells of, once it is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A version that is understood later, and when the file system says that the file was changed last. Its revision is made by a
    /// [`Deriver`], which tells of it as
    Stored(Option<Timestamp>),
    /// one that was stored before.
    Derived(Box<Recorded>),
    /// A version with its revision.
    Recorded(Box<Recorded>),
}

/// What a pass did.
#[derive(Debug, Default)]
pub struct Report {
    /// Versions recorded.
    pub recorded: u64,
    /// Files that are what they were.
    pub unchanged: u64,
    /// What has to be named again. Files that are still being written, of which nothing was recorded; and roots in which a file
    /// with several names has changed. Absolute.
    pub busy: Vec<PathBuf>,
    /// One for each document, or directory, that could not be looked at.
    pub troubles: Vec<DocumentError>,
    /// Roots that were looked at as a whole, to the end.
    pub whole: Vec<PathBuf>,
    pub degraded: Vec<Degraded>,
}

/// A root that cannot be trusted now. Nothing in it was taken for deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Degraded {
    pub root: PathBuf,
    /// For people: why, and what to do.
    pub reason: String,
}

/// Brings what stands on the disk into the store.
#[derive(Debug)]
pub struct Ingest {
    writer: Arc<Writer>,
    /// One for each thread that works.
    readers: Vec<Reader>,
    roots: Vec<RootSpec>,
    /// Each root as it was when it was scanned last.
    trusted: HashMap<PathBuf, Trusted>,
    brake: Brake,
    /// Roots that the next full pass believes, whatever is missing.
    trusting: BTreeSet<PathBuf>,
    lately: Lately,
    rehash: Rehash,
}

impl Ingest {
    /// # Errors
    /// The database cannot be read.
    pub fn new(writer: Writer, roots: Vec<RootSpec>) -> Result<Ingest, StoreError> {
        let readers = readers(writer.path())?;
        let scans = readers.first().map_or_else(|| Ok(Vec::new()), Reader::scans)?;
        let trusted = |scan: LastScan| (scan.root, Trusted { identity: (scan.device, scan.inode), at: scan.finished });
        let trusted = scans.into_iter().map(trusted).collect();
        Ok(Ingest {
            writer: Arc::new(writer),
            readers,
            roots,
            trusted,
            brake: Brake::default(),
            trusting: BTreeSet::new(),
            lately: Lately::default(),
            rehash: Rehash::default(),
        })
    }

    /// Lets whoever holds `brake` end a pass early.
    #[must_use]
    pub fn with_brake(self, brake: Brake) -> Ingest {
        Ingest { brake, ..self }
    }

    #[must_use]
    pub fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Whatever the next [`Ingest::scan`] finds at this root is what it holds: what is not there is recorded as deleted by it.
    pub fn trust(&mut self, root: &Path) {
        self.trusting.insert(root.to_owned());
    }

    /// A watcher has told of these renames.
    pub fn renamed(&mut self, renames: impl IntoIterator<Item = (PathBuf, PathBuf)>) {
        self.lately.note(renames, now());
    }

    /// From now on each full pass reads every file, whatever its signature says.
    pub fn rehash(&mut self) {
        self.rehash.all();
    }

    /// Takes up a changed configuration.
    pub fn set_roots(&mut self, roots: Vec<RootSpec>) {
        self.roots = roots;
    }

    /// One full pass over all roots. `tell` hears of each revision once it is on the disk. Where there is much to do, or a document is
    /// large, the bytes are recorded first: then it is for a [`Deriver`] to go on.
    ///
    /// # Errors
    /// The database cannot be read or written. What was told of until then is on the disk; the rest is found again by the
    /// next pass. So too for [`Ingest::apply`].
    pub fn scan(&mut self, tell: &mut dyn FnMut(Told)) -> Result<Report, StoreError> {
        let mut report = Report::default();
        let mut scan = |ingest: &mut Ingest, spec: &RootSpec| {
            let due = ingest.rehash.due(&spec.path, spec.rehash_every, now());
            ingest.scan_root(spec, Asked { due, ..Asked::default() }, &mut report, tell)
        };
        let scanned = self.roots.clone().iter().try_for_each(|spec| scan(self, spec));
        self.trusting.clear();
        scanned.map(|()| report)
    }

    /// One full pass that leaves nothing for later: what is still being written is waited for once, as long as its root's quiet
    /// period, and then recorded as it stands.
    ///
    /// # Errors
    /// As for [`Ingest::scan`].
    pub fn scan_to_the_end(&mut self, tell: &mut dyn FnMut(Told)) -> Result<Report, StoreError> {
        let mut report = self.scan(tell)?;
        let busy: BTreeMap<_, _> = std::mem::take(&mut report.busy).into_iter().map(|path| (path, Haste::Now)).collect();
        if !busy.is_empty() {
            std::thread::sleep(self.roots.iter().map(|root| root.quiet).max().unwrap_or_default());
            let rest = self.apply(&busy.into(), tell)?;
            report.recorded += rest.recorded;
            report.unchanged += rest.unchanged;
            report.troubles.extend(rest.troubles);
            report.degraded.extend(rest.degraded);
            report.whole.extend(rest.whole);
        }
        Ok(report)
    }

    /// Looks at the paths that a watcher named: files, directories with all below them, and what is not there any more.
    /// Paths below no root are passed over. A file that is still being written is recorded where it is itself named as
    /// [`Haste::Now`].
    ///
    /// # Errors
    /// As for [`Ingest::scan`].
    pub fn apply(&mut self, Changes { paths, renames }: &Changes, tell: &mut dyn FnMut(Told)) -> Result<Report, StoreError> {
        let mut report = Report::default();
        self.renamed(renames.iter().cloned());
        for spec in self.roots.clone() {
            let below = disjoint(paths.keys().filter_map(|path| scope(&spec.path, path)).collect());
            if below.is_empty() {
                continue;
            }
            let root = match Root::open(&spec.path) {
                Ok(root) => root,
                Err(error) => {
                    report.degraded.push(unreachable(&spec.path, &error));
                    continue;
                }
            };
            let is_overdue = |(path, haste): (&PathBuf, &Haste)| {
                let relative = path.strip_prefix(&spec.path).ok().filter(|_| *haste == Haste::Now)?;
                Some(relative.to_owned())
            };
            let overdue = paths.iter().filter_map(is_overdue).collect();
            // After the root itself was named, or has been replaced, only a full pass tells what is there.
            if below.contains(Path::new("")) || self.is_replaced(&root).unwrap_or(true) {
                self.scan_root(&spec, Asked { overdue, ..Asked::default() }, &mut report, tell)?;
            } else {
                let asked = Asked { overdue, renames: self.lately.below(&spec.path), ..Asked::default() };
                self.pass(&spec, &root, &below, &asked, &mut report, tell)?;
            }
        }
        Ok(report)
    }

    fn scan_root(&mut self, spec: &RootSpec, asked: Asked, report: &mut Report, tell: &mut dyn FnMut(Told)) -> Result<(), StoreError> {
        let asked = Asked { renames: self.lately.below(&spec.path), ..asked };
        let root = match Root::open(&spec.path) {
            Ok(root) => root,
            Err(error) => {
                report.degraded.push(unreachable(&spec.path, &error));
                return Ok(());
            }
        };
        let degraded = report.degraded.len();
        self.pass(spec, &root, &BTreeSet::from([PathBuf::new()]), &asked, report, tell)?;
        if report.degraded.len() == degraded && !self.brake.is_pulled() {
            let (device, inode) = root.identity();
            let at = now();
            self.writer.scanned(&spec.path, at, device, inode).wait()?;
            self.trusted.insert(spec.path.clone(), Trusted { identity: (device, inode), at });
            self.rehash.done(&spec.path, asked.due);
            report.whole.push(spec.path.clone());
        }
        Ok(())
    }

    /// Looks at everything at or below the paths of `scope`, which are relative to the root.
    fn pass(
        &mut self,
        spec: &RootSpec,
        root: &Root,
        scope: &BTreeSet<PathBuf>,
        asked: &Asked,
        report: &mut Report,
        tell: &mut dyn FnMut(Told),
    ) -> Result<(), StoreError> {
        let [reader, ..] = self.readers.as_slice() else { return Ok(()) };
        let mut comparison = Comparison::default();
        for path in scope {
            compare(reader, root, spec, path, asked.due, &self.brake, &mut comparison)?;
        }
        if self.brake.is_pulled() {
            // What was not listed any more is not missing.
            return Ok(());
        }
        let standing = |document| standing(reader, document);
        comparison.look_for_lacking(root, &spec.selection, standing)?;
        if let Some(degraded) = self.doubt(reader, root, &comparison)? {
            comparison.missing.clear();
            report.degraded.push(degraded);
        }
        if comparison.has_linked() && !scope.contains(Path::new("")) {
            // Where its other names are only a full pass tells.
            report.busy.push(root.path().to_owned());
        }
        report.unchanged += comparison.unchanged;
        report.troubles.append(&mut comparison.troubles);
        let ground_first = comparison.new_documents() > MANY || comparison.bytes() > MUCH;
        let bytes = |relative: &Path| if self.brake.is_pulled() { None } else { bytes(root, spec, relative) };
        let digest = |relative: &Path| bytes(relative).map(|bytes| Digest::of(&bytes));
        let same = |standing: &Standing, relative: &Path| continues(reader, standing, &bytes(relative).unwrap_or_default());
        let came_from = |relative: &Path| asked.renames.sources(relative);
        let mut jobs = comparison.jobs(digest, came_from, same);
        let site = Site {
            root,
            max_size: spec.max_size,
            quiet: spec.quiet,
            overdue: &asked.overdue,
            ground_first,
            writer: &self.writer,
            brake: &self.brake,
        };
        work(&site, &mut self.readers, &mut jobs, report, tell)
    }

    /// Whether another directory stands there than the one scanned last; `None` where none was.
    fn is_replaced(&self, root: &Root) -> Option<bool> {
        self.trusted.get(root.path()).map(|trusted| !root.is(trusted.identity))
    }

    /// Why what is missing below a root should not be believed, if it should not.
    fn doubt(&self, reader: &Reader, root: &Root, comparison: &Comparison) -> Result<Option<Degraded>, StoreError> {
        let missing = comparison.missing.len() as u64;
        if missing == 0 {
            return Ok(None);
        }
        let doubt = |reason: String| Ok(Some(Degraded { root: root.path().to_owned(), reason }));
        if !root.still_stands() {
            return doubt("the directory was moved away or replaced while it was read; it is read again".to_owned());
        }
        let trusted = self.trusted.get(root.path()).filter(|_| !self.trusting.contains(root.path()));
        if let Some(trusted) = trusted.filter(|trusted| !root.is(trusted.identity)) {
            // What came into the other directory since then says nothing of what is missing in it.
            let before = comparison.present.saturating_sub(reader.arrivals(root.path(), trusted.at)?);
            if missing * FEW > before {
                tracing::debug!("{}: {missing} documents are not in the directory that stands there now", root.path().display());
                // The same words every time: it is one gap.
                return doubt(format!(
                    "this is another directory than the one scanned last (not mounted?), and documents are missing from it; none of them is \
                     recorded as deleted. Where it is the right one say so: newswatch reload --trust {0} (without a daemon: newswatch scan --trust {0})",
                    root.path().display()
                ));
            }
        }
        Ok(None)
    }
}

/// What is known beforehand of what a pass will find below a root.
#[derive(Debug, Default)]
struct Asked {
    /// Files that are not to be waited for any longer, relative to the root.
    overdue: HashSet<PathBuf>,
    renames: Renames,
    /// Which files are read whatever their signatures say.
    due: Due,
}

/// Of a directory that was exchanged up to one document in so many is believed to have been deleted.
const FEW: u64 = 10;

/// A root that was looked at as a whole, and all of it believed.
#[derive(Clone, Copy, Debug)]
struct Trusted {
    /// File system and inode.
    identity: (u64, u64),
    at: Timestamp,
}

/// A reader for each thread that works.
fn readers(database: &Path) -> Result<Vec<Reader>, StoreError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    (0..threads).map(|_| Reader::open(database)).collect()
}

fn unreachable(root: &Path, error: &std::io::Error) -> Degraded {
    let reason = format!("cannot be opened ({error}); nothing in it is recorded as deleted, and it is tried again");
    Degraded { root: root.to_owned(), reason }
}

/// What a named path means for a root: the path below it to look at. An ignore file stands for the directory it governs.
fn scope(root: &Path, path: &Path) -> Option<PathBuf> {
    let relative = path.strip_prefix(root).ok()?;
    let governs = relative.file_name().is_some_and(|name| name == IGNORE_FILE);
    let relative = if governs { relative.parent().unwrap_or(Path::new("")) } else { relative };
    (relative.as_os_str().is_empty() || DocumentPath::new(root, relative).is_some()).then(|| relative.to_owned())
}

/// Leaves out what lies below another path of the set: it is looked at with that.
fn disjoint(paths: BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let mut kept: Option<PathBuf> = None;
    // A directory comes right before all that is below it.
    paths
        .into_iter()
        .filter(|path| {
            let below = kept.as_ref().is_some_and(|above| path.starts_with(above));
            if !below {
                kept = Some(path.clone());
            }
            !below
        })
        .collect()
}

/// A document as the store has it now.
fn standing(reader: &Reader, document: DocumentId) -> Result<Option<Standing>, StoreError> {
    let signature = reader.signature(document)?;
    Ok(reader.document(document)?.map(|document| Standing {
        id: document.id,
        seq: document.latest.seq,
        content: document.latest.content,
        signature,
    }))
}

/// The bytes of a file that may be a document that was moved; `None` when they cannot be had now, and the file is taken for
/// a new one.
fn bytes(root: &Root, spec: &RootSpec, relative: &Path) -> Option<Vec<u8>> {
    let manner = Manner { limit: spec.max_size, quiet: Duration::ZERO, haste: Haste::WhenQuiet };
    match read(root, relative, manner, now) {
        Ok(Read::Bytes { bytes, .. }) => Some(bytes),
        Ok(Read::Busy | Read::Gone) | Err(_) => None,
    }
}

/// Whether at least half of what a document said stands, line for line, in these bytes.
fn continues(reader: &Reader, standing: &Standing, bytes: &[u8]) -> bool {
    let Some(Ok(before)) = standing.content.digest().map(|digest| reader.bytes(digest)) else { return false };
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
        bytes.split(|&byte| byte == b'\n').map(|line| line.trim_ascii().to_vec()).filter(|line| !line.is_empty()).collect()
    };
    let (before, now) = (lines(&before), lines(bytes).into_iter().collect::<HashSet<_>>());
    let kept = before.iter().filter(|line| now.contains(*line)).count();
    kept * 2 >= before.len() && kept > 0
}
