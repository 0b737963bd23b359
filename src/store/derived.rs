//! How what is derived is kept: revisions, and the entities of each document's newest content. What every row says in the same
//! words, and what the content says itself, is not written down a second time.

mod revision;

use std::io;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use zstd::zstd_safe::CDict;

use self::revision::Stored;
use super::pack::{self, Mould};
use crate::model::{Detail, Entities, Entity, Mention, Part, Revision, Seq, Span};

/// What revisions have in common: stands before each as prefix. Changing it makes stored rows unreadable.
const REVISION: &[u8] = include_bytes!("words/revision.txt");

/// The prefix of revisions that were stored as the model has them, with every mention written out.
const REVISION_AT_FIRST: &[u8] = include_bytes!("words/revision-1.txt");

/// What lists of entities have in common: stands before the content as prefix. The same holds.
const ENTITIES: &[u8] = include_bytes!("words/entities.txt");

pub(super) fn pack_revision(revision: &Revision) -> io::Result<Vec<u8>> {
    static WORDS: LazyLock<CDict<'static>> = LazyLock::new(|| CDict::create(REVISION, pack::LEVEL));
    thread_local! {
        static MOULD: io::Result<Mould> = Mould::new(&WORDS);
    }
    MOULD.with(|mould| match mould {
        Ok(mould) => mould.pack_value(&Stored::from(revision)),
        Err(error) => Err(io::Error::other(error.to_string())),
    })
}

/// The revision that led to version `seq`: `data` is what its row holds, `bundle` the bundle that it is in, if any.
pub(super) fn unpack_revision(seq: Seq, data: &[u8], bundle: Option<&[u8]>) -> io::Result<Revision> {
    match bundle {
        Some(bundle) => revision_in_bundle(&unpack_text(bundle)?, seq),
        None => match pack::unpack_value(data, REVISION) {
            Ok(stored) => Stored::read(stored).ok_or_else(lies_outside),
            // The checksum tells the one from the other.
            Err(error) => pack::unpack_value(data, REVISION_AT_FIRST).map_err(|_| error),
        },
    }
}

/// The same out of a bundle that is unpacked already.
pub(super) fn revision_in_bundle(texts: &[u8], seq: Seq) -> io::Result<Revision> {
    let text = text_in_bundle(texts, seq.0).ok_or_else(|| io::Error::other("it is not in its bundle"))?;
    Stored::read(serde_json::from_slice(text)?).ok_or_else(lies_outside)
}

/// What was packed as a revision or as a bundle, as it was before.
pub(super) fn unpack_text(packed: &[u8]) -> io::Result<Vec<u8>> {
    pack::unpack_text(packed, REVISION)
}

/// The other way round, for one revision.
pub(super) fn pack_text(text: &[u8]) -> io::Result<Vec<u8>> {
    pack::pack_text(text, REVISION, pack::LEVEL)
}

/// Packs revisions together: each a line, after the number of the version that it led to.
pub(super) fn pack_bundle<'a>(revisions: impl Iterator<Item = (i64, &'a [u8])>, level: i32) -> io::Result<Vec<u8>> {
    let mut texts = Vec::new();
    for (seq, text) in revisions {
        // JSON has its line ends escaped.
        texts.extend_from_slice(seq.to_string().as_bytes());
        texts.push(b' ');
        texts.extend_from_slice(text);
        texts.push(b'\n');
    }
    pack::pack_text(&texts, REVISION, level)
}

/// What an unpacked bundle says of a version.
pub(super) fn text_in_bundle(texts: &[u8], seq: i64) -> Option<&[u8]> {
    let start = format!("{seq} ");
    texts.split(|&byte| byte == b'\n').find_map(|line| line.strip_prefix(start.as_bytes()))
}

/// `content` is what they were found in.
pub(super) fn pack_entities(entities: &Entities, content: &[u8]) -> io::Result<Vec<u8>> {
    let written: Vec<Written<'_>> = entities.iter().map(write).collect();
    pack::pack_value(&written, &[ENTITIES, content].concat())
}

pub(super) fn unpack_entities(packed: &[u8], content: &[u8]) -> io::Result<Entities> {
    let read: Vec<Read> = pack::unpack_value(packed, &[ENTITIES, content].concat())?;
    read.into_iter().map(|read| self::read(read).ok_or_else(lies_outside)).collect()
}

fn lies_outside() -> io::Error {
    io::Error::other("a mention lies outside of any text")
}

/// An entity with its mentions in few digits.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    detail: &'a Detail,
    at: Vec<At>,
}

#[derive(Deserialize)]
struct Read {
    #[serde(flatten)]
    detail: Detail,
    at: Vec<At>,
}

fn write(entity: &Entity) -> Written<'_> {
    Written { detail: &entity.detail, at: steps(&entity.mentions) }
}

