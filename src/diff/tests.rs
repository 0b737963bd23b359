//! Cases on marked stories: `{p Ann Lee|mayor}` is a person with a role, `o` an organization, `l` a place, `q` a quantity with
//! its hedge, `d` a date with its ISO form, `u` a quote with its speaker. So these tests stand without the entity engine.

mod edits;
mod laws;

use super::token::{Lexicon, Text};
use super::{Side, revise};
use crate::model::{
    Action, Amount, Article, ArticleBuilder, BlockKind, Change, Circumstances, Class, Date, Detail, Entities, Entity, EntityKind,
    EntityState, Flag, Mention, Named, Number, Op, Person, Quote, Revision, SentenceState, Severity, Span,
};

/// A story of marked paragraphs, the first of them the headline.
fn story(marked: &str) -> (Article, Entities) {
    let mut builder = ArticleBuilder::new();
    let mut found: Vec<(Detail, usize, Span)> = Vec::new();
    for (number, paragraph) in marked.split('\n').map(str::trim).enumerate() {
        let mut plain = String::new();
        for piece in paragraph.split('{') {
            let Some((mark, rest)) = piece.split_once('}') else {
                plain.push_str(piece);
                continue;
            };
            let (kind, mark) = mark.split_once(' ').expect("a mark has a kind and words");
            let (words, more) = mark.split_once('|').map_or((mark, None), |(words, more)| (words, Some(more.to_owned())));
            found.push((detail(kind, words, more), number, Span::new(plain.len(), plain.len() + words.len())));
            plain.push_str(words);
            plain.push_str(rest);
        }
        let kind = if number == 0 { BlockKind::Headline } else { BlockKind::Paragraph(0) };
        builder.push(kind, &plain, sentences);
    }
    let article = builder.build();
    let mut entities: Entities = Vec::new();
    for (detail, number, span) in found {
        let span = span.shifted(article.blocks()[number].span.start());
        let mention = Mention { part: article.part_at(span.start()).expect("in a block"), span, confidence: 100 };
        match entities.iter_mut().find(|entity| entity.detail == detail) {
            Some(entity) => entity.mentions.push(mention),
            None => entities.push(Entity { detail, mentions: vec![mention] }),
        }
    }
    (article, entities)
}

fn sentences(text: &str) -> Vec<Span> {
    let mut start = 0;
    let mut found = Vec::new();
    for (end, _) in text.match_indices(". ") {
        found.push(Span::new(start, end + 1));
        start = end + 2;
    }
    found.push(Span::new(start, text.len()));
    found
}

fn detail(kind: &str, words: &str, more: Option<String>) -> Detail {
    match kind {
        "p" => Detail::Person(Person { name: words.into(), role: more, rank: None }),
        "o" => Detail::Organization(Named { name: words.into() }),
        "l" => Detail::Place(Named { name: words.into() }),
        "d" => Detail::Date(Date { iso: more }),
        "u" => Detail::Quote(Quote { quote: words.into(), speaker: more, speaker_role: None, direct: true }),
        "q" => {
            let value = words.split(' ').find_map(|word| match word {
                "fifteen" => Some(15.0),
                word => word.parse().ok(),
            });
            let unit = words.rsplit(' ').next().map(str::to_owned);
            Detail::Quantity(Amount { value: value.and_then(Number::new), unit, qualifier: more, ..Amount::default() })
        }
        other => panic!("no such mark: {other}"),
    }
}

fn revision(from: &str, to: &str) -> Revision {
    let ((from, from_entities), (to, to_entities)) = (story(from), story(to));
    let side = |article, entities| Some(Side { article, entities });
    revise(side(&from, &from_entities), side(&to, &to_entities), Circumstances::default())
}

