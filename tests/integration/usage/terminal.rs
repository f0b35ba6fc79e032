//! What differs on a terminal: long output is paged, and a command that waits for input says so.
#![cfg(target_os = "linux")]

use crate::support::{Folder, folder, ran, run_line};
use std::fs;
use std::process::{Command, Stdio};

/// Runs a line in a terminal of its own, whose input ends at once; both output streams together.
fn on_a_terminal(folder: &Folder, line: &str) -> String {
    let line = format!("{} {line}", env!("CARGO_BIN_EXE_inqud-hook"));
    let mut command = Command::new("script");
    command
        .args(["-qec", &line, "/dev/null"])
        .env_clear()
        .current_dir(&folder.path)
        .envs([
            ("PAGER", "tee paged"),
            ("TERM", "xterm"),
            ("NO_COLOR", "1"),
            ("SHELL", "/bin/sh"),
        ])
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null());
    ran(command.output().expect("util-linux has it")).out
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
        let out = on_a_terminal(&folder, line);
        let paged = fs::read_to_string(folder.path.join("paged")).unwrap_or_default();
        assert!(
            out.contains(words) && paged.contains(words),
            "{line}: {out}"
        );
        assert!(run_line(&folder.path, line).out.contains(words), "{line}");
    }
    let folder = folder(&[]);
    assert!(on_a_terminal(&folder, "events --format json").contains("{\"type\""));
    assert!(!folder.path.join("paged").exists());
}

#[test]
fn a_command_that_waits_for_typed_input_says_so() {
    let words = "note: reading standard input; end it with Ctrl-D";
    let folder = folder(&[]);
    for line in ["validate -", "verify - --provider calypso", "log -"] {
        let out = on_a_terminal(&folder, line);
        assert!(out.contains(words), "{line}: {out}");
        let piped = run_line(&folder.path, line);
        assert!(!piped.err.contains(words), "{line}: {}", piped.err);
    }
}
