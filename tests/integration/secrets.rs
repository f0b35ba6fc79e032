//! Secrets are never shown or recorded, in any encoding or place, and no output is a command to a CI runner.

use crate::support::endpoint::{Endpoint, answer, finish, read_request, send, sending, socket};
use crate::support::listener::{Listener, PATIENCE, listening, request};
use crate::support::{BAD, Folder, all, folder, gzip, json_lines, of_type, payload, run, run_line};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

/// Has a slash, which JSON may escape, and what differs between the two alphabets of base64.
const SECRET: &str = "Tok/en~s3cr3t~~~of-the?shop";

/// One that may stand in the name of a header.
const NAME: &str = "Tok.en~s3cr3t~~~of-the-shop";

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a text takes every write");
        hex
    })
}

fn percent(text: &str, which: impl Fn(usize) -> bool) -> String {
    text.char_indices()
        .map(|(at, char)| {
            if which(at) {
                format!("%{:02X}", char as u32)
            } else {
                char.into()
            }
        })
        .collect()
}

fn unicode(text: &str) -> String {
    text.chars()
        .map(|char| format!("\\u{:04x}", char as u32))
        .collect()
}

/// How a secret may be written within a longer text: what is sent, and parts of it, of which none may be seen.
fn forms(secret: &str) -> Vec<(&'static str, String, Vec<String>)> {
    let plain = |name, form: String| (name, form.clone(), vec![form]);
    let mut forms = vec![
        plain("as it is", secret.to_owned()),
        plain("hex", hex(secret)),
        plain("upper hex", hex(secret).to_uppercase()),
        plain("percent", percent(secret, |_| true)),
        plain("lower percent", percent(secret, |_| true).to_lowercase()),
        plain("partly percent", percent(secret, |at| at == 2)),
        plain(
            "percent as URLs need it",
            percent(secret, |at| !secret.as_bytes()[at].is_ascii_alphanumeric()),
        ),
        plain(
            "percent twice",
            percent(secret, |_| true).replace('%', "%25"),
        ),
    ];
    let named = ["base64", "base64 after one", "base64 after two"];
    let safely = [
        "URL-safe base64",
        "URL-safe base64 after one",
        "URL-safe base64 after two",
    ];
    for (before, (name, safe)) in named.into_iter().zip(safely).enumerate() {
        let text = format!("{}{secret};", &"ab"[..before]);
        // All but the ends, which say something of what stands around it, too.
        let core = |form: &str| vec![form[4..form.len() - 8].to_owned()];
        let (standard, url_safe) = (
            STANDARD.encode(&text),
            URL_SAFE.encode(&text).replace('=', ""),
        );
        assert_ne!(standard.replace('=', ""), url_safe, "the alphabets differ");
        let (standard_core, safe_core) = (core(&standard), core(&url_safe));
        forms.extend([(name, standard, standard_core), (safe, url_safe, safe_core)]);
    }
    forms
}

/// The same where it stands in JSON.
fn forms_in_json(secret: &str) -> Vec<(&'static str, String, Vec<String>)> {
    let plain = |name, form: String| (name, form.clone(), vec![form]);
    let mut all = forms(secret);
    all.extend([
        plain("escaped", unicode(secret)),
        plain(
            "in upper case",
            unicode(secret).to_uppercase().replace("\\U", "\\u"),
        ),
        plain("partly escaped", secret.replacen('k', "\\u006b", 1)),
        plain("a slash escaped", secret.replace('/', "\\/")),
        plain("percent, escaped", unicode(&percent(secret, |at| at == 2))),
        plain("escaped twice", unicode(secret).replace('\\', "\\\\")),
    ]);
    all
}

/// All texts of a JSON value.
fn texts(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) => all.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, all)),
        Value::Object(members) => {
            all.extend(members.keys().cloned());
            members.values().for_each(|value| texts(value, all));
        }
        _ => {}
    }
}

