//! A state of the shop as a bag of leaves, which two states can be compared by: the order's name, ids and times are
//! masked, which differ from order to order.

use super::order::Order;
use super::state::ShopState;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// The leaves of a state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StateLeaves {
    /// The sum of the numbers at each place.
    pub(super) numbers: BTreeMap<String, Decimal>,
    /// How often each text occurs at each place.
    pub(super) texts: BTreeMap<(String, String), i64>,
}

impl StateLeaves {
    pub(super) fn of(state: &ShopState, order: &Order) -> Self {
        let mut leaves = Self::default();
        leaves.add(&state.0, "", order);
        leaves
    }

    fn add(&mut self, value: &Value, place: &str, order: &Order) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    let name = masked(name, order).replace('~', "~0").replace('/', "~1");
                    self.add(field, &format!("{place}/{name}"), order);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.add(item, &format!("{place}/*"), order);
                }
                // An item without a leaf counts too.
                *self.numbers.entry(format!("{place}/(length)")).or_default() +=
                    Decimal::from(items.len());
            }
            Value::Number(number) => self.number(&number.to_string(), place),
            // An amount may be shown as it came: 49.90 is 49.9.
            Value::String(text) if is_decimal(text) => self.number(text, place),
            Value::String(text) => self.text(masked(text, order), place),
            Value::Bool(value) => self.text(value.to_string(), place),
            Value::Null => self.text("null".to_owned(), place),
        }
    }

    fn number(&mut self, text: &str, place: &str) {
        let number = text.parse().or_else(|_| Decimal::from_scientific(text));
        match number {
            Ok(number) if !is_id(place) && !is_time(number) => {
                let sum = self.numbers.entry(place.to_owned()).or_default();
                *sum = sum.checked_add(number).unwrap_or(number);
            }
            Ok(_) => self.text("(id or time)".to_owned(), place),
            Err(_) => self.text(text.to_owned(), place),
        }
    }

    fn text(&mut self, text: String, place: &str) {
        *self.texts.entry((place.to_owned(), text)).or_default() += 1;
    }
}

/// Whether a text is a number with decimals.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let parts = digits.split_once('.');
    parts.is_some_and(|(whole, decimals)| is_digits(whole) && is_digits(decimals))
}

/// Whether a number at that place names something.
fn is_id(place: &str) -> bool {
    let name = place.rsplit('/').next().unwrap_or_default();
    name.eq_ignore_ascii_case("id") || name.ends_with("_id") || name.ends_with("Id")
}

/// Whether a number is a time of this century, in seconds, milliseconds, microseconds or nanoseconds.
fn is_time(number: Decimal) -> bool {
    let (from, until) = (
        Decimal::from(1_500_000_000_u64),
        Decimal::from(4_000_000_000_u64),
    );
    [1_u64, 1_000, 1_000_000, 1_000_000_000]
        .into_iter()
        .any(|unit| {
            let second = number / Decimal::from(unit);
            second >= from && second < until
        })
}

/// A text with the order's name, ids and times replaced, which differ from order to order.
fn masked(text: &str, order: &Order) -> String {
    let named = text.replace(order.name(), "(order)");
    let words = named.split_inclusive([' ', '\t', '\n', ',', ';', '"', '\'']);
    words
        .map(|word| {
            let bare = word.trim_end_matches([' ', '\t', '\n', ',', ';', '"', '\'']);
            match mask(bare) {
                Some(mask) => format!("{mask}{}", &word[bare.len()..]),
                None => word.to_owned(),
            }
        })
        .collect()
}

/// What stands for an id or a time.
fn mask(word: &str) -> Option<&'static str> {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_uuid = word.len() == 36
        && word
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && word.matches('-').count() == 4;
    let is_hash =
        word.len() >= 16 && digits >= 2 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_date = word.len() >= 10
        && digits >= 8
        && word.as_bytes().get(4) == Some(&b'-')
        && word.as_bytes().get(7) == Some(&b'-');
    let is_clock = word.len() >= 8
        && word.as_bytes().get(2) == Some(&b':')
        && word.as_bytes().get(5) == Some(&b':')
        && digits >= 6;
    let is_number = || word.parse().is_ok_and(is_time);
    if is_uuid || is_hash {
        Some("(id)")
    } else if is_date || is_clock || is_number() {
        Some("(time)")
    } else {
        None
    }
}

/// Whether a text is a number without sign and decimals.
pub(super) fn is_digits(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}
