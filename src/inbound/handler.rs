//! The way of every delivery: inspected, answered, forwarded, recorded, published to the watchers.
//!
//! What this costs is what a sender waits for.

use super::answers::{Answers, Decision};
use super::delivery::InspectedDelivery;
use super::forwards::{Forwards, forwarded, given_up, pass};
use super::gate::Gate;
use super::goals::Goals;
use super::history::{Earlier, History};
use super::inspection::{DeliveryInspector, diagnosis};
use super::journal::DeliveryRecorder;
use super::watcher::Watcher;
use crate::body::Seed;
use crate::capture::{Appended, Numbered};
use crate::catalogue::pattern::Patterns;
use crate::http::{Forward, Handler, Received, Refused, Reply, Responder};
use crate::report::{Forwarded, ListenTotals, NoAnswer};
use crate::signature::diagnose::Diagnosis;
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn, ready};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Instant, SystemTime};
use tokio::sync::Notify;
use tokio::task::{spawn_blocking, spawn_local};

/// Handles what arrives.
pub(crate) struct DeliveryHandler {
    /// `None` lets every request in.
    pub(crate) gate: Option<Gate>,
    pub(crate) inspector: DeliveryInspector,
    /// `None` where deliveries are not compared with earlier ones.
    pub(crate) history: Option<RefCell<History>>,
    pub(crate) answers: Answers,
    pub(crate) forwards: Forwards,
    pub(crate) recorder: Option<DeliveryRecorder>,
    pub(crate) watchers: Vec<Box<dyn Watcher>>,
    /// The events that watchers are told of.
    pub(crate) filter: Patterns,
    pub(crate) goals: RefCell<Goals>,
    pub(crate) totals: RefCell<ListenTotals>,
    /// Answers are shown.
    pub(crate) keeps_replies: bool,
    /// Stops the server.
    pub(crate) stop: Arc<Notify>,
    /// The goals are reached, and no more deliveries are taken.
    pub(crate) over: Cell<bool>,
    /// The number of the next delivery.
    pub(crate) next: Cell<u64>,
    pub(crate) ids: Seed,
    pub(crate) now: fn() -> SystemTime,
}

impl Handler for Rc<DeliveryHandler> {
    fn received(&self, received: Received, responder: Responder) {
        if let Some(turned_away) = self.turned_away(&received) {
            return self.turn_away(&received, responder, turned_away);
        }
        let mut delivery = self.inspect(&received);
        let decision = self.answers.decide(&delivery);
        let forwards = match &decision {
            Decision::Good(_) => self.forwards.of(delivery.event()),
            _ => Vec::new(),
        };
        let explained = self.recorder.is_some() && !delivery.signature.is_acceptable();
        let slow = !forwards.is_empty() || !self.answers.delay.is_zero();
        if slow && self.filter.fit(delivery.event()) {
            self.watchers.iter().for_each(|one| one.begun(&delivery));
        }
        if slow || explained {
            // A task of its own: the work is finished even if the sender gives up meanwhile.
            spawn_local(Rc::clone(self).slowly(delivery, received, decision, forwards, responder));
            return;
        }
        let reply = match decision {
            Decision::Good(reply) | Decision::Bad(reply) => Some(reply),
            Decision::Reset => None,
        };
        delivery.no_answer = reply.is_none().then_some(NoAnswer::Reset);
        let handler = Rc::clone(self);
        let appended = self.record(&delivery, reply.as_ref());
        appended.then(move |written| {
            handler.answer(
                &mut delivery,
                received.received_at,
                responder,
                reply,
                written,
            );
            handler.finish(delivery);
            // The server does not end while this exists.
            drop(received);
        });
    }

    fn refused(&self, refused: Refused) {
        self.publish_refusal(&refused);
    }
}

impl DeliveryHandler {
    pub(super) fn publish_refusal(&self, refused: &Refused) {
        self.totals.borrow_mut().refused += 1;
        let at = (self.now)();
        for watcher in &self.watchers {
            watcher.refused(refused, at);
        }
    }

