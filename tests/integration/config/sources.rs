//! Where settings come from: the nearest `inqud-hook.toml`, the environment and flags, in order of precedence; errors
//! in a file name the line; secrets are never shown.

use crate::support::{
    FORMATS, Folder, Ran, acme, folder, json_lines, of_type, payload, ran, repository, run,
    run_line, tool,
};
use serde_json::Value;
use std::fs;

/// Value and origin of a setting, as seen from a folder further down; paths are told from the upper one.
fn setting(
    folder: &Folder,
    name: &str,
    line: &str,
    variables: &[(&str, &str)],
) -> (String, String) {
    let root = folder.path.to_string_lossy();
    let variables = variables
        .iter()
        .map(|(name, value)| (name, value.replace("[folder]", &root)));
    let arguments = format!("config --format json {line}");
    let mut command = tool(&folder.path.join("deep/er"), arguments.split_whitespace());
    let ran = ran(command.envs(variables).output().expect("the binary starts"));
    assert_eq!((ran.code, &*ran.err), (0, ""), "{line}");
    let lines = json_lines(&ran.out);
    let setting = lines
        .iter()
        .find(|setting| setting["name"] == name)
        .unwrap_or(&Value::Null);
    let text = |key: &str| {
        setting[key]
            .as_str()
            .unwrap_or("-")
            .replace(&*root, "[folder]")
    };
    (text("value"), text("origin"))
}

const FILE: &str = r#"
target = "localhost:1"
allowed_hosts = ["file.example", "other.example"]
catalogue = []

[secrets]
calypso = { env = "MY_SECRET" }
inqud = { file = "secrets/inqud" }

[lint]
deny = ["id-form"]
allow = ["unknown-field", "paid-differs"]
"#;

/// Setting, flags, variables, and what is then in force and why.
type Case = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    (&'static str, &'static str),
);

