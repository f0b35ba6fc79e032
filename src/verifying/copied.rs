//! What copying does to a text: each change with the way to undo it, and the words for it.

use super::encoding::windows_byte;
use super::python_dict;

/// A change that copying makes.
pub(super) struct CopyChange {
    /// The text with the change undone; `None` if there is nothing to undo.
    pub(super) undo: fn(&str) -> Option<String>,
    /// What is done to undo it, after "valid once".
    pub(super) undone: &'static str,
    /// How it came about.
    pub(super) cause: &'static str,
}

/// What has to be undone in a delivery so that its signature is valid.
pub(super) struct CopyFinding {
    /// What is done to undo it, after "valid once".
    pub(super) undone: String,
    /// How it came about, if copying did it.
    pub(super) cause: &'static str,
    /// The body has to be changed, and not only the signature.
    pub(super) of_body: bool,
}

impl CopyFinding {
    /// What has to be undone, and how it came about.
    pub(super) fn sentence(&self) -> String {
        format!("valid once {}: {}", self.undone, self.cause)
    }
}

const CHANGED: &str = "copying changed them";
const INDENTED: &str = "an editor changed the indentation";

pub(super) const fn change(
    undone: &'static str,
    cause: &'static str,
    undo: fn(&str) -> Option<String>,
) -> CopyChange {
    CopyChange {
        undo,
        undone,
        cause,
    }
}

/// Undone in a line of a log.
pub(super) const TEXT_AROUND: &str = "the text before and after it is removed";

/// What programs replace or put in while a text is copied, in the order in which it is undone.
pub(super) const REPLACED: [CopyChange; 15] = [
    change(
        "the code fence around it is removed",
        "it was copied together with the body",
        |text| {
            let inside = text.trim().strip_prefix("```")?.strip_suffix("```")?;
            let (language, body) = inside.split_once('\n')?;
            let word = language.trim().chars().all(char::is_alphanumeric);
            word.then(|| body.to_owned())
        },
    ),
    change(
        "the quotation marks around it are removed",
        "they were copied together with the body",
        |text| {
            let text = text.trim();
            let inside = ['\'', '`']
                .into_iter()
                .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))?;
            inside.starts_with(['{', '[']).then(|| inside.to_owned())
        },
    ),
    change(
        TEXT_AROUND,
        "it was copied together with the body",
        |text| {
            let fenced = text.trim_start().starts_with("```");
            let (start, end) = (text.find('{')?, text.rfind('}')? + 1);
            let around = text[..start].chars().chain(text[end..].chars());
            let words = !fenced && around.into_iter().any(|char| char.is_ascii_alphanumeric());
            words.then(|| text.get(start..end).map(str::to_owned))?
        },
    ),
    change(
        "the backslashes of the string around it are removed",
        "the body was copied from inside a JSON string",
        |text| {
            let text = text.trim();
            let quoted = match text.starts_with('"') {
                true => text.to_owned(),
                false if text.contains("\\\"") => format!("\"{text}\""),
                false => return None,
            };
            serde_json::from_str(&quoted).ok()
        },
    ),
    change(
        "the HTML entities are decoded",
        "the body was copied from the source of a page",
        |text| {
            let entities = [
                ("&quot;", "\""),
                ("&#34;", "\""),
                ("&#39;", "'"),
                ("&lt;", "<"),
                ("&gt;", ">"),
                ("&nbsp;", " "),
                ("&amp;", "&"),
            ];
            let decode = |text: String, (entity, char): (&str, &str)| text.replace(entity, char);
            changed(text, entities.into_iter().fold(text.to_owned(), decode))
        },
    ),
    change(
        "the byte-order mark is removed",
        "an editor added it when the body was saved",
        |text| text.strip_prefix('\u{feff}').map(str::to_owned),
    ),
    change(
        "the invisible characters are removed",
        "they were added when the body was copied",
        |text| replaced(text, &INVISIBLE, ""),
    ),
    change(
        "the non-breaking spaces are plain spaces again",
        "they were replaced when the body was copied",
        |text| replaced(text, &['\u{a0}', '\u{2007}', '\u{202f}'], " "),
    ),
    change(
        "the curly double quotation marks are straight again",
        "an editor or a chat replaced them",
        |text| replaced(text, &CURLY, "\""),
    ),
    change(
        "the quotation marks around names and values are straight again",
        "an editor or a chat replaced them",
        |text| changed(text, with_straight_ends(text)),
    ),
    change(
        "the guillemets are straight quotation marks again",
        "an editor or a chat replaced them",
        |text| replaced(text, &GUILLEMETS, "\""),
    ),
    change(
        "the curly single quotation marks are straight again",
        "an editor or a chat replaced them",
        |text| replaced(text, &['‘', '’', '‚', '‛', '′'], "'"),
    ),
    change(
        "the dashes and ellipses are hyphens and dots again",
        "an editor or a chat replaced them",
        |text| {
            let dots = replaced(text, &['…'], "...");
            let dashes = replaced(dots.as_deref().unwrap_or(text), &['–', '—'], "--");
            dashes.or(dots)
        },
    ),
    change(
        "it is JSON instead of a Python dict",
        "a program printed it before it was copied",
        python_dict::as_json,
    ),
    change(
        "the text is decoded from UTF-8 once more",
        "it was encoded twice when the body was copied",
        |text| {
            let bytes: Option<Vec<u8>> = text.chars().map(windows_byte).collect();
            changed(text, String::from_utf8(bytes?).ok()?)
        },
    ),
];

