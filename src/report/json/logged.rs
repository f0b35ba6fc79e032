//! The JSON lines of `log`.

use super::super::logged::{LogTotals, LoggedAnswer, LoggedChanges, LoggedDelivery, WholeDelivery};
use super::super::sent_order::SentAmount;
use super::listened::{ChangeObject, FindingObject, change, findings};
use super::{V, line};
use crate::rules::Rule;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

#[derive(Serialize)]
struct LoggedLine<'a> {
    r#type: &'static str,
    v: u8,
    number: u64,
    source: &'a str,
    record: u64,
    id: Option<&'a str>,
    received_at: Option<&'a str>,
    provider: Option<&'a str>,
    event: Option<&'a str>,
    order: Option<&'a str>,
    amount: Option<&'a str>,
    currency: Option<&'a str>,
    payment: Option<AmountObject<'a>>,
    due: Option<AmountObject<'a>>,
    signature: LoggedSignatureObject<'a>,
    errors: u64,
    warnings: &'a [Rule],
    answer: Option<LoggedAnswerObject<'a>>,
    duplicate_of: Option<u64>,
    same_id_as: Option<u64>,
    out_of_order: Option<&'static str>,
    after_end: Option<&'static str>,
    #[serde(flatten)]
    whole: Option<WholeObject<'a>>,
}

#[derive(Serialize)]
struct AmountObject<'a> {
    amount: &'a str,
    currency: Option<&'a str>,
}

#[derive(Serialize)]
struct LoggedSignatureObject<'a> {
    verdict: &'static str,
    scheme: Option<&'a str>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct LoggedAnswerObject<'a> {
    status: Option<u16>,
    reason: Option<&'a str>,
}

/// What one whole delivery adds to its line.
#[derive(Serialize)]
struct WholeObject<'a> {
    method: &'a str,
    target: Option<&'a str>,
    headers: Vec<(&'a str, String)>,
    remote: Option<&'a str>,
    verified: VerifiedObject<'a>,
    findings: Vec<FindingObject<'a>>,
    body: Option<&'a str>,
    body_base64: Option<String>,
}

/// The signature, verified again.
#[derive(Serialize)]
struct VerifiedObject<'a> {
    verdict: &'static str,
    scheme: Option<&'a str>,
    header: Option<&'a str>,
    reason: Option<&'static str>,
    explanation: Option<&'a str>,
    fix: Option<&'a str>,
}

#[derive(Serialize)]
struct ChangesLine<'a> {
    r#type: &'static str,
    v: u8,
    from: u64,
    to: u64,
    same_bytes: bool,
    changes: Option<Vec<ChangeObject<'a>>>,
}

#[derive(Serialize)]
struct LogSummaryLine {
    r#type: &'static str,
    v: u8,
    deliveries: u64,
    shown: u64,
    invalid: u64,
    warned: u64,
    unanswered: u64,
    duplicates: u64,
    same_id: u64,
    out_of_order: u64,
    after_end: u64,
}

pub(super) fn logged(delivery: &LoggedDelivery<'_>, out: &mut Vec<u8>) {
    line(&logged_line(delivery, None), out);
}

pub(super) fn whole(delivery: &WholeDelivery<'_>, out: &mut Vec<u8>) {
    let verified = &delivery.verified;
    let why = verified.why.as_ref();
    let text = std::str::from_utf8(&delivery.text).ok();
    let whole = WholeObject {
        method: delivery.method,
        target: delivery.target.as_deref(),
        headers: delivery
            .headers
            .iter()
            .map(|header| (header.name.as_str(), header.shown().into_owned()))
            .collect(),
        remote: delivery.remote,
        verified: VerifiedObject {
            verdict: verified.verdict.name(),
            scheme: verified.scheme,
            header: verified.header,
            reason: why.map(|why| why.reason),
            explanation: why.map(|why| &*why.explanation),
            fix: why.map(|why| &*why.fix),
        },
        findings: findings(&delivery.bodies, &delivery.text),
        body: text,
        body_base64: text.is_none().then(|| STANDARD.encode(&delivery.text)),
    };
    line(&logged_line(delivery.line, Some(whole)), out);
}

fn logged_line<'a>(
    delivery: &'a LoggedDelivery<'_>,
    whole: Option<WholeObject<'a>>,
) -> LoggedLine<'a> {
    let answer = delivery.answer.as_ref().map(|answer| match answer {
        LoggedAnswer::Status(status, reason) => (Some(*status), reason.as_deref()),
        LoggedAnswer::Nothing(reason) => (None, reason.as_deref()),
    });
    let amount = delivery.order.amount.as_ref();
    LoggedLine {
        r#type: "delivery",
        v: V,
        number: delivery.number,
        source: delivery.source,
        record: delivery.record,
        id: delivery.id.as_deref(),
        received_at: delivery.received_at.as_deref(),
        provider: delivery.provider,
        event: delivery.event.as_deref(),
        order: delivery.order.name.as_deref(),
        amount: amount.map(|amount| amount.amount.as_str()),
        currency: amount.and_then(|amount| amount.currency.as_deref()),
        payment: delivery.order.payment.as_ref().map(amount_object),
        due: delivery.order.due.as_ref().map(amount_object),
        signature: LoggedSignatureObject {
            verdict: delivery.signature.name(),
            scheme: delivery.scheme.as_deref(),
            reason: delivery.reason.as_deref(),
        },
        errors: delivery.errors,
        warnings: &delivery.warned,
        answer: answer.map(|(status, reason)| LoggedAnswerObject { status, reason }),
        duplicate_of: delivery.marks.duplicate_of,
        same_id_as: delivery.marks.same_id_as,
        out_of_order: delivery.marks.out_of_order,
        after_end: delivery.marks.after_end,
        whole,
    }
}

fn amount_object(amount: &SentAmount) -> AmountObject<'_> {
    AmountObject {
        amount: &amount.amount,
        currency: amount.currency.as_deref(),
    }
}

pub(super) fn log_changes(found: &LoggedChanges, out: &mut Vec<u8>) {
    let object = ChangesLine {
        r#type: "changes",
        v: V,
        from: found.from,
        to: found.to,
        same_bytes: found.same_bytes,
        changes: found
            .changes
            .as_ref()
            .map(|changes| changes.iter().map(change).collect()),
    };
    line(&object, out);
}

pub(super) fn log_totals(totals: &LogTotals, out: &mut Vec<u8>) {
    let &LogTotals {
        deliveries,
        shown,
        invalid,
        warned,
        unanswered,
        duplicates,
        same_id,
        out_of_order,
        after_end,
    } = totals;
    let object = LogSummaryLine {
        r#type: "summary",
        v: V,
        deliveries,
        shown,
        invalid,
        warned,
        unanswered,
        duplicates,
        same_id,
        out_of_order,
        after_end,
    };
    line(&object, out);
}