/// What a reader finds in an output: it as it is, what its JSON lines say, and what is behind their base64.
fn seen(out: &str) -> String {
    let mut all = Vec::new();
    for line in out.lines().filter(|line| line.starts_with('{')) {
        if let Ok(line) = serde_json::from_str(line) {
            texts(&line, &mut all);
        }
    }
    let unpacked: Vec<String> = all
        .iter()
        .filter_map(|text| STANDARD.decode(text).ok())
        .map(|bytes| {
            let mut text = Vec::new();
            let _ = std::io::copy(&mut flate2::read::GzDecoder::new(&bytes[..]), &mut text);
            format!(
                "{}\n{}",
                String::from_utf8_lossy(&bytes),
                String::from_utf8_lossy(&text)
            )
        })
        .collect();
    format!("{out}\n{}\n{}", all.join("\n"), unpacked.join("\n"))
}

/// A listener with these two secrets and that line of arguments.
fn listen(folder: &Folder, line: &str) -> Listener {
    let secrets = [
        ("INQUD_HOOK_SECRET_CALYPSO", SECRET),
        ("INQUD_HOOK_SECRET_INQUD", NAME),
    ];
    Listener::of(listening(&folder.path, line).envs(secrets))
}

/// A request with a secret in it.
struct Case {
    name: String,
    request: Vec<u8>,
    /// What may not be seen.
    hidden: Vec<String>,
}

fn case(place: &str, form: &str, request: Vec<u8>, hidden: Vec<String>) -> Case {
    Case {
        name: format!("{place}: {form}"),
        request,
        hidden,
    }
}

/// Every place, with every form that can stand there.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (form, text, hidden) in forms(SECRET) {
        for (place, target) in [
            ("query", format!("/?k={text}&beside=1")),
            ("path", format!("/beside/{text}/x")),
        ] {
            let hidden = hidden.clone();
            cases.push(case(
                place,
                form,
                request("POST", &target, &[], b"{}"),
                hidden.clone(),
            ));
            let place = format!("{place} of what is refused");
            cases.push(case(
                &place,
                form,
                request("PATCH", &target, &[], b"{}"),
                hidden,
            ));
        }
        let header = request(
            "POST",
            "/",
            &[("X-Beside", &format!("before {text}"))],
            b"{}",
        );
        cases.push(case("header", form, header, hidden));
    }
    let token = |char: char| char.is_ascii_alphanumeric() || "%-._~+".contains(char);
    for (form, text, hidden) in forms(NAME)
        .into_iter()
        .filter(|(_, text, _)| text.chars().all(token))
    {
        for spelling in [text.clone(), text.to_lowercase()] {
            let changed = |part: &String| {
                if spelling == text {
                    part.clone()
                } else {
                    part.to_lowercase()
                }
            };
            let name = format!("X-Beside-{spelling}-Token");
            let hidden = hidden.iter().map(changed).collect();
            cases.push(case(
                "name of a header",
                form,
                request("POST", "/", &[(&name, "1")], b"{}"),
                hidden,
            ));
        }
    }
    for (form, text, hidden) in forms_in_json(SECRET) {
        let paid = payload("calypso/samples/INVOICE_PAID.json");
        let bodies = [
            ("text", format!("{{\"note\": \"beside {text}.\"}}")),
            ("key", format!("{{\"beside {text}\": 1}}")),
            ("no JSON", format!("beside={text}&x")),
            (
                "value that a finding quotes",
                paid.replace("\"USDT_TRX\"", &format!("\"{text}\"")),
            ),
            (
                "value that is cut",
                paid.replace("\"USDT_TRX\"", &format!("\"{}{text}\"", "x".repeat(40))),
            ),
            (
                "field that a finding names",
                paid.replace("\"fiatCurrency\"", &format!("\"{text}\"")),
            ),
        ];
        for (place, body) in bodies {
            cases.push(case(
                place,
                form,
                request("POST", "/", &[], body.as_bytes()),
                hidden.clone(),
            ));
        }
        let body = format!("{{\"note\": \"beside {text}.\"}}");
        let zipped = request(
            "POST",
            "/",
            &[("Content-Encoding", "gzip")],
            &gzip(body.as_bytes()),
        );
        cases.push(case("compressed", form, zipped, hidden.clone()));
        let bytes = [b"\xff beside ", text.as_bytes()].concat();
        cases.push(case(
            "no text",
            form,
            request("POST", "/", &[], &bytes),
            hidden,
        ));
    }
    cases
}

