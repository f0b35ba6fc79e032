//! What the page shows of a delivery that arrived.

use super::packed::PackedDelivery;
use super::row::{DeliveryRow, RowAnswer, RowForward, RowOrder, RowSignature};
use crate::capture::{Captured, CapturedHeader, RecordedSignature};
use crate::catalogue::Catalogue;
use crate::http::{ReceivedHeader, Reply};
use crate::inbound::diagnosis::diagnosis;
use crate::inbound::{InspectedDelivery, exchange, shown_reply, written};
use crate::log::OrderReaders;
use crate::outbound::Expectation;
use crate::redact::headers::{HeaderRedactor, received};
use crate::report::{Forwarded, GivenAnswer, ListenMessage, Message, NoAnswer, SentOrder, Shown};
use crate::rules::Severity;
use crate::scheme_choice::VerifyingKey;
use crate::signature::diagnose::Diagnosis;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::time::Duration;

/// The same as a journal that keeps secrets has it.
pub(super) fn captured(delivery: &InspectedDelivery) -> Captured {
    let request = &delivery.request;
    let header = |header: ReceivedHeader<'_>| CapturedHeader {
        name: header.name.into_owned(),
        value: Some(header.value.into_owned()),
    };
    Captured {
        id: Some(delivery.id()),
        received_at: Some(written(delivery.at)),
        method: Some(request.method().to_owned()),
        target: Some(request.target().to_owned()),
        headers: received(request).map(header).collect(),
        body: request.body().to_vec(),
        event: delivery.event_name(),
        status: delivery.status,
        signature: Some(RecordedSignature {
            verdict: delivery.signature.name().to_owned(),
            scheme: Some(delivery.scheme.to_owned()),
            reason: None,
        }),
        errors: Some(delivery.errors),
        remote: Some(request.remote.to_string()),
        ..Captured::default()
    }
}

/// What deliveries are shown with.
pub(super) struct ArrivedView<'v> {
    pub(super) catalogue: &'static Catalogue,
    pub(super) orders: RefCell<OrderReaders>,
    pub(super) keys: &'v [VerifyingKey],
    pub(super) redactor: &'v HeaderRedactor,
}

impl ArrivedView<'_> {
    /// Its row, but for `seq` and `rev`.
    pub(super) fn row(&self, packed: &PackedDelivery) -> DeliveryRow {
        let delivery = &packed.unpacked();
        let provider = delivery.bodies.first().and_then(|body| body.provider);
        let text = |text: &str| self.redactor.text(text).into_owned();
        let order = self
            .orders
            .borrow_mut()
            .read(self.catalogue, provider, delivery.text());
        let marks = &delivery.marks;
        let id = |number| delivery.ids.uuid(number);
        let reason = self.why(packed, delivery).map(|found| found.reason.name());
        DeliveryRow {
            number: delivery.shown_number,
            id: delivery.id(),
            received_at: written(delivery.at),
            source: None,
            provider: provider.map(str::to_owned),
            event: delivery.event_name(),
            order: RowOrder::of(SentOrder::of(&order).map(text)),
            signature: RowSignature {
                verdict: delivery.signature.name(),
                reason: reason.map(str::to_owned),
            },
            errors: delivery.errors,
            warnings: warned(delivery),
            bytes: delivery.request.body().len(),
            duplicate_of: marks.duplicate_of.map(|earlier| id(earlier.number)),
            same_id_as: marks.same_id_as.map(|earlier| id(earlier.number)),
            out_of_order: marks.out_of_order,
            after_end: marks.after_end,
            accepted: delivery
                .status
                .map(|status| accepts(self.catalogue, provider, status)),
            answer: RowAnswer {
                status: delivery.status,
                reason: delivery.no_answer.map(|why| NoAnswer::name(why).to_owned()),
                latency_ms: (!packed.unanswered).then(|| milliseconds(delivery.latency)),
            },
            forwarded: delivery
                .forwarded
                .iter()
                .map(|to| self.forward(to))
                .collect(),
            ..DeliveryRow::default()
        }
    }

    fn why<'p>(
        &self,
        packed: &'p PackedDelivery,
        delivery: &InspectedDelivery,
    ) -> Option<&'p Diagnosis> {
        let find = || diagnosis(self.keys, self.redactor, delivery).map(Box::new);
        packed.why.get_or_init(find).as_deref()
    }

    fn forward(&self, forwarded: &Forwarded) -> RowForward {
        let text = |text: &str| self.redactor.text(text).into_owned();
        RowForward {
            target: text(&forwarded.target),
            status: forwarded.outcome.as_ref().ok().copied(),
            fault: forwarded.outcome.as_ref().err().map(|why| text(why)),
        }
    }

    /// All of it, as `listen --format json` prints it, with the answers' headers and bodies.
    pub(super) fn whole(&self, packed: &PackedDelivery) -> Value {
        let delivery = &packed.unpacked();
        let mut view = delivery.complete(self.redactor);
        view.shown = Shown::Full;
        view.diagnosis = self.why(packed, delivery).cloned();
        let mut whole = super::json_of(&Message::Listen(ListenMessage::Arrived(&view)));
        if packed.unanswered {
            whole["answer"]["latency_ms"] = Value::Null;
        }
        let answered = exchange(delivery, self.redactor).answer;
        whole["answered"] = answered.as_ref().map_or(Value::Null, answer);
        let replies = delivery
            .relayed
            .iter()
            .map(Some)
            .chain(std::iter::repeat(None));
        let forwards = delivery.forwarded.iter().zip(replies);
        whole["forwards"] = forwards
            .map(|(forwarded, reply)| self.whole_forward(forwarded, reply))
            .collect();
        whole
    }

    fn whole_forward(&self, forwarded: &Forwarded, reply: Option<&Reply>) -> Value {
        let RowForward {
            target,
            status,
            fault,
        } = self.forward(forwarded);
        // Where forwarding failed, the answer is one of ours.
        let reply = reply.filter(|_| fault.is_none());
        let given = reply.map(|reply| answer(&shown_reply(reply, self.redactor)));
        let mut whole = given.unwrap_or_else(|| json!({ "headers": [], "body": null }));
        whole["target"] = target.into();
        whole["status"] = status.into();
        whole["fault"] = fault.into();
        whole["latency_ms"] = forwarded.latency.map(milliseconds).into();
        whole["cut"] = false.into();
        whole
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1e3
}

/// An answer that was given.
fn answer(given: &GivenAnswer) -> Value {
    let headers: Value = given
        .headers
        .iter()
        .map(|header| json!([header.name, header.shown()]))
        .collect();
    match std::str::from_utf8(&given.body) {
        Ok(text) => json!({ "status": given.status, "headers": headers, "body": text }),
        Err(_) => {
            let text = STANDARD.encode(&given.body);
            json!({ "status": given.status, "headers": headers, "body": null, "body_base64": text })
        }
    }
}

/// The rules of the warnings, each once.
fn warned(delivery: &InspectedDelivery) -> Vec<&'static str> {
    let mut rules = Vec::new();
    let findings = delivery.bodies.iter().flat_map(|body| &body.findings);
    for finding in findings.filter(|finding| finding.severity == Severity::Warning) {
        if !rules.contains(&finding.rule.name()) {
            rules.push(finding.rule.name());
        }
    }
    rules
}

/// Whether a provider accepts a status.
pub(super) fn accepts(catalogue: &Catalogue, provider: Option<&str>, status: u16) -> bool {
    let known = provider.and_then(|name| catalogue.provider(name).ok());
    Expectation::of_provider(known.map(|known| &known.manifest)).accepts(status)
}
