//! The endpoint that `test` starts itself: what keeps it from starting, and that nothing of it is left afterwards.
#![cfg(unix)]

use super::runs::free_port;
use super::shop::{SECRET, program};
use crate::support::endpoint::finish;
use crate::support::{Ran, signal, tool};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

/// `test` of that port, with arguments and the command that starts the endpoint.
fn test(folder: &Path, port: u16, arguments: &str, endpoint: &[&str]) -> Command {
    let mut command = tool(folder, ["test", "--provider", "calypso"]);
    command
        .args(["--to", &format!("http://127.0.0.1:{port}/hooks")])
        .args(arguments.split_whitespace())
        .args(["--secret-env", "SHOP_SECRET", "--"])
        .args(endpoint)
        .env("INQUD_HOOK_SECRET", SECRET)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

fn ended(folder: &Path, port: u16, arguments: &str, endpoint: &[&str]) -> Ran {
    let mut command = test(folder, port, arguments, endpoint);
    finish(command.spawn().expect("the binary starts"), PATIENCE)
}

fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[test]
fn what_keeps_an_endpoint_from_starting_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let ran = ended(folder.path(), free_port(), "", &["no-such-server"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("error: cannot start no-such-server: no such file or directory\nhint: "),
        "{}",
        ran.err
    );
    let failing = ["sh", "-c", "echo no database, $SHOP_SECRET; exit 3"];
    let ran = ended(folder.path(), free_port(), "", &failing);
    assert_eq!(ran.code, 2);
    let told = "error: cannot start sh: it exited with code 3 before it took connections\n  | no database, ********\n";
    assert!(ran.err.contains(told), "{}", ran.err);
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let ran = ended(folder.path(), port, "", &["sleep", "60"]);
    assert_eq!(ran.code, 2);
    let told = format!("cannot start sleep: another program listens on 127.0.0.1:{port}\n");
    assert!(ran.err.contains(&told), "{}", ran.err);
    assert_eq!(ran.out, "");
}

/// The shop as a child of a shell, as a script starts it.
fn shop(folder: &Path, port: u16) -> [String; 3] {
    let line = format!(
        "'{}' --provider calypso --port {port} --data '{}'; true",
        program().display(),
        folder.display()
    );
    ["sh".to_owned(), "-c".to_owned(), line]
}

#[test]
fn nothing_of_the_endpoint_is_left_after_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let shop = shop(folder.path(), port);
    let ran = ended(
        folder.path(),
        port,
        "gate",
        &shop.each_ref().map(String::as_str),
    );
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(!listens(port));
}

#[test]
fn nothing_of_the_endpoint_is_left_when_the_run_is_ended() {
    for name in ["INT", "TERM", "HUP"] {
        ended_by(name);
    }
}

fn ended_by(name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let shop = shop(folder.path(), port);
    let base = format!("http://127.0.0.1:{port}");
    let arguments =
        format!("crash --order {base}/orders --state {base}/orders/{{order}} --timeout 10s");
    let shop = shop.each_ref().map(String::as_str);
    let mut command = test(folder.path(), port, &arguments, &shop);
    let child: Child = command.stdout(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while !listens(port) {
        assert!(started.elapsed() < PATIENCE, "the shop starts");
        sleep(Duration::from_millis(5));
    }
    // Wherever it is by then.
    sleep(Duration::from_millis(300));
    signal(child.id(), name);
    let ran = finish(child, PATIENCE);
    assert_eq!(ran.code, 130, "{name}: {}{}", ran.out, ran.err);
    assert!(!listens(port), "{name}");
}
