//! The walk: reads a body once, from start to end, and checks it against a compiled schema on the way.
//!
//! It builds no tree. It remembers where the current objects have their listed fields, and the path to the current value.

mod complaints;
mod known_complaints;
mod leaf;
mod object_checks;

use super::budget::Budget;
use super::field::{FieldPlace, ValueKind};
use super::finding::{Complaint, Finding};
use super::schema::{Extra, Property, Schema, SchemaNode, Types};
use crate::catalogue::manifest::{FactMap, FactText};
use crate::json::{MAX_DEPTH, Scanner, SyntaxFault, Text, Why, same};
use crate::rules::Rule;
use known_complaints::KnownComplaints;
use std::ops::Range;

/// A step of the path to a value.
#[derive(Clone, Copy, Debug)]
enum PathStep {
    Key(Text),
    Item(usize),
}

/// What a body is checked against.
#[derive(Clone, Copy)]
pub(crate) struct Against<'a> {
    pub(crate) schema: &'a Schema,
    /// The number of the schema's node.
    pub(crate) node: usize,
    /// The chain of each currency, for the form of its addresses.
    pub(crate) currencies: &'a FactMap<FactText>,
    /// Known typos of the event's name in the provider's docs.
    pub(crate) misspellings: &'a [FactText],
}

/// Buffers kept between bodies, so that a valid body costs no allocation.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    path: Vec<PathStep>,
    places: Vec<FieldPlace>,
    strangers: Vec<Text>,
    pub(crate) known: KnownComplaints,
}

/// The result of a walk.
pub(crate) struct Walked {
    pub(crate) findings: Vec<Finding>,
    /// Set if the body names its event twice, differently.
    pub(crate) other_name: Option<OtherName>,
    /// The status that names the event.
    pub(crate) status: Option<Text>,
    /// The end of the value, or where the text stops being JSON.
    pub(crate) end: Result<usize, SyntaxFault>,
}

/// A second name for the event that differs from the first.
pub(crate) struct OtherName {
    pub(crate) first: String,
    pub(crate) name: String,
    pub(crate) pointer: String,
    pub(crate) span: Range<usize>,
}

/// One walk over one body.
pub(crate) struct Walk<'a> {
    text: &'a [u8],
    scanner: Scanner<'a>,
    against: Option<Against<'a>>,
    buffers: &'a mut Buffers,
    event_name: Option<Text>,
    other_name: Option<OtherName>,
    status: Option<Text>,
    bare: bool,
    findings: Vec<Finding>,
    budget: &'a mut Budget,
    depth: usize,
}

impl<'a> Walk<'a> {
    /// Checks the value that starts at `at` against a node of a schema; without one, only as JSON.
    pub(crate) fn run(
        text: &'a [u8],
        at: usize,
        against: Option<Against<'a>>,
        buffers: &'a mut Buffers,
        budget: &'a mut Budget,
    ) -> Walked {
        buffers.path.clear();
        buffers.places.clear();
        buffers.strangers.clear();
        let scanner = Scanner::new(text, at);
        let mut walk = Walk {
            text,
            scanner,
            against,
            buffers,
            event_name: None,
            other_name: None,
            status: None,
            bare: against.is_some_and(|Against { schema, node, .. }| {
                node != schema.root() && node == schema.bare()
            }),
            findings: Vec::new(),
            budget,
            depth: 0,
        };
        let end = walk
            .value(against.map(|against| against.node), true)
            .map(|place| place.end);
        // One large body must not hold memory while small ones follow.
        walk.buffers.strangers.clear();
        walk.buffers.strangers.shrink_to(1 << 10);
        let Walk {
            findings,
            other_name,
            status,
            ..
        } = walk;
        Walked {
            findings,
            other_name,
            status,
            end,
        }
    }

    /// Reads one value; the scanner is at its first byte.
    fn value(&mut self, node: Option<usize>, required: bool) -> Result<FieldPlace, SyntaxFault> {
        let start = self.scanner.at;
        let node = self.against.as_ref().zip(node);
        let node = node.map(|(against, id)| against.schema.node(id));
        let mut escaped = false;
        let kind = match self.scanner.peek() {
            Some(b'"') => {
                let text = self.scanner.string()?;
                escaped = text.escaped;
                if escaped {
                    self.check_escapes(text);
                }
                if let Some(node) = node {
                    self.check_text(node, text);
                }
                ValueKind::Text
            }
            Some(b'{') => {
                let fits = node.filter(|node| self.fits(node, Types::OBJECT, start..start + 1));
                self.object(fits)?;
                ValueKind::Object
            }
            Some(b'[') => {
                let fits = node.filter(|node| self.fits(node, Types::ARRAY, start..start + 1));
                self.array(fits)?;
                ValueKind::Array
            }
            Some(b'-' | b'0'..=b'9') => {
                let integral = self.scanner.number()?;
                self.check_number(node, start..self.scanner.at, integral);
                ValueKind::Number
            }
            Some(first @ (b't' | b'f')) => {
                self.scanner
                    .word(if first == b't' { "true" } else { "false" })?;
                if let Some(node) = node {
                    self.fits(node, Types::BOOLEAN, start..self.scanner.at);
                }
                ValueKind::Boolean
            }
            Some(b'n') => {
                self.scanner.word("null")?;
                if let Some(node) = node {
                    self.check_null(node, start..self.scanner.at, required);
                }
                ValueKind::Null
            }
            _ => return Err(self.scanner.fault("a value")),
        };
        Ok(FieldPlace {
            kind,
            escaped,
            start,
            end: self.scanner.at,
        })
    }

