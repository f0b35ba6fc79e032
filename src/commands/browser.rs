//! The user's browser, which is opened by a program of the system.

use super::Context;
use crate::inspector::OpenedDoor;
use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long the program may take to fail: one that finds no browser ends soon, and one that goes on is the browser itself.
const SOON: Duration = Duration::from_millis(500);

/// Opens the file that leads to the page in the browser; where that is not possible, says so and gives the link.
pub(super) fn open(context: &mut Context<'_>, door: &io::Result<OpenedDoor>, link: &str) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        // `start` is built into the shell; the first text in quotes would be a title.
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let why = match door {
        Err(error) => format!("cannot make a file for the browser ({error})"),
        Ok(door) => {
            let started = Command::new(program)
                .args(arguments)
                .arg(&door.path)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn();
            match started.map(ended_soon) {
                Err(error) => {
                    format!("cannot open a browser: {program} cannot be started ({error})")
                }
                Ok(Some(status)) if !status.success() => {
                    format!("cannot open a browser: {program} failed ({status})")
                }
                Ok(_) => return,
            }
        }
    };
    context.note(&format!("{why}; open {link} yourself"));
}

/// How a program ended, if it did so soon.
fn ended_soon(mut child: Child) -> Option<ExitStatus> {
    let begun = Instant::now();
    while begun.elapsed() < SOON {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        thread::sleep(Duration::from_millis(10));
    }
    // Later its end must be asked for too, or the system keeps it.
    drop(thread::spawn(move || child.wait()));
    None
}
