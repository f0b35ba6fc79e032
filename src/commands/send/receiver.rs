//! The receiver that `send` starts where nobody named a target: it verifies and validates what arrives, and answers as
//! a careful endpoint would, so that a newcomer sees both sides.
//!
//! Separate from the sending side, which it shares nothing with but the secrets: what it says of a delivery it has
//! found out from the bytes that came.

use super::sign::Signature;
use crate::commands::Context;
use crate::delivery::{Received, Reply, Server};
use crate::error::Error;
use crate::lint::{self, Linter, Scratch, Severity};
use crate::report::{Body, Excerpt, Message, Seen};
use crate::secret::Held;
use crate::signature::{Signer, Verdict};
use bytes::Bytes;
use std::cell::RefCell;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use tokio::sync::oneshot;

/// A receiver at work on a thread of its own, until it is dropped.
pub(super) struct Receiver {
    pub(super) address: SocketAddr,
    arrivals: mpsc::Receiver<Arrival>,
    shared: Arc<Shared>,
    _stop: oneshot::Sender<()>,
}

#[derive(Default)]
struct Shared {
    /// Nobody looks at single deliveries.
    only_count: AtomicBool,
    /// Deliveries that were verified and valid.
    good: AtomicU64,
}

/// A delivery that came, and what was found in it.
pub(super) struct Arrival {
    seen: Seen,
    body: Bytes,
    /// For each body: a delivery with a list has several.
    found: Vec<lint::Verdict<'static>>,
}

/// What a delivery is checked with.
struct Checker {
    linter: Linter<'static>,
    /// By provider; under no name where one scheme holds for all.
    signers: Vec<(Option<String>, &'static str, Signer)>,
    scratch: RefCell<Scratch>,
}

impl Receiver {
    /// Listens on a free port of this machine.
    pub(super) fn start(context: &Context<'_>, signature: &Signature) -> Result<Self, Error> {
        let system = |what: &str| {
            let what = what.to_owned();
            move |source| Error::System { what, source }
        };
        let server = Server::bind((Ipv4Addr::LOCALHOST, 0).into());
        let server = server.map_err(system("cannot take a port for the built-in receiver"))?;
        let address = server.address;
        let checker = Checker::new(context, signature);
        let shared = Arc::new(Shared::default());
        let (sender, arrivals) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let counts = Arc::clone(&shared);
        let work = move || {
            let handle = move |received: Received| {
                let arrival = checker.check(&received);
                let status = arrival.seen.status;
                if status == 200 {
                    counts.good.fetch_add(1, Ordering::Relaxed);
                }
                let text = words(&arrival.seen);
                if !counts.only_count.load(Ordering::Relaxed) {
                    // Whoever does not wait for it any more does not miss it.
                    let _ = sender.send(arrival);
                }
                Reply { status, text }
            };
            // Without the receiver the deliveries fail, and that is said for each of them.
            let _ = server.serve(handle, stopped);
        };
        let spawned = thread::Builder::new().name("receiver".to_owned()).spawn(work);
        spawned.map_err(system("cannot start the built-in receiver"))?;
        Ok(Self { address, arrivals, shared, _stop: stop })
    }

    /// What has come since it was last asked.
    pub(super) fn arrivals(&self) -> impl Iterator<Item = Arrival> + '_ {
        self.arrivals.try_iter()
    }

    /// From now on only counts.
    pub(super) fn only_count(&self) {
        self.shared.only_count.store(true, Ordering::Relaxed);
    }

    /// How many were verified and valid.
    pub(super) fn good(&self) -> u64 {
        self.shared.good.load(Ordering::Relaxed)
    }
}

impl Arrival {
    /// Says what was found, and then the verdict.
    pub(super) fn say(&self, mut say: impl FnMut(Message<'_>) -> Result<(), Error>) -> Result<(), Error> {
        let excerpt = Excerpt::new(&self.body, 1, 0);
        for (record, found) in (1..).zip(&self.found) {
            say(Message::Body(Body {
                source: "<received>",
                record,
                start: found.start,
                provider: found.provider,
                event: found.event,
                form: found.form,
                findings: &found.findings,
                excerpt: &excerpt,
            }))?;
        }
        say(Message::Seen(&self.seen))
    }
}

impl Checker {
    fn new(context: &Context<'_>, signature: &Signature) -> Self {
        let linter = Linter::new(context.catalogue.providers(), context.config.levels.clone());
        let mut signers = Vec::new();
        if let (true, Some(signer)) = (signature.overrides, &signature.signer) {
            signers.push((None, signature.scheme, signer.clone()));
        } else {
            for provider in context.catalogue.providers() {
                let manifest = &provider.manifest;
                let environment = &*context.world.environment;
                let held = match &signature.held {
                    Some((name, held)) if *name == manifest.name => Some(held.clone()),
                    _ => Held::of(&manifest.name, None, &context.config, environment).ok(),
                };
                let signing = &manifest.signing.value;
                // A provider whose secret cannot be had sends nothing here.
                if let Some(signer) = held.and_then(|held| Signer::new(signing, &held.secret).ok()) {
                    signers.push((Some(manifest.name.clone()), signing.scheme(), signer));
                }
            }
        }
        Self { linter, signers, scratch: RefCell::default() }
    }

    fn check(&self, received: &Received) -> Arrival {
        let mut found: Vec<lint::Verdict<'static>> = Vec::new();
        self.linter.lint(&received.body, &mut self.scratch.borrow_mut(), &mut |verdict| found.push(verdict));
        let provider = found.first().and_then(|found| found.provider);
        let event = found.first().and_then(|found| found.event);
        let (signature, scheme) = self.verify(received, provider);
        let count = |severity| {
            let findings = found.iter().flat_map(|found| &found.findings);
            findings.filter(|finding| finding.severity == severity).count() as u64
        };
        let errors = count(Severity::Error);
        let status = match () {
            () if received.method != "POST" => 405,
            () if signature != Verdict::Valid => 401,
            () if errors > 0 && serde_json::from_slice::<serde::de::IgnoredAny>(&received.body).is_err() => 400,
            () if errors > 0 => 422,
            () => 200,
        };
        let seen = Seen {
            signature: signature.name(),
            scheme,
            event: provider.zip(event).map(|(provider, event)| format!("{provider}/{event}")),
            errors,
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            status,
        };
        Arrival { seen, body: received.body.clone(), found }
    }

    /// By the scheme of the provider whose body it is, else by the one whose header is there.
    fn verify(&self, received: &Received, provider: Option<&str>) -> (Verdict, &'static str) {
        let of_provider = self.signers.iter().find(|(name, ..)| name.is_none() || name.as_deref() == provider);
        let by_header = || self.signers.iter().find(|(.., signer)| received.header(signer.header()).is_some());
        match of_provider.or_else(by_header) {
            Some((_, scheme, signer)) => (signer.verify(received.header(signer.header()), &received.body), scheme),
            None => (Verdict::Missing, "none"),
        }
    }
}

fn words(seen: &Seen) -> String {
    match seen.status {
        200 => "ok".to_owned(),
        401 => format!("the signature is {}", seen.signature),
        405 => "only POST is taken".to_owned(),
        _ => "the body is invalid".to_owned(),
    }
}
