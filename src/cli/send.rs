//! The flags of `send`, and how they become its options.
//!
//! Separate because they are many, and because `replay` takes those from here that it shares with `send`.

use super::{EXIT_CODES, MORE, PAGE};
use crate::body::Edit;
use crate::catalogue::manifest::Form;
use crate::outbound::{
    BurstOptions, DeliverOptions, Order, RouteOptions, SchemeChoice, SendOptions, SequenceOptions,
    SignOptions,
};
use crate::report::{Format, RequestForm};
use clap::builder::PossibleValue;
use clap::{ArgGroup, Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook send INVOICE_PAID
  inqud-hook send INVOICE_PAID --to :3000/webhooks --set realAmount=250
  inqud-hook send --scenario underpaid --to :3000 --order reversed
  inqud-hook send checkout.success --to :3000 --rate 50/s --duration 10s
  inqud-hook send invoice.paid --as curl",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Send {
    /// The event: INVOICE_PAID, or calypso/INVOICE_PAID
    ///
    /// The name alone is enough where only one provider has it; case does not matter. `inqud-hook events` lists all.
    #[arg(value_name = "EVENT")]
    event: Option<String>,
    #[command(flatten)]
    route: RouteFlags,
    #[command(flatten)]
    body: BodyFlags,
    #[command(flatten)]
    sign: SignFlags,
    /// Send a life cycle; `events --scenarios` lists all
    #[arg(
        long,
        value_name = "SCENARIO",
        conflicts_with = "event",
        help_heading = "One after the other"
    )]
    scenario: Option<String>,
    #[command(flatten)]
    sequence: SequenceFlags,
    #[command(flatten)]
    burst: BurstFlags,
    #[command(flatten)]
    show: ShowFlags,
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
#[command(next_help_heading = "Target")]
pub(super) struct RouteFlags {
    /// URL, host, host:port, :port or port
    ///
    /// Each may have a path. A URL is used exactly as written; else it is http, and port 8080 where none is given. Several
    /// times for several. [$INQUD_HOOK_TO]
    #[arg(long, value_name = "TARGET")]
    to: Vec<String>,
    /// Send to hosts that are not this machine
    ///
    /// Also with secrets that are kept elsewhere, where a configuration names them that was found.
    #[arg(long, hide_short_help = true)]
    allow_remote: bool,
    /// Add a header, or replace one of the same name
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// Wait so long for an answer, instead of as long as the provider
    #[arg(long, value_name = "TIME", value_parser = some_time, hide_short_help = true)]
    timeout: Option<Duration>,
    /// Take any certificate
    #[arg(long, conflicts_with = "cacert", hide_short_help = true)]
    insecure: bool,
    /// Trust only certificates that these have signed (PEM)
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    cacert: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Body")]
struct BodyFlags {
    /// Set a field: /data/amount=10.50, or amount=10.50
    ///
    /// By pointer, or by the name of a field that is there once. VALUE is JSON, or a text that is no JSON.
    #[arg(long, value_name = "POINTER=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
    /// Leave a field out
    #[arg(long, value_name = "POINTER", hide_short_help = true)]
    unset: Vec<String>,
    /// Send exactly these bytes; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    body: Option<PathBuf>,
    /// As it is delivered (full), or without its envelope (bare)
    ///
    /// The bare form is what the provider's page shows.
    #[arg(
        long,
        value_name = "FORM",
        default_value = "full",
        hide_default_value = true,
        hide_possible_values = true,
        conflicts_with = "body",
        hide_short_help = true
    )]
    form: Form,
    /// Open the body in $EDITOR first
    #[arg(long, conflicts_with = "scenario", hide_short_help = true)]
    edit: bool,
    /// The same ids and times on every run
    ///
    /// Without --now the times are the samples' own.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The moment at which the last delivery's event happened
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    now: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Signature")]
pub(super) struct SignFlags {
    /// Sign as that provider does, or not at all: none
    #[arg(long, value_name = "SCHEME")]
    scheme: Option<String>,
    /// File with the secret
    ///
    /// Else it is what the environment or the configuration names, or the development secret. [$INQUD_HOOK_SECRET_CALYPSO,
    /// …, $INQUD_HOOK_SECRET]
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Print secrets in full with --dry-run and --as
    #[arg(long, hide_short_help = true)]
    show_secrets: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "One after the other")]
