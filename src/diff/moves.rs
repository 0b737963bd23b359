//! Which of the matched sentences moved.
//!
//! As in NewsEdits: while matches cross, the one that went farthest is taken out and called a move; of two that went equally
//! far, the one that went upward. n log n.

use std::cmp::Reverse;

/// `order[k]` is the older place of the sentence that is k-th in the newer text. Tells of each whether it moved.
pub(super) fn moved(order: &[usize]) -> Vec<bool> {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    let ranks: Vec<usize> = order.iter().map(|place| sorted.partition_point(|other| other < place)).collect();
    let mut standing = Standing::new(&ranks);
    let mut farthest: Vec<usize> = (0..ranks.len()).collect();
    farthest.sort_unstable_by_key(|&index| (Reverse(ranks[index].abs_diff(index)), index > ranks[index], index));
    let mut moved = vec![false; ranks.len()];
    for index in farthest {
        if standing.crosses(index, ranks[index]) {
            standing.remove(index);
            moved[index] = true;
        }
    }
    moved
}

/// A segment tree over the matches that stand: the lowest and highest older rank of every range of newer places.
struct Standing {
    leaves: usize,
    lowest: Vec<usize>,
    highest: Vec<Option<usize>>,
}

impl Standing {
    fn new(ranks: &[usize]) -> Standing {
        let leaves = ranks.len().next_power_of_two();
        let mut tree = Standing { leaves, lowest: vec![usize::MAX; 2 * leaves], highest: vec![None; 2 * leaves] };
        for (index, &rank) in ranks.iter().enumerate() {
            tree.lowest[leaves + index] = rank;
            tree.highest[leaves + index] = Some(rank);
        }
        (1..leaves).rev().for_each(|node| tree.pull(node));
        tree
    }

    fn pull(&mut self, node: usize) {
        self.lowest[node] = self.lowest[2 * node].min(self.lowest[2 * node + 1]);
        self.highest[node] = self.highest[2 * node].max(self.highest[2 * node + 1]);
    }

    fn remove(&mut self, index: usize) {
        let mut node = self.leaves + index;
        self.lowest[node] = usize::MAX;
        self.highest[node] = None;
        while node > 1 {
            node /= 2;
            self.pull(node);
        }
    }

    /// Whether a standing match above `index` comes from below it, or one below from above.
    fn crosses(&self, index: usize, rank: usize) -> bool {
        let (mut node, mut above, mut below) = (self.leaves + index, None, usize::MAX);
        while node > 1 {
            if node % 2 == 1 {
                above = above.max(self.highest[node - 1]);
            } else {
                below = below.min(self.lowest[node + 1]);
            }
            node /= 2;
        }
        above.is_some_and(|highest| highest > rank) || below < rank
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_farthest_goes_first_and_ties_go_upward() {
        let check = |order: &[usize], expect: &[usize]| {
            let moved = super::moved(order);
            let found: Vec<usize> = moved.iter().enumerate().filter(|(_, moved)| **moved).map(|(place, _)| order[place]).collect();
            assert_eq!(found, expect, "{order:?}");
        };
        check(&[], &[]);
        check(&[0, 1, 2], &[]);
        check(&[1, 0], &[1]);
        check(&[3, 0, 1, 2], &[3]);
        check(&[1, 2, 3, 0], &[0]);
        check(&[5, 6, 0, 1, 2, 3, 4], &[5, 6]);
        check(&[2, 1, 0], &[2, 0]);
        check(&[10, 40, 20, 30], &[40]);
    }
}
