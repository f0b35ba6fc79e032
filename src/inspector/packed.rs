//! A delivery that arrived, in little memory: a thousand of them are kept for the page, and few are ever looked at.
//!
//! The request is one piece of bytes, in which the page finds the headers again. What deliveries have in common with the one
//! before is shared, and what most of them do not have stands apart. Packing is done on the thread that receives, so nothing more than copying is.

use crate::body::Seed;
use crate::catalogue::manifest::Form;
use crate::http::{IncomingRequest, Reply};
use crate::inbound::InspectedDelivery;
use crate::inbound::history::Marks;
use crate::lint::{LintedBody, Severity};
use crate::report::{Forwarded, NoAnswer};
use crate::signature::SignatureVerdict;
use crate::signature::diagnose::Diagnosis;
use std::cell::RefCell;
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

/// A delivery that arrived while the page was there.
pub(super) struct PackedDelivery {
    /// The head as it came, and the body without its chunks.
    bytes: Box<[u8]>,
    /// The length of the head.
    head: u32,
    /// Its answer is awaited.
    pub(super) unanswered: bool,
    remote: SocketAddr,
    number: u64,
    shown_number: Option<NonZeroU64>,
    at: SystemTime,
    latency: Duration,
    usual: Arc<UsualFacts>,
    marks: Option<Box<Marks>>,
    rest: Option<Box<RestOfDelivery>>,
    /// Why its signature is not valid, once that was found out: it takes long, and is asked again and again.
    pub(super) why: OnceLock<Option<Box<Diagnosis>>>,
}

/// What deliveries have in common with the one before, as a rule.
#[derive(Clone, Debug, PartialEq)]
struct UsualFacts {
    ids: Seed,
    status: Option<u16>,
    no_answer: Option<NoAnswer>,
    signature: SignatureVerdict,
    key: Option<usize>,
    scheme: &'static str,
    reply: Option<Reply>,
    /// Of the first body.
    provider: Option<&'static str>,
    event: Option<&'static str>,
    form: Option<Form>,
}

/// Packs deliveries, and remembers what the last one had in common with others.
#[derive(Default)]
pub(super) struct DeliveryPacker(RefCell<Option<Arc<UsualFacts>>>);

/// What most deliveries do not have.
struct RestOfDelivery {
    decompressed: Option<Vec<u8>>,
    /// Empty where there is one plain body.
    bodies: Vec<LintedBody<'static>>,
    forwarded: Vec<Forwarded>,
    relayed: Vec<Reply>,
    not_written: Option<String>,
}

impl DeliveryPacker {
    /// A delivery whose answer is awaited, or that was answered.
    pub(super) fn pack(&self, delivery: &InspectedDelivery, unanswered: bool) -> PackedDelivery {
        let bytes = delivery.request.bytes();
        let head = bytes.len() - delivery.request.body().len();
        let marked = delivery.marks != Marks::default();
        PackedDelivery {
            bytes: bytes.into(),
            // Heads are short.
            head: head as u32,
            unanswered,
            remote: delivery.request.remote,
            number: delivery.number,
            shown_number: delivery.shown_number.and_then(NonZeroU64::new),
            at: delivery.at,
            latency: delivery.latency,
            usual: self.usual(UsualFacts::of(delivery)),
            marks: marked.then(|| Box::new(delivery.marks.clone())),
            rest: RestOfDelivery::of(delivery).map(Box::new),
            why: OnceLock::new(),
        }
    }

    fn usual(&self, facts: UsualFacts) -> Arc<UsualFacts> {
        let mut last = self.0.borrow_mut();
        match &*last {
            Some(last) if **last == facts => Arc::clone(last),
            _ => Arc::clone(last.insert(Arc::new(facts))),
        }
    }
}

