//! The flags of `replay`, and how they become its options.
//!
//! Separate from those of `send`, of which it has all that say where deliveries go, how they are signed and how they
//! follow each other.

use super::send::{RouteFlags, SequenceFlags, ShowFlags, SignFlags};
use super::{EXIT_CODES, MORE, PAGE};
use crate::commands::replay::{ReplayOptions, Selection, Speed};
use crate::outbound::{DeliverOptions, SchemeChoice};
use crate::report::Format;
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
    /// What `listen --journal` wrote or `listen --format json` printed, HTTP archives, files with bodies.
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Only these events, as in 'INVOICE_*'
    ///
    /// Several times for several.
    #[arg(long, value_name = "PATTERN", help_heading = "Choice")]
    only: Vec<String>,
    /// Only those whose own id begins so, or whose provider's id is that; several times for several
    #[arg(
        long,
        value_name = "ID",
        help_heading = "Choice",
        hide_short_help = true
    )]
    id: Vec<String>,
    /// Only what was not accepted when it was captured
    #[arg(long, help_heading = "Choice")]
    failed: bool,
    /// Only the last ones of what is left
    #[arg(long, value_name = "N", help_heading = "Choice")]
    last: Option<usize>,
    #[command(flatten)]
    route: RouteFlags,
    /// Send the bytes and headers that were captured
    ///
    /// Instead of signing them afresh with the secret in force.
    #[arg(long, conflicts_with_all = ["scheme", "secret_file"], help_heading = "Signature")]
    as_captured: bool,
    #[command(flatten)]
    sign: SignFlags,
    /// How fast: original, 10x or max
    ///
    /// The pauses as they were, so many times shorter, or none.
    #[arg(
        long,
        value_name = "SPEED",
        default_value = "max",
        value_parser = speed,
        conflicts_with = "gap",
        help_heading = "One after the other"
    )]
    speed: Speed,
    #[command(flatten)]
    sequence: SequenceFlags,
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

impl Replay {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> ReplayOptions {
        let mut sign = self.sign.options();
        if self.as_captured {
            sign.scheme = SchemeChoice::Captured;
        }
        ReplayOptions {
            paths: self.paths,
            as_captured: self.as_captured,
            selection: Selection {
                only: self.only,
                ids: self.id,
                failed: self.failed,
                last: self.last,
            },
            speed: self.speed,
            deliver: DeliverOptions {
                route: self.route.options(),
                sign,
                sequence: self.sequence.options(),
                burst: None,
                show: self.show.form(),
                format: self.format,
            },
        }
    }
}

fn speed(text: &str) -> Result<Speed, String> {
    let times = |text: &str| {
        text.parse::<f64>()
            .ok()
            .filter(|times| (1e-3..=1e9).contains(times))
    };
    match text {
        "max" => Some(Speed::Max),
        "original" => Some(Speed::Times(1.0)),
        _ => text.strip_suffix('x').and_then(times).map(Speed::Times),
    }
    .ok_or_else(|| "write original, max, or how many times faster, as in 10x".to_owned())
}
