//! What was found in one body, and the sink that hands over the bodies of a text one by one.

use super::Linter;
use super::budget::Budget;
use super::finding::Finding;
use super::text;
use crate::catalogue::manifest::Form;
use crate::rules::Severity;

/// What was found in one body.
#[derive(Clone, Debug, Default)]
pub struct LintedBody<'c> {
    /// Where the body starts in the text.
    pub start: usize,
    /// The provider's name.
    pub provider: Option<&'c str>,
    /// The event's name within its provider.
    pub event: Option<&'c str>,
    /// The form of the body.
    pub form: Option<Form>,
    /// What is wrong, in the order of the text.
    pub findings: Vec<Finding>,
    /// How many more findings of each severity were not kept.
    pub dropped: [u64; 3],
}

impl LintedBody<'_> {
    /// How many findings are of that severity, kept or not.
    pub fn count(&self, severity: Severity) -> u64 {
        count(&self.findings, &self.dropped, severity)
    }

    /// The memory that it takes, approximately.
    pub(crate) fn weight(&self) -> usize {
        self.findings
            .iter()
            .map(|finding| size_of::<Finding>() + finding.said())
            .sum()
    }
}

/// How many findings are of that severity, kept or not.
pub(crate) fn count(findings: &[Finding], dropped: &[u64; 3], severity: Severity) -> u64 {
    let kept = findings
        .iter()
        .filter(|finding| finding.severity == severity)
        .count();
    kept as u64 + dropped[severity as usize]
}

/// Hands over what was found in the bodies of one text.
pub(super) struct BodySink<'s, 'c> {
    pub(super) linter: &'s Linter<'c>,
    /// How many findings were not kept.
    pub(super) dropped: u64,
    pub(super) each: &'s mut dyn FnMut(LintedBody<'c>),
}

impl<'c> BodySink<'_, 'c> {
    pub(super) fn body(&mut self, mut verdict: LintedBody<'c>, budget: &mut Budget) {
        self.count(&mut verdict, budget);
        self.judge(verdict);
    }

    /// Hands over the last body, which ends at `end`, with a finding for those of the whole text that were not kept.
    pub(super) fn last(
        mut self,
        mut verdict: LintedBody<'c>,
        budget: &mut Budget,
        end: usize,
        what: &str,
    ) {
        self.count(&mut verdict, budget);
        if self.dropped > 0 {
            verdict
                .findings
                .push(text::too_many(self.dropped, end, what));
            verdict.findings.sort_by_key(|finding| finding.span.start);
        }
        self.judge(verdict);
    }

    fn count(&mut self, verdict: &mut LintedBody<'c>, budget: &mut Budget) {
        for (rule, count) in budget.take_dropped() {
            if let Some(severity) = self.linter.levels.of(rule) {
                verdict.dropped[severity as usize] += count;
                self.dropped += count;
            }
        }
    }

    fn judge(&mut self, mut verdict: LintedBody<'c>) {
        verdict.findings = self.linter.judge(verdict.findings);
        (self.each)(verdict);
    }
}
