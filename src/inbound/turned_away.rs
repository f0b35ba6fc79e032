//! Requests that are not taken as deliveries: they are answered, and mostly shown.

use super::gate::Refusal;
use super::handler::DeliveryHandler;
use crate::http::{IncomingRequest, Received, Refused, Reply, Responder};

/// What becomes of a request that is not taken as a delivery.
pub(super) enum TurnedAway {
    /// It gets an answer, and is not shown: uptime checks, browsers, and what was sent before the sender could know that
    /// the run is over.
    Told(u16, &'static str),
    /// It is shown.
    Refused(Refusal),
    /// It was forwarded from here.
    Loop(Refusal),
}

impl DeliveryHandler {
    /// Why a request is not taken as a delivery.
    pub(super) fn turned_away(&self, received: &Received) -> Option<TurnedAway> {
        let gate = self.gate.as_ref();
        if let Some(refusal) = gate.and_then(|gate| gate.foreign(received)) {
            return Some(TurnedAway::Refused(refusal));
        }
        let get = matches!(received.method(), "GET" | "HEAD");
        if get && matches!(received.target().split('?').next(), Some("/" | "")) {
            let words = "inqud-hook listens here; send deliveries as POST";
            return Some(TurnedAway::Told(200, words));
        }
        if received.method() != "POST" && !self.is_method_of_a_provider(received.method()) {
            return Some(TurnedAway::Refused(Refusal {
                status: 405,
                why: "deliveries must be POST".to_owned(),
            }));
        }
        if let Some(refusal) = gate.and_then(|gate| gate.refusal(received)) {
            return Some(TurnedAway::Refused(refusal));
        }
        if let Some(refusal) = self.forwards.refusal(received) {
            return Some(TurnedAway::Loop(refusal));
        }
        let over = TurnedAway::Told(503, "the listener has stopped");
        self.over.get().then_some(over)
    }

    /// Answers a request that is not taken as a delivery.
    pub(super) fn turn_away(
        &self,
        request: &IncomingRequest,
        responder: Responder,
        how: TurnedAway,
    ) {
        match how {
            TurnedAway::Told(status, words) => responder.send(Reply::line(status, words)),
            TurnedAway::Refused(refusal) => self.refuse(request, responder, refusal),
            TurnedAway::Loop(refusal) => self.cut_loop(request, responder, refusal),
        }
    }

    /// Answers a request that is not accepted as a delivery.
    fn refuse(
        &self,
        request: &IncomingRequest,
        responder: Responder,
        Refusal { status, why }: Refusal,
    ) {
        let mut reply = Reply::line(status, &why);
        if status == 405 {
            reply.headers.push("allow", b"POST");
        }
        responder.send(reply);
        self.publish_refusal(&Refused {
            request: Some((request.method().to_owned(), request.requested().to_owned())),
            status,
            why,
            remote: request.remote,
        });
    }

    /// Answers a delivery that was forwarded from here. Later ones are counted, but not shown.
    fn cut_loop(&self, request: &IncomingRequest, responder: Responder, refusal: Refusal) {
        if self.forwards.is_first_loop() {
            return self.refuse(request, responder, refusal);
        }
        responder.send(Reply::line(refusal.status, &refusal.why));
        self.totals.borrow_mut().refused += 1;
    }

    fn is_method_of_a_provider(&self, method: &str) -> bool {
        self.inspector
            .keys
            .iter()
            .any(|key| key.manifest.delivery.method.value == method)
    }
}
