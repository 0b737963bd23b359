//! What is to be done next, and who waits for it. Pure.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::ingest::RootSpec;
use crate::model::{Changes, Haste, Seq};
use crate::store::Reached;
use crate::watch::Timing;

/// Paths that wait for the worker. More of them cost a full pass.
const MAX_PENDING: usize = 1 << 16;

/// One piece of work.
#[derive(Debug)]
pub(super) enum Work {
    /// Look at everything; first set all watches again, if so asked, and take these roots for what they are now.
    Scan {
        renew: bool,
        trust: Vec<PathBuf>,
        /// That have been told of.
        renames: Vec<(PathBuf, PathBuf)>,
    },
    Apply(Changes),
    /// Watch other roots, or in another manner, then look at everything.
    Configure {
        roots: Vec<RootSpec>,
        timing: Timing,
        renames: Vec<(PathBuf, PathBuf)>,
    },
}

/// Gathers what was named while the worker is busy. `A` is somebody who waits.
#[derive(Debug)]
pub(super) struct Agenda<A> {
    paths: BTreeMap<PathBuf, Haste>,
    renames: Vec<(PathBuf, PathBuf)>,
    scan: bool,
    renew: bool,
    trust: Vec<PathBuf>,
    configure: Option<(Vec<RootSpec>, Timing)>,
    busy: bool,
    /// They wait for what has not been handed out yet,
    waiting: Vec<A>,
    /// they for what has,
    in_hand: Vec<A>,
    /// and they for what is to be derived from what was recorded for them: up to this version.
    behind: Vec<(Seq, A)>,
    reached: Reached,
}

impl<A> Agenda<A> {
    pub(super) fn new() -> Agenda<A> {
        Agenda {
            paths: BTreeMap::new(),
            renames: Vec::new(),
            scan: false,
            renew: false,
            trust: Vec::new(),
            configure: None,
            busy: false,
            waiting: Vec::new(),
            in_hand: Vec::new(),
            behind: Vec::new(),
            reached: Reached::default(),
        }
    }

    /// Paths to look at.
    pub(super) fn look(&mut self, named: impl Into<Changes>) {
        let Changes { paths, renames } = named.into();
        self.renames.extend(renames);
        for (path, haste) in paths {
            self.paths.entry(path).and_modify(|known| *known = haste.max(*known)).or_insert(haste);
        }
    }

    /// Everything is to be looked at.
    pub(super) fn scan(&mut self, renew: bool) {
        self.scan = true;
        self.renew |= renew;
    }

    /// Everything is to be looked at, and this root is what it should be.
    pub(super) fn trust(&mut self, root: PathBuf) {
        self.scan = true;
        self.trust.push(root);
    }

    /// From now on these roots count.
    pub(super) fn configure(&mut self, roots: Vec<RootSpec>, timing: Timing) {
        self.configure = Some((roots, timing));
    }

    /// `who` waits until all that has been noted so far is done. Gives them back if it is.
    pub(super) fn wait(&mut self, who: A) -> Option<A> {
        if self.is_pending() {
            self.waiting.push(who);
        } else if self.busy {
            self.in_hand.push(who);
        } else if self.reached.is_behind() {
            self.behind.push((self.reached.recorded, who));
        } else {
            return Some(who);
        }
        None
    }

