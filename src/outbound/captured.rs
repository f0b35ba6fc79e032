//! What a step keeps of the delivery that it was captured from: its method, its path, and on request its headers.

use super::sender::Sender;
use super::signed::SignedDelivery;
use crate::http::{Header, Target};
use crate::signature::SignatureVerdict;
use std::ops::Range;
use std::time::Duration;

/// How a step came when it was captured.
#[derive(Debug, Default)]
pub(crate) struct CapturedStep {
    /// The id that the delivery had.
    pub(crate) id: Option<String>,
    pub(crate) method: Option<String>,
    /// Path and query.
    pub(crate) path: Option<String>,
    /// The `Content-Encoding` of the body.
    pub(crate) encoding: Option<Header>,
    /// What was found out about its signature when it was recorded.
    pub(crate) verdict: Option<SignatureVerdict>,
    /// The captured headers, where they are sent instead of new ones.
    pub(crate) headers: Option<PackedHeaders>,
    /// The pause after the step before.
    pub(crate) pause: Duration,
}

impl CapturedStep {
    /// The step on its way to a target, signed at that second.
    pub(crate) fn delivery(
        &self,
        sender: &Sender<'_>,
        target: &Target,
        body: Vec<u8>,
        now: i64,
    ) -> SignedDelivery {
        // A path in the target wins over the captured one.
        let path = self.path.as_deref().filter(|_| target.path() == "/");
        let target = path.map_or_else(|| target.clone(), |path| target.with_path(path));
        let mut delivery = sender.unsigned(&target, body);
        if let Some(method) = &self.method {
            delivery.method.clone_from(method);
        }
        if let Some(headers) = &self.headers {
            delivery.headers = headers.unpack();
            return sender.sign(delivery, |_| Vec::new());
        }
        let mut signed = sender.sign(delivery, |delivery| sender.signature.headers(delivery, now));
        let given = |header: &&Header| sender.user_headers.iter().any(|user| user.is(&header.name));
        let encoding = self.encoding.iter().filter(|header| !given(header));
        signed.delivery.headers.extend(encoding.cloned());
        signed
    }
}

/// Headers in one text, a line each: as separate strings, those of a journal would take more memory than its bodies.
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

    /// The memory that they take, in bytes.
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
