//! Chance that is the same in every run of a seed, and the numbers that make a short run of a test a long one.

use std::time::Duration;

/// Numbers that are the same in every run of a seed (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// From 0 to `sides` - 1.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides
    }

    /// The same for a place in something that may be large.
    pub(crate) fn place(&mut self, below: usize) -> usize {
        usize::try_from(self.roll(u64::try_from(below).expect("64 bits are enough"))).expect("less than a usize")
    }

    pub(crate) fn milliseconds(&mut self, below: u64) -> Duration {
        Duration::from_millis(self.roll(below))
    }
}

/// How often, how many, which seed: from the environment for a long run.
pub(crate) fn setting(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().map_or(default, |value| value.parse().expect("a number"))
}
