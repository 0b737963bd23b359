//! Laws that hold for any two stories.

use proptest::prelude::*;

use super::*;

/// The newer text's sentences, made from the older text and the revision alone: what no action names stands unchanged, in order.
fn apply(older: &Article, revision: &Revision) -> Vec<String> {
    let actions = &revision.text.actions;
    let acted = |span: Span| actions.iter().filter_map(|action| action.from.as_ref()).any(|state| state.span.overlaps(span));
    let mut unchanged = older.sentences().filter(|sentence| !acted(sentence.span)).map(|sentence| sentence.text).peekable();
    let mut newer: Vec<String> = Vec::new();
    // Between two sentences stand at most two bytes of white space, and no sentence of these stories is so short.
    let mut end = 0;
    for state in actions.iter().filter_map(|action| action.to.as_ref()) {
        while let Some(text) = unchanged.next_if(|text| end + text.len() <= state.span.start()) {
            let gap = if end == 0 { 0 } else { 1 };
            end += text.len() + gap;
            newer.push(text.to_owned());
        }
        let texts = state.text.split('\n').filter(|text| !text.is_empty());
        newer.extend(texts.flat_map(|text| sentences(text).into_iter().map(move |span| span.of(text).to_owned())));
        end = state.span.end();
    }
    newer.extend(unchanged.map(str::to_owned));
    newer
}

/// Stories from a small stock of words, so that sentences repeat, move, merge and half agree.
fn any_story() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => prop::sample::select(vec!["port", "ship", "the", "of", "crew", "“sea”", "don't", "burned", "–", "…", "é", "15", "not", "may"]),
        1 => prop::sample::select(vec!["{p Ann Lee|mayor}", "{p Bob Orr}", "{l Oran}", "{q 15 men}", "{q 14 men}", "{d Monday|2018-12-17}"]),
    ];
    let sentence = prop::collection::vec(word, 1..9).prop_map(|words| words.join(" ") + ".");
    let paragraph = prop::collection::vec(sentence, 1..4).prop_map(|sentences| sentences.join(" "));
    prop::collection::vec(paragraph, 1..7).prop_map(|paragraphs| paragraphs.join("\n"))
}

proptest! {
    #[test]
    fn a_first_version_counts_the_words_that_are_compared(paragraph in "([a-z0-9.'’“ ﬁ\\u{ad}\\u{200b}_$%½²日é-]{0,12}[.!] ?){0,6}|\\PC{0,40}", marked in any_story()) {
        let article = story(&format!("{marked}\n{}", paragraph.replace(['{', '}'], ""))).0;
        let mut lexicon = Lexicon::default();
        let text = Text::new(&article, &mut lexicon);
        let words = text.words.iter().filter(|&&word| lexicon.word(word).is_word()).count();
        let revision = revise(None, Some(Side { article: &article, entities: &Vec::new() }), Circumstances::default());
        prop_assert_eq!((revision.text.words_added, revision.text.sentences.added), (words, text.sentences.len()));
    }

    #[test]
    fn nothing_is_different_from_itself(marked in any_story()) {
        let revision = revision(&marked, &marked);
        prop_assert!(revision.entities.is_empty() && revision.text.actions.is_empty());
        prop_assert_eq!(revision.severity, Severity::Cosmetic);
    }

    #[test]
    fn words_and_spans_hold(from in any_story(), to in any_story()) {
        let (older, newer) = (story(&from).0, story(&to).0);
        let revision = revision(&from, &to);
        for action in &revision.text.actions {
            let told = |without: Op| action.words.iter().filter(|word| word.op != without).map(|word| word.text.as_str()).collect::<String>();
            if let Some(state) = &action.from {
                prop_assert_eq!(state.span.of(older.text()), &state.text);
            }
            if let Some(state) = &action.to {
                prop_assert_eq!(state.span.of(newer.text()), &state.text);
                prop_assert_eq!(&told(Op::Delete), &state.text);
            }
        }
        for change in &revision.entities {
            for (state, text) in [(&change.from, older.text()), (&change.to, newer.text())] {
                if let Some(state) = state {
                    prop_assert_eq!(state.span.of(text), &state.text);
                }
            }
        }
        prop_assert!(revision.trashline.chars().count() <= 120);
    }

    #[test]
    fn the_revision_leads_from_one_text_to_the_other(from in any_story(), to in any_story()) {
        let (older, newer) = (story(&from).0, story(&to).0);
        let expect: Vec<&str> = newer.sentences().map(|sentence| sentence.text).collect();
        prop_assert_eq!(apply(&older, &revision(&from, &to)), expect);
    }

    #[test]
    fn swapped_sides_swap_added_and_removed(from in any_story(), to in any_story()) {
        let (there, back) = (revision(&from, &to), revision(&to, &from));
        prop_assume!(!there.flags.contains(&Flag::Truncated) && !back.flags.contains(&Flag::Truncated));
        let (one, other) = (there.text.sentences, back.text.sentences);
        prop_assert_eq!((one.added, one.deleted, one.split, one.merged), (other.deleted, other.added, other.merged, other.split));
        prop_assert_eq!((there.text.words_added, there.text.words_deleted), (back.text.words_deleted, back.text.words_added));
        let subjects = |revision: &Revision, change: Change| {
            let mut subjects: Vec<String> =
                revision.entities.iter().filter(|one| one.change == change).map(|one| one.subject.clone()).collect();
            subjects.sort();
            subjects
        };
        prop_assert_eq!(subjects(&there, Change::Added), subjects(&back, Change::Removed));
        prop_assert_eq!(subjects(&there, Change::Removed), subjects(&back, Change::Added));
    }

    #[test]
    fn every_entity_change_is_explained_by_the_text(from in any_story(), to in any_story()) {
        let revision = revision(&from, &to);
        for change in &revision.entities {
            let explained = revision.text.actions.iter().any(|action| {
                let within = |state: &Option<SentenceState>, entity: &Option<EntityState>| {
                    state.as_ref().zip(entity.as_ref()).is_some_and(|(state, entity)| state.span.overlaps(entity.span))
                };
                within(&action.from, &change.from) || within(&action.to, &change.to)
            });
            prop_assert!(explained, "{change:?}");
        }
    }
}
