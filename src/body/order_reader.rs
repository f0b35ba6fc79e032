//! Reads from a body what the provider's table `[payment]` points to, without keeping anything else of it: bodies from
//! outside may be as large and as odd as they like.

use super::order_draft::{number, unquoted};
use super::order_rules::{FactPointer, is_fact, unit_decimals};
use super::order_view::{OrderView, PaidAmount};
use crate::catalogue::manifest::{FactText, Manifest, PaymentFacts};
use crate::json::{BodyLayout, FoundPlaces, Pointers};
use std::borrow::Cow;

/// Reads what the bodies of one provider say about an order.
#[derive(Debug, Default)]
pub(crate) struct OrderReader<'m> {
    pointers: Pointers<'m>,
    /// The same, by number.
    facts: Vec<FactPointer<'m>>,
    order: Vec<usize>,
    price: Vec<usize>,
    due: Vec<usize>,
    paid: Vec<usize>,
    /// The hash of a transaction.
    hash: Vec<usize>,
    divisibility: Vec<usize>,
    /// The currencies of the price and those of the payment: in a body without an amount due, and in one with it.
    currencies: [(Vec<usize>, Vec<usize>); 2],
    payment_divisibility: Vec<usize>,
}

/// What a body says about its order.
pub(crate) struct OrderFacts<'r, 't> {
    reader: &'r OrderReader<'r>,
    text: &'t str,
    places: FoundPlaces,
}

/// The amounts in a body, with their currencies.
pub(crate) struct OrderAmounts<'t> {
    /// The price; where there is none, what has to be paid, or what was paid.
    pub(crate) amount: Option<FactAmount<'t>>,
    /// What was paid; where that is not told, what has to be paid.
    pub(crate) payment: Option<FactAmount<'t>>,
    /// What has to be paid.
    pub(crate) due: Option<FactAmount<'t>>,
}

/// An amount with its currency.
#[derive(Clone)]
pub(crate) struct FactAmount<'t> {
    pub(crate) amount: Cow<'t, str>,
    pub(crate) currency: Option<Cow<'t, str>>,
}

impl<'m> OrderReader<'m> {
    /// Nothing is read where the provider has no such table.
    pub(crate) fn new(manifest: &'m Manifest) -> Self {
        let envelope = manifest.envelope.as_ref();
        let bare = envelope.map(|envelope| &*envelope.value.bare);
        let facts = manifest.payment.as_ref();
        facts.map_or_else(Self::default, |facts| Self::of(facts, bare))
    }

    /// Reads bodies in the full form; in the other one where it is known where that stands in the full one.
    pub(super) fn of(facts: &'m PaymentFacts, bare: Option<&'m str>) -> Self {
        let mut reader = Self {
            pointers: Pointers::new(bare),
            ..Self::default()
        };
        reader.order = reader.add(facts.order.iter());
        reader.price = reader.add(facts.price.iter());
        reader.due = reader.add(facts.due.iter());
        reader.paid = reader.add(facts.paid.iter());
        reader.hash = reader.add(facts.hash.iter());
        reader.divisibility = reader.add(facts.divisibility.as_slice());
        reader.payment_divisibility = reader.add(facts.payment_divisibility.as_slice());
        reader.currencies = [false, true].map(|due| {
            let (price, payment) = facts.currencies(due);
            (reader.add(price), reader.add(payment))
        });
        reader.pointers = reader.pointers.settled();
        reader
    }

    /// The numbers of pointers.
    fn add(&mut self, pointers: impl IntoIterator<Item = &'m FactText>) -> Vec<usize> {
        let number = |pointer: &'m FactText| {
            let pointer = FactPointer::of(pointer);
            let known = self.facts.iter().position(|known| *known == pointer);
            known.unwrap_or_else(|| {
                self.facts.push(pointer);
                self.pointers.add(pointer.path(), pointer.is_name())
            })
        };
        pointers.into_iter().map(number).collect()
    }

    /// What a body in either form says; nothing where it is not JSON.
    pub(crate) fn read(&self, text: &str) -> OrderView {
        self.facts(text, None).view()
    }

    /// The same for a body that may have a known layout, and need not be read then.
    pub(crate) fn facts<'r, 't>(
        &'r self,
        text: &'t str,
        layout: Option<&BodyLayout>,
    ) -> OrderFacts<'r, 't> {
        OrderFacts {
            reader: self,
            text,
            places: self.pointers.find(text.as_bytes(), 0, layout),
        }
    }
}

