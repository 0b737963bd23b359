//! What the words of one edited sentence change, and what they do not.

use super::revision;
use crate::model::Severity;

/// One sentence of a story, and how the edit of it is told.
fn check_edit(from: &str, to: &str, expect: &str) {
    let revision = revision(&format!("Storm\n{from}"), &format!("Storm\n{to}"));
    assert_eq!(format!("{}: {}", revision.severity.name(), revision.trashline), expect, "\nfrom: {from}\nto:   {to}");
}

#[test]
fn a_word_in_the_place_of_one_that_excludes_it_matters() {
    check_edit("He was shot at home.", "He was stabbed at home.", "substantive: shot → stabbed (¶1)");
    check_edit("A Russian drone hit the city.", "A Ukrainian drone hit the city.", "substantive: Russian → Ukrainian (¶1)");
    check_edit("He was released on bail.", "He was remanded in custody.", "substantive: released → remanded (¶1)");
    check_edit("The bill was rejected.", "The bill was passed.", "substantive: rejected → passed (¶1)");
    check_edit("Dozens died in the flood.", "Hundreds died in the flood.", "substantive: Dozens → Hundreds (¶1)");
    check_edit("Dozens died in the flood.", "Scores died in the flood.", "minor: Dozens → Scores (¶1)");
}

#[test]
fn how_sure_something_is_matters() {
    check_edit("He is thought to be armed.", "He is armed.", "substantive: “thought to be” dropped (¶1)");
    check_edit("It is feared he died at sea.", "He died at sea.", "substantive: “It is feared” dropped (¶1)");
    check_edit(
        "The mayor of the town is expected to resign.",
        "The mayor of the town has resigned.",
        "substantive: is expected to resign → has resigned (¶1)",
    );
    // What is to come stays so, whatever verb says it, and what is reported shifts.
    check_edit("The firm will meet staff at noon.", "The firm is due to meet staff at noon.", "minor: will → is due to (¶1)");
    check_edit("The minister said he would resign soon.", "The minister said he will resign soon.", "minor: would → will (¶1)");
    check_edit("The toll could rise further.", "The toll may rise further.", "minor: could → may (¶1)");
    check_edit("The storm is likely to hit the town.", "The storm is expected to hit the town.", "minor: likely → expected (¶1)");
    check_edit("The former president was held.", "The president was held.", "substantive: “former” dropped (¶1)");
    check_edit("The plan was expected.", "The plan was foreseen.", "minor: expected → foreseen (¶1)");
}

#[test]
fn whose_word_it_is_matters() {
    check_edit("The doors were locked, the coastguard said.", "The doors were locked.", "substantive: “the coastguard said” dropped (¶1)");
    check_edit("The doors were locked.", "The doors were locked, police said.", "substantive: “police said” added (¶1)");
    // It moved, another says so, or what was said is told elsewhere.
    check_edit("The doors were locked, police said.", "Police said the doors were locked.", "minor: sentence edited (¶1)");
    check_edit("Police said Lee told them he was ill.", "Lee told police he was ill.", "minor: sentence edited (¶1)");
    check_edit("The doors were locked, police said.", "The doors were locked, police added.", "minor: said → added (¶1)");
    check_edit("The mayor announced a curfew.", "The mayor imposed a curfew.", "minor: announced → imposed (¶1)");
    check_edit(
        "The fire destroyed four homes, police said. No one was hurt.",
        "The fire destroyed four homes. No one was hurt, police said.",
        "minor: “, police said” cut (¶1); “, police said” added (¶1)",
    );
}

#[test]
fn a_denial_in_other_words_is_none_that_came_or_went() {
    check_edit("The cause was not known at noon.", "The cause was unknown at noon.", "minor: not known → unknown (¶1)");
    check_edit("The man was armed at noon.", "The man was unarmed at noon.", "substantive: armed → unarmed (¶1)");
    check_edit("The sides failed to agree on it.", "The sides did not agree on it.", "minor: failed to → did not (¶1)");
    check_edit("The senate did not approve the bill.", "The senate rejected the bill.", "minor: did not approve → rejected (¶1)");
    check_edit("He has at least one ship.", "He has no fewer than one ship.", "minor: at least → no fewer than (¶1)");
}

#[test]
fn what_a_date_is_hedged_with_matters() {
    check_edit("He faces up to {d 20 years} in jail.", "He faces at least {d 20 years} in jail.", "substantive: up to → at least (¶1)");
    check_edit("He has until {d Friday}.", "He has from {d Friday}.", "substantive: until → from (¶1)");
    check_edit("He faces {d 20 years} in jail.", "He faces life in jail.", "substantive: years → life (¶1)");
    check_edit("It opens {d next week}.", "It opens {d this week}.", "substantive: next → this (¶1)");
    check_edit("It opens on {d Friday}.", "It opens {d Friday}.", "minor: “on” cut (¶1)");
}

#[test]
fn two_places_are_never_one_in_two_spellings() {
    let expect = "substantive: Iran → Iraq (¶1)";
    check_edit("Troops from {l Iran} left the base.", "Troops from {l Iraq} left the base.", expect);
}

#[test]
fn a_toll_that_goes_on_rising_has_two_new_numbers() {
    check_edit("The toll rose to {q 12} from {q 9}.", "The toll rose to {q 14} from {q 12}.", "substantive: 12 → 14 (¶1); 9 → 12 (¶1)");
}

#[test]
fn house_style_in_a_quote_is_style() {
    let quote = |from: &str, to: &str, severity: Severity| {
        let story = |words: &str| format!("Storm\n\"{{u {words}|Ann Lee}},\" {{p Ann Lee}} said.");
        assert_eq!(revision(&story(from), &story(to)).severity, severity, "{from} → {to}");
    };
    quote("We're sad about the Board", "We are sad about the board", Severity::Minor);
    quote("He's gonna go", "He is going to go", Severity::Minor);
    quote("The exit was locked", "The exit was blocked", Severity::Substantive);
    quote("We can't go", "We can go", Severity::Substantive);
}
