//! The receiver that `send` starts where nobody named a target: it verifies and validates what arrives, and answers as
//! a careful endpoint would, so that a newcomer sees both sides.
//!
//! Separate from the sending side, which it shares nothing with but the secrets: what it says of a delivery it has
//! found out from the bytes that came.

use super::Signatory;
use crate::catalogue::manifest::Manifest;
use crate::commands::Context;
use crate::commands::examine::{Examiner, Key, unpacked};
use crate::delivery::{Handler, Limits, Received, Reply, Responder, Server, Until};
use crate::error::Error;
use crate::lint;
use crate::report::{Body, Excerpt, Message, Seen};
use bytes::Bytes;
use http::Method;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use tokio::sync::Notify;

/// A receiver at work on a thread of its own, until it is dropped.
pub(super) struct Receiver {
    pub(super) address: SocketAddr,
    arrivals: mpsc::Receiver<Arrival>,
    shared: Arc<Shared>,
    stop: Arc<Notify>,
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

impl Receiver {
    /// Listens on a free port of this machine.
    pub(super) fn start(
        context: &Context<'_>,
        signatories: &[Signatory<'_>],
    ) -> Result<Self, Error> {
        let system = |what: &str| {
            let what = what.to_owned();
            move |source| Error::System { what, source }
        };
        let server = Server::bind((Ipv4Addr::LOCALHOST, 0).into());
        let server = server.map_err(system("cannot take a port for the built-in receiver"))?;
        let address = server.address;
        let keys = keys(context, signatories);
        // With a scheme that was named there is one key, which holds whosever the body is.
        let forced = signatories
            .iter()
            .any(|signatory| signatory.signature.overrides && signatory.signature.signer.is_some());
        let examiner = Examiner::new(context, keys, forced);
        let shared = Arc::new(Shared::default());
        let (sender, arrivals) = mpsc::channel();
        let until = Until::default();
        let stop = Arc::clone(&until.asked);
        let desk = Desk {
            examiner,
            shared: Arc::clone(&shared),
            sender,
        };
        // Without the receiver the deliveries fail, and that is said for each of them.
        let work = move || drop(server.serve(Limits::default(), desk, until, || ()));
        let spawned = thread::Builder::new()
            .name("receiver".to_owned())
            .spawn(work);
        spawned.map_err(system("cannot start the built-in receiver"))?;
        Ok(Self {
            address,
            arrivals,
            shared,
            stop,
        })
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
    pub(super) fn say(
        &self,
        mut say: impl FnMut(Message<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let excerpt = Excerpt::new(&self.body, 1, 0);
        for (record, found) in (1..).zip(&self.found) {
            say(Message::Body(Body::received(record, found, &excerpt)))?;
        }
        say(Message::Seen(&self.seen))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop.notify_one();
    }
}

/// The keys that the receiver checks with: those that are signed with, and what would be for everybody else.
fn keys(context: &Context<'_>, signatories: &[Signatory<'_>]) -> Vec<Key> {
    let overrides = signatories
        .iter()
        .any(|signatory| signatory.signature.overrides && signatory.signature.signer.is_some());
    let key = |manifest: &'static Manifest| {
        let held = signatories
            .iter()
            .filter_map(|signatory| signatory.signature.held.as_ref());
        // A provider whose secret cannot be had sends nothing here.
        match held.into_iter().find(|(name, _)| *name == manifest.name) {
            Some((_, held)) => Key::new(manifest, held.clone()).ok(),
            None if overrides => None,
            None => Key::of(context, manifest, None).ok(),
        }
    };
    context
        .catalogue
        .providers()
        .iter()
        .filter_map(|provider| key(&provider.manifest))
        .collect()
}

/// Where deliveries arrive.
struct Desk {
    examiner: Examiner,
    shared: Arc<Shared>,
    sender: mpsc::Sender<Arrival>,
}

impl Handler for Desk {
    fn received(&self, received: Received, responder: Responder) {
        let encoding = received.header("content-encoding");
        let text = encoding
            .and_then(|encoding| unpacked(encoding, &received.body, Limits::default().body));
        let body = &text.map_or_else(|| received.body.clone(), Bytes::from);
        let examined = self.examiner.examine(&received, body);
        let (status, text) = match received.method {
            Method::POST => examined.careful(body),
            _ => (405, "only POST is taken"),
        };
        if status == 200 {
            self.shared.good.fetch_add(1, Ordering::Relaxed);
        }
        if !self.shared.only_count.load(Ordering::Relaxed) {
            let seen = Seen {
                signature: examined.verdict(),
                scheme: examined.scheme(&self.examiner.keys),
                event: examined.event(),
                errors: examined.errors,
                warnings: examined.warnings,
                notes: examined.notes,
                status,
            };
            let veil = &self.examiner.veil;
            let (body, found) = match veil.body(body) {
                Some(masked) => (
                    Bytes::from(masked.text.clone()),
                    veil.found(&examined.found, &masked),
                ),
                None => (body.clone(), examined.found),
            };
            // Whoever does not wait for it any more does not miss it.
            let _ = self.sender.send(Arrival { seen, body, found });
        }
        responder.send(Reply::line(status, text));
    }
}
