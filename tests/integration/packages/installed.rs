//! What every channel has in common: a binary to pack, an environment without cargo, and the checks of what it installed.

use crate::support::endpoint::{PATIENCE, finish};
use crate::support::listener::start;
use crate::support::{Folder, Ran, folder, repository, signal};
use std::env::consts::{ARCH, OS};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// The released target for this machine.
pub(super) fn target() -> String {
    let system = if OS == "macos" {
        "apple-darwin"
    } else {
        "unknown-linux-musl"
    };
    format!("{ARCH}-{system}")
}

/// The version in Cargo.toml, which every package has.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An empty home, and what is to be packed: a script that becomes the built binary, since the tests pack often and a debug
/// build has 100 MB.
pub(super) struct Bench {
    pub(super) home: Folder,
    pub(super) binary: PathBuf,
}

pub(super) fn bench() -> Bench {
    let home = folder(&[]);
    let script = format!(
        "#!/bin/sh\nexec '{}' \"$@\"\n",
        env!("CARGO_BIN_EXE_inqud-hook")
    );
    home.write("built/inqud-hook", &script);
    let binary = home.path.join("built/inqud-hook");
    // Packing makes it executable.
    fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).expect("it is ours");
    Bench { home, binary }
}

impl Bench {
    /// A program of the system in the empty home: neither cargo, nor caches, nor settings.
    pub(super) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .env_clear()
            .current_dir(&self.home.path)
            .env("HOME", &self.home.path)
            .env("PATH", &*PLAIN_PATH);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a line of words without spaces in them in the empty home, which must succeed; returns what it printed.
    pub(super) fn run(&self, line: &str) -> String {
        let mut words = line.split_whitespace();
        let mut command = self.command(words.next().expect("it names a program"));
        let ran = finish(command.args(words).spawn().expect("it starts"), PATIENCE);
        assert_eq!(ran.code, 0, "{line}\n{}\n{}", ran.out, ran.err);
        ran.out
    }

    /// Packs with a script of the repository, which may use cargo.
    pub(super) fn pack(&self, line: &str) {
        let mut words = line.split_whitespace();
        let script = repository(words.next().expect("it names a script"));
        let mut command = Command::new(script);
        command.args(words).current_dir(&self.home.path);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let ran = finish(command.spawn().expect("it starts"), PATIENCE);
        assert_eq!(ran.code, 0, "{line}\n{}\n{}", ran.out, ran.err);
    }

    /// A path in the home.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.path.join(name)
    }

    /// The first path in the home that begins and ends so.
    pub(super) fn find(&self, folder: &str, start: &str, end: &str) -> PathBuf {
        let entries = fs::read_dir(self.path(folder)).expect("the folder was made");
        let mut paths = entries.map(|entry| entry.expect("it can be listed").path());
        let found = paths.find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(start) && name.ends_with(end)
        });
        found.expect(start)
    }
}

/// The folders of the system, of Node and of Python, but not of cargo.
static PLAIN_PATH: LazyLock<OsString> = LazyLock::new(|| {
    let programs = ["node", "python3"].into_iter().filter_map(which);
    let folders = programs.filter_map(|path| path.parent().map(Path::to_path_buf));
    let folders = folders.chain(["/usr/bin", "/bin"].map(PathBuf::from));
    let path = std::env::join_paths(folders).expect("folders have no colons");
    assert!(
        std::env::split_paths(&path).all(|folder| !folder.join("cargo").exists()),
        "{path:?} leads to cargo"
    );
    path
});

/// Where a program is; of one that a version manager starts through a script, the program itself.
pub(super) fn which(program: &str) -> Option<PathBuf> {
    let print = match program {
        "node" => vec!["node", "-p", "process.execPath"],
        "python3" => vec!["python3", "-c", "import sys; print(sys.executable)"],
        _ => vec!["sh", "-c", "command -v \"$0\"", program],
    };
    let output = Command::new(print[0]).args(&print[1..]).output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !path.trim().is_empty()).then(|| PathBuf::from(path.trim()))
}

/// Whether a program is missing; says so on the real standard error, which tests do not capture.
pub(super) fn is_missing(programs: &[&str]) -> bool {
    let missing = programs.iter().find(|program| which(program).is_none());
    if let Some(missing) = missing {
        writeln!(io::stderr(), "skipped: {missing} is not installed").expect("it is open");
    }
    missing.is_some()
}

/// Whether the tools that `.ci/run` installs are missing; says so.
pub(super) fn tool_of_ci(path: &str) -> Option<PathBuf> {
    let tool = std::env::var_os("FRAMEWORKS").map(|folder| Path::new(&folder).join(path));
    let tool = tool.filter(|tool| tool.exists());
    if tool.is_none() {
        writeln!(io::stderr(), "skipped: .ci/run installs {path}").expect("it is open");
    }
    tool
}

/// The installed program does its work, and neither arguments, nor exit codes, nor signals get lost on the way.
pub(super) fn works(bench: &Bench, program: &Path) {
    let run = |line: &str| -> Ran {
        let mut command = bench.command(program);
        command.args(line.split_whitespace());
        finish(command.spawn().expect("it starts"), PATIENCE)
    };
    let sent = run("send INVOICE_PAID");
    assert_eq!(sent.code, 0, "{}", sent.err);
    assert!(sent.out.contains("200 OK"), "{}", sent.out);
    // The discard port.
    assert_eq!(run("send INVOICE_PAID --to 127.0.0.1:9").code, 1);
    let unknown = run("send INVOICE_PAI");
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("unknown event \"INVOICE_PAI\""),
        "{}",
        unknown.err
    );

    let mut listen = bench.command(program);
    let (listener, _out, port) = start(listen.args(["listen", "0", "--until", "INVOICE_PAID"]));
    assert_eq!(run(&format!("send INVOICE_PAID --to {port}")).code, 0);
    assert_eq!(finish(listener, PATIENCE).code, 0);

    // `listen` handles the first two, and does not know the third.
    for (name, code) in [("INT", 130), ("TERM", 130), ("HUP", 129)] {
        let mut listen = bench.command(program);
        let (mut listener, _out, _) = start(listen.args(["listen", "0"]));
        signal(listener.id(), name);
        let ended = listener.wait().expect("it can be waited for");
        // A program that became the binary ends by the signal itself, which shells report as the same code.
        let ended = ended.code().or(ended.signal().map(|signal| 128 + signal));
        assert_eq!(ended, Some(code), "SIG{name}");
    }
}
