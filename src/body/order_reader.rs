//! Reads from a body what the provider's table `[payment]` points to, in one walk and without keeping anything else of it:
//! bodies from outside may be as large and as odd as they like.

use super::order_draft::{number, unquoted};
use super::order_rules::{FactPointer, FactStep, is_fact, unit_decimals};
use super::order_view::{OrderView, PaidAmount};
use crate::catalogue::manifest::{FactText, Manifest, PaymentFacts};
use crate::json::Scanner;
use std::ops::Range;

/// Of more values at one pointer only the first count.
const MOST_VALUES: usize = 16;

/// Reads what the bodies of one provider say about an order.
#[derive(Debug, Default)]
pub(crate) struct OrderReader<'m> {
    tree: PointerTree<'m>,
    /// Every pointer, once.
    pointers: Vec<FactPointer<'m>>,
    /// Where the bare form stands in the full one.
    bare: Option<&'m str>,
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

/// Pointers by their steps.
#[derive(Debug, Default)]
struct PointerTree<'m> {
    named: Vec<(&'m str, PointerTree<'m>)>,
    /// Behind a `*`; for members whose name is not known.
    any: Option<Box<PointerTree<'m>>>,
    /// The pointers that end here: their numbers.
    values: Vec<usize>,
    /// Those that end here with a `#`.
    names: Vec<usize>,
}

/// The places of the values at all pointers.
struct FoundPlaces {
    /// In the order of the text, each with the number of its pointer.
    all: Vec<(usize, Range<usize>)>,
    /// How many each pointer has.
    counts: Vec<usize>,
}

impl<'m> OrderReader<'m> {
    /// Nothing is read where the provider has no such table.
    pub(crate) fn new(manifest: &'m Manifest) -> Self {
        let facts = manifest.payment.as_ref();
        let envelope = manifest.envelope.as_ref();
        Self {
            bare: envelope.map(|envelope| envelope.value.bare.as_str()),
            ..facts.map(Self::of).unwrap_or_default()
        }
    }

    /// Reads bodies in the full form.
    pub(super) fn of(facts: &'m PaymentFacts) -> Self {
        let mut reader = Self::default();
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
        reader.tree.settle();
        reader
    }

    /// The numbers of pointers.
    fn add(&mut self, pointers: impl IntoIterator<Item = &'m FactText>) -> Vec<usize> {
        let number = |pointer: &'m FactText| {
            let pointer = FactPointer::of(pointer);
            let known = self.pointers.iter().position(|known| *known == pointer);
            known.unwrap_or_else(|| {
                self.tree.add(pointer, self.pointers.len());
                self.pointers.push(pointer);
                self.pointers.len() - 1
            })
        };
        pointers.into_iter().map(number).collect()
    }

    /// What a body in either form says; nothing where it is not JSON.
    pub(crate) fn read(&self, text: &str) -> OrderView {
        let full = self.view(text, &self.tree);
        if full != OrderView::default() {
            return full;
        }
        let steps = self.bare.map(|bare| bare.split('/').skip(1));
        let bare = steps.and_then(|mut steps| {
            steps.try_fold(&self.tree, |tree, step| {
                let known = tree.named.iter().find(|(name, _)| *name == step);
                known.map(|(_, inner)| inner)
            })
        });
        bare.map_or_else(OrderView::default, |tree| self.view(text, tree))
    }

    fn view(&self, text: &str, tree: &PointerTree<'m>) -> OrderView {
        let found = self.found(text, tree);
        let (price, due, paid) = (found.price(), found.due(), found.paid());
        let amount = price.as_ref().or(due.as_ref()).or(paid.as_ref());
        let (amount, currency) = match amount.cloned() {
            Some(found) => (Some(found.amount), found.currency),
            None => (None, None),
        };
        // Where prices count a smaller unit, so do payments, and of several it is not told which one counts.
        let (payment, due) = match (found.decimals(), found.payment_decimals()) {
            (Some(_), None) => (None, None),
            _ if found.is_transfer() => (due, None),
            _ => (paid.or_else(|| due.clone()), due),
        };
        let name = |raw: &str| string(raw).unwrap_or_else(|| raw.to_owned());
        OrderView {
            names: found.values(&self.order).map(name).collect(),
            amount,
            currency,
            payment,
            due,
        }
    }

    /// The price in a body in the full form.
    pub(super) fn price(&self, text: &str) -> Option<PaidAmount> {
        self.found(text, &self.tree).price()
    }

    fn found<'r, 't>(&'r self, text: &'t str, tree: &PointerTree<'m>) -> FoundFacts<'r, 'm, 't> {
        let mut places = FoundPlaces {
            all: Vec::with_capacity(MOST_VALUES),
            counts: vec![0; self.pointers.len()],
        };
        let mut scanner = Scanner::new(text.as_bytes(), 0);
        // Where the text stops being JSON, the values before that still count.
        let _ = walk(&mut scanner, tree, &mut places);
        FoundFacts {
            reader: self,
            text,
            places,
        }
    }
}

/// What a reader found in a text.
struct FoundFacts<'r, 'm, 't> {
    reader: &'r OrderReader<'m>,
    text: &'t str,
    places: FoundPlaces,
}

