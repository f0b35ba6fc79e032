//! The currency of an order in a body: that of the price, and the coin of the payment with its blockchain.

use super::order_draft::{OrderDraft, any_matches, quoted};
use crate::catalogue::manifest::{FactMap, FactText};
use std::ops::Range;

impl OrderDraft<'_> {
    pub(super) fn set_currency(&mut self, currency: &str) {
        let (price, payment) = self.currencies();
        let coin = self.facts.is_coin(currency);
        if !coin || !self.facts.fiat_price {
            self.set_currency_text(&price, currency);
        }
        let lists = [(price, !coin || !self.facts.fiat_price), (payment, coin)];
        for (pointers, _) in lists.iter().filter(|(_, wanted)| *wanted) {
            for range in self.values(pointers) {
                if coin || !self.is_of_asset(&range) {
                    self.set(&range, quoted(currency));
                }
            }
        }
    }

    /// Writes the code for the name and the symbol of another currency: it is right for each, and they are not known.
    fn set_currency_text(&mut self, codes: &[FactText], currency: &str) {
        let is_same = |range: Range<usize>| self.text[range] == quoted(currency);
        if self.values(codes).any(is_same) {
            return;
        }
        for range in self.values(&self.facts.price_currency_text) {
            self.set(&range, quoted(currency));
        }
    }

    /// Whether a currency stands beside the asset that it is a part of, so that only a coin can be there.
    fn is_of_asset(&self, currency: &Range<usize>) -> bool {
        let parent = |pointer: &str| {
            pointer
                .rsplit_once('/')
                .map(|(parent, _)| parent.to_owned())
        };
        let place = self.places.iter().find(|place| place.value == *currency);
        let object = place.and_then(|place| parent(&place.pointer));
        let mut assets = self
            .places
            .iter()
            .filter(|place| any_matches(&self.facts.asset, &place.pointer));
        assets.any(|asset| parent(&asset.pointer) == object)
    }

    /// Writes what follows from a currency: a coin's blockchain and asset, and the pair that is converted.
    pub(super) fn set_asset(&mut self, currency: &str, known: &FactMap<FactText>) {
        self.set_pair(currency);
        if !self.facts.is_coin(currency) {
            return;
        }
        let facts = self.facts;
        for range in self.values(&facts.blockchain) {
            let old: String = serde_json::from_str(&self.text[range.clone()]).unwrap_or_default();
            if let Some((blockchain, _)) = asset(&old, currency, known) {
                self.set(&range, quoted(blockchain));
            }
        }
        for range in self.values(&facts.asset) {
            let old: String = serde_json::from_str(&self.text[range.clone()]).unwrap_or_default();
            let old = old
                .rsplit_once('_')
                .map_or("", |(blockchain, _)| blockchain);
            if let Some((blockchain, coin)) = asset(old, currency, known) {
                self.set(&range, quoted(&format!("{blockchain}_{coin}")));
            }
        }
    }

    /// A pair is the payment's currency and the price's, one behind the other.
    fn set_pair(&mut self, currency: &str) {
        let (price, payment) = self.currencies();
        let coin = self.facts.is_coin(currency);
        let first = |pointers: &[FactText]| {
            let range = self.values(pointers).next()?;
            serde_json::from_str::<String>(&self.text[range]).ok()
        };
        let (Some(old_coin), Some(old_price)) = (first(&payment), first(&price)) else {
            return;
        };
        let new_coin = if coin { currency } else { old_coin.as_str() };
        for range in self.values(&self.facts.pair) {
            if self.text[range.clone()] == quoted(&format!("{old_coin}{old_price}")) {
                self.set(&range, quoted(&format!("{new_coin}{currency}")));
            }
        }
    }
}

impl OrderDraft<'_> {
    /// The name of the payment's blockchain in the table `[currencies]`, which says what its addresses look like.
    pub(super) fn chain<'m>(&self, known: &'m FactMap<FactText>) -> Option<&'m str> {
        let (_, payment) = self.currencies();
        let mut codes = self
            .values(&payment)
            .chain(self.values(&self.facts.blockchain));
        codes.find_map(|range| {
            let code: String = serde_json::from_str(&self.text[range]).ok()?;
            known.get(&code).map(FactText::as_str)
        })
    }

    /// Its addresses, and the hashes of its transactions, each with whether it is a hash; not what only stands for one.
    pub(super) fn on_chain(&self) -> Vec<(String, bool)> {
        let facts = self.facts;
        let words = |pointers, is_hash| {
            let word = move |range: Range<usize>| serde_json::from_str(&self.text[range]).ok();
            let all = self.values(pointers).filter_map(word);
            let real = all.filter(|word: &String| is_address_or_hash(word));
            real.map(move |word| (word, is_hash))
        };
        words(&facts.address, false)
            .chain(words(&facts.hash, true))
            .collect()
    }
}

/// Whether a text has the form of an address or a hash, so that it stands for nothing else wherever it occurs.
fn is_address_or_hash(text: &str) -> bool {
    // From the shortest address of Bitcoin to the longest hash of Solana, with room for other chains.
    (25..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The asset of a coin: on the old blockchain where that has the coin, else on the first that has it.
fn asset<'k>(
    blockchain: &str,
    coin: &str,
    known: &'k FactMap<FactText>,
) -> Option<(&'k str, &'k str)> {
    let all = || known.keys().filter_map(|key| key.rsplit_once('_'));
    let fits = |(_, known): &(&str, &str)| *known == coin;
    all()
        .filter(fits)
        .find(|(known, _)| *known == blockchain)
        .or_else(|| all().find(fits))
}
