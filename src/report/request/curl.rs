//! `--as curl`: a curl command for a POSIX shell.
//!
//! curl adds headers by itself, and drops a header that is given without a value.

use super::{LOGIN, ShownRequest, Value, is_harmless};
use crate::sanitize::visible;

/// Headers that curl adds by itself.
const OWN: [&str; 4] = ["Accept", "Content-Type", "Expect", "User-Agent"];

/// The longest argument that every system accepts (Linux: 128 KiB). Longer bodies go through a pipe.
const LONGEST_ARGUMENT: usize = 100_000;

/// Writes the command.
pub(super) fn write(request: &ShownRequest<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(command(request).as_bytes());
}

fn command(request: &ShownRequest<'_>) -> String {
    let delivery = request.delivery;
    let mut text = format!("# {}\n", visible(request.event));
    if request.variables().any(|name| name == LOGIN) {
        text += &format!("# {LOGIN} holds user:password in base64.\n");
    }
    let (pipe, data) = data(&delivery.body);
    text += &pipe;
    text += &format!(
        "curl --silent --show-error --include --http1.1 --request {}",
        word(&delivery.method)
    );
    for header in &delivery.headers {
        text += " \\\n  --header ";
        text += &match request.value(header) {
            // A header that ends in a colon would be dropped; one that ends in a semicolon is sent empty.
            Value::Plain(value) if value.trim().is_empty() => word(&format!("{};", header.name)),
            Value::Plain(value) => word(&format!("{}: {value}", header.name)),
            Value::Secret(before, name, after) => {
                // The shell stops with a message if the variable is not set.
                format!(
                    "\"{}: {}${{{name}:?}}{}\"",
                    header.name,
                    in_double_quotes(before),
                    in_double_quotes(after)
                )
            }
        };
    }
    for name in OWN.iter().filter(|name| !request.has(name)) {
        text += &format!(" \\\n  --header {}", word(&format!("{name}:")));
    }
    let connect = request.connect;
    if let Some(timeout) = connect.timeout {
        text += &format!(" \\\n  --max-time {}", timeout.as_secs_f64());
    }
    if connect.insecure {
        text += " \\\n  --insecure";
    }
    if let Some(file) = connect.authorities {
        text += &format!(" \\\n  --cacert {}", word(file));
    }
    text += &format!(" \\\n  {data}");
    text += &format!(
        " \\\n  --globoff --path-as-is {}\n",
        word(&delivery.target.url_without_login())
    );
    text
}

/// A short command for a request that a report shows; `headers` are names and values as they may be shown.
pub(crate) fn short(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> String {
    let (pipe, data) = data(body);
    let mut text = format!("{pipe}curl -i -X {}", word(method));
    for (name, value) in headers {
        text += &match value.trim() {
            "" => format!(" -H {}", word(&format!("{name};"))),
            _ => format!(" -H {}", word(&format!("{name}: {value}"))),
        };
    }
    format!("{text} {data} {}", word(url))
}

/// The command that pipes the body into curl, if any, and the option with which curl takes it.
fn data(body: &[u8]) -> (String, String) {
    match std::str::from_utf8(body)
        .ok()
        .filter(|text| is_harmless(text))
    {
        Some(text) if text.len() <= LONGEST_ARGUMENT => {
            (String::new(), format!("--data-raw {}", quoted(text)))
        }
        Some(text) => (
            format!("printf %s {} |\n", quoted(text)),
            "--data-binary @-".to_owned(),
        ),
        None => (
            format!("printf '{}' |\n", octal(body)),
            "--data-binary @-".to_owned(),
        ),
    }
}

/// A shell word, quoted only if necessary.
pub(crate) fn word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:,@%+".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        text.to_owned()
    } else if is_harmless(text) {
        quoted(text)
    } else {
        format!("\"$(printf '{}')\"", octal(text.as_bytes()))
    }
}

/// In single quotes, where only the quote itself is special.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// In double quotes, where variables are expanded and several characters are special.
fn in_double_quotes(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        match char {
            // An interactive shell expands `!` even here, and does not remove a backslash before it.
            '!' => out.push_str("\"'!'\""),
            '"' | '\\' | '$' | '`' => out.extend(['\\', char]),
            _ => out.push(char),
        }
    }
    out
}

/// For `printf`, in single quotes: every special byte as an octal escape.
fn octal(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            // A leading hyphen would start an option.
            b'-' if index == 0 => out.push_str("\\055"),
            // `##[` is a command in some CI logs.
            b'\'' | b'%' | b'\\' | b'#' => out.push_str(&format!("\\{byte:03o}")),
            b' '..=b'~' => out.push(char::from(*byte)),
            b'\n' => out.push_str("\\n"),
            _ => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_the_shell_would_read_something_into_them() {
        for (text, expected) in [
            ("POST", "POST"),
            ("", "''"),
            ("it's", r"'it'\''s'"),
            ("a $b `c` !d \\e \"f\"", "'a $b `c` !d \\e \"f\"'"),
            ("~", "'~'"),
            ("a\tb", "'a\tb'"),
            ("a\u{202e}b", "\"$(printf 'a\\342\\200\\256b')\""),
        ] {
            assert_eq!(word(text), expected, "{text:?}");
        }
    }

    #[test]
    fn in_double_quotes_only_the_variable_is_read() {
        assert_eq!(
            in_double_quotes("a\"b\\c$d`e!f'g"),
            "a\\\"b\\\\c\\$d\\`e\"'!'\"f'g"
        );
    }

    #[test]
    fn bodies_stand_in_the_command_where_they_can() {
        let long = "x".repeat(LONGEST_ARGUMENT + 1);
        for (body, pipe, data) in [
            (&b"@{\"a\":1}\n"[..], "", "--data-raw '@{\"a\":1}\n'"),
            (b"", "", "--data-raw ''"),
            (
                b"-%s\\'\0\xff\n1",
                "printf '\\055\\045s\\134\\047\\000\\377\\n1' |\n",
                "--data-binary @-",
            ),
            (b"\x1b[31m", "printf '\\033[31m' |\n", "--data-binary @-"),
            (b"a\r\n", "printf 'a\\015\\n' |\n", "--data-binary @-"),
            (
                long.as_bytes(),
                &format!("printf %s '{long}' |\n"),
                "--data-binary @-",
            ),
        ] {
            assert_eq!(super::data(body), (pipe.to_owned(), data.to_owned()));
        }
    }
}
