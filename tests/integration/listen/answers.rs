//! How `listen` answers: observing, `--strict`, with simulated faults, and forwarding.

use crate::support::endpoint::{Came, Endpoint, answer, dead_port, read_request, socket};
use crate::support::listener::{
    Answered, DEVELOPMENT, Listener, ask, connect, listening, read_answer, request, signature,
};
use crate::support::{Folder, all, folder, json_lines, of_type, payload};
use serde_json::{Value, json};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

fn paid() -> String {
    payload("calypso/samples/INVOICE_PAID.json")
}

/// A delivery that nothing is wrong with.
fn good() -> Vec<u8> {
    let body = paid();
    let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
    request("POST", "/", &[(name, &value)], body.as_bytes())
}

fn start(folder: &Folder, flags: &str) -> Listener {
    Listener::start(&folder.path, &format!("--format json {flags}"))
}

/// With arguments that have spaces in them.
fn start_with(folder: &Folder, arguments: &[&str]) -> Listener {
    Listener::of(listening(&folder.path, "--format json").args(arguments))
}

#[test]
fn an_observer_is_content_and_a_careful_endpoint_is_not() {
    let folder = folder(&[]);
    let (observing, strict) = (start(&folder, ""), start(&folder, "--strict"));
    let invalid = paid().replace("271.420", "\"x\"");
    let warned = paid().replace("\"realAmount\": 271.420", "\"realAmount\": 250");
    for (name, body, signed, expected) in [
        ("good", paid(), Some(DEVELOPMENT), 200),
        ("doubtful", warned, Some(DEVELOPMENT), 200),
        ("the same again", paid(), Some(DEVELOPMENT), 200),
        ("a wrong signature", paid(), Some("another"), 401),
        ("no signature", paid(), None, 401),
        ("invalid", invalid.clone(), Some(DEVELOPMENT), 422),
        ("invalid and wrongly signed", invalid, Some("another"), 401),
        ("unrecognised", "{}".to_owned(), Some(DEVELOPMENT), 422),
        ("unrecognised and unsigned", "{}".to_owned(), None, 401),
        ("no JSON", "status=paid".to_owned(), Some(DEVELOPMENT), 400),
        ("nothing", String::new(), Some(DEVELOPMENT), 400),
        ("cut off", paid()[..100].to_owned(), Some(DEVELOPMENT), 400),
    ] {
        let (header, value) = signature("calypso", signed.unwrap_or_default(), body.as_bytes());
        let headers = if signed.is_some() {
            vec![(header, &*value)]
        } else {
            Vec::new()
        };
        for (listener, expected) in [(&observing, 200), (&strict, expected)] {
            let answered = listener.post(&headers, body.as_bytes());
            assert_eq!(answered.status, expected, "{name}");
            assert_eq!(answered.all("Content-Type"), ["text/plain; charset=utf-8"]);
            // Who guesses at secrets is not told how near he is.
            assert!(answered.body.len() < 60, "{}", answered.text());
            assert_eq!(listener.delivery()["answer"]["status"], expected, "{name}");
        }
    }
}

