//! Stories out of annotated files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::prose::prose;

/// The files of a folder, by name.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The documents of a folder of files of `token<TAB>label` lines, cut at `-DOCSTART-`, as prose, four sentences a paragraph.
pub(crate) fn rebuilt(folder: &Path) -> Vec<String> {
    let texts = files(folder).into_iter().filter_map(|path| fs::read_to_string(path).ok());
    let stories = texts.flat_map(|text| {
        let stories = text.split("-DOCSTART-\tO").map(|lines| {
            let sentences: Vec<String> = lines
                .split("\n\n")
                .filter(|lines| lines.contains('\t'))
                .map(|lines| prose(lines.lines().filter_map(|line| Some(line.split_once('\t')?.0))))
                .collect();
            sentences.chunks(4).map(|sentences| sentences.join(" ")).collect::<Vec<_>>().join("\n\n")
        });
        stories.filter(|story| !story.is_empty()).collect::<Vec<_>>()
    });
    stories.collect()
}
