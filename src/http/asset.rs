//! The few files that pages load: style, script, icon.

use super::answer::Answer;
use crate::render::HTML_STYLE;

/// A file that is part of the program.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asset {
    name: &'static str,
    kind: &'static str,
    /// One after the other.
    parts: &'static [&'static str],
}

const ASSETS: [Asset; 3] = [
    Asset { name: "style.css", kind: "text/css; charset=utf-8", parts: &[HTML_STYLE, include_str!("style.css")] },
    Asset { name: "live.js", kind: "text/javascript; charset=utf-8", parts: &[include_str!("live.js")] },
    Asset { name: "icon.svg", kind: "image/svg+xml", parts: &[include_str!("icon.svg")] },
];

pub(super) fn named(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

impl Asset {
    pub(super) fn answer(&self) -> Answer {
        Answer::new(self.kind, self.parts.concat())
    }
}
