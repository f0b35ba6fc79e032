//! What to type instead of a flag or a command that does not exist: words of other tools first, then misspelt ones.

use crate::suggest;
use clap::Command;

/// Flags that other tools have, and ours. A flag may have several: the first that the command knows is right.
pub(super) const FLAGS: &[(&str, &str)] = &[
    ("--json", "--format json"),
    ("--junit", "--format junit"),
    ("--report-junit", "--format junit"),
    ("--no-color", "--color never"),
    ("--no-colour", "--color never"),
    ("--secret", "--secret-file key.txt"),
    ("--override", "--set amount=10.50"),
    ("--add", "--set amount=10.50"),
    ("--remove", "--unset amount"),
    ("--data", "--body body.json"),
    ("--data-raw", "--body body.json"),
    ("-d", "--body body.json"),
    ("--file", "--body body.json"),
    ("--offline", "--dry-run"),
    ("--curl", "--as curl"),
    ("--event", "--only INVOICE_PAID"),
    ("--event", "--filter INVOICE_PAID"),
    ("--event", "--events INVOICE_PAID"),
    ("--events", "--only INVOICE_PAID"),
    ("--events", "--filter INVOICE_PAID"),
    ("--filter", "--only INVOICE_PAID"),
    ("--filter", "--event INVOICE_PAID"),
    ("--only", "--filter INVOICE_PAID"),
    ("--only", "--event INVOICE_PAID"),
    ("--skip-verify", "--insecure"),
    ("-k", "--insecure"),
    ("-n", "--count 10"),
    ("-n", "--last 10"),
    ("--n", "--count 10"),
    ("--n", "--last 10"),
    ("--repeat", "--count 10"),
    ("--requests", "--count 10"),
    ("-c", "--concurrency 10"),
    ("--parallel", "--concurrency 10"),
    ("--connections", "--concurrency 10"),
    ("--port", "--to :3000"),
    ("-p", "--to :3000"),
    ("--address", "--bind 0.0.0.0"),
    ("--timeout", "--deadline 30s"),
    ("--status", "--answer 503"),
    ("--response", "--answer 503"),
    ("--save", "--journal hooks.ndjson"),
    ("--record", "--journal hooks.ndjson"),
    ("--output", "--journal hooks.ndjson"),
    ("-o", "--journal hooks.ndjson"),
    ("--tail", "--follow"),
    ("--times", "--count 10"),
    ("--retries", "--retry"),
    ("--strict", "--deny warnings"),
    ("--ignore", "--allow paid-short"),
    ("--print", "--verbose"),
    ("--print", "--dry-run"),
];

/// Flags for which another command line is right, by the command.
pub(super) const OTHER_LINES: &[(&str, &str, &str)] = &[
    ("listen", "--port", "inqud-hook listen 8080"),
    ("listen", "-p", "inqud-hook listen 8080"),
    ("listen", "--print-secret", "inqud-hook config"),
    ("send", "--list", "inqud-hook events"),
    ("send", "--event", "inqud-hook send INVOICE_PAID"),
    ("send", "--events", "inqud-hook send --scenario underpaid"),
];

/// Commands that other tools have, and our command lines.
pub(super) const COMMANDS: &[(&str, &str)] = &[
    ("attack", "inqud-hook test --to :3000"),
    ("diff", "inqud-hook log hooks.ndjson 1 2"),
    ("forward", "inqud-hook listen --forward :3000"),
    ("history", "inqud-hook log hooks.ndjson"),
    ("list", "inqud-hook events"),
    ("ls", "inqud-hook events"),
    ("receive", "inqud-hook listen"),
    ("run", "inqud-hook send --scenario underpaid"),
    ("scenario", "inqud-hook send --scenario underpaid"),
    ("scenarios", "inqud-hook events --scenarios"),
    ("serve", "inqud-hook listen"),
    ("server", "inqud-hook listen"),
    ("show", "inqud-hook log hooks.ndjson 1"),
    ("sign", "inqud-hook send INVOICE_PAID --dry-run"),
    ("tail", "inqud-hook log hooks.ndjson --follow"),
    ("watch", "inqud-hook log hooks.ndjson --follow"),
    ("version", "inqud-hook --version"),
];

/// Flags that only words can answer, by the command.
const ONLY_WORDS: &[(&str, &str, &str)] = &[
    (
        "send",
        "-X",
        "deliveries are sent with the method of the provider",
    ),
    (
        "log",
        "--id",
        "give the number of the delivery, as in 'inqud-hook log FILE 17'",
    ),
    (
        "log",
        "--status",
        "use '--failed' for what was not accepted",
    ),
    (
        "log",
        "--until",
        "only the beginning can be chosen, with '--since'",
    ),
];

/// Values that another flag takes or that are written in another way: the command, the flag, and what to type. The value
/// stands in place of `{}`.
const VALUES: &[(&str, &str, &str)] = &[
    (
        "send",
        "--order",
        "to give your order id, use '--order-id {}'",
    ),
    (
        "replay",
        "--order",
        "to find the deliveries of an order, use 'inqud-hook log FILE --order {}', then send one with '--id'",
    ),
];

