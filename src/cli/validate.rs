//! The flags of `validate`, and how they become its options.

use super::levels::LevelFlags;
use super::values::FormatFlag;
use super::{EXIT_CODES, MORE, PAGE};
use crate::commands::validate::ValidateOptions;
use crate::filled_folders::filled_folders;
use crate::report::FindingsFormat;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook validate body.json
  inqud-hook validate captures/ --deny warnings
  jq -c .body deliveries.json | inqud-hook validate - --format json
  inqud-hook validate body.json --event INVOICE_PAID",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Validate {
    /// Files, folders, or - for standard input
    ///
    /// From folders, *.json, *.ndjson and *.jsonl files are read.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[arg(
        long,
        hide_short_help = true,
        help_heading = "Input",
        help = NO_IGNORE,
        long_help = no_ignore_help()
    )]
    no_ignore: bool,
    /// Check every body as this event
    ///
    /// Regardless of the event that it contains.
    #[arg(long, value_name = "EVENT", help_heading = "Detection")]
    event: Option<String>,
    /// Recognise only bodies of this provider
    #[arg(
        long,
        value_name = "PROVIDER",
        help_heading = "Detection",
        hide_short_help = true
    )]
    provider: Option<String>,
    #[command(flatten)]
    pub(super) levels: LevelFlags,
    #[command(flatten)]
    format: FormatFlag<FindingsFormat>,
    /// Write the results to this file
    #[arg(
        long,
        short,
        value_name = "FILE",
        help_heading = "Output",
        hide_short_help = true
    )]
    output: Option<PathBuf>,
    /// Show every finding, and name the valid bodies too
    ///
    /// Otherwise only the first findings of each sort are shown, and the rest is counted. Other formats always have all.
    #[arg(long, short, help_heading = "Output", hide_short_help = true)]
    verbose: bool,
    /// Show only the summary
    #[arg(
        long,
        short,
        conflicts_with = "verbose",
        help_heading = "Output",
        hide_short_help = true
    )]
    quiet: bool,
}

const NO_IGNORE: &str = "Read all of a folder";

fn no_ignore_help() -> String {
    format!(
        "{NO_IGNORE}\n\nOtherwise hidden files and folders are skipped, {}, and what a .gitignore in the folder or below \
         it names. A file or folder that is given by name is always read.",
        filled_folders("and")
    )
}

impl Validate {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> ValidateOptions {
        ValidateOptions {
            paths: self.paths,
            event: self.event,
            provider: self.provider,
            format: self.format.format,
            output: self.output,
            verbose: self.verbose,
            quiet: self.quiet,
            no_ignore: self.no_ignore,
        }
    }
}