/// Class, severity, trashline, then the entity changes.
fn check(from: &str, to: &str, expect: &[&str]) {
    let revision = revision(from, to);
    let mut found = vec![format!("{} {}: {}", revision.class.name(), revision.severity.name(), revision.trashline)];
    found.extend(revision.entities.iter().map(|change| {
        let text = |state: &Option<EntityState>| state.as_ref().map(|state| state.text.clone()).unwrap_or_default();
        format!("{} {} {} → {}", change.severity.name(), change.change.name(), text(&change.from), text(&change.to)).trim().to_owned()
    }));
    assert_eq!(found, expect, "\nfrom: {from}\nto:   {to}");
}

#[test]
fn a_number_is_never_noise() {
    check(
        "Blast at a plant\nThe blast claimed the lives of {q 15 workers}.",
        "Blast at a plant\nThe blast claimed the lives of {q 14 workers}.",
        &["update substantive: workers 15 → 14 (¶1)", "substantive value_changed 15 workers → 14 workers"],
    );
    check("Blast\nThe blast killed {q 15 workers}.", "Blast\nThe blast killed {q fifteen workers}.", &["update minor: 15 → fifteen (¶1)"]);
    check(
        "Blast\nThe blast killed {q 15 workers}.",
        "Blast\nThe blast killed {q at least 15 workers|at least}.",
        &["update substantive: workers 15 → at least 15 (¶1)", "substantive value_changed 15 workers → at least 15 workers"],
    );
    check(
        "Jet\nThe pilots flew an Il-20 over the sea.",
        "Jet\nThe pilots flew an Il-22 over the sea.",
        &["update substantive: Il-20 → Il-22 (¶1)"],
    );
}

#[test]
fn a_sentence_that_came_beside_facts_is_told_after_them() {
    check(
        "Quake\nThe quake killed {q 12 people}.",
        "Quake\nThe quake killed {q 15 people}. The cause of the landslide that followed it in the hills is not known.",
        &[
            "update substantive: people 12 → 15 (¶1); “The cause of the landslide that followed it in the hills…” added (¶1)",
            "substantive value_changed 12 people → 15 people",
        ],
    );
    check(
        "Quake\nThe quake killed {q 12 people}. The cause is not known. It was felt at sea.",
        "Quake\nThe quake killed {q 15 people}.",
        &[
            "update substantive: people 12 → 15 (¶1); “The cause is not known.” and 1 more sentence cut (¶1)",
            "substantive value_changed 12 people → 15 people",
        ],
    );
    // One that a fact is told of is told by it, and a date by itself is no news.
    check(
        "Quake\nThe quake killed {q 12 people}.",
        "Quake\nThe quake killed {q 15 people}. {p Anna Weber} fled it.\n{d 19 August 2026}.",
        &[
            "update substantive: people 12 → 15 (¶1); adds Anna Weber (¶1)",
            "substantive value_changed 12 people → 15 people",
            "minor added  → Anna Weber",
            "minor added  → 19 August 2026",
        ],
    );
}

#[test]
fn two_tolls_in_one_sentence_are_told_apart() {
    check(
        "Quake\nThe quake killed {q 12 people} and left {q 30 homes} in ruins.",
        "Quake\nThe quake killed {q 15 people} and left {q 42 homes} in ruins.",
        &[
            "update substantive: people 12 → 15 (¶1); homes 30 → 42 (¶1)",
            "substantive value_changed 12 people → 15 people",
            "substantive value_changed 30 homes → 42 homes",
        ],
    );
}

#[test]
fn a_day_without_a_date_is_the_one_that_is_spoken_of_elsewhere() {
    let before = "Ferry\nThe ferry was hit on {d Monday}. The mayor spoke.";
    check(before, &format!("{before} The office closed on {{d Monday}}."), &["update minor: “The office closed on Monday.” added (¶1)"]);
    check(
        before,
        &format!("{before} The office closed on {{d Tuesday}}."),
        &["update minor: “The office closed on Tuesday.” added (¶1)", "minor added  → Tuesday"],
    );
    check(
        before,
        "Ferry\nThe ferry was hit on {d Tuesday}. The mayor spoke.",
        &["update substantive: Monday → Tuesday (¶1)", "substantive value_changed Monday → Tuesday"],
    );
}

