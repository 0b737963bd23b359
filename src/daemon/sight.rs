//! What cannot be seen of the roots, now or for a time: told in the status, and written down as gaps.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::agenda::Work;
use super::gaps::{Gaps, Place, over};
use super::{Report, time};
use crate::ingest::RootSpec;
use crate::model::{Counters, DocumentError, Gap, RootState, Watching};
use crate::store::{Reader, StoreError, Writer};
use crate::watch::{Blindness, Loss, Watcher};

const NOT_RUNNING: &str = "newswatch was not running";
const NOT_WATCHED: &str = "newswatch did not watch it (it was taken out of the configuration)";

pub(super) struct Sight {
    watcher: Arc<Watcher>,
    counters: Arc<Counters>,
    roots: Vec<PathBuf>,
    /// Roots that the last pass over them could not believe, and why.
    away: BTreeMap<PathBuf, String>,
    /// Roots that were taken out of the configuration, and since when they are not watched, until that is written down.
    left: Vec<(PathBuf, Timestamp)>,
    /// What was lost and has not been written down, because no full pass has followed yet.
    losses: Vec<Loss>,
    gaps: Gaps,
}

impl Sight {
    pub(super) fn new(watcher: Arc<Watcher>, counters: Arc<Counters>, roots: &[RootSpec]) -> Sight {
        let mut sight = Sight {
            watcher,
            counters,
            roots: Vec::new(),
            away: BTreeMap::new(),
            left: Vec::new(),
            losses: Vec::new(),
            gaps: Gaps::default(),
        };
        sight.set_roots(roots);
        sight
    }

    pub(super) fn set_roots(&mut self, roots: &[RootSpec]) {
        let before = std::mem::replace(&mut self.roots, roots.iter().map(|root| root.path.clone()).collect());
        let left = before.into_iter().filter(|root| !self.roots.contains(root));
        self.left.extend(left.map(|root| (root, time())));
        self.away.retain(|root, _| self.roots.contains(root));
        self.tell_of_roots();
    }

    /// Takes up the gaps that were open when the last daemon ended.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(super) fn take_up(&mut self, reader: &Reader) -> Result<(), StoreError> {
        self.gaps = Gaps::of(reader.gaps(None, None)?);
        Ok(())
    }

    /// All of the roots is lost sight of, for a time that began at `since`.
    pub(super) fn lose(&mut self, since: Timestamp, cause: String) {
        self.losses.push(Loss { root: None, blindness: Blindness { since, cause } });
    }

    /// A full pass begins: it makes up for what has been lost until now.
    pub(super) fn begin_pass(&mut self) {
        self.losses.extend(self.watcher.take_losses());
    }

    /// Work is done: what of the roots is seen now and what is not. What was not seen for a time is written down.
    ///
    /// # Errors
    /// The database cannot be written; then nothing is taken for written down.
    pub(super) fn after(&mut self, work: &Work, report: &Report, writer: &Writer) -> Result<(), StoreError> {
        self.away.retain(|root, _| !report.whole.contains(root));
        self.away.extend(report.degraded.iter().map(|degraded| (degraded.root.clone(), degraded.reason.clone())));
        self.tell_of_roots();

        for trouble in &report.troubles {
            // Said once, not at every pass.
            if !self.place(trouble).is_some_and(|place| self.gaps.is_open(&place, &trouble.cause())) {
                tracing::warn!("{trouble}");
            }
        }
        let now = time();
        let mut gaps = self.gaps.clone();
        let looked = |(root, path): &Place| {
            let named = |paths: &BTreeMap<PathBuf, _>| root.join(path).ancestors().any(|path| paths.contains_key(path));
            let is_named = !path.as_os_str().is_empty() && matches!(work, Work::Apply(work) if named(&work.paths));
            report.whole.contains(root) || is_named && !self.away.contains_key(root)
        };
        let mut rows = gaps.update(self.blind(report, now), looked, now);
        rows.extend(gaps.begin(self.left.iter().cloned(), NOT_WATCHED, now));
        let begun = rows.iter().filter(|gap| !gap.has_ended()).count();
        let is_full = !matches!(work, Work::Apply(_));
        for loss in self.losses.iter().filter(|_| is_full) {
            let roots = self.roots.iter().filter(|root| loss.root.as_ref().is_none_or(|lost| lost == *root));
            rows.extend(roots.map(|root| over(root, &loss.blindness, now)));
        }
        write(rows, writer)?;
        self.gaps = gaps;
        self.left.clear();
        let losses = if is_full { std::mem::take(&mut self.losses) } else { Vec::new() };
        self.counters.update(|now| now.gaps += (begun + losses.len()) as u64);
        Ok(())
    }

    /// The daemon ends. All that happened until `since` is recorded.
    ///
    /// # Errors
    /// The database cannot be written.
    pub(super) fn end(&mut self, since: Timestamp, writer: &Writer) -> Result<(), StoreError> {
        let roots = self.roots.clone().into_iter().map(|root| (root, since));
        write(self.gaps.begin(roots, NOT_RUNNING, time()), writer)
    }

    /// What cannot be seen now.
    fn blind(&self, report: &Report, now: Timestamp) -> BTreeMap<Place, Blindness> {
        let mut blind = BTreeMap::new();
        for root in &self.roots {
            let away = || self.away.get(root).map(|cause| Blindness { since: now, cause: cause.clone() });
            blind.extend(self.coverage(root).or_else(away).map(|blindness| ((root.clone(), PathBuf::new()), blindness)));
        }
        for trouble in &report.troubles {
            let place = self.place(trouble);
            // Of a root that cannot be read at all the report says so itself.
            blind.extend(place.map(|place| (place, Blindness { since: now, cause: trouble.cause() })));
        }
        blind
    }

    fn place(&self, trouble: &DocumentError) -> Option<Place> {
        self.roots.iter().find_map(|root| Some((root.clone(), trouble.path().strip_prefix(root).ok()?.to_owned())))
    }

    fn coverage(&self, root: &PathBuf) -> Option<Blindness> {
        self.watcher.coverage().into_iter().find(|coverage| coverage.root == *root)?.gap
    }

    fn tell_of_roots(&self) {
        let state = |root: &PathBuf| {
            let gap = self.coverage(root).map(|blindness| blindness.cause);
            RootState {
                path: root.display().to_string(),
                watching: if gap.is_some() { Watching::Polling } else { Watching::Events },
                degraded: self.away.get(root).cloned().or(gap),
                away: self.away.contains_key(root),
            }
        };
        let roots = self.roots.iter().map(state).collect();
        self.counters.update(|now| now.roots = roots);
    }
}

/// A daemon was killed: since the last full pass over each root it is not known what was seen.
///
/// # Errors
/// The database cannot be read or written.
pub(super) fn note_killed(writer: &Writer) -> Result<(), StoreError> {
    let reader = Reader::open(writer.path())?;
    let mut gaps = Gaps::of(reader.gaps(None, None)?);
    let roots = reader.scans()?.into_iter().map(|scan| (scan.root, scan.finished));
    write(gaps.begin(roots, NOT_RUNNING, time()), writer)
}

fn write(rows: Vec<Gap>, writer: &Writer) -> Result<(), StoreError> {
    let tickets: Vec<_> = rows.into_iter().map(|gap| writer.note_gap(gap)).collect();
    // Asked from the last one on, one commit serves them all.
    tickets.into_iter().rev().try_for_each(crate::store::Ticket::wait)
}
