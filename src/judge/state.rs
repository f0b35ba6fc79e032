//! What the shop thinks of an order, as `--state` shows it.

use super::access::Access;
use super::judgement::Stop;
use super::order::Order;
use serde_json::{Map, Value};

/// The state of an order, or of the whole shop.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ShopState(pub(super) Value);

impl ShopState {
    /// Asks the shop.
    pub(super) fn ask(shop: &Access, order: &Order) -> Result<Self, Stop> {
        Ok(Self::of(&shop.ask("GET", Some(order))?))
    }

    /// JSON, or else a text: fields where all its lines are like `status: paid`, or lines that count each for itself.
    pub(super) fn of(answer: &[u8]) -> Self {
        let text = || {
            let text = String::from_utf8_lossy(answer);
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            fields(&lines).unwrap_or_else(|| {
                let lines = lines.iter().map(|line| Value::String((*line).to_owned()));
                Value::Array(lines.collect())
            })
        };
        Self(serde_json::from_slice(answer).unwrap_or_else(|_| text()))
    }

    /// Whether the value at a pointer is this one.
    pub(super) fn has(&self, pointer: &str, expected: &str) -> bool {
        self.0.pointer(pointer).is_some_and(|value| match value {
            Value::String(text) => text == expected,
            other => *other.to_string() == *expected,
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

/// The fields of a text, if each line is one and each name occurs once.
fn fields(lines: &[&str]) -> Option<Value> {
    let mut fields = Map::new();
    for line in lines.iter().filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once([':', '='])?;
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() || name.contains([' ', '/', '"']) {
            return None;
        }
        let value = match serde_json::from_str(value) {
            Ok(number @ Value::Number(_)) => number,
            _ => Value::String(value.to_owned()),
        };
        if fields.insert(name.to_owned(), value).is_some() {
            return None;
        }
    }
    (!fields.is_empty()).then_some(Value::Object(fields))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_is_fields_if_all_its_lines_are() {
        let of = |text: &str| ShopState::of(text.as_bytes()).0;
        let fields = json!({"status": "paid", "shipped": 2, "at": "09:20:09"});
        assert_eq!(of("status: paid\nshipped = 2\n\nat: 09:20:09\n"), fields);
        assert_eq!(of("a: 1\na: 2"), json!(["a: 1", "a: 2"]));
        assert_eq!(of("a-1 paid"), json!(["a-1 paid"]));
        assert_eq!(of("see http://x"), json!(["see http://x"]));
        assert_eq!(of(""), json!([]));
    }
}
