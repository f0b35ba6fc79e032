//! What `send` sends, received by `tiny_http`: every event, signed as another implementation calculates it; secrets,
//! targets, bodies and headers; secrets are never shown.

use crate::support::endpoint::{Came, Digests, Endpoint, PATIENCE, answer, finish, read_request};
use crate::support::endpoint::{send, send_all, sending, snapshot, socket};
use crate::support::{Folder, Ran, all, feed, folder, json_lines, ran, run_line};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::io::Write as _;
use std::time::{Duration, SystemTime};

const SECRET: &str = "s3cr3t-of-the-shop";

/// One event of each provider.
const EVENTS: [&str; 3] = [
    "calypso/INVOICE_PAID",
    "inqud/checkout.success",
    "rehive/invoice.paid",
];

fn provider(event: &str) -> &str {
    event.split('/').next().expect("there is a first part")
}

/// What kinds of values are where, without the values.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), shape(value)))
            .collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(_) => "text".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) | Value::Null => value.clone(),
    }
}

/// Whether nothing stands between the values.
fn is_compact(text: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    // The space that a body gets in which nothing else is spelled oddly.
    let text = text.strip_prefix("{ ").unwrap_or(text);
    text.chars().all(|char| {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        quoted || !char.is_whitespace()
    })
}

#[test]
fn every_event_arrives_once_and_signed_as_another_implementation_signs() {
    let (folder, endpoint, digests) = (
        folder(&[("secret", SECRET)]),
        Endpoint::answering(200),
        Digests::default(),
    );
    let events = json_lines(&run_line(&folder.path, "events --format json").out);
    assert!(events.len() > 100);
    all(
        events
            .iter()
            .map(|event| (event["name"].to_string(), event)),
        |_, event| {
            let name = event["name"].as_str().unwrap();
            let ran = send(
                &folder.path,
                &format!(
                    "{name} --to :{}/hooks?x=%20 --secret-file secret",
                    endpoint.port
                ),
            );
            assert_eq!((ran.code, &*ran.err), (0, ""), "{}", ran.out);
            let came = endpoint.one();
            let length = came.body.len().to_string();
            let host = format!("localhost:{}", endpoint.port);
            assert_eq!((&*came.method, &*came.path), ("POST", "/hooks?x=%20"));
            for (header, value) in [
                ("Content-Type", "application/json"),
                ("Content-Length", &length),
                ("Host", &host),
            ] {
                assert_eq!(came.header(header), value);
            }
            assert_eq!(
                came.all("Key").len(),
                usize::from(provider(name) == "calypso")
            );
            digests.note(name, provider(name), SECRET, &came);
            let sample: Value = serde_json::from_str(
                &run_line(&folder.path, &format!("events {name} --sample")).out,
            )
            .unwrap();
            assert_eq!(shape(&came.json()), shape(&sample));
            assert!(is_compact(came.text()), "{}", came.text());
        },
    );
    digests.check();
}

type Secret = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static str,
);

/// Files, variables and flags, and which secret is then used for Calypso; a new case is a new line.
const SECRETS: &[Secret] = &[
    ("", &[("INQUD_HOOK_SECRET", "all")], "", "all"),
    (
        "",
        &[
            ("INQUD_HOOK_SECRET", "all"),
            ("INQUD_HOOK_SECRET_CALYPSO", "own"),
        ],
        "",
        "own",
    ),
    (
        "",
        &[
            ("INQUD_HOOK_SECRET", "all"),
            ("INQUD_HOOK_SECRET_CALYPSO", "own"),
        ],
        "--secret-file flag",
        "flag",
    ),
    // One that is not used may be empty.
    (
        "calypso = { file = 'deep/own' }",
        &[("INQUD_HOOK_SECRET", ""), ("INQUD_HOOK_SECRET_INQUD", "")],
        "",
        "own",
    ),
    (
        "",
        &[("INQUD_HOOK_SECRET", "")],
        "--secret-file flag",
        "flag",
    ),
    (
        "",
        &[
            ("INQUD_HOOK_SECRET", "all"),
            ("INQUD_HOOK_SECRET_INQUD", "other"),
        ],
        "",
        "all",
    ),
    ("calypso = { file = 'deep/own' }", &[], "", "own"),
    (
        "calypso = { file = 'deep/own' }",
        &[("INQUD_HOOK_SECRET", "all")],
        "",
        "own",
    ),
    (
        "calypso = { file = 'deep/own' }",
        &[("INQUD_HOOK_SECRET_CALYPSO", "variable")],
        "",
        "variable",
    ),
    (
        "calypso = { file = 'deep/own' }",
        &[],
        "--secret-file flag",
        "flag",
    ),
    (
        "calypso = { env = 'SHOP' }",
        &[("SHOP", "named")],
        "",
        "named",
    ),
    (
        "default = { env = 'SHOP' }",
        &[("SHOP", "named")],
        "",
        "named",
    ),
    (
        "default = { env = 'SHOP' }\ncalypso = { file = 'deep/own' }",
        &[("SHOP", "named")],
        "",
        "own",
    ),
    (
        "default = { env = 'SHOP' }",
        &[("SHOP", "named"), ("INQUD_HOOK_SECRET", "all")],
        "",
        "all",
    ),
    (
        "inqud = { file = 'deep/own' }",
        &[],
        "",
        "inqud-hook-development-secret",
    ),
    ("", &[], "--secret-file feed", "line"),
    ("", &[], "--secret-file return", "line"),
    ("", &[], "--secret-file feeds", "line\n"),
    ("", &[("INQUD_HOOK_SECRET", "line\n")], "", "line"),
    (
        "inqud = { file = 'deep/own' }",
        &[],
        "--secret-file flag --scheme inqud --expect accepted",
        "flag",
    ),
    (
        "inqud = { file = 'deep/own' }",
        &[],
        "--scheme inqud --expect accepted",
        "own",
    ),
];

