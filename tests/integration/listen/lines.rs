//! What `listen` prints for people: a line for each delivery with its number, the local time, the order and its amount;
//! how it was set up; more with `--verbose`, less with `--quiet`; and how that fits on a terminal.

use crate::support::endpoint::{Endpoint, dead_port};
use crate::support::listener::{DEVELOPMENT, Listener, listening, request, signature};
use crate::support::{Folder, folder, json_lines, of_type, payload, run, run_line};
use serde_json::json;
use std::fs;

fn paid() -> String {
    payload("calypso/samples/INVOICE_PAID.json")
}

/// Posts a body that is signed with the built-in test secret.
fn post(listener: &Listener, body: &str) -> u16 {
    let answered = listener.post_signed("calypso", DEVELOPMENT, body.as_bytes());
    answered.status
}

/// The lines about deliveries of a whole output.
fn headlines(out: &str) -> Vec<&str> {
    out.lines().filter(|line| line.contains(" → ")).collect()
}

/// The words of a line.
fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn a_line_says_what_about_which_order_and_how_much() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "");
    for (provider, event) in [
        ("calypso", "INVOICE_PAID"),
        ("inqud", "checkout.success"),
        ("rehive", "invoice.paid"),
    ] {
        let body = payload(&format!("{provider}/samples/{event}.json"));
        listener.post_signed(provider, DEVELOPMENT, body.as_bytes());
    }
    listener.post(&[], paid().replacen("2874154", "1", 1).as_bytes());
    let out = listener.interrupt().out;
    let lines = headlines(&out);
    let expected = [
        (
            "1",
            "calypso/INVOICE_PAID  order-10417  249.95 EUR  signed  valid  → 200 in ",
        ),
        (
            "2",
            "inqud/checkout.success  FH-10482  64.90 USD  signed  valid  → 200 in ",
        ),
        (
            "3",
            "rehive/invoice.paid  SO-10482  129.95 USD  signed  valid  → 200 in ",
        ),
        (
            "4",
            "calypso/INVOICE_PAID  order-10417  249.95 EUR  signature missing  body valid  → 200 in ",
        ),
    ];
    assert_eq!(lines.len(), expected.len(), "{out}");
    for (line, (number, text)) in lines.iter().zip(expected) {
        assert_eq!(words(line)[0], number, "{line}");
        assert!(line.contains(text), "{line}");
    }
}

#[test]
fn a_delivery_has_the_number_of_its_line_in_the_journal() {
    let folder = folder(&[]);
    let flags = "--journal j.ndjson --sync none";
    let listener = Listener::start(&folder.path, flags);
    post(&listener, &paid());
    post(&listener, &paid().replacen("2874154", "2", 1));
    listener.interrupt();
    // `log` counts neither what is not a delivery nor half a line.
    let journal = folder.path.join("j.ndjson");
    let kept = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, format!("{kept}\n{{\"v\":1,\"id\":\"half\n")).unwrap();
    let listener = Listener::start(&folder.path, &format!("{flags} --format json"));
    post(&listener, &paid().replacen("2874154", "3", 1));
    assert_eq!(listener.delivery()["number"], 3);
    listener.interrupt();
    let listener = Listener::start(&folder.path, "--journal j.ndjson");
    post(&listener, &paid().replace("order-10417", "the-fourth"));
    // One that replaced the file begins again.
    fs::rename(&journal, folder.path.join("old.ndjson")).unwrap();
    post(&listener, &paid().replace("order-10417", "the-first"));
    let out = listener.interrupt().out;
    let lines = headlines(&out);
    for (line, (file, number, order)) in lines.iter().zip([
        ("old.ndjson", "4", "the-fourth"),
        ("j.ndjson", "1", "the-first"),
    ]) {
        assert_eq!(words(line)[0], number, "{out}");
        let whole = run(&folder.path, ["log", file, number]);
        assert!(whole.out.contains(order), "{}{}", whole.out, whole.err);
    }
    assert_eq!(lines.len(), 2, "{out}");
}

