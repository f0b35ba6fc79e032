//! The user's browser, which is opened by a program of the system.

use super::Context;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Opens the file that leads to the page in the browser; says so where that is not possible.
pub(super) fn open(context: &mut Context<'_>, door: io::Result<PathBuf>) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        // `start` is built into the shell; the first text in quotes would be a title.
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let started = door.and_then(|door| {
        Command::new(program)
            .args(arguments)
            .arg(door)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    });
    match started {
        Ok(mut child) => drop(std::thread::spawn(move || child.wait())),
        Err(_) => context.note(&format!(
            "cannot open a browser, because {program} cannot be started; open the link yourself"
        )),
    }
}