fn with_secrets(configuration: &str) -> Folder {
    let configuration = format!("[secrets]\n{configuration}\n");
    let files = [
        ("inqud-hook.toml", &*configuration),
        ("flag", "flag"),
        ("deep/own", "own"),
        ("deep/er/empty", ""),
    ];
    let ends = [
        ("feed", "line\n"),
        ("return", "line\r\n"),
        ("feeds", "line\n\n"),
        ("only-feed", "\r\n"),
    ];
    folder(&[&files[..], &ends].concat())
}

#[test]
fn the_secret_comes_from_the_nearest_place_and_its_line_feed_is_taken_away_aloud() {
    let (endpoint, digests) = (Endpoint::answering(200), Digests::default());
    let name =
        |(file, variables, flags, _): &(&str, _, &str, _)| format!("{file} {variables:?} {flags}");
    all(
        SECRETS.iter().map(|case| (name(case), case)),
        |name, (file, variables, flags, secret)| {
            let line = format!("INVOICE_PAID --to :{} {flags}", endpoint.port);
            let folder = with_secrets(file);
            let mut command = sending(&folder.path, line.split_whitespace());
            let ran = ran(command.envs(variables.iter().copied()).output().unwrap());
            assert_eq!(ran.code, 0, "{}", ran.err);
            let provider = if flags.contains("--scheme inqud") {
                "inqud"
            } else {
                "calypso"
            };
            digests.note(name, provider, secret, &endpoint.one());
            let development = secret.ends_with("development-secret");
            let trimmed = secret.starts_with("line");
            assert_eq!(
                ran.err
                    .contains("ignoring the trailing newline of the secret"),
                trimmed,
                "{}",
                ran.err
            );
            let found = ran.err.contains("inqud-hook.toml sets secrets\n");
            assert!(!found || !file.is_empty(), "{}", ran.err);
            let lines = usize::from(found) + usize::from(development || trimmed);
            assert_eq!(ran.err.lines().count(), lines, "{}", ran.err);
        },
    );
    digests.check();
}

#[test]
fn the_development_secret_is_told_once_however_much_is_sent() {
    let (folder, endpoint) = (folder(&[]), Endpoint::answering(200));
    for line in [
        "--scenario calypso/paid",
        "INVOICE_PAID --duplicates 2",
        "INVOICE_PAID --count 20",
    ] {
        let ran = send(
            &folder.path,
            &format!("{line} --to {0} --to {0} --format json", endpoint.port),
        );
        assert_eq!(
            (ran.code, ran.err.matches("built-in test secret").count()),
            (0, 1),
            "{line}: {}",
            ran.err
        );
        assert_eq!(ran.err.lines().count(), 1);
        assert!(!ran.out.contains("development"));
    }
}

#[test]
fn a_secret_that_cannot_be_had_is_said_and_nothing_is_sent() {
    let endpoint = Endpoint::answering(200);
    let mut said = String::new();
    for (file, line) in [
        ("", "--secret-file not-there"),
        ("", "--secret-file deep/er/empty"),
        ("", "--secret-file only-feed"),
        ("", "--secret-file deep"),
        ("", "--secret-file feeds --scheme rehive"),
        ("calypso = { file = 'deep/er/none' }", ""),
        ("calypso = { env = 'SHOP' }", ""),
    ] {
        let folder = with_secrets(file);
        let Ran { code, out, err } = send(
            &folder.path,
            &format!("INVOICE_PAID --to {} {line}", endpoint.port),
        );
        assert_eq!((code, &*out), (2, ""), "{file} {line}");
        let err = err.replace(&*folder.path.to_string_lossy(), "FOLDER");
        let configured = if file.is_empty() {
            String::new()
        } else {
            format!("# secrets.{file}\n")
        };
        let typed = format!("$ inqud-hook send INVOICE_PAID {line}");
        said += &format!("{configured}{}\n{err}\n", typed.trim_end());
    }
    assert!(endpoint.came().is_empty());
    snapshot("no-secret", &said);
}

