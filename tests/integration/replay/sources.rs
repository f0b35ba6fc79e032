//! What `replay` reads, and what arrives: journals and logs of a real listener, HAR files, folders and streams; newly
//! signed or byte for byte; and errors in broken files.

use crate::support::captures::{
    NEW, OLD, browsers_archive, capture, captured, counts, each, hooks, paid, recorder,
};
use crate::support::captures::{
    replay, replay_json, replaying, sample, shop, snapshot, without_own,
};
use crate::support::endpoint::{Came, Digests, Endpoint, send};
use crate::support::listener::{Listener, request};
use crate::support::{Folder, Ran, all, feed, json_lines, payload};
use serde_json::{Value, json};
use std::fs;

/// Where captures are read from, and whether it is standard input.
const SOURCES: [(&str, bool); 4] = [
    ("journal.ndjson", false),
    ("log.ndjson", false),
    ("journal.ndjson", true),
    ("log.ndjson", true),
];

/// Runs `replay` on a file, or on standard input with that file's bytes in it.
fn replay_from(folder: &Folder, (file, stream): (&str, bool), line: &str) -> Ran {
    if stream {
        let input = fs::read(folder.path.join(file)).expect("it was written");
        feed(&mut replaying(folder, &format!("- {line}")), &input)
    } else {
        replay(folder, &format!("{file} {line}"))
    }
}

#[test]
fn a_capture_is_signed_again_and_keeps_its_bytes_its_method_and_its_path() {
    let digests = Digests::default();
    all(
        ["", "--keep-secrets"].map(|flags| (flags.to_owned(), flags)),
        |_, flags| {
            let (folder, hooks, endpoint) = (shop(&[]), hooks(), Endpoint::answering(200));
            let ids = captured(&folder, &hooks, flags);
            all(
                SOURCES.map(|source| (format!("{source:?} {flags}"), source)),
                |name, source| {
                    // The one without a provider cannot be signed.
                    let line = format!(
                        "--only */* --to {} --secret-file new --format json",
                        endpoint.port
                    );
                    let Ran { code, out, err } = replay_from(&folder, source, &line);
                    assert_eq!((code, &*err), (0, ""), "{out}");
                    let lines = json_lines(&out);
                    assert_eq!(each(&lines, "id"), ids[..4]);
                    assert_eq!(
                        each(&lines, "event"),
                        hooks[..4].iter().map(|hook| hook.event).collect::<Vec<_>>()
                    );
                    let came = endpoint.take();
                    assert_eq!(came.len(), 4);
                    for (came, hook) in came.iter().zip(&hooks) {
                        // What `listen` prints is decoded, so that it must not arrive as if it were not.
                        let decoded = source.0.starts_with("log");
                        let body = if decoded { &hook.text } else { &hook.body };
                        assert!(
                            came.body == *body,
                            "{name} {}: {:?}",
                            hook.event,
                            String::from_utf8_lossy(&came.body)
                        );
                        let encoding = if decoded || hook.body == hook.text {
                            vec![]
                        } else {
                            vec!["gzip"]
                        };
                        assert_eq!(
                            came.all("Content-Encoding"),
                            encoding,
                            "{name} {}",
                            hook.event
                        );
                        assert_eq!((&*came.method, &*came.path), ("POST", hook.target));
                        assert!(
                            came.all("X-Trace").is_empty() && came.all("X-Name").is_empty(),
                            "{:?}",
                            came.headers
                        );
                        digests.note(hook.event, hook.provider(), NEW, came);
                    }
                },
            );
        },
    );
    digests.check();
}

