//! `send`, `replay --as-captured` and `listen --forward` send heads in the given order and spelling, whatever the
//! connection goes through.

use crate::support::captures::{replaying, shop};
use crate::support::endpoint::{PATIENCE, finish, sending};
use crate::support::listener::{Listener, listening};
use crate::support::wire::{Way, Wire};
use crate::support::{Folder, folder};
use std::process::Command;

/// Headers that a map would group, re-order or re-spell.
const ODD: &str = "X-B: 2\r\nx-one: 1\r\nX-A: 1\r\nX-ONE: 2\r\nx-a:\r\nX-Latin: \u{e9}\r\nUSER-agent: x\r\n\
                   content-TYPE: application/json\r\n";

const BODY: &[u8] = b"\x00\xff{\"a\": \r\n1.10}\r\n\r\n";

/// A delivery on its way; `more` stands between the headers and the length.
fn expected(way: &Way, path: &str, headers: &str, more: &str) -> Vec<u8> {
    let (place, authority, length) = (&way.place, way.authority(), BODY.len());
    let head = format!(
        "POST {place}{path} HTTP/1.1\r\nHost: {authority}\r\n{headers}{more}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), BODY].concat()
}

/// What came that way, once.
fn one(wire: &Wire, way: &Way, what: &str) -> Vec<u8> {
    let mut came = wire.take();
    assert_eq!(came.len(), 1, "{what} {}", way.target);
    let tunnels = usize::from(way.proxy.is_some() && way.target.starts_with("https:"));
    assert_eq!(wire.take_connects().len(), tunnels, "{what} {}", way.target);
    came.remove(0)
}

/// As text, so that differences can be read.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\r', "␍")
}

fn shop_with(wire: &Wire) -> Folder {
    shop(&[("ca.pem", &wire.authority)])
}

fn succeeds(mut command: Command, way: &Way) {
    let ran = finish(
        command
            .envs(way.variables())
            .spawn()
            .expect("the binary starts"),
        PATIENCE,
    );
    assert_eq!(ran.code, 0, "{}: {}{}", way.target, ran.out, ran.err);
}

#[test]
fn a_delivery_is_forwarded_and_replayed_byte_for_byte() {
    const PATH: &str = "/a/../b//%7e?q=%2F&r=a+b&&";
    let wire = Wire::new();
    for way in wire.ways() {
        let folder = shop_with(&wire);
        let target = &way.target;
        let flags = format!(
            "--forward {target} --allow-remote --insecure --path * --journal j.ndjson --format json"
        );
        let mut command = listening(&folder.path, &flags);
        let listener = Listener::of(command.envs(way.variables()));
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nHost: localhost\r\n{ODD}Content-Length: {}\r\n\r\n",
            BODY.len()
        );
        let answered = listener.ask(&[head.as_bytes(), BODY].concat());
        assert_eq!(
            (answered.status, answered.text(), &answered.all("x-odd")[..]),
            (200, "ok", &["1"][..])
        );
        listener.delivery();
        listener.interrupt();
        let came = one(&wire, &way, "listen");
        let start = came
            .windows(6)
            .position(|window| window == b"Inqud-")
            .unwrap();
        let end = start
            + came[start..]
                .iter()
                .position(|byte| *byte == b'\n')
                .unwrap();
        let via = String::from_utf8_lossy(&came[start..=end]).into_owned();
        let odd = ODD.replace("x-a:\r", "x-a: \r");
        let whole = expected(&way, PATH, &(odd.clone() + &via), way.login);
        assert_eq!(text(&came), text(&whole));

        let flags = format!("j.ndjson --as-captured --to {target} --allow-remote --cacert ca.pem");
        succeeds(replaying(&folder, &flags), &way);
        let whole = expected(&way, PATH, &odd, way.login);
        assert_eq!(text(&one(&wire, &way, "replay")), text(&whole));
    }
}

#[test]
fn a_delivery_of_ones_own_is_sent_byte_for_byte() {
    let wire = Wire::new();
    for way in wire.ways() {
        let folder = folder(&[("ca.pem", &wire.authority)]);
        std::fs::write(folder.path.join("body"), BODY).unwrap();
        let to = format!("{}/x?y", way.target);
        let line = [
            "--body",
            "body",
            "--scheme",
            "none",
            "--to",
            &to,
            "--allow-remote",
            "--cacert",
            "ca.pem",
        ];
        let odd = ["X-B: 2", "X-A: 1", "X-B: 3", "Accept: é", "User-Agent: x"];
        let odd = odd.iter().flat_map(|header| ["--header", *header]);
        for burst in [&[][..], &["--count", "2", "--concurrency", "1"]] {
            let all = line
                .into_iter()
                .chain(odd.clone())
                .chain(burst.iter().copied());
            let command = sending(&folder.path, all.chain(["--expect", "accepted"]));
            succeeds(command, &way);
            let headers = "Content-Type: application/json\r\nX-B: 2\r\nX-A: 1\r\nX-B: 3\r\nAccept: é\r\nUser-Agent: x\r\n";
            let whole = expected(&way, "/x?y", headers, way.login);
            if burst.is_empty() {
                assert_eq!(text(&one(&wire, &way, "send")), text(&whole));
                continue;
            }
            // Both go over one connection.
            let tunnels = wire.take_connects().len();
            let tunneled = way.proxy.is_some() && way.target.starts_with("https:");
            assert_eq!(tunnels, usize::from(tunneled), "{}", way.target);
            let came: Vec<String> = wire.take().iter().map(|came| text(came)).collect();
            assert_eq!(came, [text(&whole), text(&whole)]);
        }
    }
}
