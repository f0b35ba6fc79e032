//! The values at pointers: of one pointer, or of several in one walk.

use super::layout::{BodyLayout, LayoutPlace};
use super::{Scanner, same};
use foldhash::fast::RandomState;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

/// Of more places at one pointer only the first count.
const MOST_PLACES: usize = 16;
/// How many layouts are known at once.
const MOST_LAYOUTS: usize = 1_024;

/// Pointers for readers that ask every body for the same values. A step `*` leads to every item or member.
#[derive(Debug, Default)]
pub(crate) struct Pointers<'p> {
    tree: PointerTree<'p>,
    /// How many there are.
    count: usize,
    /// A body that has nothing at the pointers is read as if it stood here.
    instead: Option<&'p str>,
    /// By the numbers of layouts: what such bodies have.
    known: RefCell<HashMap<u64, KnownPlaces, RandomState>>,
}

/// The places in bodies of one layout, each with the number of its pointer.
type KnownPlaces = Vec<(usize, LayoutPlace)>;

/// Pointers by their steps.
#[derive(Debug, Default)]
struct PointerTree<'p> {
    named: Vec<(&'p str, PointerTree<'p>)>,
    /// Behind a `*`; for members whose name is not known.
    any: Option<Box<PointerTree<'p>>>,
    /// The pointers that end here: their numbers.
    values: Vec<usize>,
    /// Those that end here and ask for the name of the member.
    names: Vec<usize>,
}

/// Where a body has texts, numbers, booleans and nulls at pointers, and members that are asked for by name.
#[derive(Debug, Default)]
pub(crate) struct FoundPlaces {
    /// In the order of the text, each with the number of its pointer.
    all: Vec<(usize, Range<usize>)>,
    /// A bit for each pointer that has a place: most have none.
    some: u64,
}

impl<'p> Pointers<'p> {
    /// No pointers yet; a body that has nothing at them is read as if it stood at `instead`.
    pub(crate) fn new(instead: Option<&'p str>) -> Self {
        Self {
            instead,
            ..Self::default()
        }
    }

    /// Adds a pointer to values, or to the names of members, and returns its number.
    pub(crate) fn add(&mut self, pointer: &'p str, names: bool) -> usize {
        let mut tree = &mut self.tree;
        for step in pointer.split('/').skip(1) {
            tree = match step {
                "*" => tree.any.get_or_insert_default(),
                step => tree.at(step),
            };
        }
        let ends = if names {
            &mut tree.names
        } else {
            &mut tree.values
        };
        ends.push(self.count);
        self.count += 1;
        self.count - 1
    }

    /// Ends the adding of pointers.
    pub(crate) fn settled(mut self) -> Self {
        self.tree.settle();
        self
    }

    /// The places in the body that starts at `at`. Where its layout is known, only the first such body is read.
    pub(crate) fn find(&self, text: &[u8], at: usize, layout: Option<&BodyLayout>) -> FoundPlaces {
        let Some(layout) = layout else {
            return self.read(text, at);
        };
        let mut known = self.known.borrow_mut();
        if let Some(places) = known.get(&layout.number) {
            let here = |(number, place): &(usize, _)| Some((*number, layout.range(place)?));
            let mut found = FoundPlaces::default();
            found.all.reserve_exact(places.len());
            for (number, range) in places.iter().filter_map(here) {
                found.add(number, range);
            }
            return found;
        }
        let found = self.read(text, at);
        let places = found
            .all
            .iter()
            .map(|(number, range)| Some((*number, layout.place(range)?)));
        if let Some(places) = places.collect() {
            if known.len() >= MOST_LAYOUTS {
                known.clear();
            }
            known.insert(layout.number, places);
        }
        found
    }

    fn read(&self, text: &[u8], at: usize) -> FoundPlaces {
        let found = self.walked(text, at, &self.tree);
        let instead = self.instead.filter(|_| found.all.is_empty());
        let tree = instead.and_then(|instead| {
            let mut steps = instead.split('/').skip(1);
            steps.try_fold(&self.tree, |tree, step| {
                let known = tree.named.iter().find(|(name, _)| *name == step);
                known.map(|(_, inner)| inner)
            })
        });
        tree.map_or(found, |tree| self.walked(text, at, tree))
    }

