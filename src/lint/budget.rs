//! How much of what is found in one text is kept; the rest is counted.
//!
//! Separate from the walk because a text may hold many bodies, and a text of a megabyte must not fill the memory,
//! whether it is one body or a list of them.

use super::finding::Finding;
use crate::rules::Rule;

/// More findings than this of one severity in one text are counted, not kept: nobody reads them, and they would eat the
/// memory.
pub(crate) const MAX_FINDINGS: usize = 1_000;

/// The same for the bytes that all of them say, since a pointer may be as long as a body.
const MAX_WEIGHT: usize = 1 << 20;

/// What has been found in a text so far.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    /// How many findings of each severity are kept, and how many bytes they say.
    kept: [usize; 3],
    weight: usize,
    /// How many values are looked at, and how many of them are left.
    pub(crate) most_values: usize,
    pub(crate) values: usize,
    /// What was not kept of the body at hand.
    dropped: Vec<(Rule, u64)>,
}

impl Budget {
    /// Begins with another text, of which only so many values are looked at.
    pub(crate) fn clear(&mut self, most_values: usize) {
        (self.most_values, self.values) = (most_values, most_values);
        self.kept = [0; 3];
        self.weight = 0;
        self.dropped.clear();
    }

    /// Whether a finding of that rule is one too many. It is counted then, and need not even be worded.
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

    /// The same for one that is only worded where there is room.
    pub(crate) fn word(&mut self, rule: Rule, word: impl FnOnce() -> Finding) -> Option<Finding> {
        if self.refuses(rule) {
            None
        } else {
            self.admit(word())
        }
    }

    /// What was not kept of the body at hand, which ends here.
    pub(crate) fn take_dropped(&mut self) -> impl Iterator<Item = (Rule, u64)> + '_ {
        self.dropped.drain(..)
    }
}
