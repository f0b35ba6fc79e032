//! What the diagnosis is given, what it answers, and how much it may try.

use super::reason::Reason;
use crate::catalogue::manifest::Signing;
use crate::secret::Secret;
use crate::signature::SigningInput;

/// A provider's scheme and secret: one way in which a delivery may have been signed.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The provider's name, as in `provider/event`.
    pub provider: &'a str,
    /// The provider's name in sentences.
    pub title: &'a str,
    /// Its scheme.
    pub signing: &'a Signing,
    /// The secret; the development secret if none is configured.
    pub secret: &'a Secret,
    /// Where the secret comes from, as `ResolvedSecret::place` says it; `None` for the development secret.
    pub place: Option<&'a str>,
    /// The environment variable that holds the secret, or would hold it.
    pub variable: &'a str,
}

/// A delivery with a wrong signature, and the ways in which it may have been signed.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// How it should have been signed.
    pub expected: &'a Candidate<'a>,
    /// The other providers, configured or not; may contain the expected one.
    pub others: &'a [Candidate<'a>],
    /// The delivery as it arrived.
    pub delivery: SigningInput<'a>,
}

impl<'a> Question<'a> {
    pub(super) fn body(&self) -> &'a [u8] {
        self.delivery.body
    }

    /// The delivery as if it had this header alone.
    pub(super) fn with_header<'h>(&self, header: &'h [(&'h str, &'h [u8]); 1]) -> SigningInput<'h>
    where
        'a: 'h,
    {
        SigningInput {
            headers: header,
            ..self.delivery
        }
    }
}

/// Why a signature is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The mistake; the first of several.
    pub reason: Reason,
    /// What is wrong.
    pub explanation: String,
    /// What to do.
    pub fix: String,
}

impl Diagnosis {
    pub(super) fn new(
        reason: Reason,
        explanation: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            reason,
            explanation: explanation.into(),
            fix: fix.into(),
        }
    }
}

/// How many bytes may be hashed for one delivery: this takes some tens of milliseconds.
pub(super) const MOST_HASHED_BYTES: usize = 16 << 20;

/// How much may still be tried.
pub(crate) struct SearchBudget {
    left: usize,
    /// Some mistakes were not tried, because the body is too large or too deeply nested.
    pub(super) exceeded: bool,
}

impl SearchBudget {
    pub(crate) fn new() -> Self {
        Self {
            left: MOST_HASHED_BYTES,
            exceeded: false,
        }
    }

    /// Whether that many bytes may still be hashed; if so, they are spent.
    pub(crate) fn allows(&mut self, bytes: usize) -> bool {
        // Even an empty message costs four blocks.
        const OVERHEAD: usize = 512;
        match self.left.checked_sub(bytes.saturating_add(OVERHEAD)) {
            Some(left) => {
                self.left = left;
                true
            }
            None => {
                // The mistakes that follow are less likely, even those that would cost less.
                *self = Self {
                    left: 0,
                    exceeded: true,
                };
                false
            }
        }
    }
}
