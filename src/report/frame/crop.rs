//! Crops a line that is wider than the terminal, so that the span and its label stay.

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
        let mut left = 0;
        let mut chars = text.chars();
        while left < window.start
            && let Some(char) = chars.next()
        {
            left += width(char);
        }
        let mut taken = 0;
        let shown = chars.take_while(|char| {
            taken += width(*char);
            taken <= window.len()
        });
        let mut shown: Vec<char> = shown.collect();
        let cut_right = length > window.end;
        if cut_right {
            let end = shown.len() - characters(shown.iter().rev());
            shown.truncate(end);
        }
        let mut text = String::new();
        if left > 0 {
            let start = characters(shown.iter());
            // Where a wide character gives way, one column is empty.
            let gone: usize = shown[..start].iter().map(|char| width(*char)).sum();
            text.extend(std::iter::repeat_n(' ', gone.saturating_sub(DOTS)));
            shown.drain(..start);
        }
        text.extend(shown);
        Self {
            text: Cow::Owned(text),
            left,
            cut_right,
        }
    }
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

/// How many characters give way to dots.
fn characters<'c>(chars: impl Iterator<Item = &'c char>) -> usize {
    let mut free = 0;
    let given = chars.take_while(|char| {
        let more = free < DOTS;
        free += width(**char);
        more
    });
    given.count()
}

/// The columns of a text in which no characters are joined.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().map(width).sum()
    }
}

fn width(char: char) -> usize {
    char.width().unwrap_or(1)
}
