//! The messages of `send` and `replay` as JSON lines. Fields may be added, but not renamed.

use super::super::sent::{BurstTotals, Delivered, Seen, Totals, Wait, per_second};
use super::{V, line};
use crate::http::{Answer, Fault};
use crate::signature::SignatureVerdict;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Serialize)]
struct DeliveryLine<'a> {
    r#type: &'static str,
    v: u8,
    id: &'a str,
    event: Option<&'a str>,
    target: &'a str,
    number: usize,
    step: Option<usize>,
    copy: u32,
    order: Option<&'a str>,
    amount: Option<&'a str>,
    currency: Option<&'a str>,
    attempt: u32,
    status: Option<u16>,
    accepted: bool,
    as_expected: bool,
    forged: Option<&'a str>,
    fault: Option<&'static str>,
    reason: Option<&'a str>,
    hint: Option<&'a str>,
    why: Option<WhyObject<'a>>,
    latency_ms: f64,
    scheme: &'a str,
    recorded_signature: Option<&'static str>,
    signature_header: Option<String>,
    bytes: usize,
    response: Option<ResponseObject<'a>>,
}

#[derive(Serialize)]
struct WhyObject<'a> {
    reason: &'static str,
    explanation: String,
    fix: &'a str,
}

#[derive(Serialize)]
struct ResponseObject<'a> {
    headers: &'a [(String, String)],
    body: Option<&'a str>,
    body_base64: Option<String>,
    cut: bool,
}

#[derive(Serialize)]
struct SeenLine<'a> {
    r#type: &'static str,
    v: u8,
    event: Option<&'a str>,
    signature: SeenSignature<'a>,
    errors: u64,
    warnings: u64,
    notes: u64,
    status: u16,
}

#[derive(Serialize)]
struct SeenSignature<'a> {
    verdict: &'static str,
    scheme: &'static str,
    reason: Option<&'static str>,
    explanation: Option<&'a str>,
    fix: Option<&'a str>,
    received: Option<&'a str>,
    expected: Option<&'a str>,
}

#[derive(Serialize)]
struct WaitLine {
    r#type: &'static str,
    v: u8,
    attempt: u32,
    most_attempts: u32,
    seconds: f64,
    waited_seconds: f64,
}

#[derive(Serialize)]
struct SendSummaryLine<'a> {
    r#type: &'static str,
    v: u8,
    event: Option<&'a str>,
    target: Option<&'a str>,
    sent: u64,
    accepted: u64,
    refused: u64,
    failed: u64,
    skipped: u64,
    not_sent: u64,
    seconds: f64,
    per_second: f64,
    latency_ms: Option<Quantiles>,
    rate: Option<f64>,
    late_us: Option<Quantiles>,
    statuses: Option<&'a BTreeMap<u16, u64>>,
    faults: Option<BTreeMap<&'static str, u64>>,
    reasons: Option<BTreeMap<String, u64>>,
    verified: Option<u64>,
    hint: Option<&'a str>,
    interrupted: bool,
}

#[derive(Serialize)]
struct Quantiles {
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

impl Quantiles {
    /// Those of a histogram, divided by `unit`; `None` where it is empty.
    fn of(histogram: &Histogram<u64>, unit: f64) -> Option<Self> {
        let at = |quantile| histogram.value_at_quantile(quantile) as f64 / unit;
        (!histogram.is_empty()).then(|| Self {
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            max: histogram.max() as f64 / unit,
        })
    }
}

pub(super) fn delivered(delivered: &Delivered<'_>, out: &mut Vec<u8>) {
    let answer = delivered.sent.outcome.as_ref().ok();
    let fault = delivered.sent.outcome.as_ref().err();
    let sending = &delivered.sending;
    let ((number, all), amount) = (sending.place, sending.order.amount.as_ref());
    let found = DeliveryLine {
        r#type: "delivery",
        v: V,
        id: sending.id,
        event: sending.event,
        target: sending.target,
        number,
        step: (all > 1).then_some(number),
        copy: sending.copy,
        order: sending.order.name.as_deref(),
        amount: amount.map(|amount| amount.amount.as_str()),
        currency: amount.and_then(|amount| amount.currency.as_deref()),
        attempt: delivered.attempt,
        status: answer
            .map(|answer| answer.status)
            .or_else(|| fault.and_then(Fault::status)),
        accepted: delivered.accepted,
        as_expected: delivered.as_expected,
        forged: sending.forged,
        fault: fault.map(Fault::name),
        reason: delivered.reason,
        hint: delivered.hint,
        why: delivered.why.map(|why| WhyObject {
            reason: why.reason.name(),
            explanation: why.sentence(),
            fix: &why.fix,
        }),
        latency_ms: in_milliseconds(delivered.sent.latency),
        scheme: sending.scheme,
        recorded_signature: sending.recorded_signature.map(SignatureVerdict::name),
        signature_header: sending
            .signature
            .map(|header| format!("{}: {}", header.name, header.shown())),
        bytes: sending.bytes,
        response: answer.map(response),
    };
    line(&found, out);
}

fn response(answer: &Answer) -> ResponseObject<'_> {
    let text = std::str::from_utf8(&answer.body).ok();
    let body_base64 = text.is_none().then(|| STANDARD.encode(&answer.body));
    ResponseObject {
        headers: &answer.headers,
        body: text,
        body_base64,
        cut: answer.cut,
    }
}

