//! The journal of `listen`: what a line contains, that it is written before the sender gets an answer, and what happens
//! if the disk is full, another process writes, or a crash left half a line. `journal_loops.rs` kills listeners in
//! bursts.

use crate::support::endpoint::all_at_once;
use crate::support::journal::{body, lines, numbered, open};
use crate::support::listener::{DEVELOPMENT, Listener, connect, read_answer, request, signature};
use crate::support::{all, folder, gzip, json_lines, of_type, payload, run_line};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fs;
use std::io::Write as _;

/// The fingerprint that stands behind a header: as many digits as tell one secret from another.
fn fingerprint(header: &Value) -> &str {
    let print = header[2].as_str().expect("a third text is there");
    let digits = print.strip_prefix("keyed:").expect(print);
    assert!(
        digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()),
        "{print}"
    );
    print
}

#[test]
fn a_line_has_everything_that_came_and_what_was_found_and_answered() {
    let paid = payload("calypso/samples/INVOICE_PAID.json");
    let short = paid.replace("\"INVOICE_PAID\"", "\"INVOICE_PIAD\"");
    let checkout = payload("inqud/samples/checkout.success.json");
    let zipped = gzip(paid.as_bytes());
    let paid_as = |verdict| (Some("calypso/INVOICE_PAID"), verdict, "hmac-sha512");
    let success = (Some("inqud/checkout.success"), "valid", "hmac-sha1");
    let unknown = (None, "missing", "none");
    let (paid, short, checkout) = (paid.as_bytes(), short.as_bytes(), checkout.as_bytes());
    let odd = "{\"\u{202e}\": \"\\u0000\\ud800\u{2028}\"}".as_bytes();
    let twice: &[_] = &[
        ("X-Twice", "b"),
        ("X-Twice", "a"),
        ("x-once", "caf\u{e9}"),
        ("X-Empty", ""),
    ];
    let (none, gzip, sign): (&[_], &[_], &[_]) =
        (&[], &[("Content-Encoding", "gzip")], &[("Sign", "00")]);
    // Who signs, the headers beside, the target, the body; event, signature, scheme; whether there are errors.
    let cases = [
        (("calypso", none, "/", paid), paid_as("valid"), false),
        (("inqud", none, "/a%20b?c=d&c=e", checkout), success, false),
        (("rehive", none, "/", paid), paid_as("missing"), false),
        (("", sign, "/", paid), paid_as("invalid"), false),
        (
            ("calypso", none, "/", short),
            (None, "valid", "hmac-sha512"),
            true,
        ),
        (("", none, "/", b""), unknown, true),
        (("", none, "/", b"\xff\0\x1b[2J"), unknown, true),
        (("", none, "/", odd), unknown, true),
        (("calypso", gzip, "/", &zipped), paid_as("valid"), false),
        (("", twice, "/", b"{}"), unknown, true),
    ];
    for sync in ["each", "none"] {
        let folder = folder(&[]);
        let listener = Listener::start(
            &folder.path,
            &format!("--format json --journal j.ndjson --sync {sync}"),
        );
        for (number, ((provider, headers, target, sent), found, errors)) in cases.iter().enumerate()
        {
            let mut all = headers.to_vec();
            let signed = (!provider.is_empty()).then(|| signature(provider, DEVELOPMENT, sent));
            all.extend(signed.as_ref().map(|(name, value)| (*name, value.as_str())));
            assert_eq!(
                listener.ask(&request("POST", target, &all, sent)).status,
                200
            );
            let shown = listener.delivery();

            let lines = lines(&folder);
            assert_eq!(lines.len(), number + 1);
            let line = &lines[number];
            assert_eq!(body(line), *sent);
            assert_eq!(line["body"].is_string(), std::str::from_utf8(sent).is_ok());
            let (event, verdict, scheme) = *found;
            let mut signature = json!({"verdict": verdict, "scheme": scheme});
            // The reason is the one that is shown.
            if !shown["signature"]["reason"].is_null() {
                signature["reason"] = shown["signature"]["reason"].clone();
            }
            let expected = json!({
                "v": 1, "method": "POST", "target": target, "event": event,
                "signature": signature, "answer": {"status": 200},
            });
            for (name, value) in expected.as_object().expect("it is one") {
                assert_eq!(line[name], *value, "{name} of {line}");
            }
            assert_eq!(
                line["errors"].as_u64().expect("it is a number") > 0,
                *errors,
                "{line}"
            );
            // What is printed speaks of the same delivery.
            for name in ["id", "received_at", "method", "target", "remote", "event"] {
                assert!(!line[name].is_null() || name == "event", "{name} of {line}");
                assert_eq!(line[name], shown[name], "{name}");
            }
            let length = sent.len().to_string();
            let own = [("Host", "localhost"), ("Content-Length", &length)];
            let mut expected: Vec<Value> = own[..1]
                .iter()
                .chain(headers.iter())
                .map(|header| json!(header))
                .collect();
            if let Some((name, value)) = &signed {
                expected.push(match *name {
                    "Authorization" => {
                        json!([name, "Secret ********", fingerprint(&line["headers"][1])])
                    }
                    _ => json!([name, value]),
                });
            }
            expected.push(json!(own[1]));
            assert_eq!(line["headers"], json!(expected), "{line}");
        }
        // A rejected request is not a delivery.
        assert_eq!(listener.ask(&request("GET", "/", &[], b"")).status, 200);
        assert_eq!(listener.ask(&request("PUT", "/", &[], b"{}")).status, 405);
        assert_eq!(
            listener
                .ask(&request("POST", "/", &[], &vec![b' '; 2 << 20]))
                .status,
            413
        );
        listener.interrupt();
        assert_eq!(lines(&folder).len(), cases.len());
        // The linter sees the bodies as they came, the compressed one too.
        let ran = run_line(&folder.path, "validate j.ndjson --format json");
        let linted = json_lines(&ran.out);
        let bodies: Vec<_> = of_type(&linted, "body")
            .iter()
            .map(|body| body["event"].clone())
            .collect();
        assert_eq!(ran.code, 1, "{}", ran.err);
        assert_eq!(
            bodies[..2],
            ["calypso/INVOICE_PAID", "inqud/checkout.success"]
        );
    }
}

