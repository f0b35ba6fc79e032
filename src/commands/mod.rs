//! One file per subcommand; each reads like its help text and leaves the work to the other modules.

pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod man;
pub(crate) mod replay;
pub(crate) mod validate;

use crate::World;
use crate::catalogue::Catalogue;
use crate::config::{Config, FoundPart};
use crate::error::Error;
use crate::lint::{BadCatalogue, Levels, Linter, Scratch, Severity};
use crate::report::{self, Format, Message, Paint, Style};
use std::io::Write as _;

/// What every command works with.
pub(crate) struct Context<'w> {
    pub(crate) config: Config,
    /// Lives as long as the process: connections and threads hold on to it.
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
    /// All good.
    Good,
    /// Something is wrong with a body or an endpoint.
    Found,
    /// Something could not be read, and that has been said.
    Failed,
    /// Somebody ended it before its time.
    Interrupted,
}

impl Context<'_> {
    /// The columns that a line may take.
    pub(crate) fn width(&self) -> usize {
        self.world.width.unwrap_or(100)
    }

    /// Writes the results of a command that has few of them.
    pub(crate) fn say<'m>(
        &mut self,
        format: Format,
        messages: impl IntoIterator<Item = Message<'m>>,
    ) -> Result<(), Error> {
        let style = Style {
            paint: self.paint,
            width: self.width(),
            verbose: false,
        };
        let report = report::report(format, style);
        let mut out = Vec::new();
        for message in messages {
            report.message(&message, &mut out);
        }
        self.print(&out)
    }

    /// Says on stderr what one should know beside the results.
    pub(crate) fn note(&mut self, text: &str) {
        let note = report::note(text, self.stderr_paint);
        // Where nobody reads stderr, nobody misses it.
        let _ = self.world.stderr.writer.write_all(note.as_bytes());
    }

    /// Says which of those parts a configuration sets that nobody named.
    pub(crate) fn say_found(&mut self, parts: &[FoundPart]) {
        if let Some(words) = self.config.found_parts(parts) {
            self.note(&words);
        }
    }

    pub(crate) fn print(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let out = &mut self.world.stdout.writer;
        out.write_all(bytes)
            .and_then(|()| out.flush())
            .map_err(Error::stdout)
    }
}

/// Says what is wrong with a user's providers before any of them is used: a schema outside the subset, a sample that
/// is not recognised as its own event, or that its own schema refuses.
pub(crate) fn check_catalogue(catalogue: &Catalogue) -> Result<(), Error> {
    let linter = Linter::new(catalogue.providers(), Levels::default());
    linter.check_catalogue().map_err(
        |BadCatalogue {
             provider,
             place,
             why,
         }| {
            let folder = catalogue
                .provider(&provider)
                .ok()
                .and_then(|provider| provider.folder.as_ref());
            let place = folder.map_or_else(
                || format!("{provider}/{place}"),
                |folder| folder.join(&place).display().to_string(),
            );
            Error::Catalogue { place, why }
        },
    )?;
    let mut scratch = Scratch::default();
    for entry in catalogue.events() {
        let (Some(folder), Some(sample)) = (
            &entry.provider.folder,
            entry.provider.sample(&entry.event.name),
        ) else {
            continue;
        };
        let place = folder
            .join("samples")
            .join(format!("{}.json", entry.event.name))
            .display()
            .to_string();
        let mut why = None;
        linter.lint(sample.as_bytes(), &mut scratch, &mut |verdict| {
            let error = verdict
                .findings
                .iter()
                .find(|finding| finding.severity == Severity::Error);
            let other = verdict.provider != Some(&entry.provider.manifest.name)
                || verdict.event != Some(&entry.event.name);
            why = match error {
                Some(finding) => Some(format!(
                    "its own schema refuses it: {} ({})",
                    finding.message, finding.pointer
                )),
                None if other => Some("its own tests do not recognise it as that event".to_owned()),
                None => None,
            };
        });
        if let Some(why) = why {
            return Err(Error::Catalogue { place, why });
        }
    }
    Ok(())
}

/// Lists have two forms; the others are for findings.
pub(crate) fn list_format(format: Format) -> Result<Format, Error> {
    match format {
        Format::Human | Format::Json => Ok(format),
        _ => Err(Error::Usage {
            what: "only `validate` has findings to print in that format".to_owned(),
            hint: "use --format human or --format json".to_owned(),
        }),
    }
}
