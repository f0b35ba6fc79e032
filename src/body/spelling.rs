//! How the JSON of a body is spelled. Programs print the same values differently, so a handler that verifies a body which
//! it parsed and printed again fails where the sender's spelling is not its own.

use super::Template;
use super::slot::Slot;
use crate::json::{Scanner, numbers};
use serde_json::value::RawValue;
use std::ops::Range;

/// How the bodies of `send` are spelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spelling {
    /// As JavaScript's `JSON.stringify` prints it.
    Plain,
    /// As in the catalogue, whose samples are spelled as the provider probably does.
    #[default]
    Provider,
    /// As no program prints it.
    Hard,
}

impl Template {
    /// Spells the text in another way. The parts that are renewed stay as they are, and so does a text that is not JSON.
    pub fn spell(&mut self, spelling: Spelling) {
        let style = match spelling {
            Spelling::Plain => &PLAIN,
            Spelling::Provider => return,
            Spelling::Hard => &HARD,
        };
        if serde_json::from_str::<&RawValue>(&self.text).is_ok() {
            self.text = respelled(&self.text, &mut self.slots, style);
        }
    }

    /// Puts a space behind the opening brace where every value is spelled as some program prints it: so neither JavaScript
    /// nor Python prints the whole again as it is.
    pub fn mark(&mut self) {
        if let Some(open) = self.text.find('{').filter(|_| !is_odd(&self.text)) {
            self.splice(&(open + 1..open + 1), " ");
        }
    }
}

/// The same JSON, spelled as no program prints it: white space around colons and commas, slashes and the first letters of
/// texts escaped, and decimal numbers with an exponent.
pub(crate) fn hard(body: &str) -> String {
    respelled(body, &mut [], &HARD)
}

/// One way of spelling.
struct SpellingStyle {
    colon: &'static str,
    comma: &'static str,
    number: fn(&str) -> String,
    /// Spells a part of what stands between quotation marks.
    text: fn(&str) -> String,
}

const PLAIN: SpellingStyle = SpellingStyle {
    colon: ":",
    comma: ",",
    number: plain_number,
    text: plain_text,
};

const HARD: SpellingStyle = SpellingStyle {
    colon: " : ",
    comma: " ,\n",
    number: hard_number,
    text: hard_text,
};

/// A JSON text in that style; moves the slots along.
fn respelled(text: &str, slots: &mut [Slot], style: &SpellingStyle) -> String {
    let mut speller = Speller {
        text,
        slots: slots.iter_mut().peekable(),
        out: String::with_capacity(text.len() * 2),
    };
    let mut scanner = Scanner::new(text.as_bytes(), 0);
    while let Some(byte) = scanner.next_token() {
        let start = scanner.at;
        match byte {
            b'"' if scanner.string().is_ok() => {
                speller.out.push('"');
                speller.parts(start + 1..scanner.at - 1, style.text);
                speller.out.push('"');
            }
            b'-' | b'0'..=b'9' if scanner.number().is_ok() => {
                speller.parts(start..scanner.at, style.number);
            }
            b':' => speller.out += style.colon,
            b',' => speller.out += style.comma,
            other => speller.out.push(char::from(other)),
        }
        scanner.at = scanner.at.max(start + 1);
    }
    speller.out
}

struct Speller<'t, S: Iterator<Item = &'t mut Slot>> {
    text: &'t str,
    slots: std::iter::Peekable<S>,
    out: String,
}

impl<'t, S: Iterator<Item = &'t mut Slot>> Speller<'t, S> {
    /// Writes a token, of which the slots in it stay.
    fn parts(&mut self, token: Range<usize>, spell: fn(&str) -> String) {
        let mut at = token.start;
        while let Some(slot) = self.slots.next_if(|slot| slot.range.start < token.end) {
            self.part(at..slot.range.start, spell);
            at = slot.range.end;
            let start = self.out.len();
            self.out += &self.text[slot.range.clone()];
            slot.range = start..self.out.len();
        }
        self.part(at..token.end, spell);
    }

    fn part(&mut self, range: Range<usize>, spell: fn(&str) -> String) {
        if !range.is_empty() {
            self.out += &spell(&self.text[range]);
        }
    }
}

/// A number as JavaScript prints it, unless a double would change it.
fn plain_number(raw: &str) -> String {
    // A decimal number with at most 15 digits survives as a double.
    const SAFE_DIGITS: usize = 15;
    let mantissa = raw.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    if digits > SAFE_DIGITS {
        return raw.to_owned();
    }
    numbers::javascript(raw)
}

/// A decimal number with its point moved, an exponent that moves it back, and a zero at its end. Whole numbers stay: many
/// languages read one with an exponent as a double.
fn hard_number(raw: &str) -> String {
    let Some((whole, fraction)) = raw.split_once('.').filter(|_| !raw.contains(['e', 'E'])) else {
        return raw.to_owned();
    };
    let sign = if whole.starts_with('-') { "-" } else { "" };
    let digits = format!("{whole}{fraction}");
    let digits = match digits.trim_start_matches(['-', '0']) {
        "" => "0",
        digits => digits,
    };
    format!("{sign}{digits}.0E-{}", fraction.len())
}

