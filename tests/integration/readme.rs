//! The README says what is true: every command block is run, and what it prints is compared.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

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
            blocks.push(Shown {
                line: number + 1,
                command: command.to_owned(),
                output: String::new(),
            });
        } else if let Some(block) = blocks.last_mut().filter(|_| inside) {
            block.output += line;
            block.output.push('\n');
        }
    }
    blocks
}

/// The text without what differs from run to run: ports that were free, when it was, and how long something took.
fn steady(text: &str) -> String {
    let number = |word: &str| word.trim_start_matches(['(']).parse::<f64>().is_ok();
    let unit = |word: &str| matches!(word.trim_end_matches([',', ':', ')']), "µs" | "ms" | "s");
    let mut lines = Vec::new();
    for line in text.trim_end().lines() {
        if let Some(at) = line.find("date: ") {
            lines.push(format!("{}DATE", &line[..at]));
            continue;
        }
        let words: Vec<&str> = line.split(' ').collect();
        let kept = |(at, word): (usize, &&str)| match word.split_once("127.0.0.1:") {
            Some((before, behind)) => {
                format!(
                    "{before}127.0.0.1:{}",
                    behind.trim_start_matches(|c: char| c.is_ascii_digit())
                )
            }
            None if word.len() == 8
                && word
                    .split(':')
                    .filter(|part| part.parse::<u8>().is_ok())
                    .count()
                    == 3 =>
            {
                "CLOCK".to_owned()
            }
            None if number(word) && words.get(at + 1).is_some_and(|next| unit(next)) => {
                "TIME".to_owned()
            }
            None if unit(word) && at > 0 && number(words[at - 1]) => {
                word.trim_start_matches(char::is_alphabetic).to_owned()
            }
            None if word.ends_with("/s") => "RATE".to_owned(),
            None => (*word).to_owned(),
        };
        lines.push(
            words
                .iter()
                .enumerate()
                .map(kept)
                .collect::<Vec<_>>()
                .join(" "),
        );
    }
    lines.join("\n")
}

/// The binary's folder before everything else, so that the README's commands find it.
fn shell(command: &str) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_inqud-hook"))
        .parent()
        .expect("it lies in a folder");
    let path = format!(
        "{}:{}",
        binary.display(),
        std::env::var("PATH").expect("there is a shell")
    );
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("{command} 2>&1")])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("PATH", path);
    shell
}

/// The port that the README listens at, which somebody else may have here.
const PORT: &str = "8080";

#[test]
fn every_command_of_the_readme_prints_what_it_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let blocks = shown(&readme);
    assert!(blocks.len() >= 4, "the README shows what the tool prints");
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
        .to_string();
    let mut listening = Vec::new();
    let mut compared = Vec::new();
    for shown in blocks {
        let meets = shown.command.contains(PORT);
        let command = if meets {
            shown.command.replace(PORT, &free)
        } else {
            shown.command.clone()
        };
        if command.starts_with("inqud-hook listen") {
            // It goes on while what follows is typed in another terminal.
            let mut child = shell(&format!("exec {command}"))
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap());
            let mut printed = String::new();
            while !printed.contains("listening on") {
                assert_ne!(
                    lines.read_line(&mut printed).unwrap(),
                    0,
                    "it does not listen: {printed}"
                );
            }
            listening.push((shown, child, lines, printed));
        } else {
            let printed = String::from_utf8(shell(&command).output().unwrap().stdout).unwrap();
            compared.push((
                shown,
                if meets {
                    printed.replace(&free, PORT)
                } else {
                    printed
                },
            ));
        }
    }
    for (shown, mut child, mut lines, mut printed) in listening {
        lines.read_to_string(&mut printed).unwrap();
        child.wait().unwrap();
        compared.push((shown, printed.replace(&free, PORT)));
    }
    for (
        Shown {
            line,
            command,
            output,
        },
        printed,
    ) in compared
    {
        assert_eq!(
            steady(&printed),
            steady(&output),
            "README.md, line {line}: {command}"
        );
    }
}

#[test]
fn the_picture_shows_what_the_commands_in_it_print() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let picture = std::fs::read_to_string(root.join("docs/terminal.svg")).unwrap();
    // A row of the terminal is a text of the picture; styles are marks within it.
    let rows = picture.lines().filter(|line| line.starts_with("<text "));
    let plain = |row: &str| -> String {
        let pieces = row.split('<').filter_map(|piece| piece.split_once('>'));
        pieces
            .map(|(_, text)| {
                text.replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&amp;", "&")
            })
            .collect()
    };
    let mut commands: Vec<(String, String)> = Vec::new();
    for row in rows.map(plain) {
        match row.strip_prefix("$ ") {
            Some(command) => commands.push((command.to_owned(), String::new())),
            // Long lines are broken at the terminal's edge, and empty ones have no text.
            None => commands.last_mut().unwrap().1 += &row,
        }
    }
    assert!(commands.len() > 1, "docs/terminal.py makes it");
    for (command, output) in commands {
        let printed = String::from_utf8(shell(&command).output().unwrap().stdout).unwrap();
        assert_eq!(
            steady(&printed.lines().collect::<String>()),
            steady(&output),
            "{command}"
        );
    }
}

#[test]
fn the_settings_that_the_readme_shows_are_understood() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (_, block) = readme
        .split_once("```toml\n")
        .expect("the README shows a configuration");
    let (settings, _) = block.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("inqud-hook.toml"), settings).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_inqud-hook"))
        .arg("config")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    for part in [
        "localhost:8080",
        "shop.test",
        "$CALYPSO_SECRET",
        "secrets/inqud",
        "lint.paid-short",
    ] {
        assert!(printed.contains(part), "{part} is missing in\n{printed}");
    }
}

#[test]
fn the_readme_says_what_each_dependency_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (_, table) = readme
        .split_once("\n## Size\n")
        .expect("the README has the table");
    let table = table.split("\n## ").next().unwrap();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap();
    let dependencies = manifest["dependencies"].as_table().unwrap();
    let unsaid: Vec<_> = dependencies
        .keys()
        .filter(|name| !table.contains(&format!("`{name}`")))
        .collect();
    assert!(unsaid.is_empty(), "{unsaid:?}");
    for name in table
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| !name.starts_with("--"))
    {
        assert!(
            dependencies.contains_key(name) || name == "rustix",
            "{name} is no dependency any more"
        );
    }
}
