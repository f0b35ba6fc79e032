//! What people paste beside a body: curl commands, the output of `curl -v`, lines of a log; and bodies that were wrapped or
//! cut off.

use super::{SAMPLES, SECRET, calypso, only, paid, verify};
use crate::support::listener::{DEVELOPMENT, Listener, signature};
use crate::support::{all, feed, folder, json_lines, payload, run, run_line, tool};
use serde_json::{Value, json};

/// The secret of the folder.
const FLAGS: [&str; 2] = ["--secret-file", "secret"];

/// Text in lines of 76 characters.
fn wrapped(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let lines: Vec<String> = chars.chunks(76).map(|line| line.iter().collect()).collect();
    lines.join("\n")
}

/// JSON on one line.
fn compact(body: &str) -> String {
    serde_json::from_str::<Value>(body).unwrap().to_string()
}

#[test]
fn the_provider_of_a_wrapped_body_is_found() {
    all(
        SAMPLES.map(|sample| (sample.1.to_owned(), sample)),
        |_, (provider, event, path)| {
            let body = compact(&payload(path));
            let (_, value) = signature(provider, SECRET, body.as_bytes());
            let folder = folder(&[("wrapped.json", &wrapped(&body)), ("secret", SECRET)]);
            let flags = [&["wrapped.json", "--signature", &value][..], &FLAGS].concat();
            let (code, line) = only(&folder, &flags);
            assert_eq!(
                (&line["provider"], &line["event"]),
                (&provider.into(), &event.into())
            );
            // Rehive does not sign the body, so nothing has to be undone.
            if provider == "rehive" {
                assert_eq!(code, 0, "{line}");
                return;
            }
            assert_eq!((code, &line["reason"]), (1, &"pasted".into()), "{line}");
            let said = line["explanation"].as_str().unwrap();
            assert!(
                said.starts_with("valid once the line breaks are removed"),
                "{said}"
            );
        },
    );
    // Another mistake beside the wrapping, and a body of which the event is not known.
    let (folder, body) = paid();
    let body = compact(&body);
    folder.write("wrapped.json", &wrapped(&body));
    let value = calypso(SECRET, &body).to_uppercase();
    let flags = [&["wrapped.json", "--signature", &value][..], &FLAGS].concat();
    let (_, line) = only(&folder, &flags);
    assert_eq!(line["reason"], "upper_case", "{line}");
    folder.write("other.json", "{\"a\": 1}\n");
    let value = calypso(SECRET, "{\"a\": 1}");
    let flags = [&["other.json", "--signature", &value][..], &FLAGS].concat();
    let (_, line) = only(&folder, &flags);
    assert_eq!(
        (&line["provider"], &line["reason"]),
        (&"calypso".into(), &"pasted".into())
    );
}

#[test]
fn a_curl_command_and_the_output_of_curl_are_read() {
    all(
        SAMPLES.map(|sample| (sample.1.to_owned(), sample)),
        |_, (provider, event, path)| {
            let body = payload(path).trim_end().to_owned();
            let (header, value) = signature(provider, SECRET, body.as_bytes());
            let sign = format!("{header}: {value}");
            let single = body.replace('\'', "'\\''");
            let double = body.replace('\\', "\\\\").replace('"', "\\\"");
            let length = body.len();
            let sent = format!(
                "*   Trying 127.0.0.1:8080...\n* Connected to 127.0.0.1\n> POST /hooks HTTP/1.1\n> Host: 127.0.0.1:8080\n\
                 > Accept: */*\n> {sign}\n> Content-Length: {length}\n>\n"
            );
            let answer = "* upload completely sent off\n< HTTP/1.1 401 Unauthorized\n< Content-Length: 2\n<\n{}\n* Closing\n";
            let raw = format!("POST /hooks HTTP/1.1\n{sign}\nContent-Length: {length}\n\n{body}\n");
            let quoted: String = raw.lines().map(|line| format!("> {line}\n")).collect();
            let command =
                format!("curl -v -H '{sign}' --data-raw '{single}' http://127.0.0.1:8080/hooks");
            for (name, text) in [
                ("a command", command.clone()),
                (
                    "a command with its output",
                    format!("$ {command}\n{sent}{answer}"),
                ),
                (
                    "lines and double quotation marks",
                    format!(
                        "curl http://127.0.0.1:8080/hooks \\\n  --header \"{sign}\" \\\n  --data \"{double}\"\n"
                    ),
                ),
                ("output with the body below", format!("{sent}{body}\n")),
                (
                    "output with the body inside",
                    format!("{sent}{body}\n{answer}"),
                ),
                ("a quotation", quoted),
            ] {
                let folder = folder(&[("paste.txt", &text), ("secret", SECRET)]);
                let flags = [&["verify", "paste.txt", "--format", "json"][..], &FLAGS].concat();
                let ran = run(&folder.path, flags);
                assert_eq!((ran.code, &*ran.err), (0, ""), "{name}: {}", ran.out);
                let line = &json_lines(&ran.out)[0];
                assert_eq!(
                    (&line["event"], &line["bytes"]),
                    (&event.into(), &length.into()),
                    "{name}"
                );
            }
        },
    );
}

