//! What differs on a terminal: long output is paged, and a command that waits for input says so.
#![cfg(target_os = "linux")]

use crate::support::terminal::{on_terminal, terminal};
use crate::support::{Folder, folder, ran, run_line};
use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

/// What a line of arguments shows on a terminal with a pager that also writes to a file.
fn paging(folder: &Folder, line: &str) -> Option<String> {
    let line = format!("exec {} {line}", env!("CARGO_BIN_EXE_inqud-hook"));
    let mut command = terminal(&folder.path, 80, &line)?;
    command.env("PAGER", "tee paged");
    Some(ran(command.output().expect("script runs")).out)
}

#[test]
fn what_only_shows_something_is_paged() {
    for (line, words) in [
        ("events", "calypso/INVOICE_PAID"),
        ("events INVOICE_PAID", "Sample (full form)"),
        ("events underpaid", "INVOICE_PENDING_INTERVENTION"),
        ("events paid", "rehive/paid"),
        ("events --scenarios", "calypso/underpaid"),
        ("explain", "paid-short"),
        ("explain paid-short", "Fix"),
    ] {
        let folder = folder(&[]);
        let Some(out) = paging(&folder, line) else {
            return;
        };
        let paged = fs::read_to_string(folder.path.join("paged")).unwrap_or_default();
        assert!(
            out.contains(words) && paged.contains(words),
            "{line}: {out}"
        );
        assert!(run_line(&folder.path, line).out.contains(words), "{line}");
    }
    let folder = folder(&[]);
    let json = paging(&folder, "events --format json");
    assert!(json.is_some_and(|out| out.contains("{\"type\"")));
    assert!(!folder.path.join("paged").exists());
}

#[test]
fn a_command_that_waits_for_typed_input_says_so() {
    let words = "note: reading standard input; end it with Ctrl-D";
    let folder = folder(&[]);
    for line in ["validate -", "verify - --provider calypso", "log -"] {
        let Some(out) = on_terminal(&folder.path, 80, line) else {
            return;
        };
        assert!(out.contains(words), "{line}: {out}");
        let piped = run_line(&folder.path, line);
        assert!(!piped.err.contains(words), "{line}: {}", piped.err);
    }
}

#[test]
fn a_secret_that_is_typed_is_used_and_not_shown() {
    let folder = folder(&[("secret.txt", "open-sesame")]);
    let line = "send INVOICE_PAID --seed 7 --dry-run --secret-file";
    let tool = env!("CARGO_BIN_EXE_inqud-hook");
    let Some(mut command) = terminal(&folder.path, 200, &format!("exec {tool} {line} -")) else {
        return;
    };
    let (code, shown) = typed(&mut command, b"open-sesame\n");
    assert_eq!(code, Some(0), "{shown}");
    assert!(!shown.contains("trailing newline"), "{shown}");
    assert!(!shown.contains("sesame"), "{shown}");
    let given = run_line(&folder.path, &format!("{line} secret.txt")).out;
    let signature = given.lines().find(|line| line.starts_with("Sign: "));
    let signature = signature.and_then(|line| line.split(' ').next_back());
    assert!(shown.contains(signature.unwrap()), "{shown}\n{given}");
}

#[test]
fn enter_alone_is_no_secret() {
    let folder = folder(&[]);
    let tool = env!("CARGO_BIN_EXE_inqud-hook");
    let line = format!("exec {tool} send INVOICE_PAID --dry-run --secret-file -");
    let Some(mut command) = terminal(&folder.path, 200, &line) else {
        return;
    };
    let (code, shown) = typed(&mut command, b"\n");
    assert_eq!(code, Some(2), "{shown}");
    assert!(shown.contains("error: no secret was typed"), "{shown}");
}

/// How a command ends and what it shows, if that is typed once it asks for a secret.
fn typed(command: &mut Command, answer: &[u8]) -> (Option<i32>, String) {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let (mut typed, mut out) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut shown = Vec::new();
    let asked = b"type the secret and press Enter; it is not shown";
    while !shown.windows(asked.len()).any(|part| part == asked) {
        let mut piece = [0; 256];
        let read = out.read(&mut piece).unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&shown));
        shown.extend_from_slice(&piece[..read]);
    }
    typed.write_all(answer).unwrap();
    out.read_to_end(&mut shown).unwrap();
    let code = child.wait().unwrap().code();
    (code, String::from_utf8_lossy(&shown).into_owned())
}
