//! Decides which provider and event a body belongs to, by the tests in the providers' manifests: one quick look at its
//! outer keys, in any order, before the walk checks it.

use crate::catalogue::manifest::{Envelope, FactText, Form, Recognise};
use crate::json::{Scanner, Text, same};
use std::borrow::Cow;
use std::ops::Range;

/// All tests, compiled: pointers are numbered, so that one look at a body serves all tests.
#[derive(Debug)]
pub(crate) struct Recogniser<'c> {
    tests: Vec<RecognitionTest<'c>>,
    pointers: Vec<&'c str>,
    /// The first steps of the pointers, grouped by length.
    outer: Vec<Vec<Outer<'c>>>,
}

/// The keys looked at: real bodies have far fewer.
const MOST_KEYS: usize = 10_000;

/// A first step: the pointer that ends there, and those with a second step.
#[derive(Debug)]
struct Outer<'c> {
    key: &'c str,
    pointer: Option<usize>,
    inner: Vec<(&'c str, usize)>,
}

#[derive(Debug)]
struct RecognitionTest<'c> {
    provider: usize,
    index: usize,
    decides: bool,
    refuses: bool,
    has: Vec<usize>,
    starts: Vec<(usize, &'c [FactText])>,
    name: Option<usize>,
}

/// What a test recognised.
#[derive(Debug)]
pub(crate) struct Recognised<'t> {
    pub(crate) provider: usize,
    /// The index of the test among the provider's.
    pub(crate) test: usize,
    /// The event's name, if the body has one.
    pub(crate) name: Option<Said<'t>>,
}

/// A text that names the event.
#[derive(Debug)]
pub(crate) struct Said<'t> {
    pub(crate) text: Cow<'t, str>,
    pub(crate) pointer: &'t str,
    pub(crate) span: Range<usize>,
}

impl<'c> Recogniser<'c> {
    /// Compiles the tests of all providers, in order.
    pub(crate) fn new(tests: impl Iterator<Item = (usize, usize, &'c Recognise, bool)>) -> Self {
        let mut recogniser = Self {
            tests: Vec::new(),
            pointers: Vec::new(),
            outer: Vec::new(),
        };
        for (provider, index, test, decides) in tests {
            let has = test
                .has
                .iter()
                .map(|pointer| recogniser.pointer(pointer))
                .collect();
            let starts = test
                .starts
                .iter()
                .map(|(pointer, words)| (recogniser.pointer(pointer), words.as_slice()))
                .collect();
            let name = test
                .name
                .as_ref()
                .map(|pointer| recogniser.pointer(pointer));
            recogniser.tests.push(RecognitionTest {
                provider,
                index,
                decides,
                refuses: test.refuse.is_some(),
                has,
                starts,
                name,
            });
        }
        recogniser
    }

    /// Whether a test takes the event's name from there.
    pub(crate) fn is_name(&self, pointer: &str) -> bool {
        let mut names = self.tests.iter().filter_map(|test| test.name);
        names.any(|name| self.pointers[name] == pointer)
    }

    /// The words of all tests that a text there may begin with.
    pub(crate) fn words(&self, pointer: &str) -> impl Iterator<Item = &'c str> + Clone {
        let starts = self.tests.iter().flat_map(|test| &test.starts);
        let here = starts.filter(move |(start, _)| self.pointers[*start] == pointer);
        here.flat_map(|(_, words)| words.iter().map(FactText::as_str))
    }

    /// The number of a pointer, which is added to the table if new.
    fn pointer(&mut self, pointer: &'c str) -> usize {
        let path = pointer.strip_prefix('/').unwrap_or(pointer);
        let (key, inner) = match path.split_once('/') {
            Some((key, inner)) => (key, Some(inner)),
            None => (path, None),
        };
        if self.outer.len() <= key.len() {
            self.outer.resize_with(key.len() + 1, Vec::new);
        }
        let bucket = &mut self.outer[key.len()];
        let known = bucket.iter().position(|outer| outer.key == key);
        let at = known.unwrap_or_else(|| {
            bucket.push(Outer {
                key,
                pointer: None,
                inner: Vec::new(),
            });
            bucket.len() - 1
        });
        let outer = &mut bucket[at];
        let new = self.pointers.len();
        let id = match inner {
            Some(inner) => {
                let mut known = outer.inner.iter();
                let known = known.find(|(known, _)| *known == inner).map(|(_, id)| *id);
                known.unwrap_or_else(|| {
                    outer.inner.push((inner, new));
                    new
                })
            }
            None => *outer.pointer.get_or_insert(new),
        };
        if id == new {
            self.pointers.push(pointer);
        }
        id
    }

