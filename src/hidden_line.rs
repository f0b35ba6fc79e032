//! A line that is typed without being shown: a secret. Part of the binary, since only it touches the terminal's settings.

#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use std::io::{self, BufRead as _, Read as _};

/// More than any secret has.
const MOST: u64 = 64 * 1024;

/// Reads a line from the terminal at standard input; `ask` says what is wanted, once nothing shows it.
pub(crate) fn read(ask: &mut dyn FnMut()) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let input = io::stdin().lock();
    let _hidden = Hidden::new();
    ask();
    input.take(MOST).read_until(b'\n', &mut line)?;
    Ok(line)
}

/// The terminal as it was before what is typed was hidden. A signal that ends the process leaves it hidden; shells show
/// what is typed again.
struct Hidden {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

#[cfg(unix)]
impl Hidden {
    fn new() -> Self {
        let before = tcgetattr(io::stdin()).ok();
        if let Some(before) = &before {
            let mut hidden = before.clone();
            hidden.local_modes.remove(LocalModes::ECHO);
            // Enter still begins a new line.
            hidden.local_modes.insert(LocalModes::ECHONL);
            // What cannot be hidden is still read.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &hidden);
        }
        Self { before }
    }
}

#[cfg(unix)]
impl Drop for Hidden {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}

#[cfg(not(unix))]
impl Hidden {
    fn new() -> Self {
        Self {}
    }
}
