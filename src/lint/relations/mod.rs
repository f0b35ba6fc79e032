//! Rules between the fields of one object: the order of times, sums, chains, and amounts paid and due.
//!
//! Each rule looks at several values at once, after the object has been read. All arithmetic is exact.

mod checks;
mod object_fields;

pub(crate) use object_fields::{FieldPlaces, ObjectFields};

use super::finding::Complaint;
use super::schema::Relation;
use std::ops::Range;

/// Takes a value's pointer, relative to the object, its bytes, and what is wrong with it.
type Complain<'c> = &'c mut dyn FnMut(String, Range<usize>, Complaint);

impl Relation {
    /// Calls `complain` for each value that contradicts the others.
    pub(crate) fn check(&self, object: &ObjectFields<'_>, complain: Complain<'_>) {
        match self {
            Self::TimeOrder { earlier, later } => object.time_order(*earlier, *later, complain),
            Self::PaidInFull { due, paid } => object.paid_in_full(*due, *paid, complain),
            Self::ChainForm {
                currency,
                addresses,
                hashes,
            } => {
                object.chain_form(*currency, addresses, hashes, complain);
            }
            Self::Sum {
                total,
                add,
                subtract,
            } => object.sum(*total, add, subtract, complain),
            Self::Fee {
                total,
                fixed,
                percent,
                of,
            } => object.fee(*total, *fixed, *percent, *of, complain),
            Self::QuoteStatus { status, due, paid } => {
                object.quote_status(*status, *due, *paid, complain);
            }
            Self::QuoteAmount {
                due,
                currency,
                quotes,
                quote_due,
                quote_currency,
            } => {
                object.quote_amount(*due, currency, *quotes, quote_due, quote_currency, complain);
            }
        }
    }
}
