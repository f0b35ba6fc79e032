//! Draws a frame: the rows of its title, its line, the span under it, the labels and the help.
//!
//! A library for frames serves any number of lines, spans and suggestions, and takes ten times as long as finding what is
//! wrong. This draws only the one shape that is needed, and looks the same: the tests compare both.

use super::super::wrap::plain_columns;
use super::crop::{Cropped, columns};
use crate::lint::Severity;
use std::borrow::Cow;
use std::ops::Range;

/// What a frame shows. All of its texts are harmless already.
pub(super) struct Drawing<'f> {
    pub(super) severity: Severity,
    pub(super) rule: &'f str,
    /// In lines.
    pub(super) title: &'f str,
    /// Where it is, after the arrow.
    pub(super) arrow: &'f str,
    pub(super) source: &'f str,
    pub(super) line: u64,
    pub(super) column: u64,
    /// The text of the line, or a part of it.
    pub(super) text: &'f str,
    /// In the text.
    pub(super) span: Range<usize>,
    /// One line stands behind the span; several stand below it.
    pub(super) label: &'f str,
    /// In lines.
    pub(super) help: Option<&'f str>,
}

/// How a part of a row is coloured.
type Ink = &'static str;

const NONE: Ink = "";
const BOLD: Ink = if cfg!(windows) {
    "\x1b[1m\x1b[97m"
} else {
    "\x1b[1m"
};
/// Of the gutter.
const GUTTER: Ink = if cfg!(windows) {
    "\x1b[1m\x1b[96m"
} else {
    "\x1b[1m\x1b[94m"
};
const ERROR: Ink = "\x1b[1m\x1b[91m";
const WARNING: Ink = if cfg!(windows) {
    "\x1b[1m\x1b[93m"
} else {
    "\x1b[1m\x1b[33m"
};
const NOTE: Ink = "\x1b[1m\x1b[92m";
const RESET: &str = "\x1b[0m";

/// Of what was cut off.
const DOTS: &str = "...";

/// The rows that are drawn, in colours or without.
struct Rows<'o> {
    out: &'o mut Vec<u8>,
    coloured: bool,
    ink: Ink,
}

impl Rows<'_> {
    fn put(&mut self, ink: Ink, text: &str) {
        if text.is_empty() {
            return;
        }
        self.change(ink);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn repeat(&mut self, ink: Ink, byte: u8, count: usize) {
        if count > 0 {
            self.change(ink);
            self.out.resize(self.out.len() + count, byte);
        }
    }

    fn change(&mut self, ink: Ink) {
        if self.coloured && self.ink != ink {
            if !self.ink.is_empty() {
                self.out.extend_from_slice(RESET.as_bytes());
            }
            self.out.extend_from_slice(ink.as_bytes());
            self.ink = ink;
        }
    }

    fn end(&mut self) {
        self.change(NONE);
        self.out.push(b'\n');
    }

    /// The beginning of a row beside the line: the gutter, and the bar behind it.
    fn bar(&mut self, gutter: usize) {
        self.repeat(NONE, b' ', gutter + 1);
        self.put(GUTTER, "|");
    }
}

impl Drawing<'_> {
    /// Draws it for a terminal of that width.
    pub(super) fn draw(&self, width: usize, coloured: bool, out: &mut Vec<u8>) {
        let mut rows = Rows {
            out,
            coloured,
            ink: NONE,
        };
        let mut number = itoa::Buffer::new();
        let number = number.format(self.line);
        let gutter = number.len();
        self.draw_title(&mut rows);
        rows.repeat(NONE, b' ', gutter);
        let mut column = itoa::Buffer::new();
        let column = column.format(self.column);
        for part in [self.arrow, " ", self.source, ":", number, ":", column] {
            rows.put(NONE, part);
        }
        rows.end();
        rows.bar(gutter);
        rows.end();
        rows.put(GUTTER, number);
        rows.put(NONE, " ");
        rows.put(GUTTER, "|");
        self.draw_line(gutter, width.saturating_sub(gutter + 3), &mut rows);
        if let Some(help) = self.help {
            rows.bar(gutter);
            rows.end();
            draw_help(help, gutter, &mut rows);
        }
    }

    fn ink(&self) -> Ink {
        match self.severity {
            Severity::Error => ERROR,
            Severity::Warning => WARNING,
            Severity::Note => NOTE,
        }
    }

    fn draw_title(&self, rows: &mut Rows<'_>) {
        let severity = self.severity.name();
        for part in [severity, "[", self.rule, "]"] {
            rows.put(self.ink(), part);
        }
        rows.put(BOLD, ": ");
        let indent = severity.len() + self.rule.len() + "[]: ".len();
        for (index, line) in rows_of(self.title).enumerate() {
            if index > 0 {
                rows.end();
                rows.repeat(NONE, b' ', indent);
            }
            rows.put(BOLD, &unjoined(line));
        }
        rows.end();
    }

    /// Draws the line behind its number, and what belongs below it.
    fn draw_line(&self, gutter: usize, room: usize, rows: &mut Rows<'_>) {
        let start = columns(&self.text[..self.span.start]);
        let end = start + columns(&self.text[self.span.clone()]).max(1);
        let label = rows_of(self.label).map(columns).max();
        let labels_end = end + 1 + label.unwrap_or_default();
        let text = unjoined(self.text);
        let cropped = Cropped::new(&text, start..end, labels_end, room);
        if !text.is_empty() {
            rows.put(NONE, " ");
        }
        draw_cropped(&cropped, rows);
        rows.end();

        let before = 1 + start.saturating_sub(cropped.left);
        let under = |rows: &mut Rows| {
            rows.bar(gutter);
            rows.repeat(NONE, b' ', before);
        };
        under(rows);
        rows.repeat(self.ink(), b'^', end - start);
        let mut labels = rows_of(self.label);
        if let (Some(label), None) = (labels.next(), labels.next()) {
            if !label.is_empty() {
                rows.put(NONE, " ");
                rows.put(self.ink(), label);
            }
            rows.end();
            return;
        }
        rows.end();
        for row in std::iter::once("|").chain(rows_of(self.label)) {
            under(rows);
            rows.put(self.ink(), row);
            rows.end();
        }
    }
}

fn draw_cropped(cropped: &Cropped<'_>, rows: &mut Rows<'_>) {
    if cropped.left > 0 {
        rows.put(GUTTER, DOTS);
    }
    rows.put(NONE, &cropped.text);
    if cropped.cut_right {
        rows.put(GUTTER, DOTS);
    }
}

fn draw_help(help: &str, gutter: usize, rows: &mut Rows<'_>) {
    rows.repeat(NONE, b' ', gutter + 1);
    rows.put(GUTTER, "= ");
    rows.put(BOLD, "help");
    rows.put(NONE, ": ");
    for (index, line) in rows_of(help).enumerate() {
        if index > 0 {
            rows.end();
            rows.repeat(NONE, b' ', gutter + "  = help: ".len() - 1);
        }
        rows.put(NONE, line);
    }
    rows.end();
}

/// The rows of a text, of which most have one.
fn rows_of(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr::memchr(b'\n', text.as_bytes());
        rest = end.map(|end| &text[end + 1..]);
        Some(end.map_or(text, |end| &text[..end]))
    })
}

/// Without the characters that join others to one, such as emoji: then columns can be counted.
fn unjoined(text: &str) -> Cow<'_, str> {
    const JOINER: char = '\u{200d}';
    if plain_columns(text).is_none() && text.contains(JOINER) {
        Cow::Owned(text.replace(JOINER, ""))
    } else {
        Cow::Borrowed(text)
    }
}
