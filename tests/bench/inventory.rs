//! All that the engine finds in many stories, each thing once: names by their kind, roles, units, speakers that are nobody's name. To be read
//! by eye, where what is wrong stands out: a bank among the places, a verb that speaks, a hill with a role.
//!
//! `cargo bench --profile dev --bench inventory -- DIRECTORY [KIND]`, with files of `token<TAB>label` lines, which are made prose again and
//! cut at `-DOCSTART-`, or with stories as they are (`.txt`, `.md`). Prints one line for each, by name: how often, and where first.

#![expect(clippy::disallowed_methods, reason = "a tool for developers reads the stories that it is given")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use newswatch::entity::extract;
use newswatch::model::Detail;
use newswatch::parse::parse;

mod prose;
mod stories;

use stories::{files, rebuilt};

/// By kind and text: how often it was found, and where first.
type Inventory = BTreeMap<(&'static str, String), (usize, String)>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let Some(directory) = arguments.first() else {
        println!("skipped: name a directory of stories (`-- DIRECTORY`)");
        return;
    };
    let mut inventory = Inventory::new();
    for (number, story) in rebuilt(Path::new(directory)).iter().enumerate() {
        take(&mut inventory, &format!("Story {number}\n\n{story}"), "story.txt", &format!("story {number}"));
    }
    for path in files(Path::new(directory)) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let (true, Ok(text)) = (name.ends_with(".txt") || name.ends_with(".md"), fs::read_to_string(&path)) {
            take(&mut inventory, &text, &name, &name);
        }
    }
    let asked = |kind: &str| arguments.get(1).is_none_or(|asked| asked == kind);
    for ((kind, text), (count, place)) in inventory.iter().filter(|((kind, _), _)| asked(kind)) {
        println!("{kind:<12} {count:>5}  {text}  ({place})");
    }
}

fn take(inventory: &mut Inventory, text: &str, file: &str, place: &str) {
    let entities = extract(&parse(file.as_bytes(), text.as_bytes()).article);
    let mut add = |kind, text: &str| inventory.entry((kind, text.to_owned())).or_insert_with(|| (0, place.to_owned())).0 += 1;
    let names: Vec<&str> = entities.iter().filter_map(|entity| entity.detail.name()).collect();
    for entity in &entities {
        match &entity.detail {
            Detail::Person(person) => {
                add("person", &person.name);
                person.role.iter().for_each(|role| add("role", &format!("{role} [{}]", person.name)));
            }
            Detail::Organization(named) => add("organization", &named.name),
            Detail::Place(named) => add("place", &named.name),
            Detail::Quantity(amount) => amount.unit.iter().for_each(|unit| add("unit", unit)),
            Detail::Quote(quote) => {
                quote.speaker.iter().filter(|speaker| !names.contains(&speaker.as_str())).for_each(|speaker| add("speaker", speaker));
            }
            _ => {}
        }
    }
}
