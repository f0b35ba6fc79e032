//! The order that a case is about, and `--order`, which makes it.

use super::access::Access;
use super::judgement::Stop;
use crate::error::Error;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

/// An order: its name, and what was agreed where the shop told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    name: String,
    /// As the shop wrote it, so that no digit is lost.
    amount: Option<String>,
    currency: Option<String>,
    /// What its bodies are made from, where the shop did not make it.
    seed: Option<u64>,
}

impl Order {
    pub(crate) fn named(name: &str, amount: Option<&str>, currency: Option<&str>) -> Self {
        Self {
            name: name.to_owned(),
            amount: amount.map(str::to_owned),
            currency: currency.map(str::to_owned),
            seed: None,
        }
    }

    /// An order that the shop does not know.
    pub(crate) fn unknown(name: &str, seed: u64) -> Self {
        Self {
            seed: Some(seed),
            ..Self::named(name, None, None)
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The amount, where the shop told it.
    pub(crate) fn amount(&self) -> Option<Decimal> {
        self.amount.as_deref()?.parse().ok()
    }

    pub(crate) fn amount_text(&self) -> Option<&str> {
        self.amount.as_deref()
    }

    pub(crate) fn currency(&self) -> Option<&str> {
        self.currency.as_deref()
    }

    /// Whether the shop made it.
    pub(crate) fn is_known(&self) -> bool {
        self.seed.is_none()
    }

    /// What the ids of its bodies are made from.
    pub(crate) fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// The same order under a name that differs.
    pub(crate) fn renamed(&self, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..self.clone()
        }
    }

    /// The variables that a shell command gets.
    pub(super) fn variables(&self) -> Vec<(&'static str, &str)> {
        let mut variables = vec![("INQUD_HOOK_ORDER", self.name.as_str())];
        variables.extend(
            self.amount
                .as_deref()
                .map(|amount| ("INQUD_HOOK_AMOUNT", amount)),
        );
        variables.extend(
            self.currency
                .as_deref()
                .map(|currency| ("INQUD_HOOK_CURRENCY", currency)),
        );
        variables
    }
}

/// Asks the shop for a new order, under a name that the shop may ignore.
pub(super) fn make(shop: &Access, name: Option<&str>) -> Result<Order, Stop> {
    let wish = name.map(|name| Order::named(name, None, None));
    let answer = shop.ask("POST", wish.as_ref())?;
    parse(&answer).ok_or_else(|| {
        let shown: String = String::from_utf8_lossy(&answer).chars().take(120).collect();
        Stop::Broken(Error::Usage {
            what: format!("{shop} answered {shown:?}, which names no order"),
            hint: "answer with JSON like {\"order\": \"1001\", \"amount\": \"49.90\", \"currency\": \"EUR\"}, \
                   or with the order's name alone"
                .to_owned(),
        })
    })
}

/// An order as JSON; the values keep their digits.
#[derive(Deserialize)]
struct OrderAnswer<'t> {
    #[serde(borrow)]
    order: &'t RawValue,
    #[serde(borrow, default)]
    amount: Option<&'t RawValue>,
    #[serde(borrow, default)]
    currency: Option<&'t RawValue>,
}

/// The order in an answer: a JSON object, a JSON text or number, or a name alone.
fn parse(answer: &[u8]) -> Option<Order> {
    let text = std::str::from_utf8(answer).ok()?.trim();
    let order = if let Ok(answer) = serde_json::from_str::<OrderAnswer<'_>>(text) {
        Order {
            name: word(answer.order)?,
            amount: answer.amount.and_then(word),
            currency: answer.currency.and_then(word),
            seed: None,
        }
    } else if let Ok(value) = serde_json::from_str::<&RawValue>(text) {
        Order::named(&word(value)?, None, None)
    } else if text.contains(['\n', '{', '<']) {
        return None;
    } else {
        Order::named(text, None, None)
    };
    let good = !order.name.is_empty() && order.name.len() <= 200;
    good.then_some(order)
}

/// A JSON text or number as a word.
fn word(value: &RawValue) -> Option<String> {
    let raw = value.get();
    match raw.as_bytes().first()? {
        b'"' => serde_json::from_str(raw).ok(),
        b'-' | b'0'..=b'9' => Some(raw.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_from_json_or_a_name_alone() {
        let read = |text: &str| parse(text.as_bytes());
        assert_eq!(
            read(r#"{"order": 1001, "amount": 49.90, "currency": "EUR", "more": []}"#),
            Some(Order::named("1001", Some("49.90"), Some("EUR")))
        );
        assert_eq!(read("\"a b\""), Some(Order::named("a b", None, None)));
        assert_eq!(read("1001\n"), Some(Order::named("1001", None, None)));
        assert_eq!(read("<html>"), None);
        assert_eq!(read("{\"id\": 1}"), None);
        assert_eq!(read(""), None);
    }
}
