//! What came back for one request, as cases see it.

use super::judgement::Stop;
use crate::http::{Answer, Fault, Sent, reason};
use crate::redact::Redactor;
use std::time::Duration;

/// What came back for one request.
#[derive(Clone, Debug)]
pub(crate) struct EndpointReply {
    pub(crate) sent: Sent,
    /// How long it was waited for.
    limit: Duration,
    /// What came back, in words without secrets.
    words: String,
}

impl EndpointReply {
    pub(super) fn new(sent: Sent, limit: Duration, redactor: &Redactor) -> Self {
        let words = match &sent.outcome {
            Ok(answer) => status_words(answer, redactor),
            Err(fault) => fault.words(limit),
        };
        Self { sent, limit, words }
    }

    pub(crate) fn answer(&self) -> Option<&Answer> {
        self.sent.outcome.as_ref().ok()
    }

    pub(crate) fn status(&self) -> Option<u16> {
        self.answer().map(|answer| answer.status)
    }

    /// Answered with any 2xx.
    pub(crate) fn is_taken(&self) -> bool {
        self.status()
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// Answered with 5xx, or closed without an answer: refused, but not on purpose.
    pub(crate) fn is_crash(&self) -> bool {
        match &self.sent.outcome {
            Ok(answer) => answer.status >= 500,
            Err(fault) => matches!(fault, Fault::Closed(_) | Fault::Reset(_)),
        }
    }

    /// Refused with a status that says that a retry will do.
    pub(crate) fn asks_for_patience(&self) -> bool {
        matches!(self.status(), Some(409 | 425 | 429 | 503))
    }

    /// Whether it was taken; no conclusion where it was neither taken nor refused.
    pub(crate) fn taken(&self) -> Result<bool, Stop> {
        match &self.sent.outcome {
            Ok(_) | Err(Fault::Closed(_) | Fault::Reset(_)) => Ok(self.is_taken()),
            Err(Fault::Interrupted) => Err(Stop::Interrupted),
            Err(fault) => Err(Stop::Inconclusive(fault.words(self.limit))),
        }
    }

    pub(crate) fn latency(&self) -> Duration {
        self.sent.latency
    }

    /// What came back: `401 Unauthorized: bad signature`.
    pub(crate) fn words(&self) -> &str {
        &self.words
    }
}

/// The status and the beginning of the answer's text.
fn status_words(answer: &Answer, redactor: &Redactor) -> String {
    let mut words = match reason(answer.status) {
        Some(reason) => format!("{} {reason}", answer.status),
        None => answer.status.to_string(),
    };
    let is_page = answer.body.trim_ascii_start().starts_with(b"<");
    let text = String::from_utf8_lossy(&answer.body);
    let text = redactor.text(text.trim());
    let line = text.lines().next().unwrap_or_default();
    if !is_page && !line.is_empty() {
        let shown: String = line.chars().take(100).collect();
        words += &format!(": {}", without_digests(&shown));
    }
    words
}

/// A text with stars in place of long runs of hexadecimal digits, which may be a right signature.
fn without_digests(text: &str) -> String {
    const SHORTEST: usize = 32;
    let mut out = String::new();
    let mut run = String::new();
    for char in text.chars().chain([' ']) {
        if char.is_ascii_hexdigit() {
            run.push(char);
            continue;
        }
        out += if run.len() < SHORTEST { &run } else { "****" };
        run.clear();
        out.push(char);
    }
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_in_an_answer_is_not_repeated() {
        let digest = "ab12".repeat(16);
        assert_eq!(
            without_digests(&format!("expected {digest}, got 1f")),
            "expected ****, got 1f"
        );
    }
}