#[test]
fn one_swap_is_one_removal_and_one_addition() {
    check(
        "Talks\n{p Ann Lee|mayor} met the unions on the quay. They talked for hours.",
        "Talks\n{p Bob Orr|mayor} met the unions on the quay. They talked for hours.",
        &["update substantive: Ann Lee → Bob Orr (¶1)", "substantive removed Ann Lee →", "substantive added  → Bob Orr"],
    );
}

#[test]
fn names_are_renamed_and_retitled() {
    check(
        "Talks\nThe talks were led by {p Vasily Trushin|general}.",
        "Talks\nThe talks were led by {p Vasily Trushyn|general}.",
        &["update minor: Vasily Trushin → Vasily Trushyn (¶1)", "minor renamed Vasily Trushin → Vasily Trushyn"],
    );
    check(
        "Talks\nThe talks were led by defence minister {p Ann Lee|defence minister}.",
        "Talks\nThe talks were led by foreign minister {p Ann Lee|foreign minister}.",
        &["update substantive: Ann Lee: defence minister → foreign minister (¶1)", "substantive retitled Ann Lee → Ann Lee"],
    );
}

#[test]
fn a_quote_is_reworded_or_given_to_another() {
    check(
        "Talks\n\"{u We will never sign this paper|Ann Lee}\", said {p Ann Lee}.",
        "Talks\n\"{u We will hardly sign this paper|Ann Lee}\", said {p Ann Lee}.",
        &[
            "update substantive: Lee quote reworded: never → hardly (¶1)",
            "substantive reworded We will never sign this paper → We will hardly sign this paper",
        ],
    );
}

#[test]
fn a_new_speaker_is_one_change_and_whoever_left_with_it() {
    check(
        "Talks\n\"{u We will never sign this paper|Ann Lee}\", said {p Ann Lee}. {p Bob Orr} met {p Ann Lee} again.",
        "Talks\n\"{u We will never sign this paper|Bob Orr}\", said {p Bob Orr}. {p Bob Orr} met {p Ann Lee} again.",
        &[
            "update substantive: Lee quote reattributed to Bob Orr (¶1)",
            "substantive reattributed We will never sign this paper → We will never sign this paper",
        ],
    );
    check(
        "Talks\n\"{u We will never sign this paper|Ann Lee}\", said {p Ann Lee}. {p Bob Orr} met the unions.",
        "Talks\n\"{u We will never sign this paper|Bob Orr}\", said {p Bob Orr}. {p Bob Orr} met the unions.",
        &[
            "update substantive: Lee quote reattributed to Bob Orr (¶1)",
            "substantive reattributed We will never sign this paper → We will never sign this paper",
            "substantive removed Ann Lee →",
        ],
    );
}

#[test]
fn what_stands_in_the_place_of_a_name_is_a_name() {
    check(
        "Talks\nThe unions met {p Zelva Brontek} on the quay.",
        "Talks\nThe unions met Zelva Brontekk on the quay.",
        &["update minor: Zelva Brontek → Zelva Brontekk (¶1)", "minor renamed Zelva Brontek → Zelva Brontekk"],
    );
    check(
        "Talks\nThe unions met Ann Lee on the quay.",
        "Talks\nThe unions met {p Bob Orr} on the quay.",
        &["update substantive: Ann Lee → Bob Orr (¶1)", "substantive removed Ann Lee →", "substantive added  → Bob Orr"],
    );
    check(
        "Talks\n{p Orr} met the unions.",
        "Talks\nWe met the unions.",
        &["update substantive: drops Orr (¶1)", "substantive removed Orr →"],
    );
}

