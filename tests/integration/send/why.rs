//! `--why`: an endpoint that refuses what the provider signs is asked what it verifies instead.

use crate::support::endpoint::{Came, Endpoint, answer, scrubbed, send, snapshot};
use crate::support::listener::signature;
use crate::support::{folder, json_lines, of_type};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

const SECRET: &str = "hush";

/// A server of Node that verifies JSON that it printed again, as in most tutorials.
const REPRINTS: &str = "
const { createHmac } = require('crypto');
const server = require('http').createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(pieces).toString());
    const digest = createHmac('sha512', 'hush').update(JSON.stringify(body)).digest('hex');
    response.statusCode = request.headers.sign === digest ? 200 : 401;
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
";

/// The same on Express, which FRAMEWORKS has.
const EXPRESS: &str = "
const { createHmac } = require('crypto');
const express = require(process.env.FRAMEWORKS + '/node_modules/express');
const app = express();
app.post('/hook', express.json(), (request, response) => {
  const digest = createHmac('sha512', 'hush').update(JSON.stringify(request.body)).digest('hex');
  response.sendStatus(request.get('Sign') === digest ? 200 : 401);
});
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
";

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// That server, and its port.
fn reprinting(script: &str) -> (Running, u16) {
    let mut server = Command::new("node")
        .args(["-e", script])
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node is installed");
    let out = server.stdout.take().expect("it is piped");
    let server = Running(server);
    let mut line = String::new();
    BufReader::new(out)
        .read_line(&mut line)
        .expect("it says its port");
    (server, line.trim().parse().expect("a port is a number"))
}

/// An endpoint that accepts what the check accepts.
fn checking(accepts: impl Fn(&Came) -> bool + Send + Sync + 'static) -> Endpoint {
    Endpoint::new(move |_, came| answer(if accepts(came) { 200 } else { 401 }, &[], ""))
}

fn first<'c>(came: &'c Came, name: &str) -> &'c str {
    came.all(name).first().copied().unwrap_or_default()
}

#[test]
#[ignore = "needs what .ci/run installs"]
fn express_is_diagnosed_by_sending_alone() {
    if std::env::var_os("FRAMEWORKS").is_none() {
        return;
    }
    let (folder, (_server, port)) = (folder(&[("secret", SECRET)]), reprinting(EXPRESS));
    let line = format!("INVOICE_PAID --secret-file secret --to :{port}/hook");
    // The hint leads to the flag, and the flag to the mistake.
    let first = send(&folder.path, &line);
    assert_eq!(first.code, 1, "{}", first.out);
    assert!(first.out.contains("--why"), "{}", first.out);
    let why = send(&folder.path, &format!("{line} --why --format json"));
    let lines = json_lines(&why.out);
    let delivery = of_type(&lines, "delivery")[0];
    assert_eq!(delivery["why"]["reason"], "body_reprinted", "{delivery}");
}

#[test]
fn a_server_that_prints_json_again_is_told_so() {
    let (folder, (_server, port)) = (folder(&[("secret", SECRET)]), reprinting(REPRINTS));
    let line = format!("INVOICE_PAID --seed 1 --secret-file secret --why --to :{port}/hook");
    let human = send(&folder.path, &line);
    assert_eq!(human.code, 1);
    snapshot(
        "why",
        &scrubbed(&format!("{}---\n{}", human.err, human.out), port),
    );
    let machine = send(&folder.path, &format!("{line} --format json"));
    let lines = json_lines(&machine.out);
    let deliveries = of_type(&lines, "delivery");
    assert_eq!(deliveries.len(), 1, "what is asked is not reported");
    let why = &deliveries[0]["why"];
    assert_eq!(why["reason"], "body_reprinted");
    assert!(
        why["explanation"]
            .as_str()
            .unwrap()
            .contains("re-serialised")
    );
    assert!(why["fix"].is_string());
    let hint = deliveries[0]["hint"].as_str().unwrap_or_default();
    assert!(hint.contains("inqud-hook verify --example node --provider calypso"));
}

