//! What the check of a delivery comes to: the verdict, and the reason where it is not valid.

use super::copied::CopyFinding;
use crate::error::Error;
use crate::report::{PASTED, WhyNotValid};
use crate::signature::SignatureVerdict;
use crate::signature::diagnose::Reason;

/// What to do with lines of a log.
pub(super) const KEEP_ONE: &str = "this looks like a log: keep the body of one delivery, from its first { to its last }, \
                                   and give its signature with --signature";

/// What to say of a recorded delivery that was valid.
pub(super) const OTHER_SECRET_NOW: &str = "it was valid on arrival, so the secret here is another one than then, or the \
                                           recorded body was edited";

/// The reason where what was signed was not recorded.
const NOT_RECORDED: &str = "not_recorded";

/// How a body was reformatted.
pub(super) const PRETTY: &str = "this body was reformatted (pretty-printed)";
pub(super) const PARSED: &str =
    "a program parsed this body and printed it anew, within JSON of its own";

/// The result of checking a delivery with a key.
pub(super) struct SignatureJudgement {
    pub(super) verdict: SignatureVerdict,
    pub(super) why: Option<WhyNotValid>,
    /// Code that signs or verifies is wrong.
    pub(super) of_code: bool,
}

impl SignatureJudgement {
    pub(super) fn because(verdict: SignatureVerdict, reason: Reason, why: WhyNotValid) -> Self {
        Self {
            verdict,
            why: Some(why),
            of_code: reason.is_of_code(),
        }
    }

    /// The signature is right for the body before it was copied, or the sender made the same change.
    pub(super) fn pasted(found: &CopyFinding, sender: Option<WhyNotValid>) -> Self {
        let mut explanation = found.sentence();
        let mut otherwise = "the body was changed after it was signed".to_owned();
        if let Some(sender) = sender {
            explanation += &format!(", or {}", sender.explanation);
            otherwise = sender.fix;
        }
        let fix = format!(
            "take the raw bytes of the request, for example from a journal of `listen --journal`; if these are the raw \
             bytes, {otherwise}"
        );
        Self {
            verdict: SignatureVerdict::Invalid,
            why: Some(WhyNotValid {
                reason: PASTED,
                explanation,
                fix,
            }),
            of_code: false,
        }
    }

    /// The signature is right for another body, and copying did not change it: all bytes that were sent are there.
    pub(super) fn changed(found: &CopyFinding) -> Self {
        let fix = "look for a program between the sender and here that reads the body as text and writes it again, and \
                   have it leave the bytes alone";
        Self {
            verdict: SignatureVerdict::Invalid,
            why: Some(WhyNotValid {
                reason: "body_changed",
                explanation: format!(
                    "valid once {}: this was changed after the body was signed, and not by copying, since \
                     Content-Length fits",
                    found.undone
                ),
                fix: fix.to_owned(),
            }),
            of_code: false,
        }
    }

    /// The end of the body is missing, so that no signature fits.
    pub(super) fn cut_off(verdict: SignatureVerdict, bytes: usize) -> Self {
        Self {
            verdict,
            why: Some(WhyNotValid {
                reason: "body_cut_off",
                explanation: format!(
                    "the body is incomplete: its JSON breaks off after {bytes} bytes"
                ),
                fix: "give the whole body; terminals, logs and viewers cut off long lines"
                    .to_owned(),
            }),
            of_code: false,
        }
    }

    pub(super) fn valid() -> Self {
        Self {
            verdict: SignatureVerdict::Valid,
            why: None,
            of_code: false,
        }
    }

    pub(super) fn is_not_recorded(&self) -> bool {
        self.why
            .as_ref()
            .is_some_and(|why| why.reason == NOT_RECORDED)
    }

    /// What was signed is not there any more.
    pub(super) fn not_recorded(explanation: String, fix: &str) -> Self {
        Self {
            verdict: SignatureVerdict::Unchecked,
            why: Some(WhyNotValid {
                reason: NOT_RECORDED,
                explanation,
                fix: fix.to_owned(),
            }),
            of_code: false,
        }
    }
}

pub(super) fn secret_unusable(error: &Error) -> WhyNotValid {
    WhyNotValid {
        reason: "secret_unusable",
        explanation: error.to_string(),
        fix: error.hint().unwrap_or_default(),
    }
}

pub(super) fn unknown_provider(log: bool) -> WhyNotValid {
    WhyNotValid {
        reason: "unknown_provider",
        explanation: "cannot tell which provider sent it: neither the body nor a header is known"
            .to_owned(),
        fix: match log {
            true => KEEP_ONE.to_owned(),
            false => "name the provider with --provider".to_owned(),
        },
    }
}

/// The body was printed anew, and printing it as usual does not give back what was signed.
pub(super) fn reformatted(how: &str) -> WhyNotValid {
    WhyNotValid {
        reason: "reformatted",
        explanation: format!(
            "{how}, and its original bytes cannot be recovered: a zero at the end of an amount, for example, is lost \
             for good; or the secrets differ"
        ),
        fix: "capture the raw body, for example with `listen --journal`; if these are the raw bytes, check the secret"
            .to_owned(),
    }
}

/// Whether no mistake was found that produces the signature.
pub(super) fn is_unclear(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Unexplained | Reason::NoSecret | Reason::DigestLength
    )
}
