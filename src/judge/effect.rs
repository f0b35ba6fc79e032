//! What a delivery did to the shop's state: the difference between the state before and after.
//!
//! Numbers count as differences, names and ids are masked, so that the view of one order and a counter over all orders
//! are compared in the same way.

mod meaning;

use super::leaves::{StateLeaves, is_digits};
use super::order::Order;
use super::state::ShopState;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::fmt;

/// A change at one place of the state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum StateChange {
    /// A number grew by this much.
    Number(Decimal),
    /// A number grew by this many times the order's amount.
    Amounts(Decimal),
    /// A text came this many times more often.
    Text(String, i64),
}

impl StateChange {
    /// Whether a number grew by this much or more.
    fn is_at_least(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(own), Self::Number(other))
            | (Self::Amounts(own), Self::Amounts(other)) => own >= other,
            _ => false,
        }
    }
}

/// What changed between two states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effect(BTreeSet<(String, StateChange)>);

impl Effect {
    /// What changed for that order, apart from the places that do not count.
    pub(crate) fn between(
        before: &ShopState,
        after: &ShopState,
        order: &Order,
        ignored: &Ignored,
    ) -> Self {
        Self::across((before, order), (after, order), ignored)
    }

    /// How the state of one order differs from that of another.
    pub(crate) fn across(
        (before, first): (&ShopState, &Order),
        (after, order): (&ShopState, &Order),
        ignored: &Ignored,
    ) -> Self {
        let (before, after) = (
            StateLeaves::of(before, first),
            StateLeaves::of(after, order),
        );
        let mut changes = BTreeSet::new();
        let places: BTreeSet<&String> = before.numbers.keys().chain(after.numbers.keys()).collect();
        for place in places {
            let at = |leaves: &StateLeaves| leaves.numbers.get(place).copied().unwrap_or_default();
            let grown = at(&after).checked_sub(at(&before)).unwrap_or_default();
            if !grown.is_zero() {
                changes.insert((place.clone(), number(grown, order)));
            }
        }
        let texts: BTreeSet<&(String, String)> =
            before.texts.keys().chain(after.texts.keys()).collect();
        for key in texts {
            let at = |leaves: &StateLeaves| leaves.texts.get(key).copied().unwrap_or_default();
            let more = at(&after) - at(&before);
            if more != 0 {
                changes.insert((key.0.clone(), StateChange::Text(key.1.clone(), more)));
            }
        }
        changes.retain(|(place, _)| !ignored.covers(place));
        Self(changes)
    }

    /// Nothing changed.
    pub(crate) fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether everything that changed in `other` changed here too.
    pub(crate) fn includes(&self, other: &Effect) -> bool {
        other.0.is_subset(&self.0)
    }

    /// The effect without the places that grew by the order's amount, where others are left: a running total says how much
    /// was paid, not whether the order is.
    pub(crate) fn besides_amounts(&self) -> Self {
        let others = self
            .0
            .iter()
            .filter(|(_, change)| !matches!(change, StateChange::Amounts(_)));
        let others = Self(others.cloned().collect());
        if others.is_none() {
            self.clone()
        } else {
            others
        }
    }

    /// Whether every number that grew in `other` grew here too, at least as much; `false` where none did.
    pub(crate) fn grew_like(&self, other: &Effect) -> bool {
        let mut grown = other.growth().peekable();
        grown.peek().is_some()
            && grown.all(|(place, change)| {
                self.growth()
                    .any(|(at, own)| at == place && own.is_at_least(change))
            })
    }

    /// Whether a number that grew in `other` grew further here.
    pub(crate) fn exceeds(&self, other: &Effect) -> bool {
        self.growth().any(|(place, own)| {
            let mut same = other.growth().filter(|(at, _)| *at == place);
            same.any(|(_, change)| own.is_at_least(change) && own != change)
        })
    }

    /// The numbers that grew.
    fn growth(&self) -> impl Iterator<Item = (&String, &StateChange)> {
        let grown = self.0.iter().filter(|(_, change)| match change {
            StateChange::Number(grown) | StateChange::Amounts(grown) => grown.is_sign_positive(),
            StateChange::Text(..) => false,
        });
        grown.map(|(place, change)| (place, change))
    }

