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

/// Those that are for whoever reads the body: no sender may have them dropped on the way.
const NEVER: [&str; 2] = ["Content-Encoding", "Content-Type"];

impl Hop {
    /// That of a request or an answer with those values of `Connection`, which may not list headers of the names in
    /// `kept`: a signature's, above all.
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

    /// Whether the header of that name goes no further; case does not matter.
    pub fn ends(&self, name: &str) -> bool {
        let named = self.listed.iter().map(String::as_str);
        ALWAYS
            .into_iter()
            .chain(named)
            .any(|known| known.eq_ignore_ascii_case(name))
    }
}
