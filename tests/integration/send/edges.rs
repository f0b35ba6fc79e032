//! Rare cases of `send`: connections that close between responses or never open, endpoints that send secrets back,
//! broken catalogues and certificates, and flags without effect.

use crate::support::endpoint::{
    Endpoint, answer, dead_port, finish, read_request, send, sending, socket,
};
use crate::support::{Ran, acme, folder, json_lines, of_type, run_line, signal};
use serde_json::Value;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// The one line of that type in what was printed.
fn line(ran: &Ran, name: &str) -> Value {
    let lines = json_lines(&ran.out);
    let found = of_type(&lines, name);
    assert_eq!(found.len(), 1, "{}{}", ran.out, ran.err);
    found[0].clone()
}

fn counts(summary: &Value) -> [u64; 4] {
    ["sent", "accepted", "refused", "failed"].map(|name| summary[name].as_u64().expect(name))
}

#[test]
fn a_connection_that_closes_after_an_answer_is_no_failure() {
    // It does not say that it closes.
    let port = socket(|mut stream| {
        if read_request(&mut stream).is_some() && stream.write_all(OK).is_ok() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    });
    for connections in [1, 8] {
        let flags = format!("--count 300 --concurrency {connections} --format json");
        let ran = send(
            &folder(&[]).path,
            &format!("INVOICE_PAID --to 127.0.0.1:{port} {flags}"),
        );
        assert_eq!(
            (ran.code, counts(&line(&ran, "summary"))),
            (0, [300, 300, 0, 0]),
            "{}",
            ran.out
        );
    }
}

