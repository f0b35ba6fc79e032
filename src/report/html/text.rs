//! Text as HTML: what is from outside is shown as text, whatever it contains.

use crate::sanitize::visible_lines;

/// Text for an element or a quoted attribute. Control characters, and those that change the direction of writing, are
/// made visible; line feeds stay.
pub(super) fn escaped(text: &str) -> String {
    let text = visible_lines(text);
    let mut out = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(char),
        }
    }
    out
}

/// The same, with what stands between two backticks as code.
pub(super) fn with_code(text: &str) -> String {
    let escaped = escaped(text);
    let parts: Vec<&str> = escaped.split('`').collect();
    // An odd number of backticks has no pairs.
    if parts.len().is_multiple_of(2) {
        return escaped;
    }
    let shown = parts.iter().enumerate().map(|(number, part)| {
        if number % 2 == 1 {
            format!("<code>{part}</code>")
        } else {
            (*part).to_owned()
        }
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        assert_eq!(
            escaped("</script><b a=\"'\">&amp;\u{202e}\x1b\n"),
            "&lt;/script&gt;&lt;b a=&quot;&#39;&quot;&gt;&amp;amp;&lt;U+202E&gt;␛\n"
        );
    }

    #[test]
    fn only_pairs_of_backticks_become_code() {
        assert_eq!(
            with_code("use `a<b`, `c`"),
            "use <code>a&lt;b</code>, <code>c</code>"
        );
        assert_eq!(with_code("a ` b"), "a ` b");
        assert_eq!(with_code("``"), "<code></code>");
    }
}
