//! Files that are read whole have a limit: a device or an endless pipe is an error at once and fills no memory, while
//! pipes such as `<(command)` work.
#![cfg(unix)]

use crate::support::{Ran, acme, all, folder, ran};
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a line of bash, in which `tool` is the tool with less memory than a machine has to spare.
fn bash(folder: &Path, line: &str) -> Ran {
    let line = format!("ulimit -v 1000000; tool() {{ \"$TOOL\" \"$@\"; }}; {line}");
    let mut command = Command::new("bash");
    command
        .args(["-c", &line])
        .current_dir(folder)
        .env_clear()
        .env("TOOL", env!("CARGO_BIN_EXE_inqud-hook"));
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    ran(command.output().expect("there is a bash"))
}

/// What is too large, and what is then said.
const TOO_LARGE: &[(&str, &str)] = &[
    (
        "tool config --config /dev/zero",
        "/dev/zero: it is larger than 64 KiB",
    ),
    ("tool config --config <(yes)", "larger than 1 MiB"),
    (
        "INQUD_HOOK_CONFIG=/dev/zero tool config",
        "/dev/zero: it is larger than 64 KiB",
    ),
    (
        "tool send INVOICE_PAID --body /dev/zero",
        "/dev/zero: it is larger than 64 KiB",
    ),
    (
        "tool send INVOICE_PAID --body - </dev/zero",
        "-: it is larger than 64 MiB",
    ),
    ("tool send INVOICE_PAID --body <(yes)", "larger than 64 MiB"),
    (
        "tool send INVOICE_PAID --body sparse",
        "sparse: it is larger than 64 MiB",
    ),
    (
        "tool send INVOICE_PAID --secret-file /dev/zero",
        "/dev/zero: it is larger than 64 KiB",
    ),
    (
        "tool send INVOICE_PAID --secret-file <(yes)",
        "larger than 64 KiB",
    ),
    (
        "tool send INVOICE_PAID --to localhost:1 --cacert /dev/zero",
        "/dev/zero: it is larger than 64 KiB",
    ),
    (
        "tool listen 0 --deadline 10ms --secret-file /dev/zero",
        "/dev/zero: it is larger than 64 KiB",
    ),
    (
        "tool listen 0 --deadline 10ms --answer-body /dev/zero",
        "/dev/zero: it is larger than 64 KiB",
    ),
    (
        "tool listen 0 --deadline 10ms --answer-body sparse",
        "sparse: it is larger than 64 MiB",
    ),
    (
        "tool events --catalog pipe",
        "pipe.json: it is a pipe, not a file",
    ),
];

#[test]
fn what_has_no_end_is_an_error_at_once() {
    let folder = folder(&[("sparse", "")]);
    acme::write(&folder, "pipe/acme");
    std::fs::File::options()
        .write(true)
        .open(folder.path.join("sparse"))
        .unwrap()
        .set_len(1 << 33)
        .unwrap();
    let pipe = folder.path.join("pipe/acme/samples/pipe.json");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .expect("every Unix has it")
            .success()
    );
    all(
        TOO_LARGE.iter().map(|case| (case.0.to_owned(), case.1)),
        |line, words| {
            let Ran { code, out, err } = bash(&folder.path, line);
            assert_eq!((code, &*out), (2, ""), "{line}: {err}");
            assert!(err.contains(words), "{line}: {err}");
        },
    );
}

/// What is read from where no file is.
const READ: &[(&str, &str)] = &[
    (
        "tool config --config <(echo 'target = \"localhost:7\"')",
        "localhost:7",
    ),
    ("tool config --config /dev/null", "target"),
    (
        "tool send INVOICE_PAID --dry-run --show-secrets --scheme rehive --secret-file <(printf piped)",
        "Secret piped\n",
    ),
    (
        "tool send INVOICE_PAID --dry-run --body <(printf '{\"piped\": 1}')",
        "\n\n{\"piped\": 1}\n",
    ),
    (
        "printf '{\"piped\": 1}' | tool send INVOICE_PAID --dry-run --body -",
        "\n\n{\"piped\": 1}\n",
    ),
    (
        "tool send INVOICE_PAID --dry-run --body /dev/stdin < body",
        "\"piped\": 2",
    ),
    (
        "tool send INVOICE_PAID --dry-run --body /dev/null",
        "Content-Length: 0\n",
    ),
    (
        "tool listen 0 --deadline 10ms --answer-body <(printf piped) --secret-file <(printf secret)",
        "0 deliveries",
    ),
];

#[test]
fn pipes_and_an_empty_device_are_read() {
    let folder = folder(&[("body", "{\"piped\": 2}")]);
    all(
        READ.iter().map(|case| (case.0.to_owned(), case.1)),
        |line, words| {
            let Ran { out, err, .. } = bash(&folder.path, line);
            assert!(!err.contains("error:"), "{line}: {err}");
            assert!(out.contains(words), "{line}: {out}");
        },
    );
}
