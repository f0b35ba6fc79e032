//! Colours by role, decided once per stream; and bytes from outside, made harmless.
//!
//! Separate because the decision is ours: the colour library looks only at stdout, colours a dumb terminal and takes
//! an empty variable for a set one.

use colored::Colorize as _;
use serde::Serialize;
use std::borrow::Cow;
use std::ffi::OsString;
use std::io;

/// What `--color` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// Ask the environment and the stream.
    #[default]
    Auto,
    /// Colours, whatever the stream is.
    Always,
    /// No colours.
    Never,
}

/// Whether a stream gets colours: the flag, then `NO_COLOR`, `CLICOLOR_FORCE`, `TERM=dumb`, then the stream itself.
pub fn colour_for(choice: ColorChoice, terminal: bool, env: &dyn Fn(&str) -> Option<OsString>) -> bool {
    let set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR") => false,
        ColorChoice::Auto if set("CLICOLOR_FORCE") && env("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        ColorChoice::Auto if env("TERM").is_some_and(|value| value == "dumb") => false,
        ColorChoice::Auto => terminal,
    }
}

/// Puts colours on words by what they are for.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    on: bool,
}

impl Paint {
    /// Colours, or none at all.
    pub fn new(on: bool) -> Self {
        if on {
            // The decision has been made; the library must not make it again.
            colored::control::set_override(true);
        }
        Self { on }
    }

    /// Whether there are colours.
    pub fn is_on(self) -> bool {
        self.on
    }

    /// Something wrong.
    pub fn error(self, text: &str) -> String {
        if self.on { text.red().bold().to_string() } else { text.to_owned() }
    }

    /// Something doubtful.
    pub fn warning(self, text: &str) -> String {
        if self.on { text.yellow().bold().to_string() } else { text.to_owned() }
    }

    /// Something right.
    pub fn good(self, text: &str) -> String {
        if self.on { text.green().bold().to_string() } else { text.to_owned() }
    }

    /// A heading, or what one looks for.
    pub fn strong(self, text: &str) -> String {
        if self.on { text.bold().to_string() } else { text.to_owned() }
    }

    /// A name to type.
    pub fn name(self, text: &str) -> String {
        if self.on { text.cyan().to_string() } else { text.to_owned() }
    }

    /// A text within JSON.
    pub fn text(self, text: &str) -> String {
        if self.on { text.green().to_string() } else { text.to_owned() }
    }

    /// A number or a word within JSON.
    pub fn literal(self, text: &str) -> String {
        if self.on { text.yellow().to_string() } else { text.to_owned() }
    }

    /// Something beside the point.
    pub fn quiet(self, text: &str) -> String {
        if self.on { text.dimmed().to_string() } else { text.to_owned() }
    }
}

/// A text from outside in which nothing can steer the terminal: control characters, and those that change the
/// direction of writing, are made visible. Line feeds and tabs are kept for `keep_lines`. Nor can it give orders to the
/// runner of a pipeline that reads along; see [`is_command`].
fn shown(text: &str, keep_lines: bool) -> Cow<'_, str> {
    let harmless = |char: char| match char {
        '\n' | '\t' => keep_lines,
        _ => !steers(char),
    };
    // Most texts are plain, and many are asked.
    let mut before = 0;
    let plain = text.bytes().all(|byte| {
        let double = matches!(byte, b':' | b'#') && byte == before;
        before = byte;
        matches!(byte, b' '..=b'~') && !double
    });
    let commands = || text.match_indices(['#', ':']).any(|(at, _)| is_command(text, at));
    if plain || (text.chars().all(harmless) && !commands()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, char) in text.char_indices() {
        match char {
            // A space in the middle takes the meaning from it, and leaves it to be read.
            '#' | ':' if is_command(text, at) => out.extend([char, ' ']),
            char if harmless(char) => out.push(char),
            // The control pictures of Unicode stand in the order of the characters that they show.
            '\0'..='\x1f' => out.push(char::from_u32(0x2400 + char as u32).unwrap_or('\u{fffd}')),
            '\x7f' => out.push('\u{2421}'),
            char => out.push_str(&format!("<U+{:04X}>", char as u32)),
        }
    }
    Cow::Owned(out)
}

/// Whether something begins there that pipelines take for a command, if it stands in their log: `::name::` at the
/// beginning of a line, before which they leave white space away, and `##[name]` or `##name[` anywhere. Where a line
/// will begin is not known here, so that the beginning of any word is taken for it.
fn is_command(text: &str, at: usize) -> bool {
    let (before, rest) = text.split_at(at);
    match rest.strip_prefix("##") {
        Some(name) => name.trim_start_matches(|char: char| char.is_ascii_alphabetic()).starts_with('['),
        None => rest.starts_with("::") && before.chars().next_back().is_none_or(|char| !is_of_a_word(char)),
    }
}