    fn inspect(&self, received: &Received) -> InspectedDelivery {
        let (number, at) = (self.next.get(), (self.now)());
        self.next.set(number + 1);
        let mut delivery = self.inspector.inspect(received, number, self.ids, at);
        if let Some(history) = &self.history {
            delivery.marks = history.borrow_mut().note(
                Earlier { number, at },
                delivery.bodies.first(),
                delivery.text(),
                delivery.layout.as_ref(),
            );
        }
        delivery
    }

    /// Forwards, delays the answer, and finds out what is wrong with the signature.
    async fn slowly(
        self: Rc<Self>,
        mut delivery: InspectedDelivery,
        received: Received,
        decision: Decision,
        forwards: Vec<Rc<Forward>>,
        mut responder: Responder,
    ) {
        let received = Rc::new(received);
        let may_choose = self.forwards.any_path || self.inspector.is_authentic(&delivery);
        let mut tasks = Vec::new();
        let reply = match decision {
            Decision::Reset => None,
            Decision::Bad(reply) => Some(reply),
            Decision::Good(reply) => {
                let limit = self.forwards.limit;
                for forward in forwards {
                    let (to, received) = (Rc::clone(&forward), Rc::clone(&received));
                    tasks.push((
                        forward,
                        spawn_local(async move { pass(&to, &received, limit, may_choose).await }),
                    ));
                }
                // The sender gets the answer of the first target.
                let first = (!tasks.is_empty()).then(|| tasks.remove(0));
                match first {
                    None => Some(reply),
                    Some((forward, task)) => {
                        let disconnected = responder.disconnected();
                        let give_up = given_up(&received, disconnected);
                        let (reply, outcome) = forwarded(&forward, task, give_up).await;
                        self.note_forward(&mut delivery, &reply, outcome);
                        Some(reply)
                    }
                }
            }
        };
        let hindered = self.delay(&received, &mut responder).await;
        delivery.no_answer = hindered.or(reply.is_none().then_some(NoAnswer::Reset));
        let reply = reply.filter(|_| hindered.is_none());
        if self.recorder.is_some() {
            delivery.diagnosis = self.diagnosis(&delivery).await;
        }
        let written = self.record(&delivery, reply.as_ref()).safe().await;
        self.answer(
            &mut delivery,
            received.received_at,
            responder,
            reply,
            written,
        );
        for (forward, task) in tasks {
            let give_up = given_up(&received, ready(()));
            let (reply, outcome) = forwarded(&forward, task, give_up).await;
            self.note_forward(&mut delivery, &reply, outcome);
        }
        self.finish(delivery);
    }

    fn note_forward(&self, delivery: &mut InspectedDelivery, reply: &Reply, outcome: Forwarded) {
        delivery.forwarded.push(outcome);
        if self.keeps_replies {
            delivery.relayed.push(reply.clone());
        }
    }

    /// Why the signature is not valid, found out on another thread.
    async fn diagnosis(&self, delivery: &InspectedDelivery) -> Option<Diagnosis> {
        let key = delivery
            .key
            .filter(|_| !delivery.signature.is_acceptable())?;
        let (keys, redactor) = (
            Arc::clone(&self.inspector.keys),
            Arc::clone(&self.inspector.redactor),
        );
        let (request, at) = (Arc::clone(&delivery.request), delivery.at);
        let work = move || diagnosis(&keys, &redactor, key, &request, at);
        spawn_blocking(work).await.ok()?
    }

