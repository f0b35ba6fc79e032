//! Makes a batch from captures: each becomes a step, sent by the provider that it came from.

use super::Setup;
use super::batch::{Batch, Clock, Content, Step};
use super::capture_selection::{CapturePlace, SelectedCapture};
use super::captured::CapturedStep;
use super::options::SenderOptions;
use super::sender::Sender;
use crate::body::Seed;
use crate::catalogue::manifest::Manifest;
use crate::error::Error;
use crate::scheme_choice::SchemeChoice;
use crate::time::LONGEST_TIME;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How fast captures follow each other.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Speed {
    /// That many times faster than they were received.
    Times(f64),
    /// Each as soon as the one before was answered.
    Max,
}

/// A step for each capture, in their order; and those that cannot be signed, because it is not known who sends them.
pub(crate) fn replayed<'c>(
    setup: Setup<'_, 'c>,
    captures: impl IntoIterator<Item = SelectedCapture<'c>>,
    speed: Speed,
    options: &SenderOptions,
    seed: Seed,
    now: SystemTime,
) -> Result<(Batch<'c>, Vec<CapturePlace>), Error> {
    let forced = match &options.scheme {
        SchemeChoice::Of(name) => Some(&setup.catalogue.provider(name)?.manifest),
        SchemeChoice::Own | SchemeChoice::Unsigned | SchemeChoice::Captured => None,
    };
    let needs_provider = matches!(options.scheme, SchemeChoice::Own | SchemeChoice::Of(_));
    let now = now
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    let mut batch = Batch {
        senders: Vec::new(),
        steps: Vec::new(),
        clock: Clock::at(i64::try_from(now).unwrap_or_default()),
        seed,
        given_seed: None,
        scenario: None,
        notes: Vec::new(),
        skipped: 0,
        goes_on: false,
    };
    let mut unknown = Vec::new();
    let mut before = None;
    for capture in captures {
        let manifest = capture.manifest.or(forced);
        if manifest.is_none() && needs_provider {
            unknown.push(capture.place);
            continue;
        }
        let sender = sender_of(manifest, &mut batch.senders, setup, options)?;
        let captured = CapturedStep {
            pause: pause(before, capture.received_at, speed),
            ..capture.step
        };
        before = capture.received_at.or(before);
        batch.steps.push(Step {
            event: capture.event,
            content: Content::Bytes(capture.body),
            sender,
            captured: Some(captured),
        });
    }
    if batch.steps.is_empty() {
        return Err(unsendable(&unknown));
    }
    batch.skipped = unknown.len();
    batch.notes.extend(signed_now(&batch));
    Ok((batch, unknown))
}

/// The index of the sender for a provider, which is made where there is none yet.
fn sender_of<'c>(
    manifest: Option<&'c Manifest>,
    senders: &mut Vec<Sender<'c>>,
    setup: Setup<'_, 'c>,
    options: &SenderOptions,
) -> Result<usize, Error> {
    if let Some(known) = senders.iter().position(|sender| sender.is_of(manifest)) {
        return Ok(known);
    }
    senders.push(Sender::new(setup, manifest, options)?);
    Ok(senders.len() - 1)
}

/// Why not even one delivery can be sent.
fn unsendable(unknown: &[CapturePlace]) -> Error {
    let first = unknown.iter().find(|place| place.not_json.is_some());
    if let Some(name) = first.and_then(|place| place.not_json.as_deref()) {
        return Error::not_recorded(name);
    }
    Error::Usage {
        what: match unknown.len() {
            1 => format!(
                "cannot tell which provider {} belongs to, so cannot sign it",
                listed(unknown)
            ),
            _ => format!(
                "cannot tell which provider {} belong to, so cannot sign them",
                listed(unknown)
            ),
        },
        hint: "give --scheme, or send the captured bytes with --as-captured".to_owned(),
    }
}

/// That forgeries are sent as genuine deliveries; nothing where there are none.
fn signed_now(batch: &Batch<'_>) -> Option<String> {
    let is_signed = |step: &&Step| {
        let sender = batch.sender(step);
        sender.signature.signed().is_some() && !sender.is_overridden()
    };
    let not_genuine = |step: &&Step| {
        let verdict = step.captured.as_ref().and_then(|captured| captured.verdict);
        verdict.is_some_and(|verdict| !verdict.is_acceptable())
    };
    let steps = batch.steps.iter().filter(is_signed);
    let (which, them, they) = match steps.filter(not_genuine).count() {
        0 => return None,
        1 => ("1 delivery was".to_owned(), "it is", "it as it was"),
        count => (
            format!("{count} deliveries were"),
            "they are",
            "them as they were",
        ),
    };
    Some(format!(
        "{which} not genuinely signed when captured; {them} signed now with your secret, --as-captured sends {they}"
    ))
}

/// What is said of deliveries that are left out; nothing where there are none.
pub(crate) fn skipped_words(unknown: &[CapturePlace]) -> Option<String> {
    (!unknown.is_empty()).then(|| {
        format!(
            "skipping {}: not signed, because the provider is unknown; give --scheme, or send the captured bytes with \
             --as-captured",
            listed(unknown)
        )
    })
}

/// `delivery 3`, or `2 deliveries (3, 7)`.
fn listed(unknown: &[CapturePlace]) -> String {
    // More numbers are not read.
    const SHOWN: usize = 5;
    let numbers = unknown.iter().take(SHOWN);
    let mut numbers: Vec<String> = numbers.map(|place| place.number.to_string()).collect();
    if unknown.len() > SHOWN {
        numbers.push("…".to_owned());
    }
    let numbers = numbers.join(", ");
    match unknown.len() {
        1 => format!("delivery {numbers}"),
        count => format!("{count} deliveries ({numbers})"),
    }
}

/// The pause between two captures that were received at those milliseconds.
fn pause(before: Option<i64>, now: Option<i64>, speed: Speed) -> Duration {
    let (Some(before), Some(now), Speed::Times(times)) = (before, now, speed) else {
        return Duration::ZERO;
    };
    let real = Duration::from_millis(u64::try_from(now - before).unwrap_or_default());
    Duration::try_from_secs_f64(real.as_secs_f64() / times)
        .map_or(LONGEST_TIME, |pause| pause.min(LONGEST_TIME))
}
