//! What came before: duplicates, steps that come too late, and what follows an end.
//!
//! Separate because it is the only thing that is remembered from delivery to delivery, and it must not grow for ever:
//! what is older than some thousands of deliveries is forgotten.

mod recent;

use crate::body::moment;
use crate::catalogue::manifest::{Form, Manifest};
use crate::catalogue::{Catalogue, Provider};
use crate::json::Pointers;
use crate::lint::LintedBody;
use crate::time::Moment;
use foldhash::quality::RandomState;
use recent::Recent;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher as _;
use std::rc::Rc;
use std::time::SystemTime;

/// What is remembered.
pub(crate) struct History {
    catalogue: &'static Catalogue,
    hashes: RandomState,
    /// By the provider's id of the delivery, or else by the bytes of its body; the first one, and the hash of the
    /// last one's bytes.
    deliveries: Recent<(Earlier, u64)>,
    /// By what the events are about.
    objects: Recent<Object>,
    /// By provider and form; made when it is first needed.
    habits: Vec<Rc<HistoryRules>>,
}

/// What is known beforehand of a provider's bodies of one form.
struct HistoryRules {
    manifest: &'static Manifest,
    form: Option<Form>,
    /// Its events by name, as places in its manifest.
    events: HashMap<&'static str, usize, RandomState>,
    /// Which events come before which.
    order: HashSet<(usize, usize), RandomState>,
    /// The delivery's own id, then what it is about, then when it happened.
    pointers: Pointers,
    /// Where the pointers to what it is about end, and all of them.
    ends: (usize, usize),
}

/// A delivery that came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Earlier {
    pub(crate) number: u64,
    pub(crate) at: SystemTime,
}

/// What is known of the thing that events are about.
#[derive(Default)]
struct Object {
    /// The event that happened last so far, as a place in its manifest, and when.
    latest: Option<(usize, Option<Moment>)>,
    /// The event that came first, and all others that have come, each once: most things have but one event.
    first: Option<usize>,
    others: Vec<usize>,
    /// The event that ended it.
    ended: Option<usize>,
}

/// What is remarkable about a delivery, beside those that came before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// The delivery that was the same.
    pub(crate) duplicate_of: Option<Earlier>,
    /// The event that came earlier though it happened later.
    pub(crate) out_of_order: Option<&'static str>,
    /// The event after which this one happened, and nothing should happen any more.
    pub(crate) after_end: Option<&'static str>,
    /// The last one that was the same had the same bytes.
    pub(crate) same_bytes: bool,
    /// Tells what it is about from other things.
    pub(crate) object: Option<u64>,
}

impl History {
    pub(crate) fn new(catalogue: &'static Catalogue) -> Self {
        Self {
            catalogue,
            hashes: RandomState::default(),
            deliveries: Recent::new(32_768),
            objects: Recent::new(8_192),
            habits: Vec::new(),
        }
    }

    /// Notes a delivery.
    pub(crate) fn note(
        &mut self,
        this: Earlier,
        found: Option<&LintedBody<'_>>,
        body: &[u8],
    ) -> Marks {
        let bytes = self.hashes.hash_one(body);
        let mut marks = Marks::default();
        let known = found.and_then(|found| {
            let habits = self.habits(found)?;
            let event = *habits.events.get(found.event?)?;
            Some((found, habits, event))
        });
        let Some((found, habits, event)) = known else {
            self.repeats(&mut marks, bytes, this, bytes);
            return marks;
        };
        let mut values = vec![None; habits.ends.1];
        habits.pointers.find(body, found.start, &mut values);
        // What is there and says nothing is as good as not there.
        for value in values
            .iter_mut()
            .filter(|value| matches!(value, Some(b"null" | b"\"\"")))
        {
            *value = None;
        }
        let name = &habits.manifest.name;
        let id = values[0].map_or(bytes, |id| self.hashes.hash_one((name, event, id)));
        self.repeats(&mut marks, id, this, bytes);
        if marks.same_bytes {
            // Whatever else there is to know was known then.
            return marks;
        }
        let Some(object) = values[1..habits.ends.0].iter().flatten().next() else {
            return marks;
        };
        // One number may stand for an invoice and for a payout.
        let kind = habits.manifest.events[event].name.split(['.', '_']).next();
        let key = self.hashes.hash_one((name, kind, object));
        marks.object = Some(key);
        if marks.duplicate_of.is_none() {
            let mut clocks = values[habits.ends.0..].iter().flatten();
            let clock = clocks.find_map(|value| moment(std::str::from_utf8(value).ok()?));
            self.objects
                .get_or_default(key)
                .note(&mut marks, &habits, event, clock);
        }
        marks
    }