#[test]
fn who_did_what_to_whom_matters() {
    check(
        "Talks\nOn Monday {o Nordferry} sued the {o Baltlink} yard.",
        "Talks\nOn Monday {o Baltlink} sued the {o Nordferry} yard.",
        &["update substantive: Baltlink and Nordferry changed places (¶1)"],
    );
    check(
        "Talks\nThe unions of {l Oran} and {l Tunis} met.",
        "Talks\nThe unions of {l Tunis} and {l Oran} met.",
        &["update minor: and Tunis → Tunis and (¶1)"],
    );
}

#[test]
fn numbers_that_stand_by_names_or_by_from_and_to_change_places_too() {
    check(
        "Court\nDoyle, 37, and Akhtar, 29, will appear.",
        "Court\nDoyle, 29, and Akhtar, 37, will appear.",
        &["update substantive: 29 and 37 changed places (¶1)"],
    );
    check(
        "Club\nIt grew from 300 to 500 members.",
        "Club\nIt grew from 500 to 300 members.",
        &["update substantive: 300 and 500 changed places (¶1)"],
    );
    check(
        "Crash\nPolice said {p John Smith}, 34, was killed and {p Peter Brown}, 41, was injured.",
        "Crash\nPolice said {p Peter Brown}, 41, was killed and {p John Smith}, 34, was injured.",
        &["update substantive: John Smith and Peter Brown changed places (¶1)"],
    );
}

#[test]
fn numbers_in_words_that_no_amount_tells_are_told() {
    for (from, to, told) in [
        ("a two-and-a-half-year term", "a three-and-a-half-year term", "two → three"),
        ("the second-largest bank", "the third-largest bank", "second → third"),
        ("at noon", "at midnight", "noon → midnight"),
    ] {
        check(
            &format!("Court\nJudges spoke of {from}."),
            &format!("Court\nJudges spoke of {to}."),
            &[&format!("update substantive: {told} (¶1)")],
        );
    }
    check("Court\nOne of the judges left.", "Court\nTwo of the judges left.", &["update substantive: one → two (¶1)"]);
}

#[test]
fn days_change_places_like_names() {
    check(
        "Talks\nThe port shuts on {d Monday|2018-12-17} and opens on {d Tuesday|2018-12-18}.",
        "Talks\nThe port shuts on {d Tuesday|2018-12-18} and opens on {d Monday|2018-12-17}.",
        &["update substantive: Monday and Tuesday changed places (¶1)"],
    );
}

#[test]
fn an_old_number_that_was_forgotten_is_told() {
    check(
        "Blast kills {q 15 workers}\nThe blast killed {q 15 workers} on Monday. It hurt {q 15 horses}.",
        "Blast kills {q 16 workers}\nThe blast killed {q 15 workers} on Monday. It hurt {q 15 horses}.",
        &["update substantive: workers 15 → 16 (headline), still 15 (¶1)", "substantive value_changed 15 workers → 16 workers"],
    );
}

#[test]
fn words_without_entities_matter_too() {
    check("Talks\nThe firm did pay the fine.", "Talks\nThe firm did not pay the fine.", &["update substantive: “not” added (¶1)"]);
    check("Talks\nThe firm will pay the fine.", "Talks\nThe firm may pay the fine.", &["update substantive: will → may (¶1)"]);
    check("Talks\nShares rose in the morning.", "Talks\nShares fell in the morning.", &["update substantive: rose → fell (¶1)"]);
}

#[test]
fn typography_is_cosmetic() {
    check("Talks\n\"It's over\" -- they said...", "Talks\n“It’s over” — they said…", &["cosmetic cosmetic: typography only"]);
}

#[test]
fn a_moved_sentence_changes_no_entity() {
    let from = "Talks\n{p Ann Lee} met the unions on the quay.\nThe port has been closed since spring.\nShips were sent on to {l Oran}.";
    let to = "Talks\nShips were sent on to {l Oran}.\n{p Ann Lee} met the unions on the quay.\nThe port has been closed since spring.";
    check(from, to, &["update minor: sentence moved (¶1)"]);
}

