//! Variables of the environment and of `--env-file`: misspelt ones, empty secrets, and secrets from standard input.

use crate::support::endpoint::Endpoint;
use crate::support::listener::{DEVELOPMENT, signature};
use crate::support::{Folder, Ran, feed, folder, payload, ran, repository, run_line, tool};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const HIDDEN: &str = "correct-horse-battery";

/// Runs a line of arguments with these variables.
fn with(folder: &Folder, line: &str, variables: &[(&str, &str)]) -> Ran {
    let mut command = tool(&folder.path, line.split_whitespace());
    command.envs(variables.iter().copied());
    ran(command.output().expect("the binary starts"))
}

/// A variable, and what is said of it.
const MISSPELT: &[(&str, &str)] = &[
    (
        "INQUD_HOOK_SECRET_CALYPSSO",
        "; did you mean INQUD_HOOK_SECRET_CALYPSO?",
    ),
    (
        "INQUD_HOOK_CALYPSO_SECRET",
        "; did you mean INQUD_HOOK_SECRET_CALYPSO?",
    ),
    (
        "INQUD_HOOK_REHIVE_KEY",
        "; did you mean INQUD_HOOK_KEY_REHIVE?",
    ),
    ("INQUD_HOOK_SECRTE", "; did you mean INQUD_HOOK_SECRET?"),
    ("INQUD_HOOK_TARGT", "; did you mean INQUD_HOOK_TO?"),
    ("INQUD_HOOK_CATALOGS", "; did you mean INQUD_HOOK_CATALOG?"),
    ("INQUD_HOOK_DENNY", "; did you mean INQUD_HOOK_DENY?"),
    (
        "INQUD_HOOK_SECRET_ACME",
        "; known providers: calypso, inqud, rehive",
    ),
    ("INQUD_HOOK_TIMEOUT", ""),
];

#[test]
fn an_unknown_variable_is_named_with_the_one_that_was_meant() {
    let folder = folder(&[]);
    let body = payload("calypso/samples/INVOICE_PAID.json");
    folder.write("body.json", &body);
    for (name, hint) in MISSPELT {
        let note = format!("note: unknown variable {name} is ignored{hint}\n");
        let ran = with(&folder, "validate body.json", &[(name, HIDDEN)]);
        assert_eq!((ran.code, &*ran.err), (0, &*note));
        folder.write("variables", &format!("{name}={HIDDEN}\n"));
        let ran = with(&folder, "validate body.json --env-file variables", &[]);
        let note = note.replace(" is ignored", " in variables is ignored");
        assert_eq!((ran.code, &*ran.err), (0, &*note));
    }
    let dry = "send INVOICE_PAID --dry-run";
    let two = [
        ("INQUD_HOOK_SECRET_CALYPSSO", HIDDEN),
        ("INQUD_HOOK_FOO", "1"),
    ];
    let Ran { code, out, err } = with(&folder, dry, &two);
    assert_eq!((code, err.matches("unknown variable").count()), (0, 2));
    assert!(!out.contains(HIDDEN) && !err.contains(HIDDEN), "{out}{err}");
    // A line in a shell's start-up file does not need to know.
    for line in ["completions bash", "man send"] {
        assert_eq!(with(&folder, line, &two).err, "", "{line}");
    }
}

/// The names behind the prefix in the sources and the documentation, without those of providers.
fn mentioned(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("it can be listed") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            mentioned(&path, names);
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for rest in text.split("INQUD_HOOK_").skip(1) {
            let letter = |char: char| char.is_ascii_uppercase() || char == '_';
            let end = rest.find(|char| !letter(char)).unwrap_or(rest.len());
            names.insert(rest[..end].to_owned());
        }
    }
}

