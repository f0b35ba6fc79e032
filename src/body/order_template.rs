//! An order's terms in the template of a body, in either form: what they write is the same in every delivery, except for
//! the number of the delivery in the order's name.

use super::Template;
use super::chain_address::{address_on, hash_on};
use super::find_slots::find_slots;
use super::order_draft::{AmountMisfit, BodyChange, OrderDraft, quoted};
use super::order_name::NUMBER;
use super::order_price::OrderBasis;
use super::order_terms::OrderTerms;
use super::places::scalars;
use super::slot::{FreshKind, Slot};
use crate::catalogue::manifest::{FactText, FreshFields, Manifest, PaymentFacts};
use std::borrow::Cow;
use std::ops::Range;

/// What these bodies of one provider have in common.
pub(crate) fn order_basis<'t>(
    manifest: &Manifest,
    templates: impl Iterator<Item = &'t Template>,
) -> OrderBasis {
    let mut basis = OrderBasis::default();
    let Some(facts) = &manifest.payment else {
        return basis;
    };
    for template in templates {
        let (text, _) = full(manifest, facts, template.text());
        if let Some(draft) = OrderDraft::new(facts, &text) {
            basis.add(&draft);
        }
    }
    basis
}

impl Template {
    /// What these terms change in the body.
    pub(crate) fn order_changes(
        &self,
        manifest: &Manifest,
        terms: &OrderTerms<'_>,
        basis: &OrderBasis,
    ) -> Result<Vec<BodyChange>, AmountMisfit> {
        let Some(facts) = &manifest.payment else {
            return Ok(Vec::new());
        };
        let (text, start) = full(manifest, facts, &self.text);
        let Some(mut draft) = OrderDraft::new(facts, &text) else {
            return Ok(Vec::new());
        };
        draft.write(terms, basis)?;
        if let Some(currency) = terms.currency {
            draft.set_asset(currency, &manifest.currencies);
        }
        let mut changes = draft.into_changes();
        for change in &mut changes {
            change.range = change.range.start - start..change.range.end - start;
        }
        Ok(changes)
    }

    /// The body about that order, with addresses on the chain of its coin.
    pub(crate) fn with_order(
        &self,
        manifest: &Manifest,
        terms: &OrderTerms<'_>,
        basis: &OrderBasis,
    ) -> Result<Self, AmountMisfit> {
        let mut new = self.clone();
        new.write(&self.order_changes(manifest, terms, basis)?);
        let known = &manifest.currencies;
        let chain = |template: &Self| {
            let chain = template.draft_of(manifest, |draft| draft.chain(known));
            chain.flatten()
        };
        let Some(chain) = chain(&new).filter(|now| chain(self).is_some_and(|old| old != *now))
        else {
            return Ok(new);
        };
        let words = |draft: &OrderDraft<'_>| draft.on_chain();
        for (word, is_hash) in self.draft_of(manifest, words).unwrap_or_default() {
            let other = if is_hash {
                Some(hash_on(chain, &word))
            } else {
                address_on(chain, &word)
            };
            if let Some(other) = other {
                new.replace_word(&word, &other, &manifest.fresh);
            }
        }
        Ok(new)
    }

    /// Asks a draft of the body in its full form.
    fn draft_of<T>(
        &self,
        manifest: &Manifest,
        ask: impl FnOnce(&OrderDraft<'_>) -> T,
    ) -> Option<T> {
        let facts = manifest.payment.as_ref()?;
        let (text, _) = full(manifest, facts, &self.text);
        OrderDraft::new(facts, &text).map(|draft| ask(&draft))
    }

    /// Whether anything is renewed there; what a merchant's customers keep is not.
    pub(crate) fn renews(&self, change: &BodyChange) -> bool {
        let within = |slot: &Slot| {
            slot.range.start >= change.range.start && slot.range.end <= change.range.end
        };
        self.slots.iter().any(within)
    }

    /// Writes changes; only the number of the delivery is renewed in them.
    fn write(&mut self, changes: &[BodyChange]) {
        // From the last one, so that the others stay in their places.
        for change in changes.iter().rev() {
            self.splice(&change.range, &change.text);
            let numbers = change.text.match_indices(NUMBER).map(|(at, number)| Slot {
                range: change.range.start + at..change.range.start + at + number.len(),
                kind: FreshKind::Number,
                value: 0,
            });
            self.slots.extend(numbers);
        }
        self.slots.sort_by_key(|slot| slot.range.start);
    }

    /// Replaces a word in all texts by another of its sort, which is renewed as such words are.
    fn replace_word(&mut self, old: &str, new: &str, rules: &FreshFields) {
        let values = scalars(&self.text).into_iter();
        let places = values.flat_map(|(_, value)| word_in(&self.text, value, old));
        let places: Vec<Range<usize>> = places.collect();
        // Slots are found in JSON.
        let slots = find_slots(&quoted(new), rules);
        for Range { start, end } in places.into_iter().rev() {
            self.splice(&(start..end), new);
            self.slots.extend(slots.iter().map(|slot| Slot {
                range: slot.range.start + start - 1..slot.range.end + start - 1,
                ..slot.clone()
            }));
        }
        self.slots.sort_by_key(|slot| slot.range.start);
    }
}

/// Where a word stands in a value, which may be a text that spells it with escapes.
fn word_in(text: &str, value: Range<usize>, word: &str) -> Vec<Range<usize>> {
    let raw = &text[value.clone()];
    if !raw.starts_with('"') {
        return Vec::new();
    }
    if serde_json::from_str::<String>(raw).is_ok_and(|whole| whole == word) {
        let inner = value.start + 1..value.end - 1;
        return vec![inner];
    }
    let all = raw.match_indices(word);
    all.map(|(at, _)| value.start + at..value.start + at + word.len())
        .collect()
}

/// A body in the full form, and where it begins there: a bare one gets what the pointers need around it.
fn full<'t>(manifest: &Manifest, facts: &PaymentFacts, text: &'t str) -> (Cow<'t, str>, usize) {
    let bare = manifest.envelope.as_ref();
    let bare = bare.map(|envelope| envelope.value.bare.as_str());
    let known = |text: &str| {
        let draft = OrderDraft::new(facts, text);
        draft.is_some_and(|draft| {
            let all = facts.pointers();
            let pointers = all.map(|(_, pointer)| FactText::from(pointer.to_owned()));
            draft.values(&pointers.collect::<Vec<_>>()).next().is_some()
        })
    };
    match bare.filter(|bare| !bare.is_empty()) {
        Some(bare) if !known(text) => {
            let (text, start) = in_envelope(text, bare);
            (Cow::Owned(text), start)
        }
        _ => (Cow::Borrowed(text), 0),
    }
}

/// A bare body at the place where the full form has it, and where it begins there.
fn in_envelope(text: &str, bare: &str) -> (String, usize) {
    bare.rsplit('/').filter(|step| !step.is_empty()).fold(
        (text.to_owned(), 0),
        |(text, start), step| {
            let before = format!("{{\"{step}\":");
            (format!("{before}{text}}}"), start + before.len())
        },
    )
}