#[test]
fn no_output_shows_a_secret_or_a_password_unless_that_is_asked_for() {
    let config = "[secrets]\ndefault = { file = \"secret\" }\n";
    let folder = folder(&[("secret", SECRET), ("inqud-hook.toml", config)]);
    let endpoint = Endpoint::answering(401);
    let password = "pa55w0rd";
    let login = STANDARD.encode(format!("ann:{password}"));
    let forms = ["http", "curl", "hurl", "k6", "locust", "vegeta", "har"];
    let forms = forms.map(|form| format!("--as {form}"));
    let ways = [
        "",
        "--format json",
        "--retry --time-scale 1e9",
        "--keep-going --duplicates 1",
        "--count 3",
        "--dry-run",
    ];
    let ways = ways
        .map(str::to_owned)
        .into_iter()
        .chain(["--count 3 --format json".to_owned()])
        .chain(forms);
    let cases =
        ways.flat_map(|way| EVENTS.map(|event| (format!("{event} {way}"), (event, way.clone()))));
    all(cases, |name, (event, way)| {
        // Rehive's own secret travels where a password would.
        let user = if provider(event) == "rehive" {
            String::new()
        } else {
            format!("ann:{password}@")
        };
        let to = format!("--to http://{user}127.0.0.1:{}/x", endpoint.port);
        for scheme in ["", "--scheme none"] {
            let Ran { code, out, err } =
                send(&folder.path, &format!("{event} {to} {way} {scheme}"));
            assert!(!out.is_empty() && code < 2, "{err}");
            for secret in [SECRET, &STANDARD.encode(SECRET), password, &login] {
                assert!(
                    !out.contains(secret) && !err.contains(secret),
                    "{name}: {secret} in {out}{err}"
                );
            }
            let sent = !(way.starts_with("--as") || way == "--dry-run");
            assert_eq!(endpoint.take().is_empty(), !sent);
        }
        // What is sent is not shown either; what is only printed is, for it would not run otherwise.
        let Ran { out, err, .. } =
            send(&folder.path, &format!("{event} {to} {way} --show-secrets"));
        let printed = endpoint.take().is_empty();
        for (secret, there) in [
            (SECRET, provider(event) == "rehive"),
            (&login, provider(event) != "rehive"),
        ] {
            assert_eq!(
                out.contains(secret),
                printed && there,
                "{name}: {secret} in {out}"
            );
            assert!(!err.contains(secret));
        }
    });
}

#[test]
fn an_endpoint_that_sends_the_secret_back_does_not_make_it_public() {
    let echo = |_, came: &Came| {
        answer(
            400,
            &[("X-Echo", came.header("Authorization"))],
            &format!("{:?}", came.headers),
        )
    };
    let (folder, endpoint) = (folder(&[("secret", SECRET)]), Endpoint::new(echo));
    for way in ["", "--format json"] {
        let line = format!(
            "rehive/invoice.paid --to {} --secret-file secret {way}",
            endpoint.port
        );
        let Ran { code, out, err } = send(&folder.path, &line);
        assert_eq!((code, &*err), (1, ""));
        assert!(!out.contains(SECRET), "{out}");
    }
}

#[test]
fn a_target_is_what_was_typed_and_its_path_arrives_as_written() {
    let (folder, endpoint) = (folder(&[]), Endpoint::answering(200));
    let port = endpoint.port;
    for (typed, host, path) in [
        ("PORT", "localhost:PORT", "/"),
        ("PORT/hooks", "localhost:PORT", "/hooks"),
        (":PORT", "localhost:PORT", "/"),
        (":PORT/a/../b//./c", "localhost:PORT", "/a/../b//./c"),
        (
            "localhost:PORT/?q=%2F&r=a+b&&",
            "localhost:PORT",
            "/?q=%2F&r=a+b&&",
        ),
        (
            "LOCALHOST:PORT?q='(*)!;$~",
            "LOCALHOST:PORT",
            "/?q='(*)!;$~",
        ),
        ("127.0.0.1:PORT/%7Ehooks/", "127.0.0.1:PORT", "/%7Ehooks/"),
        ("http://127.0.0.1:PORT", "127.0.0.1:PORT", "/"),
        ("HTTP://localhost:PORT/x?y#z", "localhost:PORT", "/x?y"),
        ("http://127.1:PORT/x", "127.1:PORT", "/x"),
        ("0.0.0.0:PORT/x", "0.0.0.0:PORT", "/x"),
    ] {
        let with_port = |text: &str| text.replace("PORT", &port.to_string());
        let ran = send(
            &folder.path,
            &format!("INVOICE_PAID --to {}", with_port(typed)),
        );
        assert_eq!(ran.code, 0, "{typed}: {}{}", ran.out, ran.err);
        let came = endpoint.one();
        assert_eq!(
            (came.header("Host"), &*came.path),
            (&*with_port(host), path),
            "{typed}"
        );
        assert!(
            ran.out
                .contains(&format!(" → http://{}{path}  ", with_port(host))),
            "it is shown: {}",
            ran.out
        );
    }
    // The default port may be in use.
    for (typed, first) in [
        ("localhost/x", "Host: localhost:8080"),
        ("http://localhost", "Host: localhost"),
    ] {
        let out = send(
            &folder.path,
            &format!("INVOICE_PAID --dry-run --to {typed}"),
        )
        .out;
        assert_eq!(out.lines().nth(1), Some(first), "{typed}");
    }
    assert!(
        send(&folder.path, "INVOICE_PAID --dry-run")
            .out
            .contains("\nHost: localhost:8080\n")
    );
}

