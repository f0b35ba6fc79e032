//! The differences between two deliveries about the same object: for `--body changed`, and for `log`.
//!
//! They come in the order of the text; what was removed comes where it stood, beside what was added there.
//!
//! It keeps bodies in memory as they are: their parsed values would need far more, because a pointer may be as long as a
//! body, and there is one for each value.

use crate::json::Scanner;
use crate::report::Change;
use foldhash::quality::RandomState;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::hash::BuildHasher as _;

/// How many objects are remembered.
const MOST_OBJECTS: usize = 256;
/// Larger bodies are always shown in full.
const LARGEST: usize = 64 * 1024;
/// With more changes than this, in bytes of pointers and values, the body is shown in full.
const MOST_CHANGED: usize = 4 * LARGEST;
/// Deeper values are compared as a whole.
const DEEPEST: usize = 32;

/// The last body about each object.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    last: BTreeMap<u64, Box<str>>,
    order: VecDeque<u64>,
    hashes: RandomState,
}

/// What comes first of several differences at one place.
const REMOVED: u8 = 0;
const ADDED: u8 = 1;
const CHANGED: u8 = 2;

/// What a body has, by the hashes of the pointers.
struct Leaves<'t> {
    /// The values without children, each with its place among them.
    values: HashMap<u64, (&'t str, usize), RandomState>,
    /// The objects and lists that hold them.
    holders: HashSet<u64, RandomState>,
}

/// The objects and lists that a value is in: the hash of each pointer, and its length.
type Holders = [(u64, usize)];

impl Leaves<'_> {
    /// Of the outermost holder that this body lacks, the length of its pointer.
    fn lacks(&self, holders: &Holders) -> Option<usize> {
        let mut lacking = holders.iter();
        let found = lacking.find(|(hash, _)| !self.holders.contains(hash));
        found.map(|(_, length)| *length)
    }
}

impl Changes {
    /// Compares with the last body about the same object; `None` where there is none, or too much differs.
    pub(crate) fn note(&mut self, object: Option<u64>, body: &[u8]) -> Option<Vec<Change>> {
        let object = object?;
        if body.len() > LARGEST {
            return None;
        }
        let now = std::str::from_utf8(body).ok()?;
        serde_json::from_str::<serde::de::IgnoredAny>(now).ok()?;
        let before = self.last.insert(object, now.into());
        if before.is_none() {
            self.order.push_back(object);
            if self.order.len() > MOST_OBJECTS
                && let Some(oldest) = self.order.pop_front()
            {
                self.last.remove(&oldest);
            }
        }
        self.differences(&before?, now)
    }

    /// The differences between two JSON texts; `None` where there are too many.
    pub(crate) fn differences(&self, before: &str, now: &str) -> Option<Vec<Change>> {
        let (old, new) = (self.leaves(before), self.leaves(now));
        // Each with its place: that of the old value, or the one behind the last old value before it.
        let (mut changes, mut bytes) = (Vec::new(), 0);
        let mut note = |place: (usize, u8),
                        (pointer, within): (&str, _),
                        before: Option<&str>,
                        now: Option<&str>| {
            bytes += pointer.len() + before.map_or(0, str::len) + now.map_or(0, str::len);
            if bytes <= MOST_CHANGED {
                let (before, now) = (before.map(str::to_owned), now.map(str::to_owned));
                let pointer = pointer.to_owned();
                changes.push((
                    place,
                    Change {
                        pointer,
                        before,
                        now,
                        within,
                    },
                ));
            }
        };
        let mut behind = 0;
        self.walk(now, |(pointer, holders), hash, value| {
            if !is_last(&new, hash, value) {
                return;
            }
            match old.values.get(&hash).copied() {
                Some((before, place)) => {
                    behind = place + 1;
                    if before != value {
                        note((place, CHANGED), (pointer, None), Some(before), Some(value));
                    }
                }
                None => {
                    let within = old.lacks(holders);
                    note((behind, ADDED), (pointer, within), None, Some(value));
                }
            }
        });
        self.walk(before, |(pointer, holders), hash, value| {
            if is_last(&old, hash, value) && !new.values.contains_key(&hash) {
                let place = old.values.get(&hash).map_or(0, |(_, place)| *place);
                let within = new.lacks(holders);
                note((place, REMOVED), (pointer, within), Some(value), None);
            }
        });
        changes.sort_by_key(|(place, _)| *place);
        let changes = changes.into_iter().map(|(_, change)| change).collect();
        (bytes <= MOST_CHANGED).then_some(changes)
    }

    fn leaves<'t>(&self, text: &'t str) -> Leaves<'t> {
        let mut leaves = Leaves {
            values: HashMap::with_hasher(self.hashes.clone()),
            holders: HashSet::with_hasher(self.hashes.clone()),
        };
        self.walk(text, |(_, holders), hash, value| {
            let place = leaves.values.len();
            leaves.values.insert(hash, (value, place));
            leaves.holders.extend(holders.iter().map(|(hash, _)| *hash));
        });
        leaves
    }

    /// Visits all values without children in a JSON text: each with its pointer and holders, the pointer's hash, and its
    /// text.
    fn walk<'t>(&self, text: &'t str, visit: impl FnMut((&str, &Holders), u64, &'t str)) {
        let scanner = Scanner::new(text.as_bytes(), 0);
        let mut walk = LeafWalk {
            text,
            scanner,
            pointer: String::new(),
            holders: Vec::new(),
            hashes: &self.hashes,
            visit,
        };
        walk.scanner.next_token();
        // It is valid JSON, so the walk does not stop early.
        let _ = walk.value(0);
    }
}

