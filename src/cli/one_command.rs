//! Parses a command line with the definition of the one command that it names.
//!
//! clap builds every flag of every command before it reads the first argument, which takes longer than most commands need
//! for their work. What one command alone accepts, the whole definition accepts too, and with the same result: the tool
//! itself has no positional arguments. Everything else, such as help, errors and suggestions, is left to the whole.

use super::completions::Completions;
use super::config::ConfigFlags;
use super::events::Events;
use super::explain::Explain;
use super::init::Init;
use super::inspect::Inspect;
use super::listen::Listen;
use super::log::Log;
use super::man::Man;
use super::replay::Replay;
use super::send::Send;
use super::test::Test;
use super::validate::Validate;
use super::verify::Verify;
use super::{Cli, Global, help_flag, usage, version_flag};
use clap::error::ErrorKind;
use clap::{Args as _, Command, Error};
use std::ffi::OsString;

/// Adds a command's flags to its definition.
type AddFlags = fn(Command) -> Command;

/// The variants of [`super::Command`].
const COMMANDS: [(&str, AddFlags); 14] = [
    ("send", Send::augment_args),
    ("listen", Listen::augment_args),
    ("log", Log::augment_args),
    ("inspect", Inspect::augment_args),
    ("replay", Replay::augment_args),
    ("test", Test::augment_args),
    ("validate", Validate::augment_args),
    ("verify", Verify::augment_args),
    ("events", Events::augment_args),
    ("explain", Explain::augment_args),
    ("init", Init::augment_args),
    ("config", ConfigFlags::augment_args),
    ("completions", Completions::augment_args),
    ("man", Man::augment_args),
];

/// The command line, parsed, or the version to print; nothing if the whole definition is needed.
pub(super) fn parse(arguments: &[OsString]) -> Option<Result<Cli, Error>> {
    let mut tool = definition(arguments);
    match tool.try_get_matches_from_mut(arguments) {
        Ok(matches) => usage::cli(matches, &tool).ok().map(Ok),
        Err(error) if error.kind() == ErrorKind::DisplayVersion => Some(Err(error)),
        Err(_) => None,
    }
}

/// The definition of the tool with the first command that an argument names. Should that word be the value of a flag, then
/// parsing fails, and the whole definition is used.
fn definition(arguments: &[OsString]) -> Command {
    let tool = Command::new("inqud-hook")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .args([help_flag(), version_flag()]);
    let tool = Global::augment_args(tool);
    let named = arguments.iter().skip(1).find_map(|argument| {
        COMMANDS
            .iter()
            .find(|(name, _)| argument.as_os_str() == *name)
    });
    match named {
        Some((name, add_flags)) => tool.subcommand(add_flags(Command::new(*name))),
        None => tool,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory as _, Parser as _};
    use std::collections::BTreeSet;

    fn arguments(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn every_command_can_be_parsed_alone() {
        let mut tool = Cli::command();
        tool.build();
        let whole: Vec<&str> = tool
            .get_subcommands()
            .map(Command::get_name)
            .filter(|name| *name != "help")
            .collect();
        let alone: Vec<&str> = COMMANDS.iter().map(|(name, _)| *name).collect();
        assert_eq!(alone, whole);
        for (command, name) in tool.get_subcommands().zip(&whole) {
            let mut alone = definition(&arguments(&format!("inqud-hook {name}")));
            alone.build();
            let alone = alone.find_subcommand(name).expect("it is defined");
            let ids = |command: &Command| -> BTreeSet<String> {
                let ids = command.get_arguments().map(|arg| arg.get_id().to_string());
                ids.collect()
            };
            assert_eq!(ids(alone), ids(command), "{name}");
        }
    }

    #[test]
    fn what_one_command_accepts_means_the_same_to_the_whole() {
        for line in [
            "inqud-hook send INVOICE_PAID --to :3000/webhooks --set realAmount=250 --seed 7",
            "inqud-hook --color never send --scenario underpaid --config a.toml",
            "inqud-hook listen 8080 --catalog a --catalog b",
            "inqud-hook --catalog a events --catalog b",
            "inqud-hook validate - --format json",
            "inqud-hook inspect hooks.ndjson --inspect-keep 7",
            "inqud-hook listen 8080 --inspect --open",
            "inqud-hook validate -- -V validate",
            "inqud-hook test --color=always",
            "inqud-hook config",
            "inqud-hook man send",
        ] {
            let one = parse(&arguments(line)).map(|parsed| parsed.map_err(|error| error.kind()));
            let whole = Cli::try_parse_from(arguments(line)).map_err(|error| error.kind());
            assert_eq!(format!("{one:?}"), format!("{:?}", Some(whole)), "{line}");
        }
    }

    #[test]
    fn the_version_needs_no_command() {
        for line in ["inqud-hook -V", "inqud-hook --version", "x --version send"] {
            let whole = Cli::try_parse_from(arguments(line)).expect_err(line);
            let one = parse(&arguments(line)).expect(line).expect_err(line);
            assert_eq!(one.to_string(), whole.to_string(), "{line}");
        }
    }

    #[test]
    fn the_rest_is_left_to_the_whole() {
        for line in [
            "inqud-hook",
            "inqud-hook -h",
            "inqud-hook help send",
            "inqud-hook send --help",
            "inqud-hook send -V",
            "inqud-hook sned",
            "inqud-hook send --tp :3000",
            "inqud-hook --config send",
            "inqud-hook --config send validate a.json",
        ] {
            assert!(parse(&arguments(line)).is_none(), "{line}");
        }
    }
}
