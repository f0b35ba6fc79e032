//! The values of a body: where each stands, and its pointer.

use crate::json::{MAX_DEPTH, Scanner};
use serde_json::value::RawValue;
use std::ops::Range;

/// A value and where it stands.
pub(super) struct FoundValue {
    pub(super) pointer: String,
    /// The key; nothing for the item of a list and for the whole body.
    pub(super) name: Option<String>,
    /// From its key, where it has one, to its end.
    pub(super) member: Range<usize>,
    pub(super) value: Range<usize>,
}

/// The texts, numbers and words of a body with their pointers, in their order; none where it is not JSON.
pub(crate) fn scalars(text: &str) -> Vec<(String, Range<usize>)> {
    let places = places(text).unwrap_or_default().into_iter();
    let is_scalar = |place: &FoundValue| !text[place.value.clone()].starts_with(['{', '[']);
    places
        .filter(is_scalar)
        .map(|place| (place.pointer, place.value))
        .collect()
}

/// Every value of a body, outer ones first; `None` where it is not JSON.
pub(super) fn places(text: &str) -> Option<Vec<FoundValue>> {
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
            let mut number = 0;
            scanner.items(|scanner| {
                let item = format!("{pointer}/{number}");
                number += 1;
                walk(scanner, &item, None, None, places)
            })?;
        }
        _ => scanner.skip_value()?,
    }
    places[index].member = member.unwrap_or(start)..scanner.at;
    places[index].value = start..scanner.at;
    Some(())
}