impl<'t> OrderFacts<'_, 't> {
    /// The merchant's own name of the order first, then the provider's ids.
    pub(crate) fn names(&self) -> impl Iterator<Item = Cow<'t, str>> {
        let names = self.values(&self.reader.order);
        names.map(|raw| string(raw).unwrap_or(Cow::Borrowed(raw)))
    }

    pub(crate) fn amounts(&self) -> OrderAmounts<'t> {
        let decimals = self.payment_decimals();
        let due_values = self.values(&self.reader.due).next().is_some();
        let (_, currencies) = &self.reader.currencies[usize::from(due_values)];
        let of_payment = |pointers| self.amount(pointers, decimals, currencies);
        let (price, due, paid) = (
            self.price(),
            of_payment(&self.reader.due),
            of_payment(&self.reader.paid),
        );
        let amount = price.as_ref().or(due.as_ref()).or(paid.as_ref()).cloned();
        // Where prices count a smaller unit, so do payments, and of several it is not told which one counts.
        let (payment, due) = match (self.decimals(), decimals) {
            (Some(_), None) => (None, None),
            _ if self.is_transfer() => (due, None),
            _ => (paid.or_else(|| due.clone()), due),
        };
        OrderAmounts {
            amount,
            payment,
            due,
        }
    }

    /// All of it, to be kept.
    pub(crate) fn view(&self) -> OrderView {
        let amounts = self.amounts();
        let (amount, currency) = match amounts.amount.map(PaidAmount::from) {
            Some(found) => (Some(found.amount), found.currency),
            None => (None, None),
        };
        OrderView {
            names: self.names().map(Cow::into_owned).collect(),
            amount,
            currency,
            payment: amounts.payment.map(PaidAmount::from),
            due: amounts.due.map(PaidAmount::from),
        }
    }

    /// The price.
    pub(super) fn price(&self) -> Option<FactAmount<'t>> {
        let due = self.values(&self.reader.due).next().is_some();
        let (currencies, _) = &self.reader.currencies[usize::from(due)];
        self.amount(&self.reader.price, self.decimals(), currencies)
    }

    fn values<'f>(&'f self, pointers: &'f [usize]) -> impl Iterator<Item = &'t str> + 'f {
        let counting = pointers.iter().filter(|number| {
            let fact = self.reader.facts[**number];
            !fact.is_name() || fact.counts(self.places.at(**number).count())
        });
        let places = counting.flat_map(|number| self.places.at(*number));
        let values = places.filter_map(|place| self.text.get(place));
        values.filter(|raw| raw.bytes().next().is_some_and(is_fact))
    }

    /// How many decimals the unit of the price has, where the body says so.
    fn decimals(&self) -> Option<u32> {
        let mut values = self.values(&self.reader.divisibility);
        values.next().and_then(unit_decimals)
    }

    /// The same of the payment, where only one is named.
    fn payment_decimals(&self) -> Option<u32> {
        let mut values = self.values(&self.reader.payment_divisibility);
        let only = values.next().filter(|_| values.next().is_none());
        only.and_then(unit_decimals)
    }

    /// Whether the body is about one transaction: then its amount is what was moved, and it does not say what is due.
    fn is_transfer(&self) -> bool {
        let has = |pointers| self.values(pointers).next().is_some();
        has(&self.reader.hash) && !has(&self.reader.paid)
    }

    fn amount(
        &self,
        pointers: &[usize],
        decimals: Option<u32>,
        currency: &[usize],
    ) -> Option<FactAmount<'t>> {
        let amount = self.values(pointers).find_map(|raw| {
            let raw = unquoted(raw);
            let exact = number(raw, decimals)?;
            // As it is written, except where it counts a smaller unit.
            Some(decimals.map_or(Cow::Borrowed(raw), |_| exact.to_string().into()))
        })?;
        let mut codes = self.values(currency);
        let currency = codes.find_map(string);
        Some(FactAmount { amount, currency })
    }
}

