//! Which answers count as accepted: today the provider's success codes.

use crate::catalogue::manifest::Manifest;
use std::fmt;

/// The statuses that count as accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expectation {
    statuses: Vec<u16>,
}

impl Expectation {
    /// One of these statuses.
    pub(crate) fn statuses(statuses: &[u16]) -> Self {
        Self {
            statuses: statuses.to_vec(),
        }
    }

    /// What a provider accepts; without one only 200, which every provider accepts.
    pub(crate) fn of_provider(manifest: Option<&Manifest>) -> Self {
        let known = manifest.and_then(|manifest| manifest.delivery.success.as_ref());
        Self::statuses(known.map_or(&[200], |fact| fact.value.as_slice()))
    }

    pub(crate) fn accepts(&self, status: u16) -> bool {
        self.statuses.contains(&status)
    }

    pub(crate) fn as_slice(&self) -> &[u16] {
        &self.statuses
    }
}

/// The statuses as a sentence lists them: `200, 201 or 204`.
impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statuses: Vec<String> = self.statuses.iter().map(u16::to_string).collect();
        match statuses.split_last() {
            Some((last, [])) => f.write_str(last),
            Some((last, others)) => write!(f, "{} or {last}", others.join(", ")),
            None => f.write_str("nothing"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_without_a_provider_is_accepted_with_200_alone() {
        let expectation = Expectation::of_provider(None);
        assert!(expectation.accepts(200));
        assert!(!expectation.accepts(204));
    }

    #[test]
    fn an_expectation_lists_its_statuses() {
        assert_eq!(Expectation::statuses(&[401]).to_string(), "401");
        assert_eq!(
            Expectation::statuses(&[200, 201, 204]).to_string(),
            "200, 201 or 204"
        );
    }
}
