//! The JSON lines of `verify`.

use super::super::verified::{RightCheck, VerifiedDelivery, VerifyTotals};
use super::{V, line};
use crate::signature::SignatureVerdict;
use serde::Serialize;

#[derive(Serialize)]
struct SignatureLine<'a> {
    r#type: &'static str,
    v: u8,
    source: &'a str,
    record: u64,
    provider: Option<&'a str>,
    event: Option<&'a str>,
    verdict: &'static str,
    reason: Option<&'static str>,
    recorded_signature: Option<&'static str>,
    scheme: Option<&'a str>,
    header: Option<&'a str>,
    explanation: Option<&'a str>,
    fix: Option<&'a str>,
    bytes: usize,
    expected: Option<&'a str>,
    example: Option<&'a str>,
}

#[derive(Serialize)]
struct VerifySummaryLine {
    r#type: &'static str,
    v: u8,
    deliveries: u64,
    valid: u64,
    invalid: u64,
    pasted: u64,
    missing: u64,
    unchecked: u64,
    recorded_valid: u64,
    recorded_invalid: u64,
    unreadable: u64,
}

pub(super) fn verified(delivery: &VerifiedDelivery<'_>, out: &mut Vec<u8>) {
    let why = delivery.why.as_ref();
    let object = SignatureLine {
        r#type: "signature",
        v: V,
        source: delivery.source,
        record: delivery.record,
        provider: delivery.provider,
        event: delivery.event.as_deref(),
        verdict: delivery.verdict.name(),
        reason: why.map(|why| why.reason),
        recorded_signature: delivery.recorded.map(SignatureVerdict::name),
        scheme: delivery.scheme,
        header: delivery.header,
        explanation: why.map(|why| &*why.explanation),
        fix: why.map(|why| &*why.fix),
        bytes: delivery.bytes,
        expected: delivery.expected.as_deref(),
        example: match &delivery.check {
            Some(RightCheck::Whole(code)) => Some(code),
            Some(RightCheck::Lines(_)) | None => None,
        },
    };
    line(&object, out);
}

pub(super) fn verify_totals(totals: &VerifyTotals, out: &mut Vec<u8>) {
    let &VerifyTotals {
        deliveries,
        valid,
        invalid,
        pasted,
        missing,
        unchecked,
        recorded_valid,
        recorded_invalid,
        unreadable,
    } = totals;
    let object = VerifySummaryLine {
        r#type: "summary",
        v: V,
        deliveries,
        valid,
        invalid,
        pasted,
        missing,
        unchecked,
        recorded_valid,
        recorded_invalid,
        unreadable,
    };
    line(&object, out);
}
