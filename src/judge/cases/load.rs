//! Large, odd and many requests: afterwards the endpoint still takes genuine deliveries.

use super::Run;
use crate::cases::Case;

/// The work of a case of this group.
pub(super) fn of(_case: Case) -> Option<Run> {
    None
}