    /// Notes the id of a delivery, and whether there was one of that id.
    fn repeats(&mut self, marks: &mut Marks, id: u64, this: Earlier, bytes: u64) {
        match self.deliveries.get_mut(id) {
            Some((first, last_bytes)) => {
                marks.duplicate_of = Some(*first);
                marks.same_bytes = std::mem::replace(last_bytes, bytes) == bytes;
            }
            None => self.deliveries.insert(id, (this, bytes)),
        }
    }

    fn habits(&mut self, found: &LintedBody<'_>) -> Option<Rc<HistoryRules>> {
        let fits = |habits: &&Rc<HistoryRules>| {
            Some(habits.manifest.name.as_str()) == found.provider && habits.form == found.form
        };
        if let Some(known) = self.habits.iter().find(fits) {
            return Some(Rc::clone(known));
        }
        let habits = Rc::new(HistoryRules::new(
            self.catalogue.provider(found.provider?).ok()?,
            found.form,
        ));
        self.habits.push(Rc::clone(&habits));
        Some(habits)
    }
}

impl HistoryRules {
    fn new(provider: &'static Provider, form: Option<Form>) -> Self {
        let manifest = &provider.manifest;
        let events = (0..)
            .zip(&manifest.events)
            .map(|(place, event)| (event.name.as_str(), place))
            .collect();
        let bare = match &manifest.envelope {
            Some(envelope) if form == Some(Form::Bare) => envelope.value.bare.as_str(),
            _ => "",
        };
        let all = manifest
            .history
            .delivery
            .iter()
            .chain(&manifest.history.object)
            .chain(&manifest.fresh.clock);
        // The first place is the id's, also where there is none.
        let places = usize::from(manifest.history.delivery.is_none())..;
        let pointers = places
            .zip(all)
            .filter_map(|(place, pointer)| Some((place, pointer.strip_prefix(bare)?)));
        let objects = 1 + manifest.history.object.len();
        Self {
            manifest,
            form,
            events,
            order: order(provider),
            pointers: Pointers::new(pointers),
            ends: (objects, objects + manifest.fresh.clock.len()),
        }
    }
}

impl Object {
    /// Notes an event that happened then.
    fn note(
        &mut self,
        marks: &mut Marks,
        habits: &HistoryRules,
        event: usize,
        clock: Option<Moment>,
    ) {
        let name = |event: usize| habits.manifest.events[event].name.as_str();
        if let Some((latest, then)) = self.latest {
            marks.out_of_order = match (clock, then) {
                (Some(now), Some(then)) if now != then => (now < then).then(|| name(latest)),
                // Where the bodies tell no time, or the same, the life cycles do.
                _ => {
                    let mut seen = self.first.iter().chain(&self.others);
                    seen.find(|seen| habits.order.contains(&(event, **seen)))
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
            && habits
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

/// Pairs of events of which the first comes before the second in some life cycle, and after it in none.
fn order(provider: &Provider) -> HashSet<(usize, usize), RandomState> {
    let place = |name: &str| {
        provider
            .manifest
            .events
            .iter()
            .position(|event| event.name == name)
    };
    let mut pairs = HashSet::new();
    for scenario in provider.scenarios().unwrap_or_default() {
        let steps: Vec<usize> = scenario
            .steps
            .iter()
            .filter_map(|step| place(&step.event))
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
