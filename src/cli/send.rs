//! The flags of `send`, some of which `replay` shares, and how they become its options.

use super::body_flags::BodyFlags;
use super::show_flags::ShowFlags;
use super::values::{FACTORS, FormatFlag, factor, is_target, some_time, time, whole};
use super::{EXIT_CODES, MORE, PAGE};
use crate::commands::deliver::DeliverOptions;
use crate::commands::send::SendOptions;
use crate::error::Error;
use crate::outbound::{
    BurstOptions, DeliveryOrder, ExpectedAnswer, RouteOptions, SenderOptions, SequenceOptions,
};
use crate::report::{CarriedValues, SendFormat};
use crate::scheme_choice::SchemeChoice;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook send INVOICE_PAID
  inqud-hook send INVOICE_PAID :3000/webhooks --set realAmount=250
  inqud-hook send --scenario underpaid --to :3000 --order reversed
  inqud-hook send checkout.success --to :3000 --rate 50/s --duration 10s
  inqud-hook send invoice.paid --as curl",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Send {
    /// The event: INVOICE_PAID or calypso/INVOICE_PAID
    ///
    /// The name alone is enough where only one provider has it; case does not matter. `inqud-hook events` lists all.
    #[arg(value_name = "EVENT")]
    event: Option<String>,
    /// Where to send it, as with --to
    #[arg(value_name = "TARGET", hide_short_help = true)]
    target: Option<String>,
    #[command(flatten)]
    route: RouteFlags,
    #[command(flatten)]
    pub(super) body: BodyFlags,
    #[command(flatten)]
    pub(super) sign: SignFlags,
    /// Send a scenario; `events --scenarios` lists them
    #[arg(long, value_name = "SCENARIO", help_heading = "Sequence")]
    scenario: Option<String>,
    #[command(flatten)]
    sequence: SequenceFlags,
    #[command(flatten)]
    burst: BurstFlags,
    #[command(flatten)]
    pub(super) show: ShowFlags,
    #[command(flatten)]
    format: FormatFlag<SendFormat>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Target")]
pub(super) struct RouteFlags {
    /// URL, host, host:port, :port or port
    ///
    /// Each may have a path. A URL is used exactly as written; otherwise the scheme is http and the default port 8080. Can be
    /// repeated. [$INQUD_HOOK_TO]
    #[arg(long, aliases = ["url", "target"], value_name = "TARGET")]
    to: Vec<String>,
    /// Allow targets that are not this machine
    ///
    /// Also allows a configuration that was found, not given with --config, to send your secrets there.
    #[arg(long, hide_short_help = true)]
    allow_remote: bool,
    /// Add a header, or replace one of the same name
    #[arg(long, short = 'H', value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// How long to wait for a response [default: the provider's own]
    #[arg(long, value_name = "TIME", value_parser = some_time, hide_short_help = true)]
    timeout: Option<Duration>,
    /// Accept any certificate
    #[arg(long, conflicts_with = "cacert", hide_short_help = true)]
    insecure: bool,
    /// Trust only certificates signed by those in this file (PEM)
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    cacert: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Signature")]
pub(super) struct SignFlags {
    /// Sign as this provider does, or not at all (none)
    #[arg(long, value_name = "SCHEME", hide_short_help = true)]
    scheme: Option<String>,
    /// File with the secret, or - for stdin
    ///
    /// Otherwise the secret comes from the environment or the configuration, or is the built-in test secret.
    /// [$INQUD_HOOK_SECRET_CALYPSO, …, $INQUD_HOOK_SECRET]
    #[arg(long, value_name = "FILE")]
    pub(super) secret_file: Option<PathBuf>,
    /// Print secrets in full with --dry-run and --as
    #[arg(long, hide_short_help = true)]
    pub(super) show_secrets: bool,
    /// Find out why the endpoint rejects a signed delivery
    ///
    /// Sends a rejected delivery again, signed in the wrong ways that handlers are known to expect, until one is accepted:
    /// that is the handler's mistake. Only for endpoints on this machine, since one that looks forged may be processed.
    #[arg(long, conflicts_with = "dry_run")]
    pub(super) why: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Sequence")]
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
    /// The order: forward, reversed or shuffled
    #[arg(
        long,
        value_name = "ORDER",
        default_value = "forward",
        hide_default_value = true,
        hide_possible_values = true,
        hide_short_help = true
    )]
    order: DeliveryOrder,
    /// Repeat each delivery N more times
    #[arg(
        long,
        value_name = "N",
        default_value = "0",
        hide_default_value = true,
        value_parser = whole::<u32>(..=1_000),
        hide_short_help = true
    )]
    duplicates: u32,
    /// Do not stop at the first rejected delivery
    #[arg(long, hide_short_help = true)]
    keep_going: bool,
    /// Retry rejected deliveries as the provider does
    #[arg(long)]
    retry: bool,
    /// Divide retry waits by N
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

/// The flags of single deliveries, which a burst excludes.
const SINGLE: [&str; 2] = ["why", "retry"];

