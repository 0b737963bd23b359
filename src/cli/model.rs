use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;

use crate::entity::tagger::score::{Counts, Score};
use crate::entity::tagger::train::{self, Data, Recipe, Source};
use crate::entity::tagger::tsv::{self, Line};
use crate::entity::tagger::{Label, Tagger};

use super::Outcome;
use super::context::Context;

const EXAMPLES: &str = "\
Examples:
  newswatch model score dev/*.tsv
  newswatch model tag words.tsv > tagged.tsv
  newswatch model train --data ner --out model.bin

All files hold a token, a tab and a label (B-PER, I-PER, O) a line, a blank line between sentences, -DOCSTART- between documents.";

/// Trains, applies and scores the model that finds names
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Model {
    #[command(subcommand)]
    command: ModelCommand,
}

#[derive(Debug, clap::Subcommand)]
enum ModelCommand {
    Train(Train),
    Tag(Tag),
    Score(Scoring),
}

/// Trains a model; the same data and seed give the same bytes
#[derive(Debug, clap::Args)]
struct Train {
    /// Holds train/*.tsv, dev/*.tsv (to calibrate confidence) and gaz/*.txt (lists of names)
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[arg(long, value_name = "N", default_value_t = Recipe::default().seed)]
    seed: u64,
}

/// Prints the tokens of a file with the labels that the model gives them
#[derive(Debug, clap::Args)]
struct Tag {
    file: PathBuf,
    /// Another model than the built-in one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

/// Strict precision, recall and F1 on files with the right labels, counted the way of CoNLL
#[derive(Debug, clap::Args)]
struct Scoring {
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Another model than the built-in one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// One newswatch.score/1 object a file
    #[arg(long)]
    json: bool,
}

impl Model {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        match self.command {
            ModelCommand::Train(command) => command.run()?,
            ModelCommand::Tag(command) => command.run(&mut context.out().lock())?,
            ModelCommand::Score(command) => command.run(&mut context.out().lock())?,
        }
        Ok(Outcome::Done)
    }
}

impl Train {
    fn run(self) -> anyhow::Result<()> {
        let train = files_in(&self.data.join("train"), "tsv", read_labels)?;
        let dev = files_in(&self.data.join("dev"), "tsv", read_labels)?;
        let lists = files_in(&self.data.join("gaz"), "txt", read_text)?;
        let data = Data { train: &sources(&train), dev: &sources(&dev), lists: &sources(&lists) };
        let bytes = train::train(&data, &Recipe { seed: self.seed, ..Recipe::default() });
        write_file(&self.out, &bytes)
    }
}

impl Tag {
    fn run(self, out: &mut impl Write) -> anyhow::Result<()> {
        let text = read_text(&self.file)?;
        tsv::check_words(&text).with_context(|| self.file.display().to_string())?;
        let bytes = self.model.as_deref().map(read_bytes).transpose()?;
        let tagger = tagger(bytes.as_deref())?;
        let mut labels = Vec::new();
        for document in tsv::parse(&text) {
            labels.extend(tagger.labels(&document.words, &document.ends));
        }
        let mut labels = labels.into_iter();
        let mut out = io::BufWriter::new(out);
        for line in tsv::lines(&text) {
            match line {
                Line::Start => writeln!(out, "{}\tO", tsv::DOCUMENT_START)?,
                Line::Blank => writeln!(out)?,
                Line::Word { word, .. } => writeln!(out, "{word}\t{}", labels.next().unwrap_or("O"))?,
            }
        }
        Ok(out.flush()?)
    }
}

impl Scoring {
    fn run(self, out: &mut impl Write) -> anyhow::Result<()> {
        let bytes = self.model.as_deref().map(read_bytes).transpose()?;
        let tagger = tagger(bytes.as_deref())?;
        for file in &self.files {
            let mut score = Score::default();
            for document in tsv::parse(&read_labels(file)?) {
                score.add_document(&document, &tagger.labels(&document.words, &document.ends));
            }
            if self.json {
                let types: serde_json::Map<_, _> =
                    Label::ALL.iter().map(|label| (label.name().to_owned(), counts_json(score.of(label.name())))).collect();
                let all = counts_json(score.of_all(&OVERALL));
                writeln!(out, "{}", json!({"schema": "newswatch.score/1", "file": file, "overall": all, "types": types}))?;
            } else {
                writeln!(out, "{}", file.display())?;
                writeln!(out, "  {:16} {:>7} {:>7} {:>7} {:>8} {:>8} {:>8}", "", "P", "R", "F1", "wanted", "given", "right")?;
                write_counts(out, &OVERALL.join("+"), score.of_all(&OVERALL))?;
                for label in Label::ALL {
                    write_counts(out, label.name(), score.of(label.name()))?;
                }
            }
        }
        Ok(())
    }
}

/// The types that every data set annotates.
const OVERALL: [&str; 3] = ["PER", "ORG", "LOC"];

fn write_counts(out: &mut impl Write, name: &str, counts: Counts) -> io::Result<()> {
    let Counts { wanted, given, right } = counts;
    let (precision, recall, f1) = (counts.precision(), counts.recall(), counts.f1());
    writeln!(out, "  {name:16} {precision:7.2} {recall:7.2} {f1:7.2} {wanted:8} {given:8} {right:8}")
}

fn counts_json(counts: Counts) -> serde_json::Value {
    json!({
        "precision": counts.precision(), "recall": counts.recall(), "f1": counts.f1(),
        "wanted": counts.wanted, "given": counts.given, "right": counts.right,
    })
}

fn tagger(bytes: Option<&[u8]>) -> anyhow::Result<Tagger<'_>> {
    Ok(match bytes {
        Some(bytes) => Tagger::read(bytes)?,
        None => Tagger::embedded().clone(),
    })
}

/// Name without extension, and content, of the files of a folder, by name.
#[expect(clippy::disallowed_methods, reason = "training data, not documents: nothing that ingest/ watches over")]
fn files_in(folder: &Path, extension: &str, read: fn(&Path) -> anyhow::Result<String>) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, read(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

fn sources(files: &[(String, String)]) -> Vec<Source<'_>> {
    files.iter().map(|(name, text)| Source { name, text }).collect()
}

/// Words with their labels, to learn from or to score by.
fn read_labels(file: &Path) -> anyhow::Result<String> {
    let text = read_text(file)?;
    tsv::check_labels(&text).with_context(|| file.display().to_string())?;
    Ok(text)
}

fn read_text(file: &Path) -> anyhow::Result<String> {
    String::from_utf8(read_bytes(file)?).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + valid.iter().filter(|&&byte| byte == b'\n').count();
        anyhow::anyhow!("{}: line {line} is not UTF-8", file.display())
    })
}

#[expect(clippy::disallowed_methods, reason = "a file of tokens or weights that the user names, not a document")]
fn read_bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(file).with_context(|| file.display().to_string())
}

#[expect(clippy::disallowed_methods, reason = "the model file that the user asked for")]
fn write_file(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(file, bytes).with_context(|| file.display().to_string())
}
