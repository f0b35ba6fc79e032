//! The same body spelled differently; every JSON parser reads it alike.

use super::{Rng, below};
use serde_json::Value;

/// Writes a body as some other sender might: keys in any order, white space anywhere, any character as an escape, and
/// numbers with fractions and exponents that change nothing.
struct Writer<'r> {
    rng: &'r mut Rng,
    out: String,
    /// A member to write twice, and whether it was.
    twin: Option<String>,
}

pub(crate) fn respelled(rng: &mut Rng, body: &Value, twin: Option<String>) -> String {
    let mut writer = Writer {
        rng,
        out: String::new(),
        twin,
    };
    writer.value(body, "");
    writer.out
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, pointer: &str) {
        self.space();
        match value {
            Value::Object(map) => {
                let mut members: Vec<_> = map.iter().collect();
                let twin = members
                    .iter()
                    .find(|(key, _)| self.twin == Some(below(pointer, key)))
                    .copied();
                members.extend(twin);
                for at in (1..members.len()).rev() {
                    members.swap(at, self.rng.below(at + 1));
                }
                self.list('{', '}', &members, |writer, (key, value)| {
                    writer.space();
                    writer.text(key);
                    writer.space();
                    writer.out.push(':');
                    writer.value(value, &below(pointer, key));
                });
            }
            Value::Array(items) => {
                let items: Vec<_> = items.iter().enumerate().collect();
                self.list('[', ']', &items, |writer, (at, item)| {
                    writer.value(item, &format!("{pointer}/{at}"));
                });
            }
            Value::String(text) => self.text(text),
            Value::Number(number) => self.number(&number.to_string()),
            word => self.out += &word.to_string(),
        }
        self.space();
    }

    fn list<T>(&mut self, open: char, close: char, items: &[T], each: impl Fn(&mut Self, &T)) {
        self.out.push(open);
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            each(self, item);
        }
        if items.is_empty() {
            self.space();
        }
        self.out.push(close);
    }

    fn space(&mut self) {
        let space: &&str = self.rng.of(&["", "", "", " ", "\n", "\r\n", "\t", "    "]);
        self.out += space;
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for char in text.chars() {
            match self.rng.below(12) {
                0 => {
                    let lower = self.rng.below(2) == 0;
                    for unit in char.encode_utf16(&mut [0; 2]) {
                        self.out += &if lower {
                            format!("\\u{unit:04x}")
                        } else {
                            format!("\\u{unit:04X}")
                        };
                    }
                }
                1 if char == '/' => self.out += "\\/",
                _ if matches!(char, '"' | '\\') || char < ' ' => {
                    let quoted = Value::from(char.to_string()).to_string();
                    self.out += &quoted[1..quoted.len() - 1];
                }
                _ => self.out.push(char),
            }
        }
        self.out.push('"');
    }

    fn number(&mut self, number: &str) {
        let zeros = number.len() - number.trim_end_matches('0').len();
        self.out += &match (number.split_once('.'), self.rng.below(6)) {
            _ if number.contains('e') => number.to_owned(),
            (None, 0) => format!("{number}.0"),
            (None, 1) if number != "0" => format!("{number}0e-1"),
            (None, 2) if zeros > 0 && number.len() > zeros => {
                format!("{}E+{zeros}", &number[..number.len() - zeros])
            }
            (_, 3) => format!("{number}e0"),
            (Some(_), 4) => format!("{number}00"),
            (Some((whole, fraction)), 5) if !whole.trim_start_matches('-').starts_with('0') => {
                format!("{whole}{fraction}e-{}", fraction.len())
            }
            _ => number.to_owned(),
        };
    }
}