#[test]
fn as_captured_every_header_travels_in_its_order_and_what_was_not_kept_is_said() {
    let recorder = recorder();
    let port = recorder.port;
    all(
        ["", "--keep-secrets"].map(|flags| (flags.to_owned(), flags)),
        |_, flags| {
            let (folder, hooks) = (shop(&[]), hooks());
            captured(&folder, &hooks, flags);
            all(
                SOURCES.map(|source| (format!("{source:?} {flags}"), source)),
                |name, source| {
                    let printed = source.0.starts_with("log");
                    let Ran { code, err, .. } = replay_from(
                        &folder,
                        source,
                        &format!("--as-captured --to {port} --only */* --only *"),
                    );
                    assert_eq!(code, 0, "{err}");
                    // What is printed never holds a secret, and what came packed stands there unpacked.
                    let lost = printed || flags.is_empty();
                    let words = "note: leaving out Authorization, recorded only as a fingerprint; record with `listen --keep-secrets`";
                    assert_eq!(err.starts_with(words), lost, "{err}");
                    assert_eq!(
                        err.lines().count(),
                        usize::from(lost) + usize::from(printed),
                        "{err}"
                    );
                    let all = recorder.take();
                    assert_eq!(all.len(), hooks.len());
                    for (came, hook) in all.iter().zip(&hooks) {
                        assert_eq!((&*came.method, &*came.path), ("POST", hook.target));
                        assert_eq!(came.header("Host"), format!("localhost:{port}"));
                        assert_eq!(came.header("Content-Length"), came.body.len().to_string());
                        assert!(
                            came.body == *if printed { &hook.text } else { &hook.body },
                            "{name} {}",
                            hook.event
                        );
                        let mut expected = hook.kept_headers();
                        expected.retain(|(name, _)| !(lost && name == "Authorization"));
                        expected.retain(|(name, _)| !(printed && name == "Content-Encoding"));
                        assert_eq!(without_own(came), expected, "{name} {}", hook.event);
                    }
                },
            );
        },
    );
}

/// Headers in a journal, flags, and the headers that arrive; a new case is a new line.
type Headers = (Value, &'static str, &'static [(&'static str, &'static str)]);

#[test]
fn headers_of_the_users_own_come_on_top_and_what_belongs_to_a_connection_stays_behind() {
    let recorder = recorder();
    let signed = json!([["Sign", "00"], ["Content-Encoding", "br"], ["A", "1"]]);
    let cases: Vec<Headers> = vec![
        (
            json!([["A", "1"], ["B", "2"], ["a", "3"]]),
            "--as-captured",
            &[("A", "1"), ("B", "2"), ("a", "3")],
        ),
        (
            signed.clone(),
            "--as-captured",
            &[("Sign", "00"), ("Content-Encoding", "br"), ("A", "1")],
        ),
        (
            signed.clone(),
            "--as-captured --header a:2 --header New:1",
            &[
                ("Sign", "00"),
                ("Content-Encoding", "br"),
                ("A", "2"),
                ("New", "1"),
            ],
        ),
        (
            signed.clone(),
            "--as-captured --header Sign:11 --header Content-Encoding:",
            &[("A", "1"), ("Sign", "11"), ("Content-Encoding", "")],
        ),
        (
            signed.clone(),
            "--scheme none --header User-Agent:me --header Accept:x --header Content-Type:y",
            &[
                ("User-Agent", "me"),
                ("Accept", "x"),
                ("Content-Type", "y"),
                ("Content-Encoding", "br"),
            ],
        ),
        (
            signed,
            "--scheme none --header User-Agent:me --header Accept: --header Content-Type:y --header Content-Encoding:z",
            &[
                ("User-Agent", "me"),
                ("Accept", ""),
                ("Content-Type", "y"),
                ("Content-Encoding", "z"),
            ],
        ),
        (
            json!([
                ["host", "shop.test"],
                ["content-length", "99"],
                ["transfer-encoding", "chunked"],
                ["TE", "trailers"],
                ["Expect", "100-continue"],
                ["Upgrade", "h2c"],
                ["Trailer", "X"],
                ["Proxy-Authorization", "Basic eA=="],
                ["X-Hop", "1"],
                ["Connection", "close, x-hop"],
                ["Keep-Alive", "timeout=1"],
                ["X-Stays", "1"],
            ]),
            "--as-captured",
            &[("X-Stays", "1")],
        ),
        // A file from outside cannot smuggle in another header.
        (
            json!([
                ["X-A", "1\r\nX-Evil: 1"],
                ["X B", "1"],
                ["X-C:", "1"],
                ["", "1"],
                ["X-D", "1\n"],
                ["X-E", "é"]
            ]),
            "--as-captured",
            &[("X-E", "é")],
        ),
    ];
    all(
        cases
            .into_iter()
            .map(|case| (format!("{} {}", case.1, case.0), case)),
        |_, (headers, flags, expected)| {
            let folder = shop(&[(
                "journal",
                &capture(&json!({"headers": headers, "body": "text"})),
            )]);
            let ran = replay(&folder, &format!("journal --to {} {flags}", recorder.port));
            assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
            let [came] = &recorder.take()[..] else {
                panic!("one comes")
            };
            let text = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            assert_eq!(
                without_own(came),
                expected.iter().map(text).collect::<Vec<_>>()
            );
            assert_eq!(came.text(), "text");
        },
    );
}

