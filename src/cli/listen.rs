//! The flags of `listen`, and how they become its options.
//!
//! Separate because they are many.

use super::send::{some_time, time};
use super::{EXIT_CODES, MORE, PAGE};
use crate::capture::JournalSync;
use crate::http::Trust;
use crate::inbound::{
    AnswerOptions, BodyShown, ForwardOption, JournalOptions, ListenOptions, UntilOptions,
};
use crate::report::Format;
use crate::scheme::SchemeChoice;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook listen
  inqud-hook listen 8080 --journal hooks.ndjson
  inqud-hook listen 8080 --forward http://localhost:3000/webhooks
  inqud-hook listen 8080 --host abc.ngrok.app --path /webhooks
  inqud-hook listen 0 --until INVOICE_PAID --deadline 30s --format json
  inqud-hook listen --fail-first 2 --delay 3s",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Listen {
    /// The port; 0 takes a free one
    #[arg(value_name = "PORT", default_value = "8080")]
    port: u16,
    /// The address to listen on
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1",
        help_heading = "Address",
        hide_short_help = true
    )]
    bind: IpAddr,
    #[command(flatten)]
    entry: EntryFlags,
    #[command(flatten)]
    check: CheckFlags,
    #[command(flatten)]
    answer: AnswerFlags,
    #[command(flatten)]
    forward: ForwardFlags,
    #[command(flatten)]
    until: UntilFlags,
    #[command(flatten)]
    journal: JournalFlags,
    /// Show only these events, as in 'INVOICE_*'
    ///
    /// Several times for several.
    #[arg(long, value_name = "PATTERN", help_heading = "Output")]
    filter: Vec<String>,
    /// How much of a body to show: full, changed or none
    ///
    /// On a terminal and for machines it is shown in full, else not at all.
    #[arg(
        long,
        value_name = "HOW",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    body: Option<BodyShown>,
    /// Print the results as human or json
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    format: Format,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Checks")]
struct EntryFlags {
    /// Take what comes for that host, too, such as a tunnel's
    ///
    /// Requests for names that are not this machine's are turned away, since web pages can make them. '*.ngrok.app' allows
    /// all names below, '*' every name. Several times for several.
    #[arg(long, value_name = "NAME", value_parser = host)]
    host: Vec<String>,
    /// Take only deliveries to that path
    ///
    /// With its query, as in '/hooks?shop=1'; '*' stands for every path. Others are answered 404. Several times for
    /// several. What comes may then be passed on to that path without a valid signature.
    #[arg(long, value_name = "PATH", value_parser = path, hide_short_help = true)]
    path: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Checks")]
struct CheckFlags {
    /// Verify as that provider signs, or not at all: none
    #[arg(long, value_name = "SCHEME")]
    scheme: Option<String>,
    /// File with the secret
    ///
    /// Else it is what the environment or the configuration names, or the development secret. [$INQUD_HOOK_SECRET_CALYPSO,
    /// …, $INQUD_HOOK_SECRET]
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// The largest body that is read, in bytes
    #[arg(long, value_name = "BYTES", default_value = "1MiB", value_parser = bytes, hide_short_help = true)]
    max_body: usize,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Answers")]
struct AnswerFlags {
    /// Answer as a careful endpoint: 401, 400 or 422
    ///
    /// 401 to a bad signature, 400 to what is no JSON, 422 to an invalid body. Without it every delivery is answered 200.
    #[arg(long)]
    strict: bool,
    /// Answer with that status [default: 200]
    #[arg(long, value_name = "STATUS", value_parser = clap::value_parser!(u16).range(200..=599))]
    answer: Option<u16>,
    /// Answer with what stands in that file
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    answer_body: Option<PathBuf>,
    /// Answer with that header, too
    #[arg(long, value_name = "NAME: VALUE", hide_short_help = true)]
    answer_header: Vec<String>,
    /// Let the sender wait so long
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "0s", hide_default_value = true)]
    delay: Duration,
    /// Fail so many deliveries, then be good
    ///
    /// With the status of --answer, or 500, or as --reset says.
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    fail_first: u64,
    /// Fail that part of all deliveries, as in 0.3
    #[arg(long, value_name = "PART", value_parser = part, hide_short_help = true)]
    fail_rate: Option<f64>,
    /// Reset the connection instead of answering
    #[arg(long, conflicts_with_all = ["answer", "answer_body", "answer_header"], hide_short_help = true)]
    reset: bool,
    /// Fail the same ones on every run
    #[arg(long, value_name = "N", requires = "fail_rate", hide_short_help = true)]
    seed: Option<u64>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Passing on")]
struct ForwardFlags {
    /// Pass deliveries on and give the answer back
    ///
    /// Byte for byte; 'PATTERN=URL', as in 'INVOICE_*=http://localhost:3000', for some events. Several times for several,
    /// of which the first one's answer counts. What the URL leaves open, path or query, is taken from the delivery if it
    /// is signed with a secret that you configured, or if --path allows it; else the answer is 403.
    #[arg(long, value_name = "URL")]
    forward: Vec<String>,
    /// Wait so long for that answer
    #[arg(long, value_name = "TIME", value_parser = some_time, default_value = "10s", hide_short_help = true)]
    forward_timeout: Duration,
    /// Pass on to hosts that are not this machine
    ///
    /// Also with secrets that are kept elsewhere, where a configuration names them that was found.
    #[arg(long, hide_short_help = true)]
    allow_remote: bool,
    /// Take any certificate there
    #[arg(long, requires = "forward", hide_short_help = true)]
    insecure: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "The end")]
