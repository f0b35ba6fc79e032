//! Every rule has a page, every page a rule, and the example on the page breaks only that rule, so `explain` is true.
//! The severities are repeated here, so that a change is deliberate.

use crate::mutations::{catalogue, lint, linter};
use inqud_hook::lint::{Levels, Rule, Severity};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The default severity of each rule. A body is refused over an error; money may be lost over a
/// warning, or a page contradicts it; a note is good to know.
const SEVERITIES: &[(Severity, &[&str])] = &[
    (
        Severity::Error,
        &[
            "amount-form",
            "bad-record",
            "byte-order-mark",
            "duplicate-key",
            "empty-body",
            "event-mismatch",
            "extra-value",
            "impossible-time",
            "invalid-utf8",
            "lone-surrogate",
            "missing-field",
            "negative-amount",
            "not-an-object",
            "null-field",
            "number-overflow",
            "out-of-range",
            "syntax",
            "time-format",
            "too-deep",
            "too-large",
            "too-many-values",
            "truncated",
            "unknown-event",
            "unknown-value",
            "unrecognised",
            "wrong-type",
        ],
    ),
    (
        Severity::Warning,
        &[
            "too-many-findings",
            "address-form",
            "empty-list",
            "hash-form",
            "id-form",
            "id-prefix",
            "misspelt-event",
            "misspelt-field",
            "nul-character",
            "number-precision",
            "other-type",
            "paid-short",
            "quote-status",
            "sum-mismatch",
            "time-order",
            "time-unit",
            "time-zone",
            "too-long",
            "torn-record",
            "unlisted-value",
            "zero-amount",
        ],
    ),
    (
        Severity::Note,
        &[
            "masked-body",
            "paid-differs",
            "quote-amount",
            "time-zero",
            "two-event-names",
            "unknown-field",
        ],
    ),
];

/// Pages whose example is no JSON, and why. Where a body can be had all the same, it is made here.
fn examples_in_words(rule: Rule) -> Option<(&'static str, Option<Vec<u8>>)> {
    Some(match rule {
        Rule::BadRecord => ("a journal is more than one body", None),
        Rule::TornRecord => ("a journal is more than one body", None),
        Rule::MaskedBody => ("a body alone does not say it of itself", None),
        Rule::TooLarge => ("is not read at all, and would fill the page", None),
        Rule::EmptyBody => ("there is nothing to show", Some(Vec::new())),
        Rule::InvalidUtf8 => (
            "a page is UTF-8",
            Some(b"{\"description\":\"Caf\xe9\"}".to_vec()),
        ),
        Rule::TooDeep => (
            "would fill the page",
            Some(["{\"a\":".repeat(129), "}".repeat(129)].concat().into()),
        ),
        Rule::TooManyFindings => {
            let quotes = vec!["1"; 5_000].join(",");
            let body = format!(
                r#"{{"data":{{"id":"1","status":"paid","payment_processor_quotes":[{quotes}]}}}}"#
            );
            ("would fill the page", Some(body.into_bytes()))
        }
        Rule::TooManyValues => ("is more than one body; see listen_weight.rs", None),
        _ => return None,
    })
}

/// The `json` blocks of a page.
fn blocks(page: &str) -> Vec<&str> {
    let mut blocks = Vec::new();
    let mut rest = page;
    while let Some((_, opened)) = rest.split_once("\n```json\n") {
        let (block, behind) = opened.split_once("\n```\n").expect("the block is closed");
        blocks.push(block);
        rest = behind;
    }
    blocks
}

#[test]
fn every_rule_counts_as_what_was_decided() {
    let known: BTreeSet<&str> = SEVERITIES
        .iter()
        .flat_map(|(_, names)| *names)
        .copied()
        .collect();
    let all: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(known, all);
    assert_eq!(
        all.len(),
        Rule::ALL.len(),
        "every rule has a name of its own"
    );
    for (severity, names) in SEVERITIES {
        for name in *names {
            let rule =
                Rule::named(&name.to_uppercase(), None).expect("a name is found in any case");
            assert_eq!(rule.default_severity(), *severity, "{name}");
            assert_eq!(Levels::default().of(rule), Some(*severity), "{name}");
        }
    }
}

#[test]
fn every_page_is_of_a_rule_and_says_why_it_matters_how_it_looks_and_what_to_do() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files: BTreeSet<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        files,
        Rule::ALL
            .iter()
            .map(|rule| format!("{}.md", rule.name()))
            .collect()
    );
    for rule in Rule::ALL {
        let page = fs::read_to_string(folder.join(format!("{}.md", rule.name()))).unwrap();
        assert_eq!(page, rule.page(), "{rule}: what is compiled in is the file");
        let headings: Vec<&str> = page.lines().filter(|line| line.starts_with('#')).collect();
        let title = format!("# {rule}");
        assert_eq!(
            headings,
            [
                title.as_str(),
                "## Why it costs money",
                "## Example",
                "## Fix"
            ],
            "{rule}"
        );
        let empty = page
            .split("\n#")
            .find(|section| section.lines().filter(|line| !line.is_empty()).count() < 2);
        assert_eq!(empty, None, "{rule}: a section says nothing");
        assert!(
            !rule.title().is_empty() && !rule.title().ends_with('.'),
            "{rule}"
        );
    }
}

#[test]
fn the_example_of_every_page_breaks_its_rule() {
    let catalogue = catalogue();
    let linter = linter(catalogue);
    for rule in Rule::ALL {
        let blocks = blocks(rule.page());
        let mut bodies: Vec<Vec<u8>> = blocks
            .iter()
            .map(|block| block.as_bytes().to_vec())
            .collect();
        match examples_in_words(*rule) {
            Some((why, body)) => {
                assert!(
                    blocks.is_empty(),
                    "{rule} has an example in JSON now, though {why}"
                );
                bodies.extend(body);
            }
            None => assert!(!blocks.is_empty(), "{rule} has no example"),
        }
        for body in bodies {
            let findings = lint(&linter, &body).findings;
            let found = findings.iter().any(|finding| finding.rule == *rule);
            assert!(
                found,
                "{rule}: {} has {findings:#?}",
                String::from_utf8_lossy(&body)
            );
            // What is worse than the rule itself would hide what the page is about.
            let worse = findings
                .iter()
                .find(|finding| finding.rule != *rule && finding.severity > rule.default_severity())
                // This one is about too much of anything.
                .filter(|_| *rule != Rule::TooManyFindings);
            assert_eq!(worse, None, "{rule}: {}", String::from_utf8_lossy(&body));
        }
    }
}
