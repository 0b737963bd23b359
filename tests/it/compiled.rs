//! Small C programs and libraries that do to a process, or to a file system, what safe Rust cannot.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Compiles `tests/it/c/NAME.c` to a program in `directory`; `None`, with the reason printed, where there is no C compiler.
pub(crate) fn program(name: &str, directory: &Path) -> Option<PathBuf> {
    compile(name, directory.join(name), &[])
}

/// The same to a library for LD_PRELOAD.
pub(crate) fn library(name: &str, directory: &Path) -> Option<PathBuf> {
    compile(name, directory.join(format!("{name}.so")), &["-shared", "-fPIC"])
}

fn compile(name: &str, to: PathBuf, options: &[&str]) -> Option<PathBuf> {
    if !Command::new("cc").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no C compiler");
        return None;
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/c").join(format!("{name}.c"));
    let compiled = Command::new("cc").args(["-O1", "-Wall", "-Werror"]).args(options).arg("-o").arg(&to).arg(source).arg("-ldl").output();
    let compiled = compiled.expect("cc runs");
    assert!(compiled.status.success(), "{name}.c: {}", String::from_utf8_lossy(&compiled.stderr));
    Some(to)
}
