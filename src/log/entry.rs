//! What the log says about a recorded delivery: what was found on arrival, and what was not recorded is found now.

use super::orders::{OrderReaders, objects};
use crate::body::OrderView;
use crate::capture::Captured;
use crate::capture::reader::{CaptureKind, FoundCapture};
use crate::catalogue::Catalogue;
use crate::http::{Header, unpacked};
use crate::inbound::history::{Earlier, History};
use crate::lint::{Levels, LintedBody, Linter, Scratch, Severity};
use crate::outbound::Expectation;
use crate::redact::STARS;
use crate::report::{
    Change, LoggedAnswer, LoggedDelivery, LoggedMarks, SentOrder, WholeDelivery, WhyNotValid,
};
use crate::rules::Rule;
use crate::signature::SignatureVerdict;
use crate::signature::diagnose::Reason;
use crate::time::parse_time;
use crate::time::zone::LocalZone;
use crate::verifying::Verifier;
use std::borrow::Cow;
use std::time::UNIX_EPOCH;

/// The largest body that is decompressed.
const MOST_UNPACKED: usize = 16 << 20;
/// The most bodies of a list that are linted: no provider sends lists.
const MOST_BODIES: usize = 100;

/// Makes entries of recorded deliveries.
pub(crate) struct EntryReader {
    catalogue: &'static Catalogue,
    linter: Linter<'static>,
    scratch: Scratch,
    pub(super) verifier: Verifier,
    zone: LocalZone,
    history: History,
    orders: OrderReaders,
    /// How many deliveries there were.
    number: u64,
}

/// A recorded delivery in the log.
pub(super) struct LogEntry<'f> {
    pub(super) line: LoggedDelivery<'f>,
    /// The names of its order, the merchant's own first.
    pub(super) names: Vec<String>,
    /// The second at which it was received.
    pub(super) second: Option<i64>,
    /// The body, decompressed; secrets are still in it.
    pub(super) text: Cow<'f, [u8]>,
    bodies: Vec<LintedBody<'static>>,
    /// Its answer was not accepted, or there was none.
    pub(super) failed: bool,
    /// The key that its signature was verified with now.
    pub(super) key: Option<usize>,
    catalogue: &'static Catalogue,
}

impl LogEntry<'_> {
    /// The provider and the ids of the object that it is about.
    pub(super) fn objects(&self) -> Vec<(&'static str, String)> {
        objects(self.catalogue, self.line.provider, &self.text)
    }

    /// Whether its body has a finding of one of these rules.
    pub(super) fn has_finding(&self, rules: &[Rule]) -> bool {
        let mut findings = self.bodies.iter().flat_map(|body| &body.findings);
        findings.any(|finding| rules.contains(&finding.rule))
    }
}

impl EntryReader {
    pub(crate) fn new(
        catalogue: &'static Catalogue,
        levels: Levels,
        verifier: Verifier,
        zone: LocalZone,
    ) -> Self {
        Self {
            catalogue,
            orders: OrderReaders::default(),
            linter: Linter::new(catalogue.providers(), levels).at_most(MOST_BODIES),
            scratch: Scratch::default(),
            verifier,
            zone,
            history: History::new(catalogue),
            number: 0,
        }
    }

    /// The next delivery.
    pub(super) fn entry<'f>(&mut self, found: &'f FoundCapture<'_>) -> LogEntry<'f> {
        self.number += 1;
        let mut entry = self.alone(found);
        entry.line.marks = self.marks(found, entry.bodies.first(), &entry.text);
        entry
    }

    /// Forgets what it has read, to read a file again from its start.
    pub(crate) fn start_over(&mut self) {
        self.history = History::new(self.catalogue);
        self.number = 0;
    }

    /// The line of the next delivery.
    pub(crate) fn line<'f>(&mut self, found: &'f FoundCapture<'_>) -> LoggedDelivery<'f> {
        self.entry(found).line
    }

