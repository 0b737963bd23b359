//! Owns the model file: a header with version and checksum, then the lexicon, the transitions, the calibration and the table of weights.
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `NWTAGGER` |
//! | 8..12 | version of the format and of the features, [`VERSION`] |
//! | 12..24 | bytes of the lexicon, of the transitions, of the calibration; the rest is the table |
//! | 24..32 | zero |
//! | 32..64 | BLAKE3 of all that follows |
//!
//! All numbers are little-endian. Every part starts at a multiple of 64, and a bucket of the table is 64 bytes, so one look-up costs one
//! cache line.

use thiserror::Error;

use super::calibration::Calibration;
use super::decode::Transitions;
use super::label::TAGS;
use super::lexicon::Lexicon;
use super::tabled::Tabled;

/// Raised by every change of the format, of the features or of the hashes: an older file would be read wrongly.
pub const VERSION: u32 = 4;

const MAGIC: &[u8; 8] = b"NWTAGGER";
const HEADER: usize = 64;

/// Why a model file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ModelError {
    #[error("not a tagger model: it does not start with NWTAGGER")]
    Magic,
    #[error("the tagger model has version {found}; this program reads version {VERSION}. Train it again with `newswatch model train`")]
    Version { found: u32 },
    #[error("the tagger model is damaged: its checksum does not match its content")]
    Checksum,
    #[error("the tagger model is damaged: {0} has a wrong length")]
    Length(&'static str),
}

/// A model file, read in place.
#[derive(Clone, Debug)]
pub(super) struct Model<'a> {
    pub(super) lexicon: Lexicon<'a>,
    pub(super) transitions: Transitions,
    pub(super) calibration: Calibration,
    pub(super) table: Table<'a>,
    pub(super) tabled: Tabled,
}

impl<'a> Model<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Model<'a>, ModelError> {
        let (header, body) = bytes.split_at_checked(HEADER).ok_or(ModelError::Magic)?;
        if !header.starts_with(MAGIC) {
            return Err(ModelError::Magic);
        }
        let number = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        if number(8) != VERSION {
            return Err(ModelError::Version { found: number(8) });
        }
        if blake3::hash(body).as_bytes() != &header[32..] {
            return Err(ModelError::Checksum);
        }
        let mut rest = body;
        let mut part = |at: usize, name| {
            let length = usize::try_from(number(at)).unwrap_or(usize::MAX);
            let (part, after) = rest.split_at_checked(length.next_multiple_of(64)).ok_or(ModelError::Length(name))?;
            rest = after;
            Ok(&part[..length])
        };
        let lexicon = Lexicon::new(part(12, "the lexicon")?).ok_or(ModelError::Length("the lexicon"))?;
        let transitions = Transitions::read(part(16, "the transitions")?).ok_or(ModelError::Length("the transitions"))?;
        let calibration = Calibration::read(part(20, "the calibration")?).ok_or(ModelError::Length("the calibration"))?;
        let table = Table::new(rest).ok_or(ModelError::Length("the table"))?;
        Ok(Model { lexicon, transitions, calibration, tabled: Tabled::of(&table), table })
    }
}

/// The bytes of a model file.
pub(super) fn write(lexicon: &[u8], transitions: &Transitions, calibration: &Calibration, table: &[u8]) -> Vec<u8> {
    let (transitions, calibration) = (transitions.to_bytes(), calibration.to_bytes());
    let mut bytes = Vec::new();
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    for part in [lexicon, &transitions, &calibration] {
        bytes.extend_from_slice(&u32::try_from(part.len()).expect("parts are far smaller than 4 GB").to_le_bytes());
    }
    bytes.resize(HEADER, 0);
    for part in [lexicon, &transitions, &calibration, table] {
        bytes.extend_from_slice(part);
        bytes.resize(bytes.len().next_multiple_of(64), 0);
    }
    let sum = blake3::hash(&bytes[HEADER..]);
    bytes[32..HEADER].copy_from_slice(sum.as_bytes());
    bytes
}

/// The weights: buckets of [`SLOTS`] features, each a check of 16 bits and a weight for every tag but [`super::label::Tag::OUTSIDE`], whose
/// weight is always 0. Features that are in no slot weigh nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'a> {
    buckets: &'a [[u8; BUCKET]],
}

const BUCKET: usize = 64;
/// Weights of one feature.
pub(super) const WIDTH: usize = TAGS - 1;
/// Features of one bucket: as many as fit into it. First stand the weights of all, then the checks of all.
const SLOTS: usize = BUCKET / (2 + WIDTH);
const CHECKS: usize = SLOTS * WIDTH;

impl<'a> Table<'a> {
    fn new(bytes: &'a [u8]) -> Option<Table<'a>> {
        let (buckets, rest) = bytes.as_chunks();
        (rest.is_empty() && !buckets.is_empty()).then_some(Table { buckets })
    }

    pub(super) fn bytes(&self) -> &'a [u8] {
        self.buckets.as_flattened()
    }

    /// The sums of the weights of features.
    pub(super) fn sums(&self, keys: &[u64]) -> Sums {
        let mut sums = Sums::default();
        self.add(keys, &mut sums);
        sums
    }