#[derive(Debug, Args)]
#[command(next_help_heading = "Load")]
struct BurstFlags {
    /// Number of deliveries, each with fresh ids
    #[arg(long, value_name = "N", conflicts_with_all = SINGLE, value_parser = whole::<u64>(1..))]
    count: Option<u64>,
    /// How long to keep sending
    #[arg(
        long,
        value_name = "TIME",
        conflicts_with_all = SINGLE,
        value_parser = some_time,
        hide_short_help = true
    )]
    duration: Option<Duration>,
    /// Number of connections [default: 10]
    #[arg(
        long,
        value_name = "N",
        conflicts_with_all = SINGLE,
        value_parser = whole::<u16>(1..=4_096),
        hide_short_help = true
    )]
    concurrency: Option<u16>,
    /// Deliveries per second: 50/s, 300/m
    ///
    /// Slow responses do not lower the rate.
    #[arg(long, value_name = "N/s", conflicts_with_all = SINGLE, value_parser = rate)]
    rate: Option<f64>,
}

impl Send {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> Result<SendOptions, Error> {
        self.show.refuse_load_of_sequence()?;
        let print = self.show.print(&CarriedValues {
            duration: self.burst.duration,
            connections: self.burst.concurrency.map(usize::from),
            rate: self.burst.rate,
            ..carried_values(&self.route, &self.sequence)
        })?;
        self.burst.refuse_endless()?;
        let (event, targets) = self.words()?;
        let (mut route, headers) = self.route.options();
        route.targets.extend(targets);
        Ok(SendOptions {
            compose: self.body.options(event, self.scenario),
            deliver: DeliverOptions {
                route,
                show_secrets: self.sign.show_secrets,
                why: self.sign.why,
                sender: self.sign.options(headers),
                sequence: self.sequence.options(self.show.expect),
                burst: self.burst.options(),
                print,
                detail: self.show.detail(),
                format: self.format.format,
            },
        })
    }

    /// The event and the targets, which are given without flags. A scenario takes the place of the event.
    fn words(&self) -> Result<(Option<String>, Vec<String>), Error> {
        let (event, target) = (self.event.clone(), self.target.clone());
        let lone_port = |word: &String| word.parse::<u16>().is_ok();
        let (event, targets) = match event {
            // Swapped, which can only mean one thing.
            Some(word)
                if is_target(&word)
                    && target
                        .as_ref()
                        .is_some_and(|name| !is_target(name) && !lone_port(name)) =>
            {
                (target, vec![word])
            }
            Some(word) if is_target(&word) || lone_port(&word) => {
                (None, std::iter::once(word).chain(target).collect())
            }
            event => (event, Vec::from_iter(target)),
        };
        match (&event, &self.scenario) {
            (Some(event), Some(scenario)) => Err(Error::ConflictingOptions {
                what: format!("--scenario {scenario} and event {event} cannot be combined"),
                hint: "leave out the event or --scenario".to_owned(),
            }),
            _ => Ok((event, targets)),
        }
    }
}

impl RouteFlags {
    /// The options, and the headers of `--header`.
    pub(super) fn options(self) -> (RouteOptions, Vec<String>) {
        let Self {
            to,
            allow_remote,
            header,
            timeout,
            insecure,
            cacert,
        } = self;
        let route = RouteOptions {
            targets: to,
            allow_remote,
            timeout,
            insecure,
            authorities: cacert,
        };
        (route, header)
    }
}

impl SignFlags {
    pub(super) fn options(self, headers: Vec<String>) -> SenderOptions {
        SenderOptions {
            scheme: SchemeChoice::named(self.scheme),
            secret_file: self.secret_file,
            headers,
        }
    }
}

impl SequenceFlags {
    pub(super) fn options(self, expect: Option<ExpectedAnswer>) -> SequenceOptions {
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
            expect,
        }
    }
}

/// What another tool is to be given, where the form of `--as` cannot carry it.
pub(super) fn carried_values<'a>(
    route: &'a RouteFlags,
    sequence: &SequenceFlags,
) -> CarriedValues<'a> {
    CarriedValues {
        timeout: route.timeout,
        authorities: route.cacert.as_deref(),
        gap: sequence.gap,
        ..CarriedValues::default()
    }
}

impl BurstFlags {
    /// Refuses a burst without an end.
    fn refuse_endless(&self) -> Result<(), Error> {
        let flag = match self {
            _ if self.count.is_some() || self.duration.is_some() => return Ok(()),
            _ if self.rate.is_some() => "--rate",
            _ if self.concurrency.is_some() => "--concurrency",
            _ => return Ok(()),
        };
        Err(Error::Usage {
            what: format!("{flag} does not say when to stop sending"),
            hint: "add --count 1000, --duration 10s or both".to_owned(),
        })
    }

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

/// A rate per second: 50/s, 300/m, or a number alone.
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
    let (least, most) = (FACTORS.start(), FACTORS.end());
    factor(text).ok_or_else(|| format!("write a number from {least} to {most}, as in 1000"))
}
