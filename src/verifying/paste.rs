//! Looks for what copying changed in a body, until the signature fits: every likely change, then several of them together,
//! then the body printed anew.

use super::copied::{
    CopyChange, CopyFinding, ENDS, INDENTATIONS, LINE_BREAKS, REPLACED, TEXT_AROUND, is_invisible,
};
use super::encoding::text_of;
use crate::signature::diagnose::{SearchBudget, find_print};
use crate::signature::{SignatureVerdict, Signer, SigningInput};

/// Larger bodies are not searched: they are not pasted.
const LARGEST: usize = 64 << 10;

/// Each replacement that may have been made doubles the number of originals.
const MOST_ORIGINALS: usize = 48;

/// A body with changes undone.
#[derive(Clone)]
struct CopiedText {
    text: String,
    undone: Vec<&'static CopyChange>,
}

impl CopiedText {
    /// The same with one more change undone.
    fn without(&self, change: &'static CopyChange) -> Option<Self> {
        Some(Self {
            text: (change.undo)(&self.text)?,
            undone: [&*self.undone, &[change]].concat(),
        })
    }
}

/// The signature of a delivery without what copying may have put into it; `None` unless it has exactly one.
pub(super) fn signature(input: &SigningInput<'_>, header: &str) -> Option<String> {
    let mut values = input.values(header);
    let value = std::str::from_utf8(values.next()?).ok()?;
    let invisible = |char: &char| char.is_whitespace() || is_invisible(*char);
    values
        .next()
        .is_none()
        .then(|| value.chars().filter(|char| !invisible(char)).collect())
}

/// Why a copied delivery is not valid: what has to be undone so that it is. `value` is its signature as [`signature`]
/// gives it. `printed` says that a program has surely printed the body anew.
pub(super) fn explain_signature(
    input: &SigningInput<'_>,
    value: &str,
    signer: &Signer,
    printed: bool,
) -> Option<CopyFinding> {
    let header = signer.header();
    let headers = [(header, value.as_bytes())];
    let fits = |body: &[u8]| {
        let input = SigningInput {
            headers: &headers,
            body,
            ..*input
        };
        signer.verify(&input) == SignatureVerdict::Valid
    };
    if fits(input.body) {
        return Some(CopyFinding {
            undone: format!("white space and invisible characters in {header} are removed"),
            cause: "they were added when it was copied",
            of_body: false,
        });
    }
    explain(input.body, printed, fits)
}

/// Why a signature does not fit a copied body: what has to be undone so that it does. `fits` takes the original.
fn explain(body: &[u8], printed: bool, fits: impl Fn(&[u8]) -> bool) -> Option<CopyFinding> {
    if body.len() > LARGEST {
        return None;
    }
    let (originals, layouts) = (originals(body), layouts());
    let mut budget = SearchBudget::new();
    for original in &originals {
        for layout in &layouts {
            if !budget.allows(original.text.len()) {
                break;
            }
            let mut changes = layout.iter();
            let text = changes.try_fold(original.text.clone(), |text, change| (change.undo)(&text));
            if text.is_some_and(|text| fits(text.as_bytes())) {
                return Some(finding(&[&*original.undone, layout].concat(), None));
            }
        }
    }
    let mut budget = SearchBudget::new();
    // Viewers add white space. What has none was hardly printed by one, so that the signer is to blame.
    let mut spaced = originals
        .iter()
        .filter(|original| printed || is_spaced(original.text.trim()));
    spaced.find_map(|original| {
        let found = find_print(original.text.as_bytes(), &mut budget, |print, _| {
            fits(print).then_some(())
        });
        let (style, ()) = found?;
        Some(finding(&original.undone, Some(&style)))
    })
}

/// What a copied body probably was, the likeliest first, each with words for what was undone.
pub(super) fn repaired(body: &[u8]) -> Vec<(String, String)> {
    // Each is diagnosed, which takes long.
    const MOST: usize = 6;
    if body.len() > LARGEST {
        return Vec::new();
    }
    let originals = originals(body);
    let unwrapped: Vec<CopiedText> = originals.iter().flat_map(unwrapped).collect();
    let changed = originals
        .into_iter()
        .filter(|original| !original.undone.is_empty());
    let with_words = |original: CopiedText| {
        let undone: Vec<&str> = original.undone.iter().map(|change| change.undone).collect();
        (original.text, undone.join(" and "))
    };
    let likely = unwrapped.into_iter().chain(changed);
    likely.take(MOST).map(with_words).collect()
}

