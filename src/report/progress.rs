//! The progress bar of a burst or of `test`, on a terminal.
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
        let early = self.drawn.is_some_and(|drawn| drawn.elapsed() < PAUSE);
        if self.writer.is_none() || early {
            return;
        }
        let seconds = self.begun.elapsed().as_secs_f64();
        let text = match self.all {
            Some(all) if done > 0 && all > 0 => {
                let left = seconds / done as f64 * all.saturating_sub(done) as f64;
                format!("{} {done}/{all}, {left:.0} s left", bar(done, all))
            }
            _ => format!("{done} in {seconds:.0} s"),
        };
        self.draw(&text);
    }

    fn draw(&mut self, text: &str) {
        if let Some(writer) = &mut self.writer {
            self.drawn = Some(Instant::now());
            // Progress is not worth failing for when stderr is closed.
            let _ = write!(writer, "{NO_PROGRESS}{text}").and_then(|()| writer.flush());
        }
    }

    /// Removes the bar from the terminal.
    pub fn clear(&mut self) {
        if let (Some(writer), Some(_)) = (&mut self.writer, self.drawn.take()) {
            let _ = write!(writer, "{NO_PROGRESS}").and_then(|()| writer.flush());
        }
    }
}

/// The progress line of `test`, in place of the one before. It says no time: a case takes from a millisecond to several
/// seconds.
pub fn case_progress(group: &str, done: usize, all: usize) -> String {
    let bar = bar(done as u64, all.max(1) as u64);
    format!("{NO_PROGRESS}{bar} {done}/{all} {group}")
}

/// Removes a progress line from the terminal.
pub const NO_PROGRESS: &str = "\r\x1b[2K";

fn bar(done: u64, all: u64) -> String {
    let full = (done.min(all) * WIDTH / all) as usize;
    format!("{}{}", "█".repeat(full), "░".repeat(WIDTH as usize - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_of_a_group_never_leaves_its_bar() {
        let (quarter, full) = ("█".repeat(6) + &"░".repeat(18), "█".repeat(24));
        for (done, all, bar) in [(12, 48, quarter), (50, 48, full), (0, 0, "░".repeat(24))] {
            assert_eq!(
                case_progress("forge", done, all),
                format!("\r\x1b[2K{bar} {done}/{all} forge")
            );
        }
    }
}
