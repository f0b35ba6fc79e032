//! The flags of `config`, and how they become its options.

use super::levels::LevelFlags;
use super::values::FormatFlag;
use super::{EXIT_CODES, MORE, PAGE};
use crate::commands::config::ConfigOptions;
use crate::report::Format;
use clap::Args;

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook config
  inqud-hook config --example > inqud-hook.toml
  inqud-hook config --deny warnings --format json",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct ConfigFlags {
    #[command(flatten)]
    pub(super) levels: LevelFlags,
    /// Also list lint rules that have their built-in level
    #[arg(long, help_heading = "Output")]
    all: bool,
    /// Print a commented example of inqud-hook.toml
    #[arg(long, conflicts_with_all = ["all", "format"], help_heading = "Output")]
    example: bool,
    #[command(flatten)]
    format: FormatFlag<Format>,
}

impl ConfigFlags {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> ConfigOptions {
        ConfigOptions {
            example: self.example,
            all: self.all,
            format: self.format.format,
        }
    }
}
