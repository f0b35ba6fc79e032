//! The built-in receiver, which `send` starts when no target is given: a careful endpoint on a thread of its own, so
//! that a newcomer sees both sides.

use super::answers::Answers;
use super::delivery::InspectedDelivery;
use super::diagnosis::{diagnosis, digests};
use super::forwards::Forwards;
use super::goals::Goals;
use super::handler::DeliveryHandler;
use super::inspection::DeliveryInspector;
use super::watcher::Watcher;
use crate::body::Seed;
use crate::catalogue::Catalogue;
use crate::catalogue::pattern::Patterns;
use crate::error::Error;
use crate::http::{Limits, Server, Until};
use crate::lint::{Levels, Severity};
use crate::redact::headers::HeaderRedactor;
use crate::report::{Body, Excerpt, Message, Seen, SendMessage, ValidateMessage};
use crate::scheme_choice::VerifyingKey;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::SystemTime;
use tokio::sync::Notify;

/// A receiver that runs until it is dropped.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    deliveries: mpsc::Receiver<Arc<InspectedDelivery>>,
    keys: Arc<Vec<VerifyingKey>>,
    redactor: Arc<HeaderRedactor>,
    counts: Arc<ReceiverCounts>,
    stop: Arc<Notify>,
}

#[derive(Default)]
struct ReceiverCounts {
    /// Single deliveries are not shown.
    only_count: AtomicBool,
    /// Deliveries with a valid signature and a valid body.
    good: AtomicU64,
}

impl Receiver {
    /// Listens on a free port of this machine.
    pub(crate) fn start(
        catalogue: &'static Catalogue,
        levels: Levels,
        keys: Vec<VerifyingKey>,
        now: fn() -> SystemTime,
    ) -> Result<Self, Error> {
        let system = |what: &str| {
            let what = what.to_owned();
            move |source| Error::System { what, source }
        };
        let server = Server::bind((Ipv4Addr::LOCALHOST, 0).into())
            .map_err(system("cannot open a port for the built-in receiver"))?;
        let address = server.address;
        let limits = Limits::default();
        let inspector = DeliveryInspector::new(catalogue, levels, keys, false, limits.body);
        let (keys, redactor) = (Arc::clone(&inspector.keys), Arc::clone(&inspector.redactor));
        let counts = Arc::new(ReceiverCounts::default());
        let (sender, deliveries) = mpsc::channel();
        let until = Until::default();
        let stop = Arc::clone(&until.asked);
        let watcher = ReceiverWatcher {
            counts: Arc::clone(&counts),
            sender,
        };
        let work = move || {
            let handler = Rc::new(handler(inspector, watcher, Arc::clone(&until.asked), now));
            // If this fails, so does every delivery, and `send` says so.
            let _ = server.serve(limits, handler, until, || ());
        };
        thread::Builder::new()
            .name("receiver".to_owned())
            .spawn(work)
            .map_err(system("cannot start the built-in receiver"))?;
        Ok(Self {
            address,
            deliveries,
            keys,
            redactor,
            counts,
            stop,
        })
    }

    /// Reports the deliveries that arrived since the last call.
    pub(crate) fn report_deliveries(
        &self,
        mut say: impl FnMut(Message<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for delivery in self.deliveries.try_iter() {
            let view = delivery.with_body(&self.redactor);
            let excerpt = Excerpt::new(&view.text, 1, 0);
            for (record, body) in (1..).zip(&*view.bodies) {
                say(Message::Validate(ValidateMessage::Body(Body::received(
                    record, body, &excerpt,
                ))))?;
            }
            say(Message::Send(SendMessage::Seen(&Seen {
                signature: delivery.signature,
                scheme: delivery.scheme,
                event: delivery.event_name(),
                errors: delivery.errors,
                warnings: delivery.count(Severity::Warning),
                notes: delivery.count(Severity::Note),
                status: delivery.status.unwrap_or_default(),
                diagnosis: diagnosis(&self.keys, &self.redactor, &delivery),
                digests: digests(&self.keys, &self.redactor, &delivery),
            })))?;
        }
        Ok(())
    }

    /// From now on deliveries are only counted.
    pub(crate) fn only_count(&self) {
        self.counts.only_count.store(true, Ordering::Relaxed);
    }

    /// How many deliveries had a valid signature and a valid body.
    pub(crate) fn good(&self) -> u64 {
        self.counts.good.load(Ordering::Relaxed)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop.notify_one();
    }
}

/// Hands deliveries over to the thread that sends.
struct ReceiverWatcher {
    counts: Arc<ReceiverCounts>,
    sender: mpsc::Sender<Arc<InspectedDelivery>>,
}

impl Watcher for ReceiverWatcher {
    fn delivery(&self, delivery: &Arc<InspectedDelivery>) {
        if delivery.is_good() {
            self.counts.good.fetch_add(1, Ordering::Relaxed);
        }
        if !self.counts.only_count.load(Ordering::Relaxed) {
            // The other end is gone only when the run is over.
            let _ = self.sender.send(Arc::clone(delivery));
        }
    }
}

/// A handler that answers as a careful endpoint, and accepts every host, path and event.
fn handler(
    inspector: DeliveryInspector,
    watcher: ReceiverWatcher,
    stop: Arc<Notify>,
    now: fn() -> SystemTime,
) -> DeliveryHandler {
    DeliveryHandler {
        gate: None,
        inspector,
        history: None,
        answers: Answers::careful(),
        forwards: Forwards::default(),
        recorder: None,
        watchers: vec![Box::new(watcher)],
        filter: Patterns::new(&[]),
        goals: Goals::default().into(),
        totals: Default::default(),
        keeps_replies: false,
        stop,
        over: false.into(),
        next: 0.into(),
        ids: Seed(0),
        now,
    }
}
