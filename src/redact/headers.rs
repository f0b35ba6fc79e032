//! Hides the secrets in headers and in received deliveries; parses headers given in flags.

use super::{Redacted, Redactor};
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::http::{BadHeader, Header, IncomingRequest, ReceivedHeader};
use crate::lint::{Finding, LintedBody};
use crate::secret::Secret;
use std::borrow::Cow;
use std::ops::Range;

/// Headers whose name ends like this carry a secret.
const CONFIDENTIAL: [&str; 10] = [
    "authorization",
    "cookie",
    "token",
    "secret",
    "password",
    "api-key",
    "apikey",
    "auth-key",
    "subscription-key",
    "jwt-assertion",
];

/// Whether a header carries a secret, by its name.
pub(crate) fn is_confidential(name: &str) -> bool {
    let name = name.as_bytes();
    let Some(last) = name.last().map(u8::to_ascii_lowercase) else {
        return false;
    };
    // Comparing the last letter first is fast, and this is called for many names.
    let ends = |end: &[u8]| {
        end.last() == Some(&last)
            && name.len() >= end.len()
            && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
    };
    CONFIDENTIAL.iter().any(|end| ends(end.as_bytes()))
}

/// Words before a secret that only name its kind.
const KINDS: [&str; 5] = ["Basic", "Bearer", "Digest", "Secret", "Token"];

/// Marks the value of a header as secret.
pub(crate) fn hide(header: &mut Header) {
    header.secret = Some(secret_part(&header.value));
}

/// The secret part of a value: all of it, except for a word that only names its kind.
fn secret_part(value: &str) -> Range<usize> {
    let is_kind = |word: &&str| KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(word));
    let word = value.split(' ').next().filter(is_kind).map_or(0, str::len);
    let start = if word == 0 {
        0
    } else {
        (word + 1).min(value.len())
    };
    start..value.len()
}

/// Hides the secrets in a received delivery.
pub(crate) struct HeaderRedactor {
    /// Headers in which a provider sends its secret.
    hidden: Vec<String>,
    /// Headers that carry a provider's signature or public key, and are shown.
    open: Vec<String>,
    /// Finds the secrets themselves in any text.
    redactor: Redactor,
}

