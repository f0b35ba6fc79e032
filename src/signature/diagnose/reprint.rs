//! A body as other programs re-serialise it: their white space, order of keys, numbers and escapes.
//!
//! A style has five parts, each with a table of the choices that programs make. Only choices that change this very body
//! are tried.

use super::json_tree::{JsonNode, TooMuch, parse};
use super::question::SearchBudget;
use crate::json::{EscapedPiece, Text, numbers, piece};
use std::fmt::Write as _;

/// Larger bodies are not tried: each style costs time, and webhooks are smaller.
const LARGEST: usize = 256 << 10;

/// Indenting can make deeply nested lists much larger.
const LARGEST_PRINT: usize = 4 * LARGEST;

/// A body, parsed.
pub(super) struct Reprinter<'t> {
    text: &'t str,
    /// Its members in each order that differs, with the order's description.
    trees: Vec<(Option<&'static str>, JsonNode<'t>)>,
}

/// How a program prints JSON.
#[derive(Clone, Copy)]
pub(super) struct PrintStyle {
    white_space: &'static WhiteSpace,
    /// An index into the trees.
    tree: usize,
    numbers: &'static NumberStyle,
    escapes: &'static EscapeStyle,
    empty_object: &'static str,
}

struct WhiteSpace {
    description: &'static str,
    comma: &'static str,
    colon: &'static str,
    indent: Option<&'static str>,
}

struct NumberStyle {
    description: Option<&'static str>,
    /// `None` keeps the spelling.
    print: Option<fn(&str) -> String>,
}

struct EscapeStyle {
    description: Option<&'static str>,
    /// The characters to escape beyond those that JSON demands; `None` keeps the spelling.
    escapes: Option<fn(char) -> bool>,
    /// .NET alone writes `\u002B` with upper-case digits, and `\u0022` for a quotation mark.
    net: bool,
}