#[test]
fn what_send_and_test_print_as_curl_is_read() {
    let folder = folder(&[("secret", DEVELOPMENT)]);
    let printed = run_line(
        &folder.path,
        "send --scenario underpaid --seed 1 --dry-run --as curl --secret-file secret",
    );
    let mut command = tool(&folder.path, ["verify", "-", "--format", "json"]);
    let ran = feed(command.args(FLAGS), printed.out.as_bytes());
    let valid = json_lines(&ran.out);
    let valid = valid.iter().filter(|line| line["verdict"] == "valid");
    assert_eq!((ran.code, valid.count()), (0, 5), "{}{}", ran.out, ran.err);

    // It accepts everything, so that the case fails.
    let listener = Listener::start(&folder.path, "");
    let line = format!(
        "test forge/wrong-secret --provider calypso --seed 1 --secret-file secret --to {} --format json",
        listener.port
    );
    let tested = run_line(&folder.path, &line);
    let lines = json_lines(&tested.out);
    let curl = lines.iter().find_map(|line| line["curl"].as_str());
    let curl = curl.unwrap_or_else(|| panic!("{}{}", tested.out, tested.err));
    // As it stands in the report, with its label.
    folder.write("report.txt", &format!("  curl      {curl}\n"));
    let (_, line) = only(&folder, &[&["report.txt"][..], &FLAGS].concat());
    assert_eq!(
        (&line["provider"], &line["verdict"]),
        (&"calypso".into(), &"invalid".into()),
        "{line}"
    );
}

#[test]
fn a_body_is_found_in_a_line_of_a_log_and_what_to_keep_of_several_is_said() {
    let (folder, body) = paid();
    let body = compact(&body);
    let value = calypso(SECRET, &body);
    let line = format!("2026-11-21T09:30:00Z INFO webhook body={body} status=401\n");
    folder.write("one.log", &line);
    folder.write("two.log", &line.repeat(2));
    let flags = [&["--signature", &value][..], &FLAGS].concat();
    let (code, one) = only(&folder, &[&["one.log"], &flags[..]].concat());
    assert_eq!(
        (code, &one["reason"], &one["event"]),
        (1, &"pasted".into(), &"calypso/INVOICE_PAID".into()),
        "{one}"
    );
    let said = one["explanation"].as_str().unwrap();
    assert!(
        said.starts_with("valid once the text before and after it is removed"),
        "{said}"
    );
    let (_, two) = only(&folder, &[&["two.log"], &flags[..]].concat());
    let said = two["fix"].as_str().unwrap();
    assert!(said.contains("keep the body of one delivery"), "{two}");
}

/// Texts that hold a part of a request, and what is said.
const INCOMPLETE: [(&str, &str, &str); 4] = [
    (
        "* Connected\n> POST /h HTTP/1.1\n> Sign: ab\n> Content-Length: 3\n>\n< HTTP/1.1 200 OK\n<\n{\"a\": 1}\n",
        "paste.txt: this looks like output of curl -v, which does not have the body",
        "put the body below them",
    ),
    (
        "curl -H 'Sign: ab' -d @body.json http://127.0.0.1:1/",
        "paste.txt: the body is not in the curl command",
        "give the file with the body",
    ),
    (
        "curl -H 'Sign: ab' -d '{\"a\": 1",
        "paste.txt: the curl command has a quotation mark without its counterpart",
        "copy the whole command",
    ),
    (
        "curl -H 'Sign: ab' http://127.0.0.1:1/",
        "paste.txt: the curl command has no body",
        "--data-raw",
    ),
];

#[test]
fn what_a_paste_lacks_is_said() {
    for (text, what, hint) in INCOMPLETE {
        let folder = folder(&[("paste.txt", text), ("secret", SECRET)]);
        let ran = verify(&folder, &[&["paste.txt"][..], &FLAGS].concat());
        assert_eq!((ran.code, &*ran.out), (2, ""), "{text}");
        let said = ran.err.contains(&format!("error: {what}")) && ran.err.contains(hint);
        assert!(said, "{}", ran.err);
    }
}