#[test]
fn the_answer_that_was_given_is_written_down() {
    let file = [("no", "{\"why\": \"closed\"}")];
    for (flags, statuses) in [
        ("--answer 503", [503, 503]),
        ("--strict", [401, 401]),
        ("--fail-first 1", [500, 200]),
        ("--answer 418 --answer-body no", [418, 418]),
        ("--reset", [0, 0]),
        ("--answer 204 --scheme none", [204, 204]),
    ] {
        let folder = folder(&file);
        let listener = Listener::start(
            &folder.path,
            &format!("--format json --journal j.ndjson {flags}"),
        );
        for (number, status) in statuses.into_iter().enumerate() {
            let answered = crate::support::listener::ask(
                listener.port,
                &request("POST", "/", &[], &numbered(number)),
            );
            assert_eq!(
                answered.map_or(0, |answered| answered.status),
                status,
                "{flags}"
            );
            let line = &lines(&folder)[number];
            let written = if status == 0 {
                json!({ "status": null, "reason": "reset" })
            } else {
                json!({ "status": status })
            };
            assert_eq!(line["answer"], written, "{flags}");
        }
        listener.interrupt();
    }
}

#[test]
fn a_secret_is_kept_as_a_fingerprint_unless_it_is_to_be_kept() {
    const SECRET: &str = "correct horse battery staple";
    // A header, what is written of it, and what its fingerprint is of.
    let mut runs = Vec::new();
    let cases = [
        (
            "Authorization",
            "Secret correct horse battery staple",
            "Secret ********",
            SECRET,
        ),
        (
            "Authorization",
            "Bearer correct-horse",
            "Bearer ********",
            "correct-horse",
        ),
        (
            "Authorization",
            "Basic Y29ycmVjdDpob3JzZQ==",
            "Basic ********",
            "Y29ycmVjdDpob3JzZQ==",
        ),
        (
            "Authorization",
            "correct-horse",
            "********",
            "correct-horse",
        ),
        (
            "Proxy-Authorization",
            "Basic Y29ycmVjdDpob3JzZQ==",
            "Basic ********",
            "Y29ycmVjdDpob3JzZQ==",
        ),
        (
            "Cookie",
            "session=correct-horse",
            "********",
            "session=correct-horse",
        ),
        (
            "Cookie",
            "session=correct-horse; theme=battery",
            "********",
            "session=correct-horse; theme=battery",
        ),
        (
            "X-Acme-Token",
            "token correct-horse",
            "token ********",
            "correct-horse",
        ),
    ];
    let acme = crate::support::acme::FILES.map(|(name, text)| {
        let signing = "scheme = \"secret\", header = \"X-Acme-Token\", prefix = \"token\"";
        let hmac = "scheme = \"hmac\", hash = \"sha256\", encoding = \"hex\", header = \"X-Acme\"";
        (format!("mine/acme/{name}"), text.replace(hmac, signing))
    });
    let files: Vec<_> = acme
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    for flags in [
        "",
        "--keep-secrets",
        "--scheme none",
        "--scheme calypso",
        "--sync none",
    ] {
        let folder = folder(&files);
        folder.write("secret", SECRET);
        let line =
            format!("--format json --journal j.ndjson --secret-file secret --catalog mine {flags}");
        let listener = Listener::start(&folder.path, &line);
        for (name, value, _, _) in cases {
            assert_eq!(listener.post(&[(name, value)], b"{}").status, 200);
        }
        let ran = listener.interrupt();
        let mut prints = HashMap::new();
        for ((name, value, starred, secret), line) in cases.iter().zip(lines(&folder)) {
            let headers = line["headers"].as_array().expect("it is a list");
            let found = headers
                .iter()
                .find(|header| header[0] == *name)
                .expect("it is there");
            match flags {
                "--keep-secrets" => assert_eq!(*found, json!([name, value])),
                _ => {
                    let print = fingerprint(found).to_owned();
                    assert_eq!(*found, json!([name, starred, print]), "{flags}");
                    // Two that are the same can be told.
                    assert_eq!(
                        *prints.entry(*secret).or_insert_with(|| print.clone()),
                        print,
                        "{flags}: {secret}"
                    );
                    // It is not a hash of the secret alone, which could be searched for.
                    let digest: String = Sha256::digest(secret)
                        .iter()
                        .map(|byte| format!("{byte:02x}"))
                        .collect();
                    assert_ne!(print[6..], digest[..8]);
                }
            }
        }
        let mut different: Vec<_> = prints.values().cloned().collect();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), prints.len(), "{flags}: {prints:?}");
        runs.push(prints);
        let written = fs::read_to_string(folder.path.join("j.ndjson")).expect("it is UTF-8");
        for word in ["horse", "staple", "Y29ycmVjd"] {
            assert_eq!(
                written.contains(word),
                flags == "--keep-secrets",
                "{flags}: {word}"
            );
            // That is about the journal alone.
            assert!(
                !ran.out.contains(word) && !ran.err.contains(word),
                "{flags}: {word} is printed: {}",
                ran.out
            );
        }
    }
    // Those of two runs have nothing in common.
    let mut all: Vec<&String> = runs.iter().flat_map(HashMap::values).collect();
    let prints = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), prints, "{runs:?}");
}

