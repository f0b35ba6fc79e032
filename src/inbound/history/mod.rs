//! Compares a delivery with earlier ones: duplicates, other bodies under the same id, events out of order, events after a
//! final one.
//!
//! Some thousands of deliveries are remembered; older ones are forgotten.

mod recent;

use crate::body::moment;
use crate::catalogue::manifest::{FactText, Form, Manifest};
use crate::catalogue::{Catalogue, Provider};
use crate::json::{BodyLayout, Pointers};
use crate::lint::LintedBody;
use crate::time::Moment;
use foldhash::quality::RandomState;
use recent::Recent;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher as _;
use std::time::SystemTime;

/// The deliveries that are remembered.
pub(crate) struct History {
    catalogue: &'static Catalogue,
    hashes: RandomState,
    /// By the provider's id of the delivery, or else by the hash of its body: the first delivery, and the hashes of its body
    /// and of the last one's.
    deliveries: Recent<(Earlier, [u64; 2])>,
    /// By what the events are about: an invoice, a payout.
    objects: Recent<ObjectHistory>,
    /// By provider and form; made when first needed.
    rules: Vec<HistoryRules>,
}

/// How to compare the bodies of a provider, in one form.
struct HistoryRules {
    manifest: &'static Manifest,
    form: Option<Form>,
    /// Positions in the manifest's events, by name.
    events: HashMap<&'static str, usize, RandomState>,
    /// Pairs of events of which the first comes before the second.
    order: HashSet<(usize, usize), RandomState>,
    pointers: Pointers<'static>,
    /// The number of the pointer to the delivery's own id.
    id: Option<usize>,
    /// Those of the object's ids, and of the times.
    objects: Vec<usize>,
    clocks: Vec<usize>,
}

/// An earlier delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Earlier {
    pub(crate) number: u64,
    pub(crate) at: SystemTime,
}

/// The events about one object.
#[derive(Default)]
struct ObjectHistory {
    /// The latest event so far, as a position in the manifest, and its time.
    latest: Option<(usize, Option<Moment>)>,
    /// The event that arrived first, and all others, each once: most objects have only one event.
    first: Option<usize>,
    others: Vec<usize>,
    /// The final event.
    ended: Option<usize>,
}

/// How a delivery relates to earlier ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// The first delivery that was the same.
    pub(crate) duplicate_of: Option<Earlier>,
    /// The first delivery with the same id, where that one and the last one had other bodies.
    pub(crate) same_id_as: Option<Earlier>,
    /// A later event that arrived earlier.
    pub(crate) out_of_order: Option<&'static str>,
    /// A final event that this one followed.
    pub(crate) after_end: Option<&'static str>,
    /// The last delivery that was the same had the same bytes.
    pub(crate) same_bytes: bool,
    /// Identifies the object that it is about.
    pub(crate) object: Option<u64>,
}

impl History {
    pub(crate) fn new(catalogue: &'static Catalogue) -> Self {
        Self {
            catalogue,
            hashes: RandomState::default(),
            deliveries: Recent::new(32_768),
            objects: Recent::new(8_192),
            rules: Vec::new(),
        }
    }

    /// Adds a delivery, and compares it with earlier ones. The body is not read where its layout is known.
    pub(crate) fn note(
        &mut self,
        this: Earlier,
        found: Option<&LintedBody<'_>>,
        body: &[u8],
        layout: Option<&BodyLayout>,
    ) -> Marks {
        let bytes = self.hashes.hash_one(body);
        let mut marks = Marks::default();
        let rules = found.and_then(|found| Some((found, self.rules(found)?)));
        let known = rules.and_then(|(found, rules)| {
            let rules = &self.rules[rules];
            let event = *rules.events.get(found.event?)?;
            Some((found, rules, event))
        });
        let deliveries = &mut self.deliveries;
        let Some((found, rules, event)) = known else {
            repeats(deliveries, &mut marks, bytes, this, bytes);
            return marks;
        };
        let places = rules.pointers.find(body, found.start, layout);
        // The first value counts, and an empty one as missing.
        let value = |number: &usize| {
            let value = body.get(places.at(*number).next()?)?;
            (!matches!(value, b"null" | b"\"\"")).then_some(value)
        };
        let name = &rules.manifest.name;
        let id = rules.id.as_ref().and_then(value);
        let id = id.map_or(bytes, |id| self.hashes.hash_one((name, event, id)));
        repeats(deliveries, &mut marks, id, this, bytes);
        if marks.same_bytes {
            // The other marks were set then.
            return marks;
        }
        let Some(object) = rules.objects.iter().find_map(value) else {
            return marks;
        };
        // An invoice and a payout may have the same number.
        let kind = rules.manifest.events[event].name.split(['.', '_']).next();
        let key = self.hashes.hash_one((name, kind, object));
        marks.object = Some(key);
        if marks.duplicate_of.is_none() && marks.same_id_as.is_none() {
            let mut clocks = rules.clocks.iter().filter_map(value);
            let clock = clocks.find_map(|value| moment(std::str::from_utf8(value).ok()?));
            self.objects
                .get_or_default(key)
                .note(&mut marks, rules, event, clock);
        }
        marks
    }

