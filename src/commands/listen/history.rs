//! What came before: duplicates, steps that come too late, and what follows an end.
//!
//! Separate because it is the only thing that is remembered from delivery to delivery, and it must not grow for ever:
//! what is older than some thousands of deliveries is forgotten.

use crate::body::clock;
use crate::catalogue::manifest::{Form, Manifest};
use crate::catalogue::{Catalogue, Provider};
use crate::json::lookup;
use crate::lint::Verdict;
use crate::time::Moment;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::time::SystemTime;

/// What is remembered.
pub(super) struct History {
    catalogue: &'static Catalogue,
    hashes: RandomState,
    /// By the provider's id of the delivery, and by the bytes of the body.
    deliveries: Recent<Earlier>,
    /// By what the events are about.
    objects: Recent<Object>,
    /// Which events come before which, by provider; made when it is first needed.
    orders: HashMap<&'static str, HashSet<(usize, usize)>>,
}

/// A delivery that came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Earlier {
    pub(super) number: u64,
    pub(super) at: SystemTime,
}

/// What is known of the thing that events are about.
#[derive(Default)]
struct Object {
    /// The event that happened last so far, as a place in its manifest, and when.
    latest: Option<(usize, Option<Moment>)>,
    /// All that have come, each once.
    seen: Vec<usize>,
    /// The event that ended it.
    ended: Option<usize>,
}

/// What is remarkable about a delivery, beside those that came before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// The delivery that was the same.
    pub(super) duplicate_of: Option<Earlier>,
    /// The event that came earlier though it happened later.
    pub(super) out_of_order: Option<&'static str>,
    /// The event after which this one happened, and nothing should happen any more.
    pub(super) after_end: Option<&'static str>,
    /// The same bytes came before.
    pub(super) same_bytes: bool,
    /// Tells what it is about from other things.
    pub(super) object: Option<u64>,
}

impl History {
    pub(super) fn new(catalogue: &'static Catalogue) -> Self {
        Self {
            catalogue,
            hashes: RandomState::new(),
            deliveries: Recent::new(32_768),
            objects: Recent::new(8_192),
            orders: HashMap::new(),
        }
    }

    /// Notes a delivery.
    pub(super) fn note(&mut self, this: Earlier, found: Option<&Verdict<'_>>, body: &[u8]) -> Marks {
        let bytes = self.hashes.hash_one(body);
        if let Some(first) = self.deliveries.get(bytes) {
            // Whatever else there is to know was known then.
            return Marks { duplicate_of: Some(*first), same_bytes: true, ..Marks::default() };
        }
        self.deliveries.insert(bytes, this);
        let known = found.and_then(|found| {
            let provider = self.catalogue.provider(found.provider?).ok()?;
            let event = provider.manifest.events.iter().position(|event| Some(event.name.as_str()) == found.event)?;
            Some((provider, event, found))
        });
        let mut marks = Marks::default();
        if let Some((provider, event, found)) = known {
            marks.duplicate_of = self.duplicate(this, provider, event, found, body);
            self.order(&mut marks, provider, event, found, body);
        }
        marks
    }

    /// The delivery that had the same id.
    fn duplicate(
        &mut self,
        this: Earlier,
        provider: &Provider,
        event: usize,
        found: &Verdict<'_>,
        body: &[u8],
    ) -> Option<Earlier> {
        let pointer = provider.manifest.history.delivery.as_deref()?;
        let id = value(&provider.manifest, found, pointer, body)?;
        let key = self.hashes.hash_one((&provider.manifest.name, event, id));
        let first = self.deliveries.get(key).copied();
        if first.is_none() {
            self.deliveries.insert(key, this);
        }
        first
    }

    fn order(
        &mut self,
        marks: &mut Marks,
        provider: &'static Provider,
        event: usize,
        found: &Verdict<'_>,
        body: &[u8],
    ) {
        let manifest = &provider.manifest;
        let Some(object) = manifest.history.object.iter().find_map(|pointer| value(manifest, found, pointer, body))
        else {
            return;
        };
        // One number may stand for an invoice and for a payout.
        let kind = manifest.events[event].name.split(['.', '_']).next();
        let key = self.hashes.hash_one((&manifest.name, kind, object));
        marks.object = Some(key);
        if marks.duplicate_of.is_some() {
            return;
        }
        let before = self.orders.entry(&manifest.name).or_insert_with(|| order(provider));
        let name = |event: usize| manifest.events[event].name.as_str();
        let clock = std::str::from_utf8(body).ok().and_then(|text| clock(text, found.start, &manifest.fresh));
        let known = self.objects.get_or_default(key);
        if let Some((latest, then)) = known.latest {
            marks.out_of_order = match (clock, then) {
                (Some(now), Some(then)) if now != then => (now < then).then(|| name(latest)),
                // Where the bodies tell no time, or the same, the life cycles do.
                _ => known.seen.iter().find(|seen| before.contains(&(event, **seen))).map(|seen| name(*seen)),
            };
        }
        if marks.out_of_order.is_none() {
            marks.after_end = known.ended.filter(|end| *end != event).map(name);
            known.latest = Some((event, clock));
        }
        if !known.seen.contains(&event) {
            known.seen.push(event);
        }
        if known.ended.is_none() && manifest.history.ends.iter().any(|end| end == name(event)) {
            known.ended = Some(event);
        }
    }
}

/// The raw value that a pointer into the full form names; nothing where it is not there, or null.
fn value<'b>(manifest: &Manifest, found: &Verdict<'_>, pointer: &str, body: &'b [u8]) -> Option<&'b [u8]> {
    let pointer = match (found.form, &manifest.envelope) {
        (Some(Form::Bare), Some(envelope)) => pointer.strip_prefix(envelope.value.bare.as_str())?,
        _ => pointer,
    };
    let value = &body[lookup(body, found.start, pointer)?];
    (value != b"null" && value != b"\"\"").then_some(value)
}

/// Pairs of events of which the first comes before the second in some life cycle, and after it in none.
fn order(provider: &Provider) -> HashSet<(usize, usize)> {
    let place = |name: &str| provider.manifest.events.iter().position(|event| event.name == name);
    let mut pairs = HashSet::new();
    for scenario in provider.scenarios().unwrap_or_default() {
        let steps: Vec<usize> = scenario.steps.iter().filter_map(|step| place(&step.event)).collect();
        for (at, first) in steps.iter().enumerate() {
            pairs.extend(steps[at + 1..].iter().map(|second| (*first, *second)));
        }
    }
    pairs.iter().copied().filter(|(first, second)| first != second && !pairs.contains(&(*second, *first))).collect()
}

/// A map that forgets what was put into it first.
struct Recent<T> {
    known: HashMap<u64, T>,
    order: VecDeque<u64>,
    most: usize,
}

impl<T> Recent<T> {
    fn new(most: usize) -> Self {
        Self { known: HashMap::new(), order: VecDeque::new(), most }
    }

    fn get(&self, key: u64) -> Option<&T> {
        self.known.get(&key)
    }

    fn insert(&mut self, key: u64, value: T) {
        if self.order.len() >= self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.order.push_back(key);
        self.known.insert(key, value);
    }

    fn get_or_default(&mut self, key: u64) -> &mut T
    where
        T: Default,
    {
        if !self.known.contains_key(&key) {
            self.insert(key, T::default());
        }
        self.known.entry(key).or_default()
    }
}