#[test]
fn a_delivery_is_in_the_journal_before_its_sender_is_answered() {
    for flags in ["", "--sync none", "--delay 300ms", "--answer 500"] {
        let folder = folder(&[]);
        let listener = Listener::start(
            &folder.path,
            &format!("--format json --journal j.ndjson {flags}"),
        );
        let mut stream = connect(listener.port);
        let delayed = flags.starts_with("--delay");
        for number in 0..if delayed { 2 } else { 50 } {
            stream
                .write_all(&request("POST", "/", &[], &numbered(number)))
                .expect("it is taken");
            read_answer(&mut stream, false).expect("it is answered");
            let lines = lines(&folder);
            assert_eq!(
                (lines.len(), body(&lines[number])),
                (number + 1, numbered(number)),
                "{flags}"
            );
        }
        listener.interrupt();
    }
}

#[test]
fn a_journal_is_appended_to_and_one_process_writes_at_a_time() {
    let folder = folder(&[]);
    for run in 0..3 {
        let listener = Listener::start(&folder.path, "--journal j.ndjson");
        listener.post(&[], &numbered(run));
        let before = fs::read(folder.path.join("j.ndjson")).expect("it is there");
        // By whatever name: it is the file that is locked.
        #[cfg(unix)]
        if run == 0 {
            std::os::unix::fs::symlink("j.ndjson", folder.path.join("k.ndjson"))
                .expect("there is room for it");
        }
        for name in if cfg!(unix) {
            &["j.ndjson", "./k.ndjson"][..]
        } else {
            &["j.ndjson"]
        } {
            let second = open(&folder, name);
            assert_eq!((second.code, &*second.out), (2, ""));
            assert!(
                second
                    .err
                    .contains("another process is writing to the journal"),
                "{}",
                second.err
            );
        }
        assert_eq!(
            fs::read(folder.path.join("j.ndjson")).expect("it is there"),
            before
        );
        assert_eq!(lines(&folder).len(), run + 1);
        // Another journal, and none, go along.
        assert_eq!(open(&folder, "other.ndjson").code, 1);
        // Killed, it holds no lock, either.
        listener.end(if run == 1 { "KILL" } else { "INT" });
    }
    assert_eq!(
        lines(&folder).iter().map(body).collect::<Vec<_>>(),
        [numbered(0), numbered(1), numbered(2)]
    );
}

