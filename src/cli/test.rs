//! The flags of `test`, and how they become its options.

use super::body_flags::assignment;
use super::send::RouteFlags;
use super::values::{FormatFlag, is_target, some_time, whole};
use super::{EXIT_CODES, MORE, PAGE};
use crate::commands::test::TestOptions;
use crate::judge::{
    CaseChoice, JudgeOptions, OutageCommands, ProcessChoice, ShopOptions, Strictness,
};
use crate::outbound::SenderOptions;
use crate::report::TestFormat;
use crate::scheme_choice::SchemeChoice;
use clap::Args;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook test --to :3000/webhooks --provider calypso
  inqud-hook test --to :3000/webhooks --order ./make.sh --state ./show.sh
  inqud-hook test --to :3000 --order ./make.sh --state ./show.sh -- ./app
  inqud-hook test forge state/duplicate --to :3000/webhooks",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Test {
    /// Cases, groups or patterns: forge/truncated, forge, 'wire/*' [default: all]
    ///
    /// `--list` lists them, and `inqud-hook explain CASE` explains one.
    #[arg(value_name = "CASE")]
    cases: Vec<String>,
    /// Starts the endpoint, which is killed at the end
    ///
    /// The crash cases kill it and start it again. Its output is shown only where a case fails.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
    /// Leave out these cases. Can be repeated
    #[arg(
        long,
        value_name = "CASE",
        help_heading = "Cases",
        hide_short_help = true
    )]
    skip: Vec<String>,
    /// List the cases and what each needs
    #[arg(long, help_heading = "Cases")]
    list: bool,
    /// Events that the endpoint handles, separated by commas
    ///
    /// To refuse one of them is a failure; for others it is only advice.
    #[arg(
        long,
        value_name = "EVENTS",
        value_delimiter = ',',
        help_heading = "Cases"
    )]
    events: Vec<String>,
    #[command(flatten)]
    route: RouteFlags,
    /// Whose webhooks the endpoint handles [default: the one with a secret]
    #[arg(long, value_name = "PROVIDER", help_heading = "Signature")]
    provider: Option<String>,
    /// File with the secret, or - for stdin
    ///
    /// Otherwise the secret comes from the environment or the configuration, or is the built-in test secret.
    /// [$INQUD_HOOK_SECRET_CALYPSO, …, $INQUD_HOOK_SECRET]
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Signature",
        hide_short_help = true
    )]
    pub(super) secret_file: Option<PathBuf>,
    #[command(flatten)]
    shop: ShopFlags,
    #[command(flatten)]
    process: ProcessFlags,
    #[command(flatten)]
    verdicts: VerdictFlags,
    /// Use the same ids, times and choices on every run
    #[arg(
        long,
        value_name = "N",
        value_parser = whole::<u64>(..),
        help_heading = "Cases",
        hide_short_help = true
    )]
    seed: Option<u64>,
    /// How many cases run at the same time [default: 8 where orders can be made, else 1]
    #[arg(
        long,
        value_name = "N",
        value_parser = whole::<usize>(1..),
        help_heading = "Cases",
        hide_short_help = true
    )]
    jobs: Option<usize>,
    #[command(flatten)]
    format: FormatFlag<TestFormat>,
    /// Write the report to this file
    #[arg(
        long,
        short,
        value_name = "FILE",
        help_heading = "Output",
        hide_short_help = true
    )]
    output: Option<PathBuf>,
    /// Keep the deliveries of failed cases in this folder, for replay
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Output",
        hide_short_help = true
    )]
    save: Option<PathBuf>,
    /// List passed cases too, and show the deliveries of failed ones as curl commands
    #[arg(long, short, help_heading = "Output", hide_short_help = true)]
    verbose: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Shop")]
struct ShopFlags {
    /// Makes an order: a URL that gets a POST, or a shell command
    ///
    /// It answers with JSON like {"order": "1001", "amount": "49.90", "currency": "EUR"}, or with the order's name alone.
    #[arg(long, value_name = "URL|COMMAND")]
    order: Option<String>,
    /// Shows an order: a URL with {order} in it, or a shell command
    ///
    /// A command gets $INQUD_HOOK_ORDER, $INQUD_HOOK_AMOUNT and $INQUD_HOOK_CURRENCY. It prints JSON or text.
    #[arg(long, value_name = "URL|COMMAND")]
    state: Option<String>,
    /// What the state of a paid order looks like: /status=paid
    ///
    /// Without it, paid is what the control payment led to.
    #[arg(long, value_name = "POINTER=VALUE", value_parser = assignment, hide_short_help = true)]
    paid: Option<(String, String)>,
    /// A part of the state that does not count: /log. Can be repeated
    #[arg(long, value_name = "POINTER", hide_short_help = true)]
    ignore: Vec<String>,
    /// Shell command that takes the shop's database away
    #[arg(
        long = "break",
        value_name = "COMMAND",
        requires = "mend",
        hide_short_help = true
    )]
    outage: Option<String>,
    /// Shell command that gives the database back
    #[arg(
        long,
        value_name = "COMMAND",
        requires = "outage",
        hide_short_help = true
    )]
    mend: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Endpoint")]
struct ProcessFlags {
    /// The variable in which COMMAND gets the secret
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    secret_env: Option<String>,
    /// How long COMMAND may take until it accepts connections [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = some_time, hide_short_help = true)]
    ready_timeout: Option<Duration>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Verdicts")]
struct VerdictFlags {
    /// Count advice marked * as failure
    #[arg(long)]
    strict: bool,
    /// The endpoint answers forgeries with 2xx on purpose: without --state they are inconclusive
    #[arg(long, hide_short_help = true)]
    silent_refusal: bool,
    /// File with known failures, which do not fail the run
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    baseline: Option<PathBuf>,
    /// Write the failures of this run to the baseline
    #[arg(long, hide_short_help = true)]
    update_baseline: bool,
}

impl Test {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> TestOptions {
        let (mut route, headers) = self.route.options();
        let (targets, cases): (Vec<_>, Vec<_>) =
            self.cases.into_iter().partition(|word| is_target(word));
        route.targets.extend(targets);
        let outage = self.shop.outage.zip(self.shop.mend);
        TestOptions {
            judge: JudgeOptions {
                provider: self.provider,
                route,
                sender: SenderOptions {
                    scheme: SchemeChoice::Own,
                    secret_file: self.secret_file,
                    headers,
                },
                choice: CaseChoice {
                    only: cases,
                    skip: self.skip,
                },
                shop: ShopOptions {
                    order: self.shop.order,
                    state: self.shop.state,
                    paid: self.shop.paid,
                    ignore: self.shop.ignore,
                    outage: outage.map(|(start, end)| OutageCommands { start, end }),
                },
                process: ProcessChoice {
                    command: self.command,
                    secret_variable: self.process.secret_env,
                    ready: self.process.ready_timeout,
                },
                events: self.events,
                strictness: Strictness {
                    strict: self.verdicts.strict,
                    silent_refusal: self.verdicts.silent_refusal,
                },
                seed: self.seed,
                jobs: self.jobs.and_then(NonZeroUsize::new),
                baseline: self.verdicts.baseline,
                update_baseline: self.verdicts.update_baseline,
                save: self.save,
            },
            list: self.list,
            format: self.format.format,
            output: self.output,
            verbose: self.verbose,
        }
    }
}
