//! How what is derived is kept: revisions, and the entities of each document's newest content. What every row says in the same
//! words, and what the content says itself, is not written down a second time.

use std::io;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use zstd::zstd_safe::CDict;

use super::pack::{self, Mould};
use crate::model::{Detail, Entities, Entity, Mention, Part, Revision, Span};

/// What revisions have in common: stands before each as prefix. Changing it makes stored rows unreadable.
const REVISION: &[u8] = include_bytes!("words/revision.txt");

/// What lists of entities have in common: stands before the content as prefix. The same holds.
const ENTITIES: &[u8] = include_bytes!("words/entities.txt");

pub(super) fn pack_revision(revision: &Revision) -> io::Result<Vec<u8>> {
    static WORDS: LazyLock<CDict<'static>> = LazyLock::new(|| CDict::create(REVISION, pack::LEVEL));
    thread_local! {
        static MOULD: io::Result<Mould> = Mould::new(&WORDS);
    }
    MOULD.with(|mould| match mould {
        Ok(mould) => mould.pack_value(revision),
        Err(error) => Err(io::Error::other(error.to_string())),
    })
}

pub(super) fn unpack_revision(packed: &[u8]) -> io::Result<Revision> {
    pack::unpack_value(packed, REVISION)
}

/// `content` is what they were found in.
pub(super) fn pack_entities(entities: &Entities, content: &[u8]) -> io::Result<Vec<u8>> {
    let written: Vec<Written<'_>> = entities.iter().map(write).collect();
    pack::pack_value(&written, &[ENTITIES, content].concat())
}

pub(super) fn unpack_entities(packed: &[u8], content: &[u8]) -> io::Result<Entities> {
    let read: Vec<Read> = pack::unpack_value(packed, &[ENTITIES, content].concat())?;
    read.into_iter().map(|read| self::read(read).ok_or_else(|| io::Error::other("a mention lies outside of any text"))).collect()
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

/// Part, bytes from the start of the mention before (of the same entity) to this one's, length, confidence.
type At = (Part, i64, usize, u8);

fn write(entity: &Entity) -> Written<'_> {
    let mut last = 0;
    let at = entity.mentions.iter().map(|mention| {
        let start = i64::try_from(mention.span.start()).unwrap_or(i64::MAX);
        (mention.part, start - std::mem::replace(&mut last, start), mention.span.len(), mention.confidence)
    });
    Written { detail: &entity.detail, at: at.collect() }
}

fn read(read: Read) -> Option<Entity> {
    let mut last = 0_i64;
    let mentions = read.at.into_iter().map(|(part, step, length, confidence)| {
        last = last.checked_add(step)?;
        let start = usize::try_from(last).ok()?;
        Some(Mention { part, span: Span::new(start, start.checked_add(length)?), confidence })
    });
    let mentions = mentions.collect::<Option<_>>()?;
    Some(Entity { detail: read.detail, mentions })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Amount, Named, Quote};

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