#[test]
fn every_variable_that_the_tool_names_or_sets_is_known() {
    let folder = folder(&[("inqud-hook.toml", "")]);
    let mut names = BTreeSet::new();
    mentioned(&repository("src"), &mut names);
    // An unfinished name stands before a placeholder, and X for any provider.
    names.retain(|name| !name.is_empty() && !name.ends_with('_') && name != "SECRET_X");
    assert!(
        names.len() > 15 && names.contains("ORDER") && names.contains("CHILD"),
        "{names:?}"
    );
    // Headers whose values a printed script takes from a variable.
    names.extend(["AUTHORIZATION", "COOKIE", "X_API_KEY"].map(str::to_owned));
    for name in names {
        let name = format!("INQUD_HOOK_{name}");
        let ran = with(&folder, "config", &[(&name, "")]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.err);
        assert!(!ran.err.contains("unknown variable"), "{}", ran.err);
    }
    folder.write(
        "inqud-hook.toml",
        "secrets.calypso = { env = 'INQUD_HOOK_OF_THE_TEAM' }",
    );
    let ran = with(&folder, "config", &[("INQUD_HOOK_OF_THE_TEAM", "x")]);
    assert!(!ran.err.contains("unknown variable"), "{}", ran.err);
}

/// Variables that hold no secret, and the one that is blamed.
const EMPTY: &[(&[(&str, &str)], &str)] = &[
    (&[("INQUD_HOOK_SECRET", "")], "$INQUD_HOOK_SECRET"),
    (&[("INQUD_HOOK_SECRET", " \t\n")], "$INQUD_HOOK_SECRET"),
    (
        &[("INQUD_HOOK_SECRET_CALYPSO", "")],
        "$INQUD_HOOK_SECRET_CALYPSO",
    ),
    (
        &[
            ("INQUD_HOOK_SECRET", "all"),
            ("INQUD_HOOK_SECRET_CALYPSO", " "),
        ],
        "$INQUD_HOOK_SECRET_CALYPSO",
    ),
];

#[test]
fn a_secret_that_is_empty_is_not_replaced_by_the_test_secret() {
    let endpoint = Endpoint::answering(200);
    let blank = folder(&[("blank", " \n\n")]);
    let send = format!("send INVOICE_PAID --to :{}", endpoint.port);
    for (variables, blamed) in EMPTY {
        for line in [
            &*send,
            "listen 0",
            "send INVOICE_PAID --dry-run",
            "test --to :9 --provider calypso",
        ] {
            let Ran { code, out, err } = with(&blank, line, variables);
            assert_eq!((code, &*out), (2, ""), "{line} {variables:?}");
            let words =
                format!("error: cannot use the secret of calypso: {blamed} holds no secret");
            assert!(err.starts_with(&words), "{line}: {err}");
        }
    }
    // Without a provider, its secret would say which one is meant.
    let ran = with(&blank, "test --to :9", &[("INQUD_HOOK_SECRET", "")]);
    let words = "error: cannot use the secret of calypso: $INQUD_HOOK_SECRET holds no secret";
    assert!(ran.code == 2 && ran.err.starts_with(words), "{}", ran.err);
    let ran = run_line(&blank.path, &format!("{send} --secret-file blank"));
    assert!(
        ran.code == 2 && ran.err.contains("the file blank holds no secret"),
        "{}",
        ran.err
    );
    assert_eq!(endpoint.take().len(), 0, "nothing was sent");
}

const OF_THE_SHOP: &str = "[secrets]\ncalypso = { env = 'CALYPSO_SECRET' }\n";

#[test]
fn a_secret_that_a_command_does_not_need_may_be_missing() {
    let base = folder(&[("inqud-hook.toml", OF_THE_SHOP)]);
    base.write("body.json", &payload("calypso/samples/INVOICE_PAID.json"));
    for line in [
        "config",
        "events",
        "explain paid-short",
        "validate body.json",
        "send rehive/invoice.paid --dry-run",
        "send INVOICE_PAID --scheme none --dry-run",
        "send INVOICE_PAID --scheme inqud --dry-run",
        "log body.json",
    ] {
        let ran = run_line(&base.path, line);
        assert_eq!(ran.code, 0, "{line}: {}", ran.err);
    }
    let Ran { code, err, .. } = run_line(&base.path, "send INVOICE_PAID --dry-run");
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains("$CALYPSO_SECRET is not set") && err.contains("--env-file"),
        "{err}"
    );
}

