//! A delivery as it is written down: one line of JSON.
//!
//! Separate from the disk, and from reading, which wants only the parts that it needs. The fields may be added to, never
//! renamed: journals are committed and read years later.

use crate::http::Header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::ser::{SerializeSeq as _, SerializeStruct as _};
use serde::{Serialize, Serializer};
use sha2::Sha256;
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
    /// What the fingerprints of secrets in headers are made with.
    pub fingerprints: &'a Fingerprints,
    /// The raw bytes, or what is left of them.
    pub body: &'a [u8],
    /// The body came compressed, and is written as what it says.
    pub unpacked: bool,
    /// The fields in which stars stand in place of secrets.
    pub masked: &'a [&'static str],
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
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        serde_json::to_writer(&mut *out, self)
            .expect("its keys are texts, and memory takes every write");
        out.push(b'\n');
    }
}

impl Serialize for Capture<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Capture", 14)?;
        line.serialize_field("v", &1)?;
        line.serialize_field("id", self.id)?;
        line.serialize_field("received_at", self.received_at)?;
        line.serialize_field("method", self.method)?;
        line.serialize_field("target", self.target)?;
        line.serialize_field("headers", &HeadersField(self))?;
        match std::str::from_utf8(self.body) {
            Ok(text) => line.serialize_field("body", text)?,
            Err(_) => line.serialize_field("body_base64", &STANDARD.encode(self.body))?,
        }
        if self.unpacked {
            line.serialize_field("compressed", &true)?;
        }
        if !self.masked.is_empty() {
            line.serialize_field("masked", self.masked)?;
        }
        line.serialize_field("remote", &self.remote)?;
        line.serialize_field("event", &self.event)?;
        line.serialize_field("signature", &self.signature)?;
        line.serialize_field("errors", &self.errors)?;
        line.serialize_field(
            "answer",
            &AnswerField {
                status: self.status,
            },
        )?;
        line.end()
    }
}

#[derive(Serialize)]
struct AnswerField {
    status: Option<u16>,
}

struct HeadersField<'a>(&'a Capture<'a>);

impl Serialize for HeadersField<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut all = serializer.serialize_seq(Some(self.0.headers.len()))?;
        for header in self.0.headers {
            match &header.secret {
                Some(range) => {
                    let print = self
                        .0
                        .fingerprints
                        .of(&header.value.as_bytes()[range.clone()]);
                    all.serialize_element(&[&header.name, &*header.shown(), &print])?;
                }
                None => all.serialize_element(&[&header.name, &header.value])?,
            }
        }
        all.end()
    }
}

/// Tell one secret from another without giving either away: they are made with a key that is kept nowhere, so that
/// nobody can search with them for the secret once the run is over, and those of two runs have nothing in common.
#[derive(Clone, Debug)]
pub struct Fingerprints(Hmac<Sha256>);

impl Fingerprints {
    /// Fingerprints with that key.
    pub fn new(key: [u64; 2]) -> Self {
        let key = key.map(u64::to_le_bytes).concat();
        Self(Hmac::new_from_slice(&key).expect("a key may have any length"))
    }

    fn of(&self, secret: &[u8]) -> String {
        let digest = self.0.clone().chain_update(secret).finalize().into_bytes();
        format!(
            "keyed:{}",
            digest[..4]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        )
    }
}