#[test]
fn it_answers_what_it_was_told_to() {
    let words = [
        ("text", "thank you"),
        ("object.json", "{\"ok\": true}"),
        ("empty", ""),
    ];
    let folder = folder(&words);
    let plain = "text/plain; charset=utf-8";
    // Flags, then the status, a header with its values, and the body.
    for (flags, status, header, values, body) in [
        (&[][..], 200, "Content-Type", &[plain][..], "ok\n"),
        (&["--answer", "204"], 204, "Content-Length", &[], ""),
        (
            &["--answer", "503"],
            503,
            "Content-Type",
            &[plain],
            "service unavailable\n",
        ),
        (
            &["--answer", "599"],
            599,
            "Content-Type",
            &[plain],
            "as requested\n",
        ),
        (
            &["--answer-body", "text"],
            200,
            "Content-Type",
            &[plain],
            "thank you",
        ),
        (
            &["--answer-body", "object.json"],
            200,
            "Content-Type",
            &["application/json"],
            "{\"ok\": true}",
        ),
        (
            &["--answer-body", "empty"],
            200,
            "Content-Length",
            &["0"],
            "",
        ),
        (
            &["--answer-body", "text", "--answer", "202"],
            202,
            "Content-Length",
            &["9"],
            "thank you",
        ),
        (
            &[
                "--answer-body",
                "text",
                "--answer-header",
                "Content-Type: x/y",
            ],
            200,
            "Content-Type",
            &["x/y"],
            "thank you",
        ),
        (
            &["--answer-header", "X-A: 1", "--answer-header", "x-a:  2 "],
            200,
            "X-A",
            &["1", "2"],
            "ok\n",
        ),
        (
            &[
                "--answer",
                "302",
                "--answer-header",
                "Location: http://localhost:1/",
            ],
            302,
            "Location",
            &["http://localhost:1/"],
            "found\n",
        ),
    ] {
        let listener = start_with(&folder, flags);
        let answered = listener.ask(&good());
        assert_eq!(
            (answered.status, answered.text()),
            (status, body),
            "{flags:?}"
        );
        assert_eq!(answered.all(header), values, "{flags:?}");
        assert_eq!(listener.delivery()["answer"]["status"], status);
    }
}

#[test]
fn people_and_uptime_checks_see_that_it_lives_and_other_methods_are_told_which_one_to_use() {
    let folder = folder(&[]);
    let listener = start(&folder, "--answer 500 --delay 10s");
    for (method, target, status) in [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/?x=1", 200),
        ("GET", "/hooks", 405),
        ("HEAD", "/hooks", 405),
        ("PUT", "/", 405),
        ("DELETE", "/", 405),
        ("PATCH", "/hooks", 405),
        ("OPTIONS", "*", 405),
        ("BREW", "/", 405),
    ] {
        let answered = listener.ask(&request(method, target, &[], b""));
        assert_eq!(answered.status, status, "{method} {target}");
        assert_eq!(
            answered.body.is_empty(),
            method == "HEAD",
            "{method} {target}"
        );
        let allowed = if status == 405 {
            vec!["POST"]
        } else {
            Vec::new()
        };
        assert_eq!(answered.all("Allow"), allowed, "{method} {target}");
        if status == 405 {
            let line = listener.json();
            assert_eq!(
                (&line["type"], &line["status"]),
                (&json!("refused"), &json!(405)),
                "{line}"
            );
            assert_eq!(
                (&line["method"], &line["target"]),
                (&json!(method), &json!(target))
            );
        }
    }
    let lines = json_lines(&listener.interrupt().out);
    let summary = of_type(&lines, "summary")[0];
    assert_eq!(
        (&summary["deliveries"], &summary["refused"]),
        (&json!(0), &json!(7)),
        "no visitor is a delivery"
    );
}

#[test]
fn the_sender_waits_at_least_so_long_and_the_others_do_not_wait_for_him() {
    let folder = folder(&[]);
    let listener = start(&folder, "--delay 400ms");
    let begun = Instant::now();
    let mut waiting: Vec<TcpStream> = (0..20).map(|_| connect(listener.port)).collect();
    for stream in &mut waiting {
        stream.write_all(&good()).unwrap();
    }
    for stream in &mut waiting {
        assert_eq!(read_answer(stream, false).unwrap().status, 200);
        assert!(begun.elapsed() >= Duration::from_millis(400));
    }
    // One after the other they would take eight seconds.
    assert!(
        begun.elapsed() < Duration::from_secs(6),
        "{:?}",
        begun.elapsed()
    );
    for line in listener.next_of("delivery", 20) {
        assert!(line["answer"]["latency_ms"].as_f64().unwrap() >= 400.0);
    }
    // Whoever does not wait has delivered all the same.
    connect(listener.port).write_all(&good()).unwrap();
    assert_eq!(listener.delivery()["signature"]["verdict"], "valid");
}

