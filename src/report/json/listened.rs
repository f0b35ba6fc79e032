//! The JSON lines of `listen`.

use super::super::listened::{
    Change, Forwarded, ListenTotals, NoAnswer, Ready, ReceivedDelivery, RefusedRequest, Shown,
};
use super::super::place::Excerpt;
use super::sent::in_milliseconds;
use super::{V, line};
use crate::lint::{Finding, LintedBody, Rule, Severity};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

#[derive(Serialize)]
struct ReadyLine<'a> {
    r#type: &'static str,
    v: u8,
    address: IpAddr,
    port: u16,
    url: String,
    journal: Option<&'a str>,
    inspector: Option<&'a str>,
}

/// The page is ready, and nothing is listened for.
#[derive(Serialize)]
struct InspectingLine<'a> {
    r#type: &'static str,
    v: u8,
    inspector: &'a str,
}

#[derive(Serialize)]
struct ReceivedDeliveryLine<'a> {
    r#type: &'static str,
    v: u8,
    number: Option<u64>,
    id: &'a str,
    received_at: &'a str,
    method: &'a str,
    target: &'a str,
    headers: Vec<(&'a str, String)>,
    remote: SocketAddr,
    provider: Option<&'a str>,
    event: Option<String>,
    signature: SignatureObject<'a>,
    valid: bool,
    findings: Vec<FindingObject<'a>>,
    duplicate_of: Option<&'a str>,
    same_id_as: Option<&'a str>,
    out_of_order: Option<&'a str>,
    after_end: Option<&'a str>,
    bytes: usize,
    compressed: bool,
    answer: AnswerObject<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<ChangeObject<'a>>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    masked: &'a [&'static str],
    body: Option<&'a str>,
    body_base64: Option<String>,
}

#[derive(Serialize)]
struct SignatureObject<'a> {
    verdict: &'static str,
    scheme: &'static str,
    reason: Option<&'static str>,
    explanation: Option<&'a str>,
    fix: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct FindingObject<'a> {
    rule: Rule,
    severity: Severity,
    pointer: &'a str,
    line: u64,
    column: u64,
    offset: u64,
    length: u64,
    message: &'a str,
    label: &'a str,
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct AnswerObject<'a> {
    status: Option<u16>,
    reason: Option<&'static str>,
    latency_ms: f64,
    forwarded_to: Option<&'a str>,
    forwarded: Vec<ForwardedObject<'a>>,
    not_written: Option<&'a str>,
}

#[derive(Serialize)]
struct ForwardedObject<'a> {
    target: &'a str,
    status: Option<u16>,
    reason: Option<&'a str>,
    latency_ms: Option<f64>,
}

#[derive(Serialize)]
pub(super) struct ChangeObject<'a> {
    pointer: &'a str,
    before: Option<&'a str>,
    now: Option<&'a str>,
}

#[derive(Serialize)]
struct RefusedLine<'a> {
    r#type: &'static str,
    v: u8,
    received_at: &'a str,
    method: Option<&'a str>,
    target: Option<&'a str>,
    remote: SocketAddr,
    status: u16,
    reason: &'a str,
}

#[derive(Serialize)]
struct SkippedLine {
    r#type: &'static str,
    v: u8,
    deliveries: u64,
}

#[derive(Serialize)]
struct NoteLine<'a> {
    r#type: &'static str,
    v: u8,
    text: &'a str,
}

#[derive(Serialize)]
struct ListenSummaryLine<'a> {
    r#type: &'static str,
    v: u8,
    deliveries: u64,
    valid: u64,
    invalid: u64,
    duplicates: u64,
    same_id: u64,
    out_of_order: u64,
    after_end: u64,
    not_written: u64,
    unanswered: u64,
    forwards_failed: u64,
    forwards_rejected: &'a BTreeMap<u16, u64>,
    refused: u64,
    signatures: BTreeMap<&'static str, u64>,
    events: Vec<EventObject>,
    slowest_ms: Option<f64>,
    slowest_event: Option<String>,
    seconds: f64,
    missing: &'a [String],
    interrupted: bool,
}

#[derive(Serialize)]
struct EventObject {
    event: Option<String>,
    deliveries: u64,
    valid: u64,
}

pub(super) fn ready(ready: &Ready, out: &mut Vec<u8>) {
    let (address, port) = (ready.address.ip(), ready.address.port());
    let url = format!("http://{}", ready.address);
    line(
        &ReadyLine {
            r#type: "ready",
            v: V,
            address,
            port,
            url,
            journal: ready.journal.as_deref(),
            inspector: ready.inspector.as_deref(),
        },
        out,
    );
}

