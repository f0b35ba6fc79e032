//! `--set`, `--set-all` and `--unset`: changes to a body's text at a pointer, which leave every other byte as it is.
//!
//! What a user set is not renewed.

use super::Template;
use super::places::{FoundValue, places};
use crate::suggest;
use serde_json::value::RawValue;
use std::fmt;
use std::ops::Range;

/// A change to a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Replaces a value.
    Set {
        /// A pointer, a path with dots, or the name of a field that occurs once.
        path: String,
        /// JSON, or any other text, which becomes a string.
        value: String,
    },
    /// Replaces the values of all fields of a name, at any depth.
    SetAll {
        /// The name.
        name: String,
        /// As for `Set`.
        value: String,
    },
    /// Removes a field.
    Unset {
        /// As for `Set`.
        path: String,
    },
}

/// Why a body cannot be changed that way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadEdit {
    /// No such field; with the pointers that are nearest.
    Unknown(Vec<String>),
    /// Several fields have that name.
    Several(Vec<String>),
    /// The body is not JSON.
    NoJson,
    /// The whole body cannot be removed.
    Whole,
    /// Nothing can be added there, because this is neither an object nor a list.
    NoParent(String),
}

impl fmt::Display for BadEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(_) => write!(f, "no such field"),
            Self::Several(pointers) => {
                write!(f, "the body has {} fields of that name", pointers.len())
            }
            Self::NoJson => write!(f, "the body is not JSON"),
            Self::Whole => write!(f, "the whole body cannot be removed"),
            Self::NoParent(pointer) if pointer.is_empty() => {
                write!(f, "nothing can be added to the body")
            }
            Self::NoParent(pointer) => write!(f, "nothing can be added to {pointer}"),
        }
    }
}

impl Template {
    /// Changes the text; returns what a plain text was written over, where that was a number or a truth value.
    pub fn edit(&mut self, edit: &Edit) -> Result<Option<&'static str>, BadEdit> {
        let places = places(&self.text).ok_or(BadEdit::NoJson)?;
        match edit {
            Edit::Set { path, value } => {
                let place = find(&places, path)?;
                Ok(self.put(&place.value, value))
            }
            Edit::SetAll { name, value } => {
                let mut ranges: Vec<&Range<usize>> = Vec::new();
                for place in places
                    .iter()
                    .filter(|place| place.name.as_ref() == Some(name))
                {
                    // A field within another one goes with it.
                    if ranges
                        .last()
                        .is_none_or(|last| place.value.start >= last.end)
                    {
                        ranges.push(&place.value);
                    }
                }
                if ranges.is_empty() {
                    return Err(BadEdit::Unknown(nearest(&places, name)));
                }
                let last_first = ranges.into_iter().rev();
                let kinds = last_first.map(|range| self.put(range, value));
                Ok(kinds.fold(None, Option::or))
            }
            Edit::Unset { path } => {
                let place = find(&places, path)?;
                if place.pointer.is_empty() {
                    return Err(BadEdit::Whole);
                }
                let range = with_comma(self.text.as_bytes(), &place.member);
                self.splice(&range, "");
                Ok(None)
            }
        }
    }

    /// Adds a field that the body lacks, at a pointer whose last step alone is new; `-` adds to a list.
    pub fn add(&mut self, pointer: &str, value: &str) -> Result<(), BadEdit> {
        let places = places(&self.text).ok_or(BadEdit::NoJson)?;
        let unknown = || BadEdit::Unknown(nearest(&places, pointer));
        let (parent, step) = pointer.rsplit_once('/').ok_or_else(unknown)?;
        let mut parents = places.iter().filter(|place| place.pointer == parent);
        let place = parents.next().ok_or_else(unknown)?;
        let key = step.replace("~1", "/").replace("~0", "~");
        let key = serde_json::Value::from(key).to_string();
        let value = as_json(value);
        let new = match (self.text.as_bytes()[place.value.start], step) {
            (b'{', _) => format!("{key}:{value}"),
            (b'[', "-") => value,
            (b'[', _) => return Err(unknown()),
            _ => return Err(BadEdit::NoParent(parent.to_owned())),
        };
        let inside = self.text[place.value.start + 1..place.value.end - 1].trim_end();
        let at = place.value.start + 1 + inside.len();
        let comma = if inside.trim_start().is_empty() {
            ""
        } else {
            ","
        };
        self.splice(&(at..at), &format!("{comma}{new}"));
        Ok(())
    }

    /// Replaces a value; returns its kind where a text that is not JSON takes the place of a number or a truth value.
    fn put(&mut self, range: &Range<usize>, value: &str) -> Option<&'static str> {
        let new = as_json(value);
        let kind = match self.text.as_bytes()[range.start] {
            b'-' | b'0'..=b'9' => Some("a number"),
            b't' | b'f' => Some("true or false"),
            _ => None,
        };
        self.splice(range, &new);
        kind.filter(|_| new != value.trim())
    }

    pub(super) fn splice(&mut self, range: &Range<usize>, text: &str) {
        self.text.replace_range(range.clone(), text);
        // Parts inside the range are gone; those behind it have moved.
        self.slots
            .retain(|slot| slot.range.end <= range.start || slot.range.start >= range.end);
        for slot in self
            .slots
            .iter_mut()
            .filter(|slot| slot.range.start >= range.end)
        {
            slot.range = slot.range.start - range.len() + text.len()
                ..slot.range.end - range.len() + text.len();
        }
    }
}