    /// Recognises the object that starts at `at`; tries only tests of providers that `admit` allows.
    pub(crate) fn recognise<'t>(
        &'t self,
        text: &'t [u8],
        at: usize,
        admit: impl Fn(usize) -> bool,
        found: &mut Finds,
    ) -> Option<Recognised<'t>> {
        found.next_body(self.pointers.len());
        let holds = |test: &&RecognitionTest<'_>, found: &Finds| {
            admit(test.provider) && test.holds(text, found)
        };
        let (mut decided, mut left): (Option<&RecognitionTest<'_>>, _) = (None, MOST_KEYS);
        Scanner::new(text, at).members(|scanner, key| {
            if !self.look(text, scanner, key, found, &mut left) {
                return left > 0;
            }
            decided = decided.or_else(|| {
                self.tests
                    .iter()
                    .find(|test| test.decides && holds(test, found))
            });
            decided.is_none() && left > 0
        });
        let test = decided.or_else(|| self.tests.iter().find(|test| holds(test, found)))?;
        let said = |pointer: Option<usize>| {
            let pointer = pointer?;
            let value = found.get(pointer)??;
            Some(Said {
                text: value.decoded(text),
                pointer: self.pointers[pointer],
                span: value.quoted(),
            })
        };
        Some(Recognised {
            provider: test.provider,
            test: test.index,
            name: said(test.name),
        })
    }

    /// Notes the value of an outer key that a pointer leads to, and looks one level further down. True if there was
    /// something to note.
    fn look(
        &self,
        text: &[u8],
        scanner: &mut Scanner<'_>,
        key: Text,
        found: &mut Finds,
        left: &mut usize,
    ) -> bool {
        *left -= 1;
        // A longer key than any known one need not be unescaped to its end.
        let name = key.beginning(self.outer.len()).bytes(text);
        let bucket = self.outer.get(name.len());
        let Some(outer) = bucket.and_then(|bucket| {
            bucket
                .iter()
                .find(|outer| same(outer.key.as_bytes(), &name))
        }) else {
            return false;
        };
        if let Some(pointer) = outer.pointer {
            found.set(pointer, value_at(scanner));
        }
        if !outer.inner.is_empty() && scanner.peek() == Some(b'{') {
            let mut inner = scanner.clone();
            inner.members(|inside, key| {
                *left -= 1;
                let name = key.bytes(text);
                for (_, pointer) in outer
                    .inner
                    .iter()
                    .filter(|(known, _)| same(known.as_bytes(), &name))
                {
                    found.set(*pointer, value_at(inside));
                }
                *left > 0
            });
            // The inner object has been read: continue after it.
            if inner.at > scanner.at && text.get(inner.at - 1) == Some(&b'}') {
                scanner.at = inner.at;
            }
        }
        true
    }

    /// The fields that a provider's tests look for and how their values start, in words, for an unrecognised body.
    pub(crate) fn looked_for(&self, provider: usize) -> String {
        const MOST: usize = 5;
        let mut fields: Vec<(&str, Vec<&str>)> = Vec::new();
        for test in self
            .tests
            .iter()
            .filter(|test| test.provider == provider && !test.refuses)
        {
            let starts = test
                .starts
                .iter()
                .map(|(pointer, words)| (*pointer, *words));
            for (pointer, words) in starts.chain(test.has.iter().map(|pointer| (*pointer, &[][..])))
            {
                let pointer = self.pointers[pointer];
                let at = fields
                    .iter()
                    .position(|(known, _)| *known == pointer)
                    .unwrap_or_else(|| {
                        fields.push((pointer, Vec::new()));
                        fields.len() - 1
                    });
                fields[at].1.extend(words.iter().map(FactText::as_str));
            }
        }
        let shown = fields
            .iter()
            .take(MOST)
            .enumerate()
            .map(|(at, (pointer, words))| {
                let name = pointer[1..].replace('/', ".");
                let said = fields[..at].iter().any(|(_, before)| before == words);
                match words.as_slice() {
                    _ if said => name,
                    [] => name,
                    words => {
                        let shown: Vec<String> = words
                            .iter()
                            .take(MOST)
                            .map(|word| format!("{word}…"))
                            .collect();
                        let more = if words.len() > MOST { ", …" } else { "" };
                        format!("{name} ({}{more})", shown.join(", "))
                    }
                }
            });
        shown.collect::<Vec<_>>().join("; ")
    }
}

/// The values found in one look. Kept between bodies and never cleared: a value of an earlier look has a lower number.
#[derive(Debug, Default)]
pub(crate) struct Finds {
    look: u64,
    values: Vec<(u64, Option<Text>)>,
}

impl Finds {
    fn next_body(&mut self, pointers: usize) {
        self.look += 1;
        self.values.resize(pointers, (0, None));
    }

    fn set(&mut self, pointer: usize, value: Option<Text>) {
        self.values[pointer] = (self.look, value);
    }

    /// The value, if there is one: its text, if it is a text.
    fn get(&self, pointer: usize) -> Option<Option<Text>> {
        let (look, value) = self.values[pointer];
        (look == self.look).then_some(value)
    }

    fn text(&self, pointer: usize) -> Option<Text> {
        self.get(pointer).flatten()
    }
}

/// The value that starts here, if it is a text; the scanner moves past it.
fn value_at(scanner: &mut Scanner<'_>) -> Option<Text> {
    if scanner.peek() == Some(b'"') {
        scanner.string().ok()
    } else {
        None
    }
}

impl RecognitionTest<'_> {
    fn holds(&self, text: &[u8], found: &Finds) -> bool {
        self.has.iter().all(|pointer| found.get(*pointer).is_some())
            // A name must be a text.
            && self.name.is_none_or(|pointer| found.text(pointer).is_some())
            && self.starts.iter().all(|(pointer, words)| {
                found.text(*pointer).is_some_and(|value| {
                    words.iter().any(|word| {
                        let value = value.beginning(word.len()).bytes(text);
                        value.starts_with(word.as_bytes())
                    })
                })
            })
    }
}

/// The form of a body if the user gave the event: full if it has one of the envelope's keys, or the key of the bare
/// form.
pub(crate) fn form_of(text: &[u8], at: usize, envelope: &Envelope) -> Form {
    let inner = envelope.bare.strip_prefix('/');
    let mut full = false;
    Scanner::new(text, at).members(|_, key| {
        let name = key.decoded(text);
        full |= inner.is_some_and(|inner| name == inner)
            || envelope.keys.iter().any(|key| **key == *name);
        !full
    });
    if full { Form::Full } else { Form::Bare }
}
