//! What came of a delivery: an answer, or the one way in which there was none.
//!
//! Separate so that both engines, and whoever judges or prints, speak of the same few outcomes. What libraries say in
//! nested errors becomes one plain word here.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

/// The most of an answer's body that is shown: enough to read why it refused, and no answer is needed for more.
pub const MOST_OF_A_BODY: usize = 64 * 1024;

/// So much more is read, so that what would be cut in two there is still known.
pub(crate) const MARGIN_OF_A_BODY: usize = 4 * 1024;

/// What the endpoint answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body, or its beginning.
    pub body: Vec<u8>,
    /// There was more of the body.
    pub cut: bool,
}

impl Answer {
    /// The first header of that name; case does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Why there was no answer, or no whole one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The host has no address.
    NoHost(String),
    /// Nothing listens there.
    Refused,
    /// The address cannot be reached.
    Unreachable(String),
    /// Nothing came within the time; the status, where the answer had begun.
    Timeout(Option<u16>),
    /// The connection was closed before a whole answer had come; the status, where it had begun.
    Closed(Option<u16>),
    /// The connection was reset; the status, where the answer had begun.
    Reset(Option<u16>),
    /// What came is no HTTP.
    NotHttp,
    /// TLS could not be agreed on.
    Tls(String),
    /// Somebody pressed Ctrl-C before the answer had come.
    Interrupted,
    /// Something else.
    Other(String),
}

impl Fault {
    /// The word for machines and counts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoHost(_) => "no_host",
            Self::Refused => "connection_refused",
            Self::Unreachable(_) => "unreachable",
            Self::Timeout(_) => "timeout",
            Self::Closed(_) => "closed",
            Self::Reset(_) => "reset",
            Self::NotHttp => "not_http",
            Self::Tls(_) => "tls",
            Self::Interrupted => "interrupted",
            Self::Other(_) => "other",
        }
    }

    /// What happened, in words; `limit` is how long was waited.
    pub fn words(&self, limit: Duration) -> String {
        let limit = humantime::format_duration(limit);
        match self {
            Self::NoHost(why) => format!("the host has no address: {why}"),
            Self::Refused => "connection refused: nothing listens there".to_owned(),
            Self::Unreachable(why) => format!("cannot be reached: {why}"),
            Self::Timeout(None) => format!("no answer within {limit}"),
            Self::Timeout(Some(status)) => {
                format!("the answer began with {status} and did not end within {limit}")
            }
            Self::Closed(None) => "the connection was closed without an answer".to_owned(),
            Self::Closed(Some(status)) => {
                format!("the answer began with {status}, then the connection was closed")
            }
            Self::Reset(None) => "the connection was reset without an answer".to_owned(),
            Self::Reset(Some(status)) => {
                format!("the answer began with {status}, then the connection was reset")
            }
            Self::NotHttp => "what came back is no HTTP".to_owned(),
            Self::Tls(why) => format!("TLS failed: {why}"),
            Self::Interrupted => "interrupted before an answer had come".to_owned(),
            Self::Other(why) => why.clone(),
        }
    }

    /// The same, with what others say in it changed.
    #[must_use]
    pub fn with_text(self, change: impl Fn(&str) -> String) -> Self {
        match self {
            Self::NoHost(why) => Self::NoHost(change(&why)),
            Self::Unreachable(why) => Self::Unreachable(change(&why)),
            Self::Tls(why) => Self::Tls(change(&why)),
            Self::Other(why) => Self::Other(change(&why)),
            fault => fault,
        }
    }

    /// The status with which the answer began, where it did.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Timeout(status) | Self::Closed(status) | Self::Reset(status) => *status,
            _ => None,
        }
    }

    /// The plain word for a library's error; `status` where the answer had begun.
    pub(crate) fn of(error: &(dyn StdError + 'static), status: Option<u16>) -> Self {
        // Deepest first: what the system said is nearer to the truth than what was made of it.
        let causes: Vec<_> = std::iter::successors(Some(error), |error| cause(*error)).collect();
        for cause in causes.iter().rev() {
            if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
                return Self::Tls(tls.to_string());
            }
            if let Some(system) = cause.downcast_ref::<io::Error>()
                && let Some(fault) = Self::of_system(system, status)
            {
                return fault;
            }
            if let Some(http) = cause.downcast_ref::<hyper::Error>() {
                if http.is_incomplete_message() || http.is_closed() || http.is_canceled() {
                    return Self::Closed(status);
                }
                if http.is_parse() {
                    return Self::NotHttp;
                }
                if http.is_timeout() {
                    return Self::Timeout(status);
                }
            }
        }
        Self::Other(causes.last().map_or_else(String::new, ToString::to_string))
    }

    fn of_system(error: &io::Error, status: Option<u16>) -> Option<Self> {
        Some(match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::ConnectionReset => Self::Reset(status),
            io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => Self::Closed(status),
            io::ErrorKind::TimedOut => Self::Timeout(status),
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable => Self::Unreachable(crate::error::plain(error)),
            // So the reader of chunks calls what it cannot read; the system itself has nothing behind such a word.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
                if error.get_ref().is_some() =>
            {
                Self::NotHttp
            }
            // An error of a library in the clothes of the system's is looked into instead.
            _ if error.get_ref().is_some() => return None,
            _ => Self::Other(crate::error::plain(error)),
        })
    }
}

/// What is behind an error. One of a library in the clothes of the system's names only what is behind itself, as if it
/// were not there.
fn cause<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e (dyn StdError + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}
