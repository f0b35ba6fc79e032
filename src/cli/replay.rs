//! The flags of `replay`, and how they become its options.

use super::send::{RouteFlags, SequenceFlags, SignFlags, carried_values};
use super::show_flags::ShowFlags;
use super::values::{FormatFlag, factor, is_target, whole};
use super::{EXIT_CODES, MORE, PAGE};
use crate::commands::deliver::DeliverOptions;
use crate::commands::replay::ReplayOptions;
use crate::error::Error;
use crate::outbound::capture_selection::SelectionOptions;
use crate::outbound::replay::Speed;
use crate::outbound::wanted_id::WantedId;
use crate::report::SendFormat;
use crate::scheme_choice::SchemeChoice;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook replay hooks.ndjson --to localhost:3000/webhooks
  inqud-hook replay hooks.ndjson --to :3000 --failed --only 'INVOICE_*'
  inqud-hook replay hooks.ndjson --to :3000 --as-captured --speed 10x
  inqud-hook replay recorded.har --last 1 --as curl",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Replay {
    /// Journals, HAR files, bodies, folders of these, or - for stdin
    ///
    /// A journal is what `listen --journal` or `listen --format json` wrote.
    #[arg(required = true, value_name = "FILE")]
    pub(super) paths: Vec<PathBuf>,
    /// Only these events, as in 'INVOICE_*'
    ///
    /// Can be repeated.
    #[arg(long, value_name = "PATTERN", help_heading = "Selection")]
    only: Vec<String>,
    /// Only this delivery: its number in `log`, or an id
    ///
    /// The id of the provider, or at least 4 characters of the recorded one. Several with commas between them; can be
    /// repeated.
    #[arg(
        long,
        value_name = "ID",
        value_delimiter = ',',
        value_parser = WantedId::parse,
        help_heading = "Selection"
    )]
    id: Vec<WantedId>,
    /// Only deliveries that were not accepted when captured
    ///
    /// All are sent, even if the endpoint does not accept one of them.
    #[arg(long, help_heading = "Selection")]
    failed: bool,
    /// Only since a time or for a duration: 2h, 09:30, 2026-11-21
    ///
    /// A time without a zone is local.
    #[arg(long, value_name = "TIME", help_heading = "Selection")]
    since: Option<String>,
    /// Only the last N of those selected
    #[arg(long, value_name = "N", value_parser = whole::<usize>(1..), help_heading = "Selection")]
    last: Option<usize>,
    /// Open the body in $EDITOR first, if one delivery is selected
    #[arg(
        long,
        conflicts_with = "as_captured",
        help_heading = "Selection",
        hide_short_help = true
    )]
    edit: bool,
    #[command(flatten)]
    route: RouteFlags,
    /// Send the captured bytes and headers unchanged
    ///
    /// They are not signed again with the configured secret.
    #[arg(long, conflicts_with_all = ["scheme", "secret_file"], help_heading = "Signature")]
    as_captured: bool,
    #[command(flatten)]
    pub(super) sign: SignFlags,
    /// How fast: original, 10x or max
    ///
    /// With the original pauses, with pauses divided by 10, or without pauses.
    #[arg(
        long,
        value_name = "SPEED",
        default_value = "max",
        value_parser = speed,
        conflicts_with = "gap",
        help_heading = "Sequence"
    )]
    speed: Speed,
    #[command(flatten)]
    sequence: SequenceFlags,
    #[command(flatten)]
    pub(super) show: ShowFlags,
    #[command(flatten)]
    format: FormatFlag<SendFormat>,
}

impl Replay {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> Result<ReplayOptions, Error> {
        let print = self
            .show
            .print(&carried_values(&self.route, &self.sequence))?;
        let (mut route, headers) = self.route.options();
        let (targets, paths): (Vec<_>, Vec<_>) = self
            .paths
            .into_iter()
            .partition(|path| path.to_str().is_some_and(is_target));
        let targets = targets.iter().map(|target| target.display().to_string());
        route.targets.extend(targets);
        let (show_secrets, why) = (self.sign.show_secrets, self.sign.why);
        let mut sender = self.sign.options(headers);
        if self.as_captured {
            sender.scheme = SchemeChoice::Captured;
        }
        Ok(ReplayOptions {
            paths,
            as_captured: self.as_captured,
            selection: SelectionOptions {
                only: self.only,
                ids: self.id,
                failed: self.failed,
                since: self.since,
                last: self.last,
            },
            speed: self.speed,
            edit: self.edit,
            deliver: DeliverOptions {
                route,
                sender,
                show_secrets,
                why,
                sequence: self.sequence.options(self.show.expect),
                burst: None,
                print,
                detail: self.show.detail(),
                format: self.format.format,
            },
        })
    }
}

fn speed(text: &str) -> Result<Speed, String> {
    match text {
        "max" => Some(Speed::Max),
        "original" => Some(Speed::Times(1.0)),
        _ => text.strip_suffix('x').and_then(factor).map(Speed::Times),
    }
    .ok_or_else(|| "write original, max, or a factor such as 10x".to_owned())
}
