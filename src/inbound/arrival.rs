//! A delivery that came, with everything that was found out about it.
//!
//! Separate because it travels: it is made where deliveries are received, and shown by the thread that prints.

use super::history::Marks;
use super::inspector::{Examined, VerifyingKey, unpacked};
use super::masked::Masked;
use crate::body::Seed;
use crate::http::{Header, IncomingRequest, Received};
use crate::redact::headers::HeaderRedactor;
use crate::report::{Arrived, Forwarded, MarksSeen, Shown, SignatureSeen};
use crate::signature::SignatureVerdict;
use crate::signature::diagnose::Diagnosis;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A delivery that came.
pub(crate) struct Arrival {
    /// Its place among all, and what ids are drawn from.
    pub(crate) number: u64,
    pub(crate) ids: Seed,
    pub(crate) at: SystemTime,
    pub(crate) came: Arc<IncomingRequest>,
    /// What they say, where they came compressed.
    pub(crate) decoded: Option<Vec<u8>>,
    pub(crate) examined: Examined,
    pub(crate) marks: Marks,
    pub(crate) answered: Answered,
}

/// What a delivery was answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answered {
    /// Nothing where the connection was reset.
    pub(crate) status: Option<u16>,
    /// From the last byte that came to the answer.
    pub(crate) latency: Duration,
    /// Where it was passed on to, and what came of it.
    pub(crate) forwarded: Vec<Forwarded>,
    /// Why it is not in the journal, where it should be.
    pub(crate) not_written: Option<String>,
}

impl Arrival {
    pub(crate) fn id(&self) -> String {
        self.ids.uuid(self.number)
    }

    /// What the body says.
    pub(crate) fn text(&self) -> &[u8] {
        self.decoded.as_deref().unwrap_or(&self.came.body)
    }

    /// Its provider and event, where they were recognised.
    pub(crate) fn event(&self) -> Option<(&'static str, &'static str)> {
        self.examined
            .found
            .first()
            .and_then(|found| found.provider.zip(found.event))
    }

    /// Whether the signature fits, or cannot be checked, and the body is as its schema says.
    pub(crate) fn is_good(&self) -> bool {
        let signed = matches!(
            self.examined.signature,
            Some(SignatureVerdict::Valid) | None
        );
        signed && self.examined.errors == 0
    }

    /// What is said of it.
    pub(crate) fn arrived<'a>(
        &'a self,
        words: &'a Words,
        keys: &[VerifyingKey],
        diagnosis: Option<&'a Diagnosis>,
        shown: Shown<'a>,
    ) -> Arrived<'a> {
        let (came, examined) = (&self.came, &self.examined);
        Arrived {
            id: &words.id,
            received_at: &words.received_at,
            method: came.method.as_str(),
            target: words.masked.target.as_deref().unwrap_or(came.target()),
            headers: &words.headers,
            remote: came.remote,
            signature: SignatureSeen {
                verdict: examined.verdict(),
                scheme: examined.scheme(keys),
                diagnosis,
            },
            bodies: words.masked.found.as_deref().unwrap_or(&examined.found),
            text: words.text(self),
            bytes: came.body.len(),
            compressed: self.decoded.is_some(),
            marks: MarksSeen {
                duplicate_of: words
                    .first
                    .as_ref()
                    .map(|(id, at)| (id.as_str(), at.as_str())),
                out_of_order: self.marks.out_of_order,
                after_end: self.marks.after_end,
            },
            status: self.answered.status,
            latency: self.answered.latency,
            forwarded: words
                .masked
                .forwarded
                .as_deref()
                .unwrap_or(&self.answered.forwarded),
            not_written: self.answered.not_written.as_deref(),
            shown,
            masked: words.masked.fields(),
        }
    }

    /// About how much memory it takes.
    pub(crate) fn weight(&self) -> usize {
        // What is much the same for all.
        const REST: usize = 2 * 1024;
        let found: usize = self
            .examined
            .found
            .iter()
            .map(|found| size_of_val(found) + found.weight())
            .sum();
        REST + self.came.weight() + self.decoded.as_ref().map_or(0, Vec::len) + found
    }
}

/// What is written out of a delivery before it is shown.
#[derive(Default)]
pub(crate) struct Words {
    received_at: String,
    id: String,
    headers: Vec<Header>,
    /// The id of the one that it repeats, and when that came.
    first: Option<(String, String)>,
    masked: Masked,
}

impl Words {
    /// People are shown neither headers nor ids, and making them is most of the work.
    pub(crate) fn for_people(arrival: &Arrival, masked: Masked) -> Self {
        let first = arrival
            .marks
            .duplicate_of
            .map(|earlier| (String::new(), written(earlier.at)));
        Self {
            received_at: written(arrival.at),
            first,
            masked,
            ..Self::default()
        }
    }

    pub(crate) fn for_machines(arrival: &Arrival, veil: &HeaderRedactor) -> Self {
        let first = arrival.marks.duplicate_of;
        Self {
            received_at: written(arrival.at),
            id: arrival.id(),
            headers: veil.headers(&arrival.came),
            first: first.map(|earlier| (arrival.ids.uuid(earlier.number), written(earlier.at))),
            masked: Masked::shown(arrival, veil),
        }
    }

    /// What the body says, as anybody may see it.
    pub(crate) fn text<'a>(&'a self, arrival: &'a Arrival) -> &'a [u8] {
        self.masked
            .body
            .as_ref()
            .map_or(arrival.text(), |body| &body.text)
    }
}

/// What a compressed body says; nothing where it came as it is, or is broken, or would be larger than allowed.
pub(crate) fn decoded(received: &Received, most: usize) -> Option<Vec<u8>> {
    unpacked(received.header("content-encoding")?, &received.body, most)
}

/// A moment as machines write it, to the millisecond.
pub(crate) fn written(at: SystemTime) -> String {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let second = crate::time::write_second(i64::try_from(since.as_secs()).unwrap_or_default());
    format!(
        "{}.{:03}Z",
        String::from_utf8_lossy(&second),
        since.subsec_millis()
    )
}