    /// All of a delivery that was read before. It has no marks: what came before it is not known any more.
    pub(crate) fn again<T>(
        &mut self,
        found: &FoundCapture<'_>,
        show: impl FnOnce(&WholeDelivery<'_>) -> T,
    ) -> T {
        let mut entry = self.alone(found);
        show(&self.whole(found, &mut entry))
    }

    /// A delivery, whatever came before it.
    fn alone<'f>(&mut self, found: &'f FoundCapture<'_>) -> LogEntry<'f> {
        let captured = &found.captured;
        let text = decompressed(captured);
        let mut bodies = Vec::with_capacity(1);
        self.linter.lint(&text, &mut self.scratch, &mut |body| {
            bodies.push(body);
        });
        let (provider, event) = self.recognise(captured, bodies.first());
        let order = self.orders.read(self.catalogue, provider, &text);
        let second = captured.received_at.as_deref().and_then(second);
        let mut entry = LogEntry {
            line: LoggedDelivery {
                number: self.number,
                source: found.source,
                record: found.record,
                id: captured.id.clone(),
                received_at: captured.received_at.clone(),
                clock: second.map(|second| self.zone.at(second).clock().to_owned()),
                provider,
                event,
                order: self.without_secrets(&order),
                signature: SignatureVerdict::Unchecked,
                scheme: None,
                reason: None,
                errors: captured
                    .errors
                    .unwrap_or_else(|| count(&bodies, Severity::Error)),
                warnings: count(&bodies, Severity::Warning),
                warned: warned(&bodies),
                answer: answer(captured),
                marks: LoggedMarks::default(),
            },
            failed: self.has_failed(captured, provider),
            names: order.names,
            second,
            text,
            bodies,
            key: None,
            catalogue: self.catalogue,
        };
        self.add_signature(found, &mut entry);
        entry
    }

    /// How it relates to earlier deliveries. A body alone is no delivery.
    fn marks(
        &mut self,
        found: &FoundCapture<'_>,
        body: Option<&LintedBody<'static>>,
        text: &[u8],
    ) -> LoggedMarks {
        if found.kind != CaptureKind::Recorded {
            return LoggedMarks::default();
        }
        let this = Earlier {
            number: self.number,
            at: UNIX_EPOCH,
        };
        let marks = self.history.note(this, body, text, None);
        LoggedMarks {
            duplicate_of: marks.duplicate_of.map(|first| first.number),
            same_id_as: marks.same_id_as.map(|first| first.number),
            out_of_order: marks.out_of_order,
            after_end: marks.after_end,
        }
    }

    /// The verdict that was recorded, else the one that is found now.
    fn add_signature(&mut self, found: &FoundCapture<'_>, entry: &mut LogEntry<'_>) {
        let line = &mut entry.line;
        if let Some(recorded) = &found.captured.signature {
            line.signature =
                SignatureVerdict::named(&recorded.verdict).unwrap_or(SignatureVerdict::Unchecked);
            line.scheme.clone_from(&recorded.scheme);
            line.reason.clone_from(&recorded.reason);
        } else if found.kind != CaptureKind::Body {
            let (verified, key) = self.verifier.verify(found);
            line.signature = verified.verdict;
            line.scheme = verified.scheme.map(str::to_owned);
            line.reason = verified.why.map(|why| why.reason.to_owned());
            entry.key = key;
        }
    }

    /// All of a delivery, with its signature verified again.
    pub(super) fn whole<'e>(
        &mut self,
        found: &'e FoundCapture<'_>,
        entry: &'e mut LogEntry<'_>,
    ) -> WholeDelivery<'e> {
        let (mut verified, key) = self.verifier.verify(found);
        let was_valid =
            found.captured.signature.is_some() && entry.line.signature == SignatureVerdict::Valid;
        if let Some(why) = &mut verified.why {
            in_own_words(why, was_valid);
        }
        entry.key = key;
        let entry: &'e LogEntry<'_> = entry;
        let redactor = self.verifier.redactor();
        let captured = &found.captured;
        let header = |header: &crate::capture::CapturedHeader| {
            redactor.over(Header {
                name: header.name.clone(),
                value: header.value.clone().unwrap_or_else(|| STARS.to_owned()),
                secret: None,
            })
        };
        let mut whole = WholeDelivery {
            line: &entry.line,
            day: entry.second.map(|second| self.day(second)),
            method: captured.method.as_deref().unwrap_or("POST"),
            target: captured
                .target
                .as_deref()
                .map(|target| redactor.text(target)),
            headers: captured.headers.iter().map(header).collect(),
            remote: captured.remote.as_deref(),
            text: Cow::Borrowed(&entry.text),
            bodies: Cow::Borrowed(&entry.bodies),
            verified,
        };
        if let Some(redacted) = redactor.body(&entry.text) {
            whole.bodies = Cow::Owned(redactor.found(&entry.bodies, &redacted));
            whole.text = Cow::Owned(redacted.text);
        }
        whole
    }

    /// The body of an entry without secrets.
    pub(super) fn text(&self, entry: &LogEntry<'_>) -> Vec<u8> {
        let redacted = self.verifier.redactor().body(&entry.text);
        redacted.map_or_else(|| entry.text.to_vec(), |redacted| redacted.text)
    }

    /// The day of a second, with the zone.
    pub(super) fn day(&self, second: i64) -> String {
        self.zone.at(second).day()
    }

    fn recognise(
        &self,
        captured: &Captured,
        found: Option<&LintedBody<'static>>,
    ) -> (Option<&'static str>, Option<String>) {
        let named = captured.event.as_deref();
        if let Some(entry) = named.and_then(|name| self.catalogue.event(name).ok()) {
            return (Some(&entry.provider.manifest.name), Some(entry.name()));
        }
        let provider = found.and_then(|found| found.provider);
        let event = found.and_then(|found| Some(format!("{}/{}", found.provider?, found.event?)));
        (provider, event)
    }

    /// Whether the answer is one that the provider does not accept, or there was none.
    fn has_failed(&self, captured: &Captured, provider: Option<&str>) -> bool {
        let known = provider.and_then(|name| self.catalogue.provider(name).ok());
        let expectation = Expectation::of_provider(known.map(|known| &known.manifest));
        answer(captured).is_some_and(|answer| match answer {
            LoggedAnswer::Status(status, _) => !expectation.accepts(status),
            LoggedAnswer::Nothing(_) => true,
        })
    }

    /// Whether a change is one of the event, the status or an amount.
    pub(super) fn tells(&self, provider: Option<&str>, change: &Change) -> bool {
        let known = provider.and_then(|name| self.catalogue.provider(name).ok());
        let Some(manifest) = known.map(|known| &known.manifest) else {
            return false;
        };
        let values = [&change.before, &change.now].into_iter().flatten();
        let mut words = values.map(|value| value.trim_matches('"'));
        let names_event = words.any(|word| {
            let mut events = manifest.events.iter();
            events.any(|event| *event.kind == *word || *event.name == *word)
        });
        let envelope = manifest.envelope.as_ref();
        let bare = envelope.map_or("", |envelope| &envelope.value.bare);
        let facts = manifest.payment.as_ref();
        names_event
            || facts.is_some_and(|facts| {
                let full = format!("{bare}{}", change.pointer);
                facts.is_state(&change.pointer) || facts.is_state(&full)
            })
    }

    /// What is shown of an order.
    fn without_secrets(&self, order: &OrderView) -> SentOrder {
        SentOrder::of(order).map(|text| self.verifier.redactor().text(text).into_owned())
    }
}

