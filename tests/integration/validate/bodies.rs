//! Every file of `tests/bodies` is validated, and the human output is compared with its snapshot in
//! `tests/snapshots/bodies`; a new case is a new file. Every rule has a case, and every finding points at the bytes
//! that it is about.

use crate::support::{
    FORMATS, Ran, all, bodies, folder_with, json_lines, of_type, repository, run, run_line,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// Rules without a file among the bad bodies, and why.
const WITHOUT_A_CASE: &[(&str, &str)] = &[
    ("too-large", "its file would have 4 MiB; see commands.rs"),
    (
        "too-many-findings",
        "its snapshot would have 1,000 findings; see below",
    ),
    (
        "too-many-values",
        "its snapshot would have 1,000 findings; see listen_weight.rs",
    ),
];

fn snapshot(sort: &str, case: &str, ran: &Ran) {
    let shown = format!("exit code {}\n\n{}", ran.code, ran.out);
    crate::support::snapshot("bodies", &format!("{sort}-{case}"), &shown);
}

#[test]
fn every_bad_body_is_reported_as_its_snapshot_shows() {
    let cases = bodies("bad");
    let folder = folder_with(&cases);
    all(cases, |name, _| {
        // Without -v, the fourth of a sort would be left out.
        let ran = run(folder.path(), ["validate", name, "-v", "--color", "never"]);
        assert_eq!(ran.err, "", "{name}: a finding is not an error of the tool");
        snapshot("bad", name, &ran);
    });
}

#[test]
fn every_good_body_is_recognised_and_has_no_finding_at_all() {
    let cases = bodies("good");
    let folder = folder_with(&cases);
    all(cases, |name, _| {
        let ran = run(folder.path(), ["validate", name, "--format", "json"]);
        assert_eq!((ran.code, &*ran.err), (0, ""), "{name}: {}", ran.out);
        let lines = json_lines(&ran.out);
        assert!(of_type(&lines, "finding").is_empty(), "{name}: {}", ran.out);
        assert!(!of_type(&lines, "body").is_empty(), "{name} holds a body");
        for body in of_type(&lines, "body") {
            assert!(body["event"].is_string(), "{name}: {body}");
        }
        snapshot(
            "good",
            name,
            &run(
                folder.path(),
                ["validate", name, "--verbose", "--color", "never"],
            ),
        );
    });
}

#[test]
fn every_bad_body_has_a_finding_and_an_error_is_what_makes_it_invalid() {
    let cases = bodies("bad");
    let folder = folder_with(&cases);
    all(cases, |name, _| {
        let ran = run(folder.path(), ["validate", name, "--format", "json"]);
        let lines = json_lines(&ran.out);
        let errors = of_type(&lines, "finding")
            .iter()
            .filter(|finding| finding["severity"] == "error")
            .count();
        assert!(
            !of_type(&lines, "finding").is_empty(),
            "{name} is a good body"
        );
        assert_eq!(ran.code, i32::from(errors > 0), "{name}: {}", ran.out);
    });
}

#[test]
fn every_rule_has_a_case_among_the_bad_bodies() {
    let folder = folder_with(&bodies("bad"));
    let found = run_line(folder.path(), "validate . --format json");
    let names = |lines: &[Value], kind: &str, key: &str| -> BTreeSet<String> {
        of_type(lines, kind)
            .iter()
            .filter_map(|line| Some(line[key].as_str()?.to_owned()))
            .collect()
    };
    let mut covered = names(&json_lines(&found.out), "finding", "rule");
    for (rule, why) in WITHOUT_A_CASE {
        assert!(
            covered.insert((*rule).to_owned()),
            "{rule} has a case, so no exception is needed: {why}"
        );
    }
    let rules = names(
        &json_lines(&run_line(folder.path(), "explain --format json").out),
        "rule",
        "name",
    );
    assert!(rules.len() > 40, "the rules are listed");
    assert_eq!(covered, rules);
}

#[test]
fn no_snapshot_outlives_its_case() {
    let cases = ["bad", "good"].map(|sort| {
        bodies(sort)
            .into_iter()
            .map(move |(name, _)| format!("{sort}-{name}.snap"))
    });
    let expected: BTreeSet<String> = cases.into_iter().flatten().collect();
    let entries = fs::read_dir(repository("tests/snapshots/bodies")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(
        names
            .filter(|name| name.ends_with(".snap"))
            .collect::<BTreeSet<_>>(),
        expected
    );
}

#[test]
fn a_body_with_more_findings_than_anybody_reads_keeps_the_first_thousand_and_counts_the_rest() {
    let fields: Vec<String> = (0..1_500)
        .map(|index| format!("\"extra{index}\": {index}"))
        .collect();
    let body = format!(
        "{{\"id\": \"CCO-aa4a1a35-4e7e-46cd-a214-b18acd63554c\", \"status\": \"NEW\", {}}}",
        fields.join(", ")
    );
    let folder = folder_with(&[("body.json".to_owned(), body.into_bytes())]);
    let ran = run_line(folder.path(), "validate body.json --format json");
    let lines = json_lines(&ran.out);
    let findings = of_type(&lines, "finding");
    assert_eq!((ran.code, findings.len()), (0, 1_001));
    let last: Vec<_> = findings
        .iter()
        .filter(|finding| finding["rule"] == "too-many-findings")
        .collect();
    assert_eq!(last.len(), 1);
    assert_eq!(last[0]["message"], "500 more findings in this body");
    assert_eq!(
        last[0]["label"],
        "only the first 1000 of each severity are kept"
    );
}

#[test]
fn nothing_from_outside_steers_a_terminal_in_any_format() {
    let steers = |char: char| {
        (char.is_control() && !matches!(char, '\n' | '\t'))
            || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let cases = bodies("bad");
    let hostile = cases.iter().filter(|(_, bytes)| {
        String::from_utf8_lossy(bytes).contains(['\u{1b}', '\u{9b}', '\u{202e}'])
    });
    assert!(hostile.count() >= 3, "there are bodies that try");
    let folder = folder_with(&cases);
    all(
        FORMATS.map(|format| (format.to_owned(), ())),
        |format, ()| {
            let ran = run(
                folder.path(),
                [
                    "validate",
                    ".",
                    "--verbose",
                    "--color",
                    "never",
                    "--format",
                    format,
                ],
            );
            assert_eq!(ran.code, 1);
            let caught = ran.out.lines().find(|line| line.contains(steers));
            assert_eq!(caught, None, "--format {format}");
        },
    );
}

/// Rules about the text itself; their bytes need not be a whole token.
const OF_THE_TEXT: &[&str] = &[
    "invalid-utf8",
    "byte-order-mark",
    "syntax",
    "truncated",
    "extra-value",
    "empty-body",
    "bad-record",
    "torn-record",
];

#[test]
fn every_finding_points_at_the_bytes_that_it_is_about() {
    let cases = bodies("bad");
    let folder = folder_with(&cases);
    let compared = std::cell::Cell::new(0);
    all(cases, |name, bytes| {
        let lines = json_lines(&run(folder.path(), ["validate", name, "--format", "json"]).out);
        for finding in of_type(&lines, "finding") {
            check_place(finding, &bytes);
            compared.set(compared.get() + usize::from(check_name(finding, &bytes)));
        }
    });
    assert!(
        compared.get() > 100,
        "only {} findings could be compared with the value they name",
        compared.get()
    );
}

fn number(finding: &Value, key: &str) -> usize {
    finding[key]
        .as_u64()
        .and_then(|number| number.try_into().ok())
        .expect("places are numbers")
}

/// Line and column follow from the offset, and the bytes are there and begin a token.
fn check_place(finding: &Value, bytes: &[u8]) {
    let (offset, length) = (number(finding, "offset"), number(finding, "length"));
    let before = bytes
        .get(..offset)
        .expect("the offset lies within the source");
    let slice = bytes
        .get(offset..offset + length)
        .expect("the bytes lie within the source");
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |newline| newline + 1);
    let of_line = String::from_utf8_lossy(&before[start..]);
    let of_line = if start == 0 {
        of_line.trim_start_matches('\u{feff}')
    } else {
        &of_line
    };
    assert_eq!(
        (number(finding, "line"), number(finding, "column")),
        (line, of_line.chars().count() + 1),
        "{finding}"
    );
    let rule = finding["rule"].as_str().expect("rules have names");
    if length == 0 {
        assert!(
            matches!(rule, "empty-body" | "truncated" | "torn-record"),
            "{finding}"
        );
    } else if !OF_THE_TEXT.contains(&rule) && captured(bytes, finding).is_none() {
        assert!(
            b"\"{[-0123456789tfn\\".contains(&slice[0]),
            "no token begins at {finding}"
        );
        // No token goes on from one line to the next, and only an escape stands within one.
        let left = before[start..]
            .trim_ascii_end()
            .last()
            .copied()
            .unwrap_or(b'[');
        let boundary = b"{[,:\xbf".contains(&left) || slice[0] == b'\\';
        assert!(
            boundary,
            "{finding} begins within a token, behind {:?}",
            char::from(left)
        );
    }
}

/// The line of the source that a finding stands in.
fn line_of<'s>(source: &'s [u8], finding: &Value) -> &'s [u8] {
    source
        .split(|byte| *byte == b'\n')
        .nth(number(finding, "line") - 1)
        .expect("the line is there")
}

