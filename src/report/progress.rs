//! How far a burst has come, on a terminal that somebody looks at.
//!
//! Separate from the reports because it goes to stderr, is drawn over itself, and leaves nothing behind. A library's
//! bar fills the line to its last column, so that the `^C` that a terminal echoes goes to the next one and the bar
//! stays: this one leaves room.

use std::io::Write;
use std::time::{Duration, Instant};

/// A bar, or a count where the end is not known.
pub struct Progress<'w> {
    /// Nothing is drawn where nobody looks.
    writer: Option<&'w mut dyn Write>,
    all: Option<u64>,
    begun: Instant,
    /// When something was drawn last, where anything was.
    drawn: Option<Instant>,
}

/// How wide the bar is: with everything behind it, it fits into the narrowest terminal in use.
const WIDTH: u64 = 24;
/// Often enough for an eye.
const PAUSE: Duration = Duration::from_millis(90);

impl<'w> Progress<'w> {
    /// A bar of that many.
    pub fn new(writer: Option<&'w mut dyn Write>, all: Option<u64>) -> Self {
        Self {
            writer,
            all,
            begun: Instant::now(),
            drawn: None,
        }
    }

    /// So many are done.
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
        // Where nobody reads stderr, nobody misses it.
        let _ = write!(writer, "\r\x1b[2K{text}").and_then(|()| writer.flush());
    }

    /// Takes it away.
    pub fn clear(&mut self) {
        if let (Some(writer), Some(_)) = (&mut self.writer, self.drawn.take()) {
            let _ = write!(writer, "\r\x1b[2K").and_then(|()| writer.flush());
        }
    }
}
