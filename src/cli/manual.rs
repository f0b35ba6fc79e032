//! Manual pages, made from the definition of the command line.
//!
//! `clap_mangen` writes most sections; the examples, the exit codes and the references are ours.

use super::usage::with_placeholder;
use super::{Cli, EXIT_CODES};
use crate::commands::man::ManPage;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use std::io;

/// All pages, starting with that of the tool itself.
pub(super) fn pages() -> io::Result<Vec<ManPage>> {
    let mut tool = Cli::command().disable_help_subcommand(true);
    tool.build();
    let subcommands: Vec<Command> = tool.get_subcommands().cloned().collect();
    let named: Vec<String> = std::iter::once(&tool)
        .chain(&subcommands)
        .map(name)
        .collect();
    let tool_page = page(tool, None, &named);
    let pages = subcommands.into_iter().map(|command| {
        let name = command.get_name().to_owned();
        page(command, Some(name), &named)
    });
    std::iter::once(tool_page).chain(pages).collect()
}

/// The name of its page: inqud-hook-send.
fn name(command: &Command) -> String {
    command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
        .to_owned()
}

fn page(mut command: Command, subcommand: Option<String>, named: &[String]) -> io::Result<ManPage> {
    let name = name(&command);
    let examples = command
        .get_before_long_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let usage = command.render_usage().to_string();
    // clap_mangen would print flags without their values, leave out what `-h` leaves out, and list positional arguments
    // among the options.
    let command = command
        .override_usage(usage.trim_start_matches("Usage: ").to_owned())
        .mut_args(|arg| {
            let arg = arg.hide_short_help(false);
            if arg.is_positional() {
                arg.help_heading("Arguments")
            } else {
                arg
            }
        });
    let subcommands = command.has_subcommands();
    let man = Man::new(command)
        .title(name.to_uppercase())
        // roff drops an empty argument, which would shift the ones after it.
        .date("\"\"")
        .source(concat!("inqud-hook ", env!("CARGO_PKG_VERSION")))
        .manual("inqud-hook");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    // No hyphenation: a name that is split over two lines cannot be copied.
    Roff::new()
        .control("nh", [])
        .control("ad", ["l"])
        .to_writer(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    section_of_examples(&examples).to_writer(&mut text)?;
    if subcommands {
        man.render_subcommands_section(&mut text)?;
    }
    man.render_options_section(&mut text)?;
    section_of_exit_codes().to_writer(&mut text)?;
    see_also(named.iter().filter(|other| **other != name)).to_writer(&mut text)?;
    // Every section is rendered with the same two lines before it; the page needs them once.
    let preamble = Roff::new().render();
    let text = preamble.clone() + &String::from_utf8_lossy(&text).replace(&preamble, "");
    Ok(ManPage {
        file: format!("{name}.1"),
        command: subcommand,
        text: with_placeholder(&text),
    })
}

/// The examples of the help, without its heading.
fn section_of_examples(examples: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    for line in examples.lines().skip(1) {
        roff.text([roman(line.trim())]);
    }
    roff.control("fi", []);
    roff
}

/// The exit codes of the help: each a number and a meaning, which may go on in the next line.
fn section_of_exit_codes() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for line in EXIT_CODES.lines().skip(1) {
        match line.trim().split_once("  ") {
            Some((code, meaning)) => {
                roff.control("TP", [])
                    .text([bold(code)])
                    .text([roman(meaning.trim())]);
            }
            None => {
                roff.text([roman(line.trim())]);
            }
        }
    }
    roff
}

fn see_also<'n>(others: impl Iterator<Item = &'n String>) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    let mut line = Vec::new();
    for other in others {
        line.extend([
            roman(if line.is_empty() { "" } else { ", " }),
            bold(other),
            roman("(1)"),
        ]);
    }
    roff.text(line);
    roff
}