/// The statuses of this many deliveries in sequence; 0 for a reset.
fn statuses(listener: &Listener, count: usize) -> Vec<u16> {
    let one = |_| ask(listener.port, &good()).map_or(0, |answered| answered.status);
    let all: Vec<u16> = (0..count).map(one).collect();
    let shown: Vec<u16> = listener
        .next_of("delivery", count)
        .iter()
        .map(|line| line["answer"]["status"].as_u64().unwrap_or(0) as u16)
        .collect();
    assert_eq!(all, shown, "what was answered is what is shown");
    all
}

#[test]
fn some_fail_as_told_and_the_others_do_not() {
    let folder = folder(&[]);
    for (flags, expected) in [
        ("--fail-first 2", [500, 500, 200, 200]),
        ("--fail-first 1 --answer 429", [429, 200, 200, 200]),
        ("--fail-first 2 --reset", [0, 0, 200, 200]),
        ("--reset", [0, 0, 0, 0]),
        ("--fail-rate 0", [200, 200, 200, 200]),
        ("--fail-rate 1 --answer 503", [503, 503, 503, 503]),
        ("--fail-rate 1 --reset", [0, 0, 0, 0]),
        (
            "--fail-first 1 --strict --scheme inqud",
            [401, 401, 401, 401],
        ),
    ] {
        assert_eq!(statuses(&start(&folder, flags), 4), expected, "{flags}");
    }
    // What a file or a header says is for those that fail.
    folder.write("sorry", "try later");
    let listener = start_with(
        &folder,
        &[
            "--fail-first",
            "1",
            "--answer-body",
            "sorry",
            "--answer-header",
            "Retry-After: 7",
        ],
    );
    let (first, second) = (listener.ask(&good()), listener.ask(&good()));
    assert_eq!(
        (first.status, first.text(), &*first.all("Retry-After")),
        (500, "try later", &["7"][..])
    );
    assert_eq!(
        (
            second.status,
            second.text(),
            second.all("Retry-After").len()
        ),
        (200, "ok\n", 0)
    );
}

#[test]
fn the_same_seed_fails_the_same_ones() {
    let folder = folder(&[]);
    let run = |seed: u64| {
        statuses(
            &start(&folder, &format!("--fail-rate 0.3 --seed {seed}")),
            100,
        )
    };
    let (first, again, other) = (run(1), run(1), run(2));
    assert_eq!(first, again);
    assert_ne!(first, other);
    // For these seeds it is always so: seeds leave nothing to luck.
    for statuses in [&first, &other] {
        let failed = statuses.iter().filter(|status| **status == 500).count();
        assert!((15..=45).contains(&failed), "{failed} of 100");
    }
}

#[test]
fn a_reset_is_one_and_no_silent_end() {
    let folder = folder(&[]);
    let listener = start(&folder, "--reset");
    for body in [good(), [good(), good()].concat()] {
        let mut stream = connect(listener.port);
        stream.write_all(&body).unwrap();
        let mut said = Vec::new();
        let ended = stream
            .read_to_end(&mut said)
            .expect_err("the client sees it");
        assert_eq!((ended.kind(), said.len()), (ErrorKind::ConnectionReset, 0));
        assert_eq!(listener.delivery()["answer"]["status"], Value::Null);
    }
    assert_eq!(
        listener.ask(&request("GET", "/", &[], b"")).status,
        200,
        "who only looks is answered"
    );
}

/// Takes one request as it comes, whatever its bytes are.
fn raw_target() -> (u16, Arc<Mutex<Vec<Vec<u8>>>>) {
    let came = Arc::new(Mutex::new(Vec::new()));
    let written = Arc::clone(&came);
    let port = socket(move |mut stream| {
        while let Some(request) = read_request(&mut stream) {
            written
                .lock()
                .expect("the lock is not poisoned")
                .push(request);
            let answer = "HTTP/1.1 207 Multi-Status\r\nX-One: 1\r\nx-Two: \u{e9}\r\nX-One: 3\r\n\
                          Connection: X-Hop, close, content-type\r\nX-Hop: 1\r\nProxy-Connection: close\r\n\
                          Content-Type: x/y\r\n\
                          Transfer-Encoding: chunked\r\n\r\n3\r\na\0b\r\n1\r\n\n\r\n0\r\n\r\n";
            stream
                .write_all(answer.as_bytes())
                .expect("the listener reads it");
            // The listener has read all of it by the time that it closes.
            let _ = stream.shutdown(Shutdown::Write);
        }
    });
    (port, came)
}

