//! JSON that was parsed and printed again, as common languages print it.

use serde_json::{Map, Value};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Printer {
    /// `JSON.stringify(JSON.parse(body))`
    Node,
    /// `json.dumps(json.loads(body))`
    Python,
    /// `json_encode(json_decode($body))`
    Php,
    /// `json.Marshal` of a map
    Go,
}

/// The body, printed again; `None` if it is not JSON.
pub(crate) fn reprinted(body: &[u8], printer: Printer) -> Option<Vec<u8>> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let mut out = String::new();
    print(&value, printer, &mut out);
    Some(out.into_bytes())
}

fn print(value: &Value, printer: Printer, out: &mut String) {
    let comma = if printer == Printer::Python {
        ", "
    } else {
        ","
    };
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(known) => out.push_str(if *known { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&numeral(number, printer)),
        Value::String(text) => quoted(text, printer, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { comma } else { "" });
                print(item, printer, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (at, (name, field)) in ordered(fields, printer).into_iter().enumerate() {
                out.push_str(if at > 0 { comma } else { "" });
                quoted(name, printer, out);
                out.push_str(if printer == Printer::Python {
                    ": "
                } else {
                    ":"
                });
                print(field, printer, out);
            }
            out.push('}');
        }
    }
}

fn ordered(fields: &Map<String, Value>, printer: Printer) -> Vec<(&String, &Value)> {
    let mut fields: Vec<_> = fields.iter().collect();
    if printer == Printer::Go {
        fields.sort_unstable_by_key(|(name, _)| *name);
    }
    fields
}

/// Python tells 1.0 from 1, the others do not.
fn numeral(number: &serde_json::Number, printer: Printer) -> String {
    let text = number.to_string();
    if printer == Printer::Python {
        return text;
    }
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

fn quoted(text: &str, printer: Printer, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        let escapes = match printer {
            Printer::Node => false,
            Printer::Python | Printer::Php => !char.is_ascii(),
            Printer::Go => matches!(char, '<' | '>' | '&'),
        };
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '/' if printer == Printer::Php => out.push_str("\\/"),
            char if escapes || char < ' ' => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            char => out.push(char),
        }
    }
    out.push('"');
}
