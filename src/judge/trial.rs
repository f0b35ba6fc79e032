//! One case at work: makes orders, sends requests, looks at states, and keeps a record of what it sent.

use super::effect::{Effect, Ignored};
use super::judgement::Stop;
use super::order::{self, Order};
use super::reply::EndpointReply;
use super::session::{Calibration, Session};
use super::state::ShopState;
use crate::body::Seed;
use crate::cases::Case;
use crate::http::{ExactRequest, Manner};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often the provider sends a delivery that was refused.
const ROUNDS: u32 = 3;

/// How often a request is repeated that came too early for a rate limit.
const RATE_TRIES: u32 = 5;

/// The longest body that is kept in the record.
const LONGEST_KEPT: usize = 256 * 1024;

/// A request that was sent, and what came back.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) request: ExactRequest,
    pub(crate) reply: EndpointReply,
}

/// One case at work.
pub(crate) struct Trial<'s, 'c> {
    pub(crate) session: &'s Session<'c>,
    pub(crate) case: Case,
    /// What its orders and choices are drawn from.
    pub(crate) seed: Seed,
    orders: u64,
    /// What was sent, but for very large bodies.
    pub(crate) record: Vec<Exchange>,
    /// The longest wait for an answer.
    pub(crate) slowest: Duration,
}

impl<'s, 'c> Trial<'s, 'c> {
    pub(crate) fn new(session: &'s Session<'c>, case: Case) -> Self {
        let purpose = super::deliveries::hash(case.name());
        Self {
            session,
            case,
            seed: Seed(session.seed.draw(purpose)),
            orders: 0,
            record: Vec::new(),
            slowest: Duration::ZERO,
        }
    }

    // Orders and bodies

    /// A new order: made by the shop where it can, else one that the shop does not know yet.
    pub(crate) fn order(&mut self) -> Result<Order, Stop> {
        self.orders += 1;
        if let Some(shop) = &self.session.order {
            return order::make(shop, None);
        }
        let seed = self.seed.draw(self.orders);
        let deliveries = &self.session.deliveries;
        let body = deliveries.paid(&Order::unknown("", seed));
        let name = deliveries.order_name(&body).unwrap_or_default();
        Ok(Order::unknown(&name, seed))
    }

    /// An order of that name; `None` where the shop names its orders itself.
    pub(crate) fn order_named(&self, name: &str) -> Result<Option<Order>, Stop> {
        let Some(shop) = &self.session.order else {
            return Ok(None);
        };
        match order::make(shop, Some(name)) {
            Ok(order) => Ok(Some(order).filter(|order| order.name() == name)),
            // It may refuse to be told a name.
            Err(Stop::Broken(_)) => Ok(None),
            Err(stop) => Err(stop),
        }
    }

    /// The signed payment of an order.
    pub(crate) fn payment(&self, order: &Order) -> ExactRequest {
        let deliveries = &self.session.deliveries;
        deliveries.signed(deliveries.paid(order))
    }

    /// A signed event of an order.
    pub(crate) fn event(&self, name: &str, order: &Order) -> ExactRequest {
        let deliveries = &self.session.deliveries;
        deliveries.signed(deliveries.body(name, order))
    }

    // Requests

    /// Sends a request and waits for the answer. Where a rate limit refuses it, it is sent again more slowly.
    pub(crate) fn send(&mut self, request: &ExactRequest) -> Result<EndpointReply, Stop> {
        self.send_as(request, Manner::Whole)
    }

    /// The same in another manner.
    pub(crate) fn send_as(
        &mut self,
        request: &ExactRequest,
        manner: Manner<'_>,
    ) -> Result<EndpointReply, Stop> {
        for attempt in 1..RATE_TRIES {
            let reply = self.exchange(request, manner);
            if reply.status() != Some(429) {
                return self.keep(request, reply);
            }
            let told = reply
                .answer()
                .and_then(|answer| answer.header("Retry-After")?.parse().ok());
            let told = told
                .map(Duration::from_secs)
                .filter(|told| told.as_secs() <= 5);
            self.pause(told.unwrap_or(Duration::from_millis(200) * attempt))?;
        }
        let reply = self.exchange(request, manner);
        self.keep(request, reply)
    }

    /// Sends a request that need not be answered, and waits no longer than that.
    pub(crate) fn send_within(
        &mut self,
        request: &ExactRequest,
        manner: Manner<'_>,
        limit: Duration,
    ) -> Result<EndpointReply, Stop> {
        let reply = self.exchange_within(request, manner, limit.min(self.session.limit));
        self.keep(request, reply)
    }

