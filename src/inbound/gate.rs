//! Which requests can be deliveries at all: none that a browser makes for a web page, none for a host name that is not
//! this machine's, and with `--path` none for another path.
//!
//! Separate because it looks at where a request comes from, and the rest of `listen` only at what was sent. Even a listener
//! on a loopback address can be reached by every page in its user's browser, and through a tunnel by everybody.

use crate::http::{IncomingRequest, title_case};
use http::header::{HOST, ORIGIN};
use http::{HeaderName, HeaderValue};
use std::cell::RefCell;
use std::net::IpAddr;

/// Browsers say in it which site makes a request; servers never send it.
static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Where requests are let in.
pub(crate) struct Gate {
    /// Names beside those of this machine: `*.` in front stands for any name below, and `*` for every name.
    hosts: Vec<String>,
    /// Paths with their queries, of which one must be asked for; none for every path.
    paths: Vec<String>,
    /// The last `Host` that was taken. Most requests have the same one, which is not read again.
    taken: RefCell<Vec<u8>>,
}

/// Why a request is turned away.
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) why: String,
}

impl Gate {
    pub(crate) fn new(hosts: &[String], paths: &[String]) -> Self {
        Self {
            hosts: hosts.to_vec(),
            paths: paths.to_vec(),
            taken: RefCell::default(),
        }
    }

    /// Why a request is turned away for the host name that it is for. A site can have its own name lead to this machine
    /// (DNS rebinding); its pages may then send any header here, and only the name tells them from true senders. With
    /// addresses this cannot be done, so that all of them are taken.
    pub(crate) fn foreign(&self, came: &IncomingRequest) -> Option<Refusal> {
        // Only clients that are not browsers leave it out.
        let value = came.headers.get(HOST)?.as_bytes();
        let mut taken = self.taken.borrow_mut();
        if *taken == value {
            return None;
        }
        let name = std::str::from_utf8(value).map_or("?", without_port);
        if name.is_empty() || is_own(name) || self.hosts.iter().any(|pattern| fits(pattern, name)) {
            value.clone_into(&mut taken);
            return None;
        }
        let why = if is_plain(name) {
            format!(
                "the request is for the host {name}, which is not a name of this machine; if it is your tunnel or another \
                 name of yours, start `listen` with --host {name}"
            )
        } else {
            "the Host header has no name of this machine; --host allows others".to_owned()
        };
        Some(Refusal { status: 421, why })
    }

    /// Why a request is not taken for a delivery.
    pub(crate) fn refusal(&self, came: &IncomingRequest) -> Option<Refusal> {
        if let Some(page) = page(came) {
            let why = format!(
                "a browser sent it for a web page ({page}), and no provider sends that header"
            );
            return Some(Refusal { status: 403, why });
        }
        if !self.paths.is_empty()
            && !self
                .paths
                .iter()
                .any(|path| path == "*" || path == came.target())
        {
            let why =
                "deliveries are taken only at the paths, with their queries, that --path gives"
                    .to_owned();
            return Some(Refusal { status: 404, why });
        }
        None
    }
}

/// The header that only browsers send, and only for web pages; as it may be shown.
fn page(came: &IncomingRequest) -> Option<String> {
    // Where a person typed the address, no site makes the request. One pass costs less than looking up two names.
    let is_mark = |(name, value): &(&HeaderName, &HeaderValue)| {
        **name == ORIGIN || (**name == SEC_FETCH_SITE && *value != "none")
    };
    let (name, value) = came.headers.iter().find(is_mark)?;
    let value: String = String::from_utf8_lossy(value.as_bytes())
        .chars()
        .take(100)
        .collect();
    Some(format!("{}: {value}", title_case(name.as_str())))
}

/// The host of a `Host` header.
fn without_port(host: &str) -> &str {
    let end = match host.strip_prefix('[') {
        Some(address) => return address.split(']').next().unwrap_or(address),
        None => host.find(':').unwrap_or(host.len()),
    };
    host[..end].trim_end_matches('.')
}

/// Whether a name cannot be made to lead here by others: for those below `localhost` no server is asked.
fn is_own(name: &str) -> bool {
    let local = |name: &str| name.eq_ignore_ascii_case("localhost");
    local(name)
        || name.parse::<IpAddr>().is_ok()
        || name.rsplit_once('.').is_some_and(|(_, last)| local(last))
}

/// Whether a name is one that a user may allow.
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

/// Whether it is a name that can be shown as a part of a command.
fn is_plain(name: &str) -> bool {
    (1..=253).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
