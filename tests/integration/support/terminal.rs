//! Runs the tool in a terminal of its own, which the program `script` makes.

use super::ran;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

/// The command that runs a line of the shell in a terminal of that many columns, whose input ends at once. `None` where
/// `script` is not installed, which is said, and which CI does not accept.
pub(crate) fn terminal(folder: &Path, columns: u16, line: &str) -> Option<Command> {
    if Command::new("script").arg("--version").output().is_err() {
        assert!(
            std::env::var_os("CI").is_none(),
            "script is not installed, but CI is set"
        );
        writeln!(io::stderr(), "skipped: script is not installed").expect("it is open");
        return None;
    }
    let line = format!("stty rows 24 cols {columns}; {line}");
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]);
    command.env_clear().current_dir(folder);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.envs([
        ("TERM", "xterm"),
        ("NO_COLOR", "1"),
        ("SHELL", "/bin/sh"),
        // Nothing waits for a key.
        ("PAGER", "cat"),
    ]);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    Some(command)
}

/// What a line of arguments shows on a terminal: both output streams together.
pub(crate) fn on_terminal(folder: &Path, columns: u16, arguments: &str) -> Option<String> {
    let line = format!("exec {} {arguments}", env!("CARGO_BIN_EXE_inqud-hook"));
    let output = terminal(folder, columns, &line)?.output();
    let shown = ran(output.expect("script runs")).out;
    Some(shown.replace('\r', ""))
}