    /// Delays the answer, and says why there can be none.
    async fn delay(&self, received: &Received, responder: &mut Responder) -> Option<NoAnswer> {
        if self.answers.delay.is_zero() {
            return responder
                .is_disconnected()
                .then_some(NoAnswer::Disconnected);
        }
        let mut over = pin!(tokio::time::sleep(self.answers.delay));
        let mut disconnected = pin!(responder.disconnected());
        let mut given_up = pin!(received.given_up());
        poll_fn(|context| {
            if disconnected.as_mut().poll(context).is_ready() {
                return Poll::Ready(Some(NoAnswer::Disconnected));
            }
            if over.as_mut().poll(context).is_ready() {
                return Poll::Ready(None);
            }
            let stopped = given_up.as_mut().poll(context);
            stopped.map(|()| Some(NoAnswer::Stopped))
        })
        .await
    }

    /// Records a delivery before it is answered: what was acknowledged must not be lost. Gives it the number that is shown.
    fn record(&self, delivery: &InspectedDelivery, reply: Option<&Reply>) -> Appended<'_> {
        match &self.recorder {
            Some(recorder) => {
                let status = reply.map(|reply| reply.status.as_u16());
                recorder.append(delivery, status, &self.inspector.redactor)
            }
            None => Appended::Now(Ok(Some(delivery.number + 1))),
        }
    }

    /// Answers; with 503 where the delivery could not be recorded.
    fn answer(
        &self,
        delivery: &mut InspectedDelivery,
        since: Instant,
        responder: Responder,
        reply: Option<Reply>,
        written: Numbered,
    ) {
        let reply = match written {
            Ok(number) => {
                delivery.shown_number = number;
                reply
            }
            Err(why) => {
                let refused = Reply::line(503, &format!("could not be recorded: {why}"));
                delivery.not_written = Some(why);
                // There may still be a sender to tell.
                delivery.no_answer = delivery.no_answer.filter(|why| *why != NoAnswer::Reset);
                delivery.no_answer.is_none().then_some(refused)
            }
        };
        delivery.status = reply.as_ref().map(|reply| reply.status.as_u16());
        if self.keeps_replies {
            delivery.reply.clone_from(&reply);
        }
        match reply {
            Some(reply) => responder.send(reply),
            None => responder.reset(),
        }
        delivery.latency = since.elapsed();
    }

    /// Counts and publishes a delivery that was answered, and ends the run where it reached the goals.
    fn finish(&self, delivery: InspectedDelivery) {
        let (event, good) = (delivery.event(), delivery.is_good());
        self.count(&delivery, event, good);
        let shown = self.filter.fit(event);
        let ended = self.goals.borrow_mut().note(event, good, shown);
        if shown {
            let delivery = Arc::new(delivery);
            for watcher in &self.watchers {
                watcher.delivery(&delivery);
            }
        }
        if ended {
            self.over.set(true);
            self.stop.notify_one();
        }
    }

    fn count(
        &self,
        delivery: &InspectedDelivery,
        event: Option<(&'static str, &'static str)>,
        good: bool,
    ) {
        let mut totals = self.totals.borrow_mut();
        let of_event = totals.events.entry(event).or_default();
        *of_event = (of_event.0 + 1, of_event.1 + u64::from(good));
        *totals.signatures.entry(delivery.signature).or_default() += 1;
        totals.deliveries += 1;
        totals.valid += u64::from(good);
        totals.duplicates += u64::from(delivery.marks.duplicate_of.is_some());
        totals.same_id += u64::from(delivery.marks.same_id_as.is_some());
        totals.out_of_order += u64::from(delivery.marks.out_of_order.is_some());
        totals.after_end += u64::from(delivery.marks.after_end.is_some());
        totals.not_written += u64::from(delivery.not_written.is_some());
        for to in delivery.forwarded.iter().filter(|to| !to.is_good()) {
            match to.outcome {
                Ok(status) => *totals.forwards_rejected.entry(status).or_default() += 1,
                Err(_) => totals.forwards_failed += 1,
            }
        }
        totals.unanswered += u64::from(delivery.status.is_none());
        let slowest = totals.slowest.map(|(latency, _)| latency);
        if delivery.status.is_some() && slowest.is_none_or(|slowest| delivery.latency > slowest) {
            totals.slowest = Some((delivery.latency, event));
        }
    }
}
