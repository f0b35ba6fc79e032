//! What a step keeps of the delivery that it was captured from.
//!
//! Separate because a sample has nothing of it: here the method, the path, and if so wanted every header are those that
//! came.

use super::compose::Sender;
use super::sign::Signature;
use crate::http::{Delivery, Header, Target};
use std::ops::Range;
use std::time::Duration;

/// How a step came when it was captured.
#[derive(Debug, Default)]
pub(crate) struct CapturedStep {
    /// Its id then.
    pub(crate) id: Option<String>,
    pub(crate) method: Option<String>,
    /// Path and query.
    pub(crate) path: Option<String>,
    /// What the bytes are wrapped in, which is said with them.
    pub(crate) encoding: Option<Header>,
    /// The headers that came, where they are sent instead of new ones.
    pub(crate) headers: Option<PackedHeaders>,
    /// How long after the step before.
    pub(crate) pause: Duration,
}

impl CapturedStep {
    /// The step on its way to a target, and the place of the header that signs it.
    pub(crate) fn delivery(
        &self,
        sender: &Sender<'_>,
        signature: &Signature,
        target: &Target,
        body: Vec<u8>,
        now: i64,
    ) -> (Delivery, Option<usize>) {
        // A path of the target's own is where the user wants it; else it goes where it came.
        let path = self.path.as_deref().filter(|_| target.path() == "/");
        let target = path.map_or_else(|| target.clone(), |path| target.with_path(path));
        let (mut delivery, mut signed) = signature.delivery(sender, &target, body, now);
        if let Some(method) = &self.method {
            delivery.method.clone_from(method);
        }
        if let Some(headers) = &self.headers {
            delivery.headers = headers.unpack();
            delivery
                .headers
                .retain(|header| !signature.own.iter().any(|own| own.is(&header.name)));
            signed = signature.place_in(&delivery.headers);
            delivery.headers.extend(signature.own.iter().cloned());
        } else {
            let encoding = self
                .encoding
                .iter()
                .filter(|header| !signature.own.iter().any(|own| own.is(&header.name)));
            delivery.headers.extend(encoding.cloned());
        }
        (delivery, signed)
    }
}

/// Headers in one text, a line each: those of a whole journal would otherwise take more memory than its bodies.
#[derive(Debug)]
pub(crate) struct PackedHeaders(Box<str>);

impl PackedHeaders {
    pub(crate) fn new(headers: &[Header]) -> Self {
        let mut text = String::new();
        for Header {
            name,
            value,
            secret,
        } in headers
        {
            let Range { start, end } = secret.clone().unwrap_or_default();
            // A name has no colon, and a value no line feed.
            text += &format!("{name}:{start}:{end}:{value}\n");
        }
        Self(text.into())
    }

    fn unpack(&self) -> Vec<Header> {
        self.0.split_terminator('\n').filter_map(unpacked).collect()
    }

    /// The bytes that they take.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

fn unpacked(line: &str) -> Option<Header> {
    let mut parts = line.splitn(4, ':');
    let (name, start, end) = (
        parts.next()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    );
    let secret = Some(start..end).filter(|range: &Range<usize>| !range.is_empty());
    Some(Header {
        name: name.to_owned(),
        value: parts.next()?.to_owned(),
        secret,
    })
}
