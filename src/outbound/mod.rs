//! What leaves: batches of signed deliveries, one after the other or many at once, and which answers count as accepted.
//!
//! A batch is composed from the catalogue, a body or captures (`compose`, `replay`), each step is signed by its sender
//! (`sender`, `sign`), goes to targets (`targets`) as a `sequence` or a `burst`, and each answer is judged against an
//! `expectation` (`judge`). This module prints nothing: it returns results or reports them to a callback.

mod attempts;
mod batch;
mod burst;
pub(crate) mod capture_selection;
mod captured;
mod compose;
mod editor;
mod edits;
mod expectation;
mod forged;
mod framework;
mod judge;
mod meaningless;
mod options;
mod order;
mod overview;
mod planned;
mod ready;
pub(crate) mod replay;
mod sender;
mod sequence;
mod sign;
mod signed;
mod targets;
pub(crate) mod wanted_id;
mod why;

pub(crate) use batch::{Batch, Step};
pub use burst::load::{Load, Make};
pub use burst::request::Parcel;
pub use burst::tally::Tally;
pub(crate) use burst::{BurstResult, send_burst};
pub(crate) use compose::{compose, scenario, scenario_bodies};
pub(crate) use editor::edit_body;
pub(crate) use expectation::{Expectation, ExpectedAnswer};
pub(crate) use framework::{FrameworkCheck, INSPECTOR, refusal};
pub(crate) use options::{
    BurstOptions, ComposeOptions, DeliveryOrder, OrderChoice, RouteOptions, SenderOptions,
    SequenceOptions,
};
pub(crate) use overview::{SequencePlan, Unsigned};
pub(crate) use planned::{PlannedRequest, masked, open_test_secret, planned};
pub(crate) use sender::{Sender, timeout};
pub(crate) use sequence::{Attempt, Ending, OutgoingDelivery, SequenceUpdate, send_sequence};
pub(crate) use sign::notes as secret_notes;
pub(crate) use targets::{RoutedTarget, parse_targets, resolve, use_proxies};
pub(crate) use why::{Inquiry, WhyRefused, behind_check};

use crate::catalogue::Catalogue;
use crate::config::{Config, Env};
use crate::http::Client;
use crate::scheme_choice::VerifyingKey;
use forged::forged;
use signed::SignedDelivery;
use std::time::Duration;

/// What batches are made from, beside the options.
#[derive(Clone, Copy)]
pub(crate) struct Setup<'a, 'c> {
    pub(crate) catalogue: &'c Catalogue,
    pub(crate) config: &'a Config,
    pub(crate) environment: Env<'a>,
}

/// A batch that is ready to be sent.
pub(crate) struct Dispatch<'a, 'c> {
    pub(crate) batch: &'a Batch<'c>,
    pub(crate) routes: Vec<RoutedTarget>,
    pub(crate) client: Client,
    /// How long to wait for a response; the provider's own time without it.
    pub(crate) timeout: Option<Duration>,
    /// Ask endpoints on this machine why they refuse; with the schemes that they may have been written for.
    pub(crate) why: Option<&'a [VerifyingKey]>,
    /// The target is the built-in receiver, which shows what is wrong with a body.
    pub(crate) built_in: bool,
}

impl Dispatch<'_, '_> {
    /// A delivery of a step.
    pub(crate) fn sample(&self, step: &Step, route: &RoutedTarget) -> SignedDelivery {
        let body = self.batch.body(step, 0, Duration::ZERO);
        self.batch.delivery(step, &route.target, body)
    }

    /// Why a delivery is known not to be genuine.
    pub(crate) fn forged(&self, sender: &Sender<'_>, signed: &SignedDelivery) -> Option<String> {
        let now = self.batch.clock.moment();
        forged(sender, signed, now)
    }

    /// How long to wait for the response to a delivery of that sender.
    fn limit(&self, sender: &Sender<'_>) -> Duration {
        self.timeout.unwrap_or_else(|| sender.timeout())
    }
}
