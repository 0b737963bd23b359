//! How the words of a revision stand in integer columns. The numbers are for ever: a new word takes a new number.

use std::collections::BTreeSet;

use crate::model::{Class, Flag, Severity};

const SEVERITIES: [Severity; 3] = [Severity::Cosmetic, Severity::Minor, Severity::Substantive];
const FLAGS: [Flag; 7] = [Flag::Stealth, Flag::Noticed, Flag::Headline, Flag::Deck, Flag::Dateline, Flag::Truncated, Flag::Fallback];

pub(super) fn class(class: Class) -> i64 {
    position(&Class::ALL, class)
}

pub(super) fn class_of(code: i64) -> Option<Class> {
    at(&Class::ALL, code)
}

pub(super) fn severity(severity: Severity) -> i64 {
    position(&SEVERITIES, severity)
}

pub(super) fn severity_of(code: i64) -> Option<Severity> {
    at(&SEVERITIES, code)
}

pub(super) fn flags(flags: &BTreeSet<Flag>) -> i64 {
    flags.iter().fold(0, |bits, &flag| bits | 1 << position(&FLAGS, flag))
}

pub(super) fn flags_of(bits: i64) -> BTreeSet<Flag> {
    FLAGS.iter().enumerate().filter(|(place, _)| bits & (1 << place) != 0).map(|(_, &flag)| flag).collect()
}

fn position<T: Copy + PartialEq>(all: &[T], one: T) -> i64 {
    (0..).zip(all).find(|(_, other)| **other == one).map(|(place, _)| place).expect("every word has its place in the table")
}

fn at<T: Copy>(all: &[T], code: i64) -> Option<T> {
    usize::try_from(code).ok().and_then(|place| all.get(place)).copied()
}