#[test]
fn what_is_passed_on_is_what_came_and_what_comes_back_is_what_was_answered() {
    let folder = folder(&[]);
    let (target, came) = raw_target();
    let listener = start(
        &folder,
        &format!("--forward :{target} --host shop.test --path *"),
    );
    let body = b"\x00\xff{\"a\": \r\n1.10}\r\n\r\n".to_vec();
    let head = format!(
        "POST /a/../b//%7e?q=%2F&r=a+b&& HTTP/1.1\r\nHost: shop.test\r\nX-B: 2\r\nX-A: 1\r\nx-c: 3\r\nX-A: 1\r\nx-a:\r\n\
         X-Latin: \u{e9}\r\n\
         Connection: keep-alive, X-Own, sign,Content-Type\r\nConnection: KEY, X-Payload-Digest, Authorization\r\n\
         X-Own: 1\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\nProxy-Connection: keep-alive\r\n\
         Key: k\r\nX-Payload-Digest: 01\r\nAuthorization: Secret s\r\n\
         User-Agent: GuzzleHttp/7\r\n\
         Accept-Encoding: br\r\nContent-Type: application/json; charset=x\r\nContent-Length: {}\r\nSign: 00\r\n\r\n",
        body.len()
    );
    let answered = listener.ask(&[head.as_bytes(), &body].concat());
    let text = came.lock().unwrap().remove(0);
    let end = text
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    assert_eq!(text[end + 4..], body);
    let head = String::from_utf8(text[..end].to_vec()).unwrap();
    let mut lines: Vec<&str> = head.lines().collect();
    assert_eq!(lines.remove(0), "POST /a/../b//%7e?q=%2F&r=a+b&& HTTP/1.1");
    // The host is the target's, and the length is written again: both may be at any position.
    lines.retain(|line| !line.starts_with("Content-Length") && !line.starts_with("Host:"));
    // Nothing is added but what tells the listener its own deliveries.
    let via = lines.pop().unwrap();
    assert!(via.starts_with("Inqud-Hook-Via: "), "{via}");
    let expected = [
        "X-B: 2",
        "X-A: 1",
        "x-c: 3",
        "X-A: 1",
        "x-a: ",
        "X-Latin: \u{e9}",
        "Key: k",
        "X-Payload-Digest: 01",
        "Authorization: Secret s",
        "User-Agent: GuzzleHttp/7",
        "Accept-Encoding: br",
        "Content-Type: application/json; charset=x",
        "Sign: 00",
    ];
    assert_eq!(lines, expected);
    assert!(
        head.contains(&format!("Host: localhost:{target}")),
        "{head}"
    );

    assert_eq!((answered.status, &*answered.body), (207, &b"a\0b\n"[..]));
    assert_eq!(
        (answered.all("X-One"), answered.all("X-Two")),
        (vec!["1", "3"], vec!["\u{e9}"])
    );
    assert_eq!(answered.all("Content-Type"), ["x/y"]);
    assert!(answered.all("Proxy-Connection").is_empty());
    assert!(answered.all("X-Hop").is_empty() && answered.all("Transfer-Encoding").is_empty());
    let line = listener.delivery();
    let target = format!("http://localhost:{target}/");
    assert_eq!(
        (&line["answer"]["status"], &line["answer"]["forwarded_to"]),
        (&json!(207), &json!(target))
    );
    let forwarded = &line["answer"]["forwarded"][0];
    assert_eq!(
        (
            &forwarded["target"],
            &forwarded["status"],
            &forwarded["reason"]
        ),
        (&json!(target), &json!(207), &Value::Null)
    );
    assert!(line["answer"]["latency_ms"].as_f64() >= forwarded["latency_ms"].as_f64());
    // People are told of it, too.
    let listener = Listener::start(&folder.path, &format!("--forward :{}", raw_target().0));
    listener.ask(&good());
    let line = std::iter::repeat_with(|| listener.line()).find(|line| line.contains(" → "));
    let line = line.unwrap();
    assert!(
        line.contains(" → 207 in ") && line.ends_with(", forwarded"),
        "{line}"
    );
}

