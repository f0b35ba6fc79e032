//! The fields of an object, and where a body has them.

use std::ops::Range;

/// The type of a value in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueKind {
    Absent,
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
}

/// Where a body has a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FieldPlace {
    pub(crate) kind: ValueKind,
    /// A text that contains escapes.
    pub(crate) escaped: bool,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl FieldPlace {
    pub(crate) const ABSENT: FieldPlace = FieldPlace {
        kind: ValueKind::Absent,
        escaped: false,
        start: 0,
        end: 0,
    };

    /// The place in a text in which it stands that much later.
    pub(crate) fn moved(self, by: usize) -> Self {
        Self {
            start: self.start + by,
            end: self.end + by,
            ..self
        }
    }

    pub(crate) fn range(self) -> Range<usize> {
        self.start..self.end
    }
}
