//! Where deliveries arrive: each is examined, answered, written down and handed to the printer.
//!
//! Separate from the flags and from the printing: this is the path that every delivery takes, and what it costs is what
//! a sender waits for.

use super::answers::{Answers, Decision};
use super::arrival::{Answered, Arrival, decoded, written};
use super::forwards::{Forwards, pass, passed};
use super::gate::{Gate, Refusal};
use super::goals::Goals;
use super::history::{Earlier, History};
use super::inspector::DeliveryInspector;
use super::masked::Masked;
use super::printer::PrinterHandle;
use crate::body::Seed;
use crate::capture::{Appended, Capture, CapturedSignature, Fingerprints, Recorder};
use crate::catalogue::pattern::Patterns;
use crate::http::{Forward, Handler, IncomingRequest, Received, Refused, Reply, Responder};
use crate::redact::headers::headers;
use crate::report::ListenTotals;
use crate::secret::DEVELOPMENT;
use crate::signature::SignatureVerdict;
use http::Method;
use http::header::{ALLOW, HeaderValue};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Instant, SystemTime};
use tokio::sync::Notify;
use tokio::task::spawn_local;

/// Where deliveries arrive.
pub(crate) struct DeliveryHandler {
    pub(crate) gate: Gate,
    pub(crate) examiner: DeliveryInspector,
    pub(crate) answers: Answers,
    pub(crate) forwards: Forwards,
    pub(crate) recorder: Option<Recorder>,
    /// What is written of secrets that are not kept.
    pub(crate) fingerprints: Fingerprints,
    pub(crate) keep_secrets: bool,
    /// Somebody gets to see headers, or to have them.
    pub(crate) exact: bool,
    pub(crate) max_body: usize,
    pub(crate) filter: Patterns,
    pub(crate) history: RefCell<History>,
    pub(crate) goals: RefCell<Goals>,
    pub(crate) totals: RefCell<ListenTotals>,
    pub(crate) printer: PrinterHandle,
    /// Asks for the end.
    pub(crate) asked: Arc<Notify>,
    /// What ids are drawn from.
    pub(crate) ids: Seed,
    /// How many have come.
    pub(crate) number: Cell<u64>,
    /// What was waited for has come.
    pub(crate) over: Cell<bool>,
    pub(crate) now: fn() -> SystemTime,
}

impl Handler for Rc<DeliveryHandler> {
    fn received(&self, received: Received, responder: Responder) {
        if let Some(refusal) = self.gate.foreign(&received) {
            return self.turn_away(&received, responder, refusal);
        }
        let get = matches!(received.method, Method::GET | Method::HEAD);
        if get && received.uri.path() == "/" {
            // Uptime checks, and people with a browser.
            return responder.send(Reply::line(
                200,
                "inqud-hook listens here; deliveries come as POST",
            ));
        }
        if received.method != Method::POST && !self.is_method_of_a_provider(&received.method) {
            let refusal = Refusal {
                status: 405,
                why: "deliveries come as POST".to_owned(),
            };
            return self.turn_away(&received, responder, refusal);
        }
        if let Some(refusal) = self.gate.refusal(&received) {
            return self.turn_away(&received, responder, refusal);
        }
        if self.over.get() {
            // It was on its way when the last one came.
            return responder.send(Reply::line(503, "the listener has ended"));
        }
        let number = self.number.replace(self.number.get() + 1);
        let mut arrival = self.examine(number, &received);
        let decision = self
            .answers
            .decide(number, &arrival.examined, arrival.text());
        let forwards = match &decision {
            Decision::Good(_) => self.forwards.of(arrival.event()),
            _ => Vec::new(),
        };
        if !forwards.is_empty() || !self.answers.delay.is_zero() {
            // The sender may give up meanwhile; what was received is dealt with all the same.
            spawn_local(Rc::clone(self).slowly(arrival, received, decision, forwards, responder));
            return;
        }
        let reply = match decision {
            Decision::Good(reply) | Decision::Bad(reply) => Some(reply),
            Decision::Reset => None,
        };
        match self.write_down(&arrival, reply.as_ref()) {
            Appended::Now(written) => {
                self.answer(
                    &mut arrival,
                    received.received_at,
                    responder,
                    reply,
                    written,
                );
                self.done(arrival);
            }
            appended @ Appended::Soon(_) => {
                let desk = Rc::clone(self);
                spawn_local(async move {
                    let written = appended.safe().await;
                    desk.answer(
                        &mut arrival,
                        received.received_at,
                        responder,
                        reply,
                        written,
                    );
                    desk.done(arrival);
                    // As long as it is here, the server does not end.
                    drop(received);
                });
            }
        }
    }

