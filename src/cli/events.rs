//! The flags of `events`, and how they become its options.

use super::values::FormatFlag;
use super::{EXIT_CODES, MORE, PAGE};
use crate::catalogue::manifest::Form;
use crate::commands::events::{EventsOptions, EventsRequest};
use crate::report::Format;
use clap::Args;

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook events
  inqud-hook events --provider inqud
  inqud-hook events INVOICE_PAID
  inqud-hook events underpaid
  inqud-hook events checkout.success --sample > body.json",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Events {
    /// Event or scenario: INVOICE_PAID, underpaid, 'INVOICE_*'
    ///
    /// The provider is needed only if several providers have an event of that name, as in calypso/INVOICE_PAID. Case does
    /// not matter. For a pattern or another word, the events and scenarios that have it are listed.
    #[arg(value_name = "EVENT")]
    name: Option<String>,
    /// List only this provider's
    #[arg(long, value_name = "PROVIDER", help_heading = "List")]
    provider: Option<String>,
    /// List scenarios instead of events
    #[arg(
        long,
        conflicts_with_all = ["sample", "schema", "form"],
        help_heading = "List"
    )]
    scenarios: bool,
    /// Print only the sample
    #[arg(long, requires = "name", conflicts_with_all = ["schema", "format"], help_heading = "One event")]
    sample: bool,
    /// Print only the JSON Schema of the full form
    #[arg(long, requires = "name", conflicts_with_all = ["format", "form"], help_heading = "One event")]
    schema: bool,
    /// Form: full (as delivered) or bare (without its envelope)
    ///
    /// The provider's documentation shows the bare form.
    #[arg(
        long,
        value_name = "FORM",
        default_value = "full",
        hide_default_value = true,
        hide_possible_values = true,
        requires = "name",
        help_heading = "One event"
    )]
    form: Form,
    #[command(flatten)]
    format: FormatFlag<Format>,
}

impl Events {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> EventsOptions {
        let (provider, form) = (self.provider, self.form);
        let name = self.name.map(|name| match &provider {
            Some(provider) if !name.contains('/') => format!("{provider}/{name}"),
            _ => name,
        });
        let request = match name {
            Some(name) if self.scenarios => EventsRequest::Scenario { name },
            Some(name) if self.sample => EventsRequest::Sample { name, form },
            Some(name) if self.schema => EventsRequest::Schema { name },
            Some(name) => EventsRequest::Named { name, form },
            None if self.scenarios => EventsRequest::Scenarios { provider },
            None => EventsRequest::List { provider },
        };
        EventsOptions {
            request,
            format: self.format.format,
        }
    }
}
