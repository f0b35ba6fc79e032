//! `replay`: sends captured deliveries again, signed afresh or byte for byte as they were captured.
//!
//! This file reads and chooses; how deliveries then travel, and what is said of them, is what `send` does, too.

use super::{Context, Outcome};
use crate::body::Seed;
use crate::capture::Captured;
use crate::catalogue::Catalogue;
use crate::catalogue::manifest::Manifest;
use crate::catalogue::pattern::Patterns;
use crate::error::Error;
use crate::http::{Header, HopByHop};
use crate::inbound::inspector::unpacked;
use crate::json::lookup;
use crate::outbound::{
    CapturedStep, Clock, Consignment, Content, DeliverOptions, PackedHeaders, SchemeChoice, Sender,
    Step, deliver, recognise,
};
use crate::redact::headers::HeaderRedactor;
use crate::time::parse_time;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

/// What `replay` was asked to do.
#[derive(Debug)]
pub(crate) struct ReplayOptions {
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

/// More than this is not held in memory until it is sent.
const MOST_KEPT: usize = 1 << 30;

/// A capture that is sent, without what is not needed for that.
struct Kept {
    manifest: Option<&'static Manifest>,
    event: Option<String>,
    body: Vec<u8>,
    step: CapturedStep,
    /// When it came, in milliseconds since 1970.
    came: Option<i64>,
    /// Names of headers of which only a fingerprint was kept.
    lost: Vec<String>,
    /// It was captured without headers.
    bare: bool,
    unpacked: bool,
    /// Secrets in it were replaced when it was written down.
    masked: bool,
}

/// What was chosen so far.
struct Choice<'o> {
    options: &'o ReplayOptions,
    /// Over the headers that carry secrets; the secrets that signed the captures are not known any more.
    veil: HeaderRedactor,
    /// Headers that carry signatures, which no `Connection` header removes.
    signing: Vec<String>,
    only: Patterns,
    /// How many there were to choose from.
    found: usize,
    kept: VecDeque<Kept>,
    /// About as many bytes as they take.
    bytes: usize,
}

/// A capture, and what is known of it.
struct KnownCapture {
    captured: Captured,
    manifest: Option<&'static Manifest>,
    /// The canonical name of its event.
    event: Option<String>,
    /// What the body says, where it is compressed.
    unpacked: Option<Vec<u8>>,
}

/// Reads, chooses and sends.
pub(crate) fn run(context: &mut Context<'_>, options: &ReplayOptions) -> Result<Outcome, Error> {
    let catalogue = context.catalogue;
    let mut choice = Choice::new(options, catalogue);
    let broken = crate::capture::deliveries::read(
        &options.paths,
        &mut *context.world.stdin,
        &mut |captured| choice.offer(known(catalogue, captured)),
    )?;
    for words in &broken {
        context.note(words);
    }
    let Choice {
        found,
        kept: chosen,
        ..
    } = choice;
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
    if chosen.iter().any(|known| known.masked) {
        context.note(
            "in some, stars stand in place of a secret, so that they are not what came; `listen --keep-secrets` keeps it",
        );
    }
    if options.as_captured {
        say_lost(context, &chosen);
    }
    let now = (context.world.now)()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    let clock = Clock::at(i64::try_from(now).unwrap_or_default());
    let consignment = Consignment {
        clock,
        ..consignment(context.catalogue, chosen, options)?
    };
    let seed = Seed((context.world.entropy)());
    deliver(context, consignment, &options.deliver, seed)
}

