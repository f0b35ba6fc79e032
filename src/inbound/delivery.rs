//! A received delivery with what was found in it and how it was answered.

use super::history::Marks;
use crate::body::Seed;
use crate::http::{IncomingRequest, Reply};
use crate::json::BodyLayout;
use crate::lint::{LintedBody, Severity};
use crate::redact::headers::HeaderRedactor;
use crate::report::{Forwarded, NoAnswer, OriginalDelivery, ReceivedDelivery, Shown};
use crate::signature::SignatureVerdict;
use crate::signature::diagnose::Diagnosis;
use crate::time::{TO_THE_SECOND, write_second};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A delivery that was inspected, and then answered.
#[derive(Clone)]
pub(crate) struct InspectedDelivery {
    /// Its position among all deliveries, from 0 on.
    pub(crate) number: u64,
    /// What ids are drawn from.
    pub(crate) ids: Seed,
    pub(crate) at: SystemTime,
    pub(crate) request: Arc<IncomingRequest>,
    /// The body's text, where the body came compressed.
    pub(crate) decompressed: Option<Vec<u8>>,
    /// One for each body: a delivery with a list has several.
    pub(crate) bodies: Vec<LintedBody<'static>>,
    /// Where the values of its only body stand, if that is known.
    pub(crate) layout: Option<BodyLayout>,
    pub(crate) errors: u64,
    pub(crate) signature: SignatureVerdict,
    /// The position of the key that the signature was verified with.
    pub(crate) key: Option<usize>,
    /// The name of that key's scheme.
    pub(crate) scheme: &'static str,
    /// Why it is not valid, where that was found out before the answer.
    pub(crate) diagnosis: Option<Diagnosis>,
    /// How it relates to earlier deliveries.
    pub(crate) marks: Marks,
    /// The answer's status; `None` where there was none.
    pub(crate) status: Option<u16>,
    /// Why there was none.
    pub(crate) no_answer: Option<NoAnswer>,
    /// From the request's last byte to the answer.
    pub(crate) latency: Duration,
    pub(crate) forwarded: Vec<Forwarded>,
    /// Why the journal could not record it.
    pub(crate) not_written: Option<String>,
    /// Its number in the journal, or in the run where there is no journal.
    pub(crate) shown_number: Option<u64>,
    /// The answer, where it is shown.
    pub(crate) reply: Option<Reply>,
    /// The answers of the targets that it was forwarded to, in the order of `forwarded`, where they are shown.
    pub(crate) relayed: Vec<Reply>,
}

impl InspectedDelivery {
    pub(crate) fn id(&self) -> String {
        self.ids.uuid(self.number)
    }

    /// The body, decompressed.
    pub(crate) fn text(&self) -> &[u8] {
        self.decompressed.as_deref().unwrap_or(self.request.body())
    }

    /// The provider and the event, where both were recognised.
    pub(crate) fn event(&self) -> Option<(&'static str, &'static str)> {
        self.bodies
            .first()
            .and_then(|body| body.provider.zip(body.event))
    }

    /// The event's canonical name.
    pub(crate) fn event_name(&self) -> Option<String> {
        self.event()
            .map(|(provider, event)| [provider, "/", event].concat())
    }

    /// Whether the signature is valid, or was not checked, and the body has no errors.
    pub(crate) fn is_good(&self) -> bool {
        self.signature.is_acceptable() && self.errors == 0
    }

    /// Whether there is nothing wrong with it, with its answer, or with where it was forwarded to.
    pub(crate) fn is_unremarkable(&self) -> bool {
        let marks = &self.marks;
        let marked = marks.duplicate_of.is_some()
            || marks.same_id_as.is_some()
            || marks.out_of_order.is_some()
            || marks.after_end.is_some();
        self.is_good()
            && !marked
            && self.count(Severity::Warning) == 0
            && self.status.is_some_and(|status| status < 300)
            && self.forwarded.iter().all(Forwarded::is_good)
    }

    pub(crate) fn count(&self, severity: Severity) -> u64 {
        self.bodies.iter().map(|body| body.count(severity)).sum()
    }

    /// What a careful endpoint answers, and why.
    pub(crate) fn careful_answer(&self) -> (u16, &'static str) {
        let is_json = || serde_json::from_slice::<serde::de::IgnoredAny>(self.text()).is_ok();
        match self.signature {
            SignatureVerdict::Invalid => (401, "the signature is invalid"),
            SignatureVerdict::Missing => (401, "the signature is missing"),
            _ if self.errors == 0 => (200, "ok"),
            _ if is_json() => (422, "the body is invalid"),
            _ => (400, "the body is not JSON"),
        }
    }