/// The parts that would give a secret away in any form, were they read.
const TELLING: [&str; 3] = ["s3cr3t", "~~~of", "/en~s3"];

#[test]
fn what_comes_with_a_secret_in_it_is_shown_and_written_down_without() {
    let cases = cases();
    for flags in [
        "--body full",
        "--body full --color always",
        "--body changed",
        "--body none",
        "--format json",
    ] {
        let folder = folder(&[]);
        let listener = listen(&folder, &format!("{flags} --journal j.ndjson --sync none"));
        for case in &cases {
            let status = listener.ask(&case.request).status;
            assert!(matches!(status, 200 | 405), "{}: {status}", case.name);
        }
        let ran = listener.interrupt();
        let journal =
            fs::read_to_string(folder.path.join("j.ndjson")).expect("the journal is UTF-8");
        let (shown, written) = (seen(&format!("{}{}", ran.out, ran.err)), seen(&journal));
        // All of it is there but the secrets.
        assert!(
            journal.lines().count() > 150
                && written.matches("********").count() >= journal.lines().count()
        );
        assert!(shown.matches("********").count() > 100, "{}", ran.out);
        let telling = |text: &str| {
            let lines = text
                .lines()
                .filter(|line| TELLING.iter().any(|part| line.contains(part)));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            (telling(&shown), telling(&written)),
            (vec![], vec![]),
            "{flags}"
        );
        all(
            cases
                .iter()
                .map(|case| (format!("{flags}: {}", case.name), case)),
            |name, case| {
                for part in &case.hidden {
                    assert!(!shown.contains(part), "{name}: {part} is shown");
                    assert!(!written.contains(part), "{name}: {part} is written down");
                }
            },
        );
    }
}

#[test]
fn a_masked_capture_says_so_and_is_never_taken_for_what_came() {
    let paid = payload("calypso/samples/INVOICE_PAID.json");
    let told = paid.replace("Order 10417", SECRET);
    for flags in ["", "--keep-secrets"] {
        let folder = folder(&[]);
        let listener = listen(
            &folder,
            &format!("--format json --journal j.ndjson {flags}"),
        );
        let target = format!("/hooks?k={SECRET}");
        for (target, headers, body) in [
            ("/hooks", &[][..], paid.as_bytes()),
            (&target, &[], told.as_bytes()),
            (
                "/hooks",
                &[("Content-Encoding", "gzip")],
                &gzip(told.as_bytes()),
            ),
        ] {
            listener.ask(&request("POST", target, headers, body));
        }
        let shown = listener.next_of("delivery", 3);
        listener.interrupt();
        let text = fs::read_to_string(folder.path.join("j.ndjson")).expect("it is UTF-8");
        let written = json_lines(&text);
        let starred = told.replace(SECRET, "********");
        let fields = |line: &Value| line["masked"].clone();
        assert_eq!(
            shown.iter().map(fields).collect::<Vec<_>>(),
            [json!(null), json!(["target", "body"]), json!(["body"])]
        );
        assert_eq!(shown[1]["body"], starred);
        let ran = run_line(&folder.path, "validate j.ndjson --format json");
        let notes = json_lines(&ran.out)
            .iter()
            .filter(|line| line["rule"] == "masked-body")
            .count();
        let to = Endpoint::answering(200);
        let line = format!("replay j.ndjson --as-captured --to :{}", to.port);
        let replayed = run_line(&folder.path, &line);
        let came = to.take();
        assert_eq!(came.len(), 3, "{}", replayed.err);
        let note = "some deliveries were recorded with secrets replaced by stars, so they differ from what was received";
        if flags.is_empty() {
            assert_eq!(
                written.iter().map(fields).collect::<Vec<_>>(),
                shown.iter().map(fields).collect::<Vec<_>>()
            );
            assert_eq!(
                (&written[1]["body"], &written[2]["body"]),
                (&json!(starred), &json!(starred))
            );
            assert_eq!(
                (&written[1]["target"], &written[2]["compressed"]),
                (&json!("/hooks?k=********"), &json!(true))
            );
            assert_eq!(
                (notes, replayed.err.contains(note)),
                (2, true),
                "{}",
                replayed.err
            );
            assert_eq!(
                (came[2].text(), came[2].all("Content-Encoding").len()),
                (&*starred, 0)
            );
        } else {
            assert_eq!(
                (&written[1]["target"], &written[1]["body"]),
                (&json!(target), &json!(told))
            );
            assert_eq!(
                (notes, replayed.err.contains(note), text.contains("masked")),
                (0, false, false)
            );
            assert_eq!((came[1].path.as_str(), came[1].text()), (&*target, &*told));
            assert_eq!(came[2].body, gzip(told.as_bytes()));
        }
        // A masked delivery is still found where it is.
        for finding in shown
            .iter()
            .flat_map(|line| line["findings"].as_array().expect("it is a list"))
        {
            assert!(finding["offset"].as_u64() < Some(2_000), "{finding}");
        }
    }
}

