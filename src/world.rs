//! The outside world as the binary hands it in: arguments, environment, streams, clock, randomness.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::SystemTime;

/// An output stream.
pub struct Stream {
    /// Takes the bytes.
    pub writer: Box<dyn Write + Send>,
    /// Whether it is a terminal.
    pub terminal: bool,
}

/// Reads an environment variable.
pub type Env<'e> = &'e dyn Fn(&str) -> Option<OsString>;

/// Reads an environment variable.
pub type Environment = Box<dyn Fn(&str) -> Option<OsString>>;

/// Everything the tool takes from outside; the library reads nothing else of the process.
pub struct World {
    /// The command line, starting with the program's name.
    pub arguments: Vec<OsString>,
    /// The environment variables.
    pub environment: Environment,
    /// The names of all environment variables. A function because commands without settings do not look for misspelt ones.
    pub variable_names: fn() -> Vec<OsString>,
    /// The working folder.
    pub folder: PathBuf,
    /// Standard input.
    pub stdin: Box<dyn Read + Send>,
    /// Whether standard input is a terminal.
    pub stdin_terminal: bool,
    /// Reads a line from that terminal without showing it, and asks for it once it is hidden.
    pub hidden_line: fn(ask: &mut dyn FnMut()) -> io::Result<Vec<u8>>,
    /// Results.
    pub stdout: Stream,
    /// Notes, progress and errors.
    pub stderr: Stream,
    /// The columns of the terminal, if there is one.
    pub width: Option<usize>,
    /// How many threads to use. A function because the answer costs system calls that small inputs do not need.
    pub threads: fn() -> usize,
    /// The clock; not read when a seed determines the time.
    pub now: fn() -> SystemTime,
    /// A random number, for runs without a seed.
    pub entropy: fn() -> u64,
}
