//! The flags of `man`, and how they become its options.

use super::{EXIT_CODES, MORE, PAGE, manual};
use crate::commands::man::{ManOptions, ManRequest};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook man | man -l -
  inqud-hook man send | man -l -
  inqud-hook man --dir ~/.local/share/man/man1",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Man {
    /// Command to print the page of [default: inqud-hook itself]
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    command: Option<String>,
    /// Write all pages to this folder instead
    ///
    /// It is made unless it exists; the folder above it must exist.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    dir: Option<PathBuf>,
}

impl Man {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> ManOptions {
        let page = ManRequest::Page(self.command);
        ManOptions {
            request: self.dir.map_or(page, ManRequest::Files),
            pages: manual::pages,
        }
    }
}
