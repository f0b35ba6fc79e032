//! `send` with single fields changed: `--set`, `--set-all` and their notes; and `--edit`, of `replay` too.

use crate::support::endpoint::{Endpoint, send, sending};
use crate::support::{Ran, folder, ran, run_line};
use std::path::Path;

#[test]
fn a_pointer_adds_a_field_and_says_so() {
    let endpoint = Endpoint::answering(200);
    for (set, field, note) in [
        (
            "/data/extra=1",
            "\"extra\":1}",
            "note: --set /data/extra: the body has no such field, so it was added\n",
        ),
        (
            "/data/realAmuont=1",
            "\"realAmuont\":1}",
            "so it was added (did you mean /data/realAmount?)",
        ),
        ("/a~1b=x", ",\"a/b\":\"x\"}", "--set /a~1b: "),
    ] {
        let ran = send(
            &folder(&[]).path,
            &format!("INVOICE_PAID --set {set} --to {}", endpoint.port),
        );
        assert!(
            ran.code == 0 && ran.err.contains(note),
            "{set}: {}",
            ran.err
        );
        let came = endpoint.one();
        assert!(came.text().contains(field), "{}", came.text());
    }
    let list = "PAYOUT_CONFIRMED --set /data/approved/-=boss";
    let ran = send(&folder(&[]).path, &format!("{list} --to {}", endpoint.port));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let came = endpoint.one();
    assert_eq!(came.json()["data"]["approved"].as_array().unwrap().len(), 2);
    // The steps that have the field are enough: it is not added to the others.
    let line = format!(
        "--scenario calypso/paid --set /data/realAmount=7 --to {}",
        endpoint.port
    );
    assert_eq!(send(&folder(&[]).path, &line).code, 0);
    let with = endpoint
        .take()
        .iter()
        .filter(|came| came.text().contains("realAmount"))
        .count();
    assert_eq!(with, 2);
    for (set, words) in [
        (
            "extra=1",
            "lists, or add one by a pointer such as /data/new\n",
        ),
        (
            "amont=1",
            "hint: use /data/amount, or add a field by a pointer such as /data/new\n",
        ),
        ("/data/no/extra=1", "no such field"),
        (
            "/data/amount/extra=1",
            "nothing can be added to /data/amount",
        ),
        ("/data/list/7=1", "no such field"),
    ] {
        let ran = send(
            &folder(&[]).path,
            &format!("INVOICE_PAID --set {set} --to :9"),
        );
        assert!(
            ran.code == 2 && ran.err.contains(words),
            "{set}: {}",
            ran.err
        );
    }
}

#[test]
fn all_fields_of_a_name_are_set_at_once() {
    let endpoint = Endpoint::answering(200);
    let line = format!(
        "checkout.success --set-all clientOrderId=A-1 --to {}",
        endpoint.port
    );
    assert_eq!(send(&folder(&[]).path, &line).code, 0);
    assert_eq!(
        endpoint
            .one()
            .text()
            .matches("\"clientOrderId\":\"A-1\"")
            .count(),
        2
    );
    let ran = send(
        &folder(&[]).path,
        "checkout.success --set clientOrderId=A-1 --to :9",
    );
    assert!(
        ran.err.contains("or --set-all for all of them"),
        "{}",
        ran.err
    );
    let ran = send(
        &folder(&[]).path,
        "checkout.success --set-all clientOrder=1 --to :9",
    );
    assert!(
        ran.code == 2 && ran.err.contains("did you mean"),
        "{}",
        ran.err
    );
}

#[test]
fn a_number_that_becomes_a_text_is_noted() {
    let endpoint = Endpoint::answering(200);
    for (value, note) in [
        ("10.5O", true),
        (".5", true),
        ("10,50", true),
        ("\"10.50\"", false),
        ("10.50", false),
        ("null", false),
    ] {
        let ran = send(
            &folder(&[]).path,
            &format!("INVOICE_PAID --set amount={value} --to {}", endpoint.port),
        );
        let words = format!("note: `amount` is a number in the sample; {value} is sent as text");
        assert_eq!(
            (ran.code, ran.err.contains(&words)),
            (0, note),
            "{}",
            ran.err
        );
    }
}

#[cfg(unix)]
fn edited(folder: &Path, editor: &str, mut command: std::process::Command) -> Ran {
    let path = std::env::var_os("PATH").unwrap();
    ran(command
        .current_dir(folder)
        .env("EDITOR", editor)
        .env("PATH", path)
        .output()
        .unwrap())
}

#[cfg(unix)]
#[test]
fn an_editor_that_is_not_there_or_leaves_nothing_sends_nothing() {
    let endpoint = Endpoint::answering(200);
    let folder = folder(&[("empty", ": > \"$1\""), ("touch", "echo >> \"$1\"")]);
    let line = format!("INVOICE_PAID --seed 1 --edit --to {}", endpoint.port);
    let run = |editor: &str| edited(&folder.path, editor, sending(&folder.path, line.split(' ')));
    let missing = run("nonexistent --wait");
    let words = "error: cannot start the editor `nonexistent --wait` ($EDITOR); nothing was sent";
    assert!(
        missing.code == 2 && missing.err.contains(words),
        "{}",
        missing.err
    );
    let empty = run("sh empty");
    let words = "error: the body was emptied in the editor; nothing was sent";
    assert!(
        empty.code == 2 && empty.err.contains(words),
        "{}",
        empty.err
    );
    assert_eq!(endpoint.take().len(), 0);
    // Many editors end the file with a line feed although nothing was changed.
    assert_eq!(run("sh touch").code, 0);
    let plain = line.replace(" --edit", "");
    assert_eq!(send(&folder.path, &plain).code, 0);
    let came = endpoint.take();
    assert_eq!(came[0].text(), came[1].text());
}

#[cfg(unix)]
#[test]
fn one_captured_delivery_is_edited_before_it_is_sent_again() {
    let endpoint = Endpoint::answering(200);
    let body = "{\"eventType\":\"INVOICE_PAID\",\"data\":{\"amount\":1.50}}";
    let folder = folder(&[
        ("one.json", body),
        ("two.ndjson", &format!("{body}\n{body}\n")),
        ("edit", "sed s/1.50/2.50/ \"$1\" > new; cat new > \"$1\""),
    ]);
    let run = |line: &str| {
        let line = format!("replay {line} --edit --to {}", endpoint.port);
        let command = crate::support::tool(&folder.path, line.split(' '));
        edited(&folder.path, "sh edit", command)
    };
    let ran = run("one.json");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(endpoint.one().text().contains("2.50"));
    let ran = run("two.ndjson");
    assert!(
        ran.code == 2 && ran.err.contains("choose one delivery"),
        "{}",
        ran.err
    );
    assert_eq!(run("two.ndjson --last 1").code, 0);
    assert_eq!(endpoint.take().len(), 1);
    let ran = run_line(&folder.path, "replay one.json --edit --as-captured --to :9");
    assert_eq!(ran.code, 2, "{}", ran.err);
}