#[test]
fn every_target_gets_it_and_the_configuration_names_one() {
    let folder = folder(&[]);
    let (one, other) = (Endpoint::answering(200), Endpoint::answering(200));
    let both = format!("INVOICE_PAID --to {}/a --to {}/b", one.port, other.port);
    assert_eq!(send(&folder.path, &both).code, 0);
    let (first, second) = (one.one(), other.one());
    assert_eq!(
        (&first.body, &*first.path, &*second.path),
        (&second.body, "/a", "/b")
    );

    folder.write(
        "inqud-hook.toml",
        &format!("target = 'localhost:{}/file'", one.port),
    );
    let variable = [("INQUD_HOOK_TO", format!(":{}/variable", other.port))];
    assert_eq!(send(&folder.path, "INVOICE_PAID").code, 0);
    assert_eq!((&*one.one().path, other.came().len()), ("/file", 0));
    assert!(
        sending(&folder.path, ["INVOICE_PAID"])
            .envs(variable.clone())
            .status()
            .unwrap()
            .success()
    );
    assert_eq!((one.came().len(), &*other.one().path), (0, "/variable"));
    let flag = format!("INVOICE_PAID --to :{}/flag", one.port);
    assert!(
        sending(&folder.path, flag.split(' '))
            .envs(variable)
            .status()
            .unwrap()
            .success()
    );
    assert_eq!((&*one.one().path, other.came().len()), ("/flag", 0));
}

/// An address reserved for documentation; nothing connects to it.
const ELSEWHERE: &str = "192.0.2.1";

#[test]
fn what_is_not_this_machine_is_sent_nothing_unless_that_is_allowed() {
    let (folder, near) = (folder(&[]), Endpoint::answering(200));
    // What may leave would leave through it.
    let proxy = Endpoint::answering(200);
    let through = [("http_proxy", format!("http://127.0.0.1:{}", proxy.port))];
    let send = |line: &str, file: &str, hosts: &str| {
        folder.write("inqud-hook.toml", file);
        let mut command = sending(&folder.path, line.split(' '));
        ran(command
            .envs(through.clone())
            .env("INQUD_HOOK_ALLOWED_HOSTS", hosts)
            .output()
            .unwrap())
    };
    let other = [
        "allowed_hosts = ['shop.test', '192.0.2.2', 'x192.0.2.1']",
        "",
    ];
    for target in [
        ELSEWHERE,
        "http://192.0.2.1/x",
        "192.0.2.1:80",
        "http://127.0.0.1:1@192.0.2.1/",
        "[2001:db8::1]:80",
    ] {
        let both = format!("INVOICE_PAID --to {} --to {target}", near.port);
        for line in [
            both.clone(),
            both.clone() + " --count 5",
            both + " --keep-going",
        ] {
            let Ran { code, out, err } = send(&line, other[0], other[1]);
            assert_eq!((code, &*out), (2, ""), "{line}");
            assert!(
                err.contains("is not this machine") && err.contains("--allow-remote"),
                "{err}"
            );
        }
    }
    assert_eq!(
        (near.came().len(), proxy.came().len()),
        (0, 0),
        "not even what could have been sent"
    );

    let line = format!("INVOICE_PAID --to {ELSEWHERE}:81/x");
    let listed = format!("allowed_hosts = ['shop.test', '{ELSEWHERE}']");
    for (line, file, hosts) in [
        (format!("{line} --allow-remote"), "", ""),
        (line.clone(), &*listed, ""),
        (line.clone(), "", "shop.test, 192.0.2.1"),
        (format!("{line} --count 1"), &*listed, ""),
    ] {
        let Ran { code, out, err } = send(&line, file, hosts);
        assert_eq!(code, 0, "{line} {file} {hosts}: {out}{err}");
        let came = proxy.one();
        assert_eq!(
            (came.header("Host"), &*came.path),
            ("192.0.2.1:81", "http://192.0.2.1:81/x")
        );
    }
    let shown = send(&format!("{line} --dry-run"), "", "");
    assert_eq!(
        (shown.code, proxy.came().len()),
        (0, 0),
        "what is only shown may go anywhere"
    );
}

#[test]
fn user_and_password_of_a_url_travel_as_basic_and_are_masked() {
    let (folder, endpoint) = (folder(&[]), Endpoint::answering(200));
    for (login, expected) in [
        ("ann:pa55", "ann:pa55"),
        ("ann", "ann:"),
        ("a%40b:p%3A%2F%C3%A9", "a@b:p:/é"),
        ("ann:p:q", "ann:p:q"),
    ] {
        let to = format!("http://{login}@localhost:{}/x", endpoint.port);
        for (flags, variable) in [(vec!["--to", &to], ""), (vec![], &*to)] {
            let mut command = sending(&folder.path, ["INVOICE_PAID"]);
            let ran = ran(command
                .args(flags)
                .env("INQUD_HOOK_TO", variable)
                .output()
                .unwrap());
            assert_eq!(ran.code, 0, "{}", ran.err);
            let came = endpoint.one();
            assert_eq!(
                came.header("Authorization"),
                format!("Basic {}", STANDARD.encode(expected))
            );
            assert_eq!(came.header("Host"), format!("localhost:{}", endpoint.port));
            assert!(ran.out.contains("://********@localhost:"), "{}", ran.out);
        }
    }
    let ran = send(
        &folder.path,
        &format!(
            "rehive/invoice.paid --to http://ann:pa55@localhost:{}",
            endpoint.port
        ),
    );
    assert_eq!((ran.code, endpoint.came().len()), (2, 0));
    assert!(
        ran.err
            .contains("the Authorization header carries the signature")
            && !ran.err.contains("pa55"),
        "{}",
        ran.err
    );
}

