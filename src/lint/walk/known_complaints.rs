//! What was said of wrong values before. A sender makes the same mistake in body after body, and to word it, with the values
//! that may have been meant, takes longer than to find it.

use super::super::finding::Complaint;
use super::super::schema::SchemaNode;

/// More are not kept, so that values which are always different cost no more than a look.
const MOST: usize = 64;
/// Longer names and values are not kept.
const LONGEST: usize = 100;

/// The complaints of one linter.
#[derive(Debug, Default)]
pub(crate) struct KnownComplaints {
    linter: u64,
    known: Vec<KnownComplaint>,
}

#[derive(Debug)]
struct KnownComplaint {
    /// The address of the schema node that refuses the value.
    node: usize,
    field: Box<[u8]>,
    /// As it is written.
    value: Box<[u8]>,
    complaint: Complaint,
}

impl KnownComplaints {
    /// Forgets what another linter said, by other schemas.
    pub(crate) fn serve(&mut self, linter: u64) {
        if self.linter != linter {
            self.linter = linter;
            self.known.clear();
        }
    }

    /// What was said of that value.
    pub(super) fn find(&self, node: &SchemaNode, field: &[u8], value: &[u8]) -> Option<Complaint> {
        let node = std::ptr::from_ref(node).addr();
        let known = self
            .known
            .iter()
            .find(|known| known.node == node && *known.value == *value && *known.field == *field);
        known.map(|known| known.complaint.clone())
    }

    /// Keeps what is said of it.
    pub(super) fn keep(
        &mut self,
        node: &SchemaNode,
        field: &[u8],
        value: &[u8],
        complaint: &Complaint,
    ) {
        if self.known.len() < MOST && field.len().max(value.len()) <= LONGEST {
            self.known.push(KnownComplaint {
                node: std::ptr::from_ref(node).addr(),
                field: field.into(),
                value: value.into(),
                complaint: complaint.clone(),
            });
        }
    }
}
