//! The progress bar of a burst, on a terminal.
//!
//! It goes to stderr and is removed at the end. The bars of libraries fill the whole line, so that the `^C` echoed by the
//! terminal wraps and the bar stays; this one leaves room.

use std::io::Write;
use std::time::{Duration, Instant};

/// A bar, or a counter if the total is unknown.
pub struct Progress<'w> {
    /// `None` if stderr is not a terminal.
    writer: Option<&'w mut dyn Write>,
    all: Option<u64>,
    begun: Instant,
    /// When the bar was last drawn.
    drawn: Option<Instant>,
}

/// The width of the bar; with the text after it, it fits in 80 columns.
const WIDTH: u64 = 24;
/// The shortest time between two redraws.
const PAUSE: Duration = Duration::from_millis(90);

impl<'w> Progress<'w> {
    /// A bar for this many deliveries.
    pub fn new(writer: Option<&'w mut dyn Write>, all: Option<u64>) -> Self {
        Self {
            writer,
            all,
            begun: Instant::now(),
            drawn: None,
        }
    }

    /// Redraws the bar with this many deliveries done.
    pub fn at(&mut self, done: u64) {
        let Some(writer) = &mut self.writer else {
            return;
        };
        if self.drawn.is_some_and(|drawn| drawn.elapsed() < PAUSE) {
            return;
        }
        self.drawn = Some(Instant::now());
        let seconds = self.begun.elapsed().as_secs_f64();
        let text = match self.all {
            Some(all) if done > 0 && all > 0 => {
                let full = (done.min(all) * WIDTH / all) as usize;
                let left = seconds / done as f64 * all.saturating_sub(done) as f64;
                let (full, empty) = ("█".repeat(full), "░".repeat(WIDTH as usize - full));
                format!("{full}{empty} {done}/{all}, {left:.0} s left")
            }
            _ => format!("{done} in {seconds:.0} s"),
        };
        // Progress is not worth failing for when stderr is closed.
        let _ = write!(writer, "\r\x1b[2K{text}").and_then(|()| writer.flush());
    }

    /// Removes the bar from the terminal.
    pub fn clear(&mut self) {
        if let (Some(writer), Some(_)) = (&mut self.writer, self.drawn.take()) {
            let _ = write!(writer, "\r\x1b[2K").and_then(|()| writer.flush());
        }
    }
}