const IN_FORCE: &[Case] = &[
    (
        "target",
        "",
        &[],
        ("localhost:1", "[folder]/inqud-hook.toml"),
    ),
    (
        "target",
        "",
        &[("INQUD_HOOK_TO", "localhost:2")],
        ("localhost:2", "$INQUD_HOOK_TO"),
    ),
    (
        "target",
        "",
        &[("INQUD_HOOK_TO", "")],
        ("localhost:1", "[folder]/inqud-hook.toml"),
    ),
    (
        "target",
        "",
        &[("INQUD_HOOK_TARGET", "localhost:2")],
        ("localhost:2", "$INQUD_HOOK_TARGET"),
    ),
    (
        "target",
        "",
        &[
            ("INQUD_HOOK_TARGET", "localhost:2"),
            ("INQUD_HOOK_TO", "localhost:4"),
        ],
        ("localhost:4", "$INQUD_HOOK_TO"),
    ),
    (
        "target",
        "--config ../../aliases.toml",
        &[],
        ("localhost:5", "../../aliases.toml"),
    ),
    (
        "catalogue",
        "--config ../../aliases.toml",
        &[],
        ("../../own", "../../aliases.toml"),
    ),
    (
        "catalogue",
        "",
        &[("INQUD_HOOK_CATALOGUE", "[folder]/own")],
        ("[folder]/own", "$INQUD_HOOK_CATALOGUE"),
    ),
    (
        "target",
        "--config ../../other.toml",
        &[],
        ("localhost:3", "../../other.toml"),
    ),
    (
        "target",
        "",
        &[("INQUD_HOOK_CONFIG", "../../other.toml")],
        ("localhost:3", "../../other.toml"),
    ),
    (
        "target",
        "--config ../../empty.toml",
        &[("INQUD_HOOK_CONFIG", "../../other.toml")],
        ("-", "built-in"),
    ),
    (
        "configuration",
        "--config ../../other.toml",
        &[("INQUD_HOOK_CONFIG", "x")],
        ("../../other.toml", "--config"),
    ),
    (
        "configuration",
        "",
        &[("INQUD_HOOK_CONFIG", "../../empty.toml")],
        ("../../empty.toml", "$INQUD_HOOK_CONFIG"),
    ),
    (
        "allowed_hosts",
        "",
        &[],
        ("file.example, other.example", "[folder]/inqud-hook.toml"),
    ),
    (
        "allowed_hosts",
        "",
        &[("INQUD_HOOK_ALLOWED_HOSTS", "a.example, b.example")],
        ("a.example, b.example", "$INQUD_HOOK_ALLOWED_HOSTS"),
    ),
    (
        "catalogue",
        "--config ../../other.toml",
        &[],
        ("../../own", "../../other.toml"),
    ),
    (
        "catalogue",
        "--config ../../other.toml",
        &[("INQUD_HOOK_CATALOG", "[folder]/own")],
        ("[folder]/own", "$INQUD_HOOK_CATALOG"),
    ),
    (
        "catalogue",
        "--catalog ../../own",
        &[("INQUD_HOOK_CATALOG", "x")],
        ("../../own", "--catalog"),
    ),
    (
        "secrets.calypso",
        "",
        &[],
        ("from $MY_SECRET", "[folder]/inqud-hook.toml"),
    ),
    (
        "secrets.inqud",
        "",
        &[],
        (
            "from the file [folder]/secrets/inqud",
            "[folder]/inqud-hook.toml",
        ),
    ),
    (
        "secrets.calypso",
        "",
        &[("INQUD_HOOK_SECRET_CALYPSO", "x")],
        (
            "from $INQUD_HOOK_SECRET_CALYPSO",
            "$INQUD_HOOK_SECRET_CALYPSO",
        ),
    ),
    (
        "secrets.default",
        "",
        &[("INQUD_HOOK_SECRET", "x")],
        ("from $INQUD_HOOK_SECRET", "$INQUD_HOOK_SECRET"),
    ),
    (
        "secrets.default",
        "",
        &[("INQUD_HOOK_SECRET", "")],
        ("from $INQUD_HOOK_SECRET", "$INQUD_HOOK_SECRET"),
    ),
    (
        "lint.id-form",
        "",
        &[],
        ("error", "[folder]/inqud-hook.toml"),
    ),
    (
        "lint.id-form",
        "",
        &[("INQUD_HOOK_WARN", "id-form")],
        ("warning", "$INQUD_HOOK_WARN"),
    ),
    (
        "lint.id-form",
        "--allow id-form",
        &[("INQUD_HOOK_WARN", "id-form")],
        ("allowed", "--allow"),
    ),
    (
        "lint.unknown-field",
        "--deny ID-FORM,unknown-field",
        &[],
        ("error", "--deny"),
    ),
    ("lint.too-long", "", &[], ("warning", "built-in")),
    (
        "lint.too-long",
        "",
        &[("INQUD_HOOK_DENY", "id-prefix, too-long")],
        ("error", "$INQUD_HOOK_DENY"),
    ),
    ("lint.too-long", "--deny warnings", &[], ("error", "--deny")),
    (
        "lint.too-long",
        "--deny warnings --warn too-long",
        &[],
        ("warning", "--warn"),
    ),
    (
        "lint.too-long",
        "--deny warnings",
        &[("INQUD_HOOK_ALLOW", "too-long")],
        ("allowed", "$INQUD_HOOK_ALLOW"),
    ),
    (
        "lint.too-long",
        "--allow warnings",
        &[("INQUD_HOOK_DENY", "warnings")],
        ("allowed", "--allow"),
    ),
    (
        "lint.too-long",
        "--deny warnings",
        &[("INQUD_HOOK_ALLOW", "warnings")],
        ("error", "--deny"),
    ),
    (
        "lint.too-long",
        "--warn warnings",
        &[("INQUD_HOOK_DENY", "warnings")],
        ("warning", "--warn"),
    ),
    (
        "lint.id-form",
        "--allow warnings",
        &[],
        ("error", "[folder]/inqud-hook.toml"),
    ),
    (
        "lint.syntax",
        "--allow warnings",
        &[],
        ("error", "built-in"),
    ),
    (
        "lint.time-zero",
        "--deny warnings",
        &[],
        ("note", "built-in"),
    ),
];

#[test]
fn a_flag_comes_before_the_environment_and_that_before_the_nearest_file() {
    let folder = folder(&[
        ("inqud-hook.toml", FILE),
        (
            "other.toml",
            "target = \"localhost:3\"\ncatalogue = [\"own\"]\n",
        ),
        ("empty.toml", ""),
        (
            "aliases.toml",
            "to = \"localhost:5\"\ncatalog = [\"own\"]\n",
        ),
        ("deep/er/x", ""),
        // Up to the root of a repository it is looked for.
        (".git/HEAD", ""),
    ]);
    acme::write(&folder, "own/acme");
    for (name, line, variables, expected) in IN_FORCE {
        let (value, origin) = setting(&folder, name, line, variables);
        assert_eq!(
            (&*value, &*origin),
            *expected,
            "{name} of {line:?} {variables:?}"
        );
    }
    folder.write("deep/inqud-hook.toml", "target = \"nearer\"\n");
    assert_eq!(setting(&folder, "target", "", &[]).0, "nearer");
    assert_eq!(
        setting(&folder, "lint.id-form", "", &[]).0,
        "warning",
        "only the nearest file is read"
    );
    assert_ne!(
        setting(&folder, "configuration", "", &[]).1,
        "built-in",
        "a file that was found is not built in"
    );
}

