//! Parses the command line; what clap prints instead of running a command: help, versions, and errors of usage.
//!
//! clap suggests words that only share some letters, and shows usage that repeats the mistake; both are replaced.

use super::{ABOUT, Cli, one_command, tips};
use crate::sanitize::visible;
use crate::suggest;
use clap::builder::{OsStr, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory as _, FromArgMatches as _};
use std::ffi::OsString;
use unicode_width::UnicodeWidthStr;

/// Text to print instead of running a command.
pub(crate) enum Usage {
    /// What clap says: help, the version, or what is wrong.
    Clap(clap::Error),
    /// What to try first, for a command line without a command.
    Start,
}

const START: &str = "\
{about}

Try first:
  inqud-hook send INVOICE_PAID
      sends a signed sample to a built-in receiver, which checks it
  inqud-hook listen 8080
      receives deliveries, and says what is wrong with them
  inqud-hook test --to :3000/webhooks
      attacks your endpoint, and judges it

inqud-hook --help lists all commands, inqud-hook init writes a configuration.
";

impl Usage {
    /// Whether the command line is wrong, rather than a request for help or the version.
    pub(crate) fn is_error(&self) -> bool {
        match self {
            Self::Clap(error) => error.use_stderr(),
            // A script that lost its command must not go on as if all were well.
            Self::Start => true,
        }
    }

    /// What is printed; errors in lines of that many columns.
    pub(crate) fn text(&self, coloured: bool, width: Option<usize>) -> String {
        let text = match self {
            Self::Clap(error) if coloured => error.render().ansi().to_string(),
            Self::Clap(error) => error.render().to_string(),
            Self::Start => START.replace("{about}", ABOUT),
        };
        let text = with_placeholder(&text);
        match width.filter(|_| self.is_error()) {
            Some(width) => text.lines().map(|line| wrapped(line, width)).collect(),
            None => text,
        }
    }
}

/// The text with the placeholder of `--order-id`, which clap takes for a line break.
pub(super) fn with_placeholder(text: &str) -> String {
    text.replace("{N}", "{n}")
}

/// A line wrapped between words, its later lines further in; with a line end.
fn wrapped(line: &str, width: usize) -> String {
    let indent = line.len() - line.trim_start().len();
    let (mut out, mut used) = (" ".repeat(indent), indent);
    if columns(line) <= width {
        return format!("{line}\n");
    }
    for (number, word) in line.split_whitespace().enumerate() {
        let columns = columns(word);
        if number > 0 && used + 1 + columns > width {
            out += "\n";
            out += &" ".repeat(indent + 2);
            used = indent + 2;
        } else if number > 0 {
            out.push(' ');
            used += 1;
        }
        out += word;
        used += columns;
    }
    out + "\n"
}

/// The columns of a text without its colours.
fn columns(text: &str) -> usize {
    let mut pieces = text.split('\u{1b}');
    let first = pieces.next().unwrap_or_default();
    let plain = pieces.map(|piece| piece.split_once('m').map_or(piece, |(_, rest)| rest));
    first.width() + plain.map(UnicodeWidthStr::width).sum::<usize>()
}

/// The command line, parsed.
pub(crate) fn parse(arguments: &[OsString]) -> Result<Cli, Usage> {
    if arguments.len() <= 1 {
        return Err(Usage::Start);
    }
    if let Some(parsed) = one_command::parse(arguments) {
        return parsed.map_err(Usage::Clap);
    }
    let mut tool = Cli::command();
    let matches = tool.try_get_matches_from_mut(arguments);
    let parsed = matches.and_then(|matches| cli(matches, &tool));
    parsed.map_err(|error| {
        // clap repeats arguments as they are, control characters included: make them visible, and let it fail again.
        let arguments: Vec<String> = arguments
            .iter()
            .map(|argument| visible(&argument.to_string_lossy()).into_owned())
            .collect();
        let again = numeric().try_get_matches_from(&arguments);
        let mut error = again
            .and_then(|matches| Cli::from_arg_matches(&matches))
            .err()
            .unwrap_or(error);
        if error.kind() == ErrorKind::MissingSubcommand {
            return Usage::Start;
        }
        if error.use_stderr() {
            improve(&mut error, &arguments);
        }
        Usage::Clap(error)
    })
}

/// The command line of these matches, with the options that were given.
pub(super) fn cli(mut matches: ArgMatches, tool: &Command) -> Result<Cli, clap::Error> {
    let given = given(&matches, tool);
    let port_behind_inspect = is_behind_inspect(&matches);
    let mut cli = Cli::from_arg_matches_mut(&mut matches)?;
    match &mut cli.command {
        super::Command::Send(flags) => flags.show.given = given,
        super::Command::Replay(flags) => flags.show.given = given,
        super::Command::Listen(flags) => flags.port_behind_inspect = port_behind_inspect,
        _ => {}
    }
    Ok(cli)
}