impl PackedDelivery {
    /// The delivery as it was, except for the reason that the journal has of a wrong signature.
    pub(super) fn unpacked(&self) -> InspectedDelivery {
        let (usual, rest) = (&*self.usual, self.rest.as_deref());
        let bodies = match rest.map_or(&[][..], |rest| &rest.bodies) {
            [] => vec![usual.plain_body()],
            bodies => bodies.to_vec(),
        };
        InspectedDelivery {
            number: self.number,
            ids: usual.ids,
            at: self.at,
            request: Arc::new(IncomingRequest::again(self.bytes.clone(), self.remote)),
            decompressed: rest.and_then(|rest| rest.decompressed.clone()),
            errors: bodies.iter().map(|body| body.count(Severity::Error)).sum(),
            bodies,
            // It is of use only while the delivery is received.
            layout: None,
            signature: usual.signature,
            key: usual.key,
            scheme: usual.scheme,
            diagnosis: None,
            marks: self.marks.as_deref().cloned().unwrap_or_default(),
            status: usual.status,
            no_answer: usual.no_answer,
            latency: self.latency,
            forwarded: rest.map_or_else(Vec::new, |rest| rest.forwarded.clone()),
            not_written: rest.and_then(|rest| rest.not_written.clone()),
            shown_number: self.shown_number.map(NonZeroU64::get),
            reply: usual.reply.clone(),
            relayed: rest.map_or_else(Vec::new, |rest| rest.relayed.clone()),
        }
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The body as it came.
    pub(super) fn body(&self) -> &[u8] {
        self.bytes.get(self.head as usize..).unwrap_or_default()
    }

    /// The body, decompressed.
    pub(super) fn text(&self) -> &[u8] {
        let rest = self.rest.as_ref();
        let decompressed = rest.and_then(|rest| rest.decompressed.as_deref());
        decompressed.unwrap_or(self.body())
    }

    pub(super) fn provider(&self) -> Option<&'static str> {
        self.usual.provider
    }

    /// About how many bytes of memory it takes.
    pub(super) fn weight(&self) -> usize {
        let rest = self.rest.as_ref().map_or(0, |rest| rest.weight());
        let reply = self.usual.reply.as_ref();
        let reply = reply.map_or(0, |reply| reply.body.len());
        2 * size_of::<Self>() + self.bytes.len() + reply + rest
    }
}

impl UsualFacts {
    fn of(delivery: &InspectedDelivery) -> Self {
        let first = delivery.bodies.first();
        Self {
            ids: delivery.ids,
            status: delivery.status,
            no_answer: delivery.no_answer,
            signature: delivery.signature,
            key: delivery.key,
            scheme: delivery.scheme,
            reply: delivery.reply.clone(),
            provider: first.and_then(|body| body.provider),
            event: first.and_then(|body| body.event),
            form: first.and_then(|body| body.form),
        }
    }

    /// A body in which nothing was found.
    fn plain_body(&self) -> LintedBody<'static> {
        LintedBody {
            start: 0,
            provider: self.provider,
            event: self.event,
            form: self.form,
            findings: Vec::new(),
            dropped: [0; 3],
        }
    }
}

impl RestOfDelivery {
    fn of(delivery: &InspectedDelivery) -> Option<Self> {
        let plain = |body: &LintedBody<'_>| {
            body.start == 0 && body.findings.is_empty() && body.dropped == [0; 3]
        };
        let bodies = match delivery.bodies.as_slice() {
            [one] if plain(one) => &[],
            bodies => bodies,
        };
        let InspectedDelivery {
            decompressed,
            forwarded,
            relayed,
            not_written,
            ..
        } = delivery;
        let nothing = decompressed.is_none()
            && bodies.is_empty()
            && forwarded.is_empty()
            && relayed.is_empty()
            && not_written.is_none();
        (!nothing).then(|| Self {
            decompressed: decompressed.clone(),
            bodies: bodies.to_vec(),
            forwarded: forwarded.clone(),
            relayed: relayed.clone(),
            not_written: not_written.clone(),
        })
    }

    fn weight(&self) -> usize {
        let bodies: usize = self
            .bodies
            .iter()
            .map(|body| size_of_val(body) + body.weight())
            .sum();
        let relayed: usize = self.relayed.iter().map(|reply| reply.body.len()).sum();
        // Each target with its answer's headers takes about as much as the struct.
        let targets = self.forwarded.len() * size_of::<Self>();
        let text = self.decompressed.as_ref().map_or(0, Vec::len);
        size_of::<Self>() + bodies + relayed + targets + text
    }
}