#[test]
fn a_path_is_the_one_that_came_unless_the_target_has_its_own() {
    let (folder, target) = (folder(&[]), Endpoint::answering(200));
    for (to, asked, expected) in [
        ("", "/", "/"),
        ("", "/hooks?x=1", "/hooks?x=1"),
        ("/", "/hooks", "/hooks"),
        ("/own", "/", "/own"),
        ("/own", "/hooks?x=%20", "/own?x=%20"),
        ("/own?y=2", "/hooks?x=1", "/own?y=2"),
    ] {
        let listener = start(
            &folder,
            &format!("--forward http://127.0.0.1:{}{to} --path *", target.port),
        );
        assert_eq!(
            listener.ask(&request("POST", asked, &[], b"{}")).status,
            200
        );
        assert_eq!(target.one().path, expected, "{to} {asked}");
    }
}

/// A delivery to that path that is signed with that secret, if with any.
fn signed_to(target: &str, secret: Option<&str>) -> Vec<u8> {
    let signed = secret.map(|secret| signature("calypso", secret, paid().as_bytes()));
    let headers: Vec<(&str, &str)> = signed
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    request("POST", target, &headers, paid().as_bytes())
}

#[test]
fn only_a_provider_or_the_user_chooses_what_of_a_service_is_reached() {
    let (folder, target) = (
        folder(&[("secret", "s3cr3t"), ("public", DEVELOPMENT)]),
        Endpoint::answering(202),
    );
    let (mine, public) = (Some("s3cr3t"), Some(DEVELOPMENT));
    // The path of --forward, other flags, what is asked for, by what it is signed, and what is reached, if anything.
    for (own, flags, asked, signed, expected) in [
        ("", "", "/", None, Some("/")),
        ("", "", "/admin/delete?all=1", None, None),
        ("", "", "/?all=1", None, None),
        ("", "", "//", None, None),
        ("", "", "/hooks", public, None),
        ("", "--scheme none", "/hooks", public, None),
        ("", "--secret-file public", "/hooks", public, None),
        ("", "--secret-file secret", "/hooks", None, None),
        ("", "--secret-file secret", "/hooks", public, None),
        (
            "",
            "--secret-file secret",
            "/hooks?x=1",
            mine,
            Some("/hooks?x=1"),
        ),
        (
            "",
            "--secret-file secret --scheme inqud",
            "/hooks",
            mine,
            None,
        ),
        (
            "",
            "--path /hooks --path /hooks?x=1",
            "/hooks?x=1",
            None,
            Some("/hooks?x=1"),
        ),
        ("", "--path *", "/any", None, Some("/any")),
        ("/own", "", "/", None, Some("/own")),
        ("/own", "", "/hooks", None, Some("/own")),
        ("/own", "", "/hooks?all=1", None, None),
        (
            "/own",
            "--secret-file secret",
            "/hooks?x=1",
            mine,
            Some("/own?x=1"),
        ),
        (
            "/own",
            "--path /hooks?x=1",
            "/hooks?x=1",
            None,
            Some("/own?x=1"),
        ),
        ("/own?y=2", "", "/hooks?all=1", None, Some("/own?y=2")),
    ] {
        let listener = start(&folder, &format!("--forward :{}{own} {flags}", target.port));
        let answered = listener.ask(&signed_to(asked, signed));
        let case = format!("{own} {flags} {asked}");
        assert_eq!(
            answered.status,
            if expected.is_some() { 202 } else { 403 },
            "{case}"
        );
        let reached: Vec<String> = target.take().into_iter().map(|came| came.path).collect();
        assert_eq!(
            reached.iter().map(String::as_str).collect::<Vec<_>>(),
            Vec::from_iter(expected),
            "{case}"
        );
        // It is a delivery all the same, and says why it went nowhere.
        let line = listener.delivery();
        let forwarded = &line["answer"]["forwarded"][0];
        assert_eq!(
            forwarded["latency_ms"].is_null(),
            expected.is_none(),
            "{case}"
        );
        assert_eq!(
            line["answer"]["forwarded_to"].is_null(),
            expected.is_none(),
            "{case}"
        );
        if expected.is_none() {
            let reason = forwarded["reason"].as_str().unwrap();
            assert!(
                reason.contains("--forward") && reason.contains("--path"),
                "{reason}"
            );
            assert!(answered.text().contains("--path"), "{}", answered.text());
        }
    }
    let listener = Listener::start(&folder.path, &format!("--forward :{}", target.port));
    listener.ask(&signed_to("/admin", None));
    let out = listener.interrupt().out;
    assert!(
        out.contains("\n     not forwarded to http://localhost:")
            && out.contains("\n      1 forward failed\n"),
        "{out}"
    );
}