pub(super) fn seen(seen: &Seen, out: &mut Vec<u8>) {
    let (diagnosis, digests) = (seen.diagnosis.as_ref(), seen.digests.as_ref());
    let signature = SeenSignature {
        verdict: seen.signature.name(),
        scheme: seen.scheme,
        reason: diagnosis.map(|found| found.reason.name()),
        explanation: diagnosis.map(|found| found.explanation.as_str()),
        fix: diagnosis.map(|found| found.fix.as_str()),
        received: digests.map(|digests| digests.received.as_str()),
        expected: digests.map(|digests| digests.expected.as_str()),
    };
    let &Seen {
        errors,
        warnings,
        notes,
        status,
        ..
    } = seen;
    let event = seen.event.as_deref();
    line(
        &SeenLine {
            r#type: "received",
            v: V,
            event,
            signature,
            errors,
            warnings,
            notes,
            status,
        },
        out,
    );
}

pub(super) fn wait(wait: Wait, out: &mut Vec<u8>) {
    let (attempt, most_attempts) = wait.attempt;
    let (seconds, waited_seconds) = (wait.real.as_secs_f64(), wait.waited.as_secs_f64());
    line(
        &WaitLine {
            r#type: "wait",
            v: V,
            attempt,
            most_attempts,
            seconds,
            waited_seconds,
        },
        out,
    );
}

pub(super) fn totals(totals: &Totals, out: &mut Vec<u8>) {
    let found = SendSummaryLine {
        sent: totals.sent,
        accepted: totals.accepted,
        refused: totals.refused,
        failed: totals.failed,
        skipped: totals.skipped,
        not_sent: totals.not_sent,
        latency_ms: Quantiles::of(&totals.latency, 1e3),
        interrupted: totals.interrupted,
        ..summary(totals.sent, totals.elapsed)
    };
    line(&found, out);
}

pub(super) fn burst(burst: &BurstTotals<'_>, out: &mut Vec<u8>) {
    let (sent, accepted, refused, failed) = burst.counts();
    let found = SendSummaryLine {
        event: burst.event,
        target: Some(burst.target),
        accepted,
        refused,
        failed,
        latency_ms: Quantiles::of(burst.latency, 1e3),
        rate: burst.rate,
        late_us: burst.late.and_then(|late| Quantiles::of(late, 1e3)),
        statuses: Some(burst.statuses),
        faults: Some(counted(burst.faults, Fault::name)),
        reasons: Some(counted(burst.faults, |fault| fault.words(burst.limit))),
        verified: burst.verified,
        hint: burst.hint,
        interrupted: burst.interrupted,
        ..summary(sent, burst.elapsed)
    };
    line(&found, out);
}

/// How often faults of each name came.
fn counted<'a, K: Ord>(
    faults: &'a BTreeMap<Fault, u64>,
    name: impl Fn(&'a Fault) -> K,
) -> BTreeMap<K, u64> {
    let mut counts = BTreeMap::new();
    for (fault, count) in faults {
        *counts.entry(name(fault)).or_default() += count;
    }
    counts
}

fn summary<'a>(sent: u64, elapsed: Duration) -> SendSummaryLine<'a> {
    SendSummaryLine {
        r#type: "summary",
        v: V,
        event: None,
        target: None,
        sent,
        accepted: 0,
        refused: 0,
        failed: 0,
        skipped: 0,
        not_sent: 0,
        seconds: elapsed.as_secs_f64(),
        per_second: per_second(sent, elapsed),
        latency_ms: None,
        rate: None,
        late_us: None,
        statuses: None,
        faults: None,
        reasons: None,
        verified: None,
        hint: None,
        interrupted: false,
    }
}

pub(super) fn in_milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1e3
}