/// What becomes of line breaks.
pub(super) const LINE_BREAKS: [CopyChange; 5] = [
    change("its line endings are LF again", CHANGED, |text| {
        changed(text, text.replace("\r\n", "\n"))
    }),
    change("its line endings are CRLF again", CHANGED, |text| {
        changed(text, text.replace("\r\n", "\n").replace('\n', "\r\n"))
    }),
    change(
        "the line breaks are removed",
        "long lines were wrapped when the body was copied",
        |text| replaced(text, &['\r', '\n'], ""),
    ),
    change(
        "the line breaks are spaces again",
        "long lines were wrapped when the body was copied",
        |text| {
            let lines: Vec<&str> = text.trim().lines().collect();
            changed(text, lines.join(" "))
        },
    ),
    change(
        "the white space at the ends of lines is removed",
        "it was added when the body was copied",
        |text| {
            let lines: Vec<&str> = text
                .split('\n')
                .map(|line| line.trim_end_matches([' ', '\t']))
                .collect();
            changed(text, lines.join("\n"))
        },
    ),
];

/// What becomes of the spaces and tabs at the beginning of lines.
pub(super) const INDENTATIONS: [CopyChange; 6] = [
    change("its tabs are two spaces again", INDENTED, |text| {
        indented(text, "\t", "  ")
    }),
    change("its tabs are four spaces again", INDENTED, |text| {
        indented(text, "\t", "    ")
    }),
    change(
        "each two spaces of indentation are a tab again",
        INDENTED,
        |text| indented(text, "  ", "\t"),
    ),
    change(
        "each four spaces of indentation are a tab again",
        INDENTED,
        |text| indented(text, "    ", "\t"),
    ),
    change(
        "its indentation is two spaces instead of four",
        INDENTED,
        |text| indented(text, "    ", "  "),
    ),
    change(
        "its indentation is four spaces instead of two",
        INDENTED,
        |text| indented(text, "  ", "    "),
    ),
];

/// What becomes of the beginning and the end.
pub(super) const ENDS: [CopyChange; 5] = [
    change(
        "the final newline is removed",
        "it was added when the body was copied",
        |text| {
            let line = text.strip_suffix('\n')?;
            Some(line.strip_suffix('\r').unwrap_or(line).to_owned())
        },
    ),
    change(
        "a final newline is added",
        "it was lost when the body was copied",
        |text| Some(format!("{text}\n")),
    ),
    change(
        "the white space around it is removed",
        "it was added when the body was copied",
        |text| changed(text, text.trim().to_owned()),
    ),
    change(
        "a final CRLF is added",
        "it was lost when the body was copied",
        |text| Some(format!("{text}\r\n")),
    ),
    change(
        "its final newline is CRLF again",
        "copying changed it",
        |text| {
            let line = text.strip_suffix('\n')?;
            (!line.ends_with('\r')).then(|| format!("{line}\r\n"))
        },
    ),
];