    /// Counts a value that can occur any number of times: an item of a list, or an undocumented or repeated field.
    fn count_value(&mut self) -> Result<(), SyntaxFault> {
        if self.budget.values == 0 {
            return Err(SyntaxFault {
                at: self.scanner.at,
                why: Why::Many(self.budget.most_values),
            });
        }
        self.budget.values -= 1;
        Ok(())
    }

    fn enter(&mut self) -> Result<(), SyntaxFault> {
        if self.depth == MAX_DEPTH {
            return Err(SyntaxFault {
                at: self.scanner.at,
                why: Why::Deep,
            });
        }
        self.depth += 1;
        self.scanner.at += 1;
        Ok(())
    }

    fn array(&mut self, node: Option<&'a SchemaNode>) -> Result<(), SyntaxFault> {
        let open = self.scanner.at;
        self.enter()?;
        let items = node.and_then(|node| node.items);
        let mut count = 0;
        if self.scanner.next_token() == Some(b']') {
            self.scanner.at += 1;
        } else {
            loop {
                self.scanner.next_token();
                self.count_value()?;
                self.buffers.path.push(PathStep::Item(count));
                self.value(items, true)?;
                self.buffers.path.pop();
                count += 1;
                match self.scanner.next_token() {
                    Some(b',') => self.scanner.at += 1,
                    Some(b']') => break self.scanner.at += 1,
                    _ => return Err(self.scanner.fault("a comma or the closing bracket ]")),
                }
            }
        }
        self.depth -= 1;
        if node
            .and_then(|node| node.min_items)
            .is_some_and(|least| count < least)
            && !self.budget.refuses(Rule::EmptyList)
        {
            let message = self.sentence(&[" is an empty list"]);
            let complaint = Complaint::new(Rule::EmptyList, message, "expected at least one item");
            self.complain(open..open + 1, complaint);
        }
        Ok(())
    }

    fn object(&mut self, node: Option<&'a SchemaNode>) -> Result<(), SyntaxFault> {
        let open = self.scanner.at;
        self.enter()?;
        let properties = node.map_or(&[][..], |node| &node.properties);
        let (first_place, first_stranger) =
            (self.buffers.places.len(), self.buffers.strangers.len());
        self.buffers
            .places
            .resize(first_place + properties.len(), FieldPlace::ABSENT);
        if self.scanner.next_token() == Some(b'}') {
            self.scanner.at += 1;
        } else {
            let mut next = 0;
            loop {
                if self.scanner.next_token() != Some(b'"') {
                    return Err(self.scanner.fault("a key in quotation marks"));
                }
                let key = self.scanner.string()?;
                if key.escaped {
                    self.check_escapes(key);
                }
                if self.scanner.next_token() != Some(b':') {
                    return Err(self.scanner.fault("a colon"));
                }
                self.scanner.at += 1;
                self.scanner.next_token();
                self.buffers.path.push(PathStep::Key(key));
                if let Some(found) = self.find(properties, key, next) {
                    next = found + 1;
                    self.listed(properties, found, first_place, key)?;
                } else {
                    self.count_value()?;
                    self.buffers.strangers.push(key);
                    let map = node.and_then(|node| {
                        if let Extra::Map(id) = node.extra {
                            Some(id)
                        } else {
                            None
                        }
                    });
                    self.value(map, false)?;
                }
                self.buffers.path.pop();
                match self.scanner.next_token() {
                    Some(b',') => self.scanner.at += 1,
                    Some(b'}') => break self.scanner.at += 1,
                    _ => return Err(self.scanner.fault("a comma or the closing brace }")),
                }
            }
        }
        self.depth -= 1;
        if self.buffers.strangers.len() > first_stranger {
            self.find_twins(first_stranger);
        }
        if let Some(node) = node {
            self.finish(node, open, first_place, first_stranger);
        }
        self.buffers.places.truncate(first_place);
        self.buffers.strangers.truncate(first_stranger);
        Ok(())
    }

    /// The property that a key names. `next` is the most likely: senders keep the order of fields.
    fn find(&self, properties: &[Property], key: Text, next: usize) -> Option<usize> {
        if key.escaped {
            if properties.is_empty() {
                return None;
            }
            let name = key.name(self.text);
            return properties
                .iter()
                .position(|property| *property.name == *name);
        }
        let raw = &self.text[key.start..key.end];
        let is = |property: &Property| same(property.name.as_bytes(), raw);
        let (before, after) = properties.split_at(next.min(properties.len()));
        after
            .iter()
            .position(is)
            .map(|place| next + place)
            .or_else(|| before.iter().position(is))
    }

    /// Reads the value of a listed property and remembers its place.
    fn listed(
        &mut self,
        properties: &'a [Property],
        found: usize,
        first: usize,
        key: Text,
    ) -> Result<(), SyntaxFault> {
        let property = &properties[found];
        if self.buffers.places[first + found].kind != ValueKind::Absent {
            self.complain_twin(key);
            self.count_value()?;
        }
        if let Some(meant) = property.instead
            && !self.budget.refuses(Rule::MisspeltField)
        {
            let right = &*properties[meant].name;
            let message = format!(
                "`{}` is a known typo for `{right}` in the provider's docs",
                property.name.as_str()
            );
            let complaint =
                Complaint::new(Rule::MisspeltField, message, format!("expected `{right}`"));
            self.complain(
                key.quoted(),
                complaint.help("accept both spellings in the handler; send the right one"),
            );
        }
        let place = self.value(Some(property.node), property.required)?;
        self.buffers.places[first + found] = place;
        Ok(())
    }
}