/// The secrets that deliveries can be signed with in these tests.
const SECRETS: [&str; 4] = [DEVELOPMENT, "of-file", "of-environment", "of-stdin"];

/// Which of the secrets signed the one delivery.
fn signed_with(endpoint: &Endpoint) -> &'static str {
    let delivery = endpoint.one();
    let is = |secret: &&str| {
        let (header, value) = signature("calypso", secret, &delivery.body);
        delivery.header(header) == value
    };
    SECRETS.iter().copied().find(is).unwrap_or("another")
}

#[test]
fn a_file_of_variables_is_used_when_it_is_given_and_below_the_environment() {
    let endpoint = Endpoint::answering(200);
    let base = folder(&[("inqud-hook.toml", OF_THE_SHOP)]);
    let file = format!(
        "# of the shop\r\nexport CALYPSO_SECRET='of-file' # never shown\r\nINQUD_HOOK_TO=:{}\r\nPAGER=false\r\n",
        endpoint.port
    );
    base.write(".env", &file);
    let send = "send INVOICE_PAID --env-file .env";
    let real = ("CALYPSO_SECRET", "of-environment");
    for (variables, secret) in [(&[][..], "of-file"), (&[real], "of-environment")] {
        let Ran { code, out, err } = with(&base, send, variables);
        assert_eq!((code, signed_with(&endpoint)), (0, secret), "{err}");
        assert!(!out.contains(secret) && !err.contains(secret), "{out}{err}");
    }
    let ran = with(&base, send, &[("CALYPSO_SECRET", "")]);
    assert_eq!(ran.code, 2, "an empty one is set, too: {}", ran.err);
    let ran = with(&base, "send INVOICE_PAID --dry-run", &[]);
    assert_eq!(ran.code, 2, "it is never read by itself: {}", ran.err);
    let shown = with(&base, "config --env-file .env", &[]).out;
    for line in [
        format!(
            "target                 :{} ($INQUD_HOOK_TO in .env)\n",
            endpoint.port
        ),
        "secrets.calypso        from $CALYPSO_SECRET in .env, set\n".to_owned(),
    ] {
        assert!(shown.contains(&line), "{shown}");
    }
    assert!(!shown.contains("of-file"), "{shown}");
}

#[test]
fn a_mistake_in_a_file_of_variables_is_told_with_its_line_and_without_the_secret() {
    let folder = folder(&[]);
    for (text, words) in [
        (
            "A=b\n\ncorrect-horse-battery\n",
            "line 3: this line does not set a variable\nhint: write NAME=value",
        ),
        (
            "A='correct-horse-battery\nB=c\n",
            "line 1: the quotation mark that begins the value is not closed\n",
        ),
        (
            "A=\"b\nc\"\nB='correct'-horse-battery",
            "line 3: text follows the closing quotation mark\n",
        ),
    ] {
        folder.write(".env", text);
        let Ran { code, out, err } = run_line(&folder.path, "events --env-file .env");
        assert_eq!((code, &*out), (2, ""));
        let words = format!("error: cannot use .env, {words}");
        assert!(err.starts_with(&words) && !err.contains("horse"), "{err}");
    }
    let ran = run_line(&folder.path, "events --env-file not-there");
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.starts_with("error: cannot read not-there: "),
        "{}",
        ran.err
    );
}

/// With room for the rest of the file in each value it took minutes.
#[test]
fn a_file_of_many_values_is_read_at_once() {
    let folder = folder(&[]);
    for value in ["\"b\"", "'b'", "b"] {
        let line = format!("A={value}\n");
        folder.write("variables", &line.repeat((1 << 20) / line.len()));
        let started = Instant::now();
        let ran = run_line(&folder.path, "config --env-file variables");
        assert_eq!(ran.code, 0, "{}", ran.err);
        let took = started.elapsed();
        assert!(took < Duration::from_secs(20), "{value}: {took:?}");
    }
}

