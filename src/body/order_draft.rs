//! The changes that an order makes to a body, collected before they are written: amounts keep their type and are exact.

use super::places::{FoundValue, places};
use crate::catalogue::manifest::{FactList, FactText, PaymentFacts, TotalFact};
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
            let steps = pointer.strip_suffix('#');
            let at = self
                .places
                .iter()
                .filter(|place| matches(steps.unwrap_or(pointer), &place.pointer));
            if steps.is_none() {
                let is_value = |range: &Range<usize>| {
                    let first = self.text.as_bytes()[range.start];
                    matches!(first, b'"' | b'-' | b'0'..=b'9')
                };
                found.extend(at.map(|place| place.value.clone()).filter(is_value));
            } else if let [one] = at.collect::<Vec<_>>().as_slice() {
                // Several members would all get the same name.
                let mut scanner = Scanner::new(self.text.as_bytes(), one.member.start);
                found.extend(scanner.string().ok().map(Text::quoted));
            }
        }
        found.into_iter()
    }

    /// The pointers of the price's currency and those of the payment's: one that is in both lists is the payment's where
    /// the body has an amount due.
    pub(super) fn currencies(&self) -> (FactList<FactText>, FactList<FactText>) {
        let facts = self.facts;
        let due = self.values(&facts.due).next().is_some();
        let without = |list: &[FactText], other: &[FactText]| {
            let only = list.iter().filter(|pointer| !other.contains(pointer));
            only.cloned().collect()
        };
        if due {
            let price = without(&facts.price_currency, &facts.currency);
            (price, facts.currency.clone())
        } else {
            let payment = without(&facts.currency, &facts.price_currency);
            (facts.price_currency.clone(), payment)
        }
    }

    /// How many decimals the unit of the price has, where the body says so.
    pub(super) fn divisibility(&self) -> Option<u32> {
        let range = self.values(self.facts.divisibility.as_slice()).next()?;
        // More do not fit a decimal.
        self.text[range].parse().ok().filter(|digits| *digits <= 18)
    }

    fn set_amount(&mut self, pointers: &[FactText], amount: Decimal) {
        for range in self.values(pointers) {
            self.set(&range, written(&self.text[range.clone()], amount));
        }
    }

    /// Multiplies amounts, and rounds them to their decimals, to at least two, and to at least as many as given.
    pub(super) fn scale(&mut self, pointers: &[FactText], factor: Decimal, decimals: u32) {
        self.amounts_changed = true;
        for range in self.values(pointers) {
            let raw = &self.text[range.clone()];
            let Some(old) = number(unquoted(raw), None) else {
                continue;
            };
            let Some(new) = old.checked_mul(factor) else {
                continue;
            };
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

/// Whether a pointer, in which `*` stands for any step, leads to a place.
fn matches(pointer: &str, place: &str) -> bool {
    let mut steps = place.split('/');
    pointer.split('/').all(|step| {
        steps
            .next()
            .is_some_and(|there| step == "*" || step == there)
    }) && steps.next().is_none()
}

pub(super) fn any_matches(pointers: &[FactText], place: &str) -> bool {
    pointers.iter().any(|pointer| matches(pointer, place))
}

pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

pub(super) fn unquoted(raw: &str) -> &str {
    raw.trim_matches('"')
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
