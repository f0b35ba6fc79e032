//! Helpers of all tests: the built binary in an empty environment, its output, and the bodies in `tests/bodies`.

pub(crate) mod acme;
pub(crate) mod captures;
pub(crate) mod endpoint;
pub(crate) mod journal;
pub(crate) mod listener;
mod schemas;
mod shared;
#[cfg(target_os = "linux")]
pub(crate) mod terminal;
pub(crate) mod tls;
pub(crate) mod wire;

pub(crate) use schemas::{NO_XMLLINT, sarif_judge, xmllint};
pub(crate) use shared::{all, snapshot};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The formats of `validate`.
pub(crate) const FORMATS: [&str; 5] = ["human", "json", "github", "junit", "sarif"];

/// The result of a run of the tool.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The tool without environment, configuration and input.
pub(crate) fn tool<S: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inqud-hook"));
    command.env_clear().current_dir(folder).args(arguments);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the tool until it ends.
pub(crate) fn run<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Ran {
    ran(tool(folder, arguments).output().expect("the binary starts"))
}

/// Runs the tool with a line of arguments, separated by spaces, until it ends.
pub(crate) fn run_line(folder: &Path, line: &str) -> Ran {
    run(folder, line.split_whitespace())
}

/// Runs a command with this standard input until it ends.
pub(crate) fn feed(command: &mut Command, input: &[u8]) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // The command may stop reading early.
    let _ = child.stdin.take().expect("it is piped").write_all(input);
    ran(child.wait_with_output().expect("it ends"))
}

/// The result of a finished run; its output must be UTF-8.
pub(crate) fn ran(output: Output) -> Ran {
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
    Ran {
        code: output.status.code().expect("it ends by itself"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// The lines of a `--format json` output.
pub(crate) fn json_lines(out: &str) -> Vec<Value> {
    out.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

/// The lines of that type.
pub(crate) fn of_type<'l>(lines: &'l [Value], name: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["type"] == name).collect()
}

/// A path below the root of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The cases of `tests/bodies/good` or `bad`, by name, with their bytes.
pub(crate) fn bodies(sort: &str) -> Vec<(String, Vec<u8>)> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(repository("tests/bodies").join(sort)).expect("the cases are there") {
        let path = entry.expect("the folder can be listed").path();
        let name = path
            .file_name()
            .and_then(OsStr::to_str)
            .expect("cases have plain names")
            .to_owned();
        let ending = path.extension().and_then(OsStr::to_str);
        assert!(
            matches!(ending, Some("json" | "ndjson")),
            "{name}: not a case"
        );
        cases.push((name, fs::read(&path).expect("a case can be read")));
    }
    cases.sort();
    cases
}

/// A new folder with these bodies.
pub(crate) fn folder_with(files: &[(String, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("there is room for a case");
    }
    folder
}

/// A file of the catalogue.
pub(crate) fn payload(path: &str) -> String {
    fs::read_to_string(repository("payloads").join(path)).expect(path)
}

/// A body that does not belong to a provider.
pub(crate) const BAD: &str = r#"{"object": "charge"}"#;

/// A folder with a valid body, one with a warning, and an invalid one.
pub(crate) fn three() -> tempfile::TempDir {
    let paid = payload("calypso/samples/INVOICE_PAID.json");
    let short = paid.replace("\"realAmount\": 271.420", "\"realAmount\": 250");
    let files = [
        ("good.json", paid),
        ("short.json", short),
        ("bad.json", BAD.to_owned()),
    ];
    folder_with(&files.map(|(name, text)| (name.to_owned(), text.into_bytes())))
}

/// A folder by its canonical path.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    _held: tempfile::TempDir,
}

/// A new folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> Folder {
    let held = tempfile::tempdir().expect("there is room for a folder");
    let folder = Folder {
        path: held.path().canonicalize().expect("it exists"),
        _held: held,
    };
    for (name, text) in files {
        folder.write(name, text);
    }
    folder
}

impl Folder {
    /// Writes a file into the folder or a subfolder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().expect("it lies in the folder"))
            .expect("there is room for a folder");
        fs::write(path, text).expect("there is room for a file");
    }
}

/// Bytes, compressed.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("memory takes every write")
}

/// The peak memory of a process in bytes; `None` if it has ended or the system does not say.
pub(crate) fn peak_memory(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? << 10)
}

/// Sends a signal to a process of this test: INT, TERM, KILL.
pub(crate) fn signal(id: u32, name: &str) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), id.to_string()])
        .status();
    assert!(sent.expect("every Unix has kill").success());
}