#[test]
fn findings_of_a_masked_body_point_into_what_is_shown() {
    let folder = folder(&[]);
    let listener = listen(&folder, "--format json");
    let paid = payload("calypso/samples/INVOICE_PAID.json").replace("Order 10417", SECRET);
    listener.post(&[], paid.replace("\"USDT_TRX\"", "\"XYZ\"").as_bytes());
    let delivery = listener.delivery();
    let body = delivery["body"].as_str().expect("it is a text");
    assert!(
        body.contains("\"description\": \"********: trail"),
        "{body}"
    );
    let findings = delivery["findings"].as_array().expect("it is a list");
    let places = |finding: &Value| {
        let number = |name: &str| usize::try_from(finding[name].as_u64().expect(name)).expect(name);
        (
            body[number("offset")..][..number("length")].to_owned(),
            body.lines().nth(number("line") - 1).map(str::to_owned),
        )
    };
    let found: Vec<_> = findings.iter().map(places).collect();
    assert_eq!(
        found,
        [(
            "\"XYZ\"".to_owned(),
            Some("    \"currency\": \"XYZ\",".to_owned())
        )],
        "{findings:?}"
    );
}

#[test]
fn headers_that_carry_a_token_by_their_name_are_masked_and_signatures_are_not() {
    let confidential = [
        "Authorization",
        "Proxy-Authorization",
        "X-Forwarded-Authorization",
        "Cookie",
        "Set-Cookie",
        "X-Api-Key",
        "Api-Key",
        "x-apikey",
        "X-Auth-Token",
        "X-Access-Token",
        "X-CSRF-Token",
        "X-Xsrf-Token",
        "X-Goog-Api-Key",
        "Ocp-Apim-Subscription-Key",
        "X-Vault-Token",
        "X-Gitlab-Token",
        "Private-Token",
        "X-Amz-Security-Token",
        "X-Amzn-Oidc-Accesstoken",
        "X-Telegram-Bot-Api-Secret-Token",
        "X-Client-Secret",
        "X-Auth-Key",
        "X-Password",
        "Cf-Access-Jwt-Assertion",
        "Token",
    ];
    let open = [
        "Sign",
        "Key",
        "X-Payload-Digest",
        "Idempotency-Key",
        "X-Request-Id",
        "X-Tokens",
        "Secretary",
        "X-Acme-Token",
    ];
    // An own provider whose signature header has a name like that of a token.
    let files = crate::support::acme::FILES.map(|(name, text)| {
        (
            format!("mine/acme/{name}"),
            text.replace("header = \"X-Acme\"", "header = \"X-Acme-Token\""),
        )
    });
    let folder = folder(
        &files
            .each_ref()
            .map(|(name, text)| (name.as_str(), text.as_str())),
    );
    let listener = Listener::start(
        &folder.path,
        "--format json --journal j.ndjson --catalog mine",
    );
    let names = || {
        confidential
            .iter()
            .map(|name| (name, true))
            .chain(open.iter().map(|name| (name, false)))
    };
    names().for_each(|(name, _)| drop(listener.post(&[(name, "a-foreign-value")], b"{}")));
    let shown = listener.next_of("delivery", names().count());
    listener.interrupt();
    let written =
        json_lines(&fs::read_to_string(folder.path.join("j.ndjson")).expect("it is UTF-8"));
    for lines in [shown, written] {
        for ((name, masked), line) in names().zip(lines) {
            assert_eq!(
                line.to_string().contains("a-foreign-value"),
                !masked,
                "{name}: {line}"
            );
            assert_eq!(
                line["headers"].to_string().contains("********"),
                masked,
                "{name}: {line}"
            );
        }
    }
}