    fn exchange(&self, request: &ExactRequest, manner: Manner<'_>) -> EndpointReply {
        self.exchange_within(request, manner, self.session.limit)
    }

    fn exchange_within(
        &self,
        request: &ExactRequest,
        manner: Manner<'_>,
        limit: Duration,
    ) -> EndpointReply {
        let session = self.session;
        let sent = session.client.send(request, manner, limit);
        EndpointReply::new(sent, limit, &session.redactor)
    }

    fn keep(
        &mut self,
        request: &ExactRequest,
        reply: EndpointReply,
    ) -> Result<EndpointReply, Stop> {
        if self.session.stopped() {
            return Err(Stop::Interrupted);
        }
        self.slowest = self.slowest.max(reply.latency());
        if request.body.len() <= LONGEST_KEPT {
            self.record.push(Exchange {
                request: request.clone(),
                reply: reply.clone(),
            });
        }
        Ok(reply)
    }

    /// Sends requests side by side; all leave with their last bytes at the same moment.
    pub(crate) fn at_once(
        &mut self,
        requests: &[ExactRequest],
    ) -> Result<Vec<EndpointReply>, Stop> {
        self.at_once_until_taken(requests, || {})
    }

    /// The same, and does something else as soon as one of them is taken.
    pub(crate) fn at_once_until_taken(
        &mut self,
        requests: &[ExactRequest],
        act: impl FnOnce() + Send,
    ) -> Result<Vec<EndpointReply>, Stop> {
        let gate = Barrier::new(requests.len());
        let act = Mutex::new(Some(act));
        let this = &*self;
        let send = |request| {
            let reply = this.exchange(request, Manner::Gated(&gate));
            let mut act = act.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(act) = act.take_if(|_| reply.is_taken()) {
                act();
            }
            reply
        };
        let replies: Vec<EndpointReply> = thread::scope(|scope| {
            let senders = requests.iter().map(|request| scope.spawn(|| send(request)));
            let senders: Vec<_> = senders.collect();
            let replies = senders.into_iter().map(|sender| sender.join().ok());
            replies.flatten().collect()
        });
        for (request, reply) in requests.iter().zip(&replies) {
            self.keep(request, reply.clone())?;
        }
        Ok(replies)
    }

    /// Sends a request, and does something else that long after its last byte has left.
    pub(crate) fn send_during(
        &mut self,
        request: &ExactRequest,
        after: Duration,
        act: impl FnOnce(),
    ) -> Result<EndpointReply, Stop> {
        let gate = Barrier::new(2);
        let this = &*self;
        let reply = thread::scope(|scope| {
            let sender = scope.spawn(|| this.exchange(request, Manner::Gated(&gate)));
            gate.wait();
            thread::sleep(after);
            act();
            sender.join().ok()
        });
        // The sender only fails where the tool itself does.
        let reply = reply.ok_or(Stop::Interrupted)?;
        self.keep(request, reply)
    }

    /// Sends a request while the bodies of others arrive byte by byte, for that long.
    pub(crate) fn send_beside(
        &mut self,
        request: &ExactRequest,
        slow: &[ExactRequest],
        time: Duration,
    ) -> Result<EndpointReply, Stop> {
        const STEP: Duration = Duration::from_millis(50);
        let this = &*self;
        let reply = thread::scope(|scope| {
            for request in slow {
                scope.spawn(move || {
                    let steps = usize::try_from(time.as_millis() / STEP.as_millis()).unwrap_or(1);
                    let ends: Vec<usize> = (1..=steps).collect();
                    this.exchange_within(request, Manner::Pieces(&ends, STEP), time * 2)
                });
            }
            // All of them are under way.
            thread::sleep(STEP * 2);
            this.exchange(request, Manner::Whole)
        });
        self.keep(request, reply)
    }

    /// Sends a delivery as the provider does: what is refused is sent again, up to three rounds.
    pub(crate) fn deliver(&mut self, request: &ExactRequest) -> Result<EndpointReply, Stop> {
        let mut reply = self.send(request)?;
        for round in 1..ROUNDS {
            if reply.is_taken() {
                break;
            }
            self.pause(Duration::from_millis(100) * round)?;
            reply = self.send(request)?;
        }
        Ok(reply)
    }

