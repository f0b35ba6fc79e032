//! Colours by role, decided once per stream; and JSON without terminal control characters.
//!
//! The decision is made here because the colour library looks only at stdout, colours dumb terminals, and treats an empty
//! variable as set.

use crate::sanitize::{is_command, steers};
use colored::Colorize as _;
use serde::Serialize;
use std::ffi::OsString;
use std::io;

/// The value of `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// Decide by the environment and the stream.
    #[default]
    Auto,
    /// Always colour.
    Always,
    /// Never colour.
    Never,
}

/// Whether a stream gets colours: the flag, then `NO_COLOR`, `FORCE_COLOR`, `CLICOLOR_FORCE`, `TERM=dumb`, then the stream
/// itself.
pub fn colour_for(
    choice: ColorChoice,
    terminal: bool,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> bool {
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => return true,
        ColorChoice::Never => return false,
        ColorChoice::Auto => {}
    }
    if set("NO_COLOR").is_some() {
        return false;
    }
    // As Node.js reads it: also an empty value is on.
    if let Some(force) = env("FORCE_COLOR") {
        return force != "0" && force != "false";
    }
    if set("CLICOLOR_FORCE").is_some_and(|force| force != "0") {
        return true;
    }
    terminal && set("TERM").is_none_or(|term| term != "dumb")
}

/// Colours words by their role.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    on: bool,
}

impl Paint {
    /// With or without colours.
    pub fn new(on: bool) -> Self {
        if on {
            // Overrides the library's own decision.
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

    /// A heading, or the most important word of a line.
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

    /// A string in JSON.
    pub fn text(self, text: &str) -> String {
        if self.on {
            text.green().to_string()
        } else {
            text.to_owned()
        }
    }

    /// A number or literal in JSON.
    pub fn literal(self, text: &str) -> String {
        if self.on {
            text.yellow().to_string()
        } else {
            text.to_owned()
        }
    }

    /// A value that was added.
    pub fn added(self, text: &str) -> String {
        if self.on {
            text.green().to_string()
        } else {
            text.to_owned()
        }
    }

    /// A value that was removed.
    pub fn removed(self, text: &str) -> String {
        if self.on {
            text.red().to_string()
        } else {
            text.to_owned()
        }
    }

    /// Secondary information.
    pub fn quiet(self, text: &str) -> String {
        if self.on {
            text.dimmed().to_string()
        } else {
            text.to_owned()
        }
    }
}

/// Writes a value as JSON, with terminal control characters escaped. The escapes do not change the value.
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
            (Auto, false, &[("FORCE_COLOR", "")], true),
            (Auto, false, &[("FORCE_COLOR", "1")], true),
            (Auto, false, &[("FORCE_COLOR", "3")], true),
            (Auto, false, &[("FORCE_COLOR", "true")], true),
            (Auto, false, &[("FORCE_COLOR", "1"), ("TERM", "dumb")], true),
            (Auto, true, &[("FORCE_COLOR", "0")], false),
            (Auto, true, &[("FORCE_COLOR", "false")], false),
            (
                Auto,
                true,
                &[("FORCE_COLOR", "0"), ("CLICOLOR_FORCE", "1")],
                false,
            ),
            (
                Auto,
                true,
                &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")],
                false,
            ),
            (Auto, true, &[("NO_COLOR", ""), ("FORCE_COLOR", "1")], true),
            (Always, false, &[("FORCE_COLOR", "0")], true),
            (Never, true, &[("FORCE_COLOR", "1")], false),
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