#[test]
fn the_summary_tells_answers_of_targets_from_targets_that_did_not_answer() {
    let folder = folder(&[]);
    let (fails, refuses) = (Endpoint::answering(500), Endpoint::answering(404));
    let (dead, _held) = dead_port();
    let to = [fails.port, refuses.port, dead].map(|port| format!("--forward :{port}"));
    let listener = Listener::start(&folder.path, &to.join(" "));
    listener.ask(&good());
    listener.ask(&good());
    let out = listener.interrupt().out;
    let (_, summary) = out
        .split_once("2 deliveries, ")
        .expect("there is a summary");
    let forwards: Vec<&str> = summary
        .lines()
        .filter(|line| line.contains("forward"))
        .collect();
    assert_eq!(
        forwards,
        [
            "      2 forwards failed",
            "      2 forwards answered 404 Not Found",
            "      2 forwards answered 500 Internal Server Error",
        ]
    );
}

#[test]
fn nothing_is_passed_on_to_the_listener_itself() {
    let folder = folder(&[]);
    for (bind, to, refused) in [
        ("127.0.0.1", "localhost:PORT", true),
        ("127.0.0.1", "http://127.0.0.1:PORT/hooks", true),
        ("127.0.0.1", "0.0.0.0:PORT", true),
        ("127.0.0.1", "[::ffff:127.0.0.1]:PORT", true),
        ("127.0.0.1", "INVOICE_*=:PORT", true),
        ("0.0.0.0", "127.0.0.1:PORT", true),
        ("0.0.0.0", "127.9.9.9:PORT", cfg!(target_os = "linux")),
        ("127.0.0.1", "127.0.0.1:1", false),
        ("127.0.0.1", "127.0.0.2:PORT", false),
        // Another machine may well listen at the same port.
        ("0.0.0.0", "192.0.2.1:PORT", false),
    ] {
        // The port was free a moment ago; if it is taken by now, the test does not fail.
        let (port, ran) = (0..10)
            .map(|_| {
                let listener = TcpListener::bind((bind, 0)).unwrap();
                let port = listener.local_addr().unwrap().port().to_string();
                drop(listener);
                let to = to.replace("PORT", &port);
                let flags = format!(
                    "listen {port} --bind {bind} --forward {to} --allow-remote --deadline 1ms"
                );
                (port, crate::support::run_line(&folder.path, &flags))
            })
            .find(|(_, ran)| !ran.err.contains("address already in use"))
            .expect("there is a free port");
        let said = ran.err.contains("leads back to this listener");
        assert_eq!(
            (ran.code, said),
            (if refused { 2 } else { 1 }, refused),
            "{bind} {to} {port}: {}",
            ran.err
        );
    }
}

