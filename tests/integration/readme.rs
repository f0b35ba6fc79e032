//! The README and the pages in `docs` are true: their commands are run and compared, their links lead somewhere, and
//! the options and dependencies that they list are the real ones.
#![cfg(unix)]

use super::support::{all, repository, run_line};

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

/// The README and the pages in `docs`, by path.
fn pages() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(repository("docs")).unwrap();
    let mut pages: Vec<_> = entries
        .map(|entry| format!("docs/{}", entry.unwrap().file_name().to_str().unwrap()))
        .filter(|path| path.ends_with(".md"))
        .chain(["README.md".to_owned()])
        .map(|path| (path.clone(), page(&path)))
        .collect();
    pages.sort();
    pages
}

fn page(path: &str) -> String {
    std::fs::read_to_string(repository(path)).expect(path)
}

/// The commands of the console blocks of a page.
fn shown(page: &str) -> Vec<Shown> {
    let mut blocks: Vec<Shown> = Vec::new();
    let mut inside = false;
    for (number, line) in page.lines().enumerate() {
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
    let unit = |word: &str| {
        matches!(
            word.trim_end_matches([',', ':', ')', '.']),
            "µs" | "ms" | "s"
        )
    };
    let mut lines = Vec::new();
    for line in text.trim_end().lines() {
        if let Some(at) = line.find("date: ") {
            lines.push(format!("{}DATE", &line[..at]));
            continue;
        }
        // The day on which a listener or a log begins.
        if line.len() > 10 && line[10..].starts_with(" (UTC") {
            lines.push("DAY".to_owned());
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
        let mut line = words
            .iter()
            .enumerate()
            .map(kept)
            .collect::<Vec<_>>()
            .join(" ");
        // Times are aligned at their end, so the spaces before them vary.
        while line.contains("  TIME") {
            line = line.replace("  TIME", " TIME");
        }
        lines.push(line);
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

/// The port in the pages; the tests use a free one instead, because this one may be in use.
const PORT: &str = "8080";

#[test]
fn every_command_of_the_readme_and_the_docs_prints_what_they_show() {
    let pages = pages();
    assert!(pages.len() > 4, "the pages in docs are found");
    assert!(
        shown(&page("README.md")).len() >= 4,
        "the README shows what the tool prints"
    );
    all(pages, |path, page| run_and_compare(path, &page));
}

fn run_and_compare(path: &str, page: &str) {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
        .to_string();
    let mut listening = Vec::new();
    let mut compared = Vec::new();
    for shown in shown(page) {
        let meets = shown.command.contains(PORT);
        let command = if meets {
            shown.command.replace(PORT, &free)
        } else {
            shown.command.clone()
        };
        if command.starts_with("inqud-hook listen") {
            // It keeps running while the next commands run in another terminal.
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
            "{path}, line {line}: {command}"
        );
    }
}

#[test]
fn the_picture_shows_what_the_commands_in_it_print() {
    let picture = page("docs/terminal.svg");
    // Each row of the terminal is a text element; styles are elements within it.
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
            // Long lines are wrapped at the terminal's width; empty lines have no text element.
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
fn the_settings_that_the_first_page_shows_are_understood() {
    // Those of docs/configuration.md are the example of `config`, which has a test of its own.
    let page = page("README.md");
    let (_, block) = page
        .split_once("```toml\n")
        .expect("the page shows a configuration");
    let (settings, _) = block.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("inqud-hook.toml"), settings).unwrap();
    let ran = run_line(folder.path(), "config");
    assert_eq!(ran.code, 0, "{}", ran.err);
    for part in ["$CALYPSO_SECRET", "localhost:3000/webhooks"] {
        assert!(ran.out.contains(part), "{part} is missing in\n{}", ran.out);
    }
}

#[test]
fn the_benchmarks_page_says_what_each_dependency_is_for() {
    let page = page("docs/benchmarks.md");
    let (_, table) = page
        .split_once("\n## Size\n")
        .expect("the page has the table");
    let table = table.split("\n## ").next().unwrap();
    let manifest: toml::Table =
        toml::from_str(&std::fs::read_to_string(repository("Cargo.toml")).unwrap()).unwrap();
    let dependencies = manifest["dependencies"].as_table().unwrap();
    let missing: Vec<_> = dependencies
        .keys()
        .filter(|name| !table.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    for name in table
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| !name.starts_with("--"))
    {
        assert!(
            dependencies.contains_key(name) || name == "rustix",
            "{name} is not a dependency any more"
        );
    }
}

#[test]
fn the_reference_has_every_option() {
    let reference = page("docs/reference.md");
    let folder = tempfile::tempdir().unwrap();
    let commands = [
        "send", "listen", "log", "inspect", "replay", "validate", "verify", "events", "man",
    ];
    all(commands.map(|name| (name.to_owned(), ())), |command, ()| {
        let help = run_line(folder.path(), &format!("{command} --help")).out;
        let options: Vec<_> = help
            .lines()
            .filter_map(|line| line.trim_start().split_once("--"))
            .filter(|(before, _)| before.is_empty() || before.starts_with('-'))
            .map(|(_, rest)| rest.split([' ', '[']).next().unwrap())
            .filter(|name| *name != "help")
            .collect();
        assert!(!options.is_empty(), "{help}");
        for option in options {
            let named = |end: &str| reference.contains(&format!("`--{option}{end}"));
            assert!(named("`") || named(" "), "--{option} is missing");
        }
    });
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .replace(' ', "-")
        .chars()
        .filter(|char| char.is_alphanumeric() || matches!(char, '-' | '_'))
        .collect()
}

/// The lines of a page outside code blocks.
fn prose(page: &str) -> Vec<&str> {
    let mut inside = false;
    page.lines()
        .filter(|line| {
            let fence = line.trim_start().starts_with("```");
            inside ^= fence;
            !inside && !fence
        })
        .collect()
}

/// The targets of the links of a page.
fn links(page: &str) -> Vec<String> {
    let text = prose(page).join("\n");
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.to_owned())
        .collect()
}

#[test]
fn every_relative_link_leads_to_a_file_and_a_heading() {
    let others = [
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "payloads/README.md",
    ];
    let pages = pages()
        .into_iter()
        .chain(others.map(|path| (path.to_owned(), page(path))));
    all(pages, |path, text| {
        for link in links(&text) {
            if link.starts_with("https://") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = match file {
                "" => path.to_owned(),
                file => {
                    let folder = Path::new(path).parent().unwrap();
                    folder.join(file).to_str().unwrap().to_owned()
                }
            };
            assert!(repository(&target).exists(), "{path} links to {link}");
            if !heading.is_empty() {
                let page = page(&target);
                let mut anchors = prose(&page)
                    .into_iter()
                    .filter(|line| line.starts_with('#'))
                    .map(anchor);
                assert!(
                    anchors.any(|anchor| anchor == heading),
                    "{path} links to {link}"
                );
            }
        }
    });
}

#[test]
fn the_readme_links_to_every_page_in_docs() {
    let links = links(&page("README.md"));
    for (path, _) in pages() {
        assert!(
            path == "README.md"
                || links
                    .iter()
                    .any(|link| link.split('#').next() == Some(path.as_str())),
            "{path} is not linked"
        );
    }
}
