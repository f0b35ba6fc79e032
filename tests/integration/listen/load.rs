//! The memory and time that `listen` uses under load: floods of pipelined requests, bodies whose wrong signature is
//! hard to explain, too few descriptors, unread output, and a long run.
#![cfg(target_os = "linux")]

use crate::support::listener::{
    DEVELOPMENT, Listener, connect, listening, read_answer, request, signature, start, wait,
};
use crate::support::{Folder, folder, json_lines, payload, peak_memory};
use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

/// What the listener may grow by, whatever comes: 512 connections with what each has read.
const MOST_MEMORY: u64 = 24 << 20;
/// What a delivery may take meanwhile, on a machine that does nothing but this.
const SLOWEST: Duration = Duration::from_secs(4);

/// Tests that load the machine take turns.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> impl Sized {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many hundredths of a second of a processor's time a process has had.
fn ticks(id: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).expect("it runs");
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .expect("it has a name")
        .split_whitespace()
        .collect();
    fields[11..13]
        .iter()
        .map(|field| field.parse::<u64>().expect("it is a number"))
        .sum()
}

fn signed(body: &str) -> Vec<u8> {
    let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
    request("POST", "/", &[(name, &value)], body.as_bytes())
}

fn paid() -> String {
    payload("calypso/samples/INVOICE_PAID.json")
}

/// Has a delivery answered as it should be, and says how long that took.
fn probe(port: u16) -> Duration {
    let begun = Instant::now();
    let mut stream = connect(port);
    stream.write_all(&signed(&paid())).expect("it is taken");
    assert_eq!(
        read_answer(&mut stream, false)
            .expect("it is answered")
            .status,
        200
    );
    begun.elapsed()
}

/// Pipelines requests until the time is over, and reads the answers or does not; how many bytes could be sent.
fn flood(port: u16, until: Instant, reads: bool) -> u64 {
    let mut stream = connect(port);
    stream.set_nonblocking(true).expect("it is a socket");
    let many = request("POST", "/", &[], b"{}").repeat(500);
    let (mut at, mut sent, mut block) = (0, 0, [0; 1 << 16]);
    while Instant::now() < until {
        let mut idle = true;
        match stream.write(&many[at..]) {
            Ok(written) => {
                (at, sent, idle) = ((at + written) % many.len(), sent + written as u64, false);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            // Who does not read is hung up on.
            Err(_) => break,
        }
        if reads && matches!(stream.read(&mut block), Ok(1..)) {
            idle = false;
        }
        if idle {
            sleep(Duration::from_millis(1));
        }
    }
    sent
}

#[expect(
    clippy::print_stdout,
    reason = "who asks for a test's output wants to know what was measured"
)]
fn flood_by_fifty(time: Duration) {
    let _alone = alone();
    for reads in [true, false] {
        let folder = folder(&[]);
        let listener = Listener::start(&folder.path, "--body none");
        let (port, id) = (listener.port, listener.id());
        probe(port);
        let (before, until) = (
            peak_memory(id).expect("it is running"),
            Instant::now() + time,
        );
        let (mut slowest, mut sent) = (Duration::ZERO, 0);
        thread::scope(|scope| {
            let clients: Vec<_> = (0..50)
                .map(|_| scope.spawn(move || flood(port, until, reads)))
                .collect();
            while Instant::now() < until {
                slowest = slowest.max(probe(port));
                sleep(Duration::from_millis(50));
            }
            sent = clients
                .into_iter()
                .map(|client| client.join().expect("it does not panic"))
                .sum();
        });
        let more = peak_memory(id).expect("it is running") - before;
        println!(
            "{} MiB sent, answers read: {reads}; {} KiB more; others at most {slowest:.1?}",
            sent >> 20,
            more >> 10
        );
        assert!(sent > 1 << 20, "it is a flood");
        assert!(more <= MOST_MEMORY, "{} KiB more", more >> 10);
        assert!(slowest < SLOWEST, "others wait {slowest:?}");
        // All that were accepted go again.
        let begun = Instant::now();
        while fs::read_dir(format!("/proc/{id}/fd"))
            .expect("it runs")
            .count()
            > 20
        {
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "descriptors are left over"
            );
            sleep(Duration::from_millis(20));
        }
        probe(port);
        assert_eq!(listener.interrupt().code, 130);
    }
}

#[test]
fn a_flood_by_fifty_takes_little_memory_and_others_are_served_meanwhile() {
    flood_by_fifty(Duration::from_secs(1));
}

