//! The position of a finding in its source: line, column and byte offset, counted only for findings.
//!
//! A body may be a whole file, a line of one, or a JSON string inside a line of a journal.

use std::cell::Cell;
use std::fmt;
use std::ops::Range;

/// A position in a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// 1-based.
    pub line: u64,
    /// 1-based, in characters.
    pub column: u64,
    /// In bytes, from the start of the source.
    pub offset: u64,
    /// In bytes.
    pub length: u64,
    /// 1-based line of the end.
    pub end_line: u64,
    /// 1-based column after the last character.
    pub end_column: u64,
}

/// A body that stands inside the text of another document, escaped or encoded.
pub trait EmbeddedBody: fmt::Debug {
    /// Where a range of the body's bytes stands in that text.
    fn in_text(&self, range: Range<usize>) -> Range<usize>;
}

/// A part of a source that holds a body.
#[derive(Debug)]
pub struct Excerpt<'t> {
    /// The text: whole lines of the source.
    pub text: &'t [u8],
    first_line: u64,
    offset: u64,
    /// Set if the body is a JSON string inside the line, as in a journal.
    embedded: Option<&'t dyn EmbeddedBody>,
    /// The last position that was counted. Findings come in text order, so counting continues from there.
    last: Cell<KnownByte>,
}

/// A byte with a known line and column.
#[derive(Clone, Copy, Debug)]
struct KnownByte {
    at: usize,
    line: u64,
    column: u64,
}

impl<'t> Excerpt<'t> {
    /// Text that starts at this line and byte of its source.
    pub fn new(text: &'t [u8], first_line: u64, offset: u64) -> Self {
        let start = KnownByte {
            at: 0,
            line: first_line,
            column: 1,
        };
        Self {
            text,
            first_line,
            offset,
            embedded: None,
            last: Cell::new(start),
        }
    }

    /// A text, such as a line of a journal, with the body in it.
    #[must_use]
    pub fn embedded(mut self, body: &'t dyn EmbeddedBody) -> Self {
        self.embedded = Some(body);
        self
    }

    /// A range of the body as a range of the text.
    pub fn range(&self, span: &Range<usize>) -> Range<usize> {
        let range = self
            .embedded
            .map_or_else(|| span.clone(), |body| body.in_text(span.clone()));
        range.start.min(self.text.len())..range.end.min(self.text.len())
    }

    /// The position in the source of a range of the body.
    pub fn place(&self, span: &Range<usize>) -> Place {
        let range = self.range(span);
        let (line, column) = self.line_and_column(range.start);
        // The next finding may start inside this one.
        let start = self.last.get();
        let (end_line, end_column) = self.line_and_column(range.end);
        self.last.set(start);
        Place {
            line,
            column,
            offset: self.offset + range.start as u64,
            length: range.len() as u64,
            end_line,
            end_column,
        }
    }

    /// The part of a byte's line that is at most `most` bytes away from it, without the line end.
    pub fn around(&self, at: usize, most: usize) -> Range<usize> {
        let (from, to) = (at.saturating_sub(most), (at + most).min(self.text.len()));
        let start =
            memchr::memrchr(b'\n', &self.text[from..at]).map_or(from, |newline| from + newline + 1);
        let end = memchr::memchr(b'\n', &self.text[at..to]).map_or(to, |newline| at + newline);
        let end = if end > start && self.text[end - 1] == b'\r' {
            end - 1
        } else {
            end
        };
        start..end.max(start)
    }

    fn line_and_column(&self, at: usize) -> (u64, u64) {
        let mut known = self.last.get();
        if known.at > at {
            known = KnownByte {
                at: 0,
                line: self.first_line,
                column: 1,
            };
        }
        let mut from = known.at;
        for newline in memchr::memchr_iter(b'\n', &self.text[known.at..at]) {
            from = known.at + newline + 1;
            known.line += 1;
            known.column = 1;
        }
        // Counts the bytes that start a character, except for a byte-order mark.
        let mark = from == 0 && self.offset == 0 && self.text.starts_with(b"\xef\xbb\xbf");
        let bytes = self.text[from..at]
            .get(usize::from(mark)..)
            .unwrap_or_default();
        known.column += if bytes.is_ascii() {
            bytes.len()
        } else {
            bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
        } as u64;
        known.at = at;
        self.last.set(known);
        (known.line, known.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let text = "{\n  \"é\": 1,\r\n  \"b\": 2}";
        let excerpt = Excerpt::new(text.as_bytes(), 5, 100);
        let at = |part: &str| {
            let start = text.find(part).unwrap();
            let place = excerpt.place(&(start..start + part.len()));
            (place.line, place.column, place.end_column, place.offset)
        };
        assert_eq!(at("{"), (5, 1, 2, 100));
        assert_eq!(at("\"b\""), (7, 3, 6, 116));
        assert_eq!(
            at("1"),
            (6, 8, 9, 110),
            "asking backwards counts from the start again"
        );
        assert_eq!(&text[excerpt.around(8, 99)], "  \"é\": 1,");
        assert_eq!(&text[excerpt.around(8, 4)], "\"é\": 1,");
        assert_eq!(
            excerpt.place(&(99..99)).line,
            7,
            "what lies behind the end is the end"
        );
    }
}
