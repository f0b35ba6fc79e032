//! What `config` shows: changed settings first, whether secrets are there, what is built in; and an example of the file.

use crate::support::{Folder, acme, folder, json_lines, ran, repository, run_line, snapshot, tool};
use std::fs;

/// What a line prints on both streams, with the paths of the folder as FOLDER.
fn printed(folder: &Folder, line: &str, variables: &[(&str, &str)]) -> String {
    let mut command = tool(&folder.path, line.split_whitespace());
    command.envs(variables.iter().copied());
    let ran = ran(command.output().expect("the binary starts"));
    assert_eq!(ran.code, 0, "{line}: {}", ran.err);
    let text = format!("$ inqud-hook {line}\n{}{}\n", ran.out, ran.err);
    text.replace(&*folder.path.to_string_lossy(), "FOLDER")
}

const FILE: &str = "\
target = ':3000/webhooks'
[secrets]
calypso = { env = 'CALYPSO_SECRET' }
inqud = { file = 'secret' }
rehive = { file = 'not-there' }
[lint]
deny = ['paid-short']
[test]
timeout = '5s'
";

#[test]
fn changed_settings_come_first_with_their_origin_and_whether_secrets_are_there() {
    let nothing = folder(&[]);
    let own = folder(&[("inqud-hook.toml", FILE), ("secret", "hush")]);
    let empty = [("CALYPSO_SECRET", ""), ("INQUD_HOOK_SECRET", "hush")];
    let text = [
        printed(&nothing, "config", &[]),
        printed(&own, "config --config inqud-hook.toml", &[]),
        printed(
            &own,
            "config --config inqud-hook.toml --deny too-long",
            &empty,
        ),
    ];
    snapshot("config", "shown", &text.concat());
}

#[test]
fn the_built_in_levels_are_listed_with_all_and_as_json() {
    let folder = folder(&[("inqud-hook.toml", FILE)]);
    let names = |out: &str| -> Vec<String> {
        let names = out.lines().filter_map(|line| line.split(' ').next());
        // A longer line goes on behind spaces.
        let names = names.filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    };
    let short = run_line(&folder.path, "config");
    let all = run_line(&folder.path, "config --all");
    let (short_names, all_names) = (names(&short.out), names(&all.out));
    let is_level = |name: &&String| name.starts_with("lint.");
    assert_eq!(short_names.iter().filter(is_level).count(), 1);
    let left_out = all_names.len() - short_names.len();
    let note = format!("note: {left_out} lint rules have their built-in level; --all lists them\n");
    assert_eq!((&*short.err, &*all.err), (&*note, ""));
    let rules = run_line(&folder.path, "explain --format json").out;
    let rules = json_lines(&rules)
        .iter()
        .filter(|line| line["type"] == "rule")
        .count();
    assert_eq!(all_names.iter().filter(is_level).count(), rules);
    let lines = json_lines(&run_line(&folder.path, "config --format json").out);
    let json_names: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["name"].as_str())
        .collect();
    assert_eq!(json_names, all_names);
    let state = |name: &str| {
        let line = lines.iter().find(|line| line["name"] == name);
        line.map(|line| line["state"].clone())
    };
    for (name, expected) in [
        ("secrets.calypso", Some("not set")),
        ("secrets.rehive", Some("missing")),
        ("target", None),
    ] {
        assert_eq!(state(name), Some(expected.into()), "{name}");
    }
}

/// The keys that the tool accepts at that place of a file, as its own error lists them.
fn known_keys(folder: &Folder, before: &str, after: &str) -> Vec<String> {
    folder.write("wrong.toml", &format!("{before}qqqqqqqqqqqqqq = 1{after}"));
    let err = run_line(&folder.path, "config --config wrong.toml").err;
    let (_, keys) = err.split_once("hint: known keys: ").expect(&err);
    keys.trim().split(", ").map(str::to_owned).collect()
}

#[test]
fn the_example_changes_nothing_and_holds_every_key_once_uncommented() {
    let folder = folder(&[]);
    let example = run_line(&folder.path, "config --example");
    assert_eq!((example.code, &*example.err), (0, ""));
    let before = run_line(&folder.path, "config --all").out;
    folder.write("example.toml", &example.out);
    let after = run_line(&folder.path, "config --all --config example.toml").out;
    let others = |out: &str| out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(others(&before), others(&after));

    // A setting has no space behind its #.
    let uncommented: String = example
        .out
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting) if setting.starts_with(|char: char| char.is_ascii_lowercase()) => setting,
            _ => line,
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    folder.write("inqud-hook.toml", &uncommented);
    acme::write(&folder, "webhooks/acme");
    let shown = run_line(&folder.path, "config");
    assert_eq!(shown.code, 0, "{}", shown.err);

    let table: toml::Table = toml::from_str(&uncommented).expect("it is TOML");
    let has = |path: &[&str]| {
        let first = table.get(path[0]);
        path[1..]
            .iter()
            .fold(first, |found, key| found.and_then(|found| found.get(key)))
            .is_some()
    };
    // These are other spellings.
    let is_alias = |key: &String| ["to", "catalog"].contains(&&**key);
    for key in known_keys(&folder, "", "")
        .iter()
        .filter(|key| !is_alias(key))
    {
        assert!(has(&[key]), "{key} is missing");
    }
    for name in ["lint", "test"] {
        for key in known_keys(&folder, &format!("[{name}]\n"), "") {
            assert!(has(&[name, &key]), "{name}.{key} is missing");
        }
    }
    for key in known_keys(&folder, "[secrets]\ncalypso = { ", " }") {
        let mut secrets = table["secrets"].as_table().expect("a table").values();
        assert!(secrets.any(|secret| secret.get(&key).is_some()), "{key}");
    }
    assert!(has(&["secrets", "default"]) && has(&["keys", "calypso"]));
    // The documentation shows the same.
    let page = fs::read_to_string(repository("docs/configuration.md")).expect("it is there");
    assert!(
        page.contains(&format!("```toml\n{}```\n", example.out)),
        "docs/configuration.md differs"
    );
}