#[test]
#[ignore = "takes half a minute"]
fn a_long_flood_by_fifty_takes_no_more_than_a_short_one() {
    flood_by_fifty(Duration::from_secs(8));
}

/// Bodies for which every way of signing that could be meant is long, each of that size.
fn hard_to_explain(size: usize) -> Vec<String> {
    let in_object = |piece: &str, before: &str, after: &str| {
        format!(
            "{before}{}{after}",
            piece.repeat((size - before.len() - after.len()) / piece.len())
        )
    };
    vec![
        in_object(" ", "{\"a\":", "1}"),
        in_object("1234567890.0987654321e5,", "{\"a\":[", "0]}"),
        in_object("\\u00e9", "{\"a\":\"", "\"}"),
        in_object("é", "{\"a\":\"", "\"}"),
        in_object("\\/", "{\"a\":\"", "\"}"),
        in_object("\\\"", "{\"a\":\"", "\"}"),
        in_object("{\"b\":", "", "1"),
        in_object("\"a\": 1,\r\n", "{", "\"b\":2}"),
        in_object("a=1&", "", "b=2"),
        in_object("\u{feff}", "", "{}"),
    ]
}

#[test]
fn explaining_a_wrong_signature_takes_bounded_memory_and_delays_no_delivery() {
    let _alone = alone();
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --body none");
    let (port, id) = (listener.port, listener.id());
    probe(port);
    listener.delivery();
    let (before, mut slowest) = (peak_memory(id).expect("it is running"), Duration::ZERO);
    let headers = [
        ("Sign", "0".repeat(128)),
        ("X-Payload-Digest", "0".repeat(40)),
        ("Authorization", "Secret another".to_owned()),
    ];
    // Small ones: a debug build hashes a hundred times slower. memory.py sends those of a MiB to a release binary.
    for body in hard_to_explain(1 << 13) {
        for (name, value) in &headers {
            assert_eq!(listener.post(&[(name, value)], body.as_bytes()).status, 200);
            slowest = slowest.max(probe(port));
            let said = listener.next_of("delivery", 2);
            let wrong = said
                .iter()
                .filter(|line| line["signature"]["verdict"] == "invalid")
                .count();
            let explained = said
                .iter()
                .filter(|line| line["signature"]["explanation"].is_string())
                .count();
            assert_eq!((wrong, explained), (1, 1), "{said:?}");
        }
    }
    let more = peak_memory(id).expect("it is running") - before;
    println!("{} KiB more; others at most {slowest:.1?}", more >> 10);
    assert!(more <= MOST_MEMORY, "{} KiB more", more >> 10);
    assert!(slowest < SLOWEST, "others wait {slowest:?}");
}

#[test]
fn too_few_descriptors_cost_no_processor_time_and_it_recovers() {
    let folder = folder(&[]);
    let tool = listening(&folder.path, "--format json");
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -n 40 && exec \"$0\" \"$@\""])
        .arg(tool.get_program())
        .args(tool.get_args());
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .current_dir(&folder.path);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let listener = Listener::of(&mut command);
    probe(listener.port);
    let idle: Vec<_> = (0..100).map(|_| connect(listener.port)).collect();
    sleep(Duration::from_millis(300));
    let before = ticks(listener.id());
    sleep(Duration::from_secs(2));
    let spent = ticks(listener.id()) - before;
    // A loop that does not pause would have had 200.
    assert!(spent < 40, "{spent} hundredths of a second");
    drop(idle);
    probe(listener.port);
    assert_eq!(listener.interrupt().code, 130);
}

/// How many deliveries there are whose output is not read.
const UNREAD: usize = 2_000;

#[test]
fn every_delivery_is_in_the_journal_even_if_the_output_is_not_read() {
    let folder = folder(&[]);
    let (mut child, out, port) = start(&mut listening(
        &folder.path,
        "--journal j.ndjson --sync none --body full",
    ));
    let before = peak_memory(child.id()).expect("it is running");
    let mut stream = connect(port);
    for number in 0..UNREAD / 100 {
        let many: Vec<u8> = (0..100)
            .flat_map(|at| signed(&format!("{{\"number\": {}}}", number * 100 + at)))
            .collect();
        stream.write_all(&many).unwrap();
        for _ in 0..100 {
            assert_eq!(read_answer(&mut stream, false).unwrap().status, 200);
        }
    }
    let more = peak_memory(child.id()).expect("it is running") - before;
    assert!(more <= MOST_MEMORY, "{} KiB more", more >> 10);
    let begun = Instant::now();
    crate::support::signal(child.id(), "INT");
    assert_eq!(wait(&mut child, crate::support::listener::PATIENCE), 130);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    drop(out);
    assert_eq!(numbers(&folder), (0..UNREAD as u64).collect::<Vec<_>>());
}

