//! What stands on the disk against what is known: which files have to be read, which documents are gone, which have moved.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::hash::Hash;
use std::path::{Path, PathBuf};

use super::root::{Kind, Root, Stat, is_gone};
use super::select::Selection;
use crate::model::{Content, Digest, DocumentError, Seq};
use crate::store::{DocumentId, Known, Signature};

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

/// The documents in the scope of a pass, by their path below the root. Where several have one path, the one that stands
/// there now, else the one that was deleted there last.
pub(super) type Standings = HashMap<PathBuf, Standing>;

pub(super) fn stand(standings: &mut Standings, known: Known) {
    let Known { id, latest, signature } = known;
    let standing = Standing { id, seq: latest.seq, content: latest.content, signature };
    // They come with the one that counts last.
    standings.insert(latest.path.relative().to_owned(), standing);
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
        standing: Option<Standing>,
        /// The document stood elsewhere until now.
        moved: bool,
    },
    /// Record that a document is gone.
    Bury { relative: PathBuf, standing: Standing },
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

/// What a pass found out before it reads anything.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pub unchanged: u64,
    /// Files of known documents that may have changed.
    changed: Vec<(PathBuf, Stat, Standing)>,
    /// Files where no document is known.
    new: Vec<(PathBuf, Stat)>,
    /// Documents whose file is surely gone.
    pub missing: Vec<(PathBuf, Standing)>,
    pub troubles: Vec<DocumentError>,
}

impl Comparison {
    /// Takes in one file that was found; its standing is taken out of `standings`.
    pub(super) fn found(&mut self, standings: &mut Standings, relative: PathBuf, stat: Stat) {
        match standings.remove(&relative) {
            Some(standing) if standing.is_present() && standing.signature.is_some_and(|known| stat.is_still(&known)) => self.unchanged += 1,
            Some(standing) => self.changed.push((relative, stat, standing)),
            None => self.new.push((relative, stat)),
        }
    }

    /// Takes in the present documents that no file was found for. They are missing only where the file system says so: a
    /// directory that could not be listed, or a file that the selection has come to leave out, is not a deletion.
    pub(super) fn not_found(&mut self, root: &Root, selection: &Selection, standings: Standings) {
        let left: BTreeMap<PathBuf, Standing> = standings.into_iter().filter(|(_, standing)| standing.is_present()).collect();
        for (relative, standing) in left {
            match root.stat(&relative) {
                Ok(stat) if stat.kind == Kind::File => {
                    if selection.selects(root, &relative) {
                        self.changed.push((relative, stat, standing));
                    }
                }
                Ok(_) => self.missing.push((relative, standing)),
                Err(error) if is_gone(&error) => self.missing.push((relative, standing)),
                Err(source) => self.troubles.push(DocumentError::Read { path: root.path().join(&relative), source }),
            }
        }
    }

    /// The jobs of the pass, in the order in which they are to be recorded: who has moved makes room first.
    /// `same` tells whether a new file continues a missing document whose file had the same inode, but other bytes.
    pub(super) fn jobs(
        mut self,
        digest: impl FnMut(&Path) -> Option<Digest>,
        same: impl FnMut(&Standing, &Path) -> bool,
    ) -> (Vec<Job>, Vec<DocumentError>) {
        let mut jobs: Vec<Job> = join(&mut self.missing, &mut self.new, digest, same)
            .into_iter()
            .map(|((relative, stat), standing)| Job::Look { relative, size: stat.size, standing: Some(standing), moved: true })
            .collect();
        jobs.extend(self.missing.into_iter().map(|(relative, standing)| Job::Bury { relative, standing }));
        let changed = self.changed.into_iter().map(|(relative, stat, standing)| (relative, stat, Some(standing)));
        let mut looks: Vec<_> = changed.chain(self.new.into_iter().map(|(relative, stat)| (relative, stat, None))).collect();
        looks.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        jobs.extend(looks.into_iter().map(|(relative, stat, standing)| Job::Look { relative, size: stat.size, standing, moved: false }));
        (jobs, self.troubles)
    }
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