#[test]
fn fields_are_set_to_the_digit_and_left_out() {
    let (folder, endpoint, digests) = (
        folder(&[("secret", SECRET)]),
        Endpoint::answering(200),
        Digests::default(),
    );
    for (event, flags, there, gone) in [
        (
            0,
            &["--set", "/data/amount=10.50"][..],
            "\"amount\":10.50,",
            "\"amount\":271.42",
        ),
        (
            0,
            &["--set", "amount=1e400"],
            "\"amount\":1e400,",
            "\"amount\":271.42",
        ),
        (
            0,
            &["--set", "data.amount=00.1"],
            "\"amount\":\"00.1\",",
            "\"amount\":271.42",
        ),
        (
            0,
            &["--set", "amount=12345678901234567890.123456789"],
            ":12345678901234567890.123456789,",
            "271.420,\"currency",
        ),
        (
            0,
            &["--set", "currency=BTC=X"],
            "\"currency\":\"BTC=X\"",
            "USDT_TRX",
        ),
        (
            0,
            &["--set", "currency=\"5\""],
            "\"currency\":\"5\"",
            "USDT_TRX",
        ),
        (0, &["--set", "currency="], "\"currency\":\"\"", "USDT_TRX"),
        (
            0,
            &["--set", "description=Straße \"7\" \\ ₿"],
            r#""description":"Straße \"7\" \\ ₿""#,
            "running",
        ),
        (
            0,
            &["--set", "/data={\"a\": [1.0, null]}"],
            "\"data\":{\"a\": [1.0, null]}}",
            "amount",
        ),
        (
            0,
            &["--unset", "/data/amount", "--unset", "currency"],
            "\"data\":{\"description\"",
            "\"amount\"",
        ),
        (
            0,
            &["--unset", "data"],
            "\"eventType\":\"INVOICE_PAID\"}",
            "data",
        ),
        (
            0,
            &[
                "--set",
                "amount=1",
                "--set",
                "/data/amount=2.0",
                "--unset",
                "id",
            ],
            "\"amount\":2.0,",
            "\"id\"",
        ),
        (
            1,
            &["--set", "/request/id=X", "--set", "request.payAmount=0.0"],
            "\"request\":{\"id\":\"X\"",
            "64.815740,\"payerP",
        ),
        (
            1,
            &["--set", "/cryptoCurrencies/1=[]"],
            "\"ETHEREUM_USDT\",[],\"SOLANA_USDC\"]",
            ",\"TRON_USDT\",\"S",
        ),
        (
            2,
            &["--set", "request_amount=1.00", "--unset", "metadata"],
            "\"request_amount\":1.00,",
            "\"metadata\"",
        ),
    ] {
        let (event, port) = (EVENTS[event], endpoint.port.to_string());
        let ran = send_all(
            &folder.path,
            [&[event, "--to", &port, "--secret-file", "secret"], flags].concat(),
        );
        assert_eq!(ran.code, 0, "{flags:?}: {}", ran.err);
        let came = endpoint.one();
        assert!(
            came.text().contains(there) && !came.text().contains(gone),
            "{flags:?}: {}",
            came.text()
        );
        assert!(
            is_compact(came.text()) || flags[1].contains(' '),
            "{}",
            came.text()
        );
        digests.note(there, provider(event), SECRET, &came);
    }
    digests.check();
    // Of a life cycle's steps, those that have it.
    let line = format!(
        "--scenario calypso/underpaid --set realAmount=7.70 --to {}",
        endpoint.port
    );
    assert_eq!(send(&folder.path, &line).code, 0);
    let with = endpoint
        .take()
        .iter()
        .filter(|came| came.text().contains("\"realAmount\":7.70"))
        .count();
    assert!(with > 0);
}