#[test]
fn a_body_that_is_cut_off_is_incomplete() {
    let (folder, body) = paid();
    let value = calypso(SECRET, &body);
    let short = compact(&body);
    let short_value = calypso(SECRET, &short);
    for (cut, value) in [
        (body[..body.len() - 2].to_owned(), &value),
        (body[..body.len() / 2].to_owned(), &value),
        (format!("{}...\n", &body[..body.len() * 3 / 4]), &value),
        (wrapped(&short[..short.len() - 20]), &short_value),
    ] {
        folder.write("cut.json", &cut);
        let flags = [&["cut.json", "--signature", value][..], &FLAGS].concat();
        let (code, line) = only(&folder, &flags);
        assert_eq!(
            (code, &line["reason"]),
            (1, &"body_cut_off".into()),
            "{cut}: {line}"
        );
        let said = line["explanation"].as_str().unwrap();
        assert!(
            said.contains(&format!("after {} bytes", cut.len())),
            "{said}"
        );
    }
    // One that is whole is not, even with a signature that nothing explains.
    let other = calypso("another secret", &body);
    let flags = [&["body.json", "--signature", &other][..], &FLAGS].concat();
    assert_eq!(only(&folder, &flags).1["reason"], "reformatted");
}

#[test]
fn a_delivery_is_read_however_its_headers_were_pasted() {
    let (folder, body) = paid();
    let body = body.as_str();
    let compact = compact(body);
    let (of_body, of_compact) = (calypso(SECRET, body), calypso(SECRET, &compact));
    for text in [
        format!("Sign: {of_body}\n{body}"),
        format!("{body}\nSign: {of_body}\n"),
        format!("```http\nPOST /hooks HTTP/1.1\nSign: {of_body}\n\n{body}\n```\n"),
        json!({"headers": {"sign": of_body}, "body": body}).to_string(),
        json!({"headers": {"sign": [of_body]}, "body": body, "url": "https://shop.test/hooks"})
            .to_string(),
        json!({"headers": [{"name": "Sign", "value": of_body}], "body": body}).to_string(),
        format!("{{\"headers\":{{\"sign\":\"{of_compact}\"}},\"body\":{compact}}}"),
    ] {
        folder.write("pasted.txt", &text);
        let (code, line) = only(&folder, &[&["pasted.txt"][..], &FLAGS].concat());
        assert_eq!(
            (code, &line["verdict"]),
            (0, &"valid".into()),
            "{text}\n{line}"
        );
    }
}

#[test]
fn a_reformatted_body_is_not_blamed_on_the_secret() {
    let (folder, body) = paid();
    // The zeros at the ends of amounts are lost.
    let parsed: Value = serde_json::from_str(&body).unwrap();
    folder.write(
        "pretty.json",
        &serde_json::to_string_pretty(&parsed).unwrap(),
    );
    let original = compact(&body).replace("271.42", "271.420000");
    let value = calypso(SECRET, &original);
    let flags = [&["pretty.json", "--signature", &value][..], &FLAGS].concat();
    let (code, line) = only(&folder, &flags);
    assert_eq!(
        (code, &line["reason"]),
        (1, &"reformatted".into()),
        "{line}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_line_end_that_a_terminal_needs_is_not_part_of_the_body() {
    use std::io::Write as _;
    let (folder, _) = paid();
    let body = "{\"id\":1,\"eventType\":\"INVOICE_PAID\",\"data\":{}}";
    let value = calypso(SECRET, body);
    let line = format!(
        "{} verify - --provider calypso --signature {value} --secret-file secret; echo code $?",
        env!("CARGO_BIN_EXE_inqud-hook")
    );
    let mut command = std::process::Command::new("script");
    command
        .args(["-qc", &line, "/dev/null"])
        .current_dir(&folder.path);
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped());
    let mut child = command.spawn().expect("util-linux has it");
    let mut typed = child.stdin.take().expect("it is piped");
    typed
        .write_all(format!("{body}\n\u{4}").as_bytes())
        .expect("it is read");
    let out = child.wait_with_output().expect("it ends").stdout;
    let out = String::from_utf8_lossy(&out).into_owned();
    assert!(
        out.contains("without the final newline") && out.contains("code 0"),
        "{out}"
    );
    // In a pipe it is one byte of the body.
    let flags = [
        "-",
        "--provider",
        "calypso",
        "--signature",
        &value,
        "--secret-file",
        "secret",
    ];
    let arguments = [&["verify"][..], &flags].concat();
    let input = format!("{body}\n");
    let piped = feed(&mut tool(&folder.path, arguments), input.as_bytes());
    assert_eq!(piped.code, 1, "{}", piped.out);
}
