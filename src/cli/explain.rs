//! The flags of `explain`, and how they become its options.

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
  inqud-hook explain paid-short",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Explain {
    /// Rule, as shown in brackets after `error`, `warning` or `note`
    #[arg(value_name = "RULE")]
    rule: Option<String>,
    /// Output format: human or json
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    format: Format,
}

impl Explain {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> ExplainOptions {
        ExplainOptions {
            rule: self.rule,
            format: self.format,
        }
    }
}
