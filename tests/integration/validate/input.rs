//! What `validate` reads, in which order, and how it ends: files, folders, links, pipes, standard input, and very large
//! inputs. Memory stays small, and what is too large is reported, however it arrives.

use crate::support::{
    BAD, FORMATS, Ran, all, feed, folder_with, json_lines, of_type, payload, peak_memory, ran,
    run_line, three, tool,
};
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;

/// The sources of the bodies that were validated, and how it ended.
fn sources(folder: &Path, line: &str) -> (i32, Vec<String>, String) {
    let Ran { code, out, err } = run_line(folder, &format!("validate --format json {line}"));
    let lines = json_lines(&out);
    let names = of_type(&lines, "body")
        .iter()
        .map(|body| {
            body["source"]
                .as_str()
                .expect("sources have names")
                .to_owned()
        })
        .collect();
    (code, names, err)
}

#[test]
fn sources_are_read_in_the_order_of_the_arguments_and_folders_by_name() {
    let folder = three();
    let at = |path: &str| folder.path().join(path);
    fs::create_dir_all(at("captures/b/c")).unwrap();
    fs::create_dir_all(at("empty/deeper")).unwrap();
    for name in [
        "captures/z.json",
        "captures/b/c/2.NDJSON",
        "captures/b/1.jsonl",
        "captures/a.json",
        "captures/no.txt",
        "empty/no.xml",
    ] {
        fs::copy(at("good.json"), at(name)).unwrap();
    }
    let ordered = [
        "captures/a.json",
        "captures/b/1.jsonl",
        "captures/b/c/2.NDJSON",
        "captures/z.json",
    ]
    .map(str::to_owned);
    assert_eq!(
        sources(folder.path(), "captures"),
        (0, ordered.to_vec(), String::new())
    );
    let some = ["captures/z.json", "good.json", "captures/no.txt"].map(str::to_owned);
    assert_eq!(
        sources(folder.path(), &some.join(" ")),
        (0, some.to_vec(), String::new()),
        "a file that is named is read"
    );

    let (code, read, said) = sources(folder.path(), "empty good.json not-there.json bad.json");
    assert_eq!(
        (code, read),
        (2, vec!["good.json".to_owned(), "bad.json".to_owned()]),
        "the others are still validated"
    );
    assert!(
        said.contains("no bodies in empty\n") && said.contains("cannot read not-there.json: "),
        "{said}"
    );
}

#[test]
fn a_folder_of_many_files_is_reported_in_the_order_of_their_names() {
    let good = payload("rehive/samples/invoice.paid.json").into_bytes();
    let files: Vec<_> = (0..300)
        .map(|index| {
            (
                format!("{index:03}.json"),
                if index % 7 == 0 {
                    BAD.as_bytes().to_vec()
                } else {
                    good.clone()
                },
            )
        })
        .collect();
    let folder = folder_with(&files);
    let (code, read, _) = sources(folder.path(), ".");
    let expected: Vec<String> = files.iter().map(|(name, _)| format!("./{name}")).collect();
    assert_eq!((code, read), (1, expected));
}

