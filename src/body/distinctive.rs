//! A body that every program prints differently: with it, a digest tells what was hashed.

use super::edit::scalars;
use crate::json::Scanner;

/// The same JSON, spelled as no program prints it: spaces around colons and commas, a slash and a letter escaped, and
/// zeros behind fractions.
pub(crate) fn distinctive(body: &str) -> String {
    let mut values = scalars(body).into_iter();
    let mut next = values.next();
    let mut out = String::with_capacity(body.len() * 2);
    let mut scanner = Scanner::new(body.as_bytes(), 0);
    let mut letter_escaped = false;
    while let Some(byte) = scanner.next_token() {
        let start = scanner.at;
        if let Some((_, place)) = next.as_ref().filter(|(_, place)| place.start == start) {
            out += &respelled(&body[place.clone()], &mut letter_escaped);
            scanner.at = place.end;
            next = values.next();
            continue;
        }
        match byte {
            b'"' if scanner.string().is_ok() => out += &body[start..scanner.at],
            b':' => out += " : ",
            b',' => out += " ,\n",
            other => out.push(char::from(other)),
        }
        scanner.at = scanner.at.max(start + 1);
    }
    out
}

/// A text or a number, spelled otherwise.
fn respelled(raw: &str, letter_escaped: &mut bool) -> String {
    if !raw.starts_with('"') {
        let fraction = raw.contains('.') && !raw.contains(['e', 'E']);
        return format!("{raw}{}", if fraction { "0" } else { "" });
    }
    if raw.contains('\\') {
        return raw.to_owned();
    }
    let mut raw = raw.replace('/', "\\/");
    let letter = raw
        .as_bytes()
        .get(1)
        .copied()
        .filter(u8::is_ascii_alphabetic);
    if let Some(letter) = letter.filter(|_| !*letter_escaped) {
        raw.replace_range(1..2, &format!("\\u{letter:04x}"));
        *letter_escaped = true;
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_json_is_spelled_as_no_program_prints_it() {
        let body = "{\n  \"a\": [1, 2.5, \"x/y\", \"z\"], \"b\": {\"c\": null}\n}";
        let other = distinctive(body);
        assert_eq!(
            other,
            "{\"a\" : [1 ,\n2.50 ,\n\"\\u0078\\/y\" ,\n\"z\"] ,\n\"b\" : {\"c\" : null}}"
        );
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(body), value(&other));
    }
}
