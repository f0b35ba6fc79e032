//! What is renewed in a sample for every delivery, and with what: ids, hashes, order numbers and times.
//!
//! Separate because it must be quick (a burst renews every body) and must give the same bytes for the same seed on
//! every machine and in every version. So nothing is drawn one after the other: each new value is computed from the
//! seed and the old value alone, and what was equal in a life cycle stays equal.

use crate::catalogue::manifest;
use crate::json::{Scanner, Text};
use crate::time::{TO_THE_SECOND, parse_time, write_second};
use std::collections::BTreeSet;
use std::ops::Range;

/// What makes one delivery's values differ from another's.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    seed: Seed,
    /// Added to numbers that count up.
    count: u64,
    /// Added to every time.
    seconds: i64,
}

/// Where all new values of a run come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// A number for that purpose, always the same. The mixing is that of SplitMix64: a library's generator may give
    /// other numbers with its next version, and these must stay.
    pub fn draw(self, purpose: u64) -> u64 {
        let mut mixed = self.0 ^ purpose.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A UUID of version 4 for that purpose.
    pub fn uuid(self, purpose: u64) -> String {
        let mut out = Vec::with_capacity(36);
        write_uuid(self, purpose, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }
}

impl Fresh {
    /// What is new in the delivery of that number within its run, with times moved by so many seconds.
    pub fn new(seed: Seed, number: u64, seconds: i64) -> Self {
        // Far enough from the sample's own numbers, and neighbours for neighbouring deliveries.
        let count = (1_000 + seed.draw(1) % 899_000).saturating_add(number);
        // The first delivery has the run's own seed; the others are as far from it as from each other.
        let seed = if number == 0 {
            seed
        } else {
            Seed(seed.draw(number.wrapping_add(2)))
        };
        Self {
            seed,
            count,
            seconds,
        }
    }
}

/// What a place of a sample holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A UUID.
    Uuid,
    /// The hexadecimal digits of a hash, or of a key that is as long as one.
    Hex,
    /// A transaction's signature in base 58, which has no check sum.
    Base58,
    /// A number that counts up, with at least as many digits as before.
    Count,
    /// Date and time down to the second, or to the minute.
    Time,
    /// Milliseconds since 1970.
    Milliseconds,
}

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplatePiece<'t> {
    /// Stays.
    Text(&'t str),
    /// Is renewed; what stands there in the catalogue.
    Fresh(What, &'t str),
}

/// A place that is renewed.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) range: Range<usize>,
    pub(super) what: What,
    /// What the new value is computed from: a number or a time itself, else a digest of the old text.
    value: i64,
}

impl Slot {
    /// The second that stands there.
    pub(super) fn second(&self) -> Option<i64> {
        match self.what {
            What::Time => Some(self.value),
            What::Milliseconds => Some(self.value / 1_000),
            _ => None,
        }
    }

    pub(super) fn write(&self, fresh: &Fresh, text: &str, out: &mut Vec<u8>) {
        let old = &text.as_bytes()[self.range.clone()];
        let purpose = self.value as u64;
        match self.what {
            What::Uuid => write_uuid(fresh.seed, purpose, out),
            What::Hex => write_letters(fresh.seed, purpose, HEX, old.len(), out),
            What::Base58 => {
                // The first letter decides how many bytes a text of that length stands for.
                out.push(old[0]);
                write_letters(fresh.seed, purpose, BASE58, old.len() - 1, out);
            }
            What::Count => write_number(purpose.saturating_add(fresh.count), old.len(), out),
            What::Time => {
                out.extend_from_slice(
                    &write_second(self.value.saturating_add(fresh.seconds))[..old.len()],
                );
            }
            What::Milliseconds => {
                let value = self
                    .value
                    .saturating_add(fresh.seconds.saturating_mul(1_000));
                if value < 0 {
                    out.push(b'-');
                }
                write_number(value.unsigned_abs(), 1, out);
            }
        }
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";
const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

fn write_uuid(seed: Seed, purpose: u64, out: &mut Vec<u8>) {
    let high = seed.draw(purpose) & !0xf000 | 0x4000;
    let low = seed.draw(purpose ^ u64::MAX) & !(0b11 << 62) | 1 << 63;
    let bits = (u128::from(high) << 64) | u128::from(low);
    let mut text = [b'-'; 36];
    let mut at = 0;
    for byte in bits.to_be_bytes() {
        at += usize::from(matches!(at, 8 | 13 | 18 | 23));
        text[at] = HEX[usize::from(byte >> 4)];
        text[at + 1] = HEX[usize::from(byte & 0xf)];
        at += 2;
    }
    out.extend_from_slice(&text);
}

fn write_letters(seed: Seed, purpose: u64, letters: &[u8], count: usize, out: &mut Vec<u8>) {
    let mut bits = 0_u64;
    for at in 0..count {
        // Eight letters from every number that is drawn.
        if at % 8 == 0 {
            bits = seed.draw(purpose.wrapping_add(1 + at as u64));
        }
        out.push(letters[(bits & 0xff) as usize % letters.len()]);
        bits >>= 8;
    }
}

/// A number in at least so many digits.
fn write_number(mut number: u64, digits: usize, out: &mut Vec<u8>) {
    let first = out.len();
    while number > 0 || out.len() - first < digits {
        out.push(b'0' + (number % 10) as u8);
        number /= 10;
    }
    out[first..].reverse();
}

/// A digest of an old value: FNV-1a, which is enough to tell the values of one life cycle apart.
fn digest(text: &[u8]) -> i64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    text.iter().fold(start, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    }) as i64
}

