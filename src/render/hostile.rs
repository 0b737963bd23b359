//! Every form, fed with hostile text in every place where text can stand: what reaches the reader is harmless.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::sample::Sample;
use super::visible::needs_care;
use super::*;
use crate::model::*;

/// The sample, with `text` in every field that a document or its path can fill.
fn poisoned(text: &str) -> Sample {
    let mut sample = Sample::new();
    let revision = &mut sample.revision;
    revision.trashline = text.to_owned();
    for action in &mut revision.text.actions {
        action.from.iter_mut().chain(action.to.iter_mut()).for_each(|state| state.text = text.to_owned());
        action.words.iter_mut().for_each(|word| word.text = text.to_owned());
    }
    for change in &mut revision.entities {
        change.subject = text.to_owned();
        change.reason = text.to_owned();
        change.replaces = Some(text.to_owned());
        change.from.iter_mut().chain(change.to.iter_mut()).for_each(|state| {
            state.text = text.to_owned();
            poison(&mut state.detail, text);
        });
    }
    let mut builder = ArticleBuilder::new();
    builder.push(BlockKind::Headline, text, |_| Vec::new());
    builder.push(BlockKind::Dateline, text, |_| Vec::new());
    builder.push(BlockKind::Paragraph(1), text, |_| Vec::new());
    builder.dateline(Dateline { place: Some(text.to_owned()), date: Some(text.to_owned()), agency: Some(text.to_owned()) });
    builder.language(text);
    let newer = &mut sample.newer;
    newer.article = builder.build();
    newer.encoding = text.to_owned();
    newer.entities.iter_mut().for_each(|entity| poison(&mut entity.detail, text));
    newer.issues.push(Issue { code: text.to_owned(), message: text.to_owned() });
    sample
}

fn poison(detail: &mut Detail, text: &str) {
    let some = || Some(text.to_owned());
    match detail {
        Detail::Person(person) => *person = Person { name: text.to_owned(), role: some(), rank: some() },
        Detail::Organization(named) | Detail::Place(named) => named.name = text.to_owned(),
        Detail::Date(date) => date.iso = some(),
        Detail::Quantity(amount) | Detail::Money(amount) | Detail::Percent(amount) => {
            *amount = Amount { unit: some(), qualifier: some(), of: some(), ..amount.clone() };
        }
        Detail::Quote(quote) => *quote = Quote { quote: text.to_owned(), speaker: some(), speaker_role: some(), direct: true },
    }
}

/// Every form in one text.
fn everything(text: &str, bytes: &[u8], width: usize, style: &Style) -> String {
    let sample = poisoned(text);
    let path = Path::new(OsStr::from_bytes(bytes));
    let zone = TimeZone::UTC;
    let mut view = DiffView { path, root: Some(path), ..sample.view() };
    if let Some(side) = &mut view.from {
        side.path = path;
    }
    let entry_view = Entry { path, ..sample.entry() };
    let layout = OneLine { zone: zone.clone(), date: true, width: Some(width), path: path_column([path], Some(width)) };
    let options = DiffOptions { entities: true, text: true, stat: false, context: 3, width };
    let sides = PatchSides { from: Some(Blob { path, bytes }), to: Some(Blob { path, bytes: text.as_bytes() }), renamed: true };
    let files = DiffView { from: Some(Side::file(path, bytes, &sample.older)), to: None, ..view };
    [
        one_line(&entry_view, &layout, style),
        entry(&entry_view, &zone, None, style),
        diff(&view, &options, &zone, style),
        diff(&files, &options, &zone, style),
        diff_body(&view, &options, style),
        stat(view.revision, style),
        word_diff(&view, width, &zone, style),
        side_by_side(&view, 3, width, &zone, style),
        extract(path, &sample.newer, width, style),
        fields([(text, text)], width, style),
        Patch::new(&sides, 3).shown(style),
        html(&view, &zone),
        json::diff(&view),
        json::log(&entry_view, Some(&view)),
        json::extract(&sample.newer, text),
    ]
    .concat()
}

/// Fails on anything a terminal obeys or hides, our own colours aside.
fn check(text: &str, bytes: &[u8], width: usize) -> Result<(), TestCaseError> {
    let plain = everything(text, bytes, width, &Style::plain());
    prop_assert_eq!(plain.chars().find(|&character| character != '\n' && needs_care(character)), None);

    let coloured = everything(text, bytes, width, &Style::coloured());
    for (at, piece) in coloured.split('\u{1b}').enumerate() {
        let rest = if at == 0 {
            piece
        } else {
            let sequence = piece.strip_prefix('[').and_then(|piece| piece.split_once('m'));
            let (code, rest) = sequence.ok_or_else(|| TestCaseError::fail(format!("not a colour: {piece:?}")))?;
            prop_assert!(code.bytes().all(|byte| byte.is_ascii_digit()), "not a colour: {:?}", code);
            rest
        };
        prop_assert_eq!(rest.chars().find(|&character| character != '\n' && needs_care(character)), None);
    }
    Ok(())
}

#[test]
fn known_tricks_do_not_get_through() {
    let tricks = [
        "\u{1b}[2J\u{1b}[H\u{1b}]0;title\u{7}",
        "\u{9b}31m\u{90}q\u{9c}",
        "a\u{202e}b\u{2066}c\u{200b}d\u{e0041}",
        "one\rtwo\u{8}\u{8}\u{b}three\u{85}\u{2028}",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "\"><script>\"",
        "",
        " ",
        "\n\n",
        "\0",
    ];
    for trick in tricks {
        for width in [0, 1, 40, 200] {
            check(trick, trick.as_bytes(), width).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_hostile_gets_through(
        text in proptest::collection::vec(prop_oneof![any::<char>(), "[\\x00-\\x1f\\x7f-\\u{9f}\\u{200b}-\\u{200f}\\u{202a}-\\u{202e} <&\"']".prop_map(|text| text.chars().next().unwrap_or(' '))], 0..30),
        bytes in proptest::collection::vec(any::<u8>(), 0..30),
        width in 0_usize..120,
    ) {
        check(&text.into_iter().collect::<String>(), &bytes, width)?;
    }
}
