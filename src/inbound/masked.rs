//! What is left of a delivery that has a secret in it, for whoever reads the output or the journal.
//!
//! Separate because hardly any delivery has one: the others are shown and written down as they are, without a copy.

use super::arrival::Arrival;
use crate::lint::LintedBody;
use crate::redact::Redacted;
use crate::redact::headers::HeaderRedactor;
use crate::report::Forwarded;
use std::borrow::Cow;

/// What takes the place of what came; nothing where there was no secret in it.
#[derive(Default)]
pub(crate) struct Masked {
    pub(crate) target: Option<String>,
    /// What the body says, where it came compressed.
    pub(crate) body: Option<Redacted>,
    /// What was found in the body.
    pub(crate) found: Option<Vec<LintedBody<'static>>>,
    /// Where it was passed on to.
    pub(crate) forwarded: Option<Vec<Forwarded>>,
}

impl Masked {
    /// Of one of whose body nothing is shown.
    pub(crate) fn without_body(arrival: &Arrival, veil: &HeaderRedactor) -> Self {
        Self {
            target: masked(veil, arrival.came.target()),
            ..Self::default()
        }
    }

    /// Of one that is written down.
    pub(crate) fn written(arrival: &Arrival, veil: &HeaderRedactor) -> Self {
        Self {
            body: veil.body(arrival.text()),
            ..Self::without_body(arrival, veil)
        }
    }

    /// Of one that is shown.
    pub(crate) fn shown(arrival: &Arrival, veil: &HeaderRedactor) -> Self {
        let mut masked = Self::written(arrival, veil);
        masked.found = masked
            .body
            .as_ref()
            .map(|body| veil.found(&arrival.examined.found, body));
        let forwarded = &arrival.answered.forwarded;
        masked.forwarded = (!forwarded.is_empty())
            .then(|| forwarded.iter().map(|one| passed_on(one, veil)).collect());
        masked
    }

    /// The fields in which stars stand.
    pub(crate) fn fields(&self) -> Vec<&'static str> {
        let target = self.target.is_some().then_some("target");
        target
            .into_iter()
            .chain(self.body.is_some().then_some("body"))
            .collect()
    }
}

fn masked(veil: &HeaderRedactor, text: &str) -> Option<String> {
    match veil.text(text) {
        Cow::Owned(text) => Some(text),
        Cow::Borrowed(_) => None,
    }
}

fn passed_on(forwarded: &Forwarded, veil: &HeaderRedactor) -> Forwarded {
    Forwarded {
        target: veil.text(&forwarded.target).into_owned(),
        outcome: forwarded
            .outcome
            .clone()
            .map_err(|why| veil.text(&why).into_owned()),
        latency: forwarded.latency,
    }
}
