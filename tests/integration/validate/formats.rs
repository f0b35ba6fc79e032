//! One mixed input in every format: machine formats are stable, valid by their published schemas (`tests/schemas`), and
//! consistent.

use crate::support::{
    FORMATS, NO_XMLLINT, Ran, bodies, folder_with, json_lines, of_type, run, run_line, sarif_judge,
    xmllint,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What a GitHub runner, a shell and an XML parser all read differently.
const ODD_NAME: &str = "50%, done: <it> & \"that\".json";

/// A good body, one with an odd name, many to a file, a journal, and one that is not there.
fn mixed() -> (tempfile::TempDir, Vec<String>) {
    let of = |sort: &str, case: &str, name: &str| {
        let (_, bytes) = bodies(sort)
            .into_iter()
            .find(|(known, _)| known == case)
            .expect("the case is there");
        (name.to_owned(), bytes)
    };
    let files = [
        of("good", "calypso-full.json", "good.json"),
        of("bad", "calypso-unknown-values.json", ODD_NAME),
        of("bad", "inqud-sums.json", "sums.json"),
        of("bad", "lines-of-all-sorts.ndjson", "lines.ndjson"),
        of("bad", "journal.ndjson", "journal.ndjson"),
    ];
    let mut names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    names.insert(3, "not-there.json".to_owned());
    (folder_with(&files), names)
}

fn validate(folder: &Path, names: &[String], more: &[&str]) -> Ran {
    let arguments = ["validate"]
        .iter()
        .copied()
        .chain(names.iter().map(String::as_str))
        .chain(more.iter().copied());
    run(folder, arguments)
}

fn in_format(format: &str) -> String {
    let (folder, names) = mixed();
    let ran = validate(folder.path(), &names, &["--format", format]);
    assert_eq!(ran.code, 2, "one of the sources could not be read");
    let hint = "hint: check the path; it is relative to the working folder\n";
    assert_eq!(
        ran.err,
        format!("error: cannot read not-there.json: no such file or directory\n{hint}")
    );
    ran.out
}

fn snapshot(name: &str, out: &str) {
    crate::support::snapshot("formats", name, out);
}

#[test]
fn people_see_findings_in_the_order_of_the_arguments_and_a_summary() {
    snapshot("human", &in_format("human"));
}

#[test]
fn every_json_line_has_its_version_its_type_and_all_of_its_fields() {
    let out = in_format("json");
    let fields = BTreeMap::from([
        (
            "finding",
            "type v source record event form rule severity pointer line column offset length message label help",
        ),
        (
            "body",
            "type v source record event provider form errors warnings notes",
        ),
        ("unreadable", "type v source reason"),
        (
            "summary",
            "type v bodies invalid errors warnings notes invalid_signatures missing_signatures unreadable skipped_folders skipped_files",
        ),
    ]);
    let lines = json_lines(&out);
    for line in &lines {
        let names: Vec<&str> = line
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(line["v"], 1);
        assert_eq!(names.join(" "), fields[line["type"].as_str().unwrap()]);
    }
    assert_eq!(
        lines
            .iter()
            .map(|line| line["type"].as_str().unwrap())
            .collect::<BTreeSet<_>>()
            .len(),
        fields.len()
    );
    snapshot("json", &out);
}

#[test]
fn every_body_has_a_number_of_its_own_within_its_source() {
    let lines = json_lines(&in_format("json"));
    let bodies = of_type(&lines, "body");
    for source in bodies.iter().map(|body| &body["source"]) {
        let of_source = bodies.iter().filter(|body| body["source"] == *source);
        let numbers: Vec<u64> = of_source
            .map(|body| body["record"].as_u64().unwrap())
            .collect();
        assert_eq!(
            numbers,
            (1..=numbers.len() as u64).collect::<Vec<_>>(),
            "{source}"
        );
    }
}

#[test]
fn the_counts_of_json_agree_with_its_findings() {
    let lines = json_lines(&in_format("json"));
    let (bodies, findings) = (of_type(&lines, "body"), of_type(&lines, "finding"));
    let summary = of_type(&lines, "summary")[0];
    let count = |value: &Value| value.as_u64().unwrap() as usize;
    let key = |line: &Value| format!("{} {}", line["source"], line["record"]);
    for (severity, counter) in [
        ("error", "errors"),
        ("warning", "warnings"),
        ("note", "notes"),
    ] {
        let mut expected = BTreeMap::<String, usize>::new();
        for finding in findings
            .iter()
            .filter(|finding| finding["severity"] == severity)
        {
            *expected.entry(key(finding)).or_default() += 1;
        }
        let mut counted = BTreeMap::<String, usize>::new();
        for body in bodies.iter().filter(|body| body[counter] != 0) {
            *counted.entry(key(body)).or_default() += count(&body[counter]);
        }
        assert_eq!(counted, expected);
        assert_eq!(count(&summary[counter]), expected.values().sum::<usize>());
    }
    assert_eq!(count(&summary["bodies"]), bodies.len());
    assert_eq!(
        count(&summary["invalid"]),
        bodies.iter().filter(|body| body["errors"] != 0).count()
    );
    assert_eq!(summary["unreadable"], 1);
}

#[test]
fn a_github_runner_finds_every_annotation_on_its_file() {
    let out = in_format("github");
    let findings = json_lines(&in_format("json"));
    let findings = of_type(&findings, "finding");
    let (unreadable, of_bodies): (Vec<&str>, Vec<&str>) = out
        .lines()
        .partition(|line| line.contains("title=unreadable::"));
    assert_eq!(unreadable.len(), 1);
    assert_eq!(of_bodies.len(), findings.len());
    for (line, finding) in of_bodies.into_iter().zip(findings) {
        // As the runner takes a command apart: properties end at the second `::`, and are split at commas.
        let (command, rest) = line
            .strip_prefix("::")
            .and_then(|line| line.split_once(' '))
            .unwrap();
        let (properties, text) = rest.split_once("::").unwrap();
        let properties: BTreeMap<&str, String> = properties
            .split(',')
            .map(|property| property.split_once('=').unwrap())
            .map(|(name, value)| {
                (
                    name,
                    value
                        .replace("%3A", ":")
                        .replace("%2C", ",")
                        .replace("%25", "%"),
                )
            })
            .collect();
        let level = match finding["severity"].as_str().unwrap() {
            "note" => "notice",
            other => other,
        };
        assert_eq!(command, level);
        assert_eq!(
            Value::from(&*properties["file"]),
            finding["source"],
            "{line}"
        );
        assert_eq!(properties["line"], finding["line"].to_string());
        assert_eq!(properties["col"], finding["column"].to_string());
        assert_eq!(Value::from(&*properties["title"]), finding["rule"]);
        assert!(
            text.replace("%25", "%")
                .starts_with(finding["message"].as_str().unwrap()),
            "{line}"
        );
    }
    snapshot("github", &out);
}

#[test]
fn junit_has_a_suite_per_source_and_is_what_jenkins_reads() {
    let out = in_format("junit");
    snapshot("junit", &out);
    let Some(said) = xmllint(&out) else {
        return println!("{NO_XMLLINT}");
    };
    assert_eq!(said, "");
    assert_ne!(
        xmllint(&out.replacen("tests=", "test=", 1)).unwrap(),
        "",
        "the judge refuses what is wrong"
    );
}

#[test]
fn junit_stays_xml_whatever_is_in_a_body() {
    let folder = folder_with(&bodies("bad"));
    let out = run_line(folder.path(), "validate . --format junit").out;
    let Some(said) = xmllint(&out) else {
        return println!("{NO_XMLLINT}");
    };
    assert_eq!(said, "");
}

#[test]
fn sarif_is_what_its_schema_says_whatever_is_in_a_body() {
    let judge = sarif_judge();
    let folder = folder_with(&bodies("bad"));
    for out in [
        in_format("sarif"),
        run_line(folder.path(), "validate . --format sarif").out,
    ] {
        let log: Value = serde_json::from_str(&out).unwrap();
        let errors: Vec<String> = judge
            .iter_errors(&log)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn the_sarif_schema_refuses_what_is_wrong() {
    let judge = sarif_judge();
    let log: Value = serde_json::from_str(&in_format("sarif")).unwrap();
    for (pointer, wrong) in [
        ("/version", json!("2.0.0")),
        ("/runs/0/results/0/level", json!("fatal")),
        ("/runs/0/results/0/message", json!({})),
        (
            "/runs/0/results/0/locations/0/physicalLocation/region/startLine",
            json!(0),
        ),
        (
            "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri",
            json!("a b<>"),
        ),
        ("/runs/0/columnKind", json!("bytes")),
    ] {
        let mut log = log.clone();
        *log.pointer_mut(pointer).expect(pointer) = wrong;
        assert!(!judge.is_valid(&log), "{pointer}");
    }
}

#[test]
fn sarif_says_the_same_as_json_and_knows_its_rules() {
    let mut log: Value = serde_json::from_str(&in_format("sarif")).unwrap();
    let findings = json_lines(&in_format("json"));
    let findings = of_type(&findings, "finding");
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), findings.len());
    for (result, finding) in results.iter().zip(findings) {
        let place = &result["locations"][0]["physicalLocation"];
        let region = |key: &str| &place["region"][key];
        assert_eq!(
            (&result["ruleId"], &result["level"]),
            (&finding["rule"], &finding["severity"])
        );
        assert_eq!(
            (region("startLine"), region("startColumn")),
            (&finding["line"], &finding["column"])
        );
        assert_eq!(
            (region("byteOffset"), region("byteLength")),
            (&finding["offset"], &finding["length"])
        );
        let end = |key: &str| region(key).as_u64().unwrap();
        assert!(
            (end("endLine"), end("endColumn")) >= (end("startLine"), end("startColumn")),
            "{result}"
        );
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
    }
    assert_eq!(run["tool"]["driver"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    // Every rule brings its page along; `explain` is where these are shown.
    let driver = &mut log["runs"][0]["tool"]["driver"];
    driver["version"] = json!("[version]");
    driver["rules"].as_array_mut().unwrap().truncate(1);
    driver["rules"][0]["help"] = json!("[page]");
    snapshot("sarif", &serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn output_writes_to_the_file_what_stdout_would_have_got() {
    let (folder, names) = mixed();
    for format in FORMATS {
        let expected = validate(folder.path(), &names, &["--format", format]);
        let ran = validate(
            folder.path(),
            &names,
            &["--format", format, "--output", "report.txt"],
        );
        assert_eq!((ran.code, &*ran.out), (expected.code, ""));
        let (said, summary) = ran.err.split_at(expected.err.len());
        assert_eq!(said, expected.err);
        assert!(
            summary.ends_with("1 input could not be read\nwritten to report.txt\n"),
            "{summary}"
        );
        assert_eq!(
            fs::read_to_string(folder.path().join("report.txt")).unwrap(),
            expected.out
        );
    }
    let coloured = validate(
        folder.path(),
        &names,
        &["--color", "always", "--output", "report.txt"],
    );
    assert_eq!((coloured.code, &*coloured.out), (2, ""));
    assert!(
        !fs::read_to_string(folder.path().join("report.txt"))
            .unwrap()
            .contains('\u{1b}'),
        "a file has no colours"
    );
    let ran = validate(folder.path(), &names, &["--output", "no/such/folder.txt"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(
        ran.err
            .starts_with("error: cannot write no/such/folder.txt: "),
        "{}",
        ran.err
    );
}

#[test]
fn a_report_is_never_taken_for_a_body_and_no_body_is_overwritten_by_it() {
    let (folder, _) = mixed();
    let expected = run_line(folder.path(), "validate . --format json");
    let ran = run_line(
        folder.path(),
        "validate . --format json --output ./report.json",
    );
    assert_eq!(ran.code, expected.code);
    assert!(
        ran.err.ends_with("\nwritten to ./report.json\n"),
        "{}",
        ran.err
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("report.json")).unwrap(),
        expected.out
    );

    let before = fs::read(folder.path().join("good.json")).unwrap();
    let ran = run_line(folder.path(), "validate good.json --output good.json");
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert_eq!(fs::read(folder.path().join("good.json")).unwrap(), before);
}

#[test]
fn every_format_is_whole_without_a_single_body() {
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let ran = run(folder.path(), ["validate", "none.json", "--format", format]);
        assert_eq!(ran.code, 2);
        match format {
            "human" => assert_eq!(ran.out, "0 bodies\n1 input could not be read\n"),
            "json" => assert_eq!(json_lines(&ran.out).len(), 2),
            "github" => assert_eq!(ran.out.lines().count(), 1),
            "junit" => assert_eq!(xmllint(&ran.out).unwrap_or_default(), ""),
            _ => assert!(sarif_judge().is_valid(&serde_json::from_str(&ran.out).unwrap())),
        }
    }
}
