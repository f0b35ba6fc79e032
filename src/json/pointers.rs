//! The values at pointers: of one pointer, or of several in one walk.

use super::Scanner;
use std::ops::Range;

/// Pointers as a tree of their common steps, for receivers that ask every body for the same values.
#[derive(Debug, Default)]
pub(crate) struct Pointers {
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    name: String,
    /// The numbers of the pointers that end here.
    ending: Vec<usize>,
    inner: Pointers,
}

impl Pointers {
    /// Pointers, each with the number of its value in `found`.
    pub(crate) fn new<'p>(pointers: impl IntoIterator<Item = (usize, &'p str)>) -> Self {
        let mut all = Self::default();
        for (place, pointer) in pointers {
            all.add(place, pointer.strip_prefix('/').unwrap_or(pointer));
        }
        all
    }

    fn add(&mut self, place: usize, pointer: &str) {
        let (name, rest) = pointer
            .split_once('/')
            .map_or((pointer, None), |(name, rest)| (name, Some(rest)));
        let at = self
            .members
            .iter()
            .position(|member| member.name == name)
            .unwrap_or_else(|| {
                self.members.push(Member {
                    name: name.to_owned(),
                    ending: Vec::new(),
                    inner: Self::default(),
                });
                self.members.len() - 1
            });
        match rest {
            Some(rest) => self.members[at].inner.add(place, rest),
            None => self.members[at].ending.push(place),
        }
    }

    /// Puts the raw values below the object at `at` into `found`, each under its pointer's number. Of several values with
    /// one name it takes the first.
    pub(crate) fn find<'t>(&self, text: &'t [u8], at: usize, found: &mut [Option<&'t [u8]>]) {
        // Where the text stops being JSON, the values before that still count.
        let _ = self.walk(&mut Scanner::new(text, at), found);
    }

    fn walk<'t>(&self, scanner: &mut Scanner<'t>, found: &mut [Option<&'t [u8]>]) -> Option<()> {
        let mut whole = Some(());
        scanner.members(|scanner, key| {
            let key = key.bytes(scanner.text);
            let Some(member) = self
                .members
                .iter()
                .find(|member| *member.name.as_bytes() == *key)
            else {
                return true;
            };
            let start = scanner.at;
            whole = match scanner.peek() {
                Some(b'{') if !member.inner.members.is_empty() => member.inner.walk(scanner, found),
                _ => scanner.skip_value(),
            };
            if whole.is_some() {
                for place in &member.ending {
                    found[*place] = found[*place].or(Some(&scanner.text[start..scanner.at]));
                }
            }
            whole.is_some()
        })?;
        whole
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

    #[test]
    fn every_pointer_finds_the_first_value_of_its_name_in_one_walk() {
        let pointers = [
            "/id",
            "/data/id",
            "/data/deep/er",
            "/nowhere",
            "/data",
            "/id",
        ];
        let pointers = Pointers::new(pointers.into_iter().enumerate());
        for (text, expected) in [
            (
                r#"{"data":{"x":[{"id":0}],"id":"a","deep":{"er":null},"id":3},"id":1,"id":2}"#,
                [
                    "1",
                    "\"a\"",
                    "null",
                    "-",
                    r#"{"x":[{"id":0}],"id":"a","deep":{"er":null},"id":3}"#,
                    "1",
                ],
            ),
            (
                r#"{ "\u0069d" : 7, "data": 8 }"#,
                ["7", "-", "-", "-", "8", "7"],
            ),
            (
                r#"{"id":1,"data":{"id":2,"deep":{"#,
                ["1", "2", "-", "-", "-", "1"],
            ),
            ("[]", ["-"; 6]),
            ("", ["-"; 6]),
        ] {
            let mut found = [None; 6];
            pointers.find(text.as_bytes(), 0, &mut found);
            let found =
                found.map(|value| value.map_or("-", |value| std::str::from_utf8(value).unwrap()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