#[cfg(unix)]
#[test]
fn in_a_folder_no_link_is_followed_and_links_and_pipes_are_read_where_they_are_named() {
    use std::os::unix::fs::symlink;
    let folder = three();
    let at = |path: &str| folder.path().join(path);
    fs::create_dir(at("captures")).unwrap();
    symlink("../captures", at("captures/loop.json")).unwrap();
    symlink("..", at("captures/up")).unwrap();
    symlink("nowhere.json", at("captures/broken.json")).unwrap();
    symlink("../good.json", at("captures/link.json")).unwrap();
    symlink("/proc/self/environ", at("captures/elsewhere.ndjson")).unwrap();
    fs::copy(at("good.json"), at("captures/own.json")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(at("captures/fifo.json"))
        .status()
        .unwrap();
    assert!(made.success());
    let only = |name: &str| (0, vec![format!("captures/{name}")], String::new());
    assert_eq!(sources(folder.path(), "captures"), only("own.json"));
    assert_eq!(
        sources(folder.path(), "captures/link.json"),
        only("link.json")
    );
    let sent = run_line(folder.path(), "replay captures --dry-run");
    assert_eq!(
        (sent.code, sent.out.matches("POST /").count()),
        (0, 1),
        "{}{}",
        sent.out,
        sent.err
    );

    let child = tool(folder.path(), ["validate", "captures/fifo.json"])
        .spawn()
        .unwrap();
    fs::write(
        at("captures/fifo.json"),
        payload("rehive/samples/invoice.paid.json"),
    )
    .unwrap();
    let ran = ran(child.wait_with_output().unwrap());
    assert_eq!(
        (ran.code, &*ran.out),
        (0, "1 body, valid\n      1 rehive/invoice.paid\n"),
        "{}",
        ran.err
    );
}

#[test]
fn standard_input_is_a_source_like_any_other() {
    let folder = three();
    let validate =
        |line: &str, input: &str| feed(&mut tool(folder.path(), line.split(' ')), input.as_bytes());
    let ran = validate("validate good.json - --verbose", BAD);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains(" --> <stdin>:1:1\n") && ran.out.ends_with("1 not recognised\n"),
        "{}",
        ran.out
    );
    let once = validate(
        "validate - - --format json",
        &payload("rehive/samples/invoice.paid.json"),
    );
    assert_eq!(
        (once.code, json_lines(&once.out).len()),
        (0, 2),
        "what was read is not read again: {}",
        once.out
    );
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    let folder = three();
    for line in [
        "events",
        "explain",
        "config",
        "--help",
        "events INVOICE_PAID",
        "validate good.json bad.json",
        "completions zsh",
        "man send",
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = ran(tool(folder.path(), line.split(' '))
            .stdout(writer)
            .output()
            .unwrap());
        assert_eq!((ran.code, &*ran.err), (0, ""), "{line}");
    }
    // With every finding far more than a pipe holds, so that the end comes while it writes.
    fs::write(
        folder.path().join("many.ndjson"),
        format!("{BAD}\n").repeat(1_500),
    )
    .unwrap();
    for format in FORMATS {
        let mut child = tool(
            folder.path(),
            ["validate", "-v", "many.ndjson", "--format", format],
        )
        .spawn()
        .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let ran = ran(child.wait_with_output().unwrap());
        assert!(!first.is_empty());
        assert_eq!((ran.code, &*ran.err), (0, ""), "--format {format}");
    }
}

/// The most that a body, or a line of a journal, may have.
const LARGEST: usize = 4 << 20;

const BODY: &str =
    r#"{"id":"CCO-aa4a1a35-4e7e-46cd-a214-b18acd63554c","status":"NEW","type":"FIXED_PRICE"}"#;

/// A body of a kilobyte.
fn long() -> String {
    format!(
        "{},\"name\":\"{}\"}}",
        &BODY[..BODY.len() - 1],
        "x".repeat(1_000)
    )
}

/// More than the memory that a run may take, so that nothing large can have been kept.
const MUCH: usize = 80 << 20;

/// Standard input: each text this many times, then the number of bodies and of invalid ones.
struct Feed {
    name: &'static str,
    parts: Vec<(String, usize)>,
    bodies: u64,
    invalid: u64,
}

fn feeds() -> Vec<Feed> {
    let line = long() + "\n";
    let lines = MUCH / line.len();
    let megabyte = "x".repeat(1 << 20);
    let bad = "{\"id\":\"CCO-aa4a1a35-4e7e-46cd-a214-b18acd63554c\",\"status\":7}\n";
    let once = |text: &str| (text.to_owned(), 1);
    let feed = |name, parts, bodies, invalid| Feed {
        name,
        parts,
        bodies,
        invalid,
    };
    vec![
        feed(
            "a text without an end",
            vec![once("\""), (megabyte.clone(), MUCH >> 20)],
            1,
            1,
        ),
        feed(
            "lines without an end",
            vec![(line.clone(), lines)],
            lines as u64,
            0,
        ),
        feed(
            "a line without an end between two others",
            vec![
                once(&line),
                once("{\"id\":\""),
                (megabyte, MUCH >> 20),
                once("\"}\n"),
                once(&line),
            ],
            3,
            1,
        ),
        feed(
            "a list without an end",
            vec![once("["), (long() + ",", lines)],
            1,
            1,
        ),
        feed(
            "lines that are all bad",
            vec![(bad.to_owned(), 150_000)],
            150_000,
            150_000,
        ),
        feed(
            "a million lists in each other",
            vec![("[".to_owned(), 1_000_000)],
            1,
            1,
        ),
        feed(
            "a million objects in each other",
            vec![("{\"a\":".to_owned(), 1_000_000)],
            1,
            1,
        ),
        feed(
            "empty lines and then a body",
            vec![("\n".to_owned(), 1 << 18), once(BODY)],
            1,
            0,
        ),
        feed(
            "nothing but empty lines",
            vec![("\n".to_owned(), 10 << 20)],
            1,
            1,
        ),
        feed("nothing but spaces", vec![(" ".to_owned(), 10 << 20)], 1, 1),
    ]
}

