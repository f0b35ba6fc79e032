//! A body made to be about a given order: its name, price and currency are written into every field that holds them, as
//! the provider's table `[payment]` says. Everything else keeps its bytes.

use super::order_draft::{AmountMisfit, OrderDraft, any_matches, number};
use super::order_price::OrderBasis;
use super::order_reader::OrderReader;
use crate::catalogue::manifest::PaymentFacts;
use rust_decimal::Decimal;
use std::borrow::Cow;

/// What an order changes in a body.
#[derive(Clone, Copy, Debug, Default)]
pub struct OrderTerms<'a> {
    /// The merchant's name of the order, or the provider's id of it.
    pub name: Option<&'a str>,
    /// The price, a positive decimal number.
    pub amount: Option<&'a str>,
    /// The currency of the price: fiat, or one of the coins of the provider.
    pub currency: Option<&'a str>,
}

impl PaymentFacts {
    /// The body with the order's name, price and currency. A text that is not JSON, and an amount that is not a positive
    /// decimal number or does not fit, change nothing. Amounts are those of the samples, so a price is written once.
    ///
    /// A field that holds an id of the provider's, which ends in a UUID, keeps that form: an order name of another form
    /// becomes a UUID there, always the same for the same name.
    pub fn for_order(&self, text: &str, terms: &OrderTerms<'_>) -> String {
        self.changed(text, |draft| {
            let basis = OrderBasis::of(draft);
            draft.write(terms, &basis)
        })
    }

    /// The price in a body, and its currency.
    pub fn price(&self, text: &str) -> Option<(String, Option<String>)> {
        let reader = OrderReader::of(self, None);
        let price = reader.facts(text, None).price()?;
        let exact = number(&price.amount, None)?;
        Some((exact.to_string(), price.currency.map(Cow::into_owned)))
    }

    /// The body with all amounts multiplied by a factor.
    pub fn scaled(&self, text: &str, factor: Decimal) -> String {
        self.changed(text, |draft| {
            for list in [&self.price, &self.due, &self.paid, &self.other_amounts] {
                draft.scale(list, factor, 0)?;
            }
            Ok(())
        })
    }

    /// The body with only the amounts that were paid multiplied by a factor.
    pub fn underpaid(&self, text: &str, factor: Decimal) -> String {
        self.changed(text, |draft| draft.scale(&self.paid, factor, 0))
    }

    /// The body with the same amounts in another currency: a coin in the fields of the payment, and any other in those of
    /// the price.
    pub fn in_currency(&self, text: &str, currency: &str) -> String {
        self.changed(text, |draft| {
            draft.set_currency(currency);
            Ok(())
        })
    }

    /// Whether a place has a status or an amount.
    pub(crate) fn is_state(&self, place: &str) -> bool {
        let lists = [
            &self.status,
            &self.price,
            &self.due,
            &self.paid,
            &self.other_amounts,
        ];
        lists.iter().any(|list| any_matches(list, place))
    }

    pub(super) fn is_coin(&self, currency: &str) -> bool {
        self.coins.iter().any(|coin| coin == currency)
    }

    /// The body with a change, or as it was where an amount would not fit.
    fn changed(
        &self,
        text: &str,
        change: impl FnOnce(&mut OrderDraft<'_>) -> Result<(), AmountMisfit>,
    ) -> String {
        let draft = OrderDraft::new(self, text);
        let changed = draft.and_then(|mut draft| {
            change(&mut draft).ok()?;
            Some(draft.finish())
        });
        changed.unwrap_or_else(|| text.to_owned())
    }
}

impl OrderDraft<'_> {
    pub(super) fn write(
        &mut self,
        terms: &OrderTerms<'_>,
        basis: &OrderBasis,
    ) -> Result<(), AmountMisfit> {
        if let Some(name) = terms.name {
            self.name_order(name, basis);
        }
        if let Some(currency) = terms.currency {
            self.set_currency(currency);
        }
        let amount = terms.amount.and_then(|amount| number(amount, None));
        if let Some(amount) = amount.filter(|amount| *amount > Decimal::ZERO) {
            self.set_price(amount, terms.currency, basis)?;
        }
        Ok(())
    }
}
