//! Owns the project's own lists: names that every reader of the news knows, one a line, written by hand.
//!
//! They go into the lexicon, into the invented wire copy, and tell where labels made by a machine are wrong.

use std::collections::HashMap;

use super::super::label::Label;

pub(super) const TEAMS: &str = include_str!("lists/teams.txt");
/// Agencies, papers, parties, offices, alliances, armed groups.
pub(super) const BODIES: &str = include_str!("lists/bodies.txt");
pub(super) const FIRMS: &str = include_str!("lists/firms.txt");
/// Surnames of people in the news that are rare elsewhere.
pub(super) const SURNAMES: &str = include_str!("lists/surnames.txt");
/// Regions, seas, rivers, states in their short forms, and cities by their English names.
pub(super) const PLACES: &str = include_str!("lists/places.txt");
/// Peoples, faiths and the followers of parties.
pub(super) const PEOPLES: &str = include_str!("lists/peoples.txt");
/// What is capitalized and yet none of these: faiths, feasts, wars, cups, indices, makes.
const OTHERS: &str = include_str!("lists/others.txt");

/// What the lists say of whole names, as they are written.
#[derive(Debug)]
pub(super) struct Known(HashMap<&'static str, Option<Label>>);

impl Known {
    pub(super) fn new() -> Known {
        let bodies = BODIES.lines().chain(FIRMS.lines()).map(|name| (name, Some(Label::Organization)));
        let peoples = PEOPLES.lines().map(|name| (name, Some(Label::Group)));
        let others = OTHERS.lines().map(|name| (name, None));
        Known(bodies.chain(peoples).chain(others).collect())
    }

    /// `Some(None)` for what is no name of a person, an organization, a place or a group.
    pub(super) fn get(&self, name: &str) -> Option<Option<Label>> {
        self.0.get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_name() {
        for list in [TEAMS, BODIES, FIRMS, SURNAMES, PLACES, PEOPLES, OTHERS] {
            assert!(list.lines().count() > 100);
            for name in list.lines() {
                assert!(!name.is_empty() && name.trim() == name && !name.contains(','), "{name:?}");
            }
            assert!(list.lines().is_sorted(), "{:?}", list.lines().next());
        }
    }

    #[test]
    fn the_last_word_on_a_name_is_the_most_special() {
        let known = Known::new();
        assert_eq!(known.get("World Bank"), Some(Some(Label::Organization)));
        assert_eq!(known.get("Kurds"), Some(Some(Label::Group)));
        assert_eq!(known.get("World Cup"), Some(None));
        assert_eq!(known.get("Vastburg"), None);
    }
}
