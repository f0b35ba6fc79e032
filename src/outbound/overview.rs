//! What a sequence is about to send, before the first delivery: its events, its targets, and the order that they are about.

use super::Dispatch;
use super::options::SequenceOptions;
use super::ready::ReadyDelivery;
use super::sequence::turns;
use crate::body::OrderView;
use std::collections::BTreeSet;

/// Bodies of longer sequences are not read in advance.
const MOST_READ: usize = 50;

/// What a sequence is about to send.
pub(crate) struct SequencePlan<'b> {
    /// The scenario that it sends.
    pub(crate) scenario: Option<&'b str>,
    /// The event of each delivery, and how often it was sent before.
    pub(crate) events: Vec<(Option<&'b str>, u32)>,
    /// The first delivery to each target.
    pub(crate) first: Vec<ReadyDelivery>,
    /// What each step says about its order; nothing where that was not read.
    pub(crate) orders: Vec<OrderView>,
    /// The first delivery is not signed: the user gave the header of the signature, or nothing signs it.
    pub(crate) unsigned: Option<Unsigned>,
}

/// Why nothing signs a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsigned {
    /// The user gave the header.
    ByUser,
    /// It goes without a signature.
    NotSigned,
}

impl<'c> Dispatch<'_, 'c> {
    /// What will be sent.
    pub(crate) fn plan(&self, options: &SequenceOptions) -> SequencePlan<'_> {
        let batch = self.batch;
        let turns = turns(batch.steps.len(), options, batch.seed);
        let event = |step: usize| batch.steps.get(step)?.event.as_deref();
        let mut plan = SequencePlan {
            scenario: batch.scenario.as_deref(),
            events: turns
                .iter()
                .map(|turn| (event(turn.step), turn.copy))
                .collect(),
            first: Vec::new(),
            orders: Vec::new(),
            unsigned: None,
        };
        let Some(at) = turns.first().map(|turn| turn.step) else {
            return plan;
        };
        let first = &batch.steps[at];
        let routes = self.routes.iter();
        plan.first = routes.map(|route| self.ready(first, route)).collect();
        let Some((ready, route)) = plan.first.first().zip(self.routes.first()) else {
            return plan;
        };
        let by_user = batch.sender(first).is_overridden();
        plan.unsigned = Unsigned::of(by_user, ready.signed.signature().is_some());
        if batch.steps.len() <= MOST_READ {
            let steps = batch.steps.iter().enumerate();
            plan.orders.extend(steps.map(|(index, step)| {
                if index == at {
                    ready.order.clone()
                } else {
                    self.ready(step, route).order
                }
            }));
        }
        plan
    }
}

impl SequencePlan<'_> {
    /// Whether all bodies are about one order: each shares a name with one before, or there is only one.
    pub(crate) fn is_one_order(&self) -> bool {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        self.orders.iter().all(|order| {
            let own = order.names.iter().map(String::as_str);
            let known = names.is_empty() || own.clone().any(|name| names.contains(name));
            names.extend(own);
            known || order.names.is_empty()
        }) && !self.orders.is_empty()
    }
}

impl Unsigned {
    /// Why a delivery is not signed; `None` where it is.
    pub(crate) fn of(by_user: bool, signed: bool) -> Option<Self> {
        match (by_user, signed) {
            (true, _) => Some(Self::ByUser),
            (false, false) => Some(Self::NotSigned),
            (false, true) => None,
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::ByUser => "signature given by --header",
            Self::NotSigned => "not signed",
        }
    }
}
