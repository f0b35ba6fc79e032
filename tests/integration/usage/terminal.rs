//! What differs on a terminal: long output is paged, and a command that waits for input says so.
#![cfg(target_os = "linux")]

use crate::support::terminal::{on_terminal, terminal};
use crate::support::{Folder, folder, ran, run_line};
use std::fs;

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
