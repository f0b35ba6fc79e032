//! Whose body is this, and which event? Decided by the tests that the providers' manifests bring along.
//!
//! Separate from the walk because a body must be recognised before it can be checked: this is one quick look at its
//! outer keys, in whatever order they stand, that judges nothing.

use crate::catalogue::manifest::{Envelope, Form, Recognise};
use crate::json::{Scanner, Text};
use std::borrow::Cow;
use std::ops::Range;

/// A value at a pointer that some test asks for.
#[derive(Clone, Copy, Debug)]
struct Found {
    /// Set where it is a text.
    text: Option<Text>,
}

/// All tests, compiled: pointers by number, so that one look at a body answers for all of them.
#[derive(Debug)]
pub(crate) struct Recogniser {
    tests: Vec<Test>,
    pointers: Vec<String>,
    /// The first steps of the pointers, by their length: where a key of a body may lead.
    outer: Vec<Vec<Outer>>,
}

/// A first step: the pointer that ends there, and those that go one step further.
#[derive(Debug)]
struct Outer {
    key: String,
    pointer: Option<usize>,
    inner: Vec<(String, usize)>,
}

#[derive(Debug)]
struct Test {
    provider: usize,
    index: usize,
    has: Vec<usize>,
    starts: Vec<(usize, Vec<String>)>,
    name: Option<usize>,
    status: Option<usize>,
}

/// What a test recognised.
#[derive(Debug)]
pub(crate) struct Recognised<'t> {
    pub(crate) provider: usize,
    /// The place of the test among the provider's.
    pub(crate) test: usize,
    /// The event's own name, where the body says it.
    pub(crate) name: Option<Said<'t>>,
    /// The status, where the event is `object.status`.
    pub(crate) status: Option<Said<'t>>,
}

/// A text that tells the event.
#[derive(Debug)]
pub(crate) struct Said<'t> {
    pub(crate) text: Cow<'t, str>,
    pub(crate) pointer: String,
    pub(crate) span: Range<usize>,
}