    /// The places at which such a text came.
    pub(crate) fn places_of_texts(&self, is_meant: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let came = self.0.iter().filter(
            |(_, change)| matches!(change, StateChange::Text(text, more) if *more > 0 && is_meant(text)),
        );
        came.map(|(place, _)| place.clone()).collect()
    }

    /// The places that hold numbers or items of lists.
    pub(crate) fn countable_places(&self) -> BTreeSet<String> {
        let countable = self.0.iter().filter(|(place, change)| {
            !matches!(change, StateChange::Text(..)) || place.split('/').any(|step| step == "*")
        });
        countable.map(|(place, _)| place.clone()).collect()
    }

    /// The places at which two effects differ.
    pub(crate) fn differing_places(&self, other: &Effect) -> BTreeSet<String> {
        let differing = self.0.symmetric_difference(&other.0);
        differing.map(|(place, _)| place.clone()).collect()
    }

    /// What changed here or there.
    pub(crate) fn joined(mut self, other: Effect) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The places that changed.
    pub(crate) fn places(&self) -> BTreeSet<String> {
        self.0.iter().map(|(place, _)| place.clone()).collect()
    }

    /// The effect without some places.
    pub(crate) fn without(&self, ignored: &Ignored) -> Self {
        let kept = self.0.iter().filter(|(place, _)| !ignored.covers(place));
        Self(kept.cloned().collect())
    }
}

/// The effect in words: `/shipped +1, /status open → paid`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return f.write_str("nothing changed");
        }
        let mut words = Vec::new();
        let mut at = None;
        for (place, change) in &self.0 {
            match change {
                StateChange::Number(grown) => words.push(format!("{place} {}", signed(*grown))),
                StateChange::Amounts(times) => {
                    words.push(format!("{place} {}× the amount", signed(*times)));
                }
                StateChange::Text(..) if at == Some(place) => {}
                StateChange::Text(..) => {
                    at = Some(place);
                    words.push(format!("{place} {}", self.texts_at(place)));
                }
            }
        }
        // Enough to understand it; a page of changes hides what matters.
        const MOST: usize = 6;
        let more = words.len().saturating_sub(MOST);
        words.truncate(MOST);
        f.write_str(&words.join(", "))?;
        if more > 0 {
            write!(f, " and {more} more")?;
        }
        Ok(())
    }
}

impl Effect {
    /// The change of the texts at one place: `open → paid`, `+ shipped ×2`.
    fn texts_at(&self, place: &str) -> String {
        let texts = self.0.iter().filter_map(|(at, change)| match change {
            StateChange::Text(text, more) if at == place => Some((text, *more)),
            _ => None,
        });
        let (came, went): (Vec<_>, Vec<_>) = texts.partition(|(_, more)| *more > 0);
        let list = |texts: &[(&String, i64)]| {
            let words = texts.iter().map(|(text, more)| match more.abs() {
                1 => short(text),
                times => format!("{} ×{times}", short(text)),
            });
            words.collect::<Vec<_>>().join(", ")
        };
        match (went.is_empty(), came.is_empty()) {
            (false, false) => format!("{} → {}", list(&went), list(&came)),
            (true, _) => format!("+ {}", list(&came)),
            (_, true) => format!("- {}", list(&went)),
        }
    }
}

fn short(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn signed(number: Decimal) -> String {
    let number = number.normalize();
    if number.is_sign_negative() {
        number.to_string()
    } else {
        format!("+{number}")
    }
}

/// A difference, as a multiple of the order's amount where it is one.
fn number(grown: Decimal, order: &Order) -> StateChange {
    let amount = order.amount().filter(|amount| !amount.is_zero());
    let times = amount.and_then(|amount| grown.checked_div(amount));
    // A price of 1 cannot be told from a counter, nor does it need to.
    match times.filter(|times| times.fract().is_zero() && amount != Some(Decimal::ONE)) {
        Some(times) => StateChange::Amounts(times),
        None => StateChange::Number(grown),
    }
}

/// The places of the state that do not count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ignored {
    /// Pointers that the user gave; what is below them does not count either.
    given: Vec<String>,
    /// Places that change by themselves, or differently each time.
    found: BTreeSet<String>,
}

