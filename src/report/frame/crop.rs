//! Crops a line that is wider than the terminal, so that the span and its label stay.

use super::super::wrap::plain_columns;
use super::CUT;
use std::borrow::Cow;
use std::ops::Range;
use unicode_width::UnicodeWidthChar as _;

/// What is left free on both sides of a span, for the dots.
const BESIDE: usize = 6;
/// More white space than this at the beginning of a line is shortened, to no more than `KEPT_INDENT`.
const LONG_INDENT: usize = 20;
const KEPT_INDENT: usize = 16;
/// The columns of the dots.
const DOTS: usize = 3;

/// The part of a line that is shown.
pub(super) struct Cropped<'t> {
    pub(super) text: Cow<'t, str>,
    /// How many columns are not shown at the left; dots stand before the rest.
    pub(super) left: usize,
    /// Dots stand behind the rest, too.
    pub(super) cut_right: bool,
}

impl<'t> Cropped<'t> {
    /// Crops a line to that many columns. `span` is in columns, as is the end of its label.
    pub(super) fn new(text: &'t str, span: Range<usize>, label_end: usize, room: usize) -> Self {
        let length = columns(text);
        let indent = text.chars().take_while(|char| char.is_whitespace()).count();
        let indent = if indent < length { indent } else { 0 };
        let window = window(length, indent, &span, label_end, room);
        if window == (0..length) {
            return Self {
                text: Cow::Borrowed(text),
                left: 0,
                cut_right: false,
            };
        }
        let (start, left) = within(text, window.start, true);
        let shown = &text[start..];
        let (end, _) = within(shown, window.len(), false);
        let mut shown = &shown[..end];
        let cut_right = length > window.end;
        if cut_right {
            let gone = shown.chars().rev();
            let gone: usize = given_way(gone).map(char::len_utf8).sum();
            shown = &shown[..shown.len() - gone];
        }
        let mut free = 0;
        if left > 0 {
            let gone: usize = given_way(shown.chars()).map(char::len_utf8).sum();
            // Where a wide character gives way, one column is empty.
            free = columns(&shown[..gone]).saturating_sub(DOTS);
            shown = &shown[gone..];
        }
        Self {
            text: if free > 0 {
                Cow::Owned([&*" ".repeat(free), shown].concat())
            } else {
                Cow::Borrowed(shown)
            },
            left,
            cut_right,
        }
    }
}

/// Where the characters of that many columns end, in bytes and in columns. With `over`, the last of them may take more.
fn within(text: &str, most: usize, over: bool) -> (usize, usize) {
    let plain = text.trim_start_matches(CUT);
    let marks = text.len() - plain.len();
    let left = most.checked_sub(marks / CUT.len_utf8());
    if let Some(left) = left
        && plain.as_bytes().get(..left).is_some_and(<[u8]>::is_ascii)
    {
        return (marks + left, most);
    }
    if let Some(all) = plain_columns(text).filter(|all| *all <= most) {
        return (text.len(), all);
    }
    let mut taken = 0;
    for (at, char) in text.char_indices() {
        let after = taken + width(char);
        if taken >= most && over || after > most && !over {
            return (at, taken);
        }
        taken = after;
    }
    (text.len(), taken)
}

/// The columns that are shown.
fn window(
    length: usize,
    indent: usize,
    span: &Range<usize>,
    label_end: usize,
    room: usize,
) -> Range<usize> {
    let indent = indent.min(span.start).saturating_sub(BESIDE);
    let shortened = if indent > LONG_INDENT {
        indent - KEPT_INDENT
    } else {
        0
    };
    if length.max(shortened) - shortened <= room {
        return shortened..length;
    }
    let start = span.start.saturating_sub(BESIDE);
    let (span_end, label_end) = (span.end + BESIDE, label_end + BESIDE);
    // As much of this as fits: the whole line but for its indent, the span and its label, the span alone.
    let (left, end) = if label_end - indent <= room {
        (indent, indent + room)
    } else if label_end - start <= room {
        let left = start.saturating_sub((room - (label_end - start)) / 2);
        (left, left + room)
    } else if span_end - start <= room {
        let left = start.saturating_sub((room - (span_end - start)) / 5 * 2);
        (left, left + room)
    } else {
        (start, span_end)
    };
    let right = if length.saturating_sub(left) <= room {
        length
    } else {
        end.min(length)
    };
    left..right
}

/// Those of the characters that give way to dots.
fn given_way(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut free = 0;
    chars.take_while(move |char| {
        let more = free < DOTS;
        free += width(*char);
        more
    })
}

/// The columns of a text in which no characters are joined.
pub(super) fn columns(text: &str) -> usize {
    plain_columns(text).unwrap_or_else(|| text.chars().map(width).sum())
}

fn width(char: char) -> usize {
    if char.is_ascii() {
        1
    } else {
        char.width().unwrap_or(1)
    }
}
