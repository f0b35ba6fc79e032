//! How `send` judges responses: as each provider does; and for everything that can go wrong, it prints one clear line,
//! has the right exit code, and ends.

use crate::support::endpoint::{Came, Endpoint, PATIENCE, all_at_once, answer, dead_port, finish};
use crate::support::endpoint::{read_request, scrubbed, send, sending, snapshot, socket};
use crate::support::tls::Certified;
use crate::support::{Ran, folder, json_lines, of_type, ran};
use rustls::{ServerConnection, StreamOwned};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// One event of each provider, and the statuses that it counts as accepted.
const EVENTS: [(&str, &[u16]); 3] = [
    ("calypso/INVOICE_PAID", &[200]),
    ("inqud/checkout.success", &[200]),
    ("rehive/invoice.paid", &[200, 201, 202]),
];

const STATUSES: [u16; 22] = [
    200, 201, 202, 203, 204, 206, 299, 300, 301, 302, 307, 400, 401, 403, 404, 405, 413, 415, 422,
    429, 500, 503,
];

/// Answers with the status that the path names.
fn as_the_path_says(_: usize, came: &Came) -> crate::support::endpoint::Answer {
    let status: u16 = came
        .path
        .trim_matches('/')
        .parse()
        .expect("the path is a status");
    let location: &[(&str, &str)] = if status == 301 {
        &[("Location", "/elsewhere")]
    } else {
        &[]
    };
    answer(
        status,
        location,
        if status == 422 {
            "{\n\t\"why\": \"amount\"\n}\n"
        } else {
            ""
        },
    )
}

/// The one line of that type in what a run printed.
fn line(ran: &Ran, name: &str) -> Value {
    let lines = json_lines(&ran.out);
    let found = of_type(&lines, name);
    assert_eq!(found.len(), 1, "{}", ran.out);
    found[0].clone()
}

#[test]
fn an_answer_counts_as_its_provider_counts_it() {
    let (folder, endpoint) = (folder(&[]), Endpoint::new(as_the_path_says));
    let mut said = String::new();
    for (event, success) in EVENTS {
        for status in STATUSES {
            let line_of = format!(
                "{event} --seed 1 --to :{}/{status} --format json",
                endpoint.port
            );
            let ran = send(&folder.path, &line_of);
            let (delivery, summary) = (line(&ran, "delivery"), line(&ran, "summary"));
            let accepted = success.contains(&status);
            assert_eq!(ran.code, i32::from(!accepted), "{event} {status}");
            assert_eq!(
                (&delivery["status"], &delivery["accepted"]),
                (&status.into(), &accepted.into())
            );
            let counts = ["sent", "accepted", "refused", "failed"]
                .map(|name| summary[name].as_u64().unwrap());
            assert_eq!(
                counts,
                [1, u64::from(accepted), u64::from(!accepted), 0],
                "{event} {status}"
            );
            assert_eq!(delivery["reason"].is_null(), accepted);
            if !accepted {
                let words =
                    ["reason", "hint"].map(|key| delivery[key].as_str().unwrap_or("-").to_owned());
                said += &scrubbed(
                    &format!("{event} {status}\n  {}\n  {}", words[0], words[1]),
                    endpoint.port,
                );
            }
        }
    }
    snapshot("verdicts", &said);
    assert_eq!(
        endpoint.came().len(),
        3 * STATUSES.len(),
        "each was sent once"
    );
}

#[test]
fn an_answer_is_shown_to_people_and_machines() {
    let (folder, endpoint) = (
        folder(&[("secret", "hush")]),
        Endpoint::new(as_the_path_says),
    );
    let (mut human, mut machine) = (String::new(), String::new());
    for (status, flags, both) in [
        (200, "", true),
        (204, "", false),
        (301, "", true),
        (401, "--secret-file secret", false),
        (401, "--scheme none", true),
        (422, "", true),
        (500, "", false),
    ] {
        let to = format!(
            "calypso/INVOICE_PAID --seed 1 --to 127.0.0.1:{}/{status} {flags}",
            endpoint.port
        );
        human += &scrubbed(&send(&folder.path, &to).out, endpoint.port);
        let out = send(&folder.path, &(to + " --format json"))
            .out
            .replace(&format!(":{}", endpoint.port), ":PORT");
        for mut line in json_lines(&out).into_iter().filter(|_| both) {
            for name in ["latency_ms", "seconds", "per_second"] {
                match line.get_mut(name) {
                    Some(Value::Object(times)) => {
                        times.values_mut().for_each(|time| *time = "TIME".into());
                    }
                    Some(time) => *time = "TIME".into(),
                    None => {}
                }
            }
            let headers = line
                .pointer_mut("/response/headers")
                .and_then(Value::as_array_mut);
            headers
                .into_iter()
                .flatten()
                .filter(|header| header[0] == "Date")
                .for_each(|date| date[1] = "DATE".into());
            machine += &format!("{line}\n");
        }
    }
    snapshot("answers-human", &human);
    snapshot("answers-json", &machine);
}

