//! Learns the shape of a body in which nothing was found.

use super::super::known::SchemaChoice;
use super::super::recognise::Recogniser;
use super::super::schema::{Extra, Means, Schema, SchemaNode};
use super::super::{Linter, new_id};
use super::{Beginning, KnownShapes, RelatedObject, ShapeEnd, ShapeStep, Then};
use crate::catalogue::manifest::Form;
use crate::json::{Scanner, Text};
use crate::lint::field::{FieldPlace, ValueKind};
use std::ops::Range;

/// More bytes of shapes are not kept.
const MOST_BYTES: usize = 1 << 20;
/// Larger bodies are not learned.
const LARGEST_BODY: usize = 16 << 10;
/// More ways to go on from one step are not kept: keys that are different in each body would make all bodies slow.
const MOST_OTHERS: usize = 128;
/// If no body has the shape of an earlier one, this many are learned in vain.
const MOST_IN_VAIN: usize = 64;
/// Learning costs as much as this many known shapes save.
const WORTH: usize = 16;

/// Room for the numbers of new layouts; none is given twice.
fn new_layouts() -> u64 {
    new_id() << 32
}

impl KnownShapes {
    /// Whether a body of that length is worth learning.
    pub(in crate::lint) fn wants(&mut self, linter: &Linter<'_>, length: usize) -> bool {
        if self.linter != linter.id {
            // The first body of all is not learned: it is often the only one.
            *self = Self::default();
            self.linter = linter.id;
            self.first_layout = new_layouts();
            return false;
        }
        length <= LARGEST_BODY && self.learned <= MOST_IN_VAIN + self.used / WORTH
    }

    /// Learns the shape of the body that starts at `at`. The walk has found nothing in it, and `counted` of its values
    /// count against the budget.
    pub(in crate::lint) fn learn(
        &mut self,
        linter: &Linter<'_>,
        text: &[u8],
        at: usize,
        choice: &SchemaChoice<'_>,
        counted: usize,
    ) {
        let known = &linter.providers[choice.provider];
        let kind = choice.kind.map(|kind| &known.kinds[kind]);
        let schema = kind.and_then(|kind| kind.schema(known).as_ref().ok());
        let root = schema.map(|schema| match choice.form {
            Some(Form::Bare) => schema.bare(),
            _ => schema.root(),
        });
        let mut learner = Learner::new(&linter.recogniser, schema, at);
        let mut scanner = Scanner::new(text, at);
        if learner.value(&mut scanner, root).is_none() {
            return;
        }
        self.learned += 1;
        if self.bytes > MOST_BYTES {
            self.forget();
        }
        let mut before = None;
        for step in learner.steps {
            let check = schema.zip(step.node);
            let check = check.map(|(schema, node)| self.check(schema.node(node).of_a_value()));
            let then = Then::Value {
                check,
                begins: step.begins,
            };
            before = self.insert(before, &text[step.literal], &step.inside, then);
            if before.is_none() {
                return;
            }
        }
        let end = Then::End(self.end(ShapeEnd {
            provider: choice.provider,
            kind: choice.kind,
            event: choice.event,
            form: choice.form,
            counted,
            related: learner.related,
        }));
        let literal = &text[learner.from..scanner.at];
        self.insert(before, literal, &learner.inside, end);
    }

    /// Makes room.
    fn forget(&mut self) {
        self.steps.clear();
        self.ends.clear();
        self.checks.clear();
        self.bytes = 0;
        self.first_layout = new_layouts();
    }

    /// The number of what a schema says of a value.
    fn check(&mut self, check: SchemaNode) -> usize {
        let known = self.checks.iter().position(|known| *known == check);
        known.unwrap_or_else(|| {
            self.checks.push(check);
            self.checks.len() - 1
        })
    }

    fn end(&mut self, end: ShapeEnd) -> usize {
        let known = self.ends.iter().position(|known| *known == end);
        known.unwrap_or_else(|| {
            let fields = end.related.iter().map(|object| object.fields.len());
            self.bytes +=
                size_of::<ShapeEnd>() + fields.sum::<usize>() * size_of::<Option<usize>>();
            self.ends.push(end);
            self.ends.len() - 1
        })
    }

    /// The step that says this after another one; it is added if it is new, and there is room.
    fn insert(
        &mut self,
        before: Option<usize>,
        literal: &[u8],
        inside: &[FieldPlace],
        then: Then,
    ) -> Option<usize> {
        let first = match before {
            Some(before) => self.steps[before].next,
            None => (!self.steps.is_empty()).then_some(0),
        };
        let (mut other, mut others) = (first, 0);
        while let Some(index) = other {
            let step = &self.steps[index];
            if *step.literal == *literal && *step.inside == *inside && step.then == then {
                return Some(index);
            }
            (other, others) = (step.other, others + 1);
        }
        if others == MOST_OTHERS {
            return None;
        }
        let new = self.steps.len();
        let other = match (first, before) {
            // The first stays the first; the new one comes second.
            (Some(first), _) => self.steps[first].other.replace(new),
            (None, Some(before)) => {
                self.steps[before].next = Some(new);
                None
            }
            (None, None) => None,
        };
        self.bytes += size_of::<ShapeStep>() + literal.len() + size_of_val(inside);
        self.steps.push(ShapeStep {
            literal: literal.into(),
            inside: inside.into(),
            then,
            next: None,
            other,
        });
        Some(new)
    }
}

