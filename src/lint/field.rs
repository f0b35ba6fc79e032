//! The fields of an object: as its schema lists them, and where a body has them.

use std::ops::Range;

/// A property of an object, in the order of the schema.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: String,
    /// The number of the schema node that its value is checked against.
    pub(crate) node: usize,
    pub(crate) required: bool,
    /// If the name is a misspelling: the index of the property that is meant.
    pub(crate) instead: Option<usize>,
}

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
#[derive(Clone, Copy, Debug)]
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

    pub(crate) fn range(self) -> Range<usize> {
        self.start..self.end
    }
}
