//! What the shop thinks of an order, as `--state` shows it.

use super::access::Access;
use super::judgement::Stop;
use super::order::Order;
use serde_json::Value;

/// The state of an order, or of the whole shop.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ShopState(pub(super) Value);

impl ShopState {
    /// Asks the shop.
    pub(super) fn ask(shop: &Access, order: &Order) -> Result<Self, Stop> {
        Ok(Self::of(&shop.ask("GET", Some(order))?))
    }

    /// JSON, or else a text whose lines count each for itself.
    pub(super) fn of(answer: &[u8]) -> Self {
        let lines = || {
            let text = String::from_utf8_lossy(answer);
            let lines = text
                .lines()
                .map(|line| Value::String(line.trim().to_owned()));
            Value::Array(lines.collect())
        };
        Self(serde_json::from_slice(answer).unwrap_or_else(|_| lines()))
    }

    /// Whether the value at a pointer is this one.
    pub(super) fn has(&self, pointer: &str, expected: &str) -> bool {
        self.0.pointer(pointer).is_some_and(|value| match value {
            Value::String(text) => text == expected,
            other => other.to_string() == expected,
        })
    }

    /// The state in a line.
    pub(crate) fn words(&self) -> String {
        let text = self.0.to_string();
        match text.char_indices().nth(200) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }
}
