//! Counts the captures in a journal's file, so that every new one gets the number under which `log` shows it.

use super::BEGINNING;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};

/// The captures up to a place in the file.
#[derive(Debug, Default)]
pub(super) struct CaptureCount {
    captures: u64,
    /// Where the last line that was looked at ends.
    end: u64,
}

impl CaptureCount {
    /// The number of the next capture in a file that ends there.
    pub(super) fn next(&mut self, file: &mut File, end: u64) -> io::Result<u64> {
        if end < self.end {
            *self = Self::default();
        }
        if end > self.end {
            self.count(file, end)?;
        }
        Ok(self.captures + 1)
    }

    /// Notes lines that were appended.
    pub(super) fn add(&mut self, lines: &[u8]) {
        self.end += lines.len() as u64;
        let lines = lines.split_inclusive(|byte| *byte == b'\n');
        self.captures += lines.filter(|line| is_whole_capture(line)).count() as u64;
    }

    /// Reads what was appended by others, or what was there before.
    fn count(&mut self, file: &mut File, end: u64) -> io::Result<()> {
        file.seek(SeekFrom::Start(self.end))?;
        let mut rest = BufReader::with_capacity(256 * 1024, file.take(end - self.end));
        let mut line = Vec::new();
        while rest.read_until(b'\n', &mut line)? > 0 {
            self.add(&line);
            line.clear();
        }
        Ok(())
    }
}

/// Whether a line is a capture that this tool wrote, and not the beginning of one.
fn is_whole_capture(line: &[u8]) -> bool {
    line.starts_with(BEGINNING) && line.ends_with(b"}\n")
}