/// Finds out whose a capture is: as was found when it came, else as is found now.
fn known(catalogue: &'static Catalogue, captured: Captured) -> KnownCapture {
    // A longer one is sent all the same; only nobody looks into it.
    const MOST: usize = 16 * 1024 * 1024;
    let encoding = captured
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("Content-Encoding"));
    let encoding = encoding.and_then(|header| header.value.as_deref());
    let unpacked =
        encoding.and_then(|encoding| unpacked(encoding.as_bytes(), &captured.body, MOST));
    let told = captured
        .event
        .as_deref()
        .and_then(|name| catalogue.event(name).ok());
    let (manifest, event) = match told {
        Some(entry) => (Some(&entry.provider.manifest), Some(entry.name())),
        None => recognise(catalogue, unpacked.as_deref().unwrap_or(&captured.body)),
    };
    KnownCapture {
        captured,
        manifest,
        event,
        unpacked,
    }
}

impl<'o> Choice<'o> {
    fn new(options: &'o ReplayOptions, catalogue: &Catalogue) -> Self {
        let only = Patterns::new(&options.selection.only);
        let (veil, signing) = (
            HeaderRedactor::new(catalogue, []),
            catalogue.signing_headers(),
        );
        Self {
            options,
            veil,
            signing,
            only,
            found: 0,
            kept: VecDeque::new(),
            bytes: 0,
        }
    }

    /// Keeps a capture if it fits.
    fn offer(&mut self, known: KnownCapture) -> Result<(), Error> {
        let Selection {
            ids, failed, last, ..
        } = &self.options.selection;
        self.found += 1;
        let named = self
            .only
            .fit(known.event.as_deref().and_then(|name| name.split_once('/')));
        let identified = ids.is_empty() || ids.iter().any(|id| known.has_id(id));
        if !named || !identified || (*failed && known.was_accepted()) {
            return Ok(());
        }
        let kept = known.kept(self.options.as_captured, &self.veil, &self.signing);
        self.bytes += kept.weight();
        self.kept.push_back(kept);
        if last.is_some_and(|last| self.kept.len() > last) {
            self.bytes -= self.kept.pop_front().map_or(0, |first| first.weight());
        }
        if self.bytes > MOST_KEPT {
            let what = format!(
                "the chosen deliveries have more than {} MiB together",
                MOST_KEPT >> 20
            );
            return Err(Error::Usage {
                what,
                hint: "choose fewer with --only, --id, --failed or --last".to_owned(),
            });
        }
        Ok(())
    }
}

impl Kept {
    fn weight(&self) -> usize {
        size_of::<Self>()
            + self.body.len()
            + self.step.headers.as_ref().map_or(0, PackedHeaders::len)
    }
}

impl KnownCapture {
    /// Whether the capture's id begins so, or the provider's id is that.
    fn has_id(&self, id: &str) -> bool {
        let own = self
            .captured
            .id
            .as_deref()
            .is_some_and(|own| own.starts_with(id));
        own || self.provider_ids().any(|known| known == id)
    }

    /// The ids that the body names: the delivery's, and that of what it is about.
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

    /// What of it is needed to send it.
    fn kept(self, as_captured: bool, veil: &HeaderRedactor, signing: &[String]) -> Kept {
        let Self {
            mut captured,
            manifest,
            event,
            ..
        } = self;
        let lost = captured
            .headers
            .iter()
            .filter(|header| header.value.is_none());
        Kept {
            manifest,
            event,
            came: captured.received_at.as_deref().and_then(milliseconds),
            lost: lost.map(|header| header.name.clone()).collect(),
            bare: captured.headers.is_empty(),
            unpacked: captured.unpacked,
            masked: captured.masked,
            body: std::mem::take(&mut captured.body),
            step: step(captured, as_captured, veil, signing),
        }
    }

    fn was_accepted(&self) -> bool {
        let sender = Sender {
            manifest: self.manifest,
        };
        self.captured
            .status
            .is_some_and(|status| sender.success().contains(&status))
    }
}