impl Ignored {
    pub(crate) fn new(given: &[String]) -> Self {
        Self {
            given: given.to_vec(),
            found: BTreeSet::new(),
        }
    }

    pub(crate) fn add(&mut self, places: impl IntoIterator<Item = String>) {
        self.found.extend(places);
    }

    /// Ignores a place and all that is below it.
    pub(crate) fn add_below(&mut self, pointer: &str) {
        self.given.push(pointer.to_owned());
    }

    /// The places that were found, for a note.
    pub(crate) fn found(&self) -> impl Iterator<Item = &str> {
        self.found.iter().map(String::as_str)
    }

    fn covers(&self, place: &str) -> bool {
        let given = |pointer: &String| {
            let mut places = place.split('/');
            // `*` stands for any name or index, in the pointer as in a place.
            pointer.split('/').all(|part| {
                places.next().is_some_and(|known| {
                    known == part || part == "*" || (known == "*" && is_digits(part))
                })
            })
        };
        self.found.contains(place) || self.given.iter().any(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn effect(before: Value, after: Value, name: &str, amount: Option<&str>) -> String {
        let order = Order::named(name, amount, None);
        Effect::between(
            &ShopState(before),
            &ShopState(after),
            &order,
            &Ignored::new(&["/noise".to_owned()]),
        )
        .to_string()
    }

    #[test]
    fn the_view_of_an_order_and_a_counter_over_all_give_the_same_kind_of_effect() {
        assert_eq!(
            effect(
                json!({"status": "open", "shipped": 0, "noise": 1, "updated_at": 1_794_479_047_318_i64}),
                json!({"status": "paid", "shipped": 1, "noise": 7, "updated_at": 1_794_479_099_318_i64}),
                "a-1",
                None
            ),
            "/shipped +1, /status open → paid"
        );
        assert_eq!(
            effect(
                json!({"paid": 3, "sum": 20}),
                json!({"paid": 5, "sum": "x"}),
                "a-1",
                None
            ),
            "/paid +2, /sum -20, /sum + x"
        );
    }

    #[test]
    fn an_amount_as_text_counts_like_a_number() {
        let paid = json!({"paid": "49.90", "status": "paid"});
        assert_eq!(
            effect(
                json!({"paid": 0, "status": "open"}),
                paid,
                "a-1",
                Some("49.9")
            ),
            "/paid +1× the amount, /status open → paid"
        );
    }

    #[test]
    fn names_ids_times_and_prices_are_masked() {
        assert_eq!(
            effect(
                json!({"orders": {}, "log": [], "credit": 10}),
                json!({
                    "orders": {"a-1": {"state": "paid"}},
                    "log": [{"id": 17, "text": "a-1 paid at 2026-11-03T09:20:09Z by 2c8af922-0c2e-4150-9811-1e76914d3667"}],
                    "credit": 269.90
                }),
                "a-1",
                Some("129.95")
            ),
            "/credit +2× the amount, /log/(length) +1, /log/*/id + (id or time), \
             /log/*/text + (order) paid at (time) by (id), /orders/(order)/state + paid"
        );
    }

    #[test]
    fn a_text_state_counts_line_by_line_and_ignored_places_do_not() {
        let text = |text: &str| ShopState::of(text.as_bytes());
        let order = Order::named("a-1", None, None);
        let of = |before, after, ignored: &[String]| {
            Effect::between(&text(before), &text(after), &order, &Ignored::new(ignored)).to_string()
        };
        assert_eq!(
            of("a-1 open 1794479047318\n", "a-1 paid 1794479047319\n", &[]),
            "/* (order) open (time) → (order) paid (time)"
        );
        assert_eq!(
            of("a-1 open\n", "a-1 paid\n", &["/*".to_owned()]),
            "nothing changed"
        );
        assert_eq!(
            of("[{\"a\":1}]", "[{\"a\":2}]", &["/0/a".to_owned()]),
            "nothing changed"
        );
    }
}
