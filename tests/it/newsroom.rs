//! A newsroom in a temporary directory, and the real binary in an empty environment: what every end-to-end test stands on.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Far longer than anything takes that a test waits for, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Newsroom {
    folder: TempDir,
}

impl Newsroom {
    /// An empty directory `wire` to watch, a home and a state directory, all temporary.
    pub(crate) fn new() -> Newsroom {
        let newsroom = Newsroom { folder: tempfile::tempdir().expect("a temporary directory") };
        for name in ["wire", "home", "state"] {
            fs::create_dir(newsroom.path(name)).expect("a fresh directory");
        }
        newsroom
    }

    /// The place of something in the temporary directory, which is also where commands run.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().expect("it exists").join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("can be made");
        fs::write(path, text).expect("can be written");
    }

    pub(crate) fn edit(&self, name: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(name)).expect("is there");
        assert!(text.contains(old), "{name} does not hold {old:?}");
        self.write(name, text.replacen(old, new, 1));
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect("can be removed");
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).expect("can be renamed");
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newswatch"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.path("home"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("TZ", "UTC")
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::null());
        command
    }

    /// Runs to the end: exit code, standard output and standard error together, with what differs from run to run made the same.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("the binary runs");
        let code = output.status.code().map_or_else(|| format!("signal {:?}", output.status.signal()), |code| code.to_string());
        let mut text = format!("exit {code}\n{}", String::from_utf8_lossy(&output.stdout));
        for line in String::from_utf8_lossy(&output.stderr).lines() {
            text.push_str("err: ");
            text.push_str(line);
            text.push('\n');
        }
        self.steady(&text)
    }

    /// Runs a command that must succeed and gives its standard output as it is.
    pub(crate) fn stdout(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.command(arguments).output().expect("the binary runs");
        assert!(output.status.success(), "{arguments:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Waits until all is recorded that the daemon can see, where that is not all there is.
    pub(crate) fn sync_as_far_as_seen(&self) {
        let said = self.run(&["sync"]);
        assert!(said.starts_with("exit 2\n") && said.contains("not everything could be looked at"), "{said}");
    }

    /// The JSON lines that a command prints.
    pub(crate) fn json(&self, arguments: &[&str]) -> Vec<serde_json::Value> {
        String::from_utf8(self.stdout(arguments))
            .expect("JSON is UTF-8")
            .lines()
            .map(|line| serde_json::from_str(line).expect("a JSON line"))
            .collect()
    }

    /// Starts `newswatch watch wire --json` and waits until every document that is there has been recorded.
    pub(crate) fn watch(&self) -> Daemon {
        self.watch_with(&["watch", "wire", "--json"])
    }

    /// The same for tests that make more changes than they read lines.
    pub(crate) fn watch_quietly(&self) -> Daemon {
        self.watch().unheard()
    }

    /// Starts a daemon and does not wait for it.
    pub(crate) fn start(&self, arguments: &[&str]) -> Daemon {
        self.spawn(self.command(arguments))
    }

    /// The same with a command that was made to measure.
    pub(crate) fn spawn(&self, mut command: Command) -> Daemon {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the daemon starts");
        let lines = BufReader::new(child.stdout.take().expect("piped"));
        Daemon { child, lines: Some(lines), said: String::new() }
    }

    pub(crate) fn watch_with(&self, arguments: &[&str]) -> Daemon {
        let mut child = self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the daemon starts");
        let lines = BufReader::new(child.stdout.take().expect("piped"));
        let mut messages = BufReader::new(child.stderr.take().expect("piped"));
        let mut said = String::new();
        while !said.contains("watching") {
            assert_ne!(messages.read_line(&mut said).expect("readable"), 0, "the daemon ended before it watched: {said}");
        }
        // The rest of its messages must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut messages, &mut std::io::sink()));
        Daemon { child, lines: Some(lines), said }
    }

    /// Paths, times, digests and the like differ from run to run.
    fn steady(&self, text: &str) -> String {
        let text = text.replace(&self.path("").display().to_string(), "$ROOM/");
        let mut steady = String::new();
        for line in text.lines() {
            let words: Vec<String> = line.split(' ').map(steady_word).collect();
            steady.push_str(words.join(" ").trim_end());
            steady.push('\n');
        }
        steady
    }
}

/// `2026-11-22`, `15:30:01` and 64 hexadecimal digits become placeholders of their shape.
fn steady_word(word: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let core = word.trim_matches(|c: char| !c.is_alphanumeric());
    let parts = |separator| core.split(separator).collect::<Vec<_>>();
    let placeholder = if core.len() == 10 && parts('-').len() == 3 && core.starts_with("20") && parts('-').into_iter().all(digits) {
        "DATE"
    } else if (5..=8).contains(&core.len()) && parts(':').len() >= 2 && parts(':').into_iter().all(digits) {
        "TIME"
    } else if core.len() == 64 && core.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        "DIGEST"
    } else {
        return word.to_owned();
    };
    word.replacen(core, placeholder, 1)
}

