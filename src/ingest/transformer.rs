//! Owns the transformer of this process: a user's own model in the place of the embedded tagger, where the configuration names one that works.
#![expect(clippy::disallowed_methods, reason = "the files of a model that the user names")]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ort::environment::Environment;
use ort::session::Session;
use thiserror::Error;

use super::derive::{EXTRACTOR, extract_with};
use crate::entity::transformer::{Cutter, Settings, Transformer, TransformerError};
use crate::model::{Extract, Extractor};

/// Where the parts of a transformer are, and what is to be known of them.
#[derive(Clone, Debug)]
pub struct TransformerFiles {
    /// The ONNX file, or the directory that has it as `model.onnx` or `onnx/model.onnx`.
    pub model: PathBuf,
    /// A `tokenizer.json` or BERT's `vocab.txt`; if there is none named, the one beside the model.
    pub tokenizer: Option<PathBuf>,
    /// As of [`Settings`].
    pub labels: Vec<String>,
    pub ask: Vec<(String, String)>,
    pub threshold: u8,
    /// Whether a `vocab.txt` is in lower case.
    pub lowercase: bool,
    /// ONNX Runtime; a bare name is looked for where the system looks for libraries.
    pub library: PathBuf,
}

/// Why names come from the embedded tagger all the same.
#[derive(Debug, Error)]
enum TransformerFault {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} is not UTF-8", path.display())]
    Encoding { path: PathBuf },
    #[error("{} has neither model.onnx nor onnx/model.onnx: name the ONNX file as `model` of [transformer]", path.display())]
    NoModel { path: PathBuf },
    #[error("{} has neither tokenizer.json nor vocab.txt: name one as `tokenizer` of [transformer]", path.display())]
    NoTokenizer { path: PathBuf },
    #[error("cannot load ONNX Runtime, which `library` of [transformer] names: {0}")]
    Library(String),
    #[error("{}: {source}", path.display())]
    Parts { path: PathBuf, source: TransformerError },
}

struct Installed {
    transformer: Transformer,
    extractor: Extractor,
}

static CONFIGURED: OnceLock<TransformerFiles> = OnceLock::new();
/// Nothing where none is configured, or it does not work.
static INSTALLED: OnceLock<Option<Installed>> = OnceLock::new();

/// Names in this process come from this transformer; the first one stays. It is loaded when something is to be extracted, which for a large
/// model takes seconds that a look at the log should not.
pub fn use_transformer(files: TransformerFiles) {
    let _ = CONFIGURED.set(files);
}

/// Whether one is configured that nobody has needed yet.
pub(super) fn is_to_be_loaded() -> bool {
    CONFIGURED.get().is_some() && INSTALLED.get().is_none()
}

/// The configured transformer. Where it does not work a warning says why, and names come from the built-in tagger: a history must not stop
/// because a library is missing.
fn installed() -> Option<&'static Installed> {
    let install = |files| {
        install(files).inspect_err(|fault| tracing::warn!("the transformer is not used, names come from the built-in tagger: {fault}")).ok()
    };
    INSTALLED.get_or_init(|| CONFIGURED.get().and_then(install)).as_ref()
}

fn install(files: &TransformerFiles) -> Result<Installed, TransformerFault> {
    let model = model_file(&files.model)?;
    let home = home(&model);
    let tokenizer = tokenizer_file(files.tokenizer.as_deref(), home)?;
    let beside = |name: &str| optional(&home.join(name));
    let (config, gliner_config) = (beside("config.json")?, beside("gliner_config.json")?);
    let settings = Settings {
        labels: &files.labels,
        ask: &files.ask,
        threshold: files.threshold,
        config: config.as_deref(),
        gliner_config: gliner_config.as_deref(),
    };
    // What tells one transformer from another: all that its names depend on.
    let mut sum = blake3::Hasher::new();
    for weights in weights(&model)? {
        let file = File::open(&weights).and_then(|file| sum.update_reader(file).map(drop));
        file.map_err(|source| TransformerFault::Read { path: weights, source })?;
    }
    let words = read(&tokenizer)?;
    sum.update(&words).update(format!("{settings:?} {}", files.lowercase).as_bytes());

    let library = ort::init_from(&files.library).map_err(|error| TransformerFault::Library(error.to_string()))?;
    let runtime = library.build().map_err(|error| TransformerFault::Library(error.to_string()))?;
    let broken = |path: &Path| {
        let path = path.to_owned();
        |source| TransformerFault::Parts { path, source }
    };
    let cutter = cutter(&tokenizer, &words, files.lowercase, broken(&tokenizer))?;
    let session = session(&runtime, &model).map_err(TransformerError::Model).map_err(broken(&model))?;
    let transformer = Transformer::new(session, cutter, &settings).map_err(broken(&model))?;
    // The store keeps extractors apart by their names, which live as long as the process.
    let name = format!("{}+{}", EXTRACTOR.name, &sum.finalize().to_hex()[..12]).leak();
    let extractor = Extractor { name, extract: extract_with_transformer, complete: super::derive::complete, revise: super::derive::revise };
    Ok(Installed { transformer, extractor })
}

