//! Owns the lexicon: which lists of names a word is on, and which cluster it falls into. Kept as hashes; no word can be read back.

use super::hash;
use super::word::Word;

/// The lists that a word is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lists(pub(super) u16);

impl Lists {
    pub(super) const NONE: Lists = Lists(0);
    pub(super) const FIRST: Lists = Lists(1);
    pub(super) const LAST: Lists = Lists(2);
    pub(super) const CITY: Lists = Lists(4);
    pub(super) const COUNTRY: Lists = Lists(8);
    pub(super) const REGION: Lists = Lists(16);
    pub(super) const DEMONYM: Lists = Lists(32);
    /// Words mostly met in lower case.
    pub(super) const LOWER: Lists = Lists(64);
    /// Lower-case words and marks that stand inside names: `of`, `bin`, `&`.
    pub(super) const LINK: Lists = Lists(128);
    /// Firms, agencies, parties, offices.
    pub(super) const ORGANIZATION: Lists = Lists(256);
    /// Clubs, which often bear the name of a city.
    pub(super) const TEAM: Lists = Lists(512);

    const PLACES: Lists = Lists::CITY.or(Lists::COUNTRY).or(Lists::REGION).or(Lists::DEMONYM);
    const ORGANIZATIONS: Lists = Lists::ORGANIZATION.or(Lists::TEAM);

    pub(super) fn has(self, other: Lists) -> bool {
        self.0 & other.0 == other.0
    }

    /// The lists of both.
    pub(super) const fn or(self, other: Lists) -> Lists {
        Lists(self.0 | other.0)
    }

    pub(super) fn has_any(self, other: Lists) -> bool {
        self.0 & other.0 != 0
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) lists: Lists,
    /// 0 where the word is in no cluster.
    pub(super) cluster: u32,
}

/// An open hash table over bytes: slots of four bytes, 14 bits of the key's hash, 8 of cluster, 10 of lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lexicon<'a> {
    slots: &'a [[u8; 4]],
}

/// More clusters do not fit a slot.
pub(super) const MAX_CLUSTERS: u32 = 1 << 8;

