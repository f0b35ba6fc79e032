//! A body as other programs print it when they have parsed it: their white space, order of keys, numbers and escapes.
//!
//! Separate from the tokenizer, which keeps every spelling: here they are what changes. Only what makes a difference
//! to this very body is tried.

use super::json_tree::{JsonNode, TooMuch, parse};
use super::numbers;
use crate::json::{EscapedPiece, Text, piece};
use std::fmt::Write as _;

/// Nobody's webhook is larger, and each of its spellings costs time.
const LARGEST: usize = 256 << 10;

/// Deep lists can grow a lot by being indented.
pub(super) const LARGEST_PRINT: usize = 4 * LARGEST;

/// A body, parsed.
pub(super) struct Reprinter<'t> {
    text: &'t str,
    /// The orders of its keys, as far as they differ.
    trees: Vec<(MemberOrder, JsonNode<'t>)>,
}

/// How a program prints JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct PrintStyle {
    layout: Whitespace,
    /// Which of the trees.
    tree: usize,
    numbers: Numbers,
    escapes: Escapes,
    empties: Empties,
}

/// The white space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whitespace {
    Compact,
    Spaced,
    Indented(&'static str),
}

/// Which members an object keeps, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MemberOrder {
    Kept,
    /// Of a repeated key the last value, in the first one's place.
    Merged,
    Sorted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbers {
    Kept,
    JavaScript,
    Python,
}

/// Which characters of a text are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escapes {
    /// Those that were.
    Kept,
    /// Only those that must be.
    Least,
    /// All but ASCII, as Python does.
    Ascii,
    /// Slashes.
    Slashes,
    /// All but ASCII, and slashes, as PHP does.
    Php,
    /// What HTML gives a meaning, as Go does.
    Html,
    /// All but ASCII, and what HTML gives a meaning, in upper case, as .NET does.
    Net,
}

/// What becomes of an empty object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Empties {
    Kept,
    /// A list, as in PHP.
    Lists,
}

const LAYOUTS: [Whitespace; 5] = [
    Whitespace::Compact,
    Whitespace::Spaced,
    Whitespace::Indented("  "),
    Whitespace::Indented("    "),
    Whitespace::Indented("\t"),
];

const ESCAPES: [Escapes; 7] = [
    Escapes::Kept,
    Escapes::Least,
    Escapes::Ascii,
    Escapes::Slashes,
    Escapes::Php,
    Escapes::Html,
    Escapes::Net,
];

/// One line, and all else as it came.
const PLAIN: PrintStyle = PrintStyle {
    layout: Whitespace::Compact,
    tree: 0,
    numbers: Numbers::Kept,
    escapes: Escapes::Kept,
    empties: Empties::Kept,
};