#[test]
fn times_are_local_and_the_zone_is_said_once() {
    let folder = folder(&[]);
    // Half an hour off, so that it cannot be mistaken for UTC at any time of day.
    let mut command = listening(&folder.path, "--journal j.ndjson");
    let listener = Listener::of(command.env("TZ", "<+0530>-5:30"));
    post(&listener, &paid());
    post(&listener, &paid());
    listener.post(&[("Origin", "http://example.com")], b"{}");
    let out = listener.interrupt().out;
    assert_eq!(out.matches("(UTC+05:30)\n").count(), 1, "{out}");
    let journal = json_lines(&fs::read_to_string(folder.path.join("j.ndjson")).unwrap());
    let received = journal[0]["received_at"].as_str().unwrap();
    let clock = words(headlines(&out)[0])[1];
    let minutes = |clock: &str| -> u32 {
        let number = |range: std::ops::Range<usize>| clock[range].parse::<u32>().unwrap();
        number(0..2) * 60 + number(3..5)
    };
    assert_eq!(
        minutes(clock),
        (minutes(&received[11..]) + 330) % 1_440,
        "{received}: {out}"
    );
    // What it repeats and what is rejected have the same clock.
    let hour = &clock[..2];
    let duplicate = format!("duplicate: first received at {clock}");
    assert!(out.contains(&duplicate), "{out}");
    let rejected = out.lines().find(|line| line.contains("→ 403")).unwrap();
    assert!(rejected.trim_start().starts_with(hour), "{rejected}");
}

#[test]
fn the_start_says_how_it_listens() {
    let folder = folder(&[("secret", "s3cr3t-of-the-shop")]);
    let flags = "--strict --filter *_PAID --filter checkout.* --journal j.ndjson";
    let mut command = listening(&folder.path, flags);
    command.args(["--forward", ":9/hooks", "--forward", "invoice_*=:9"]);
    command.env("INQUD_HOOK_SECRET_INQUD", "s3cr3t-of-the-shop");
    let out = Listener::of(&mut command).interrupt().out;
    let lines: Vec<&str> = out.lines().skip(1).take(6).collect();
    assert_eq!(
        lines,
        [
            "  forwarding: http://localhost:9/hooks",
            "  forwarding: invoice_* to http://localhost:9/",
            "  strict: bad deliveries are answered with 401, 400 or 422",
            "  showing: only *_PAID, checkout.*",
            "  recording to: j.ndjson",
            "  secrets: own for inqud (in $INQUD_HOOK_SECRET_INQUD); built-in test secret for calypso, rehive",
        ]
    );
    // One file for all providers is named once.
    let out = Listener::start(&folder.path, "--secret-file secret")
        .interrupt()
        .out;
    let secrets = "\n  secrets: own for calypso, inqud, rehive (in the file secret)\n";
    assert!(out.contains(secrets), "{out}");
}

#[test]
fn quiet_shows_only_what_is_wrong() {
    let folder = folder(&[]);
    let (target, bad) = (Endpoint::answering(200), Endpoint::answering(500));
    let flags = format!(
        "-q --forward :{} --forward *_EXPIRED=:{}",
        target.port, bad.port
    );
    let listener = Listener::start(&folder.path, &flags);
    post(&listener, &paid());
    listener.post(&[], paid().replacen("2874154", "7", 1).as_bytes());
    let expired = payload("calypso/samples/INVOICE_EXPIRED.json");
    post(&listener, &expired);
    bad.wait_for(1);
    let ran = listener.interrupt();
    let lines = headlines(&ran.out);
    assert_eq!(lines.len(), 2, "{}", ran.out);
    assert!(lines[0].contains("signature missing"), "{}", ran.out);
    assert!(lines[1].contains("INVOICE_EXPIRED"), "{}", ran.out);
    let failed = format!(
        "     forwarded to http://localhost:{}/: 500 Internal Server Error",
        bad.port
    );
    assert!(ran.out.contains(&failed), "{}", ran.out);
    assert_eq!(ran.out.matches(" (UTC)\n").count(), 1, "{}", ran.out);
    assert!(ran.out.contains("3 deliveries, 2 valid"), "{}", ran.out);
    // For programs as well.
    let listener = Listener::start(&folder.path, "--quiet --format json");
    post(&listener, &paid());
    listener.post(&[], b"{}");
    let lines = json_lines(&listener.interrupt().out);
    assert_eq!(of_type(&lines, "delivery").len(), 1);
}

