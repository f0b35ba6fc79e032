//! Whether an effect says by itself that an order is paid: `/status open → paid`, `/shipped +1`.

use super::{Effect, StateChange};
use rust_decimal::Decimal;

/// Words of shops for an order that is paid, and for what follows from it.
const PAID: [&str; 9] = [
    "paid",
    "complete",
    "completed",
    "settled",
    "shipped",
    "shipments",
    "confirmed",
    "fulfilled",
    "succeeded",
];

/// Words for an order that is not, or that waits for a person. They weigh more than those above: `not paid`.
const HELD: [&str; 18] = [
    "not",
    "unpaid",
    "underpaid",
    "partial",
    "partially",
    "pending",
    "awaiting",
    "review",
    "manual",
    "hold",
    "held",
    "mismatch",
    "wrong",
    "conflict",
    "failed",
    "refused",
    "rejected",
    "error",
];

impl Effect {
    /// Whether what came says that the order is paid, and nothing that came says that it is held.
    pub(crate) fn means_paid(&self) -> bool {
        let came = || self.0.iter().filter(|(_, change)| change.came());
        came().any(|(place, change)| change.means_paid(place))
            && !came().any(|(place, change)| change.means_held(place))
    }
}

impl StateChange {
    fn came(&self) -> bool {
        match self {
            Self::Number(grown) | Self::Amounts(grown) => grown.is_sign_positive(),
            Self::Text(_, more) => *more > 0,
        }
    }

    fn means_paid(&self, place: &str) -> bool {
        match self {
            Self::Text(text, _) => {
                let is_set = matches!(&**text, "true" | "yes" | "(time)" | "(id or time)");
                has(text, &PAID) || (is_set && has(name(place), &PAID))
            }
            // A counter. Another number under such a name may be the amount that came in, enough or not.
            Self::Number(grown) => *grown == Decimal::ONE && has(name(place), &PAID),
            Self::Amounts(_) => false,
        }
    }

    fn means_held(&self, place: &str) -> bool {
        match self {
            // `false` and `null` come to a place that is not meant.
            Self::Text(text, _) if matches!(&**text, "false" | "null") => false,
            Self::Text(text, _) => has(text, &HELD) || has(name(place), &HELD),
            Self::Number(_) | Self::Amounts(_) => has(name(place), &HELD),
        }
    }
}

/// The name of the field at a place, or of the list that it is in.
fn name(place: &str) -> &str {
    let mut steps = place.rsplit('/');
    steps
        .find(|step| !matches!(*step, "*" | "(length)" | "(order)"))
        .unwrap_or_default()
}

/// Whether one of these is among the words of a text, which may be a name such as `paidAt` or `IS_PAID`.
fn has(text: &str, words: &[&str]) -> bool {
    let mut word = String::new();
    let mut was_lower = false;
    // What follows the last word ends it.
    for char in text.chars().chain([' ']) {
        let begins = was_lower && char.is_ascii_uppercase();
        if begins || !char.is_alphanumeric() {
            if words.contains(&&*word) {
                return true;
            }
            word.clear();
        }
        was_lower = char.is_ascii_lowercase();
        if char.is_alphanumeric() {
            word.push(char.to_ascii_lowercase());
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::{Ignored, Order, ShopState};
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn an_effect_means_paid_by_its_words_or_a_counter() {
        let cases: [(Value, Value, bool); 11] = [
            (json!({"status": "open"}), json!({"status": "paid"}), true),
            (
                json!({"status": "open"}),
                json!({"status": "PAYMENT_COMPLETED"}),
                true,
            ),
            (json!({"shipped": 0}), json!({"shipped": 1}), true),
            (
                json!({"shipments": []}),
                json!({"shipments": ["box"]}),
                true,
            ),
            (json!({"isPaid": false}), json!({"isPaid": true}), true),
            (
                json!({"paid_at": null}),
                json!({"paid_at": "2026-11-03T09:20:09Z"}),
                true,
            ),
            (
                json!({"status": "paid"}),
                json!({"status": "review"}),
                false,
            ),
            (
                json!({"status": "open"}),
                json!({"status": "not_paid"}),
                false,
            ),
            (
                json!({"status": "open"}),
                json!({"status": "paid, for review"}),
                false,
            ),
            (
                json!({"paid": 0, "s": "a"}),
                json!({"paid": 49.9, "s": "b"}),
                false,
            ),
            (json!({"isPaid": true}), json!({"isPaid": false}), false),
        ];
        let order = Order::named("a-1", None, None);
        for (before, after, expected) in cases {
            let (before, after) = (ShopState(before), ShopState(after));
            let effect = Effect::between(&before, &after, &order, &Ignored::default());
            assert_eq!(effect.means_paid(), expected, "{effect}");
        }
    }
}
