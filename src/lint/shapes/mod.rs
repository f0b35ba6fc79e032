//! Shapes of bodies that have passed: the same keys in the same order, with the same white space.
//!
//! A sender writes its bodies alike, so most bodies have the shape of an earlier one. All that can be found in such a
//! body depends on its single values and the rules between them; everything else is compared with the earlier body, to
//! the byte. This accepts bodies, and never says what is wrong: a body that is not accepted goes through the walk, and if
//! that finds nothing, its shape is learned (`learn`).

mod learn;

use super::Linter;
use super::accept::unsafe_number;
use super::budget::Budget;
use super::field::{FieldPlace, ValueKind};
use super::known::CompiledProvider;
use super::relations::{FieldPlaces, ObjectFields};
use super::schema::{SchemaNode, Types};
use crate::catalogue::manifest::Form;
use crate::json::{BodyLayout, Scanner, odd_escapes, same};

/// The shapes that a thread has learned, as a tree of steps: shapes that begin alike share their first steps.
#[derive(Debug, Default)]
pub(super) struct KnownShapes {
    /// The linter whose schemas the steps refer to.
    linter: u64,
    /// What the numbers of layouts begin with, until shapes are forgotten.
    first_layout: u64,
    steps: Vec<ShapeStep>,
    ends: Vec<ShapeEnd>,
    /// What schemas say of single values. What kinds of bodies have in common is here once, so that their shapes share steps.
    checks: Vec<SchemaNode>,
    /// The memory that the steps take, approximately.
    bytes: usize,
    /// How many shapes were learned, and how many bodies had a known one.
    learned: usize,
    used: usize,
    /// The last step of the current body, if it was accepted.
    last: Option<usize>,
    /// Buffers: the values of the current body, and the other ways to read it.
    values: Vec<FieldPlace>,
    others: Vec<OtherWay>,
}

/// A part of a shape.
#[derive(Debug)]
struct ShapeStep {
    /// What stands here, to the byte: punctuation, keys, white space, and values that decide which event it is.
    literal: Box<[u8]>,
    /// The values within it; their places count from its start.
    inside: Box<[FieldPlace]>,
    then: Then,
    /// The first step that may come next.
    next: Option<usize>,
    /// The next step that may stand here instead.
    other: Option<usize>,
}

/// What follows the literal part of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Then {
    /// A value that is no object and no list.
    Value {
        /// What the schema says of it, as an index.
        check: Option<usize>,
        begins: Option<Beginning>,
    },
    /// The end of the body.
    End(usize),
}

/// How a value must begin for the body to be recognised as the earlier one was.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Beginning {
    with: String,
    but_not_with: Vec<String>,
}

/// What a body of some shape is, and what is checked when its values have been read.
#[derive(Debug, PartialEq, Eq)]
struct ShapeEnd {
    provider: usize,
    kind: Option<usize>,
    event: Option<usize>,
    form: Option<Form>,
    /// How many values the walk counted.
    counted: usize,
    related: Vec<RelatedObject>,
}

/// An object with rules between its fields.
#[derive(Debug, PartialEq, Eq)]
struct RelatedObject {
    /// The number of its schema node.
    node: usize,
    /// Which of the body's values each property is.
    fields: Vec<Option<usize>>,
}

/// Another way to read the body: the step, where it begins, and how many values stand before it.
#[derive(Clone, Copy, Debug)]
struct OtherWay {
    step: usize,
    at: usize,
    values: usize,
}

/// A body that was accepted.
pub(super) struct AcceptedBody<'c> {
    pub(super) provider: &'c str,
    pub(super) event: Option<&'c str>,
    pub(super) form: Option<Form>,
    pub(super) end: usize,
}

impl KnownShapes {
    /// How many bodies were accepted.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// Begins another text, of which no body was accepted yet.
    pub(super) fn begin(&mut self) {
        self.last = None;
    }

    /// Where the values of the current body stand, if it was accepted.
    pub(super) fn layout(&self) -> Option<BodyLayout> {
        // A step is the last one of a single shape.
        let number = self.first_layout + self.last? as u64;
        let values = self.values.iter().map(|place| place.range()).collect();
        Some(BodyLayout { number, values })
    }