pub(super) fn inspecting(inspector: &str, out: &mut Vec<u8>) {
    let (r#type, v) = ("ready", V);
    line(
        &InspectingLine {
            r#type,
            v,
            inspector,
        },
        out,
    );
}

pub(super) fn arrived(delivery: &ReceivedDelivery<'_>, out: &mut Vec<u8>) {
    let diagnosis = delivery.diagnosis.as_ref();
    let text = std::str::from_utf8(&delivery.text).ok();
    let whole = matches!(delivery.shown, Shown::Full);
    let object = ReceivedDeliveryLine {
        r#type: "delivery",
        v: V,
        number: delivery.number,
        id: &delivery.id,
        received_at: &delivery.received_at,
        method: delivery.method,
        target: &delivery.target,
        headers: delivery
            .headers
            .iter()
            .map(|header| (header.name.as_str(), header.shown().into_owned()))
            .collect(),
        remote: delivery.remote,
        provider: delivery.bodies.first().and_then(|found| found.provider),
        event: delivery.event(),
        signature: SignatureObject {
            verdict: delivery.signature.name(),
            scheme: delivery.scheme,
            reason: diagnosis.map(|diagnosis| diagnosis.reason.name()),
            explanation: diagnosis.map(|diagnosis| diagnosis.explanation.as_str()),
            fix: diagnosis.map(|diagnosis| diagnosis.fix.as_str()),
        },
        valid: delivery.is_good(),
        findings: findings(&delivery.bodies, &delivery.text),
        duplicate_of: delivery.duplicate_of.as_ref().map(|original| &*original.id),
        same_id_as: delivery.same_id_as.as_ref().map(|original| &*original.id),
        out_of_order: delivery.out_of_order,
        after_end: delivery.after_end,
        bytes: delivery.bytes,
        compressed: delivery.compressed,
        answer: AnswerObject {
            status: delivery.status,
            reason: delivery.no_answer.map(NoAnswer::name),
            latency_ms: in_milliseconds(delivery.latency),
            forwarded_to: delivery
                .forwarded
                .first()
                .filter(|first| first.latency.is_some())
                .map(|first| &*first.target),
            forwarded: delivery.forwarded.iter().map(forwarded).collect(),
            not_written: delivery.not_written,
        },
        changes: match &delivery.shown {
            Shown::Changed(changes) => Some(changes.iter().map(change).collect()),
            Shown::Full | Shown::Folded(_) | Shown::Nothing => None,
        },
        masked: &delivery.masked,
        body: text.filter(|_| whole),
        body_base64: (whole && text.is_none()).then(|| STANDARD.encode(&delivery.text)),
    };
    line(&object, out);
}

/// The findings of all bodies in a text.
pub(super) fn findings<'a>(bodies: &'a [LintedBody<'_>], text: &[u8]) -> Vec<FindingObject<'a>> {
    let excerpt = Excerpt::new(text, 1, 0);
    let found = bodies.iter().flat_map(|body| &body.findings);
    found.map(|found| finding(found, &excerpt)).collect()
}

fn finding<'a>(finding: &'a Finding, excerpt: &Excerpt<'_>) -> FindingObject<'a> {
    let Finding {
        rule,
        severity,
        pointer,
        span,
        message,
        label,
        help,
    } = finding;
    let place = excerpt.place(span);
    FindingObject {
        rule: *rule,
        severity: *severity,
        pointer,
        line: place.line,
        column: place.column,
        offset: place.offset,
        length: place.length,
        message,
        label,
        help: help.as_deref(),
    }
}

fn forwarded(forwarded: &Forwarded) -> ForwardedObject<'_> {
    ForwardedObject {
        target: &forwarded.target,
        status: forwarded.outcome.as_ref().ok().copied(),
        reason: forwarded.outcome.as_ref().err().map(String::as_str),
        latency_ms: forwarded.latency.map(in_milliseconds),
    }
}

pub(super) fn change(change: &Change) -> ChangeObject<'_> {
    ChangeObject {
        pointer: &change.pointer,
        before: change.before.as_deref(),
        now: change.now.as_deref(),
    }
}

pub(super) fn turned_away(request: &RefusedRequest<'_>, out: &mut Vec<u8>) {
    let RefusedRequest { refused, at, .. } = request;
    let request = refused.request.as_ref();
    let object = RefusedLine {
        r#type: "refused",
        v: V,
        received_at: at,
        method: request.map(|(method, _)| method.as_str()),
        target: request.map(|(_, target)| target.as_str()),
        remote: refused.remote,
        status: refused.status,
        reason: &refused.why,
    };
    line(&object, out);
}

pub(super) fn skipped(deliveries: u64, out: &mut Vec<u8>) {
    line(
        &SkippedLine {
            r#type: "skipped",
            v: V,
            deliveries,
        },
        out,
    );
}

pub(super) fn note(text: &str, out: &mut Vec<u8>) {
    line(
        &NoteLine {
            r#type: "note",
            v: V,
            text,
        },
        out,
    );
}

pub(super) fn listened(totals: &ListenTotals, out: &mut Vec<u8>) {
    let name = |(provider, event): (&str, &str)| format!("{provider}/{event}");
    let of_event =
        |(event, (deliveries, valid)): (&Option<(&str, &str)>, &(u64, u64))| EventObject {
            event: event.map(name),
            deliveries: *deliveries,
            valid: *valid,
        };
    let summary = ListenSummaryLine {
        r#type: "summary",
        v: V,
        deliveries: totals.deliveries,
        valid: totals.valid,
        invalid: totals.deliveries - totals.valid,
        duplicates: totals.duplicates,
        same_id: totals.same_id,
        out_of_order: totals.out_of_order,
        after_end: totals.after_end,
        not_written: totals.not_written,
        unanswered: totals.unanswered,
        forwards_failed: totals.forwards_failed + totals.forwards_rejected.values().sum::<u64>(),
        forwards_rejected: &totals.forwards_rejected,
        refused: totals.refused,
        signatures: totals
            .signatures
            .iter()
            .map(|(verdict, count)| (verdict.name(), *count))
            .collect(),
        events: totals.events.iter().map(of_event).collect(),
        slowest_ms: totals.slowest.map(|(latency, _)| in_milliseconds(latency)),
        slowest_event: totals.slowest.and_then(|(_, event)| event).map(name),
        seconds: totals.elapsed.as_secs_f64(),
        missing: &totals.missing,
        interrupted: totals.interrupted,
    };
    line(&summary, out);
}
