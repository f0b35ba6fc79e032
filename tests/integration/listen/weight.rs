//! What a single delivery may cost: bodies of the default largest size that are made to fill the memory, the output or
//! the time of `listen`, and lists, which no provider sends.

use crate::support::listener::{DEVELOPMENT, Listener, listening, request, start};
use crate::support::{all, folder, json_lines, of_type, payload, peak_memory, run_line};
use serde_json::Value;
use std::fs;
use std::process::Command;

/// The default limit of a body, in bytes.
const MOST: usize = 1 << 20;

fn paid() -> String {
    payload("calypso/samples/INVOICE_PAID.json")
}

/// A list of this many bodies.
fn list(body: &str, count: usize) -> String {
    format!("[{}]", vec![body; count].join(","))
}

/// An object of as many members as fit, each made of its number, behind the given members.
fn object(first: &str, member: impl Fn(usize) -> String) -> String {
    let mut text = format!("{{{first}");
    for at in 0.. {
        let member = member(at);
        if text.len() + member.len() + 2 > MOST {
            return text + "}";
        }
        text += if at == 0 && first.is_empty() { "" } else { "," };
        text += &member;
    }
    text
}

/// Bodies that would cost far more than their size without limits.
fn heavy() -> Vec<(&'static str, String)> {
    const ORDER: &str = r#""id":"CCO-1","status":"NEW""#;
    let within = |before: &str, item: &str, after: &str| {
        let count = (MOST - before.len() - after.len()) / (item.len() + 1);
        format!("{before}{}{after}", vec![item; count].join(","))
    };
    let long = "k".repeat(MOST / 2);
    let deep = |depth| format!("{{{ORDER},\"x\":{}", "[".repeat(depth));
    vec![
        ("a list of empty objects", within("[", "{}", "]")),
        ("a list of numbers", within("[", "1", "]")),
        (
            "a list of bad bodies",
            within("[", r#"{"id":"CCO-1","status":7}"#, "]"),
        ),
        (
            "a list of lists",
            within("[", &format!("{}{}", "[".repeat(99), "]".repeat(99)), "]"),
        ),
        ("many fields", object(ORDER, |at| format!("\"{at:x}\":1"))),
        (
            "one field again and again",
            object(ORDER, |_| r#""a":1"#.to_owned()),
        ),
        (
            "one field with an escape in its name",
            object(ORDER, |_| r#""\u006b1":1"#.to_owned()),
        ),
        (
            "a listed object again and again",
            object(r#""eventType":"INVOICE_PAID""#, |_| {
                r#""data":{}"#.to_owned()
            }),
        ),
        (
            "a list of objects in a body",
            within(
                r#"{"data":{"id":"1","status":"paid","payment_processor_quotes":["#,
                "{}",
                "]}}",
            ),
        ),
        (
            "a list of numbers where objects belong",
            within(
                r#"{"data":{"id":"1","status":"paid","payment_processor_quotes":["#,
                "1",
                "]}}",
            ),
        ),
        (
            "findings below a long name",
            within(&format!("{{{ORDER},\"{long}\":["), "1e400", "]}"),
        ),
        (
            "an event's name in escapes",
            format!("{{\"eventType\":\"{}\"}}", "\\u0041".repeat(MOST / 6 - 10)),
        ),
        (
            "a field's name in escapes",
            format!("{{{ORDER},\"{}\":1}}", "\\u0041".repeat(MOST / 6 - 10)),
        ),
        (
            "halves of characters",
            within(&format!("{{{ORDER},\"x\":\""), "\\ud800", "\"}"),
        ),
        (
            "items deep down",
            within(&deep(120), "1", &format!("{}}}", "]".repeat(120))),
        ),
        (
            "what becomes longer when it is shown",
            format!("\"{}", "\u{1}".repeat(MOST - 1)),
        ),
    ]
}

/// A run with a limit of its address space, in KiB.
fn limited(command: &Command, kibibytes: usize) -> Command {
    let mut limited = Command::new("sh");
    limited.args([
        "-c",
        &format!("ulimit -v {kibibytes} && exec \"$0\" \"$@\""),
    ]);
    limited
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear();
    limited.current_dir(command.get_current_dir().expect("it runs in a folder"));
    limited
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped());
    limited.stderr(std::process::Stdio::piped());
    limited
}

#[cfg(target_os = "linux")]
#[test]
fn no_delivery_of_the_usual_size_ends_a_listener_with_little_memory() {
    let folder = folder(&[]);
    let flags = ["--format json", "--body full --color always"];
    all(flags.map(|flags| (flags.to_owned(), flags)), |_, flags| {
        let listener = Listener::of(&mut limited(&listening(&folder.path, flags), 160 << 10));
        let heavy = heavy();
        for (name, body) in &heavy {
            assert!(
                (MOST * 9 / 10..=MOST).contains(&body.len()),
                "{name}: {} bytes",
                body.len()
            );
            assert_eq!(listener.post(&[], body.as_bytes()).status, 200, "{name}");
            assert_eq!(
                listener
                    .post_signed("calypso", DEVELOPMENT, paid().as_bytes())
                    .status,
                200,
                "after {name}"
            );
            if flags == "--format json" {
                let line = listener.line();
                let delivery: Value = serde_json::from_str(&line).expect("it is JSON");
                assert_eq!(delivery["valid"], false, "{name}");
                assert!(
                    line.len() < 16 << 20,
                    "{name}: {} bytes are said of it",
                    line.len()
                );
                assert!(
                    delivery["findings"].as_array().unwrap().len() < 3_010,
                    "{name}"
                );
                assert_eq!(listener.delivery()["valid"], true, "after {name}");
            }
        }
        let ran = listener.interrupt();
        assert_eq!(ran.code, 130, "{}", ran.err);
        assert!(
            ran.out.contains("calypso/INVOICE_PAID"),
            "{}",
            ran.out.len()
        );
    });
}

#[test]
fn a_list_of_more_bodies_than_are_looked_at_is_not_valid() {
    let folder = folder(&[]);
    let compact = serde_json::from_str::<Value>(&paid()).unwrap().to_string();
    let listener = Listener::start(&folder.path, "--format json --body none --strict");
    for (count, more) in [
        (1, None),
        (100, None),
        (101, Some("1 more body in")),
        (150, Some("50 more bodies in")),
    ] {
        let text = list(&compact, count);
        let answered = listener.post_signed("calypso", DEVELOPMENT, text.as_bytes());
        assert_eq!(
            answered.status,
            if more.is_some() { 422 } else { 200 },
            "{count}"
        );
        let line = listener.delivery();
        assert_eq!(
            (&line["valid"], &line["event"]),
            (&more.is_none().into(), &"calypso/INVOICE_PAID".into())
        );
        let findings = line["findings"].as_array().unwrap();
        assert_eq!(
            findings.len(),
            usize::from(more.is_some()),
            "{count}: {line}"
        );
        if let Some(more) = more {
            let finding = &findings[0];
            let message = finding["message"].as_str().unwrap();
            assert!(message.starts_with(more), "{message}");
            assert_eq!(
                (&finding["rule"], &finding["pointer"]),
                (&"too-many-values".into(), &"/100".into())
            );
            assert_eq!(finding["offset"], 1 + 100 * (compact.len() + 1));
            assert_eq!(finding["label"], "only the first 100 are checked");
        }
        fs::write(folder.path.join("list.json"), text).unwrap();
        let ran = run_line(
            &folder.path,
            "send --body list.json --format json --scheme calypso",
        );
        assert_eq!(
            ran.code,
            i32::from(more.is_some()),
            "the receiver of send looks at no more: {}",
            ran.out
        );
        let ran = run_line(&folder.path, "validate list.json");
        assert_eq!(ran.code, 0, "a file may have long lists: {}", ran.out);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_waits_to_be_printed_is_weighed_with_what_was_found_in_it() {
    let folder = folder(&[]);
    // Nobody reads what it prints.
    let (mut child, _out, port) = start(&mut listening(&folder.path, "--format json --body none"));
    // Six kilobytes, in which a thousand findings take three hundred.
    let body = format!("{{{}}}", vec![r#""a":1"#; 1_001].join(","));
    let request = request(
        "POST",
        "/",
        &[("Connection", "keep-alive")],
        body.as_bytes(),
    );
    let mut stream = crate::support::listener::connect(port);
    let mut post = || {
        std::io::Write::write_all(&mut stream, &request).unwrap();
        crate::support::listener::read_answer(&mut stream, false)
            .expect("it is answered")
            .status
    };
    assert_eq!(post(), 200);
    let before = peak_memory(child.id()).expect("Linux says");
    for _ in 0..300 {
        assert_eq!(post(), 200);
    }
    let more = peak_memory(child.id()).expect("Linux says") - before;
    assert!(more < 24 << 20, "{} MiB more", more >> 20);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn what_changes_is_found_without_keeping_where_each_value_stands() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--body changed");
    let about = |at: u32, value: &str| {
        let long = format!(
            "{{\"{}\":[{}],",
            "k".repeat(22_000),
            vec![value; 21_000].join(",")
        );
        paid()
            .replacen('{', &long, 1)
            .replace("e38a4b0d", &format!("{at:08x}"))
    };
    listener.post(&[], paid().as_bytes());
    let before = peak_memory(listener.id()).expect("Linux says");
    for (at, value) in [(1, "0"), (1, "1"), (2, "0"), (3, "0"), (3, "0")] {
        let body = about(at, value);
        assert!(
            body.len() < 64 << 10,
            "{} bytes: larger ones are not compared",
            body.len()
        );
        assert_eq!(listener.post(&[], body.as_bytes()).status, 200);
    }
    // Where nearly all has changed, the body is shown as it is.
    let mut shown = 0;
    while shown < 4 {
        shown += usize::from(listener.line().contains("kkkk\": ["));
    }
    while !listener.line().contains("unchanged") {}
    let more = peak_memory(listener.id()).expect("Linux says") - before;
    assert!(more < 32 << 20, "{} MiB more", more >> 20);
}

#[test]
fn a_file_may_have_a_long_list_and_what_is_said_of_it_stays_short() {
    let folder = folder(&[]);
    let count = (MOST - 2) / 3;
    fs::write(folder.path.join("list.json"), list("{}", count)).unwrap();
    for (format, most) in [("human", 2), ("json", 12), ("junit", 12)] {
        let ran = run_line(
            &folder.path,
            &format!("validate list.json --format {format}"),
        );
        assert_eq!(ran.code, 1);
        assert!(
            ran.out.len() < most << 20,
            "{format}: {} bytes",
            ran.out.len()
        );
        let said = format!(
            "{} more bodies in this list were not checked",
            count - 50_000
        );
        assert!(ran.out.contains(&said), "{format}");
        assert!(
            ran.out.contains("49000 more findings in this list"),
            "{format}"
        );
        if format == "json" {
            let lines = json_lines(&ran.out);
            let summary = of_type(&lines, "summary")[0];
            // All that were looked at, and the first that was not.
            assert_eq!(
                (&summary["bodies"], &summary["invalid"]),
                (&50_001.into(), &50_001.into())
            );
            assert_eq!(
                (&summary["errors"], &summary["warnings"]),
                (&50_001.into(), &1.into())
            );
            let bodies = of_type(&lines, "body");
            assert!(bodies.iter().all(|body| body["errors"] == 1) && bodies.len() == 50_001);
        }
        if format == "junit" {
            assert_eq!(
                ran.out.matches("<failure").count(),
                50_001,
                "every body that is counted as failed has failed"
            );
        }
    }
}