    fn wants_raw_headers(&self) -> bool {
        self.exact
    }

    fn refused(&self, refused: Refused) {
        self.tell_of(refused);
    }
}

impl DeliveryHandler {
    fn tell_of(&self, refused: Refused) {
        self.totals.borrow_mut().refused += 1;
        self.printer.refused(refused, (self.now)());
    }

    /// Answers what is not taken for a delivery, and tells of it.
    fn turn_away(
        &self,
        came: &IncomingRequest,
        responder: Responder,
        Refusal { status, why }: Refusal,
    ) {
        let mut reply = Reply::line(status, &why);
        if status == 405 {
            reply
                .headers
                .insert(ALLOW, HeaderValue::from_static("POST"));
        }
        responder.send(reply);
        let request = Some((came.method.to_string(), came.uri.to_string()));
        self.tell_of(Refused {
            request,
            status,
            why,
            remote: came.remote,
        });
    }

    fn is_method_of_a_provider(&self, method: &Method) -> bool {
        self.examiner
            .keys
            .iter()
            .any(|key| key.manifest.delivery.method.value == method.as_str())
    }

    fn examine(&self, number: u64, received: &Received) -> Arrival {
        let decoded = decoded(received, self.max_body);
        let text = decoded.as_deref().unwrap_or(&received.body);
        let examined = self.examiner.examine(received, text);
        let at = (self.now)();
        let marks =
            self.history
                .borrow_mut()
                .note(Earlier { number, at }, examined.found.first(), text);
        Arrival {
            number,
            ids: self.ids,
            at,
            came: Arc::clone(&received.request),
            decoded,
            examined,
            marks,
            answered: Answered::default(),
        }
    }

    /// Whether nobody but a provider can have signed it: the development secret is public.
    fn is_proven(&self, arrival: &Arrival) -> bool {
        let examined = &arrival.examined;
        let secret = examined
            .key
            .map(|at| self.examiner.keys[at].held.secret.expose());
        examined.signature == Some(SignatureVerdict::Valid)
            && secret != Some(DEVELOPMENT.as_bytes())
    }

    /// What takes time: passing on, and letting the sender wait.
    async fn slowly(
        self: Rc<Self>,
        mut arrival: Arrival,
        received: Received,
        decision: Decision,
        forwards: Vec<Rc<Forward>>,
        mut responder: Responder,
    ) {
        let received = Rc::new(received);
        let may_choose = self.forwards.open || self.is_proven(&arrival);
        let mut others = Vec::new();
        let reply = match decision {
            Decision::Reset => None,
            Decision::Bad(reply) => Some(reply),
            Decision::Good(reply) => {
                let limit = self.forwards.limit();
                for forward in forwards {
                    let (to, received) = (Rc::clone(&forward), Rc::clone(&received));
                    others.push((
                        forward,
                        spawn_local(async move { pass(&to, &received, limit, may_choose).await }),
                    ));
                }
                // The first one's answer is the sender's.
                let first = (!others.is_empty()).then(|| others.remove(0));
                match first {
                    None => Some(reply),
                    Some((forward, first)) => {
                        let spare = async {
                            responder.disconnected().await;
                            received.overloaded().await;
                        };
                        let (reply, forwarded) = passed(&forward, first, spare).await;
                        arrival.answered.forwarded.push(forwarded);
                        Some(reply)
                    }
                }
            }
        };
        let written = self.write_down(&arrival, reply.as_ref()).safe().await;
        if !self.answers.delay.is_zero() {
            let _ = tokio::time::timeout(self.answers.delay, responder.disconnected()).await;
        }
        self.answer(
            &mut arrival,
            received.received_at,
            responder,
            reply,
            written,
        );
        for (forward, other) in others {
            let (_, forwarded) = passed(&forward, other, received.overloaded()).await;
            arrival.answered.forwarded.push(forwarded);
        }
        self.done(arrival);
    }

