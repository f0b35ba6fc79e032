//! The price of an order in a body: what is due, and what was paid, follow it in proportion.

use super::order_draft::{AmountMisfit, OrderDraft, number, power, unquoted, written};
use crate::catalogue::manifest::{FactText, PaymentFacts};
use rust_decimal::Decimal;

/// What several bodies about one order have in common, each from the first of them that tells it. Amounts are measured by
/// it, so that a part of the price stays a part of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrderBasis {
    /// The merchant's own names of the order.
    names: Vec<String>,
    price: Option<Decimal>,
    due: Option<Decimal>,
    /// The currency of the payment.
    coin: Option<String>,
    /// One of the bodies tells a price, or the currency of one.
    priced: bool,
}

impl OrderBasis {
    /// Takes from a body what earlier ones did not have.
    pub(super) fn add(&mut self, draft: &OrderDraft<'_>) {
        let facts = draft.facts;
        let first = |pointers: &[FactText], digits| {
            draft
                .values(pointers)
                .find_map(|range| number(unquoted(&draft.text[range]), digits))
        };
        for name in draft.own_names() {
            if !self.names.contains(&name) {
                self.names.push(name);
            }
        }
        let (price_currency, currency) = draft.currencies();
        let mut coins = draft.values(&currency);
        self.price = self
            .price
            .or_else(|| first(&facts.price, draft.divisibility()));
        self.due = self.due.or_else(|| first(&facts.due, None));
        self.coin = self
            .coin
            .take()
            .or_else(|| serde_json::from_str(&draft.text[coins.next()?]).ok());
        self.priced |= draft.values(&facts.price).next().is_some()
            || draft.values(&price_currency).next().is_some();
    }

    /// The names by which texts of other bodies may call the order.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// That of one body, whose price is in fiat money where nothing else is said.
    pub(super) fn of(draft: &OrderDraft<'_>) -> Self {
        let mut basis = Self {
            priced: true,
            ..Self::default()
        };
        basis.add(draft);
        basis
    }

    /// Whether an amount is one of the payment's currency: named as such, or there is no other.
    fn is_coin(&self, facts: &PaymentFacts, currency: Option<&str>) -> bool {
        currency.map_or(!self.priced, |currency| facts.is_coin(currency))
    }
}

impl OrderDraft<'_> {
    /// Writes the price, and scales what has to be and was paid accordingly.
    pub(super) fn set_price(
        &mut self,
        amount: Decimal,
        currency: Option<&str>,
        basis: &OrderBasis,
    ) -> Result<(), AmountMisfit> {
        let facts = self.facts;
        let coin = basis.is_coin(facts, currency);
        let fiat = coin && facts.fiat_price;
        let sample = facts.sample_price.as_deref().filter(|_| !coin);
        let old = basis
            .due
            .filter(|_| coin)
            .or(basis.price.filter(|_| !fiat))
            .or_else(|| number(sample?, None));
        // Where there is no amount, or it is zero, nothing follows from the price.
        let Some(old) = old.filter(|old| !old.is_zero()) else {
            return Ok(());
        };
        let factor = amount.checked_div(old).ok_or_else(|| {
            let mut amounts = self.values(&facts.price).chain(self.values(&facts.due));
            self.misfit(&amounts.next().unwrap_or_default())
        })?;
        let decimals = decimals_of(amount);
        for list in [&facts.due, &facts.paid, &facts.other_amounts] {
            self.scale(list, factor, decimals)?;
        }
        if coin {
            for range in self.values(&facts.due) {
                let raw = &self.text[range.clone()];
                if number(unquoted(raw), None) == basis.due {
                    self.set(&range, written(raw, amount));
                }
            }
        }
        if !fiat {
            self.set_price_fields(amount, basis.price)?;
        } else if currency.is_none_or(|currency| basis.coin.as_deref() == Some(currency)) {
            // The rate between this coin and the price is that of the sample.
            self.scale(&facts.price, factor, 0)?;
        }
        Ok(())
    }

    /// Writes the price where the basis has its price, and the same part of it elsewhere.
    fn set_price_fields(
        &mut self,
        amount: Decimal,
        basis: Option<Decimal>,
    ) -> Result<(), AmountMisfit> {
        let facts = self.facts;
        let (digits, decimals) = (self.divisibility(), amount.normalize().scale());
        // A finer price needs a finer unit.
        let finer = digits.map(|digits| digits.max(decimals));
        let unit = finer.map_or(Some(Decimal::ONE), power);
        let read = |text: &str| number(unquoted(text), finer);
        for range in self.values(&facts.price) {
            let raw = &self.text[range.clone()];
            let old = number(unquoted(raw), digits);
            let part = old.filter(|_| old != basis).zip(basis);
            let price = match part {
                Some((old, basis)) => old
                    .checked_mul(amount)
                    .and_then(|product| product.checked_div(basis))
                    .map(|part| part.round_dp(finer.unwrap_or(decimals_of(amount)))),
                None => Some(amount),
            };
            let units = price
                .zip(unit)
                .and_then(|(price, unit)| price.checked_mul(unit));
            let text = units.map(|units| written(raw, units));
            // What cannot be read again as that price was not written exactly.
            let text = text.filter(|text| read(text) == price);
            let text = text.ok_or_else(|| self.misfit(&range))?;
            self.set(&range, text);
        }
        if let Some(finer) = finer.filter(|finer| Some(*finer) > digits) {
            for range in self.values(facts.divisibility.as_slice()) {
                self.set(&range, finer.to_string());
            }
        }
        Ok(())
    }
}

/// How many decimals show four digits of amounts of that size, and all of its own.
fn decimals_of(amount: Decimal) -> u32 {
    let amount = amount.normalize();
    let mut size = amount.abs();
    let mut decimals = 3_u32;
    while size >= Decimal::TEN && decimals > 0 {
        size /= Decimal::TEN;
        decimals -= 1;
    }
    while size < Decimal::ONE && !size.is_zero() && decimals < 28 {
        size *= Decimal::TEN;
        decimals += 1;
    }
    decimals.max(amount.scale())
}
