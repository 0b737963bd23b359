//! Owns the few: a handful of candidates, kept in place, that knows when they have become a crowd.

/// More candidates than this for one short form are no identity: the form is ambiguous.
const MOST: usize = 8;

/// Up to [`MOST`] different numbers in the order in which they came, or a crowd.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Few {
    members: [usize; MOST],
    count: usize,
}

impl Few {
    /// Adds a number unless it is among them already.
    pub(super) fn add(&mut self, member: usize) {
        if self.iter().any(|other| other == member) {
            return;
        }
        if let Some(free) = self.members.get_mut(self.count) {
            *free = member;
        }
        self.count = (self.count + 1).min(MOST + 1);
    }

    /// The members, and of a crowd the first.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.members[..self.count.min(MOST)].iter().copied()
    }

    /// The one member.
    pub(super) fn only(&self) -> Option<usize> {
        (self.count == 1).then_some(self.members[0])
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// There are more than a handful.
    pub(super) fn crowded(&self) -> bool {
        self.count > MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_once_and_knows_a_crowd() {
        let mut few = Few::default();
        assert!(few.is_empty() && few.only().is_none());
        few.add(7);
        few.add(7);
        assert_eq!(few.only(), Some(7));
        (0..MOST).for_each(|member| few.add(member));
        assert!(!few.crowded() && few.only().is_none());
        few.add(100);
        assert!(few.crowded());
        assert_eq!(few.iter().collect::<Vec<_>>(), [7, 0, 1, 2, 3, 4, 5, 6]);
    }
}
