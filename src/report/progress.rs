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
    /// A bar for this many deliveries or cases.
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

    /// Redraws the bar with this many cases done and this one running. It says no time: a case takes from a millisecond
    /// to several seconds.
    pub fn case(&mut self, done: u64, name: &str) {
        let all = self.all.unwrap_or(done).max(1);
        let bar = bar(done, all);
        self.draw(&format!("{bar} {done}/{all} {name}"));
    }

    fn draw(&mut self, text: &str) {
        if let Some(writer) = &mut self.writer {
            self.drawn = Some(Instant::now());
            // Progress is not worth failing for when stderr is closed.
            let _ = write!(writer, "\r\x1b[2K{text}").and_then(|()| writer.flush());
        }
    }

    /// Removes the bar from the terminal.
    pub fn clear(&mut self) {
        if let (Some(writer), Some(_)) = (&mut self.writer, self.drawn.take()) {
            let _ = write!(writer, "\r\x1b[2K").and_then(|()| writer.flush());
        }
    }
}

fn bar(done: u64, all: u64) -> String {
    let full = (done.min(all) * WIDTH / all) as usize;
    format!("{}{}", "█".repeat(full), "░".repeat(WIDTH as usize - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_case_stands_beside_the_bar_and_both_are_removed() {
        let mut drawn = Vec::new();
        let mut progress = Progress::new(Some(&mut drawn), Some(48));
        progress.case(12, "forge/no-signature");
        progress.case(50, "load/burst");
        progress.clear();
        let (quarter, full) = ("█".repeat(6) + &"░".repeat(18), "█".repeat(24));
        let expected = format!(
            "\r\x1b[2K{quarter} 12/48 forge/no-signature\r\x1b[2K{full} 50/48 load/burst\r\x1b[2K"
        );
        assert_eq!(String::from_utf8(drawn).unwrap(), expected);
    }
}
