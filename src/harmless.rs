//! Text from outside, made harmless: nothing in it can steer a terminal.
//!
//! Separate because it is needed on both sides: a report shows such text, and a catalogue refuses it in names.

use std::borrow::Cow;

/// Whether a character is a control character, or changes the direction of writing.
pub(crate) fn steers(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A text from outside in which nothing can steer the terminal: control characters, and those that change the
/// direction of writing, are made visible. Line feeds and tabs are kept for `keep_lines`.
fn shown(text: &str, keep_lines: bool) -> Cow<'_, str> {
    let harmless = |char: char| match char {
        '\n' | '\t' => keep_lines,
        _ => !steers(char),
    };
    // Most texts are plain, and many are asked.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match char {
            char if harmless(char) => out.push(char),
            // The control pictures of Unicode stand in the order of the characters that they show.
            '\0'..='\x1f' => out.push(char::from_u32(0x2400 + char as u32).unwrap_or('\u{fffd}')),
            '\x7f' => out.push('\u{2421}'),
            char => out.push_str(&format!("<U+{:04X}>", char as u32)),
        }
    }
    Cow::Owned(out)
}

/// A text from outside on one line; see `shown`.
pub fn visible(text: &str) -> Cow<'_, str> {
    shown(text, false)
}

/// A text from outside on several lines; see `shown`.
pub(crate) fn visible_lines(text: &str) -> Cow<'_, str> {
    shown(text, true)
}

/// A JSON text with nothing in it that steers a terminal. The value stays the same: in a JSON text such characters stand
/// only within strings, where they can be escaped, and a carriage return only where a line feed means as much.
pub(crate) fn visible_json(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|char| char != '\n' && char != '\t' && steers(char)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => out.push('\n'),
            '\n' | '\t' => out.push(char),
            char if steers(char) => out.push_str(&format!("\\u{:04x}", char as u32)),
            char => out.push(char),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_steers_the_terminal() {
        assert_eq!(visible("a\x1b[31mb\u{202e}c\x7f\n"), "a␛[31mb<U+202E>c␡␊");
        assert_eq!(visible_lines("a\n\tb\r"), "a\n\tb␍");
        assert!(matches!(visible("Café ₿"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_json_text_keeps_its_value() {
        let text = "{\r\n\t\"a\u{9b}\": \"\u{202e}é\u{7f}\",\r\"b\": 1.10}\n";
        let shown = visible_json(text);
        assert_eq!(shown, "{\n\t\"a\\u009b\": \"\\u202eé\\u007f\",\n\"b\": 1.10}\n");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(text), value(&shown));
        assert!(matches!(visible_json("{\n\t\"a\": \"é\"}"), Cow::Borrowed(_)));
    }
}
