//! `--set` and `--unset`: changes to a body's text at a pointer, which leave every other byte as it is.
//!
//! Separate from the renewal because an edit has the last word: what a user set is not renewed.

use super::Template;
use crate::json::{MAX_DEPTH, Scanner};
use crate::suggest;
use serde_json::value::RawValue;
use std::fmt;
use std::ops::Range;

/// A change to a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The value there becomes another one.
    Set {
        /// A pointer, a path with dots, or the name of a field that is there once.
        path: String,
        /// JSON, or a text that is no JSON.
        value: String,
    },
    /// The field goes.
    Unset {
        /// As for `Set`.
        path: String,
    },
}

/// Why a body cannot be changed so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadEdit {
    /// No such field; the pointers that come nearest.
    Unknown(Vec<String>),
    /// Several fields are called so.
    Several(Vec<String>),
    /// The body is no JSON.
    NoJson,
    /// The whole body cannot be taken away.
    Whole,
}

impl fmt::Display for BadEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(_) => write!(f, "the body has no such field"),
            Self::Several(pointers) => write!(f, "the body has {} of them", pointers.len()),
            Self::NoJson => write!(f, "the body is no JSON"),
            Self::Whole => write!(f, "a body without anything in it is no body"),
        }
    }
}

/// A value and where it stands.
struct FoundValue {
    pointer: String,
    /// The key, or nothing for the item of a list or the whole.
    name: Option<String>,
    /// From the key on, where there is one.
    member: Range<usize>,
    value: Range<usize>,
}

impl Template {
    /// Changes the text.
    pub fn edit(&mut self, edit: &Edit) -> Result<(), BadEdit> {
        let places = places(&self.text).ok_or(BadEdit::NoJson)?;
        match edit {
            Edit::Set { path, value } => {
                let place = find(&places, path)?;
                self.splice(&place.value, &as_json(value));
            }
            Edit::Unset { path } => {
                let place = find(&places, path)?;
                if place.pointer.is_empty() {
                    return Err(BadEdit::Whole);
                }
                let range = with_comma(self.text.as_bytes(), &place.member);
                self.splice(&range, "");
            }
        }
        Ok(())
    }

    fn splice(&mut self, range: &Range<usize>, text: &str) {
        self.text.replace_range(range.clone(), text);
        // What stood within is gone, what stands behind has moved.
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

/// A value as it stands in JSON: itself where it is JSON, else as a text.
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

/// Pointers like the one that is not there: by the last step, which is what people misspell, else by the whole.
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

/// Every value of a body, outer ones first; `None` where it is no JSON.
fn places(text: &str) -> Option<Vec<FoundValue>> {
    serde_json::from_str::<&RawValue>(text).ok()?;
    let mut places = Vec::new();
    let mut scanner = Scanner::new(text.as_bytes(), 0);
    walk(&mut scanner, "", None, None, &mut places)?;
    Some(places)
}

fn walk(
    scanner: &mut Scanner<'_>,
    pointer: &str,
    name: Option<String>,
    member: Option<usize>,
    places: &mut Vec<FoundValue>,
) -> Option<()> {
    let first = scanner.next_token()?;
    let (start, index) = (scanner.at, places.len());
    let depth = pointer.matches('/').count();
    places.push(FoundValue {
        pointer: pointer.to_owned(),
        name,
        member: 0..0,
        value: 0..0,
    });
    match first {
        b'{' if depth < MAX_DEPTH => {
            let text = scanner.text;
            let mut whole = Some(());
            scanner.members(|scanner, key| {
                let name = key.decoded(text).into_owned();
                let step = name.replace('~', "~0").replace('/', "~1");
                whole = walk(
                    scanner,
                    &format!("{pointer}/{step}"),
                    Some(name),
                    Some(key.quoted().start),
                    places,
                );
                whole.is_some()
            })?;
            whole?;
        }
        b'[' if depth < MAX_DEPTH => {
            scanner.at += 1;
            let mut number = 0;
            while scanner.next_token()? != b']' {
                walk(scanner, &format!("{pointer}/{number}"), None, None, places)?;
                number += 1;
                if scanner.next_token()? == b',' {
                    scanner.at += 1;
                }
            }
            scanner.at += 1;
        }
        _ => scanner.skip_value()?,
    }
    places[index].member = member.unwrap_or(start)..scanner.at;
    places[index].value = start..scanner.at;
    Some(())
}

/// A member or an item with the comma that goes with it: the one behind, else the one before.
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
        edits.iter().try_for_each(|edit| template.edit(edit))?;
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
