//! What the requests of a burst have in common, and one of them ready to be sent.

use crate::http::client;
use crate::http::{Delivery, Fault, Route};
use memchr::memmem;
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
        let empty = Delivery {
            body: Vec::new(),
            ..delivery.clone()
        };
        let mut head = client::delivery_head(&empty, route)?;
        // `Content-Length` is the last header, because none is given.
        head.truncate(head.len() - b"0\r\n\r\n".len());
        let mut headers = delivery.headers.iter();
        let signed = headers.find(|header| signature.is_some_and(|name| header.is(name)));
        let value = signed.and_then(|header| {
            let name = format!("\r\n{}: ", header.name);
            let start = memmem::find(&head, name.as_bytes())? + name.len();
            Some(start..start + header.value.len())
        });
        Ok(match value {
            Some(value) => Self {
                middle: Some(head[value.end..].to_vec()),
                start: head[..value.start].to_vec(),
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
