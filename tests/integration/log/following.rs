//! `log --follow`: deliveries appear as they are written, also where the journal is rotated.
#![cfg(unix)]

use super::two_days;
use crate::support::listener::PATIENCE;
use crate::support::tool;
use serde_json::Value;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader, Write as _};
use std::time::Instant;

#[test]
fn followed_deliveries_appear_as_they_are_written_and_rotation_loses_none() {
    let folder = two_days();
    let path = folder.path.join("j.ndjson");
    let line = std::fs::read_to_string(&path).expect("it is there");
    let line = line.lines().next().expect("it has a line").to_owned() + "\n";
    let mut command = tool(
        &folder.path,
        "log j.ndjson -f --order order-1 --format json".split(' '),
    );
    let mut child = command.spawn().expect("the binary starts");
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    let begun = Instant::now();
    let mut next = || {
        let mut line = String::new();
        out.read_line(&mut line).expect("it can be read");
        assert!(begun.elapsed() < PATIENCE);
        let line: Value = serde_json::from_str(&line).expect("it is JSON");
        line["number"].as_u64()
    };
    assert_eq!([1, 2, 4, 6].map(|_| next()), [1, 2, 4, 6].map(Some));
    let mut file = OpenOptions::new()
        .append(true)
        .open(&path)
        .expect("it is there");
    // Half a line is not taken for a delivery.
    file.write_all(&line.as_bytes()[..40])
        .expect("there is room");
    file.write_all(&line.as_bytes()[40..])
        .expect("there is room");
    assert_eq!(next(), Some(7));
    std::fs::rename(&path, folder.path.join("j.1")).expect("it can be moved");
    folder.write("j.ndjson", &line);
    assert_eq!(next(), Some(8));
    child.kill().expect("it runs");
    child.wait().expect("it ends");
}