#[test]
fn a_redirect_is_never_followed() {
    let folder = folder(&[]);
    let elsewhere = Arc::new(Endpoint::answering(200));
    let place = format!("http://127.0.0.1:{}/final", elsewhere.port);
    let endpoint = Endpoint::new(move |number, _| {
        answer(
            [301, 302, 303, 307, 308][number % 5],
            &[("Location", &place)],
            "",
        )
    });
    for flags in ["", "", "", "", "", "--count 5", "--retry --time-scale 1e9"] {
        let ran = send(
            &folder.path,
            &format!("checkout.success --to {} {flags}", endpoint.port),
        );
        assert_eq!(ran.code, 1, "{}", ran.out);
        let hint = format!("--to http://127.0.0.1:{}/final", elsewhere.port);
        assert!(
            ran.out.contains(&hint) || flags == "--count 5",
            "{}",
            ran.out
        );
    }
    assert!(elsewhere.came().is_empty());
}

/// How an endpoint behaves, and what is told of it.
struct Fault {
    name: &'static str,
    act: fn(TcpStream),
    flags: &'static str,
    /// Whichever comes first.
    faults: &'static [&'static str],
}

/// Says something behind a request, and goes when the other side does.
fn say(mut stream: TcpStream, text: &[u8]) {
    if read_request(&mut stream).is_some() && stream.write_all(text).is_ok() {
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
}

/// Sends something repeatedly while the connection is open.
fn repeat(mut stream: TcpStream, first: &[u8], again: &[u8], pause: u64) {
    if read_request(&mut stream).is_some() && stream.write_all(first).is_ok() {
        while stream.write_all(again).is_ok() {
            sleep(Duration::from_millis(pause));
        }
    }
}

/// Says something, and nothing more, but stays.
fn stay(mut stream: TcpStream, text: &[u8]) {
    if read_request(&mut stream).is_some() && stream.write_all(text).is_ok() {
        let _ = stream.read_to_end(&mut Vec::new());
    }
}

const SHORT: &str = "--timeout 300ms";

/// What endpoints do; a new case is a new entry.
const FAULTS: &[Fault] = &[
    Fault {
        name: "closes at once",
        act: |stream| drop(stream),
        flags: "",
        faults: &["closed", "reset"],
    },
    Fault {
        name: "closes after reading",
        act: |stream| say(stream, b""),
        flags: "",
        faults: &["closed"],
    },
    Fault {
        name: "resets",
        // What was not read when a connection is closed makes the system reset it.
        act: |stream| drop(stream.peek(&mut [0])),
        flags: "",
        faults: &["reset", "closed"],
    },
    Fault {
        name: "never reads",
        act: |_stream| sleep(PATIENCE),
        flags: SHORT,
        faults: &["timeout"],
    },
    Fault {
        name: "never answers",
        act: |stream| stay(stream, b""),
        flags: SHORT,
        faults: &["timeout"],
    },
    Fault {
        name: "garbage",
        act: |stream| say(stream, b"\x00\x01garbage\xff\r\n\r\n"),
        flags: "",
        faults: &["not_http"],
    },
    Fault {
        name: "another protocol",
        act: |stream| say(stream, b"SSH-2.0-OpenSSH_9.9\r\n"),
        flags: "",
        faults: &["not_http"],
    },
    Fault {
        name: "HTTP/2",
        act: |stream| say(stream, b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80"),
        flags: "",
        faults: &["not_http"],
    },
    Fault {
        name: "an alert of TLS",
        act: |mut stream| {
            drop(
                stream
                    .read(&mut [0; 9999])
                    .and_then(|_| stream.write_all(b"\x15\x03\x01\0\x02\x02\x46")),
            );
        },
        flags: "",
        faults: &["not_http", "reset"],
    },
    Fault {
        name: "a status of four digits",
        act: |stream| say(stream, b"HTTP/1.1 2000 OK\r\n\r\n"),
        flags: "",
        faults: &["not_http"],
    },
    Fault {
        name: "half a status",
        act: |stream| say(stream, b"HTTP/1.1 20"),
        flags: "",
        faults: &["closed"],
    },
    Fault {
        name: "half a header",
        act: |stream| say(stream, b"HTTP/1.1 200 OK\r\nContent-Le"),
        flags: "",
        faults: &["closed"],
    },
    Fault {
        name: "half a header, then silence",
        act: |stream| stay(stream, b"HTTP/1.1 200 OK\r\nX: "),
        flags: SHORT,
        faults: &["timeout"],
    },
    Fault {
        name: "a header, then silence",
        act: |stream| stay(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        flags: SHORT,
        faults: &["timeout"],
    },
    Fault {
        name: "less than promised",
        act: |stream| {
            say(
                stream,
                b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
            );
        },
        flags: "",
        faults: &["closed"],
    },
    Fault {
        name: "two lengths",
        act: |stream| {
            say(
                stream,
                b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
            );
        },
        flags: "",
        faults: &["not_http"],
    },
    Fault {
        name: "broken chunks",
        act: |stream| {
            say(
                stream,
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
            );
        },
        flags: "",
        faults: &["not_http"],
    },
    Fault {
        name: "an endless chunk size",
        act: |stream| {
            say(
                stream,
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n",
            );
        },
        flags: "",
        faults: &["not_http"],
    },
    Fault {
        name: "chunks without an end",
        act: |stream| {
            say(
                stream,
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            );
        },
        flags: "",
        faults: &["closed"],
    },
    Fault {
        name: "a body that drips for ever",
        act: |stream| repeat(stream, b"HTTP/1.1 200 OK\r\n\r\n", b"x", 50),
        flags: "--timeout 500ms",
        faults: &["timeout"],
    },
    Fault {
        name: "a header that drips for ever",
        act: |stream| repeat(stream, b"HTTP/1.1 200 OK\r\nX: ", b"x", 50),
        flags: "--timeout 500ms",
        faults: &["timeout"],
    },
    Fault {
        name: "interim answers for ever",
        act: |stream| repeat(stream, b"", b"HTTP/1.1 100 Continue\r\n\r\n", 50),
        flags: "--timeout 500ms",
        faults: &["timeout"],
    },
    Fault {
        name: "a header without an end",
        act: |stream| repeat(stream, b"HTTP/1.1 200 OK\r\nX: ", &[b'x'; 9_999], 0),
        flags: "",
        faults: &["not_http"],
    },
    Fault {
        name: "headers without an end",
        act: |stream| repeat(stream, b"HTTP/1.1 200 OK\r\n", b"X-Some: thing\r\n", 0),
        flags: "",
        faults: &["not_http"],
    },
    Fault {
        name: "interim answers at full speed",
        act: |stream| {
            repeat(
                stream,
                b"",
                &b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n".repeat(500),
                0,
            );
        },
        flags: "--timeout 500ms",
        faults: &["timeout"],
    },
    Fault {
        name: "chunks that drip for ever",
        act: |stream| {
            repeat(
                stream,
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                b"1\r\nx\r\n",
                50,
            );
        },
        flags: "--timeout 500ms",
        faults: &["timeout"],
    },
    Fault {
        name: "a reset within a body",
        act: |mut stream| {
            // What is left unread when it closes makes the system reset the connection.
            let _ = stream.peek(&mut [0]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf");
        },
        flags: "",
        faults: &["reset", "closed"],
    },
    Fault {
        name: "an escape sequence in a header",
        act: |stream| {
            say(
                stream,
                b"HTTP/1.1 200 OK\r\nX: \x1b[31m\r\nContent-Length: 0\r\n\r\n",
            );
        },
        flags: "",
        faults: &["not_http"],
    },
];

/// Runs one, which must end in time even on a slow machine.
fn in_time(folder: &Path, line: &str) -> Ran {
    let begun = Instant::now();
    let child = sending(folder, line.split_whitespace())
        .spawn()
        .expect("the binary starts");
    let ran = finish(child, Duration::from_secs(30));
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{line}: it took {:?}",
        begun.elapsed()
    );
    ran
}

#[test]
fn however_an_endpoint_behaves_there_is_one_clear_line_and_an_end() {
    let folder = folder(&[]);
    let said = all_at_once(
        FAULTS.iter().map(|fault| (fault.name.to_owned(), fault)),
        |name, fault| {
            let port = socket(fault.act);
            let to = format!(
                "INVOICE_PAID --seed 1 --to 127.0.0.1:{port} {}",
                fault.flags
            );
            let ran = in_time(&folder.path, &format!("{to} --format json"));
            let (delivery, summary) = (line(&ran, "delivery"), line(&ran, "summary"));
            assert!(
                fault
                    .faults
                    .contains(&delivery["fault"].as_str().unwrap_or("none")),
                "{delivery}"
            );
            assert_eq!(
                (ran.code, &delivery["accepted"], &summary["failed"]),
                (1, &false.into(), &1.into())
            );
            assert_eq!(delivery["response"], Value::Null);
            let begun = delivery["reason"].as_str().unwrap().strip_prefix("answer ");
            assert_eq!(
                delivery["status"]
                    .as_u64()
                    .map(|status| status.to_string())
                    .as_deref(),
                begun.map(|begun| &begun[..3])
            );

            let ran = in_time(&folder.path, &to);
            let lines: Vec<&str> = ran.out.lines().skip(1).collect();
            assert!(
                (1..=2).contains(&lines.len()) && lines[0].starts_with("  failed after "),
                "{}",
                ran.out
            );
            assert_eq!((ran.code, ran.err.lines().count()), (1, 1), "{}", ran.err);
            let told = format!("{name}\n{}\n", scrubbed(&lines.join("\n"), port));

            let ran = in_time(&folder.path, &format!("{to} --count 3 --format json"));
            let summary = line(&ran, "summary");
            assert_eq!(
                (ran.code, &summary["sent"], &summary["failed"]),
                (1, &3.into(), &3.into()),
                "{summary}"
            );
            let ran = in_time(&folder.path, &format!("{to} --count 3 --concurrency 1"));
            assert!(
                ran.code == 1 && ran.out.contains("3 sent: 3 failed (no response) in "),
                "{}",
                ran.out
            );
            if fault.faults.len() == 1 {
                told
            } else {
                String::new()
            }
        },
    );
    snapshot("faults", &said.concat());
}

#[test]
fn where_nothing_listens_or_no_host_is_that_is_said_and_the_others_still_get_it() {
    let (folder, (port, _held), endpoint) = (folder(&[]), dead_port(), Endpoint::answering(200));
    // The name is too long for a host, so it is not looked up.
    let nowhere = format!("http://{}/", "a".repeat(300));
    for (target, fault, words) in [
        (
            format!("127.0.0.1:{port}"),
            "connection_refused",
            "connection refused: nothing is listening ",
        ),
        (
            format!("https://127.0.0.1:{port}"),
            "connection_refused",
            "connection refused: nothing is listening ",
        ),
        (nowhere, "no_host", "cannot resolve the host name: "),
    ] {
        for flags in ["", "--count 5", "--rate 5/s --duration 1m"] {
            println!("{target} {flags}");
            let ran = in_time(&folder.path, &format!("INVOICE_PAID --to {target} {flags}"));
            assert!(
                ran.code == 1 && ran.out.contains(words),
                "{target} {flags}: {}",
                ran.out
            );
            let timed = ran.out.contains("failed after ") || !flags.is_empty();
            assert_eq!(
                timed,
                fault != "no_host" || !flags.is_empty(),
                "{}",
                ran.out
            );
        }
        let both = format!(
            "INVOICE_PAID --to {target} --to :{} --keep-going --format json",
            endpoint.port
        );
        let ran = in_time(&folder.path, &both);
        let lines = json_lines(&ran.out);
        let found: Vec<&Value> = of_type(&lines, "delivery")
            .iter()
            .map(|delivery| &delivery["fault"])
            .collect();
        assert_eq!((ran.code, found), (1, vec![&fault.into(), &Value::Null]));
        endpoint.one();
        assert_eq!(
            in_time(&folder.path, &both.replace(" --keep-going", "")).code,
            1
        );
        endpoint.one();
    }
}

/// Odd responses that are not faults: what is sent, and what is read of it.
type Odd = (&'static str, fn(TcpStream), u16, &'static str);

const ODD: &[Odd] = &[
    (
        "after 100",
        |stream| {
            say(
                stream,
                b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            );
        },
        200,
        "ok",
    ),
    (
        "after 103",
        |stream| {
            say(
                stream,
                b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Made\r\n\r\n",
            );
        },
        201,
        "",
    ),
    (
        "without a length",
        |stream| say(stream, b"HTTP/1.1 500 Oops\r\n\r\nuntil the end"),
        500,
        "until the end",
    ),
    (
        "HTTP/1.0",
        |stream| say(stream, b"HTTP/1.0 200 OK\r\n\r\nold"),
        200,
        "old",
    ),
    (
        "only line feeds",
        |stream| say(stream, b"HTTP/1.1 400 No\nContent-Length: 1\n\nx"),
        400,
        "x",
    ),
    (
        "no reason",
        |stream| say(stream, b"HTTP/1.1 499 \r\nContent-Length: 0\r\n\r\n"),
        499,
        "",
    ),
    (
        "an unassigned status",
        |stream| say(stream, b"HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n"),
        999,
        "",
    ),
    (
        "an upgrade",
        |stream| {
            say(
                stream,
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
            );
        },
        101,
        "",
    ),
    (
        "chunks",
        |stream| {
            say(
                stream,
                b"HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nX: y\r\n\r\n",
            );
        },
        400,
        "abc",
    ),
    (
        "more than the length",
        |stream| {
            say(
                stream,
                b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 No\r\n\r\n",
            );
        },
        200,
        "ok",
    ),
    ("early", |stream| early(stream), 413, "too large"),
    (
        "a byte at a time",
        |mut stream| {
            if read_request(&mut stream).is_some() {
                for byte in b"HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nslow" {
                    let _ = stream.write_all(&[*byte]);
                    sleep(Duration::from_millis(2));
                }
                let _ = stream.read_to_end(&mut Vec::new());
            }
        },
        403,
        "slow",
    ),
];

/// Answers as soon as the header is there, and reads nothing more.
fn early(mut stream: TcpStream) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    let _ =
        stream.write_all(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large");
    sleep(PATIENCE);
}

#[test]
fn an_odd_answer_is_an_answer() {
    // Commas, since JSON ends at the first one: what an unoptimised build does with the body is not the subject.
    let folder = folder(&[("body", &",".repeat(8 << 20))]);
    all_at_once(
        ODD.iter().map(|odd| (odd.0.to_owned(), odd)),
        |_, (_, act, status, body)| {
            let port = socket(*act);
            // As much as no buffer on the way takes.
            for sent in [
                "INVOICE_PAID",
                "INVOICE_PAID --body body --scheme none --expect accepted",
            ] {
                let ran = in_time(
                    &folder.path,
                    &format!("{sent} --to 127.0.0.1:{port} --format json"),
                );
                let delivery = line(&ran, "delivery");
                assert_eq!(
                    (ran.code, &delivery["status"]),
                    (i32::from(*status != 200), &(*status).into()),
                    "{delivery}"
                );
                assert_eq!(delivery["response"]["body"], *body);
                let ran = in_time(
                    &folder.path,
                    &format!("{sent} --to 127.0.0.1:{port} --count 3 --format json"),
                );
                assert_eq!(
                    line(&ran, "summary")["statuses"][status.to_string()],
                    3,
                    "{}",
                    ran.out
                );
            }
        },
    );
}

#[test]
fn of_a_body_without_an_end_so_much_is_read_and_no_more() {
    let folder = folder(&[]);
    let act: [fn(TcpStream); 3] = [
        |stream| repeat(stream, b"HTTP/1.1 500 No\r\n\r\n", &[b'x'; 1_000], 0),
        |stream| {
            repeat(
                stream,
                b"HTTP/1.1 500 No\r\nContent-Length: 99999999999999\r\n\r\n",
                &[b'x'; 1_000],
                0,
            );
        },
        |stream| {
            repeat(
                stream,
                b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n",
                b"5\r\nxxxxx\r\n",
                0,
            );
        },
    ];
    for act in act {
        let port = socket(act);
        let ran = in_time(
            &folder.path,
            &format!("INVOICE_PAID --to 127.0.0.1:{port} --format json"),
        );
        let response = &line(&ran, "delivery")["response"];
        assert_eq!((ran.code, &response["cut"]), (1, &true.into()));
        assert_eq!(response["body"].as_str().map(str::len), Some(64 << 10));
        let ran = in_time(&folder.path, &format!("INVOICE_PAID --to 127.0.0.1:{port}"));
        assert!(
            ran.out.contains("… (more than 64 KiB)\n") && ran.out.len() < 2_000,
            "{}",
            ran.out
        );
        let ran = in_time(
            &folder.path,
            &format!("INVOICE_PAID --to 127.0.0.1:{port} --count 5"),
        );
        assert!(
            ran.out.contains("5 500 Internal Server Error"),
            "{}",
            ran.out
        );
    }
    // To the byte.
    for more in [0, 1] {
        let endpoint = Endpoint::new(move |_, _| answer(200, &[], &"x".repeat((64 << 10) + more)));
        let ran = send(
            &folder.path,
            &format!("INVOICE_PAID --to :{} --format json", endpoint.port),
        );
        let response = &line(&ran, "delivery")["response"];
        assert_eq!(response["cut"], more > 0);
        assert_eq!(
            (ran.code, response["body"].as_str().map(str::len)),
            (0, Some(64 << 10))
        );
    }
}

#[test]
fn nothing_that_an_endpoint_says_steers_the_terminal() {
    let folder = folder(&[]);
    let port = socket(|stream| {
        let mut said =
            b"HTTP/1.1 301 \xc2\x9b31m\r\nLocation: /\xc2\x9b2J\xe2\x80\xae\r\nX-Raw: \x9b31m\xff\r\n".to_vec();
        said.extend(b"X-Tab: a\tb\r\nContent-Length: 40\r\n\r\n\x1b]0;owned\x07\x1b[2J\r\nred\r\x08\x7f\x00\xff \xc2\x9b31m \xe2\x80\xaeevil".iter());
        let body = said
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap()
            + 4;
        said.resize(body + 40, b'.');
        say(stream, &said);
    });
    for flags in ["", "--format json", "--count 2", "--count 2 --format json"] {
        let ran = in_time(
            &folder.path,
            &format!("INVOICE_PAID --scheme none --to 127.0.0.1:{port} {flags}"),
        );
        assert_eq!((ran.code, &*ran.err), (1, ""));
        let steers =
            |char: char| (char.is_control() && !matches!(char, '\n' | '\t')) || char == '\u{202e}';
        assert!(!ran.out.contains(steers), "{:?}", ran.out);
        if flags.is_empty() {
            assert!(
                ran.out.contains("␛]0;owned␇␛[2J␍\n") && ran.out.contains("<U+009B>2J<U+202E>"),
                "{}",
                ran.out
            );
        } else if flags == "--format json" {
            let response = &line(&ran, "delivery")["response"];
            assert_eq!(response["body"], Value::Null, "it is not text");
            assert!(
                response["body_base64"]
                    .as_str()
                    .unwrap()
                    .starts_with("G10wO293bmVkB"),
                "{response}"
            );
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_endpoint_that_takes_no_connection_costs_no_more_than_the_time_that_it_is_given() {
    let folder = folder(&[]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // Nobody accepts: as many as may wait do, and the next one's packet is not answered.
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) {
        waiting.push(stream);
    }
    for flags in ["", "--count 3", "--rate 5/s --duration 1s"] {
        let ran = in_time(
            &folder.path,
            &format!("INVOICE_PAID --to {address} --timeout 300ms {flags}"),
        );
        assert!(
            ran.code == 1 && ran.out.contains("no answer within 300ms"),
            "{}",
            ran.out
        );
    }
}

/// A port that speaks TLS with a certificate of ours for that name, and who signed it, in PEM. It echoes requests.
fn secure(name: &str) -> (u16, String) {
    echoing(Certified::new(&[name]))
}

fn echoing(certified: Certified) -> (u16, String) {
    let config = certified.config;
    let port = socket(move |stream| {
        let mut stream = StreamOwned::new(
            ServerConnection::new(Arc::clone(&config)).expect("the configuration is right"),
            stream,
        );
        while let Some(request) = read_request(&mut stream) {
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
                request.len()
            );
            if stream
                .write_all(&[answer.as_bytes(), &request].concat())
                .is_err()
            {
                break;
            }
        }
    });
    (port, certified.authority)
}

#[test]
fn tls_trusts_only_known_certificates_unless_told_otherwise() {
    let ((port, ours), (other_port, others)) = (secure("localhost"), secure("shop.test"));
    let [(itself, own), (wrong, other_name)] =
        ["localhost", "shop.test"].map(|name| echoing(Certified::by_itself(&[name])));
    let folder = folder(&[
        ("itself.pem", &own),
        ("wrong.pem", &other_name),
        ("ours.pem", &ours),
        ("others.pem", &others),
        ("both.pem", &format!("{others}{ours}")),
    ]);
    for (port, flags, good) in [
        (port, "", false),
        (port, "--cacert ours.pem", true),
        (port, "--cacert both.pem", true),
        (port, "--cacert others.pem", false),
        (itself, "--cacert itself.pem", true),
        (itself, "--cacert ours.pem", false),
        (wrong, "--cacert wrong.pem", false),
        (port, "--insecure", true),
        (other_port, "--cacert others.pem", false),
        (other_port, "--insecure", true),
    ] {
        for burst in ["", "--count 3"] {
            let to = format!("INVOICE_PAID --to https://localhost:{port}/x?y {flags} {burst}");
            let ran = in_time(&folder.path, &to);
            assert_eq!(ran.code, i32::from(!good), "{to}: {}", ran.out);
            assert!(good || ran.out.contains("TLS failed: "), "{}", ran.out);
            assert!(
                good || !burst.is_empty() || ran.out.contains("hint: trust your own certificate"),
                "{}",
                ran.out
            );
        }
        if good {
            let ran = in_time(
                &folder.path,
                &format!("INVOICE_PAID --to https://localhost:{port}/x?y {flags} --format json"),
            );
            let echo = line(&ran, "delivery")["response"]["body"]
                .as_str()
                .unwrap()
                .to_owned();
            assert!(
                echo.starts_with("POST /x?y HTTP/1.1\r\n") && echo.contains("\r\nSign: "),
                "{echo}"
            );
            assert!(
                echo.contains(&format!("\r\nHost: localhost:{port}\r\n")),
                "{echo}"
            );
        }
    }
    let plain = in_time(&folder.path, &format!("INVOICE_PAID --to localhost:{port}"));
    assert!(
        plain.code == 1 && plain.out.contains("https://"),
        "{}",
        plain.out
    );
    // Like usual servers, it answers at once what is not a request.
    let no_tls = socket(|mut stream| {
        drop(
            stream
                .read(&mut [0; 9_999])
                .and_then(|_| stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
        );
    });
    let secure = in_time(
        &folder.path,
        &format!("INVOICE_PAID --to https://localhost:{no_tls} --insecure"),
    );
    assert!(
        secure.code == 1 && secure.out.contains("TLS failed: "),
        "{}",
        secure.out
    );
    folder.write("no.pem", "no certificate");
    let ran = in_time(
        &folder.path,
        &format!("INVOICE_PAID --to https://localhost:{port} --cacert no.pem"),
    );
    assert_eq!(
        (ran.code, &*ran.out),
        (2, ""),
        "a file without a certificate is refused"
    );
}

#[test]
fn what_stays_on_this_machine_takes_no_proxy() {
    let (folder, endpoint, (dead, _held), (tls, _)) = (
        folder(&[]),
        Endpoint::answering(200),
        dead_port(),
        secure("localhost"),
    );
    let names = [
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ];
    let proxy = format!("http://127.0.0.1:{dead}");
    for to in [
        format!("http://127.0.0.1:{}", endpoint.port),
        format!("https://localhost:{tls} --insecure"),
    ] {
        for flags in ["", "--count 3"] {
            let line = format!("INVOICE_PAID --to {to} {flags}");
            let mut command = sending(&folder.path, line.split_whitespace());
            let ran = ran(command
                .envs(names.map(|name| (name, &proxy)))
                .output()
                .unwrap());
            assert_eq!(ran.code, 0, "{line}: {}", ran.out);
        }
    }
    assert_eq!(endpoint.came().len(), 4);
}
