//! Values that look like a signature and mean nothing: an endpoint that accepts one does not check signatures.

use crate::body::Seed;

/// A random value of the same form, which keeps a word before the signature: `prefix`, or what ends with a blank or `=`.
pub(super) fn meaningless(value: &str, prefix: &str, seed: Seed) -> String {
    let (word, token) = value.split_at(word(value, prefix));
    let is_hex = is_hex(token);
    let drawn = token.chars().zip(0..).map(|(char, number)| {
        let digit = (seed.draw(number) >> 32) as u32;
        let draw = |first: char, count: u32| {
            char::from_u32(first as u32 + digit % count).unwrap_or_default()
        };
        match char {
            '0'..='9' | 'a'..='f' if is_hex => char::from_digit(digit % 16, 16).unwrap_or_default(),
            'A'..='F' if is_hex => draw('A', 6),
            '0'..='9' => draw('0', 10),
            'a'..='z' => draw('a', 26),
            'A'..='Z' => draw('A', 26),
            other => other,
        }
    });
    word.chars().chain(drawn).collect()
}

/// The form of such a value, as a sentence names it.
pub(super) fn form(value: &str, prefix: &str) -> String {
    let token = &value[word(value, prefix)..];
    let unit = if is_hex(token) {
        "hex digits"
    } else {
        "characters"
    };
    format!("any {} {unit}", token.chars().count())
}

/// How long the word before the signature is.
fn word(value: &str, prefix: &str) -> usize {
    let prefixed = value.starts_with(prefix).then_some(prefix.len());
    let ends = [prefixed, value.rfind(' '), value.find('=')];
    let ends = ends.into_iter().flatten();
    let ends = ends.map(|end| {
        let rest = &value[end..];
        end + rest.len() - rest.trim_start_matches([' ', '=']).len()
    });
    // What is at the end of base64, or stands alone, is no word.
    ends.filter(|end| *end < value.len()).max().unwrap_or(0)
}

fn is_hex(token: &str) -> bool {
    token.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meaningless_value_has_the_form_of_the_other() {
        for (value, prefix, kept, form_of_it) in [
            ("3d025c57", "", "", "any 8 hex digits"),
            ("3D025C57", "", "", "any 8 hex digits"),
            ("sha256=3d025c57", "", "sha256=", "any 8 hex digits"),
            ("PQJcV/w+1x==", "", "", "any 12 characters"),
            ("Secret hush", "Secret", "Secret ", "any 4 characters"),
            ("Secrethush", "Secret", "Secret", "any 4 characters"),
            ("Secret", "Secret", "", "any 6 characters"),
            ("Basic aHVzaDo=", "Secret", "Basic ", "any 8 characters"),
        ] {
            let made = meaningless(value, prefix, Seed(7));
            assert_eq!(made.len(), value.len());
            assert!(made != value && made.starts_with(kept), "{value}: {made}");
            assert_eq!(form(value, prefix), form_of_it, "{value}");
            assert_eq!(form(&made, prefix), form_of_it, "{made}");
        }
    }
}
