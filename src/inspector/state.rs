//! What all requests of the page share.

use super::access::{PageAccess, PageRefusal};
use super::arrived::ArrivedView;
use super::door::PageDoor;
use super::kept::KeptDelivery;
use super::older::{FIRST_ARRIVAL, OlderDeliveries};
use super::ring::{DeliveryRing, NumberedDelivery};
use super::row::DeliveryRow;
use super::settings::InspectorSettings;
use crate::body::Seed;
use crate::config::Config;
use crate::outbound::Setup;
use serde_json::Value;
use std::cell::RefCell;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

/// The page's data. Requests are answered on several threads.
pub(super) struct Inspector {
    pub(super) address: SocketAddr,
    pub(super) access: PageAccess,
    pub(super) ring: DeliveryRing,
    pub(super) older: OlderDeliveries,
    pub(super) door: PageDoor,
    pub(super) settings: InspectorSettings,
    /// What could not be read last of a file that is followed.
    problem: Mutex<Option<String>>,
}

impl Inspector {
    pub(super) fn new(settings: InspectorSettings, address: SocketAddr, hosts: &[String]) -> Self {
        let token = [(); 2].map(|()| (settings.entropy)());
        let before = settings.journal.as_ref().map_or(0, |_| FIRST_ARRIVAL);
        Self {
            address,
            access: PageAccess::new(address, hosts, token, settings.opened),
            ring: DeliveryRing::new(settings.keep, before),
            older: OlderDeliveries::default(),
            door: PageDoor::default(),
            settings,
            problem: Mutex::default(),
        }
    }

    /// Tells the page what could not be read.
    pub(super) fn tell(&self, problem: String) {
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem);
        self.ring.changed.notify_waiters();
    }

    pub(super) fn problem(&self) -> Option<String> {
        let problem = self.problem.lock();
        problem.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A copy of the configuration.
    pub(super) fn config(&self) -> Config {
        let config = self.settings.config.lock();
        config.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does some work with what deliveries are made from.
    pub(super) fn with_setup<T>(&self, work: impl FnOnce(Setup<'_, 'static>) -> T) -> T {
        let config = self.config();
        let environment = |name: &str| self.settings.environment.get(name).cloned();
        work(Setup {
            catalogue: self.settings.catalogue,
            config: &config,
            environment: &environment,
        })
    }

    pub(super) fn seed(&self) -> Seed {
        Seed((self.settings.entropy)())
    }

    /// A delivery that is still kept.
    pub(super) fn find(&self, seq: u64) -> Result<NumberedDelivery, PageRefusal> {
        let found = self.ring.find(seq).or_else(|| self.older.find(seq));
        found.ok_or_else(|| {
            PageRefusal::new(
                404,
                &format!("delivery {seq} is no longer kept"),
                "raise --inspect-keep, or record with --journal",
            )
        })
    }

    /// All deliveries that the page knows, the oldest first.
    pub(super) fn all(&self) -> Vec<NumberedDelivery> {
        let mut all = self.older.all();
        all.extend(self.ring.all());
        all
    }

    /// Forgets all of them.
    pub(super) fn clear(&self) {
        self.older.clear();
        self.ring.clear();
    }

    pub(super) fn row(&self, view: &ArrivedView<'_>, numbered: &NumberedDelivery) -> DeliveryRow {
        let row = match &*numbered.delivery {
            KeptDelivery::Arrived(delivery) => view.row(delivery),
            KeptDelivery::Recorded(delivery) => delivery.row.clone(),
        };
        DeliveryRow {
            seq: numbered.seq,
            rev: numbered.rev,
            ..row
        }
    }

    /// All of a delivery, with what its row says.
    pub(super) fn whole(&self, numbered: &NumberedDelivery) -> Value {
        let view = self.view();
        let mut whole = match &*numbered.delivery {
            KeptDelivery::Arrived(delivery) => view.whole(delivery),
            KeptDelivery::Recorded(delivery) => match &self.settings.reader {
                Some(reader) => {
                    let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
                    delivery.whole(&mut reader)
                }
                None => Value::Null,
            },
        };
        // A number cannot fail to become JSON, nor can a text.
        let row = serde_json::to_value(self.row(&view, numbered)).unwrap_or_default();
        merge(&mut whole, row);
        whole
    }

    /// The id of a recorded delivery that is still kept. Nothing but what is read has a number here.
    pub(super) fn recorded_id(&self, number: u64) -> Option<String> {
        self.ring.find(number)?.delivery.recorded_id()
    }

    /// The body of a delivery, without secrets.
    pub(super) fn text(&self, delivery: &KeptDelivery) -> Vec<u8> {
        let text = delivery.text();
        let redacted = self.settings.redactor.body(&text);
        redacted.map_or_else(|| text.to_vec(), |redacted| redacted.text)
    }

    /// What deliveries that arrived are shown with. It remembers how orders are read: one view is enough for many rows.
    pub(super) fn view(&self) -> ArrivedView<'_> {
        ArrivedView {
            catalogue: self.settings.catalogue,
            orders: RefCell::default(),
            keys: &self.settings.keys,
            redactor: &self.settings.redactor,
        }
    }
}

/// Puts the members of the second object into the first, and those of the objects in them. What one of them does not know
/// the other may.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, Value::Null) if !into.is_null() => {}
        (into, from) => *into = from,
    }
}
