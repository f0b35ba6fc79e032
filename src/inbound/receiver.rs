//! The receiver that `send` starts where nobody named a target: it verifies and validates what arrives, and answers as
//! a careful endpoint would, so that a newcomer sees both sides.
//!
//! Separate from the sending side, which it shares nothing with but the secrets: what it says of a delivery it has
//! found out from the bytes that came.

use super::inspector::{DeliveryInspector, VerifyingKey, unpacked};
use crate::catalogue::manifest::Manifest;
use crate::commands::Context;
use crate::error::Error;
use crate::http::{Handler, Limits, Received, Reply, Responder, Server, Until};
use crate::lint;
use crate::report::{Body, Excerpt, Message, Seen};
use crate::secret::ResolvedSecret;
use bytes::Bytes;
use http::Method;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use tokio::sync::Notify;

/// A receiver at work on a thread of its own, until it is dropped.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    arrivals: mpsc::Receiver<ReceivedDelivery>,
    shared: Arc<ReceiverState>,
    stop: Arc<Notify>,
}

#[derive(Default)]
struct ReceiverState {
    /// Nobody looks at single deliveries.
    only_count: AtomicBool,
    /// Deliveries that were verified and valid.
    good: AtomicU64,
}

/// A delivery that came, and what was found in it.
pub(crate) struct ReceivedDelivery {
    seen: Seen,
    body: Bytes,
    /// For each body: a delivery with a list has several.
    found: Vec<lint::LintedBody<'static>>,
}

impl Receiver {
    /// Listens on a free port of this machine. `secrets` are those of the providers that sign; with `forced` the first of
    /// them verifies the bodies of all providers.
    pub(crate) fn start(
        context: &Context<'_>,
        secrets: &[(&str, &ResolvedSecret)],
        forced: bool,
    ) -> Result<Self, Error> {
        let system = |what: &str| {
            let what = what.to_owned();
            move |source| Error::System { what, source }
        };
        let server = Server::bind((Ipv4Addr::LOCALHOST, 0).into());
        let server = server.map_err(system("cannot take a port for the built-in receiver"))?;
        let address = server.address;
        let keys = keys(context, secrets, forced);
        let examiner = DeliveryInspector::new(context, keys, forced);
        let shared = Arc::new(ReceiverState::default());
        let (sender, arrivals) = mpsc::channel();
        let until = Until::default();
        let stop = Arc::clone(&until.asked);
        let desk = ReceiverHandler {
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
    pub(crate) fn arrivals(&self) -> impl Iterator<Item = ReceivedDelivery> + '_ {
        self.arrivals.try_iter()
    }

    /// From now on only counts.
    pub(crate) fn only_count(&self) {
        self.shared.only_count.store(true, Ordering::Relaxed);
    }

    /// How many were verified and valid.
    pub(crate) fn good(&self) -> u64 {
        self.shared.good.load(Ordering::Relaxed)
    }
}

impl ReceivedDelivery {
    /// Says what was found, and then the verdict.
    pub(crate) fn say(
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

/// The keys that the receiver verifies with: the secrets of those that sign, and the configured ones of all others.
fn keys(
    context: &Context<'_>,
    secrets: &[(&str, &ResolvedSecret)],
    forced: bool,
) -> Vec<VerifyingKey> {
    let key = |manifest: &'static Manifest| {
        // A provider without a usable secret sends nothing here.
        match secrets.iter().find(|(name, _)| *name == manifest.name) {
            Some((_, secret)) => VerifyingKey::new(manifest, (*secret).clone()).ok(),
            None if forced => None,
            None => VerifyingKey::of(context, manifest, None).ok(),
        }
    };
    let providers = context.catalogue.providers().iter();
    providers
        .filter_map(|provider| key(&provider.manifest))
        .collect()
}

/// Where deliveries arrive.
struct ReceiverHandler {
    examiner: DeliveryInspector,
    shared: Arc<ReceiverState>,
    sender: mpsc::Sender<ReceivedDelivery>,
}

impl Handler for ReceiverHandler {
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
            let _ = self.sender.send(ReceivedDelivery { seen, body, found });
        }
        responder.send(Reply::line(status, text));
    }
}
