//! `inspect`: the page on recorded deliveries.

use super::Page;
use crate::support::listener::{Listener, PATIENCE};
use crate::support::{Folder, folder, payload, run_line, tool};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

/// A journal with two deliveries about one order.
fn recorded() -> Folder {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--journal hooks.ndjson --format json");
    let paid = payload("calypso/samples/INVOICE_PAID.json");
    listener.post(&[("Sign", "abcdef")], paid.as_bytes());
    let short = paid.replace("\"realAmount\": 271.420", "\"realAmount\": 96.019");
    listener.post_signed(
        "calypso",
        crate::support::listener::DEVELOPMENT,
        short.as_bytes(),
    );
    listener.interrupt();
    folder
}

/// `inspect` in a process of its own.
pub(super) struct Files {
    child: Child,
    pub(super) page: Page,
}

impl Files {
    pub(super) fn start(folder: &Folder, line: &str) -> Self {
        let line = format!("inspect {line} --format json");
        let mut child = tool(&folder.path, line.split_whitespace()).spawn().unwrap();
        let mut ready = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut ready).unwrap();
        let page = Page::of(&ready);
        Self { child, page }
    }

    fn json(&self, target: &str) -> Value {
        self.page.json(target)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_line_that_cannot_be_read_is_told_while_a_journal_is_followed() {
    let folder = recorded();
    let path = folder.path.join("hooks.ndjson");
    let page = Files::start(&folder, "hooks.ndjson");
    let mut rows = page.json("/api/deliveries?after=0&wait=1");
    while rows["newest"] != 2 {
        rows = page.json("/api/deliveries?after=1&wait=1");
    }
    assert_eq!(rows["problem"], Value::Null);
    let mut journal = std::fs::OpenOptions::new().append(true).open(path).unwrap();
    journal.write_all(b"{ no capture\n").unwrap();
    let told = || page.json("/api/deliveries?after=0")["problem"].clone();
    let begun = Instant::now();
    while told().is_null() {
        assert!(begun.elapsed() < PATIENCE, "it is not told");
        thread::sleep(Duration::from_millis(20));
    }
    let problem = told();
    let problem = problem.as_str().unwrap();
    assert!(
        problem.starts_with("skipping line 3 of hooks.ndjson: "),
        "{problem}"
    );
}

#[test]
fn a_journal_is_shown_and_followed() {
    let folder = recorded();
    let page = Files::start(&folder, "hooks.ndjson");
    let state = page.json("/api/state");
    assert_eq!(
        (&state["following"], &state["sources"]),
        (&json!(true), &json!(["hooks.ndjson"]))
    );
    assert_eq!(state["targets"], json!([]));
    let (mut rows, mut after) = (Vec::new(), json!(0));
    while rows.len() < 2 {
        let more = page.json(&format!("/api/deliveries?after={after}&wait=1"));
        rows.extend(more["deliveries"].as_array().unwrap().clone());
        after = more["newest"].clone();
    }
    assert_eq!(rows[0]["signature"]["verdict"], "invalid");
    assert_eq!(
        (&rows[1]["source"], &rows[1]["number"]),
        (&json!("hooks.ndjson"), &json!(2))
    );
    let whole = page.json("/api/deliveries/2");
    let change = json!({ "pointer": "/data/realAmount", "before": "271.420", "now": "96.019" });
    assert_eq!(whole["previous"]["changes"], json!([change]));
    assert!(page.json("/api/deliveries/1")["signature"]["fix"].is_string());

    let listener = Listener::start(&folder.path, "--journal hooks.ndjson --format json");
    listener.post(&[], b"{}");
    let more = page.json("/api/deliveries?after=2&wait=1");
    assert_eq!(more["deliveries"][0]["number"], 3);
}

#[test]
fn other_files_are_shown_at_once() {
    let folder = recorded();
    folder.write("body.json", &payload("calypso/samples/INVOICE_PAID.json"));
    let page = Files::start(&folder, "body.json hooks.ndjson");
    assert_eq!(page.json("/api/state")["following"], false);
    let rows = page.json("/api/deliveries?after=0");
    assert_eq!(rows["kept"], 3);
    assert_eq!(rows["deliveries"][0]["source"], "body.json");
    assert_eq!(rows["deliveries"][0]["event"], "calypso/INVOICE_PAID");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let folder = folder(&[]);
    let ran = run_line(&folder.path, "inspect nowhere.ndjson");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("nowhere.ndjson"), "{}", ran.err);
    folder.write("users", "root:x:0:0::/root:/bin/sh\n");
    let ran = run_line(&folder.path, "inspect users");
    let words = "users is not a journal, an HTTP archive (HAR), an HTTP request or a JSON body";
    assert!(ran.code == 2 && ran.err.contains(words), "{}", ran.err);
    folder.write("a.json", "{}");
    let ran = run_line(&folder.path, "inspect a.json --to http://192.0.2.1");
    assert_eq!(ran.code, 2, "{}", ran.out);
    let ran = run_line(&folder.path, "inspect a.json --open=7");
    assert_eq!(ran.code, 2);
    let ran = run_line(&folder.path, "listen 0 --inspect-keep 7");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--inspect"), "{}", ran.err);
}

#[test]
fn ctrl_c_ends_it_at_once() {
    let folder = recorded();
    let mut page = Files::start(&folder, "hooks.ndjson");
    crate::support::signal(page.child.id(), "INT");
    let limit = Duration::from_secs(5);
    assert_eq!(crate::support::listener::wait(&mut page.child, limit), 130);
}