    fn walked(&self, text: &[u8], at: usize, tree: &PointerTree<'p>) -> FoundPlaces {
        let mut walk = PointerWalk {
            found: FoundPlaces::default(),
            counts: vec![0; self.count],
        };
        // Where the text stops being JSON, the values before that still count.
        let _ = walk.inside(&mut Scanner::new(text, at), tree);
        walk.found
    }
}

impl FoundPlaces {
    /// The places at the pointer of that number.
    pub(crate) fn at(&self, number: usize) -> impl Iterator<Item = Range<usize>> {
        let some = self.some & bit(number) != 0;
        let all = if some { &self.all[..] } else { &[] };
        let here = all.iter().filter(move |(of, _)| *of == number);
        here.map(|(_, place)| place.clone())
    }

    fn add(&mut self, number: usize, place: Range<usize>) {
        self.some |= bit(number);
        self.all.push((number, place));
    }
}

/// The bit of a pointer, which several share where there are many.
fn bit(number: usize) -> u64 {
    1 << (number % 64)
}

impl<'p> PointerTree<'p> {
    /// The tree behind a name; made where there is none.
    fn at(&mut self, step: &'p str) -> &mut Self {
        let known = self.named.iter().position(|(name, _)| *name == step);
        let at = known.unwrap_or_else(|| {
            self.named.push((step, Self::default()));
            self.named.len() - 1
        });
        &mut self.named[at].1
    }

    /// Lets names lead also to where `*` leads, so that each value of a body has one tree at most.
    fn settle(&mut self) {
        for (_, inner) in &mut self.named {
            if let Some(any) = &self.any {
                inner.merge(any);
            }
            inner.settle();
        }
        if let Some(any) = &mut self.any {
            any.settle();
        }
    }

    fn merge(&mut self, other: &Self) {
        self.values.extend(&other.values);
        self.names.extend(&other.names);
        for (name, inner) in &other.named {
            self.at(name).merge(inner);
        }
        if let Some(any) = &other.any {
            self.any.get_or_insert_default().merge(any);
        }
    }

    /// The tree for a member of that name.
    fn inner(&self, name: &[u8]) -> Option<&Self> {
        let known = self
            .named
            .iter()
            .find(|(known, _)| same(known.as_bytes(), name));
        known.map_or(self.any.as_deref(), |(_, inner)| Some(inner))
    }

    fn has_inner(&self) -> bool {
        self.any.is_some() || !self.named.is_empty()
    }
}

struct PointerWalk {
    found: FoundPlaces,
    /// How many places each pointer has.
    counts: Vec<usize>,
}

impl PointerWalk {
    /// Walks a value in which that tree begins.
    fn inside(&mut self, scanner: &mut Scanner<'_>, tree: &PointerTree<'_>) -> Option<()> {
        match (scanner.next_token()?, &tree.any) {
            (b'{', _) => {
                let mut whole = Some(());
                scanner.members(|scanner, key| {
                    let Some(inner) = tree.inner(&key.bytes(scanner.text)) else {
                        return true;
                    };
                    self.note(&inner.names, &key.quoted());
                    whole = self.value(scanner, inner);
                    whole.is_some()
                })?;
                whole
            }
            (b'[', Some(inner)) => scanner.items(|scanner| self.value(scanner, inner)),
            _ => scanner.skip_value(),
        }
    }

    /// Notes a value at the ends of that tree, or walks into it.
    fn value(&mut self, scanner: &mut Scanner<'_>, tree: &PointerTree<'_>) -> Option<()> {
        let first = scanner.next_token()?;
        let start = scanner.at;
        let single = !matches!(first, b'{' | b'[');
        if !single && tree.has_inner() {
            return self.inside(scanner, tree);
        }
        scanner.skip_value()?;
        if single {
            self.note(&tree.values, &(start..scanner.at));
        }
        Some(())
    }

    fn note(&mut self, numbers: &[usize], place: &Range<usize>) {
        for number in numbers {
            let count = &mut self.counts[*number];
            if *count < MOST_PLACES {
                *count += 1;
                self.found.add(*number, place.clone());
            }
        }
    }
}

