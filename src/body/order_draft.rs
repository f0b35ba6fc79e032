//! The changes that an order makes to a body, collected before they are written: amounts keep their type and are exact.

use super::order_rules::{FactPointer, is_fact, unit_decimals};
use super::places::{FoundValue, places};
use crate::catalogue::manifest::{FactText, PaymentFacts, TotalFact};
use crate::json::{Scanner, Text};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;
use std::ops::Range;

/// A new text for a part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BodyChange {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

/// Why an amount cannot be written: the number in that field would be too long to be exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AmountMisfit {
    pub(crate) pointer: String,
}

/// A body and the changes to it.
pub(super) struct OrderDraft<'t> {
    pub(super) facts: &'t PaymentFacts,
    pub(super) text: &'t str,
    pub(super) places: Vec<FoundValue>,
    /// The new texts, by where the old ones begin, with where those end.
    changes: BTreeMap<usize, (usize, String)>,
    amounts_changed: bool,
}

impl<'t> OrderDraft<'t> {
    pub(super) fn new(facts: &'t PaymentFacts, text: &'t str) -> Option<Self> {
        Some(Self {
            facts,
            text,
            places: places(text)?,
            changes: BTreeMap::new(),
            amounts_changed: false,
        })
    }

    /// The whole text with the changes.
    pub(super) fn finish(self) -> String {
        let text = self.text;
        let mut out = String::with_capacity(text.len() + 64);
        let mut at = 0;
        for change in self.into_changes() {
            out.push_str(&text[at..change.range.start]);
            out.push_str(&change.text);
            at = change.range.end;
        }
        out.push_str(&text[at..]);
        out
    }

    /// The changes in the order of the text.
    pub(super) fn into_changes(mut self) -> Vec<BodyChange> {
        if self.amounts_changed {
            for total in &self.facts.totals {
                self.add_up(total);
            }
        }
        let changes = self.changes.into_iter();
        changes
            .map(|(start, (end, text))| BodyChange {
                range: start..end,
                text,
            })
            .collect()
    }

    pub(super) fn set(&mut self, range: &Range<usize>, text: String) {
        self.changes.insert(range.start, (range.end, text));
    }

    /// Where the strings and numbers at these pointers stand, and the names of members.
    pub(super) fn values(&self, pointers: &[FactText]) -> std::vec::IntoIter<Range<usize>> {
        let mut found = Vec::new();
        for pointer in pointers {
            let pointer = FactPointer::of(pointer);
            let places = self.places.iter();
            let at: Vec<_> = places
                .filter(|place| pointer.matches(&place.pointer))
                .collect();
            if !pointer.counts(at.len()) {
                continue;
            }
            found.extend(at.into_iter().filter_map(|place| {
                if pointer.is_name() {
                    let mut scanner = Scanner::new(self.text.as_bytes(), place.member.start);
                    return scanner.string().ok().map(Text::quoted);
                }
                let value = place.value.clone();
                is_fact(self.text.as_bytes()[value.start]).then_some(value)
            }));
        }
        found.into_iter()
    }

    /// The pointers of the price's currency and those of the payment's.
    pub(super) fn currencies(&self) -> (Vec<FactText>, Vec<FactText>) {
        let due = self.values(&self.facts.due).next().is_some();
        let (price, payment) = self.facts.currencies(due);
        let owned = |pointers: Vec<&FactText>| pointers.into_iter().cloned().collect();
        (owned(price), owned(payment))
    }

    /// How many decimals the unit of the price has, where the body says so.
    pub(super) fn divisibility(&self) -> Option<u32> {
        let range = self.values(self.facts.divisibility.as_slice()).next()?;
        unit_decimals(&self.text[range])
    }

    /// That an amount does not fit into the value there.
    pub(super) fn misfit(&self, range: &Range<usize>) -> AmountMisfit {
        let place = self.places.iter().find(|place| place.value == *range);
        AmountMisfit {
            pointer: place.map_or_else(String::new, |place| place.pointer.clone()),
        }
    }

