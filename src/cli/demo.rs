#![expect(clippy::disallowed_methods, reason = "the demo writes its own newsroom in a temporary directory")]

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::config::{Config, Root};
use crate::daemon::{Daemon, Event, Recorded, Stop};

use super::Outcome;
use super::context::Context;
use super::watch::Printer;

const EXAMPLES: &str = "\
Examples:
  newswatch demo";

/// See it work: plays a day of edits on a copy of the sample newsroom, in a temporary directory
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Demo {}

/// The sample newsroom, carried in the binary so that an installed newswatch has it too.
const STORIES: [(&str, &str); 10] = [
    ("arctic-station.txt", include_str!("../../seeds/arctic-station.txt")),
    ("bamboo-satellite.txt", include_str!("../../seeds/bamboo-satellite.txt")),
    ("city-budget.txt", include_str!("../../seeds/city-budget.txt")),
    ("glacier-lake.md", include_str!("../../seeds/glacier-lake.md")),
    ("harbour-ferry.txt", include_str!("../../seeds/harbour-ferry.txt")),
    ("nile-bridge.txt", include_str!("../../seeds/nile-bridge.txt")),
    ("opera-house.md", include_str!("../../seeds/opera-house.md")),
    ("oslo-talks.txt", include_str!("../../seeds/oslo-talks.txt")),
    ("rail-merger.txt", include_str!("../../seeds/rail-merger.txt")),
    ("vaccine-recall.txt", include_str!("../../seeds/vaccine-recall.txt")),
];

