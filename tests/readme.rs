//! The README says what is true: every command block is run, and what it prints is compared.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

/// A `$ command` of a console block, and what the block says that it prints.
struct Shown {
    line: usize,
    command: String,
    output: String,
}

fn shown(readme: &str) -> Vec<Shown> {
    let mut blocks: Vec<Shown> = Vec::new();
    let mut inside = false;
    for (number, line) in readme.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            blocks.push(Shown { line: number + 1, command: command.to_owned(), output: String::new() });
        } else if let Some(block) = blocks.last_mut().filter(|_| inside) {
            block.output += line;
            block.output.push('\n');
        }
    }
    blocks
}

/// The text without what differs from run to run: ports that were free, and how long something took.
fn steady(text: &str) -> String {
    let number = |word: &str| word.trim_start_matches(['(']).parse::<f64>().is_ok();
    let unit = |word: &str| matches!(word.trim_end_matches([',', ':', ')']), "µs" | "ms" | "s");
    let mut lines = Vec::new();
    for line in text.trim_end().lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let kept = |(at, word): (usize, &&str)| match word.split_once("127.0.0.1:") {
            Some((before, behind)) => {
                format!("{before}127.0.0.1:{}", behind.trim_start_matches(|c: char| c.is_ascii_digit()))
            }
            None if number(word) && words.get(at + 1).is_some_and(|next| unit(next)) => "TIME".to_owned(),
            None if unit(word) && at > 0 && number(words[at - 1]) => {
                word.trim_start_matches(char::is_alphabetic).to_owned()
            }
            None if word.ends_with("/s") => "RATE".to_owned(),
            None => (*word).to_owned(),
        };
        lines.push(words.iter().enumerate().map(kept).collect::<Vec<_>>().join(" "));
    }
    lines.join("\n")
}

#[test]
fn every_command_of_the_readme_prints_what_it_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let blocks = shown(&readme);
    assert!(blocks.len() >= 4, "the README shows what the tool prints");
    let binary = Path::new(env!("CARGO_BIN_EXE_inqud-hook")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    for Shown { line, command, output } in blocks {
        let run = Command::new("sh")
            .args(["-c", &format!("{command} 2>&1")])
            .current_dir(root)
            .env_clear()
            .env("PATH", &path)
            .output()
            .unwrap();
        let printed = String::from_utf8(run.stdout).unwrap();
        assert_eq!(steady(&printed), steady(&output), "README.md, line {line}: {command}");
    }
}

#[test]
fn the_settings_that_the_readme_shows_are_understood() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (_, block) = readme.split_once("```toml\n").expect("the README shows a configuration");
    let (settings, _) = block.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("inqud-hook.toml"), settings).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_inqud-hook")).arg("config").current_dir(folder.path()).output().unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    for part in ["localhost:8080", "shop.test", "$CALYPSO_SECRET", "secrets/inqud", "lint.paid-short"] {
        assert!(printed.contains(part), "{part} is missing in\n{printed}");
    }
}
