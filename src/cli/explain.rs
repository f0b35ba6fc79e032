//! The flags of `explain`, and how they become its options.

use super::values::FormatFlag;
use super::{EXIT_CODES, MORE, PAGE};
use crate::commands::explain::ExplainOptions;
use crate::report::Format;
use clap::Args;

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook explain
  inqud-hook explain paid-short
  inqud-hook explain forge/truncated
  inqud-hook explain forge
  inqud-hook explain body_reprinted",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Explain {
    /// Rule of the linter, or case or group of `test`
    ///
    /// Rules are shown in brackets after `error`, `warning` or `note`. Cases may be given as a pattern such as 'state/*';
    /// several are listed. The names of causes in the reports of `test`, and of reasons in those of `verify` and `listen`,
    /// are explained too: amount-not-compared, body_reprinted.
    #[arg(value_name = "RULE|CASE")]
    topic: Option<String>,
    #[command(flatten)]
    format: FormatFlag<Format>,
}

impl Explain {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> ExplainOptions {
        ExplainOptions {
            topic: self.topic,
            format: self.format.format,
        }
    }
}
