//! The order's name in a body: in the fields that hold it, in the provider's own ids, in links, and in what people wrote.

use super::order_draft::{BodyChange, OrderDraft, any_matches, quoted};
use super::order_price::OrderBasis;
use super::seed::Seed;
use super::slot::digest;
use crate::uuid::is_uuid;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::ops::Range;

/// What stands in a name for the number of a delivery.
pub(super) const NUMBER: &str = "{n}";

impl OrderDraft<'_> {
    /// Writes the order's name into the fields that hold it, into links and into free text.
    pub(super) fn name_order(&mut self, name: &str, basis: &OrderBasis) {
        let known = basis.names().iter();
        let mut renamed: Vec<_> = known.map(|old| (old.clone(), name.to_owned())).collect();
        for range in self.values(&self.facts.order) {
            let raw = &self.text[range.clone()];
            let new = match serde_json::from_str::<String>(raw) {
                // Each number has ids of its own, which are renewed.
                Ok(old) if name.contains(NUMBER) && before_uuid(&old).is_some() => continue,
                Ok(old) => {
                    let new = in_form_of(&old, name);
                    let text = quoted(&new);
                    if !renamed.contains(&(old.clone(), new.clone())) {
                        renamed.push((old, new));
                    }
                    text
                }
                // A number is an id of the provider's and stays one, so it takes only a name that is a number too.
                Err(_)
                    if name
                        .parse::<u64>()
                        .is_ok_and(|number| number.to_string() == name) =>
                {
                    name.to_owned()
                }
                Err(_) => continue,
            };
            self.set(&range, new);
        }
        for (range, is_text) in self.links_and_texts() {
            let Ok(old) = serde_json::from_str::<String>(&self.text[range.clone()]) else {
                continue;
            };
            let new = renamed.iter().fold(old.clone(), |text, (old, new)| {
                if is_text {
                    in_free_text(&text, old, new)
                } else {
                    replace_words(&text, old, &in_link(new))
                }
            });
            if new != old {
                self.set(&range, quoted(&new));
            }
        }
    }

    /// The names of the order that are not ids of the provider's.
    pub(super) fn own_names(&self) -> Vec<String> {
        let names = self.values(&self.facts.order);
        names
            .filter_map(|range| serde_json::from_str(&self.text[range]).ok())
            .filter(|name: &String| before_uuid(name).is_none())
            .collect()
    }

    /// Where links and free texts stand, each with whether it is a free text.
    fn links_and_texts(&self) -> Vec<(Range<usize>, bool)> {
        let places = self.places.iter().filter_map(|place| {
            let is_text = any_matches(&self.facts.text, &place.pointer);
            let is_link = self.text[place.value.clone()].starts_with("\"http");
            (is_text || is_link).then(|| (place.value.clone(), is_text))
        });
        places.collect()
    }
}

/// Whether changes write the name itself, or the UUID in it, and not only ids that are made from it.
pub(crate) fn is_named(changes: &[BodyChange], name: &str) -> bool {
    let uuid = before_uuid(name).map(|prefix| &name[prefix.len()..]);
    changes.iter().any(|change| {
        let written = change.text == name || change.text == quoted(name);
        written || uuid.is_some_and(|uuid| change.text.contains(uuid))
    })
}

/// The order's name as a new value of a field: where the old one ends in a UUID, so does the new one.
fn in_form_of(old: &str, name: &str) -> String {
    let Some(prefix) = before_uuid(old) else {
        return name.to_owned();
    };
    match before_uuid(name) {
        Some(own) => format!("{prefix}{}", &name[own.len()..]),
        None => {
            let seed = Seed(digest(name.as_bytes()) as u64);
            format!("{prefix}{}", seed.uuid(0))
        }
    }
}

/// What precedes the UUID that a text ends in, such as `CCO-`.
fn before_uuid(text: &str) -> Option<&str> {
    let (prefix, uuid) = text.split_at_checked(text.len().checked_sub(36)?)?;
    let is_prefix = prefix.is_empty() || prefix.ends_with('-');
    (is_prefix && is_uuid(uuid.as_bytes())).then_some(prefix)
}

/// A name as a part of a link; the number's place stays readable.
fn in_link(name: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    let encoded = utf8_percent_encode(name, KEPT).to_string();
    encoded.replace("%7Bn%7D", NUMBER)
}

/// A free text that names the order, by its name or by the number in that.
fn in_free_text(text: &str, old: &str, new: &str) -> String {
    // Ids of the provider's say nothing to people.
    if old == new || before_uuid(old).is_some() {
        return text.to_owned();
    }
    let named = replace_words(text, old, new);
    if named != text {
        return named;
    }
    let digits = old.trim_start_matches(|char: char| !char.is_ascii_digit());
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number {
        replace_words(text, digits, new)
    } else {
        named
    }
}

/// Replaces a name where no letter or digit is beside it.
fn replace_words(text: &str, old: &str, new: &str) -> String {
    // A short number may stand for anything.
    const SHORTEST: usize = 3;
    if old.len() < SHORTEST {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + new.len());
    let mut at = 0;
    for (start, _) in text.match_indices(old) {
        let end = start + old.len();
        let touches = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
        if touches(text[..start].chars().next_back()) || touches(text[end..].chars().next()) {
            continue;
        }
        out.push_str(&text[at..start]);
        out.push_str(new);
        at = end;
    }
    out.push_str(&text[at..]);
    out
}
