//! Makes text from outside harmless for terminals and for the logs of CI systems.

use std::borrow::Cow;

/// Whether a character is a control character, or changes the direction of writing.
pub(crate) fn steers(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Makes control characters visible, and those that change the direction of writing; line feeds and tabs stay if
/// `keep_lines` is set. Breaks up what a CI system would take for a command; see [`is_command`].
fn shown(text: &str, keep_lines: bool) -> Cow<'_, str> {
    let harmless = |char: char| match char {
        '\n' | '\t' => keep_lines,
        _ => !steers(char),
    };
    let commands = || {
        text.match_indices(['#', ':'])
            .any(|(at, _)| is_command(text, at))
    };
    if is_plain(text.as_bytes()) || (text.chars().all(harmless) && !commands()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, char) in text.char_indices() {
        match char {
            // A space in the middle disables the command and keeps it readable.
            '#' | ':' if is_command(text, at) => out.extend([char, ' ']),
            char if harmless(char) => out.push(char),
            // Unicode's control pictures are in the order of the characters that they show.
            '\0'..='\x1f' => out.push(char::from_u32(0x2400 + char as u32).unwrap_or('\u{fffd}')),
            '\x7f' => out.push('\u{2421}'),
            char => out.push_str(&format!("<U+{:04X}>", char as u32)),
        }
    }
    Cow::Owned(out)
}

/// Whether a text is printable ASCII in which no command can begin, as most are. Looks at all of it, sixteen pairs of
/// bytes per step.
pub(crate) fn is_plain(text: &[u8]) -> bool {
    const STEP: usize = 16;
    let mut last = [b' '; STEP + 1];
    let Some(end) = text.len().checked_sub(last.len()) else {
        last[..text.len()].copy_from_slice(text);
        return are_plain(&last);
    };
    let mut starts = (0..end).step_by(STEP);
    // The last step overlaps the one before.
    starts.all(|start| text[start..].first_chunk().is_some_and(are_plain))
        && text.last_chunk().is_some_and(are_plain)
}

/// Whether these bytes are printable, without two colons or number signs in a row.
fn are_plain(bytes: &[u8; 17]) -> bool {
    let printable = |byte: u8| byte.wrapping_sub(b' ') < 0x7f - b' ';
    let mut plain = printable(bytes[16]);
    for at in 0..16 {
        let (one, next) = (bytes[at], bytes[at + 1]);
        plain &= printable(one) & ((one != next) | ((one != b':') & (one != b'#')));
    }
    plain
}

/// Whether a command for a CI system begins there, if it stands in its log: `::name::` at the beginning of a line, after
/// white space, and `##[name]` or `##name[` anywhere. Where a line will begin is not known here, so the beginning of any
/// word counts. No name begins with a digit, so that `::1` stays an address.
pub(crate) fn is_command(text: &str, at: usize) -> bool {
    let (before, rest) = text.split_at(at);
    match rest.strip_prefix("##") {
        Some(name) => name
            .trim_start_matches(|char: char| char.is_ascii_alphabetic())
            .starts_with('['),
        None => {
            rest.strip_prefix("::")
                .is_some_and(|name| !name.starts_with(|char: char| char.is_ascii_digit()))
                && before
                    .chars()
                    .next_back()
                    .is_none_or(|char| !is_of_a_word(char))
        }
    }
}

/// Whether a character is shown as it is and is not white space.
fn is_of_a_word(char: char) -> bool {
    !char.is_whitespace() && !steers(char)
}

/// Lines from outside, each behind a mark that distinguishes them from the tool's own output.
pub(crate) fn foreign_lines(text: &str) -> Vec<String> {
    visible_lines(text)
        .lines()
        .map(|line| format!("  | {line}").trim_end().to_owned())
        .collect()
}

/// Checks a text once more that was joined from harmless pieces: `##[` may have formed between two.
pub(crate) fn rejoined(text: &str) -> Cow<'_, str> {
    let ends = || {
        text.match_indices('#')
            .filter(|(at, _)| is_command(text, *at))
            .map(|(at, _)| at + 1)
    };
    if ends().next().is_none() {
        return Cow::Borrowed(text);
    }
    let starts = std::iter::once(0).chain(ends());
    let pieces: Vec<&str> = starts
        .zip(ends().chain([text.len()]))
        .map(|(start, end)| &text[start..end])
        .collect();
    Cow::Owned(pieces.join(" "))
}

/// A text from outside on one line; see `shown`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    shown(text, false)
}

/// A text from outside on several lines; see `shown`.
pub(crate) fn visible_lines(text: &str) -> Cow<'_, str> {
    shown(text, true)
}

/// A JSON text in which nothing can control a terminal. Its value stays the same: control characters stand only within
/// strings, where they are escaped, and carriage returns only where a line feed means the same.
pub(crate) fn visible_json(text: &str) -> Cow<'_, str> {
    if !text
        .chars()
        .any(|char| char != '\n' && char != '\t' && steers(char))
    {
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
    fn each_byte_at_each_place_is_plain_or_not() {
        for length in 1..40 {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut text = vec![b'~'; length];
                    text[place] = byte;
                    let plain = matches!(byte, b' '..=b'~');
                    assert_eq!(is_plain(&text), plain, "{byte:#x} at {place} of {length}");
                }
                for pair in ["::", "##", "#:", ":#"].map(str::as_bytes) {
                    let mut text = vec![b' '; length + 1];
                    text[place..place + 2].copy_from_slice(pair);
                    assert_eq!(
                        is_plain(&text),
                        pair[0] != pair[1],
                        "at {place} of {length}"
                    );
                }
            }
        }
    }

    #[test]
    fn nothing_from_outside_controls_the_terminal() {
        assert_eq!(visible("a\x1b[31mb\u{202e}c\x7f\n"), "a␛[31mb<U+202E>c␡␊");
        assert_eq!(visible_lines("a\n\tb\r"), "a\n\tb␍");
        assert!(matches!(visible("Café ₿"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_json_text_keeps_its_value() {
        let text = "{\r\n\t\"a\u{9b}\": \"\u{202e}é\u{7f}\",\r\"b\": 1.10}\n";
        let shown = visible_json(text);
        assert_eq!(
            shown,
            "{\n\t\"a\\u009b\": \"\\u202eé\\u007f\",\n\"b\": 1.10}\n"
        );
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(text), value(&shown));
        assert!(matches!(
            visible_json("{\n\t\"a\": \"é\"}"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn nothing_from_outside_gives_commands_to_a_ci_system() {
        for (text, shown) in [
            ("::error::x", ": :error::x"),
            (" \u{a0}::stop-commands::x", " \u{a0}: :stop-commands::x"),
            ("a\n::debug::b", "a\n: :debug::b"),
            ("::1, at ::1", "::1, at ::1"),
            ("::", ": :"),
            ("a ##[error]b ##[", "a # #[error]b # #["),
            ("###[group]", "## #[group]"),
            ("##vso[task.complete]", "# #vso[task.complete]"),
            (
                "a::b, http://[::1]:80/, # ## #[",
                "a::b, http://[::1]:80/, # ## #[",
            ),
        ] {
            assert_eq!(visible_lines(text), shown);
        }
    }
}
