//! Headers as a user writes them in a flag, and what nobody may see of any header.
//!
//! Separate because what is sent, what is answered and what is shown of what came are treated alike.

use crate::catalogue::manifest::Signing;
use crate::catalogue::{Catalogue, Provider};
use crate::delivery::{BadHeader, Came, Header};
use crate::error::Error;
use crate::secret::Secret;
use memchr::memmem;
use std::borrow::Cow;

/// Headers that carry somebody's secret, whoever sends them.
const CONFIDENTIAL: [&str; 3] = ["Authorization", "Proxy-Authorization", "Cookie"];

/// Words before a secret that say only of what sort it is.
const SORTS: [&str; 5] = ["Basic", "Bearer", "Digest", "Secret", "Token"];

/// Marks what nobody may see of a header: all of it but a word that says only of what sort it is.
pub(super) fn hide(header: &mut Header) {
    let sort = |word: &&str| SORTS.iter().any(|sort| sort.eq_ignore_ascii_case(word));
    let word = header.value.split(' ').next().filter(sort).map_or(0, str::len);
    let start = if word == 0 { 0 } else { (word + 1).min(header.value.len()) };
    header.secret = Some(start..header.value.len());
}

/// A secret that is looked for wherever it may turn up has as many bytes: of a shorter one much would be full that is
/// none.
pub(super) const SHORTEST: usize = 4;

/// Knows which headers of a delivery that came hold something that nobody may see.
pub(super) struct Veil {
    /// Of providers that send their secret in a header.
    names: Vec<String>,
    /// What nobody may see, wherever it turns up.
    secrets: Vec<Secret>,
}

impl Veil {
    /// One over those secrets, and over the headers in which any provider sends its own.
    pub(super) fn new<'s>(catalogue: &Catalogue, secrets: impl IntoIterator<Item = &'s Secret>) -> Self {
        let name = |provider: &Provider| match &provider.manifest.signing.value {
            Signing::Secret { header, .. } => Some(header.clone()),
            Signing::Hmac { .. } => None,
        };
        let secrets = secrets.into_iter().filter(|secret| secret.expose().len() >= SHORTEST).cloned().collect();
        Self { names: catalogue.providers().iter().filter_map(name).collect(), secrets }
    }

    /// Marks what nobody may see of a header.
    pub(super) fn over(&self, mut header: Header) -> Header {
        let named = CONFIDENTIAL.iter().any(|name| header.is(name)) || self.names.iter().any(|name| header.is(name));
        let has = |secret: &Secret| {
            let (value, secret) = (header.value.as_bytes(), secret.expose());
            value.len() >= secret.len() && memmem::find(value, secret).is_some()
        };
        if named || self.secrets.iter().any(has) {
            hide(&mut header);
        }
        header
    }

    /// Headers that came as they are written.
    pub(super) fn headers(&self, came: &Came) -> Vec<Header> {
        let header = |(name, value): (Cow<'_, str>, &[u8])| {
            // What is no UTF-8 was Latin-1, when headers were invented.
            let text = std::str::from_utf8(value)
                .map_or_else(|_| value.iter().copied().map(char::from).collect(), str::to_owned);
            self.over(Header { name: name.into_owned(), value: text, secret: None })
        };
        came.lines().into_iter().map(header).collect()
    }
}

/// A header as a user writes it behind that flag: `Name: value`.
pub(super) fn header(flag: &str, text: &str) -> Result<Header, Error> {
    let refuse = |what: String, hint: &str| Err(Error::Usage { what, hint: hint.to_owned() });
    // Only what is fit to be a name is repeated: anything else may be a secret.
    let Some((name, value)) = text.split_once(':') else {
        return refuse(
            format!("{flag}: there is no colon between a name and a value"),
            &format!("write it like {flag} 'X-Test: 1'"),
        );
    };
    match Header::new(name.trim_end(), value.trim_matches([' ', '\t'])) {
        Ok(header) if header.is("Content-Length") || header.is("Transfer-Encoding") => {
            refuse(format!("{flag} {} would contradict the body", header.name), "the length is set by what is sent")
        }
        Ok(mut header) => {
            if CONFIDENTIAL.iter().any(|name| header.is(name)) {
                hide(&mut header);
            }
            Ok(header)
        }
        Err(BadHeader::Name) => refuse(
            format!("{flag}: what stands before the colon is not the name of a header"),
            &format!("a name has letters, digits and hyphens, as in {flag} 'X-Test: 1'"),
        ),
        Err(BadHeader::Value) => refuse(
            format!("{flag} {:?}: a control character cannot stand in a header", name.trim_end()),
            "leave out line feeds, carriage returns and NUL",
        ),
    }
}
