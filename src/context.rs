//! What every command works with: configuration, catalogue, the outside world, colours; and how it can end.

use crate::World;
use crate::bounded_read;
use crate::capture::since::since;
use crate::catalogue::Catalogue;
use crate::config::{Config, FoundPart};
use crate::error::{Error, STDIN};
use crate::report::{self, ColorChoice, Format, Message, Paint, Style, colour_for};
use crate::secret::Secret;
use crate::time::zone::LocalZone;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use zeroize::Zeroizing;

/// What every command works with.
pub(crate) struct Context<'w> {
    pub(crate) config: Config,
    /// Lives as long as the process: the tasks and threads that hold it must be `'static`.
    pub(crate) catalogue: &'static Catalogue,
    pub(crate) world: &'w mut World,
    /// For stdout.
    pub(crate) paint: Paint,
    /// For stderr.
    pub(crate) stderr_paint: Paint,
}

/// How a command ended that did its work, or most of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything is fine.
    Good,
    /// Something is wrong with a body or an endpoint.
    Found,
    /// Some input could not be read, which was reported.
    Failed,
    /// Ended early by Ctrl-C.
    Interrupted,
}

impl Outcome {
    /// The exit code of the process.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Found => 1,
            Self::Failed => 2,
            // What a shell reports for a process that Ctrl-C ended.
            Self::Interrupted => 130,
        }
    }
}

impl<'w> Context<'w> {
    pub(crate) fn new(
        config: Config,
        catalogue: &'static Catalogue,
        color: ColorChoice,
        world: &'w mut World,
    ) -> Self {
        let paint = |terminal| Paint::new(colour_for(color, terminal, &*world.environment));
        let (paint, stderr_paint) = (paint(world.stdout.terminal), paint(world.stderr.terminal));
        Self {
            config,
            catalogue,
            world,
            paint,
            stderr_paint,
        }
    }

    /// The second since 1970 that a value of `--since` means.
    pub(crate) fn since(&self, text: Option<&str>) -> Result<Option<i64>, Error> {
        let now = (self.world.now)().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or_default());
        text.map(|text| since(text, &self.zone(), now)).transpose()
    }

    /// The zone of the times that people read.
    pub(crate) fn zone(&self) -> LocalZone {
        LocalZone::new((self.world.environment)("TZ").as_deref())
    }

    /// How many columns a line may have.
    pub(crate) fn width(&self) -> usize {
        self.world.width.unwrap_or(100)
    }

    /// How many columns a line on stderr may have, if that is a terminal.
    pub(crate) fn stderr_width(&self) -> Option<usize> {
        self.world.width.filter(|_| self.world.stderr.terminal)
    }

    /// How results look on stdout.
    pub(crate) fn style(&self) -> Style {
        Style {
            paint: self.paint,
            width: self.width(),
            wrapped: self.world.stdout.terminal,
            verbose: false,
        }
    }

    /// Writes a few results to stdout.
    pub(crate) fn say<'m>(
        &mut self,
        format: Format,
        messages: impl IntoIterator<Item = Message<'m>>,
    ) -> Result<(), Error> {
        self.say_in(self.style(), format, messages)
    }

    /// Writes a list to stdout; into a pipe one line an entry, for `grep`.
    pub(crate) fn say_list<'m>(
        &mut self,
        format: Format,
        messages: impl IntoIterator<Item = Message<'m>>,
    ) -> Result<(), Error> {
        let mut style = self.style();
        if !self.world.stdout.terminal {
            style.width = usize::MAX;
        }
        self.say_in(style, format, messages)
    }

    fn say_in<'m>(
        &mut self,
        style: Style,
        format: Format,
        messages: impl IntoIterator<Item = Message<'m>>,
    ) -> Result<(), Error> {
        let report = report::report(format, style);
        let mut out = Vec::new();
        for message in messages {
            report.message(&message, &mut out);
        }
        self.print(&out)
    }

    /// Writes a note to stderr.
    pub(crate) fn note(&mut self, text: &str) {
        let note = report::note(text, self.stderr_paint, self.stderr_width());
        // Notes are not worth failing for when stderr is closed.
        let _ = self.world.stderr.writer.write_all(note.as_bytes());
    }

    /// Writes some notes to stderr.
    pub(crate) fn notes(&mut self, texts: &[String]) {
        for text in texts {
            self.note(text);
        }
    }

    /// Says that input is awaited, if one of these files is `-` and standard input is a terminal: it looks like hanging.
    pub(crate) fn note_stdin(&mut self, paths: &[PathBuf]) {
        if self.world.stdin_terminal && paths.iter().any(|path| path == Path::new("-")) {
            self.note("reading standard input; end it with Ctrl-D");
        }
    }

    /// Notes which of these settings come from a configuration file that was found, not named.
    pub(crate) fn say_found(&mut self, parts: &[FoundPart]) {
        if let Some(words) = self.config.found_parts(parts) {
            self.note(&words);
        }
    }

    /// Notes variables that look like settings but are not.
    pub(crate) fn say_unknown_variables(&mut self) {
        for note in std::mem::take(&mut self.config.unknown_variables) {
            self.note(&note);
        }
    }

    /// Reads the secret from standard input; from a terminal as a line that is not shown.
    pub(crate) fn read_secret(&mut self) -> Result<(), Error> {
        let read = if self.world.stdin_terminal {
            let hidden_line = self.world.hidden_line;
            hidden_line(&mut || self.note("type the secret and press Enter; it is not shown"))
        } else {
            bounded_read::read_stream(&mut self.world.stdin, bounded_read::SECRET)
        };
        let bytes = read
            .map(Zeroizing::new)
            .map_err(|source| Error::Unreadable {
                path: STDIN.to_owned(),
                source,
            })?;
        let mut secret = bytes.as_slice();
        if self.world.stdin_terminal {
            // Enter ends the line, and is no part of what was asked for.
            secret = secret.strip_suffix(b"\n").unwrap_or(secret);
            secret = secret.strip_suffix(b"\r").unwrap_or(secret);
            if secret.trim_ascii().is_empty() {
                return Err(Error::Usage {
                    what: "no secret was typed".to_owned(),
                    hint: "type it and press Enter, or give a file that contains it with --secret-file".to_owned(),
                });
            }
        }
        self.config.secret_from_stdin = Some(Secret::new(secret));
        Ok(())
    }

    /// Writes bytes to stdout.
    pub(crate) fn print(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let out = &mut self.world.stdout.writer;
        out.write_all(bytes)
            .and_then(|()| out.flush())
            .map_err(Error::stdout)
    }
}
