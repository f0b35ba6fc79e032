//! The flags of `log`, and how they become its options.

use super::values::{FormatFlag, whole};
use super::{EXIT_CODES, MORE, PAGE};
use crate::commands::log::LogOptions;
use crate::commands::verify::VerifyOptions;
use crate::log::{LogFilter, LogWork};
use crate::report::Format;
use crate::scheme_choice::SchemeChoice;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook log hooks.ndjson
  inqud-hook log hooks.ndjson --order order-1042 --since 2h
  inqud-hook log hooks.ndjson 17
  inqud-hook log hooks.ndjson --diff 17 19
  inqud-hook log hooks.ndjson --history order-1042
  inqud-hook log hooks.ndjson --invalid -f",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Log {
    /// Journals, HAR files, folders or -; then numbers of deliveries
    ///
    /// A journal is what `listen --journal` or `listen --format json` wrote; - is standard input. Deliveries are numbered
    /// in the order in which they are read; a delivery whose number is given is shown whole.
    #[arg(required = true, value_name = "FILE|NUMBER")]
    pub(super) paths: Vec<PathBuf>,
    /// Only deliveries about this order
    ///
    /// The merchant's name of it or one of the provider's ids. Can be repeated.
    #[arg(long, value_name = "NAME", help_heading = "Selection")]
    order: Vec<String>,
    /// Only these events, as in 'INVOICE_*'
    ///
    /// Can be repeated.
    #[arg(long, value_name = "PATTERN", help_heading = "Selection")]
    event: Vec<String>,
    /// Only with a wrong or missing signature or an invalid body
    #[arg(long, help_heading = "Selection")]
    invalid: bool,
    /// Only with a finding of this rule, as in paid-short or 'paid-*'
    ///
    /// Errors, warnings and notes; `warnings` stands for all rules that are warnings. Can be repeated.
    #[arg(long, value_name = "RULE", help_heading = "Selection")]
    rule: Vec<String>,
    /// Only deliveries that were not accepted, or not answered
    #[arg(long, help_heading = "Selection")]
    failed: bool,
    /// Only since a time or for a duration: 2h, 09:30, 2026-11-21
    ///
    /// A time without a zone is local.
    #[arg(long, value_name = "TIME", help_heading = "Selection")]
    since: Option<String>,
    /// Only the last N of those selected
    #[arg(
        long,
        value_name = "N",
        value_parser = whole::<usize>(1..),
        conflicts_with_all = ["diff", "history", "follow"],
        help_heading = "Selection"
    )]
    last: Option<usize>,
    /// Only with this text in the body, the path or a header
    ///
    /// In upper or lower case. Can be repeated: one of the texts is enough.
    #[arg(long, value_name = "TEXT", help_heading = "Selection")]
    grep: Vec<String>,
    /// Show what changed between two deliveries, field by field
    #[arg(
        long,
        num_args = 2,
        value_parser = whole::<u64>(1..),
        value_names = ["FROM", "TO"],
        help_heading = "Comparison"
    )]
    diff: Vec<u64>,
    /// Show an order's deliveries and what changed from each to the next
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with = "diff",
        help_heading = "Comparison"
    )]
    history: Option<String>,
    /// Verify as this provider does
    ///
    /// Whichever provider's body it is.
    #[arg(
        long,
        value_name = "SCHEME",
        help_heading = "Signature",
        hide_short_help = true
    )]
    scheme: Option<String>,
    /// File with the secret, or - for stdin, to verify signatures again
    ///
    /// By default the secret is taken from the environment or the configuration, otherwise it is the built-in test secret.
    /// [$INQUD_HOOK_SECRET_CALYPSO, …, $INQUD_HOOK_SECRET]
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Signature",
        hide_short_help = true
    )]
    pub(super) secret_file: Option<PathBuf>,
    /// Wait for more deliveries
    #[arg(long, short, help_heading = "Output")]
    follow: bool,
    #[command(flatten)]
    format: FormatFlag<Format>,
}

impl Log {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> LogOptions {
        let (numbers, paths): (Vec<PathBuf>, _) = self
            .paths
            .into_iter()
            .partition(|path| number(path).is_some());
        let numbers: Vec<u64> = numbers.iter().filter_map(|path| number(path)).collect();
        let work = match (self.diff.as_slice(), self.history) {
            ([from, to], _) => LogWork::Difference(*from, *to),
            (_, Some(order)) => LogWork::History(order),
            _ if numbers.is_empty() => LogWork::Lines(self.last),
            _ => LogWork::Whole(numbers),
        };
        LogOptions {
            work,
            filter: LogFilter {
                orders: self.order,
                events: self.event,
                invalid: self.invalid,
                failed: self.failed,
                rules: self.rule,
                since: self.since,
                grep: self.grep,
            },
            follow: self.follow,
            verify: VerifyOptions {
                paths,
                headers: Vec::new(),
                signature: None,
                provider: None,
                scheme: SchemeChoice::named(self.scheme),
                secret_file: self.secret_file,
                show_signature: false,
                example: None,
                format: self.format.format,
            },
        }
    }
}

/// The number of a delivery, as opposed to a file.
fn number(path: &Path) -> Option<u64> {
    let text = path.to_str()?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}
