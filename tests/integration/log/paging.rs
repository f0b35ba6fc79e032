//! The pager of `log`: used on a terminal for people, and never otherwise.
#![cfg(target_os = "linux")]

use super::two_days;
use crate::support::ran;
use crate::support::terminal::terminal;
use std::fs;
use std::process::{Command, Stdio};

#[test]
fn long_output_goes_through_the_pager_on_a_terminal_only() {
    for (arguments, on_terminal, pager, paged) in [
        ("j.ndjson", true, "tee paged", true),
        ("j.ndjson 2", true, "tee paged", true),
        ("j.ndjson --format json", true, "tee paged", false),
        ("j.ndjson", false, "tee paged", false),
        ("j.ndjson", true, "cat", false),
        ("j.ndjson", true, "no-such-pager", false),
        // One that the user leaves early ends the command quietly.
        ("j.ndjson", true, "head -c 1", false),
    ] {
        let folder = two_days();
        let line = format!(
            "{} log {arguments}; echo code $?",
            env!("CARGO_BIN_EXE_inqud-hook")
        );
        let mut command = if on_terminal {
            let Some(command) = terminal(&folder.path, 80, &line) else {
                return;
            };
            command
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", &line]).current_dir(&folder.path);
            command.env_clear().stdin(Stdio::null());
            command
        };
        command.env("PAGER", pager);
        let out = ran(command.output().expect("it starts")).out;
        assert!(out.contains("code 0"), "{arguments}, {pager}: {out}");
        let left = pager.starts_with("head");
        assert_eq!(
            out.contains("order-1"),
            !left,
            "{arguments}, {pager}: {out}"
        );
        let kept = fs::read_to_string(folder.path.join("paged")).unwrap_or_default();
        assert_eq!(
            kept.contains("order-1"),
            paged,
            "{arguments}, {pager}: {kept}"
        );
    }
}