impl From<FactAmount<'_>> for PaidAmount {
    fn from(found: FactAmount<'_>) -> Self {
        Self {
            amount: found.amount.into_owned(),
            currency: found.currency.map(Cow::into_owned),
        }
    }
}

/// What a JSON string says.
fn string(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        return serde_json::from_str(raw).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner))
}

#[cfg(test)]
mod tests {
    use super::super::places::scalars;
    use super::super::{Template, order_basis};
    use super::*;
    use crate::catalogue::Catalogue;
    use proptest::prelude::*;
    use std::sync::mpsc;
    use std::time::Duration;

    /// Reads a text in every way in which bodies from outside are read.
    fn read_all(catalogue: &Catalogue, text: &str) {
        for provider in catalogue.providers() {
            let manifest = &provider.manifest;
            OrderReader::new(manifest).read(text);
            let template = Template::sample(text, &manifest.fresh);
            order_basis(manifest, std::iter::once(&template));
        }
        scalars(text);
    }

    /// Samples that are cut, and have brackets and commas in wrong places.
    fn garbled(samples: Vec<String>) -> impl Strategy<Value = String> {
        let change = (
            any::<prop::sample::Index>(),
            "[\\[\\]{},:\"0 ]{0,2}",
            0..3_usize,
        );
        let changes = prop::collection::vec(change, 1..4);
        (prop::sample::select(samples), changes).prop_map(|(mut text, changes)| {
            for (index, piece, length) in changes {
                let structure: Vec<usize> = text
                    .match_indices(['[', ']', '{', '}', ',', ':'])
                    .map(|(at, _)| at)
                    .collect();
                if structure.is_empty() {
                    break;
                }
                // Most mistakes in JSON are beside its structure.
                let start = index.get(&structure) + 1;
                let end = (start + length).min(text.len());
                if text.is_char_boundary(end) {
                    text.replace_range(start..end, &piece);
                }
            }
            text
        })
    }

    #[test]
    fn reading_ends_in_whatever_comes() {
        let (done, ended) = mpsc::channel();
        std::thread::spawn(move || {
            let catalogue = Catalogue::load(&[]).unwrap();
            for text in [
                "[}", "[{}}", "[1 2]", "[1:2]", "[,]", "[", "[[}]", "{\"a\":}",
            ] {
                read_all(&catalogue, text);
                for provider in catalogue.providers() {
                    for pointer in provider
                        .manifest
                        .payment
                        .iter()
                        .flat_map(PaymentFacts::pointers)
                    {
                        let steps = pointer.1.trim_end_matches('#').split('/').skip(1);
                        let open: String = steps.map(|step| format!("{{\"{step}\":")).collect();
                        read_all(&catalogue, &format!("{open}{text}"));
                    }
                }
            }
            let samples = catalogue.events().map(|entry| {
                let sample = entry.provider.sample(&entry.event.name);
                sample.unwrap().to_owned()
            });
            let config = ProptestConfig {
                cases: 200,
                failure_persistence: None,
                ..ProptestConfig::default()
            };
            let mut runner = prop::test_runner::TestRunner::new(config);
            let outcome = runner.run(&garbled(samples.collect()), |text| {
                read_all(&catalogue, &text);
                Ok(())
            });
            done.send(outcome.map_err(|error| error.to_string()))
        });
        // It takes less than a second.
        let outcome = ended.recv_timeout(Duration::from_secs(60));
        assert_eq!(outcome, Ok(Ok(())));
    }
}