/// The numbers of the bodies in the journal.
fn numbers(folder: &Folder) -> Vec<u64> {
    let number = |line: &serde_json::Value| {
        let body: serde_json::Value = serde_json::from_str(line["body"].as_str()?).ok()?;
        body["number"].as_u64()
    };
    let text = fs::read_to_string(folder.path.join("j.ndjson")).expect("the journal is UTF-8");
    json_lines(&text)
        .iter()
        .map(|line| number(line).expect("it has a number"))
        .collect()
}

#[test]
#[ignore = "takes half a minute"]
fn a_long_run_takes_no_more_memory_than_a_short_one() {
    let _alone = alone();
    let count: usize = std::env::var("INQUD_HOOK_LOAD_DELIVERIES")
        .map_or(12_000, |text| text.parse().expect("it is a number"));
    for flags in [
        "--body none",
        "--format json",
        "--body changed --journal j.ndjson --sync none",
    ] {
        let folder = folder(&[]);
        let listener = Listener::start(&folder.path, flags);
        let (port, id) = (listener.port, listener.id());
        let deliver = |from: usize, to: usize| {
            let mut stream = connect(port);
            for from in (from..to).step_by(50) {
                let one = |number: usize| {
                    signed(&paid().replace("2874154", &(3_000_000 + number).to_string()))
                };
                stream
                    .write_all(&(from..from + 50).flat_map(one).collect::<Vec<_>>())
                    .expect("it is taken");
                for _ in 0..50 {
                    assert_eq!(
                        read_answer(&mut stream, false)
                            .expect("it is answered")
                            .status,
                        200
                    );
                }
            }
            peak_memory(id).expect("it is running")
        };
        // What it remembers of the last deliveries has its size after these.
        let first = deliver(0, count / 2);
        let last = deliver(count / 2, count);
        println!(
            "{flags}: {} MiB after {} deliveries, {} MiB after {count}",
            first >> 20,
            count / 2,
            last >> 20
        );
        assert!(last <= first + (4 << 20), "{flags}: from {first} to {last}");
        let ran = listener.interrupt();
        // A line of its own says what was not shown.
        assert!(
            ran.out.contains(&count.to_string()),
            "{flags}: the summary counts them all"
        );
    }
}

#[test]
fn what_is_written_down_is_synced_before_the_answer_goes_out() {
    let Ok(version) = Command::new("strace").arg("-V").output() else {
        return println!("skipped: strace is not installed");
    };
    assert!(version.status.success());
    let folder = folder(&[]);
    let tool = listening(&folder.path, "--format json --journal j.ndjson");
    let mut command = Command::new("strace");
    command.args([
        "-f",
        "-qq",
        "-o",
        "trace",
        "-e",
        "trace=fsync,fdatasync,write,writev,sendto,sendmsg",
    ]);
    command
        .arg(tool.get_program())
        .args(tool.get_args())
        .env_clear()
        .current_dir(&folder.path);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("strace starts");
    let mut first = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().expect("it is piped"));
    std::io::BufRead::read_line(&mut out, &mut first).expect("it can be read");
    for _ in 0..5 {
        probe(crate::support::listener::port_of(&first));
    }
    // The signal is for the traced process, whose end strace waits for.
    let traced = fs::read_to_string(format!("/proc/{0}/task/{0}/children", child.id()))
        .expect("strace runs");
    crate::support::signal(traced.trim().parse().expect("it has one child"), "INT");
    wait(&mut child, crate::support::listener::PATIENCE);
    let trace = fs::read_to_string(folder.path.join("trace")).expect("strace has written it");
    let mut synced = 0;
    let mut answered = 0;
    for line in trace.lines() {
        // A call that another thread interrupts has its end on a line of its own.
        let sync = line.contains("sync(") && line.contains("= 0")
            || line.contains("sync resumed>") && line.contains("= 0");
        synced += usize::from(sync);
        answered += usize::from(line.contains("HTTP/1.1 200"));
        assert!(
            answered <= synced,
            "answer {answered} goes out after {synced} syncs:\n{trace}"
        );
    }
    assert_eq!(answered, 5, "{trace}");
}
