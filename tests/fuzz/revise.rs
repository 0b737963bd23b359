//! A revision leads from one document to the other, whatever the two are, and from a document to itself nothing changes.
//! The two documents are the halves of the input, cut at its first NUL.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newswatch::diff::{Side, revise};
use newswatch::model::Circumstances;
use newswatch::entity::extract;
use newswatch::model::{Article, Entities, Op, Revision, SentenceAction, SentenceState, Span};
use newswatch::parse::parse;

fuzz_target!(|bytes: &[u8]| {
    let cut = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len() / 2);
    let [older, newer] = [&bytes[..cut], &bytes[(cut + 1).min(bytes.len())..]].map(read);
    let revision = between(&older, &newer);
    assert!(revision == between(&older, &newer), "revised differently the second time");
    for action in &revision.text.actions {
        for (state, text) in [(&action.from, older.0.text()), (&action.to, newer.0.text())] {
            assert!(state.as_ref().is_none_or(|state| state.span.of(text) == state.text), "{action:?}");
        }
        if let Some(state) = &action.to {
            let told: String = action.words.iter().filter(|word| word.op != Op::Delete).map(|word| word.text.as_str()).collect();
            assert!(action.words.is_empty() || told == state.text, "{action:?}");
        }
    }
    for change in &revision.entities {
        for (state, text) in [(&change.from, older.0.text()), (&change.to, newer.0.text())] {
            assert!(state.as_ref().is_none_or(|state| state.span.of(text) == state.text), "{change:?}");
        }
    }
    // What no action names stands on both sides, in order.
    let stands = |article: &Article, side: fn(&SentenceAction) -> Option<&SentenceState>| {
        let acted = |span: Span| revision.text.actions.iter().filter_map(side).any(|state| state.span.overlaps(span));
        article.sentences().filter(|sentence| !acted(sentence.span)).map(|sentence| sentence.text.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(stands(&older.0, |action| action.from.as_ref()), stands(&newer.0, |action| action.to.as_ref()));
    let same = between(&newer, &newer);
    assert!(same.text.actions.is_empty() && same.entities.is_empty(), "different from itself: {same:?}");
});

fn read(bytes: &[u8]) -> (Article, Entities) {
    let article = parse(b"story.txt", bytes).article;
    let entities = extract(&article);
    (article, entities)
}

fn between(older: &(Article, Entities), newer: &(Article, Entities)) -> Revision {
    let [from, to] = [older, newer].map(|(article, entities)| Some(Side { article, entities }));
    revise(from, to, Circumstances::default())
}
