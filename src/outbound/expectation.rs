//! Which answers count as accepted, by the provider's success codes, and which ones the user expects.

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

/// What `--expect` wants an endpoint to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpectedAnswer {
    /// What the provider accepts.
    Accepted,
    /// A refusal of the delivery itself.
    Refused,
    Status(u16),
    /// All statuses with that first digit.
    Class(u16),
}

impl ExpectedAnswer {
    /// As the user writes it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        match lower.as_str() {
            "accepted" => return Some(Self::Accepted),
            "refused" | "rejected" => return Some(Self::Refused),
            _ => {}
        }
        if let Some(class) = lower.strip_suffix("xx") {
            let class = class.parse().ok().filter(|class| (1..=5).contains(class));
            return class.map(Self::Class);
        }
        let status = lower.parse().ok();
        status
            .filter(|status| (100..=599).contains(status))
            .map(Self::Status)
    }

    /// Whether an answer is one of these.
    pub(crate) fn is_met(self, status: u16, accepted: &Expectation) -> bool {
        match self {
            Self::Accepted => accepted.accepts(status),
            // The others are about the path, the method and the rate, and say nothing about the delivery.
            Self::Refused => (400..500).contains(&status) && !matches!(status, 404 | 405 | 429),
            Self::Status(expected) => status == expected,
            Self::Class(class) => status / 100 == class,
        }
    }
}

/// As a sentence says what was expected.
impl fmt::Display for ExpectedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted => f.write_str("that it is accepted"),
            Self::Refused => f.write_str("a refusal of the delivery"),
            Self::Status(status) => write!(f, "{status}"),
            Self::Class(class) => write!(f, "{class}xx"),
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
    #[test]
    fn an_expected_answer_is_one_of_a_kind() {
        let provider = Expectation::statuses(&[200, 201]);
        for (text, met, unmet) in [
            ("accepted", vec![200, 201], vec![204, 301, 401]),
            (
                "refused",
                vec![400, 401, 403, 422],
                vec![200, 302, 404, 405, 429, 500],
            ),
            ("Rejected", vec![401], vec![200]),
            ("401", vec![401], vec![400, 403, 200]),
            ("4xx", vec![400, 404, 429], vec![200, 500]),
            ("5XX", vec![500], vec![404]),
        ] {
            let expected = ExpectedAnswer::parse(text).expect("it is an answer");
            for (statuses, is_met) in [(met, true), (unmet, false)] {
                for status in statuses {
                    assert_eq!(
                        expected.is_met(status, &provider),
                        is_met,
                        "{text} {status}"
                    );
                }
            }
        }
        for text in ["", "ok", "600", "99", "9xx", "xx", "40x"] {
            assert_eq!(ExpectedAnswer::parse(text), None, "{text}");
        }
    }
}