fn plain_text(raw: &str) -> String {
    let Ok(text) = serde_json::from_str::<String>(&format!("\"{raw}\"")) else {
        // Half of a surrogate pair can only be written as an escape.
        return raw.to_owned();
    };
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn hard_text(raw: &str) -> String {
    if raw.contains('\\') {
        return raw.to_owned();
    }
    let slashes = raw.replace('/', "\\/");
    match slashes.bytes().next().filter(u8::is_ascii_alphabetic) {
        Some(letter) => format!("\\u{letter:04x}{}", &slashes[1..]),
        None => slashes,
    }
}

/// Whether a value in the text is spelled in a way that neither JavaScript nor Python prints: a decimal number with zeros
/// at its end or a capital E, or a character escaped that needs no escape.
fn is_odd(text: &str) -> bool {
    let mut scanner = Scanner::new(text.as_bytes(), 0);
    while let Some(byte) = scanner.next_token() {
        let start = scanner.at;
        let odd = match byte {
            b'"' if scanner.string().is_ok() => is_odd_text(&text[start..scanner.at]),
            b'-' | b'0'..=b'9' if scanner.number().is_ok() => {
                let raw = &text[start..scanner.at];
                raw.contains('E') || raw.contains('.') && raw.ends_with('0') && !raw.ends_with(".0")
            }
            _ => false,
        };
        if odd {
            return true;
        }
        scanner.at = scanner.at.max(start + 1);
    }
    false
}

fn is_odd_text(raw: &str) -> bool {
    let mut rest = raw;
    while let Some((_, escape)) = rest.split_once('\\') {
        let unit = escape.get(1..5).filter(|_| escape.starts_with('u'));
        let unit = unit.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let printable = unit
            .and_then(char::from_u32)
            .filter(|char| (' '..='~').contains(char) && !matches!(char, '"' | '\\'));
        if escape.starts_with('/') || printable.is_some() {
            return true;
        }
        // The character behind a backslash may be another one.
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::{Fresh, Seed};
    use super::*;
    use crate::catalogue::manifest;

    fn value(text: &str) -> serde_json::Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_same_json_is_spelled_as_no_program_prints_it() {
        let body = "{\n  \"a\": [1, 2.5, -0.0425, \"x/y\", \"1z\"], \"b\": {\"c\": null}\n}";
        let other = hard(body);
        assert_eq!(
            other,
            "{\"\\u0061\" : [1 ,\n25.0E-1 ,\n-425.0E-4 ,\n\"\\u0078\\/y\" ,\n\"1z\"] ,\n\"\\u0062\" : {\"\\u0063\" : null}}"
        );
        assert_eq!(value(body), value(&other));
    }

    #[test]
    fn plain_json_is_what_javascript_prints() {
        for (body, plain) in [
            (
                r#"{"a":271.420,"b":1E-8,"c":29.00,"d":12}"#,
                r#"{"a":271.42,"b":1e-8,"c":29,"d":12}"#,
            ),
            (
                r#"["Caf\u00e9 \u0026 \/","\"\\\n","\ud800",true]"#,
                r#"["Café & /","\"\\\n","\ud800",true]"#,
            ),
            (r#"[0.12345678901234567890]"#, r#"[0.12345678901234567890]"#),
        ] {
            let mut template = Template::sample(body, &manifest::FreshFields::default());
            template.spell(Spelling::Plain);
            assert_eq!(template.text(), plain);
        }
    }

    #[test]
    fn what_is_renewed_is_renewed_in_every_spelling() {
        let rules = manifest::FreshFields {
            count: vec!["n".into()].into(),
            ..manifest::FreshFields::default()
        };
        let body = r#"{"n":"A \u0026 10417","link":"https:\/\/a.example\/2c8af922-0c2e-4150-9811-1e76914d3667","at":"2026-11-03T09:20:09.50","sum":1.50,"ms":1794479047318}"#;
        let fresh = Fresh::new(Seed(7), 0, 60);
        let renewed = |spelling| {
            let mut template = Template::sample(body, &rules);
            template.spell(spelling);
            value(&String::from_utf8(template.body(&fresh)).unwrap())
        };
        let provider = renewed(Spelling::Provider);
        assert_ne!(provider["n"], "A & 10417");
        assert_ne!(provider["link"], value(body)["link"]);
        assert_eq!(provider["at"], "2026-11-03T09:21:09.50");
        assert_eq!(renewed(Spelling::Plain), provider);
        assert_eq!(renewed(Spelling::Hard), provider);
    }

    #[test]
    fn a_body_that_programs_print_as_it_is_gets_a_space() {
        for (body, marked) in [
            (r#"{"a":"b/c","d":1.5}"#, true),
            (r#"{"a":1.0,"b":1e-8,"c":"\"\\\\u0041\n\u00e9"}"#, true),
            (r#"{"a":"b\/c"}"#, false),
            (r#"{"a":"\\\u0041"}"#, false),
            (r#"{"a":1.50}"#, false),
            (r#"{"a":1E-8}"#, false),
            ("[]", false),
        ] {
            let mut template = Template::fixed(body.to_owned());
            template.mark();
            assert_eq!(template.text().starts_with("{ "), marked, "{body}");
            assert_eq!(value(template.text()), value(body));
        }
    }
}