/// Whether a character is still one when it is shown, and no white space.
fn is_of_a_word(char: char) -> bool {
    !char.is_whitespace() && !steers(char)
}

/// Lines from outside, each behind a mark that tells them from our own.
pub(super) fn foreign_lines(text: &str) -> Vec<String> {
    visible_lines(text).lines().map(|line| format!("  | {line}").trim_end().to_owned()).collect()
}

/// A text of several pieces, of which each was made harmless, once more: `##[` may have come together between two.
pub(super) fn rejoined(text: &str) -> Cow<'_, str> {
    let ends = || text.match_indices('#').filter(|(at, _)| is_command(text, *at)).map(|(at, _)| at + 1);
    if ends().next().is_none() {
        return Cow::Borrowed(text);
    }
    let starts = std::iter::once(0).chain(ends());
    let pieces: Vec<&str> = starts.zip(ends().chain([text.len()])).map(|(start, end)| &text[start..end]).collect();
    Cow::Owned(pieces.join(" "))
}

/// A text from outside on one line; see `shown`.
pub fn visible(text: &str) -> Cow<'_, str> {
    shown(text, false)
}

/// A text from outside on several lines; see `shown`.
pub(crate) fn visible_lines(text: &str) -> Cow<'_, str> {
    shown(text, true)
}

/// Writes a value as JSON in which nothing can steer a terminal: what could is escaped, which changes no value.
pub(super) fn write_json(value: &impl Serialize, out: &mut Vec<u8>) {
    let mut serializer = serde_json::Serializer::with_formatter(out, Harmless);
    value.serialize(&mut serializer).expect("these structs have text keys, and memory takes every write");
}

struct Harmless;

impl serde_json::ser::Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'#') {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        let escaped = |rest: &str, at, char| steers(char) || (char == '#' && is_command(rest, at));
        while let Some((at, char)) = rest.char_indices().find(|(at, char)| escaped(rest, *at, *char)) {
            write!(writer, "{}\\u{:04x}", &rest[..at], char as u32)?;
            rest = &rest[at + char.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

fn steers(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_for_colours_is_obeyed() {
        let decide = |choice, terminal, set: &[(&str, &str)]| {
            let env = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
            colour_for(choice, terminal, &env)
        };
        use ColorChoice::{Always, Auto, Never};
        for (choice, terminal, set, expected) in [
            (Auto, true, &[][..], true),
            (Auto, false, &[], false),
            (Auto, true, &[("TERM", "dumb")], false),
            (Auto, true, &[("NO_COLOR", "")], true),
            (Auto, true, &[("NO_COLOR", "1")], false),
            (Auto, false, &[("CLICOLOR_FORCE", "")], false),
            (Auto, false, &[("CLICOLOR_FORCE", "0")], false),
            (Auto, false, &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], true),
            (Auto, true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false),
            (Always, false, &[("NO_COLOR", "1")], true),
            (Never, true, &[("CLICOLOR_FORCE", "1")], false),
        ] {
            assert_eq!(decide(choice, terminal, set), expected, "{choice:?} {terminal} {set:?}");
        }
    }

    #[test]
    fn nothing_from_outside_steers_the_terminal() {
        assert_eq!(visible("a\x1b[31mb\u{202e}c\x7f\n"), "a␛[31mb<U+202E>c␡␊");
        assert_eq!(visible_lines("a\n\tb\r"), "a\n\tb␍");
        assert!(matches!(visible("Café ₿"), Cow::Borrowed(_)));
    }

    #[test]
    fn nothing_from_outside_orders_a_pipeline_about() {
        for (text, shown) in [
            ("::error::x", ": :error::x"),
            (" \u{a0}::stop-commands::x", " \u{a0}: :stop-commands::x"),
            ("a\n::debug::b", "a\n: :debug::b"),
            ("a ##[error]b ##[", "a # #[error]b # #["),
            ("###[group]", "## #[group]"),
            ("##vso[task.complete]", "# #vso[task.complete]"),
            ("a::b, http://[::1]:80/, # ## #[", "a::b, http://[::1]:80/, # ## #["),
        ] {
            assert_eq!(visible_lines(text), shown);
            let mut json = Vec::new();
            write_json(&text, &mut json);
            let json = String::from_utf8(json).unwrap();
            assert!(!json.contains("##[") && !json.contains("##vso["), "{json}");
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
