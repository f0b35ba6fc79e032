//! Parses the command line; what clap prints instead of running a command: help, versions, and errors of usage.

use super::{Cli, one_command};
use crate::sanitize::visible;
use clap::Parser as _;
use clap::error::{ContextKind, ContextValue};
use std::ffi::OsString;

/// Text to print instead of running a command.
pub(crate) struct Usage(clap::Error);

impl Usage {
    /// Whether the command line is wrong, rather than a request for help or the version.
    pub(crate) fn is_error(&self) -> bool {
        self.0.use_stderr()
    }

    pub(crate) fn text(&self, coloured: bool) -> String {
        let text = self.0.render();
        if coloured {
            text.ansi().to_string()
        } else {
            text.to_string()
        }
    }
}

/// The command line, parsed.
pub(crate) fn parse(arguments: &[OsString]) -> Result<Cli, Usage> {
    if let Some(parsed) = one_command::parse(arguments) {
        return parsed.map_err(Usage);
    }
    Cli::try_parse_from(arguments).map_err(|error| {
        // clap repeats arguments as they are, control characters included: make them visible, and let it fail again.
        let arguments = arguments
            .iter()
            .map(|argument| visible(&argument.to_string_lossy()).into_owned());
        let mut error = Cli::try_parse_from(arguments).err().unwrap_or(error);
        suggest_file(&mut error);
        Usage(error)
    })
}

/// A secret that is given on the command line belongs into a file; clap finds the name of `--secret-env` more alike.
fn suggest_file(error: &mut clap::Error) {
    let is = |kind, flag: &str| matches!(error.get(kind), Some(ContextValue::String(given)) if given == flag);
    if is(ContextKind::InvalidArg, "--secret") && is(ContextKind::SuggestedArg, "--secret-env") {
        let file = ContextValue::String("--secret-file".to_owned());
        error.insert(ContextKind::SuggestedArg, file);
    }
}
