//! What the command line looks like: clap's types and nothing else.
//!
//! Separate so that the core never sees clap, and so that help, completions and manual come from one definition.

pub(crate) mod completions;
mod listen;
pub(crate) mod manual;
mod replay;
mod send;

#[cfg(test)]
mod tests;

use crate::catalogue::manifest::Form;
use crate::report::{ColorChoice, Format};
use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, Args, Parser, Subcommand, ValueEnum};
use completions::Shell;
pub(crate) use listen::Listen;
pub(crate) use replay::Replay;
pub(crate) use send::Send;
use std::path::PathBuf;

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
    /// Folders are searched for *.json, *.ndjson and *.jsonl.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Check every body as that event
    ///
    /// Whatever it says itself.
    #[arg(long, value_name = "EVENT", help_heading = "Recognition")]
    pub(crate) event: Option<String>,
    /// Recognise only that provider's bodies
    #[arg(
        long,
        value_name = "PROVIDER",
        help_heading = "Recognition",
        hide_short_help = true
    )]
    pub(crate) provider: Option<String>,
    #[command(flatten)]
    pub(crate) levels: LevelFlags,
    /// How to print the results
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        help_heading = "Output"
    )]
    pub(crate) format: Format,
    /// Write the results to a file
    #[arg(
        long,
        short,
        value_name = "FILE",
        help_heading = "Output",
        hide_short_help = true
    )]
    pub(crate) output: Option<PathBuf>,
    /// Name the bodies that are valid, too
    #[arg(long, short, help_heading = "Output", hide_short_help = true)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct LevelFlags {
    /// Count a rule's findings as errors, or all `warnings`
    ///
    /// Several with commas. `warnings` stands for every rule whose findings are warnings by themselves, and a rule's own
    /// name counts more. [$INQUD_HOOK_DENY]
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = trimmed)]
    pub(crate) deny: Vec<String>,
    /// Count a rule's findings as warnings
    ///
    /// Several with commas. [$INQUD_HOOK_WARN]
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = trimmed)]
    pub(crate) warn: Vec<String>,
    /// Do not show a rule's findings
    ///
    /// Several with commas. [$INQUD_HOOK_ALLOW]
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = trimmed)]
    pub(crate) allow: Vec<String>,
}

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook events
  inqud-hook events --provider inqud
  inqud-hook events INVOICE_PAID
  inqud-hook events checkout.success --sample > body.json",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Events {
    /// The event: INVOICE_PAID, or calypso/INVOICE_PAID
    ///
    /// The name alone is enough where only one provider has it; case does not matter.
    #[arg(value_name = "EVENT")]
    pub(crate) name: Option<String>,
    /// List only that provider's
    #[arg(
        long,
        value_name = "PROVIDER",
        conflicts_with = "name",
        help_heading = "List"
    )]
    pub(crate) provider: Option<String>,
    /// List life cycles instead of events
    #[arg(long, conflicts_with = "name", help_heading = "List")]
    pub(crate) scenarios: bool,
    /// Print only the sample
    #[arg(long, requires = "name", conflicts_with_all = ["schema", "format"], help_heading = "One event")]
    pub(crate) sample: bool,
    /// Print only the JSON Schema of the full form
    #[arg(long, requires = "name", conflicts_with_all = ["format", "form"], help_heading = "One event")]
    pub(crate) schema: bool,
    /// As it is delivered (full), or without its envelope (bare)
    ///
    /// The bare form is what the provider's page shows.
    #[arg(
        long,
        value_name = "FORM",
        default_value = "full",
        hide_default_value = true,
        hide_possible_values = true,
        requires = "name",
        help_heading = "One event"
    )]
    pub(crate) form: Form,
    /// Print the results as human or json
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub(crate) format: Format,
}

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
    /// The rule, as it stands in brackets behind `error`, `warning` or `note`
    #[arg(value_name = "RULE")]
    pub(crate) rule: Option<String>,
    /// Print the results as human or json
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook config
  inqud-hook config --deny warnings --format json",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct ConfigFlags {
    #[command(flatten)]
    pub(crate) levels: LevelFlags,
    /// Print the results as human or json
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  eval \"$(inqud-hook completions bash)\"
  inqud-hook completions zsh > ~/.zfunc/_inqud-hook
  inqud-hook completions fish > ~/.config/fish/completions/inqud-hook.fish",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Completions {
    /// bash, elvish, fish, powershell or zsh
    ///
    /// The script completes commands, flags and files, and the names of events, life cycles, providers and rules; with
    /// those of your own catalogue, where one is configured or named with --catalog.
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    pub(crate) shell: Shell,
}

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
    /// The command that the page is about; without it, the tool itself
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    pub(crate) command: Option<String>,
    /// Write all pages into that folder instead
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) dir: Option<PathBuf>,
}

// The values below belong to modules that do not know clap; what they are called on the command line is said here.

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Human,
            Self::Json,
            Self::Sarif,
            Self::Github,
            Self::Junit,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Human => PossibleValue::new("human").help("Code frames and a summary"),
            Self::Json => PossibleValue::new("json").help("NDJSON, one object a line"),
            Self::Sarif => PossibleValue::new("sarif").help("SARIF 2.1.0, for code scanning"),
            Self::Github => {
                PossibleValue::new("github").help("Annotations of a GitHub Actions run")
            }
            Self::Junit => PossibleValue::new("junit").help("JUnit XML, a test case per body"),
        })
    }
}

impl ValueEnum for Form {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Full, Self::Bare]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

impl ValueEnum for ColorChoice {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Always, Self::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }))
    }
}

/// A list may have spaces behind its commas.
fn trimmed(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.trim().to_owned())
}
