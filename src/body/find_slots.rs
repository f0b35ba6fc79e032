//! Finds what is renewed in a sample for every delivery: ids, hashes, order numbers and times.

use super::slot::{FreshKind, Slot, digest};
use super::slot_text::{
    decimal, form, milliseconds, order_number, overlap, time_in, whole, without_escapes, words,
};
use crate::catalogue::manifest;
use crate::json::{MAX_DEPTH, Scanner, Text};
use crate::uuid::uuids_in;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// The parts of a body that are renewed.
pub(super) fn find_slots(text: &str, rules: &manifest::FreshFields) -> Vec<Slot> {
    let mut finder = SlotFinder {
        text,
        rules,
        kept: BTreeSet::new(),
        orders: BTreeSet::new(),
        slots: Vec::new(),
    };
    // What is kept, and the numbers of orders, may stand behind the places that they decide on: so two passes.
    finder.value(&mut Scanner::new(text.as_bytes(), 0), Pass::Learn, None, 0);
    finder.value(&mut Scanner::new(text.as_bytes(), 0), Pass::Mark, None, 0);
    finder.slots
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Learn,
    Mark,
}

struct SlotFinder<'t> {
    text: &'t str,
    rules: &'t manifest::FreshFields,
    /// UUIDs in fields that are kept. They also stay elsewhere, so that a URL with one still leads to the same page.
    kept: BTreeSet<&'t str>,
    /// The digits of order numbers. They are also renewed in texts, so that a description still names its order.
    orders: BTreeSet<&'t str>,
    slots: Vec<Slot>,
}

impl<'t> SlotFinder<'t> {
    /// Visits the value that begins here; `None` where the text is not JSON.
    fn value(
        &mut self,
        scanner: &mut Scanner<'t>,
        pass: Pass,
        key: Option<&str>,
        depth: usize,
    ) -> Option<()> {
        let first = scanner.next_token()?;
        let start = scanner.at;
        if key.is_some_and(|key| self.rules.keep.iter().any(|kept| kept == key)) {
            scanner.skip_value()?;
            if pass == Pass::Learn {
                self.kept.extend(
                    uuids_in(&self.text[start..scanner.at]).map(|uuid| &self.text[start..][uuid]),
                );
            }
            return Some(());
        }
        match first {
            // No webhook is deeper, and the linter refuses such bodies.
            b'{' | b'[' if depth >= MAX_DEPTH => scanner.skip_value(),
            b'{' => {
                let text = self.text.as_bytes();
                let mut whole = true;
                scanner.members(|scanner, key| {
                    let name = key.decoded(text).into_owned();
                    whole = self.value(scanner, pass, Some(&name), depth + 1).is_some();
                    whole
                })?;
                whole.then_some(())
            }
            b'[' => scanner.items(|scanner| self.value(scanner, pass, key, depth + 1)),
            b'"' => {
                let text = scanner.string().ok()?;
                self.string(text, pass, key);
                Some(())
            }
            _ => {
                scanner.skip_value()?;
                self.number(start..scanner.at, pass, key);
                Some(())
            }
        }
    }

    fn number(&mut self, range: Range<usize>, pass: Pass, key: Option<&str>) {
        let text = &self.text[range.clone()];
        // The field's name decides before the size: an id may be as large as a time.
        let count = if self.counts(key) {
            whole(text).map(|value| (FreshKind::Count, value))
        } else {
            None
        };
        match count.or_else(|| milliseconds(text).map(|value| (FreshKind::Milliseconds, value))) {
            Some((kind, value)) if pass == Pass::Mark => {
                self.slots.push(Slot { range, kind, value });
            }
            Some((FreshKind::Count, _)) => self.learn(text),
            _ => {}
        }
    }

    fn counts(&self, key: Option<&str>) -> bool {
        key.is_some_and(|key| self.rules.count.iter().any(|count| count == key))
    }

    fn learn(&mut self, digits: &'t str) {
        // Shorter numbers often stand in a text without naming the order.
        if digits.len() >= 3 {
            self.orders.insert(digits);
        }
    }

    fn string(&mut self, found: Text, pass: Pass, key: Option<&str>) {
        let text = &self.text[found.start..found.end];
        let shown = if found.escaped {
            Cow::Owned(without_escapes(text))
        } else {
            Cow::Borrowed(text)
        };
        let number = self.counts(key).then(|| order_number(&shown)).flatten();
        if pass == Pass::Learn {
            number
                .into_iter()
                .for_each(|digits| self.learn(&text[digits]));
            return;
        }
        match time_in(text) {
            Some((length, value)) => self.slots.push(Slot {
                range: found.start..found.start + length,
                kind: FreshKind::Time,
                value,
            }),
            None => self.parts(&shown, found.start, number),
        }
    }