    /// Nothing is acknowledged that could still be lost.
    fn write_down(&self, arrival: &Arrival, reply: Option<&Reply>) -> Appended {
        let Some(recorder) = &self.recorder else {
            return Appended::Now(Ok(()));
        };
        let (came, examined) = (&arrival.came, &arrival.examined);
        let (event, veil) = (examined.event(), &self.examiner.veil);
        let masked = if self.keep_secrets {
            Masked::default()
        } else {
            Masked::written(arrival, veil)
        };
        recorder.append(&Capture {
            id: &arrival.id(),
            received_at: &written(arrival.at),
            method: came.method.as_str(),
            target: masked.target.as_deref().unwrap_or(came.target()),
            headers: &if self.keep_secrets {
                headers(came)
            } else {
                veil.headers(came)
            },
            fingerprints: &self.fingerprints,
            body: masked.body.as_ref().map_or(&came.body, |body| &body.text),
            unpacked: masked.body.is_some() && arrival.decoded.is_some(),
            masked: &masked.fields(),
            remote: came.remote,
            event: event.as_deref(),
            signature: CapturedSignature {
                verdict: examined.verdict(),
                scheme: examined.scheme(&self.examiner.keys),
            },
            errors: examined.errors,
            status: reply.map(|reply| reply.status.as_u16()),
        })
    }

    /// Answers; with a refusal where it could not be written down.
    fn answer(
        &self,
        arrival: &mut Arrival,
        since: Instant,
        responder: Responder,
        reply: Option<Reply>,
        written: Result<(), String>,
    ) {
        let reply = match written {
            Ok(()) => reply,
            Err(why) => {
                let refused = Reply::line(503, &format!("it could not be written down: {why}"));
                arrival.answered.not_written = Some(why);
                Some(refused)
            }
        };
        arrival.answered.status = reply.as_ref().map(|reply| reply.status.as_u16());
        match reply {
            Some(reply) => responder.send(reply),
            None => responder.reset(),
        }
        arrival.answered.latency = since.elapsed();
    }

    /// Counts and shows what was dealt with, and ends the run where that was the last that was waited for.
    fn done(&self, arrival: Arrival) {
        let (event, good) = (arrival.event(), arrival.is_good());
        self.count(&arrival, event, good);
        let shown = self.filter.fit(event);
        let ended = self.goals.borrow_mut().note(event, good, shown);
        if shown {
            self.printer.arrival(arrival);
        }
        if ended {
            self.over.set(true);
            self.asked.notify_one();
        }
    }
}

impl DeliveryHandler {
    fn count(&self, arrival: &Arrival, event: Option<(&'static str, &'static str)>, good: bool) {
        let mut totals = self.totals.borrow_mut();
        let of_event = totals.events.entry(event).or_default();
        *of_event = (of_event.0 + 1, of_event.1 + u64::from(good));
        *totals
            .signatures
            .entry(arrival.examined.verdict())
            .or_default() += 1;
        totals.deliveries += 1;
        totals.valid += u64::from(good);
        totals.duplicates += u64::from(arrival.marks.duplicate_of.is_some());
        totals.out_of_order += u64::from(arrival.marks.out_of_order.is_some());
        totals.after_end += u64::from(arrival.marks.after_end.is_some());
        totals.not_written += u64::from(arrival.answered.not_written.is_some());
        let latency = arrival.answered.latency;
        if totals.slowest.is_none_or(|(slowest, _)| latency > slowest) {
            totals.slowest = Some((latency, event));
        }
    }
}