/// Whether a value is the last of its name, which is the one that counts.
fn is_last(leaves: &Leaves<'_>, hash: u64, value: &str) -> bool {
    leaves
        .values
        .get(&hash)
        .is_some_and(|(last, _)| std::ptr::eq(*last, value))
}

struct LeafWalk<'t, 'h, V> {
    text: &'t str,
    scanner: Scanner<'t>,
    pointer: String,
    holders: Vec<(u64, usize)>,
    hashes: &'h RandomState,
    visit: V,
}

impl<'t, V: FnMut((&str, &Holders), u64, &'t str)> LeafWalk<'t, '_, V> {
    /// Reads the value at the current position, with the hash of its pointer.
    fn value(&mut self, hash: u64) -> Option<()> {
        let start = self.scanner.at;
        match self.scanner.peek()? {
            open @ (b'{' | b'[') if self.holders.len() < DEEPEST => {
                self.holders.push((hash, self.pointer.len()));
                self.scanner.at += 1;
                if matches!(self.scanner.next_token()?, b'}' | b']') {
                    self.scanner.at += 1;
                } else {
                    self.items(hash, open == b'{')?;
                }
                self.holders.pop();
            }
            _ => {
                self.scanner.skip_value()?;
                let place = (&*self.pointer, &*self.holders);
                (self.visit)(place, hash, &self.text[start..self.scanner.at]);
            }
        }
        Some(())
    }

    /// Reads the members of an object, or the items of a list, and its closing bracket.
    fn items(&mut self, hash: u64, object: bool) -> Option<()> {
        let length = self.pointer.len();
        for index in 0_usize.. {
            self.scanner.next_token()?;
            self.pointer.push('/');
            let inner = if object {
                let key = self.scanner.string().ok()?;
                let key = key.decoded(self.text.as_bytes());
                self.pointer
                    .push_str(&key.replace('~', "~0").replace('/', "~1"));
                self.scanner.next_token()?;
                self.scanner.at += 1;
                self.scanner.next_token()?;
                self.hashes.hash_one((hash, &*key))
            } else {
                self.pointer.push_str(&index.to_string());
                self.hashes.hash_one((hash, index))
            };
            self.value(inner)?;
            self.pointer.truncate(length);
            let more = self.scanner.next_token()? == b',';
            self.scanner.at += 1;
            if !more {
                break;
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(pointer: &str, before: Option<&str>, now: Option<&str>) -> Change {
        let own = |text: Option<&str>| text.map(str::to_owned);
        Change {
            pointer: pointer.to_owned(),
            before: own(before),
            now: own(now),
            within: None,
        }
    }

    #[test]
    fn only_differences_are_returned_and_numbers_keep_their_spelling() {
        let mut changes = Changes::default();
        assert_eq!(
            changes.note(Some(1), br#"{"a":1.10,"b":[1,{"c":"x"}],"d":null}"#),
            None
        );
        assert_eq!(changes.note(Some(2), br#"{"a":2}"#), None);
        let found = changes
            .note(
                Some(1),
                br#"{"a":1.1, "b":[1,{"c":"y/z"},[]], "e~/": {"f":true}}"#,
            )
            .unwrap();
        let expected = [
            change("/a", Some("1.10"), Some("1.1")),
            change("/b/1/c", Some("\"x\""), Some("\"y/z\"")),
            change("/d", Some("null"), None),
            Change {
                within: Some("/e~0~1".len()),
                ..change("/e~0~1/f", None, Some("true"))
            },
        ];
        assert_eq!(found, expected);
        assert_eq!(changes.note(Some(1), b"no JSON"), None);
        assert_eq!(changes.note(None, b"{}"), None);
        // Of two members with one name the last counts, and a list is not an object with numbers as keys.
        assert_eq!(
            changes.note(Some(2), br#"{"a":1,"a":2,"b":[0]}"#),
            Some(vec![Change {
                within: Some("/b".len()),
                ..change("/b/0", None, Some("0"))
            }])
        );
        let moved = changes.note(Some(2), br#"{"b":{"0":0},"a":9,"a":2}"#);
        assert_eq!(
            moved,
            Some(vec![
                change("/b/0", None, Some("0")),
                change("/b/0", Some("0"), None)
            ])
        );
    }

    #[test]
    fn what_was_removed_comes_beside_what_was_added_there() {
        let found = Changes::default()
            .differences(
                r#"{"a":1,"old":2,"b":3,"end":4}"#,
                r#"{"first":0,"a":1,"new":2,"b":5,"last":4}"#,
            )
            .unwrap();
        let pointers: Vec<&str> = found.iter().map(|change| &*change.pointer).collect();
        assert_eq!(pointers, ["/first", "/old", "/new", "/b", "/end", "/last"]);
    }

    #[test]
    fn with_too_many_changes_the_body_is_shown_in_full() {
        let mut changes = Changes::default();
        let body = |value: &str| {
            format!(
                "{{\"{}\":[{}]}}",
                "k".repeat(20_000),
                vec![value; 20_000].join(",")
            )
        };
        assert_eq!(changes.note(Some(1), body("0").as_bytes()), None);
        assert_eq!(
            changes
                .note(Some(1), body("0").replace(":[0", ":[1").as_bytes())
                .map(|found| found.len()),
            Some(1)
        );
        assert_eq!(changes.note(Some(1), body("1").as_bytes()), None);
    }
}
