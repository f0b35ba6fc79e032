//! `replay`: sends captured deliveries again, signed afresh or byte for byte as they were captured.
//!
//! This file reads and chooses; how deliveries then travel, and what is said of them, is what `send` does, too.

mod sources;

use super::examine::unpacked;
use super::headers::Veil;
use super::pattern::Patterns;
use super::send::{
    CapturedStep, Clock, Consignment, Content, DeliverOptions, SchemeChoice, Sender, Step, deliver, recognise,
};
use super::{Context, Outcome};
use crate::body::Seed;
use crate::catalogue::Catalogue;
use crate::catalogue::manifest::Manifest;
use crate::delivery::{Captured, Header, Hop};
use crate::error::Error;
use crate::json::lookup;
use crate::time::parse_time;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

/// What `replay` was asked to do.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) paths: Vec<PathBuf>,
    /// Bytes and headers as they were captured.
    pub(crate) as_captured: bool,
    pub(crate) selection: Selection,
    pub(crate) speed: Speed,
    pub(crate) deliver: DeliverOptions,
}

/// Which captures are sent.
#[derive(Debug)]
pub(crate) struct Selection {
    /// Patterns of events.
    pub(crate) only: Vec<String>,
    /// How ids begin.
    pub(crate) ids: Vec<String>,
    /// Those that were not accepted.
    pub(crate) failed: bool,
    /// So many of what is left, from the end.
    pub(crate) last: Option<usize>,
}

/// How fast captures follow each other.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Speed {
    /// So many times faster than they came.
    Times(f64),
    /// Each as soon as the one before was answered.
    Max,
}

/// A capture, and what is known of it.
struct Known {
    captured: Captured,
    manifest: Option<&'static Manifest>,
    /// The canonical name of its event.
    event: Option<String>,
    /// What the body says, where it is compressed.
    unpacked: Option<Vec<u8>>,
}

/// Reads, chooses and sends.
pub(crate) fn run(context: &mut Context<'_>, options: &Options) -> Result<Outcome, Error> {
    let (captures, broken) = sources::read(&options.paths, &mut *context.world.stdin)?;
    for words in &broken {
        context.note(words);
    }
    let found = captures.len();
    let chosen = options.selection.choose(captures.into_iter().map(|captured| known(context.catalogue, captured)));
    if chosen.is_empty() {
        return Err(Error::Usage {
            what: match found {
                0 => "there is no delivery to send again".to_owned(),
                1 => "the one delivery there is was not chosen".to_owned(),
                found => format!("none of the {found} deliveries was chosen"),
            },
            hint: "--only, --id, --failed and --last choose; without them all are sent".to_owned(),
        });
    }
    if chosen.iter().any(|known| known.captured.masked) {
        context.note(
            "in some, stars stand in place of a secret, so that they are not what came; `listen --keep-secrets` keeps it",
        );
    }
    if options.as_captured {
        say_lost(context, &chosen);
    }
    let now = (context.world.now)().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let clock = Clock::at(i64::try_from(now).unwrap_or_default());
    let consignment = Consignment { clock, ..consignment(context.catalogue, chosen, options)? };
    let seed = Seed((context.world.entropy)());
    deliver(context, consignment, &options.deliver, seed)
}

/// Finds out whose a capture is: as was found when it came, else as is found now.
fn known(catalogue: &'static Catalogue, captured: Captured) -> Known {
    // A longer one is sent all the same; only nobody looks into it.
    const MOST: usize = 16 * 1024 * 1024;
    let encoding = captured.headers.iter().find(|header| header.name.eq_ignore_ascii_case("Content-Encoding"));
    let encoding = encoding.and_then(|header| header.value.as_deref());
    let unpacked = encoding.and_then(|encoding| unpacked(encoding.as_bytes(), &captured.body, MOST));
    let told = captured.event.as_deref().and_then(|name| catalogue.event(name).ok());
    let (manifest, event) = match told {
        Some(entry) => (Some(&entry.provider.manifest), Some(entry.name())),
        None => recognise(catalogue, unpacked.as_deref().unwrap_or(&captured.body)),
    };
    Known { captured, manifest, event, unpacked }
}

impl Selection {
    fn choose(&self, all: impl Iterator<Item = Known>) -> Vec<Known> {
        let only = Patterns::new(&self.only);
        let named = |known: &Known| only.fit(known.event.as_deref().and_then(|name| name.split_once('/')));
        let identified = |known: &Known| self.ids.is_empty() || self.ids.iter().any(|id| known.has_id(id));
        let failed = |known: &Known| !self.failed || !known.was_accepted();
        let mut chosen: Vec<Known> = all.filter(|known| named(known) && identified(known) && failed(known)).collect();
        if let Some(last) = self.last {
            chosen.drain(..chosen.len().saturating_sub(last));
        }
        chosen
    }
}

impl Known {
    /// Whether the capture's id begins so, or the provider's id is that.
    fn has_id(&self, id: &str) -> bool {
        let own = self.captured.id.as_deref().is_some_and(|own| own.starts_with(id));
        own || self.provider_ids().any(|known| known == id)
    }

