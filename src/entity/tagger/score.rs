//! Owns the score: strict precision, recall and F1 of names, counted the way of CoNLL-2003.

use std::collections::BTreeMap;

use super::tsv::Document;

/// Counts of names: wanted, given, and both with the same words and the same type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub wanted: usize,
    pub given: usize,
    pub right: usize,
}

impl Counts {
    #[must_use]
    pub fn precision(self) -> f64 {
        percent(self.right, self.given)
    }

    #[must_use]
    pub fn recall(self) -> f64 {
        percent(self.right, self.wanted)
    }

    /// The harmonic mean of precision and recall, in percent; 0 where there is nothing to find and nothing was found.
    #[must_use]
    pub fn f1(self) -> f64 {
        percent(2 * self.right, self.given + self.wanted)
    }

    fn add(&mut self, other: Counts) {
        self.wanted += other.wanted;
        self.given += other.given;
        self.right += other.right;
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of names are far below 2^53")]
    let share = |part: usize, whole: usize| 100.0 * part as f64 / whole as f64;
    if whole == 0 { 0.0 } else { share(part, whole) }
}

/// The counts of every type that was wanted or given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    types: BTreeMap<String, Counts>,
}

impl Score {
    /// Adds a sentence: the wanted and the given labels of the same tokens, as `B-PER`, `I-PER`, `O`.
    pub fn add(&mut self, wanted: &[&str], given: &[&str]) {
        let wanted = names(wanted);
        let given = names(given);
        for name in &wanted {
            let counts = self.types.entry(name.2.to_owned()).or_default();
            counts.wanted += 1;
            counts.right += usize::from(given.binary_search(name).is_ok());
        }
        for name in &given {
            self.types.entry(name.2.to_owned()).or_default().given += 1;
        }
    }

    /// Adds the sentences of a document whose own labels are the wanted ones.
    pub fn add_document(&mut self, document: &Document<'_>, given: &[&str]) {
        let mut start = 0;
        for &end in &document.ends {
            self.add(&document.labels[start..end], &given[start..end]);
            start = end;
        }
    }

    /// The counts of one type (`PER`).
    #[must_use]
    pub fn of(&self, label: &str) -> Counts {
        self.types.get(label).copied().unwrap_or_default()
    }

    /// The counts of several types together.
    #[must_use]
    pub fn of_all(&self, labels: &[&str]) -> Counts {
        let mut all = Counts::default();
        labels.iter().for_each(|label| all.add(self.of(label)));
        all
    }

    /// Every type, by name.
    pub fn types(&self) -> impl Iterator<Item = (&str, Counts)> {
        self.types.iter().map(|(name, &counts)| (name.as_str(), counts))
    }
}

/// The names in a sentence: first token, token after the last, type. A name starts at `B-`, and at an `I-` that continues nothing.
fn names<'a>(labels: &[&'a str]) -> Vec<(usize, usize, &'a str)> {
    let mut names: Vec<(usize, usize, &str)> = Vec::new();
    for (at, label) in labels.iter().enumerate() {
        let Some((prefix, kind)) = label.split_once('-') else { continue };
        match names.last_mut() {
            Some((_, end, open)) if prefix != "B" && *end == at && *open == kind => *end = at + 1,
            _ => names.push((at, at + 1, kind)),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels with blanks between them; `expect` is wanted, given and right of all types.
    #[track_caller]
    fn check(wanted: &str, given: &str, expect: (usize, usize, usize)) {
        let mut score = Score::default();
        score.add(&wanted.split(' ').collect::<Vec<_>>(), &given.split(' ').collect::<Vec<_>>());
        let all = score.types().fold(Counts::default(), |mut all, (_, counts)| {
            all.add(counts);
            all
        });
        assert_eq!((all.wanted, all.given, all.right), expect, "wanted {wanted:?}, given {given:?}");
    }

    #[test]
    fn a_name_is_right_only_with_both_ends_and_its_type() {
        check("B-PER I-PER O", "B-PER I-PER O", (1, 1, 1));
        check("B-PER I-PER O", "B-PER O O", (1, 1, 0));
        check("B-PER I-PER O", "B-ORG I-ORG O", (1, 1, 0));
        check("B-PER I-PER O", "O B-PER O", (1, 1, 0));
        check("B-PER B-PER O", "B-PER I-PER O", (2, 1, 0));
        check("O O O", "O O O", (0, 0, 0));
        check("O B-LOC O", "O O O", (1, 0, 0));
        check("O O O", "O B-LOC O", (0, 1, 0));
        check("B-LOC O B-ORG", "B-LOC O B-ORG", (2, 2, 2));
    }

    #[test]
    fn an_inside_that_continues_nothing_starts_a_name() {
        check("I-PER I-PER O", "B-PER I-PER O", (1, 1, 1));
        check("B-PER I-ORG O", "B-PER B-ORG O", (2, 2, 2));
        check("B-PER O I-PER", "B-PER O B-PER", (2, 2, 2));
    }

    #[test]
    fn percentages_by_hand() {
        let counts = Counts { wanted: 8, given: 5, right: 4 };
        assert_eq!((counts.precision(), counts.recall()), (80.0, 50.0));
        assert!((counts.f1() - 800.0 / 13.0).abs() < 1e-9);
        assert_eq!(Counts::default().f1(), 0.0);
    }

    #[test]
    fn types_are_counted_apart_and_together() {
        let mut score = Score::default();
        score.add(&["B-PER", "O", "B-LOC"], &["B-PER", "O", "B-ORG"]);
        assert_eq!(score.of("PER"), Counts { wanted: 1, given: 1, right: 1 });
        assert_eq!(score.of("ORG"), Counts { wanted: 0, given: 1, right: 0 });
        assert_eq!(score.of_all(&["PER", "LOC"]), Counts { wanted: 2, given: 1, right: 1 });
        assert_eq!(score.types().map(|(name, _)| name).collect::<Vec<_>>(), ["LOC", "ORG", "PER"]);
    }
}
