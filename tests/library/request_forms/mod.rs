//! What `send --as` prints does what `send` does: the tools are run against a server that records requests, the scripts
//! for k6 and Locust run in Node and Python, and the other forms are compared with the documentation of their format. If a tool is missing,
//! its test says so and passes.

mod format_docs;
mod recording_server;
mod scripts;

use inqud_hook::body::Template;
use inqud_hook::http::{Delivery, Header, Target};
use inqud_hook::report::{Connect, RequestForm, ScriptRun, ShownRequest, requests};
use recording_server::{Recorded, Recorder, feed, tool};
use std::process::Command;

const FORMS: [RequestForm; 7] = RequestForm::ALL;

const VARIABLE: &str = "INQUD_HOOK_SECRET_REHIVE";
/// What stands in place of a secret.
const STARS: &str = "********";
const LOGIN: &str = "YW5uOnMzY3JldA==";
const SECRET: &str = "it's \"$HOME\" `id` \\ #{{x}} !!";

/// Bodies in which something means something to a shell, to curl, to Hurl or to JavaScript.
const BODIES: &[&[u8]] = &[
    b"",
    b"{\"id\":\"1\",\"data\":{\"amount\":\"1.50\"}}",
    b"'",
    b"it's \"quoted\" \\ \\n \\\\ \\u0041",
    b"@/etc/hostname",
    b"-n %s %% %d \\045 \\x41",
    b"-\xff",
    b"`id` ${HOME} $(id) $HOME $$ !! !x ~",
    b"``` `",
    b"{{name}} {{{a}}} {{ {\"a\":{\"b\":{}}} }} \\{{x}}",
    b"# no comment\n[Options]\nHTTP 500\n",
    b"\n",
    b"\r\n",
    b"two\nlines\r\nand a half\n\n",
    b" \t ends with blanks \t ",
    b"\0",
    b"a\0b\x01\x1b[31m\x7f",
    b"\x00123",
    b"\xff\xfe latin \xe9",
    b"\xed\xa0\x80 half a pair",
    "é ₿ 😀 \u{202e}\u{2028}\u{2029}\u{feff}\u{85}".as_bytes(),
    b"</script><!-- ]]> &amp; ;|&<>*?[]()",
    b"EOF\n.\n\\",
    // What would leave a file behind if a shell ran it.
    b"$(touch canary)",
    b"`touch canary`",
    b"'; touch canary; '",
    b"\"; touch canary; \"",
    b"\ntouch canary\n",
    b"\\'; touch canary #",
    b"' \\\n; touch canary",
    b"\r\ntouch canary\r\n",
    b"| touch canary",
    b"&& touch canary &",
    b"> canary",
    b"$'\\x27; touch canary; \\x27'",
    b"${x:=$(touch canary)}",
    b"<(touch canary)",
    b"!touch canary",
    b"--output canary",
    b"-o canary",
    b"\xff'; touch canary; '",
    b"\0'; touch canary; '",
];

/// Headers in which something does; one without a value, two of one name.
const HEADERS: &[(&str, &str)] = &[
    ("Content-Type", "application/json"),
    ("X-Quotes", "it's \"$HOME\" `id` \\ \\n !! #1 {{x}} %s"),
    ("X-Empty", ""),
    ("X-Twice", "1"),
    ("x-twice", "2;q=0"),
    ("X-!#$%&'*+.^_`|~", "odd name"),
    ("X-Wide", "é \u{202e}₿"),
    ("X-Tab", "a\tb"),
    (
        "X-Commands",
        "$(touch canary) `touch canary` '; touch canary; ' \"; touch canary; \" > canary",
    ),
    ("Sign", "0123456789abcdef"),
];

/// A path that curl and others would tidy up.
const PATH: &str =
    "/a/../b//./c?x=[1-3]&y=$HOME'(*)!;%20+~@:,&&z&$(touch%20canary)&$(touch$IFS'canary')";

fn header(name: &str, value: &str) -> Header {
    Header::new(name, value).expect("it can be written")
}

fn secret_header(name: &str, before: &str, secret: &str) -> Header {
    let mut header = header(name, &format!("{before}{secret}"));
    header.secret = Some(before.len()..header.value.len());
    header
}

fn delivery(target: &str, headers: &[(&str, &str)], body: &[u8]) -> Delivery {
    Delivery {
        method: "POST".to_owned(),
        target: Target::parse(target).expect("it is a target"),
        headers: headers
            .iter()
            .map(|(name, value)| header(name, value))
            .collect(),
        body: body.to_vec(),
    }
}

fn request<'a>(delivery: &'a Delivery, template: &'a Template) -> ShownRequest<'a> {
    ShownRequest {
        event: "rehive/user.create",
        delivery,
        template,
        signing: None,
        variable: VARIABLE,
        own: &[],
        success: &[200, 201, 202],
        started: "2026-11-21T09:30:00Z",
        connect: Connect::default(),
        run: ScriptRun::default(),
        show_secrets: false,
    }
}

