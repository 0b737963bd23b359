//! How much a change matters: the one table of rules.
//!
//! Each rule has the reason that readers are shown and the golden case (`tests/golden/diff/CASE.expected`) that argues for it.

use crate::model::Severity;

/// Why a change matters as much as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rule {
    Value,
    Qualifier,
    Unit,
    UnitConverted,
    CountedNoun,
    DateValue,
    StoryDate,
    Replaced,
    GoneFromSentence,
    NewInSentence,
    Dropped,
    DroppedName,
    DroppedQuote,
    DroppedValue,
    Background,
    Spelling,
    FullerName,
    GivenName,
    Post,
    RoleWording,
    QuoteWords,
    QuoteStyle,
    Speaker,
    HeadlineOut,
    HeadlineIn,
    PartChanged,
    Number,
    Negation,
    Modality,
    Opposite,
    Style,
    Moved,
    Cut,
    Typography,
    Truncated,
    Label,
}

/// Severity, reason and golden case of every rule.
const TABLE: &[(Rule, Severity, &str, &str)] = {
    use Rule::*;
    use Severity::{Cosmetic, Minor, Substantive};
    &[
        // Facts.
        (Value, Substantive, "another number for the same thing", "toll_lowered"),
        (Qualifier, Substantive, "the number is hedged in another way", "qualifier_added"),
        (Unit, Substantive, "the number stands, its unit changed", "percent_points"),
        (CountedNoun, Substantive, "the number stands, what it counts changed", "counted_noun"),
        (DateValue, Substantive, "another date", "date_changed"),
        (Replaced, Substantive, "one stands where the other stood", "person_swapped"),
        (GoneFromSentence, Substantive, "gone from a sentence that stands", "name_cut_from_sentence"),
        (NewInSentence, Substantive, "new in a sentence that stands", "name_added_to_sentence"),
        (DroppedName, Substantive, "a person dropped with the sentence", "sentence_with_person_deleted"),
        (DroppedQuote, Substantive, "a quote dropped with the sentence", "quote_deleted"),
        (DroppedValue, Substantive, "a number dropped with the sentence", "sentence_with_toll_deleted"),
        (GivenName, Substantive, "another given name", "given_name"),
        (Post, Substantive, "another post", "role_swapped"),
        (QuoteWords, Substantive, "words of a quote changed", "quote_reworded"),
        (Speaker, Substantive, "the same words from another speaker", "quote_reattributed"),
        (HeadlineOut, Minor, "no longer named there, still in the story", "headline_name_dropped"),
        (HeadlineIn, Minor, "now named there, was in the story before", "headline_name_added"),
        (Number, Substantive, "a number changed", "model_number"),
        (Negation, Substantive, "a denial added or dropped", "denial_added"),
        (Modality, Substantive, "how sure it is changed", "will_may"),
        (Opposite, Substantive, "turned into its opposite", "opposite"),
        // Not facts, but words.
        (UnitConverted, Minor, "the same amount in another unit", "unit_converted"),
        (StoryDate, Minor, "the story's own date", "dateline_date"),
        (Dropped, Minor, "dropped with the sentence", "background_deleted"),
        (Background, Minor, "came with an added sentence", "background_added"),
        (Spelling, Minor, "the same name in another spelling", "name_spelling"),
        (FullerName, Minor, "the same name in a fuller or shorter form", "name_fuller"),
        (RoleWording, Minor, "the same post in other words", "role_wording"),
        (QuoteStyle, Minor, "a small word or mark of a quote changed", "quote_small_word"),
        (PartChanged, Minor, "stands in another part of the story", "deck_to_body"),
        (Style, Minor, "other words", "style"),
        (Moved, Minor, "only its place changed", "paragraph_moved"),
        (Cut, Minor, "a sentence without a fact that is tracked", "background_deleted"),
        (Truncated, Minor, "the text looks cut off", "truncated"),
        (Label, Minor, "a label or notice", "correction_notice"),
        // Not even words.
        (Typography, Cosmetic, "typography or white space", "curly_quotes"),
    ]
};

impl Rule {
    fn row(self) -> &'static (Rule, Severity, &'static str, &'static str) {
        TABLE.iter().find(|row| row.0 == self).expect("every rule has its row: a test holds the table to it")
    }

    pub(super) fn severity(self) -> Severity {
        self.row().1
    }

    pub(super) fn reason(self) -> &'static str {
        self.row().2
    }
}
