//! Owns decoding: which tags a word can have, and the best tags of a sentence under the scores of its words (Viterbi 1967).

use super::label::{TAGS, Tag};
use super::lexicon::Lists;
use super::word::{CASES, Case, Word};

/// What each tag scores for one word, before its neighbours are asked.
pub(super) type Scores = [i32; TAGS];

/// What it scores to go from one tag to the next: by the case of the next word, the tag before and its own tag.
#[derive(Clone, Debug)]
pub(super) struct Transitions(Vec<[Scores; TAGS]>);

impl Transitions {
    /// How many weights there are.
    pub(super) const LEN: usize = CASES * TAGS * TAGS;

    /// # Panics
    /// If there are not [`Transitions::LEN`] weights, in the order of [`Transitions::index`].
    pub(super) fn new(weights: &[i32]) -> Transitions {
        assert_eq!(weights.len(), Transitions::LEN, "a weight for every case and every two tags");
        Transitions(weights.as_chunks().0.as_chunks().0.to_vec())
    }

    pub(super) fn index(case: Case, before: Tag, tag: Tag) -> usize {
        (case as usize * TAGS + before.index()) * TAGS + tag.index()
    }

    /// All weights of a step to a word of this case, by the tag before and its tag.
    pub(super) fn towards(&self, case: Case) -> &[Scores; TAGS] {
        &self.0[case as usize]
    }

    pub(super) fn get(&self, case: Case, before: Tag, tag: Tag) -> i32 {
        self.towards(case)[before.index()][tag.index()]
    }

    /// Adds to every step to a tag.
    pub(super) fn favour(&mut self, tag: Tag, by: i32) {
        for weights in self.0.as_flattened_mut() {
            weights[tag.index()] += by;
        }
    }

    pub(super) fn weights(&self) -> &[i32] {
        self.0.as_flattened().as_flattened()
    }

    pub(super) fn weights_mut(&mut self) -> &mut [i32] {
        self.0.as_flattened_mut().as_flattened_mut()
    }

    /// In a file the weights stand by case, tag and tag before.
    pub(super) fn read(bytes: &[u8]) -> Option<Transitions> {
        let (weights, rest) = bytes.as_chunks();
        let weights: Vec<i32> = weights.iter().map(|&weight| i32::from(i16::from_le_bytes(weight))).collect();
        (rest.is_empty() && weights.len() == Transitions::LEN).then(|| Transitions::new(&weights).turned())
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.clone().turned().weights().iter().flat_map(|&weight| clamped(weight).to_le_bytes()).collect()
    }

