//! Limits the findings kept for one text, so that a text of any size does not fill the memory; further ones are counted.

use super::finding::Finding;
use crate::rules::Rule;

/// The findings of each severity that are kept for one text.
pub(crate) const MAX_FINDINGS: usize = 1_000;

/// The bytes of text in all findings together, since a pointer may be as long as a body.
const MAX_WEIGHT: usize = 1 << 20;

/// What has been found in a text so far.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    /// How many findings of each severity are kept, and the bytes of their texts.
    kept: [usize; 3],
    weight: usize,
    /// How many values may be checked, and how many of them are left.
    pub(crate) most_values: usize,
    pub(crate) values: usize,
    /// What was not kept of the current body.
    dropped: Vec<(Rule, u64)>,
}

impl Budget {
    /// Starts another text, of which at most that many values are checked.
    pub(crate) fn clear(&mut self, most_values: usize) {
        (self.most_values, self.values) = (most_values, most_values);
        self.kept = [0; 3];
        self.weight = 0;
        self.dropped.clear();
    }

    /// Whether there is no room for a finding of that rule; if so, it is counted.
    pub(crate) fn refuses(&mut self, rule: Rule) -> bool {
        let full =
            self.kept[rule.default_severity() as usize] >= MAX_FINDINGS || self.weight > MAX_WEIGHT;
        if full {
            self.drop(rule);
        }
        full
    }

    /// Counts a finding that is not kept.
    pub(crate) fn drop(&mut self, rule: Rule) {
        match self.dropped.iter_mut().find(|(known, _)| *known == rule) {
            Some((_, count)) => *count += 1,
            None => self.dropped.push((rule, 1)),
        }
    }

    /// Makes room for a finding.
    pub(crate) fn keep(&mut self, finding: &Finding) {
        self.kept[finding.rule.default_severity() as usize] += 1;
        self.weight += finding.said();
    }

    /// A finding, where there is room for it.
    pub(crate) fn admit(&mut self, finding: Finding) -> Option<Finding> {
        if self.refuses(finding.rule) {
            return None;
        }
        self.keep(&finding);
        Some(finding)
    }

    /// The same for a finding that is worded only if there is room.
    pub(crate) fn word(&mut self, rule: Rule, word: impl FnOnce() -> Finding) -> Option<Finding> {
        if self.refuses(rule) {
            None
        } else {
            self.admit(word())
        }
    }

    /// Whether all findings of the current body were kept.
    pub(crate) fn dropped_nothing(&self) -> bool {
        self.dropped.is_empty()
    }

    /// Takes what was not kept of the current body, which ends here.
    pub(crate) fn take_dropped(&mut self) -> Vec<(Rule, u64)> {
        std::mem::take(&mut self.dropped)
    }
}