/// A running `newswatch watch`. Killed when dropped.
pub(crate) struct Daemon {
    child: Child,
    /// `None` once somebody else reads them.
    lines: Option<BufReader<ChildStdout>>,
    /// What it said on its standard error until it watched.
    pub(crate) said: String,
}

impl Daemon {
    /// The next line on its standard output.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        let lines = self.lines.as_mut().expect("heard");
        assert_ne!(lines.read_line(&mut line).expect("readable"), 0, "the daemon ended");
        line
    }

    pub(crate) fn json(&mut self) -> serde_json::Value {
        serde_json::from_str(&self.line()).expect("a JSON line")
    }

    /// The end of its standard output that reads.
    pub(crate) fn deafen(&mut self) -> impl Sized + use<> {
        self.lines.take()
    }

    /// Has its lines read and thrown away: a full pipe would hold it up.
    pub(crate) fn unheard(mut self) -> Daemon {
        if let Some(mut lines) = self.lines.take() {
            std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        }
        self
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().expect("kill runs");
        assert!(status.success());
    }

    /// Holds it until it gets the signal CONT. The signal STOP reaches one thread; until that one runs, the others do.
    pub(crate) fn hold(&self) {
        self.signal("STOP");
        let tasks = format!("/proc/{}/task", self.child.id());
        let is_held = |task: fs::DirEntry| {
            let stat = fs::read_to_string(task.path().join("stat")).unwrap_or_default();
            stat.rsplit(')').next().is_some_and(|state| state.trim_start().starts_with('T'))
        };
        while !fs::read_dir(&tasks).expect("it runs").flatten().all(is_held) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Has its lines gathered from now on: what they were is told when it has ended.
    pub(crate) fn overheard(&mut self) -> Overheard {
        let mut lines = self.lines.take().expect("heard by nobody else");
        let so_far = Arc::new(Mutex::new(String::new()));
        let thread = std::thread::spawn({
            let so_far = Arc::clone(&so_far);
            move || {
                let mut line = String::new();
                while lines.read_line(&mut line).is_ok_and(|length| length > 0) {
                    so_far.lock().expect("no panic").push_str(&line);
                    line.clear();
                }
            }
        });
        Overheard { so_far, thread }
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("it can be asked").is_none()
    }

    pub(crate) fn wait(mut self) -> std::process::ExitStatus {
        self.child.wait().expect("it ends")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended by itself already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a daemon says on its standard output, as it comes.
pub(crate) struct Overheard {
    so_far: Arc<Mutex<String>>,
    thread: JoinHandle<()>,
}

impl Overheard {
    /// Waits until it has said so many lines.
    pub(crate) fn wait_for(&self, lines: usize) {
        let said = || self.so_far.lock().expect("no panic").matches('\n').count();
        wait_until(&format!("{lines} lines of the daemon"), || said() >= lines);
    }

    /// What it has said by now.
    #[cfg(target_os = "linux")]
    pub(crate) fn so_far(&self) -> String {
        self.so_far.lock().expect("no panic").clone()
    }

    /// All that it has said, once it has ended.
    pub(crate) fn all(self) -> String {
        wait_until("the end of the daemon's output", || self.thread.is_finished());
        std::mem::take(&mut self.so_far.lock().expect("no panic"))
    }
}

/// Waits for what has to happen, and panics when it does not: a test that hangs says what it hangs on.
pub(crate) fn wait_until(what: &str, mut happens: impl FnMut() -> bool) {
    let asked = Instant::now();
    while !happens() {
        assert!(asked.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Runs a command to its end, which has to come.
pub(crate) fn finish(mut command: Command) -> Output {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
    let id = child.id().to_string();
    let (ended, output) = mpsc::sync_channel(1);
    std::thread::spawn(move || ended.send(child.wait_with_output()));
    if let Ok(output) = output.recv_timeout(PATIENCE) {
        return output.expect("its output can be read");
    }
    let _ = Command::new("kill").args(["-9", &id]).status();
    panic!("did not end within {PATIENCE:?}: {command:?}");
}

/// The folder of data beside a developer's checkout; `None`, with the reason printed, in a stranger's.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name);
    if !path.exists() {
        eprintln!("skipped: there is no {}", path.display());
    }
    path.exists().then_some(path)
}