/// A step on the way to a value.
struct LearnedStep {
    literal: Range<usize>,
    inside: Vec<FieldPlace>,
    node: Option<usize>,
    begins: Option<Beginning>,
}

/// Reads a body once more, for its shape.
struct Learner<'l> {
    recogniser: &'l Recogniser<'l>,
    schema: Option<&'l Schema>,
    steps: Vec<LearnedStep>,
    related: Vec<RelatedObject>,
    /// Where the literal part of the next step starts, and the values in it so far.
    from: usize,
    inside: Vec<FieldPlace>,
    /// How many values there are so far.
    values: usize,
    /// The pointer to the current value.
    pointer: String,
}

impl<'l> Learner<'l> {
    fn new(recogniser: &'l Recogniser<'l>, schema: Option<&'l Schema>, from: usize) -> Self {
        Self {
            recogniser,
            schema,
            steps: Vec::new(),
            related: Vec::new(),
            from,
            inside: Vec::new(),
            values: 0,
            pointer: String::new(),
        }
    }

    fn value(&mut self, scanner: &mut Scanner<'_>, node: Option<usize>) -> Option<()> {
        let start = scanner.at;
        self.values += 1;
        match scanner.peek()? {
            b'{' => {
                self.keep(ValueKind::Object, start..start + 1, false);
                self.object(scanner, node)
            }
            b'[' => {
                self.keep(ValueKind::Array, start..start + 1, false);
                self.array(scanner, node)
            }
            first => {
                scanner.skip_value()?;
                self.scalar(scanner.text, first, start..scanner.at, node);
                Some(())
            }
        }
    }

    /// Notes a value within the literal part.
    fn keep(&mut self, kind: ValueKind, at: Range<usize>, escaped: bool) {
        self.inside.push(FieldPlace {
            kind,
            escaped,
            start: at.start - self.from,
            end: at.end - self.from,
        });
    }

    fn scalar(&mut self, text: &[u8], first: u8, at: Range<usize>, node: Option<usize>) {
        let kind = match first {
            b'"' => ValueKind::Text,
            b't' | b'f' => ValueKind::Boolean,
            b'n' => ValueKind::Null,
            _ => ValueKind::Number,
        };
        let raw = &text[at.clone()];
        let escaped = kind == ValueKind::Text && raw.contains(&b'\\');
        if self.decides(node) {
            return self.keep(kind, at, escaped);
        }
        let said = Text {
            start: at.start + 1,
            end: at.end.saturating_sub(1),
            escaped,
        };
        let said = match kind {
            ValueKind::Text => said.decoded(text),
            _ => "".into(),
        };
        self.steps.push(LearnedStep {
            literal: self.from..at.start,
            inside: std::mem::take(&mut self.inside),
            node,
            begins: Beginning::of(&said, &self.recogniser.words(&self.pointer)),
        });
        self.from = at.end;
    }

    /// Whether the value names the event, so that another value may be another event.
    fn decides(&self, node: Option<usize>) -> bool {
        let names = self.schema.zip(node).is_some_and(|(schema, node)| {
            let node = schema.node(node);
            node.status_depth.is_some() || node.means == Some(Means::EventName)
        });
        names || self.recogniser.is_name(&self.pointer)
    }

    fn object(&mut self, scanner: &mut Scanner<'_>, id: Option<usize>) -> Option<()> {
        let node = self.schema.zip(id).map(|(schema, id)| schema.node(id));
        let properties = node.map_or(&[][..], |node| &node.properties);
        let map = node.and_then(|node| match node.extra {
            Extra::Map(id) => Some(id),
            _ => None,
        });
        let mut fields = vec![None; properties.len()];
        let text = scanner.text;
        let mut whole = Some(());
        scanner.members(|scanner, key| {
            let name = key.decoded(text);
            let listed = properties
                .iter()
                .position(|property| *property.name == *name);
            if let Some(place) = listed {
                fields[place] = Some(self.values);
            }
            let inner = listed.map_or(map, |place| Some(properties[place].node));
            whole = whole.and(self.below(&name, |learner| learner.value(scanner, inner)));
            whole.is_some()
        })?;
        if let Some(node) = id.filter(|_| node.is_some_and(|node| !node.relations.is_empty())) {
            self.related.push(RelatedObject { node, fields });
        }
        whole
    }

    fn array(&mut self, scanner: &mut Scanner<'_>, id: Option<usize>) -> Option<()> {
        let items = self
            .schema
            .zip(id)
            .and_then(|(schema, id)| schema.node(id).items);
        scanner.items(|scanner| self.below("", |learner| learner.value(scanner, items)))
    }

    /// Does something one step down.
    fn below<T>(&mut self, name: &str, act: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(name);
        let done = act(self);
        self.pointer.truncate(length);
        done
    }
}

impl Beginning {
    /// How a text that is recognised by its first word must begin, of all the words that are looked for there.
    fn of<'w>(text: &str, words: &(impl Iterator<Item = &'w str> + Clone)) -> Option<Self> {
        let first = words.clone().filter(|word| text.starts_with(word));
        let with = first.max_by_key(|word| word.len()).unwrap_or_default();
        let longer = words
            .clone()
            .filter(|word| word.starts_with(with) && !text.starts_with(word));
        words.clone().next()?;
        Some(Self {
            with: with.to_owned(),
            but_not_with: longer.map(str::to_owned).collect(),
        })
    }
}
