//! Headers that belong to one connection, and are left out of a forwarded or replayed delivery.

/// Which headers of one request or answer are hop-by-hop.
#[derive(Clone, Debug)]
pub struct HopByHop {
    /// Those listed in its `Connection` header.
    listed: Vec<String>,
}

/// Always left out: host and length are set for what is sent, the others describe the connection.
const ALWAYS: [&str; 12] = [
    "Connection",
    "Content-Length",
    "Expect",
    "Host",
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
];

/// Never left out: the body cannot be read without them.
const NEVER: [&str; 2] = ["Content-Encoding", "Content-Type"];

impl HopByHop {
    /// From the values of `Connection`. Headers named in `kept`, such as a signature's, are kept even if listed.
    pub fn new<'v>(connection: impl IntoIterator<Item = &'v str>, kept: &[String]) -> Self {
        let is_kept = |name: &&str| {
            NEVER
                .into_iter()
                .chain(kept.iter().map(String::as_str))
                .any(|known| known.eq_ignore_ascii_case(name))
        };
        let names = connection
            .into_iter()
            .flat_map(|value| value.split(','))
            .map(str::trim);
        Self {
            listed: names
                .filter(|name| !is_kept(name))
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Whether the header with this name is left out; case does not matter.
    pub fn contains(&self, name: &str) -> bool {
        let named = self.listed.iter().map(String::as_str);
        ALWAYS
            .into_iter()
            .chain(named)
            .any(|known| known.eq_ignore_ascii_case(name))
    }
}