    /// A delivery that a right endpoint takes. Refused three times, it ends the case without a conclusion, since other
    /// cases judge that.
    pub(crate) fn deliver_or_stop(
        &mut self,
        request: &ExactRequest,
    ) -> Result<EndpointReply, Stop> {
        let reply = self.deliver(request)?;
        if reply.is_taken() {
            Ok(reply)
        } else {
            Err(Stop::Inconclusive(format!(
                "a genuine delivery that the case needs was not accepted: {}",
                reply.words()
            )))
        }
    }

    // States

    /// What the calibration found; a case that needs `--state` runs only after it.
    pub(crate) fn calibration(&self) -> Result<&'s Calibration, Stop> {
        let missing = || Stop::NotRun("it needs --state".to_owned());
        self.session.calibration().ok_or_else(missing)
    }

    /// The state of an order as the shop shows it now.
    pub(crate) fn state(&self, order: &Order) -> Result<ShopState, Stop> {
        let missing = || Stop::NotRun("it needs --state".to_owned());
        let shop = self.session.state.as_ref().ok_or_else(missing)?;
        if self.session.stopped() {
            return Err(Stop::Interrupted);
        }
        ShopState::ask(shop, order)
    }

    /// What changed for an order since `before`, once nothing changes any more.
    pub(crate) fn effect(&self, order: &Order, before: &ShopState) -> Result<Effect, Stop> {
        let calibration = self.calibration()?;
        self.settled(order, before, &calibration.ignored, calibration.quiet)
    }

    /// What changed for an order since `before`, where one payment is expected: waits for that longer than for nothing,
    /// and then whether more comes.
    pub(crate) fn payment_effect(&self, order: &Order, before: &ShopState) -> Result<Effect, Stop> {
        self.wait_for_payment(order, before)?;
        self.effect(order, before)
    }

    /// What changed for an order since `before`, as soon as that is what one payment does, or else after a long wait:
    /// a queue may be full, or try again later.
    pub(crate) fn wait_for_payment(
        &self,
        order: &Order,
        before: &ShopState,
    ) -> Result<Effect, Stop> {
        let calibration = self.calibration()?;
        let patience = (calibration.quiet * 4).max(Duration::from_secs(5));
        let started = Instant::now();
        loop {
            let now = self.state(order)?;
            let effect = Effect::between(before, &now, order, &calibration.ignored);
            // More than one payment will not become one again.
            let is_over = effect == calibration.paid || effect.exceeds(&calibration.paid);
            if is_over || started.elapsed() >= patience {
                return Ok(effect);
            }
            self.pause(Duration::from_millis(10))?;
        }
    }

    /// What changed for an order since `before`, once nothing has changed for that long.
    pub(super) fn settled(
        &self,
        order: &Order,
        before: &ShopState,
        ignored: &Ignored,
        quiet: Duration,
    ) -> Result<Effect, Stop> {
        const MOST_ROUNDS: usize = 10;
        let mut last = self.state(order)?;
        for _ in 0..MOST_ROUNDS {
            self.pause(quiet)?;
            let now = self.state(order)?;
            if Effect::between(&last, &now, order, ignored).is_none() {
                return Ok(Effect::between(before, &now, order, ignored));
            }
            last = now;
        }
        Err(Stop::Inconclusive(
            "the state kept changing long after the last delivery".to_owned(),
        ))
    }

    /// Whether the shop takes an order for paid, given what changed for it.
    pub(crate) fn is_paid(&self, order: &Order, effect: &Effect) -> Result<bool, Stop> {
        match &self.session.paid {
            Some((pointer, value)) => Ok(self.state(order)?.has(pointer, value)),
            None => Ok(effect.includes(&self.calibration()?.paid.besides_amounts())),
        }
    }

    /// Whether something that is not a payment had the effect of one. Numbers alone tell: what is shipped for an expired
    /// order is lost, whatever the order's status says.
    pub(crate) fn looks_paid(&self, order: &Order, effect: &Effect) -> Result<bool, Stop> {
        let paid = self.calibration()?.paid.besides_amounts();
        Ok(effect.grew_like(&paid) || self.is_paid(order, effect)?)
    }

    /// Waits, unless the run ends.
    pub(crate) fn pause(&self, time: Duration) -> Result<(), Stop> {
        const STEP: Duration = Duration::from_millis(50);
        let started = Instant::now();
        loop {
            if self.session.stopped() {
                return Err(Stop::Interrupted);
            }
            let left = time.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Ok(());
            }
            thread::sleep(left.min(STEP));
        }
    }
}
