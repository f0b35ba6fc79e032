//! Headers as a user writes them in a flag, and what nobody may see of any header.
//!
//! Separate because what is sent, what is answered and what is shown of what came are treated alike.

use super::{Redacted, Redactor};
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::http::{BadHeader, Header, IncomingRequest};
use crate::lint::{Finding, LintedBody};
use crate::secret::Secret;
use std::borrow::Cow;

/// How the names of headers end that carry somebody's secret, whoever sends them.
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

/// Whether a header carries somebody's secret, by its name.
pub(crate) fn is_confidential(name: &str) -> bool {
    let name = name.as_bytes();
    let Some(last) = name.last().map(u8::to_ascii_lowercase) else {
        return false;
    };
    // The last letter tells most of them apart, and many names are asked.
    let ends = |end: &[u8]| {
        end.last() == Some(&last)
            && name.len() >= end.len()
            && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
    };
    CONFIDENTIAL.iter().any(|end| ends(end.as_bytes()))
}

/// Words before a secret that say only of what sort it is.
const SORTS: [&str; 5] = ["Basic", "Bearer", "Digest", "Secret", "Token"];

/// Marks what nobody may see of a header: all of it but a word that says only of what sort it is.
pub(crate) fn hide(header: &mut Header) {
    let sort = |word: &&str| SORTS.iter().any(|sort| sort.eq_ignore_ascii_case(word));
    let word = header
        .value
        .split(' ')
        .next()
        .filter(sort)
        .map_or(0, str::len);
    let start = if word == 0 {
        0
    } else {
        (word + 1).min(header.value.len())
    };
    header.secret = Some(start..header.value.len());
}

/// Knows what nobody may see of a delivery that came.
pub(crate) struct HeaderRedactor {
    /// Headers of providers that send their secret in one.
    hidden: Vec<String>,
    /// Headers of providers that carry a signature, or a public key.
    open: Vec<String>,
    /// Finds the secrets themselves, wherever they turn up.
    redactor: Redactor,
}

impl HeaderRedactor {
    /// One over those secrets, and over the headers in which any provider sends its own.
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

    /// Marks what nobody may see of a header.
    pub(crate) fn over(&self, mut header: Header) -> Header {
        let named = |names: &[String]| names.iter().any(|name| header.is(name));
        let by_name = named(&self.hidden) || (is_confidential(&header.name) && !named(&self.open));
        if by_name || self.redactor.is_in(header.value.as_bytes()) {
            hide(&mut header);
        }
        if let Cow::Owned(name) = self.redactor.text(&header.name) {
            header.name = name;
        }
        header
    }

    /// Headers that came, as anybody may see them.
    pub(crate) fn headers(&self, came: &IncomingRequest) -> Vec<Header> {
        headers(came)
            .into_iter()
            .map(|header| self.over(header))
            .collect()
    }

    /// A text of a line or less with stars in place of secrets.
    pub(crate) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.redactor.text(text)
    }

    /// The same for a body; nothing where there is no secret in it.
    pub(crate) fn body(&self, body: &[u8]) -> Option<Redacted> {
        self.redactor.bytes(body)
    }

    /// A JSON pointer, in whose keys slashes and tildes are escaped in a way of its own.
    fn pointer(&self, pointer: &str) -> String {
        let key = |key: &str| {
            let plain = key.replace("~1", "/").replace("~0", "~");
            self.text(&plain).replace('~', "~0").replace('/', "~1")
        };
        pointer.split('/').map(key).collect::<Vec<_>>().join("/")
    }

    /// What was found in a body, as it may be told of what is left of it.
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

/// Headers that came, as they are written.
pub(crate) fn headers(came: &IncomingRequest) -> Vec<Header> {
    let header = |(name, value): (Cow<'_, str>, &[u8])| {
        // What is no UTF-8 was Latin-1, when headers were invented.
        let text = std::str::from_utf8(value).map_or_else(
            |_| value.iter().copied().map(char::from).collect(),
            str::to_owned,
        );
        Header {
            name: name.into_owned(),
            value: text,
            secret: None,
        }
    };
    came.lines().into_iter().map(header).collect()
}

/// A header as a user writes it behind that flag: `Name: value`.
pub(crate) fn header(flag: &str, text: &str) -> Result<Header, Error> {
    let refuse = |what: String, hint: &str| {
        Err(Error::Usage {
            what,
            hint: hint.to_owned(),
        })
    };
    // Only what is fit to be a name is repeated: anything else may be a secret.
    let Some((name, value)) = text.split_once(':') else {
        return refuse(
            format!("{flag}: there is no colon between a name and a value"),
            &format!("write it like {flag} 'X-Test: 1'"),
        );
    };
    match Header::new(name.trim_end(), value.trim_matches([' ', '\t'])) {
        Ok(header) if header.is("Content-Length") || header.is("Transfer-Encoding") => refuse(
            format!("{flag} {} would contradict the body", header.name),
            "the length is set by what is sent",
        ),
        Ok(mut header) => {
            if is_confidential(&header.name) {
                hide(&mut header);
            }
            Ok(header)
        }
        Err(BadHeader::Name) => refuse(
            format!("{flag}: what stands before the colon is not the name of a header"),
            &format!("a name has letters, digits and hyphens, as in {flag} 'X-Test: 1'"),
        ),
        Err(BadHeader::Value) => refuse(
            format!(
                "{flag} {:?}: a control character cannot stand in a header",
                name.trim_end()
            ),
            "leave out line feeds, carriage returns and NUL",
        ),
    }
}
