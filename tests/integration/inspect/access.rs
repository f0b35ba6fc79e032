//! Only the page itself is answered, and only in the way in which it asks.

use super::files::Files;
use super::{Inspected, raw};
use crate::support::listener::{ask, request};
use crate::support::{folder, payload, run, run_line};

const ASSETS: [(&str, &str); 3] = [
    ("/", "text/html"),
    ("/style.css", "text/css"),
    ("/app.js", "text/javascript"),
];

#[test]
fn the_files_of_the_page_need_no_token_and_keep_to_themselves() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    assert_eq!(page.token.len(), 32, "128 bits");
    let host = page.host();
    for (path, content_type) in ASSETS {
        let answered = ask(page.port, &raw("GET", path, &[("Host", &host)], "")).unwrap();
        assert_eq!(answered.status, 200, "{path}");
        let header = |name: &str| answered.all(name).join("|");
        assert!(header("content-type").starts_with(content_type), "{path}");
        assert!(
            header("content-security-policy").starts_with("default-src 'none'; script-src 'self'")
        );
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cache-control"), "no-store");
        let cors = answered.headers.iter();
        let mut cors = cors.filter(|(name, _)| name.to_lowercase().starts_with("access-control"));
        assert_eq!(cors.next(), None, "{path}");
        let mut comments = answered.text().lines();
        assert!(
            !comments.any(|line| line.trim().starts_with("//")),
            "{path}"
        );
    }
}

#[test]
fn nothing_else_is_answered() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    let host = page.host();
    let other = format!("evil.test:{}", page.port);
    let own = format!("http://{host}");
    let localhost = format!("localhost:{}", page.port);
    let from_localhost = format!("http://{localhost}");
    let token = format!("Bearer {}", page.token);
    let wrong = format!("Bearer {}0", &page.token[..31]);
    let short = format!("Bearer {}", &page.token[..31]);
    let json = ("Content-Type", "application/json");
    let (host, authorized) = (("Host", &*host), ("Authorization", &*token));
    let absolute = format!("http://{}/api/state", page.host());
    for (name, method, target, headers, expected) in [
        (
            "all right",
            "GET",
            "/api/state",
            vec![host, authorized],
            200,
        ),
        (
            "another name of ours",
            "GET",
            "/",
            vec![("Host", &*localhost)],
            200,
        ),
        ("no token", "GET", "/api/state", vec![host], 401),
        (
            "a wrong token",
            "GET",
            "/api/state",
            vec![host, ("Authorization", &*wrong)],
            401,
        ),
        (
            "a short token",
            "GET",
            "/api/state",
            vec![host, ("Authorization", &*short)],
            401,
        ),
        (
            "two tokens",
            "GET",
            "/api/state",
            vec![host, authorized, authorized],
            401,
        ),
        (
            "the token as a cookie",
            "GET",
            "/api/state",
            vec![host, ("Cookie", &*token)],
            401,
        ),
        ("another host", "GET", "/", vec![("Host", &*other)], 421),
        (
            "another host with the token",
            "GET",
            "/api/state",
            vec![("Host", &*other), authorized],
            421,
        ),
        (
            "the host without its port",
            "GET",
            "/",
            vec![("Host", "127.0.0.1")],
            421,
        ),
        (
            "another site",
            "GET",
            "/",
            vec![host, ("Sec-Fetch-Site", "cross-site")],
            403,
        ),
        (
            "the same site",
            "GET",
            "/",
            vec![host, ("Sec-Fetch-Site", "same-site")],
            403,
        ),
        (
            "the user",
            "GET",
            "/",
            vec![host, ("Sec-Fetch-Site", "none")],
            200,
        ),
        (
            "a foreign origin",
            "GET",
            "/api/state",
            vec![host, authorized, ("Origin", "http://evil.test")],
            403,
        ),
        (
            "no origin",
            "POST",
            "/api/clear",
            vec![host, authorized, json],
            403,
        ),
        (
            "a null origin",
            "POST",
            "/api/clear",
            vec![host, authorized, json, ("Origin", "null")],
            403,
        ),
        (
            "the origin of another name",
            "POST",
            "/api/clear",
            vec![host, authorized, json, ("Origin", &*from_localhost)],
            403,
        ),
        (
            "a form",
            "POST",
            "/api/clear",
            vec![
                host,
                authorized,
                ("Origin", &*own),
                ("Content-Type", "text/plain"),
            ],
            415,
        ),
        (
            "right",
            "POST",
            "/api/clear",
            vec![host, authorized, json, ("Origin", &*own)],
            200,
        ),
        (
            "a change by GET",
            "GET",
            "/api/clear",
            vec![host, authorized],
            404,
        ),
        (
            "an encoded path",
            "GET",
            "/api/st%61te",
            vec![host, authorized],
            404,
        ),
        (
            "an encoded slash",
            "GET",
            "/api%2Fstate",
            vec![host, authorized],
            404,
        ),
        (
            "dots",
            "GET",
            "/api/../api/state",
            vec![host, authorized],
            404,
        ),
        ("two slashes", "GET", "//api/state", vec![host], 404),
        (
            "the absolute form",
            "GET",
            &*absolute,
            vec![host, authorized],
            403,
        ),
        ("what is not served", "GET", "/types.d.ts", vec![host], 404),
        (
            "OPTIONS",
            "OPTIONS",
            "/api/state",
            vec![host, authorized],
            405,
        ),
        ("HEAD", "HEAD", "/", vec![host], 405),
    ] {
        let answered = ask(page.port, &raw(method, target, &headers, "")).unwrap();
        assert_eq!(answered.status, expected, "{name}");
        let text = String::from_utf8_lossy(&answered.body);
        assert!(!text.contains(&page.token), "{name}");
    }
}

