//! One file per subcommand; each reads like its help text and leaves the work to the other modules.

pub(crate) mod config;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod validate;

use crate::World;
use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::error::Error;
use crate::report::{self, Format, Message, Paint, Style};
use std::io::Write as _;

/// What every command works with.
pub(crate) struct Context<'w> {
    pub(crate) config: Config,
    pub(crate) catalogue: &'w Catalogue,
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
}

impl Context<'_> {
    /// The columns that a line may take.
    fn width(&self) -> usize {
        self.world.width.unwrap_or(100)
    }

    /// Writes the results of a command that has few of them.
    fn say<'m>(&mut self, format: Format, messages: impl IntoIterator<Item = Message<'m>>) -> Result<(), Error> {
        let style = Style { paint: self.paint, width: self.width(), verbose: false };
        let report = report::report(format, style);
        let mut out = Vec::new();
        for message in messages {
            report.message(&message, &mut out);
        }
        self.print(&out)
    }

    fn print(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let out = &mut self.world.stdout.writer;
        out.write_all(bytes).and_then(|()| out.flush()).map_err(Error::stdout)
    }
}

/// Lists have two forms; the others are for findings.
fn list_format(format: Format) -> Result<Format, Error> {
    match format {
        Format::Human | Format::Json => Ok(format),
        _ => Err(Error::Usage {
            what: "only `validate` has findings to print in that format".to_owned(),
            hint: "use --format human or --format json".to_owned(),
        }),
    }
}