/// The value at a pointer, whose steps have no escapes, below the object at `at`.
pub(crate) fn lookup(text: &[u8], at: usize, pointer: &str) -> Option<Range<usize>> {
    let mut place = at..at;
    for step in pointer.split('/').skip(1) {
        let mut found = None;
        Scanner::new(text, place.start).members(|scanner, key| {
            if *key.bytes(text) != *step.as_bytes() {
                return true;
            }
            let start = scanner.at;
            if scanner.skip_value().is_some() {
                found = Some(start..scanner.at);
            }
            false
        })?;
        place = found?;
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pointers, and what each has in a text.
    fn all<'t>(
        pointers: &Pointers<'_>,
        text: &'t str,
        layout: Option<&BodyLayout>,
    ) -> Vec<Vec<&'t str>> {
        let found = pointers.find(text.as_bytes(), 0, layout);
        let of = |number| found.at(number).map(|place| &text[place]).collect();
        (0..pointers.count).map(of).collect()
    }

    fn pointers<'p>(instead: Option<&'p str>, all: &[&'p str]) -> Pointers<'p> {
        let mut pointers = Pointers::new(instead);
        for pointer in all {
            let name = pointer.strip_suffix('#');
            pointers.add(name.unwrap_or(pointer), name.is_some());
        }
        pointers.settled()
    }

    #[test]
    fn every_pointer_finds_its_values_in_one_walk() {
        let pointers = pointers(
            None,
            &[
                "/id",
                "/data/id",
                "/data/deep/er",
                "/data",
                "/id",
                "/x/*/y",
                "/data/*#",
            ],
        );
        for (text, expected) in [
            (
                r#"{"data":{"x":[{"id":0}],"id":"a","deep":{"er":null}},"id":1,"id":2}"#,
                [
                    &["1", "2"][..],
                    &["\"a\""],
                    &["null"],
                    &[],
                    &["1", "2"],
                    &[],
                    &["\"x\"", "\"id\"", "\"deep\""],
                ],
            ),
            (
                r#"{ "\u0069d" : 7, "data": 8, "x":[{"y":1},{"y":2}, 3 ] }"#,
                [&["7"], &[], &[], &["8"], &["7"], &["1", "2"], &[]],
            ),
            (
                r#"{"id":1,"data":{"id":2,"deep":{"#,
                [
                    &["1"],
                    &["2"],
                    &[],
                    &[],
                    &["1"],
                    &[],
                    &["\"id\"", "\"deep\""],
                ],
            ),
            ("[]", [&[]; 7]),
            ("", [&[]; 7]),
        ] {
            assert_eq!(all(&pointers, text, None), expected, "{text}");
        }
    }

    #[test]
    fn a_body_with_nothing_at_the_pointers_is_read_as_the_value_that_it_is_instead() {
        let pointers = pointers(Some("/data"), &["/data/id", "/other"]);
        for (text, expected) in [
            (r#"{"id":1,"data":{"id":2}}"#, [&["2"][..], &[]]),
            (r#"{"id":1,"other":3}"#, [&[], &["3"]]),
            (r#"{"id":1}"#, [&["1"], &[]]),
        ] {
            assert_eq!(all(&pointers, text, None), expected, "{text}");
        }
    }

    #[test]
    fn bodies_of_a_known_layout_are_not_read_again() {
        let pointers = pointers(None, &["/a", "/b/c", "/b/*#", "/d"]);
        let layout = |values: &[Range<usize>]| BodyLayout {
            number: 7,
            values: values.into(),
        };
        let (first, second) = (r#"{"a":1,"b":{"c":"x"}}"#, r#"{"a":null,"b":{"c":""}}"#);
        let expected = |a, c| vec![vec![a], vec![c], vec!["\"c\""], vec![]];
        for _ in 0..2 {
            let layout = layout(&[0..1, 5..6, 11..12, 16..19]);
            assert_eq!(all(&pointers, first, Some(&layout)), expected("1", "\"x\""));
        }
        let layout = layout(&[0..1, 5..9, 14..15, 19..21]);
        assert_eq!(
            all(&pointers, second, Some(&layout)),
            expected("null", "\"\"")
        );
        // The text is not looked at.
        let blank = " ".repeat(second.len());
        let found = pointers.find(blank.as_bytes(), 0, Some(&layout));
        assert_eq!(found.at(0).next(), Some(5..9));
    }
}