struct UntilFlags {
    /// End when that event has come
    ///
    /// Several times for several. The exit code is 0 where all of them came, verified and valid.
    #[arg(long, value_name = "EVENT")]
    until: Vec<String>,
    /// End after so many deliveries
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// End after that time
    #[arg(long, value_name = "TIME", value_parser = some_time)]
    deadline: Option<Duration>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Journal")]
struct JournalFlags {
    /// Append every delivery to that file before it is answered
    ///
    /// A regular file; FIFOs and devices are refused. It may be rotated while it is written to.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Answer when a delivery is on the disk (each) or with the system (none)
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "each",
        hide_possible_values = true,
        requires = "journal",
        hide_short_help = true
    )]
    sync: JournalSync,
    /// Write secrets down as they come, instead of stars
    #[arg(long, requires = "journal", hide_short_help = true)]
    keep_secrets: bool,
}

impl Listen {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> ListenOptions {
        let CheckFlags {
            scheme,
            secret_file,
            max_body,
        } = self.check;
        let ForwardFlags {
            forward,
            forward_timeout,
            allow_remote,
            insecure,
        } = self.forward;
        let JournalFlags {
            journal,
            sync,
            keep_secrets,
        } = self.journal;
        let UntilFlags {
            until,
            count,
            deadline,
        } = self.until;
        let EntryFlags { host, path } = self.entry;
        let AnswerFlags {
            strict,
            answer,
            answer_body,
            answer_header,
            delay,
            fail_first,
            fail_rate,
            reset,
            seed,
        } = self.answer;
        ListenOptions {
            port: self.port,
            bind: self.bind,
            hosts: host,
            paths: path,
            scheme: SchemeChoice::named(scheme),
            secret_file,
            max_body,
            answer: AnswerOptions {
                strict,
                status: answer,
                body: answer_body,
                headers: answer_header,
                delay,
                fail_first,
                fail_rate,
                reset,
                seed,
            },
            forwards: forward
                .iter()
                .map(|text| ForwardOption::parse(text))
                .collect(),
            forward_timeout,
            allow_remote,
            trust: if insecure {
                Trust::AnyCertificate
            } else {
                Trust::System
            },
            until: UntilOptions {
                events: until,
                count,
                deadline,
            },
            journal: journal.map(|path| JournalOptions {
                path,
                sync,
                keep_secrets,
            }),
            filter: self.filter,
            body: self.body,
            format: self.format,
        }
    }
}

/// A number of bytes: 4096, 64KiB, 2MiB.
fn bytes(text: &str) -> Result<usize, String> {
    let split = text
        .find(|char: char| !char.is_ascii_digit())
        .unwrap_or(text.len());
    let unit = match text[split..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1024,
        "m" | "mb" | "mib" => 1024 * 1024,
        _ => 0,
    };
    // What is received is held in memory.
    const MOST: usize = 256 * 1024 * 1024;
    let number = text[..split]
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_mul(unit));
    let wrong = || "write a size like 4096, 64KiB or 2MiB, and at most 256MiB".to_owned();
    number
        .filter(|number| (1..=MOST).contains(number))
        .ok_or_else(wrong)
}

/// A host's name, `*.` and a name, or `*`.
fn host(text: &str) -> Result<String, String> {
    let name = text.trim_end_matches('.');
    let rest = match name.strip_prefix('*') {
        Some("") => return Ok(name.to_owned()),
        Some(rest) => rest.strip_prefix('.').unwrap_or_default(),
        None => name,
    };
    let is_name = rest
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let wrong = "write a name like abc.ngrok.app, without http:// and port, *.ngrok.app for all below, or * for all";
    if is_name && !rest.is_empty() {
        Ok(name.to_owned())
    } else {
        Err(wrong.to_owned())
    }
}

/// A path as it stands in a request, or `*`.
fn path(text: &str) -> Result<String, String> {
    let is_path = text.starts_with('/')
        && !text.contains('#')
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_path || text == "*" {
        Ok(text.to_owned())
    } else {
        Err("write a path like /webhooks, or * for all".to_owned())
    }
}

fn part(text: &str) -> Result<f64, String> {
    let part = text
        .parse::<f64>()
        .ok()
        .filter(|part| (0.0..=1.0).contains(part));
    part.ok_or_else(|| "write a part between 0 and 1, as in 0.3".to_owned())
}

impl ValueEnum for BodyShown {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Full, Self::Changed, Self::None]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Full => "full",
            Self::Changed => "changed",
            Self::None => "none",
        }))
    }
}

impl ValueEnum for JournalSync {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Each, Self::None]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Each => "each",
            Self::None => "none",
        }))
    }
}