/// Says what cannot be sent as it came.
fn say_lost(context: &mut Context<'_>, chosen: &VecDeque<Kept>) {
    let mut names: Vec<&str> = Vec::new();
    for name in chosen.iter().flat_map(|kept| &kept.lost) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    if !names.is_empty() {
        context.note(&format!(
            "{} was kept as a fingerprint and is left out; `listen --keep-secrets` keeps such headers",
            names.join(", ")
        ));
    }
    if chosen.iter().any(|kept| kept.unpacked) {
        context.note(
            "some came compressed and were printed unpacked, so that these bytes are not signed; a journal keeps them",
        );
    }
    if chosen.iter().any(|kept| kept.bare) {
        context.note("some were captured without headers, so that nothing signs them; leave out --as-captured to sign");
    }
}

/// What is sent: a step for each capture, and whoever sends them.
fn consignment(
    catalogue: &'static Catalogue,
    chosen: VecDeque<Kept>,
    options: &ReplayOptions,
) -> Result<Consignment<'static>, Error> {
    let scheme = match &options.deliver.sign.scheme {
        SchemeChoice::Of(name) => Some(&catalogue.provider(name)?.manifest),
        SchemeChoice::Own | SchemeChoice::Unsigned | SchemeChoice::Captured => None,
    };
    let mut senders: Vec<Sender<'static>> = Vec::new();
    let mut steps = Vec::new();
    let mut before = None;
    for (
        number,
        Kept {
            manifest,
            event,
            body,
            step,
            came,
            ..
        },
    ) in (1..).zip(chosen)
    {
        let manifest = manifest.or(scheme);
        let unsigned = !matches!(
            options.deliver.sign.scheme,
            SchemeChoice::Own | SchemeChoice::Of(_)
        );
        if manifest.is_none() && !unsigned {
            return Err(Error::Usage {
                what: format!("nobody can tell whose body delivery {number} has, so not how to sign it"),
                hint: "say how with --scheme, send it with --as-captured, or choose others with --only".to_owned(),
            });
        }
        let name = |manifest: Option<&Manifest>| manifest.map(|manifest| manifest.name.clone());
        let sender = senders
            .iter()
            .position(|known| name(known.manifest) == name(manifest))
            .unwrap_or_else(|| {
                senders.push(Sender { manifest });
                senders.len() - 1
            });
        let captured = Some(CapturedStep {
            pause: pause(before, came, options.speed),
            ..step
        });
        before = came.or(before);
        steps.push(Step {
            event,
            content: Content::Bytes(body),
            sender,
            captured,
        });
    }
    Ok(Consignment {
        senders,
        steps,
        clock: Clock::default(),
    })
}

fn step(
    captured: Captured,
    as_captured: bool,
    veil: &HeaderRedactor,
    signing: &[String],
) -> CapturedStep {
    let connection = captured
        .headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("Connection"));
    let hop = HopByHop::new(
        connection.filter_map(|header| header.value.as_deref()),
        signing,
    );
    let mut headers = Vec::new();
    for header in captured.headers {
        // What cannot be sent was never received: a file that somebody wrote himself.
        let Some(header) = header
            .value
            .and_then(|value| Header::exact(&header.name, &value).ok())
        else {
            continue;
        };
        if !hop.contains(&header.name) {
            headers.push(veil.over(header));
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
        headers: as_captured.then(|| PackedHeaders::new(&headers)),
        pause: Duration::ZERO,
    }
}

/// How long after the one before a delivery is sent.
fn pause(before: Option<i64>, now: Option<i64>, speed: Speed) -> Duration {
    let (Some(before), Some(now), Speed::Times(times)) = (before, now, speed) else {
        return Duration::ZERO;
    };
    let real = Duration::from_millis(u64::try_from(now - before).unwrap_or_default());
    // Longer than any run; and moments that far ahead can be reckoned with.
    const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);
    Duration::try_from_secs_f64(real.as_secs_f64() / times)
        .map_or(LONGEST, |pause| pause.min(LONGEST))
}

/// A moment in milliseconds since 1970.
fn milliseconds(text: &str) -> Option<i64> {
    let (moment, _) = parse_time(text.as_bytes()).ok()?;
    Some(moment.seconds * 1_000 + i64::from(moment.nanoseconds) / 1_000_000)
}
