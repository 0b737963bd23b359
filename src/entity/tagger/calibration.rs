//! Owns calibration: from the margin of a decision to how often decisions of such a margin are right.

/// A rising step function from margins to percent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Calibration {
    /// From which margin on, and the percent there; both rising.
    steps: Vec<(i32, u8)>,
}

impl Calibration {
    /// What a decision of this margin is worth, in percent; 50 where nothing is known.
    pub(super) fn percent(&self, margin: i32) -> u8 {
        let after = self.steps.partition_point(|step| step.0 <= margin);
        match after.checked_sub(1) {
            Some(at) => self.steps[at].1,
            None => self.steps.first().map_or(50, |step| step.1),
        }
    }

    /// Fits the steps to decisions of known outcome by pooling adjacent violators (Ayer et al. 1955): the isotonic regression.
    pub(super) fn fit(mut decisions: Vec<(i32, bool)>) -> Calibration {
        decisions.sort_unstable();
        // Margin from which the pool starts, right decisions, all decisions.
        let mut pools: Vec<(i32, u64, u64)> = Vec::new();
        for chunk in decisions.chunk_by(|a, b| a.0 == b.0) {
            let right = chunk.iter().filter(|decision| decision.1).count();
            let mut pool = (chunk[0].0, right as u64, chunk.len() as u64);
            while let Some(&(from, right, all)) = pools.last() {
                let rises = right * pool.2 < pool.1 * all;
                if rises && all >= LEAST {
                    break;
                }
                pool = (from, right + pool.1, all + pool.2);
                pools.pop();
            }
            pools.push(pool);
        }
        let mut steps: Vec<(i32, u8)> = Vec::new();
        for (from, right, all) in pools {
            let percent = u8::try_from((200 * right + all) / (2 * all)).unwrap_or(100).min(MOST);
            if steps.last().is_none_or(|step| step.1 < percent) {
                steps.push((from, percent));
            }
        }
        Calibration { steps }
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Calibration> {
        let (steps, rest) = bytes.as_chunks::<5>();
        rest.is_empty().then(|| Calibration {
            steps: steps.iter().map(|&[a, b, c, d, percent]| (i32::from_le_bytes([a, b, c, d]), percent.min(MOST))).collect(),
        })
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.steps.iter().flat_map(|&(from, percent)| from.to_le_bytes().into_iter().chain([percent])).collect()
    }
}

/// Pools of fewer decisions say too little.
const LEAST: u64 = 30;
/// The tagger is never certain: 100 is kept for what rules know.
const MOST: u8 = 99;

#[cfg(test)]
mod tests {
    use super::*;

    fn decisions(groups: &[(i32, usize, usize)]) -> Vec<(i32, bool)> {
        groups
            .iter()
            .flat_map(|&(margin, right, wrong)| {
                std::iter::repeat_n((margin, true), right).chain(std::iter::repeat_n((margin, false), wrong))
            })
            .collect()
    }

    #[test]
    fn rising_shares_stay_as_they_are() {
        let calibration = Calibration::fit(decisions(&[(1, 20, 20), (5, 30, 10), (9, 100, 0)]));
        assert_eq!([0, 1, 4, 5, 8, 9, 1000].map(|margin| calibration.percent(margin)), [50, 50, 50, 75, 75, 99, 99]);
    }

    #[test]
    fn violators_are_pooled() {
        let calibration = Calibration::fit(decisions(&[(1, 30, 10), (2, 20, 20), (3, 40, 0)]));
        assert_eq!([1, 2, 3].map(|margin| calibration.percent(margin)), [63, 63, 99]);
    }

    #[test]
    fn nothing_known_is_an_even_chance() {
        assert_eq!(Calibration::fit(Vec::new()).percent(7), 50);
    }

    #[test]
    fn bytes_give_the_steps_back() {
        let calibration = Calibration::fit(decisions(&[(-3, 10, 30), (70_000, 40, 0)]));
        assert_eq!(Calibration::read(&calibration.to_bytes()), Some(calibration));
        assert_eq!(Calibration::read(&[1, 2, 3]), None);
    }
}