#[test]
fn two_hosts_are_none() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    let host = page.host();
    let twice = raw("GET", "/", &[("Host", &host), ("Host", &host)], "");
    // The parser refuses it before the page does, or the page does.
    let status = ask(page.port, &twice).map_or(400, |answered| answered.status);
    assert!([400, 421].contains(&status), "{status}");
}

#[test]
fn another_name_can_be_allowed() {
    let folder = folder(&[]);
    let page = Inspected::listen(
        &folder,
        "--inspect-host hooks.test --inspect-host hooks.test:9000",
    );
    let own = format!("hooks.test:{}", page.port);
    for (host, expected) in [(&*own, 200), ("hooks.test:9000", 200), ("hooks.test", 421)] {
        let answered = ask(page.port, &raw("GET", "/", &[("Host", host)], "")).unwrap();
        assert_eq!(answered.status, expected, "{host}");
    }
}

#[test]
fn the_port_of_the_page_is_never_a_target() {
    let folder = folder(&[]);
    let ran = run(&folder.path, ["listen", "8085", "--inspect=8085"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("cannot have the listener's port, 8085"),
        "{}",
        ran.err
    );
    // A port that is free now; another test may take it before the page does.
    let refused = || {
        let (port, held) = crate::support::endpoint::dead_port();
        drop(held);
        let inspect = format!("--inspect={port}");
        let forward = format!("http://localhost:{port}");
        let words = ["listen", "0", &*inspect, "--forward", &*forward];
        run(&folder.path, words)
    };
    let ran = std::iter::repeat_with(refused)
        .take(20)
        .find(|ran| !ran.err.contains("address already in use"))
        .unwrap();
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("leads back to the page of --inspect"),
        "{}",
        ran.err
    );
}

#[test]
fn the_listener_shows_no_page_and_the_page_takes_no_delivery() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    let answered = page.listener.ask(&request("GET", "/api/state", &[], b""));
    assert!(!answered.text().contains("version"), "{}", answered.text());
    let host = page.host();
    let delivery = raw("POST", "/", &[("Host", &host)], "{}");
    assert_eq!(ask(page.port, &delivery).unwrap().status, 403);
}

#[test]
fn a_delivery_to_the_page_is_told_where_to_go() {
    let paid = payload("calypso/samples/INVOICE_PAID.json");
    let folder = folder(&[("body.json", &paid)]);
    let of_listener = Inspected::listen(&folder, "");
    let of_file = Files::start(&folder, "body.json");
    let listener = format!(
        "send to its listener with --to 127.0.0.1:{}",
        of_listener.listener.port
    );
    let own = "give the address of your endpoint with --to".to_owned();
    for (page, fix) in [(&of_listener.page, listener), (&of_file.page, own)] {
        let said = format!("this is the page of the inspector, not an endpoint; {fix}\n");
        for line in [
            "send INVOICE_PAID --to",
            "send INVOICE_PAID --why --to",
            "replay body.json --to",
        ] {
            let line = format!("{line} localhost:{}/hooks", page.port);
            let ran = run_line(&folder.path, &line);
            assert!(
                ran.code == 1 && ran.out.ends_with(&format!("  hint: {said}")),
                "{line}: {}{}",
                ran.out,
                ran.err
            );
        }
    }
    let (port, host) = (of_listener.page.port, of_listener.page.host());
    let token = format!("Bearer {}", of_listener.page.token);
    for (name, header, told) in [
        ("another sender", ("User-Agent", "curl"), true),
        ("another site", ("Origin", "http://evil.test"), false),
        ("another site", ("Sec-Fetch-Site", "cross-site"), false),
        ("a script with the token", ("Authorization", &*token), false),
        ("another host", ("Host", "evil.test"), false),
    ] {
        let mut headers = vec![("Host", &*host), header];
        headers.retain(|(name, value)| (*name, *value) == header || *name != header.0);
        let answered = ask(port, &raw("POST", "/hooks", &headers, "{}")).unwrap();
        let text = String::from_utf8_lossy(&answered.body);
        let address = format!(":{}", of_listener.listener.port);
        let tells = text.contains(&address) || !answered.all("Inqud-Hook-Inspector").is_empty();
        assert_eq!(tells, told, "{name}: {text}");
    }
}
