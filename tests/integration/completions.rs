//! Completions: the committed scripts are current, real shells accept them, and the tool accepts what they offer.
#![cfg(unix)]

use crate::support::{Ran, acme, all, folder, json_lines, ran, repository, run_line};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Shells, and the files that hold their scripts.
const SCRIPTS: [(&str, &str); 5] = [
    ("bash", "inqud-hook.bash"),
    ("zsh", "_inqud-hook"),
    ("fish", "inqud-hook.fish"),
    ("powershell", "_inqud-hook.ps1"),
    ("elvish", "inqud-hook.elv"),
];

#[test]
fn the_committed_scripts_are_what_the_tool_prints() {
    let nowhere = tempfile::tempdir().unwrap();
    for (shell, file) in SCRIPTS {
        let printed = run_line(nowhere.path(), &format!("completions {shell}"));
        assert_eq!((printed.code, &*printed.err), (0, ""));
        let committed =
            fs::read_to_string(repository("completions").join(file)).unwrap_or_default();
        assert!(
            printed.out == committed,
            "completions/{file} is out of date; `cargo run -- completions {shell} > completions/{file}` makes it anew"
        );
    }
    assert_eq!(
        fs::read_dir(repository("completions")).unwrap().count(),
        SCRIPTS.len()
    );
}

/// Offered for letters in lower case. Elvish has a setting of its own for that.
const LOWER_CASE: &str = "INVOICE_PAID INVOICE_PENDING_COMPLIANCE !INVOICE_EXPIRED";

/// What is typed, and some of what must be offered then; `!` before what must not be.
const TYPED: &[(&str, &str)] = &[
    (
        "",
        "send listen log replay validate verify events explain init config completions man help !INVOICE_PAID !--config",
    ),
    ("s", "send !listen"),
    ("--", "--config --catalog --color --help --version !--to"),
    ("--config c", "captured.json"),
    ("send INVOICE_PA", "INVOICE_PAID !INVOICE_EXPIRED !--to"),
    ("send calypso/INVOICE_PA", "calypso/INVOICE_PAID"),
    ("send invoice.f", "!invoice.failed"),
    ("send invoice_p", LOWER_CASE),
    ("send rehive/invoice.f", "rehive/invoice.failed"),
    (
        "send --s",
        "--scenario --scheme --secret-file --set --seed --show-secrets !--to",
    ),
    (
        "send --scenario under",
        "underpaid underpaid-then-paid !unlimited",
    ),
    ("send --scenario rehive/p", "rehive/paid"),
    ("send --to :9 --scheme ", "calypso inqud rehive none"),
    ("send --body c", "captured.json"),
    ("send --color ", "auto always never"),
    (
        "send INVOICE_PAID --as ",
        "http curl hurl k6 locust vegeta har",
    ),
    ("send --format ", "human json !sarif"),
    ("--color never send INVOICE_PA", "INVOICE_PAID"),
    ("listen 80 --until INVOICE_PA", "INVOICE_PAID"),
    ("listen --filter INVOICE_PA", "INVOICE_PAID"),
    ("listen --body ", "full changed none !captured.json"),
    ("replay ", "captured.json folder !--to"),
    ("replay captured.json --only INVOICE_PA", "INVOICE_PAID"),
    (
        "replay captured.json --speed 10x --order ",
        "forward reversed shuffled",
    ),
    ("validate ", "captured.json folder !--deny"),
    ("validate folder c", "captured.json"),
    ("validate captured.json --deny ", "warnings paid-short"),
    ("validate --allow zero", "zero-amount !warnings"),
    (
        "validate captured.json --deny paid-short,zero",
        "paid-short,zero-amount !paid-short,warnings",
    ),
    (
        "validate captured.json --format ",
        "human json sarif github junit",
    ),
    ("validate captured.json --event invoice.pa", "invoice.paid"),
    (
        "validate captured.json --provider ",
        "calypso inqud rehive !none",
    ),
    ("validate captured.json --output c", "captured.json"),
    ("verify ", "captured.json folder !--header"),
    ("verify captured.json --example ", "node python php go"),
    (
        "verify captured.json --provider ",
        "calypso inqud rehive !none",
    ),
    ("verify captured.json --secret-file c", "captured.json"),
    ("events INVOICE_PA", "INVOICE_PAID"),
    ("events --provider ", "calypso inqud rehive !none"),
    ("explain paid", "paid-short paid-differs !warnings"),
    ("explain w", "wrong-type wire wire/text !warnings"),
    ("explain forge/tr", "forge/truncated !truncated"),
    ("config --warn zero", "zero-amount"),
    ("completions ", "bash zsh fish powershell elvish"),
    ("man s", "send !listen"),
    ("help s", "send !listen"),
];

