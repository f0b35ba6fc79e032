//! Where the values of a body stand, known without reading it: the linter has compared it with an earlier one.

use std::ops::Range;

/// Where all values of a body stand.
#[derive(Clone, Debug)]
pub(crate) struct BodyLayout {
    /// Bodies of the same number are the same to the byte, except for their single values.
    pub(crate) number: u64,
    /// In the order of the text; of objects and lists, the opening bracket.
    pub(crate) values: Box<[Range<usize>]>,
}

/// Where a value, or its key, stands in all bodies of one layout.
#[derive(Debug)]
pub(super) struct LayoutPlace {
    /// The position of the value among all.
    value: usize,
    /// Of a key: how far before the value it begins and ends.
    key: Option<(usize, usize)>,
}

impl BodyLayout {
    /// About how much memory it takes.
    pub(crate) fn weight(&self) -> usize {
        size_of_val(&*self.values)
    }

    /// The same place in all bodies of this layout; `None` where it is neither a single value nor a key.
    pub(super) fn place(&self, range: &Range<usize>) -> Option<LayoutPlace> {
        let value = self
            .values
            .partition_point(|value| value.start < range.start);
        let found = self.values.get(value)?;
        let key = (range.end < found.start).then(|| {
            let before = |at| found.start - at;
            (before(range.start), before(range.end))
        });
        (key.is_some() || found == range).then_some(LayoutPlace { value, key })
    }

    /// Where such a place is in this body.
    pub(super) fn range(&self, place: &LayoutPlace) -> Option<Range<usize>> {
        let value = self.values.get(place.value)?;
        match place.key {
            Some((start, end)) => {
                Some(value.start.checked_sub(start)?..value.start.checked_sub(end)?)
            }
            None => Some(value.clone()),
        }
    }
}