/// Flags of `listen` that need `--inspect`: what they do with its page, and what to type.
pub(super) const PAGE_FLAGS: &[(&str, &str, &str)] = &[
    ("--open", "opens the page of --inspect", "--inspect --open"),
    (
        "--inspect-keep",
        "says how many deliveries the page of --inspect keeps",
        "--inspect --inspect-keep 500",
    ),
    (
        "--inspect-bind",
        "sets the address of the page of --inspect",
        "--inspect --inspect-bind 0.0.0.0",
    ),
    (
        "--inspect-host",
        "adds a name for the page of --inspect",
        "--inspect --inspect-host hooks.test",
    ),
];

/// What is wrong with a flag of the page without `--inspect`, and what to type.
pub(super) fn page_flag(words: &[String]) -> Option<String> {
    let is_given = |flag: &str| {
        let mut words = words.iter();
        words.any(|word| word.split('=').next() == Some(flag))
    };
    let (flag, does, line) = PAGE_FLAGS.iter().find(|(flag, ..)| is_given(flag))?;
    Some(format!("{flag} {does}\n\n  tip: write '{line}'"))
}

/// A tip for a port of the page without the `=` that it needs: it is the port to listen on, or one too many.
pub(super) fn page_port(words: &[String]) -> Option<String> {
    let mut pairs = words.windows(2);
    let port = pairs.find_map(|pair| match pair {
        [flag, port] if flag == "--inspect" => port.parse::<u16>().ok(),
        _ => None,
    })?;
    Some(format!(
        "for the port of the page, write '--inspect={port}'"
    ))
}

/// A tip for a value that a flag does not take.
pub(super) fn value(flag: &str, given: &str, command: &Command) -> Option<String> {
    let flag = flag.split(' ').next().unwrap_or_default();
    let mut values = VALUES.iter();
    let (.., tip) = values.find(|(of, known, _)| *of == command.get_name() && *known == flag)?;
    Some(tip.replace("{}", given))
}

/// A tip for a flag that the command does not have.
pub(super) fn flag(given: &str, command: &Command) -> Option<String> {
    let given = given.split_once('=').map_or(given, |(flag, _)| flag);
    let mut lines = OTHER_LINES.iter();
    if let Some((.., line)) =
        lines.find(|(of, flag, _)| *of == command.get_name() && *flag == given)
    {
        return Some(format!("use '{line}'"));
    }
    let mut words = ONLY_WORDS.iter();
    if let Some((.., tip)) = words.find(|(of, flag, _)| *of == command.get_name() && *flag == given)
    {
        return Some((*tip).to_owned());
    }
    let known = |instead: &str| {
        let (flag, value) = instead.split_once(' ').unwrap_or((instead, ""));
        let long = flag.strip_prefix("--");
        let arg = command.get_arguments().find(|arg| arg.get_long() == long)?;
        let values = arg.get_possible_values();
        let exact = value.is_empty() || values.iter().any(|possible| possible.matches(value, true));
        Some(if exact {
            format!("use '{instead}'")
        } else {
            format!("use '{flag}', as in '{instead}'")
        })
    };
    let mut instead = FLAGS.iter().filter(|(flag, _)| *flag == given);
    if let Some(tip) = instead.find_map(|(_, instead)| known(instead)) {
        let reason = if given == "--secret" {
            ", since others can see a secret on the command line"
        } else {
            ""
        };
        return Some(tip + reason);
    }
    let long = given.strip_prefix("--")?;
    let flags = command.get_arguments().filter_map(|arg| arg.get_long());
    let near = suggest::best(long, flags)?;
    Some(format!("did you mean '--{near}'?"))
}

/// A tip for a command that reads files and was given none.
pub(super) fn no_file(command: &Command) -> Option<String> {
    let mut words = command.get_positionals();
    let reads = words.any(|arg| arg.get_id() == "paths");
    reads.then(|| "'-' reads standard input".to_owned())
}

/// A tip for a command that does not exist.
pub(super) fn command(given: &str, tool: &Command) -> Option<String> {
    if given.eq_ignore_ascii_case("check") {
        let each = "'validate' checks bodies, 'verify' signatures, 'test' an endpoint";
        return Some(each.to_owned());
    }
    let known = COMMANDS
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(given));
    if let Some((_, line)) = known {
        return Some(format!("use '{line}'"));
    }
    let names = tool.get_subcommands().map(Command::get_name);
    if let Some(near) = suggest::best(given, names) {
        return Some(format!("did you mean '{near}'?"));
    }
    // No command has these, and most events have one of them.
    let is_event = given.contains(['_', '.']) && !given.starts_with(['.', '/']);
    is_event.then(|| format!("to send an event, use 'inqud-hook send {given}'"))
}
