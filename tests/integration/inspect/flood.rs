//! A flood of deliveries with the page open, and the largest bodies.

use super::{Inspected, Page, raw};
use crate::support::listener::{Listener, connect, read_answer, request};
use crate::support::{folder, payload};
use std::collections::BTreeSet;
use std::io::{BufReader, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// How many deliveries each of the senders sends.
const EACH: usize = 25_000;
const SENDERS: usize = 4;
/// How many requests are sent before their answers are read.
const AT_ONCE: usize = 50;

/// Sends bodies over one connection, and counts those that are accepted.
fn send(port: u16, body: &str) -> usize {
    let mut stream = connect(port);
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let several = request("POST", "/", &[], body.as_bytes()).repeat(AT_ONCE);
    let mut accepted = 0;
    for _ in 0..EACH / AT_ONCE {
        stream.write_all(&several).unwrap();
        accepted += (0..AT_ONCE)
            .filter(|_| read_answer(&mut answers, false).unwrap().status == 200)
            .count();
    }
    accepted
}

/// Asks for rows as the page does until that one is there; returns how often, and the numbers of all rows that came.
fn follow(page: &Page, last: u64, ended: &AtomicBool) -> (usize, BTreeSet<u64>) {
    let (mut after, mut answers, mut seen) = (0, 0, BTreeSet::new());
    while !seen.contains(&last) {
        assert!(!ended.load(Ordering::Relaxed), "the senders failed");
        let rows = page.json(&format!("/api/deliveries?after={after}&wait=1"));
        let rows = rows["deliveries"].as_array().unwrap();
        assert!(rows.len() <= 500);
        for row in rows {
            let rev = row["rev"].as_u64().unwrap();
            assert!(rev > after, "{rev} after {after}");
            after = rev;
            seen.insert(row["seq"].as_u64().unwrap());
        }
        answers += 1;
    }
    (answers, seen)
}

/// The most memory that a process ever held, in MiB.
#[cfg(target_os = "linux")]
fn peak(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.unwrap().trim().trim_end_matches(" kB");
    kib.parse::<u64>().unwrap() >> 10
}

#[test]
#[ignore = "sends 100,000 deliveries: half a minute"]
fn a_flood_is_answered_and_shown_in_bounded_memory() {
    let folder = folder(&[]);
    let page = Inspected::of(Listener::start(
        &folder.path,
        "--format json --inspect --quiet",
    ));
    let body = payload("calypso/samples/INVOICE_PAID.json");
    // A tab that asks again and again, and never reads an answer.
    let (host, token) = (page.host(), format!("Bearer {}", page.token));
    let headers = [("Host", &*host), ("Authorization", &*token)];
    let mut deaf = connect(page.port);
    let asked = raw("GET", "/api/deliveries?after=0", &headers, "").repeat(100);
    deaf.write_all(&asked).unwrap();

    let all = (EACH * SENDERS) as u64;
    let ended = AtomicBool::new(false);
    let (port, shown): (u16, &Page) = (page.listener.port, &page);
    let (accepted, (answers, seen)) = thread::scope(|scope| {
        let tab = scope.spawn(|| follow(shown, all, &ended));
        let senders: Vec<_> = (0..SENDERS)
            .map(|_| scope.spawn(|| send(port, &body)))
            .collect();
        let accepted: Result<Vec<usize>, _> = senders
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect();
        ended.store(accepted.is_err(), Ordering::Relaxed);
        (accepted.unwrap(), tab.join().unwrap())
    });
    assert_eq!(accepted, [EACH; SENDERS]);
    assert!(
        answers > 10,
        "the rows came while deliveries did: {answers}"
    );
    assert!(seen.len() > 1_000, "{}", seen.len());
    let rows = page.json("/api/deliveries?after=0");
    let told = |name: &str| rows[name].as_u64().unwrap();
    assert_eq!((told("newest"), told("kept")), (all, 1_000));
    assert_eq!(told("oldest"), all - 999);
    #[cfg(target_os = "linux")]
    assert!(
        peak(page.listener.id()) < 64,
        "{}",
        peak(page.listener.id())
    );
    drop(deaf);
}

#[test]
fn the_largest_body_is_shown_and_a_larger_one_is_not_there() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    let body = format!("\"{}\"", "a".repeat((1 << 20) - 2));
    assert_eq!(page.listener.post(&[], body.as_bytes()).status, 200);
    let larger = format!("{body} ");
    assert_eq!(page.listener.post(&[], larger.as_bytes()).status, 413);
    let rows = page.json("/api/deliveries?after=0");
    assert_eq!(
        (&rows["newest"], &rows["deliveries"][0]["bytes"]),
        (&1.into(), &(1 << 20).into())
    );
    assert_eq!(page.json("/api/deliveries/1")["body"], body);
}
