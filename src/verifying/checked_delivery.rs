//! A delivery as it is checked: what was found, with the headers that were given beside it.

use crate::capture::reader::{CaptureKind, FoundCapture};
use crate::error::Error;
use crate::http::Header;
use crate::redact::headers::given_header;
use crate::signature::{SignatureVerdict, SigningInput};

/// Headers that were given beside the deliveries.
#[derive(Debug, Default)]
pub(crate) struct GivenHeaders {
    pub(super) headers: Vec<Header>,
    /// The value of the header that carries the signature, whichever it is.
    signature: Option<String>,
}

impl GivenHeaders {
    /// Parses what was given with `--header` and `--signature`.
    pub(crate) fn parse(headers: &[String], signature: Option<&str>) -> Result<Self, Error> {
        let parse = |text: &String| given_header("--header", text);
        Ok(Self {
            headers: headers.iter().map(parse).collect::<Result<_, _>>()?,
            // As HTTP does.
            signature: signature.map(|value| value.trim().to_owned()),
        })
    }

    /// The signature without the header's name, with which it may have been copied; whether it had it.
    pub(super) fn signature_in(&self, header: &str) -> Option<(&str, bool)> {
        let value = self.signature.as_deref()?;
        let named = value
            .split_once(':')
            .filter(|(name, _)| name.trim().eq_ignore_ascii_case(header));
        Some(named.map_or((value, false), |(_, value)| (value.trim(), true)))
    }
}

/// A delivery with the headers that it is checked with.
pub(super) struct CheckedDelivery<'d> {
    pub(super) found: &'d FoundCapture<'d>,
    /// In order, with repeats; without the value where it was not recorded.
    headers: Vec<(&'d str, Option<&'d str>)>,
}

impl<'d> CheckedDelivery<'d> {
    /// The given headers replace recorded ones of the same name.
    pub(super) fn new(found: &'d FoundCapture<'d>, given: &'d [Header]) -> Self {
        let recorded = found.captured.headers.iter();
        let recorded = recorded
            .filter(|header| !given.iter().any(|given| given.is(&header.name)))
            .map(|header| (header.name.as_str(), header.value.as_deref()));
        let given = given
            .iter()
            .map(|header| (header.name.as_str(), Some(header.value.as_str())));
        Self {
            found,
            headers: recorded.chain(given).collect(),
        }
    }

    /// Sets a header, in place of all of that name.
    pub(super) fn set(&mut self, name: &'d str, value: &'d str) {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name, Some(value)));
    }

    fn all(&self, name: &str) -> impl Iterator<Item = Option<&'d str>> {
        let named = move |(known, _): &&(&str, _)| known.eq_ignore_ascii_case(name);
        self.headers.iter().filter(named).map(|(_, value)| *value)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    pub(super) fn value(&self, name: &str) -> Option<&'d str> {
        self.all(name).next().flatten()
    }

    /// Whether a header was there, but its value was not recorded.
    pub(super) fn is_lost(&self, name: &str) -> bool {
        self.all(name).any(|value| value.is_none())
    }

    /// The headers with their values.
    pub(super) fn pairs(&self) -> Vec<(&'d str, &'d [u8])> {
        let pair = |(name, value): &(&'d str, Option<&'d str>)| Some((*name, (*value)?.as_bytes()));
        self.headers.iter().filter_map(pair).collect()
    }

    /// What a signature may cover, with those headers.
    pub(super) fn input<'i>(&self, headers: &'i [(&'i str, &'i [u8])], now: i64) -> SigningInput<'i>
    where
        'd: 'i,
    {
        let captured = &self.found.captured;
        SigningInput {
            method: captured.method.as_deref().unwrap_or("POST"),
            target: captured.target.as_deref().unwrap_or("/"),
            headers,
            body: &captured.body,
            now,
        }
    }

    /// Whether a person may have copied it, so that its bytes may have changed.
    pub(super) fn may_be_copied(&self) -> bool {
        self.found.kind != CaptureKind::Recorded
    }

    /// How many bytes its body had when it was sent, if that is known.
    pub(super) fn sent_bytes(&self) -> Option<usize> {
        self.value("Content-Length")?.trim().parse().ok()
    }

    /// Whether a program parsed its body, and printed it in a JSON text of its own.
    pub(super) fn is_printed(&self) -> bool {
        self.found.kind == CaptureKind::Parsed
    }

    /// The verdict on arrival, if its signature was verified then.
    pub(super) fn recorded(&self) -> Option<SignatureVerdict> {
        let recorded = self.found.captured.signature.as_ref()?;
        SignatureVerdict::named(&recorded.verdict)
            .filter(|verdict| *verdict != SignatureVerdict::Unchecked)
    }

    /// Whether it says that its body is compressed, which the body is not any more.
    pub(super) fn lost_compression(&self) -> bool {
        let encoding = self.value("Content-Encoding").unwrap_or_default();
        let encoding = encoding.to_ascii_lowercase();
        let gzip_or_zlib = matches!(&*self.found.captured.body, [0x1f, 0x8b, ..] | [0x78, ..]);
        (encoding.contains("gzip") || encoding.contains("deflate")) && !gzip_or_zlib
    }
}
