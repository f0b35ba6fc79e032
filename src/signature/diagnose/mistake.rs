//! One mistake in the making of a digest, and the sentence that several of them make together.

use super::question::Diagnosis;
use super::reason::Reason;

/// One of the mistakes that lead to a digest.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    pub(super) reason: Reason,
    /// The rest of a sentence that starts with "the signature".
    pub(super) what: String,
    pub(super) fix: String,
}

impl Mistake {
    pub(super) fn new(reason: Reason, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            reason,
            what: what.into(),
            fix: fix.into(),
        }
    }
}

/// All mistakes as one sentence, and what to do about each of them.
pub(super) fn diagnosis_of(mistakes: &[Mistake]) -> Option<Diagnosis> {
    let (first, rest) = mistakes.split_first()?;
    let mut explanation = format!("the signature {}", first.what);
    for (at, mistake) in rest.iter().enumerate() {
        explanation += if at + 1 == rest.len() { " and " } else { ", " };
        explanation += &mistake.what;
    }
    let fixes: Vec<&str> = mistakes.iter().map(|mistake| &*mistake.fix).collect();
    Some(Diagnosis::new(first.reason, explanation, fixes.join("; ")))
}
