//! JUnit, SARIF and annotations: valid by their published schemas, and unharmed by what an endpoint answers.

use super::sample::{blocked, good, mixed};
use super::{kept, printed, style};
use crate::support::{NO_XMLLINT, sarif_judge, xmllint};
use inqud_hook::cases::Case;
use inqud_hook::report::{CaseVerdict, TestFormat, TestReport};
use serde_json::Value;

fn in_format(format: TestFormat, run: &TestReport) -> String {
    printed(format, run, style(80, false))
}

#[test]
fn junit_has_a_case_per_case_and_is_what_jenkins_reads() {
    for (name, run) in [("junit", mixed()), ("junit-blocked", blocked())] {
        let out = in_format(TestFormat::Junit, &run);
        kept(name, &out);
        assert!(!out.contains(['\x1b', '\u{9b}', '\u{202e}']), "{out}");
        match xmllint(&out) {
            Some(said) => assert_eq!(said, "", "{out}"),
            None => println!("{NO_XMLLINT}"),
        }
    }
}

#[test]
fn the_numbers_of_a_junit_suite_are_those_of_its_cases() {
    let out = in_format(TestFormat::Junit, &mixed());
    assert_eq!(out.matches("<testcase ").count(), mixed().cases.len());
    let mut suites = 0;
    for suite in out.split("<testsuite ").skip(1) {
        suites += 1;
        let number = |name: &str| -> usize {
            let (_, rest) = suite.split_once(&format!(" {name}=\"")).unwrap();
            rest.split('"').next().unwrap().parse().unwrap()
        };
        assert_eq!(number("tests"), suite.matches("<testcase ").count());
        assert_eq!(number("failures"), suite.matches("<failure ").count());
        assert_eq!(number("skipped"), suite.matches("<skipped ").count());
        assert!(suite.contains("<property name=\"seed\" value=\"7\"/>"));
    }
    assert_eq!(suites, 5);
}

fn log(run: &TestReport) -> Value {
    let out = in_format(TestFormat::Sarif, run);
    let log: Value = serde_json::from_str(&out).unwrap();
    let judge = sarif_judge();
    let errors: Vec<String> = judge
        .iter_errors(&log)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    log
}

#[test]
fn sarif_is_what_its_schema_says_with_and_without_a_file() {
    let of_mixed = log(&mixed());
    let place = "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri";
    assert_eq!(of_mixed.pointer(place).unwrap(), "shop/inqud-hook.toml");
    let mut run = mixed();
    run.subject.settings = None;
    assert_eq!(log(&run).pointer(place).unwrap(), "inqud-hook.toml");

    assert_eq!(log(&good())["runs"][0]["results"], Value::Array(Vec::new()));
    let stopped = log(&blocked());
    let invocation = &stopped["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(
        invocation["toolExecutionNotifications"][0]["level"],
        "error"
    );
}

#[test]
fn sarif_has_a_result_for_what_is_not_a_pass_under_the_rule_of_its_case() {
    let run = mixed();
    let mut log = log(&run);
    let results = log["runs"][0]["results"].as_array().unwrap().clone();
    let expected: Vec<(&str, &str)> = run
        .cases
        .iter()
        .filter_map(|judged| {
            let level = match judged.verdict {
                CaseVerdict::Fail => "error",
                CaseVerdict::Inconclusive => "warning",
                CaseVerdict::Advice => "note",
                CaseVerdict::Pass | CaseVerdict::NotRun => return None,
            };
            Some((judged.case.name(), level))
        })
        .collect();
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    assert_eq!(rules.len(), Case::ALL.len());
    let found: Vec<(&str, &str)> = results
        .iter()
        .map(|result| {
            let index = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(rules[index]["id"], result["ruleId"]);
            let suppressed = result.get("suppressions").is_some();
            assert_eq!(suppressed, result["ruleId"] == "wire/quotes");
            (
                result["ruleId"].as_str().unwrap(),
                result["level"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(found, expected);
    // The rules are the pages, which have tests of their own.
    log["runs"][0]["tool"]["driver"]["rules"] = Value::Null;
    log["runs"][0]["tool"]["driver"]["version"] = Value::Null;
    kept("sarif", &serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn a_github_runner_sees_one_annotation_per_cause() {
    let out = in_format(TestFormat::Github, &mixed());
    kept("github", &out);
    for line in out.lines() {
        let (command, rest) = line[2..].split_once(' ').unwrap();
        assert!(line.starts_with("::") && ["error", "warning", "notice"].contains(&command));
        let (properties, text) = rest.split_once("::").unwrap();
        assert!(properties.starts_with("file=shop/inqud-hook.toml,line=1,title="));
        assert!(!text.starts_with("::"), "{line}");
    }
    let stopped = in_format(TestFormat::Github, &blocked());
    assert_eq!(stopped.lines().count(), 1);
    assert!(stopped.starts_with("::error title=blocked::"), "{stopped}");
}