impl<'a> Lexicon<'a> {
    /// A table over `bytes`, whose length is four times a power of two.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Lexicon<'a>> {
        let (slots, rest) = bytes.as_chunks();
        (rest.is_empty() && slots.len().is_power_of_two()).then_some(Lexicon { slots })
    }

    /// Has what is known of words brought near, all at once, before each is asked for by [`Lexicon::entry`].
    pub(super) fn fetch(&self, keys: impl Iterator<Item = u32>) {
        let touched = keys.fold(0, |touched, key| touched | self.slots[place(key, self.slots.len()).0][0]);
        std::hint::black_box(touched);
    }

    /// What is known of the word (or, by [`chain`], the words) of this hash.
    pub(super) fn entry(&self, key: u32) -> Entry {
        let (mut slot, tag) = place(key, self.slots.len());
        // A table that is never full ends every search; the bound holds for one that a stranger made.
        for _ in 0..64 {
            let value = u32::from_le_bytes(self.slots[slot]);
            if value == 0 {
                break;
            }
            if value >> 18 == tag {
                return Entry { lists: Lists((value & 0x3ff) as u16), cluster: (value >> 10) & (MAX_CLUSTERS - 1) };
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        Entry::default()
    }

    /// Notes for each word what listed names of several words it is a part of: see [`Word::place`] and [`Word::organization`].
    pub(super) fn mark_names(&self, words: &mut [Word]) {
        for start in 0..words.len() {
            if !words[start].case.is_capital() || (words[start].place | words[start].organization) & FURTHER != 0 {
                continue;
            }
            let mut key = words[start].lower;
            let (mut place, mut organization) = (None, None);
            for (len, word) in words[start + 1..].iter().take(MAX_NAME_WORDS - 1).enumerate() {
                key = chain(key, word.lower);
                if word.case.is_capital() {
                    let lists = self.entry(key).lists;
                    place = Some((len + 2, lists)).filter(|_| lists.has_any(Lists::PLACES)).or(place);
                    organization = Some((len + 2, lists)).filter(|_| lists.has_any(Lists::ORGANIZATIONS)).or(organization);
                }
            }
            if let Some((len, lists)) = place {
                let found = (lists.0 & Lists::PLACES.0).to_le_bytes()[0];
                words[start].place = FIRST | found;
                words[start + 1..start + len].iter_mut().for_each(|word| word.place = FURTHER | found);
            }
            if let Some((len, lists)) = organization {
                let found = (lists.0 & Lists::ORGANIZATIONS.0).to_be_bytes()[0] << 2;
                words[start].organization = FIRST | found;
                words[start + 1..start + len].iter_mut().for_each(|word| word.organization = FURTHER | found);
            }
        }
    }
}

/// The word is the first of a listed name.
const FIRST: u8 = 1;
/// The word is a further one of a listed name.
const FURTHER: u8 = 2;
/// Longer names are not looked for.
const MAX_NAME_WORDS: usize = 5;

/// The key of a name of several words from that of all but its last word.
pub(super) fn chain(key: u32, word: u32) -> u32 {
    hash::pair(key, word)
}

/// Where the search for a key starts among so many slots, a power of two, and what tells it from other keys.
fn place(key: u32, slots: usize) -> (usize, u32) {
    let spread = hash::pair(key, 0x1e35_a7bd);
    (spread as usize & (slots - 1), (spread >> 18).max(1))
}

/// Builds the bytes of a [`Lexicon`].
#[derive(Debug, Default)]
pub(super) struct Builder {
    entries: std::collections::BTreeMap<u32, Entry>,
}

impl Builder {
    /// Puts every line of `names` on a list.
    pub(super) fn add(&mut self, names: &str, lists: Lists) {
        for name in names.lines() {
            let mut words = name.split_whitespace().map(|word| hash::word(word.to_lowercase().as_bytes()));
            let Some(start) = words.next() else { continue };
            let entry = self.entries.entry(words.fold(start, chain)).or_default();
            entry.lists.0 |= lists.0;
        }
    }

    /// Puts a word on a list.
    pub(super) fn add_word(&mut self, word: u32, lists: Lists) {
        self.entries.entry(word).or_default().lists.0 |= lists.0;
    }

    pub(super) fn set_cluster(&mut self, word: u32, cluster: u32) {
        self.entries.entry(word).or_default().cluster = cluster;
    }

    pub(super) fn build(&self) -> Vec<u8> {
        let slots = (self.entries.len() * 4 / 3).next_power_of_two().max(16);
        let mut bytes = vec![0; 4 * slots];
        for (&key, entry) in &self.entries {
            let (mut slot, tag) = place(key, slots);
            while bytes[4 * slot..4 * slot + 4] != [0; 4] {
                slot = (slot + 1) % slots;
            }
            let value = tag << 18 | (entry.cluster % MAX_CLUSTERS) << 10 | u32::from(entry.lists.0);
            bytes[4 * slot..4 * slot + 4].copy_from_slice(&value.to_le_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_on_their_lists_and_in_their_cluster() {
        let mut builder = Builder::default();
        builder.add("Anna\nPaul", Lists::FIRST);
        builder.add("paul\nKiel\n", Lists::LAST);
        builder.set_cluster(hash::word(b"paul"), 200);
        let bytes = builder.build();
        let lexicon = Lexicon::new(&bytes).unwrap();
        let entry = |word: &str| lexicon.entry(hash::word(word.as_bytes()));
        assert_eq!(entry("anna"), Entry { lists: Lists::FIRST, cluster: 0 });
        assert_eq!(entry("paul"), Entry { lists: Lists(3), cluster: 200 });
        assert_eq!(entry("kiel").lists, Lists::LAST);
        assert_eq!(entry("bonn"), Entry::default());
    }

    #[test]
    fn a_full_or_odd_table_ends_every_search() {
        let full = vec![0xff; 64];
        assert_eq!(Lexicon::new(&full).unwrap().entry(1), Entry::default());
        assert!(Lexicon::new(&[0; 12]).is_none());
        assert!(Lexicon::new(&[]).is_none());
    }
}
