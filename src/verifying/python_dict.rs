//! Reads a body as Python prints it after parsing it, which logs are full of: `{'paid': True, 'note': None}`.

use std::str::Chars;

/// The same as JSON; `None` if it is not such a text.
pub(super) fn as_json(text: &str) -> Option<String> {
    let mut chars = text.chars();
    let (mut json, mut word) = (String::with_capacity(text.len()), String::new());
    let mut any = false;
    while let Some(char) = chars.next() {
        if char.is_ascii_alphabetic() {
            word.push(char);
            continue;
        }
        json += word_as_json(&word);
        word.clear();
        if matches!(char, '\'' | '"') {
            any |= char == '\'';
            json += &serde_json::to_string(&string(&mut chars, char)?).ok()?;
        } else {
            json.push(char);
        }
    }
    json += word_as_json(&word);
    let is_json = || serde_json::from_str::<serde::de::IgnoredAny>(&json).is_ok();
    (any && is_json()).then_some(json)
}

fn word_as_json(word: &str) -> &str {
    match word {
        "True" => "true",
        "False" => "false",
        "None" => "null",
        other => other,
    }
}

/// The rest of a string that began with that quotation mark.
fn string(chars: &mut Chars<'_>, quote: char) -> Option<String> {
    let mut text = String::new();
    loop {
        match chars.next()? {
            char if char == quote => return Some(text),
            '\\' => match chars.next()? {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                'x' => text.push(code(chars, 2)?),
                'u' => text.push(code(chars, 4)?),
                'U' => text.push(code(chars, 8)?),
                other => text.push(other),
            },
            char => text.push(char),
        }
    }
}

/// The character with the code of that many hex digits.
fn code(chars: &mut Chars<'_>, digits: usize) -> Option<char> {
    let digits: String = chars.by_ref().take(digits).collect();
    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_prints_is_json_again() {
        for (python, json) in [
            ("{'a': 'b'}", Some(r#"{"a": "b"}"#)),
            (
                r#"{'t': True, 'f': [False, None], 'n': 1e5, "it's": 'a "b" \'c\' \\ \n \x1f \u20ac €'}"#,
                Some(
                    r#"{"t": true, "f": [false, null], "n": 1e5, "it's": "a \"b\" 'c' \\ \n \u001f € €"}"#,
                ),
            ),
            (r#"{"a": "it's"}"#, None),
            ("{'a': Decimal('1')}", None),
            ("{'a", None),
            ("'\\U00110000'", None),
            ("", None),
        ] {
            assert_eq!(as_json(python).as_deref(), json, "{python}");
        }
    }
}
