//! How `listen` ends: when its stop conditions are met, by signals, and when its output is no longer read; nothing is
//! lost and nothing hangs.

use crate::support::endpoint::all_at_once;
use crate::support::listener::{
    DEVELOPMENT, Listener, PATIENCE, ask, connect, listening, read_answer, request, signature, wait,
};
use crate::support::{Folder, Ran, all, folder, json_lines, of_type, payload, run, signal};
use serde_json::{Value, json};
use std::io::{BufRead as _, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// A delivery of that event, signed with that secret.
fn of_event(provider: &str, event: &str, secret: &str) -> Vec<u8> {
    let body = payload(&format!("{provider}/samples/{event}.json"));
    let (name, value) = signature(provider, secret, body.as_bytes());
    request("POST", "/", &[(name, &value)], body.as_bytes())
}

fn paid() -> Vec<u8> {
    of_event("calypso", "INVOICE_PAID", DEVELOPMENT)
}

fn start(folder: &Folder, flags: &str) -> Listener {
    Listener::start(&folder.path, &format!("--format json {flags}"))
}

/// The last line, which is the summary.
fn summary(ran: &Ran) -> Value {
    let mut lines = json_lines(&ran.out);
    assert_eq!(of_type(&lines, "summary").len(), 1, "{}", ran.out);
    lines
        .pop()
        .filter(|line| line["type"] == "summary")
        .expect("it comes last")
}

#[test]
fn it_ends_by_itself_once_what_was_waited_for_has_come_and_tells_whether_that_was_good() {
    let folder = folder(&[]);
    // What comes: G is INVOICE_PAID, B the same with a wrong signature, I the same with an invalid body, C is
    // checkout.success, U nobody's. Then the code, and what is missing in the end.
    let made = |letter: char| match letter {
        'G' => paid(),
        'B' => of_event("calypso", "INVOICE_PAID", "another"),
        'I' => {
            let body = payload("calypso/samples/INVOICE_PAID.json").replace("271.420", "\"x\"");
            let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
            request("POST", "/", &[(name, &value)], body.as_bytes())
        }
        'C' => of_event("inqud", "checkout.success", DEVELOPMENT),
        _ => request("POST", "/", &[], b"{}"),
    };
    let both = ["calypso/INVOICE_PAID", "inqud/checkout.success"];
    for (flags, deliveries, code, missing) in [
        ("--until INVOICE_PAID", "G", 0, &[][..]),
        ("--until calypso/invoice_paid", "G", 0, &[]),
        ("--until INVOICE_PAID", "CUG", 0, &[]),
        ("--until INVOICE_PAID", "B", 1, &[]),
        ("--until INVOICE_PAID", "I", 1, &[]),
        ("--until INVOICE_PAID --scheme none", "B", 0, &[]),
        (
            "--until INVOICE_PAID --until checkout.success",
            "GGC",
            0,
            &[],
        ),
        (
            "--until INVOICE_PAID --until checkout.success",
            "CG",
            0,
            &[],
        ),
        // What has come well need not come well again.
        (
            "--until INVOICE_PAID --until checkout.success",
            "GBC",
            0,
            &[],
        ),
        (
            "--until INVOICE_PAID --until checkout.success",
            "B",
            1,
            &both[1..],
        ),
        ("--until INVOICE_PAID --until INVOICE_PAID", "G", 0, &[]),
        ("--until INVOICE_PAID --answer 500", "G", 0, &[]),
        ("--until INVOICE_PAID --reset", "G", 0, &[]),
        ("--until INVOICE_PAID --delay 50ms", "G", 0, &[]),
        ("--until INVOICE_PAID --deadline 60s", "G", 0, &[]),
        ("--count 1", "G", 0, &[]),
        ("--count 3", "GCG", 0, &[]),
        ("--count 2", "GU", 1, &[]),
        ("--count 2", "BG", 1, &[]),
        ("--count 2 --until INVOICE_PAID", "CC", 1, &both[..1]),
        ("--count 1 --filter INVOICE_*", "CUG", 0, &[]),
        // What is not shown is waited for all the same.
        ("--until INVOICE_PAID --filter checkout.*", "CG", 0, &[]),
    ] {
        let listener = start(&folder, flags);
        for (at, letter) in deliveries.chars().enumerate() {
            // It ends after the last of them, and before that it answers.
            let answered = ask(listener.port, &made(letter));
            let reset = flags.contains("--reset");
            assert_eq!(answered.is_some(), !reset, "{flags} {deliveries}: {at}");
        }
        let ran = listener.finish();
        assert_eq!(
            ran.code, code,
            "{flags} {deliveries}: {}{}",
            ran.out, ran.err
        );
        let summary = summary(&ran);
        assert_eq!(summary["missing"], json!(missing), "{flags} {deliveries}");
        assert_eq!(
            (&summary["deliveries"], &summary["interrupted"]),
            (&json!(deliveries.len()), &json!(false))
        );
    }
}

#[test]
fn its_time_is_over_after_the_deadline_whatever_came() {
    let folder = folder(&[]);
    let cases = [
        ("", None, 1),
        ("", Some(paid()), 0),
        ("--filter checkout.*", Some(paid()), 1),
        ("", Some(of_event("calypso", "INVOICE_PAID", "another")), 1),
        ("--until INVOICE_PAID", None, 1),
        (
            "--until INVOICE_PAID",
            Some(of_event("inqud", "checkout.success", DEVELOPMENT)),
            1,
        ),
        ("--count 2", Some(paid()), 1),
    ];
    let named = cases.map(|(flags, delivery, code)| {
        (
            format!("{flags} {}", delivery.is_some()),
            (flags, delivery, code),
        )
    });
    all_at_once(named, |_, (flags, delivery, code)| {
        let begun = Instant::now();
        let listener = start(&folder, &format!("--deadline 500ms {flags}"));
        if let Some(delivery) = delivery {
            assert_eq!(listener.ask(&delivery).status, 200);
        }
        let ran = listener.finish();
        assert!(begun.elapsed() >= Duration::from_millis(500));
        assert_eq!(ran.code, code, "{flags}: {}", ran.out);
        assert_eq!(summary(&ran)["interrupted"], false);
    });
    let ran = Listener::start(
        &folder.path,
        "--until INVOICE_PAID --until invoice.paid --deadline 100ms",
    )
    .finish();
    assert!(
        ran.out.ends_with(
            "\ncalypso/INVOICE_PAID did not arrive\nrehive/invoice.paid did not arrive\n"
        ),
        "{}",
        ran.out
    );
    let ran = Listener::start(&folder.path, "--deadline 100ms").finish();
    let said = "\nno delivery arrived before the deadline\n";
    assert!(ran.out.ends_with(said), "{}", ran.out);
}

#[test]
fn a_signal_ends_it_with_a_summary_and_what_is_in_hand_is_finished() {
    let folder = folder(&[]);
    for name in ["INT", "TERM"] {
        let listener = start(&folder, "--delay 700ms");
        let mut streams: Vec<TcpStream> = (0..3).map(|_| connect(listener.port)).collect();
        for stream in &mut streams[..2] {
            stream.write_all(&paid()).unwrap();
        }
        // The third one's delivery is not whole yet, and comes to its end meanwhile.
        let (first, rest) = (paid()[..200].to_vec(), paid()[200..].to_vec());
        streams[2].write_all(&first).unwrap();
        // A visitor is answered in the order of arrival: whatever came before him has been read.
        assert_eq!(listener.ask(&request("GET", "/", &[], b"")).status, 200);
        let idle = connect(listener.port);
        listener.signal(name);
        // Nobody new is accepted from now on.
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", listener.port)).is_ok() {
            assert!(begun.elapsed() < PATIENCE, "it still accepts");
        }
        streams[2].write_all(&rest).unwrap();
        for stream in &mut streams {
            let answered = read_answer(stream, false).expect("it is answered");
            assert_eq!(
                (answered.status, answered.all("Connection")),
                (200, vec!["close"])
            );
        }
        let ran = listener.finish();
        assert_eq!(ran.code, 130, "{name}");
        let summary = summary(&ran);
        assert_eq!(
            (&summary["deliveries"], &summary["valid"]),
            (&json!(3), &json!(3)),
            "{name}"
        );
        assert_eq!(
            (&summary["interrupted"], &summary["duplicates"]),
            (&json!(true), &json!(2))
        );
        assert!(summary["slowest_ms"].as_f64().unwrap() >= 700.0);
        assert_eq!(
            of_type(&json_lines(&ran.out), "delivery").len(),
            3,
            "each is told of, before the summary"
        );
        drop(idle);
    }
}

