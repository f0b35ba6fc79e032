//! `--as locust` in a real Locust, a master with two workers, against `listen`. `.ci/run` installs Locust into the folder
//! that `FRAMEWORKS` names; without it the test is skipped.

use crate::support::endpoint::{finish, send};
use crate::support::listener::{Listener, listening};
use crate::support::{Folder, Ran, folder, json_lines, of_type};
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(120);
const SECRET: &str = "it's a \u{e9} secret";

fn packages() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("FRAMEWORKS")?).join("locust");
    folder.join("locust").is_dir().then_some(folder)
}

/// A command that runs the script in that folder, with this secret.
fn locust(folder: &Folder, packages: &PathBuf, arguments: &str, secret: &str) -> Command {
    let mut command = Command::new("python3");
    command.args(["-m", "locust", "-f", "load.py", "--loglevel", "WARNING"]);
    command.args(arguments.split(' ')).current_dir(&folder.path);
    command.env("PYTHONPATH", packages);
    for provider in ["CALYPSO", "INQUD", "REHIVE"] {
        command.env(format!("INQUD_HOOK_SECRET_{provider}"), secret);
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Writes a script, runs it on a master and two workers, and gives what the master said and the lines of `listen`.
fn load(packages: &PathBuf, line: &str, secret: &str) -> (Ran, Vec<Value>) {
    let folder = folder(&[("secret", SECRET)]);
    let mut command = listening(&folder.path, "--strict --secret-file secret --format json");
    let listener = Listener::of(&mut command);
    let script = send(
        &folder.path,
        &format!("{line} --as locust --to 127.0.0.1:{}/hooks", listener.port),
    );
    assert_eq!(script.code, 0, "{}", script.err);
    folder.write("load.py", &script.out);
    let free = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = free.local_addr().expect("it has a port").port();
    drop(free);
    let worker = format!("--worker --master-host 127.0.0.1 --master-port {port}");
    let start = |arguments: &str| {
        let mut command = locust(&folder, packages, arguments, secret);
        command.spawn().expect("python3 starts")
    };
    let workers = [start(&worker), start(&worker)];
    let master = format!(
        "--headless --master --master-bind-host 127.0.0.1 --master-bind-port {port} --expect-workers 2"
    );
    let told = finish(start(&master), PATIENCE);
    for worker in workers {
        finish(worker, PATIENCE);
    }
    let lines = json_lines(&listener.interrupt().out);
    (told, lines)
}

/// The order that a delivery is about, by a field that only orders of one number have.
fn order(delivery: &Value) -> String {
    let body: Value =
        serde_json::from_str(delivery["body"].as_str().expect("it is text")).expect("JSON");
    let names = ["/data/parentExternalId", "/clientOrderId", "/data/id"];
    let name = names
        .iter()
        .find_map(|name| body.pointer(name))
        .expect("it has an order");
    name.to_string()
}

#[test]
#[ignore = "starts Locust several times"]
fn a_master_and_two_workers_send_right_deliveries_that_never_collide() {
    let Some(packages) = packages() else {
        eprintln!("skipped: FRAMEWORKS has no Locust");
        return;
    };
    for (line, deliveries, orders) in [
        (
            "--scenario calypso/paid --count 15 --concurrency 4",
            75..=75,
            15..=15,
        ),
        (
            "checkout.success --rate 20/s --duration 3s --order-id A-{n}",
            40..=80,
            40..=80,
        ),
        (
            "rehive/invoice.paid --rate 40/s --count 41",
            41..=41,
            41..=41,
        ),
    ] {
        let (told, lines) = load(&packages, line, SECRET);
        assert_eq!(told.code, 0, "{line}: {}{}", told.out, told.err);
        let all = of_type(&lines, "delivery");
        assert!(deliveries.contains(&all.len()), "{line}: {}", all.len());
        for delivery in &all {
            assert_eq!(
                delivery["signature"]["verdict"], "valid",
                "{line}: {delivery}"
            );
            assert_eq!(delivery["valid"], true, "{line}: {delivery}");
            assert_eq!(delivery["duplicate_of"], Value::Null, "{line}: {delivery}");
        }
        let names: BTreeSet<String> = all.iter().map(|delivery| order(delivery)).collect();
        assert!(orders.contains(&names.len()), "{line}: {names:?}");
        assert_eq!(
            names.len() * (all.len() / names.len()),
            all.len(),
            "{line}: {names:?}"
        );
    }
}

#[test]
#[ignore = "starts Locust"]
fn a_wrong_secret_fails_the_run() {
    let Some(packages) = packages() else {
        eprintln!("skipped: FRAMEWORKS has no Locust");
        return;
    };
    let (told, lines) = load(&packages, "INVOICE_PAID --count 6 --concurrency 2", "wrong");
    assert_eq!(told.code, 1, "{}{}", told.out, told.err);
    let all = of_type(&lines, "delivery");
    assert_eq!(all.len(), 6);
    assert!(
        all.iter()
            .all(|delivery| delivery["signature"]["verdict"] == "invalid")
    );
    assert!(
        format!("{}{}", told.out, told.err).contains("not accepted: 401"),
        "{}",
        told.err
    );
}
