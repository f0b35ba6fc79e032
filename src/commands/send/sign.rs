//! How deliveries are signed and which headers they have: the provider's own, the scheme's, the user's.
//!
//! Separate from `signature`, which turns a secret and bytes into a value: here it is decided whose scheme and whose
//! secret that is, and what a user is told about it.

use super::SignOptions;
use super::compose::Sender;
use crate::catalogue::manifest::Signing;
use crate::commands::Context;
use crate::delivery::{BadHeader, Header, Target};
use crate::error::Error;
use crate::secret::Held;
use crate::signature::Signer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Headers, and the secret behind one of them.
pub(super) struct Signature {
    /// What every delivery has.
    fixed: Vec<Header>,
    /// What the user wants to be there, in place of ours where the names are the same.
    own: Vec<Header>,
    pub(super) signer: Option<Signer>,
    pub(super) signing: Option<Signing>,
    /// The provider whose scheme it is, and its secret.
    pub(super) held: Option<(String, Held)>,
    pub(super) scheme: &'static str,
    /// The scheme was named, and is not the sender's own.
    pub(super) overrides: bool,
}

impl Signature {
    /// Decides how to sign.
    pub(super) fn of(
        context: &Context<'_>,
        sender: &Sender<'_>,
        options: &SignOptions,
        headers: &[String],
    ) -> Result<Self, Error> {
        let manifest = match options.scheme.as_deref() {
            Some(none) if none.eq_ignore_ascii_case("none") => None,
            Some(name) => Some(&context.catalogue.provider(name)?.manifest),
            None => sender.manifest,
        };
        let own = headers.iter().map(|text| header(text)).collect::<Result<Vec<_>, _>>()?;
        let plain = |name: &str, value: &str| Header { name: name.to_owned(), value: value.to_owned(), secret: None };
        let fixed = vec![
            plain("User-Agent", &sender.user_agent()),
            plain("Accept", "*/*"),
            plain("Content-Type", sender.content_type()),
        ];
        let Some(manifest) = manifest else {
            return Ok(Self { fixed, own, signer: None, signing: None, held: None, scheme: "none", overrides: true });
        };
        let signing = manifest.signing.value.clone();
        let environment = &*context.world.environment;
        let held = Held::of(&manifest.name, options.secret_file.as_deref(), &context.config, environment)?;
        let signer = Signer::new(&signing, &held.secret).map_err(|_| Error::Secret {
            provider: manifest.name.clone(),
            why: "it has a character that no header can carry, and the provider sends the secret in one".to_owned(),
            origin: held.place.clone().unwrap_or_default(),
        })?;
        let scheme = signing.scheme();
        let held = Some((manifest.name.clone(), held));
        let overrides = options.scheme.is_some();
        Ok(Self { fixed, own, signer: Some(signer), signing: Some(signing), held, scheme, overrides })
    }

    /// Says what a user should know of the secret, once.
    pub(super) fn say_notes(&self, context: &mut Context<'_>) {
        let Some((_, held)) = &self.held else { return };
        match &held.place {
            None => context.note(&format!(
                "signed with the development secret, {}; give your own with --secret-file or ${}",
                crate::secret::DEVELOPMENT,
                held.variable
            )),
            Some(place) if held.trimmed => {
                context.note(&format!("the secret {place} ends in a line feed, which is not taken for a part of it"));
            }
            Some(_) => {}
        }
        let spaced = held.secret.expose().iter().any(u8::is_ascii_whitespace);
        if spaced && matches!(self.signing, Some(Signing::Secret { .. })) {
            context.note("the secret has a space in it, at which the provider's own receivers cut it off");
        }
    }

    /// The headers of a delivery, in the order in which they travel, and the place of the one that signs it.
    pub(super) fn headers(&self, target: &Target, body: &[u8]) -> (Vec<Header>, Option<usize>) {
        let mut headers = self.fixed.clone();
        if let Some(login) = target.login().filter(|_| !self.uses_authorization()) {
            headers.push(basic(login));
        }
        let signed = self.signer.as_ref().map(|signer| signer.headers(body)).unwrap_or_default();
        headers.extend(signed);
        headers.retain(|header| !self.own.iter().any(|own| own.is(&header.name)));
        let name = self.signer.as_ref().map(Signer::header);
        let place = name.and_then(|name| headers.iter().position(|header| header.is(name)));
        headers.extend(self.own.iter().cloned());
        (headers, place)
    }

    /// Whether the scheme needs the header that a user and a password in a URL would go to.
    pub(super) fn uses_authorization(&self) -> bool {
        self.signer.as_ref().is_some_and(|signer| signer.header().eq_ignore_ascii_case("Authorization"))
    }
}

/// User and password as HTTP carries them.
fn basic(login: &str) -> Header {
    let decoded = percent_decoded(login);
    let login = if decoded.contains(&b':') { decoded } else { [decoded.as_slice(), b":"].concat() };
    let value = format!("Basic {}", STANDARD.encode(login));
    let secret = Some("Basic ".len()..value.len());
    Header { name: "Authorization".to_owned(), value, secret }
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    bytes
}

/// A header as a user writes it: `Name: value`.
fn header(text: &str) -> Result<Header, Error> {
    let refuse = |what: String, hint: &str| Err(Error::Usage { what, hint: hint.to_owned() });
    let Some((name, value)) = text.split_once(':') else {
        return refuse(format!("--header {text:?} has no colon"), "write it like --header 'X-Test: 1'");
    };
    match Header::new(name.trim_end(), value.trim_matches([' ', '\t'])) {
        Ok(header) if header.is("Content-Length") || header.is("Transfer-Encoding") => {
            refuse(format!("--header {} would contradict the body", header.name), "the length is set by what is sent")
        }
        Ok(header) => Ok(header),
        Err(BadHeader::Name) => {
            refuse(format!("--header {text:?}: that is no name of a header"), "letters, digits and hyphens make a name")
        }
        Err(BadHeader::Value) => refuse(
            format!("--header {text:?}: a control character cannot stand in a header"),
            "leave out line feeds, carriage returns and NUL",
        ),
    }
}
