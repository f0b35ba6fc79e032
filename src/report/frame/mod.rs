//! Code frames like those of rustc: the line, the span, the label under it, and the help.
//!
//! A body on one line may be a megabyte long. What is drawn (`drawing`, `crop`) is a window around the span, cut between
//! characters and without terminal control characters.

mod crop;
mod drawing;
#[cfg(test)]
mod reference;

use self::drawing::Drawing;
use super::paint::Paint;
use super::place::Excerpt;
use super::wrap::{columns, fitted, lines};
use super::{Body, Style};
use crate::lint::Finding;
use crate::sanitize::{is_plain, rejoined, visible};
use std::borrow::Cow;
use std::ops::Range;

/// Where less of what stands before a span would be shown, its label goes below the span.
const LEAST_BEFORE: usize = 12;
/// Stands for what is cut off.
const CUT: char = '…';
/// A shorter label is always behind the span; there is room for it.
const SHORT_LABEL: usize = 20;

/// The window around a span, ready to be shown.
struct Window {
    text: String,
    span: Range<usize>,
}

/// Renders the frames of findings.
#[derive(Debug)]
pub(super) struct Frames {
    paint: Paint,
    arrow: String,
    /// Of the terminal.
    width: usize,
    /// Of them, those for the line.
    columns: usize,
}

impl Frames {
    pub(super) fn new(style: &Style) -> Self {
        let width = style.width.max(40);
        Self {
            paint: style.paint,
            arrow: style.paint.quiet("-->"),
            width,
            // The gutter takes six columns; the rest is for the line.
            columns: width - 8,
        }
    }

    /// Renders one finding, followed by a blank line.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method itself has one lifetime, and the function is for any"
    )]
    pub(super) fn render(&self, body: &Body<'_>, finding: &Finding, out: &mut Vec<u8>) {
        self.render_by(
            |drawing, width, coloured, out| drawing.draw(width, coloured, out),
            body,
            finding,
            out,
        );
    }

    /// The same with another way of drawing, which the tests compare.
    fn render_by(
        &self,
        draw: fn(&Drawing<'_>, usize, bool, &mut Vec<u8>),
        body: &Body<'_>,
        finding: &Finding,
        out: &mut Vec<u8>,
    ) {
        let place = body.excerpt.place(&finding.span);
        let label = visible(&finding.label);
        let window = self.window(body.excerpt, &finding.span, columns(&label));
        let (rule, severity) = (finding.rule.name(), finding.severity);
        let before = severity.name().len() + rule.len() + "[]: ".len();
        let help_column = digits(place.line) + " = help: ".len();
        let help = finding.help.as_ref();
        let help = help.map(|help| self.help(help, help_column));
        let drawing = Drawing {
            severity,
            rule,
            title: &fitted(&finding.message, before, self.width),
            arrow: &self.arrow,
            source: &visible(body.source),
            line: place.line,
            column: place.column,
            label: &self.label(label, &finding.label, &window),
            text: &window.text,
            span: window.span,
            help: help.as_deref(),
        };
        let start = out.len();
        draw(&drawing, self.width, self.paint.is_on(), out);
        if memchr::memchr(b'#', &out[start..]).is_some() {
            let drawn = String::from_utf8_lossy(&out.split_off(start)).into_owned();
            out.extend_from_slice(rejoined(&drawn).as_bytes());
        }
        out.push(b'\n');
    }

    /// The help, with a hanging indent where it is a list.
    fn help<'h>(&self, help: &'h str, before: usize) -> Cow<'h, str> {
        const HANGING: &str = "\n  ";
        if memchr::memchr(b'\n', help.as_bytes()).is_none() {
            return fitted(help, before, self.width);
        }
        let indent = before + HANGING.len() - 1;
        let wrapped = help
            .lines()
            .map(|line| fitted(line, indent, self.width).replace('\n', HANGING));
        Cow::Owned(wrapped.collect::<Vec<_>>().join("\n"))
    }

    /// The label, in one line where that fits behind the span, or else in several below it.
    fn label<'l>(&self, visible: Cow<'l, str>, label: &str, window: &Window) -> Cow<'l, str> {
        let inside = columns(&window.text[window.span.clone()]);
        let before = columns(&window.text[..window.span.start]);
        let whole = columns(&visible);
        if before + inside + 1 + whole <= self.columns {
            return visible;
        }
        // Of several, the library puts all but one below the span, and all where they do not fit behind it.
        let mut labels = lines(label, before, self.columns);
        if labels.len() < 2 {
            labels = lines(label, 0, whole * 2 / 3);
        }
        Cow::Owned(labels.join("\n"))
    }

    /// The part of the span's first line that fits the terminal, if possible together with a label behind the span.
    fn window(&self, excerpt: &Excerpt<'_>, span: &Range<usize>, label: usize) -> Window {
        let range = excerpt.range(span);
        // A character has at most four bytes, so anything further away does not fit on the screen.
        let line = excerpt.around(range.start, self.columns * 4);
        let end = range.end.clamp(range.start, line.end.max(range.start));
        let (before, after) = (
            &excerpt.text[line.start.min(range.start)..range.start],
            &excerpt.text[end.min(line.end)..line.end],
        );
        let inside = &excerpt.text[range.start..end];
        // What is further away is not shown, or only as a sign that the line is cut.
        let shown = |part: &[u8]| part.len().min(self.columns);
        let plain = is_plain(&before[before.len() - shown(before)..])
            && is_plain(&inside[..shown(inside)])
            && is_plain(&after[..shown(after)]);
        let behind = if label < SHORT_LABEL { 8 + label } else { 8 };
        let inside = first_characters(inside, self.columns.saturating_sub(behind), plain);
        let length = characters(&inside.text);
        // If the line does not fit, half of the free space goes before the span.
        let room = self.columns.saturating_sub(length);
        let wide = if plain {
            after.len()
        } else {
            characters(&decoded(after))
        };
        let most = room.saturating_sub(wide).max(room / 2);
        // Beside them stand a space before the label, and the sign that the line is cut.
        let beside = self.columns.saturating_sub(length + 2 + label);
        let below = self.columns - 1 - label.clamp(SHORT_LABEL, self.columns / 2 + 4);
        let fits = label < SHORT_LABEL || beside >= LEAST_BEFORE;
        let most = most.min(if fits { beside } else { below });
        let before = last_characters(before, most, plain);
        let room = room.saturating_sub(characters(&before.text));
        let after = first_characters(after, room.max(4), plain);
        let length = before.text.len() + inside.text.len() + after.text.len();
        let mut text = String::with_capacity(length + 2 * CUT.len_utf8());
        if before.cut {
            text.push(CUT);
        }
        text.push_str(&before.text);
        let start = text.len();
        text.push_str(&inside.text);
        let end = text.len();
        if inside.cut || after.cut {
            text.push_str(if inside.cut { "" } else { &after.text });
            text.push(CUT);
        } else {
            text.push_str(&after.text);
        }
        Window {
            text,
            span: start..end,
        }
    }
}

