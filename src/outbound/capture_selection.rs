//! Chooses which captures are sent again.

use super::captured::{CapturedStep, PackedHeaders};
use super::compose::recognise;
use super::expectation::Expectation;
use super::wanted_id::{WantedId, begins};
use crate::capture::Captured;
use crate::capture::reader::{CaptureKind, CaptureSink, FoundCapture};
use crate::catalogue::Catalogue;
use crate::catalogue::manifest::Manifest;
use crate::catalogue::pattern::Patterns;
use crate::error::Error;
use crate::http::{Header, HopByHop};
use crate::json::lookup;
use crate::redact::headers::HeaderRedactor;
use crate::scheme_choice::SchemeChoice;
use crate::signature::SignatureVerdict;
use crate::time::parse_time;
use serde::de::IgnoredAny;
use std::collections::VecDeque;
use std::time::Duration;

/// Which captures are sent.
#[derive(Debug)]
pub(crate) struct SelectionOptions {
    /// Patterns of events.
    pub(crate) only: Vec<String>,
    /// Which deliveries, one by one.
    pub(crate) ids: Vec<WantedId>,
    /// Only deliveries that were not accepted.
    pub(crate) failed: bool,
    /// Only those since that time, as it was typed.
    pub(crate) since: Option<String>,
    /// Only that many of the rest, counted from the end.
    pub(crate) last: Option<usize>,
}

/// Decompresses a body with that `Content-Encoding`, up to that many bytes.
pub(crate) type Unpack = fn(&[u8], &[u8], usize) -> Option<Vec<u8>>;

/// The most that is held in memory until it is sent, in bytes.
const MOST_KEPT: usize = 1 << 30;

/// Collects the captures that are chosen.
pub(crate) struct Selection<'c, 'o> {
    catalogue: &'c Catalogue,
    options: &'o SelectionOptions,
    /// A second since 1970.
    since: Option<i64>,
    /// Forgeries are sent too.
    with_forgeries: bool,
    as_captured: bool,
    unpack: Unpack,
    /// Hides the headers that carry secrets.
    redactor: HeaderRedactor,
    /// Headers that carry signatures, which no `Connection` header removes.
    signing_headers: Vec<String>,
    only: Patterns,
    /// How many captures there were to choose from.
    pub(crate) found: usize,
    pub(crate) chosen: VecDeque<SelectedCapture<'c>>,
    /// What could not be read, in words.
    pub(crate) skipped: Vec<String>,
    /// How many were left out only because they were accepted.
    pub(crate) accepted: usize,
    /// How many were left out because their signatures were not genuine.
    pub(crate) not_genuine: usize,
    /// For each of the wanted ids the first capture whose id it begins.
    begun: Vec<Option<String>>,
    /// The memory that they take, in bytes.
    bytes: usize,
}

/// Which of the captures it is.
#[derive(Debug)]
pub(crate) struct CapturePlace {
    /// Its number among all that were read, from 1.
    pub(crate) number: usize,
    /// The file, where all of it was taken for a body, but is not JSON.
    pub(crate) not_json: Option<String>,
}

/// A capture that will be sent, with only what is needed for that.
pub(crate) struct SelectedCapture<'c> {
    pub(crate) place: CapturePlace,
    pub(crate) manifest: Option<&'c Manifest>,
    pub(crate) event: Option<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) step: CapturedStep,
    /// When it was received, in milliseconds since 1970.
    pub(crate) received_at: Option<i64>,
    /// Names of headers of which only a fingerprint was kept.
    pub(crate) lost_headers: Vec<String>,
    pub(crate) without_headers: bool,
    /// It was compressed, and printed uncompressed.
    pub(crate) unpacked: bool,
    /// Secrets in it were replaced when it was recorded.
    pub(crate) masked: bool,
}

/// A capture with its provider and event.
struct RecognisedCapture<'c> {
    captured: Captured,
    manifest: Option<&'c Manifest>,
    /// The canonical name of its event.
    event: Option<String>,
    /// The decompressed body, where it is compressed.
    unpacked: Option<Vec<u8>>,
}

