//! What a sequence is about to send, before the first delivery: its events, its targets, and the order that they are about.

use super::Dispatch;
use super::options::SequenceOptions;
use super::sequence::turns;
use crate::body::OrderView;
use crate::redact::Redactor;
use std::collections::BTreeSet;

/// Bodies of longer sequences are not read in advance.
const MOST_READ: usize = 50;

/// What a sequence is about to send.
pub(crate) struct SequencePlan<'b> {
    /// The scenario that it sends.
    pub(crate) scenario: Option<&'b str>,
    /// The event of each delivery, and how often it was sent before.
    pub(crate) events: Vec<(Option<&'b str>, u32)>,
    /// The targets of the first delivery, without secrets.
    pub(crate) targets: Vec<String>,
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
            targets: Vec::new(),
            orders: Vec::new(),
            unsigned: None,
        };
        let first = turns.first().and_then(|turn| batch.steps.get(turn.step));
        for (route, step) in self.routes.iter().zip(std::iter::repeat(first)) {
            let Some(step) = step else { break };
            let (signed, sender) = (self.sample(step, route), batch.sender(step));
            let target = signed.delivery.target.to_string();
            let redactor = sender.redactor(&signed.delivery);
            plan.targets.push(redactor.text(&target).into_owned());
            plan.unsigned = Unsigned::of(sender.is_overridden(), signed.signature().is_some());
        }
        if let Some(route) = self.routes.first()
            && batch.steps.len() <= MOST_READ
        {
            plan.orders.extend(batch.steps.iter().map(|step| {
                let (delivery, sender) = (self.sample(step, route).delivery, batch.sender(step));
                without_secrets_in(sender.order(&delivery.body), &sender.redactor(&delivery))
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

/// What a body says about its order, with stars in place of secrets.
pub(super) fn without_secrets_in(mut order: OrderView, redactor: &Redactor) -> OrderView {
    let hide = |text: &mut String| *text = redactor.text(text).into_owned();
    order.names.iter_mut().for_each(hide);
    [&mut order.amount, &mut order.currency]
        .into_iter()
        .flatten()
        .for_each(hide);
    for payment in [&mut order.payment, &mut order.due].into_iter().flatten() {
        hide(&mut payment.amount);
        payment.currency.as_mut().map(hide);
    }
    order
}