impl<'t> Reprinter<'t> {
    /// `None` where the body is no JSON, so that no program can have printed it anew.
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
        let mut trees = vec![(MemberOrder::Kept, kept)];
        for (order, tree) in [(MemberOrder::Merged, merged), (MemberOrder::Sorted, sorted)] {
            if trees.iter().all(|(_, other)| *other != tree) {
                trees.push((order, tree));
            }
        }
        Ok(Some(Self { text, trees }))
    }

    /// The ways to print it that differ, the plainest first.
    pub(super) fn styles(&self) -> Vec<PrintStyle> {
        let escapes = self.different(&ESCAPES, |escapes| PrintStyle { escapes, ..PLAIN });
        let numbers = [Numbers::Kept, Numbers::JavaScript, Numbers::Python];
        let numbers = self.different(&numbers, |numbers| PrintStyle { numbers, ..PLAIN });
        let empties = self.different(&[Empties::Kept, Empties::Lists], |empties| PrintStyle {
            empties,
            ..PLAIN
        });
        let mut styles = Vec::new();
        for empties in empties {
            for &escapes in &escapes {
                for &numbers in &numbers {
                    for tree in 0..self.trees.len() {
                        styles.extend(LAYOUTS.map(|layout| PrintStyle {
                            layout,
                            tree,
                            numbers,
                            escapes,
                            empties,
                        }));
                    }
                }
            }
        }
        styles
    }

    /// Of several choices those that print this body differently.
    fn different<T: Copy>(&self, choices: &[T], style: impl Fn(T) -> PrintStyle) -> Vec<T> {
        let mut prints = Vec::new();
        let mut kept = Vec::new();
        for choice in choices {
            let print = self.print(&style(*choice));
            if !prints.contains(&print) {
                prints.push(print);
                kept.push(*choice);
            }
        }
        kept
    }

    /// The body in a style; `None` where it grows too much.
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
            JsonNode::Object(members) if members.is_empty() && style.empties == Empties::Lists => {
                out.push_str("[]")
            }
            JsonNode::Object(members) => {
                out.push('{');
                for (at, (key, value)) in members.iter().enumerate() {
                    style.separate(out, at == 0, depth + 1);
                    self.string(out, *key, style.escapes);
                    out.push_str(if style.layout == Whitespace::Compact {
                        ":"
                    } else {
                        ": "
                    });
                    self.node(out, value, depth + 1, style)?;
                }
                style.close(out, members.is_empty(), depth);
                out.push('}');
            }
            JsonNode::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    style.separate(out, at == 0, depth + 1);
                    self.node(out, item, depth + 1, style)?;
                }
                style.close(out, items.is_empty(), depth);
                out.push(']');
            }
            JsonNode::Text(text) => self.string(out, *text, style.escapes),
            JsonNode::Word(word) => out.push_str(word),
            JsonNode::Number(number) => match style.numbers {
                Numbers::Kept => out.push_str(number),
                Numbers::JavaScript => out.push_str(&numbers::javascript(number)),
                Numbers::Python => out.push_str(&numbers::python(number)),
            },
        }
        Some(())
    }

    fn string(&self, out: &mut String, text: Text, escapes: Escapes) {
        let raw = &self.text[text.start..text.end];
        out.push('"');
        if escapes == Escapes::Kept {
            out.push_str(raw);
        } else {
            let mut at = 0;
            while at < raw.len() {
                match piece(raw.as_bytes(), at) {
                    EscapedPiece::Char(char, length) => {
                        escapes.put(out, char);
                        at += length;
                    }
                    // Half of a pair has no other spelling.
                    EscapedPiece::Lone => {
                        out.push_str(raw.get(at..at + 6).unwrap_or_default());
                        at += 6;
                    }
                }
            }
        }
        out.push('"');
    }

    /// How a sentence goes on that begins with "the digest", when it belongs to the body in that style.
    pub(super) fn told(&self, style: &PrintStyle, feed: bool) -> String {
        let layout = match style.layout {
            Whitespace::Compact => "on one line without white space",
            Whitespace::Spaced => {
                "on one line with a space after each colon and comma, as Python's json.dumps prints"
            }
            Whitespace::Indented("\t") => "indented by tabs",
            Whitespace::Indented("  ") => "indented by two spaces",
            Whitespace::Indented(_) => "indented by four spaces",
        };
        let same_layout = self.print(&PrintStyle {
            layout: style.layout,
            ..PLAIN
        });
        let layout = (same_layout.as_deref() != Some(self.text)).then_some(layout);
        let order = match self
            .trees
            .get(style.tree)
            .map_or(MemberOrder::Kept, |(order, _)| *order)
        {
            MemberOrder::Kept => None,
            MemberOrder::Merged => Some("with the last value of each repeated key"),
            MemberOrder::Sorted => Some("with its keys sorted"),
        };
        let numbers = match style.numbers {
            Numbers::Kept => None,
            Numbers::JavaScript => Some("with numbers as JavaScript prints them"),
            Numbers::Python => Some("with numbers as Python prints them"),
        };
        let escapes = match style.escapes {
            Escapes::Kept => None,
            Escapes::Least => Some("with no more escapes than need be"),
            Escapes::Ascii => Some("with \\uXXXX for what is not ASCII"),
            Escapes::Slashes => Some("with \\/ for slashes"),
            Escapes::Php => {
                Some("with \\/ for slashes and \\uXXXX for what is not ASCII, as PHP prints")
            }
            Escapes::Html => Some("with \\u003c and the like for <, > and &, as Go prints"),
            Escapes::Net => Some(
                "with \\u002B and the like for +, quotes and what is not ASCII, as .NET prints",
            ),
        };
        let empties = (style.empties == Empties::Lists).then_some("with [] for {}");
        let feed = feed.then_some("with a line feed at its end");
        let changes: Vec<&str> = [layout, order, numbers, escapes, empties, feed]
            .into_iter()
            .flatten()
            .collect();
        format!(
            "belongs to the body parsed and printed anew: {}",
            changes.join(", ")
        )
    }
}

impl PrintStyle {
    /// What stands before a member or an item.
    fn separate(&self, out: &mut String, first: bool, depth: usize) {
        if !first {
            out.push_str(if self.layout == Whitespace::Spaced {
                ", "
            } else {
                ","
            });
        }
        self.feed(out, depth);
    }

    /// What stands before a closing bracket.
    fn close(&self, out: &mut String, empty: bool, depth: usize) {
        if !empty {
            self.feed(out, depth);
        }
    }

    fn feed(&self, out: &mut String, depth: usize) {
        if let Whitespace::Indented(step) = self.layout {
            out.push('\n');
            out.extend(std::iter::repeat_n(step, depth));
        }
    }
}

impl Escapes {
    fn put(self, out: &mut String, char: char) {
        let short = match (self, char) {
            (Self::Net, '"') => None,
            (_, '"' | '\\') => Some(char),
            (Self::Slashes | Self::Php, '/') => Some('/'),
            (_, '\x08') => Some('b'),
            (_, '\x0c') => Some('f'),
            (_, '\n') => Some('n'),
            (_, '\r') => Some('r'),
            (_, '\t') => Some('t'),
            _ => None,
        };
        if let Some(short) = short {
            out.extend(['\\', short]);
            return;
        }
        let html = matches!(char, '<' | '>' | '&');
        let by_number = char < ' '
            || match self {
                Self::Ascii => char >= '\x7f',
                Self::Php => char > '\x7f',
                Self::Html => html || matches!(char, '\u{2028}' | '\u{2029}'),
                Self::Net => html || char >= '\x7f' || matches!(char, '"' | '\'' | '+' | '`'),
                Self::Kept | Self::Least | Self::Slashes => false,
            };
        if !by_number {
            out.push(char);
            return;
        }
        for unit in char.encode_utf16(&mut [0; 2]) {
            // Memory takes every write.
            let _ = if self == Self::Net {
                write!(out, "\\u{unit:04X}")
            } else {
                write!(out, "\\u{unit:04x}")
            };
        }
    }
}