#[test]
fn a_body_of_ones_own_is_sent_byte_for_byte_and_signed() {
    let (folder, endpoint, digests) = (
        folder(&[("secret", SECRET)]),
        Endpoint::answering(200),
        Digests::default(),
    );
    let paid = crate::support::payload("calypso/samples/INVOICE_PAID.json");
    let list = format!("[{},\r\n{}]", paid.trim(), paid.trim());
    let cases: Vec<(&str, &[u8], &str, &str)> = vec![
        ("a sample with line feeds", paid.as_bytes(), "", "calypso"),
        (
            "without its last byte",
            &paid.as_bytes()[..paid.len() - 1],
            "",
            "calypso",
        ),
        ("a list", list.as_bytes(), "", "calypso"),
        (
            "line ends of Windows",
            b"{\r\n\"a\": 1.10\r\n}\r\n\r\n",
            "INVOICE_PAID",
            "calypso",
        ),
        ("no JSON", b"amount=1&b=\"", "checkout.success", "inqud"),
        (
            "no text",
            b"\xff\xfe\x00{}\x00\n",
            "rehive/invoice.paid",
            "rehive",
        ),
        (
            "a mark of byte order",
            b"\xef\xbb\xbf{}",
            "--scheme calypso",
            "calypso",
        ),
        ("a thousand NULs", &[0; 1_000], "--scheme inqud", "inqud"),
        ("nothing", b"", "--scheme calypso", "calypso"),
        ("nothing, for an event", b"", "INVOICE_PAID", "calypso"),
        (
            "another one's",
            paid.as_bytes(),
            "--scheme inqud --expect accepted",
            "inqud",
        ),
    ];
    for (name, bytes, flags, provider) in cases {
        std::fs::write(folder.path.join("body"), bytes).unwrap();
        for source in ["body", "-"] {
            let line = format!(
                "{flags} --body {source} --to {} --secret-file secret",
                endpoint.port
            );
            let ran = feed(&mut sending(&folder.path, line.split_whitespace()), bytes);
            assert_eq!((ran.code, &*ran.err), (0, ""), "{name}: {}", ran.out);
            let came = endpoint.one();
            assert_eq!(
                (&*came.body, came.header("Content-Length")),
                (bytes, &*bytes.len().to_string()),
                "{name}"
            );
            digests.note(name, provider, SECRET, &came);
        }
    }
    digests.check();
    for (flags, bytes) in [
        ("--body -", &b"{\"a\":1}"[..]),
        ("--body -", b""),
        ("--body not-there", b""),
        ("--body .", b""),
    ] {
        let line = format!("{flags} --to {}", endpoint.port);
        let ran = feed(&mut sending(&folder.path, line.split(' ')), bytes);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{}", ran.err);
        assert!(ran.err.starts_with("error: "), "{}", ran.err);
    }
    assert!(endpoint.came().is_empty());
}

#[test]
fn the_bare_form_is_what_the_page_shows() {
    let (folder, endpoint) = (folder(&[]), Endpoint::answering(200));
    for (event, code) in EVENTS.iter().zip([0, 2, 0]) {
        let ran = send(
            &folder.path,
            &format!("{event} --form bare --seed 1 --to {}", endpoint.port),
        );
        assert_eq!(ran.code, code, "{}", ran.err);
        let bare = endpoint.take();
        send(
            &folder.path,
            &format!("{event} --seed 1 --to {}", endpoint.port),
        );
        let (full, sample) = (
            endpoint.one().json(),
            run_line(
                &folder.path,
                &format!("events {event} --sample --form bare"),
            ),
        );
        let Some(bare) = bare.first().map(Came::json) else {
            continue;
        };
        assert_eq!(
            shape(&bare),
            shape(&serde_json::from_str(&sample.out).unwrap())
        );
        let same = if provider(event) == "calypso" {
            bare == full["data"]
        } else {
            bare["data"] == full["data"]
        };
        assert!(same, "{bare} {full}");
    }
}

