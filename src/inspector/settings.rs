//! What the page is made with: all of it comes from the command line and the configuration.

use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::log::EntryReader;
use crate::outbound::{RouteOptions, SenderOptions};
use crate::redact::headers::HeaderRedactor;
use crate::scheme_choice::VerifyingKey;
use std::collections::HashMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

/// What the page shows, and what can be sent from it.
pub(crate) struct InspectorSettings {
    pub(crate) catalogue: &'static Catalogue,
    /// It remembers the files that it has read.
    pub(crate) config: Mutex<Config>,
    /// The environment as it was at the start: sending may read secrets from it, on another thread.
    pub(crate) environment: HashMap<String, OsString>,
    pub(crate) keys: Arc<Vec<VerifyingKey>>,
    pub(crate) redactor: Arc<HeaderRedactor>,
    /// Reads recorded deliveries, if there are any.
    pub(crate) reader: Option<Mutex<EntryReader>>,
    /// How deliveries are signed.
    pub(crate) sender: SenderOptions,
    /// Where they may be sent.
    pub(crate) route: RouteOptions,
    /// The browser is led to the page by a file.
    pub(crate) opened: bool,
    /// How many deliveries are kept.
    pub(crate) keep: usize,
    /// Where deliveries come from: the URL that is listened on, or files.
    pub(crate) sources: Vec<String>,
    /// More may come.
    pub(crate) following: bool,
    /// The file that deliveries are recorded in.
    pub(crate) journal: Option<PathBuf>,
    /// The zone of this machine.
    pub(crate) zone: String,
    pub(crate) now: fn() -> SystemTime,
    pub(crate) entropy: fn() -> u64,
}

impl InspectorSettings {
    /// The address that deliveries come to, if it is one of this machine alone.
    pub(super) fn listener(&self) -> Option<SocketAddr> {
        let mut sources = self.sources.iter();
        let address = sources.find_map(|source| source.strip_prefix("http://")?.parse().ok());
        address.filter(|address: &SocketAddr| address.ip().is_loopback())
    }
}