#[test]
fn a_sentence_is_split_and_merged_again() {
    let one = "Talks\nThe crew left the burning ship on Monday night, and a tug towed it to the harbour of Oran.";
    let two = "Talks\nThe crew left the burning ship on Monday night. A tug towed it to the harbour of Oran.";
    assert_eq!(revision(one, two).text.actions[0].action, Action::Split);
    assert_eq!(revision(two, one).text.actions[0].action, Action::Merged);
}

#[test]
fn a_text_that_stops_short_is_suspected_and_not_mourned() {
    let from = "Talks\n{p Ann Lee} met the unions. They talked for hours on end. {p Bob Orr} came late. The port stays shut for now.";
    let revision = revision(from, "Talks\n{p Ann Lee} met the uni");
    assert!(revision.flags.contains(&Flag::Truncated), "{revision:?}");
    assert_eq!(revision.entities, []);
}

#[test]
fn a_beginning_of_the_older_text_is_suspected_however_long() {
    let from = "Talks\n{p Ann Lee} met the unions. They talked for hours on end. {p Bob Orr} came late. The port stays shut for now.";
    let cut = revision(from, "Talks\n{p Ann Lee} met the unions. They talked for hours on end. {p Bob Orr} came late. The port st");
    assert!(cut.flags.contains(&Flag::Truncated), "{cut:?}");
    let shorter = revision(from, "Talks\n{p Ann Lee} met the unions. They talked for hours on end. {p Bob Orr} came late.");
    assert!(!shorter.flags.contains(&Flag::Truncated), "{shorter:?}");
}

#[test]
fn a_file_that_shrank_while_it_was_written_is_suspected() {
    let from = "Talks\n{p Ann Lee} met the unions. They talked for hours on end. {p Bob Orr} came late. The port stays shut for now.";
    let ((from, from_entities), (to, to_entities)) = (story(from), story("Talks\n{p Ann Lee} met the unions. Nobody came late."));
    let side = |article, entities| Some(Side { article, entities });
    let flags = |transient| {
        let circumstances = Circumstances { transient, ..Circumstances::default() };
        revise(side(&from, &from_entities), side(&to, &to_entities), circumstances).flags
    };
    assert!(flags(true).contains(&Flag::Truncated));
    assert!(!flags(false).contains(&Flag::Truncated));
}

#[test]
fn whole_documents_come_and_go() {
    let (article, entities) = story("Talks end\nThey went home.");
    let side = Some(Side { article: &article, entities: &entities });
    let created = revise(None, side, Circumstances::default());
    assert_eq!((created.class, created.trashline.as_str(), created.text.words_added), (Class::Created, "new: Talks end", 5));
    let gone = revise(side, None, Circumstances::default());
    assert_eq!((gone.class, gone.severity, gone.trashline.as_str()), (Class::Withdrawn, Severity::Substantive, "deleted: Talks end"));
}

#[test]
fn what_is_beyond_all_bounds_is_told_coarsely_and_says_so() {
    let long = |first: &str, last: &str| format!("Talks\n{first} {}{last}.", "port ship crew burned ".repeat(6000));
    let coarse = revision(&long("Once", "then"), &long("Twice", "again"));
    assert!(coarse.flags.contains(&Flag::Fallback), "{:?}", coarse.flags);
    assert_eq!((coarse.text.sentences.edited, coarse.text.words_added), (1, 24_002));

    let equal = |count: usize| format!("Talks\n{}", "He declined. ".repeat(count));
    let more = revision(&equal(10_000), &equal(10_200)).text.sentences;
    assert_eq!((more.unchanged, more.added, more.deleted), (10_001, 200, 0));

    let spoken = |speaker: &str| {
        (0..5000).map(|number| format!("\n\"{{u No deal {number}|{speaker}}}\", said {{p {speaker}}}.")).collect::<String>()
    };
    let other = revision(&format!("Talks{}", spoken("Ann Lee")), &format!("Talks{}", spoken("Bob Orr")));
    assert_eq!(other.text.sentences.edited, 5000);
    assert_eq!(other.entities.iter().filter(|change| change.kind != EntityKind::Quote).count(), 2);

    let named = |name: &str| (0..5000).map(|number| format!("\nThe unions met {{p {name}{number}}} again.")).collect::<String>();
    let others = revision(&format!("Talks{}", named("Ann Lee")), &format!("Talks{}", named("Bob Orr")));
    assert_eq!(others.entities.len(), 10_000);
}

