//! Owns decoding: which tags a word can have, and the best tags of a sentence under the scores of its words (Viterbi 1967).

use super::label::{TAGS, Tag};
use super::word::{CASES, Case, Word};

/// What each tag scores for one word, before its neighbours are asked.
pub(super) type Scores = [i32; TAGS];

/// What it scores to go from one tag to the next, by the case of the next word.
#[derive(Clone, Debug)]
pub(super) struct Transitions(Vec<i32>);

impl Transitions {
    pub(super) const LEN: usize = CASES * TAGS * TAGS;

    /// # Panics
    /// If there are not [`Transitions::LEN`] weights.
    pub(super) fn new(weights: Vec<i32>) -> Transitions {
        assert_eq!(weights.len(), Transitions::LEN, "a weight for every case and every two tags");
        Transitions(weights)
    }

    pub(super) fn weights(&self) -> &[i32] {
        &self.0
    }

    pub(super) fn weights_mut(&mut self) -> &mut [i32] {
        &mut self.0
    }

    pub(super) fn index(case: Case, before: Tag, tag: Tag) -> usize {
        (case as usize * TAGS + before.index()) * TAGS + tag.index()
    }

    pub(super) fn get(&self, case: Case, before: Tag, tag: Tag) -> i32 {
        self.0[Transitions::index(case, before, tag)]
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Transitions> {
        let (weights, rest) = bytes.as_chunks();
        (rest.is_empty() && weights.len() == Transitions::LEN)
            .then(|| Transitions(weights.iter().map(|&weight| i32::from(i16::from_le_bytes(weight))).collect()))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|&weight| clamped(weight).to_le_bytes()).collect()
    }
}

fn clamped(weight: i32) -> i16 {
    i16::try_from(weight).unwrap_or(if weight < 0 { i16::MIN } else { i16::MAX })
}

/// A set of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TagSet(u16);

impl TagSet {
    pub(super) const ALL: TagSet = TagSet((1 << TAGS) - 1);
    pub(super) const OUTSIDE: TagSet = TagSet(1);

    pub(super) fn of(tag: Tag) -> TagSet {
        TagSet(1 << tag.index())
    }

    pub(super) fn with(self, tag: Tag) -> TagSet {
        TagSet(self.0 | 1 << tag.index())
    }

    pub(super) fn has(self, tag: Tag) -> bool {
        self.0 >> tag.index() & 1 == 1
    }

    /// The tags of both sets.
    pub(super) fn and(self, other: TagSet) -> TagSet {
        TagSet(self.0 & other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Which tags each word of a sentence can have at all: names start at words that are not plain, and hold at most [`MAX_PLAIN`]
/// plain words in a row. So most words of a text need no scores.
pub(super) fn possible(words: &[Word]) -> impl Iterator<Item = TagSet> {
    let continued = Tag::all().filter(|tag| tag.is_inside()).fold(TagSet::OUTSIDE, TagSet::with);
    let mut plain = MAX_PLAIN;
    words.iter().map(move |word| {
        plain = if word.plain { plain + 1 } else { 0 };
        match plain {
            0 => TagSet::ALL,
            1..=MAX_PLAIN => continued,
            _ => TagSet::OUTSIDE,
        }
    })
}

const MAX_PLAIN: usize = 3;

/// The tags of highest score among those `allowed` for each word of a sentence, BIO-valid, appended to `tags`.
pub(super) fn best(scores: &[Scores], words: &[Word], allowed: &[TagSet], transitions: &Transitions, tags: &mut Vec<Tag>) {
    let mut back: Vec<[u8; TAGS]> = Vec::with_capacity(scores.len());
    let mut path = [NEVER; TAGS];
    path[Tag::OUTSIDE.index()] = 0;
    for ((scores, word), allowed) in scores.iter().zip(words).zip(allowed) {
        let mut next = [NEVER; TAGS];
        let mut from = [0; TAGS];
        for tag in Tag::all().filter(|tag| allowed.has(*tag)) {
            let mut top = NEVER;
            for before in Tag::all().filter(|before| tag.may_follow(*before)) {
                let total = path[before.index()].saturating_add(transitions.get(word.case, before, tag));
                if total > top {
                    top = total;
                    from[tag.index()] = before.code();
                }
            }
            next[tag.index()] = top.saturating_add(scores[tag.index()]).max(NEVER);
        }
        path = next;
        back.push(from);
    }
    // Ties go to the lower tag, so that they never depend on anything but the scores.
    let mut at = (0..TAGS).rev().max_by_key(|&tag| path[tag]).unwrap_or(0);
    let start = tags.len();
    for from in back.iter().rev() {
        tags.push(Tag::of_index(at));
        at = usize::from(from[at]);
    }
    tags[start..].reverse();
}

const NEVER: i32 = i32::MIN / 2;
