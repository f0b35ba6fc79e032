//! Checks one delivery after the other with the keys that were chosen.

use super::checked_delivery::{CheckedDelivery, GivenHeaders};
use super::judgement::{
    KEEP_ONE, OTHER_SECRET_NOW, PARSED, PRETTY, SignatureJudgement, is_unclear, reformatted,
    secret_unusable, unknown_provider,
};
use super::paste;
use super::recogniser::DeliveryRecogniser;
use super::right_check::{Language, right_check};
use crate::capture::reader::{CaptureKind, FoundCapture};
use crate::catalogue::Catalogue;
use crate::redact::headers::HeaderRedactor;
use crate::report::{RightCheck, VerifiedDelivery, WhyNotValid};
use crate::scheme_choice::{UnusableKey, VerifyingKey, key_of};
use crate::signature::diagnose::{Candidate, Question, Reason, diagnose};
use crate::signature::{SignatureVerdict, SigningInput};

/// What a verifier needs.
pub(crate) struct VerifierSettings {
    pub(crate) catalogue: &'static Catalogue,
    pub(crate) keys: Vec<VerifyingKey>,
    /// The keys of all providers, which may explain a signature that does not fit.
    pub(crate) others: Vec<VerifyingKey>,
    /// The providers that have no key, since their secrets cannot be used.
    pub(crate) unusable: Vec<UnusableKey>,
    /// Verify every delivery with the first key, whichever provider's body it has.
    pub(crate) one_key: bool,
    /// The only provider whose bodies are recognised.
    pub(crate) provider: Option<&'static str>,
    pub(crate) given: GivenHeaders,
    /// Say what the right signature is.
    pub(crate) show_signature: bool,
    /// Show the right check in this language.
    pub(crate) language: Option<Language>,
    pub(crate) now: i64,
}

/// Checks deliveries.
pub(crate) struct Verifier {
    settings: VerifierSettings,
    recogniser: DeliveryRecogniser,
    redactor: HeaderRedactor,
    /// The keys of which the right check was shown.
    explained: Vec<usize>,
}

impl Verifier {
    pub(crate) fn new(settings: VerifierSettings) -> Self {
        let keys = settings.keys.iter().chain(&settings.others);
        let secrets = keys.map(|key| &key.held.secret);
        Self {
            redactor: HeaderRedactor::new(settings.catalogue, secrets),
            recogniser: DeliveryRecogniser::new(&settings),
            explained: Vec::new(),
            settings,
        }
    }

    /// The keys that it verifies with.
    pub(crate) fn keys(&self) -> &[VerifyingKey] {
        &self.settings.keys
    }

    /// Hides the secrets of all keys.
    pub(crate) fn redactor(&self) -> &HeaderRedactor {
        &self.redactor
    }

