//! Errors and progress on stderr, while the results go to stdout.

use crate::error::Error;
use crate::report::{self, Paint};
use std::io::Write;
use std::time::{Duration, Instant};

/// The first progress is shown after this, so that a quick run shows none.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it is shown.
const PAUSE: Duration = Duration::from_millis(100);

/// Takes what is not a result.
pub(crate) struct Console<'w> {
    stderr: &'w mut (dyn Write + Send),
    paint: Paint,
    width: Option<usize>,
    /// Stderr is a terminal on which a line can be drawn over.
    progress: bool,
    started: Instant,
    shown: Option<Instant>,
    on_screen: bool,
}

impl<'w> Console<'w> {
    pub(crate) fn new(
        stderr: &'w mut (dyn Write + Send),
        paint: Paint,
        width: Option<usize>,
        progress: bool,
    ) -> Self {
        Self {
            stderr,
            paint,
            width,
            progress,
            started: Instant::now(),
            shown: None,
            on_screen: false,
        }
    }

    /// Removes the progress, before something else is written to what may be the same terminal.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.on_screen) {
            let _ = self.stderr.write_all(b"\r\x1b[2K");
        }
    }

    /// Something could not be read.
    pub(super) fn failed(&mut self, error: &Error) {
        self.clear();
        let text = report::error(error, self.paint, self.width);
        let _ = self.stderr.write_all(text.as_bytes());
    }

    /// Shows from time to time how many bodies are done.
    pub(super) fn progress(&mut self, bodies: u64) {
        if !self.progress {
            return;
        }
        let now = Instant::now();
        let due = self
            .shown
            .map_or(self.started + PATIENCE, |shown| shown + PAUSE);
        if now >= due {
            self.shown = Some(now);
            self.on_screen = true;
            let seconds = now.duration_since(self.started).as_secs_f64();
            let _ = write!(self.stderr, "\r\x1b[2K{bodies} bodies in {seconds:.1} s");
            let _ = self.stderr.flush();
        }
    }
}
