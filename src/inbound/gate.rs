//! Rejects requests that cannot be deliveries: those that a browser makes for a web page, those for another host, and
//! with `--path` those for another path.
//!
//! Even on a loopback address, every web page in the user's browser can reach the listener; through a tunnel, anyone can.

use crate::http::IncomingRequest;
use std::cell::RefCell;
use std::net::IpAddr;

/// Decides which requests are accepted.
pub(crate) struct Gate {
    /// Accepted host names, beside those of this machine: `*.` matches any subdomain, `*` every name.
    hosts: Vec<String>,
    /// Accepted paths with their queries; all if empty.
    paths: Vec<String>,
    /// The last `Host` that was accepted. Most requests have the same one, which is not parsed again.
    accepted: RefCell<Vec<u8>>,
}

/// Why a request is rejected.
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) why: String,
}

impl Gate {
    pub(crate) fn new(hosts: &[String], paths: &[String]) -> Self {
        Self {
            hosts: hosts.to_vec(),
            paths: paths.to_vec(),
            accepted: RefCell::default(),
        }
    }

    /// Why a request is rejected because of its host. A website can make its own name resolve to this machine (DNS
    /// rebinding); its pages may then send any header here, and only the name gives them away. This does not work with
    /// addresses, so every address is accepted.
    pub(crate) fn foreign(&self, request: &IncomingRequest) -> Option<Refusal> {
        // Only clients that are not browsers leave it out.
        let value = request.header("Host")?;
        let mut accepted = self.accepted.borrow_mut();
        if *accepted == value {
            return None;
        }
        let name = std::str::from_utf8(value).map_or("?", without_port);
        if name.is_empty() || is_own(name) || self.hosts.iter().any(|pattern| fits(pattern, name)) {
            value.clone_into(&mut accepted);
            return None;
        }
        let why = if is_plain(name) {
            format!(
                "{name} is not a name of this machine; if it is your tunnel or another name of yours, start `listen` with \
                 --host {name}"
            )
        } else {
            "the Host header does not name this machine; --host accepts other names".to_owned()
        };
        Some(Refusal { status: 421, why })
    }

    /// Why a request is not accepted as a delivery.
    pub(crate) fn refusal(&self, request: &IncomingRequest) -> Option<Refusal> {
        if let Some(page) = browser_header(request) {
            let why = format!(
                "sent by a browser for a web page ({page}); providers do not send this header"
            );
            return Some(Refusal { status: 403, why });
        }
        if !self.paths.is_empty()
            && !self
                .paths
                .iter()
                .any(|path| path == "*" || path == request.target())
        {
            let why = "deliveries are accepted only at the paths (with queries) given with --path"
                .to_owned();
            return Some(Refusal { status: 404, why });
        }
        None
    }
}

/// A header that only browsers send, and only for web pages; shortened.
fn browser_header(request: &IncomingRequest) -> Option<String> {
    let site = || {
        // `none` means that a person typed the address.
        let mut sites = request.values("Sec-Fetch-Site");
        Some(("Sec-Fetch-Site", sites.find(|site| *site != b"none")?))
    };
    let origin = request.header("Origin").map(|origin| ("Origin", origin));
    let (name, value) = origin.or_else(site)?;
    let value: String = String::from_utf8_lossy(value).chars().take(100).collect();
    Some(format!("{name}: {value}"))
}

/// The host in a `Host` header.
fn without_port(host: &str) -> &str {
    let end = match host.strip_prefix('[') {
        Some(address) => return address.split(']').next().unwrap_or(address),
        None => host.find(':').unwrap_or(host.len()),
    };
    host[..end].trim_end_matches('.')
}

/// Whether others cannot make a name resolve to this machine: `localhost` and its subdomains need no DNS.
fn is_own(name: &str) -> bool {
    let local = |name: &str| name.eq_ignore_ascii_case("localhost");
    local(name)
        || name.parse::<IpAddr>().is_ok()
        || name.rsplit_once('.').is_some_and(|(_, last)| local(last))
}

/// Whether a name matches a pattern of `--host`.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(end) => {
            let start = name
                .len()
                .checked_sub(end.len())
                .and_then(|start| name.get(start..));
            start.is_some_and(|last| last.eq_ignore_ascii_case(end))
        }
        None => pattern.eq_ignore_ascii_case(name),
    }
}

/// Whether a name can be shown as a part of a command.
fn is_plain(name: &str) -> bool {
    (1..=253).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
