//! A body as other programs re-serialise it: their white space, order of keys, numbers and escapes.
//!
//! Only styles that change this very body are tried.

mod programs;

use super::json_tree::{JsonNode, TooMuch, parse};
use super::print_style::{ESCAPES, EscapeStyle, NUMBERS, PLAIN, PrintStyle, WHITE_SPACE};
use super::question::SearchBudget;
use crate::json::{EscapedPiece, Text, piece};

/// Larger bodies are not tried: each style costs time, and webhooks are smaller.
const LARGEST: usize = 256 << 10;

/// Indenting can make deeply nested lists much larger.
const LARGEST_PRINT: usize = 4 * LARGEST;

const SORTED: &str = "keys sorted";

/// A body, parsed.
pub(super) struct Reprinter<'t> {
    text: &'t str,
    /// Its members in each order that differs, with the order's description.
    trees: Vec<(Option<&'static str>, JsonNode<'t>)>,
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
            (SORTED, sorted),
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

    /// How the body in that style differs from the body, in a few words: the program that prints it so, where it is known.
    fn changes(&self, style: &PrintStyle, newline: bool) -> String {
        let sorted = style.tree > 0
            && self
                .trees
                .get(style.tree)
                .is_some_and(|tree| tree.0 == Some(SORTED));
        if let Some(program) = style.program(sorted) {
            let newline = if newline {
                ", plus a trailing newline"
            } else {
                ""
            };
            return format!("as {program} prints it{newline}");
        }
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
