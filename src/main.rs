//! The binary: gathers the outside world, calls the library, returns the exit code.

mod hidden_line;

use inqud_hook::{Stream, World, run};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{IsTerminal as _, stderr, stdin, stdout};
use std::process::ExitCode;
use std::time::SystemTime;

fn main() -> ExitCode {
    let world = World {
        arguments: std::env::args_os().collect(),
        environment: Box::new(|name| std::env::var_os(name)),
        variable_names: || std::env::vars_os().map(|(name, _)| name).collect(),
        folder: std::env::current_dir().unwrap_or_default(),
        stdin: Box::new(stdin()),
        stdin_terminal: stdin().is_terminal(),
        hidden_line: hidden_line::read,
        stdout: Stream {
            terminal: stdout().is_terminal(),
            writer: Box::new(stdout()),
        },
        stderr: Stream {
            terminal: stderr().is_terminal(),
            writer: Box::new(stderr()),
        },
        width: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
        threads,
        now: SystemTime::now,
        // The standard library seeds its hash maps with what the system calls random.
        entropy: || RandomState::new().build_hasher().finish(),
    };
    ExitCode::from(run(world))
}

fn threads() -> usize {
    std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_THREADS)
}

/// More threads than this wait for the disk and for each other, and each has its buffers.
const MOST_THREADS: usize = 8;
