//! What deliveries do to the shop's state: repeated, at once, out of order, about the wrong money.

mod at_once;
mod before_order;
mod broken_off;
mod life_cycle;
mod money;
mod names;
mod repeated;
mod unpaid;

use super::Run;
use crate::cases::Case;

/// The work of a case of this group.
pub(super) fn of(case: Case) -> Option<Run> {
    Some(match case {
        Case::Duplicate => repeated::duplicate,
        Case::SameNews => repeated::same_news,
        Case::Concurrent => at_once::concurrent,
        Case::AbortRetry => broken_off::abort_retry,
        Case::Outage => broken_off::outage,
        Case::Reversed => life_cycle::reversed,
        Case::Shuffled => life_cycle::shuffled,
        Case::LateOld => life_cycle::late_old,
        Case::SecondEvent => life_cycle::second_event,
        Case::Early => before_order::early,
        Case::UnpaidFinal => unpaid::unpaid_final,
        Case::Underpaid => unpaid::underpaid,
        Case::Mempool => unpaid::mempool,
        Case::ShortPaid => money::short_paid,
        Case::Overpaid => money::overpaid,
        Case::WrongAmount => money::wrong_amount,
        Case::WrongCurrency => money::wrong_currency,
        Case::ExactDecimal => money::exact_decimal,
        Case::CrossOrder => names::cross_order,
        _ => return None,
    })
}
