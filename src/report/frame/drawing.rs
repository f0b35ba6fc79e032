//! Draws a frame: the rows of its title, its line, the span under it, the labels and the help.
//!
//! A library for frames serves any number of lines, spans and suggestions, and takes ten times as long as finding what is
//! wrong. This draws only the one shape that is needed, and looks the same: the tests compare both.

use super::crop::{Cropped, columns};
use crate::lint::Severity;
use std::borrow::Cow;
use std::ops::Range;

/// What a frame shows. All of its texts are harmless already.
pub(super) struct Drawing<'f> {
    pub(super) severity: Severity,
    pub(super) rule: &'f str,
    /// In lines.
    pub(super) title: &'f [String],
    /// Where it is: the file, the line and the column, after the arrow.
    pub(super) place: &'f str,
    pub(super) arrow: &'f str,
    /// The number of the line, and its text or a part of it.
    pub(super) line: u64,
    pub(super) text: &'f str,
    /// In the text.
    pub(super) span: Range<usize>,
    /// One stands behind the span; several stand below it.
    pub(super) labels: &'f [String],
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
struct Rows {
    text: String,
    coloured: bool,
    ink: Ink,
}

impl Rows {
    fn put(&mut self, ink: Ink, text: &str) {
        if text.is_empty() {
            return;
        }
        self.change(ink);
        self.text.push_str(text);
    }

    fn repeat(&mut self, ink: Ink, char: char, count: usize) {
        if count > 0 {
            self.change(ink);
            self.text.extend(std::iter::repeat_n(char, count));
        }
    }

    fn change(&mut self, ink: Ink) {
        if self.coloured && self.ink != ink {
            if !self.ink.is_empty() {
                self.text.push_str(RESET);
            }
            self.text.push_str(ink);
            self.ink = ink;
        }
    }

    fn end(&mut self) {
        self.change(NONE);
        self.text.push('\n');
    }

    /// The beginning of a row beside the line: the gutter, and the bar behind it.
    fn bar(&mut self, gutter: usize) {
        self.repeat(NONE, ' ', gutter + 1);
        self.put(GUTTER, "|");
    }
}

impl Drawing<'_> {
    /// Draws it for a terminal of that width.
    pub(super) fn draw(&self, width: usize, coloured: bool) -> String {
        let mut rows = Rows {
            text: String::with_capacity(1 << 9),
            coloured,
            ink: NONE,
        };
        let number = self.line.to_string();
        let gutter = number.len();
        self.draw_title(&mut rows);
        rows.repeat(NONE, ' ', gutter);
        rows.put(NONE, self.arrow);
        rows.put(NONE, " ");
        rows.put(NONE, self.place);
        rows.end();
        rows.bar(gutter);
        rows.end();
        rows.put(GUTTER, &number);
        rows.put(NONE, " ");
        rows.put(GUTTER, "|");
        self.draw_line(gutter, width.saturating_sub(gutter + 3), &mut rows);
        if let Some(help) = self.help {
            rows.bar(gutter);
            rows.end();
            draw_help(help, gutter, &mut rows);
        }
        rows.text
    }

    fn ink(&self) -> Ink {
        match self.severity {
            Severity::Error => ERROR,
            Severity::Warning => WARNING,
            Severity::Note => NOTE,
        }
    }

    fn draw_title(&self, rows: &mut Rows) {
        let severity = self.severity.name();
        for part in [severity, "[", self.rule, "]"] {
            rows.put(self.ink(), part);
        }
        rows.put(BOLD, ": ");
        let indent = severity.len() + self.rule.len() + "[]: ".len();
        for (index, line) in self.title.iter().enumerate() {
            if index > 0 {
                rows.end();
                rows.repeat(NONE, ' ', indent);
            }
            rows.put(BOLD, &unjoined(line));
        }
        rows.end();
    }

    /// Draws the line behind its number, and what belongs below it.
    fn draw_line(&self, gutter: usize, room: usize, rows: &mut Rows) {
        let start = columns(&self.text[..self.span.start]);
        let end = start + columns(&self.text[self.span.clone()]).max(1);
        let labels = self.labels.iter().map(|label| columns(label) + 1);
        let labels_end = end + labels.max().unwrap_or_default();
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
            rows.repeat(NONE, ' ', before);
        };
        under(rows);
        rows.repeat(self.ink(), '^', end - start);
        if let [label] = self.labels
            && !label.is_empty()
        {
            rows.put(NONE, " ");
            rows.put(self.ink(), label);
        }
        rows.end();
        if self.labels.len() > 1 {
            for row in std::iter::once("|").chain(self.labels.iter().map(String::as_str)) {
                under(rows);
                rows.put(self.ink(), row);
                rows.end();
            }
        }
    }
}

fn draw_cropped(cropped: &Cropped<'_>, rows: &mut Rows) {
    if cropped.left > 0 {
        rows.put(GUTTER, DOTS);
    }
    rows.put(NONE, &cropped.text);
    if cropped.cut_right {
        rows.put(GUTTER, DOTS);
    }
}

fn draw_help(help: &str, gutter: usize, rows: &mut Rows) {
    rows.repeat(NONE, ' ', gutter + 1);
    rows.put(GUTTER, "= ");
    rows.put(BOLD, "help");
    rows.put(NONE, ": ");
    for (index, line) in help.split('\n').enumerate() {
        if index > 0 {
            rows.end();
            rows.repeat(NONE, ' ', gutter + "  = help: ".len() - 1);
        }
        rows.put(NONE, line);
    }
    rows.end();
}

/// Without the characters that join others to one, such as emoji: then columns can be counted.
fn unjoined(text: &str) -> Cow<'_, str> {
    const JOINER: char = '\u{200d}';
    if text.contains(JOINER) {
        Cow::Owned(text.replace(JOINER, ""))
    } else {
        Cow::Borrowed(text)
    }
}
