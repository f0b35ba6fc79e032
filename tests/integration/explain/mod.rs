//! `explain`: the pages of rules and cases, the list of both, and names that are not quite right.

use crate::support::{Ran, all, json_lines, of_type, repository, run, run_line};
use serde_json::{Value, json};
use std::fs;

/// Runs a line that must succeed without a word on stderr.
fn good(line: &str) -> String {
    let nowhere = tempfile::tempdir().expect("there is room for a folder");
    let Ran { code, out, err } = run_line(nowhere.path(), line);
    assert_eq!((code, &*err), (0, ""), "{line}");
    out
}

fn snapshot(name: &str, out: &str) {
    crate::support::snapshot("commands", name, out);
}

fn text<'v>(line: &'v Value, key: &str) -> &'v str {
    line[key].as_str().expect(key)
}

/// The lines of the list in both formats, which must be the same in number and order.
fn listed() -> Vec<(Value, String)> {
    let lines = json_lines(&good("explain --format json"));
    let human = good("explain");
    assert_eq!(human.lines().count(), lines.len());
    lines
        .into_iter()
        .zip(human.lines().map(str::to_owned))
        .collect()
}

/// The page for people of what has this name, whatever its case; it must begin with the name and `about`.
fn page_for_people(name: &str, about: &str, headings: &[&str]) -> String {
    let page = good(&format!("explain {}", name.to_uppercase()));
    let title = format!("{name} ({about})\n\n");
    assert!(page.starts_with(&title), "{title}: {page}");
    for heading in headings {
        assert!(
            page.contains(&format!("\n{heading}\n")),
            "{name} lacks {heading}"
        );
    }
    // What is indented is code, which may have both.
    let mut prose = page.lines().filter(|line| !line.starts_with("    "));
    let markdown =
        |line: &&str| line.contains("```") || line.starts_with('#') || line.starts_with("@fix");
    assert_eq!(prose.find(markdown), None, "{name}: Markdown is left");
    page
}

#[test]
fn every_rule_has_a_page_and_the_list_says_what_it_counts_as() {
    let rules = listed()
        .into_iter()
        .filter(|(line, _)| line["type"] == "rule");
    let rules: Vec<_> = rules.collect();
    assert!(rules.len() > 50, "the rules are listed");
    all(
        rules
            .into_iter()
            .map(|case| (case.0["name"].to_string(), case)),
        |_, (rule, line)| {
            let (name, severity) = (text(&rule, "name"), text(&rule, "severity"));
            let mut words = line.split_whitespace();
            assert_eq!((words.next(), words.next()), (Some(name), Some(severity)));
            page_for_people(name, severity, &["Why it costs money", "Example", "Fix"]);
            let line = &json_lines(&good(&format!("explain {name} --format json")))[0];
            assert_eq!(
                fs::read_to_string(repository(&format!("src/rules/{name}.md"))).unwrap(),
                line["page"]
            );
        },
    );
    snapshot("explain-paid-short", &good("explain paid-short"));
}

#[test]
fn every_case_has_a_page_and_the_list_says_what_it_costs() {
    let cases = listed()
        .into_iter()
        .filter(|(line, _)| line["type"] == "case");
    let cases: Vec<_> = cases.collect();
    assert!(cases.len() > 70, "the cases are listed");
    all(
        cases
            .into_iter()
            .map(|case| (case.0["id"].to_string(), case)),
        |_, (case, line)| {
            let (id, cost) = (text(&case, "id"), text(&case, "cost"));
            let mut words = line.split_whitespace();
            assert_eq!((words.next(), words.next()), (Some(id), Some(cost)));
            assert!(line.contains(text(&case, "title")), "{line}");
            let needs = case["needs"].as_array().expect("a list");
            assert_eq!(line.contains(" (needs --"), !needs.is_empty(), "{line}");
            let about = match line.split_once(" (needs ") {
                Some((_, needs)) => format!("{cost}; needs {}", needs.trim_end_matches(')')),
                None => cost.to_owned(),
            };
            page_for_people(id, &about, &["Why it costs money", "Fix"]);

            let shown = &json_lines(&good(&format!("explain {id} --format json")))[0];
            let mut without_page = shown.clone();
            let page = without_page["page"].take();
            assert_eq!(without_page, case, "the list says the same");
            let page = page.as_str().expect("a page");
            let written = fs::read_to_string(repository(&format!("src/cases/{id}.md"))).unwrap();
            let own = written.lines().filter(|line| !line.starts_with("@fix "));
            for line in own {
                assert!(page.contains(line), "{id}: {line} is missing");
            }
        },
    );
    snapshot("explain-forge-truncated", &good("explain forge/truncated"));
}