impl HeaderRedactor {
    /// Hides those secrets, and the headers in which any provider sends its own.
    pub(crate) fn new<'s>(
        catalogue: &Catalogue,
        secrets: impl IntoIterator<Item = &'s Secret>,
    ) -> Self {
        let (mut hidden, mut open): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for provider in catalogue.providers() {
            let signing = &provider.manifest.signing.value;
            let names = if signing.sends_secret() {
                &mut hidden
            } else {
                &mut open
            };
            names.extend(
                signing
                    .key_header()
                    .into_iter()
                    .chain([signing.header()])
                    .map(str::to_owned),
            );
        }
        Self {
            hidden,
            open,
            redactor: Redactor::new(secrets.into_iter().map(Secret::expose)),
        }
    }

    /// Marks the secret part of a header.
    pub(crate) fn over(&self, mut header: Header) -> Header {
        header.secret = self.secret_in(&header.name, &header.value);
        if let Cow::Owned(name) = self.redactor.text(&header.name) {
            header.name = name;
        }
        header
    }

    /// The secret part of a header's value, where it has one.
    fn secret_in(&self, name: &str, value: &str) -> Option<Range<usize>> {
        let named = |names: &[String]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        let by_name = named(&self.hidden) || (is_confidential(name) && !named(&self.open));
        (by_name || self.redactor.is_in(value.as_bytes())).then(|| secret_part(value))
    }

    /// The headers of a request, with their secrets marked.
    pub(crate) fn received<'r>(
        &self,
        request: &'r IncomingRequest,
    ) -> impl Iterator<Item = ReceivedHeader<'r>> {
        received(request).map(|header| ReceivedHeader {
            secret: self.secret_in(&header.name, &header.value),
            name: match self.redactor.text(&header.name) {
                Cow::Owned(name) => Cow::Owned(name),
                Cow::Borrowed(_) => header.name,
            },
            value: header.value,
        })
    }

    /// The same, to be kept.
    pub(crate) fn headers(&self, request: &IncomingRequest) -> Vec<Header> {
        let kept = |header: ReceivedHeader<'_>| Header {
            name: header.name.into_owned(),
            value: header.value.into_owned(),
            secret: header.secret,
        };
        self.received(request).map(kept).collect()
    }

    /// A short text with stars instead of secrets.
    pub(crate) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.redactor.text(text)
    }

    /// The same for a body; `None` where it contains no secret.
    pub(crate) fn body(&self, body: &[u8]) -> Option<Redacted> {
        self.redactor.bytes(body)
    }

    /// The same for a JSON pointer, which escapes slashes and tildes in keys.
    fn pointer(&self, pointer: &str) -> String {
        let key = |key: &str| {
            let plain = key.replace("~1", "/").replace("~0", "~");
            self.text(&plain).replace('~', "~0").replace('/', "~1")
        };
        pointer.split('/').map(key).collect::<Vec<_>>().join("/")
    }

    /// The findings in a body, moved to their places in the redacted body and without secrets.
    pub(crate) fn found(
        &self,
        found: &[LintedBody<'static>],
        body: &Redacted,
    ) -> Vec<LintedBody<'static>> {
        let text = |text: &String| self.text(text).into_owned();
        let finding = |finding: &Finding| Finding {
            pointer: self.pointer(&finding.pointer),
            span: body.place(&finding.span),
            message: text(&finding.message),
            label: text(&finding.label),
            help: finding.help.as_ref().map(text),
            ..finding.clone()
        };
        let verdict = |verdict: &LintedBody<'static>| LintedBody {
            start: body.place(&(verdict.start..verdict.start)).start,
            findings: verdict.findings.iter().map(finding).collect(),
            ..verdict.clone()
        };
        found.iter().map(verdict).collect()
    }
}

/// The headers of a request as they were sent.
pub(crate) fn received(request: &IncomingRequest) -> impl Iterator<Item = ReceivedHeader<'_>> {
    request.headers().map(|(name, value)| ReceivedHeader {
        name: Cow::Borrowed(name),
        // What is not valid UTF-8 is read as Latin-1, the original encoding of headers.
        value: std::str::from_utf8(value).map_or_else(
            |_| value.iter().copied().map(char::from).collect(),
            Cow::Borrowed,
        ),
        secret: None,
    })
}

/// Parses a header to be sent, given with `flag`: `Name: value`.
pub(crate) fn header(flag: &str, text: &str) -> Result<Header, Error> {
    let header = given_header(flag, text)?;
    if header.is("Content-Length") || header.is("Transfer-Encoding") {
        return Err(Error::Usage {
            what: format!("{flag} {} would contradict the body", header.name),
            hint: "the length is set automatically".to_owned(),
        });
    }
    Ok(header)
}

/// Parses any header given with `flag`.
pub(crate) fn given_header(flag: &str, text: &str) -> Result<Header, Error> {
    let refuse = |what: String, hint: &str| {
        Err(Error::Usage {
            what,
            hint: hint.to_owned(),
        })
    };
    // Only valid names are repeated in errors: anything else may be a secret.
    let Some((name, value)) = text.split_once(':') else {
        return refuse(
            format!("{flag}: missing colon between name and value"),
            &format!("write it like {flag} 'X-Test: 1'"),
        );
    };
    match Header::new(name.trim_end(), value.trim_matches([' ', '\t'])) {
        Ok(mut header) => {
            if is_confidential(&header.name) {
                hide(&mut header);
            }
            Ok(header)
        }
        Err(BadHeader::Name) => refuse(
            format!("{flag}: the text before the colon is not a valid header name"),
            &format!("use letters, digits and hyphens, as in {flag} 'X-Test: 1'"),
        ),
        Err(BadHeader::Value) => refuse(
            format!(
                "{flag} {:?}: control characters are not allowed in a header",
                name.trim_end()
            ),
            "remove line feeds, carriage returns and NUL",
        ),
    }
}
