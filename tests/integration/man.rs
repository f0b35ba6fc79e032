//! Manual pages: their content, where they are written, and that formatters accept them without warnings.

use crate::support::{all, folder, run_line};
use std::fs;
use std::process::Command;

/// The commands that have a page.
const COMMANDS: [&str; 14] = [
    "send",
    "listen",
    "log",
    "inspect",
    "replay",
    "test",
    "validate",
    "verify",
    "events",
    "explain",
    "init",
    "config",
    "completions",
    "man",
];

fn page(command: &str) -> String {
    let nowhere = tempfile::tempdir().expect("there is room for a folder");
    let printed = run_line(nowhere.path(), &format!("man {command}"));
    assert_eq!((printed.code, &*printed.err), (0, ""), "{command}");
    printed.out
}

/// The text of a page without roff's escapes.
fn plain(page: &str) -> String {
    page.replace("\\fB", "")
        .replace("\\fI", "")
        .replace("\\fR", "")
        .replace("\\-", "-")
        .replace("\\*(Aq", "'")
}

#[test]
fn a_page_says_what_the_help_says() {
    let nowhere = tempfile::tempdir().unwrap();
    for command in [""].iter().chain(&COMMANDS) {
        let page = plain(&page(command));
        let help = run_line(nowhere.path(), &format!("{command} --help")).out;
        let name = format!("inqud-hook-{command}");
        assert!(
            page.contains(&format!("\n.SH NAME\n{} - ", name.trim_end_matches('-'))),
            "{page}"
        );
        for section in [
            "SYNOPSIS",
            "EXAMPLES",
            "\"GLOBAL OPTIONS\"",
            "\"EXIT STATUS\"",
            "\"SEE ALSO\"",
        ] {
            assert!(
                page.contains(&format!("\n.SH {section}\n")),
                "{command} lacks {section}"
            );
        }
        let (_, rest) = help.split_once("Examples:\n").unwrap();
        let (examples, rest) = rest.split_once("\n\nUsage: ").unwrap();
        for example in examples.lines() {
            assert!(
                page.contains(&format!("\n{}\n", example.trim())),
                "{command}: {example}"
            );
        }
        assert!(
            page.contains(rest.lines().next().unwrap()),
            "{command} has another synopsis"
        );
        // A hyphen and a space begin one of several values.
        for line in rest
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with('-') && !line.starts_with("- "))
        {
            let at = page
                .find(&format!("\n.TP\n{line}"))
                .unwrap_or_else(|| panic!("{command} lacks {line}"));
            let about = page[at..].lines().nth(3).unwrap();
            assert!(
                !about.is_empty() && !about.starts_with('.'),
                "{command} says nothing about {line}"
            );
        }
        for code in ["0", "1", "2", "130"] {
            assert!(
                page.contains(&format!("\n.TP\n{code}\n")),
                "{command} lacks {code}"
            );
        }
        assert!(!page.contains("inqud-hook-help"), "there is no such page");
    }
}

#[test]
fn all_pages_go_into_a_folder() {
    let folder = folder(&[]);
    let refused = run_line(&folder.path, "man --dir share/man1");
    assert_eq!(
        (refused.code, &*refused.err),
        (
            2,
            "error: cannot write share/man1: there is no folder share\nhint: make it first: mkdir -p share\n"
        )
    );
    assert!(!folder.path.join("share").exists());
    fs::create_dir(folder.path.join("share")).unwrap();
    for _ in 0..2 {
        let written = run_line(&folder.path, "man --dir share/man1");
        assert_eq!((written.code, &*written.out), (0, ""), "{}", written.err);
        assert!(
            written
                .err
                .starts_with("note: 15 pages written to share/man1\n"),
            "{}",
            written.err
        );
    }
    let man1 = folder.path.join("share/man1");
    assert_eq!(fs::read_dir(&man1).unwrap().count(), COMMANDS.len() + 1);
    assert_eq!(
        fs::read_to_string(man1.join("inqud-hook.1")).unwrap(),
        page("")
    );
    for command in COMMANDS {
        assert_eq!(
            fs::read_to_string(man1.join(format!("inqud-hook-{command}.1"))).unwrap(),
            page(command)
        );
    }
    folder.write("file", "");
    let refused = run_line(&folder.path, "man --dir file");
    assert!(
        refused.code == 2 && refused.err.starts_with("error: cannot write file: "),
        "{}",
        refused.err
    );
}

#[test]
fn formatters_have_nothing_to_complain_about() {
    let folder = folder(&[]);
    assert_eq!(run_line(&folder.path, "man --dir .").code, 0);
    // mandoc warns of a date that is not there, too; every build would have another one.
    for (formatter, options) in [
        ("groff", &["-k", "-ww", "-man", "-Tutf8"][..]),
        ("mandoc", &["-Tlint", "-Werror"]),
    ] {
        let format = |file: &str| {
            Command::new(formatter)
                .args(options)
                .arg(folder.path.join(file))
                .output()
        };
        if format("inqud-hook.1").is_err() {
            println!("skipped: {formatter} is not installed");
            continue;
        }
        let files = [""]
            .iter()
            .chain(&COMMANDS)
            .map(|command| format!("inqud-hook-{command}.1").replace("-.", "."));
        all(
            files.map(|file| (format!("{formatter}: {file}"), file)),
            |_, file| {
                let output = format(&file).unwrap();
                let said = [
                    &output.stderr[..],
                    if formatter == "mandoc" {
                        &output.stdout
                    } else {
                        b""
                    },
                ]
                .concat();
                assert_eq!(String::from_utf8(said).unwrap(), "");
                assert!(output.status.success());
            },
        );
    }
}
