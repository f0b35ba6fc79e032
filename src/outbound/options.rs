//! The checked options of everything that sends; `cli` fills them.

use super::expectation::ExpectedAnswer;
use crate::body::{Edit, OrderTerms, Spelling};
use crate::catalogue::manifest::Form;
use crate::scheme_choice::SchemeChoice;
use std::path::PathBuf;
use std::time::Duration;

/// Which bodies are sent.
#[derive(Debug)]
pub(crate) struct ComposeOptions {
    pub(crate) event: Option<String>,
    pub(crate) scenario: Option<String>,
    /// A file with the user's own body.
    pub(crate) body: Option<PathBuf>,
    pub(crate) form: Form,
    pub(crate) spelling: Spelling,
    pub(crate) order: OrderChoice,
    pub(crate) edits: Vec<Edit>,
    /// Open the body in an editor first.
    pub(crate) edit: bool,
    pub(crate) seed: Option<u64>,
    /// When the last event happened.
    pub(crate) now: Option<String>,
}

/// The order that bodies should be about.
#[derive(Debug, Default)]
pub(crate) struct OrderChoice {
    /// With `{n}` for the number of a delivery.
    pub(crate) name: Option<String>,
    /// A positive decimal number.
    pub(crate) amount: Option<String>,
    pub(crate) currency: Option<String>,
}

impl OrderChoice {
    pub(super) fn terms(&self) -> OrderTerms<'_> {
        OrderTerms {
            name: self.name.as_deref(),
            amount: self.amount.as_deref(),
            currency: self.currency.as_deref(),
        }
    }

    /// What is given, each with its flag.
    pub(super) fn given(&self) -> Vec<(String, OrderTerms<'_>)> {
        let OrderTerms {
            name,
            amount,
            currency,
        } = self.terms();
        let none = OrderTerms::default();
        let all = [
            ("--order-id", name, OrderTerms { name, ..none }),
            ("--currency", currency, OrderTerms { currency, ..none }),
            (
                "--amount",
                amount,
                OrderTerms {
                    amount,
                    currency,
                    ..none
                },
            ),
        ];
        all.into_iter()
            .filter_map(|(flag, value, terms)| Some((format!("{flag} {}", value?), terms)))
            .collect()
    }
}

/// Where deliveries go.
#[derive(Clone, Debug)]
pub(crate) struct RouteOptions {
    pub(crate) targets: Vec<String>,
    pub(crate) allow_remote: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) insecure: bool,
    pub(crate) authorities: Option<PathBuf>,
}

/// How deliveries are signed, and the headers that the user adds.
#[derive(Clone, Debug)]
pub(crate) struct SenderOptions {
    pub(crate) scheme: SchemeChoice,
    pub(crate) secret_file: Option<PathBuf>,
    pub(crate) headers: Vec<String>,
}

/// How several deliveries follow each other.
#[derive(Debug)]
pub(crate) struct SequenceOptions {
    pub(crate) gap: Duration,
    pub(crate) order: DeliveryOrder,
    /// How many more times each is sent.
    pub(crate) duplicates: u32,
    pub(crate) keep_going: bool,
    /// Retry as the provider does.
    pub(crate) retry: bool,
    /// What retry waits are divided by.
    pub(crate) time_scale: f64,
    /// What endpoints should answer.
    pub(crate) expect: Option<ExpectedAnswer>,
}

/// The order in which a scenario's events are delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DeliveryOrder {
    /// As they happened.
    #[default]
    Forward,
    /// The last one first.
    Reversed,
    /// Random, drawn from the seed.
    Shuffled,
}

/// How many deliveries are sent at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BurstOptions {
    pub(crate) count: Option<u64>,
    pub(crate) duration: Option<Duration>,
    pub(crate) connections: usize,
    pub(crate) rate: Option<f64>,
}