#[cfg(unix)]
#[test]
fn an_editor_changes_the_body_before_it_is_signed() {
    let (endpoint, digests) = (Endpoint::answering(200), Digests::default());
    let folder = folder(&[
        ("secret", SECRET),
        (
            "edit",
            "sed s/271.420/9.50/ \"$2\" > \"$1\"; cat \"$1\" > \"$2\"",
        ),
        ("write", "printf '{\"a\": 1.0}\\n' > \"$1\""),
        ("fail", "exit 3"),
    ]);
    let edit = |variables: &[(&str, &str)], line: &str| {
        let line = format!("{line} --edit --secret-file secret --to {}", endpoint.port);
        let mut command = sending(&folder.path, line.split(' '));
        ran(command
            .env("PATH", "/usr/bin:/bin")
            .envs(variables.iter().copied())
            .output()
            .unwrap())
    };
    let ran = edit(
        &[("EDITOR", "sh edit 'a file'"), ("VISUAL", "")],
        "INVOICE_PAID --set currency=BTC",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let came = endpoint.one();
    assert_eq!(
        came.text().matches(": 9.50").count(),
        2,
        "a field a line to edit, and as it was left: {}",
        came.text()
    );
    assert!(
        came.text().contains("\n") && came.text().ends_with('}') && came.text().contains("\"BTC\"")
    );
    digests.note("edited", "calypso", SECRET, &came);

    let ran = edit(
        &[("EDITOR", "sh fail"), ("VISUAL", "sh write")],
        "checkout.success",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        endpoint.came()[0].text(),
        "{\"a\": 1.0}",
        "its last line feed is the editor's"
    );
    digests.note("written", "inqud", SECRET, &endpoint.one());
    digests.check();
    for variables in [
        &[("EDITOR", "sh fail")][..],
        &[("EDITOR", "/not/there")],
        &[("EDITOR", "")],
        &[],
    ] {
        let ran = edit(variables, "INVOICE_PAID");
        assert_eq!((ran.code, &*ran.out), (2, ""), "{variables:?}");
        assert!(
            ran.err.contains("error: ") && ran.err.contains("hint: "),
            "{}",
            ran.err
        );
    }
    assert!(endpoint.came().is_empty());
}

#[test]
fn a_scheme_signs_another_way_and_headers_are_added_or_replaced() {
    let folder = folder(&[("secret", SECRET)]);
    let (sender, requests) = std::sync::mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let port = socket(move |mut stream| {
        let request = read_request(&mut stream).unwrap();
        sender.lock().unwrap().send(request).unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
    });
    let to = port.to_string();
    let usual = "Host: localhost:PORT\nUser-Agent: inqud-hook/VERSION\nAccept: */*\nContent-Type: application/json\n";
    let own = "Accept: */*\nContent-Type: application/json\nKey: inqud-hook-development-key\nSign: DIGEST\n";
    let cases: [(&[&str], String); 8] = [
        (&["--scheme", "none"], usual.to_owned()),
        (&["--scheme", "NONE", "--header", "X-Api-Key: k"], format!("{usual}X-Api-Key: k\n")),
        (&["--scheme", "Rehive"], format!("{usual}Authorization: Secret {SECRET}\n")),
        (&["--scheme", "inqud"], format!("{usual}X-Payload-Digest: DIGEST\n")),
        (
            &["--header", "X-Two:a", "--header", "x-two:  b: c\t", "--header", "X-Empty:"],
            format!("{usual}Key: inqud-hook-development-key\nSign: DIGEST\nX-Two: a\nX-Two: b: c\nX-Empty: \n"),
        ),
        (
            &["--header", "host: shop.test", "--header", "USER-AGENT: me"],
            format!("{own}Host: shop.test\nUser-Agent: me\n"),
        ),
        (
            &["--header", "sign: 00", "--header", "content-type: text/plain; charset=é", "--header", "accept: "],
            "Host: localhost:PORT\nUser-Agent: inqud-hook/VERSION\nKey: inqud-hook-development-key\nSign: 00\n\
             Content-Type: text/plain; charset=é\nAccept: \n"
                .to_owned(),
        ),
        (&["--scheme", "none", "--header", "Sign: 00"], format!("{usual}Sign: 00\n")),
    ];
    for (flags, expected) in cases {
        let ran = send_all(
            &folder.path,
            [
                &["INVOICE_PAID", "--expect", "accepted"][..],
                &["--to", &to, "--secret-file", "secret"][..],
                flags,
            ]
            .concat(),
        );
        assert_eq!(ran.code, 0, "{flags:?}: {}{}", ran.out, ran.err);
        let request = String::from_utf8(requests.recv_timeout(PATIENCE).unwrap()).unwrap();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let (first, head) = head.split_once("\r\n").unwrap();
        let digest =
            |word: &str| word.len() >= 40 && word.chars().all(|char| char.is_ascii_hexdigit());
        let head = head.split("\r\n").map(|line| match line.split_once(": ") {
            Some((name, value)) if digest(value) => format!("{name}: DIGEST\n"),
            _ => format!("{line}\n"),
        });
        let expected = format!("{expected}Content-Length: {}\n", body.len());
        let expected = expected
            .replace("PORT", &to)
            .replace("VERSION", env!("CARGO_PKG_VERSION"));
        assert_eq!(
            (first, head.collect::<String>()),
            ("POST / HTTP/1.1", expected),
            "{flags:?}"
        );
    }
}

#[test]
fn no_header_smuggles_another_one_in() {
    let (folder, endpoint) = (folder(&[]), Endpoint::answering(200));
    for header in [
        "X-A: 1\r\nX-Evil: 1",
        "X-A: 1\nX-Evil: 1",
        "X-A: 1\rX-Evil: 1",
        "X-A\r\nX-Evil: 1",
        "X-A: 1\r\n",
        "X-A: \u{1}",
        "X-A: \u{7f}",
        "X A: 1",
        "\u{e9}: 1",
        ": 1",
        "X-A",
        "",
        "X-A(): 1",
        "Content-Length: 0",
        "transfer-encoding: chunked",
        "\nX-A: 1",
        "X-A : \n",
    ] {
        let ran = send_all(
            &folder.path,
            [
                "INVOICE_PAID",
                "--to",
                &endpoint.port.to_string(),
                "--header",
                header,
            ],
        );
        assert_eq!((ran.code, &*ran.out), (2, ""), "{header:?}");
        assert!(
            ran.err.contains("--header") && ran.err.contains("hint: ") && !ran.err.contains('\r'),
            "{}",
            ran.err
        );
    }
    assert!(endpoint.came().is_empty());
}

#[test]
fn a_seed_makes_the_same_bytes_and_without_one_everything_is_new_and_has_just_happened() {
    let (folder, endpoint) = (folder(&[]), Endpoint::answering(200));
    for (event, time, id) in [
        (0, "/createdDate", "/data/idempotencyKey"),
        (1, "/lastUpdatedAt", "/id"),
        (2, "/data/updated", "/id"),
    ] {
        let deliver = |flags: &str| {
            assert_eq!(
                send(
                    &folder.path,
                    &format!("{} --to {} {flags}", EVENTS[event], endpoint.port)
                )
                .code,
                0
            );
            endpoint.one()
        };
        let same = [deliver("--seed 5"), deliver("--seed 5")];
        assert_eq!(same[0], same[1], "headers, too");
        let value =
            |came: &Came, pointer: &str| came.json().pointer(pointer).expect(pointer).clone();
        let seconds = |came: &Came| match value(came, time) {
            Value::String(text) => {
                let zone = if text.ends_with('Z') { "" } else { "Z" };
                humantime::parse_rfc3339(&(text + zone)).unwrap()
            }
            millis => SystemTime::UNIX_EPOCH + Duration::from_millis(millis.as_u64().unwrap()),
        };
        assert_ne!(value(&deliver("--seed 6"), id), value(&same[0], id));
        let moved = deliver("--seed 5 --now 2031-02-03T04:05:06Z");
        let moment = humantime::parse_rfc3339("2031-02-03T04:05:06Z").unwrap();
        assert_eq!(seconds(&moved).duration_since(moment).unwrap().as_secs(), 0);
        assert_eq!(value(&moved, id), value(&same[0], id));
        assert_eq!(moved, deliver("--seed 5 --now 2031-02-03T05:05:06+01:00"));

        let begun = SystemTime::now() - Duration::from_secs(2);
        let fresh = [deliver(""), deliver("")];
        assert_ne!(value(&fresh[0], id), value(&fresh[1], id));
        for came in &fresh {
            assert!(
                begun < seconds(came) && seconds(came) < SystemTime::now() + Duration::from_secs(2)
            );
        }
    }
}

/// What cannot be sent; a new case is a new line.
const REFUSED: &[&str] = &[
    "",
    "INVOICE_PAYED",
    "invoice.failed",
    "stripe/charge",
    "PAYOUT_SPEEDED_UP",
    "--scenario underpayed",
    "--scenario stripe/paid",
    "--scenario paid",
    "INVOICE_PAID --scenario underpaid",
    "--scenario underpaid --body body.json",
    "--scenario underpaid --edit",
    "--scenario underpaid --count 2",
    "INVOICE_PAID --form envelope",
    "checkout.success --form bare",
    "INVOICE_PAID --set amonut=1",
    "INVOICE_PAID --set /data/amount",
    "checkout.success --set id=1",
    "INVOICE_PAID --unset zzz",
    "--body body.json",
    "--body body.json --scheme calypso --set a=1",
    "INVOICE_PAID --scheme stripe",
    "INVOICE_PAID --now yesterday",
    "INVOICE_PAID --timeout 0",
    "INVOICE_PAID --timeout -1",
    "INVOICE_PAID --gap soon",
    "INVOICE_PAID --time-scale 10",
    "INVOICE_PAID --retry --time-scale 0",
    "INVOICE_PAID --rate 50/s",
    "INVOICE_PAID --rate 0/s --count 1",
    "INVOICE_PAID --count 0",
    "INVOICE_PAID --count 2 --retry",
    "INVOICE_PAID --duration 1s --duplicates 1",
    "INVOICE_PAID --insecure --cacert x.pem",
    "INVOICE_PAID --cacert not-there.pem --to :1",
    "INVOICE_PAID --as postman",
    "INVOICE_PAID --format sarif",
    "INVOICE_PAID --to ftp://localhost",
    "INVOICE_PAID --to http://",
    "INVOICE_PAID --to http://ann:pa55@",
    "INVOICE_PAID --to localhost:0",
    "INVOICE_PAID --to localhost:99999",
    "INVOICE_PAID --to /hooks",
    "INVOICE_PAID --to bücher.example",
];

#[test]
fn what_cannot_be_sent_is_said_on_stderr_with_what_to_try() {
    let folder = folder(&[("body.json", "no JSON")]);
    let mut said = String::new();
    for line in REFUSED {
        let Ran { code, out, err } = send(&folder.path, line);
        assert_eq!((code, &*out), (2, ""), "{line}: {err}");
        said += &format!(
            "{}\n{err}\n",
            format!("$ inqud-hook send {line}").trim_end()
        );
    }
    snapshot("refused", &said);
}

#[test]
fn colours_are_for_those_who_want_them_and_a_closed_pipe_is_a_quiet_end() {
    let (folder, endpoint) = (folder(&[]), Endpoint::answering(404));
    let to = format!("--to {}", endpoint.port);
    for (flags, variable, expected) in [
        ("", "UNUSED", false),
        ("--color always", "UNUSED", true),
        ("--color always", "NO_COLOR", true),
        ("", "CLICOLOR_FORCE", true),
        ("--color never", "CLICOLOR_FORCE", false),
        ("--color always --format json", "UNUSED", false),
    ] {
        for line in [
            format!("INVOICE_PAID {to} {flags}"),
            format!("INVOICE_PAID {to} --count 2 {flags}"),
        ] {
            let ran = ran(sending(&folder.path, line.split_whitespace())
                .env(variable, "1")
                .output()
                .unwrap());
            assert_eq!(
                ran.out.contains('\u{1b}'),
                expected,
                "{line} {variable}: {}",
                ran.out
            );
        }
    }
    for line in [
        "INVOICE_PAID",
        "--scenario calypso/paid --keep-going",
        "INVOICE_PAID --count 9",
        "INVOICE_PAID --as k6",
        "-h",
    ] {
        for format in ["human", "json"] {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            if line.contains("--as") && format == "json" {
                continue;
            }
            let mut command = sending(
                &folder.path,
                format!("{line} {to} --format {format} --scheme none").split(' '),
            );
            let ran = finish(command.stdout(writer).spawn().unwrap(), PATIENCE);
            assert_eq!((ran.code, &*ran.err), (0, ""), "{line}");
        }
    }
}