/// A story with something `number` times, before and after it changed.
type Many = fn(usize) -> (String, String);

#[test]
fn every_list_that_is_cut_short_says_so() {
    fn check(what: &str, most: usize, story: Many) {
        for (number, expect) in [(most, false), (most + 1, true)] {
            let (from, to) = story(number);
            assert_eq!(revision(&from, &to).flags.contains(&Flag::Fallback), expect, "{what}, {number} times");
        }
    }
    /// `aa`, `ab`, `ac` …
    fn letters(number: usize) -> String {
        [number / 26, number % 26].map(|place| char::from(b"abcdefghijklmnopqrstuvwxyz"[place])).iter().collect()
    }
    fn talks(line: &str, lines: usize, more: impl Fn(&str) -> String) -> String {
        (0..lines).fold(format!("Talks\n{line}"), |text, number| text + &more(&letters(number)))
    }

    check("names that the engine missed on one side", 64, |number| {
        let line = |surname: &str, marks: [&str; 2]| {
            talks("Nothing happened.", number, |day| {
                format!("\nOn day {day} they met {}Zap{day} {surname}{day}{} again.", marks[0], marks[1])
            })
        };
        (line("Bee", ["{p ", "}"]), line("Bro", ["", ""]))
    });
    check("names that share a word", 32, |number| {
        let line =
            |given: &str, verb: &str| talks("Nothing happened.", number, |day| format!("\n{{p {given}{day} Lee}} {verb} {verb}{day}."));
        (line("Ann", "sang"), line("Bob", "slept"))
    });
    check("names in one edit", 32, |number| {
        let listed = |given: &str, surname: &str| {
            let names: Vec<String> = (0..number).map(letters).map(|at| format!("{{p {given}{at} {surname}{at}}}")).collect();
            let rest: Vec<String> = (0..40).map(|at| format!("word{}", letters(at))).collect();
            format!("Talks\nThey met {} on {}.", names.join(", "), rest.join(" "))
        };
        (listed("Ann", "Lee"), listed("Bob", "Orr"))
    });
    check("values in one sentence", 40, |number| {
        let counted = |one: usize| {
            let counts: Vec<String> = (0..number).map(|at| format!("{{q {} {}}}", 2 * at + one, letters(at))).collect();
            format!("Talks\nThey counted {} in all.", counts.join(", "))
        };
        (counted(100), counted(101))
    });
    check("sentences of the same words", 48, |number| {
        let orders = |skipped: usize| {
            let words = ["harbour", "ship", "crew", "mine", "dock"];
            let all = (0..5usize.pow(5)).map(|order| [0, 1, 2, 3, 4].map(|place| order / 5usize.pow(place) % 5));
            let orders = all.filter(|order| (0..5).all(|word| order.contains(&word)));
            let lines = orders.skip(skipped).take(number).map(|order| format!("\n{}.", order.map(|word| words[word]).join(" ")));
            format!("Talks{}", lines.collect::<String>())
        };
        (orders(0), orders(number))
    });
    check("places of a name's first word", 64, |number| {
        let line = |what: &str| talks(&format!("{what} closed early."), number, |day| format!("\nIn {day} the port stood open."));
        (line("The {l Port Ellery}"), line("The market"))
    });
    check("places that still say the older number", 8, |number| {
        let line =
            |dead: &str| talks(&format!("They found {{q {dead} dead}}."), number, |day| format!("\nIn {day} they say {{q 12 dead}}."));
        (line("12"), line("13"))
    });
}