/// A journal of three lines as the listener wrote it.
fn three_lines() -> Vec<u8> {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--journal j.ndjson");
    for text in [
        "{\"a\": \"caf\u{e9} \\\"\\n\"}".as_bytes(),
        b"\xff{\"a\"",
        b"{\"b\": \"caf\xc3\xa9\"}",
    ] {
        listener.post(&[("X-Name", "\"quoted\"")], text);
    }
    listener.interrupt();
    fs::read(folder.path.join("j.ndjson")).expect("it is there")
}

#[test]
fn a_torn_last_line_is_mended_wherever_it_was_cut() {
    let whole = three_lines();
    let ends: Vec<usize> = (0..whole.len())
        .filter(|at| whole[*at] == b'\n')
        .map(|at| at + 1)
        .collect();
    let [first, second, third] = ends[..] else {
        unreachable!("it has three lines")
    };
    // Every byte where something may be special, and every so many in between; the first line, which nothing is
    // before, and the last.
    let near = |from: usize, to: usize| {
        (from..from + 24)
            .chain((from + 24..to).step_by(41))
            .chain(to - 12..to)
    };
    let cuts = near(second, third).chain(near(0, first)).chain([third]);
    let cases: Vec<_> = cuts.map(|cut| (format!("cut at {cut}"), cut)).collect();
    // Not all of them at once: each is a process.
    for cases in cases.chunks(8) {
        all_at_once(cases.iter().cloned(), |name, cut| {
            let folder = folder(&[]);
            let path = folder.path.join("j.ndjson");
            fs::write(&path, &whole[..cut]).expect("there is room for it");
            let ran = open(&folder, "j.ndjson");
            assert_eq!(ran.code, 1, "{name}: {}", ran.err);
            let before = ends
                .iter()
                .copied()
                .filter(|end| *end <= cut)
                .max()
                .unwrap_or(0);
            // A line that lacks nothing but its end is whole.
            let kept = if ends.contains(&(cut + 1)) {
                cut + 1
            } else {
                before
            };
            assert!(
                fs::read(&path).expect("it is there") == whole[..kept],
                "{name}"
            );
            let told = ran.err.contains(&format!(
                "was incomplete and has been removed ({} bytes",
                cut - kept.min(cut)
            ));
            assert_eq!(told, kept < cut, "{name}: {}", ran.err);
            // What comes then is a line of its own.
            let listener = Listener::start(&folder.path, "--journal j.ndjson");
            listener.post(&[], b"{}");
            listener.interrupt();
            assert_eq!(
                lines(&folder).len(),
                ends.iter().filter(|end| **end <= kept).count() + 1,
                "{name}"
            );
        });
    }
}

#[test]
fn what_a_power_cut_leaves_is_mended_too() {
    let whole = three_lines();
    let first = whole
        .iter()
        .position(|byte| *byte == b'\n')
        .expect("it has three lines")
        + 1;
    let long = [&whole[..first], &b"{\"v\":1,\"id\":\"".repeat(30_000)].concat();
    // What is in the file, and how much of it is kept.
    let cases = [
        (
            "blocks that were never written",
            [&whole[..], &[0; 8192]].concat(),
            whole.len(),
        ),
        (
            "half a line, and such a block",
            [&whole[..whole.len() - 9], &[0; 4096]].concat(),
            usize::MAX,
        ),
        (
            "a torn line that is longer than one reads at once",
            long,
            first,
        ),
        ("an empty file", Vec::new(), 0),
    ];
    all(
        cases.map(|(name, bytes, kept)| (name.to_owned(), (bytes, kept))),
        |name, (bytes, kept)| {
            let folder = folder(&[]);
            let path = folder.path.join("j.ndjson");
            fs::write(&path, &bytes).expect("there is room for it");
            let ran = open(&folder, "j.ndjson");
            let last = bytes
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1);
            assert_eq!(ran.code, 1, "{name}: {}", ran.err);
            assert!(
                fs::read(&path).expect("it is there") == bytes[..kept.min(last)],
                "{name}"
            );
            assert_eq!(
                ran.err.contains("was incomplete and has been removed"),
                last < bytes.len(),
                "{name}: {}",
                ran.err
            );
        },
    );
}

