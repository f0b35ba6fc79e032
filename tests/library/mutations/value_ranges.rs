//! The position of each value of a text, found by a parser that is not ours.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::ops::Range;

/// The members of an object in the order of the text, twins and all.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// The ranges of the values at a pointer; several where keys stand twice.
pub(crate) fn stands(text: &str, pointer: &str) -> Vec<Range<usize>> {
    let mut found: Vec<&RawValue> = vec![serde_json::from_str(text).expect("it is JSON")];
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        found = found
            .into_iter()
            .flat_map(|raw| inside(raw, &step))
            .collect();
    }
    let start = |raw: &RawValue| raw.get().as_ptr() as usize - text.as_ptr() as usize;
    found
        .into_iter()
        .map(|raw| start(raw)..start(raw) + raw.get().len())
        .collect()
}

fn inside<'t>(raw: &'t RawValue, step: &str) -> Vec<&'t RawValue> {
    if let Ok(Members(members)) = serde_json::from_str::<Members<'t>>(raw.get()) {
        return members
            .into_iter()
            .filter(|(key, _)| key == step)
            .map(|(_, value)| value)
            .collect();
    }
    let items: Vec<&'t RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
    step.parse::<usize>()
        .ok()
        .and_then(|at| items.get(at).copied())
        .into_iter()
        .collect()
}
