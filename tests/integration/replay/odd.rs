//! `replay` with files that did not come from `listen`: paths with special characters, too many headers, bodies with a
//! wrong encoding, pipes and devices, and very large files.

use crate::support::captures::{
    browsers_archive, capture, counts, paid, recorder, replay, replay_json, replaying, shop,
};
use crate::support::endpoint::{Endpoint, PATIENCE, finish};
use crate::support::{folder, json_lines};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::process::{Command, Stdio};

/// An archive of a request to each of those URLs with those headers.
fn archive(urls: &[String], headers: &[Value]) -> String {
    let entry = |url: &String| {
        let data = json!({"mimeType": "application/json", "text": "{}"});
        let request = json!({"method": "POST", "url": url, "headers": headers, "postData": data});
        json!({"request": request, "response": {"status": 200}})
    };
    json!({"log": {"version": "1.2", "entries": urls.iter().map(entry).collect::<Vec<_>>()}})
        .to_string()
}

/// A path in a capture, and how it is sent; a new case is a new line.
const PATHS: &[(&str, &str)] = &[
    ("/{{admin}}/{x}", "/%7B%7Badmin%7D%7D/%7Bx%7D"),
    ("/a?b={{c}}&d=%7B", "/a?b=%7B%7Bc%7D%7D&d=%7B"),
    ("/\"`\\<>^|", "/%22%60%5C%3C%3E%5E%7C"),
    ("/caf\u{e9} au lait", "/caf%C3%A9%20au%20lait"),
    ("/a\r\nX-Evil:1", "/a%0D%0AX-Evil:1"),
    ("/a#b", "/a"),
    ("/$(id)';x", "/$(id)';x"),
];

#[test]
fn a_captured_path_has_nothing_that_a_typed_url_may_not_have() {
    let recorder = recorder();
    let journal: String = PATHS
        .iter()
        .map(|(path, _)| capture(&json!({"target": path})))
        .collect();
    let urls: Vec<_> = PATHS
        .iter()
        .map(|(path, _)| format!("https://shop.test{path}"))
        .collect();
    let folder = shop(&[("journal", &journal), ("har", &archive(&urls, &[]))]);
    let expected: Vec<&str> = PATHS.iter().map(|(_, expected)| *expected).collect();
    for line in [
        "journal --as-captured",
        "journal --scheme none",
        "har --as-captured",
        "har --scheme none",
    ] {
        let ran = replay(&folder, &format!("{line} --to {}", recorder.port));
        let came = recorder.take();
        assert_eq!(
            came.iter().map(|came| &*came.path).collect::<Vec<_>>(),
            expected,
            "{line}: {}",
            ran.err
        );
        for form in ["hurl", "curl", "vegeta", "http"] {
            let ran = replay(
                &folder,
                &format!("{line} --to localhost:1 --dry-run --as {form}"),
            );
            assert_eq!(ran.code, 0, "{line} {form}: {}", ran.err);
            for path in &expected {
                let quoted = path.replace('\'', "'\\''");
                assert!(
                    [*path, &quoted].iter().any(|text| ran.out.contains(text)),
                    "{form} lacks {path}: {}",
                    ran.out
                );
            }
            // The bodies and the headers of these have none.
            assert!(!ran.out.contains("{{"), "{form}: {}", ran.out);
        }
    }
}

#[test]
fn the_path_of_a_url_in_an_archive_begins_behind_its_host() {
    let endpoint = Endpoint::answering(200);
    for (url, path) in [
        ("https://h?http://x/y", "/?http://x/y"),
        ("https://h?a/b", "/?a/b"),
        ("https://h/a?http://x/y#z", "/a?http://x/y"),
        ("https://h#/a", "/"),
        ("https://h", "/"),
    ] {
        let folder = shop(&[("har", &archive(&[url.to_owned()], &[]))]);
        let ran = replay(
            &folder,
            &format!("har --scheme none --to {}", endpoint.port),
        );
        assert_eq!(
            (ran.code, &*endpoint.one().path),
            (0, path),
            "{url}: {}",
            ran.err
        );
    }
}

#[test]
fn more_headers_than_a_server_takes_are_refused_in_words() {
    let recorder = recorder();
    for (count, words) in [
        (4_000, ""),
        (40_000, "too many headers: 40000, at most 4096 can be sent"),
    ] {
        let headers: Vec<Value> = (0..count)
            .map(|number| json!({"name": format!("X-{number}"), "value": "1"}))
            .collect();
        let folder = shop(&[("har", &archive(&["http://shop.test/".to_owned()], &headers))]);
        let (code, lines) = replay_json(
            &folder,
            &format!("har --as-captured --to {}", recorder.port),
        );
        assert_eq!(
            (code, recorder.take().len()),
            if words.is_empty() { (0, 1) } else { (1, 0) }
        );
        assert_eq!(
            lines[0]["reason"].as_str().unwrap_or_default(),
            words,
            "{}",
            lines[0]
        );
    }
}

#[test]
fn an_entry_with_broken_base64_is_left_out_and_reported() {
    let mut archive: Value = serde_json::from_str(&browsers_archive()).unwrap();
    let last = archive["log"]["entries"].as_array().unwrap().len();
    archive["log"]["entries"][last - 1]["request"]["postData"]["text"] = json!("/w=!");
    let folder = shop(&[("one.har", &archive.to_string())]);
    let endpoint = Endpoint::answering(200);
    let ran = replay(
        &folder,
        &format!(
            "one.har --scheme none --expect accepted --format json --to {}",
            endpoint.port
        ),
    );
    assert_eq!(
        (
            ran.code,
            counts(&json_lines(&ran.out))[0],
            endpoint.take().len()
        ),
        (0, 1, 1)
    );
    let words = format!(
        "note: skipping entry {last} of one.har: its body is marked as base64 but is not valid base64"
    );
    assert_eq!(ran.err.trim_end(), words);
}