struct FramePart<'t> {
    text: Cow<'t, str>,
    cut: bool,
}

/// The first characters of a part of a line; in a plain one, each is one byte and harmless.
fn first_characters(bytes: &[u8], most: usize, plain: bool) -> FramePart<'_> {
    // A character has at most four bytes, so the rest of a long line need not be read.
    let near = &bytes[..bytes.len().min(if plain { most } else { most * 4 })];
    if plain {
        return FramePart {
            cut: near.len() < bytes.len(),
            text: decoded(near),
        };
    }
    let text = decoded(near);
    let end = start_of(&text, most);
    FramePart {
        cut: near.len() < bytes.len() || end.is_some(),
        text: harmless(&text, 0..end.unwrap_or(text.len())),
    }
}

/// The last ones.
fn last_characters(bytes: &[u8], most: usize, plain: bool) -> FramePart<'_> {
    let near = &bytes[bytes.len() - bytes.len().min(if plain { most } else { most * 4 })..];
    if plain {
        return FramePart {
            cut: near.len() < bytes.len(),
            text: decoded(near),
        };
    }
    let begun = near
        .iter()
        .position(|byte| byte & 0xc0 != 0x80)
        .unwrap_or(0);
    let text = decoded(&near[begun..]);
    let length = text.chars().count();
    let start = start_of(&text, length.saturating_sub(most));
    FramePart {
        cut: near.len() < bytes.len() || length > most,
        text: harmless(&text, start.unwrap_or(text.len())..text.len()),
    }
}

fn characters(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().count()
    }
}

/// Where the character of that number begins, from 0.
fn start_of(text: &str, number: usize) -> Option<usize> {
    if text.is_ascii() {
        (number < text.len()).then_some(number)
    } else {
        text.char_indices().nth(number).map(|(at, _)| at)
    }
}

/// Most text is UTF-8, and the check of all of it is quick.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// A part of a text, which is not copied if it is harmless already.
fn harmless<'t>(text: &Cow<'t, str>, part: Range<usize>) -> Cow<'t, str> {
    match text {
        Cow::Borrowed(text) => untabbed(&text[part]),
        Cow::Owned(text) => Cow::Owned(untabbed(&text[part]).into_owned()),
    }
}

fn untabbed(text: &str) -> Cow<'_, str> {
    if text.contains('\t') {
        Cow::Owned(visible(&text.replace('\t', "    ")).into_owned())
    } else {
        visible(text)
    }
}

fn digits(number: u64) -> usize {
    number.checked_ilog10().unwrap_or_default() as usize + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Complaint, LintedBody, Rule};

    fn rendered(width: usize, text: &str, span: Range<usize>, complaint: &Complaint) -> String {
        let style = Style {
            paint: Paint::new(false),
            width,
            wrapped: true,
            verbose: false,
        };
        let body = LintedBody::default();
        let excerpt = Excerpt::new(text.as_bytes(), 1, 0);
        let finding = complaint.clone().at(String::new(), span);
        let mut out = Vec::new();
        let body = Body::of("a.json", 1, &body, &excerpt);
        Frames::new(&style).render(&body, &finding, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_frame_with_its_label_and_help_fits_the_terminal_and_loses_no_word() {
        let text = format!(
            "{{\"a\":\"{}\",\"b\":200,\"c\":\"{}\"}}",
            "x".repeat(90),
            "y".repeat(90)
        );
        let at = text.find("200").unwrap();
        for words in [2, 5, 9, 14, 30] {
            let said: Vec<String> = (0..words).map(|word| format!("word{word}")).collect();
            let said = said.join(" ");
            let complaint = Complaint::new(Rule::WrongType, &*said, &*said).help(&*said);
            for width in 40..130 {
                for span in [at..at + 3, 6..96, 0..1, text.len() - 1..text.len()] {
                    let frame = rendered(width, &text, span, &complaint);
                    let widest = frame
                        .lines()
                        .map(unicode_width::UnicodeWidthStr::width)
                        .max();
                    assert!(widest <= Some(width), "{width}\n{frame}");
                    let last = format!("word{}", words - 1);
                    assert_eq!(frame.matches(&last).count(), 3, "{width}\n{frame}");
                }
            }
        }
    }
}