#[test]
fn each_target_gets_its_events_and_the_first_one_answers() {
    let folder = folder(&[]);
    let targets: Vec<Endpoint> = [201, 202, 203]
        .into_iter()
        .map(Endpoint::answering)
        .collect();
    let [one, two, three] = [0, 1, 2].map(|at: usize| targets[at].port);
    // Flags; which targets get INVOICE_PAID, and the answer; the same for an unrecognised body.
    for (flags, paid, unknown) in [
        (
            format!("--forward :{one} --forward :{two}"),
            (vec![0, 1], 201),
            (vec![0, 1], 201),
        ),
        (
            format!("--forward INVOICE_*=:{two} --forward :{one}"),
            (vec![0, 1], 202),
            (vec![0], 201),
        ),
        (
            format!("--forward checkout.*=:{one} --forward *_paid=http://127.0.0.1:{three}/x"),
            (vec![2], 203),
            (vec![], 200),
        ),
        (
            format!("--forward calypso/*=:{two} --forward *=:{three}"),
            (vec![1, 2], 202),
            (vec![2], 203),
        ),
        (
            format!("--forward rehive/*=:{one}"),
            (vec![], 200),
            (vec![], 200),
        ),
        (
            format!("--forward :{one}/x?a=b"),
            (vec![0], 201),
            (vec![0], 201),
        ),
    ] {
        let listener = start(&folder, &flags);
        let unrecognised = request("POST", "/", &[], b"{}");
        for (request, (expected, status)) in [(good(), paid), (unrecognised, unknown)] {
            assert_eq!(listener.ask(&request).status, status, "{flags}");
            // It is told once all of them have answered.
            let line = listener.delivery();
            assert_eq!(
                line["answer"]["forwarded"].as_array().unwrap().len(),
                expected.len(),
                "{flags}"
            );
            for (at, target) in targets.iter().enumerate() {
                assert_eq!(
                    target.take().len(),
                    usize::from(expected.contains(&at)),
                    "{flags}: target {at}"
                );
            }
        }
    }
}

#[test]
fn if_no_target_answers_the_sender_gets_502_or_504_and_the_reason() {
    let folder = folder(&[]);
    let (dead, _held) = dead_port();
    let closing = socket(|mut stream| drop(read_request(&mut stream)));
    let silent = socket(|mut stream| {
        read_request(&mut stream);
        // Until the other side gives up.
        let _ = stream.read(&mut [0; 1]);
    });
    let garbage = socket(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"220 mail.test ESMTP\r\n");
    });
    let cut = socket(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    });
    let endless = socket(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b' '; 1 << 16]).is_ok() {}
    });
    let cases = [
        ("dead", dead, 502),
        ("closing", closing, 502),
        ("silent", silent, 504),
        ("garbage", garbage, 502),
        ("cut", cut, 502),
        ("endless", endless, 502),
    ];
    all(
        cases.map(|(name, port, status)| (name.to_owned(), (port, status))),
        |name, (port, status)| {
            let listener = start(
                &folder,
                &format!("--forward :{port} --forward-timeout 300ms"),
            );
            let begun = Instant::now();
            let answered = listener.ask(&good());
            assert_eq!(answered.status, status, "{name}: {}", answered.text());
            assert!(begun.elapsed() < Duration::from_secs(10), "{name}");
            if status == 504 {
                assert!(begun.elapsed() >= Duration::from_millis(300));
            }
            assert!(
                answered
                    .text()
                    .starts_with(&format!("http://localhost:{port}/: ")),
                "{}",
                answered.text()
            );
            let line = listener.delivery();
            let forwarded = &line["answer"]["forwarded"][0];
            assert_eq!(
                (&line["answer"]["status"], &forwarded["status"]),
                (&json!(status), &Value::Null),
                "{name}"
            );
            assert!(
                forwarded["reason"].as_str().unwrap().len() > 5,
                "{name}: {forwarded}"
            );
        },
    );
    // An answer that is wrong for a webhook is still an answer.
    for status in [301, 404, 500] {
        let target = Endpoint::answering(status);
        let listener = start(&folder, &format!("--forward :{}", target.port));
        assert_eq!(listener.ask(&good()).status, status);
        assert_eq!(target.came().len(), 1, "nothing is followed or tried again");
    }
}