#[cfg(unix)]
#[test]
fn pipes_are_read_like_files_and_devices_are_refused() {
    let (folder, endpoint) = (
        shop(&[("journal", &crate::support::captures::three())]),
        Endpoint::answering(200),
    );
    let replaying = |files: &str| {
        let script = format!(
            "exec \"$0\" replay {files} --scheme none --expect accepted --format json --to {}",
            endpoint.port
        );
        let tool = replaying(&folder, "");
        // What a shell makes of `<(…)` is a path of that sort, too.
        let mut command = Command::new("sh");
        command
            .args(["-c", &script])
            .arg(tool.get_program())
            .current_dir(&folder.path)
            .env_clear();
        command
            .env("PATH", std::env::var_os("PATH").unwrap())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        finish(command.spawn().unwrap(), PATIENCE)
    };
    assert!(
        Command::new("mkfifo")
            .arg(folder.path.join("fifo"))
            .status()
            .unwrap()
            .success()
    );
    for (files, count) in [
        ("- < journal", 3),
        ("/dev/stdin < journal", 3),
        ("/dev/fd/3 3< journal", 3),
        ("journal - < journal", 6),
    ] {
        let ran = replaying(files);
        assert_eq!(
            (ran.code, counts(&json_lines(&ran.out))[0]),
            (0, count),
            "{files}: {}",
            ran.err
        );
    }
    let writer = File::options();
    let (path, text) = (folder.path.join("fifo"), crate::support::captures::three());
    let writer = std::thread::spawn(move || {
        writer
            .clone()
            .write(true)
            .open(path)
            .unwrap()
            .write_all(text.as_bytes())
    });
    let ran = replaying("fifo");
    assert_eq!(
        (ran.code, counts(&json_lines(&ran.out))[0]),
        (0, 3),
        "{}",
        ran.err
    );
    writer.join().unwrap().unwrap();
    for (files, words) in [
        (
            "/dev/zero",
            "error: /dev/zero is a device, which has no end\nhint: give a file, or - for standard input\n",
        ),
        (
            "journal /dev/zero",
            "error: /dev/zero is a device, which has no end\n",
        ),
        (
            "- < /dev/zero",
            "error: <stdin> has more than 384 MiB in one piece\n",
        ),
    ] {
        let ran = replaying(files);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{files}");
        assert!(ran.err.starts_with(words), "{files}: {}", ran.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_journal_takes_hardly_more_memory_than_what_is_sent_of_it() {
    const SIZE: u64 = 48 << 20;
    let folder = shop(&[]);
    let path = folder.path.join("journal");
    let line = capture(&json!({"event": "calypso/INVOICE_PAID", "body": "x".repeat(32 << 10)}));
    let mut file = BufWriter::new(File::create(&path).unwrap());
    for _ in 0..SIZE / line.len() as u64 {
        file.write_all(line.as_bytes()).unwrap();
    }
    drop(file);
    // What is sent is held until then, and nothing else; with room for what any run takes.
    for (flags, most) in [
        ("--last 1", 0),
        ("--as-captured", SIZE * 6 / 5),
        ("", SIZE * 6 / 5),
    ] {
        let (came, waits) = std::sync::mpsc::channel();
        let port = crate::support::endpoint::socket(move |mut stream| {
            crate::support::endpoint::read_request(&mut stream);
            came.send(()).unwrap();
            std::thread::sleep(PATIENCE);
        });
        let mut child = replaying(
            &folder,
            &format!("journal {flags} --timeout 1h --to {port}"),
        )
        .spawn()
        .unwrap();
        waits.recv_timeout(PATIENCE).unwrap();
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap()
            .trim()
            .trim_end_matches(" kB");
        let peak = peak.parse::<u64>().unwrap() << 10;
        assert!(
            peak < most + (32 << 20),
            "{flags}: {} MiB of {}",
            peak >> 20,
            SIZE >> 20
        );
    }
}

#[test]
fn the_built_in_receiver_says_why_a_captured_signature_is_wrong() {
    let line = capture(&json!({
        "headers": [["Content-Type", "application/json"], ["Sign", "ab".repeat(64)]],
        "body": paid(),
    }));
    let folder = folder(&[("one.ndjson", &line)]);
    let ran = replay(&folder, "one.ndjson --as-captured");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("  signature: "), "{}", ran.out);
    assert!(
        ran.out.contains("(received abababab…, expected "),
        "{}",
        ran.out
    );
}

#[test]
fn amounts_and_names_of_any_length_are_cut_in_the_lines_for_people() {
    let recorder = recorder();
    let long = "X".repeat(70_000);
    let changed = |from: &str| paid().replace(from, &format!("\"{long}\""));
    for from in ["\"USDT_TRX\"", "\"EUR\"", "\"order-10417\""] {
        let (whole, odd) = (paid(), changed(from));
        assert_ne!(whole, odd, "{from}");
        let journal: String = [&whole, &odd]
            .map(|body| capture(&json!({"body": body, "event": "calypso/INVOICE_PAID"})))
            .concat();
        let folder = shop(&[("journal", &journal)]);
        let ran = replay(
            &folder,
            &format!("journal --secret-file new --to {}", recorder.port),
        );
        assert_eq!((ran.code, &*ran.err), (0, ""), "{from}: {}", ran.out);
        assert!(ran.out.contains("2 sent: all accepted"), "{}", ran.out);
        assert!(
            ran.out.lines().all(|line| line.chars().count() < 300),
            "{from}"
        );
        assert_eq!(recorder.take().len(), 2);
    }
}