impl Recogniser {
    /// Compiles the tests of all providers, in order.
    pub(crate) fn new<'m>(tests: impl Iterator<Item = (usize, usize, &'m Recognise)>) -> Self {
        let mut recogniser = Self { tests: Vec::new(), pointers: Vec::new(), outer: Vec::new() };
        for (provider, index, test) in tests {
            let has = test.has.iter().map(|pointer| recogniser.pointer(pointer)).collect();
            let starts =
                test.starts.iter().map(|(pointer, words)| (recogniser.pointer(pointer), words.clone())).collect();
            let name = test.name.as_ref().map(|pointer| recogniser.pointer(pointer));
            let status = test.status.as_ref().map(|pointer| recogniser.pointer(pointer));
            recogniser.tests.push(Test { provider, index, has, starts, name, status });
        }
        recogniser
    }

    /// The number of a pointer, entered where a look will come past it.
    fn pointer(&mut self, pointer: &str) -> usize {
        if let Some(known) = self.pointers.iter().position(|known| known == pointer) {
            return known;
        }
        let id = self.pointers.len();
        self.pointers.push(pointer.to_owned());
        let mut steps = pointer.split('/').skip(1);
        let key = steps.next().unwrap_or_default();
        if self.outer.len() <= key.len() {
            self.outer.resize_with(key.len() + 1, Vec::new);
        }
        let bucket = &mut self.outer[key.len()];
        let at = bucket.iter().position(|outer| outer.key == key).unwrap_or_else(|| {
            bucket.push(Outer { key: key.to_owned(), pointer: None, inner: Vec::new() });
            bucket.len() - 1
        });
        match steps.next() {
            Some(inner) => bucket[at].inner.push((inner.to_owned(), id)),
            None => bucket[at].pointer = Some(id),
        }
        id
    }

    /// Recognises the object that begins at `at`; only tests that `admit` lets pass are tried.
    pub(crate) fn recognise<'t>(
        &self,
        text: &'t [u8],
        at: usize,
        admit: impl Fn(usize) -> bool,
        found: &mut Finds,
    ) -> Option<Recognised<'t>> {
        let found = &mut found.0;
        found.clear();
        found.resize(self.pointers.len(), None);
        // The first test of all decides for one provider's every body: once it holds, the rest need not be read.
        let first = self.tests.first().filter(|test| admit(test.provider));
        Scanner::new(text, at).members(|scanner, key| {
            self.look(text, scanner, key, found);
            !first.is_some_and(|test| test.holds(text, found))
        });
        let test = self.tests.iter().find(|test| admit(test.provider) && test.holds(text, found))?;
        let said = |pointer: Option<usize>| {
            let pointer = pointer?;
            let value = found[pointer]?.text?;
            Some(Said { text: value.decoded(text), pointer: self.pointers[pointer].clone(), span: value.quoted() })
        };
        Some(Recognised { provider: test.provider, test: test.index, name: said(test.name), status: said(test.status) })
    }

    /// Notes the value of an outer key where a pointer leads there, and looks one level further down.
    fn look(&self, text: &[u8], scanner: &mut Scanner<'_>, key: Text, found: &mut [Option<Found>]) {
        let name = key.decoded(text);
        let Some(outer) = self.outer.get(name.len()).and_then(|bucket| bucket.iter().find(|outer| outer.key == *name))
        else {
            return;
        };
        if let Some(pointer) = outer.pointer {
            found[pointer] = Some(value_at(scanner));
        }
        if !outer.inner.is_empty() && scanner.peek() == Some(b'{') {
            let mut inner = scanner.clone();
            inner.members(|inside, key| {
                let name = key.decoded(text);
                for (_, pointer) in outer.inner.iter().filter(|(known, _)| *known == *name) {
                    found[*pointer] = Some(value_at(inside));
                }
                true
            });
            // What was read need not be skipped once more.
            if inner.at > scanner.at && text.get(inner.at - 1) == Some(&b'}') {
                scanner.at = inner.at;
            }
        }
    }

    /// What a provider's tests look for, in words, for the body that fits none: not every combination, but the fields
    /// that matter and how they begin.
    pub(crate) fn looked_for(&self, provider: usize) -> String {
        const MOST: usize = 6;
        let mut fields: Vec<(&str, Vec<&str>)> = Vec::new();
        for test in self.tests.iter().filter(|test| test.provider == provider) {
            let starts = test.starts.iter().map(|(pointer, words)| (*pointer, words.as_slice()));
            for (pointer, words) in starts.chain(test.has.iter().map(|pointer| (*pointer, &[][..]))) {
                let pointer = self.pointers[pointer].as_str();
                let at = fields.iter().position(|(known, _)| *known == pointer).unwrap_or_else(|| {
                    fields.push((pointer, Vec::new()));
                    fields.len() - 1
                });
                fields[at].1.extend(words.iter().map(String::as_str));
            }
        }
        let shown = fields.iter().take(MOST).map(|(pointer, words)| {
            let name = pointer[1..].replace('/', ".");
            match words.as_slice() {
                [] => name,
                words => {
                    let words: Vec<String> = words.iter().take(MOST).map(|word| format!("{word}…")).collect();
                    format!("{name} ({})", words.join(", "))
                }
            }
        });
        shown.collect::<Vec<_>>().join("; ")
    }
}

/// The values found in one look, kept between bodies.
#[derive(Debug, Default)]
pub(crate) struct Finds(Vec<Option<Found>>);

fn value_at(scanner: &Scanner<'_>) -> Found {
    let text = if scanner.peek() == Some(b'"') { scanner.clone().string().ok() } else { None };
    Found { text }
}

impl Test {
    fn holds(&self, text: &[u8], found: &[Option<Found>]) -> bool {
        self.has.iter().all(|pointer| found[*pointer].is_some())
            // A name that is no text names nothing.
            && self.name.is_none_or(|pointer| found[pointer].is_some_and(|found| found.text.is_some()))
            && self.starts.iter().all(|(pointer, words)| {
                let value = found[*pointer].and_then(|found| found.text);
                value.is_some_and(|value| {
                    let value = value.decoded(text);
                    words.iter().any(|word| value.starts_with(word.as_str()))
                })
            })
    }
}

/// Whether a body whose event was named by the user comes in its envelope: it has the place that holds the bare form,
/// or, where the bare form is the same object with fewer keys, one of those.
pub(crate) fn form_of(text: &[u8], at: usize, envelope: &Envelope) -> Form {
    let inner = envelope.bare.strip_prefix('/');
    let mut full = false;
    Scanner::new(text, at).members(|_, key| {
        let name = key.decoded(text);
        full |= match inner {
            Some(inner) => name == inner,
            None => envelope.keys.iter().any(|key| *key == name),
        };
        !full
    });
    if full { Form::Full } else { Form::Bare }
}