fn rendered(form: RequestForm, all: &[ShownRequest<'_>]) -> String {
    let mut out = Vec::new();
    requests(form, all, &mut out);
    String::from_utf8(out).expect("whatever the body is, what is printed is UTF-8")
}

fn one(form: RequestForm, delivery: &Delivery) -> String {
    rendered(form, &[request(delivery, &Template::fixed(String::new()))])
}

/// What must come of a delivery: HTTP's own headers around those that are given.
fn expected(delivery: &Delivery) -> Recorded {
    let mut headers = vec![("Host".to_owned(), delivery.target.authority().to_owned())];
    let escaped = |value: &str| value.as_bytes().escape_ascii().to_string();
    headers.extend(
        delivery
            .headers
            .iter()
            .map(|header| (header.name.clone(), escaped(&header.value))),
    );
    headers.push(("Content-Length".to_owned(), delivery.body.len().to_string()));
    let line = format!("{} {} HTTP/1.1", delivery.method, delivery.target.path());
    Recorded {
        line,
        headers,
        body: delivery.body.clone(),
    }
}

/// Every nasty body once, and once too long for an argument.
fn nasty(port: u16) -> Vec<Delivery> {
    let target = format!("http://127.0.0.1:{port}{PATH}");
    let long = "it's {{long}} \\".repeat(20_000);
    BODIES
        .iter()
        .copied()
        .chain([long.as_bytes()])
        .map(|body| delivery(&target, HEADERS, body))
        .collect()
}

#[test]
fn curl_sends_what_we_would_have_sent() {
    for shell in ["sh", "bash", "zsh"] {
        let (Some(_), Some(mut shell)) = (tool("curl"), tool(shell)) else {
            continue;
        };
        let recorder = Recorder::new(200);
        let mut deliveries = nasty(recorder.port);
        // Nothing that we lack comes from curl, and what it would send comes from us.
        let target = format!("127.0.0.1:{}", recorder.port);
        let own = [
            ("User-Agent", "rehive-platform/1"),
            ("Accept", "a"),
            ("Accept", "b"),
            ("Expect", ""),
        ];
        deliveries.push(delivery(&target, &[], b"bare"));
        deliveries.push(delivery(&target, &own, b"own"));
        let template = Template::fixed(String::new());
        let all: Vec<ShownRequest<'_>> = deliveries
            .iter()
            .map(|delivery| request(delivery, &template))
            .collect();
        // Whatever the shell ran beside curl, or curl wrote, would stand here.
        let folder = tempfile::tempdir().expect("there is room for a folder");
        shell.current_dir(folder.path());
        let output = feed(&mut shell, rendered(RequestForm::Curl, &all).as_bytes());
        assert_eq!(
            (
                output.status.code(),
                &*String::from_utf8_lossy(&output.stderr)
            ),
            (Some(0), "")
        );
        assert_eq!(
            std::fs::read_dir(folder.path())
                .expect("it is there")
                .count(),
            0,
            "no file is left behind"
        );
        for delivery in &deliveries {
            assert_eq!(recorder.next(), expected(delivery));
        }
        assert!(recorder.is_done());
    }
}

#[test]
fn hurl_sends_what_we_would_have_sent() {
    let Some(mut hurl) = hurl() else { return };
    let recorder = Recorder::new(200);
    let deliveries = nasty(recorder.port);
    let template = Template::fixed(String::new());
    let all: Vec<ShownRequest<'_>> = deliveries
        .iter()
        .map(|delivery| request(delivery, &template))
        .collect();
    let output = feed(&mut hurl, rendered(RequestForm::Hurl, &all).as_bytes());
    assert_eq!(
        (
            output.status.code(),
            &*String::from_utf8_lossy(&output.stderr)
        ),
        (Some(0), "")
    );
    for delivery in &deliveries {
        let mut came = recorder.next();
        // Hurl always sends these two.
        came.headers
            .retain(|(name, _)| name != "User-Agent" && name != "Accept");
        assert_eq!(came, expected(delivery));
    }
    assert!(recorder.is_done());
}

#[test]
fn hurl_wants_a_status_that_counts_as_accepted() {
    for (answer, success, good) in [
        (200, &[200][..], true),
        (201, &[200], false),
        (202, &[200, 201, 202], true),
        (204, &[200, 201, 202], false),
        (500, &[], true),
    ] {
        let Some(mut hurl) = hurl() else { return };
        let recorder = Recorder::new(answer);
        let delivery = delivery(&format!("127.0.0.1:{}", recorder.port), HEADERS, b"{}");
        let template = Template::fixed(String::new());
        let request = ShownRequest {
            success,
            ..request(&delivery, &template)
        };
        let output = feed(
            &mut hurl,
            rendered(RequestForm::Hurl, &[request]).as_bytes(),
        );
        assert_eq!(output.status.success(), good, "{answer} {success:?}");
        assert_eq!(recorder.next().body, b"{}");
    }
}

/// Hurl, from the environment or the path.
fn hurl() -> Option<Command> {
    tool(&std::env::var("HURL").unwrap_or_else(|_| "hurl".to_owned()))
}

/// A delivery that carries the provider's secret, and one that carries user and password.
fn secret_deliveries(port: u16) -> [Delivery; 2] {
    let mut shared = delivery(
        &format!("127.0.0.1:{port}/secret"),
        &[("Content-Type", "text/plain")],
        b"a",
    );
    shared
        .headers
        .push(secret_header("Authorization", "Secret ", SECRET));
    let mut login = delivery(
        &format!("http://ann:s3cret@127.0.0.1:{port}/login"),
        &[],
        b"b",
    );
    login
        .headers
        .push(secret_header("Authorization", "Basic ", LOGIN));
    [shared, login]
}

#[test]
fn secrets_are_read_from_the_environment() {
    let commands = [
        (RequestForm::Curl, tool("curl").and(tool("sh"))),
        (RequestForm::Hurl, hurl()),
    ];
    for (form, command) in commands {
        let Some(mut command) = command else { continue };
        let recorder = Recorder::new(200);
        let deliveries = secret_deliveries(recorder.port);
        let template = Template::fixed(String::new());
        let all: Vec<ShownRequest<'_>> = deliveries
            .iter()
            .map(|delivery| request(delivery, &template))
            .collect();
        if form == RequestForm::Hurl {
            // As the comments in the file say.
            command.args(["--secret", &format!("{}={SECRET}", VARIABLE.to_lowercase())]);
            command.args(["--secret", &format!("inqud_hook_login={LOGIN}")]);
        }
        command.env(VARIABLE, SECRET).env("INQUD_HOOK_LOGIN", LOGIN);
        let output = feed(&mut command, rendered(form, &all).as_bytes());
        assert_eq!(
            (
                output.status.code(),
                &*String::from_utf8_lossy(&output.stderr)
            ),
            (Some(0), ""),
            "{form:?}"
        );
        for delivery in &deliveries {
            let mut came = recorder.next();
            if form == RequestForm::Hurl {
                came.headers
                    .retain(|(name, _)| name != "User-Agent" && name != "Accept");
            }
            assert_eq!(came, expected(delivery));
        }
    }
}

#[test]
fn curl_does_not_start_without_the_secret() {
    let (Some(_), Some(mut shell)) = (tool("curl"), tool("sh")) else {
        return;
    };
    let recorder = Recorder::new(200);
    let [shared, _] = secret_deliveries(recorder.port);
    let output = feed(
        shell.env_remove(VARIABLE),
        one(RequestForm::Curl, &shared).as_bytes(),
    );
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains(VARIABLE));
    assert!(recorder.is_done());
}

