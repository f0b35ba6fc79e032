//! The order's name in a body: in the fields that hold it, in the provider's own ids, and in links.

use super::order_draft::{OrderDraft, any_matches, quoted};
use super::seed::Seed;
use super::slot::digest;
use crate::uuid::is_uuid;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

impl OrderDraft<'_> {
    /// Writes the order's name into the fields that hold it, and into links.
    pub(super) fn name_order(&mut self, name: &str) {
        let mut renamed = Vec::new();
        for range in self.values(&self.facts.order) {
            let raw = &self.text[range.clone()];
            let new = match serde_json::from_str::<String>(raw) {
                Ok(old) => {
                    let new = in_form_of(&old, name);
                    let text = quoted(&new);
                    renamed.push((old, new));
                    text
                }
                // A number stays one where the name is a number too.
                Err(_)
                    if name
                        .parse::<u64>()
                        .is_ok_and(|number| number.to_string() == name) =>
                {
                    name.to_owned()
                }
                Err(_) => quoted(name),
            };
            self.set(&range, new);
        }
        let links: Vec<_> = self
            .places
            .iter()
            .filter(|place| self.text[place.value.clone()].starts_with("\"http"))
            .filter(|place| !any_matches(&self.facts.text, &place.pointer))
            .map(|place| place.value.clone())
            .collect();
        for range in links {
            let Ok(old) = serde_json::from_str::<String>(&self.text[range.clone()]) else {
                continue;
            };
            let link = renamed.iter().fold(old.clone(), |link, (old, new)| {
                replace_words(&link, old, new)
            });
            if link != old {
                self.set(&range, quoted(&link));
            }
        }
    }
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

/// Replaces a name in a link where no letter or digit is beside it.
fn replace_words(link: &str, old: &str, new: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    // A short number may stand for anything.
    const SHORTEST: usize = 3;
    if old.len() < SHORTEST {
        return link.to_owned();
    }
    let new = utf8_percent_encode(new, KEPT).to_string();
    let mut out = String::with_capacity(link.len() + new.len());
    let mut at = 0;
    for (start, _) in link.match_indices(old) {
        let end = start + old.len();
        let touches = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
        if touches(link[..start].chars().next_back()) || touches(link[end..].chars().next()) {
            continue;
        }
        out.push_str(&link[at..start]);
        out.push_str(&new);
        at = end;
    }
    out.push_str(&link[at..]);
    out
}
