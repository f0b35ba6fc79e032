//! How the walk complains: findings with the pointer to the value, whose name stands in the sentence.

use super::super::finding::Complaint;
use super::super::schema::SchemaNode;
use super::{PathStep, Walk};
use std::borrow::Cow;
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

    /// What is said of the current value, which a schema refuses, worded unless that was said before. It may depend on
    /// nothing but the schema, the name of the field, and the value as it is written.
    pub(super) fn once(
        &mut self,
        node: &SchemaNode,
        value: Range<usize>,
        word: impl FnOnce(&Self) -> Complaint,
    ) -> Complaint {
        let Some(&PathStep::Key(field)) = self.buffers.path.last() else {
            return word(self);
        };
        let (field, value) = (&self.text[field.start..field.end], &self.text[value]);
        if let Some(known) = self.buffers.known.find(node, field, value) {
            return known;
        }
        let complaint = word(self);
        self.buffers.known.keep(node, field, value, &complaint);
        complaint
    }

    /// The JSON pointer of the current value.
    pub(super) fn pointer(&self) -> String {
        let steps = self.buffers.path.iter().map(|step| match step {
            PathStep::Item(_) => "/00".len(),
            PathStep::Key(key) => 1 + key.end - key.start,
        });
        let mut pointer = String::with_capacity(steps.sum());
        for step in &self.buffers.path {
            pointer.push('/');
            match step {
                PathStep::Item(index) => pointer.push_str(&index.to_string()),
                PathStep::Key(key) => {
                    let key = key.decoded(self.text);
                    if memchr::memchr2(b'~', b'/', key.as_bytes()).is_some() {
                        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    } else {
                        pointer.push_str(&key);
                    }
                }
            }
        }
        pointer
    }

    pub(super) fn name(&self) -> Cow<'_, str> {
        match self.buffers.path.last() {
            Some(PathStep::Key(key)) => key.decoded(self.text),
            Some(PathStep::Item(index)) => format!("item {}", index + 1).into(),
            None => "the body".into(),
        }
    }

    /// A sentence about the current field.
    pub(super) fn sentence(&self, predicate: &[&str]) -> String {
        let name = self.name();
        let quotation = match self.buffers.path.last() {
            Some(PathStep::Key(_)) => "`",
            _ => "",
        };
        let length: usize = predicate.iter().map(|part| part.len()).sum();
        let mut sentence = String::with_capacity(length + name.len() + 2);
        for part in [quotation, &*name, quotation] {
            sentence.push_str(part);
        }
        for part in predicate {
            sentence.push_str(part);
        }
        sentence
    }
}
