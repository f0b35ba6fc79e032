//! The reports of `test` from the built binary, for an endpoint that accepts everything and answers what would harm a
//! terminal, a page or a pipeline.

use crate::support::endpoint::{Endpoint, answer};
use crate::support::{Ran, folder, json_lines, of_type, run_line, sarif_judge, xmllint};
use serde_json::Value;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

const HOSTILE: &str =
    "\x1b[2J</script><script>alert(1)</script>]]>\n::error::pwned ##[error]x \u{202e}";

fn endpoint() -> Endpoint {
    Endpoint::new(|_, _| answer(200, &[], HOSTILE))
}

fn judged(endpoint: &Endpoint, more: &str) -> Ran {
    let nowhere = folder(&[]);
    let line = format!(
        "test forge/no-signature --provider calypso --seed 7 --to :{}/hooks {more}",
        endpoint.port
    );
    run_line(&nowhere.path, &line)
}

#[test]
fn every_format_tells_of_the_failure_and_takes_no_harm_from_the_answer() {
    let endpoint = endpoint();
    for format in ["human", "json", "junit", "sarif", "github", "html"] {
        let ran = judged(&endpoint, &format!("--format {format}"));
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        let out = ran.out;
        assert!(out.contains("forge/no-signature"), "{out}");
        assert!(!out.contains(['\x1b', '\u{202e}']), "{out}");
        assert!(!out.contains("##[error]"), "{out}");
        match format {
            "json" => {
                let lines = json_lines(&out);
                let cases = of_type(&lines, "case");
                let failed = cases
                    .iter()
                    .filter(|case| case["verdict"] == "fail")
                    .count();
                let summary = of_type(&lines, "summary")[0];
                assert_eq!(summary["failed"], failed);
                assert_eq!(summary["causes"][0]["cases"][0], "forge/no-signature");
                assert_eq!(summary["seed"], 7);
                let said = cases.iter().find(|case| case["verdict"] == "fail").unwrap();
                assert!(said["got"].as_str().unwrap().contains("200"), "{said}");
            }
            "junit" => assert_eq!(xmllint(&out).unwrap_or_default(), ""),
            "sarif" => {
                let log: Value = serde_json::from_str(&out).unwrap();
                assert!(sarif_judge().is_valid(&log), "{out}");
                assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 1);
            }
            "github" => assert!(
                out.lines().all(|line| line.starts_with("::error ")),
                "{out}"
            ),
            "html" => {
                assert!(
                    out.ends_with("</html>\n") && !out.contains("<script"),
                    "{out}"
                );
            }
            _ => assert!(!out.lines().any(|line| line.trim_start().starts_with("::"))),
        }
    }
}

#[test]
fn output_goes_to_a_file_whole_and_without_colours() {
    let endpoint = endpoint();
    let nowhere = folder(&[]);
    for format in ["human", "html"] {
        let path = nowhere.path.join("report");
        let more = format!(
            "--format {format} --output {} --color always",
            path.display()
        );
        let ran = judged(&endpoint, &more);
        assert_eq!((ran.code, &*ran.out), (1, ""), "{}", ran.err);
        // The screen has the result.
        let end = format!("). Report: {}\n", path.display());
        assert!(
            ran.err.contains(" 1 of 3 cases failed (") && ran.err.ends_with(&end),
            "{}",
            ran.err
        );
        let written = fs::read_to_string(path).unwrap();
        assert!(written.contains("forge/no-signature") && !written.contains('\x1b'));
        assert_eq!(
            written.matches("</html>").count(),
            usize::from(format == "html")
        );
    }
}

#[test]
fn the_start_and_the_end_count_the_same_cases() {
    let endpoint = endpoint();
    for more in ["", "wire/spaces", "gate"] {
        let out = judged(&endpoint, more).out;
        let (_, counted) = out.split_once(" (").unwrap();
        let (chosen, _) = counted.split_once(" cases,").unwrap();
        let table = out.lines().find(|line| line.starts_with("all "));
        let table = table.or_else(|| out.lines().find(|line| line.starts_with("gate  ")));
        let numbers = table.unwrap().split_whitespace().skip(1);
        let sum: u64 = numbers.filter_map(|word| word.parse::<u64>().ok()).sum();
        assert_eq!(chosen, sum.to_string(), "{more}: {out}");
    }
}

#[test]
fn a_state_that_breaks_leaves_the_report_of_what_was_judged() {
    let (paid, broken) = (AtomicU64::new(0), AtomicBool::new(false));
    let endpoint = Endpoint::new(move |_, came| match came.method.as_str() {
        "GET" if broken.load(Ordering::Relaxed) => answer(500, &[], "no database"),
        "GET" => answer(
            200,
            &[],
            &format!("{{\"paid\":{}}}", paid.load(Ordering::Relaxed)),
        ),
        _ => {
            let forged = came.all("Sign").is_empty();
            broken.fetch_or(forged, Ordering::Relaxed);
            paid.fetch_add(1, Ordering::Relaxed);
            answer(200, &[], "")
        }
    });
    let state = format!("--state http://127.0.0.1:{}/paid", endpoint.port);
    let ran = judged(&endpoint, &format!("{state} --format json"));
    let why = format!("{state}: answered 500: no database");
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains(&format!("error: {why}\n")), "{}", ran.err);
    let lines = json_lines(&ran.out);
    let verdict = |name: &str| {
        let cases = of_type(&lines, "case");
        let case = cases.iter().find(|case| case["id"] == name);
        case.map(|case| case["verdict"].clone())
    };
    assert_eq!(verdict("gate/state-moves"), Some("pass".into()));
    assert_eq!(verdict("forge/no-signature"), Some("inconclusive".into()));
    let summary = of_type(&lines, "summary")[0];
    assert_eq!(summary["broken"], why);
    assert_eq!(summary["interrupted"], false);
    // The report for people says so too.
    let ran = judged(&endpoint, &state);
    assert_eq!(ran.code, 2, "{}", ran.out);
}

#[test]
fn a_blocked_run_says_only_why_and_what_to_do() {
    let endpoint = Endpoint::new(|_, _| answer(404, &[], "nothing here"));
    let ran = judged(&endpoint, "");
    assert_eq!(ran.code, 1);
    let (_, said) = ran.out.split_once("\nBlocked: ").unwrap();
    assert!(said.contains("404") && said.contains("to do "), "{said}");
    assert!(
        !said.contains("not run") && !said.contains("group "),
        "{said}"
    );
}

#[test]
fn a_list_is_no_report() {
    let nowhere = folder(&[]);
    let ran = run_line(&nowhere.path, "test --list --format sarif");
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(
        ran.err,
        "error: --list prints no report\nhint: use --format human or json with --list\n"
    );
    let ran = run_line(&nowhere.path, "test --list forge --format json");
    let lines = json_lines(&ran.out);
    assert_eq!((ran.code, of_type(&lines, "case").len()), (0, lines.len()));
    assert!(lines.iter().all(|line| line["group"] == "forge"));
}