#[test]
fn verbose_shows_the_request_the_answer_and_an_id_for_replay() {
    let folder = folder(&[("secret", "s3cr3t-of-the-shop")]);
    let target = Endpoint::answering(200);
    let flags = format!(
        "--verbose --secret-file secret --journal j.ndjson --forward :{}",
        target.port
    );
    let listener = Listener::start(&folder.path, &flags);
    let body = paid();
    let (name, value) = signature("calypso", "s3cr3t-of-the-shop", body.as_bytes());
    let headers = [(name, &*value), ("Authorization", "Bearer hidden-token")];
    listener.ask(&request("POST", "/hooks?shop=1", &headers, body.as_bytes()));
    let out = listener.interrupt().out;
    for line in [
        "     > POST /hooks?shop=1 from 127.0.0.1:",
        "     > Authorization: Bearer ********",
        &format!("     > Sign: {value}"),
        "       \"eventType\": \"INVOICE_PAID\",",
        "     < 200 OK",
    ] {
        assert!(out.contains(line), "{line}: {out}");
    }
    assert!(!out.contains("hidden-token"), "{out}");
    let id = out.split("     id: ").nth(1).unwrap();
    let id = id.lines().next().unwrap();
    let line = format!(
        "replay j.ndjson --id {id} --to :{} --secret-file secret",
        target.port
    );
    let replayed = run_line(&folder.path, &line);
    assert_eq!(replayed.code, 0, "{}{}", replayed.out, replayed.err);
    assert_eq!(target.came().len(), 2);
}

#[test]
fn bodies_are_folded_and_changes_are_coloured() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--body folded");
    post(&listener, &paid());
    let long = format!("{{\"a\": \"{}\"}}", "x".repeat(500));
    post(&listener, &long);
    // Of a body that is not recognised, the first lines.
    post(&listener, &json!({"a": [1, 2, 3, 4, 5, 6, 7]}).to_string());
    let out = listener.interrupt().out;
    let lines = |from: &str, count: usize| -> Vec<String> {
        let at = out.find(from).expect(&out);
        out[at..].lines().take(count).map(str::to_owned).collect()
    };
    let known = lines("     \"eventType\"", 8);
    assert_eq!(known[6], "     \"realAmount\": 271.420", "{out}");
    assert_eq!(known[7], "     … 13 more lines (--body full)", "{out}");
    let unknown = lines("     {\n       \"a\": [", 7);
    assert_eq!(unknown[5], "         4,", "{out}");
    assert_eq!(unknown[6], "     … 5 more lines (--body full)", "{out}");
    assert!(out.contains("xxx…\n"), "{out}");
    let listener = Listener::start(&folder.path, "--body changed --color always");
    post(&listener, &paid());
    let other = paid()
        .replacen("\"level\": \"SUCCESS\"", "\"level\": \"INFO\"", 1)
        .replacen("\"service\": \"INVOICE\"", "\"extra\": 7", 1);
    post(&listener, &other);
    let out = listener.interrupt().out;
    for piece in [
        "\u{1b}[31m\"SUCCESS\"\u{1b}[0m → \u{1b}[32m\"INFO\"\u{1b}[0m",
        "\u{1b}[32m7 (added)\u{1b}[0m",
        "\u{1b}[31m\"INVOICE\" (removed)\u{1b}[0m",
    ] {
        assert!(out.contains(piece), "{piece}: {out}");
    }
}

