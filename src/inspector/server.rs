//! The server of the page: its port, its link, its thread.

use super::handler::PageHandler;
use super::kept::KeptDelivery;
use super::packed::DeliveryPacker;
use super::settings::InspectorSettings;
use super::source::FileReader;
use super::state::Inspector;
use crate::error::Error;
use crate::http::{Limits, Server, Until};
use crate::inbound::{InspectedDelivery, InspectorPage, Watcher};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

/// The largest request: a body of 1 MiB, in which JSON may have to escape every byte.
const LARGEST: usize = 8 << 20;
/// The most connections: a browser opens six. What is sent is held before its token is looked at, so this bounds what
/// strangers can make the page hold.
const CONNECTIONS: usize = 64;

/// The page on a port that is taken.
pub(crate) struct InspectorServer {
    server: Server,
    inspector: Arc<Inspector>,
}

impl InspectorServer {
    /// The page on a port that was bound for it. `hosts` are other names that it is reached by.
    pub(crate) fn new(server: Server, hosts: &[String], settings: InspectorSettings) -> Self {
        let inspector = Inspector::new(settings, server.address, hosts);
        Self {
            server,
            inspector: Arc::new(inspector),
        }
    }

    /// Opens the page.
    pub(crate) fn link(&self) -> String {
        self.inspector.access.link()
    }

    /// A file that leads the browser to the page.
    pub(crate) fn door(&self) -> io::Result<OpenedDoor> {
        let inspector = Arc::clone(&self.inspector);
        let path = inspector.door.open(&self.link())?;
        Ok(OpenedDoor { path, inspector })
    }

    /// The page as a listener shows deliveries on it, which keeps the door as long as it runs.
    pub(crate) fn page(&self, door: Option<OpenedDoor>) -> InspectorPage {
        InspectorPage {
            link: self.link(),
            watcher: Box::new(PageWatcher {
                inspector: Arc::clone(&self.inspector),
                packer: DeliveryPacker::default(),
                _door: door,
            }),
        }
    }

    /// Reads the deliveries of these files for it.
    pub(crate) fn reader(&self, paths: Vec<PathBuf>) -> FileReader {
        FileReader::new(paths, Arc::clone(&self.inspector))
    }

    /// Serves the page on a thread of its own, as long as the process lives.
    pub(crate) fn start(self) -> Result<(), Error> {
        let Self { server, inspector } = self;
        let limits = Limits {
            body: LARGEST,
            connections: CONNECTIONS,
            ..Limits::default()
        };
        let work = move || {
            let handler = Rc::new(PageHandler::new(inspector));
            // If this fails, the page says that nothing answers.
            let _ = server.serve(limits, handler, Until::default(), || ());
        };
        thread::Builder::new()
            .name("inspector".to_owned())
            .spawn(work)
            .map(drop)
            .map_err(|source| Error::System {
                what: "cannot start the thread of the page".to_owned(),
                source,
            })
    }
}

/// The file that leads the browser to the page; it is gone once the page was opened, and at the latest with this.
pub(crate) struct OpenedDoor {
    pub(crate) path: PathBuf,
    inspector: Arc<Inspector>,
}

impl Drop for OpenedDoor {
    fn drop(&mut self) {
        self.inspector.door.close();
    }
}

/// Refuses to send to the page itself.
pub(crate) fn own_port(own: SocketAddr) -> Error {
    Error::Usage {
        what: format!("{own} is the page of the inspector itself"),
        hint: "give the URL of your service".to_owned(),
    }
}

/// Keeps what arrives for the page.
struct PageWatcher {
    inspector: Arc<Inspector>,
    packer: DeliveryPacker,
    _door: Option<OpenedDoor>,
}

impl Watcher for PageWatcher {
    fn begun(&self, delivery: &InspectedDelivery) {
        let packed = self.packer.pack(delivery, true);
        let ring = &self.inspector.ring;
        ring.begin(delivery.number, KeptDelivery::Arrived(packed));
    }

    fn delivery(&self, delivery: &Arc<InspectedDelivery>) {
        let packed = self.packer.pack(delivery, false);
        let ring = &self.inspector.ring;
        ring.finish(delivery.number, KeptDelivery::Arrived(packed));
    }
}
