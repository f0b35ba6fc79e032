//! The flags of `init`, and how they become its options.

use super::{EXIT_CODES, MORE, PAGE};
use crate::commands::init::InitOptions;
use clap::Args;

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook init
  inqud-hook init :3000/webhooks --provider calypso",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Init {
    /// Your endpoint: URL, host, host:port, :port or port
    ///
    /// On a terminal, what is not given is asked for. Secrets never are: the file says where they are.
    #[arg(value_name = "TARGET")]
    target: Option<String>,
    /// Whose webhooks your endpoint handles
    #[arg(long, value_name = "PROVIDER", help_heading = "Content")]
    provider: Option<String>,
}

impl Init {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> InitOptions {
        InitOptions {
            target: self.target,
            provider: self.provider,
        }
    }
}