#[test]
fn what_takes_too_long_is_not_waited_for_and_a_second_signal_ends_it_at_once() {
    let folder = folder(&[]);
    let listener = start(&folder, "--delay 60s");
    let mut stream = connect(listener.port);
    stream.write_all(&paid()).unwrap();
    assert_eq!(listener.ask(&request("GET", "/", &[], b"")).status, 200);
    let begun = Instant::now();
    let ran = listener.interrupt();
    // Two seconds are its grace; the rest is for slow machines.
    assert!(
        (Duration::from_secs(2)..Duration::from_secs(6)).contains(&begun.elapsed()),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!((ran.code, read_answer(&mut stream, false)), (130, None));

    let listener = start(&folder, "--delay 60s");
    let mut stream = connect(listener.port);
    stream.write_all(&paid()).unwrap();
    assert_eq!(listener.ask(&request("GET", "/", &[], b"")).status, 200);
    let begun = Instant::now();
    listener.signal("INT");
    while TcpStream::connect(("127.0.0.1", listener.port)).is_ok() {
        assert!(begun.elapsed() < PATIENCE);
    }
    let ran = listener.end("INT");
    assert!(
        begun.elapsed() < Duration::from_millis(1_900),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(ran.code, 130);
    assert_eq!(summary(&ran)["interrupted"], true);
}

#[test]
fn the_summary_counts_what_came() {
    let folder = folder(&[]);
    let deliveries = [
        paid(),
        paid(),
        of_event("calypso", "INVOICE_MEMPOOL_FOUND", DEVELOPMENT),
        of_event("inqud", "checkout.success", "another"),
        request("POST", "/", &[], b"{}"),
        request("PUT", "/", &[], b"{}"),
    ];
    let (people, machines) = (Listener::start(&folder.path, ""), start(&folder, ""));
    for delivery in &deliveries {
        people.ask(delivery);
        machines.ask(delivery);
    }
    let mut summary = summary(&machines.interrupt());
    for key in ["slowest_ms", "slowest_event", "seconds"] {
        let value = summary.as_object_mut().unwrap().remove(key);
        assert!(value.is_some_and(|value| !value.is_null()), "{key}");
    }
    let event = |name: Option<&str>, all: u64, valid: u64| json!({"event": name, "deliveries": all, "valid": valid});
    let expected = json!({
        "type": "summary", "v": 1, "deliveries": 5, "valid": 3, "invalid": 2, "duplicates": 1, "same_id": 0, "out_of_order": 1,
        "after_end": 0, "not_written": 0, "unanswered": 0, "forwards_failed": 0, "forwards_rejected": {}, "refused": 1,
        "signatures": {"invalid": 1, "missing": 1, "valid": 3},
        "events": [
            event(None, 1, 0),
            event(Some("calypso/INVOICE_MEMPOOL_FOUND"), 1, 1),
            event(Some("calypso/INVOICE_PAID"), 2, 2),
            event(Some("inqud/checkout.success"), 1, 0),
        ],
        "missing": [], "interrupted": true,
    });
    assert_eq!(summary, expected);
    let out = people.interrupt().out;
    let lines: Vec<&str> = out
        .lines()
        .skip_while(|line| !line.starts_with("5 deliveries, "))
        .collect();
    assert!(
        lines[0].starts_with("5 deliveries, 3 valid, 2 invalid in ")
            && lines[0].ends_with(", interrupted")
    );
    for words in [
        "1 not recognised (1 invalid)",
        "2 calypso/INVOICE_PAID",
        "1 inqud/checkout.success (1 invalid)",
    ] {
        assert!(
            lines.iter().any(|line| line.trim_start() == words),
            "{words}: {out}"
        );
    }
    for words in ["duplicate", "out of order", "rejected", "slowest answer"] {
        assert!(
            lines.iter().any(|line| line.contains(words)),
            "{words}: {out}"
        );
    }
}

#[test]
fn a_reader_who_has_seen_enough_ends_it_quietly() {
    let folder = folder(&[]);
    for flags in [
        "",
        "--format json",
        "--count 1",
        "--until INVOICE_PAID --deadline 30s",
    ] {
        // As `head -1` does: one line, then nothing is read any more.
        let (mut child, out, port) =
            crate::support::listener::start(&mut listening(&folder.path, flags));
        drop(out);
        // Nobody is there to tell that to before there is something to tell.
        assert_eq!(child.try_wait().unwrap(), None, "{flags}");
        assert_eq!(ask(port, &paid()).expect("it is answered").status, 200);
        let mut err = child.stderr.take().unwrap();
        assert_eq!(wait(&mut child, PATIENCE), 0, "{flags}");
        let mut said = String::new();
        err.read_to_string(&mut said).unwrap();
        assert!(
            said.starts_with("note: no secret configured") && said.lines().count() == 1,
            "{flags}: {said}"
        );
    }
}

#[test]
fn whether_what_was_waited_for_was_good_does_not_depend_on_who_reads_the_output() {
    let folder = folder(&[]);
    let wrong = || of_event("calypso", "INVOICE_PAID", "another");
    let other = || of_event("inqud", "checkout.success", DEVELOPMENT);
    let (one, all) = (vec![paid()], vec![paid(), paid()]);
    // What comes, and the code; nothing where it waits for more.
    let cases = [
        ("--until INVOICE_PAID", vec![wrong()], Some(1)),
        (
            "--until INVOICE_PAID --until checkout.success --deadline 2s",
            one.clone(),
            Some(1),
        ),
        ("--count 5 --deadline 2s", one.clone(), Some(1)),
        (
            "--format json --until INVOICE_PAID --deadline 2s",
            vec![other()],
            Some(1),
        ),
        ("--deadline 2s", vec![wrong()], Some(1)),
        ("--deadline 2s", one.clone(), Some(0)),
        ("--count 2", all.clone(), Some(0)),
        (
            "--format json --until INVOICE_PAID --until checkout.success",
            vec![paid(), other()],
            Some(0),
        ),
        ("--count 3", all, None),
    ];
    let both = cases.iter().flat_map(|case| [(true, case), (false, case)]);
    let named =
        both.map(|(reads, case)| (format!("{} {:?} {reads}", case.0, case.2), (reads, case)));
    all_at_once(named, |name, (reads, (flags, deliveries, code))| {
        let (mut child, out, port) =
            crate::support::listener::start(&mut listening(&folder.path, flags));
        // As `head -1` does: the first line, then nothing is read any more.
        let _out = reads.then_some(out);
        for delivery in deliveries {
            assert_eq!(
                ask(port, delivery).expect("it is answered").status,
                200,
                "{name}"
            );
        }
        if code.is_none() {
            assert_eq!(child.try_wait().unwrap(), None, "it waits for more: {name}");
            signal(child.id(), "INT");
        }
        assert_eq!(wait(&mut child, PATIENCE), code.unwrap_or(130), "{name}");
    });
}

/// What a pipe and the waiting room before it hold is less than that many deliveries' lines.
const MANY: usize = 2_000;

#[test]
fn a_reader_who_reads_nothing_holds_up_no_sender_and_no_end() {
    let folder = folder(&[]);
    let formats =
        ["--format json", "--format human --body full"].map(|format| (format.to_owned(), format));
    all_at_once(formats, |_, format| {
        let (mut child, mut out, port) =
            crate::support::listener::start(&mut listening(&folder.path, format));
        let (mut stream, request) = (connect(port), paid());
        let mut slowest = Duration::ZERO;
        for _ in 0..MANY / 100 {
            let begun = Instant::now();
            stream.write_all(&request.repeat(100)).unwrap();
            for _ in 0..100 {
                assert_eq!(read_answer(&mut stream, false).unwrap().status, 200);
            }
            slowest = slowest.max(begun.elapsed());
        }
        // A hundred take a few milliseconds; one that had to wait for the reader would wait for ever.
        assert!(slowest < Duration::from_secs(2), "{slowest:?}");
        drop(stream);
        let begun = Instant::now();
        signal(child.id(), "INT");
        assert_eq!(wait(&mut child, PATIENCE), 130);
        assert!(
            begun.elapsed() < Duration::from_secs(3),
            "{:?}",
            begun.elapsed()
        );
        // What it could print is whole lines up to where the pipe was full.
        let mut printed = Vec::new();
        out.read_to_end(&mut printed).unwrap();
        assert!(printed.len() > 1_000);
    });
}

#[test]
fn lines_that_were_not_shown_are_counted_once_the_output_is_read_again() {
    let folder = folder(&[]);
    let (mut child, out, port) =
        crate::support::listener::start(&mut listening(&folder.path, "--format json"));
    let (mut stream, request) = (connect(port), paid());
    for _ in 0..MANY / 100 {
        stream.write_all(&request.repeat(100)).unwrap();
        for _ in 0..100 {
            assert_eq!(read_answer(&mut stream, false).unwrap().status, 200);
        }
    }
    let reader = std::thread::spawn(move || out.lines().collect::<Result<Vec<_>, _>>().unwrap());
    signal(child.id(), "INT");
    assert_eq!(wait(&mut child, PATIENCE), 130);
    let lines = json_lines(&reader.join().unwrap().join("\n"));
    let shown = of_type(&lines, "delivery").len();
    let skipped: u64 = of_type(&lines, "skipped")
        .iter()
        .map(|line| line["deliveries"].as_u64().unwrap())
        .sum();
    assert!(skipped > 0 && shown > 0, "{shown} shown, {skipped} not");
    assert_eq!(
        shown as u64 + skipped,
        MANY as u64,
        "each is shown or counted"
    );
    assert_eq!(of_type(&lines, "summary")[0]["deliveries"], MANY);
}

#[test]
fn a_port_has_one_listener() {
    let folder = folder(&[]);
    let listener = start(&folder, "");
    let foreign = TcpListener::bind("127.0.0.1:0").unwrap();
    for port in [listener.port, foreign.local_addr().unwrap().port()] {
        let Ran { code, out, err } = run(&folder.path, ["listen", &port.to_string()]);
        assert_eq!((code, &*out), (2, ""));
        let expected = format!(
            "error: cannot listen on 127.0.0.1:{port}: address already in use\n\
             hint: stop the other process, pick another port, or use 0 for any free one\n"
        );
        assert_eq!(err, expected, "nothing else is said before");
    }
    assert_eq!(
        listener.ask(&paid()).status,
        200,
        "the first one is not disturbed"
    );
    // Whoever ends it can start it again at once, though connections of before are not forgotten yet.
    let port = listener.port;
    let ran = listener.interrupt();
    assert_eq!(ran.code, 130);
    let again = Listener::of(
        crate::support::tool(
            &folder.path,
            ["listen", &port.to_string(), "--format", "json"],
        )
        .stdin(std::process::Stdio::null()),
    );
    assert_eq!((again.port, again.ask(&paid()).status), (port, 200));
}

#[test]
fn a_run_that_ends_by_itself_shows_all_that_led_to_it() {
    let folder = folder(&[]);
    let cases = ["--format json", "--format human"].map(|flags| (flags.to_owned(), flags));
    all(cases, |_, flags| {
        let listener = Listener::start(&folder.path, &format!("{flags} --body none --count 300"));
        let mut stream = connect(listener.port);
        stream.write_all(&paid().repeat(300)).unwrap();
        for _ in 0..300 {
            assert_eq!(
                read_answer(&mut stream, false)
                    .expect("all that were counted are answered")
                    .status,
                200
            );
        }
        let ran = listener.finish();
        assert_eq!(ran.code, 0);
        let line = if flags.contains("json") {
            "\"type\":\"delivery\""
        } else {
            " → 200 in "
        };
        assert_eq!(ran.out.matches(line).count(), 300);
    });
}