    /// Has the weights of features brought near, all at once, before each is asked for by [`Table::add`].
    pub(super) fn fetch(&self, keys: &[u64]) {
        let touched = keys.iter().fold(0, |touched, &key| touched | self.bucket(key)[0]);
        std::hint::black_box(touched);
    }

    /// Adds the weights of features.
    pub(super) fn add(&self, keys: &[u64], sums: &mut Sums) {
        for &key in keys {
            let bucket = self.bucket(key);
            let (slot, is_there) = slot_of(check_of(key), checks(bucket));
            // Not branched upon, for that would be guessed wrong half the time.
            let bucket = [&[0; BUCKET], bucket][usize::from(is_there)];
            let weights: &[u8; WIDTH] = bucket[WIDTH * slot..].first_chunk().expect("weights of every slot");
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += i16::from(weight.cast_signed());
            }
        }
    }

    fn bucket(&self, key: u64) -> &'a [u8; BUCKET] {
        &self.buckets[bucket_of(key, self.buckets.len())]
    }
}

/// What the features of a word weigh together, for every tag but [`super::label::Tag::OUTSIDE`]. A word has at most some 200 features of
/// one byte each, so that 16 bits hold the sums.
pub(super) type Sums = [i16; WIDTH];

/// Adds what some more features weigh.
pub(super) fn add(sums: &mut Sums, more: &Sums) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}

/// The checks of all slots, sixteen bits each, and zeros.
fn checks(bucket: &[u8; BUCKET]) -> u128 {
    u128::from_le_bytes(*bucket[CHECKS..].first_chunk().expect("a bucket ends with its checks"))
}

/// Which slot has this check, and whether any has.
fn slot_of(check: u16, checks: u128) -> (usize, bool) {
    const LOWS: u128 = 0x0001_0001_0001_0001_0001_0001_0001_0001;
    // All at once: a lane that is zero after the exclusive or is the one, and its top bit the first that is set.
    let other = checks ^ (u128::from(check) * LOWS);
    let equal = other.wrapping_sub(LOWS) & !other & (LOWS << 15);
    (equal.trailing_zeros() as usize / 16 % (BUCKET / WIDTH), equal != 0)
}

/// The bucket of a feature.
fn bucket_of(key: u64, buckets: usize) -> usize {
    (((key >> 32) * buckets as u64) >> 32) as usize
}

/// What tells a feature from others of its bucket. Never 0: so an empty slot matches nothing.
#[expect(clippy::cast_possible_truncation, reason = "sixteen bits of the key are wanted")]
fn check_of(key: u64) -> u16 {
    ((key >> 8) as u16).max(1)
}

/// Builds the bytes of a [`Table`] of so many buckets. Where more features fall into a bucket than it holds, those given first stay.
pub(super) fn pack(features: impl Iterator<Item = (u64, [i8; WIDTH])>, buckets: usize) -> Vec<u8> {
    let mut bytes = vec![0; BUCKET * buckets];
    for (key, weights) in features {
        let bucket = &mut bytes[BUCKET * bucket_of(key, buckets)..][..BUCKET];
        let check = check_of(key).to_le_bytes();
        for slot in 0..SLOTS {
            let taken = &mut bucket[CHECKS + 2 * slot..][..2];
            if taken == check {
                break;
            }
            if taken == [0; 2] {
                taken.copy_from_slice(&check);
                bucket[WIDTH * slot..][..WIDTH].copy_from_slice(&weights.map(i8::cast_unsigned));
                break;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(table: &Table<'_>, keys: &[u64]) -> [i32; WIDTH] {
        table.sums(keys).map(i32::from)
    }

    /// As well spread as the keys of features are.
    fn key(number: u64) -> u64 {
        (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    #[test]
    fn packed_weights_add_up() {
        let weights = |number: u8| std::array::from_fn(|at| i8::try_from(at).unwrap() - i8::try_from(number).unwrap());
        let bytes = pack((0..20).map(|number| (key(u64::from(number)), weights(number))), 16);
        let table = Table::new(&bytes).unwrap();
        for number in 0..20 {
            assert_eq!(sums(&table, &[key(u64::from(number))]), weights(number).map(i32::from), "of feature {number}");
        }
        let all: Vec<u64> = (0..20).map(key).collect();
        assert_eq!(sums(&table, &all)[0], -(0..20).sum::<i32>());
        assert_eq!(sums(&table, &[key(99)]), [0; WIDTH]);
    }

    #[test]
    fn the_first_features_of_a_crowded_bucket_stay() {
        let count = u64::try_from(SLOTS).unwrap() + 3;
        let bytes = pack((0..count).map(|number| (key(number), [1; WIDTH])), 1);
        let table = Table::new(&bytes).unwrap();
        let kept: Vec<bool> = (0..count).map(|number| sums(&table, &[key(number)])[0] == 1).collect();
        assert_eq!(kept.iter().filter(|kept| **kept).count(), SLOTS);
        assert!(kept[..SLOTS].iter().all(|kept| *kept));
    }
}