#[test]
fn secrets_are_shown_only_on_demand() {
    for form in FORMS {
        // A part of the secret that every form leaves as it is.
        for (delivery, secret) in secret_deliveries(1).iter().zip(["$HOME", LOGIN]) {
            let template = Template::fixed(String::new());
            let hidden = request(delivery, &template);
            let shown = ShownRequest {
                show_secrets: true,
                ..hidden
            };
            let hidden = rendered(form, &[hidden]);
            assert!(
                !hidden.contains(secret) && !hidden.contains("s3cret"),
                "{form:?}: {hidden}"
            );
            let stars = matches!(
                form,
                RequestForm::Http | RequestForm::Vegeta | RequestForm::Har
            );
            assert_eq!(hidden.contains(STARS), stars, "{form:?}: {hidden}");
            let shown = rendered(form, &[shown]);
            assert!(
                shown.contains(secret) && !shown.contains(STARS) && !shown.contains("s3cret"),
                "{form:?}: {shown}"
            );
        }
    }
}

#[test]
fn no_form_steers_a_terminal() {
    let mut all = nasty(1);
    all.extend(secret_deliveries(1));
    let template = Template::fixed(String::new());
    for form in FORMS {
        for delivery in &all {
            let event = "a/b\n\u{1b}[31m::\u{2028}c";
            let text = rendered(
                form,
                &[ShownRequest {
                    event,
                    started: event,
                    ..request(delivery, &template)
                }],
            );
            let steers = |char: char| {
                char != '\n' && char != '\t' && char.is_control()
                    || "\u{202e}\u{2028}\u{2029}\u{feff}".contains(char)
            };
            assert_eq!(text.find(steers), None, "{form:?}: {text:?}");
        }
    }
}

#[test]
fn the_message_reads_as_it_travels() {
    let mut first = delivery(
        "shop.test/hooks?a=b",
        &[("Content-Type", "application/json"), ("X-Empty", "")],
        b"",
    );
    first
        .headers
        .push(secret_header("Authorization", "Secret ", "hush"));
    let second = delivery(
        "shop.test",
        &[("host", "other"), ("Content-Length", "7")],
        b"a\r\n\x1b\xff",
    );
    let template = Template::fixed(String::new());
    let all = [request(&first, &template), request(&second, &template)];
    insta::assert_snapshot!(rendered(RequestForm::Http, &all), @r"
    POST /hooks?a=b HTTP/1.1
    Host: shop.test:8080
    Content-Type: application/json
    X-Empty:
    Authorization: Secret ********
    Content-Length: 0


    ###
    POST / HTTP/1.1
    Host: other
    Content-Length: 7

    a␍
    ␛�
    ");
}
