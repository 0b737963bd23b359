//! Names or numbers that changed places in a sentence whose other words stand: `Oran beat Tunis`, later `Tunis beat Oran`.

use std::collections::HashMap;
use std::ops::Range;

use super::identity::is_name;
use super::name::{title_words, titles};
use super::token::Word;
use super::world::{Spot, View, World};
use crate::model::Detail;

/// Words of a list: whose names are told in another order between these, say the same.
const LISTING: &[&str] = &["and", "or", "&", ",", ";", "/", "-", "both", "then", "as", "well", "versus", "vs"];

/// The names of a text by the token that they start at: the token after the last, and the words of what somebody is called to be.
type Starts = HashMap<usize, (usize, Vec<String>)>;

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Word(u32),
    Number(u32),
    /// A name, or words with capitals. What somebody is called to be goes where the name goes, and is left out.
    Name(Vec<u32>),
}

/// Where the names of both sides stand.
pub(super) struct Exchanges<'a> {
    world: &'a World<'a>,
    from: Starts,
    to: Starts,
}

impl<'a> Exchanges<'a> {
    pub(super) fn new(world: &'a World<'a>) -> Exchanges<'a> {
        Exchanges { world, from: starts(&world.from), to: starts(&world.to) }
    }

    /// The names that changed places in a pair, or else the numbers; none where they only stand in another order of a list.
    pub(super) fn of(&self, pair: usize) -> Vec<String> {
        let world = self.world;
        let sentences = &world.alignment.pairs[pair];
        let from = pieces(world, &world.from, &self.from, world.from.text.tokens(&sentences.from));
        let to = pieces(world, &world.to, &self.to, world.to.text.tokens(&sentences.to));
        let differing: Vec<usize> = (0..from.len().min(to.len())).filter(|&place| from[place] != to[place]).collect();
        let (Some(&first), Some(&last)) = (differing.first(), differing.last()) else { return Vec::new() };
        let sorted = |pieces: &[Piece]| {
            let mut sorted: Vec<Piece> = differing.iter().map(|&place| pieces[place].clone()).collect();
            sorted.sort_unstable();
            sorted
        };
        let listed = |piece: &Piece| match piece {
            Piece::Word(word) => LISTING.contains(&&*world.lexicon.word(*word).text.to_lowercase()),
            Piece::Number(_) | Piece::Name(_) => true,
        };
        let is_name = |piece: &Piece| matches!(piece, Piece::Name(_));
        let mut exchanged = sorted(&from);
        // Numbers that stand by the names of a list say something of each: `Doyle, 37, and Akhtar, 29`.
        let between = &from[first..last];
        let is_list = between.iter().all(listed) && (exchanged.iter().any(is_name) || !between.iter().any(is_name));
        // A plain word among them: the sentence was put in another order.
        let reordered = exchanged.iter().any(|piece| matches!(piece, Piece::Word(_)));
        if from.len() != to.len() || exchanged != sorted(&to) || is_list || reordered {
            return Vec::new();
        }
        exchanged.dedup();
        // Where both changed places, the numbers went with the names.
        if exchanged.iter().any(is_name) {
            exchanged.retain(is_name);
        }
        let text = |word: &u32| &*world.lexicon.word(*word).text;
        let told = |piece: &Piece| match piece {
            Piece::Name(words) => words.iter().map(text).collect::<Vec<_>>().join(" "),
            Piece::Number(word) | Piece::Word(word) => text(word).to_owned(),
        };
        exchanged.iter().map(told).collect()
    }
}

fn starts(view: &View<'_>) -> Starts {
    let titles: Vec<Option<Vec<String>>> = view
        .entities
        .iter()
        .map(|entity| match &entity.detail {
            Detail::Person(person) => Some(titles(person)),
            detail => is_name(detail).then(Vec::new),
        })
        .collect();
    let start = |spot: &Spot| Some((spot.tokens.start, (spot.tokens.end, titles[spot.entity].clone()?)));
    view.spots.iter().flatten().filter_map(start).collect()
}

fn pieces(world: &World<'_>, view: &View<'_>, starts: &Starts, tokens: Range<usize>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    // Words with capitals that the entity engine took for no name are one from its first to its last.
    let mut open = false;
    let mut token = tokens.start;
    while token < tokens.end {
        if let Some((end, title)) = starts.get(&token) {
            let titled = |word: &u32| title_words(&world.lexicon.word(*word).text).first().is_some_and(|word| title.contains(word));
            let is_title = |piece: &mut Piece| match piece {
                Piece::Word(word) | Piece::Number(word) => titled(word),
                Piece::Name(words) => words.iter().all(titled),
            };
            while pieces.pop_if(is_title).is_some() {}
            // `Democrat Zohran Mamdani`
            if open {
                pieces.pop_if(|piece| matches!(piece, Piece::Name(_)));
            }
            pieces.push(Piece::Name(view.text.words[token..*end].to_vec()));
            (token, open) = (*end, false);
            continue;
        }
        let number = view.text.words[token];
        let word = world.lexicon.word(number);
        match pieces.last_mut() {
            Some(Piece::Name(words)) if open && is_capital(word) => words.push(number),
            _ if is_capital(word) => pieces.push(Piece::Name(vec![number])),
            _ if word.has_digit() => pieces.push(Piece::Number(number)),
            _ if word.text.eq_ignore_ascii_case("the") => {}
            _ => pieces.push(Piece::Word(number)),
        }
        open = is_capital(word);
        token += 1;
    }
    pieces
}

fn is_capital(word: &Word) -> bool {
    word.is_content() && word.text.starts_with(char::is_uppercase)
}
