//! `init`: the file that it writes is read without a complaint, holds every key, and replaces nothing.

use crate::support::terminal::terminal;
use crate::support::{folder, ran, run, run_line};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

const FILE: &str = "inqud-hook.toml";

#[test]
fn without_a_terminal_it_asks_nothing_and_writes_the_example() {
    let folder = folder(&[]);
    let ran = run_line(&folder.path, "init");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.starts_with("inqud-hook.toml is written"),
        "{}",
        ran.out
    );
    // Another test compares the keys of the example with those that are known.
    let example = run_line(&folder.path, "config --example").out;
    let written = fs::read_to_string(folder.path.join(FILE)).expect("it is written");
    assert_eq!(written, example);
}

#[test]
fn what_is_given_is_set_and_takes_effect() {
    let folder = folder(&[]);
    let ran = run_line(&folder.path, "init :3000/webhooks --provider Inqud");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let example = run_line(&folder.path, "config --example").out;
    let written = fs::read_to_string(folder.path.join(FILE)).expect("it is written");
    let changed: Vec<&str> = written
        .lines()
        .zip(example.lines())
        .filter(|(new, old)| new != old)
        .map(|(new, _)| new)
        .collect();
    assert_eq!(
        changed,
        ["target = \":3000/webhooks\"", "provider = \"inqud\""]
    );
    assert_eq!(written.lines().count(), example.lines().count());
    let sent = run_line(&folder.path, "send checkout.success --dry-run");
    assert!(
        sent.out.starts_with("POST /webhooks "),
        "{}{}",
        sent.out,
        sent.err
    );
    assert!(!sent.err.contains("error"), "{}", sent.err);
    let shown = run_line(&folder.path, "config").out;
    assert!(
        shown.contains("test.provider") && shown.contains("inqud"),
        "{shown}"
    );
}

#[test]
fn it_replaces_nothing() {
    let folder = folder(&[(FILE, "target = \":1\"\n")]);
    let ran = run_line(&folder.path, "init :3000");
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(
        ran.err.contains("inqud-hook.toml already exists") && ran.err.contains("hint: edit it"),
        "{}",
        ran.err
    );
    let kept = fs::read_to_string(folder.path.join(FILE)).expect("it is there");
    assert_eq!(kept, "target = \":1\"\n");
}

#[cfg(unix)]
#[test]
fn a_link_to_nowhere_is_not_followed() {
    let folder = folder(&[]);
    std::os::unix::fs::symlink("elsewhere", folder.path.join(FILE)).expect("links can be made");
    assert_eq!(run_line(&folder.path, "init").code, 2);
    assert!(!folder.path.join("elsewhere").exists());
}

#[test]
fn what_cannot_be_set_is_refused_and_nothing_is_written() {
    for (arguments, expected) in [
        (&["init", "a b"][..], "the target of the file"),
        (
            &["init", "http://ann:s3cret@localhost/"],
            "user and a password",
        ),
        (&["init", "--provider", "stripe"], "unknown provider"),
    ] {
        let folder = folder(&[]);
        let ran = run(&folder.path, arguments);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{arguments:?}");
        assert!(
            ran.err.contains(expected) && !ran.err.contains("s3cret"),
            "{}",
            ran.err
        );
        assert!(!folder.path.join(FILE).exists());
    }
}

#[test]
fn on_a_terminal_it_asks_for_the_target_and_the_provider() {
    for (typed, expected) in [
        (
            "foo bar\n:3000/in\nstripe\ncalypso\n",
            [
                Some("target = \":3000/in\"\n"),
                Some("provider = \"calypso\"\n"),
            ],
        ),
        ("\n\n", [None, None]),
    ] {
        let folder = folder(&[]);
        let Some((code, shown)) = asked(&folder.path, typed) else {
            return;
        };
        assert_eq!(code, 0, "{shown}");
        assert!(
            shown.contains("Your endpoint, such as :3000/webhooks [none]: "),
            "{shown}"
        );
        assert!(
            shown.contains("Its provider: calypso, inqud, rehive [none]: "),
            "{shown}"
        );
        let written = fs::read_to_string(folder.path.join(FILE)).expect(&shown);
        if typed.starts_with("foo") {
            assert!(shown.contains("cannot send to \"foo bar\""), "{shown}");
            assert!(shown.contains("unknown provider \"stripe\""), "{shown}");
        }
        for (key, expected) in ["target", "provider"].iter().zip(expected) {
            let line = expected.map_or_else(|| format!("\n#{key} = "), |line| format!("\n{line}"));
            assert!(written.contains(&line), "{written}");
        }
    }
}

/// How `init` ends and what it shows on a terminal where that is typed.
fn asked(folder: &Path, typed: &str) -> Option<(i32, String)> {
    let line = format!("exec {} init", env!("CARGO_BIN_EXE_inqud-hook"));
    let mut child = terminal(folder, 80, &line)?
        .stdin(Stdio::piped())
        .spawn()
        .expect("script runs");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(typed.as_bytes()).expect("it reads");
    let ran = ran(child.wait_with_output().expect("it ends"));
    drop(stdin);
    Some((ran.code, ran.out))
}

#[test]
fn the_end_of_input_cancels_it() {
    let folder = folder(&[]);
    let Some((code, shown)) = asked(&folder.path, ":3000\n\u{4}") else {
        return;
    };
    assert_eq!(code, 2, "{shown}");
    assert!(
        shown.contains("\nerror: cancelled; inqud-hook.toml is not written"),
        "{shown}"
    );
    assert!(!folder.path.join(FILE).exists());
}

#[test]
fn a_broken_file_above_is_replaced_for_the_folder() {
    let folder = folder(&[(FILE, "target = [\n"), (".git/HEAD", "")]);
    let inner = folder.path.join("inner");
    fs::create_dir(&inner).expect("it can be made");
    let ran = run_line(&inner, "init https://shop.example.com/hook");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        ran.out,
        "inqud-hook.toml is written; name the variable or the file with your secret under [secrets]\n"
    );
    assert!(
        ran.err.contains("only the nearest file is used"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("shop.example.com is not this machine"),
        "{}",
        ran.err
    );
    assert!(inner.join(FILE).exists());
    let local = run_line(&inner, "config");
    assert_eq!(local.code, 0, "{}", local.err);
}

/// Not even root may write there.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_named_with_a_hint() {
    let ran = run_line(Path::new("/sys"), "init");
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(
        ran.err.contains("cannot write inqud-hook.toml")
            && ran.err.contains("hint: check who may write there"),
        "{}",
        ran.err
    );
}
