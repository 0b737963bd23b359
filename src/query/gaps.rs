use jiff::Timestamp;

use crate::model::Gap;

/// Gaps that are to be told among revisions, from the newest to the oldest: each where it was noted.
#[derive(Clone, Debug, Default)]
pub struct GapsToTell(Vec<Gap>);

impl GapsToTell {
    /// Takes them in the order in which they were noted.
    #[must_use]
    pub fn new(gaps: Vec<Gap>) -> GapsToTell {
        GapsToTell(gaps)
    }

    /// Takes out what is to be told before a revision that was observed at this time, the newest first.
    pub fn before(&mut self, observed: Timestamp) -> impl Iterator<Item = Gap> {
        let older = self.0.partition_point(|gap| gap.noted < observed);
        self.0.split_off(older).into_iter().rev()
    }

    /// Takes out the rest, the newest first.
    pub fn rest(&mut self) -> impl Iterator<Item = Gap> {
        std::mem::take(&mut self.0).into_iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_gap_is_told_where_it_was_noted() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let gap =
            |noted: i64| Gap { root: "/r".into(), path: "".into(), began: at(0), ended: at(1), cause: String::new(), noted: at(noted) };
        let told = |gaps: &mut dyn Iterator<Item = Gap>| gaps.map(|gap| gap.noted.as_second()).collect::<Vec<_>>();
        let mut gaps = GapsToTell::new([2, 4, 4, 6].map(gap).to_vec());
        assert_eq!(told(&mut gaps.before(at(7))), [0; 0]);
        assert_eq!(told(&mut gaps.before(at(4))), [6, 4, 4]);
        assert_eq!(told(&mut gaps.rest()), [2]);
        assert_eq!(told(&mut gaps.rest()), [0; 0]);
    }
}
