//! Helpers of all tests: the built binary in an empty environment, its output, and the bodies in `tests/bodies`.

pub(crate) mod acme;
pub(crate) mod captures;
pub(crate) mod endpoint;
pub(crate) mod journal;
pub(crate) mod listener;
mod shared;

pub(crate) use shared::{all, snapshot};

use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What `validate` can print.
pub(crate) const FORMATS: [&str; 5] = ["human", "json", "github", "junit", "sarif"];

/// What a run of the tool came to.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The tool with nothing around it that could change what it says: no environment, no configuration, no input.
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

/// Runs the tool to its end.
pub(crate) fn run<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Ran {
    ran(tool(folder, arguments).output().expect("the binary starts"))
}

/// Runs a line of arguments without spaces in them to its end.
pub(crate) fn run_line(folder: &Path, line: &str) -> Ran {
    run(folder, line.split_whitespace())
}

/// Runs a command to its end, with that on its standard input.
pub(crate) fn feed(command: &mut Command, input: &[u8]) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // Who has seen enough stops reading.
    let _ = child.stdin.take().expect("it is piped").write_all(input);
    ran(child.wait_with_output().expect("it ends"))
}

/// What a finished run came to; whatever is printed is text.
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

/// The lines of that type among them.
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
            "{name}: what is no case does not belong there"
        );
        cases.push((name, fs::read(&path).expect("a case can be read")));
    }
    cases.sort();
    cases
}

/// A fresh folder with those bodies in it.
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

/// A body that fits no provider.
pub(crate) const BAD: &str = r#"{"object": "charge"}"#;

/// A folder with a good body, one without errors but a warning, and a bad one.
pub(crate) fn three() -> tempfile::TempDir {
    let paid = payload("calypso/samples/INVOICE_PAID.json");
    let short = paid.replace("\"realAmount\": 271.42", "\"realAmount\": 250");
    let files = [
        ("good.json", paid),
        ("short.json", short),
        ("bad.json", BAD.to_owned()),
    ];
    folder_with(&files.map(|(name, text)| (name.to_owned(), text.into_bytes())))
}

/// A folder in the spelling in which the tool sees it.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    _held: tempfile::TempDir,
}

/// A fresh folder with those files in it.
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
    /// Writes a file, wherever below the folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().expect("it lies in the folder"))
            .expect("there is room for a folder");
        fs::write(path, text).expect("there is room for a file");
    }
}