/// The places of a body that are renewed.
pub(super) fn slots(text: &str, rules: &manifest::FreshFields) -> Vec<Slot> {
    let mut look = Look {
        text,
        rules,
        kept: BTreeSet::new(),
        orders: BTreeSet::new(),
        slots: Vec::new(),
    };
    // First what stays and which order numbers there are, wherever they stand; then the places.
    look.value(&mut Scanner::new(text.as_bytes(), 0), Pass::Learn, None, 0);
    look.value(&mut Scanner::new(text.as_bytes(), 0), Pass::Mark, None, 0);
    look.slots
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Learn,
    Mark,
}

struct Look<'t> {
    text: &'t str,
    rules: &'t manifest::FreshFields,
    /// UUIDs that stand in fields that are kept, so that an address with one in it still leads there.
    kept: BTreeSet<&'t str>,
    /// The digits of order numbers, so that a description still names its order.
    orders: BTreeSet<&'t str>,
    slots: Vec<Slot>,
}

impl<'t> Look<'t> {
    /// Goes through the value that begins here; `None` where the text is no JSON.
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
                    uuids(&self.text[start..scanner.at]).map(|uuid| &self.text[start..][uuid]),
                );
            }
            return Some(());
        }
        match first {
            // Nobody's webhooks are deeper, and the linter refuses those that are.
            b'{' | b'[' if depth >= crate::json::MAX_DEPTH => scanner.skip_value(),
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
            b'[' => {
                scanner.at += 1;
                while scanner.next_token()? != b']' {
                    self.value(scanner, pass, key, depth + 1)?;
                    match scanner.next_token()? {
                        b',' => scanner.at += 1,
                        b']' => {}
                        _ => return None,
                    }
                }
                scanner.at += 1;
                Some(())
            }
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
        // First by name: an id may be as large as a time.
        let count = if self.counts(key) {
            whole(text).map(|value| (What::Count, value))
        } else {
            None
        };
        match count.or_else(|| milliseconds(text).map(|value| (What::Milliseconds, value))) {
            Some((what, value)) if pass == Pass::Mark => {
                self.slots.push(Slot { range, what, value })
            }
            Some((What::Count, _)) => self.learn(text),
            _ => {}
        }
    }

    fn counts(&self, key: Option<&str>) -> bool {
        key.is_some_and(|key| self.rules.count.iter().any(|count| count == key))
    }

    fn learn(&mut self, digits: &'t str) {
        // Shorter ones stand in many a text without naming the order.
        if digits.len() >= 3 {
            self.orders.insert(digits);
        }
    }

    fn string(&mut self, found: Text, pass: Pass, key: Option<&str>) {
        let text = &self.text[found.start..found.end];
        // The last digits of an escaped text may be those of an escape.
        let number = if self.counts(key) && !found.escaped {
            order_number(text)
        } else {
            None
        };
        if pass == Pass::Learn {
            number
                .into_iter()
                .for_each(|digits| self.learn(&text[digits]));
            return;
        }
        let at = |range: Range<usize>| found.start + range.start..found.start + range.end;
        if let Ok((moment, _)) = parse_time(text.as_bytes()) {
            let length = if text.as_bytes().get(16) == Some(&b':') {
                TO_THE_SECOND
            } else {
                16
            };
            // A zone, and what stands behind the seconds, stay: the wall clock moves.
            let wall = parse_time(&text.as_bytes()[..length])
                .map_or(moment.seconds, |(wall, _)| wall.seconds);
            self.slots.push(Slot {
                range: at(0..length),
                what: What::Time,
                value: wall,
            });
            return;
        }
        let uuids: Vec<Range<usize>> = uuids(text).collect();
        let fresh = uuids
            .iter()
            .filter(|uuid| !self.kept.contains(&text[(*uuid).clone()]));
        let mut places: Vec<(Range<usize>, What)> =
            fresh.map(|uuid| (uuid.clone(), What::Uuid)).collect();
        places.extend(number.clone().map(|digits| (digits, What::Count)));
        // Numbers in a text without a letter may be an amount.
        let names = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        for word in words(text).filter(|word| {
            !uuids
                .iter()
                .chain(&number)
                .any(|taken| overlap(taken, word))
        }) {
            if let Some((start, what)) = form(&text[word.clone()]) {
                places.push((word.start + start..word.end, what));
            } else if names && self.orders.contains(&text[word.clone()]) && !decimal(text, &word) {
                places.push((word, What::Count));
            }
        }
        places.sort_by_key(|(range, _)| range.start);
        for (range, what) in places {
            let old = &text[range.clone()];
            let value = if what == What::Count {
                whole(old)
            } else {
                Some(digest(old.as_bytes()))
            };
            self.slots.extend(value.map(|value| Slot {
                range: at(range),
                what,
                value,
            }));
        }
    }
}

