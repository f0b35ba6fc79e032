//! Deliveries that only the journal has any more, and the file that leads the browser to the page.

use super::{Inspected, raw};
use crate::support::listener::{Listener, ask};
use crate::support::{folder, payload};
use serde_json::json;

#[test]
fn older_deliveries_are_read_from_the_journal() {
    let folder = folder(&[]);
    let paid = payload("calypso/samples/INVOICE_PAID.json");
    let before = Listener::start(&folder.path, "--journal hooks.ndjson");
    before.post(&[("Sign", "abcdef")], paid.as_bytes());
    before.interrupt();
    let page = Inspected::listen(&folder, "--journal hooks.ndjson --inspect-keep 2");
    let mut last = json!(null);
    for _ in 0..3 {
        last = page.deliver(&paid);
    }
    assert_eq!(last["number"], 4);
    // Those in memory are the third and the fourth.
    let older = page.json("/api/older?before=3");
    let numbers: Vec<_> = older["deliveries"].as_array().unwrap().iter().collect();
    assert_eq!(older["more"], false);
    assert_eq!(
        numbers.iter().map(|row| &row["number"]).collect::<Vec<_>>(),
        [1, 2]
    );
    assert_eq!(numbers[0]["signature"]["verdict"], "invalid");
    assert_eq!(numbers[1]["duplicate_of"], numbers[0]["id"]);
    // They are deliveries like all others.
    let whole = page.json(&format!("/api/deliveries/{}", numbers[1]["seq"]));
    assert_eq!(whole["previous"]["seq"], numbers[0]["seq"]);
    let found = page.json("/api/search?text=invoice_paid");
    assert_eq!(found["seqs"].as_array().unwrap().len(), 4);
    // No more than are kept.
    let full = page.json("/api/older?before=1");
    assert_eq!(
        (&full["deliveries"], &full["more"]),
        (&json!([]), &json!(false))
    );
    page.posted("/api/clear", &json!({}));
    let last = page.json("/api/older");
    assert_eq!(last["deliveries"][1]["number"], 4);
    assert_eq!(last["more"], true);
}

#[test]
fn without_a_journal_there_are_no_older_ones() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    let older = page.json("/api/older");
    assert_eq!(older, json!({ "deliveries": [], "more": false }));
    assert_eq!(page.get("/api/older?before=x").status, 404);
}

#[test]
fn what_the_server_itself_refuses_has_the_same_headers() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    let host = page.host();
    let large =
        format!("POST /api/send HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999999\r\n\r\n");
    let long = format!("/{}", "a".repeat(100_000));
    for (request, expected) in [
        (b"nonsense\r\n\r\n".to_vec(), 400),
        (large.into_bytes(), 413),
        (raw("GET", &long, &[("Host", &host)], ""), 431),
    ] {
        let answered = ask(page.port, &request).unwrap();
        assert_eq!(answered.status, expected);
        let header = |name: &str| answered.all(name).join("|");
        assert!(header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
    }
}

/// A program in the place of the one that opens files; it keeps what it was given, and what that file says.
#[cfg(target_os = "linux")]
#[test]
fn the_browser_is_given_a_file_that_others_cannot_read_and_no_token() {
    use crate::support::tool;
    use std::fs;
    use std::io::{BufRead as _, BufReader};
    use std::os::unix::fs::PermissionsExt as _;

    let folder = folder(&[]);
    let opener = folder.path.join("xdg-open");
    let script = "#!/bin/sh\nstat -c %a \"$1\" >mode\ncp \"$1\" copy.html\nprintf %s \"$*\" >given.part\nmv given.part given\n";
    fs::write(&opener, script).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!(
        "{}:{}",
        folder.path.display(),
        std::env::var("PATH").unwrap()
    );
    let mut child = tool(
        &folder.path,
        ["listen", "0", "--inspect", "--open", "--format", "json"],
    )
    .env("PATH", path)
    .spawn()
    .unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut ready)
        .unwrap();
    let page = super::Page::of(&ready);
    let given = folder.path.join("given");
    while !given.exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let given = fs::read_to_string(given).unwrap();
    assert!(!given.contains(&page.token), "{given}");
    assert_eq!(
        fs::read_to_string(folder.path.join("mode")).unwrap(),
        "600\n"
    );
    let link = format!("url=http://{}/#t={}", page.host(), page.token);
    assert!(
        fs::read_to_string(folder.path.join("copy.html"))
            .unwrap()
            .contains(&link)
    );
    // A window may be led to the page, and to nothing else.
    let host = page.host();
    for (target, destination, expected) in [
        ("/", "document", 200),
        ("/", "iframe", 403),
        ("/app.js", "document", 403),
    ] {
        let headers = [
            ("Host", &*host),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-Dest", destination),
        ];
        let answered = ask(page.port, &raw("GET", target, &headers, "")).unwrap();
        assert_eq!(answered.status, expected, "{target} {destination}");
    }
    // Once the page is open, the file is gone.
    assert!(fs::exists(&given).unwrap());
    page.json("/api/state");
    assert!(!fs::exists(&given).unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What cannot open a browser is said with the link, and the file for the browser ends with the command.
#[cfg(target_os = "linux")]
#[test]
fn a_browser_that_does_not_open_is_told_and_leaves_no_file() {
    use crate::support::tool;
    use std::fs;
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    let folder = folder(&[("hooks.ndjson", "")]);
    let opener = folder.path.join("xdg-open");
    fs::write(&opener, "#!/bin/sh\nprintf %s \"$1\" >given\nexit 3\n").unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    for line in ["listen 0 --inspect", "inspect hooks.ndjson"] {
        let words = line.split(' ').chain(["--open", "--format", "json"]);
        let mut child = tool(&folder.path, words)
            .env("PATH", &folder.path)
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut ready = String::new();
        out.read_line(&mut ready).unwrap();
        let page = super::Page::of(&ready);
        let mut said = String::new();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        while !said.contains("browser") {
            said.clear();
            assert_ne!(stderr.read_line(&mut said).unwrap(), 0, "{line}");
        }
        let given = fs::read_to_string(folder.path.join("given")).unwrap();
        assert!(fs::exists(&given).unwrap());
        let pid = child.id().to_string();
        Command::new("kill").args(["-INT", &pid]).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{line}");
        assert!(!fs::exists(&given).unwrap(), "{line}");
        stderr.read_to_string(&mut said).unwrap();
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = format!(
            "cannot open a browser: xdg-open failed (exit status: 3); open http://{}/#t={} yourself",
            page.host(),
            page.token
        );
        assert!(said.contains(&expected), "{said}");
    }
}