#[test]
fn levels_decide_what_a_finding_counts_as_and_how_a_run_ends() {
    let short = payload("calypso/samples/INVOICE_PAID.json");
    let short = short.replace(
        "\"realAmount\": 271.420",
        "\"realAmount\": 250, \"extra\": 1",
    );
    let folder = folder(&[
        ("body.json", &short),
        ("deny.toml", "lint.deny = [\"unknown-field\"]\n"),
    ]);
    for (line, variables, code, severities) in [
        ("", &[][..], 0, &["note", "warning"][..]),
        ("--deny warnings", &[], 1, &["error", "note"]),
        (
            "",
            &[("INQUD_HOOK_DENY", "warnings")],
            1,
            &["error", "note"],
        ),
        ("--config deny.toml", &[], 1, &["error", "warning"]),
        (
            "--config deny.toml",
            &[("INQUD_HOOK_WARN", "unknown-field")],
            0,
            &["warning", "warning"],
        ),
        (
            "--config deny.toml --allow unknown-field",
            &[("INQUD_HOOK_WARN", "unknown-field")],
            0,
            &["warning"],
        ),
        ("--allow warnings", &[], 0, &["note"]),
    ] {
        let arguments = format!("validate body.json --format json {line}");
        let variables = variables.iter().copied();
        let ran = ran(tool(&folder.path, arguments.split_whitespace())
            .envs(variables)
            .output()
            .unwrap());
        let lines = json_lines(&ran.out);
        let findings = of_type(&lines, "finding");
        let mut found: Vec<&str> = findings
            .iter()
            .filter_map(|finding| finding["severity"].as_str())
            .collect();
        found.sort_unstable();
        assert_eq!((ran.code, &*found), (code, severities), "{line}");
    }
    assert!(
        run_line(&folder.path, "explain paid-short")
            .out
            .starts_with("paid-short (warning)\n")
    );
    assert!(
        run_line(&folder.path, "explain unknown-field --config deny.toml")
            .out
            .starts_with("unknown-field (error)\n")
    );
}

/// A file that is refused, and what is then said of it.
const REFUSED: &[(&str, &str)] = &[
    (
        "targt = \"x\"",
        "line 1: unknown key `targt`\nhint: did you mean target?\n",
    ),
    (
        "\n\n[lint]\ndeni = []",
        "line 4: unknown key `deni`\nhint: did you mean deny?\n",
    ),
    (
        "# a\n[colours]\n",
        "line 2: unknown key `colours`\nhint: known keys: target, to, allowed_hosts, catalog, catalogue, secrets, keys, lint, test\n",
    ),
    (
        "[secrets]\ncalypso = { value = \"x\" }",
        "line 2: unknown key `value`\nhint: known keys: file, env\n",
    ),
    ("target = [", "line 1"),
    (
        "\nallowed_hosts = \"x\"",
        "line 2: expected a list, found string\nhint: write it in brackets, as in [\"…\"]\n",
    ),
    (
        "[lint]\ndeny = \"x\"",
        "line 2: expected a list, found string\nhint: write it in brackets, as in [\"…\"]\n",
    ),
    (
        "target = 3000",
        "line 1: expected a string, found integer\nhint: write it in quotes, as in \"…\"\n",
    ),
    (
        "target: x",
        "line 1: key with no value\nhint: write key = \"value\"; TOML has an equals sign, not a colon\n",
    ),
    (
        "[secrets]\ncalypso = { env = \"A\", file = \"b\" }",
        "secrets.calypso must have exactly one of `file` and `env`\nhint: write { file",
    ),
    (
        "[lint]\ndeny = [\"paid-shrt\"]",
        "unknown rule \"paid-shrt\" ([folder]/inqud-hook.toml)\nhint: did you mean paid-short?\n",
    ),
    (
        "[lint]\ndeny = [\"id-form\"]\nallow = [\"ID-FORM\"]",
        "rule \"id-form\" has two levels",
    ),
    (
        "[lint]\ndeny = [\"warnings\"]\nallow = [\"warnings\"]",
        "has two levels",
    ),
];