#[test]
fn what_fails_here_goes_nowhere() {
    let (folder, target) = (folder(&[]), Endpoint::answering(202));
    let to = format!("--forward :{}", target.port);
    let wrong = request("POST", "/", &[("Sign", "00")], paid().as_bytes());
    for (flags, request, status, passed) in [
        ("--strict", &wrong, 401, 0),
        ("--strict", &good(), 202, 1),
        ("", &wrong, 202, 1),
        ("--fail-first 1", &good(), 500, 0),
        ("--fail-rate 1 --answer 503", &good(), 503, 0),
        ("--fail-rate 0 --answer 503", &good(), 202, 1),
    ] {
        let listener = start(&folder, &format!("{to} {flags}"));
        assert_eq!(listener.ask(request).status, status, "{flags}");
        let line = listener.delivery();
        assert_eq!(
            line["answer"]["forwarded"].as_array().unwrap().len(),
            passed,
            "{flags}"
        );
        assert_eq!(target.take().len(), passed, "{flags}");
    }
    let listener = start(&folder, &format!("{to} --fail-first 1 --reset"));
    assert_eq!(
        (statuses(&listener, 2), target.take().len()),
        (vec![0, 202], 1)
    );
    let listener = start(&folder, &to);
    assert_eq!(listener.ask(&request("GET", "/", &[], b"")).status, 200);
    assert_eq!(listener.ask(&request("PUT", "/", &[], b"")).status, 405);
    assert!(
        target.came().is_empty(),
        "rejected requests are not forwarded"
    );
}

#[test]
fn a_slow_second_target_delays_no_delivery() {
    let folder = folder(&[]);
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let held = Arc::clone(&gate);
    let slow = Endpoint::new(move |_, _: &Came| {
        let open = held.0.lock().unwrap();
        drop(held.1.wait_while(open, |open| !*open).unwrap());
        answer(200, &[], "")
    });
    let quick = Endpoint::answering(201);
    let flags = format!(
        "--forward :{} --forward :{} --forward-timeout 60s",
        quick.port, slow.port
    );
    let listener = start(&folder, &flags);
    // All of them are answered while not one has come through there.
    for _ in 0..5 {
        assert_eq!(listener.ask(&good()).status, 201);
    }
    slow.wait_for(5);
    *gate.0.lock().unwrap() = true;
    gate.1.notify_all();
    for line in listener.next_of("delivery", 5) {
        let forwarded = line["answer"]["forwarded"].as_array().unwrap();
        assert_eq!(
            forwarded
                .iter()
                .map(|one| one["status"].as_u64())
                .collect::<Vec<_>>(),
            [Some(201), Some(200)]
        );
    }
}

#[test]
fn other_hosts_are_passed_nothing_unless_that_is_allowed() {
    let folder = folder(&[("inqud-hook.toml", "allowed_hosts = ['192.0.2.1']")]);
    // That it starts is enough: nothing goes there.
    for flags in [
        "--forward 192.0.2.1",
        "--forward 192.0.2.9 --allow-remote",
        "--forward rehive/company.*=192.0.2.1",
    ] {
        assert!(start(&folder, flags).port > 0, "{flags}");
    }
    let other = ["0", "--forward", "192.0.2.9"];
    let ran = crate::support::run(&folder.path, ["listen"].iter().chain(&other));
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(
        ran.err.contains("is not this machine") && ran.err.contains("--allow-remote"),
        "{}",
        ran.err
    );
}

#[test]
fn several_deliveries_on_one_connection_are_each_answered_in_turn() {
    let folder = folder(&[]);
    let listener = start(&folder, "--fail-first 1");
    let mut stream = connect(listener.port);
    let chunked = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    let expect =
        "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}";
    let all = [&good()[..], chunked.as_bytes(), expect.as_bytes(), &good()].concat();
    stream.write_all(&all).unwrap();
    let answers: Vec<Answered> = (0..4)
        .map(|_| read_answer(&mut stream, false).unwrap())
        .collect();
    assert_eq!(
        answers
            .iter()
            .map(|answer| answer.status)
            .collect::<Vec<_>>(),
        [500, 200, 200, 200]
    );
    let bytes: Vec<u64> = listener
        .next_of("delivery", 4)
        .iter()
        .map(|line| line["bytes"].as_u64().unwrap())
        .collect();
    let length = paid().len() as u64;
    assert_eq!(bytes, [length, 2, 2, length]);
}
