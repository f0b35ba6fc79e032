//! How the walk complains: findings with the pointer to the value, whose name stands in the sentence.

use super::super::finding::Complaint;
use super::{PathStep, Walk};
use std::ops::Range;

impl Walk<'_> {
    #[cold]
    pub(super) fn complain(&mut self, span: Range<usize>, complaint: Complaint) {
        self.complain_below("", span, complaint);
    }

    /// Complains about a value below the current one; `below` is the rest of its pointer.
    #[cold]
    pub(super) fn complain_below(&mut self, below: &str, span: Range<usize>, complaint: Complaint) {
        if self.budget.refuses(complaint.rule) {
            return;
        }
        let finding = complaint.at(self.pointer() + below, span);
        self.budget.keep(&finding);
        self.findings.push(finding);
    }

    /// The JSON pointer of the current value.
    pub(super) fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.buffers.path {
            pointer.push('/');
            match step {
                PathStep::Item(index) => pointer.push_str(&index.to_string()),
                PathStep::Key(key) => {
                    let key = key.decoded(self.text);
                    if key.contains(['~', '/']) {
                        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    } else {
                        pointer.push_str(&key);
                    }
                }
            }
        }
        pointer
    }

    pub(super) fn name(&self) -> String {
        match self.buffers.path.last() {
            Some(PathStep::Key(key)) => key.decoded(self.text).into_owned(),
            Some(PathStep::Item(index)) => format!("item {}", index + 1),
            None => "the body".to_owned(),
        }
    }

    /// The current field, for a sentence.
    pub(super) fn field(&self) -> String {
        match self.buffers.path.last() {
            Some(PathStep::Key(_)) => format!("`{}`", self.name()),
            _ => self.name(),
        }
    }
}