/// A value as JSON: unchanged where it is JSON, else as a string.
fn as_json(value: &str) -> String {
    match serde_json::from_str::<&RawValue>(value) {
        Ok(raw) => raw.get().to_owned(),
        Err(_) => serde_json::Value::from(value).to_string(),
    }
}

fn find<'p>(places: &'p [FoundValue], path: &str) -> Result<&'p FoundValue, BadEdit> {
    let dotted = format!("/{}", path.replace('.', "/"));
    let by = |test: &dyn Fn(&FoundValue) -> bool| {
        places
            .iter()
            .filter(|place| test(place))
            .collect::<Vec<_>>()
    };
    let mut found = by(&|place| place.pointer == path);
    if found.is_empty() && !path.is_empty() && !path.starts_with('/') {
        found = by(&|place| place.name.as_deref() == Some(path));
        if found.is_empty() {
            found = by(&|place| place.pointer == dotted);
        }
    }
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(BadEdit::Unknown(nearest(places, path))),
        several => Err(BadEdit::Several(
            several.iter().map(|place| place.pointer.clone()).collect(),
        )),
    }
}

/// Pointers similar to an unknown one: by the last step, which is what people misspell, else by the whole.
fn nearest(places: &[FoundValue], path: &str) -> Vec<String> {
    let last = path.rsplit(['/', '.']).next().unwrap_or_default();
    let names = suggest::nearest(
        last,
        places.iter().filter_map(|place| place.name.as_deref()),
    );
    let mut pointers: Vec<String> = places
        .iter()
        .filter(|place| {
            place
                .name
                .as_deref()
                .is_some_and(|name| names.contains(&name))
        })
        .map(|place| place.pointer.clone())
        .collect();
    if pointers.is_empty() {
        let all = places.iter().map(|place| place.pointer.as_str());
        pointers = suggest::nearest(path, all)
            .into_iter()
            .map(str::to_owned)
            .collect();
    }
    pointers.truncate(4);
    pointers
}

/// A member or an item with the comma behind it, else with the one before it.
fn with_comma(text: &[u8], member: &Range<usize>) -> Range<usize> {
    let behind = text[member.end..]
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .unwrap_or(0)
        + member.end;
    if text.get(behind) == Some(&b',') {
        let next = text[behind + 1..]
            .iter()
            .position(|byte| !byte.is_ascii_whitespace())
            .unwrap_or(0);
        return member.start..behind + 1 + next;
    }
    let before = text[..member.start]
        .iter()
        .rposition(|byte| !byte.is_ascii_whitespace())
        .unwrap_or(0);
    if text[before] == b',' {
        before..member.end
    } else {
        member.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str =
        r#"{"id":1,"data":{"amount":271.420,"list":[{"id":2},{"id":3}],"a/b":"x"},"note":null}"#;

    fn edited(edits: &[Edit]) -> Result<String, BadEdit> {
        let mut template = Template::fixed(BODY.to_owned());
        for edit in edits {
            template.edit(edit)?;
        }
        Ok(template.text().to_owned())
    }

    fn set(path: &str, value: &str) -> Edit {
        Edit::Set {
            path: path.to_owned(),
            value: value.to_owned(),
        }
    }

    fn unset(path: &str) -> Edit {
        Edit::Unset {
            path: path.to_owned(),
        }
    }

    #[test]
    fn a_field_is_found_by_pointer_path_or_name_and_nothing_else_changes() {
        for (edit, from, to) in [
            (set("/data/amount", "10.50"), "271.420", "10.50"),
            (set("data.amount", "1e3"), "271.420", "1e3"),
            (set("amount", "ten \"€\""), "271.420", r#""ten \"€\"""#),
            (
                set("/data/list/1/id", "[ 1, 2 ]"),
                r#"{"id":3}"#,
                r#"{"id":[ 1, 2 ]}"#,
            ),
            (set("/data/a~1b", "\"y\""), "\"x\"", "\"y\""),
            (set("note", ""), "null", "\"\""),
            (unset("note"), ",\"note\":null", ""),
            (unset("/id"), "\"id\":1,", ""),
            (unset("/data/list/0"), r#"{"id":2},"#, ""),
        ] {
            assert_eq!(
                edited(std::slice::from_ref(&edit)).unwrap(),
                BODY.replace(from, to),
                "{edit:?}"
            );
        }
        assert_eq!(
            edited(&[unset("id")]).unwrap_err(),
            BadEdit::Several(vec![
                "/id".to_owned(),
                "/data/list/0/id".to_owned(),
                "/data/list/1/id".to_owned()
            ])
        );
    }

    #[test]
    fn an_unknown_path_names_the_nearest() {
        assert_eq!(
            edited(&[set("/data/amonut", "1")]),
            Err(BadEdit::Unknown(vec!["/data/amount".to_owned()]))
        );
        assert_eq!(
            edited(&[set("/amount", "1")]),
            Err(BadEdit::Unknown(vec!["/data/amount".to_owned()]))
        );
        assert_eq!(edited(&[unset("")]), Err(BadEdit::Whole));
    }
}