    /// The ids that the body names: the delivery's, and that of what it is about.
    fn provider_ids(&self) -> impl Iterator<Item = &str> {
        let body = self.unpacked.as_ref().unwrap_or(&self.captured.body);
        let start = body.iter().position(|byte| *byte == b'{').unwrap_or(body.len());
        let history = self.manifest.map(|manifest| &manifest.history);
        let pointers = history.into_iter().flat_map(|history| history.delivery.iter().chain(&history.object));
        pointers.filter_map(move |pointer| {
            let value = std::str::from_utf8(&body[lookup(body, start, pointer)?]).ok()?;
            Some(value.trim_matches('"'))
        })
    }

    fn was_accepted(&self) -> bool {
        let sender = Sender { manifest: self.manifest };
        self.captured.status.is_some_and(|status| sender.success().contains(&status))
    }
}

/// Says what cannot be sent as it came.
fn say_lost(context: &mut Context<'_>, chosen: &[Known]) {
    let mut names: Vec<&str> = Vec::new();
    for header in chosen.iter().flat_map(|known| &known.captured.headers) {
        if header.value.is_none() && !names.contains(&header.name.as_str()) {
            names.push(&header.name);
        }
    }
    if !names.is_empty() {
        context.note(&format!(
            "{} was kept as a fingerprint and is left out; `listen --keep-secrets` keeps such headers",
            names.join(", ")
        ));
    }
    if chosen.iter().any(|known| known.captured.unpacked) {
        context.note(
            "some came compressed and were printed unpacked, so that these bytes are not signed; a journal keeps them",
        );
    }
    if chosen.iter().any(|known| known.captured.headers.is_empty()) {
        context.note("some were captured without headers, so that nothing signs them; leave out --as-captured to sign");
    }
}

/// What is sent: a step for each capture, and whoever sends them.
fn consignment(
    catalogue: &'static Catalogue,
    chosen: Vec<Known>,
    options: &Options,
) -> Result<Consignment<'static>, Error> {
    let scheme = match &options.deliver.sign.scheme {
        SchemeChoice::Of(name) => Some(&catalogue.provider(name)?.manifest),
        SchemeChoice::Own | SchemeChoice::Unsigned | SchemeChoice::Captured => None,
    };
    // Which secrets these were signed with nobody knows any more.
    let veil = Veil::new(catalogue, []);
    let mut senders: Vec<Sender<'static>> = Vec::new();
    let mut steps = Vec::new();
    let mut before = None;
    for (number, Known { captured, manifest, event, .. }) in (1..).zip(chosen) {
        let manifest = manifest.or(scheme);
        let unsigned = !matches!(options.deliver.sign.scheme, SchemeChoice::Own | SchemeChoice::Of(_));
        if manifest.is_none() && !unsigned {
            return Err(Error::Usage {
                what: format!("nobody can tell whose body delivery {number} has, so not how to sign it"),
                hint: "say how with --scheme, send it with --as-captured, or choose others with --only".to_owned(),
            });
        }
        let name = |manifest: Option<&Manifest>| manifest.map(|manifest| manifest.name.clone());
        let sender = senders.iter().position(|known| name(known.manifest) == name(manifest)).unwrap_or_else(|| {
            senders.push(Sender { manifest });
            senders.len() - 1
        });
        let came = captured.received_at.as_deref().and_then(milliseconds);
        let pause = pause(before, came, options.speed);
        before = came.or(before);
        let content = Content::Bytes(captured.body.clone());
        let captured = Some(step(captured, options.as_captured, pause, &veil));
        steps.push(Step { event, content, sender, captured });
    }
    Ok(Consignment { senders, steps, clock: Clock::default() })
}

fn step(captured: Captured, as_captured: bool, pause: Duration, veil: &Veil) -> CapturedStep {
    let connection = captured.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("Connection"));
    let hop = Hop::new(connection.filter_map(|header| header.value.as_deref()));
    let mut headers = Vec::new();
    for header in captured.headers {
        // What cannot be sent was never received: a file that somebody wrote himself.
        let Some(header) = header.value.and_then(|value| Header::exact(&header.name, &value).ok()) else { continue };
        if !hop.ends(&header.name) {
            headers.push(veil.over(header));
        }
    }
    let encoding = headers.iter().find(|header| header.is("Content-Encoding")).cloned();
    CapturedStep {
        id: captured.id,
        method: captured.method,
        path: captured.target,
        encoding,
        headers: as_captured.then_some(headers),
        pause,
    }
}

/// How long after the one before a delivery is sent.
fn pause(before: Option<i64>, now: Option<i64>, speed: Speed) -> Duration {
    let (Some(before), Some(now), Speed::Times(times)) = (before, now, speed) else { return Duration::ZERO };
    let real = Duration::from_millis(u64::try_from(now - before).unwrap_or_default());
    // Longer than any run; and moments that far ahead can be reckoned with.
    const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);
    Duration::try_from_secs_f64(real.as_secs_f64() / times).map_or(LONGEST, |pause| pause.min(LONGEST))
}

/// A moment in milliseconds since 1970.
fn milliseconds(text: &str) -> Option<i64> {
    let (moment, _) = parse_time(text.as_bytes()).ok()?;
    Some(moment.seconds * 1_000 + i64::from(moment.nanoseconds) / 1_000_000)
}
