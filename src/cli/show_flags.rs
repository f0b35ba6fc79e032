//! The flags of `send` and `replay` that say what is printed, and which other flags do not go with them.

use crate::commands::deliver::PrintOptions;
use crate::error::Error;
use crate::outbound::ExpectedAnswer;
use crate::report::{CarriedValues, Detail, RequestForm, carried_option};
use clap::Args;

/// The flags of a sequence, which a burst excludes too; but a script sends the whole sequence again and again.
const SEQUENCE: [&str; 5] = ["scenario", "gap", "order", "duplicates", "keep-going"];

const LOAD: [&str; 4] = ["count", "duration", "concurrency", "rate"];

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct ShowFlags {
    /// Print the requests; send nothing
    #[arg(long)]
    dry_run: bool,
    /// Print them as curl, hurl, http, har, k6, locust, vegeta
    ///
    /// For other tools to run; nothing is sent. The scripts for k6 and Locust make and sign a new body each time, as often
    /// and as fast as the options for load say. An option that a form cannot carry is refused.
    #[arg(
        long = "as",
        value_name = "FORM",
        hide_possible_values = true,
        hide_short_help = true
    )]
    form_of_request: Option<RequestForm>,
    /// Expected answer: 401, 4xx, refused, accepted
    ///
    /// Anything else is exit code 1, and so is no answer at all. Refused is any 4xx but 404, 405 and 429, which say nothing
    /// about the delivery. Without --expect, deliveries should be accepted, and forged ones should not.
    #[arg(long, value_name = "ANSWER", value_parser = expected)]
    pub(super) expect: Option<ExpectedAnswer>,
    /// Also print requests and responses
    #[arg(long, short, conflicts_with = "quiet")]
    verbose: bool,
    /// Print only what is wrong
    #[arg(long, short, hide_short_help = true)]
    quiet: bool,
    /// The options that were given, if some of them do not go with all others; filled behind clap.
    #[arg(skip)]
    pub(super) given: Vec<String>,
}

impl ShowFlags {
    pub(super) fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (false, true) => Detail::Verbose,
            (false, false) => Detail::Usual,
        }
    }

    /// How requests are printed, if they are. Refuses options that the form of `--as` cannot carry.
    pub(super) fn print(&self, values: &CarriedValues<'_>) -> Result<Option<PrintOptions>, Error> {
        let given = self.given.iter();
        let given = given.filter_map(|name| carried_option(name));
        if let Some(form) = self.form_of_request {
            return match values.refusal(form, given) {
                None => Ok(Some(PrintOptions {
                    form,
                    unused: Vec::new(),
                })),
                Some((what, hint)) => Err(Error::ConflictingOptions { what, hint }),
            };
        }
        let form = RequestForm::Http;
        let unused = given.filter(|option| option.instead(form).is_some());
        Ok(self.dry_run.then(|| PrintOptions {
            form,
            unused: unused.map(|option| option.name).collect(),
        }))
    }

    /// Refuses a load of whole sequences, which only a script can carry.
    pub(super) fn refuse_load_of_sequence(&self) -> Result<(), Error> {
        if self.form_of_request.is_some_and(RequestForm::is_script) {
            return Ok(());
        }
        let given = |names: &[&'static str]| {
            let mut names = names.iter();
            names
                .find(|name| self.given.iter().any(|given| given == *name))
                .copied()
        };
        match given(&LOAD).zip(given(&SEQUENCE)) {
            Some((load, sequence)) => Err(Error::ConflictingOptions {
                what: format!("--{load} and --{sequence} cannot be combined"),
                hint:
                    "leave out one of them; a load of whole sequences needs --as k6 or --as locust"
                        .to_owned(),
            }),
            None => Ok(()),
        }
    }
}

fn expected(text: &str) -> Result<ExpectedAnswer, String> {
    ExpectedAnswer::parse(text).ok_or_else(|| {
        "write accepted, refused, a status such as 401 or a class such as 4xx".to_owned()
    })
}
