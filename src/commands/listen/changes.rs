//! What differs between two deliveries about the same thing.
//!
//! Separate because it remembers bodies, which costs memory: only as many as somebody watches, and no large ones.

use crate::json::Scanner;
use crate::report::Change;
use std::collections::{BTreeMap, VecDeque};

/// So many things are watched at once.
const MOST_OBJECTS: usize = 256;
/// Larger bodies are shown whole each time.
const LARGEST: usize = 64 * 1024;
/// Deeper values are compared as a whole.
const DEEPEST: usize = 32;

type Leaves = BTreeMap<String, String>;

/// The last body about each thing.
#[derive(Debug, Default)]
pub(super) struct Changes {
    last: BTreeMap<u64, Leaves>,
    order: VecDeque<u64>,
}

impl Changes {
    /// What differs from the last body about the same thing; nothing where there was none to compare with.
    pub(super) fn note(&mut self, object: Option<u64>, body: &[u8]) -> Option<Vec<Change>> {
        let object = object?;
        if body.len() > LARGEST {
            return None;
        }
        let now = leaves(body)?;
        let before = self.last.insert(object, now.clone());
        if before.is_none() {
            self.order.push_back(object);
            if self.order.len() > MOST_OBJECTS
                && let Some(oldest) = self.order.pop_front()
            {
                self.last.remove(&oldest);
            }
        }
        before.map(|before| differences(&before, &now))
    }
}

fn differences(before: &Leaves, now: &Leaves) -> Vec<Change> {
    let change = |pointer: &String| {
        let (before, now) = (before.get(pointer).cloned(), now.get(pointer).cloned());
        (before != now).then(|| Change { pointer: pointer.clone(), before, now })
    };
    let gone = before.keys().filter(|pointer| !now.contains_key(*pointer));
    now.keys().chain(gone).filter_map(change).collect()
}

/// All values that hold no others, by their pointers.
fn leaves(body: &[u8]) -> Option<Leaves> {
    let text = std::str::from_utf8(body).ok()?;
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let mut leaves = Leaves::new();
    let mut scanner = Scanner::new(body, 0);
    scanner.next_token()?;
    walk(text, &mut scanner, &mut String::new(), 0, &mut leaves)?;
    Some(leaves)
}

fn walk(text: &str, scanner: &mut Scanner<'_>, pointer: &mut String, depth: usize, leaves: &mut Leaves) -> Option<()> {
    let start = scanner.at;
    let length = pointer.len();
    match scanner.peek()? {
        b'{' if depth < DEEPEST => scanner.members(|scanner, key| {
            let key = key.decoded(text.as_bytes()).replace('~', "~0").replace('/', "~1");
            pointer.push('/');
            pointer.push_str(&key);
            let walked = walk(text, scanner, pointer, depth + 1, leaves);
            pointer.truncate(length);
            walked.is_some()
        }),
        b'[' if depth < DEEPEST => {
            scanner.at += 1;
            if scanner.next_token()? == b']' {
                scanner.at += 1;
                return Some(());
            }
            for index in 0.. {
                scanner.next_token()?;
                pointer.push_str(&format!("/{index}"));
                walk(text, scanner, pointer, depth + 1, leaves)?;
                pointer.truncate(length);
                let more = scanner.next_token()? == b',';
                scanner.at += 1;
                if !more {
                    break;
                }
            }
            Some(())
        }
        _ => {
            scanner.skip_value()?;
            leaves.insert(pointer.clone(), text[start..scanner.at].to_owned());
            Some(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(pointer: &str, before: Option<&str>, now: Option<&str>) -> Change {
        let own = |text: Option<&str>| text.map(str::to_owned);
        Change { pointer: pointer.to_owned(), before: own(before), now: own(now) }
    }

    #[test]
    fn only_what_differs_is_told_and_numbers_keep_their_spelling() {
        let mut changes = Changes::default();
        assert_eq!(changes.note(Some(1), br#"{"a":1.10,"b":[1,{"c":"x"}],"d":null}"#), None);
        assert_eq!(changes.note(Some(2), br#"{"a":2}"#), None);
        let found = changes.note(Some(1), br#"{"a":1.1, "b":[1,{"c":"y/z"},[]], "e~/": {"f":true}}"#).unwrap();
        let expected = [
            change("/a", Some("1.10"), Some("1.1")),
            change("/b/1/c", Some("\"x\""), Some("\"y/z\"")),
            change("/e~0~1/f", None, Some("true")),
            change("/d", Some("null"), None),
        ];
        assert_eq!(found, expected);
        assert_eq!(changes.note(Some(1), b"no JSON"), None);
        assert_eq!(changes.note(None, b"{}"), None);
    }
}
