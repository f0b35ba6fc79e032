//! A delivery as it is written down: one line of JSON.
//!
//! Separate from the disk, and from reading, which wants only the parts that it needs. The fields may be added to, never
//! renamed: journals are committed and read years later.

use crate::delivery::Header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{SerializeSeq as _, SerializeStruct as _};
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use std::net::SocketAddr;

/// A delivery with what was found and answered.
#[derive(Clone, Debug)]
pub struct Capture<'a> {
    /// Its id, which did not travel.
    pub id: &'a str,
    /// When its last byte had come.
    pub received_at: &'a str,
    /// The method.
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// In order, with repeats.
    pub headers: &'a [Header],
    /// Write secrets in headers as they are, instead of a fingerprint.
    pub keep_secrets: bool,
    /// The raw bytes.
    pub body: &'a [u8],
    /// Who sent it.
    pub remote: SocketAddr,
    /// The canonical name of its event.
    pub event: Option<&'a str>,
    /// What was found of its signature.
    pub signature: CapturedSignature,
    /// Findings that are errors.
    pub errors: u64,
    /// What was answered; nothing where the connection was reset.
    pub status: Option<u16>,
}

/// What was found of a signature.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CapturedSignature {
    /// The verdict.
    pub verdict: &'static str,
    /// The scheme that it was checked by.
    pub scheme: &'static str,
}

impl Capture<'_> {
    /// Appends the line.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        serde_json::to_writer(&mut *out, self).expect("its keys are texts, and memory takes every write");
        out.push(b'\n');
    }
}

impl Serialize for Capture<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Capture", 12)?;
        line.serialize_field("v", &1)?;
        line.serialize_field("id", self.id)?;
        line.serialize_field("received_at", self.received_at)?;
        line.serialize_field("method", self.method)?;
        line.serialize_field("target", self.target)?;
        line.serialize_field("headers", &Headers(self))?;
        match std::str::from_utf8(self.body) {
            Ok(text) => line.serialize_field("body", text)?,
            Err(_) => line.serialize_field("body_base64", &STANDARD.encode(self.body))?,
        }
        line.serialize_field("remote", &self.remote)?;
        line.serialize_field("event", &self.event)?;
        line.serialize_field("signature", &self.signature)?;
        line.serialize_field("errors", &self.errors)?;
        line.serialize_field("answer", &Answer { status: self.status })?;
        line.end()
    }
}

#[derive(Serialize)]
struct Answer {
    status: Option<u16>,
}

struct Headers<'a>(&'a Capture<'a>);

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut all = serializer.serialize_seq(Some(self.0.headers.len()))?;
        for header in self.0.headers {
            match &header.secret {
                Some(range) if !self.0.keep_secrets => {
                    let print = fingerprint(&header.value.as_bytes()[range.clone()]);
                    all.serialize_element(&[&header.name, &*header.shown(), &print])?;
                }
                _ => all.serialize_element(&[&header.name, &header.value])?,
            }
        }
        all.end()
    }
}

/// Tells one secret from another without giving either away: too short to search for the secret with.
fn fingerprint(secret: &[u8]) -> String {
    let digest = Sha256::digest(secret);
    format!("sha256:{}", digest[..4].iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}