    /// With tag and tag before changed over.
    fn turned(mut self) -> Transitions {
        for weights in &mut self.0 {
            *weights = std::array::from_fn(|a| std::array::from_fn(|b| weights[b][a]));
        }
        self
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

/// Which tags each word of a sentence can have at all, appended to `possible`. A plain word is part of a name only between words that are
/// not, and only where all words between them are links. So most words of a text need no scores.
pub(super) fn possible(words: &[Word], possible: &mut Vec<TagSet>) {
    let continued = Tag::all().filter(|tag| tag.is_inside()).fold(TagSet::OUTSIDE, TagSet::with);
    let start = possible.len();
    for run in words.chunk_by(|a, b| a.plain == b.plain) {
        let tags = if !run[0].plain {
            TagSet::ALL
        } else if possible.len() > start
            && possible.len() + run.len() < start + words.len()
            && run.len() <= MAX_LINKS
            && run.iter().all(|word| word.lists.has(Lists::LINK))
        {
            continued
        } else {
            TagSet::OUTSIDE
        };
        possible.extend(std::iter::repeat_n(tags, run.len()));
    }
}

/// Longer runs of links are part of no name.
pub(super) const MAX_LINKS: usize = 3;

/// The tags of highest score among those `allowed` for each word of a sentence, BIO-valid, appended to `tags`. Ties go to the lower tag, so
/// that they never depend on anything but the scores.
///
/// A word that can only be outside leaves nothing to choose, nor does the choice of one side of it depend on the other: so what is between
/// such words is decoded on its own.
pub(super) fn best(scores: &[Scores], words: &[Word], allowed: &[TagSet], transitions: &Transitions, tags: &mut Vec<Tag>) {
    if !allowed.iter().all(|allowed| allowed.has(Tag::OUTSIDE)) {
        return best_of_labelled(scores, words, allowed, transitions, tags);
    }
    let mut at = 0;
    while at < words.len() {
        let open = allowed[at..].iter().take_while(|allowed| **allowed != TagSet::OUTSIDE).count();
        if open == 0 {
            tags.push(Tag::OUTSIDE);
            at += 1;
        } else {
            let run = at..at + open;
            let after = words.get(run.end).map(|after| transitions.towards(after.case));
            best_of_run(&scores[run.clone()], &words[run.clone()], &allowed[run.clone()], transitions, after, tags);
            at = run.end;
        }
    }
}

/// The same where some words cannot be outside, as labels to learn from have it. They may leave no valid way at all, and what comes of that
/// hangs on the whole sentence.
fn best_of_labelled(scores: &[Scores], words: &[Word], allowed: &[TagSet], transitions: &Transitions, tags: &mut Vec<Tag>) {
    let mut back = vec![[0; TAGS]; words.len()];
    let mut path = [NEVER; TAGS];
    path[0] = 0;
    // Outside words after an outside word leave nothing to choose.
    let mut settled = true;
    for (at, &allowed) in allowed.iter().enumerate() {
        if !settled || allowed != TagSet::OUTSIDE {
            path = step(&path, transitions.towards(words[at].case), &scores[at], allowed, &mut back[at]);
            settled = allowed == TagSet::OUTSIDE;
        }
    }
    trace(&back, &path, tags);
}

/// Follows the best way back from its end, and appends its tags.
fn trace(back: &[[u8; TAGS]], path: &Scores, tags: &mut Vec<Tag>) {
    let mut at = (0..TAGS).rev().max_by_key(|&tag| path[tag]).unwrap_or(0);
    let start = tags.len();
    for from in back.iter().rev() {
        tags.push(Tag::of_index(at));
        at = usize::from(from[at]);
    }
    tags[start..].reverse();
}

/// The same for words between two that are outside; `after` has the steps to the second, where there is one.
fn best_of_run(
    scores: &[Scores],
    words: &[Word],
    allowed: &[TagSet],
    transitions: &Transitions,
    after: Option<&[Scores; TAGS]>,
    tags: &mut Vec<Tag>,
) {
    // Where the best way to each tag of each word comes from; most runs are short.
    let mut few = [[0; TAGS]; 8];
    let mut many = Vec::new();
    let back = few.get_mut(..words.len()).unwrap_or_else(|| {
        many.resize(words.len(), [0; TAGS]);
        &mut many
    });
    let mut path = first_step(transitions.towards(words[0].case), &scores[0], allowed[0]);
    for at in 1..words.len() {
        path = step(&path, transitions.towards(words[at].case), &scores[at], allowed[at], &mut back[at]);
    }
    if let Some(after) = after {
        path.iter_mut().zip(after).for_each(|(path, steps)| *path += steps[Tag::OUTSIDE.index()]);
    }
    trace(back, &path, tags);
}

/// The scores of each tag of a word after one that is outside.
fn first_step(transitions: &[Scores; TAGS], scores: &Scores, allowed: TagSet) -> Scores {
    std::array::from_fn(|at| {
        let tag = Tag::of_index(at);
        if allowed.has(tag) && !tag.is_inside() { transitions[Tag::OUTSIDE.index()][at] + scores[at] } else { NEVER }
    })
}

/// The best scores of all ways to each tag of the next word, and where they come from.
fn step(path: &Scores, transitions: &[Scores; TAGS], scores: &Scores, allowed: TagSet, from: &mut [u8; TAGS]) -> Scores {
    let (mut top, mut origin) = ([NEVER; TAGS], [0_i32; TAGS]);
    // All tags side by side, which compilers make a few instructions of.
    for (before, (&so_far, steps)) in (0..).zip(path.iter().zip(transitions)) {
        for tag in 0..TAGS {
            let total = so_far + steps[tag];
            let better = total > top[tag];
            top[tag] = if better { total } else { top[tag] };
            origin[tag] = if better { before } else { origin[tag] };
        }
    }
    let mut next = [NEVER; TAGS];
    for tag in Tag::all() {
        let at = tag.index();
        if tag.is_inside() {
            // A name goes on only where it began.
            (top[at], origin[at]) = (NEVER, 0);
            for (before, code) in [(at - 1, tag.code() - 1), (at, tag.code())] {
                let total = path[before] + transitions[before][at];
                if total > top[at] {
                    (top[at], origin[at]) = (total, i32::from(code));
                }
            }
        }
        if allowed.has(tag) {
            from[at] = origin[at].to_le_bytes()[0];
            next[at] = (top[at] + scores[at]).max(NEVER);
        }
    }
    next
}

/// Low enough to lose, high enough that nothing added to it overflows.
const NEVER: i32 = i32::MIN / 4;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entity::tagger::label::Label;

    fn word(plain: bool, link: bool) -> Word {
        Word { plain, lists: if link { Lists::LINK } else { Lists::NONE }, case: Case::Title, ..Word::default() }
    }

    /// `N` is no plain word, `p` a plain one, `l` a link; in `expect` `*` may be anything, `+` may go on with a name, `o` is outside.
    #[track_caller]
    fn check(words: &str, expect: &str) {
        let words: Vec<Word> = words.chars().map(|c| word(c != 'N', c == 'l')).collect();
        let mut sets = Vec::new();
        possible(&words, &mut sets);
        let got: String = sets
            .iter()
            .map(|&set| {
                if set == TagSet::ALL {
                    '*'
                } else if set == TagSet::OUTSIDE {
                    'o'
                } else {
                    '+'
                }
            })
            .collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn plain_words_are_part_of_names_only_as_links_between_others() {
        check("", "");
        check("pppp", "oooo");
        check("pNlNp", "o*+*o");
        check("NllN", "*++*");
        check("NlpN", "*oo*");
        check("lN", "o*");
        check("Nl", "*o");
        check("NlllN", "*+++*");
        check("NllllN", "*oooo*");
    }

    #[test]
    fn words_that_cannot_be_outside_are_not() {
        let words = [word(false, false), word(false, false), word(true, false)];
        let [first, inside] = [Tag::first(Label::Person), Tag::inside(Label::Person)];
        let allowed = [TagSet::of(first), TagSet::of(inside), TagSet::OUTSIDE];
        let mut tags = Vec::new();
        best(&[[0; TAGS]; 3], &words, &allowed, &Transitions::new(&[-7; Transitions::LEN]), &mut tags);
        assert_eq!(tags, [first, inside, Tag::OUTSIDE]);
    }

    proptest! {
        #[test]
        fn the_best_tags_are_allowed_and_valid(
            sentence in prop::collection::vec((any::<[i16; TAGS]>(), any::<bool>(), any::<bool>()), 0..12),
            steps in prop::collection::vec(-500..500, Transitions::LEN),
        ) {
            let words: Vec<Word> = sentence.iter().map(|&(_, plain, link)| word(plain, link)).collect();
            let scores: Vec<Scores> = sentence.iter().map(|(scores, ..)| scores.map(i32::from)).collect();
            let mut allowed = Vec::new();
            possible(&words, &mut allowed);
            let mut tags = Vec::new();
            best(&scores, &words, &allowed, &Transitions::new(&steps), &mut tags);
            prop_assert_eq!(tags.len(), words.len());
            let mut before = Tag::OUTSIDE;
            for (&tag, allowed) in tags.iter().zip(&allowed) {
                prop_assert!(allowed.has(tag) && tag.may_follow(before));
                before = tag;
            }
        }
    }
}
