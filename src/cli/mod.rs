//! The command line: clap's types, and how each command's flags become its checked options.
//!
//! Help, completions and manual pages come from this one definition. Nothing outside of `cli` sees clap.

mod body_flags;
mod completions;
mod config;
mod events;
mod explain;
mod init;
mod inspect;
mod levels;
mod listen;
mod listen_values;
mod log;
mod man;
mod manual;
mod one_command;
mod replay;
mod secret_input;
mod send;
mod show_flags;
mod test;
mod tips;
mod usage;
mod validate;
mod values;
mod verify;

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
use init::Init;
use inspect::Inspect;
use listen::Listen;
use log::Log;
use man::Man;
use replay::Replay;
use send::Send;
use std::path::PathBuf;
use test::Test;
pub(crate) use usage::{Usage, parse};
use validate::Validate;
use verify::Verify;

const ABOUT: &str = "Prove that your payment-webhook endpoint is right before money moves.";

// Every help text has the same parts: what the command does, examples, usage, options by heading, exit codes. `-h` leaves
// out examples, exit codes and rarely used options: it has at most 24 lines, or 40 for the commands with most options; that of the
// tool itself 27.

/// Puts what the command does before the examples; clap's default puts it after them.
const PAGE: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

/// The last line of `-h`.
const MORE: &str = "See --help for examples, all options and exit codes.";

const EXIT_CODES: &str = "\
Exit codes:
  0    success
  1    problem found: invalid body, wrong signature, or an endpoint that
       rejected a delivery or could not be reached
  2    error: usage, unreadable input, configuration, port in use
  130  ended by Ctrl-C";

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

/// clap's `--help`, under our heading.
fn help_flag() -> Arg {
    let flag = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help("Print help");
    flag.global(true).help_heading(GLOBAL_OPTIONS)
}

/// clap's `--version`, under our heading.
fn version_flag() -> Arg {
    let flag = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version)
        .help("Print version")
        .hide_short_help(true);
    flag.help_heading(GLOBAL_OPTIONS)
}

const GLOBAL_OPTIONS: &str = "Global options";

#[derive(Debug, Args)]
#[command(next_help_heading = GLOBAL_OPTIONS)]
pub(crate) struct Global {
    /// Configuration file [default: the nearest inqud-hook.toml]
    ///
    /// By default inqud-hook.toml is searched for in the working folder and its parents, up to the root of the repository
    /// or the home folder. [$INQUD_HOOK_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// File with variables, such as .env
    ///
    /// For the secrets that the configuration reads from variables, and for $INQUD_HOOK_…; the environment takes
    /// precedence. No other variables are used, and no file is read without this flag.
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(crate) env_file: Option<PathBuf>,
    /// Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]
    #[arg(
        long,
        alias = "catalogue",
        global = true,
        value_name = "DIR",
        hide_short_help = true
    )]
    pub(crate) catalog: Vec<PathBuf>,
    /// When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]
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
    /// Send signed sample events, scenarios, or your own body
    #[command(alias = "trigger")]
    Send(Box<Send>),
    /// Receive deliveries; verify, validate and show them
    Listen(Box<Listen>),
    /// Search recorded deliveries, show one, or compare two
    Log(Log),
    /// Show recorded deliveries on a page
    Inspect(Box<Inspect>),
    /// Send captured deliveries again
    #[command(alias = "resend")]
    Replay(Box<Replay>),
    /// Attack an endpoint with right and wrong deliveries, and judge it
    Test(Box<Test>),
    /// Check captured bodies against the event schemas
    #[command(alias = "lint")]
    Validate(Validate),
    /// Check signatures of captured deliveries, and say why one is wrong
    Verify(Verify),
    /// List the known events, or show one of them
    Events(Events),
    /// Explain a lint rule or a test case, or list them
    Explain(Explain),
    /// Write a commented inqud-hook.toml into this folder
    Init(Init),
    /// Show all settings and where each comes from
    Config(ConfigFlags),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print a manual page, or write all of them to a folder
    Man(Man),
}

impl Command {
    /// The settings that change what the command does without being shown by it.
    pub(crate) fn silent_settings(&self) -> &'static [FoundPart] {
        match self {
            Self::Send(_) | Self::Replay(_) => &FoundPart::ALL,
            Self::Listen(_) => &[
                FoundPart::AllowedHosts,
                FoundPart::Catalogue,
                FoundPart::Secrets,
                FoundPart::Keys,
                FoundPart::Lint,
            ],
            Self::Test(_) => &[
                FoundPart::Target,
                FoundPart::AllowedHosts,
                FoundPart::Catalogue,
                FoundPart::Secrets,
                FoundPart::Keys,
                FoundPart::Test,
            ],
            Self::Validate(_) => &[FoundPart::Catalogue, FoundPart::Lint],
            Self::Verify(_) => &[FoundPart::Catalogue, FoundPart::Secrets],
            Self::Log(_) | Self::Inspect(_) => {
                &[FoundPart::Catalogue, FoundPart::Lint, FoundPart::Secrets]
            }
            Self::Events(_) | Self::Completions(_) => &[FoundPart::Catalogue],
            Self::Explain(_) => &[FoundPart::Lint],
            Self::Init(_) | Self::Config(_) | Self::Man(_) => &[],
        }
    }

    /// Whether settings change what the command does.
    pub(crate) fn reads_settings(&self) -> bool {
        !matches!(self, Self::Init(_) | Self::Completions(_) | Self::Man(_))
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
