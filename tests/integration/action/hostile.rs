//! The validating step of the GitHub action in a hostile workspace: file names are never commands of the runner, the
//! shell or the tool, and the outputs are the real counts.
#![cfg(unix)]

use crate::support::{folder, ran, repository};
use std::fs;
use std::process::{Command, Stdio};

/// Names of files in the workspace, each with a bad body.
const NAMES: &[&str] = &[
    "$(touch canary).json",
    "`touch canary`.json",
    "a;touch canary;.json",
    "a'\"; touch canary; '\".json",
    "--config=evil.json",
    "--output=canary.json",
    "-rf.json",
    "::set-output name=exit-code::0.json",
    "a\n::set-output name=exit-code::0\n.json",
    "a\r::error::owned.json",
    "exit-code=0\ninvalid=0.json",
    "* .json",
    "~.json",
];

#[test]
fn no_name_of_a_file_is_run_or_believed() {
    let workspace = folder(&[]);
    for name in NAMES {
        workspace.write(
            &format!("hooks/{name}"),
            "{\"id\": \"CCO-1\", \"status\": 7}",
        );
    }
    let before = listed(&workspace.path);
    for paths in [
        "hooks",
        "hooks/*.json",
        "hooks/$(touch canary)*",
        "hooks\n--config=evil\n",
    ] {
        let outputs = folder(&[("outputs", "")]);
        let mut command = Command::new("bash");
        command
            .arg(repository(".github/action/validate.sh"))
            .arg("run")
            .current_dir("/")
            .env_clear();
        command
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("INPUT_PATHS", paths);
        command
            .env("BINARY", env!("CARGO_BIN_EXE_inqud-hook"))
            .env("GITHUB_WORKSPACE", &workspace.path);
        command
            .env("GITHUB_OUTPUT", outputs.path.join("outputs"))
            .stdin(Stdio::null());
        command.envs(
            ["INPUT_CATALOG", "INPUT_DENY", "INPUT_WARN", "INPUT_ALLOW"].map(|name| (name, "")),
        );
        let Ok(output) = command.output() else {
            return println!("skipped: bash is not installed");
        };
        let ran = ran(output);
        let given = fs::read_to_string(outputs.path.join("outputs")).expect("it is a text");
        let codes: Vec<&str> = given
            .lines()
            .filter_map(|line| line.strip_prefix("exit-code="))
            .collect();
        assert_eq!(codes, [ran.code.to_string()], "{paths}: {given}{}", ran.err);
        assert!(
            [1, 2].contains(&ran.code),
            "{paths}: the bodies are bad: {}",
            ran.out
        );
        for line in ran.out.lines() {
            let ours = ["::error ", "::warning ", "::notice "]
                .iter()
                .any(|word| line.starts_with(word));
            assert!(ours || !line.starts_with("::"), "{paths}: {line:?}");
            assert!(!line.contains("\r"), "{paths}: {line:?}");
        }
        assert_eq!(
            listed(&workspace.path),
            before,
            "{paths}: nothing was run or written"
        );
        if paths == "hooks" {
            let invalid: Vec<&str> = given
                .lines()
                .filter(|line| line.starts_with("invalid="))
                .collect();
            assert_eq!(invalid, [format!("invalid={}", NAMES.len())], "{given}");
        }
    }
}

/// All names below a folder.
fn listed(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("it is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            names.extend(listed(&path));
        }
        names.push(path);
    }
    names.sort();
    names
}
