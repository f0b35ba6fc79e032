//! Colours by role, decided once per stream; and JSON in which nothing steers the terminal.
//!
//! Separate because the decision is ours: the colour library looks only at stdout, colours a dumb terminal and takes
//! an empty variable for a set one.

use crate::sanitize::{is_command, steers};
use colored::Colorize as _;
use serde::Serialize;
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
pub fn colour_for(
    choice: ColorChoice,
    terminal: bool,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> bool {
    let set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR") => false,
        ColorChoice::Auto
            if set("CLICOLOR_FORCE") && env("CLICOLOR_FORCE").is_some_and(|value| value != "0") =>
        {
            true
        }
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
        if self.on {
            text.red().bold().to_string()
        } else {
            text.to_owned()
        }
    }

    /// Something doubtful.
    pub fn warning(self, text: &str) -> String {
        if self.on {
            text.yellow().bold().to_string()
        } else {
            text.to_owned()
        }
    }

    /// Something right.
    pub fn good(self, text: &str) -> String {
        if self.on {
            text.green().bold().to_string()
        } else {
            text.to_owned()
        }
    }

    /// A heading, or what one looks for.
    pub fn strong(self, text: &str) -> String {
        if self.on {
            text.bold().to_string()
        } else {
            text.to_owned()
        }
    }

    /// A name to type.
    pub fn name(self, text: &str) -> String {
        if self.on {
            text.cyan().to_string()
        } else {
            text.to_owned()
        }
    }

    /// A text within JSON.
    pub fn text(self, text: &str) -> String {
        if self.on {
            text.green().to_string()
        } else {
            text.to_owned()
        }
    }

    /// A number or a word within JSON.
    pub fn literal(self, text: &str) -> String {
        if self.on {
            text.yellow().to_string()
        } else {
            text.to_owned()
        }
    }

    /// Something beside the point.
    pub fn quiet(self, text: &str) -> String {
        if self.on {
            text.dimmed().to_string()
        } else {
            text.to_owned()
        }
    }
}

/// Writes a value as JSON in which nothing can steer a terminal: what could is escaped, which changes no value.
pub(super) fn write_json(value: &impl Serialize, out: &mut Vec<u8>) {
    let mut serializer = serde_json::Serializer::with_formatter(out, Harmless);
    value
        .serialize(&mut serializer)
        .expect("these structs have text keys, and memory takes every write");
}

struct Harmless;

impl serde_json::ser::Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if fragment
            .bytes()
            .all(|byte| matches!(byte, b' '..=b'~') && byte != b'#')
        {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        let escaped = |rest: &str, at, char| steers(char) || (char == '#' && is_command(rest, at));
        while let Some((at, char)) = rest
            .char_indices()
            .find(|(at, char)| escaped(rest, *at, *char))
        {
            write!(writer, "{}\\u{:04x}", &rest[..at], char as u32)?;
            rest = &rest[at + char.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_for_colours_is_obeyed() {
        let decide = |choice, terminal, set: &[(&str, &str)]| {
            let env = |name: &str| {
                set.iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, value)| OsString::from(value))
            };
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
            (
                Auto,
                false,
                &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")],
                true,
            ),
            (
                Auto,
                true,
                &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")],
                false,
            ),
            (Always, false, &[("NO_COLOR", "1")], true),
            (Never, true, &[("CLICOLOR_FORCE", "1")], false),
        ] {
            assert_eq!(
                decide(choice, terminal, set),
                expected,
                "{choice:?} {terminal} {set:?}"
            );
        }
    }

    #[test]
    fn json_orders_no_pipeline_about_and_keeps_its_value() {
        for text in [
            "a ##[error]b",
            "###[group]",
            "##vso[task.complete]",
            "# ## #[",
        ] {
            let mut json = Vec::new();
            write_json(&text, &mut json);
            let json = String::from_utf8(json).unwrap();
            assert!(!json.contains("##[") && !json.contains("##vso["), "{json}");
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