/// Feeds a run while reading its output; returns its last output and its peak memory.
fn digest(feed: &Feed) -> (Ran, Option<u64>) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut child = tool(folder.path(), ["validate", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let (mut input, mut output) = (
        child.stdin.take().expect("it is piped"),
        child.stdout.take().expect("it is piped"),
    );
    let reader = std::thread::spawn(move || {
        // Only the end matters, and this process need not keep the rest either.
        let (mut tail, mut block) = (Vec::new(), vec![0; 1 << 16]);
        while let Ok(read @ 1..) = output.read(&mut block) {
            tail.extend_from_slice(&block[..read]);
            tail.drain(..tail.len().saturating_sub(1 << 16));
        }
        tail
    });
    let mut highest = None;
    'feeding: for (text, times) in &feed.parts {
        let many = text
            .repeat((1 << 16) / text.len().min(1 << 16))
            .into_bytes();
        let mut left = text.len() * times;
        while left > 0 {
            let part = &many[..many.len().min(left)];
            // Who has seen enough stops reading.
            if input.write_all(part).is_err() {
                break 'feeding;
            }
            left -= part.len();
            highest = peak_memory(child.id()).max(highest);
        }
    }
    drop(input);
    let tail = reader.join().expect("reading does not panic");
    let mut output = child.wait_with_output().expect("it ends");
    let last = tail
        .trim_ascii_end()
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    output.stdout = last.to_vec();
    (ran(output), highest)
}

#[test]
fn memory_stays_small_however_much_there_is_to_read_and_to_say() {
    for feed in feeds() {
        let (ran, highest) = digest(&feed);
        let summary: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(
            (ran.code, &*ran.err),
            (i32::from(feed.invalid > 0), ""),
            "{}",
            feed.name
        );
        assert_eq!(
            (&summary["bodies"], &summary["invalid"]),
            (&feed.bodies.into(), &feed.invalid.into()),
            "{}",
            feed.name
        );
        if cfg!(target_os = "linux") {
            let highest = highest.expect("the process was seen alive");
            assert!(highest < 64 << 20, "{}: {} MiB", feed.name, highest >> 20);
        }
    }
}

#[test]
#[ignore = "a gigabyte takes ten seconds and more in a debug build"]
fn memory_stays_small_over_a_gigabyte() {
    let line = long() + "\n";
    let lines = (1 << 30) / line.len();
    let (ran, highest) = digest(&Feed {
        name: "",
        parts: vec![(line, lines)],
        bodies: 0,
        invalid: 0,
    });
    assert_eq!(json_lines(&ran.out)[0]["bodies"], lines);
    assert!(!cfg!(target_os = "linux") || highest.expect("the process was seen alive") < 64 << 20);
}

#[test]
fn a_body_is_too_large_from_one_byte_on_however_it_comes() {
    // In a string, which is read faster than white space.
    let padded = |size: usize| {
        let start = format!("{},\"name\":\"", &BODY[..BODY.len() - 1]);
        let pad = "x".repeat(size - start.len() - 2);
        format!("{start}{pad}\"}}")
    };
    let folder = tempfile::tempdir().unwrap();
    let mut cases = Vec::new();
    for (size, fits) in [
        (LARGEST, true),
        (LARGEST + 1, false),
        (LARGEST + 100_000, false),
        (2 * LARGEST, false),
    ] {
        for (layout, text) in [
            ("alone", padded(size)),
            ("in a line", format!("{BODY}\n{}\n{BODY}\n", padded(size))),
        ] {
            for source in ["a file", "stdin"] {
                cases.push((
                    format!("{size} bytes {layout} from {source}"),
                    (text.clone(), source, fits),
                ));
            }
        }
    }
    all(cases, |name, (text, source, fits)| {
        let path = if source == "stdin" { "-" } else { "body.json" };
        fs::write(folder.path().join("body.json"), &text).unwrap();
        let ran = feed(
            &mut tool(folder.path(), ["validate", path, "--format", "json"]),
            text.as_bytes(),
        );
        let lines = json_lines(&ran.out);
        let rules: Vec<&Value> = of_type(&lines, "finding")
            .iter()
            .map(|finding| &finding["rule"])
            .collect();
        assert_eq!(
            rules,
            if fits { vec![] } else { vec!["too-large"] },
            "{name}"
        );
        assert_eq!(
            of_type(&lines, "body").len(),
            text.lines().count(),
            "{name}: the others are still validated"
        );
        assert_eq!(ran.code, i32::from(!fits), "{name}");
    });
}
