//! How much a change matters: the one table of rules.

use crate::model::Severity;

/// Declares the rules: their severity, the reason that readers are shown, and the golden case (`tests/golden/diff/CASE_1.txt`,
/// `CASE_2.txt`, `CASE.expected`) that argues for it.
macro_rules! rules {
    ($($rule:ident: $severity:ident, $reason:literal, $case:literal;)*) => {
        /// Why a change matters as much as it does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(super) enum Rule { $($rule),* }

        impl Rule {
            pub(super) fn severity(self) -> Severity {
                match self { $(Rule::$rule => Severity::$severity),* }
            }

            pub(super) fn reason(self) -> &'static str {
                match self { $(Rule::$rule => $reason),* }
            }
        }

        #[cfg(test)]
        const CASES: &[(Rule, &str)] = &[$((Rule::$rule, $case)),*];
    };
}

rules! {
    // A fact is another one now. Numbers come first: they are never noise, however small.
    Value: Substantive, "another number for the same thing", "toll_lowered";
    Qualifier: Substantive, "the number is hedged in another way", "qualifier_added";
    Unit: Substantive, "the number stands, its unit changed", "percent_points";
    CountedNoun: Substantive, "the number stands, what it counts changed", "counted_noun";
    Number: Substantive, "a number that is no amount changed", "model_number";
    DateValue: Substantive, "another date or time", "date_changed";
    Replaced: Substantive, "one stands where the other stood", "person_swapped";
    GivenName: Substantive, "the same surname with another given name", "given_name";
    Post: Substantive, "another post", "role_swapped";
    QuoteWords: Substantive, "words of a quote changed", "quote_reworded";
    Speaker: Substantive, "the same words from another speaker", "quote_reattributed";
    NewSpeaker: Substantive, "left or came with a quote's new speaker", "quote_new_speaker";
    Negation: Substantive, "a denial added or dropped", "denial_added";
    Modality: Substantive, "how sure it is changed", "will_may";
    Opposite: Substantive, "a word turned into one that excludes it", "opposite";
    Attribution: Substantive, "somebody's word became the story's own, or the other way round", "attribution_dropped";
    Exchanged: Substantive, "names or numbers changed places: who did what to whom", "names_exchanged";
    // The sentence stands and somebody is not in it any more, or is now: that was meant.
    GoneFromSentence: Substantive, "gone from a sentence that stands", "name_cut_from_sentence";
    NewInSentence: Substantive, "new in a sentence that stands", "name_added_to_sentence";
    // What a deleted sentence alone said is not in the story any more. What else it named was background.
    DroppedName: Substantive, "a person dropped with the sentence", "sentence_with_person_deleted";
    DroppedQuote: Substantive, "a quote dropped with the sentence", "quote_deleted";
    DroppedValue: Substantive, "a number dropped with the sentence", "sentence_with_toll_deleted";
    Dropped: Minor, "dropped with the sentence", "background_deleted";
    // An added sentence takes nothing back.
    Background: Minor, "came with an added sentence", "background_added";
    // The same fact in other words.
    UnitConverted: Minor, "the same amount in another unit", "unit_converted";
    StoryDate: Minor, "the story's own date", "dateline_date";
    Spelling: Minor, "the same name in another spelling", "name_spelling";
    FullerName: Minor, "the same name in a fuller or shorter form", "name_fuller_only_mention";
    RoleWording: Minor, "the same post in other words", "role_wording";
    QuoteStyle: Minor, "a small word or mark of a quote changed", "quote_small_word";
    MovedOut: Minor, "no longer named there, still in the story", "headline_name_dropped";
    MovedIn: Minor, "now named there, was in the story before", "headline_name_added";
    Style: Minor, "other words", "style";
    Moved: Minor, "only its place changed", "paragraph_moved";
    // Not even words.
    Typography: Cosmetic, "typography or white space", "curly_quotes";
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "looks at the golden files")]
    fn every_rule_is_argued_for_by_a_golden_case() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/diff");
        for (rule, case) in CASES {
            let expected = std::fs::read_to_string(folder.join(format!("{case}.expected"))).unwrap_or_default();
            // The reason is told with a change of an entity; a case of words alone is to be as severe as its rule.
            let whole = expected.lines().next().and_then(|line| line.split(' ').nth(1));
            let argues = expected.contains(rule.reason()) || whole == Some(rule.severity().name());
            assert!(argues, "{case}.expected does not argue for {rule:?}");
        }
    }
}
