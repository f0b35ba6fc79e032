//! What `verify` has to say: whether the signature of a delivery is right, and if not, why.

use crate::signature::SignatureVerdict;

/// A delivery whose signature was checked.
#[derive(Debug)]
pub struct VerifiedDelivery<'a> {
    /// The file as the user named it, or `<stdin>`.
    pub source: &'a str,
    /// Its 1-based number within the source.
    pub record: u64,
    /// The source may hold others.
    pub numbered: bool,
    /// The provider that sent it.
    pub provider: Option<&'a str>,
    /// The canonical name of its event.
    pub event: Option<String>,
    /// The length of the body.
    pub bytes: usize,
    /// The verdict.
    pub verdict: SignatureVerdict,
    /// The scheme that it was verified by.
    pub scheme: Option<&'static str>,
    /// The header that carries the signature.
    pub header: Option<&'a str>,
    /// Why it is not valid.
    pub why: Option<WhyNotValid>,
    /// The verdict on arrival, where what was signed was not recorded.
    pub recorded: Option<SignatureVerdict>,
    /// What the header should carry, if that was asked for.
    pub expected: Option<String>,
    /// How a handler checks such a signature.
    pub check: Option<RightCheck>,
}

/// Why a signature is not valid, or could not be verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyNotValid {
    /// The name of the mistake; machines read it.
    pub reason: &'static str,
    /// What is wrong.
    pub explanation: String,
    /// What to do.
    pub fix: String,
}

/// The reason where undoing the changes of copying makes a signature valid.
pub(crate) const PASTED: &str = "pasted";

/// How a handler checks a signature.
#[derive(Clone, Debug)]
pub enum RightCheck {
    /// The essential line in several languages, each with the language's name.
    Lines(Vec<(&'static str, String)>),
    /// All of it in one language.
    Whole(String),
}

/// The number of deliveries by what was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerifyTotals {
    /// All deliveries.
    pub deliveries: u64,
    /// Those with a valid signature.
    pub valid: u64,
    /// Those with another one.
    pub invalid: u64,
    /// Of the invalid ones, those that are valid once the changes that copying made are undone.
    pub pasted: u64,
    /// Those without a signature.
    pub missing: u64,
    /// Those that could not be verified.
    pub unchecked: u64,
    /// Of those, the ones that were valid on arrival.
    pub recorded_valid: u64,
    /// Of those, the ones that were not.
    pub recorded_invalid: u64,
    /// Inputs that could not be read.
    pub unreadable: u64,
}

impl VerifyTotals {
    /// Counts one delivery.
    pub(crate) fn add(&mut self, delivery: &VerifiedDelivery<'_>) {
        let pasted = delivery
            .why
            .as_ref()
            .is_some_and(|why| why.reason == PASTED);
        self.deliveries += 1;
        match delivery.recorded {
            Some(SignatureVerdict::Valid) => self.recorded_valid += 1,
            Some(_) => self.recorded_invalid += 1,
            None => {}
        }
        self.pasted += u64::from(pasted);
        *match delivery.verdict {
            SignatureVerdict::Valid => &mut self.valid,
            SignatureVerdict::Invalid => &mut self.invalid,
            SignatureVerdict::Missing => &mut self.missing,
            SignatureVerdict::Unchecked => &mut self.unchecked,
        } += 1;
    }

    /// How many could not be verified, but were on arrival.
    pub(crate) fn recorded(&self) -> u64 {
        self.recorded_valid + self.recorded_invalid
    }
}
