//! The flags of `replay`, and how they become its options.
//!
//! Separate from those of `send`, of which it has all that say where deliveries go, how they are signed and how they
//! follow each other.

use super::EXIT_CODES;
use super::send::{RouteFlags, SequenceFlags, ShowFlags, SignFlags};
use crate::commands::replay::{Options, Selection, Speed};
use crate::commands::send::{DeliverOptions, SchemeChoice};
use crate::report::Format;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    before_help = "\
Examples:
  inqud-hook replay hooks.ndjson --to localhost:3000/webhooks
  inqud-hook replay hooks.ndjson --to :3000 --failed --only 'INVOICE_*'
  inqud-hook replay hooks.ndjson --to :3000 --as-captured --speed 10x
  inqud-hook replay recorded.har --last 1 --as curl",
    after_help = EXIT_CODES
)]
pub(crate) struct Replay {
    /// Journals, HTTP archives (HAR), files with bodies, folders with these, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Send the bytes and headers as they were captured, instead of signing afresh
    #[arg(long, conflicts_with_all = ["scheme", "secret_file"])]
    as_captured: bool,
    /// Only these events, as in 'INVOICE_*'; several times for several
    #[arg(long, value_name = "PATTERN", help_heading = "Choice")]
    only: Vec<String>,
    /// Only those whose own id begins so, or whose provider's id is that; several times for several
    #[arg(long, value_name = "ID", help_heading = "Choice")]
    id: Vec<String>,
    /// Only those that were not accepted when they were captured
    #[arg(long, help_heading = "Choice")]
    failed: bool,
    /// Only the last ones of what is left
    #[arg(long, value_name = "N", help_heading = "Choice")]
    last: Option<usize>,
    /// How fast: original, so many times faster as in 10x, or max
    #[arg(long, value_name = "SPEED", default_value = "max", hide_default_value = true, value_parser = speed, conflicts_with = "gap", help_heading = "One after the other")]
    speed: Speed,
    #[command(flatten)]
    route: RouteFlags,
    #[command(flatten)]
    sign: SignFlags,
    #[command(flatten)]
    sequence: SequenceFlags,
    #[command(flatten)]
    show: ShowFlags,
    /// How to print the results: human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_possible_values = true, help_heading = "Output")]
    format: Format,
}

impl Replay {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> Options {
        let mut sign = self.sign.options();
        if self.as_captured {
            sign.scheme = SchemeChoice::Captured;
        }
        Options {
            paths: self.paths,
            as_captured: self.as_captured,
            selection: Selection { only: self.only, ids: self.id, failed: self.failed, last: self.last },
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
    let times = |text: &str| text.parse::<f64>().ok().filter(|times| (1e-3..=1e9).contains(times));
    match text {
        "max" => Some(Speed::Max),
        "original" => Some(Speed::Times(1.0)),
        _ => text.strip_suffix('x').and_then(times).map(Speed::Times),
    }
    .ok_or_else(|| "write original, max, or how many times faster, as in 10x".to_owned())
}