    /// Checks a delivery; also says with which key.
    pub(crate) fn verify<'f>(
        &mut self,
        found: &FoundCapture<'f>,
    ) -> (VerifiedDelivery<'f>, Option<usize>) {
        let (mut view, key, of_code) = self.check(found);
        view.check = key.and_then(|key| self.right_check(key, of_code));
        (view, key)
    }

    /// Checks a delivery; also says with which key, and whether code is wrong.
    fn check<'f>(&self, found: &FoundCapture<'f>) -> (VerifiedDelivery<'f>, Option<usize>, bool) {
        let mut delivery = CheckedDelivery::new(found, &self.settings.given.headers);
        let (provider, event) = self.recogniser.recognise(&delivery);
        let mut view = VerifiedDelivery {
            source: found.source,
            record: found.record,
            numbered: found.kind == CaptureKind::Recorded || found.record > 1,
            provider,
            event,
            bytes: found.captured.body.len(),
            verdict: SignatureVerdict::Unchecked,
            scheme: None,
            header: None,
            why: None,
            recorded: None,
            expected: None,
            check: None,
        };
        if let Some(unusable) = self.unusable(&delivery, provider) {
            view.provider = Some(&unusable.manifest.name);
            view.why = Some(secret_unusable(&unusable.error));
            return (view, None, false);
        }
        let Some(index) = self.key(&delivery, provider) else {
            let log = delivery.may_be_copied() && paste::is_log(&found.captured.body);
            view.why = Some(unknown_provider(log));
            return (view, None, false);
        };
        let key = &self.settings.keys[index];
        let header = key.signing().header();
        if let Some((value, _)) = self.settings.given.signature_in(header) {
            delivery.set(header, value);
        }
        let judgement = self.judge(&delivery, key);
        view.provider = provider.or(Some(&key.manifest.name));
        view.scheme = Some(key.signing().scheme());
        view.header = Some(header);
        view.verdict = judgement.verdict;
        view.recorded = delivery.recorded().filter(|_| judgement.is_not_recorded());
        // It quotes headers.
        let text = |text: String| self.redactor.text(&text).into_owned();
        view.why = judgement.why.map(|why| WhyNotValid {
            explanation: text(why.explanation),
            fix: text(why.fix),
            ..why
        });
        if self.settings.show_signature && judgement.verdict != SignatureVerdict::Valid {
            let right = key.signer.headers(&delivery.input(&[], self.settings.now));
            view.expected = right.last().map(|right| right.shown().into_owned());
        }
        (view, Some(index), judgement.of_code)
    }

    /// The right check of a key's provider, once, if it was asked for or if it helps.
    fn right_check(&mut self, key: usize, of_code: bool) -> Option<RightCheck> {
        let language = self.settings.language;
        if self.explained.contains(&key) || (language.is_none() && !of_code) {
            return None;
        }
        self.explained.push(key);
        Some(right_check(self.settings.keys[key].manifest, language))
    }

    /// The provider that sent a delivery, if its secret cannot be used.
    fn unusable(
        &self,
        delivery: &CheckedDelivery<'_>,
        provider: Option<&str>,
    ) -> Option<&UnusableKey> {
        if self.settings.one_key || self.settings.unusable.is_empty() {
            return None;
        }
        let known = provider.is_some() || self.key(delivery, None).is_some();
        self.settings.unusable.iter().find(|unusable| {
            let manifest = unusable.manifest;
            let header = manifest.signing.value.header();
            provider == Some(&manifest.name) || (!known && delivery.has(header))
        })
    }

    /// The key to verify with: that of the provider, else the one whose header is there, else the one that fits.
    fn key(&self, delivery: &CheckedDelivery<'_>, provider: Option<&str>) -> Option<usize> {
        let keys = &self.settings.keys;
        if self.settings.one_key {
            return (!keys.is_empty()).then_some(0);
        }
        key_of(keys, provider, |header| delivery.has(header))
            .or_else(|| self.fitting_key(delivery, false))
            .or_else(|| self.fitting_key(delivery, true))
    }

    /// The key with which a given signature is valid, if need be after the changes of copying are undone; or the one whose
    /// header was given with it.
    fn fitting_key(&self, delivery: &CheckedDelivery<'_>, copied: bool) -> Option<usize> {
        if copied && !delivery.may_be_copied() {
            return None;
        }
        self.settings.keys.iter().position(|key| {
            let header = key.signing().header();
            let given = self.settings.given.signature_in(header);
            given.is_some_and(|(value, named)| {
                let headers = [(header, value.as_bytes())];
                let input = delivery.input(&headers, self.settings.now);
                match copied && !key.signing().sends_secret() {
                    true => paste::explain_signature(&input, value, &key.signer, false).is_some(),
                    false => named || key.signer.verify(&input) == SignatureVerdict::Valid,
                }
            })
        })
    }

    fn judge(&self, delivery: &CheckedDelivery<'_>, key: &VerifyingKey) -> SignatureJudgement {
        let header = key.signing().header();
        if delivery.is_lost(header) {
            return SignatureJudgement::not_recorded(
                format!("{header} carries a secret and was recorded without it"),
                "give the value with --signature, or record with `listen --journal FILE --keep-secrets`",
            );
        }
        let headers = delivery.pairs();
        let input = delivery.input(&headers, self.settings.now);
        let verdict = key.signer.verify(&input);
        if verdict == SignatureVerdict::Valid {
            return SignatureJudgement::valid();
        }
        let captured = &delivery.found.captured;
        if verdict == SignatureVerdict::Invalid && (captured.masked || captured.unpacked) {
            let how = if captured.masked {
                "secrets were replaced by stars"
            } else {
                "the text was decompressed"
            };
            return SignatureJudgement::not_recorded(
                format!(
                    "{how} when the body was recorded, so these are not the bytes that were signed"
                ),
                "record with `listen --journal FILE --keep-secrets` to keep every byte",
            );
        }
        if headers.is_empty() && delivery.found.kind == CaptureKind::Body {
            return SignatureJudgement::because(
                verdict,
                Reason::HeaderMissing,
                WhyNotValid {
                    reason: Reason::HeaderMissing.name(),
                    explanation: format!(
                        "no signature given: the file is a body without headers, and {header} carries the signature"
                    ),
                    fix: format!(
                        "add --signature VALUE or --header '{header}: VALUE', or give the whole HTTP request"
                    ),
                },
            );
        }
        self.explain(delivery, key, &input, verdict)
    }

    /// Why a signature is not valid: because the body was copied, or by a mistake of the sender or here.
    fn explain(
        &self,
        delivery: &CheckedDelivery<'_>,
        key: &VerifyingKey,
        input: &SigningInput<'_>,
        verdict: SignatureVerdict,
    ) -> SignatureJudgement {
        let copied = delivery.may_be_copied() && verdict == SignatureVerdict::Invalid;
        let copied = copied && !key.signing().sends_secret();
        let value = paste::signature(input, key.signing().header()).filter(|_| copied);
        let Some((mut reason, mut why)) = self.diagnosis(key, input) else {
            // The diagnosis agrees with the verifier, so it found the signature valid.
            return SignatureJudgement::valid();
        };
        let whole = delivery.sent_bytes() == Some(input.body.len());
        if let Some(value) = &value
            && let Some(found) =
                paste::explain_signature(input, value, &key.signer, delivery.is_printed())
        {
            let sender = Some((reason, why)).filter(|_| !is_unclear(reason));
            return match sender {
                Some((reason, why)) if whole && found.of_body => {
                    SignatureJudgement::because(verdict, reason, why)
                }
                None if whole && found.of_body => SignatureJudgement::changed(&found),
                sender => {
                    // A length that does not fit shows that copying changed the body.
                    let both = found.of_body && delivery.sent_bytes().is_none();
                    let sender = sender.filter(|_| both).map(|(_, why)| why);
                    SignatureJudgement::pasted(&found, sender)
                }
            };
        }
        if reason == Reason::BodyNewline && value.is_some() && !whole {
            // The line end was copied, and something else is wrong.
            let line = input.body.trim_ascii_end();
            let found = self.diagnosis(
                key,
                &SigningInput {
                    body: line,
                    ..*input
                },
            );
            if let Some((other, other_why)) = found.filter(|(other, _)| *other != reason) {
                (reason, why) = (other, other_why);
            }
        }
        if !is_unclear(reason) {
            return SignatureJudgement::because(verdict, reason, why);
        }
        if delivery.lost_compression() {
            return SignatureJudgement::not_recorded(
                "the body was sent compressed and is not compressed here, so these are not the bytes that were signed"
                    .to_owned(),
                "take the bytes as they arrived, for example from a journal of `listen --journal`, and verify them before they are decompressed",
            );
        }
        if let Some(value) = &value
            && let Some((reason, why)) = self.beside_copying(key, input, value)
        {
            return SignatureJudgement::because(verdict, reason, why);
        }
        let signs_body = verdict == SignatureVerdict::Invalid && !key.signing().sends_secret();
        if signs_body && paste::is_cut_off(input.body) {
            return SignatureJudgement::cut_off(verdict, input.body.len());
        }
        if delivery.recorded() == Some(SignatureVerdict::Valid) {
            why.explanation = OTHER_SECRET_NOW.to_owned();
        }
        if value.is_some() && reason == Reason::Unexplained {
            why = unexplained(delivery, why, whole);
        }
        SignatureJudgement::because(verdict, reason, why)
    }

    fn diagnosis(
        &self,
        key: &VerifyingKey,
        delivery: &SigningInput<'_>,
    ) -> Option<(Reason, WhyNotValid)> {
        let others = self.settings.others.iter().map(VerifyingKey::candidate);
        let others: Vec<Candidate<'_>> = others.collect();
        let found = diagnose(&Question {
            expected: &key.candidate(),
            others: &others,
            delivery: *delivery,
        })?;
        let why = WhyNotValid {
            reason: found.reason.name(),
            explanation: found.explanation,
            fix: found.fix,
        };
        Some((found.reason, why))
    }

    /// A mistake that shows only once the changes of copying are undone.
    fn beside_copying(
        &self,
        key: &VerifyingKey,
        input: &SigningInput<'_>,
        value: &str,
    ) -> Option<(Reason, WhyNotValid)> {
        let headers = [(key.signing().header(), value.as_bytes())];
        paste::repaired(input.body)
            .into_iter()
            .find_map(|(text, undone)| {
                let repaired = SigningInput {
                    headers: &headers,
                    body: text.as_bytes(),
                    ..*input
                };
                let (reason, mut why) = self.diagnosis(key, &repaired)?;
                why.explanation = format!("once {undone}, {}", why.explanation);
                (!is_unclear(reason)).then_some((reason, why))
            })
    }
}

/// What to say of a copied body if neither copying nor a mistake explains its signature.
fn unexplained(delivery: &CheckedDelivery<'_>, why: WhyNotValid, whole: bool) -> WhyNotValid {
    let body = &delivery.found.captured.body;
    let mut why = match paste::is_reformatted(body) {
        _ if delivery.is_printed() => reformatted(PARSED),
        true => reformatted(PRETTY),
        false => why,
    };
    if why.reason == Reason::Unexplained.name() && !whole {
        why.explanation += "; undoing what copying usually changes does not help either";
    }
    if paste::is_log(body) {
        why.fix = KEEP_ONE.to_owned();
    }
    why
}
