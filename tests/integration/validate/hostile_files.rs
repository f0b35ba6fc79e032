//! Files made to misuse a run, to make it hang, or to show what it should not: their names in every format, sparse
//! files, depth and links, and the catalogue.
#![cfg(unix)]

use crate::support::{
    FORMATS, Folder, Ran, acme, all, folder, json_lines, of_type, ran, run, run_line, sarif_judge,
    tool, xmllint,
};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Whether a character steers a terminal, or changes the direction of writing.
fn steers(char: char) -> bool {
    (char.is_control() && !matches!(char, '\n' | '\t'))
        || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Names that mean something to a terminal, a runner of GitHub, XML or a URL; all end in `.json`.
const NAMES: &[&str] = &[
    "\u{1b}]0;owned\u{7}",
    "\u{1b}[2J\u{1b}[31m",
    "\u{9b}31m",
    "\u{202e}gpj",
    "\u{2066}a\u{2069}",
    "a\r::error file=evil::owned",
    "a\n::error file=evil::owned",
    "a\n##[error]owned",
    "::stop-commands::x",
    "a,line=1,title=b::c",
    "a%0A::error::owned",
    "]]><evil/>&amp;",
    "\" onload=\"x",
    "a\u{8}\u{8}b\u{7f}",
    "../%2e%2e/a#b?c",
    "\u{feff}\u{fffe}a",
    "-",
    "--config=evil",
];

/// A folder with a bad body under each of those names, and their paths.
fn named() -> (Folder, Vec<String>) {
    let folder = folder(&[]);
    let paths: Vec<String> = NAMES
        .iter()
        .map(|name| format!("{}.json", name.replace('/', "\u{2215}")))
        .collect();
    for path in &paths {
        folder.write(path, "{\"id\": \"CCO-1\", \"status\": 7}");
    }
    (folder, paths)
}

#[test]
fn no_name_of_a_file_steers_a_terminal_or_breaks_a_format() {
    let (folder, paths) = named();
    let judge = sarif_judge();
    all(
        FORMATS.map(|format| (format.to_owned(), format)),
        |_, format| {
            let by_name: Vec<&str> = paths.iter().map(String::as_str).collect();
            for paths_given in [&by_name[..], &["."]] {
                let flags = ["validate", "-v", "--no-ignore", "--format", format];
                let arguments = flags.iter().chain(&["--color", "never", "--"]);
                let ran = run(&folder.path, arguments.chain(paths_given));
                assert_eq!(ran.code, 1, "{}", ran.err);
                let caught = ran
                    .out
                    .lines()
                    .chain(ran.err.lines())
                    .find(|line| line.contains(steers));
                assert_eq!(caught, None, "{format}");
                shaped(format, &ran.out, &judge, paths.len());
            }
        },
    );
}

/// What must hold for a format with any content: this many bodies with at least two findings.
fn shaped(format: &str, out: &str, judge: &jsonschema::Validator, bodies: usize) {
    match format {
        "json" => assert_eq!(of_type(&json_lines(out), "body").len(), bodies),
        "sarif" => {
            let log: Value = serde_json::from_str(out).expect("it is JSON");
            let errors: Vec<String> = judge
                .iter_errors(&log)
                .map(|error| error.to_string())
                .collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
        "github" => {
            for line in out.lines() {
                let begins = ["::error ", "::warning ", "::notice "]
                    .iter()
                    .any(|word| line.starts_with(word));
                assert!(
                    begins && line.contains(" file=") || line.contains(",file="),
                    "{line}"
                );
                assert!(!line.starts_with("##["), "{line}");
                // A runner splits at the second `::`: what comes before is ours.
                let properties = line[2..].split("::").next().expect("there is a first part");
                let (_, properties) = properties.split_once(' ').expect("it has properties");
                for name in ["file=", "line=", "title="] {
                    assert_eq!(
                        properties
                            .split(',')
                            .filter(|one| one.starts_with(name))
                            .count(),
                        1,
                        "{line}"
                    );
                }
            }
        }
        "junit" => {
            let Some(said) = xmllint(out) else { return };
            assert_eq!(said, "", "{out}");
            assert!(!out.contains("<evil"), "{out}");
        }
        _ => assert!(out.contains(&format!("{bodies} bodies")), "{out}"),
    }
}

/// Command lines with NAME where a hostile name stands: what is said of it must be harmless.
const NAMED: &[&str] = &[
    "validate NAME.nowhere",
    "validate NAME",
    "config --config NAME",
    "config --config NAME.nowhere",
    "events --catalog NAME",
    "events NAME",
    "events --provider NAME",
    "explain NAME",
    "validate x --event NAME",
    "validate x --deny NAME",
    "validate x --output NAME/x",
    "send NAME",
    "send INVOICE_PAID --to NAME",
    "send INVOICE_PAID --body NAME.nowhere",
    "send INVOICE_PAID --secret-file NAME.nowhere",
    "send INVOICE_PAID --cacert NAME.nowhere",
    "send INVOICE_PAID --scheme NAME",
    "send --scenario NAME",
    "replay NAME",
    "replay NAME.nowhere",
    "listen NAME",
    "listen 0 --journal NAME/x",
    "listen 0 --journal NAME",
    "listen 0 --answer-body NAME.nowhere",
    "listen 0 --until NAME",
    "listen 0 --forward NAME",
    "listen 0 --secret-file NAME.nowhere",
    "completions NAME",
    "man NAME",
];

#[test]
fn no_argument_steers_the_terminal_in_what_is_said_of_it() {
    let (folder, paths) = named();
    // Each line has a third of the names, each name a third of the lines.
    all(
        NAMED
            .iter()
            .enumerate()
            .map(|(at, line)| ((*line).to_owned(), at)),
        |line, at| {
            for path in paths
                .iter()
                .filter(|path| !path.starts_with('-'))
                .skip(at % 3)
                .step_by(3)
            {
                let arguments = line.split(' ').map(|word| word.replace("NAME", path));
                let ran = run(&folder.path, arguments);
                assert_ne!(ran.code, 0, "{line} {path:?}: {}", ran.out);
                let caught = ran
                    .out
                    .lines()
                    .chain(ran.err.lines())
                    .find(|line| line.contains(steers));
                assert_eq!(caught, None, "{line} {path:?}");
            }
        },
    );
}

/// What a run came to, which must end in time, and the most memory that it had; nothing where the system does not tell.
fn watched(name: &str, child: Child, limit: Duration) -> (Ran, u64) {
    let (id, begun, mut peak) = (child.id(), Instant::now(), 0);
    let ended = thread::spawn(move || child.wait_with_output());
    while !ended.is_finished() {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let size = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = size.map_or(peak, |size| peak.max(size << 10));
        if begun.elapsed() > limit {
            let _ = Command::new("kill")
                .args(["-KILL", &id.to_string()])
                .status();
        }
        thread::sleep(Duration::from_millis(2));
    }
    assert!(
        begun.elapsed() < limit,
        "{name}: it does not end within {limit:?}"
    );
    let output = ended.join().expect("waiting does not panic");
    (ran(output.expect("it can be waited for")), peak)
}

/// What `validate` may take of memory, whatever it reads.
const MOST_MEMORY: u64 = 64 << 20;

#[test]
fn holes_depth_and_numbers_of_files_take_neither_memory_nor_long() {
    let sparse = folder(&[]);
    fs::File::create(sparse.path.join("a.json"))
        .and_then(|file| file.set_len(1 << 28))
        .expect("there is room for it");
    let deep = folder(&[]);
    // No path may be as long as that: it is put together of parts, the innermost first.
    let part = "d/".repeat(1_000);
    for part_name in ["inner", "middle", "outer"] {
        fs::create_dir_all(deep.path.join(part_name).join(&part)).expect("there is room for it");
    }
    fs::write(deep.path.join("inner").join(&part).join("a.json"), "{}")
        .expect("there is room for it");
    fs::rename(
        deep.path.join("inner"),
        deep.path.join("middle").join(&part).join("e"),
    )
    .expect("it is ours");
    fs::rename(
        deep.path.join("middle"),
        deep.path.join("outer").join(&part).join("e"),
    )
    .expect("it is ours");
    let many = folder(&[]);
    for number in 0..3_000 {
        fs::write(many.path.join(format!("{number}.json")), "{}").expect("there is room for it");
    }
    let endless = folder(&[]);
    for name in ["zero", "urandom", "full", "tty"] {
        symlink(
            format!("/dev/{name}"),
            endless.path.join(format!("{name}.json")),
        )
        .expect("there is room for it");
    }
    for (name, folder, codes) in [
        ("a hole", &sparse, &[1, 2][..]),
        ("depth", &deep, &[1, 2]),
        ("many", &many, &[1]),
        ("devices", &endless, &[2]),
    ] {
        let child = tool(&folder.path, ["validate", ".", "--format", "json"])
            .stdout(Stdio::null())
            .spawn();
        let (ran, peak) = watched(
            name,
            child.expect("the binary starts"),
            Duration::from_secs(50),
        );
        assert!(
            codes.contains(&ran.code),
            "{name}: {} {}",
            ran.code,
            ran.err
        );
        assert!(peak < MOST_MEMORY, "{name}: {} KiB", peak >> 10);
    }
}

/// Bodies that cost more than they weigh, each of that size.
fn costly(size: usize) -> Vec<(&'static str, String)> {
    let filled = |before: &str, piece: &str, after: &str| {
        format!(
            "{before}{}{after}",
            piece.repeat(size.saturating_sub(before.len() + after.len()) / piece.len())
        )
    };
    let keys = |key: &dyn Fn(usize) -> String, count: usize| {
        format!(
            "{{{}}}",
            (0..count)
                .map(|at| format!("\"{}\":1", key(at)))
                .collect::<Vec<_>>()
                .join(",")
        )
    };
    let long = "k".repeat(size / 4);
    vec![
        ("lists in lists", filled("", "[", "")),
        ("objects in objects", filled("", "{\"a\":", "")),
        (
            "closed lists in lists",
            format!("{}{}", "[".repeat(size / 2), "]".repeat(size / 2)),
        ),
        ("one number", filled("", "1", "")),
        ("one fraction", filled("{\"amount\":0.", "1", "}")),
        ("one exponent", filled("{\"amount\":1e", "9", "}")),
        ("many numbers", filled("{\"a\":[", "-1.5e-10,", "1]}")),
        ("one text", filled("\"", "a", "\"")),
        ("one text of escapes", filled("\"", "\\u0041", "\"")),
        ("one text of halves", filled("\"", "\\ud800", "\"")),
        ("white space", filled("", " ", "{}")),
        ("line feeds", filled("{", "\n", "}")),
        ("many keys", keys(&|at| format!("k{at}"), size / 10)),
        (
            "many keys that are nearly known",
            keys(&|at| format!("statu{at}"), size / 16),
        ),
        (
            "one key again and again",
            keys(&|_| "status".to_owned(), size / 11),
        ),
        (
            "two long keys",
            format!("{{\"{long}a\":1,\"{long}b\":2,\"id\":\"CCO-1\"}}"),
        ),
        (
            "a long event",
            format!("{{\"eventType\":\"INVOICE_{long}\",\"data\":{{\"type\":\"{long}\"}}}}"),
        ),
        ("commas", filled("[", ",", "]")),
        ("quotation marks", filled("", "\"", "")),
        ("backslashes", filled("\"", "\\\\", "\"")),
        ("NULs", filled("", "\0", "")),
        ("marks of byte order", filled("", "\u{feff}", "{}")),
    ]
}

#[test]
fn no_body_takes_long_or_much_memory_for_its_size() {
    for (name, body) in costly(1 << 18) {
        let folder = folder(&[("body.json", &body)]);
        let child = tool(&folder.path, ["validate", "body.json"])
            .stdout(Stdio::null())
            .spawn();
        // A release binary takes milliseconds.
        let (ran, peak) = watched(
            name,
            child.expect("the binary starts"),
            Duration::from_secs(20),
        );
        assert!([0, 1].contains(&ran.code), "{name}: {}", ran.err);
        assert!(peak < MOST_MEMORY, "{name}: {} KiB", peak >> 10);
    }
}

/// A file of the provider in `own/acme`, and what becomes of a piece of it.
const HOSTILE: &[(&str, &str, &str)] = &[
    (
        "provider.toml",
        "name = \"order.paid\"",
        "name = \"../../secret\"",
    ),
    (
        "provider.toml",
        "name = \"order.paid\"",
        "name = \"/etc/passwd\"",
    ),
    ("provider.toml", "name = \"order.paid\"", "name = \"..\""),
    (
        "provider.toml",
        "kind = \"order\"\nsummary",
        "kind = \"../../secret\"\nsummary",
    ),
    (
        "schemas/order.json",
        "{\"type\": \"integer\", \"minimum\": 1}",
        "{\"$ref\": \"#\"}",
    ),
    (
        "schemas/order.json",
        "{\"type\": \"integer\", \"minimum\": 1}",
        "{\"$ref\": \"#/properties/anvil\"}",
    ),
    (
        "schemas/order.json",
        "{\"type\": \"integer\", \"minimum\": 1}",
        "{\"$ref\": \"../../secret\"}",
    ),
    (
        "schemas/order.json",
        "{\"type\": \"integer\", \"minimum\": 1}",
        "{\"$ref\": \"file:///etc/passwd\"}",
    ),
    (
        "schemas/order.json",
        "{\"type\": \"integer\", \"minimum\": 1}",
        "{\"$ref\": \"http://127.0.0.1:1/x\"}",
    ),
];

/// What is done to a folder with a good catalogue in it.
type Spoil = Box<dyn Fn(&Folder)>;

#[test]
fn no_catalogue_reads_or_shows_what_lies_elsewhere_and_none_runs_for_ever() {
    const SECRET: &str = "root:correct-horse-battery";
    let deep_schema = format!(
        "{}{{}}{}",
        "{\"properties\":{\"a\":".repeat(5_000),
        "}}".repeat(5_000)
    );
    let deep_toml = format!("a = {}{}", "[".repeat(50_000), "]".repeat(50_000));
    let long_toml = format!("[{}]\nx = 1", vec!["a"; 50_000].join("."));
    let mut cases: Vec<(String, Spoil)> = Vec::new();
    for (file, old, new) in HOSTILE {
        let (_, text) = acme::FILES
            .iter()
            .find(|(known, _)| known == file)
            .expect("it has such a file");
        assert!(text.contains(old), "{file} has {old}");
        let text = text.replacen(old, new, 1);
        cases.push((
            format!("{new} in {file}"),
            Box::new(move |folder| folder.write(&format!("own/acme/{file}"), &text)),
        ));
    }
    for (file, text) in [
        ("schemas/order.json", deep_schema),
        ("provider.toml", deep_toml),
        ("provider.toml", long_toml),
    ] {
        cases.push((
            format!("depth in {file}"),
            Box::new(move |folder| folder.write(&format!("own/acme/{file}"), &text)),
        ));
    }
    for file in [
        "provider.toml",
        "scenarios.toml",
        "schemas/order.json",
        "samples/order.paid.json",
    ] {
        for to in [
            "../../secret",
            "../../../secret",
            "provider.toml",
            "/dev/null",
            ".",
        ] {
            let link = move |folder: &Folder| {
                let path = folder.path.join("own/acme").join(file);
                fs::remove_file(&path).expect("it is there");
                symlink(to, &path).expect("there is room for it");
            };
            cases.push((format!("{file} is a link to {to}"), Box::new(link)));
        }
    }
    // Without what is done to it the catalogue is a good one.
    cases.push((
        "nothing".to_owned(),
        Box::new(|folder| assert_eq!(run_line(&folder.path, "events --catalog own").code, 0)),
    ));
    for (name, spoil) in cases {
        let folder = folder(&[
            ("secret", SECRET),
            ("own/secret", SECRET),
            ("body.json", "{\"anvil\": 1, \"status\": \"PAID\"}"),
        ]);
        acme::write(&folder, "own/acme");
        spoil(&folder);
        for line in ["events order.paid", "validate body.json"] {
            let line = format!("{line} --catalog own");
            let child = tool(&folder.path, line.split(' '))
                .spawn()
                .expect("the binary starts");
            let (ran, peak) = watched(&name, child, Duration::from_secs(20));
            assert!([0, 1, 2].contains(&ran.code), "{name}: {line}: {}", ran.err);
            assert!(!ran.err.contains("panicked"), "{name}: {line}: {}", ran.err);
            assert!(
                !ran.out.contains("horse") && !ran.err.contains("horse"),
                "{name}: {line}: {}{}",
                ran.out,
                ran.err
            );
            assert!(peak < 2 * MOST_MEMORY, "{name}: {line}: {} KiB", peak >> 10);
        }
    }
}

#[test]
fn what_is_edited_lies_in_a_file_of_its_own_that_others_cannot_read() {
    let folder = folder(&[]);
    let editor = "#!/bin/sh\nls -ln \"$1\" >> seen\necho \"$1\" >> names\n";
    folder.write("editor", editor);
    fs::set_permissions(
        folder.path.join("editor"),
        fs::Permissions::from_mode(0o755),
    )
    .expect("it is ours");
    for _ in 0..2 {
        let tool = tool(
            &folder.path,
            ["send", "INVOICE_PAID", "--seed", "1", "--dry-run", "--edit"],
        );
        let mut command = Command::new("sh");
        // A user who lets others read everything.
        command
            .args(["-c", "umask 0; exec \"$0\" \"$@\""])
            .arg(tool.get_program())
            .args(tool.get_args());
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .current_dir(&folder.path);
        command
            .env("EDITOR", "./editor")
            .env("TMPDIR", &folder.path)
            .stdin(Stdio::null());
        let ran = ran(command.output().expect("every Unix has sh"));
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    let seen = fs::read_to_string(folder.path.join("seen")).expect("the editor ran");
    assert_eq!(
        seen.lines()
            .filter(|line| line.starts_with("-rw-------"))
            .count(),
        2,
        "{seen}"
    );
    let names = fs::read_to_string(folder.path.join("names")).expect("the editor ran");
    let names: Vec<&str> = names.lines().collect();
    assert_ne!(names[0], names[1], "a name cannot be guessed");
    assert!(
        names
            .iter()
            .all(|name| !fs::exists(name).expect("it can be asked")),
        "nothing is left behind"
    );
}
