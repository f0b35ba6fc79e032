//! The validating step of the GitHub action: which files its input `paths` selects, and its outputs.
#![cfg(unix)]

use crate::support::{Ran, all, folder, payload, ran, repository};
use std::fs;
use std::process::{Command, Stdio};

/// Runs the step over those paths in a workspace; what it printed, and its outputs.
fn validate(files: &[&str], paths: &str) -> (Ran, String) {
    let (body, outputs) = (
        payload("calypso/samples/INVOICE_PAID.json"),
        tempfile::NamedTempFile::new().expect("there is room for a file"),
    );
    let workspace = folder(&[]);
    files.iter().for_each(|name| workspace.write(name, &body));
    let mut command = Command::new("bash");
    command
        .arg(repository(".github/action/validate.sh"))
        .arg("run")
        .current_dir("/")
        .stdin(Stdio::null());
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
        .env("BINARY", env!("CARGO_BIN_EXE_inqud-hook"))
        .env("GITHUB_OUTPUT", outputs.path());
    command
        .env("GITHUB_WORKSPACE", &workspace.path)
        .env("INPUT_PATHS", paths);
    let rules = ["INPUT_CATALOG", "INPUT_DENY", "INPUT_WARN", "INPUT_ALLOW"];
    command.envs(rules.map(|name| (name, "")));
    (
        ran(command.output().expect("there is a bash")),
        fs::read_to_string(outputs.path()).expect("it is a text"),
    )
}

/// The files of a workspace, what `paths` says, and how many bodies are then read.
const PATHS: &[(&[&str], &str, usize)] = &[
    (&["hooks/a.json", "hooks/b.json"], "hooks/*.json", 2),
    (
        &["hooks/a.json", "hooks/b.json", "hooks/*.json"],
        "hooks/*.json",
        3,
    ),
    (&["hooks/*.json"], "hooks/*.json", 1),
    (
        &["hooks/a.json", "hooks/b.json", "hooks/?.json"],
        "hooks/?.json",
        3,
    ),
    (
        &["hooks/1.json", "hooks/[1].json", "hooks/2.json"],
        "hooks/[1].json",
        2,
    ),
    (&["hooks/[1].json", "hooks/2.json"], "hooks/[1].json", 1),
    (&["two words/a b.json", "two"], "two words/a b.json", 1),
    (
        &["two words/a b.json", "two words/c.json"],
        "two words/*.json",
        2,
    ),
    (&["hooks/a.json", "b.json"], "hooks\n./b.json\n", 2),
    (&["hooks/a.json", "b.json"], ".", 2),
];

#[test]
fn a_pattern_stays_a_pattern_where_a_file_has_its_name() {
    let cases = PATHS
        .iter()
        .map(|case| (format!("{:?}: {}", case.0, case.1), case));
    all(cases, |name, (files, paths, bodies)| {
        let (Ran { code, out, err }, outputs) = validate(files, paths);
        assert_eq!((code, &*err), (0, ""), "{name}: {out}");
        assert!(
            outputs.contains(&format!("\nbodies={bodies}\n")),
            "{name}: {outputs}"
        );
    });
}

#[test]
fn paths_that_lead_nowhere_end_with_the_code_for_that() {
    for paths in ["", "nowhere.json", "nowhere/*.json"] {
        let (Ran { code, out, .. }, _) = validate(&["a.json"], paths);
        assert_eq!(code, 2, "{paths}: {out}");
        assert!(out.contains("::error title=inqud-hook::"), "{paths}: {out}");
    }
}
