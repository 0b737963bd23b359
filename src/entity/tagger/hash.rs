//! Owns the hashes that name words and features. They are part of the model file: to change one is to make every model file stale.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The hash of a word's bytes.
pub(super) fn word(bytes: &[u8]) -> u32 {
    let mut hash = 0x51_7c_c1_b7_27_22_0a_95 ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let part = u64::from_le_bytes(chunk.try_into().expect("chunks of eight"));
        hash = (hash ^ part).wrapping_mul(SPREAD).rotate_left(29);
    }
    fold((hash ^ tail(chunks.remainder())).wrapping_mul(SPREAD))
}

/// Fewer than eight bytes as one number, the first the highest.
fn tail(bytes: &[u8]) -> u64 {
    let len = bytes.len();
    match *bytes {
        [] => 0,
        [a] => a.into(),
        [a, .., b] if len < 4 => u64::from(a) << (8 * (len - 1)) | u64::from(bytes[len / 2]) << (8 * (len - 2)) | u64::from(b),
        _ => {
            let four = |at: usize| u64::from(u32::from_be_bytes(*bytes[at..].first_chunk().expect("four bytes from here")));
            four(0) << (8 * (len - 4)) | four(len - 4)
        }
    }
}

/// One hash of two.
pub(super) fn pair(a: u32, b: u32) -> u32 {
    fold((u64::from(a) << 32 | u64::from(b)).wrapping_mul(SPREAD))
}

/// The key of a feature: which template made it, and what the template saw.
pub(super) fn feature(template: u32, a: u32, b: u32) -> u64 {
    let key = (u64::from(a) << 32 | u64::from(b)) ^ u64::from(template).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let key = key.wrapping_mul(SPREAD);
    (key ^ key >> 31).wrapping_mul(SPREAD)
}

/// Odd and without pattern (from the digits of the golden ratio and of pi, as in splitmix64).
const SPREAD: u64 = 0xbf58_476d_1ce4_e5b9;

#[expect(clippy::cast_possible_truncation, reason = "a hash keeps what fits")]
fn fold(hash: u64) -> u32 {
    (hash ^ hash >> 32) as u32
}

/// A map whose keys are hashes already.
pub(super) type HashedMap<K, V> = HashMap<K, V, BuildHasherDefault<Prehashed>>;

/// Hands a hash on as it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Prehashed(u64);

impl Hasher for Prehashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = u64::from(word(bytes));
    }

    fn write_u32(&mut self, hash: u32) {
        // The map takes its buckets from the lower and its checks from the upper bits.
        self.0 = u64::from(hash).wrapping_mul(SPREAD);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_numbers() {
        for len in 0..8 {
            let bytes = &[1, 2, 3, 4, 5, 6, 7][..len];
            assert_eq!(tail(bytes), bytes.iter().fold(0, |tail, &byte| tail << 8 | u64::from(byte)));
        }
    }
}
