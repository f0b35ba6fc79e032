//! What is found in a delivery that came: whose it is, whether its signature fits, what is wrong with its body.
//!
//! Separate because two commands receive: `listen`, and `send` where nobody named a target. Both see a delivery with
//! the same eyes, and answer as the same careful endpoint where they are asked to.

use crate::catalogue::manifest::{Manifest, Signing};
use crate::commands::Context;
use crate::error::Error;
use crate::http::{IncomingRequest, Received};
use crate::lint::{self, Linter, Scratch, Severity};
use crate::redact::headers::HeaderRedactor;
use crate::scheme::signer;
use crate::secret::ResolvedSecret;
use crate::signature::{SignatureVerdict, Signer, SigningInput};
use flate2::read::GzDecoder;
use std::cell::RefCell;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// No more bodies of a list are looked at than these: no provider sends lists, and what is found in them is kept in
/// the memory until it is shown.
const MOST_BODIES: usize = 100;

/// What deliveries are checked with.
pub(crate) struct DeliveryInspector {
    linter: Linter<'static>,
    /// One for each provider, unless one scheme holds for all.
    pub(crate) keys: Arc<Vec<VerifyingKey>>,
    /// Over what nobody may see.
    pub(crate) veil: Arc<HeaderRedactor>,
    /// The first key holds for all of them.
    forced: bool,
    now: fn() -> SystemTime,
    scratch: RefCell<Scratch>,
}

/// A provider's scheme, with the secret that it is checked with.
#[derive(Clone)]
pub(crate) struct VerifyingKey {
    pub(crate) manifest: &'static Manifest,
    pub(crate) held: ResolvedSecret,
    pub(crate) signer: Signer,
}

/// What was found in a delivery.
#[derive(Default)]
pub(crate) struct Examined {
    /// For each body: a delivery with a list has several.
    pub(crate) found: Vec<lint::LintedBody<'static>>,
    /// `None` where it is not to be checked.
    pub(crate) signature: Option<SignatureVerdict>,
    /// The key that it was checked with.
    pub(crate) key: Option<usize>,
    pub(crate) errors: u64,
    pub(crate) warnings: u64,
    pub(crate) notes: u64,
}

impl VerifyingKey {
    pub(crate) fn new(manifest: &'static Manifest, held: ResolvedSecret) -> Result<Self, Error> {
        let signer = signer(manifest, &held)?;
        Ok(Self {
            manifest,
            held,
            signer,
        })
    }

    /// The secret of a provider, from wherever it is named; see [`ResolvedSecret::of`].
    pub(crate) fn of(
        context: &Context<'_>,
        manifest: &'static Manifest,
        file: Option<&Path>,
    ) -> Result<Self, Error> {
        let held = ResolvedSecret::of(
            &manifest.name,
            file,
            &context.config,
            &*context.world.environment,
        )?;
        Self::new(manifest, held)
    }

    pub(crate) fn signing(&self) -> &'static Signing {
        &self.manifest.signing.value
    }
}

/// What a signature of that request may cover; `headers` are its own.
pub(crate) fn signing_input<'a>(
    came: &'a IncomingRequest,
    headers: &'a [(&'a str, &'a [u8])],
    now: SystemTime,
) -> SigningInput<'a> {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    SigningInput {
        method: came.method.as_str(),
        target: came.target(),
        headers,
        body: &came.body,
        now: i64::try_from(now.as_secs()).unwrap_or_default(),
    }
}

impl DeliveryInspector {
    /// One that knows those keys; with `forced`, the first of them alone, whosever a body is.
    pub(crate) fn new(context: &Context<'_>, keys: Vec<VerifyingKey>, forced: bool) -> Self {
        let linter = Linter::new(context.catalogue.providers(), context.config.levels.clone())
            .at_most(MOST_BODIES);
        let veil = Arc::new(HeaderRedactor::new(
            context.catalogue,
            keys.iter().map(|key| &key.held.secret),
        ));
        Self {
            linter,
            keys: Arc::new(keys),
            veil,
            forced,
            now: context.world.now,
            scratch: RefCell::default(),
        }
    }

    /// Looks at a body, and at the header that should sign the bytes as they came.
    pub(crate) fn examine(&self, received: &Received, body: &[u8]) -> Examined {
        let mut found = Vec::with_capacity(1);
        self.linter
            .lint(body, &mut self.scratch.borrow_mut(), &mut |verdict| {
                found.push(verdict)
            });
        let key = self.key(received, found.first().and_then(|found| found.provider));
        let signature = match key {
            Some(at) => {
                let signer = &self.keys[at].signer;
                let headers = received.header_pairs();
                Some(signer.verify(&signing_input(received, &headers, (self.now)())))
            }
            None if self.keys.is_empty() => None,
            // Nobody's body, and no header of anybody's.
            None => Some(SignatureVerdict::Missing),
        };
        let mut examined = Examined {
            signature,
            key,
            ..Examined::default()
        };
        for found in &found {
            examined.errors += found.count(Severity::Error);
            examined.warnings += found.count(Severity::Warning);
            examined.notes += found.count(Severity::Note);
        }
        Examined { found, ..examined }
    }

    /// That of the provider whose body it is, else of the one whose header is there.
    fn key(&self, received: &Received, provider: Option<&str>) -> Option<usize> {
        if self.forced {
            return (!self.keys.is_empty()).then_some(0);
        }
        let of_provider = self
            .keys
            .iter()
            .position(|key| Some(key.manifest.name.as_str()) == provider);
        of_provider.or_else(|| {
            self.keys
                .iter()
                .position(|key| received.header(key.signer.header()).is_some())
        })
    }
}

/// What a compressed body says; nothing where it is not compressed, or broken, or would be larger than allowed.
pub(crate) fn unpacked(encoding: &[u8], body: &[u8], most: usize) -> Option<Vec<u8>> {
    if !encoding.eq_ignore_ascii_case(b"gzip") && !encoding.eq_ignore_ascii_case(b"x-gzip") {
        return None;
    }
    let mut text = Vec::new();
    let most = most as u64;
    GzDecoder::new(body)
        .take(most + 1)
        .read_to_end(&mut text)
        .ok()?;
    (text.len() as u64 <= most).then_some(text)
}

impl Examined {
    /// The canonical name of the event, where it was recognised.
    pub(crate) fn event(&self) -> Option<String> {
        let first = self.found.first()?;
        Some(format!("{}/{}", first.provider?, first.event?))
    }

    /// The word for the signature's verdict.
    pub(crate) fn verdict(&self) -> &'static str {
        self.signature
            .as_ref()
            .map_or("unchecked", SignatureVerdict::name)
    }

    /// The word for the scheme that the signature was checked by, with these keys.
    pub(crate) fn scheme(&self, keys: &[VerifyingKey]) -> &'static str {
        self.key.map_or("none", |at| keys[at].signing().scheme())
    }

    /// What a careful endpoint answers, and why.
    pub(crate) fn careful(&self, body: &[u8]) -> (u16, &'static str) {
        let is_json = || serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
        match self.signature {
            Some(SignatureVerdict::Invalid) => (401, "the signature is invalid"),
            Some(SignatureVerdict::Missing) => (401, "the signature is missing"),
            // Where it is not to be checked, the body has to do.
            Some(SignatureVerdict::Valid) | None if self.errors == 0 => (200, "ok"),
            Some(SignatureVerdict::Valid) | None if is_json() => (422, "the body is invalid"),
            Some(SignatureVerdict::Valid) | None => (400, "the body is no JSON"),
        }
    }
}
