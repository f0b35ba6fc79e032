//! Changes to a body's text that keep what it means, or add what a right endpoint ignores. All other bytes stay.

use crate::catalogue::manifest::PaymentFacts;
use crate::json::{Scanner, lookup};
use std::ops::Range;

/// The place of the value at a pointer without wildcards.
pub(in crate::judge::cases) fn place(body: &str, pointer: &str) -> Option<Range<usize>> {
    let plain = !pointer.contains('*') && !pointer.ends_with('#');
    lookup(body.as_bytes(), body.find('{')?, pointer).filter(|_| plain)
}

/// The same body with another value at that place.
pub(in crate::judge::cases) fn replaced(body: &str, place: &Range<usize>, value: &str) -> String {
    format!("{}{value}{}", &body[..place.start], &body[place.end..])
}

/// The same body with one more member, written as JSON, at its end.
pub(in crate::judge::cases) fn with_member(body: &str, member: &str) -> Option<String> {
    let end = body.rfind('}')?;
    let comma = if body[..end].trim_end().ends_with('{') {
        ""
    } else {
        ","
    };
    Some(format!("{}{comma}{member}{}", &body[..end], &body[end..]))
}

/// The same body with more text, as it stands in JSON, behind its free text; and where. What is there stays, since a shop
/// may find its order by it. A body without free text gets a field for it.
pub(in crate::judge::cases) fn with_text(
    body: &str,
    facts: &PaymentFacts,
    text: &str,
) -> Option<(String, String)> {
    let found = facts.text.iter().find_map(|pointer| {
        let place = place(body, pointer)?;
        body[place.clone()]
            .starts_with('"')
            .then_some((pointer, place))
    });
    match found {
        Some((pointer, place)) => {
            let inside = place.end - 1..place.end - 1;
            Some((
                replaced(body, &inside, &format!(" {text}")),
                pointer.to_string(),
            ))
        }
        None => {
            let body = with_member(body, &format!("\"note\":\"{text}\""))?;
            Some((body, "an added field".to_owned()))
        }
    }
}

/// The members of the object at a place, as they are written.
fn members(body: &str, at: usize) -> Option<Vec<(Range<usize>, Range<usize>)>> {
    let mut members = Vec::new();
    Scanner::new(body.as_bytes(), at).members(|scanner, key| {
        let start = scanner.at;
        let good = scanner.skip_value().is_some();
        members.push((key.quoted(), start..scanner.at));
        good
    })?;
    Some(members)
}

/// Puts the members of an object, each as its key and its value are written, in another order.
type Arrange<'a> = &'a dyn Fn(&mut Vec<(&str, String)>);

/// The same body with the members of every object in another order.
pub(in crate::judge::cases) fn rearranged(body: &str, arrange: Arrange<'_>) -> Option<String> {
    let start = body.find('{')?;
    let at = body[start..].trim_end().len() + start;
    value(body, start..at, arrange)
}

fn value(body: &str, place: Range<usize>, arrange: Arrange<'_>) -> Option<String> {
    if !body[place.clone()].starts_with('{') {
        // Objects within lists stay: no order among fields is shown better by more of them.
        return Some(body[place].to_owned());
    }
    let mut printed = Vec::new();
    for (key, inner) in members(body, place.start)? {
        printed.push((&body[key], value(body, inner, arrange)?));
    }
    arrange(&mut printed);
    let members: Vec<String> = printed
        .iter()
        .map(|(key, value)| format!("{key}:{value}"))
        .collect();
    Some(format!("{{{}}}", members.join(",")))
}

/// The first member of the body, as it is written.
pub(super) fn first_member(body: &str) -> Option<String> {
    let (key, value) = members(body, body.find('{')?)?.into_iter().next()?;
    Some(format!("{}:{}", &body[key], &body[value]))
}

/// The text with escapes in place of characters beyond ASCII, as Python prints it.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_ascii() {
            out.push(char);
        } else {
            for unit in char.encode_utf16(&mut [0; 2]) {
                out += &format!("\\u{unit:04x}");
            }
        }
    }
    out
}

/// What bytes become where they are decoded in a way that does not know UTF-8, printed as UTF-8 again.
pub(super) fn misread(body: &str) -> [Vec<u8>; 5] {
    let each = |read: &dyn Fn(u8) -> Option<char>| -> Vec<u8> {
        let text: String = body.bytes().filter_map(read).collect();
        text.into_bytes()
    };
    let or = |other: Option<char>| {
        move |byte: u8| {
            if byte < 0x80 {
                Some(char::from(byte))
            } else {
                other
            }
        }
    };
    [
        each(&|byte| Some(char::from(byte))),
        each(&|byte| Some(char::from(byte & 0x7f))),
        each(&or(Some('\u{fffd}'))),
        each(&or(Some('?'))),
        each(&or(None)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"id":1,"data":{"b":"x","a":[{"z":1}]},"n":1.50}"#;

    #[test]
    fn members_are_rearranged_at_every_depth_and_numbers_keep_their_spelling() {
        let reversed = rearranged(BODY, &|members| members.reverse());
        assert_eq!(
            reversed.as_deref(),
            Some(r#"{"n":1.50,"data":{"a":[{"z":1}],"b":"x"},"id":1}"#)
        );
        assert_eq!(first_member(BODY).as_deref(), Some("\"id\":1"));
        assert_eq!(rearranged("[]", &|_| ()), None);
    }

    #[test]
    fn text_goes_behind_the_free_text_or_into_a_field_of_its_own() {
        let mut facts = PaymentFacts::default();
        let added = with_text(BODY, &facts, "é").expect("it is an object");
        assert_eq!(added.0, BODY.replace("1.50}", "1.50,\"note\":\"é\"}"));
        facts.text = vec!["/id".into(), "/data/b".into()].into();
        let (body, place) = with_text(BODY, &facts, "é").expect("it is an object");
        assert_eq!(
            (body, &*place),
            (BODY.replace("\"x\"", "\"x é\""), "/data/b")
        );
        assert_eq!(with_member("{}", "\"a\":1").as_deref(), Some("{\"a\":1}"));
    }

    #[test]
    fn bytes_are_misread_as_handlers_do() {
        assert_eq!(escaped("é😀/"), "\\u00e9\\ud83d\\ude00/");
        let [latin, masked, marks, questions, dropped] = misread("é");
        assert_eq!(latin, "Ã©".as_bytes());
        assert_eq!(masked, b"C)");
        assert_eq!(marks, "\u{fffd}\u{fffd}".as_bytes());
        assert_eq!((questions, dropped), (b"??".to_vec(), Vec::new()));
    }
}