/// Types all of that in a real shell, which reads one line after another and says what it offers; whether there is one.
fn type_in(shell: &str, options: &[&str], script: &str) -> bool {
    let harness = repository(&format!("tests/shells/complete.{shell}"));
    let folder = folder(&[("captured.json", "{}"), ("folder/captured.json", "{}")]);
    let mut command = Command::new(shell);
    command
        .args(options)
        .arg(harness)
        .arg(repository("completions").join(script))
        .current_dir(&folder.path);
    command
        .env("HOME", &folder.path)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_DATA_HOME");
    let spawned = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else { return false };
    let lines: String = TYPED.iter().map(|(line, _)| format!("{line}\n")).collect();
    child
        .stdin
        .take()
        .expect("it is piped")
        .write_all(lines.as_bytes())
        .expect("it reads");
    let Ran { code, out, err } = ran(child.wait_with_output().expect("it ends"));
    assert_eq!((code, &*err), (0, ""), "{shell}: {out}");
    let answers: Vec<&str> = out.split("> ").skip(1).collect();
    assert_eq!(answers.len(), TYPED.len(), "{shell}: {out}");
    let cases = TYPED
        .iter()
        .zip(answers)
        .map(|((line, wanted), answer)| (format!("{shell}: {line}"), (wanted, answer)));
    let cases = cases.filter(|(_, (wanted, _))| shell != "elvish" || **wanted != LOWER_CASE);
    all(cases, |line, (wanted, answer)| {
        let offered: BTreeSet<&str> = answer
            .lines()
            .skip(1)
            .map(|offer| offer.trim_end_matches('/'))
            .collect();
        for word in wanted.split(' ') {
            match word.strip_prefix('!') {
                Some(word) => assert!(
                    !offered.contains(word),
                    "{line}: {word} is out of place in {offered:?}"
                ),
                // zsh knows what stands before the last comma, and does not repeat it.
                None => assert!(
                    offered.contains(word)
                        || shell == "zsh"
                            && word
                                .rsplit_once(',')
                                .is_some_and(|(_, last)| offered.contains(last)),
                    "{line}: {word} is missing in {offered:?}"
                ),
            }
        }
    });
    true
}

#[test]
fn bash_offers_commands_flags_names_and_files() {
    if !type_in("bash", &["--norc", "--noprofile"], "inqud-hook.bash") {
        println!("skipped: bash is not installed");
    }
}

#[test]
fn zsh_offers_commands_flags_names_and_files() {
    if !type_in("zsh", &["-f"], "_inqud-hook") {
        println!("skipped: zsh is not installed");
    }
}

#[test]
fn fish_offers_commands_flags_names_and_files() {
    if !type_in("fish", &["--no-config"], "inqud-hook.fish") {
        println!("skipped: fish is not installed");
    }
}

#[test]
fn elvish_offers_commands_flags_names_and_files() {
    if !type_in("elvish", &["-norc"], "inqud-hook.elv") {
        println!("skipped: elvish is not installed");
    }
}