    /// The position of the rules for a body, which are made where there are none.
    fn rules(&mut self, found: &LintedBody<'_>) -> Option<usize> {
        let fits = |rules: &HistoryRules| {
            Some(rules.manifest.name.as_str()) == found.provider && rules.form == found.form
        };
        if let Some(known) = self.rules.iter().position(fits) {
            return Some(known);
        }
        let provider = self.catalogue.provider(found.provider?).ok()?;
        self.rules.push(HistoryRules::new(provider, found.form));
        Some(self.rules.len() - 1)
    }
}

/// Adds the id of a delivery, and marks it where there was one with that id.
fn repeats(
    deliveries: &mut Recent<(Earlier, [u64; 2])>,
    marks: &mut Marks,
    id: u64,
    this: Earlier,
    bytes: u64,
) {
    match deliveries.get_mut(id) {
        Some((first, [first_bytes, last_bytes])) => {
            marks.same_bytes = std::mem::replace(last_bytes, bytes) == bytes;
            if marks.same_bytes || *first_bytes == bytes {
                marks.duplicate_of = Some(*first);
            } else {
                marks.same_id_as = Some(*first);
            }
        }
        None => deliveries.insert(id, (this, [bytes; 2])),
    }
}

impl HistoryRules {
    fn new(provider: &'static Provider, form: Option<Form>) -> Self {
        let manifest = &provider.manifest;
        let events = (0..)
            .zip(&manifest.events)
            .map(|(position, event)| (event.name.as_str(), position))
            .collect();
        let bare = match &manifest.envelope {
            Some(envelope) if form == Some(Form::Bare) => envelope.value.bare.as_str(),
            _ => "",
        };
        let mut pointers = Pointers::new(None);
        let mut add = |all: &'static [FactText]| -> Vec<usize> {
            let here = all.iter().filter_map(|pointer| pointer.strip_prefix(bare));
            here.map(|pointer| pointers.add(pointer, false)).collect()
        };
        let id = add(manifest.history.delivery.as_slice()).pop();
        let (objects, clocks) = (add(&manifest.history.object), add(&manifest.fresh.clock));
        Self {
            manifest,
            form,
            events,
            order: order(provider),
            pointers: pointers.settled(),
            id,
            objects,
            clocks,
        }
    }
}

impl ObjectHistory {
    /// Adds an event with its time.
    fn note(
        &mut self,
        marks: &mut Marks,
        rules: &HistoryRules,
        event: usize,
        clock: Option<Moment>,
    ) {
        let name = |event: usize| rules.manifest.events[event].name.as_str();
        if let Some((latest, then)) = self.latest {
            marks.out_of_order = match (clock, then) {
                (Some(now), Some(then)) if now != then => (now < then).then(|| name(latest)),
                // Where the bodies have no times, or equal ones, the scenarios decide.
                _ => {
                    let mut seen = self.first.iter().chain(&self.others);
                    seen.find(|seen| rules.order.contains(&(event, **seen)))
                        .map(|seen| name(*seen))
                }
            };
        }
        if marks.out_of_order.is_none() {
            marks.after_end = self.ended.filter(|end| *end != event).map(name);
            self.latest = Some((event, clock));
        }
        let first = *self.first.get_or_insert(event);
        if event != first && !self.others.contains(&event) {
            self.others.push(event);
        }
        if self.ended.is_none()
            && rules
                .manifest
                .history
                .ends
                .iter()
                .any(|end| end == name(event))
        {
            self.ended = Some(event);
        }
    }
}

/// Pairs of events of which the first comes before the second in some scenario, and after it in none.
fn order(provider: &Provider) -> HashSet<(usize, usize), RandomState> {
    let position = |name: &str| {
        provider
            .manifest
            .events
            .iter()
            .position(|event| event.name == name)
    };
    let mut pairs = HashSet::new();
    for scenario in provider.scenarios() {
        let steps: Vec<usize> = scenario
            .steps
            .iter()
            .filter_map(|step| position(&step.event))
            .collect();
        for (at, first) in steps.iter().enumerate() {
            pairs.extend(steps[at + 1..].iter().map(|second| (*first, *second)));
        }
    }
    pairs
        .iter()
        .copied()
        .filter(|(first, second)| first != second && !pairs.contains(&(*second, *first)))
        .collect()
}
