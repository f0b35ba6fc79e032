//! Text behind a label, wrapped at the width of the terminal: errors, hints and notes.

use super::Paint;
use super::wrap::behind;
use crate::error::Error;
use crate::sanitize::visible;
use unicode_width::UnicodeWidthStr as _;

/// An error of the tool itself, with its hint, for a terminal of that width.
pub fn error(error: &Error, paint: Paint, width: Option<usize>) -> String {
    let mut text = labelled(
        "error:",
        |label| paint.error(label),
        &error.to_string(),
        width,
    );
    if let Some(hint) = error.hint() {
        text += &labelled("hint:", |label| paint.name(label), &hint, width);
    }
    text
}

/// A note for stderr, for a terminal of that width.
pub fn note(text: &str, paint: Paint, width: Option<usize>) -> String {
    let text = text.replace('\n', " ");
    labelled("note:", |label| paint.name(label), &text, width)
}

/// What stands above the events of a provider, for a terminal of that width.
pub fn provider_heading(title: &str, about: &str, paint: Paint, width: Option<usize>) -> String {
    let title = visible(title);
    labelled(
        &format!("{title}:"),
        |_| format!("{}:", paint.strong(&title)),
        about,
        width,
    )
}

/// A text behind a label. Without a terminal its lines stay as long as they are.
fn labelled(
    label: &str,
    painted: impl Fn(&str) -> String,
    text: &str,
    width: Option<usize>,
) -> String {
    let indent = label.width() + 1;
    let lines = text.lines().map(|line| match width {
        Some(width) => behind(indent, line, width),
        None => visible(line).into_owned(),
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    format!("{} {text}\n", painted(label))
}