    /// Accepts the body that starts at `at` if it has a known shape, and nothing is to be found in it.
    pub(super) fn accept<'c>(
        &mut self,
        linter: &Linter<'c>,
        text: &[u8],
        at: usize,
        budget: &mut Budget,
    ) -> Option<AcceptedBody<'c>> {
        self.begin();
        if self.linter != linter.id || self.steps.is_empty() {
            return None;
        }
        let (last, end, at) = self.follow(text, at)?;
        let end = &self.ends[end];
        let known = &linter.providers[end.provider];
        if end.counted > budget.values || !self.agree(end, known, text) {
            return None;
        }
        budget.values -= end.counted;
        self.used += 1;
        self.last = Some(last);
        let event = end.event.map(|event| &known.manifest.events[event]);
        Some(AcceptedBody {
            provider: &known.manifest.name,
            event: event.map(|event| event.name.as_str()),
            form: end.form,
            end: at,
        })
    }

    /// Follows the steps that the text takes; returns the last one, the end that it leads to, and where the body ends.
    fn follow(&mut self, text: &[u8], start: usize) -> Option<(usize, usize, usize)> {
        self.values.clear();
        self.others.clear();
        let mut now = OtherWay {
            step: 0,
            at: start,
            values: 0,
        };
        loop {
            let step = &self.steps[now.step];
            if let Some(other) = step.other {
                self.others.push(OtherWay { step: other, ..now });
            }
            let after = now.at + step.literal.len();
            let here = text.get(now.at..after);
            if here.is_some_and(|here| same(&step.literal, here)) {
                // Mostly there are none.
                for place in &step.inside {
                    self.values.push(place.moved(now.at));
                }
                match &step.then {
                    Then::End(end) => return Some((now.step, *end, after)),
                    Then::Value { check, begins } => {
                        let check = check.map(|check| &self.checks[check]);
                        if let Some(next) = step.next
                            && let Some(value) = accepted_value(text, after, check, begins.as_ref())
                        {
                            self.values.push(value);
                            (now.step, now.at) = (next, value.end);
                            now.values = self.values.len();
                            continue;
                        }
                    }
                }
            }
            now = self.others.pop()?;
            self.values.truncate(now.values);
        }
    }

    /// Whether the rules between the fields hold.
    fn agree(&self, end: &ShapeEnd, known: &CompiledProvider<'_>, text: &[u8]) -> bool {
        if end.related.is_empty() {
            return true;
        }
        let schema = end
            .kind
            .and_then(|kind| known.kinds[kind].schema(known).as_ref().ok());
        schema.is_some_and(|schema| {
            end.related.iter().all(|object| {
                let node = schema.node(object.node);
                let fields = ObjectFields {
                    text,
                    places: FieldPlaces::Among(&object.fields, &self.values),
                    properties: &node.properties,
                    currencies: Some(&known.manifest.currencies),
                };
                let mut agree = true;
                for relation in &node.relations {
                    relation.check(&fields, &mut |_, _, _| agree = false);
                }
                agree
            })
        })
    }
}

/// The value that begins at `at`, if nothing is to be found in it.
#[inline]
fn accepted_value(
    text: &[u8],
    at: usize,
    check: Option<&SchemaNode>,
    begins: Option<&Beginning>,
) -> Option<FieldPlace> {
    let mut scanner = Scanner::new(text, at);
    let first = *text.get(at)?;
    let mut escaped = false;
    let (kind, accepted) = match first {
        b'"' => {
            let value = scanner.string().ok()?;
            escaped = value.escaped;
            let odd = escaped && odd_escapes(&text[value.start..value.end]).next().is_some();
            let said = value.bytes(text);
            let accepted = !odd
                && check.is_none_or(|check| check.accepts_text(&said))
                && begins.is_none_or(|begins| begins.fits(&said));
            (ValueKind::Text, accepted)
        }
        b'-' | b'0'..=b'9' => {
            let integral = scanner.number().ok()?;
            let number = &text[at..scanner.at];
            let accepted = check.is_none_or(|check| check.accepts_number(number, integral))
                && unsafe_number(number, integral).is_none();
            (ValueKind::Number, accepted)
        }
        b't' | b'f' => {
            scanner
                .word(if first == b't' { "true" } else { "false" })
                .ok()?;
            let accepted = check.is_none_or(|check| check.accepts_type(Types::BOOLEAN));
            (ValueKind::Boolean, accepted)
        }
        b'n' => {
            scanner.word("null").ok()?;
            let accepted = check.is_none_or(|check| check.types.allow(Types::NULL));
            (ValueKind::Null, accepted)
        }
        _ => return None,
    };
    let recognised = kind == ValueKind::Text || begins.is_none_or(|begins| begins.fits(b""));
    (accepted && recognised).then_some(FieldPlace {
        kind,
        escaped,
        start: at,
        end: scanner.at,
    })
}

impl Beginning {
    fn fits(&self, text: &[u8]) -> bool {
        text.starts_with(self.with.as_bytes())
            && !self
                .but_not_with
                .iter()
                .any(|word| text.starts_with(word.as_bytes()))
    }
}
