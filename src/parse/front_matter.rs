//! The block of fields above a Markdown document: YAML between `---`, TOML between `+++`.
//!
//! YAML is read event by event, never into a tree, and aliases are not followed, so no document can make it grow: time and memory
//! are bounded by the block's length, which is bounded by [`MAX_BYTES`], and nesting by [`MAX_DEPTH`].

use jiff::civil::Date;
use saphyr_parser::{Event, Parser};

use super::dates;

/// A longer block is not front matter.
const MAX_BYTES: usize = 64 * 1024;

/// How deep lists and maps may nest.
const MAX_DEPTH: usize = 16;

/// A block as it stands above the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Raw<'a> {
    syntax: Syntax,
    fields: &'a str,
    /// With its fences.
    pub whole: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    Yaml,
    Toml,
}

/// The fields that mean something to us. Others are left alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FrontMatter {
    pub section: Option<String>,
    pub title: Option<String>,
    pub deck: Option<String>,
    pub authors: Vec<String>,
    pub date: Option<Date>,
    pub updated: Option<Date>,
    pub language: Option<String>,
    pub corrections: Vec<String>,
}

/// Cuts the block off the top of a document: the block, and what stands below it.
pub(super) fn split(text: &str) -> Option<(Raw<'_>, &str)> {
    let (first, below) = text.split_once('\n')?;
    let (syntax, ends): (_, &[&str]) = match first.trim_end() {
        "---" => (Syntax::Yaml, &["---", "..."]),
        "+++" => (Syntax::Toml, &["+++"]),
        _ => return None,
    };
    let mut end = 0;
    for line in below.split_inclusive('\n') {
        if ends.contains(&line.trim_end()) {
            let body = first.len() + 1 + end + line.len();
            return Some((Raw { syntax, fields: &below[..end], whole: text[..body].trim_end() }, &text[body..]));
        }
        end += line.len();
        if end > MAX_BYTES {
            break;
        }
    }
    None
}

impl Raw<'_> {
    /// Reads the fields, or says what is wrong with them.
    pub(super) fn read(self) -> Result<FrontMatter, String> {
        let fields = match self.syntax {
            Syntax::Yaml => yaml(self.fields)?,
            Syntax::Toml => toml(self.fields)?,
        };
        let mut front = FrontMatter::default();
        for (key, values) in fields {
            front.take(&key, values);
        }
        Ok(front)
    }
}

impl FrontMatter {
    fn take(&mut self, key: &str, values: Vec<String>) {
        let first = || values.first().cloned();
        let date = || values.first().and_then(|value| dates::find_date(value));
        match key.to_lowercase().as_str() {
            "section" => self.section = first(),
            "title" | "headline" => self.title = self.title.take().or_else(first),
            "description" | "subtitle" | "deck" | "summary" | "standfirst" => self.deck = self.deck.take().or_else(first),
            "author" | "authors" | "byline" => self.authors.extend(values),
            "date" | "published" | "publishdate" | "pubdate" => self.date = self.date.or_else(date),
            "updated" | "lastmod" | "modified" => self.updated = self.updated.or_else(date),
            "lang" | "language" | "locale" => self.language = first().filter(|tag| is_language_tag(tag)),
            "correction" | "corrections" => self.corrections.extend(values),
            _ => {}
        }
    }
}

/// The shape of BCP 47: `en`, `pt-BR`, `zh-Hant-TW`.
fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_language = parts.next().is_some_and(|part| (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    is_language && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The top-level keys and the values below each, in order. In a map inside (`author: {name: …, mail: …}`) only what is
/// named or told counts: see [`is_telling`].
type Fields = Vec<(String, Vec<String>)>;

fn is_telling(key: &str) -> bool {
    matches!(key, "name" | "text" | "note" | "title" | "description" | "correction")
}

/// What is open around a YAML event.
enum Open {
    List,
    /// A map; the key whose value comes next, if it was read.
    Map(Option<String>),
}

fn yaml(text: &str) -> Result<Fields, String> {
    let mut fields = Fields::new();
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| error.to_string())?;
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) if open.len() == MAX_DEPTH => {
                return Err(format!("nested deeper than {MAX_DEPTH}"));
            }
            Event::MappingStart(..) => open.push(Open::Map(None)),
            Event::SequenceStart(..) if open.is_empty() => return Err("a list, not fields".to_owned()),
            Event::SequenceStart(..) => open.push(Open::List),
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                value_read(&mut open);
            }
            Event::Scalar(value, ..) => match open.last_mut() {
                None if value.is_empty() || value == "~" => {}
                None => return Err("plain text, not fields".to_owned()),
                Some(Open::Map(key @ None)) => {
                    *key = Some(value.clone().into_owned());
                    if open.len() == 1 {
                        fields.push((value.into_owned(), Vec::new()));
                    }
                }
                Some(_) => {
                    let is_wanted = open.iter().skip(1).all(|open| match open {
                        Open::Map(Some(key)) => is_telling(key),
                        _ => true,
                    });
                    if let Some((_, values)) = fields.last_mut().filter(|_| is_wanted && !value.is_empty() && value != "~") {
                        values.push(value.into_owned());
                    }
                    value_read(&mut open);
                }
            },
            Event::Alias(_) => value_read(&mut open),
            _ => {}
        }
    }
    Ok(fields)
}

