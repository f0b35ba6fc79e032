//! Makes a batch from captures: each becomes a step, sent by the provider that it came from.

use super::Setup;
use super::batch::{Batch, Clock, Content, Step};
use super::capture_selection::SelectedCapture;
use super::captured::CapturedStep;
use super::options::SenderOptions;
use super::sender::Sender;
use crate::body::Seed;
use crate::error::Error;
use crate::scheme_choice::SchemeChoice;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How fast captures follow each other.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Speed {
    /// That many times faster than they were received.
    Times(f64),
    /// Each as soon as the one before was answered.
    Max,
}

/// A step for each capture, in their order.
pub(crate) fn replayed<'c>(
    setup: Setup<'_, 'c>,
    captures: impl IntoIterator<Item = SelectedCapture<'c>>,
    speed: Speed,
    options: &SenderOptions,
    seed: Seed,
    now: SystemTime,
) -> Result<Batch<'c>, Error> {
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
    };
    let mut before = None;
    for (number, capture) in (1..).zip(captures) {
        let manifest = capture.manifest.or(forced);
        if manifest.is_none() && needs_provider {
            return Err(Error::Usage {
                what: format!(
                    "cannot tell which provider delivery {number} belongs to, so cannot sign it"
                ),
                hint:
                    "give --scheme, send it with --as-captured, or select other deliveries with --only"
                        .to_owned(),
            });
        }
        let known = batch
            .senders
            .iter()
            .position(|sender| sender.is_of(manifest));
        let sender = match known {
            Some(index) => index,
            None => {
                batch.senders.push(Sender::new(setup, manifest, options)?);
                batch.senders.len() - 1
            }
        };
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
    Ok(batch)
}

/// The pause between two captures that were received at those milliseconds.
fn pause(before: Option<i64>, now: Option<i64>, speed: Speed) -> Duration {
    let (Some(before), Some(now), Speed::Times(times)) = (before, now, speed) else {
        return Duration::ZERO;
    };
    let real = Duration::from_millis(u64::try_from(now - before).unwrap_or_default());
    // Longer than any run, and short enough to add to the present moment.
    const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);
    Duration::try_from_secs_f64(real.as_secs_f64() / times)
        .map_or(LONGEST, |pause| pause.min(LONGEST))
}
