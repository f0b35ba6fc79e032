//! The flags of `listen`, and how they become its options.

use super::inspect::PageFlags;
use super::listen_values::{address, bytes, fraction, host, ip, path, port};
use super::values::{FormatFlag, some_time, time, whole};
use super::{EXIT_CODES, MORE, PAGE};
use crate::capture::JournalSync;
use crate::commands::listen::{ListenAddress, ListenOptions};
use crate::http::Trust;
use crate::inbound::{
    AnswerOptions, BodyShown, ForwardOptions, ForwardTarget, JournalOptions, Loudness, UntilOptions,
};
use crate::report::Format;
use crate::scheme_choice::SchemeChoice;
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
  inqud-hook listen 8080 --journal hooks.ndjson --inspect
  inqud-hook listen 8080 --forward http://localhost:3000/webhooks
  inqud-hook listen 8080 --host abc.ngrok.app --path /webhooks
  inqud-hook listen 0 --until INVOICE_PAID --deadline 30s --format json
  inqud-hook listen --fail-first 2 --delay 3s",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Listen {
    /// The port; 0 for any free one
    ///
    /// Or an address with a port, as in 0.0.0.0:8080.
    #[arg(value_name = "PORT", default_value = "8080", value_parser = address)]
    address: ListenAddress,
    /// The address to listen on [default: 127.0.0.1]
    #[arg(
        long,
        value_name = "ADDRESS",
        value_parser = ip,
        help_heading = "Address",
        hide_short_help = true
    )]
    bind: Option<IpAddr>,
    #[command(flatten)]
    entry: EntryFlags,
    #[command(flatten)]
    pub(super) check: CheckFlags,
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
    /// Can be repeated.
    #[arg(long, value_name = "PATTERN", help_heading = "Output")]
    filter: Vec<String>,
    /// Show bodies full, folded, changed or none
    ///
    /// By default folded on a terminal to its event, order, money and status, in full as JSON and with --verbose, otherwise none.
    #[arg(
        long,
        value_name = "HOW",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    body: Option<BodyShown>,
    /// Show all of each request and its answer
    ///
    /// With the id that `replay --id` takes.
    #[arg(long, short, conflicts_with = "quiet", help_heading = "Output")]
    verbose: bool,
    /// Show only what is wrong
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,
    /// Show deliveries on a page too; a free port by default
    ///
    /// Open the link that is printed. The page is on 127.0.0.1 whatever --bind says, and wants the token in its link.
    #[arg(
        long,
        value_name = "PORT",
        value_parser = port,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "0",
        help_heading = "Output"
    )]
    inspect: Option<u16>,
    #[command(flatten)]
    page: PageFlags,
    /// The port stands behind `--inspect`; filled behind clap.
    #[arg(skip)]
    pub(super) port_behind_inspect: bool,
    #[command(flatten)]
    format: FormatFlag<Format>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Checks")]