const WHITE_SPACE: [WhiteSpace; 5] = [
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

const NUMBERS: [NumberStyle; 3] = [
    NumberStyle::new(None, None),
    NumberStyle::new(
        Some("numbers as JavaScript prints them"),
        Some(numbers::javascript),
    ),
    NumberStyle::new(Some("numbers as Python prints them"), Some(numbers::python)),
];

const ESCAPES: [EscapeStyle; 7] = [
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
const PLAIN: PrintStyle = PrintStyle {
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

    fn line_break(&self, out: &mut String, depth: usize) {
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

    fn put(&self, out: &mut String, char: char, escape: bool) {
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

/// The rest of a sentence that starts with "the signature", if it was computed over a print with these changes.
pub(super) fn reprinted(changes: &str) -> String {
    format!("was computed over re-serialised JSON ({changes}), not over the bytes sent")
}

/// The first print of a body, as programs make them, in which `find` finds something: how it differs from the body, in a
/// few words, and what was found.
pub(crate) fn find_print<F>(
    body: &[u8],
    budget: &mut SearchBudget,
    mut find: impl FnMut(&[u8], &mut SearchBudget) -> Option<F>,
) -> Option<(String, F)> {
    // Finding the styles that differ takes a dozen prints.
    if !budget.allows(body.len().saturating_mul(12)) {
        return None;
    }
    let printer = match Reprinter::of(body) {
        Ok(printer) => printer?,
        Err(TooMuch) => {
            budget.exceeded = true;
            return None;
        }
    };
    for style in printer.styles() {
        let Some(mut text) = printer.print(&style) else {
            budget.allows(LARGEST_PRINT);
            budget.exceeded = true;
            continue;
        };
        for newline in [false, true] {
            if newline {
                text.push('\n');
            }
            if !budget.allows(text.len()) {
                return None;
            }
            if let Some(found) = find(text.as_bytes(), budget) {
                return Some((printer.changes(&style, newline), found));
            }
        }
    }
    None
}

/// The body as JavaScript and Python print it once they have parsed it, with every white space.
#[cfg(test)]
pub(crate) fn parsed_and_printed(body: &[u8]) -> Vec<String> {
    let printer = Reprinter::of(body).ok().flatten().expect("a small body");
    let mut prints = Vec::new();
    for white_space in &WHITE_SPACE {
        for numbers in &NUMBERS[1..] {
            for escapes in &ESCAPES[1..=2] {
                let style = PrintStyle {
                    white_space,
                    numbers,
                    escapes,
                    ..PLAIN
                };
                prints.extend(printer.print(&style));
            }
        }
    }
    prints
}

impl<'t> Reprinter<'t> {
    /// `None` if the body is not JSON, so that no program can have re-serialised it.
    pub(super) fn of(body: &'t [u8]) -> Result<Option<Self>, TooMuch> {
        if body.len() > LARGEST {
            return Err(TooMuch);
        }
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let Ok(text) = std::str::from_utf8(body) else {
            return Ok(None);
        };
        let Some(kept) = parse(text)? else {
            return Ok(None);
        };
        let merged = kept.merged(body);
        let sorted = merged.sorted(body);
        let mut trees = vec![(None, kept)];
        for (order, tree) in [
            ("the last value of each repeated key", merged),
            ("keys sorted", sorted),
        ] {
            if trees.iter().all(|(_, other)| *other != tree) {
                trees.push((Some(order), tree));
            }
        }
        Ok(Some(Self { text, trees }))
    }

    /// The styles that print it differently, the plainest first.
    pub(super) fn styles(&self) -> Vec<PrintStyle> {
        let escapes = self.different(&ESCAPES, |escapes| PrintStyle { escapes, ..PLAIN });
        let numbers = self.different(&NUMBERS, |numbers| PrintStyle { numbers, ..PLAIN });
        let empty_objects = self.different(&["{}", "[]"], |empty_object| PrintStyle {
            empty_object,
            ..PLAIN
        });
        let mut styles = Vec::new();
        for empty_object in empty_objects {
            for &escapes in &escapes {
                for &numbers in &numbers {
                    for tree in 0..self.trees.len() {
                        styles.extend(WHITE_SPACE.iter().map(|white_space| PrintStyle {
                            white_space,
                            tree,
                            numbers,
                            escapes,
                            empty_object,
                        }));
                    }
                }
            }
        }
        styles
    }

    /// Of several choices those that print this body differently.
    fn different<T>(
        &self,
        choices: &'static [T],
        style: impl Fn(&'static T) -> PrintStyle,
    ) -> Vec<&'static T> {
        let mut prints = Vec::new();
        let mut kept = Vec::new();
        for choice in choices {
            let print = self.print(&style(choice));
            if !prints.contains(&print) {
                prints.push(print);
                kept.push(choice);
            }
        }
        kept
    }

    /// The body in a style; `None` if it grows too much.
    pub(super) fn print(&self, style: &PrintStyle) -> Option<String> {
        let mut out = String::with_capacity(self.text.len() * 2);
        let (_, tree) = self.trees.get(style.tree)?;
        self.node(&mut out, tree, 0, style)?;
        Some(out)
    }

    fn node(
        &self,
        out: &mut String,
        node: &JsonNode<'_>,
        depth: usize,
        style: &PrintStyle,
    ) -> Option<()> {
        if out.len() > LARGEST_PRINT {
            return None;
        }
        match node {
            JsonNode::Object(members) if members.is_empty() => out.push_str(style.empty_object),
            JsonNode::List(items) if items.is_empty() => out.push_str("[]"),
            JsonNode::Object(members) => {
                out.push('{');
                for (at, (key, value)) in members.iter().enumerate() {
                    style.separate(out, at == 0, depth + 1);
                    self.string(out, *key, style.escapes);
                    out.push_str(style.white_space.colon);
                    self.node(out, value, depth + 1, style)?;
                }
                style.white_space.line_break(out, depth);
                out.push('}');
            }
            JsonNode::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    style.separate(out, at == 0, depth + 1);
                    self.node(out, item, depth + 1, style)?;
                }
                style.white_space.line_break(out, depth);
                out.push(']');
            }
            JsonNode::Text(text) => self.string(out, *text, style.escapes),
            JsonNode::Word(word) => out.push_str(word),
            JsonNode::Number(number) => match style.numbers.print {
                None => out.push_str(number),
                Some(print) => out.push_str(&print(number)),
            },
        }
        Some(())
    }

    fn string(&self, out: &mut String, text: Text, style: &EscapeStyle) {
        let raw = &self.text[text.start..text.end];
        out.push('"');
        if let Some(escapes) = style.escapes {
            let mut at = 0;
            while at < raw.len() {
                match piece(raw.as_bytes(), at) {
                    EscapedPiece::Char(char, length) => {
                        style.put(out, char, escapes(char));
                        at += length;
                    }
                    // Half of a surrogate pair can only be written as an escape.
                    EscapedPiece::Lone => {
                        out.push_str(raw.get(at..at + 6).unwrap_or_default());
                        at += 6;
                    }
                }
            }
        } else {
            out.push_str(raw);
        }
        out.push('"');
    }

    /// How the body in that style differs from the body, in a few words.
    fn changes(&self, style: &PrintStyle, newline: bool) -> String {
        let white_space = style.white_space;
        let unchanged = PrintStyle {
            white_space,
            ..PLAIN
        };
        let white_space = (self.print(&unchanged).as_deref() != Some(self.text))
            .then_some(white_space.description);
        let changes = [
            white_space,
            self.trees.get(style.tree).and_then(|(order, _)| *order),
            style.numbers.description,
            style.escapes.description,
            (style.empty_object == "[]").then_some("[] for {}"),
            newline.then_some("a trailing newline"),
        ];
        let changes: Vec<&str> = changes.into_iter().flatten().collect();
        changes.join(", ")
    }
}

impl PrintStyle {
    /// What precedes a member or an item.
    fn separate(&self, out: &mut String, first: bool, depth: usize) {
        if !first {
            out.push_str(self.white_space.comma);
        }
        self.white_space.line_break(out, depth);
    }
}
