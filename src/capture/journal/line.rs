//! A delivery as it is recorded: one line of JSON.
//!
//! Fields may be added, never renamed: journals are committed and read years later.

use crate::http::Header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::ser::{SerializeSeq as _, SerializeStruct as _};
use serde::{Serialize, Serializer};
use sha2::Sha256;
use std::net::SocketAddr;

/// A delivery with what was found and how it was answered.
#[derive(Clone, Debug)]
pub struct Capture<'a> {
    /// The id that `listen` gave it.
    pub id: &'a str,
    /// When its last byte arrived.
    pub received_at: &'a str,
    /// The method.
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// In order, with repeats.
    pub headers: &'a [Header],
    /// Makes the fingerprints of secrets in headers.
    pub fingerprints: &'a Fingerprints,
    /// The raw bytes, perhaps unpacked or masked.
    pub body: &'a [u8],
    /// The body was compressed and is recorded unpacked.
    pub unpacked: bool,
    /// The fields in which secrets were replaced with stars.
    pub masked: &'a [&'static str],
    /// The sender's address.
    pub remote: SocketAddr,
    /// The canonical name of its event.
    pub event: Option<&'a str>,
    /// The result of checking its signature.
    pub signature: CapturedSignature,
    /// Findings that are errors.
    pub errors: u64,
    /// The status of the answer; nothing where there was none.
    pub status: Option<u16>,
    /// Why there was none, or why the target of `--forward` gave none.
    pub reason: Option<&'a str>,
}

/// The result of checking a signature.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CapturedSignature {
    /// The verdict.
    pub verdict: &'static str,
    /// The scheme that it was checked with.
    pub scheme: &'static str,
    /// Why it is not valid, as a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

impl Capture<'_> {
    /// Appends the line.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        serde_json::to_writer(&mut *out, self)
            .expect("its keys are strings, and writing to memory does not fail");
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
                reason: self.reason,
            },
        )?;
        line.end()
    }
}

#[derive(Serialize)]
struct AnswerField<'a> {
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
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

/// Makes fingerprints, which tell secrets apart without revealing them. The key is stored nowhere: once the run is over, a
/// secret cannot be searched for with its fingerprint.
#[derive(Clone, Debug)]
pub struct Fingerprints(Hmac<Sha256>);

impl Fingerprints {
    /// Fingerprints made with that key.
    pub fn new(key: [u64; 2]) -> Self {
        let key = key.map(u64::to_le_bytes).concat();
        Self(Hmac::new_from_slice(&key).expect("HMAC takes keys of any length"))
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