impl<'c, 'o> Selection<'c, 'o> {
    pub(crate) fn new(
        catalogue: &'c Catalogue,
        options: &'o SelectionOptions,
        since: Option<i64>,
        scheme: &SchemeChoice,
        unpack: Unpack,
    ) -> Result<Self, Error> {
        Ok(Self {
            catalogue,
            options,
            since,
            with_forgeries: with_forgeries(options, scheme),
            as_captured: *scheme == SchemeChoice::Captured,
            unpack,
            redactor: HeaderRedactor::new(catalogue, []),
            signing_headers: catalogue.signing_headers(),
            only: Patterns::known("--only", &options.only, catalogue)?,
            found: 0,
            chosen: VecDeque::new(),
            skipped: Vec::new(),
            accepted: 0,
            not_genuine: 0,
            begun: vec![None; options.ids.len()],
            bytes: 0,
        })
    }

    /// Keeps a capture if it is chosen.
    fn offer(&mut self, found: FoundCapture<'_>) -> Result<(), Error> {
        self.found += 1;
        let is_body = found.kind == CaptureKind::Body;
        let (number, source) = (self.found, found.source);
        let capture = RecognisedCapture::new(self.catalogue, found.captured, self.unpack);
        if !self.chooses(&capture, number)? {
            return Ok(());
        }
        if self.options.failed && capture.was_accepted() {
            self.accepted += 1;
            return Ok(());
        }
        // Refusing a forgery was right, and signing it would make it genuine.
        if !self.with_forgeries && capture.is_not_genuine() {
            self.not_genuine += 1;
            return Ok(());
        }
        let is_json = |body: &[u8]| serde_json::from_slice::<IgnoredAny>(body).is_ok();
        let odd = is_body && capture.manifest.is_none() && !is_json(&capture.captured.body);
        let not_json = odd.then(|| source.to_owned());
        let kept = self.keep(capture, CapturePlace { number, not_json });
        self.bytes += kept.size();
        self.chosen.push_back(kept);
        let most = self.options.last;
        if most.is_some_and(|last| self.chosen.len() > last) {
            self.bytes -= self.chosen.pop_front().map_or(0, |first| first.size());
        }
        if self.bytes > MOST_KEPT {
            return Err(Error::Usage {
                what: format!(
                    "the selected deliveries are larger than {} MiB in total",
                    MOST_KEPT >> 20
                ),
                hint: "select fewer with --only, --id, --since, --failed or --last".to_owned(),
            });
        }
        Ok(())
    }

    fn chooses(&mut self, capture: &RecognisedCapture<'_>, number: usize) -> Result<bool, Error> {
        let event = capture.event.as_deref();
        let received = || milliseconds(capture.captured.received_at.as_deref()?);
        let is_since = |since| received().is_some_and(|at| at >= since * 1_000);
        if !self.since.is_none_or(is_since) {
            return Ok(false);
        }
        if !self.only.fit(event.and_then(|name| name.split_once('/'))) {
            return Ok(false);
        }
        let mut wanted = self.options.ids.is_empty();
        for (id, begun) in self.options.ids.iter().zip(&mut self.begun) {
            wanted |= match id {
                WantedId::Number(wanted, text) => {
                    *wanted == number || capture.has_provider_id(text)
                }
                WantedId::Text(text) if capture.has_provider_id(text) => true,
                WantedId::Text(text) => begins(text, capture.captured.id.as_deref(), begun)?,
            };
        }
        Ok(wanted)
    }

    fn keep(&self, capture: RecognisedCapture<'c>, place: CapturePlace) -> SelectedCapture<'c> {
        let mut captured = capture.captured;
        let lost = captured
            .headers
            .iter()
            .filter(|header| header.value.is_none());
        SelectedCapture {
            place,
            manifest: capture.manifest,
            event: capture.event,
            received_at: captured.received_at.as_deref().and_then(milliseconds),
            lost_headers: lost.map(|header| header.name.clone()).collect(),
            without_headers: captured.headers.is_empty(),
            unpacked: captured.unpacked,
            masked: captured.masked,
            body: std::mem::take(&mut captured.body),
            step: self.step(captured),
        }
    }

    fn step(&self, captured: Captured) -> CapturedStep {
        let connection = captured
            .headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case("Connection"));
        let hop = HopByHop::new(
            connection.filter_map(|header| header.value.as_deref()),
            &self.signing_headers,
        );
        let mut headers = Vec::new();
        for header in captured.headers {
            // A header that cannot be sent was never received: the file was written by hand.
            let Some(header) = header
                .value
                .and_then(|value| Header::exact(&header.name, &value).ok())
            else {
                continue;
            };
            if !hop.contains(&header.name) {
                headers.push(self.redactor.over(header));
            }
        }
        let encoding = headers
            .iter()
            .find(|header| header.is("Content-Encoding"))
            .cloned();
        CapturedStep {
            id: captured.id,
            method: captured.method,
            path: captured.target,
            encoding,
            verdict: captured
                .signature
                .and_then(|signature| SignatureVerdict::named(&signature.verdict)),
            headers: self.as_captured.then(|| PackedHeaders::new(&headers)),
            pause: Duration::ZERO,
        }
    }
}