/// The UUIDs in a text.
fn uuids(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at + 36 <= bytes.len() {
            let range = at..at + 36;
            if bytes[at + 8] == b'-' && crate::lint::is_uuid(&bytes[range.clone()]) {
                at = range.end;
                return Some(range);
            }
            at += 1;
        }
        None
    })
}

/// The words of a text: letters and digits with nothing between them.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(u8::is_ascii_alphanumeric)?;
        let length = bytes[start..]
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric());
        at = length.map_or(bytes.len(), |length| start + length);
        Some(start..at)
    })
}

/// What a word is by its form, and where in it the part begins that is renewed.
fn form(word: &str) -> Option<(usize, What)> {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    let start = word.len() - digits.len();
    let hex = digits
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match digits.len() {
        64 if hex => Some((start, What::Hex)),
        // Behind `0x` they would be an address, which stays.
        40 if hex && start == 0 => Some((0, What::Hex)),
        80..=90 if word.bytes().all(|byte| BASE58.contains(&byte)) => Some((0, What::Base58)),
        _ => None,
    }
}

/// The number in a text that names an order: the digits at its end, else its last word of at least three.
fn order_number(text: &str) -> Option<Range<usize>> {
    let start = text
        .trim_end_matches(|char: char| char.is_ascii_digit())
        .len();
    let word = text
        .trim_end_matches(|char: char| char.is_ascii_alphanumeric())
        .len();
    let end = (start < text.len() && form(&text[word..]).is_none()).then_some(start..text.len());
    let long = |word: &Range<usize>| {
        word.len() >= 3 && text[word.clone()].bytes().all(|byte| byte.is_ascii_digit())
    };
    let own = |digits: &Range<usize>| {
        !decimal(text, digits) && !uuids(text).any(|uuid| overlap(&uuid, digits))
    };
    end.filter(own)
        .or_else(|| words(text).filter(long).filter(own).last())
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// Whether digits within a text are part of a decimal number, and so perhaps of money.
fn decimal(text: &str, digits: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let is = |at: usize, test: fn(&u8) -> bool| bytes.get(at).is_some_and(test);
    let point = |byte: &u8| matches!(byte, b'.' | b',');
    is(digits.end, point) && is(digits.end + 1, u8::is_ascii_digit)
        || digits.start >= 2
            && is(digits.start - 1, point)
            && is(digits.start - 2, u8::is_ascii_digit)
}

/// A whole number that every language can hold.
fn whole(text: &str) -> Option<i64> {
    text.parse::<u64>()
        .ok()
        .filter(|value| *value < 1 << 53)
        .map(|value| value as i64)
}

/// A whole number that is the milliseconds of a day between 2017 and 2049: nothing else in a webhook is that large.
pub(super) fn milliseconds(text: &str) -> Option<i64> {
    let value: i64 = text.parse().ok()?;
    (1_500_000_000_000..2_500_000_000_000)
        .contains(&value)
        .then_some(value)
}

#[cfg(test)]
mod tests {
    use super::super::Template;
    use super::{TemplatePiece, *};

    const UUID: &str = "2c8af922-0c2e-4150-9811-1e76914d3667";
    const HASH: &str = "068f3edf83c32ed962e806aec64c21b2d3f83f0a80b36db018ecc809d21eb440";
    const KEY: &str = "7355b31d4ae0b3cb1772d2861a0bd62a56092823";
    const SOLANA: &str =
        "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW";

    #[test]
    fn what_is_renewed_is_found_by_form_by_name_and_by_the_number_of_an_order() {
        let names = |name: &str| vec![name.to_owned()];
        let rules = manifest::FreshFields {
            clock: Vec::new(),
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
    #[test]
    fn a_time_that_moved_is_written_as_it_was() {
        for (body, seconds, expected) in [
            (
                r#"["2026-11-03T09:20:59.5+01:00"]"#,
                61,
                r#"["2026-11-03T09:22:00.5+01:00"]"#,
            ),
            (r#"["2026-12-31T23:59Z"]"#, 60, r#"["2027-01-01T00:00Z"]"#),
            (r#"[1794479047318]"#, -86_400, "[1794392647318]"),
            (r#"[1794479047318]"#, -1_794_479_048, "[-682]"),
        ] {
            let fresh = Fresh::new(Seed(1), 0, seconds);
            assert_eq!(
                Template::sample(body, &manifest::FreshFields::default()).body(&fresh),
                expected.as_bytes()
            );
        }
    }
}
