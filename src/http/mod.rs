//! Deliveries as they travel and as they are written down.
//!
//! Separate because this is the only module that touches the network and the only one that is asynchronous inside;
//! what it hands out are plain values. It sends bytes and says what came back: whether that is good is not its
//! business.

mod answer;
pub(crate) mod client;
mod forward;
mod head_rewriter;
mod hop_by_hop;
mod interrupt;
mod route;
mod server;
pub(crate) mod target;

pub use answer::{Answer, Fault, MOST_OF_A_BODY};

pub use client::{Client, Sent, Trust, reason};
pub use forward::Forward;
pub use hop_by_hop::Hop;
pub use interrupt::{Interrupted, ignored_during};

pub use route::Route;
pub use server::{
    Ended, Handler, IncomingRequest, Limits, Received, Refused, Reply, Responder, Server, Until,
};
pub use target::{BadTarget, DEFAULT_PORT, Target, masked};

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// One HTTP request.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The method.
    pub method: String,
    /// Where it goes.
    pub target: Target,
    /// In order, with repeats.
    pub headers: Vec<Header>,
    /// The raw bytes.
    pub body: Vec<u8>,
}

/// A header of a delivery.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// As it is written on the wire.
    pub name: String,
    /// As it is written on the wire.
    pub value: String,
    /// The part of the value that nobody may see.
    pub secret: Option<Range<usize>>,
}

/// What stands where a secret is.
pub const STARS: &str = "********";

/// Why a header cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHeader {
    /// The name is empty or has a character that no name has.
    Name,
    /// The value has a line feed, a carriage return, a NUL or another control character.
    Value,
}

impl Header {
    /// A header without secrets in it, its name in the usual spelling.
    pub fn new(name: &str, value: &str) -> Result<Self, BadHeader> {
        let header = Self::exact(name, value)?;
        Ok(Self {
            name: title_case(name),
            ..header
        })
    }

    /// The same with its name as it is written.
    pub fn exact(name: &str, value: &str) -> Result<Self, BadHeader> {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(token) {
            return Err(BadHeader::Name);
        }
        if value
            .bytes()
            .any(|byte| byte.is_ascii_control() && byte != b'\t')
        {
            return Err(BadHeader::Value);
        }
        Ok(Self {
            name: name.to_owned(),
            value: value.to_owned(),
            secret: None,
        })
    }

    /// The value as anybody may see it.
    pub fn shown(&self) -> Cow<'_, str> {
        match &self.secret {
            Some(range) => Cow::Owned(format!(
                "{}{STARS}{}",
                &self.value[..range.start],
                &self.value[range.end..]
            )),
            None => Cow::Borrowed(&self.value),
        }
    }

    /// The name and the value as they travel.
    pub fn pair(&self) -> (&str, &[u8]) {
        (&self.name, self.value.as_bytes())
    }

    /// Whether this is the header of that name; case does not matter.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// A header's name as it is usually written.
pub(crate) fn title_case(name: &str) -> String {
    let mut first = true;
    let title = |char: char| match std::mem::replace(&mut first, char == '-') {
        true => char.to_ascii_uppercase(),
        false => char.to_ascii_lowercase(),
    };
    name.chars().map(title).collect()
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.shown())
    }
}