#[test]
fn groups_patterns_and_names_without_their_group_find_cases() {
    let ids = |topic: &str| {
        let lines = json_lines(&good(&format!("explain {topic} --format json")));
        let cases = of_type(&lines, "case");
        cases
            .iter()
            .map(|case| text(case, "id").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("duplicate"), ["ack/duplicate", "state/duplicate"]);
    assert_eq!(ids("ACK"), ids("ack/*"));
    assert_eq!(ids("ack").len(), 7);
    assert_eq!(
        ids("*/unknown-*"),
        ["ack/unknown-event", "ack/unknown-order"]
    );
    // One alone is shown in full.
    let lines = json_lines(&good("explain one-digit --format json"));
    assert_eq!(lines[0]["id"], "forge/one-digit");
    assert!(text(&lines[0], "page").contains("## Fix"));
    // A rule has this name, so it is the one that is meant.
    let lines = json_lines(&good("explain truncated --format json"));
    assert_eq!((lines.len(), &lines[0]["type"]), (1, &json!("rule")));
}

#[test]
fn a_misspelt_name_is_compared_with_rules_and_cases() {
    let nowhere = tempfile::tempdir().expect("there is room for a folder");
    for (typed, hint) in [
        ("forge/truncatd", "did you mean forge/truncated?"),
        ("forge/no_signatur", "did you mean forge/no-signature?"),
        ("tampered-feld", "did you mean tampered-field?"),
        ("paid-shrt", "did you mean paid-short?"),
        ("frge/*", "`inqud-hook explain` lists all rules and cases"),
        ("", "`inqud-hook explain` lists all rules and cases"),
        (
            "\u{1b}[2J",
            "`inqud-hook explain` lists all rules and cases",
        ),
    ] {
        let Ran { code, out, err } = run(nowhere.path(), ["explain", typed]);
        assert_eq!((code, &*out), (2, ""), "{typed}");
        assert!(err.starts_with("error: unknown rule or case \""), "{err}");
        assert!(err.ends_with(&format!("hint: {hint}\n")), "{typed}: {err}");
        assert!(!err.contains('\u{1b}'), "{typed}: the terminal is steered");
    }
}

#[test]
fn causes_and_reasons_in_reports_have_pages() {
    for (name, kind, meaning, fix) in [
        (
            "amount-not-compared",
            "cause",
            "another amount",
            "Look up the order's own price",
        ),
        (
            "no-idempotency",
            "cause",
            "as often as it is delivered",
            "## Fix",
        ),
        (
            "body_reprinted",
            "reason",
            "printed again",
            "the bytes as they were sent",
        ),
        (
            "secret_padded",
            "reason",
            "quotation marks",
            "Trim the secret",
        ),
        (
            "unexplained",
            "reason",
            "None of the common mistakes",
            "Compare the secrets",
        ),
    ] {
        let line = &json_lines(&good(&format!("explain {name} --format json")))[0];
        assert_eq!((text(line, "type"), text(line, "name")), (kind, name));
        assert!(text(line, "explanation").contains(meaning), "{line}");
        assert!(text(line, "page").contains(fix), "{line}");
        let human = good(&format!("explain {name}"));
        assert!(
            human.starts_with(&format!("{name} (")) && human.contains("\nFix\n"),
            "{human}"
        );
    }
}