/// What the desk does at one time of the day.
enum Act {
    /// Replace each of these words everywhere in a story.
    Edit(&'static str, &'static [(&'static str, &'static str)]),
    Rename(&'static str, &'static str),
    Delete(&'static str),
    /// Bring a story back as the sample newsroom has it.
    Restore(&'static str),
}

const DAY: [(&str, &str, Act); 10] = [
    (
        "08:10",
        "the ferry's toll rises; the desk sends a new take",
        Act::Edit(
            "harbour-ferry.txt",
            &[("UPDATE 2-", "UPDATE 3-"), ("12 dead", "15 dead"), ("12 people were killed", "15 people were killed")],
        ),
    ),
    ("09:05", "a number changes, and nobody says so", Act::Edit("glacier-lake.md", &[("ordered 2,700 people", "ordered 3,100 people")])),
    ("10:30", "a quotation is quietly softened", Act::Edit("oslo-talks.txt", &[("something that hurt", "something of value")])),
    (
        "11:15",
        "a minister gets the right title",
        Act::Edit("oslo-talks.txt", &[("Norwegian Deputy Foreign Minister", "Norwegian Foreign Minister")]),
    ),
    ("12:00", "a name is spelled right, everywhere", Act::Edit("harbour-ferry.txt", &[("Velkova", "Velikova")])),
    (
        "13:20",
        "a proper correction, with its label",
        Act::Edit(
            "vaccine-recall.txt",
            &[("Drug maker recalls 48,000", "CORRECTED-Drug maker recalls 84,000"), ("recalling 48,000", "recalling 84,000")],
        ),
    ),
    (
        "14:00",
        "straight quotes become curly ones, nothing else",
        Act::Edit("city-budget.txt", &[("\"It is the only quiet room I have,\"", "“It is the only quiet room I have,”")]),
    ),
    ("15:45", "a story gets another file name", Act::Rename("nile-bridge.txt", "nile-bridge-final.txt")),
    ("17:30", "a story disappears", Act::Delete("rail-merger.txt")),
    ("18:10", "… and is back", Act::Restore("rail-merger.txt")),
];

/// Nothing that the daemon does for one edit takes nearly as long.
const PATIENCE: Duration = Duration::from_secs(20);

impl Demo {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let folder = fresh_folder()?;
        let wire = folder.join("wire");
        fs::create_dir(&wire).with_context(|| format!("cannot make {}", wire.display()))?;
        for (name, story) in STORIES {
            fs::write(wire.join(name), story)?;
        }
        let database = folder.join("newswatch.db");
        let config = Config { roots: vec![Root { path: wire.clone(), include: Vec::new(), exclude: Vec::new() }], ..Config::default() };

        let (events, heard) = channel();
        let stop = Stop::default();
        let daemon = {
            let (stop, database) = (stop.clone(), database.clone());
            // The demo may have gone away: then nobody listens, and that is all.
            thread::spawn(move || Daemon::new(config, database).run(&stop, move |event| drop(events.send(event))))
        };
        let played = self.play(context, &wire, &heard);
        stop.request();
        let ended = daemon.join().map_err(|_| anyhow::anyhow!("the daemon panicked"))?;
        // What ended the daemon explains why the play was cut short.
        ended?;
        played?;
        self.look_back(context, &database, &wire)?;
        Ok(Outcome::Done)
    }

    fn play(&self, context: &Context, wire: &Path, heard: &Receiver<Event>) -> anyhow::Result<()> {
        let say = |text: &str| writeln!(context.out(), "{text}");
        let pause = if std::io::stdout().is_terminal() { Duration::from_millis(1200) } else { Duration::ZERO };
        say(&format!("A newsroom of {} stories in {}, watched by newswatch.\n", STORIES.len(), wire.display()))?;
        loop {
            match heard.recv_timeout(PATIENCE).context("the daemon did not start")? {
                Event::Scanned(_) => break,
                Event::Stored | Event::Recorded(_) | Event::Derived(_) | Event::Applied(_) | Event::Listening(_) => {}
            }
        }
        let mut printer = Printer::new(context, false).from(wire);
        for (time, story, act) in &DAY {
            say(&format!("{time}  {story}"))?;
            act.play(wire)?;
            let recorded = next_recorded(heard).with_context(|| format!("{time} {story}"))?;
            printer.print(&recorded)?;
            say("")?;
            thread::sleep(pause);
        }
        Ok(())
    }

    /// Shows one diff with the ordinary command, and how to go on.
    fn look_back(&self, context: &Context, database: &Path, wire: &Path) -> anyhow::Result<()> {
        let ferry = wire.join("harbour-ferry.txt");
        let mut out = context.out();
        writeln!(out, "What exactly happened at 08:10? newswatch diff {} 1..2\n", ferry.display())?;
        out.flush()?;
        let program = std::env::current_exe().context("cannot find this program")?;
        let color = if context.is_colored() { "always" } else { "never" };
        let status = Command::new(program)
            .args(["--color", color, "--db"])
            .arg(database)
            .arg("diff")
            .arg(&ferry)
            .arg("1..2")
            .env("NEWSWATCH_PAGER", "cat")
            .status()
            .context("cannot run newswatch diff")?;
        if !status.success() {
            bail!("newswatch diff ended with {status}");
        }
        writeln!(out, "\nLook around (delete {} when you are done):", wire.parent().unwrap_or(wire).display())?;
        writeln!(out, "  export NEWSWATCH_DB={}", database.display())?;
        for command in ["log --oneline", "log --severity substantive -p", "status"] {
            writeln!(out, "  newswatch {command}")?;
        }
        writeln!(out, "  newswatch diff {} @first..@last", ferry.display())?;
        Ok(())
    }
}

impl Act {
    fn play(&self, wire: &Path) -> anyhow::Result<()> {
        match self {
            Act::Edit(name, words) => {
                let path = wire.join(name);
                let mut text = fs::read_to_string(&path)?;
                for (old, new) in *words {
                    if !text.contains(old) {
                        bail!("{name} does not say {old:?}");
                    }
                    text = text.replace(old, new);
                }
                // As good editors save: beside it, then in its place.
                let beside = wire.join(format!(".{name}.new"));
                fs::write(&beside, text)?;
                fs::rename(beside, path)?;
            }
            Act::Rename(from, to) => fs::rename(wire.join(from), wire.join(to))?,
            Act::Delete(name) => fs::remove_file(wire.join(name))?,
            Act::Restore(name) => {
                let (_, story) = STORIES.iter().find(|(story, _)| story == name).context("no such story")?;
                fs::write(wire.join(name), story)?;
            }
        }
        Ok(())
    }
}

fn next_recorded(heard: &Receiver<Event>) -> anyhow::Result<Box<Recorded>> {
    loop {
        if let Event::Recorded(recorded) | Event::Derived(recorded) = heard.recv_timeout(PATIENCE).context("the daemon did not react")? {
            return Ok(recorded);
        }
    }
}

/// A directory of our own that nobody else has.
fn fresh_folder() -> anyhow::Result<PathBuf> {
    let base = std::env::temp_dir().canonicalize().context("there is no temporary directory")?;
    for attempt in 0..1000_u32 {
        let folder = base.join(format!("newswatch-demo-{}-{attempt}", std::process::id()));
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| format!("cannot make {}", folder.display())),
        }
    }
    bail!("cannot find a free name in {}", base.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_of_the_day_finds_its_words() {
        let folder = tempfile::tempdir().unwrap();
        for (name, story) in STORIES {
            fs::write(folder.path().join(name), story).unwrap();
        }
        for (time, _, act) in &DAY {
            act.play(folder.path()).unwrap_or_else(|error| panic!("{time}: {error}"));
        }
    }
}