/// The body of a capture in a journal, and the part of it that the finding's bytes stand for; in base64 that is a
/// little more, since three bytes share four characters.
fn captured(source: &[u8], finding: &Value) -> Option<(Vec<u8>, Vec<u8>)> {
    let capture: Value = serde_json::from_slice(line_of(source, finding)).ok()?;
    let slice = &source[number(finding, "offset")..][..number(finding, "length")];
    if let Some(body) = capture["body_base64"].as_str() {
        let decode = |text: &[u8]| STANDARD.decode(text).expect("whole groups of base64");
        return Some((decode(body.as_bytes()), decode(slice)));
    }
    let body = capture["body"]
        .as_str()
        .filter(|_| capture["received_at"].is_string())?;
    let slice: String = serde_json::from_slice(&[b"\"", slice, b"\""].concat())
        .expect("whole characters of the body");
    Some((body.as_bytes().to_vec(), slice.into_bytes()))
}

/// The bytes spell the value at the pointer, the brace or bracket that opens it, or the key that leads to it. False
/// if the body is not JSON.
fn check_name(finding: &Value, bytes: &[u8]) -> bool {
    let rule = finding["rule"].as_str().expect("rules have names");
    if OF_THE_TEXT.contains(&rule) || rule == "too-deep" {
        return false;
    }
    let slice = &bytes[number(finding, "offset")..][..number(finding, "length")];
    let parse = |text: &[u8]| serde_json::from_slice::<Value>(text);
    let (body, slice) = match captured(bytes, finding) {
        Some((body, slice)) => (parse(&body), slice),
        None => (
            parse(bytes).or_else(|_| parse(line_of(bytes, finding))),
            slice.to_vec(),
        ),
    };
    let Ok(body) = body else { return false };
    let slice = String::from_utf8(slice).expect("whole characters");
    let pointer = finding["pointer"].as_str().expect("pointers are texts");
    let named = body
        .pointer(pointer)
        .unwrap_or_else(|| unreachable!("{pointer} leads nowhere: {finding}"));
    let key = pointer
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .replace("~1", "/")
        .replace("~0", "~");
    let spelt = parse(slice.as_bytes()).is_ok_and(|value| value == *named || value == *key);
    let opened = (slice == "{" && named.is_object()) || (slice == "[" && named.is_array());
    let escape = rule == "nul-character" && slice == "\\u0000" && named.is_string();
    let within = line_of(bytes, finding)
        .windows(13)
        .any(|part| part == b"\"body_base64\"")
        && slice.contains(&named.to_string());
    assert!(
        spelt || opened || escape || within,
        "{slice:?} is not {pointer}: {finding}"
    );
    true
}
