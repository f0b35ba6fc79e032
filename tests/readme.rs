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
        assert_eq!(printed.trim_end(), output.trim_end(), "README.md, line {line}: {command}");
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
