//! `--as hurl`: an entry of a Hurl file, with an assertion on the response. Needs Hurl 6.1.

use super::{LOGIN, ShownRequest, Value, is_harmless};
use crate::sanitize::visible;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Writes the entry.
pub(super) fn write(request: &ShownRequest<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(entry(request).as_bytes());
}

fn entry(request: &ShownRequest<'_>) -> String {
    let delivery = request.delivery;
    let mut text = format!("# {}\n", visible(request.event));
    for name in request.variables() {
        let holds = if name == LOGIN {
            " (user:password in base64)"
        } else {
            ""
        };
        text += &format!(
            "# hurl --secret {}=\"${name}\" FILE{holds}\n",
            variable(&name)
        );
    }
    text += &format!(
        "{} {}\n",
        visible(&delivery.method),
        delivery.target.url_without_login()
    );
    for header in &delivery.headers {
        let value = match request.value(header) {
            Value::Plain(value) => escaped(value, '#'),
            Value::Secret(before, name, after) => {
                format!(
                    "{}{{{{{}}}}}{}",
                    escaped(before, '#'),
                    variable(&name),
                    escaped(after, '#')
                )
            }
        };
        text += format!("{}: {value}", key(&header.name)).trim_end();
        text += "\n";
    }
    if delivery.body.is_empty() && !request.has("Content-Length") {
        // To Hurl, an empty body is no body.
        text += "Content-Length: 0\n";
    }
    text += "[Options]\nhttp1.1: true\npath-as-is: true\n";
    let connect = request.connect;
    if let Some(timeout) = connect.timeout {
        text += &format!("max-time: {}ms\n", timeout.as_millis().max(1));
    }
    if connect.insecure {
        text += "insecure: true\n";
    }
    if let Some(file) = connect.authorities {
        text += &format!("cacert: {}\n", file_name(file));
    }
    text += &body(&delivery.body);
    text += &answer(request.success);
    text
}

/// The name of an environment variable in Hurl.
fn variable(name: &str) -> String {
    name.to_ascii_lowercase()
}

fn body(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => format!("`{}`\n", escaped(text, '`')),
        Err(_) => format!("base64,{};\n", STANDARD.encode(bytes)),
    }
}

/// The expected response.
fn answer(success: &[u16]) -> String {
    match success {
        [] => "HTTP *\n".to_owned(),
        [status] => format!("HTTP {status}\n"),
        several => {
            let several: Vec<String> = several.iter().map(u16::to_string).collect();
            format!(
                "HTTP *\n[Asserts]\nstatus toString matches /^({})$/\n",
                several.join("|")
            )
        }
    }
}

/// The name of a header, with special characters escaped.
fn key(name: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_.$".contains(char);
    name.chars()
        .map(|char| {
            if plain(char) {
                char.to_string()
            } else {
                unicode(char)
            }
        })
        .collect()
}

/// Text that ends at a given character.
fn escaped(text: &str, end: char) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    for char in text.chars() {
        match char {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if char == end => out.extend(['\\', char]),
            // A second brace would start a variable.
            '{' if before == '{' => out.push_str(&unicode(char)),
            // `##[` is a command in some CI logs.
            '#' if before == '#' => out.push_str(&unicode(char)),
            _ if !is_harmless(char.encode_utf8(&mut [0; 4])) => out.push_str(&unicode(char)),
            _ => out.push(char),
        }
        before = char;
    }
    out
}

/// A file name, with spaces escaped.
fn file_name(name: &str) -> String {
    escaped(name, '#').replace(' ', "\\ ")
}

fn unicode(char: char) -> String {
    format!("\\u{{{:x}}}", char as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_means_anything_to_hurl() {
        for (text, end, expected) in [
            ("plain \"text\" 'too' #1", '`', "plain \"text\" 'too' #1"),
            ("a`b\\c\r\n\t", '`', r"a\`b\\c\r\n\t"),
            ("a#b`c", '#', r"a\#b`c"),
            ("##[error]", '`', r"#\u{23}[error]"),
            (
                "{{name}} {{{ {\"a\":{}}",
                '`',
                r#"{\u{7b}name}} {\u{7b}\u{7b} {"a":{}}"#,
            ),
            ("\0\x1b\u{202e}é😀", '`', r"\u{0}\u{1b}\u{202e}é😀"),
        ] {
            assert_eq!(escaped(text, end), expected, "{text:?}");
        }
        assert_eq!(key("X-A.b_c!d#e"), r"X-A.b_c\u{21}d\u{23}e");
    }

    #[test]
    fn one_status_is_named_and_several_are_tried() {
        assert_eq!(answer(&[200]), "HTTP 200\n");
        assert_eq!(answer(&[]), "HTTP *\n");
        assert_eq!(
            answer(&[200, 202]),
            "HTTP *\n[Asserts]\nstatus toString matches /^(200|202)$/\n"
        );
    }
}
