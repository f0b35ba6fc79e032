//! What the requests of a burst have in common, and one of them ready to be sent.

use crate::http::client::{self, path_and_query};
use crate::http::{Delivery, Fault, Route};
use std::io::Write as _;

/// What differs from one delivery to the next. It is kept and filled again, so that nothing is allocated for each.
#[derive(Clone, Debug, Default)]
pub struct Parcel {
    /// The body.
    pub body: Vec<u8>,
    /// The value of the signature header, where there is one.
    pub signature: String,
}

/// The head of all requests, but for what differs.
pub(super) struct HeadTemplate {
    /// Up to the value of the signature; without one, up to that of `Content-Length`.
    start: Vec<u8>,
    /// From there up to the value of `Content-Length`, which is the last header; `None` without a signature.
    middle: Option<Vec<u8>>,
}

impl HeadTemplate {
    /// The head of that delivery, of which the first header named `signature` differs.
    pub(super) fn new(
        delivery: &Delivery,
        signature: Option<&str>,
        route: &Route,
    ) -> Result<Self, Fault> {
        let path = client::path(delivery)?;
        let path = path_and_query(&path);
        let mut head = format!("{} {path} HTTP/1.1\r\n", delivery.method);
        if !delivery.headers.iter().any(|header| header.is("Host")) {
            head += &format!("Host: {}\r\n", route.target.authority());
        }
        let mut start = None;
        for header in &delivery.headers {
            head += &format!("{}: ", header.name);
            if start.is_none() && signature.is_some_and(|name| header.is(name)) {
                start = Some(std::mem::take(&mut head).into_bytes());
            } else {
                head += &header.value;
            }
            head += "\r\n";
        }
        head += "Content-Length: ";
        let head = head.into_bytes();
        Ok(match start {
            Some(start) => Self {
                start,
                middle: Some(head),
            },
            None => Self {
                start: head,
                middle: None,
            },
        })
    }

    /// Writes a whole request over what is in the buffer.
    pub(super) fn write(&self, parcel: &Parcel, request: &mut Vec<u8>) {
        request.clear();
        request.extend_from_slice(&self.start);
        if let Some(middle) = &self.middle {
            request.extend_from_slice(parcel.signature.as_bytes());
            request.extend_from_slice(middle);
        }
        // Writing to a vector never fails.
        let _ = write!(request, "{}\r\n\r\n", parcel.body.len());
        request.extend_from_slice(&parcel.body);
    }
}