    /// How many paths wait.
    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy
    }

    /// Hands out what is pending, if there is any and the worker is free: all of it, but for paths that are due behind a full pass.
    pub(super) fn next(&mut self) -> Option<Work> {
        if self.busy || !self.is_pending() {
            return None;
        }
        self.busy = true;
        let mut paths = std::mem::take(&mut self.paths);
        if self.configure.is_some() || self.scan {
            // A full pass looks at the named paths too, but leaves alone what is being written: what has waited for long enough is
            // looked at once more behind it, and so long wait those who wait.
            paths.retain(|_, haste| *haste == Haste::Now);
            if paths.len() <= MAX_PENDING {
                self.paths = std::mem::take(&mut paths);
            }
        }
        // Whoever is trusted comes behind a new configuration.
        let trusts_later = self.configure.is_some() && !self.trust.is_empty();
        if self.paths.is_empty() && !trusts_later {
            self.in_hand.append(&mut self.waiting);
        }
        let renames = std::mem::take(&mut self.renames);
        if let Some((roots, timing)) = self.configure.take() {
            (self.scan, self.renew) = (!self.trust.is_empty(), false);
            return Some(Work::Configure { roots, timing, renames });
        }
        if std::mem::take(&mut self.scan) || paths.len() > MAX_PENDING {
            Some(Work::Scan { renew: std::mem::take(&mut self.renew), trust: std::mem::take(&mut self.trust), renames })
        } else {
            Some(Work::Apply(Changes { paths, renames }))
        }
    }

    /// The work in hand is done. Gives who has waited long enough: who waits for what is recorded waits for what it says too, but not for
    /// what is recorded meanwhile.
    pub(super) fn done(&mut self, reached: Reached) -> Vec<A> {
        self.busy = false;
        let in_hand = std::mem::take(&mut self.in_hand);
        self.behind.extend(in_hand.into_iter().map(|who| (reached.recorded, who)));
        self.derived(reached)
    }

    /// More is derived from what is recorded. Gives who waited for that.
    pub(super) fn derived(&mut self, reached: Reached) -> Vec<A> {
        self.reached = reached;
        let waited = self.behind.extract_if(.., |(until, _)| *until <= reached.derived);
        waited.map(|(_, who)| who).collect()
    }

    fn is_pending(&self) -> bool {
        self.scan || self.configure.is_some() || !self.paths.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> BTreeMap<PathBuf, Haste> {
        names.iter().map(|name| (PathBuf::from(name), Haste::WhenQuiet)).collect()
    }

    fn next<A>(agenda: &mut Agenda<A>) -> String {
        match agenda.next() {
            None => "nothing".to_owned(),
            Some(Work::Scan { renew: true, .. }) => "renew and scan".to_owned(),
            Some(Work::Scan { renew: false, .. }) => "scan".to_owned(),
            Some(Work::Configure { .. }) => "configure".to_owned(),
            Some(Work::Apply(named)) => named.paths.keys().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" "),
        }
    }

    /// All is derived up to this version, the last one.
    fn derived(until: i64) -> Reached {
        Reached { recorded: Seq(until), derived: Seq(until) }
    }

    /// Up to this version all is recorded, and nothing is derived.
    fn recorded(until: i64) -> Reached {
        Reached { recorded: Seq(until), derived: Seq(0) }
    }

    #[test]
    fn what_is_named_while_the_worker_is_busy_waits_and_is_joined() {
        let mut agenda = Agenda::<u8>::new();
        assert_eq!(next(&mut agenda), "nothing");
        agenda.look(paths(&["a"]));
        assert_eq!(next(&mut agenda), "a");
        agenda.look(paths(&["b"]));
        agenda.look(paths(&["c", "b"]));
        assert_eq!(next(&mut agenda), "nothing");
        agenda.done(derived(0));
        assert_eq!(next(&mut agenda), "b c");
    }

    #[test]
    fn who_waits_waits_for_what_is_derived_too() {
        let mut agenda = Agenda::new();
        agenda.scan(false);
        assert_eq!(agenda.wait("for all"), None);
        assert_eq!(next(&mut agenda), "scan");
        agenda.look(paths(&["a"]));
        assert_eq!(agenda.done(recorded(1)), [""; 0]);
        assert_eq!(next(&mut agenda), "a");
        assert_eq!(agenda.wait("for a"), None);
        assert_eq!(agenda.done(recorded(1)), [""; 0]);
        assert_eq!(next(&mut agenda), "nothing");
        assert_eq!(agenda.wait("late"), None);
        assert_eq!(agenda.derived(derived(1)), ["for all", "for a", "late"]);
        assert_eq!(agenda.wait("later"), Some("later"));
    }

    #[test]
    fn who_waits_does_not_wait_for_what_is_recorded_meanwhile() {
        let mut agenda = Agenda::new();
        let mut round = |who: Option<&'static str>, reached: Reached| {
            agenda.look(paths(&["a"]));
            who.map(|who| agenda.wait(who));
            next(&mut agenda);
            agenda.done(reached)
        };
        assert_eq!(round(None, recorded(1)), [""; 0]);
        assert_eq!(round(Some("for two"), recorded(2)), [""; 0]);
        assert_eq!(round(Some("for three"), Reached { recorded: Seq(3), derived: Seq(1) }), [""; 0]);
        assert_eq!(round(None, Reached { recorded: Seq(4), derived: Seq(2) }), ["for two"]);
        assert_eq!(agenda.derived(Reached { recorded: Seq(9), derived: Seq(8) }), ["for three"]);
    }

    #[test]
    fn what_is_derived_by_the_time_that_work_is_done_is_not_waited_for() {
        let mut agenda = Agenda::new();
        agenda.look(paths(&["a"]));
        next(&mut agenda);
        assert_eq!(agenda.done(recorded(1)), [""; 0]);
        assert_eq!(agenda.wait("for all"), None);
        agenda.look(paths(&["b"]));
        assert_eq!(agenda.wait("for b"), None);
        assert_eq!(next(&mut agenda), "b");
        assert_eq!(agenda.done(derived(1)), ["for all", "for b"]);
    }

    #[test]
    fn what_has_waited_long_enough_is_looked_at_behind_a_full_pass() {
        let mut agenda = Agenda::new();
        agenda.look(BTreeMap::from([("a".into(), Haste::Now), ("b".into(), Haste::WhenQuiet)]));
        agenda.scan(false);
        assert_eq!(agenda.wait("for a"), None);
        assert_eq!(next(&mut agenda), "scan");
        assert_eq!(agenda.done(derived(0)), [""; 0]);
        assert_eq!(next(&mut agenda), "a");
        assert_eq!(agenda.done(derived(0)), ["for a"]);
    }

    #[test]
    fn of_two_hastes_the_greater_counts() {
        let mut agenda = Agenda::<u8>::new();
        agenda.look(BTreeMap::from([("a".into(), Haste::Now), ("b".into(), Haste::WhenQuiet)]));
        agenda.look(BTreeMap::from([("a".into(), Haste::WhenQuiet), ("b".into(), Haste::Now)]));
        let Some(Work::Apply(Changes { paths, .. })) = agenda.next() else { panic!("paths are pending") };
        assert_eq!(paths.into_values().collect::<Vec<_>>(), [Haste::Now; 2]);
    }

    #[test]
    fn a_full_pass_covers_the_named_paths() {
        let mut agenda = Agenda::<u8>::new();
        agenda.look(paths(&["a"]));
        agenda.scan(false);
        agenda.scan(true);
        agenda.scan(false);
        assert_eq!(next(&mut agenda), "renew and scan");
        agenda.done(derived(0));
        assert_eq!(next(&mut agenda), "nothing");
        agenda.scan(false);
        assert_eq!(next(&mut agenda), "scan");
    }

    #[test]
    fn a_new_configuration_comes_first_and_looks_at_everything() {
        let mut agenda = Agenda::<u8>::new();
        agenda.look(paths(&["a"]));
        agenda.scan(true);
        agenda.configure(Vec::new(), Timing { quiet: std::time::Duration::ZERO, max_wait: std::time::Duration::ZERO });
        assert_eq!(next(&mut agenda), "configure");
        agenda.done(derived(0));
        assert_eq!(next(&mut agenda), "nothing");
    }

    #[test]
    fn a_root_is_trusted_behind_a_new_configuration_and_waited_for_so_long() {
        let mut agenda = Agenda::new();
        agenda.configure(Vec::new(), Timing { quiet: std::time::Duration::ZERO, max_wait: std::time::Duration::ZERO });
        agenda.trust("a".into());
        assert_eq!(agenda.wait("for a"), None);
        assert_eq!(next(&mut agenda), "configure");
        assert_eq!(agenda.done(derived(0)), [""; 0]);
        let Some(Work::Scan { trust, .. }) = agenda.next() else { panic!("it is not looked at") };
        assert_eq!(trust, [PathBuf::from("a")]);
        assert_eq!(agenda.done(derived(0)), ["for a"]);
    }

    #[test]
    fn who_waits_waits_for_all_that_was_named_before_and_no_longer() {
        let mut agenda = Agenda::new();
        assert_eq!(agenda.wait("nothing to do"), Some("nothing to do"));
        agenda.look(paths(&["a"]));
        assert_eq!(agenda.wait("for a"), None);
        next(&mut agenda);
        assert_eq!(agenda.wait("for a too"), None);
        agenda.look(paths(&["b"]));
        assert_eq!(agenda.wait("for b"), None);
        assert_eq!(agenda.done(derived(0)), ["for a", "for a too"]);
        next(&mut agenda);
        assert_eq!(agenda.done(derived(0)), ["for b"]);
        assert_eq!(agenda.wait("nothing left"), Some("nothing left"));
    }
}