#[test]
fn each_mistake_of_a_handler_is_named() {
    let folder = folder(&[("secret", SECRET)]);
    type Check = fn(&Came) -> bool;
    let cases: [(&str, Check); 6] = [
        ("other_header", |came| {
            first(came, "X-Signature") == signature("calypso", SECRET, &came.body).1
        }),
        ("other_provider", |came| {
            let development = "inqud-hook-development-secret";
            first(came, "X-Payload-Digest") == signature("inqud", development, &came.body).1
        }),
        ("upper_case", |came| {
            first(came, "Sign") == signature("calypso", SECRET, &came.body).1.to_uppercase()
        }),
        ("secret_itself", |came| first(came, "Sign") == SECRET),
        ("secret_padded", |came| {
            first(came, "Sign") == signature("calypso", "hush\n", &came.body).1
        }),
        ("body_newline", |came| {
            let longer = [&came.body[..], b"\n"].concat();
            first(came, "Sign") == signature("calypso", SECRET, &longer).1
        }),
    ];
    let mut said = String::new();
    for (reason, accepts) in cases {
        let endpoint = checking(accepts);
        let ran = send(
            &folder.path,
            &format!(
                "INVOICE_PAID --secret-file secret --why --format json --to :{}",
                endpoint.port
            ),
        );
        assert_eq!(ran.code, 1, "{reason}");
        let lines = json_lines(&ran.out);
        let why = &of_type(&lines, "delivery")[0]["why"];
        assert_eq!(why["reason"], reason, "{}", ran.out);
        said += &format!(
            "{reason}\n  {}\n  {}\n",
            why["explanation"].as_str().unwrap(),
            why["fix"].as_str().unwrap()
        );
        assert!(!ran.out.contains(SECRET), "{}", ran.out);
    }
    snapshot("why_each", &said);
}

#[test]
fn an_endpoint_that_accepts_nothing_is_asked_once() {
    let folder = folder(&[("secret", SECRET)]);
    let endpoint = Endpoint::answering(401);
    let line = format!(
        "--scenario underpaid --keep-going --seed 1 --secret-file secret --to :{}",
        endpoint.port
    );
    let without = send(&folder.path, &line);
    assert!(without.out.contains("--why finds out"), "{}", without.out);
    let steps = endpoint.take().len();
    let with = send(&folder.path, &format!("{line} --why"));
    assert_eq!(with.code, 1);
    assert!(with.out.contains("wrong ways of signing"), "{}", with.out);
    assert!(!with.out.contains("why:"), "{}", with.out);
    let came = endpoint.take();
    // Each wrong way once, and the right one before them.
    let asked = came.len() - steps;
    assert!((50..600).contains(&asked), "{asked} deliveries");
    let spelled: Vec<&Came> = came
        .iter()
        .filter(|came| came.text().contains(" : "))
        .collect();
    assert_eq!(spelled.len(), asked);
    let right = signature("calypso", SECRET, &spelled[0].body).1;
    assert_eq!(spelled[0].header("Sign"), right);
}