#[test]
fn a_delivery_goes_where_it_came_unless_the_target_has_a_path() {
    let endpoint = Endpoint::answering(200);
    for (method, target, to, path) in [
        (json!("POST"), json!("/hooks?a=%20&b"), "", "/hooks?a=%20&b"),
        (json!("PUT"), json!("/hooks"), "/", "/hooks"),
        (json!("PATCH"), json!("/hooks"), "/own", "/own"),
        (json!("POST"), json!("/hooks?a"), "/own?b", "/own?b"),
        (json!("POST"), json!("/hooks?a"), "?b", "/?b"),
        (json!("post"), json!("/a/../b//c/%7E"), "", "/a/../b//c/%7E"),
        (json!("POST"), json!(null), "", "/"),
        (json!(null), json!("http://shop.test/x"), "", "/"),
    ] {
        let line = capture(&json!({"method": method, "target": target, "body": paid()}));
        let folder = shop(&[("journal", &line)]);
        let (code, lines) = replay_json(
            &folder,
            &format!("journal --to 127.0.0.1:{}{to}", endpoint.port),
        );
        let came = endpoint.one();
        let method = method.as_str().unwrap_or("POST");
        assert_eq!(
            (code, &*came.method, &*came.path),
            (0, method, path),
            "{target} {to}"
        );
        assert_eq!(
            each(&lines, "target"),
            [format!("http://127.0.0.1:{}{path}", endpoint.port)]
        );
    }
}

#[test]
fn a_browsers_archive_holds_deliveries_too() {
    let archive = browsers_archive();
    let marked = format!("\u{feff}{archive}");
    let pretty =
        serde_json::to_string_pretty(&serde_json::from_str::<Value>(&archive).unwrap()).unwrap();
    let folder = shop(&[
        ("plain.har", &archive),
        ("marked.har", &marked),
        ("pretty.json", &pretty),
    ]);
    let headers = [("x-b", "2"), ("x-a", "1"), ("x-b", "3"), ("sign", "00")];
    let headers = headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    // The format allows a mark of byte order in front.
    all(
        ["plain.har", "pretty.json", "marked.har"].map(|file| (file.to_owned(), file)),
        |_, file| {
            let recorder = recorder();
            let port = recorder.port;
            let ran = replay(&folder, &format!("{file} --as-captured --to {port}"));
            assert_eq!(ran.code, 0, "{}", ran.err);
            let [first, second] = &recorder.take()[..] else {
                panic!("two of the four have a body")
            };
            assert_eq!(
                (&*first.method, &*first.path, first.text()),
                ("POST", "/hooks?a=%20&b", &*paid())
            );
            assert_eq!(without_own(first), headers);
            assert_eq!(
                (&*second.method, &*second.path, &*second.body),
                ("PUT", "/", &b"\xff\0"[..])
            );
            for (flags, count) in [("--failed", 2), ("--only INVOICE_PAID", 1), ("--last 1", 1)] {
                let (code, lines) = replay_json(
                    &folder,
                    &format!("{file} --scheme none --expect accepted --to {port} {flags}"),
                );
                assert_eq!(
                    (code, counts(&lines)[0], recorder.take().len()),
                    (0, count, count as usize),
                    "{flags}"
                );
            }
        },
    );
}

