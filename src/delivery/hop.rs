//! Headers that belong to one connection, and do not travel any further.
//!
//! Separate because a delivery that is passed on and one that is sent again leave out the same ones.

/// Which headers of one request or answer go no further.
#[derive(Clone, Debug)]
pub struct Hop {
    /// Those that its `Connection` header names.
    listed: Vec<String>,
}

/// Those that always do: the host is where it goes now, the length is told by what is sent, and the others speak of the
/// connection.
const ALWAYS: [&str; 11] = [
    "Connection",
    "Content-Length",
    "Expect",
    "Host",
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
];

impl Hop {
    /// That of a request or an answer with those values of `Connection`.
    pub fn new<'v>(connection: impl IntoIterator<Item = &'v str>) -> Self {
        let names = connection.into_iter().flat_map(|value| value.split(','));
        Self { listed: names.map(|name| name.trim().to_owned()).collect() }
    }

    /// Whether the header of that name goes no further; case does not matter.
    pub fn ends(&self, name: &str) -> bool {
        let named = self.listed.iter().map(String::as_str);
        ALWAYS.into_iter().chain(named).any(|known| known.eq_ignore_ascii_case(name))
    }
}