#[test]
fn an_endpoint_is_not_asked_for_nothing() {
    let folder = folder(&[("secret", SECRET)]);
    // A refusal for another reason, and one that a framework makes.
    let endpoint = Endpoint::new(|number, _| answer(if number == 0 { 403 } else { 200 }, &[], ""));
    let line = format!(
        "INVOICE_PAID --secret-file secret --why --to :{}",
        endpoint.port
    );
    let ran = send(&folder.path, &line);
    assert_eq!((ran.code, endpoint.take().len()), (1, 2));
    assert!(ran.out.contains("it is not the signature"), "{}", ran.out);
    let port = endpoint.port;
    for (flags, words) in [
        ("", "--why asks your endpoint, and there is none"),
        (
            " --to http://192.0.2.1/ --allow-remote",
            "only endpoints on this machine",
        ),
        (
            &format!(" --to :{port} --scheme none"),
            "this run makes none",
        ),
        (
            &format!(" --to :{port} --header Sign:x"),
            "this run makes none",
        ),
    ] {
        let ran = send(&folder.path, &format!("INVOICE_PAID --why{flags}"));
        assert_eq!(ran.code, 2, "{flags}");
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    assert_eq!(endpoint.take().len(), 0);
}

#[test]
fn a_secret_that_was_accepted_is_not_blamed() {
    let folder = folder(&[]);
    let endpoint = Endpoint::new(|number, _| answer(if number == 0 { 200 } else { 401 }, &[], ""));
    let ran = send(
        &folder.path,
        &format!("--scenario underpaid --to :{}", endpoint.port),
    );
    assert!(ran.out.contains("so the secret is right"), "{}", ran.out);
    assert!(!ran.out.contains("same secret ("), "{}", ran.out);
}

#[test]
fn a_refusal_by_a_framework_has_its_own_hint() {
    let folder = folder(&[]);
    let mut said = String::new();
    for (status, header, body) in [
        (419, ("Server", "x"), "Page Expired"),
        (
            403,
            ("Server", "x"),
            "CSRF verification failed. Request aborted.",
        ),
        (
            422,
            ("Server", "x"),
            "ActionController::InvalidAuthenticityToken",
        ),
        (405, ("X-Powered-By", "Next.js"), ""),
        (413, ("X-Powered-By", "Express"), "request entity too large"),
    ] {
        let endpoint = Endpoint::new(move |_, _| answer(status, &[header], body));
        let ran = send(
            &folder.path,
            &format!("INVOICE_PAID --format json --to :{}", endpoint.port),
        );
        let lines = json_lines(&ran.out);
        let hint = of_type(&lines, "delivery")[0]["hint"].as_str().unwrap();
        said += &format!("{status}\n  {hint}\n");
    }
    snapshot("frameworks", &said);
}

#[test]
fn a_handler_that_checks_no_signature_is_told_that_anyone_can_forge() {
    let folder = folder(&[("secret", SECRET)]);
    type Check = fn(&Came) -> bool;
    let cases: [(&str, Check); 3] = [
        ("X-Signature carries any 128 hex digits", |came| {
            !came.all("X-Signature").is_empty()
        }),
        ("Sign carries any 64 hex digits", |came| {
            first(came, "Sign").len() == 64
        }),
        // The wrong way round.
        ("Sign carries any 128 hex digits", |came| {
            first(came, "Sign") != signature("calypso", SECRET, &came.body).1
        }),
    ];
    for (what, accepts) in cases {
        let endpoint = checking(accepts);
        let line = format!(
            "INVOICE_PAID --secret-file secret --why --to :{}",
            endpoint.port
        );
        let ran = send(&folder.path, &line);
        assert_eq!(ran.code, 1, "{what}");
        let said = format!(
            "why: the endpoint accepts a delivery when {what}: it does not check the signature, so anyone can forge one\n"
        );
        assert!(ran.out.contains(&said), "{}", ran.out);
        let warning = "warning: your endpoint accepts forged deliveries";
        assert!(ran.out.contains(warning), "{}", ran.out);
        let machine = send(&folder.path, &format!("{line} --format json"));
        let lines = json_lines(&machine.out);
        let why = &of_type(&lines, "delivery")[0]["why"];
        assert_eq!(why["reason"], "not_checked", "{why}");
    }
}

#[test]
fn a_secret_is_not_blamed_where_the_answers_clear_it() {
    let folder = folder(&[("secret", SECRET)]);
    let right = |came: &Came| first(came, "Sign") == signature("calypso", SECRET, &came.body).1;
    let endpoint =
        Endpoint::new(move |_, came| answer(if right(came) { 400 } else { 401 }, &[], ""));
    let line = |port| format!("INVOICE_PAID --secret-file secret --why --to :{port}");
    let ran = send(&folder.path, &line(endpoint.port));
    let said = "your endpoint answers 400 to the right signature and answers 401 to a wrong one, so the signature is right";
    assert!(ran.out.contains(said), "{}", ran.out);
    // Three right ones, two wrong ones.
    assert_eq!(endpoint.take().len(), 5);
    let ran = send(&folder.path, &line(Endpoint::answering(422).port));
    assert!(
        ran.out.contains("so it probably refuses something else"),
        "{}",
        ran.out
    );
}

#[test]
fn rarer_mistakes_are_found_and_advice_about_code_only_where_code_is_wrong() {
    let folder = folder(&[("secret", SECRET)]);
    type Check = fn(&Came) -> bool;
    let cases: [(&str, &str, bool, Check); 5] = [
        (
            "INVOICE_PAID",
            "JSON.stringify of the Buffer",
            true,
            |came| {
                let bytes = serde_json::to_string(&came.body).unwrap();
                let text = format!("{{\"type\":\"Buffer\",\"data\":{bytes}}}");
                first(came, "Sign") == signature("calypso", SECRET, text.as_bytes()).1
            },
        ),
        ("INVOICE_PAID", "and is in X-Signature", true, |came| {
            let parsed: serde_json::Value = serde_json::from_slice(&came.body).unwrap();
            let right = signature("inqud", SECRET, parsed.to_string().as_bytes()).1;
            first(came, "X-Signature") == right
        }),
        (
            "invoice.paid",
            "after `secret` instead of `Secret`",
            true,
            |came| first(came, "Authorization") == "secret hush",
        ),
        (
            "invoice.paid",
            "X-Webhook-Secret carries the right secret",
            true,
            |came| first(came, "X-Webhook-Secret") == SECRET,
        ),
        (
            "INVOICE_PAID",
            "the secret plus a trailing newline",
            false,
            |came| first(came, "Sign") == signature("calypso", "hush\n", &came.body).1,
        ),
    ];
    for (event, said, of_code, accepts) in cases {
        let endpoint = checking(accepts);
        let line = format!("{event} --secret-file secret --why --to :{}", endpoint.port);
        let ran = send(&folder.path, &line);
        assert!(
            ran.out.contains("  why: ") && ran.out.contains(said),
            "{}",
            ran.out
        );
        let hint = ran
            .out
            .contains("hint: `inqud-hook verify --example node --provider");
        assert_eq!(hint, of_code, "{}", ran.out);
    }
    let accepted = send(
        &folder.path,
        &format!("INVOICE_PAID --why --to :{}", Endpoint::answering(200).port),
    );
    assert!(!accepted.err.contains("--why"), "{}", accepted.err);
}
