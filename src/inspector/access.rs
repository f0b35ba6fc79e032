//! Which requests are answered: checked before anything is looked at, on every path.
//!
//! The page shows payments and can send deliveries, and any web page in the same browser can reach its port. So the host
//! must be one of ours (a foreign name that resolves to this machine is refused), what changes something must come from
//! the page itself, and all data needs the token, which only the link has.

use crate::http::IncomingRequest;
use std::fmt::Write as _;
use std::net::SocketAddr;

/// What lets a request in.
pub(super) struct PageAccess {
    /// The values of `Host` that are accepted.
    hosts: Vec<String>,
    /// The one in the link.
    shown: String,
    token: String,
    /// A file of ours leads to the page.
    opened: bool,
}

/// Why a request is refused: the status, what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageRefusal {
    pub(super) status: u16,
    pub(super) what: String,
    pub(super) hint: String,
}

impl PageRefusal {
    pub(super) fn new(status: u16, what: &str, hint: &str) -> Self {
        Self {
            status,
            what: what.to_owned(),
            hint: hint.to_owned(),
        }
    }
}

impl PageAccess {
    /// Access to the page on that address; `hosts` are other names that it is reached by.
    pub(super) fn new(
        address: SocketAddr,
        hosts: &[String],
        token: [u64; 2],
        opened: bool,
    ) -> Self {
        let port = address.port();
        let own = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"));
        let bound = address.to_string();
        // A container's port may have another number outside.
        let given = hosts.iter().map(|name| match name.contains(':') {
            true => name.clone(),
            false => format!("{name}:{port}"),
        });
        // A browser cannot open the address that means all of them.
        let shown = match (address.ip(), given.clone().next()) {
            (ip, Some(name)) if !ip.is_loopback() => name,
            (ip, _) if ip.is_unspecified() => format!("127.0.0.1:{port}"),
            _ => bound.clone(),
        };
        let mut text = String::with_capacity(32);
        for part in token {
            // Writing to a string does not fail.
            let _ = write!(text, "{part:016x}");
        }
        Self {
            hosts: own.into_iter().chain([bound]).chain(given).collect(),
            shown,
            token: text,
            opened,
        }
    }

    /// The link that opens the page.
    pub(super) fn link(&self) -> String {
        format!("http://{}/#t={}", self.shown, self.token)
    }

    /// Refuses what no page of ours asks.
    pub(super) fn check(&self, request: &IncomingRequest) -> Result<(), PageRefusal> {
        let host = self.host(request)?;
        if request.requested() != request.target() || !request.target().starts_with('/') {
            return Err(refused("the request does not name a path"));
        }
        let mut sites = request.values("Sec-Fetch-Site");
        let foreign = sites.any(|site| site != b"same-origin" && site != b"none");
        if foreign && (!self.opened || !is_visit(request)) {
            return Err(refused("another site asks"));
        }
        let origin = format!("http://{host}");
        let mut origins = request.values("Origin");
        match (request.method(), origins.next(), origins.next()) {
            ("GET", None, None) => Ok(()),
            ("GET" | "POST", Some(given), None) if given == origin.as_bytes() => Ok(()),
            ("GET" | "POST", ..) => Err(refused("another site asks, or it is not known which")),
            _ => Err(PageRefusal::new(
                405,
                "only GET and POST are known",
                "use the page",
            )),
        }
    }

    /// Refuses a request for data that does not have the token.
    pub(super) fn check_token(&self, request: &IncomingRequest) -> Result<(), PageRefusal> {
        let mut values = request.values("Authorization");
        let given = values
            .next()
            .and_then(|value| value.strip_prefix(b"Bearer "));
        let right = given.is_some_and(|given| is_same(given, self.token.as_bytes()));
        if right && values.next().is_none() {
            return Ok(());
        }
        Err(PageRefusal::new(
            401,
            "the token is missing or wrong",
            "open the link that the terminal prints",
        ))
    }

    /// The one host that was asked, as it was written.
    fn host<'r>(&self, request: &'r IncomingRequest) -> Result<&'r str, PageRefusal> {
        let mut values = request.values("Host");
        let host = values
            .next()
            .and_then(|host| std::str::from_utf8(host).ok());
        let known = host.filter(|host| self.hosts.iter().any(|own| own == host));
        match (known, values.next()) {
            (Some(host), None) => Ok(host),
            _ => Err(PageRefusal::new(
                421,
                "this page has another address",
                "open the link that the terminal prints; --inspect-host allows another name",
            )),
        }
    }
}

/// Whether the window itself goes to the page, as from the file that leads there. The page without its token has no data,
/// and whoever sent the window here cannot look into it.
fn is_visit(request: &IncomingRequest) -> bool {
    let has = |name: &str, value: &[u8]| request.values(name).eq([value]);
    request.method() == "GET"
        && request.target() == "/"
        && has("Sec-Fetch-Mode", b"navigate")
        && has("Sec-Fetch-Dest", b"document")
}

fn refused(what: &str) -> PageRefusal {
    PageRefusal::new(403, what, "open the link that the terminal prints")
}

/// Compares in a time that does not tell where the texts differ.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let pairs = one.iter().zip(other);
    let different = pairs.fold(0, |different, (one, other)| {
        std::hint::black_box(different | (one ^ other))
    });
    one.len() == other.len() && different == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_compared_as_a_whole() {
        assert!(is_same(b"abcd", b"abcd"));
        for wrong in [&b"abcx"[..], b"xbcd", b"abc", b"abcde", b""] {
            assert!(!is_same(wrong, b"abcd"), "{wrong:?}");
        }
    }

    #[test]
    fn the_link_has_a_token_of_128_bits_and_an_address_that_a_browser_can_open() {
        let hosts = ["hook.test".to_owned()];
        for (address, hosts, shown) in [
            ("127.0.0.1:7", &hosts[..], "127.0.0.1:7"),
            ("0.0.0.0:7", &hosts, "hook.test:7"),
            ("0.0.0.0:7", &[], "127.0.0.1:7"),
            ("[::]:7", &[], "127.0.0.1:7"),
            ("192.0.2.1:7", &[], "192.0.2.1:7"),
        ] {
            let access = PageAccess::new(address.parse().unwrap(), hosts, [1, u64::MAX], false);
            let link = format!("http://{shown}/#t=0000000000000001ffffffffffffffff");
            assert_eq!(access.link(), link);
            let given = hosts
                .iter()
                .all(|name| access.hosts.contains(&format!("{name}:7")));
            assert!(
                given && access.hosts.contains(&shown.to_owned()),
                "{address}"
            );
        }
    }
}
