//! `inqud-hook test` judges the shops of `examples/`: each passes, crashes included, and each mistake is found.

use super::flaws::{self, Flaw};
use super::own_tests::{command, files, is_skipped};
use crate::support::endpoint::finish;
use crate::support::{Folder, Ran, folder, json_lines, of_type};
use serde_json::Value;
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// A whole run starts the shop some fifty times.
const PATIENCE: Duration = Duration::from_secs(180);

/// How a shop is started and judged.
pub(super) struct Shop {
    /// Fails where the language is too old for it.
    pub(super) probe: &'static [&'static str],
    /// What has to be done once before it can start.
    pub(super) build: &'static [&'static str],
    /// What starts it; `PORT` stands for its port.
    pub(super) start: &'static [&'static str],
    /// Whose webhooks it takes.
    pub(super) provider: &'static str,
    /// The variable in which it expects the secret.
    pub(super) secret: &'static str,
}

const NODE: Shop = Shop {
    probe: super::own_tests::NODE.probe,
    build: &[],
    start: &["node", "server.mjs"],
    provider: "calypso",
    secret: "CALYPSO_SECRET",
};

const PYTHON: Shop = Shop {
    probe: &[
        "python3",
        "-c",
        "import sys; sys.exit(sys.version_info < (3, 9))",
    ],
    build: &[],
    start: &["python3", "-B", "shop.py"],
    provider: "calypso",
    secret: "CALYPSO_SECRET",
};

const GO: Shop = Shop {
    probe: super::own_tests::GO.probe,
    build: &["go", "build", "-o", "shop", "."],
    start: &["./shop"],
    provider: "inqud",
    secret: "INQUD_SECRET",
};

const PHP: Shop = Shop {
    probe: &[
        "php",
        "-r",
        "exit(PHP_VERSION_ID >= 80000 && extension_loaded('pdo_sqlite') ? 0 : 1);",
    ],
    build: &[],
    start: &["php", "-S", "127.0.0.1:PORT", "shop.php"],
    provider: "calypso",
    secret: "CALYPSO_SECRET",
};

/// A copy of these files in which these changes were made.
pub(super) fn copy(files: Vec<(String, String)>, changes: &[(&str, &str)]) -> Folder {
    let copy = folder(&[]);
    let mut found = vec![0; changes.len()];
    for (name, mut text) in files
        .into_iter()
        .filter(|(name, _)| !name.to_lowercase().contains("test"))
    {
        for ((old, new), found) in changes.iter().zip(&mut found) {
            *found += text.matches(old).count();
            text = text.replace(old, new);
        }
        copy.write(&name, &text);
    }
    for ((old, _), found) in changes.iter().zip(found) {
        assert_eq!(found, 1, "{old} stands there once");
    }
    copy
}

/// Starts and judges the shop in that folder; `arguments` choose cases.
pub(super) fn judge(shop: &Shop, folder: &Folder, arguments: &[&str]) -> Ran {
    if !shop.build.is_empty() {
        let built = command(shop.build, &folder.path)
            .spawn()
            .expect("it starts");
        let built = finish(built, PATIENCE);
        assert_eq!(built.code, 0, "{}", built.err);
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = listener
        .local_addr()
        .expect("it has a port")
        .port()
        .to_string();
    drop(listener);
    let origin = format!("http://127.0.0.1:{port}");
    let (target, order) = (format!("{origin}/webhooks"), format!("{origin}/orders"));
    let state = format!("{order}/{{order}}");
    let start: Vec<String> = shop
        .start
        .iter()
        .map(|word| word.replace("PORT", &port))
        .collect();
    let line = [
        &[
            "inqud-hook",
            "test",
            "--to",
            &target,
            "--provider",
            shop.provider,
        ],
        &[
            "--order",
            &order,
            "--state",
            &state,
            "--secret-env",
            shop.secret,
        ][..],
        &["--seed", "7", "--strict", "--format", "json"],
        arguments,
        &["--"],
        &start.iter().map(String::as_str).collect::<Vec<_>>(),
    ]
    .concat();
    let mut command = command(&line, &folder.path);
    command
        .env("INQUD_HOOK_SECRET", "the-secret-of-this-test")
        .env("PORT", port)
        .env("ORDERS", folder.path.join("orders"))
        // Without workers PHP's server takes one request at a time.
        .env("PHP_CLI_SERVER_WORKERS", "4");
    finish(command.spawn().expect("it starts"), PATIENCE)
}

/// The verdict of that case.
fn verdict<'l>(lines: &'l [Value], name: &str) -> Option<&'l str> {
    let cases = of_type(lines, "case");
    let case = cases.iter().find(|case| case["id"] == name)?;
    case["verdict"].as_str()
}