/// What `verify` says of a signature, as it is meant here.
fn in_own_words(why: &mut WhyNotValid, was_valid: bool) {
    why.fix = why.fix.replace("--provider", "--scheme");
    if was_valid && why.reason == Reason::Unexplained.name() {
        why.explanation =
            "it was valid on arrival, so the secret here is another one than the listener had"
                .to_owned();
        why.fix = "give that secret with --secret-file, or configure it".to_owned();
    }
}

/// The text of a body.
pub(crate) fn decompressed(captured: &Captured) -> Cow<'_, [u8]> {
    let encoding = captured
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("Content-Encoding"));
    encoding
        .and_then(|header| header.value.as_deref())
        .and_then(|encoding| unpacked(encoding.as_bytes(), &captured.body, MOST_UNPACKED))
        .map_or(Cow::Borrowed(&*captured.body), Cow::Owned)
}

fn count(bodies: &[LintedBody<'_>], severity: Severity) -> u64 {
    bodies.iter().map(|body| body.count(severity)).sum()
}

/// The rules of the warnings, each once.
fn warned(bodies: &[LintedBody<'_>]) -> Vec<Rule> {
    let mut rules = Vec::new();
    let findings = bodies.iter().flat_map(|body| &body.findings);
    for finding in findings.filter(|finding| finding.severity == Severity::Warning) {
        if !rules.contains(&finding.rule) {
            rules.push(finding.rule);
        }
    }
    rules
}

fn second(text: &str) -> Option<i64> {
    let (moment, _) = parse_time(text.as_bytes()).ok()?;
    Some(moment.seconds)
}

/// Only `listen` records that there was no answer.
fn answer(captured: &Captured) -> Option<LoggedAnswer> {
    match captured.status {
        Some(status) => Some(LoggedAnswer::Status(status, captured.unanswered.clone())),
        None if captured.id.is_some() => Some(LoggedAnswer::Nothing(captured.unanswered.clone())),
        None => None,
    }
}
