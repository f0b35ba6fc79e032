//! What a child process prints: read by a thread as long as the pipe is open, so that it never blocks the child, and kept
//! up to a limit.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The end of what a process printed.
#[derive(Clone, Debug)]
pub(crate) struct ChildOutput(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    kept: Mutex<Kept>,
    /// All writers are gone.
    closed: Condvar,
    limit: usize,
}

#[derive(Debug, Default)]
struct Kept {
    end: VecDeque<u8>,
    /// All bytes that were read, also those that are no longer kept.
    total: usize,
    closed: bool,
}

/// A part of an output.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Printed {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// Bytes before these are lost.
    pub(crate) cut: bool,
    /// More may come.
    pub(crate) open: bool,
}

impl ChildOutput {
    /// Keeps at most that many bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self(Arc::new(Shared {
            kept: Mutex::default(),
            closed: Condvar::new(),
            limit,
        }))
    }

    /// Reads until the pipe closes, in a thread of its own. One at a time.
    pub(crate) fn read_from(&self, pipe: impl Read + Send + 'static) -> io::Result<()> {
        self.kept().closed = false;
        let shared = self.clone();
        let reading = thread::Builder::new().name("child output".to_owned());
        reading.spawn(move || shared.read(pipe)).map(drop)
    }

    fn read(&self, mut pipe: impl Read) {
        let mut buffer = [0; 8 << 10];
        loop {
            match pipe.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => break,
                Ok(count) => self.keep(&buffer[..count]),
            }
        }
        self.kept().closed = true;
        self.0.closed.notify_all();
    }

    fn keep(&self, bytes: &[u8]) {
        let mut kept = self.kept();
        kept.total += bytes.len();
        kept.end.extend(bytes);
        let surplus = kept.end.len().saturating_sub(self.0.limit);
        kept.end.drain(..surplus);
    }

    /// Waits until all has been read, at most that long: a process that goes on in the background may hold the pipe.
    pub(crate) fn wait_until_closed(&self, limit: Duration) {
        let waited = self
            .0
            .closed
            .wait_timeout_while(self.kept(), limit, |kept| !kept.closed);
        drop(waited);
    }

    /// How much was printed so far.
    pub(crate) fn mark(&self) -> usize {
        self.kept().total
    }

    /// What was printed since a mark, from the beginning of its line on.
    pub(crate) fn since(&self, mark: usize) -> Printed {
        let mut kept = self.kept();
        let lost = kept.total - kept.end.len();
        let open = !kept.closed;
        let all = kept.end.make_contiguous();
        let before = &all[..mark.saturating_sub(lost).min(all.len())];
        let line = memchr::memrchr(b'\n', before).map(|end| end + 1);
        Printed {
            bytes: all[line.unwrap_or(0)..].to_vec(),
            cut: line.is_none() && lost > 0,
            open,
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_kept() {
        let output = ChildOutput::new(8);
        output.keep(b"one\ntwo");
        let mark = output.mark();
        assert_eq!(output.since(mark).bytes, b"two", "a mark within a line");
        output.keep(b"2\nthree");
        let since = output.since(mark);
        assert_eq!((&*since.bytes, since.cut), (&b"o2\nthree"[..], true));
        let since = output.since(output.mark());
        assert_eq!((&*since.bytes, since.cut), (&b"three"[..], false));
    }

    #[test]
    fn a_closed_pipe_ends_the_wait() {
        let output = ChildOutput::new(8);
        output.read_from(&b"done"[..]).unwrap();
        output.wait_until_closed(Duration::from_secs(60));
        let since = output.since(0);
        assert_eq!((&*since.bytes, since.open), (&b"done"[..], false));
    }
}