pub(super) struct SequenceFlags {
    /// Pause between two deliveries
    #[arg(
        long,
        value_name = "TIME",
        value_parser = time,
        default_value = "0s",
        hide_default_value = true,
        hide_short_help = true
    )]
    gap: Duration,
    /// The order: in, reversed or shuffled
    #[arg(
        long,
        value_name = "ORDER",
        default_value = "in",
        hide_default_value = true,
        hide_possible_values = true
    )]
    order: Order,
    /// Send each so many times more
    #[arg(
        long,
        value_name = "N",
        default_value = "0",
        hide_default_value = true,
        value_parser = clap::value_parser!(u32).range(..=1_000),
        hide_short_help = true
    )]
    duplicates: u32,
    /// Do not stop at the first that is refused
    #[arg(long, hide_short_help = true)]
    keep_going: bool,
    /// Try again as the provider does, at its own pace
    #[arg(long)]
    retry: bool,
    /// Wait so many times less than the provider
    #[arg(
        long,
        value_name = "N",
        default_value = "1",
        hide_default_value = true,
        requires = "retry",
        value_parser = scale,
        hide_short_help = true
    )]
    time_scale: f64,
}

/// What has no meaning where many travel at once.
const IN_ORDER: [&str; 6] = [
    "scenario",
    "gap",
    "order",
    "duplicates",
    "keep_going",
    "retry",
];

#[derive(Debug, Args)]
#[command(next_help_heading = "Many at once")]
#[command(group = ArgGroup::new("end").args(["count", "duration"]).multiple(true))]
struct BurstFlags {
    /// So many deliveries, each with its own ids
    #[arg(long, value_name = "N", conflicts_with_all = IN_ORDER, value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// For so long
    #[arg(long, value_name = "TIME", conflicts_with_all = IN_ORDER, value_parser = some_time)]
    duration: Option<Duration>,
    /// Over so many connections [default: 10]
    #[arg(
        long,
        value_name = "N",
        requires = "end",
        conflicts_with_all = IN_ORDER,
        value_parser = clap::value_parser!(u16).range(1..=4_096),
        hide_short_help = true
    )]
    concurrency: Option<u16>,
    /// At that rate, kept by the clock: 50/s, 300/m
    #[arg(long, value_name = "N/s", requires = "end", conflicts_with_all = IN_ORDER, value_parser = rate)]
    rate: Option<f64>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct ShowFlags {
    /// Print the requests instead of sending them
    #[arg(long)]
    dry_run: bool,
    /// Print them as http, curl, hurl, k6, vegeta or har
    ///
    /// So that another tool can run them; nothing is sent.
    #[arg(long = "as", value_name = "FORM", hide_possible_values = true)]
    form_of_request: Option<RequestForm>,
}

impl ShowFlags {
    pub(super) fn form(self) -> Option<RequestForm> {
        self.form_of_request
            .or(self.dry_run.then_some(RequestForm::Http))
    }
}

impl Send {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> SendOptions {
        let BodyFlags {
            set,
            unset,
            body,
            form,
            edit,
            seed,
            now,
        } = self.body;
        let set = set
            .into_iter()
            .map(|(path, value)| Edit::Set { path, value });
        let unset = unset.into_iter().map(|path| Edit::Unset { path });
        SendOptions {
            event: self.event,
            scenario: self.scenario,
            body,
            form,
            edits: set.chain(unset).collect(),
            edit,
            seed,
            now,
            deliver: DeliverOptions {
                route: self.route.options(),
                sign: self.sign.options(),
                sequence: self.sequence.options(),
                burst: self.burst.options(),
                show: self.show.form(),
                format: self.format,
            },
        }
    }
}