/// What editors write for double quotation marks.
const CURLY: [char; 5] = ['“', '”', '„', '‟', '″'];
const GUILLEMETS: [char; 2] = ['«', '»'];

/// The text with straight quotation marks where JSON has them; those within a string stay as they are.
fn with_straight_ends(text: &str) -> String {
    let begins = |before: &str| {
        let last = before.trim_end().chars().next_back();
        last.is_none_or(|last| "{[,:".contains(last))
    };
    let ends = |after: &str| {
        let next = after.trim_start().chars().next();
        next.is_none_or(|next| "}],:".contains(next))
    };
    let mut out = String::with_capacity(text.len());
    for (at, char) in text.char_indices() {
        let quote = CURLY.contains(&char) || GUILLEMETS.contains(&char);
        if quote && (begins(&text[..at]) || ends(&text[at + char.len_utf8()..])) {
            out.push('"');
        } else {
            out.push(char);
        }
    }
    out
}

/// Zero-width characters, and hyphens that show only at the end of a line.
const INVISIBLE: [char; 6] = [
    '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}',
];

pub(super) fn is_invisible(char: char) -> bool {
    INVISIBLE.contains(&char)
}

fn changed(before: &str, after: String) -> Option<String> {
    (before != after).then_some(after)
}

fn replaced(text: &str, chars: &[char], by: &str) -> Option<String> {
    text.contains(chars).then(|| text.replace(chars, by))
}

/// The text with another unit of indentation.
fn indented(text: &str, unit: &str, by: &str) -> Option<String> {
    let line = |line: &str| {
        let mut rest = line;
        let mut depth = 0;
        while let Some(inner) = rest.strip_prefix(unit) {
            rest = inner;
            depth += 1;
        }
        by.repeat(depth) + rest
    };
    let lines: Vec<String> = text.split('\n').map(line).collect();
    changed(text, lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_undone_and_leaves_other_texts_alone() {
        let plain = "{\"a\": \"b\"}";
        let all = || REPLACED.iter().chain(&LINE_BREAKS).chain(&INDENTATIONS);
        assert!(all().all(|change| (change.undo)(plain).is_none()));
        for (pasted, original) in [
            ("```json\n{\"a\": \"b\"}```", plain),
            ("'{\"a\": \"b\"}'", plain),
            ("09:30 body={\"a\": \"b\"} status=200\n", plain),
            ("`{\"a\": \"b\"}`\n", plain),
            (r#"{\"a\": \"b\"}"#, plain),
            (r#""{\"a\": \"b\"}""#, plain),
            ("{&quot;a&quot;: &quot;b&quot;}", plain),
            ("\u{feff}{\"a\": \"b\"}", plain),
            ("{\"a\u{200b}\": \"b\"}", plain),
            ("{\"a\":\u{a0}\"b\"}", plain),
            ("{“a”: “b”}", plain),
            ("{„a“: „b“}", plain),
            ("{“a”: “the “b” or «c»”}", "{\"a\": \"the “b” or «c»\"}"),
            ("{«a»: «“b”»}", "{\"a\": \"“b”\"}"),
            ("{«a»: «b»}", plain),
            ("it’s", "it's"),
            ("{'a': 'b'}", plain),
            ("a… –", "a... --"),
            ("Ð¡Ñ‡Ñ‘Ñ‚ â‚½", "Счёт ₽"),
            ("a\r\nb\r\n", "a\nb\n"),
            ("a\nb\r\n", "a\r\nb\r\n"),
            ("{\"long\": \"wr\napped\"}\n", "{\"long\": \"wrapped\"}"),
            ("{\"a\":\n1}\n", "{\"a\": 1}"),
            ("{  \n\t\n}", "{\n\n}"),
            ("{\n\t1\n}", "{\n  1\n}"),
            ("{\n\t\t1\n}", "{\n        1\n}"),
            ("{\n    1\n}", "{\n\t\t1\n}"),
            ("{\n    1\n}", "{\n\t1\n}"),
            ("{\n    1\n}", "{\n  1\n}"),
            ("{\n  1\n}", "{\n    1\n}"),
        ] {
            let undone: Vec<_> = all().filter_map(|change| (change.undo)(pasted)).collect();
            assert!(
                undone.iter().any(|text| text == original),
                "{pasted}: {undone:?}"
            );
        }
    }
}