#[test]
fn an_archive_that_send_wrote_comes_back_as_it_was_meant() {
    let recorder = recorder();
    let port = recorder.port;
    let digests = Digests::default();
    let folder = shop(&[]);
    fs::write(folder.path.join("bytes"), b"\xff\xfe\0{}\n").unwrap();
    for (what, provider) in [
        ("--scenario calypso/underpaid --seed 1", "calypso"),
        ("checkout.success --header X-A:1 --header X-A:2", "inqud"),
        ("rehive/invoice.paid --seed 1", "rehive"),
        ("--body bytes --scheme inqud", "inqud"),
    ] {
        let archive = |flags: &str| {
            let ran = send(
                &folder.path,
                &format!("{what} --to {port}/x?y --secret-file old --as har {flags}"),
            );
            assert_eq!(ran.code, 0, "{}", ran.err);
            folder.write("sent.har", &ran.out);
            serde_json::from_str::<Value>(&ran.out).unwrap()["log"]["entries"]
                .as_array()
                .unwrap()
                .clone()
        };
        let entries = archive("--show-secrets");
        let texts = |entry: &Value, pointer: &str| {
            entry.pointer(pointer).unwrap().as_str().unwrap().to_owned()
        };
        let ran = replay(&folder, &format!("sent.har --as-captured --to {port}"));
        assert_eq!((ran.code, &*ran.err), (0, ""), "{}", ran.out);
        let mut bodies = Vec::new();
        let all = recorder.take();
        assert_eq!(all.len(), entries.len());
        for (entry, came) in entries.iter().zip(all) {
            let headers = entry["request"]["headers"].as_array().unwrap();
            let headers: Vec<_> = headers
                .iter()
                .map(|header| (texts(header, "/name"), texts(header, "/value")))
                .collect();
            assert_eq!((&*came.path, &came.headers), ("/x?y", &headers), "{what}");
            digests.note(what, provider, OLD, &came);
            bodies.push(came.body);
        }
        assert!(!what.contains("bytes") || bodies == [b"\xff\xfe\0{}\n"]);

        let scheme = if what.contains("bytes") {
            "--scheme inqud"
        } else {
            ""
        };
        let ran = replay(
            &folder,
            &format!("sent.har --secret-file new --to {port} {scheme}"),
        );
        assert_eq!((ran.code, &*ran.err), (0, ""), "{}", ran.out);
        let all = recorder.take();
        assert!(all.iter().map(|came| &came.body).eq(&bodies), "{what}");
        all.iter()
            .for_each(|came| digests.note(what, provider, NEW, came));

        // Stars that stand where a secret was are not sent for one.
        archive("");
        let ran = replay(&folder, &format!("sent.har --as-captured --to {port}"));
        assert_eq!(
            (ran.code, ran.err.contains("Authorization")),
            (0, provider == "rehive"),
            "{}",
            ran.err
        );
        let all = format!("{:?}", recorder.take());
        assert!(!all.contains("****"), "{all}");
    }
    digests.check();
}

