//! The outcome of a delivery: an answer, or the reason why there was none.
//!
//! The errors of the system and of rustls are reduced to a few plain reasons here.

use super::target::Target;
use rustls::InvalidMessage;
use std::io;
use std::time::Duration;

/// The most of an answer's body that is shown: enough to read why the endpoint refused.
pub const MOST_OF_A_BODY: usize = 64 * 1024;

/// Read beyond that, so that a secret across the cut is still recognised.
pub(crate) const MARGIN_OF_A_BODY: usize = 4 * 1024;

/// Why TLS fails with a server that does not speak it.
pub const NOT_TLS: &str = "that port does not speak TLS";

/// What the endpoint answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body, or its beginning.
    pub body: Vec<u8>,
    /// The body was longer.
    pub cut: bool,
}

impl Answer {
    /// The first header with this name; case does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Why there was no complete answer. The status is that of an answer that had begun.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The host name could not be resolved.
    NoHost(String),
    /// The connection was refused.
    Refused,
    /// The address cannot be reached.
    Unreachable(String),
    /// Not answered completely within the time limit.
    Timeout(Option<u16>),
    /// The connection was closed before the answer was complete.
    Closed(Option<u16>),
    /// The connection was reset before the answer was complete.
    Reset(Option<u16>),
    /// The answer is not HTTP.
    NotHttp,
    /// The TLS handshake failed.
    Tls(String),
    /// The proxy did not pass it on.
    Proxy(String),
    /// Ctrl-C was pressed before the answer was complete.
    Interrupted,
    /// Any other reason.
    Other(String),
}

impl Fault {
    /// The name in JSON output.
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
            Self::Proxy(_) => "proxy",
            Self::Interrupted => "interrupted",
            Self::Other(_) => "other",
        }
    }

    /// What happened, in words; `limit` is the time limit that applied.
    pub fn words(&self, limit: Duration) -> String {
        let limit = humantime::format_duration(limit);
        match self {
            Self::NoHost(why) => format!("cannot resolve the host name: {why}"),
            Self::Refused => "connection refused: nothing is listening there".to_owned(),
            Self::Unreachable(why) => format!("cannot reach the host: {why}"),
            Self::Timeout(None) => format!("no answer within {limit}"),
            Self::Timeout(Some(status)) => {
                format!("answer {status} was not complete within {limit}")
            }
            Self::Closed(None) => "connection closed without an answer".to_owned(),
            Self::Closed(Some(status)) => {
                format!("answer {status} was cut off: connection closed")
            }
            Self::Reset(None) => "connection reset without an answer".to_owned(),
            Self::Reset(Some(status)) => {
                format!("answer {status} was cut off: connection reset")
            }
            Self::NotHttp => "the answer is not HTTP".to_owned(),
            Self::Tls(why) => format!("TLS failed: {why}"),
            Self::Proxy(why) => format!("proxy {why}"),
            Self::Interrupted => "interrupted before an answer was received".to_owned(),
            Self::Other(why) => why.clone(),
        }
    }

    /// The same fault with its text from libraries and the system changed.
    #[must_use]
    pub fn with_text(self, change: impl Fn(&str) -> String) -> Self {
        match self {
            Self::NoHost(why) => Self::NoHost(change(&why)),
            Self::Unreachable(why) => Self::Unreachable(change(&why)),
            Self::Tls(why) => Self::Tls(change(&why)),
            Self::Proxy(why) => Self::Proxy(change(&why)),
            Self::Other(why) => Self::Other(change(&why)),
            fault => fault,
        }
    }

    /// The status of an answer that had begun.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Timeout(status) | Self::Closed(status) | Self::Reset(status) => *status,
            _ => None,
        }
    }

    /// The reason behind an error of a connection; `status` is that of an answer that had begun.
    pub(crate) fn of(error: &io::Error, status: Option<u16>) -> Self {
        let tls = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if let Some(tls) = tls {
            // The first byte of an answer in plain HTTP is no type of a TLS record.
            let plain = rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType);
            return Self::Tls(if *tls == plain {
                NOT_TLS.to_owned()
            } else {
                tls.to_string()
            });
        }
        match error.kind() {
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
            _ => Self::Other(crate::error::plain(error)),
        }
    }

    /// Why a proxy did not pass something on.
    pub(crate) fn of_proxy(proxy: &Target, fault: &Self) -> Self {
        match fault {
            Self::Timeout(status) => Self::Timeout(*status),
            fault => Self::Proxy(format!("{proxy}: {}", fault.words(Duration::ZERO))),
        }
    }
}
