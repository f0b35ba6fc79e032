//! A delivery as it is recorded: one line of JSON.
//!
//! Fields may be added, never renamed: journals are committed and read years later.

use crate::http::{ReceivedHeader, starred};
use crate::json::{write_number, write_string};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};

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
    pub headers: &'a [ReceivedHeader<'a>],
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
#[derive(Clone, Copy, Debug)]
pub struct CapturedSignature {
    /// The verdict.
    pub verdict: &'static str,
    /// The scheme that it was checked with.
    pub scheme: &'static str,
    /// Why it is not valid, as a name.
    pub reason: Option<&'static str>,
}

impl Capture<'_> {
    /// Appends the line.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        plain_field(b"{\"v\":1,\"id\":\"", self.id, out);
        plain_field(b",\"received_at\":\"", self.received_at, out);
        plain_field(b",\"method\":\"", self.method, out);
        field(b",\"target\":", self.target, out);
        self.write_headers(out);
        match simdutf8::basic::from_utf8(self.body) {
            Ok(text) => field(b",\"body\":", text, out),
            Err(_) => field(b",\"body_base64\":", &STANDARD.encode(self.body), out),
        }
        if self.unpacked {
            out.extend_from_slice(b",\"compressed\":true");
        }
        for (place, name) in self.masked.iter().enumerate() {
            let before: &[u8] = if place == 0 { b",\"masked\":[" } else { b"," };
            field(before, name, out);
        }
        if !self.masked.is_empty() {
            out.push(b']');
        }
        out.extend_from_slice(b",\"remote\":\"");
        write_address(self.remote, out);
        out.push(b'"');
        match self.event {
            Some(event) => field(b",\"event\":", event, out),
            None => out.extend_from_slice(b",\"event\":null"),
        }
        let signature = &self.signature;
        plain_field(b",\"signature\":{\"verdict\":\"", signature.verdict, out);
        field(b",\"scheme\":", signature.scheme, out);
        if let Some(reason) = signature.reason {
            field(b",\"reason\":", reason, out);
        }
        out.extend_from_slice(b"},\"errors\":");
        write_number(self.errors, out);
        out.extend_from_slice(b",\"answer\":{\"status\":");
        match self.status {
            Some(status) => write_number(status.into(), out),
            None => out.extend_from_slice(b"null"),
        }
        if let Some(reason) = self.reason {
            field(b",\"reason\":", reason, out);
        }
        out.extend_from_slice(b"}}\n");
    }

    /// `[name, value]`, or with a secret `[name, stars, fingerprint]`.
    fn write_headers(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"headers\":[");
        for (place, header) in self.headers.iter().enumerate() {
            let before: &[u8] = if place == 0 { b"[\"" } else { b",[\"" };
            plain_field(before, &header.name, out);
            match &header.secret {
                Some(range) => {
                    field(b",", &starred(&header.value, range), out);
                    let secret = &header.value.as_bytes()[range.clone()];
                    field(b",", &self.fingerprints.of(secret), out);
                }
                None => field(b",", &header.value, out),
            }
            out.push(b']');
        }
        out.push(b']');
    }
}

/// A text, behind what comes before it.
fn field(before: &[u8], text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(before);
    write_string(text, out);
}

/// The same of a text that has nothing to escape, as names of HTTP have not; its opening mark is in `before`.
fn plain_field(before: &[u8], text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(before);
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// An address and a port, as `Display` writes them, which takes ten times as long.
fn write_address(address: SocketAddr, out: &mut Vec<u8>) {
    let IpAddr::V4(ip) = address.ip() else {
        // Writing to memory does not fail.
        let _ = write!(out, "{address}");
        return;
    };
    let mut sign = None;
    for byte in ip.octets() {
        out.extend(sign.replace(b'.'));
        write_number(byte.into(), out);
    }
    out.push(b':');
    write_number(address.port().into(), out);
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
