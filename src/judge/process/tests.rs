//! Real children: shells and small servers.
#![cfg(unix)]

use super::*;
use std::net::TcpListener;
use std::path::Path;

const READY: Duration = Duration::from_secs(20);

/// A server that prints what it is started with; then an error, where there is one.
const SERVER: &str = r"
import os, socketserver, sys
print('secret', os.environ.get('HOOK_SECRET'), flush=True)
socketserver.TCPServer.allow_reuse_address = True
server = socketserver.TCPServer(('127.0.0.1', int(sys.argv[1])), socketserver.BaseRequestHandler)
print('ready', file=sys.stderr, flush=True)
server.serve_forever()
";

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

fn options(address: SocketAddr, command: &[&str]) -> ProcessOptions {
    let port = address.port().to_string();
    let filled = command
        .iter()
        .map(|word| word.replace("PORT", &port).replace("SERVER", SERVER));
    ProcessOptions {
        command: filled.map(OsString::from).collect(),
        secret: Some(("HOOK_SECRET".to_owned(), Secret::new(b"hunter2-hunter2"))),
        ready: READY,
        addresses: vec![address],
    }
}

const PYTHON: [&str; 4] = ["python3", "-c", "SERVER", "PORT"];

/// The processes whose command line has this text.
fn running(text: &str) -> Vec<String> {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let lines = processes.filter_map(|entry| {
        let line = std::fs::read(entry.ok()?.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&line).replace('\0', " "))
    });
    lines.filter(|line| line.contains(text)).collect()
}

#[test]
fn an_endpoint_is_started_killed_and_started_again() {
    let address = free_address();
    let endpoint = EndpointProcess::start(options(address, &PYTHON)).unwrap();
    assert!(endpoint.is_running());
    // Connections are queued before the server prints that it is ready.
    let printed = |mark| {
        until(READY, || {
            let printed = endpoint.output_since(mark);
            printed.ends_with("ready\n").then_some(printed)
        })
    };
    let shown = printed(0);
    assert_eq!(shown.as_deref(), Some("secret ********\nready\n"));
    for _ in 0..3 {
        let mark = endpoint.mark();
        endpoint.kill();
        assert_eq!(endpoint.ending(), Some(ChildEnd::Signal(9)));
        assert!(connected(&[address]).is_none());
        endpoint.kill();
        endpoint.restart().unwrap();
        assert!(endpoint.is_running());
        assert_eq!(printed(mark), shown);
    }
    endpoint.restart().unwrap();
    assert!(endpoint.is_running(), "from running to running");
    drop(endpoint);
    assert!(connected(&[address]).is_none());
}

#[test]
fn children_die_with_the_endpoint() {
    // In its group, in one of its own, in a session of its own, and an orphan.
    let script = "sleep 98761 & timeout 98762 sleep 98763 & setsid sleep 98764 & \
                  (setsid sleep 98765 >/dev/null 2>&1 &) & \
                  python3 -c \"$0\" \"$1\" & wait";
    let address = free_address();
    let start =
        || EndpointProcess::start(options(address, &["sh", "-c", script, "SERVER", "PORT"]));
    if !Path::new("/proc/self/environ").exists() {
        return;
    }
    for end in [EndpointProcess::kill, |endpoint: &EndpointProcess| {
        endpoint.restart().unwrap();
    }] {
        let endpoint = start().unwrap();
        assert_eq!(
            until(READY, || (running("sleep 9876").len() >= 5).then_some(())),
            Some(())
        );
        end(&endpoint);
        endpoint.kill();
        assert_eq!(running("sleep 9876"), [""; 0]);
        assert!(connected(&[address]).is_none());
    }
    drop(start().unwrap());
    assert_eq!(running("sleep 9876"), [""; 0]);
}

#[test]
fn an_endpoint_may_end_by_itself_or_not() {
    let address = free_address();
    let kind = SERVER.replace(
        "import os, socketserver",
        "import os, signal, socketserver, sys\nsignal.signal(signal.SIGTERM, lambda *_: os._exit(7))\nimport socketserver",
    );
    let endpoint =
        EndpointProcess::start(options(address, &["python3", "-c", &kind, "PORT"])).unwrap();
    assert!(endpoint.terminate(READY));
    assert_eq!(endpoint.ending(), Some(ChildEnd::Code(7)));
    let deaf = kind.replace("lambda *_: os._exit(7)", "signal.SIG_IGN");
    let endpoint =
        EndpointProcess::start(options(address, &["python3", "-c", &deaf, "PORT"])).unwrap();
    assert!(!endpoint.terminate(Duration::from_millis(50)));
    assert_eq!(endpoint.ending(), Some(ChildEnd::Signal(9)));
    assert!(connected(&[address]).is_none());
}

/// The error and its hint.
fn failure(options: ProcessOptions) -> (String, String) {
    let Err(error) = EndpointProcess::start(options) else {
        return ("it started".to_owned(), String::new());
    };
    (error.to_string(), error.hint().unwrap_or_default())
}

#[test]
fn an_endpoint_that_does_not_start_is_an_error() {
    let address = free_address();
    let (error, _) = failure(options(
        address,
        &["sh", "-c", "echo no db $HOOK_SECRET; exit 3"],
    ));
    assert_eq!(
        error,
        "cannot start sh: it exited with code 3 before it took connections\n  | no db ********"
    );
    let (error, hint) = failure(options(address, &["no-such-program", "x"]));
    assert_eq!(
        error,
        "cannot start no-such-program: no such file or directory"
    );
    assert!(hint.starts_with("check the name of the program"), "{hint}");
    let mut slow = options(address, &["sh", "-c", "seq 12; sleep 98771"]);
    slow.ready = Duration::from_millis(300);
    let (error, hint) = failure(slow);
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(
        lines[0],
        "cannot start sh: it took no connections within 300ms"
    );
    assert_eq!((lines.len(), lines[1], lines[10]), (11, "  | 3", "  | 12"));
    assert!(hint.contains(&address.to_string()), "{hint}");
    assert_eq!(running("sleep 98771"), [""; 0]);
    let mut odd = options(address, &PYTHON);
    odd.secret = Some(("A=B".to_owned(), Secret::new(b"hunter2-hunter2")));
    assert_eq!(
        failure(odd).0,
        "--secret-env \"A=B\": not the name of an environment variable"
    );
}

#[test]
fn another_program_on_the_port_is_an_error() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap();
    let (error, _) = failure(options(address, &PYTHON));
    assert_eq!(
        error,
        format!("cannot start python3: another program listens on {address}")
    );
}

#[test]
fn output_is_bounded_and_harmless() {
    let address = free_address();
    let noisy = SERVER.replace(
        "print('ready', file=sys.stderr, flush=True)",
        "[print('y' * 99, i) for i in range(2000)]; print('\\x1b[31m part of hunter2-h', end='')",
    );
    let endpoint =
        EndpointProcess::start(options(address, &["python3", "-u", "-c", &noisy, "PORT"])).unwrap();
    let open = until(READY, || {
        let all = endpoint.output_since(0);
        all.contains("part of").then_some(all)
    });
    let open = open.unwrap();
    assert!(open.starts_with('…') && open.contains("y 1999\n"), "{open}");
    assert!(
        open.ends_with("\n␛[31m part of ********…"),
        "a part of the secret"
    );
    assert!(open.len() <= OUTPUT_LIMIT + 100, "{}", open.len());
}