#[test]
fn what_is_no_journal_is_refused_and_stays_as_it_is() {
    let paid = payload("calypso/samples/INVOICE_PAID.json");
    let three = three_lines();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("a body", paid.clone().into()),
        ("a text", b"hello\n".into()),
        ("a text without an end", b"hello".into()),
        ("an empty line", b"\n".into()),
        ("a list", b"[]".into()),
        (
            "an object of that version without an end",
            b"{\"v\":1,\"id\":7}".into(),
        ),
        ("an object of that version", b"{\"v\":1,\"id\":7}\n".into()),
        (
            "what listen prints",
            b"{\"type\":\"ready\",\"v\":1,\"address\":\"127.0.0.1\",\"port\":8080}\n".into(),
        ),
        (
            "a journal after a mark of UTF-8",
            [b"\xef\xbb\xbf", &three[..]].concat(),
        ),
        (
            "a journal after something else",
            [b"# mine\n", &three[..]].concat(),
        ),
        ("NULs", vec![0; 1 << 20]),
        ("a long line", vec![b'x'; 8 << 20]),
    ];
    all(
        cases
            .into_iter()
            .map(|(name, bytes)| (name.to_owned(), bytes)),
        |name, bytes| {
            let folder = folder(&[]);
            let path = folder.path.join("j.ndjson");
            fs::write(&path, &bytes).expect("there is room for it");
            let ran = open(&folder, "j.ndjson");
            assert_eq!((ran.code, &*ran.out), (2, ""), "{name}: {}", ran.err);
            assert!(
                ran.err
                    .contains("j.ndjson is not a journal, and was not changed"),
                "{name}: {}",
                ran.err
            );
            assert!(fs::read(&path).expect("it is there") == bytes, "{name}");
        },
    );
}

#[test]
fn a_path_that_cannot_be_written_is_refused_before_anybody_is_answered() {
    let folder = folder(&[("read-only.ndjson", ""), ("folder/file", "")]);
    let read_only = folder.path.join("read-only.ndjson");
    let mut permissions = fs::metadata(&read_only).expect("it is there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&read_only, permissions).expect("it is ours");
    for path in [
        "nowhere/j.ndjson",
        "folder",
        "folder/file/j.ndjson",
        "read-only.ndjson",
    ] {
        if path == "read-only.ndjson"
            && fs::OpenOptions::new().append(true).open(&read_only).is_ok()
        {
            println!("skipped: this user may write everywhere");
            continue;
        }
        let ran = open(&folder, path);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{path}: {}", ran.err);
        assert!(
            ran.err.starts_with("error: ") && ran.err.contains(path),
            "{path}: {}",
            ran.err
        );
        assert!(!ran.err.contains("os error"), "{path}: {}", ran.err);
    }
}

#[test]
fn a_delivery_has_the_number_under_which_log_shows_it() {
    let own = three_lines();
    let own = String::from_utf8(own).expect("it is UTF-8");
    let first = own.split_inclusive('\n').next().expect("it has three");
    // As another tool may have written it.
    let other = serde_json::from_str::<Value>(first).expect("it is JSON");
    let other = format!("{other:#}").replace('\n', " ");
    for (before, number) in [
        (own.clone(), 4),
        (format!("{first}{other}\n{first}"), 4),
        (format!("{other}\n"), 2),
        (format!("{first}{}\n\n{first}", &first[..80]), 3),
    ] {
        let folder = folder(&[("j.ndjson", &before)]);
        let listener = Listener::start(&folder.path, "--journal j.ndjson");
        listener.post(&[], &numbered(7));
        let ran = listener.interrupt();
        let shown = ran
            .out
            .lines()
            .any(|line| line.starts_with(&format!("  {number}  ")));
        assert!(shown, "{number}: {}", ran.out);
        let log = run_line(&folder.path, &format!("log j.ndjson {number}"));
        let one_more = run_line(&folder.path, &format!("log j.ndjson {}", number + 1));
        assert_eq!(
            (log.code, one_more.code),
            (0, 2),
            "{}{}",
            log.err,
            one_more.err
        );
    }
}