struct EntryFlags {
    /// Also accept this host, such as a tunnel's
    ///
    /// Requests for other hosts than this machine are rejected, because web pages can make them. '*.ngrok.app' accepts
    /// all subdomains, '*' every host. Can be repeated.
    #[arg(long, value_name = "NAME", value_parser = host)]
    host: Vec<String>,
    /// Accept deliveries to this path only
    ///
    /// Including the query, as in '/hooks?shop=1'; '*' for every path. Other paths are answered 404. Deliveries to this
    /// path are forwarded to the same path even without a valid signature. Can be repeated.
    #[arg(long, value_name = "PATH", value_parser = path, hide_short_help = true)]
    path: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Checks")]
pub(super) struct CheckFlags {
    /// Verify signatures as this provider does, or none
    #[arg(long, value_name = "SCHEME", hide_short_help = true)]
    scheme: Option<String>,
    /// File with the secret, or - for stdin
    ///
    /// By default the secret is taken from the environment or the configuration, otherwise it is the built-in test secret.
    /// [$INQUD_HOOK_SECRET_CALYPSO, …, $INQUD_HOOK_SECRET]
    #[arg(long, value_name = "FILE")]
    pub(super) secret_file: Option<PathBuf>,
    /// The largest body to accept, in bytes
    #[arg(long, value_name = "BYTES", default_value = "1MiB", value_parser = bytes, hide_short_help = true)]
    max_body: usize,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Answers")]
struct AnswerFlags {
    /// Answer bad deliveries with 401, 400 or 422
    ///
    /// 401 for a bad signature, 400 for a body that is not JSON, 422 for an invalid body. By default every delivery is
    /// answered with 200.
    #[arg(long)]
    strict: bool,
    /// Answer with this status [default: 200]
    #[arg(long, value_name = "STATUS", value_parser = whole::<u16>(200..=599))]
    answer: Option<u16>,
    /// Answer with the contents of this file
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    answer_body: Option<PathBuf>,
    /// Add this header to the answer
    #[arg(long, value_name = "NAME: VALUE", hide_short_help = true)]
    answer_header: Vec<String>,
    /// Wait this long before answering
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "0s", hide_default_value = true)]
    delay: Duration,
    /// Fail the first N deliveries, then succeed
    ///
    /// Failed deliveries are answered with the status of --answer or 500, or reset with --reset.
    #[arg(long, value_name = "N", value_parser = whole::<u64>(..), default_value = "0", hide_default_value = true)]
    fail_first: u64,
    /// Fail this fraction of deliveries, such as 0.3
    #[arg(long, value_name = "FRACTION", value_parser = fraction, hide_short_help = true)]
    fail_rate: Option<f64>,
    /// Reset the connection instead of answering
    #[arg(long, conflicts_with_all = ["answer", "answer_body", "answer_header"], hide_short_help = true)]
    reset: bool,
    /// Fail the same deliveries on every run
    #[arg(long, value_name = "N", value_parser = whole::<u64>(..), requires = "fail_rate", hide_short_help = true)]
    seed: Option<u64>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Forwarding")]
struct ForwardFlags {
    /// Forward deliveries and relay the answer
    ///
    /// Byte for byte; 'PATTERN=URL', as in 'INVOICE_*=http://localhost:3000', forwards only some events. Can be repeated;
    /// the first target's answer is relayed. If the URL has no path or query, the delivery's is used, provided that it is
    /// signed with a secret that you configured or that --path allows it; otherwise the answer is 403.
    #[arg(long, alias = "forward-to", value_name = "URL")]
    forward: Vec<String>,
    /// How long to wait for that answer
    #[arg(long, value_name = "TIME", value_parser = some_time, default_value = "10s", hide_short_help = true)]
    forward_timeout: Duration,
    /// Forward to other hosts than this machine
    ///
    /// Also with a secret that a configuration file in a parent folder takes from elsewhere.
    #[arg(long, hide_short_help = true)]
    allow_remote: bool,
    /// Accept any certificate of the target
    #[arg(long, requires = "forward", hide_short_help = true)]
    insecure: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Stop conditions")]
struct UntilFlags {
    /// Stop when this event has arrived
    ///
    /// Can be repeated. The exit code is 0 if all of them arrived with a valid signature and a valid body.
    #[arg(long, value_name = "EVENT")]
    until: Vec<String>,
    /// Stop after N deliveries
    #[arg(long, value_name = "N", value_parser = whole::<u64>(1..), hide_short_help = true)]
    count: Option<u64>,
    /// Stop after this time
    #[arg(long, value_name = "TIME", value_parser = some_time)]
    deadline: Option<Duration>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Journal")]
struct JournalFlags {
    /// Record every delivery in this file before answering
    ///
    /// Deliveries are appended. It must be a regular file, and may be rotated meanwhile.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Answer once a delivery is on disk (each) or written (none)
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "each",
        hide_possible_values = true,
        requires = "journal",
        hide_short_help = true
    )]
    sync: JournalSync,
    /// Record secrets as they are, instead of stars
    #[arg(long, requires = "journal", hide_short_help = true)]
    keep_secrets: bool,
}

impl Listen {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> ListenOptions {
        let EntryFlags { host, path } = self.entry;
        let CheckFlags {
            scheme,
            secret_file,
            max_body,
        } = self.check;
        ListenOptions {
            address: self.address,
            bind: self.bind,
            hosts: host,
            paths: path,
            scheme: SchemeChoice::named(scheme),
            secret_file,
            max_body,
            answer: self.answer.options(),
            forward: self.forward.options(),
            until: self.until.options(),
            journal: self.journal.options(),
            filter: self.filter,
            body: self.body,
            loudness: match (self.quiet, self.verbose) {
                (true, _) => Loudness::Quiet,
                (_, true) => Loudness::Verbose,
                (false, false) => Loudness::Usual,
            },
            page: self.inspect.map(|port| self.page.options(port)),
            port_behind_inspect: self.port_behind_inspect,
            format: self.format.format,
        }
    }
}

impl AnswerFlags {
    fn options(self) -> AnswerOptions {
        AnswerOptions {
            strict: self.strict,
            status: self.answer,
            body: self.answer_body,
            headers: self.answer_header,
            delay: self.delay,
            fail_first: self.fail_first,
            fail_rate: self.fail_rate,
            reset: self.reset,
            seed: self.seed,
        }
    }
}

impl ForwardFlags {
    fn options(self) -> ForwardOptions {
        let targets = self.forward.iter().map(|text| ForwardTarget::parse(text));
        ForwardOptions {
            targets: targets.collect(),
            timeout: self.forward_timeout,
            allow_remote: self.allow_remote,
            trust: if self.insecure {
                Trust::AnyCertificate
            } else {
                Trust::System
            },
        }
    }
}

impl UntilFlags {
    fn options(self) -> UntilOptions {
        UntilOptions {
            events: self.until,
            count: self.count,
            deadline: self.deadline,
        }
    }
}

impl JournalFlags {
    fn options(self) -> Option<JournalOptions> {
        let (sync, keep_secrets) = (self.sync, self.keep_secrets);
        self.journal.map(|path| JournalOptions {
            path,
            sync,
            keep_secrets,
        })
    }
}

impl ValueEnum for BodyShown {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Full, Self::Folded, Self::Changed, Self::None]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Full => "full",
            Self::Folded => "folded",
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
