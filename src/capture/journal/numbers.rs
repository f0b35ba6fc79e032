//! Counts the captures in a journal's file, so that every new one gets the number under which `log` shows it.

use super::open::MOST_OF_A_LINE;
use super::{BEGINNING, Captured};
use memchr::memmem::Finder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom};
use std::sync::LazyLock;

/// The captures up to a place in the file.
#[derive(Debug, Default)]
pub(super) struct CaptureCount {
    captures: u64,
    /// Where the last line that was looked at ends.
    end: u64,
    /// A line is longer than any capture; what follows it is not counted.
    too_long: bool,
}

impl CaptureCount {
    /// The number of the next capture in a file that ends there; `None` where that is not known.
    pub(super) fn next(&mut self, file: &mut File, end: u64) -> io::Result<Option<u64>> {
        if end < self.end {
            *self = Self::default();
        }
        if end > self.end && !self.too_long {
            file.seek(SeekFrom::Start(self.end))?;
            let rest = file.take(end - self.end);
            self.count(
                &mut BufReader::with_capacity(256 * 1024, rest),
                MOST_OF_A_LINE,
            )?;
        }
        Ok((!self.too_long).then_some(self.captures + 1))
    }

    /// Notes that so many captures were appended, in so many bytes.
    pub(super) fn add(&mut self, captures: u64, bytes: usize) {
        self.end += bytes as u64;
        self.captures += captures;
    }

    /// Reads what was appended by others, or what was there before; a line of `most` bytes is too long.
    fn count(&mut self, rest: &mut impl BufRead, most: u64) -> io::Result<()> {
        let mut line = Vec::new();
        while rest.take(most).read_until(b'\n', &mut line)? > 0 {
            if line.len() as u64 == most {
                self.too_long = true;
                return Ok(());
            }
            self.add(is_capture(&line).into(), line.len());
            line.clear();
        }
        Ok(())
    }
}

/// Whether `log` counts a line.
fn is_capture(line: &[u8]) -> bool {
    is_own(line) || Captured::read(line).is_ok()
}

/// Whether this tool wrote a line, which need not be read then. Nothing within a line looks like its beginning, because
/// texts have their quotation marks escaped; so it is not one behind half another.
fn is_own(line: &[u8]) -> bool {
    // Made once: it costs more than searching a line.
    static BEGINNINGS: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(BEGINNING));
    let rest = line.strip_prefix(BEGINNING);
    rest.is_some_and(|rest| rest.ends_with(b"}\n") && BEGINNINGS.find(rest).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "{\"v\":1,\"id\":\"a\",\"received_at\":\"2026-11-21T09:30:00.000Z\",\"headers\":[],\"body\":\"{}\"}\n";

    #[test]
    fn lines_are_counted_as_they_are_read() {
        let (own, half) = (OWN, &OWN[..40]);
        let other = "{\"body\": \"{}\", \"received_at\": \"2026-11-21T09:30:00Z\", \"headers\": [], \"v\": 1}";
        for (text, captures) in [
            (own.repeat(3), 3),
            (format!("{other}\n{own}{other}\n"), 3),
            (format!("{own}{other}"), 2),
            (format!("{own}\n \n{own}"), 2),
            (format!("{own}{half}\n{own}"), 2),
            (format!("{own}{half}{own}{own}"), 2),
            (format!("{own}no capture\n{{\"type\":\"ready\"}}\n"), 1),
        ] {
            let mut count = CaptureCount::default();
            count.count(&mut text.as_bytes(), 1_000).unwrap();
            assert_eq!(
                (count.captures, count.too_long),
                (captures, false),
                "{text}"
            );
            assert_eq!(count.end, text.len() as u64);
        }
    }

    #[test]
    fn a_line_without_an_end_is_not_read_into_memory() {
        let endless = format!("{OWN}{}", "x".repeat(10_000));
        let mut count = CaptureCount::default();
        let mut rest = endless.as_bytes();
        count.count(&mut rest, 500).unwrap();
        assert_eq!((count.captures, count.too_long), (1, true));
        assert_eq!(rest.len(), 10_000 - 500, "the rest stays unread");
    }
}
