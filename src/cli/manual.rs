//! Manual pages, made from the definition of the command line.
//!
//! Separate from the definition because a page has sections that clap does not know: examples, exit status, what to see
//! also. `clap_mangen` writes the others.

use super::{Cli, EXIT_CODES};
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use std::io;

/// A page and the file that it belongs into.
pub(crate) struct Page {
    pub(crate) file: String,
    /// The subcommand; none for the tool itself.
    pub(crate) command: Option<String>,
    pub(crate) text: String,
}

/// All pages, that of the tool first.
pub(crate) fn pages() -> io::Result<Vec<Page>> {
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

/// As `man` knows the command: inqud-hook-send.
fn name(command: &Command) -> String {
    command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
        .to_owned()
}

fn page(mut command: Command, subcommand: Option<String>, named: &[String]) -> io::Result<Page> {
    let name = name(&command);
    let examples = command
        .get_before_long_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let usage = command.render_usage().to_string();
    // clap_mangen would list every flag without its value, leave out what `-h` leaves out, and count arguments among the
    // options.
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
        // An empty argument would let the others move up.
        .date("\"\"")
        .source(concat!("inqud-hook ", env!("CARGO_PKG_VERSION")))
        .manual("inqud-hook");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    // Names that are broken at the end of a line cannot be copied.
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
    // Each section comes with the same two lines before it, which are needed once.
    let preamble = Roff::new().render();
    let text = preamble.clone() + &String::from_utf8_lossy(&text).replace(&preamble, "");
    Ok(Page {
        file: format!("{name}.1"),
        command: subcommand,
        text,
    })
}

/// As they stand in the help, without its heading.
fn section_of_examples(examples: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    for line in examples.lines().skip(1) {
        roff.text([roman(line.trim())]);
    }
    roff.control("fi", []);
    roff
}

/// As they stand in the help: a number, and what it says on one line or more.
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