impl<'t> FoundFacts<'_, '_, 't> {
    fn values<'f>(&'f self, pointers: &'f [usize]) -> impl Iterator<Item = &'t str> + 'f {
        let FoundPlaces { all, counts } = &self.places;
        let counting = pointers.iter().filter(|number| {
            let places = counts[**number];
            places > 0 && self.reader.pointers[**number].counts(places)
        });
        let places = counting.flat_map(|number| all.iter().filter(move |(of, _)| of == number));
        places.map(|(_, place)| &self.text[place.clone()])
    }

    /// How many decimals the unit of the price has, where the body says so.
    fn decimals(&self) -> Option<u32> {
        self.values(&self.reader.divisibility)
            .next()
            .and_then(unit_decimals)
    }

    fn price(&self) -> Option<PaidAmount> {
        self.amount(&self.reader.price, self.decimals(), &self.currencies().0)
    }

    /// The same of the payment, where only one is named.
    fn payment_decimals(&self) -> Option<u32> {
        let mut values = self.values(&self.reader.payment_divisibility);
        let only = values.next().filter(|_| values.next().is_none());
        only.and_then(unit_decimals)
    }

    fn due(&self) -> Option<PaidAmount> {
        let decimals = self.payment_decimals();
        self.amount(&self.reader.due, decimals, &self.currencies().1)
    }

    fn paid(&self) -> Option<PaidAmount> {
        let decimals = self.payment_decimals();
        self.amount(&self.reader.paid, decimals, &self.currencies().1)
    }

    /// Whether the body is about one transaction: then its amount is what was moved, and it does not say what is due.
    fn is_transfer(&self) -> bool {
        let has = |pointers| self.values(pointers).next().is_some();
        has(&self.reader.hash) && !has(&self.reader.paid)
    }

    fn currencies(&self) -> &(Vec<usize>, Vec<usize>) {
        let due = self.values(&self.reader.due).next().is_some();
        &self.reader.currencies[usize::from(due)]
    }

    fn amount(
        &self,
        pointers: &[usize],
        decimals: Option<u32>,
        currency: &[usize],
    ) -> Option<PaidAmount> {
        let amount = self.values(pointers).find_map(|raw| {
            let raw = unquoted(raw);
            let exact = number(raw, decimals)?;
            // As it is written, except where it counts a smaller unit.
            Some(decimals.map_or_else(|| raw.to_owned(), |_| exact.to_string()))
        })?;
        let mut codes = self.values(currency);
        let currency = codes.find_map(string);
        Some(PaidAmount { amount, currency })
    }
}

impl<'m> PointerTree<'m> {
    fn add(&mut self, pointer: FactPointer<'m>, number: usize) {
        let mut tree = self;
        for step in pointer.steps() {
            tree = match step {
                FactStep::Any => tree.any.get_or_insert_default(),
                FactStep::Named(step) => tree.at(step),
            };
        }
        if pointer.is_name() {
            tree.names.push(number);
        } else {
            tree.values.push(number);
        }
    }

    /// The tree behind a name; made where there is none.
    fn at(&mut self, step: &'m str) -> &mut Self {
        let known = self.named.iter().position(|(name, _)| *name == step);
        let at = known.unwrap_or_else(|| {
            self.named.push((step, Self::default()));
            self.named.len() - 1
        });
        &mut self.named[at].1
    }

    /// Lets names lead also to where `*` leads, so that each value of a body has one tree at most.
    fn settle(&mut self) {
        for (_, inner) in &mut self.named {
            if let Some(any) = &self.any {
                inner.merge(any);
            }
            inner.settle();
        }
        if let Some(any) = &mut self.any {
            any.settle();
        }
    }

    fn merge(&mut self, other: &Self) {
        self.values.extend(&other.values);
        self.names.extend(&other.names);
        for (name, inner) in &other.named {
            self.at(name).merge(inner);
        }
        if let Some(any) = &other.any {
            self.any.get_or_insert_default().merge(any);
        }
    }

    /// The tree for a member of that name.
    fn inner(&self, name: &[u8]) -> Option<&Self> {
        let known = self
            .named
            .iter()
            .find(|(known, _)| known.as_bytes() == name);
        known.map_or(self.any.as_deref(), |(_, inner)| Some(inner))
    }

    fn has_inner(&self) -> bool {
        self.any.is_some() || !self.named.is_empty()
    }
}

/// Walks a value in which that tree begins.
fn walk(scanner: &mut Scanner<'_>, tree: &PointerTree<'_>, found: &mut FoundPlaces) -> Option<()> {
    match (scanner.next_token()?, &tree.any) {
        (b'{', _) => {
            let mut whole = Some(());
            scanner.members(|scanner, key| {
                let Some(inner) = tree.inner(&key.bytes(scanner.text)) else {
                    return true;
                };
                for number in &inner.names {
                    found.note(*number, key.quoted());
                }
                whole = value(scanner, inner, found);
                whole.is_some()
            })?;
            whole
        }
        (b'[', Some(inner)) => scanner.items(|scanner| value(scanner, inner, found)),
        _ => scanner.skip_value(),
    }
}

/// Notes a value at the ends of that tree, or walks into it.
fn value(scanner: &mut Scanner<'_>, tree: &PointerTree<'_>, found: &mut FoundPlaces) -> Option<()> {
    let first = scanner.next_token()?;
    let start = scanner.at;
    if tree.has_inner() {
        walk(scanner, tree, found)?;
    } else {
        scanner.skip_value()?;
    }
    if is_fact(first) {
        for number in &tree.values {
            found.note(*number, start..scanner.at);
        }
    }
    Some(())
}

impl FoundPlaces {
    fn note(&mut self, number: usize, place: Range<usize>) {
        let count = &mut self.counts[number];
        if *count < MOST_VALUES {
            *count += 1;
            self.all.push((number, place));
        }
    }
}

/// What a JSON string says.
fn string(raw: &str) -> Option<String> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        return serde_json::from_str(raw).ok();
    }
    Some(inner.to_owned())
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