/// The names of the cases with that verdict.
pub(super) fn with_verdict<'l>(lines: &'l [Value], verdict: &str) -> Vec<&'l str> {
    of_type(lines, "case")
        .iter()
        .filter(|case| case["verdict"] == verdict)
        .filter_map(|case| case["id"].as_str())
        .collect()
}

/// Takes the database away, as far as the shops in Python and PHP can see, which open it for every request.
const OUTAGE: [&str; 4] = [
    "--break",
    "mv orders away && mkdir orders",
    "--mend",
    "rmdir orders && mv away orders",
];

/// The shop of that folder passes all cases but those that cannot be tried.
fn passes(shop: &Shop, name: &str, arguments: &[&str], not_run: &[&str]) {
    if is_skipped(shop.probe, shop.probe[0]) {
        return;
    }
    let ran = judge(shop, &copy(files(name), &[]), arguments);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let lines = json_lines(&ran.out);
    for verdict in ["fail", "advice", "inconclusive"] {
        assert_eq!(with_verdict(&lines, verdict), [""; 0], "{}", ran.out);
    }
    assert_eq!(with_verdict(&lines, "not_run"), not_run);
}

/// Each mistake fails its case.
fn finds(shop: &Shop, name: &str, flaws: &[Flaw]) {
    if is_skipped(shop.probe, shop.probe[0]) {
        return;
    }
    at_once(flaws, |flaw| is_found(shop, name, flaw));
}

/// Checks up to five things at the same time, for judging is mostly waiting; reports all failures.
pub(super) fn at_once<T: Sync>(things: &[T], check: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let failed = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| {
                while let Some(thing) = things.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if catch_unwind(AssertUnwindSafe(|| check(thing))).is_err() {
                        failed.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(failed.into_inner(), 0, "failures are above");
}

/// Some mistakes show only at the right moment, which a busy machine can miss: each has three runs.
fn is_found(shop: &Shop, name: &str, flaw: &Flaw) {
    let folder = copy(files(name), flaw.changes);
    for run in 1.. {
        let ran = judge(shop, &folder, &[flaw.case]);
        if verdict(&json_lines(&ran.out), flaw.case) == Some("fail") {
            assert_eq!(ran.code, 1, "{}\n{}", flaw.name, ran.err);
            return;
        }
        assert!(run < 3, "{}\n{}\n{}", flaw.name, ran.out, ran.err);
    }
}

/// The shop of that folder counts a repeated delivery once.
fn counts_once(shop: &Shop, name: &str) {
    if is_skipped(shop.probe, shop.probe[0]) {
        return;
    }
    let ran = judge(shop, &copy(files(name), &[]), &["state/duplicate"]);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let lines = json_lines(&ran.out);
    assert_eq!(verdict(&lines, "state/duplicate"), Some("pass"));
}

#[test]
fn the_shop_in_node_counts_a_repeated_delivery_once() {
    counts_once(&NODE, "node");
}

#[test]
fn the_shop_in_python_counts_a_repeated_delivery_once() {
    counts_once(&PYTHON, "python");
}

#[test]
fn the_shop_in_go_counts_a_repeated_delivery_once() {
    counts_once(&GO, "go");
}

#[test]
fn the_shop_in_php_counts_a_repeated_delivery_once() {
    counts_once(&PHP, "php");
}

#[test]
#[ignore = "takes half a minute"]
fn the_shop_in_node_is_right() {
    passes(
        &NODE,
        "node",
        &[],
        &["forge/scheme", "wire/nullable", "state/outage"],
    );
}

#[test]
#[ignore = "takes half a minute"]
fn the_shop_in_python_is_right() {
    passes(
        &PYTHON,
        "python",
        &OUTAGE,
        &["forge/scheme", "wire/nullable"],
    );
}

#[test]
#[ignore = "takes half a minute"]
fn the_shop_in_go_is_right() {
    passes(
        &GO,
        "go",
        &[],
        &[
            "forge/public-key",
            "forge/scheme",
            "wire/long-number",
            "state/same-news",
            "state/outage",
        ],
    );
}

#[test]
#[ignore = "takes half a minute"]
fn the_shop_in_php_is_right() {
    passes(&PHP, "php", &OUTAGE, &["forge/scheme", "wire/nullable"]);
}

#[test]
#[ignore = "takes half a minute"]
fn mistakes_of_the_shop_in_node_are_found() {
    finds(&NODE, "node", flaws::node::FLAWS);
}

#[test]
#[ignore = "takes half a minute"]
fn mistakes_of_the_shop_in_python_are_found() {
    finds(&PYTHON, "python", flaws::python::FLAWS);
}

#[test]
#[ignore = "takes half a minute"]
fn mistakes_of_the_shop_in_go_are_found() {
    finds(&GO, "go", flaws::go::FLAWS);
}

#[test]
#[ignore = "takes half a minute"]
fn mistakes_of_the_shop_in_php_are_found() {
    finds(&PHP, "php", flaws::php::FLAWS);
}