/// After a value, a map waits for its next key.
fn value_read(open: &mut [Open]) {
    if let Some(Open::Map(key)) = open.last_mut() {
        *key = None;
    }
}

fn toml(text: &str) -> Result<Fields, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    Ok(table
        .into_iter()
        .map(|(key, value)| {
            let mut values = Vec::new();
            toml_values(value, &mut values, MAX_DEPTH);
            (key, values)
        })
        .collect())
}

fn toml_values(value: toml::Value, values: &mut Vec<String>, depth: usize) {
    match value {
        toml::Value::String(text) => values.push(text),
        toml::Value::Datetime(date) => values.push(date.to_string()),
        toml::Value::Integer(number) => values.push(number.to_string()),
        toml::Value::Array(list) if depth > 0 => list.into_iter().for_each(|value| toml_values(value, values, depth - 1)),
        toml::Value::Table(table) if depth > 0 => {
            table.into_iter().filter(|(key, _)| is_telling(key)).for_each(|(_, value)| toml_values(value, values, depth - 1));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> FrontMatter {
        split(text).expect("it has front matter").0.read().expect("it can be read")
    }

    #[test]
    fn yaml_fields() {
        let front = read(
            "---\ntitle: \"Dam: the second week\"\nsubtitle: >\n  Water is\n  falling\nauthor:\n  - name: Ada Quill\n    mail: ada@example.org\n  - Tom Reed\ndate: 2024-10-03T08:00:00Z\nlastmod: 4 October 2024\nlang: pt-BR\ntags: [a, b]\ncorrections:\n  - date: 2024-10-04\n    text: The dam is 40 metres high.\n---\nBody",
        );
        assert_eq!(front.title.as_deref(), Some("Dam: the second week"));
        assert_eq!(front.deck.as_deref(), Some("Water is falling\n"));
        assert_eq!(front.authors, ["Ada Quill", "Tom Reed"]);
        assert_eq!(front.date, Date::new(2024, 10, 3).ok());
        assert_eq!(front.updated, Date::new(2024, 10, 4).ok());
        assert_eq!(front.language.as_deref(), Some("pt-BR"));
        assert_eq!(front.corrections, ["The dam is 40 metres high."]);
    }

    #[test]
    fn toml_fields() {
        let front = read(
            "+++\ntitle = 'Dam'\nauthors = ['Ada Quill']\ndate = 2024-10-03\nlang = 'en'\n[[corrections]]\ntext = 'It is 40 metres high.'\n+++\n",
        );
        assert_eq!(front.title.as_deref(), Some("Dam"));
        assert_eq!(front.authors, ["Ada Quill"]);
        assert_eq!(front.date, Date::new(2024, 10, 3).ok());
        assert_eq!(front.corrections, ["It is 40 metres high."]);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let check = |text: &str, expect: &str| {
            let error = split(text).expect("it has fences").0.read().expect_err(text);
            assert!(error.contains(expect), "{error:?} for {text:?}");
        };
        check("---\ntitle: a: b\n---\n", "mapping values");
        check("---\n- a\n- b\n---\n", "a list, not fields");
        check("---\njust words\n---\n", "plain text, not fields");
        check("---\ntitle: \"open\n---\n", "");
        check("+++\ntitle = \n+++\n", "");
        check(&format!("---\na: {}{}\n---\n", "[".repeat(17), "]".repeat(17)), "nested deeper");
    }

    #[test]
    fn hostile_blocks_stay_cheap() {
        for part in ["[", "{", "- ", "? ", "a: ", "&a [*a, *a, *a]\n", "!!x ", "\"", "'\n", "|\n", "a:\n ", "#", "%", "{a: ", "*a ", "\t"] {
            let text = format!("---\nx: {}\n---\n", part.repeat(60_000 / part.len()));
            // That it comes back at all, with either result, is what is asked for.
            if let Some((raw, body)) = split(&text) {
                assert!(body.is_empty());
                let _ = raw.read();
            }
        }
    }

    #[test]
    fn a_rule_is_not_front_matter() {
        for text in ["---", "---\nA paragraph below a rule.", "text\n---\na: b\n---\n", "----\na: b\n----\n"] {
            assert_eq!(split(text), None, "{text:?}");
        }
    }
}