    fn set_amount(&mut self, pointers: &[FactText], amount: Decimal) {
        for range in self.values(pointers) {
            self.set(&range, written(&self.text[range.clone()], amount));
        }
    }

    /// Multiplies amounts, and rounds them to their decimals, to at least two, and to at least as many as given.
    pub(super) fn scale(
        &mut self,
        pointers: &[FactText],
        factor: Decimal,
        decimals: u32,
    ) -> Result<(), AmountMisfit> {
        self.amounts_changed = true;
        for range in self.values(pointers) {
            let raw = &self.text[range.clone()];
            let Some(old) = number(unquoted(raw), None) else {
                continue;
            };
            let new = old.checked_mul(factor);
            let new = new.ok_or_else(|| self.misfit(&range))?;
            let whole = self.facts.divisibility.is_some();
            let decimals = if whole {
                0
            } else {
                old.scale().max(2).max(decimals)
            };
            let away = RoundingStrategy::MidpointAwayFromZero;
            let mut rounded = new.round_dp_with_strategy(decimals, away);
            // Nothing would be another case than little.
            if rounded.is_zero() && !new.is_zero() {
                rounded = if whole {
                    Decimal::ONE
                } else {
                    new.round_sf(2).unwrap_or(new)
                };
            }
            self.set(&range, written(raw, rounded));
        }
        Ok(())
    }

    /// Computes an amount that follows from others; not where one of them is missing.
    fn add_up(&mut self, fact: &TotalFact) {
        let now = |pointer: &FactText| {
            let range = self.values(std::slice::from_ref(pointer)).next()?;
            let changed = self.changes.get(&range.start).map(|(_, text)| &**text);
            number(unquoted(changed.unwrap_or(&self.text[range])), None)
        };
        let sum = |pointers: &[FactText]| {
            let add = |sum: Decimal, pointer| sum.checked_add(now(pointer)?);
            pointers.iter().try_fold(Decimal::ZERO, add)
        };
        let total = || {
            let share = match &fact.percent {
                Some([percent, of]) => now(percent)?
                    .checked_mul(now(of)?)?
                    .checked_div(Decimal::ONE_HUNDRED)?,
                None => Decimal::ZERO,
            };
            let total = sum(&fact.add)?.checked_sub(sum(&fact.subtract)?)?;
            let decimals = now(&fact.total)?.scale().max(5);
            Some(total.checked_add(share)?.round_dp(decimals))
        };
        if let Some(total) = total() {
            self.set_amount(std::slice::from_ref(&fact.total), total);
        }
    }
}

pub(super) fn any_matches(pointers: &[FactText], place: &str) -> bool {
    pointers
        .iter()
        .any(|pointer| FactPointer::of(pointer).matches(place))
}

pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

pub(super) fn unquoted(raw: &str) -> &str {
    let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
    inner.unwrap_or(raw)
}

pub(super) fn power(digits: u32) -> Option<Decimal> {
    10_u64.checked_pow(digits).map(Decimal::from)
}

/// A decimal number, with or without an exponent; in units with that many decimals, where it is counted in such.
pub(super) fn number(text: &str, digits: Option<u32>) -> Option<Decimal> {
    let exact = Decimal::from_str_exact(text);
    let number = exact.or_else(|_| Decimal::from_scientific(text)).ok()?;
    let Some(digits) = digits else {
        return Some(number);
    };
    let mut number = number.checked_div(power(digits)?)?;
    number.rescale(digits);
    Some(number)
}

/// An amount in the type of the old one, with at least as many decimals.
pub(super) fn written(raw: &str, amount: Decimal) -> String {
    let shortest = amount.normalize();
    let mut padded = shortest;
    let decimals = number(unquoted(raw), None).map_or(0, |old| old.scale());
    padded.rescale(shortest.scale().max(decimals));
    if raw.starts_with('"') {
        format!("\"{padded}\"")
    } else {
        padded.to_string()
    }
}