#[test]
fn a_file_that_cannot_be_used_is_refused_with_its_line_and_what_to_write() {
    let folder = folder(&[]);
    for (text, expected) in REFUSED {
        folder.write("inqud-hook.toml", text);
        let Ran { code, out, err } = run(&folder.path, ["events"]);
        let err = err.replace(&*folder.path.to_string_lossy(), "[folder]");
        assert_eq!((code, &*out), (2, ""), "{text}");
        assert!(
            err.starts_with("error: ") && err.contains("[folder]/inqud-hook.toml"),
            "{text}: {err}"
        );
        assert!(err.contains(expected), "{text}: {err}");
    }
    for (line, variable) in [
        ("--deny id-form --warn id-form", ""),
        ("", "nonsense"),
        ("--allow warnings --deny warnings", ""),
    ] {
        folder.write("inqud-hook.toml", "");
        let arguments = format!("config {line}");
        let ran = ran(tool(&folder.path, arguments.split_whitespace())
            .env("INQUD_HOOK_DENY", variable)
            .output()
            .unwrap());
        assert_eq!(
            (ran.code, &*ran.out),
            (2, ""),
            "{line} {variable}: {}",
            ran.err
        );
    }
}

#[test]
fn a_secret_is_never_shown() {
    let hidden = "correct-horse-battery";
    let body =
        fs::read_to_string(repository("tests/bodies/bad/calypso-unknown-values.json")).unwrap();
    let folder = folder(&[
        ("body.json", &body),
        ("secret", hidden),
        (
            "inqud-hook.toml",
            "[secrets]\nrehive = { file = \"secret\" }",
        ),
    ]);
    let show = |line: &str, expected: i32| {
        let names = [
            "INQUD_HOOK_SECRET",
            "INQUD_HOOK_SECRET_CALYPSO",
            "INQUD_HOOK_SECRET_INQUD",
        ];
        let variables = names.map(|name| (name, hidden));
        let Ran { code, out, err } = ran(tool(&folder.path, line.split_whitespace())
            .envs(variables)
            .output()
            .unwrap());
        assert_eq!(code, expected, "{line}: {err}");
        assert!(
            !out.contains(hidden) && !err.contains(hidden),
            "{line} shows it: {out}{err}"
        );
    };
    for line in [
        "config",
        "config --format json",
        "events",
        "events INVOICE_PAID",
        "events INVOICE_PAID --format json",
        "explain",
    ] {
        show(line, 0);
    }
    for format in FORMATS {
        show(
            &format!("validate body.json --verbose --format {format}"),
            1,
        );
    }
    // Given where a file or a header is wanted, it is not repeated either.
    for line in [
        "send INVOICE_PAID --secret-file correct-horse-battery",
        "send INVOICE_PAID --secret-file not-there/correct-horse-battery",
        "send INVOICE_PAID --secret-file body.json/correct-horse-battery",
        "send INVOICE_PAID --secret=correct-horse-battery",
        "send INVOICE_PAID --header correct-horse-battery",
        "send INVOICE_PAID --header correct-horse-battery/:x",
        "send INVOICE_PAID --header X:correct-horse-battery\x07",
        "replay body.json --secret-file correct-horse-battery --scheme rehive",
        "replay body.json --header correct-horse-battery --scheme rehive",
        "listen 0 --secret-file correct-horse-battery",
        "listen 0 --answer-header correct-horse-battery",
        "listen 0 --answer-header correct-horse-battery/:x",
    ] {
        show(line, 2);
    }
    // Nor written where it must not stand.
    folder.write(
        "inqud-hook.toml",
        "[secrets]\ncalypso = { file = \"correct-horse-battery\" }",
    );
    let own = run_line(&folder.path, "send INVOICE_PAID");
    assert_eq!(
        (own.code, own.err.contains(hidden)),
        (2, false),
        "{}",
        own.err
    );
    for wrong in [
        "calypso = \"correct-horse-battery\"",
        "calypso = { secret = \"correct-horse-battery\" }",
        "calypso = [\"correct-horse-battery\"]",
        "calypso = { env = [\"correct-horse-battery\"] }",
        "calypso = \"correct-horse-battery",
    ] {
        folder.write("inqud-hook.toml", &format!("[secrets]\n{wrong}\n"));
        show("config", 2);
    }
}
