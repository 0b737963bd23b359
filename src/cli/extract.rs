use std::io::Write;
use std::path::PathBuf;

use crate::daemon;
use crate::render;

use super::Outcome;
use super::context::{Context, DEFAULT_WIDTH};

const EXAMPLES: &str = "\
Examples:
  newswatch extract story.txt           structure and entities at a glance
  newswatch extract story.txt --json | jq '.entities[] | select(.kind == \"person\")'";

/// What the daemon would see in a file; records nothing
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Extract {
    file: PathBuf,
    /// One newswatch.extract/1 object
    #[arg(long)]
    json: bool,
}

impl Extract {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let preview = daemon::preview(&self.file, context.load()?.config.documents.max_size())?;
        if self.json {
            write!(context.out(), "{}", render::json::extract(&preview.extract, daemon::extractor().name))?;
        } else {
            let text = render::extract(&self.file, &preview.extract, context.width().unwrap_or(DEFAULT_WIDTH), &context.style());
            context.page(|out| Ok(out.write_all(text.as_bytes())?))?;
        }
        Ok(Outcome::Done)
    }
}
