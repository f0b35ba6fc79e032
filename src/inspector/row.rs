//! A delivery in the list, as the page gets it. Fields may be added, but not renamed.

use crate::report::{SentAmount, SentOrder};
use serde::Serialize;

/// A delivery in the list. Names are those of `log` and `listen`.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct DeliveryRow {
    pub(super) seq: u64,
    /// Counts the changes of all rows: the highest that the page knows is where it goes on.
    pub(super) rev: u64,
    pub(super) number: Option<u64>,
    pub(super) id: String,
    pub(super) received_at: String,
    /// The file that it was read from.
    pub(super) source: Option<String>,
    pub(super) provider: Option<String>,
    pub(super) event: Option<String>,
    #[serde(flatten)]
    pub(super) order: RowOrder,
    pub(super) signature: RowSignature,
    pub(super) errors: u64,
    pub(super) warnings: Vec<&'static str>,
    pub(super) bytes: usize,
    pub(super) duplicate_of: Option<String>,
    pub(super) same_id_as: Option<String>,
    pub(super) out_of_order: Option<&'static str>,
    pub(super) after_end: Option<&'static str>,
    /// Whether the provider accepts the answer; nothing where there is none.
    pub(super) accepted: Option<bool>,
    pub(super) answer: RowAnswer,
    pub(super) forwarded: Vec<RowForward>,
}

/// The order that it is about.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct RowOrder {
    order: Option<String>,
    amount: Option<String>,
    currency: Option<String>,
    payment: Option<RowAmount>,
    due: Option<RowAmount>,
}

#[derive(Clone, Debug, Serialize)]
struct RowAmount {
    amount: String,
    currency: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct RowSignature {
    pub(super) verdict: &'static str,
    pub(super) reason: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct RowAnswer {
    pub(super) status: Option<u16>,
    pub(super) reason: Option<String>,
    pub(super) latency_ms: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct RowForward {
    pub(super) target: String,
    pub(super) status: Option<u16>,
    /// Why forwarding failed.
    pub(super) fault: Option<String>,
}

impl RowOrder {
    pub(super) fn of(order: SentOrder) -> Self {
        let amount = |amount: SentAmount| RowAmount {
            amount: amount.amount,
            currency: amount.currency,
        };
        let (price, currency) = order
            .amount
            .map_or((None, None), |price| (Some(price.amount), price.currency));
        Self {
            order: order.name,
            amount: price,
            currency,
            payment: order.payment.map(amount),
            due: order.due.map(amount),
        }
    }
}