#[test]
fn bodies_of_ones_own_are_sent_as_they_lie_in_their_files() {
    let (folder, endpoint, digests) = (shop(&[]), Endpoint::answering(200), Digests::default());
    let (one, two) = (paid(), sample("inqud/samples/checkout.success.json"));
    let pretty = payload("rehive/samples/invoice.paid.json");
    let har = browsers_archive();
    let line = capture(&json!({"id": "of-a-journal", "body": one}));
    for (name, text) in [
        ("all/1-pretty.json", &*pretty),
        ("all/2-lines.ndjson", &format!("{one}\n\n{two}\n")),
        ("all/3-journal.jsonl", &line),
        ("all/4-windows.ndjson", &format!("{one}\r\n{two}\r\n")),
        ("all/5-without-an-end.ndjson", &format!("{two}\n{one}")),
        ("all/6-archive.har", &har),
        ("all/README.md", "no body"),
        ("lines", &format!("{one}\n{two}\n")),
        ("one", &format!(" {one}\r\n")),
    ] {
        folder.write(name, text);
    }
    // The second entry of the archive has no provider.
    let (calypso, inqud, rehive) = (("calypso", &*one), ("inqud", &*two), ("rehive", &*pretty));
    let folders = [
        rehive, calypso, inqud, calypso, calypso, inqud, inqud, calypso, calypso,
    ];
    let spaced = format!(" {one}\r\n");
    for (arguments, input, expected) in [
        ("all --only */*", "", &folders[..]),
        ("lines", "", &[calypso, inqud]),
        ("one", "", &[("calypso", &*spaced)]),
        ("-", &*spaced, &[("calypso", &*spaced)]),
        ("-", &*format!("{one}\n{two}"), &[calypso, inqud]),
        (
            "one lines -",
            &*pretty,
            &[("calypso", &*spaced), calypso, inqud, rehive],
        ),
        (
            "all/2-lines.ndjson --only INVOICE_* --last 1",
            "",
            &[calypso],
        ),
    ] {
        let line = format!("{arguments} --secret-file new --to {}", endpoint.port);
        let Ran { code, out, err } = feed(&mut replaying(&folder, &line), input.as_bytes());
        assert_eq!((code, &*err), (0, ""), "{arguments}: {out}");
        let came = endpoint.take();
        assert_eq!(
            came.iter().map(Came::text).collect::<Vec<_>>(),
            expected.iter().map(|one| one.1).collect::<Vec<_>>()
        );
        for (came, (provider, _)) in came.iter().zip(expected) {
            digests.note(arguments, provider, NEW, came);
        }
    }
    digests.check();
}

#[test]
fn what_is_broken_is_said_and_the_rest_is_sent() {
    let endpoint = Endpoint::answering(200);
    let line = |id: &str| capture(&json!({"id": id, "body": paid()}));
    let (one, two) = (line("one"), line("two"));
    let other = capture(&json!({"v": 2, "body": paid()}));
    let torn = &two[..two.len() / 2];
    let shown_in_part = json!({"v": 1, "type": "delivery", "id": "x", "received_at": "2026-11-21T09:30:00.000Z",
        "body": null, "body_base64": null});
    let mut said = String::new();
    for (what, text, ids) in [
        ("torn.ndjson", format!("{one}{torn}"), "one"),
        (
            "whole-without-a-line-feed.ndjson",
            format!("{one}{}", two.trim()),
            "one two",
        ),
        (
            "broken-lines.ndjson",
            format!("{one}no JSON\n[1]\n{{\"v\":1\n{two}"),
            "one two",
        ),
        (
            "broken-last-line.ndjson",
            format!("{one}{two}{torn}\n"),
            "one two",
        ),
        ("newer-lines.ndjson", format!("{other}{one}{other}"), "one"),
        (
            "bodies-between.ndjson",
            format!("{one}{}\n{two}", paid()),
            "one two",
        ),
        (
            "no-base64.ndjson",
            format!(
                "{one}{}",
                capture(&json!({"body": null, "body_base64": "?"}))
            ),
            "one",
        ),
        (
            "printed-without-bodies.ndjson",
            format!("{one}{shown_in_part}\n"),
            "one",
        ),
        (
            "empty-lines.ndjson",
            format!("\n\n{one}\r\n\n{two}\n\n"),
            "one two",
        ),
    ] {
        let folder = shop(&[(what, &text)]);
        let line = format!(
            "{what} --to {} --secret-file new --format json",
            endpoint.port
        );
        let mut before = String::new();
        for stream in [false, true] {
            let ran = if stream {
                feed(
                    &mut replaying(&folder, &line.replace(what, "-")),
                    text.as_bytes(),
                )
            } else {
                replay(&folder, &line)
            };
            assert_eq!(
                (ran.code, each(&json_lines(&ran.out), "id").join(" ")),
                (0, ids.to_owned()),
                "{what}"
            );
            assert_eq!(endpoint.take().len(), ids.split(' ').count());
            if stream {
                assert_eq!(
                    ran.err.replace("<stdin>", what),
                    before,
                    "both are told alike"
                );
            }
            before = ran.err;
        }
        said += &before.replace("<stdin>", what);
    }
    snapshot("left-out", &said);
}