/// Flags that not every other option can be combined with.
const CHOOSY: [&str; 4] = ["as", "dry-run", "count", "duration"];

/// The options that were given with other values than their defaults; none without a flag that asks for them.
fn given(matches: &ArgMatches, tool: &Command) -> Vec<String> {
    let Some((name, matches)) = matches.subcommand() else {
        return Vec::new();
    };
    let command = tool.find_subcommand(name);
    let options = command.into_iter().flat_map(Command::get_arguments);
    let given = options.filter_map(|option| {
        let id = option.get_id().as_str();
        let is_given = matches.value_source(id) == Some(ValueSource::CommandLine);
        let is_default = || {
            let values = matches.get_raw(id).into_iter().flatten();
            values.eq(option.get_default_values().iter().map(OsStr::as_os_str))
        };
        option.get_long().filter(|_| is_given && !is_default())
    });
    let given: Vec<String> = given.map(str::to_owned).collect();
    let asked = given.iter().any(|name| CHOOSY.contains(&name.as_str()));
    if asked { given } else { Vec::new() }
}

/// Whether the port of `listen` stands where the port of the page could be meant.
fn is_behind_inspect(matches: &ArgMatches) -> bool {
    let Some(("listen", listen)) = matches.subcommand() else {
        return false;
    };
    let index = |id| {
        let given = listen.value_source(id) == Some(ValueSource::CommandLine);
        listen.index_of(id).filter(|_| given)
    };
    let pair = index("inspect").zip(index("address"));
    pair.is_some_and(|(inspect, address)| address == inspect + 1)
}

/// The definition, but -1 is a value: "write a whole number from 1 on" says more than "unexpected argument".
fn numeric() -> Command {
    let values = |command: Command| {
        command.mut_args(|arg| {
            let takes = arg.get_action().takes_values();
            arg.allow_negative_numbers(takes)
        })
    };
    Cli::command().mut_subcommands(values)
}

/// Puts our own tips and usage in the place of clap's.
fn improve(error: &mut clap::Error, arguments: &[String]) {
    let mut tool = Cli::command();
    tool.build();
    let words = arguments.iter().skip(1);
    let mut named = words.filter(|word| tool.find_subcommand(word).is_some());
    let name = named.next().cloned();
    let mut command = name
        .and_then(|name| tool.find_subcommand(&name).cloned())
        .unwrap_or_else(|| tool.clone());
    if error.get(ContextKind::Usage).is_some() {
        let usage = ContextValue::StyledStr(command.render_usage());
        error.insert(ContextKind::Usage, usage);
    }
    for suggested in [
        ContextKind::Suggested,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ] {
        error.remove(suggested);
    }
    let given = |kind| match error.get(kind) {
        Some(ContextValue::String(given)) => Some(given.clone()),
        _ => None,
    };
    if missing(error).any(|arg| arg.starts_with("--inspect["))
        && let Some(words) = tips::page_flag(arguments)
    {
        *error = command.error(error.kind(), words);
        return;
    }
    let tip = if let Some(word) = given(ContextKind::InvalidSubcommand) {
        tips::command(&word, &tool)
    } else if error.kind() == ErrorKind::UnknownArgument {
        given(ContextKind::InvalidArg).and_then(|flag| match flag.starts_with('-') {
            true => tips::flag(&flag, &command),
            false => tips::page_port(arguments),
        })
    } else if missing(error).any(|arg| arg.starts_with('<')) {
        tips::no_file(&command)
    } else {
        let flag = given(ContextKind::InvalidArg).unwrap_or_default();
        let word = given(ContextKind::InvalidValue).unwrap_or_default();
        value(error).or_else(|| tips::value(&flag, &word, &command))
    };
    if let Some(tip) = tip {
        let tip = vec![StyledStr::from(tip)];
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tip));
    }
}

/// The arguments that are required and missing.
fn missing(error: &clap::Error) -> impl Iterator<Item = &str> {
    let missing = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(all)) if error.kind() == ErrorKind::MissingRequiredArgument => {
            all.as_slice()
        }
        _ => &[],
    };
    missing.iter().map(String::as_str)
}

/// The possible value that is most like the one that was given.
fn value(error: &clap::Error) -> Option<String> {
    match (
        error.get(ContextKind::InvalidValue)?,
        error.get(ContextKind::ValidValue)?,
    ) {
        (ContextValue::String(given), ContextValue::Strings(known)) => {
            let near = suggest::best(given, known.iter().map(String::as_str))?;
            Some(format!("did you mean '{near}'?"))
        }
        _ => None,
    }
}
