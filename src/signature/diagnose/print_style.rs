//! How programs print JSON: a style has five parts, each with a table of the choices that they make.

use crate::json::numbers;
use std::fmt::Write as _;

/// How a program prints JSON.
#[derive(Clone, Copy)]
pub(super) struct PrintStyle {
    pub(super) white_space: &'static WhiteSpace,
    /// An index into the trees.
    pub(super) tree: usize,
    pub(super) numbers: &'static NumberStyle,
    pub(super) escapes: &'static EscapeStyle,
    pub(super) empty_object: &'static str,
}

pub(super) struct WhiteSpace {
    pub(super) description: &'static str,
    pub(super) comma: &'static str,
    pub(super) colon: &'static str,
    pub(super) indent: Option<&'static str>,
}

pub(super) struct NumberStyle {
    pub(super) description: Option<&'static str>,
    /// `None` keeps the spelling.
    pub(super) print: Option<fn(&str) -> String>,
}

pub(super) struct EscapeStyle {
    pub(super) description: Option<&'static str>,
    /// The characters to escape beyond those that JSON demands; `None` keeps the spelling.
    pub(super) escapes: Option<fn(char) -> bool>,
    /// .NET alone writes `\u002B` with upper-case digits, and `\u0022` for a quotation mark.
    pub(super) net: bool,
}

pub(super) const WHITE_SPACE: [WhiteSpace; 5] = [
    WhiteSpace::new("compact, no spaces", ",", ":", None),
    WhiteSpace::new(
        "a space after each colon and comma, as Python's json.dumps does",
        ", ",
        ": ",
        None,
    ),
    WhiteSpace::new("indented by two spaces", ",", ": ", Some("  ")),
    WhiteSpace::new("indented by four spaces", ",", ": ", Some("    ")),
    WhiteSpace::new("indented by tabs", ",", ": ", Some("\t")),
];

pub(super) const NUMBERS: [NumberStyle; 3] = [
    NumberStyle::new(None, None),
    NumberStyle::new(
        Some("numbers as JavaScript prints them"),
        Some(numbers::javascript),
    ),
    NumberStyle::new(Some("numbers as Python prints them"), Some(numbers::python)),
];

pub(super) const ESCAPES: [EscapeStyle; 7] = [
    EscapeStyle::new(None, None),
    EscapeStyle::new(Some("without unnecessary escapes"), Some(|_| false)),
    EscapeStyle::new(
        Some("\\uXXXX for non-ASCII characters"),
        Some(|char| char >= '\x7f'),
    ),
    EscapeStyle::new(Some("\\/ for slashes"), Some(|char| char == '/')),
    EscapeStyle::new(
        Some("\\/ for slashes and \\uXXXX for non-ASCII characters, as PHP does"),
        Some(|char| char == '/' || char > '\x7f'),
    ),
    EscapeStyle::new(
        Some("\\u003c etc. for <, > and &, as Go does"),
        Some(|char| matches!(char, '<' | '>' | '&' | '\u{2028}' | '\u{2029}')),
    ),
    EscapeStyle {
        description: Some("\\u002B etc. for +, quotes and non-ASCII characters, as .NET does"),
        escapes: Some(|char| {
            char >= '\x7f' || matches!(char, '<' | '>' | '&' | '"' | '\'' | '+' | '`')
        }),
        net: true,
    },
];

/// Compact, and otherwise as it was.
pub(super) const PLAIN: PrintStyle = PrintStyle {
    white_space: &WHITE_SPACE[0],
    tree: 0,
    numbers: &NUMBERS[0],
    escapes: &ESCAPES[0],
    empty_object: "{}",
};

impl WhiteSpace {
    const fn new(
        description: &'static str,
        comma: &'static str,
        colon: &'static str,
        indent: Option<&'static str>,
    ) -> Self {
        Self {
            description,
            comma,
            colon,
            indent,
        }
    }

    pub(super) fn line_break(&self, out: &mut String, depth: usize) {
        if let Some(indent) = self.indent {
            out.push('\n');
            out.extend(std::iter::repeat_n(indent, depth));
        }
    }
}

impl NumberStyle {
    const fn new(description: Option<&'static str>, print: Option<fn(&str) -> String>) -> Self {
        Self { description, print }
    }
}

impl EscapeStyle {
    const fn new(description: Option<&'static str>, escapes: Option<fn(char) -> bool>) -> Self {
        Self {
            description,
            escapes,
            net: false,
        }
    }

    pub(super) fn put(&self, out: &mut String, char: char, escape: bool) {
        let short = match char {
            '"' if self.net => None,
            '"' | '\\' => Some(char),
            '/' if escape => Some('/'),
            '\x08' => Some('b'),
            '\x0c' => Some('f'),
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            _ => None,
        };
        if let Some(short) = short {
            out.extend(['\\', short]);
        } else if escape || char < ' ' {
            for unit in char.encode_utf16(&mut [0; 2]) {
                // Writing to a `String` cannot fail.
                let _ = if self.net {
                    write!(out, "\\u{unit:04X}")
                } else {
                    write!(out, "\\u{unit:04x}")
                };
            }
        } else {
            out.push(char);
        }
    }
}

impl PrintStyle {
    /// What precedes a member or an item.
    pub(super) fn separate(&self, out: &mut String, first: bool, depth: usize) {
        if !first {
            out.push_str(self.white_space.comma);
        }
        self.white_space.line_break(out, depth);
    }
}