#[test]
fn the_secret_may_come_from_standard_input_where_nothing_else_does() {
    let endpoint = Endpoint::answering(200);
    let folder = folder(&[]);
    let body = payload("calypso/samples/INVOICE_PAID.json");
    folder.write("body.json", &body);
    let given = |line: &str, input: &str| {
        feed(
            &mut tool(&folder.path, line.split_whitespace()),
            input.as_bytes(),
        )
    };
    let send = format!("send INVOICE_PAID --to :{} --secret-file -", endpoint.port);
    let ran = given(&send, "of-stdin\n");
    assert_eq!((ran.code, signed_with(&endpoint)), (0, "of-stdin"));
    let words = "note: ignoring the trailing newline of the secret in standard input\n";
    assert!(ran.err.contains(words), "{}", ran.err);
    let (_, sign) = signature("calypso", "of-stdin", body.as_bytes());
    let verify = format!("verify body.json --secret-file - --signature {sign}");
    assert_eq!(given(&verify, "of-stdin").code, 0);
    assert_eq!(given(&verify, "of-file").code, 1);
    let empty = given(&send, "\n");
    assert_eq!(empty.code, 2);
    assert!(
        empty.err.contains("standard input holds no secret"),
        "{}",
        empty.err
    );
    for line in [
        "send INVOICE_PAID --body - --secret-file -",
        "verify - --secret-file -",
        "replay body.json - --secret-file - --to :1",
        "log - --secret-file -",
    ] {
        let Ran { code, out, err } = given(line, HIDDEN);
        assert_eq!((code, &*out), (2, ""), "{line}");
        let words = "error: both the secret and a body would be read from standard input\n";
        assert!(
            err.starts_with(words) && !err.contains(HIDDEN),
            "{line}: {err}"
        );
    }
    folder.write("-", "of-file");
    let ran = run_line(
        &folder.path,
        &send.replace("--secret-file -", "--secret-file ./-"),
    );
    assert_eq!((ran.code, signed_with(&endpoint)), (0, "of-file"));
}

#[test]
fn a_file_that_is_probably_another_kind_of_file_is_noted() {
    let folder = folder(&[
        ("other.env", "CALYPSO_SECRET=hush\n"),
        ("own.env", "INQUD_HOOK_SECRET=hush\n"),
        ("line", "INQUD_HOOK_SECRET_CALYPSO=hush"),
        ("marked", "\u{feff}hush"),
        ("padded", "aHVzaA=="),
    ]);
    for (flags, said) in [
        (
            "--env-file other.env",
            "other.env sets no variable that is read",
        ),
        ("--env-file other.env", "to use CALYPSO_SECRET, rename it"),
        ("--env-file own.env", ""),
        ("--secret-file line", "looks like NAME=value"),
        ("--secret-file marked", "begins with a byte-order mark"),
        ("--secret-file padded", ""),
    ] {
        for command in ["send INVOICE_PAID", "verify body.json"] {
            folder.write("body.json", "{}");
            let command = command.replace("body.json", "body.json --provider calypso");
            let ran = with(&folder, &format!("{command} {flags}"), &[]);
            let notes = ran.err.lines().filter(|line| line.starts_with("note:"));
            let usual = ["test secret", "built-in receiver"];
            let odd = |line: &&str| !usual.iter().any(|usual| line.contains(usual));
            let notes: Vec<&str> = notes.filter(odd).collect();
            match said {
                "" => assert!(notes.is_empty(), "{command} {flags}: {notes:?}"),
                said => assert!(ran.err.contains(said), "{command} {flags}: {}", ran.err),
            }
            assert!(!ran.err.contains("hush"), "{}", ran.err);
        }
    }
}