/// The extractor with the transformer in it, where there is one.
pub(super) fn extractor() -> Option<Extractor> {
    installed().map(|installed| installed.extractor)
}

fn extract_with_transformer(file_name: &OsStr, bytes: &[u8]) -> Extract {
    extract_with(file_name, bytes, installed().map(|installed| &installed.transformer as _))
}

fn model_file(named: &Path) -> Result<PathBuf, TransformerFault> {
    if !named.is_dir() {
        return Ok(named.to_owned());
    }
    let usual = ["model.onnx", "onnx/model.onnx"].map(|name| named.join(name));
    usual.into_iter().find(|path| path.exists()).ok_or_else(|| TransformerFault::NoModel { path: named.to_owned() })
}

/// The directory that a model came in: exports keep it in a directory `onnx` below the other files.
fn home(model: &Path) -> &Path {
    let directory = model.parent().unwrap_or(Path::new(""));
    let above = if directory.ends_with("onnx") { directory.parent() } else { None };
    above.unwrap_or(directory)
}

fn tokenizer_file(named: Option<&Path>, home: &Path) -> Result<PathBuf, TransformerFault> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let usual = ["tokenizer.json", "vocab.txt"].map(|name| home.join(name));
    let missing = || if home == Path::new("") { PathBuf::from(".") } else { home.to_owned() };
    usual.into_iter().find(|path| path.exists()).ok_or_else(|| TransformerFault::NoTokenizer { path: missing() })
}

fn cutter(
    path: &Path,
    bytes: &[u8],
    lowercase: bool,
    broken: impl FnOnce(TransformerError) -> TransformerFault,
) -> Result<Cutter, TransformerFault> {
    if path.extension() == Some(OsStr::new("json")) {
        return Cutter::from_json(bytes).map_err(broken);
    }
    let lines = std::str::from_utf8(bytes).map_err(|_| TransformerFault::Encoding { path: path.to_owned() })?;
    Cutter::from_vocabulary(lines, lowercase).map_err(broken)
}

/// From the file itself: a large model keeps its weights in another file beside it, which only ONNX Runtime knows to find.
fn session(runtime: &Environment, model: &Path) -> ort::Result<Session> {
    // One thread: newswatch works on several documents at a time as it is.
    let one = Session::builder(runtime)?.with_intra_threads(1);
    one.map_err(ort::Error::<()>::from)?.commit_from_file(model)
}

/// The model and the files beside it that continue its name, `model.onnx.data` or `model.onnx_data`, where large ones keep their weights.
fn weights(model: &Path) -> Result<Vec<PathBuf>, TransformerFault> {
    let name = model.file_name().unwrap_or_default().as_encoded_bytes();
    let directory = model.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let fault = |source| TransformerFault::Read { path: model.to_owned(), source };
    let mut continued = vec![model.to_owned()];
    for entry in fs::read_dir(directory).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let rest = path.file_name().and_then(|file| file.as_encoded_bytes().strip_prefix(name));
        if rest.is_some_and(|rest| [&b".data"[..], b"_data"].iter().any(|ending| rest.starts_with(ending))) {
            continued.push(path);
        }
    }
    continued[1..].sort();
    Ok(continued)
}

fn read(path: &Path) -> Result<Vec<u8>, TransformerFault> {
    fs::read(path).map_err(|source| TransformerFault::Read { path: path.to_owned(), source })
}

fn optional(path: &Path) -> Result<Option<Vec<u8>>, TransformerFault> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(TransformerFault::Read { path: path.to_owned(), source }),
    }
}