impl CaptureSink for Selection<'_, '_> {
    fn take(&mut self, found: FoundCapture<'_>) -> Result<(), Error> {
        self.offer(found)
    }

    fn skipped(&mut self, words: String) {
        self.skipped.push(words);
    }
}

impl SelectedCapture<'_> {
    /// The memory that it takes, in bytes.
    fn size(&self) -> usize {
        size_of::<Self>()
            + self.body.len()
            + self.step.headers.as_ref().map_or(0, PackedHeaders::len)
    }
}

impl<'c> RecognisedCapture<'c> {
    /// The event is the one that the capture names, else the one that its body is recognised as.
    fn new(catalogue: &'c Catalogue, captured: Captured, unpack: Unpack) -> Self {
        // A longer body is sent all the same, but not searched.
        const MOST: usize = 16 * 1024 * 1024;
        let encoding = captured
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case("Content-Encoding"));
        let encoding = encoding.and_then(|header| header.value.as_deref());
        let unpacked =
            encoding.and_then(|encoding| unpack(encoding.as_bytes(), &captured.body, MOST));
        let named = captured
            .event
            .as_deref()
            .and_then(|name| catalogue.event(name).ok());
        let (manifest, event) = match named {
            Some(entry) => (Some(&entry.provider.manifest), Some(entry.name())),
            None => recognise(catalogue, unpacked.as_deref().unwrap_or(&captured.body)),
        };
        Self {
            captured,
            manifest,
            event,
            unpacked,
        }
    }

    fn has_provider_id(&self, id: &str) -> bool {
        // Shorter ones are numbers of deliveries.
        id.len() >= WantedId::SHORTEST && self.provider_ids().any(|known| known == id)
    }

    /// Whether its signature was found invalid or missing when it was recorded.
    fn is_not_genuine(&self) -> bool {
        let recorded = self.captured.signature.as_ref();
        recorded
            .and_then(|signature| SignatureVerdict::named(&signature.verdict))
            .is_some_and(|verdict| !verdict.is_acceptable())
    }

    /// The ids in the body: the delivery's, and that of the object it is about.
    fn provider_ids(&self) -> impl Iterator<Item = &str> {
        let body = self.unpacked.as_ref().unwrap_or(&self.captured.body);
        let start = body
            .iter()
            .position(|byte| *byte == b'{')
            .unwrap_or(body.len());
        let history = self.manifest.map(|manifest| &manifest.history);
        let pointers = history
            .into_iter()
            .flat_map(|history| history.delivery.iter().chain(&history.object));
        pointers.filter_map(move |pointer| {
            let value = std::str::from_utf8(&body[lookup(body, start, pointer)?]).ok()?;
            Some(value.trim_matches('"'))
        })
    }

    fn was_accepted(&self) -> bool {
        let expectation = Expectation::of_provider(self.manifest);
        self.captured
            .status
            .is_some_and(|status| expectation.accepts(status))
    }
}

/// Whether forgeries are sent: as they came, unsigned, or because they or the scheme were named.
fn with_forgeries(options: &SelectionOptions, scheme: &SchemeChoice) -> bool {
    let named = !options.ids.is_empty() && !options.failed;
    named || *scheme != SchemeChoice::Own
}

/// A moment in milliseconds since 1970.
fn milliseconds(text: &str) -> Option<i64> {
    let (moment, _) = parse_time(text.as_bytes()).ok()?;
    Some(moment.seconds * 1_000 + i64::from(moment.nanoseconds) / 1_000_000)
}