/// The two ways in which `send` shows what was answered.
const WAYS: [&str; 2] = ["--verbose", "--format json"];

#[test]
fn what_an_endpoint_sends_back_is_shown_without_secrets() {
    let token = |char: char| char.is_ascii_alphanumeric() || "%-._~+".contains(char);
    let names = forms(NAME)
        .into_iter()
        .filter(|(_, text, _)| text.chars().all(token));
    let cases = forms_in_json(SECRET)
        .into_iter()
        .map(|case| (SECRET, case))
        .chain(names.map(|case| (NAME, case)));
    let cases: Vec<_> = cases
        .map(|(secret, case)| (format!("{secret} {}", case.0), (secret, case)))
        .collect();
    crate::support::endpoint::all_at_once(cases, |name, (secret, (_, text, hidden))| {
        let folder = folder(&[("secret", secret)]);
        let header = format!("X-Beside-{text}");
        let named = if secret == NAME {
            vec![(header.as_str(), "1")]
        } else {
            Vec::new()
        };
        let value = format!("before {text}");
        let mut headers: Vec<(&str, &str)> = vec![("X-Beside", &value), ("Location", "/beside")];
        headers.extend(named);
        let lines: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let said = format!(
            "HTTP/1.1 401 No\r\n{lines}Connection: close\r\n\r\n{{\"note\": \"beside {text}\"}}"
        );
        let port = socket(move |mut stream| {
            read_request(&mut stream);
            let _ = stream.write_all(said.as_bytes());
        });
        for way in WAYS {
            let ran = send(
                &folder.path,
                &format!("INVOICE_PAID --to :{port} --secret-file secret {way}"),
            );
            let shown = seen(&format!("{}{}", ran.out, ran.err));
            assert!(
                ran.code == 1 && shown.matches("********").count() >= 2 && shown.contains("beside"),
                "{name}: {shown}"
            );
            for part in &hidden {
                assert!(
                    !shown.to_lowercase().contains(&part.to_lowercase()),
                    "{name}: {part} in {shown}"
                );
            }
            assert!(
                TELLING.iter().all(|part| !shown.contains(part)),
                "{name}: {shown}"
            );
        }
    });
}

#[test]
fn a_secret_at_the_cut_of_an_answer_is_not_shown_in_part() {
    let folder = folder(&[("secret", SECRET)]);
    for (before, form) in [1, 15, SECRET.len() - 1].into_iter().flat_map(|shown| {
        [SECRET.to_owned(), hex(SECRET), percent(SECRET, |_| true)]
            .map(|form| ((64 << 10) - shown, form))
    }) {
        let body = format!("{}{form}{}", "x".repeat(before), "y".repeat(9_000));
        let endpoint = Endpoint::new(move |_, _| answer(401, &[], &body));
        let ran = send(
            &folder.path,
            &format!(
                "INVOICE_PAID --to :{} --secret-file secret --format json",
                endpoint.port
            ),
        );
        let lines = json_lines(&ran.out);
        let response = &of_type(&lines, "delivery")[0]["response"];
        let shown = response["body"]
            .as_str()
            .expect("it is a text")
            .trim_start_matches('x');
        assert_eq!(
            (
                response["cut"].as_bool(),
                shown.trim_matches('*').trim_matches('y')
            ),
            (Some(true), ""),
            "{form}"
        );
        assert!(!shown.is_empty(), "{form}");
    }
}