/// The JSON without the line breaks in its strings, which a terminal or an editor puts into long lines.
fn unwrapped(original: &CopiedText) -> impl Iterator<Item = CopiedText> {
    let is_good = |text: &str| is_json(text) || breaks_off(text);
    let broken = !is_good(&original.text);
    let changes = LINE_BREAKS.iter().filter(move |_| broken);
    let joined = changes.filter_map(|change| original.without(change));
    joined.filter(move |joined| is_good(&joined.text))
}

/// Whether the end of a body is missing: its JSON is right as far as it goes.
pub(super) fn is_cut_off(body: &[u8]) -> bool {
    let is_cut_off = |original: &CopiedText| {
        let mut joined = unwrapped(original);
        breaks_off(&original.text) || joined.any(|joined| breaks_off(&joined.text))
    };
    body.len() <= LARGEST && originals(body).iter().any(is_cut_off)
}

/// Whether it is JSON that is printed over several lines, as viewers show it.
pub(super) fn is_reformatted(body: &[u8]) -> bool {
    let text = as_it_was(body).text;
    body.len() <= LARGEST && text.trim().contains('\n') && is_json(&text) && is_spaced(text.trim())
}

/// Whether it is a body among other text, as logs have it.
pub(super) fn is_log(body: &[u8]) -> bool {
    let is_around = |change: &&CopyChange| change.undone == TEXT_AROUND;
    let around = REPLACED.iter().find(is_around);
    body.len() <= LARGEST && around.is_some_and(|change| as_it_is(body).without(change).is_some())
}

fn breaks_off(text: &str) -> bool {
    // What viewers put in place of the rest.
    let text = text.trim_end().trim_end_matches(['.', '…']);
    let read = serde_json::from_str::<serde::de::IgnoredAny>(text);
    text.trim_start().starts_with(['{', '[']) && read.is_err_and(|error| error.is_eof())
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The body as text.
fn as_it_is(body: &[u8]) -> CopiedText {
    let (text, read) = text_of(body);
    CopiedText {
        text,
        undone: read.into_iter().collect(),
    }
}

/// The body with every replacement undone.
fn as_it_was(body: &[u8]) -> CopiedText {
    let undo = |known: CopiedText, change| known.without(change).unwrap_or(known);
    REPLACED.iter().fold(as_it_is(body), undo)
}

/// What the body may have been: as it is, then with replacements undone, the fewest first.
fn originals(body: &[u8]) -> Vec<CopiedText> {
    let mut some = vec![as_it_is(body)];
    for change in &REPLACED {
        let room = MOST_ORIGINALS.saturating_sub(some.len());
        let more = some.iter().filter_map(|known| known.without(change));
        let more: Vec<CopiedText> = more.take(room).collect();
        some.extend(more);
    }
    some.sort_by_key(|original| original.undone.len());
    if some.len() >= MOST_ORIGINALS {
        // The likeliest of those for which there was no room.
        some.insert(1, as_it_was(body));
    }
    some
}

/// Every combination of changes of the layout, the fewest changes first.
fn layouts() -> Vec<Vec<&'static CopyChange>> {
    fn options(
        changes: &'static [CopyChange],
    ) -> impl Iterator<Item = Option<&'static CopyChange>> {
        std::iter::once(None).chain(changes.iter().map(Some))
    }
    let mut all = Vec::new();
    for indentation in options(&INDENTATIONS) {
        for line_breaks in options(&LINE_BREAKS) {
            for end in options(&ENDS) {
                all.push(
                    [indentation, line_breaks, end]
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>(),
                );
            }
        }
    }
    all.sort_by_key(Vec::len);
    all
}

/// Whether a JSON text has white space outside of strings.
fn is_spaced(text: &str) -> bool {
    let (mut inside, mut escaped) = (false, false);
    text.chars().any(|char| {
        match char {
            '"' if !escaped => inside = !inside,
            _ => {}
        }
        escaped = char == '\\' && !escaped;
        !inside && char.is_ascii_whitespace()
    })
}

