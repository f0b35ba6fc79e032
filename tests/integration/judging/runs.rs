//! Runs of `inqud-hook test` against the defective shop, many at a time.

use super::shop::{SECRET, Shop, program};
use crate::support::endpoint::finish;
use crate::support::{Ran, json_lines, of_type, tool};
use serde_json::Value;
use std::collections::VecDeque;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// Longer than any run takes, with a dozen of them on two busy cores.
const PATIENCE: Duration = Duration::from_secs(240);

/// How many runs there are at the same time: they wait more than they work.
const AT_ONCE: usize = 12;

/// What a run is given beside the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Answers alone are judged.
    Answers,
    /// `--order` and `--state`.
    States,
    /// These, and `--break` and `--mend`.
    Outage,
    /// The command that starts the shop, and all the others.
    Everything,
}

impl Given {
    /// What a case needs, by its name.
    pub(super) fn by(case: &str) -> Self {
        match case {
            "state/outage" => Self::Outage,
            "forge/method" | "forge/effect" | "forge/poison" | "ack/unknown-order" => Self::States,
            "load/burst" | "wire/long-number" => Self::States,
            case if case.starts_with("state/") || case.starts_with("gate/state") => Self::States,
            case if case.starts_with("crash/") => Self::Everything,
            _ => Self::Answers,
        }
    }
}

/// Times and ids are those of the samples with it, and the same each day.
pub(super) const SEED: &str = "--seed 1";

/// A shop, and the cases that it is judged by.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    pub(super) provider: &'static str,
    /// The shop's.
    pub(super) flags: String,
    pub(super) given: Given,
    /// More arguments of `test`: cases, and flags.
    pub(super) arguments: String,
}

/// What `test` said.
pub(super) struct Judged {
    pub(super) code: i32,
    pub(super) cases: Vec<Value>,
    pub(super) summary: Value,
    pub(super) err: String,
}

impl Judged {
    /// A member of a case's line; empty if the case was not judged.
    pub(super) fn of(&self, case: &str, member: &str) -> String {
        let line = self.cases.iter().find(|line| line["id"] == case);
        let value = line.map(|line| &line[member]);
        value.and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// The cases that ended so, each with why.
    pub(super) fn ended(&self, verdict: &str) -> Vec<String> {
        let cases = self.cases.iter().filter(|line| line["verdict"] == verdict);
        let told = |line: &Value| format!("{} ({})", word(line, "id"), word(line, "got"));
        cases.map(told).collect()
    }
}

fn word(line: &Value, member: &str) -> String {
    line[member].as_str().unwrap_or_default().to_owned()
}

/// Judges a shop.
pub(super) fn judge(trial: &Trial) -> Judged {
    let Ran { code, out, err } = match trial.given {
        Given::Everything => judge_command(trial),
        _ => judge_running(trial),
    };
    let lines = json_lines(&out);
    Judged {
        code,
        cases: of_type(&lines, "case").into_iter().cloned().collect(),
        summary: of_type(&lines, "summary")
            .pop()
            .cloned()
            .unwrap_or_default(),
        err,
    }
}

fn judge_running(trial: &Trial) -> Ran {
    let shop = Shop::start(trial.provider, &trial.flags);
    let mut command = command(trial, shop.port, shop.folder.path());
    finish(command.spawn().expect("the binary starts"), PATIENCE)
}

fn judge_command(trial: &Trial) -> Ran {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let port = free_port();
    let mut command = command(trial, port, folder.path());
    command
        .args(["--secret-env", "SHOP_SECRET", "--"])
        .arg(program())
        .args(["--provider", trial.provider, "--port", &port.to_string()])
        .arg("--data")
        .arg(folder.path())
        .args(trial.flags.split_whitespace());
    finish(command.spawn().expect("the binary starts"), PATIENCE)
}

/// A port at which nothing listens; the system gives it to nobody else for a while.
pub(super) fn free_port() -> u16 {
    let taken = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    taken.local_addr().expect("it is bound").port()
}

/// `test` with its arguments; the shop's data are in the folder.
fn command(trial: &Trial, port: u16, folder: &Path) -> Command {
    let base = format!("http://127.0.0.1:{port}");
    let mut command = tool(folder, ["test", "--format", "json"]);
    command
        .args([
            "--to",
            &format!("{base}/hooks"),
            "--provider",
            trial.provider,
        ])
        .env("INQUD_HOOK_SECRET", SECRET)
        // Commands of `--break` and `--mend` are looked for.
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    if trial.given != Given::Answers {
        let view = if trial.flags.contains("global-state") {
            "/stats"
        } else {
            "/orders/{order}"
        };
        command
            .args(["--order", &format!("{base}/orders")])
            .args(["--state", &format!("{base}{view}")]);
    }
    if matches!(trial.given, Given::Outage | Given::Everything) {
        command.args(["--break", "touch outage", "--mend", "rm -f outage"]);
    }
    command.args(trial.arguments.split_whitespace());
    command
}

/// Judges all of these, several at a time, and fails with all that the check finds.
pub(super) fn all_judged<T: Send + Sync>(
    trials: Vec<(String, Trial, T)>,
    check: impl Fn(&Judged, &T) -> Result<(), String> + Sync,
) {
    let (left, failed) = (Mutex::new(VecDeque::from(trials)), Mutex::new(Vec::new()));
    let next = || left.lock().expect("no thread panics with it").pop_front();
    let work = || {
        while let Some((name, trial, meant)) = next() {
            let judged = judge(&trial);
            if let Err(why) = check(&judged, &meant) {
                let why = format!("{name}: {why} [exit {}] {}", judged.code, judged.err.trim());
                failed.lock().expect("no thread panics with it").push(why);
            }
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let failed = failed.into_inner().expect("no thread has panicked");
    assert!(
        failed.is_empty(),
        "{} trials failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
}
