//! Whether a payment counted once, which cases about repetition, order, money and crashes ask alike.

use super::super::causes::Cause;
use super::super::effect::{Effect, Ignored};
use super::super::judgement::{CaseJudgement, Stop};
use super::super::order::Order;
use super::super::reply::EndpointReply;
use super::super::state::ShopState;
use super::super::trial::Trial;
use crate::catalogue::manifest::EventMeaning;
use crate::http::ExactRequest;
use std::time::{Duration, Instant};

/// How long refused deliveries are sent again.
const RETRY_TIME: Duration = Duration::from_secs(4);

/// Between the rounds of retries.
const RETRY_PAUSE: Duration = Duration::from_millis(500);

/// How often a payment counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PaymentCount {
    Once,
    /// Once, but for places that change with every event of the order: counters and lists of deliveries, or goods that
    /// are shipped for every event.
    Unclear(String),
    Never,
    /// Some of what a payment does was done.
    Partly,
    More,
}

/// An order, the payment that is sent for it, and the order's state before.
pub(super) struct WatchedPayment {
    pub(super) order: Order,
    pub(super) before: ShopState,
    pub(super) request: ExactRequest,
}

impl WatchedPayment {
    pub(super) fn new(trial: &mut Trial<'_, '_>) -> Result<Self, Stop> {
        let order = trial.order()?;
        Ok(Self {
            before: trial.state(&order)?,
            request: trial.payment(&order),
            order,
        })
    }

    /// What it did in the end.
    pub(super) fn effect(&self, trial: &Trial<'_, '_>) -> Result<Effect, Stop> {
        trial.payment_effect(&self.order, &self.before)
    }
}

impl PaymentCount {
    /// Whether it counted once, as far as that can be told.
    pub(super) fn is_once(&self) -> bool {
        matches!(self, Self::Once | Self::Unclear(_))
    }

    /// Whether something is missing.
    pub(super) fn is_less(&self) -> bool {
        matches!(self, Self::Never | Self::Partly)
    }

    /// The verdict, with the cause where it counted several times, and where it did not count. What is unclear is told by
    /// the case about plain repetition alone.
    pub(super) fn verdict(&self, more: Cause, less: Cause) -> CaseJudgement {
        match self {
            Self::Once | Self::Unclear(_) => CaseJudgement::pass(),
            Self::Never | Self::Partly => CaseJudgement::fail(less),
            Self::More => CaseJudgement::fail(more),
        }
    }
}

impl Trial<'_, '_> {
    /// How often a payment counted, given what changed for its order. Further changes elsewhere do not matter: other
    /// events may have been sent too.
    pub(super) fn counted(&mut self, effect: &Effect) -> Result<PaymentCount, Stop> {
        let paid = &self.calibration()?.paid;
        if effect.includes(paid) {
            return Ok(PaymentCount::Once);
        }
        let moving = self.moving_places(paid)?;
        let (left, expected) = (effect.without(&moving), paid.without(&moving));
        if !expected.is_none() && left.includes(&expected) {
            let places: Vec<&str> = moving.found().collect();
            return Ok(PaymentCount::Unclear(places.join(", ")));
        }
        Ok(if effect.is_none() {
            PaymentCount::Never
        } else if effect.exceeds(paid) {
            PaymentCount::More
        } else {
            PaymentCount::Partly
        })
    }

    /// The counters and lists by which alone an effect looks like a payment's, if they change with other events too.
    pub(super) fn only_moving(&mut self, effect: &Effect) -> Result<Option<String>, Stop> {
        let paid = &self.calibration()?.paid;
        let moving = self.moving_places(paid)?;
        let looks_paid = effect.without(&moving).grew_like(&paid.without(&moving));
        let places: Vec<&str> = moving.found().collect();
        Ok((!looks_paid).then(|| places.join(", ")))
    }

    /// Waits until what was sent has had its effect. A queue is empty once another payment, sent after it, counts.
    pub(super) fn let_settle(&mut self) -> Result<(), Stop> {
        let calibration = self.calibration()?;
        if calibration.isolated {
            let last = WatchedPayment::new(self)?;
            self.deliver(&last.request)?;
            self.wait_for_payment(&last.order, &last.before)?;
        }
        self.pause(calibration.quiet)
    }

    /// What has changed for an order until now.
    pub(super) fn effect_now(&self, order: &Order, before: &ShopState) -> Result<Effect, Stop> {
        let ignored = &self.calibration()?.ignored;
        Ok(Effect::between(before, &self.state(order)?, order, ignored))
    }

    /// The counters and lists that also change with an event that is not a payment.
    fn moving_places(&mut self, paid: &Effect) -> Result<Ignored, Stop> {
        let mut moving = Ignored::new(&[]);
        let order = self.order()?;
        let deliveries = &self.session.deliveries;
        let unpaid = deliveries.events_meaning(EventMeaning::NotPaid);
        let cycle = deliveries.life_cycle(&order);
        let body = cycle
            .into_iter()
            .find(|(name, _)| unpaid.contains(&&**name));
        let Some((_, body)) = body else {
            return Ok(moving);
        };
        let before = self.state(&order)?;
        let request = deliveries.signed(body);
        self.deliver(&request)?;
        let effect = self.effect(&order, &before)?;
        // An endpoint that takes every event for a payment is not excused.
        if !effect.includes(paid) {
            moving.add(effect.countable_places());
        }
        Ok(moving)
    }

    /// Sends a delivery until it is taken, as the provider does, for some seconds.
    pub(super) fn deliver_patiently(
        &mut self,
        request: &ExactRequest,
    ) -> Result<EndpointReply, Stop> {
        let started = Instant::now();
        let mut reply = self.deliver(request)?;
        while !reply.is_taken() && started.elapsed() < RETRY_TIME {
            self.pause(RETRY_PAUSE)?;
            reply = self.deliver(request)?;
        }
        Ok(reply)
    }

    /// The cause of a payment that counted several times: whether plain repetition does that too.
    pub(super) fn cause_of_more(
        &mut self,
        payment: &WatchedPayment,
        otherwise: Cause,
    ) -> Result<Cause, Stop> {
        let before = self.state(&payment.order)?;
        self.deliver(&payment.request)?;
        let effect = self.effect(&payment.order, &before)?;
        let repeats = effect.grew_like(&self.calibration()?.paid);
        Ok(if repeats {
            Cause::NoIdempotency
        } else {
            otherwise
        })
    }
}

/// The conclusion where even retries are refused. An answer that asks for patience, such as that of a lock that outlives
/// its process for a while, allows none.
pub(super) fn refused_for_good(reply: &EndpointReply) -> Result<CaseJudgement, Stop> {
    let asks_for_patience = matches!(reply.status(), None | Some(409 | 423 | 425 | 429 | 503));
    if asks_for_patience && !reply.is_crash() {
        return Err(Stop::Inconclusive(format!(
            "retries were refused for {}: {}",
            humantime::format_duration(RETRY_TIME),
            reply.words()
        )));
    }
    Ok(CaseJudgement::fail(Cause::StuckAfterFailure))
}

/// Some cases look at an order while others are paid, which a view over all orders does not show.
pub(super) fn needs_own_view(trial: &Trial<'_, '_>) -> Result<(), Stop> {
    if trial.calibration()?.isolated {
        return Ok(());
    }
    Err(Stop::NotRun(
        "needs a --state that shows one order, as with {order} in its URL".to_owned(),
    ))
}