#[test]
fn what_an_endpoint_sets_for_itself_is_not_shown() {
    let folder = folder(&[]);
    let endpoint = Endpoint::new(|_, _| {
        answer(
            401,
            &[
                ("Set-Cookie", "session=their-own-value"),
                ("X-CSRF-Token", "their-own-value"),
                ("X-Open", "seen"),
            ],
            "",
        )
    });
    for way in WAYS {
        let ran = send(
            &folder.path,
            &format!("INVOICE_PAID --to :{} {way}", endpoint.port),
        );
        assert!(
            ran.out.contains("seen") && !ran.out.contains("their-own-value"),
            "{}",
            ran.out
        );
    }
}

#[test]
fn a_secret_that_the_user_typed_himself_is_sent_and_not_shown() {
    let folder = folder(&[
        ("secret", SECRET),
        (
            "inqud-hook.toml",
            "[secrets]\ndefault = { file = \"secret\" }\n",
        ),
        ("body", &format!("{{\"note\": \"{SECRET}\"}}")),
    ]);
    let endpoint = Endpoint::answering(401);
    let query = format!("k={}", percent(SECRET, |at| at == 3));
    let to = format!("127.0.0.1:{}/hook?{query}", endpoint.port);
    let usual = "--scheme calypso";
    let ways = [
        "INVOICE_PAID",
        "INVOICE_PAID --format json",
        "INVOICE_PAID --count 2",
        "INVOICE_PAID --count 2 --format json",
        "--body body",
        "INVOICE_PAID --dry-run",
        "--body body --dry-run",
        "--body body --as curl",
        "--body body --as k6",
        "--body body --as locust",
        "--body body --as vegeta",
        "--body body --as hurl",
        "--body body --as har",
    ];
    for way in ways {
        let header = format!("Sign: {SECRET}");
        let line = format!("{way} {usual} --to {to}");
        let arguments = line.split_whitespace().chain(["--header", &header]);
        let ran = finish(
            sending(&folder.path, arguments)
                .spawn()
                .expect("the binary starts"),
            PATIENCE,
        );
        let shown = seen(&format!("{}{}", ran.out, ran.err));
        assert!(shown.contains("hook?k=********"), "{way}: {shown}");
        assert!(
            TELLING.iter().all(|part| !shown.contains(part)),
            "{way}: {shown}"
        );
        let came = endpoint.take();
        assert_eq!(
            came.is_empty(),
            way.contains("--as") || way.contains("--dry-run"),
            "{way}"
        );
        for came in came {
            assert_eq!(
                (&*came.path, came.header("Sign")),
                (&*format!("/hook?{query}"), SECRET)
            );
        }
    }
    // Without a target our own receiver shows what is wrong with the body.
    let ran = send(&folder.path, &format!("--body body {usual}"));
    assert!(
        ran.out.contains("********") && TELLING.iter().all(|part| !ran.out.contains(part)),
        "{}",
        ran.out
    );
    for flags in [
        "send INVOICE_PAID --secret-file secret --to",
        "listen 0 --secret-file secret --forward",
    ] {
        let remote = format!("http://192.0.2.1:1/?{query}");
        let ran = run(&folder.path, flags.split(' ').chain([&*remote]));
        assert_eq!(
            (ran.code, ran.err.contains("********")),
            (2, true),
            "{}",
            ran.err
        );
        assert!(
            TELLING.iter().all(|part| !ran.err.contains(part)),
            "{}",
            ran.err
        );
    }
    // A target that leads back to the listener.
    let own = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|free| free.local_addr())
        .expect("there is a free port");
    for flags in ["", "--forward-timeout 1s", "--insecure"] {
        let line = format!("listen {} --secret-file secret {flags}", own.port());
        let loops = format!("--forward=http://{own}/hook?{query}");
        let ran = run(&folder.path, line.split_whitespace().chain([&*loops]));
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(
            ran.err
                .contains("hook?k=******** leads back to this listener")
                && TELLING.iter().all(|part| !ran.err.contains(part)),
            "{}",
            ran.err
        );
    }
    for flags in ["", "--format json"] {
        let line = format!("--secret-file secret --forward {to} --count 1 {flags}");
        let listener = Listener::start(&folder.path, &line);
        listener.post(&[], b"{}");
        let ran = listener.finish();
        assert!(
            ran.out.contains("hook?k=********")
                && TELLING.iter().all(|part| !ran.out.contains(part)),
            "{}",
            ran.out
        );
    }
}

