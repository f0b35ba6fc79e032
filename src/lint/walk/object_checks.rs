//! Checks at the end of each object: repeated keys, missing and undocumented fields, and values that contradict each
//! other.

use super::super::budget::MAX_FINDINGS;
use super::super::field::ValueKind;
use super::super::finding::{Complaint, quoted};
use super::super::relations::{FieldPlaces, ObjectFields};
use super::super::schema::{Extra, Property, SchemaNode};
use super::{PathStep, Walk};
use crate::json::Text;
use crate::rules::Rule;
use crate::suggest;
use foldhash::fast::RandomState;
use std::collections::HashSet;
use std::hash::BuildHasher as _;

/// The unknown fields compared with missing ones; more are not typos.
const MOST_GUESSES: usize = 100;

impl<'a> Walk<'a> {
    #[cold]
    pub(super) fn complain_twin(&mut self, key: Text) {
        if self.budget.refuses(Rule::DuplicateKey) {
            return;
        }
        let message = format!("duplicate key {}", quoted(&key.name(self.text)));
        let complaint = Complaint::new(Rule::DuplicateKey, message, "here again");
        self.complain(
            key.quoted(),
            complaint.help("some parsers keep the first value, most the last"),
        );
    }

    /// Finds unlisted keys that occur twice in the object that was just read.
    pub(super) fn find_twins(&mut self, first: usize) {
        let text = self.text;
        let keys = &self.buffers.strangers[first..];
        if keys.len() == 1 {
            return;
        }
        // Compared by hash, so that each name is unescaped once; seeded randomly, so that no sender can force a collision.
        let hashes = RandomState::default();
        let mut names = HashSet::with_capacity_and_hasher(keys.len(), hashes.clone());
        let twins: Vec<Text> = keys
            .iter()
            .copied()
            .filter(|key| !names.insert(hashes.hash_one(&*key.bytes(text))))
            .collect();
        for twin in twins {
            self.buffers.path.push(PathStep::Key(twin));
            self.complain_twin(twin);
            self.buffers.path.pop();
        }
    }

    /// Checks an object as a whole: missing fields, undocumented fields, and the rules between fields.
    pub(super) fn finish(
        &mut self,
        node: &'a SchemaNode,
        open: usize,
        first_place: usize,
        first_stranger: usize,
    ) {
        for (index, property) in node.properties.iter().enumerate() {
            if let Some(meant) = property.instead
                && self.buffers.places[first_place + meant].kind == ValueKind::Absent
            {
                // A typo counts as the field unless the right spelling is present too.
                self.buffers.places[first_place + meant] = self.buffers.places[first_place + index];
            }
        }
        let mut strangers: Vec<Text> = Vec::new();
        if node.extra == Extra::Note {
            strangers.extend_from_slice(&self.buffers.strangers[first_stranger..]);
        }
        for (index, property) in node.properties.iter().enumerate() {
            if property.required
                && self.buffers.places[first_place + index].kind == ValueKind::Absent
            {
                self.complain_missing(&property.name, open, &mut strangers);
            }
        }
        for (at, key) in strangers.into_iter().enumerate() {
            if self.budget.refuses(Rule::UnknownField) {
                continue;
            }
            let name = key.name(self.text);
            let complaint = Complaint::new(
                Rule::UnknownField,
                format!("undocumented field {}", quoted(&name)),
                "not in the provider's docs",
            );
            let absent = |property: &&Property| {
                let index = node
                    .properties
                    .iter()
                    .position(|other| other.name == property.name);
                index.is_some_and(|index| {
                    self.buffers.places[first_place + index].kind == ValueKind::Absent
                })
            };
            let names = node
                .properties
                .iter()
                .filter(|_| at < MOST_GUESSES)
                .filter(absent);
            let complaint = match suggest::best(&name, names.map(|property| property.name.as_str()))
            {
                Some(near) => complaint.help(format!("did you mean `{near}`?")),
                None => complaint,
            };
            self.buffers.path.push(PathStep::Key(key));
            self.complain(key.quoted(), complaint);
            self.buffers.path.pop();
        }
        if !node.relations.is_empty() {
            self.relate(node, first_place);
        }
    }

    #[cold]
    pub(super) fn complain_missing(&mut self, name: &str, open: usize, strangers: &mut Vec<Text>) {
        if self.budget.refuses(Rule::MissingField) {
            return;
        }
        // Longer names are not typos.
        const LONGEST: usize = 500;
        let short = |key: &&Text| key.end - key.start <= LONGEST;
        let names: Vec<_> = strangers
            .iter()
            .take(MOST_GUESSES)
            .filter(short)
            .map(|key| key.decoded(self.text))
            .collect();
        let near = suggest::best(name, names.iter().map(|name| &**name)).map(str::to_owned);
        let complaint = Complaint::missing(name);
        let complaint = match near {
            Some(near) => {
                let mut looked = 0;
                strangers.retain(|key| {
                    looked += 1;
                    looked > MOST_GUESSES || !short(&key) || key.decoded(self.text) != near
                });
                // A key may contain line feeds, which must not become lines of the help.
                let near = near.escape_debug();
                complaint.help(format!("`{near}` is undocumented: did you mean `{name}`?"))
            }
            None => complaint,
        };
        self.complain(open..open + 1, complaint);
    }

    pub(super) fn relate(&mut self, node: &'a SchemaNode, first_place: usize) {
        let mut complaints = Vec::new();
        let fields = ObjectFields {
            text: self.text,
            places: FieldPlaces::Each(&self.buffers.places[first_place..]),
            properties: &node.properties,
            currencies: self.against.map(|against| against.currencies),
        };
        for relation in &node.relations {
            relation.check(&fields, &mut |pointer, span, complaint| {
                if complaints.len() <= MAX_FINDINGS {
                    complaints.push((pointer, span, complaint));
                } else {
                    self.budget.drop(complaint.rule);
                }
            });
        }
        for (below, span, complaint) in complaints {
            self.complain_below(&below, span, complaint);
        }
    }
}