#[test]
fn what_listen_says_beside_deliveries_is_passed_over() {
    let (folder, endpoint) = (shop(&[]), Endpoint::answering(200));
    let listener = Listener::start(&folder.path, "--secret-file old --format json");
    // Requests that are none of a provider's come first, as from a browser or an uptime check.
    for _ in 0..3 {
        assert_eq!(listener.ask(&request("DELETE", "/", &[], b"")).status, 405);
    }
    assert_eq!(
        listener
            .post_signed("calypso", OLD, paid().as_bytes())
            .status,
        200
    );
    let id = listener.delivery()["id"].as_str().unwrap().to_owned();
    folder.write("log", &listener.interrupt().out);
    let ran = replay(
        &folder,
        &format!("log --secret-file new --format json --to {}", endpoint.port),
    );
    assert_eq!((ran.code, &*ran.err), (0, ""), "{}", ran.out);
    assert_eq!(each(&json_lines(&ran.out), "id"), [id]);
    assert_eq!(endpoint.one().text(), paid());
}

#[test]
fn what_is_replayed_to_a_listener_is_captured_as_it_was() {
    let folder = shop(&[]);
    captured(&folder, &hooks(), "--keep-secrets");
    let again = |from: &str, to: &str, flags: &str| {
        let listener = Listener::start(
            &folder.path,
            &format!("--secret-file old --journal {to} --keep-secrets"),
        );
        let ran = replay(&folder, &format!("{from} --to {} {flags}", listener.port));
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        listener.interrupt();
    };
    again("journal.ndjson", "second", "--as-captured");
    again("second", "third", "--as-captured");
    again("journal.ndjson", "signed", "--secret-file old --only */*");
    let read = |file: &str| json_lines(&fs::read_to_string(folder.path.join(file)).unwrap());
    let first = read("journal.ndjson");
    let header = |line: &Value, keep: &dyn Fn(&str) -> bool| -> Vec<Value> {
        let headers = line["headers"].as_array().unwrap().iter();
        headers
            .filter(|header| keep(header[0].as_str().unwrap()))
            .cloned()
            .collect()
    };
    // What tells of the first connection alone is not sent on, and where the length stands is not said.
    let own = [
        "Host",
        "Content-Length",
        "Connection",
        "Keep-Alive",
        "Te",
        "Upgrade",
        "X-Hop",
        "Proxy-Connection",
    ];
    for file in ["second", "third", "signed"] {
        let lines = read(file);
        assert_eq!(lines.len(), if file == "signed" { 4 } else { 5 });
        for (first, line) in first.iter().zip(&lines) {
            for member in [
                "method",
                "target",
                "body",
                "body_base64",
                "event",
                "signature",
                "errors",
                "answer",
            ] {
                assert_eq!(first[member], line[member], "{file} {member}");
            }
            let keep = |name: &str| match file {
                "signed" => [
                    "Sign",
                    "X-Payload-Digest",
                    "Authorization",
                    "Content-Encoding",
                ]
                .contains(&name),
                _ => !own.contains(&name),
            };
            let sorted = |line: &Value| {
                let mut all = header(line, &keep);
                all.sort_by_key(|header| header[0] != "Content-Encoding");
                all
            };
            // Signed again, a body has Content-Encoding last.
            let (one, other) = if file == "signed" {
                (sorted(first), sorted(line))
            } else {
                (header(first, &keep), header(line, &keep))
            };
            assert_eq!(one, other, "{file}");
            assert_ne!(first["id"], line["id"], "it is another delivery");
        }
    }
}