/// What `listen` shows of these bodies on a terminal of that many columns.
#[cfg(target_os = "linux")]
fn shown_on_terminal(folder: &Folder, columns: u16, bodies: &[String]) -> Option<String> {
    use std::io::Read as _;
    let line = format!(
        "exec {} listen 0 --count {} 2>/dev/null",
        env!("CARGO_BIN_EXE_inqud-hook"),
        bodies.len()
    );
    let mut command = crate::support::terminal::terminal(&folder.path, columns, &line)?;
    let (mut child, mut out, port) = crate::support::listener::start(&mut command);
    for body in bodies {
        let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
        let request = request("POST", "/", &[(name, &value)], body.as_bytes());
        crate::support::listener::ask(port, &request).expect("it is answered");
    }
    let mut text = String::new();
    out.read_to_string(&mut text).expect("it is UTF-8");
    crate::support::listener::wait(&mut child, crate::support::listener::PATIENCE);
    Some(text.replace('\r', ""))
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_not_overrun() {
    use unicode_width::UnicodeWidthStr as _;
    let folder = folder(&[]);
    let paid = || paid().replace("order-10417", "order-10417-again");
    let bodies = [
        paid(),
        paid().replacen("2874154", "5", 1).replace("271.42", "250"),
    ];
    for (columns, first) in [
        (
            80,
            &[
                "order-10417-again  249.95 EUR",
                "     signed  valid  → 200 in",
            ][..],
        ),
        (
            60,
            &[
                "order-10417-again",
                "     249.95 EUR  signed  valid  → 200 in",
            ],
        ),
    ] {
        let Some(out) = shown_on_terminal(&folder, columns, &bodies) else {
            return;
        };
        let lines: Vec<&str> = out.lines().collect();
        let at = lines
            .iter()
            .position(|line| line.contains("INVOICE_PAID  "))
            .expect(&out);
        assert!(lines[at].ends_with(first[0]), "{out}");
        assert!(lines[at + 1].starts_with(first[1]), "{out}");
        let wide = lines
            .iter()
            .find(|line| line.width() > usize::from(columns));
        assert_eq!(wide, None, "{out}");
        // Both headlines are on one screen.
        let shown = lines
            .iter()
            .filter(|line| line.contains("more lines (--body full)"));
        assert_eq!(shown.count(), 2, "{out}");
        let both = lines[at..]
            .iter()
            .skip(1)
            .position(|line| line.contains("INVOICE_PAID  "));
        assert!(both.expect(&out) < 12, "{out}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_folded_body_shows_the_event_the_order_and_its_money() {
    let folder = folder(&[]);
    let bodies = ["1", "2"].map(|number| paid().replacen("2874154", number, 1));
    let Some(shown) = shown_on_terminal(&folder, 80, &bodies) else {
        return;
    };
    let start = shown.find("  1  ").expect("the first delivery");
    let both = &shown[start..];
    assert!(both.lines().count() <= 24, "{both}");
    for text in [
        "\"eventType\": \"INVOICE_PAID\"",
        "\"externalId\": ",
        "\"fiatAmount\": 249.95",
        "\"realAmount\": 271.420",
        "more lines (--body full)",
    ] {
        assert_eq!(both.matches(text).count(), 2, "{text}: {both}");
    }
    assert!(!both.contains("requestId"), "{both}");
}

#[test]
fn a_loop_through_another_listener_is_cut_and_said_once() {
    let folder = folder(&[]);
    // Held, so that no other test gets it, until the first listener takes it.
    let (first, second) = (0..10)
        .find_map(|_| {
            let (port, held) = dead_port();
            let second = Listener::start(&folder.path, &format!("--format json --forward :{port}"));
            drop(held);
            let line = format!("{port} --forward :{} --format json", second.port);
            let ready = run_line(&folder.path, &format!("listen {line} --deadline 1ms"));
            (ready.code == 1).then(|| {
                let mut command = crate::support::tool(&folder.path, ["listen"]);
                (Listener::of(command.args(line.split(' '))), second)
            })
        })
        .expect("there is a free port");
    for number in 1..=3 {
        let body = paid().replacen("2874154", &number.to_string(), 1);
        assert_eq!(post(&first, &body), 508);
    }
    let lines = json_lines(&first.interrupt().out);
    assert_eq!(of_type(&lines, "delivery").len(), 3);
    let refused = of_type(&lines, "refused");
    assert_eq!(refused.len(), 1, "{lines:?}");
    assert_eq!(refused[0]["status"], 508);
    assert_eq!(of_type(&lines, "summary")[0]["refused"], 3);
    let lines = json_lines(&second.interrupt().out);
    assert_eq!(of_type(&lines, "delivery").len(), 3, "{lines:?}");
}

#[test]
fn an_address_may_be_given_with_the_port() {
    let folder = folder(&[]);
    for (address, host) in [
        (":0", "127.0.0.1"),
        ("localhost:0", "127.0.0.1"),
        ("127.0.0.1:0", "127.0.0.1"),
    ] {
        let ran = run(&folder.path, ["listen", address, "--deadline", "1ms"]);
        assert_eq!(ran.code, 1, "{address}: {}", ran.err);
        let ready = format!("listening on http://{host}:");
        assert!(ran.out.starts_with(&ready), "{address}: {}", ran.out);
    }
}