    /// Marks the UUIDs, hashes and numbers of orders in a text, of which `number` is the one that its field names.
    fn parts(&mut self, text: &str, start: usize, number: Option<Range<usize>>) {
        let uuids: Vec<Range<usize>> = uuids_in(text).collect();
        let fresh = uuids
            .iter()
            .filter(|uuid| !self.kept.contains(&text[(*uuid).clone()]));
        let mut parts: Vec<(Range<usize>, FreshKind)> =
            fresh.map(|uuid| (uuid.clone(), FreshKind::Uuid)).collect();
        parts.extend(number.clone().map(|digits| (digits, FreshKind::Count)));
        // A number in a text without letters may be an amount.
        let has_letters = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        let taken: Vec<Range<usize>> = uuids.into_iter().chain(number).collect();
        for word in words(text).filter(|word| !taken.iter().any(|taken| overlap(taken, word))) {
            let digits = &text[word.clone()];
            if let Some((start, kind)) = form(digits) {
                parts.push((word.start + start..word.end, kind));
            } else if has_letters && self.orders.contains(digits) && !decimal(text, &word) {
                parts.push((word, FreshKind::Count));
            }
        }
        parts.sort_by_key(|(range, _)| range.start);
        for (range, kind) in parts {
            let old = &text[range.clone()];
            let value = if kind == FreshKind::Count {
                whole(old)
            } else {
                Some(digest(old.as_bytes()))
            };
            self.slots.extend(value.map(|value| Slot {
                range: start + range.start..start + range.end,
                kind,
                value,
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Template, TemplatePiece};
    use super::*;

    const UUID: &str = "2c8af922-0c2e-4150-9811-1e76914d3667";
    const HASH: &str = "068f3edf83c32ed962e806aec64c21b2d3f83f0a80b36db018ecc809d21eb440";
    const KEY: &str = "7355b31d4ae0b3cb1772d2861a0bd62a56092823";
    const SOLANA: &str =
        "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW";

    #[test]
    fn what_is_renewed_is_found_by_form_by_name_and_by_the_number_of_an_order() {
        let names = |name: &'static str| vec![name.into()].into();
        let rules = manifest::FreshFields {
            clock: Vec::new().into(),
            keep: names("keep"),
            count: names("n"),
        };
        let cases: &[(&str, &[&str])] = &[
            (r#"{"a":["x-UUID/UUID"],"UUID":1}"#, &[UUID, UUID]),
            (
                r#"{"keep":{"id":"UUID","n":7},"link":"https://a.example/UUID"}"#,
                &[],
            ),
            (
                r#"{"tx":"0xHASH","link":"https://a.example/tx/0xHASH?a"}"#,
                &[HASH, HASH],
            ),
            (
                r#"["HASH0","xHASH","0xKEY","KEY","SOLANA","SOLANASOLANA"]"#,
                &[KEY, SOLANA],
            ),
            (
                r#"{"x":1794479047318,"y":179447904731,"n":1794479047319}"#,
                &["1794479047318", "1794479047319"],
            ),
            (
                r#"{"n":[12,"0731",-1,1.5,1e3,null,true,18446744073709551615]}"#,
                &["12", "0731"],
            ),
            (r#"{"n":"order-2026-44","x":"order-2026-44"}"#, &["44"]),
            (
                r#"{"n":"A10417","x":"order 10417","m":10417}"#,
                &["10417", "10417"],
            ),
            (
                r#"{"n":"order 10417, 22 pairs at 12.500","x":"10417 pairs"}"#,
                &["10417", "10417"],
            ),
            (
                r#"{"x":"a 417, b417, 417 EUR","n":417}"#,
                &["417", "417", "417"],
            ),
            (
                r#"{"n":"a-417","x":"417","y":"417.00 EUR, 1.417 or 1,417","z":"417-00"}"#,
                &["417"],
            ),
            (r#"{"n":"UUID","m":{"n":"0xHASH"}}"#, &[UUID, HASH]),
            (r#"{"n":"caf\u00e9","m":{"n":"caf\u0041"}}"#, &[]),
            (
                r#"{"n":"A \u002610417","x":"order \"10417\/2"}"#,
                &["10417", "10417"],
            ),
            (r#"["https:\/\/a.example\/UUID","\nUUID"]"#, &[UUID, UUID]),
            (
                r#"["2026-11-03T09:20:09.5+01:00","2026-11-03"]"#,
                &["2026-11-03T09:20:09"],
            ),
            (
                r#"["2026-11-03T09:20Z","at 2026-11-03T09:20Z"]"#,
                &["2026-11-03T09:20"],
            ),
            ("[}", &[]),
        ];
        for (body, expected) in cases {
            let body = [
                ("UUID", UUID),
                ("HASH", HASH),
                ("KEY", KEY),
                ("SOLANA", SOLANA),
            ]
            .iter()
            .fold((*body).to_owned(), |body, (name, value)| {
                body.replace(name, value)
            });
            let template = Template::sample(&body, &rules);
            let old = |piece| {
                if let TemplatePiece::Fresh(_, old) = piece {
                    Some(old)
                } else {
                    None
                }
            };
            assert_eq!(
                template.pieces().filter_map(old).collect::<Vec<_>>(),
                *expected,
                "{body}"
            );
        }
    }
}