/// The names of a list, as the script for bash holds them.
fn list(name: &str) -> Vec<String> {
    let script =
        fs::read_to_string(repository("completions/inqud-hook.bash")).expect("it is committed");
    let (_, rest) = script
        .split_once(&format!("_inqud_hook_{name}=\""))
        .expect(name);
    let (names, _) = rest.split_once('"').expect("it ends");
    names.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn every_name_that_is_offered_is_understood_and_none_is_left_out() {
    let nowhere = tempfile::tempdir().unwrap();
    let good = |line: &str| {
        let ran = run_line(nowhere.path(), line);
        assert_eq!(ran.code, 0, "{line}: {}", ran.err);
        ran.out
    };
    for (name, line) in [
        ("events", "events @ --sample"),
        ("scenarios", "send --scenario @ --dry-run --seed 1 --to :9"),
        ("providers", "events --provider @"),
        (
            "schemes",
            "send INVOICE_PAID --dry-run --seed 1 --to :9 --scheme @",
        ),
        ("topics", "explain @"),
        ("cases", "explain @"),
        ("rules_or_warnings", "config --deny @"),
        ("commands", "@ --help"),
    ] {
        all(
            list(name)
                .into_iter()
                .map(|word| (line.replace('@', &word), ())),
            |line, ()| drop(good(line)),
        );
    }
    for (name, line) in [
        ("events", "events"),
        ("scenarios", "events --scenarios"),
        ("topics", "explain"),
        ("cases", "explain */*"),
    ] {
        let listed = list(name);
        for line in json_lines(&good(&format!("{line} --format json"))) {
            let name = line["name"].as_str().or(line["id"].as_str());
            assert!(listed.contains(&name.unwrap().to_owned()), "{line}");
        }
    }
}

/// Everything but what stands in quotes, as PowerShell reads it: five characters are a single quote to it, and two in a
/// row within a text are one of its own. (`CharTraits.cs`, `IsSingleQuote`)
fn outside_of_quotes(script: &str) -> String {
    let is_quote = |char: char| matches!(char, '\'' | '\u{2018}'..='\u{201b}');
    let (mut outside, mut within) = (String::new(), false);
    let mut chars = script.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            char if within && is_quote(char) => {
                within = chars.next_if(|next| is_quote(*next)).is_some();
            }
            char if is_quote(char) => within = true,
            char if !within => outside.push(char),
            _ => {}
        }
    }
    outside
}

#[test]
fn no_quotation_mark_leads_out_of_a_text_for_powershell() {
    let folder = folder(&[]);
    let clean = outside_of_quotes(&run_line(&folder.path, "completions powershell").out);
    for quote in ['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'] {
        acme::write(&folder, "own/acme");
        let summary = format!("x{quote}); New-Item PWNED; ({quote}{quote}\u{2019}");
        folder.write(
            "own/acme/provider.toml",
            &acme::FILES[0].1.replace("An anvil is paid", &summary),
        );
        let script = run_line(&folder.path, "completions powershell --catalog own").out;
        assert!(
            script.contains("New-Item PWNED"),
            "{quote}: the summary is there"
        );
        let outside = outside_of_quotes(&script);
        assert!(!outside.contains("PWNED"), "{quote}: {outside}");
        assert_eq!(
            outside.lines().count(),
            clean.lines().count() + 5,
            "{quote}"
        );
    }
}

#[test]
fn a_catalogue_of_the_users_own_is_completed_too() {
    let folder = folder(&[("inqud-hook.toml", "catalogue = [\"own\"]")]);
    acme::write(&folder, "own/acme");
    for (shell, _) in SCRIPTS {
        let script = run_line(&folder.path, &format!("completions {shell}")).out;
        for name in [
            "order.paid",
            "acme/order.paid",
            "acme/paid",
            "calypso/INVOICE_PAID",
        ] {
            assert!(script.contains(name), "{shell} does not know {name}");
        }
    }
}