    /// What a line shows of it. Ids and headers are left out: making them is most of the work.
    pub(crate) fn one_line(&self, redactor: &HeaderRedactor) -> ReceivedDelivery<'_> {
        let request = &self.request;
        let target = redactor.text(request.target());
        ReceivedDelivery {
            number: self.shown_number,
            id: String::new(),
            received_at: String::new(),
            clock: String::new(),
            order: None,
            amount: None,
            method: request.method(),
            masked: match target {
                Cow::Owned(_) => vec!["target"],
                Cow::Borrowed(_) => Vec::new(),
            },
            target,
            headers: Vec::new(),
            remote: request.remote,
            signature: self.signature,
            scheme: self.scheme,
            diagnosis: None,
            bodies: Cow::Borrowed(&self.bodies),
            text: Cow::Borrowed(self.text()),
            bytes: request.body().len(),
            compressed: self.decompressed.is_some(),
            duplicate_of: self.marks.duplicate_of.map(|_| OriginalDelivery::default()),
            same_id_as: self.marks.same_id_as.map(|_| OriginalDelivery::default()),
            out_of_order: self.marks.out_of_order,
            after_end: self.marks.after_end,
            status: self.status,
            no_answer: self.no_answer,
            latency: self.latency,
            forwarded: Cow::Borrowed(&self.forwarded),
            not_written: self.not_written.as_deref(),
            shown: Shown::Nothing,
            exchange: None,
        }
    }

    /// The same with the body, without the secrets in it.
    pub(crate) fn with_body(&self, redactor: &HeaderRedactor) -> ReceivedDelivery<'_> {
        let mut view = self.one_line(redactor);
        if let Some(redacted) = redactor.body(self.text()) {
            view.bodies = Cow::Owned(redactor.found(&self.bodies, &redacted));
            view.text = Cow::Owned(redacted.text);
            view.masked.push("body");
        }
        let without_secrets = |forwarded: &Forwarded| Forwarded {
            target: redactor.text(&forwarded.target).into_owned(),
            outcome: forwarded
                .outcome
                .clone()
                .map_err(|why| redactor.text(&why).into_owned()),
            latency: forwarded.latency,
        };
        view.forwarded = self.forwarded.iter().map(without_secrets).collect();
        view
    }

    /// The same with ids and headers.
    pub(crate) fn complete(&self, redactor: &HeaderRedactor) -> ReceivedDelivery<'_> {
        let mut view = self.with_body(redactor);
        view.id = self.id();
        view.received_at = written(self.at);
        view.headers = redactor.headers(&self.request);
        let marks = &self.marks;
        for (original, earlier) in [
            (&mut view.duplicate_of, marks.duplicate_of),
            (&mut view.same_id_as, marks.same_id_as),
        ] {
            if let (Some(original), Some(earlier)) = (original, earlier) {
                original.id = self.ids.uuid(earlier.number);
            }
        }
        view
    }

    /// About how much memory it takes.
    pub(crate) fn weight(&self) -> usize {
        // What is about the same for all deliveries.
        const REST: usize = 2 * 1024;
        let bodies: usize = self
            .bodies
            .iter()
            .map(|body| size_of_val(body) + body.weight())
            .sum();
        let replies = self.reply.iter().chain(&self.relayed);
        let replies: usize = replies.map(|reply| reply.body.len()).sum();
        let text = self.decompressed.as_ref().map_or(0, Vec::len);
        let layout = self.layout.as_ref().map_or(0, BodyLayout::weight);
        REST + self.request.weight() + text + bodies + layout + replies
    }
}

/// The second since 1970.
pub(super) fn seconds(at: SystemTime) -> i64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}

/// A time as machines read it, to the millisecond.
pub(crate) fn written(at: SystemTime) -> String {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = since.subsec_millis();
    let digit = |one: u32| b'0' + (millis / one % 10) as u8;
    let mut text = [0; TO_THE_SECOND + 5];
    let (second, fraction) = text.split_at_mut(TO_THE_SECOND);
    second.copy_from_slice(&write_second(seconds(at)));
    fraction.copy_from_slice(&[b'.', digit(100), digit(10), digit(1), b'Z']);
    // Only digits and signs are written.
    String::from_utf8(text.to_vec()).unwrap_or_default()
}