/// Lines that the runner of a pipeline would obey.
fn commands(out: &str) -> Vec<&str> {
    out.split(['\n', '\r'])
        .filter(|line| line.trim_start().starts_with("::") || line.contains("##["))
        .collect()
}

#[test]
fn nothing_that_others_say_is_a_command_to_a_pipeline() {
    let said = "::stop-commands::x\n  ::error::a\r\n\u{a0}::debug::b\n##[error]c\n\t::group::d ##[group]e\n";
    let long = format!("{}{said}", "z".repeat(80));
    let value = "::notice::f ##[section]g";
    let folder = folder(&[
        ("::error::h.json", BAD),
        ("odd.json", "##[error]i"),
        ("text.json", said),
    ]);
    let endpoint = Endpoint::new(move |_, _| answer(500, &[("X-Value", value)], said));
    for flags in ["", "--format json", "--retry --time-scale 1e9"] {
        let ran = send(
            &folder.path,
            &format!("INVOICE_PAID --to :{} {flags}", endpoint.port),
        );
        assert!(
            ran.out.contains("stop-commands") && ran.out.contains("[error]c"),
            "{}",
            ran.out
        );
        assert_eq!(commands(&(ran.out + &ran.err)), [""; 0], "{flags}");
    }
    let quoted = json!({"eventType": "::a::", "##[error]": [value, said]}).to_string();
    let paid = payload("calypso/samples/INVOICE_PAID.json");
    let paid = paid
        .replace("\"USDT_TRX\"", "\"##[error]\\n::error::j\"")
        .replace("fiatCurrency", "::warning::k##[l]");
    for flags in [
        "--body full",
        "--body full --color always",
        "--body changed",
        "--format json",
        "--body none",
    ] {
        let listener = Listener::start(&folder.path, flags);
        for body in [said, &long, &quoted, "##[error]m", "[##[error]n", &paid] {
            listener.post(&[("X-Value", value)], body.as_bytes());
        }
        listener.ask(&request("PATCH", "/::error::o", &[], b""));
        let ran = listener.interrupt();
        assert_eq!(commands(&(ran.out + &ran.err)), [""; 0], "{flags}");
    }
    for line in [
        "::error::h.json --verbose",
        "odd.json",
        "text.json",
        "odd.json --format json",
        "odd.json --format sarif",
        "odd.json --format junit",
        "text.json --format json",
    ] {
        let ran = run_line(&folder.path, &format!("validate {line}"));
        assert_eq!(
            (ran.code, commands(&(ran.out + &ran.err))),
            (1, vec![]),
            "{line}"
        );
    }
    let ran = run(&folder.path, ["validate", "a\n::error::p ##[q]"]);
    assert_eq!((ran.code, commands(&(ran.out + &ran.err))), (2, vec![]));
    for form in [
        "--dry-run",
        "--as curl",
        "--as k6",
        "--as locust",
        "--as vegeta",
        "--as hurl",
        "--as har",
    ] {
        let ran = send(
            &folder.path,
            &format!("--body text.json --scheme none {form}"),
        );
        assert_eq!(
            (ran.code, commands(&(ran.out + &ran.err))),
            (0, vec![]),
            "{form}"
        );
    }
}

#[test]
fn a_login_of_the_target_is_hidden_in_the_heading_as_in_the_lines() {
    let (folder, endpoint) = (folder(&[]), Endpoint::answering(200));
    for flags in ["INVOICE_PAID", "--scenario calypso/paid"] {
        let line = format!(
            "{flags} --order-id {NAME} --to http://shop:{NAME}@127.0.0.1:{}/",
            endpoint.port
        );
        let ran = send(&folder.path, &line);
        let shown = format!("{}{}", ran.out, ran.err);
        assert!(
            ran.code == 0 && shown.contains("********"),
            "{flags}: {shown}"
        );
        assert!(
            TELLING.iter().all(|part| !shown.contains(part)),
            "{flags}: {shown}"
        );
    }
}