#[test]
fn a_connection_that_never_answers_a_second_time_is_a_failure() {
    let port = socket(|mut stream| {
        if read_request(&mut stream).is_some() && stream.write_all(OK).is_ok() {
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    let to = format!(
        "INVOICE_PAID --to 127.0.0.1:{port} --count 4 --concurrency 1 --timeout 200ms --format json"
    );
    let summary = line(&send(&folder(&[]).path, &to), "summary");
    // Every second one comes over a connection that is new.
    assert_eq!(
        (counts(&summary), &summary["faults"]["timeout"]),
        ([4, 2, 0, 2], &2.into()),
        "{summary}"
    );
    assert_eq!(summary["reasons"]["no answer within 200ms"], 2);
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_a_burst_whose_first_connection_hangs() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // As many as may wait do, and the next one's packet is not answered.
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        waiting.push(stream);
    }
    let begun = Instant::now();
    let to = format!("INVOICE_PAID --to {address} --timeout 10m --count 9 --format json");
    let child = sending(&folder(&[]).path, to.split(' ')).spawn().unwrap();
    sleep(Duration::from_millis(500));
    signal(child.id(), "INT");
    let ran = finish(child, Duration::from_secs(30));
    let summary = line(&ran, "summary");
    assert_eq!(
        (ran.code, counts(&summary), &summary["interrupted"]),
        (130, [1, 0, 0, 1], &true.into()),
        "{summary}"
    );
    assert_eq!(summary["faults"]["interrupted"], 1);
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_target_that_refuses_keeps_no_other_from_its_delivery_and_the_next_step_is_not_sent() {
    let folder = folder(&[]);
    let (bad, good, (dead, _held)) = (
        Endpoint::answering(500),
        Endpoint::answering(200),
        dead_port(),
    );
    let to = format!(
        "--scenario calypso/paid --to :{} --to :{dead} --to :{}",
        bad.port, good.port
    );
    assert_eq!(send(&folder.path, &to).code, 1);
    assert_eq!((bad.take().len(), good.take().len()), (1, 1));
    assert_eq!(send(&folder.path, &format!("{to} --keep-going")).code, 1);
    let steps = bad.take().len();
    assert!(steps > 1 && good.take().len() == steps);
}

#[test]
fn what_an_endpoint_sends_back_of_a_secret_is_stars_everywhere() {
    let folder = folder(&[("secret", "s3cr3t")]);
    let echo = Endpoint::new(|_, came| {
        let (name, seen) = ("X-Echo", format!("{:?}", came.headers));
        answer(
            301,
            &[(name, &seen), ("Location", "/there?s3cr3t")],
            &format!("{seen} s3cr3t ann:pa55w0rd"),
        )
    });
    for (event, user, header) in [
        ("rehive/invoice.paid", "", "X-A: b"),
        ("INVOICE_PAID", "ann:pa55w0rd@", "X-A: b"),
        ("INVOICE_PAID", "", "Authorization: Bearer hushed"),
        ("INVOICE_PAID", "", "Cookie: session=hushed; other=1"),
    ] {
        for format in ["human", "json"] {
            let to = format!("http://{user}localhost:{}", echo.port);
            let arguments = [
                event,
                "--to",
                &to,
                "--secret-file",
                "secret",
                "--header",
                header,
                "--format",
                format,
            ];
            let Ran { code, out, err } =
                crate::support::endpoint::send_all(&folder.path, arguments);
            assert_eq!(code, 1, "{err}");
            for secret in ["s3cr3t", "pa55w0rd", "YW5uOnBhNTV3MHJk"] {
                assert!(
                    !out.contains(secret) || (user.is_empty() && secret == "pa55w0rd"),
                    "{secret} in {out}"
                );
            }
            assert!(
                header.starts_with("X-A") || !out.contains("hushed"),
                "{out}"
            );
        }
    }
}

#[test]
fn no_configuration_error_or_form_shows_a_secret_that_the_user_wrote() {
    let folder = folder(&[]);
    for target in [
        "http://ann:pa55@localhost:1",
        "pa55@localhost",
        "http://pa55@local host",
    ] {
        for arguments in [
            &["config"][..],
            &["config", "--format", "json"],
            &["send", "INVOICE_PAID", "--dry-run"],
        ] {
            let mut command = crate::support::tool(&folder.path, arguments);
            let Ran { out, err, .. } =
                crate::support::ran(command.env("INQUD_HOOK_TO", target).output().unwrap());
            assert!(
                !out.contains("pa55") && !err.contains("pa55"),
                "{target} {arguments:?}: {out}{err}"
            );
            assert!(
                out.contains("********@localhost")
                    || arguments[0] == "send"
                    || target.contains(' '),
                "{out}"
            );
        }
    }
    let header = |text: &str, flags: &[&str]| {
        let arguments = [
            "INVOICE_PAID",
            "--scheme",
            "none",
            "--to",
            "1",
            "--header",
            text,
        ];
        crate::support::endpoint::send_all(&folder.path, arguments.iter().chain(flags))
    };
    for form in ["http", "curl", "hurl", "k6", "locust", "vegeta", "har"] {
        for text in [
            "Authorization: Bearer hushed",
            "Proxy-Authorization: hushed",
            "Cookie: a=hushed; b=hushed",
        ] {
            let ran = header(text, &["--as", form]);
            assert!(
                ran.code == 0 && !ran.out.contains("hushed"),
                "{}{}",
                ran.out,
                ran.err
            );
            assert_eq!(
                ran.err.contains("stars"),
                ["vegeta", "har"].contains(&form),
                "{}",
                ran.err
            );
            let ran = header(text, &["--as", form, "--show-secrets"]);
            assert!(
                ran.code == 0 && ran.out.contains("hushed") && ran.err.is_empty(),
                "{}{}",
                ran.out,
                ran.err
            );
        }
    }
    let curl = header("Authorization: Bearer hushed", &["--as", "curl"]).out;
    assert!(
        curl.contains("\"Authorization: Bearer ${INQUD_HOOK_AUTHORIZATION:?}\""),
        "{curl}"
    );
    for wrong in [
        "Authorization Bearer hushed",
        "Authorization: Bearer hushed\r\nX: y",
        "Author ization: hushed",
    ] {
        let ran = header(wrong, &[]);
        assert!(
            ran.code == 2 && !ran.err.contains("hushed") && ran.err.contains("error: --header"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn what_is_no_certificate_is_said_before_anything_is_sent() {
    let half = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let folder = folder(&[
        ("empty", ""),
        ("text", "no certificate"),
        ("half", half),
        ("cut", &half[..40]),
    ]);
    let endpoint = Endpoint::answering(200);
    for file in ["empty", "text", "half", "cut"] {
        let ran = send(
            &folder.path,
            &format!("INVOICE_PAID --to {} --cacert {file}", endpoint.port),
        );
        assert_eq!((ran.code, &*ran.out), (2, ""), "{}", ran.err);
        assert!(
            ran.err.contains(&format!("error: --cacert {file}: ")),
            "{}",
            ran.err
        );
    }
    assert!(endpoint.came().is_empty());
}

#[test]
fn a_catalogue_that_http_cannot_carry_is_refused_with_the_field() {
    let folder = folder(&[]);
    let manifest = acme::FILES[0].1;
    for (from, to, field) in [
        (
            "header = \"X-Acme\"",
            "header = \"X Acme\"",
            "signing.value.header: \"X Acme\" is not a valid header name",
        ),
        (
            "value = \"POST\"",
            "value = \"PO ST\"",
            "delivery.method: \"PO ST\" is not a valid method",
        ),
    ] {
        assert!(manifest.contains(from), "{manifest}");
        acme::write(&folder, "own");
        folder.write("own/provider.toml", &manifest.replace(from, to));
        let ran = run_line(&folder.path, "events --catalog own");
        assert!(
            ran.code == 2 && ran.err.contains("provider.toml") && ran.err.contains(field),
            "{}",
            ran.err
        );
    }
}

#[test]
fn requests_are_printed_one_by_one_and_a_document_has_an_end() {
    let folder = folder(&[]);
    for form in ["http", "curl", "hurl", "vegeta"] {
        let line = format!("checkout.success --seed 1 --as {form} --count 1000000000");
        let mut child = sending(&folder.path, line.split(' ')).spawn().unwrap();
        let mut some = vec![0; 1 << 20];
        child
            .stdout
            .as_mut()
            .unwrap()
            .read_exact(&mut some)
            .unwrap();
        drop(child.stdout.take());
        assert_eq!(
            finish(child, Duration::from_secs(30)).code,
            0,
            "a closed pipe is a quiet end"
        );
    }
    let ran = send(&folder.path, "checkout.success --as har --count 1000000000");
    assert!(
        ran.code == 2 && ran.err.contains("one document holds at most"),
        "{}",
        ran.err
    );
}

#[test]
fn no_flag_is_taken_in_silence_and_does_nothing() {
    let folder = folder(&[]);
    for flags in ["--dry-run", "--as curl", "--as har"] {
        let ran = send(&folder.path, &format!("INVOICE_PAID {flags} --format json"));
        assert!(
            ran.code == 2 && ran.out.is_empty() && ran.err.contains("--as har"),
            "{}",
            ran.err
        );
    }
    let endpoint = Endpoint::answering(200);
    let known: Vec<bool> = ["INVOICE_PAID", "checkout.success", "rehive/invoice.paid"]
        .map(|event| {
            send(
                &folder.path,
                &format!("{event} --retry --to {}", endpoint.port),
            )
            .err
        })
        .iter()
        .map(|err| !err.contains("--retry changes nothing"))
        .collect();
    assert!(known.contains(&true), "a body says when: {known:?}");
}

#[test]
fn a_seed_and_a_time_make_every_form_the_same_on_every_run() {
    let folder = folder(&[]);
    for form in ["http", "curl", "hurl", "vegeta", "har"] {
        let line = format!("INVOICE_PAID --seed 3 --now 2031-02-03T04:05:06Z --as {form}");
        let first = send(&folder.path, &line).out;
        sleep(Duration::from_millis(1_100));
        assert_eq!(send(&folder.path, &line).out, first);
        assert!(
            form != "har" || first.contains("2031-02-03T04:05:06Z"),
            "{first}"
        );
    }
}

#[test]
fn the_public_key_is_the_one_that_was_given() {
    let folder = folder(&[("inqud-hook.toml", "[keys]\ncalypso = 'from-file'\n")]);
    let endpoint = Endpoint::answering(200);
    for (variable, expected) in [("", "from-file"), ("from-env", "from-env")] {
        let mut command = sending(
            &folder.path,
            ["INVOICE_PAID", "--to", &endpoint.port.to_string()],
        );
        let ran = crate::support::ran(
            command
                .env("INQUD_HOOK_KEY_CALYPSO", variable)
                .output()
                .unwrap(),
        );
        assert_eq!((ran.code, endpoint.one().header("Key")), (0, expected));
    }
    assert!(run_line(&folder.path, "config").out.contains("from-file"));
    folder.write("inqud-hook.toml", "[keys]\nstripe = 'x'\n");
    assert_eq!(run_line(&folder.path, "config").code, 2);
    folder.write("inqud-hook.toml", "[keys]\ncalypso = \"a\\nb\"\n");
    let ran = send(&folder.path, "INVOICE_PAID");
    assert!(
        ran.code == 2 && ran.err.contains("a header cannot carry"),
        "{}",
        ran.err
    );
}

#[test]
fn a_hint_says_what_can_be_done() {
    let folder = folder(&[("twice.json", "{\"a\":1,\"a\":2}")]);
    for (arguments, expected) in [
        (
            &["rehive/paid"][..],
            "hint: send it with --scenario rehive/paid",
        ),
        (
            &["INVOICE_PAID", "--to", "localhost/\r\nX"],
            "hint: give a URL, host, host:port",
        ),
        (
            &["INVOICE_PAID", "--to", "bücher.example"],
            "hint: write an internationalised host name in its xn-- form",
        ),
        (
            &["--scheme", "none", "--body", "twice.json", "--set", "/a=1"],
            "/a occurs twice in its object",
        ),
    ] {
        let ran = crate::support::endpoint::send_all(&folder.path, arguments);
        assert!(
            ran.code == 2 && ran.err.contains(expected),
            "{arguments:?}: {}",
            ran.err
        );
    }
}

#[cfg(unix)]
#[test]
fn an_editor_that_changes_nothing_changes_nothing() {
    let (folder, endpoint) = (folder(&[]), Endpoint::answering(200));
    let line = format!("INVOICE_PAID --seed 5 --to {}", endpoint.port);
    assert_eq!(send(&folder.path, &line).code, 0);
    let plain = endpoint.one();
    let mut command = sending(&folder.path, line.split(' '));
    command
        .arg("--edit")
        .env("EDITOR", "true")
        .env("PATH", std::env::var_os("PATH").unwrap());
    assert_eq!(crate::support::ran(command.output().unwrap()).code, 0);
    assert_eq!(endpoint.one(), plain);
}

/// How the editor ends after Ctrl-C was pressed in it, flags, whether Ctrl-C is pressed once more afterwards, and the
/// exit code; a new case is a new line.
#[cfg(unix)]
const EDITED: [(&str, &str, bool, i32); 5] = [
    ("printf '{\"a\": 1}' > \"$1\"", "", false, 0),
    ("exit 3", "", false, 2),
    ("kill -INT $$", "", false, 2),
    // While waiting for a response, and before anything is sent, the secret is not written anywhere.
    (
        "printf '{\"a\": 1}' > \"$1\"",
        "--header X-Wait:1",
        true,
        130,
    ),
    (
        "printf '{\"a\": 1}' > \"$1\"",
        "--secret-file fifo",
        true,
        130,
    ),
];

#[cfg(unix)]
#[test]
fn ctrl_c_in_the_editor_is_the_editors_and_afterwards_ours_again() {
    let endpoint = Endpoint::new(|_, came| {
        if !came.all("X-Wait").is_empty() {
            sleep(crate::support::endpoint::PATIENCE);
        }
        answer(200, &[], "")
    });
    for (ending, flags, again, code) in EDITED {
        let script = format!("touch begun\nwhile [ ! -e go ]; do sleep 0.02; done\n{ending}\n");
        let folder = folder(&[("edit", &script), ("tmp/keep", "")]);
        assert!(
            Command::new("mkfifo")
                .arg(folder.path.join("fifo"))
                .status()
                .unwrap()
                .success()
        );
        let line = format!(
            "INVOICE_PAID --edit --timeout 1h --to {} {flags}",
            endpoint.port
        );
        let mut command = sending(&folder.path, line.split_whitespace());
        command
            .env("EDITOR", "sh edit")
            .env("PATH", std::env::var_os("PATH").unwrap());
        let mut child = command
            .env("TMPDIR", folder.path.join("tmp"))
            .spawn()
            .unwrap();
        let files = || fs::read_dir(folder.path.join("tmp")).unwrap().count();
        let wait = |child: &mut Child, over: &dyn Fn() -> bool| {
            while !over() && child.try_wait().unwrap().is_none() {
                sleep(Duration::from_millis(5));
            }
        };
        wait(&mut child, &|| folder.path.join("begun").exists());
        for name in ["INT", "QUIT", "INT"] {
            signal(child.id(), name);
        }
        folder.write("go", "");
        wait(&mut child, &|| files() == 1);
        let arrives = code == 0 || flags.contains("X-Wait");
        endpoint.wait_for(usize::from(arrives));
        // Whoever is impatient presses it more than once.
        while again && child.try_wait().unwrap().is_none() {
            signal(child.id(), "INT");
            sleep(Duration::from_millis(20));
        }
        let ran = finish(child, crate::support::endpoint::PATIENCE);
        assert_eq!(
            (ran.code, files()),
            (code, 1),
            "{ending} {flags}: {}",
            ran.err
        );
        let came = endpoint.take();
        assert!(
            came.iter().all(|came| came.text() == "{\"a\": 1}"),
            "{came:?}"
        );
        assert_eq!(came.len(), usize::from(arrives), "{ending} {flags}");
    }
}