fn read(read: Read) -> Option<Entity> {
    Some(Entity { detail: read.detail, mentions: mentions(read.at)? })
}

/// A mention in few digits: part, bytes from the start of the mention before (of the same entity) to this one's, length, confidence.
type At = (Part, i64, usize, u8);

fn steps(mentions: &[Mention]) -> Vec<At> {
    let mut last = 0;
    let at = mentions.iter().map(|mention| {
        let start = i64::try_from(mention.span.start()).unwrap_or(i64::MAX);
        (mention.part, start - std::mem::replace(&mut last, start), mention.span.len(), mention.confidence)
    });
    at.collect()
}

/// `None` where one of them lies outside of any text.
fn mentions(steps: Vec<At>) -> Option<Vec<Mention>> {
    let mut last = 0_i64;
    let mentions = steps.into_iter().map(|(part, step, length, confidence)| {
        last = last.checked_add(step)?;
        let start = usize::try_from(last).ok()?;
        Some(Mention { part, span: Span::new(start, start.checked_add(length)?), confidence })
    });
    mentions.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{
        Amount, Change, Class, EntityChange, EntityKind, EntityState, Flag, Named, Quote, Severity, TextDiff, VersionNumber,
    };

    #[test]
    fn revisions_come_back_as_they_were_those_of_the_first_form_too() {
        let mention = |number, start| Mention { part: Part::Paragraph(number), span: Span::new(start, start + 6), confidence: 90 };
        let state = |starts: &[usize]| EntityState {
            text: "Monday".to_owned(),
            part: Part::Headline,
            span: Span::new(3, 9),
            detail: Detail::Place(Named { name: "Port Ellery".to_owned() }),
            mentions: starts.iter().zip(1..).map(|(&start, number)| mention(number, start)).collect(),
        };
        let change = |from: Option<&[usize]>, to: Option<&[usize]>| EntityChange {
            change: Change::ValueChanged,
            kind: EntityKind::Place,
            severity: Severity::Substantive,
            subject: "Port Ellery".to_owned(),
            from: from.map(state),
            to: to.map(state),
            replaces: to.map(|_| "Oran".to_owned()),
            still: vec![mention(7, 70), mention(8, 2)],
            reason: "another place".to_owned(),
        };
        let revision = Revision {
            class: Class::Revert,
            severity: Severity::Substantive,
            flags: BTreeSet::from([Flag::Stealth, Flag::Headline]),
            trashline: "back to version 3".to_owned(),
            reverts_to: VersionNumber::new(3),
            text: TextDiff { words_added: 3, ..TextDiff::default() },
            entities: vec![change(Some(&[3, 900, 14]), None), change(None, Some(&[])), change(Some(&[3]), Some(&[5, 6]))],
        };
        let packed = pack_revision(&revision).unwrap();
        let unpack = |data: &[u8]| unpack_revision(Seq(7), data, None);
        assert_eq!(unpack(&packed).unwrap(), revision);
        assert_eq!(unpack(&pack::pack_value(&revision, REVISION_AT_FIRST).unwrap()).unwrap(), revision);
        assert!(unpack(&packed[..packed.len() - 1]).is_err());

        let text = unpack_text(&packed).unwrap();
        assert_eq!(unpack(&pack_text(&text).unwrap()).unwrap(), revision);
        let bundle = pack_bundle([(5, b"{}".as_slice()), (7, &text), (77, b"{}")].into_iter(), pack::LEVEL).unwrap();
        assert_eq!(unpack_revision(Seq(7), &[], Some(&bundle)).unwrap(), revision);
        for (seq, bundle) in [(5, bundle.as_slice()), (70, &bundle), (7, &bundle[..bundle.len() - 1]), (7, &[])] {
            assert!(unpack_revision(Seq(seq), &packed, Some(bundle)).is_err(), "of version {seq}");
        }
    }

    #[test]
    fn entities_come_back_as_they_were() {
        let mention = |part, start, end| Mention { part, span: Span::new(start, end), confidence: 80 };
        let entities = vec![
            Entity {
                detail: Detail::Place(Named { name: "Port Ellery".to_owned() }),
                mentions: vec![mention(Part::Headline, 3, 14), mention(Part::Paragraph(4), 1000, 1011), mention(Part::Deck, 20, 20)],
            },
            Entity { detail: Detail::Quantity(Amount::default()), mentions: Vec::new() },
            Entity { detail: Detail::Quote(Quote::default()), mentions: vec![mention(Part::Paragraph(1), 0, usize::MAX / 2)] },
        ];
        for content in [b"".as_slice(), b"Storm over Port Ellery"] {
            let packed = pack_entities(&entities, content).unwrap();
            assert_eq!(unpack_entities(&packed, content).unwrap(), entities);
            assert!(unpack_entities(&packed[..packed.len() - 1], content).is_err());
        }
    }
}
