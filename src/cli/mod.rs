//! The command line: clap's types, and how each command's flags become its checked options.
//!
//! Help, completions and manual pages come from this one definition. Nothing outside of `cli` sees clap.

mod completions;
mod config;
mod events;
mod explain;
mod levels;
mod listen;
mod man;
mod manual;
mod replay;
mod send;
mod usage;
mod validate;
mod values;

#[cfg(test)]
mod tests;

use crate::config::{Config, FoundPart};
use crate::error::Error;
use crate::report::ColorChoice;
use clap::{Arg, ArgAction, Args, Parser, Subcommand};
use completions::Completions;
use config::ConfigFlags;
use events::Events;
use explain::Explain;
use listen::Listen;
use man::Man;
use replay::Replay;
use send::Send;
use std::path::PathBuf;
pub(crate) use usage::{Usage, parse};
use validate::Validate;

const ABOUT: &str = "Prove that your payment-webhook endpoint is right before money moves: offline, with one small binary.";

// Every page of help is made alike: what the command is for, examples, how it is called, its options by heading, exit
// codes. `-h` leaves out the examples, the exit codes and the rarer options, so that it fits a screen.

/// What the command is for comes before the examples; clap would have it behind them.
const PAGE: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

/// The last line of `-h`.
const MORE: &str = "--help shows everything: examples, all options, exit codes.";

const EXIT_CODES: &str = "\
Exit codes:
  0    all good
  1    found something: a body is invalid, a signature wrong, an endpoint
       refused or could not be reached
  2    the tool could not work: usage, unreadable input, configuration,
       port taken
  130  after Ctrl-C";

#[derive(Debug, Parser)]
#[command(
    name = "inqud-hook",
    version,
    about = ABOUT,
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook send INVOICE_PAID
  inqud-hook listen 8080
  inqud-hook send --scenario underpaid --to localhost:8080
  inqud-hook validate body.json",
    after_help = MORE,
    after_long_help = EXIT_CODES,
    disable_help_flag = true,
    disable_version_flag = true,
    args = [help_flag(), version_flag()]
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// clap's own, but under a heading.
fn help_flag() -> Arg {
    let flag = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help("Print help");
    flag.global(true).help_heading(EVERYWHERE)
}

/// clap's own, but under a heading.
fn version_flag() -> Arg {
    let flag = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version)
        .help("Print version");
    flag.help_heading(EVERYWHERE)
}

const EVERYWHERE: &str = "Everywhere";

#[derive(Debug, Args)]
#[command(next_help_heading = EVERYWHERE)]
pub(crate) struct Global {
    /// Configuration instead of the nearest inqud-hook.toml
    ///
    /// That is searched from the working folder up to the root of its repository or to the home folder.
    /// [$INQUD_HOOK_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder with providers of your own, which come before the built-in ones [$INQUD_HOOK_CATALOG]
    #[arg(long, global = true, value_name = "DIR", hide_short_help = true)]
    pub(crate) catalog: Vec<PathBuf>,
    /// When to use colours: auto, always or never [$NO_COLOR, $CLICOLOR_FORCE]
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        hide_short_help = true
    )]
    pub(crate) color: ColorChoice,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Post signed samples, life cycles, or a body of your own
    Send(Box<Send>),
    /// Receive deliveries: verify, validate and show them
    Listen(Box<Listen>),
    /// Send captured deliveries again
    Replay(Box<Replay>),
    /// Lint captured bodies against the event schemas
    Validate(Validate),
    /// List the catalogue, or show one event
    Events(Events),
    /// Explain a rule of the linter, or list all
    Explain(Explain),
    /// Show every effective setting and where it came from
    Config(ConfigFlags),
    /// Print the completions of a shell
    Completions(Completions),
    /// Print a manual page, or write all of them
    Man(Man),
}

impl Command {
    /// The settings that change what the command does without being shown by it.
    pub(crate) fn silent_settings(&self) -> &'static [FoundPart] {
        match self {
            Self::Send(_) | Self::Replay(_) | Self::Listen(_) => &FoundPart::ALL,
            Self::Validate(_) => &[FoundPart::Catalogue, FoundPart::Lint],
            Self::Events(_) | Self::Completions(_) => &[FoundPart::Catalogue],
            Self::Explain(_) => &[FoundPart::Lint],
            Self::Config(_) | Self::Man(_) => &[],
        }
    }

    /// Puts the levels of rules that flags set over those of the configuration.
    pub(crate) fn set_levels(&self, config: &mut Config) -> Result<(), Error> {
        match self {
            Self::Validate(flags) => flags.levels.apply(config),
            Self::Config(flags) => flags.levels.apply(config),
            _ => Ok(()),
        }
    }
}