fn finding(undone: &[&CopyChange], style: Option<&str>) -> CopyFinding {
    let print = style.map(|style| format!("the JSON is printed as it was ({style})"));
    let clauses = undone.iter().map(|change| change.undone.to_owned());
    let clauses: Vec<String> = clauses.chain(print).collect();
    let cause = match (undone, style) {
        ([one], None) => one.cause,
        ([], Some(_)) => "it was reformatted when the body was copied",
        _ => "copying made these changes",
    };
    CopyFinding {
        undone: clauses.join(" and "),
        cause,
        of_body: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;

    fn found(pasted: &[u8], original: &str) -> Option<String> {
        let found = explain(pasted, false, |body| body == original.as_bytes())?;
        Some(found.sentence())
    }

    #[test]
    fn one_change_or_several_are_named() {
        let body = "{\"order\":\"7\",\"note\":\"Счёт 'A' -- x...\",\"price\":1.50}";
        let pretty =
            "{\n  \"order\": \"7\",\n  \"note\": \"Счёт 'A' -- x...\",\n  \"price\": 1.50\n}";
        let utf_16: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(body.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        for (pasted, original, words) in [
            (
                format!("{body}\n").into_bytes(),
                body,
                "valid once the final newline is removed: it was added when the body was copied",
            ),
            (
                body.into(),
                &format!("{body}\n"),
                "valid once a final newline is added: it was lost when the body was copied",
            ),
            (
                pretty.replace('\n', "\r\n").into_bytes(),
                pretty,
                "valid once its line endings are LF again: copying changed them",
            ),
            (
                pretty.replace("  ", "\t").into_bytes(),
                pretty,
                "valid once its tabs are two spaces again: an editor changed the indentation",
            ),
            (
                format!("{}\n", pretty.replace("  ", "\t").replace('\n', "\r\n")).into_bytes(),
                pretty,
                "valid once its tabs are two spaces again and its line endings are LF again and the final newline is \
                 removed: copying made these changes",
            ),
            (
                pretty.into(),
                body,
                "valid once the JSON is printed as it was (compact, no spaces): it was reformatted when the body was copied",
            ),
            (
                format!("{pretty}\n").into_bytes(),
                &body
                    .replace('С', "\\u0421")
                    .replace("чёт", "\\u0447\\u0451\\u0442"),
                "valid once the JSON is printed as it was (compact, no spaces, \\uXXXX for non-ASCII characters): it was \
                 reformatted when the body was copied",
            ),
            (
                format!(
                    " {} ",
                    body.replace('"', "”")
                        .replace('\'', "’")
                        .replace("--", "–")
                        .replace("...", "…")
                )
                .into_bytes(),
                body,
                "valid once the curly double quotation marks are straight again and the curly single quotation marks \
                 are straight again and the dashes and ellipses are hyphens and dots again and the white space around \
                 it is removed: copying made these changes",
            ),
            (
                pretty.replace('"', "“").into_bytes(),
                body,
                "valid once the curly double quotation marks are straight again and the JSON is printed as it was (compact, \
                 no spaces): copying made these changes",
            ),
            (
                utf_16,
                body,
                "valid once it is encoded as UTF-8: it was saved as UTF-16",
            ),
            (
                format!("```json\r\n{pretty}\r\n```\r\n").into_bytes(),
                pretty,
                "valid once the code fence around it is removed and the final newline is removed: copying made these \
                 changes",
            ),
        ] {
            let shown = String::from_utf8_lossy(&pasted).into_owned();
            assert_eq!(found(&pasted, original).as_deref(), Some(words), "{shown}");
        }
        for original in ["{}", pretty, &body.replace(':', ": ")] {
            assert_eq!(found(body.as_bytes(), original), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_body_is_searched(text in "([{}\\[\\]:,\"'“”«»\\\\ \t\r\n…–&a1é`]|Ã©|&quot;|\u{feff}){0,40}", end: Vec<u8>) {
            let pasted = [text.as_bytes(), &end].concat();
            prop_assert!(explain(&pasted, false, |_| false).is_none());
            prop_assert!(repaired(&pasted).len() <= 6);
        }
    }

    #[test]
    fn the_search_ends_for_any_body() {
        let every = "\u{feff}'{“a”:\u{a0}“&quot;it’s…” \\\" Ã©\u{200b}}'\n";
        for pasted in [
            every.repeat(100),
            every.to_owned(),
            "\n".repeat(10_000),
            "[".repeat(10_000),
            "“".repeat(1_000_000),
            String::new(),
        ] {
            let hashed = Cell::new(0);
            let found = explain(pasted.as_bytes(), false, |body| {
                hashed.set(hashed.get() + body.len());
                false
            });
            assert!(found.is_none());
            assert!(hashed.get() <= 16 << 20, "{} bytes", hashed.get());
        }
    }
}