impl RouteFlags {
    pub(super) fn options(self) -> RouteOptions {
        let Self {
            to,
            allow_remote,
            header,
            timeout,
            insecure,
            cacert,
        } = self;
        RouteOptions {
            targets: to,
            allow_remote,
            headers: header,
            timeout,
            insecure,
            authorities: cacert,
        }
    }
}

impl SignFlags {
    pub(super) fn options(self) -> SignOptions {
        let Self {
            scheme,
            secret_file,
            show_secrets,
        } = self;
        SignOptions {
            scheme: SchemeChoice::named(scheme),
            secret_file,
            show_secrets,
        }
    }
}

impl SequenceFlags {
    pub(super) fn options(self) -> SequenceOptions {
        let Self {
            gap,
            order,
            duplicates,
            keep_going,
            retry,
            time_scale,
        } = self;
        SequenceOptions {
            gap,
            order,
            duplicates,
            keep_going,
            retry,
            time_scale,
        }
    }
}

impl BurstFlags {
    fn options(self) -> Option<BurstOptions> {
        let Self {
            count,
            duration,
            concurrency,
            rate,
        } = self;
        let any = count.is_some() || duration.is_some() || concurrency.is_some() || rate.is_some();
        any.then(|| BurstOptions {
            count,
            duration,
            connections: concurrency.unwrap_or(10).into(),
            rate,
        })
    }
}

/// A time such as 500ms, 10s or 2m; a number alone is seconds.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let seconds = text
        .parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let time = seconds.or_else(|| humantime::parse_duration(text).ok());
    // Longer than any run; and moments that far ahead can be reckoned with.
    const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);
    time.filter(|time| *time <= LONGEST)
        .ok_or_else(|| "write a time like 500ms, 10s or 2m".to_owned())
}

pub(super) fn some_time(text: &str) -> Result<Duration, String> {
    time(text).and_then(|time| {
        if time.is_zero() {
            Err("no time at all is too short".to_owned())
        } else {
            Ok(time)
        }
    })
}

/// How many a second: 50/s, 300/m, or a number alone.
fn rate(text: &str) -> Result<f64, String> {
    let (number, unit) = text.split_once('/').unwrap_or((text, "s"));
    let seconds = match unit.trim() {
        "s" | "sec" | "second" => 1.0,
        "m" | "min" | "minute" => 60.0,
        "h" | "hour" => 3_600.0,
        _ => return Err("write a rate like 50/s or 300/m".to_owned()),
    };
    let rate = number
        .trim()
        .parse::<f64>()
        .ok()
        .map(|number| number / seconds);
    rate.filter(|rate| (1e-4..=1e7).contains(rate))
        .ok_or_else(|| "write a rate like 50/s or 300/m".to_owned())
}

fn scale(text: &str) -> Result<f64, String> {
    let scale = text
        .parse::<f64>()
        .ok()
        .filter(|scale| (1e-3..=1e9).contains(scale));
    scale.ok_or_else(|| "write how many times faster, as in 1000".to_owned())
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(path, _)| !path.is_empty());
    pair.map(|(path, value)| (path.to_owned(), value.to_owned()))
        .ok_or_else(|| "write it like /data/amount=10.50 or amount=10.50".to_owned())
}

impl ValueEnum for Order {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::In, Self::Reversed, Self::Shuffled]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::In => "in",
            Self::Reversed => "reversed",
            Self::Shuffled => "shuffled",
        }))
    }
}

impl ValueEnum for RequestForm {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Http,
            Self::Curl,
            Self::Hurl,
            Self::K6,
            Self::Vegeta,
            Self::Har,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Http => PossibleValue::new("http"),
            Self::Curl => PossibleValue::new("curl"),
            Self::Hurl => PossibleValue::new("hurl"),
            Self::K6 => PossibleValue::new("k6"),
            Self::Vegeta => PossibleValue::new("vegeta"),
            Self::Har => PossibleValue::new("har"),
        })
    }
}
