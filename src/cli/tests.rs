//! Every help text has the same parts: what the command does, examples that parse, options under headings, exit codes;
//! and a short form.

use super::{Cli, EXIT_CODES, MORE, tips};
use crate::report::carried_option;
use clap::{Command, CommandFactory as _, Parser as _};

/// The columns of the smallest common terminal.
const WIDTH: usize = 80;

/// The tool and its commands, each with its short and its long help.
fn pages() -> Vec<(Command, String, String)> {
    let mut tool = Cli::command().term_width(WIDTH);
    tool.build();
    // Without `help`, which clap adds.
    let commands: Vec<Command> = tool
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
        .cloned()
        .collect();
    let all = std::iter::once(tool).chain(commands);
    all.map(|mut command| {
        let (short, long) = (
            command.render_help().to_string(),
            command.render_long_help().to_string(),
        );
        (command, short, long)
    })
    .collect()
}

/// Splits a line into words as a shell does.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quote) = (vec![String::new()], None);
    for char in line.chars() {
        match (quote, char) {
            (None, ' ') => words.push(String::new()),
            (None, '\'' | '"') => quote = Some(char),
            (Some(open), _) if open == char => quote = None,
            _ => words.last_mut().expect("there is one").push(char),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn the_long_help_begins_with_examples_that_can_be_typed_and_ends_with_exit_codes() {
    for (command, _, long) in pages() {
        let (about, rest) = long
            .split_once("\n\nExamples:\n")
            .expect("there are examples");
        let (examples, _) = rest
            .split_once("\n\nUsage: inqud-hook")
            .expect("the usage comes behind them");
        let wanted = command
            .get_about()
            .expect("it says what it is for")
            .to_string();
        assert_eq!(
            about.split_whitespace().collect::<Vec<_>>().join(" "),
            wanted
        );
        assert!(
            long.trim_end().ends_with(&format!("\n\n{EXIT_CODES}")),
            "{long}"
        );
        for example in examples.lines() {
            // A manual page indents examples by another five columns.
            assert!(
                example.starts_with("  ") && example.len() + 5 <= WIDTH,
                "{example}"
            );
            let (_, line) = example
                .split_once("inqud-hook ")
                .expect("it calls the tool");
            let line = line.split(['|', '>', ')']).next().unwrap_or_default();
            let arguments = std::iter::once("inqud-hook".to_owned()).chain(words(line));
            if let Err(error) = Cli::try_parse_from(arguments) {
                panic!("{example}: {error}");
            }
            assert!(
                command.has_subcommands() || line.starts_with(command.get_name()),
                "{example}"
            );
        }
    }
}

#[test]
fn every_option_stands_under_a_heading_and_says_something() {
    for (command, _, long) in pages() {
        for option in command.get_arguments() {
            let name = option.get_id();
            assert_eq!(
                option.get_help_heading().is_none(),
                option.is_positional(),
                "{} {name}",
                command.get_name()
            );
            assert!(
                option
                    .get_help()
                    .is_some_and(|help| !help.to_string().is_empty()),
                "{} {name}",
                command.get_name()
            );
        }
        assert!(!long.contains("\nOptions:\n"), "{long}");
    }
}

#[test]
fn the_short_help_keeps_to_its_budget_and_says_where_the_rest_is() {
    for (command, short, _) in pages() {
        let most = match command.get_name() {
            "send" | "listen" | "log" | "replay" | "test" => 40,
            // One line for each command.
            "inqud-hook" => 27,
            _ => 24,
        };
        assert!(
            short.lines().count() <= most,
            "{} lines:\n{short}",
            short.lines().count()
        );
        assert!(
            short.lines().all(|line| line.chars().count() <= WIDTH),
            "{short}"
        );
        assert!(
            short.trim_end().ends_with(&format!("\n\n{MORE}")),
            "{short}"
        );
    }
}

#[test]
fn what_a_tip_says_can_be_typed() {
    // The version is shown through an error of its own kind.
    let parses = |line: &str| {
        Cli::try_parse_from(words(line)).map_or_else(|error| !error.use_stderr(), |_| true)
    };
    for (given, line) in tips::COMMANDS {
        assert!(parses(line), "{given}: {line}");
    }
    for (command, given, line) in tips::OTHER_LINES {
        assert!(parses(line), "{command} {given}: {line}");
    }
    for (flag, _, line) in tips::PAGE_FLAGS {
        assert!(
            parses(&format!("inqud-hook listen {line}")),
            "{flag}: {line}"
        );
    }
    let commands = [
        "send INVOICE_PAID",
        "send INVOICE_PAID --duration 1s",
        "listen",
        "log day.ndjson",
        "replay day.ndjson",
        "test",
        "validate body.json",
    ];
    for (given, instead) in tips::FLAGS {
        assert!(
            commands
                .iter()
                .any(|command| parses(&format!("inqud-hook {command} {instead}"))),
            "{given}: {instead}"
        );
    }
}

#[test]
fn the_table_of_forms_knows_every_option_of_what_sends() {
    let tool = Cli::command();
    for name in ["send", "replay"] {
        let command = tool.find_subcommand(name).expect("it is a command");
        for option in command.get_arguments().filter_map(|arg| arg.get_long()) {
            assert!(carried_option(option).is_some(), "{name} --{option}");
        }
    }
}
