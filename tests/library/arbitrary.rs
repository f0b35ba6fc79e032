//! Arbitrary bytes: the linter ends without a panic, its findings are within the text and in order, no format prints
//! anything that controls a terminal, lines and columns are right, `validate` and `replay` read a journal alike, the
//! server answers or closes in time, the client reads any answer in time, and `listen` shows and records every delivery.
//!
//! The checks are those of the fuzz targets. Here they run on random bytes, on tokens of JSON and HTTP, and on mangled
//! samples: a few always, and for a chosen time in the ignored tests.

use crate::mutations::{Rng, catalogue, lint, linter};
use inqud_hook::lint::Finding;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use std::fmt::Debug;
use std::io::Write as _;
use std::time::{Duration, Instant};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(11),
        ..ProptestConfig::default()
    }
}

/// Pieces of bodies and of other text.
fn token() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[{}\\[\\],:\"]",
        2 => "\"(id|status|data|event|type|eventType|a|\\\\u0061|\\\\ud83d|\\\\u0000|é|😀)\"(:)?",
        2 => "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,5})?",
        1 => "true|false|null|nul|NaN",
        1 => "\"(CCO-|INVOICE_PAID|service_|paid)\"",
        2 => "[ \n\r\t]{0,3}",
        1 => "[\\x00-\\x1f\u{7f}-\u{9f}\u{200e}\u{202e}\u{2066}\u{feff}\u{fffe}\\\\/#']",
    ]
}

/// A sample with bytes changed, moved, doubled and cut out.
fn mangled(seed: u64) -> Vec<u8> {
    let mut rng = Rng::new(&seed.to_string());
    let entries: Vec<_> = catalogue().events().collect();
    let entry = rng.of(&entries);
    let mut bytes = entry
        .provider
        .sample(&entry.event.name)
        .expect("every event has a sample")
        .as_bytes()
        .to_vec();
    for _ in 0..=rng.below(4) {
        let (at, length) = (rng.below(bytes.len()), rng.below(40));
        let end = (at + length).min(bytes.len());
        match rng.below(6) {
            0 => bytes[at] = rng.below(256) as u8,
            1 => bytes[at] = *rng.of(b"{}[],:\"\\0-.eE \n"),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                let to = rng.below(bytes.len() + 1);
                drop(bytes.splice(to..to, piece));
            }
            4 => bytes.truncate(at + 1),
            _ => bytes[at..end].reverse(),
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

/// A line of a journal with bytes changed, moved, doubled and cut out.
fn mangled_capture() -> impl Strategy<Value = Vec<u8>> {
    let body = prop_oneof![
        "(\"|\\\\|[a-z{}:,\n\t\u{0}é😀\u{202e}]){0,40}"
            .prop_map(|body| serde_json::json!({"body": body})),
        vec(any::<u8>(), 0..40)
            .prop_map(|bytes| serde_json::json!({"body": String::from_utf8_lossy(&bytes)})),
        "([A-Za-z0-9+/]{4}){0,9}(=|==)?".prop_map(|text| serde_json::json!({"body_base64": text})),
    ];
    let changes = vec((any::<prop::sample::Index>(), any::<u8>(), 0..5_u8), 0..3);
    (body, changes).prop_map(|(body, changes)| {
        let mut line = serde_json::json!({"v": 1, "id": "a", "received_at": "2026-11-03T09:20:09Z", "method": "POST",
            "headers": [["A", "1"], ["Authorization", "Secret ********", "sha256:00"]], "answer": {"status": 200}});
        line.as_object_mut().expect("it is one").extend(body.as_object().expect("it is one").clone());
        let mut line = line.to_string().into_bytes();
        for (index, byte, change) in changes {
            let at = index.index(line.len());
            match change {
                0 => line[at] = byte,
                1 => drop(line.remove(at)),
                2 => line.insert(at, byte),
                3 => line.extend_from_within(at..),
                _ => line.truncate(at + 1),
            }
        }
        line
    })
}

/// Pieces of requests, and of what is none.
fn request() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        4 => "(POST|PUT|GET|HEAD|OPTIONS|CONNECT|post|P/) (/|\\*|/a\\?b=%00|http://a/b|a:1) HTTP/(1\\.1|1\\.0|2\\.0|0\\.9)\r\n",
        3 => "[A-Za-z-]{1,9}:( |\t)?[!-~é ]{0,20}\r\n",
        2 => "Content-Length: (0|2|5|9|4096|4097|-1|\\+2|2,2|99999999999999999999|a)\r\n",
        2 => "Transfer-Encoding: (chunked|gzip, chunked|identity|xchunked)\r\n",
        1 => "Connection: (close|keep-alive|upgrade|x)\r\n",
        1 => "Expect: 100-continue\r\n",
        4 => "\r\n",
        2 => "(0|1|2|5|a|10|fffffffffffffffff|-1|)(;x=y)?\r\n",
        2 => "[a-z{}\":,]{0,20}",
        1 => "(\r|\n|\r\n\r\n|\u{0}| |:){1,3}",
    ];
    let piece = prop_oneof![9 => text.prop_map(String::into_bytes), 1 => vec(any::<u8>(), 0..20)];
    vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// Pieces of answers, and of what is none.
fn answer() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        4 => "HTTP/1\\.[01] (200|404|500|100|103|101|204|304|999) ?[A-Za-z ]{0,5}\r\n",
        1 => "HTTP/(2\\.0|1\\.2|1\\.1  ) (2000|20|-1|abc)?\r\n",
        3 => "[A-Za-z-]{1,9}:( |\t)?[!-~é ]{0,20}\r\n",
        2 => "Content-Length: ?(0|2|5|9|-1|\\+2|2,2|99999999999999999999|a|)\r\n",
        2 => "Transfer-Encoding: (chunked|gzip, chunked|chunked, gzip|identity|xchunked)\r\n",
        1 => "Connection: (close|keep-alive|upgrade|x)\r\n",
        4 => "\r\n",
        2 => "(0|1|2|5|a|10|fffffffffffffffff|-1|)(;x=y)?\r\n",
        2 => "[a-z{}\":,]{0,20}",
        1 => "(\r|\n|\r\n\r\n|\u{0}| |:|\u{1b}){1,3}",
    ];
    let piece = prop_oneof![9 => text.prop_map(String::into_bytes), 1 => vec(any::<u8>(), 0..20)];
    vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// A right answer: its bytes, its status and its body.
fn right_answer() -> impl Strategy<Value = (Vec<u8>, u16, Vec<u8>)> {
    let body = vec(any::<u8>(), 0..80);
    (0..3_usize, 200..1_000_u16, body, 1..9_usize, 0..3_usize).prop_map(
        |(interim, status, body, chunk, framing)| {
            let bodyless = matches!(status, 204 | 304);
            let mut bytes = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".repeat(interim);
            bytes.extend(format!("HTTP/1.1 {status} Some\r\nX-A: b\r\n").bytes());
            match framing {
                0 => {
                    bytes.extend(format!("content-length: {}\r\n\r\n", body.len()).bytes());
                    bytes.extend_from_slice(&body);
                    // What follows is not part of it.
                    bytes.extend_from_slice(b"HTTP/1.1 500 No\r\n\r\n");
                }
                1 => {
                    bytes.extend_from_slice(b"Transfer-Encoding: Chunked\r\n\r\n");
                    for piece in body.chunks(chunk) {
                        bytes.extend(format!("{:x};a=b\r\n", piece.len()).bytes());
                        bytes.extend_from_slice(piece);
                        bytes.extend_from_slice(b"\r\n");
                    }
                    bytes.extend_from_slice(b"0\r\nX-Trailer: 1\r\n\r\n");
                }
                _ => {
                    bytes.extend_from_slice(b"\r\n");
                    bytes.extend_from_slice(&body);
                }
            }
            (bytes, status, if bodyless { Vec::new() } else { body })
        },
    )
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn any_bytes_are_linted_and_shown(bytes in vec(any::<u8>(), 0..200)) {
        crate::checks::linter(&bytes);
    }

    #[test]
    fn any_heap_of_tokens_is_linted_and_shown(tokens in vec(token(), 0..40)) {
        crate::checks::linter(tokens.concat().as_bytes());
    }

    #[test]
    fn any_mangled_sample_is_linted_and_shown(seed in any::<u64>()) {
        crate::checks::linter(&mangled(seed));
    }

    #[test]
    fn any_mangled_sample_is_judged_alike_by_its_shape(seed in any::<u64>()) {
        crate::checks::shapes(&mangled(seed));
    }

    #[test]
    fn every_place_in_any_bytes_is_found(bytes in vec(any::<u8>(), 0..60)) {
        crate::checks::positions(&bytes);
    }

    #[test]
    fn every_place_in_any_text_is_found(text in "(\u{feff})?[a\"\\\\\n\r\té€😀\u{0}\u{85}]{0,40}") {
        crate::checks::positions(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn any_request_is_parsed_alike_however_it_is_split(bytes in request(), cuts in vec(any::<usize>(), 0..4)) {
        crate::checks::requests(&bytes, &cuts);
    }
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn any_line_of_a_journal_is_read_alike(line in mangled_capture()) {
        crate::checks::capture(&line);
    }

    #[test]
    fn any_request_is_answered_or_closed_in_time(bytes in request(), cuts in vec(any::<usize>(), 0..4)) {
        crate::checks::server(&bytes, &cuts);
    }

    #[test]
    fn any_answer_is_read_in_time_and_alike(bytes in answer(), cuts in vec(any::<usize>(), 0..4)) {
        let _ = crate::checks::client(&bytes, &cuts);
    }

    #[test]
    fn a_right_answer_is_read_as_it_is_meant((bytes, status, body) in right_answer(), cuts in vec(any::<usize>(), 0..4)) {
        let answer = crate::checks::client(&bytes, &cuts).expect("it is right");
        prop_assert_eq!((answer.status, answer.body, answer.cut), (status, body, false));
        prop_assert_eq!(&answer.headers[0], &("X-A".to_owned(), "b".to_owned()));
    }
}

/// Tries new cases until so much time is over, and tells how many. What fails is shown in its simplest form.
fn for_a_while<S>(name: &str, strategy: &S, check: impl Fn(S::Value)) -> String
where
    S: Strategy,
    S::Value: Debug,
{
    const USUAL: u64 = 20;
    const STEP: u32 = 50;
    let seconds = std::env::var("INQUD_HOOK_FUZZ_SECONDS")
        .map_or(USUAL, |text| text.parse().expect("it is a number"));
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut tried = 0;
    while Instant::now() < until {
        let config = ProptestConfig {
            rng_seed: RngSeed::Random,
            ..config(STEP)
        };
        let tested = TestRunner::new(config).run(strategy, |value| {
            check(value);
            Ok(())
        });
        assert!(
            tested.is_ok(),
            "{name}: {}",
            tested.expect_err("it has failed")
        );
        tried += STEP;
    }
    format!("{name}: {tried} cases in {seconds} s")
}

#[test]
#[ignore = "takes half a minute"]
fn the_linter_stands_chance_for_a_while() {
    let tokens = vec(token(), 0..60).prop_map(|tokens| tokens.concat().into_bytes());
    let any = prop_oneof![
        any::<u64>().prop_map(mangled),
        tokens,
        vec(any::<u8>(), 0..300)
    ];
    println!(
        "{}",
        for_a_while("linter", &any, |bytes| crate::checks::linter(&bytes))
    );
}

#[test]
#[ignore = "takes half a minute"]
fn known_shapes_stand_chance_for_a_while() {
    let tokens = vec(token(), 0..60).prop_map(|tokens| tokens.concat().into_bytes());
    let any = prop_oneof![9 => any::<u64>().prop_map(mangled), 1 => tokens];
    println!(
        "{}",
        for_a_while("shapes", &any, |bytes| crate::checks::shapes(&bytes))
    );
}

#[test]
#[ignore = "takes half a minute"]
fn places_stand_chance_for_a_while() {
    let text = "(\u{feff})?[a\"\\\\\n\r\té€😀\u{0}\u{85}]{0,60}".prop_map(String::into_bytes);
    println!(
        "{}",
        for_a_while(
            "positions",
            &prop_oneof![text, vec(any::<u8>(), 0..100)],
            |bytes| crate::checks::positions(&bytes)
        )
    );
}

#[test]
#[ignore = "takes half a minute"]
fn the_journal_stands_chance_for_a_while() {
    let any = prop_oneof![9 => mangled_capture(), 1 => vec(any::<u8>(), 0..300)];
    println!(
        "{}",
        for_a_while("journal", &any, |line| crate::checks::capture(&line))
    );
}

#[test]
#[ignore = "takes half a minute"]
fn the_parsers_of_requests_stand_chance_for_a_while() {
    let any = (
        prop_oneof![9 => request(), 1 => vec(any::<u8>(), 0..300)],
        vec(any::<usize>(), 0..4),
    );
    println!(
        "{}",
        for_a_while("requests", &any, |(bytes, cuts)| crate::checks::requests(
            &bytes, &cuts
        ))
    );
}

#[test]
#[ignore = "takes half a minute"]
fn the_server_stands_chance_for_a_while() {
    let any = (request(), vec(any::<usize>(), 0..4));
    println!(
        "{}",
        for_a_while("server", &any, |(bytes, cuts)| crate::checks::server(
            &bytes, &cuts
        ))
    );
}

#[test]
#[ignore = "takes half a minute"]
fn the_client_stands_chance_for_a_while() {
    let any = (answer(), vec(any::<usize>(), 0..4));
    println!(
        "{}",
        for_a_while("client", &any, |(bytes, cuts)| drop(crate::checks::client(
            &bytes, &cuts
        )))
    );
}

/// The ways in which `listen` shows what came.
const MODES: [&str; 4] = [
    "--body full",
    "--body changed --color never",
    "--format json",
    "--body none --journal j.ndjson --sync none",
];

/// Delivers that many mangled samples, each with mangled headers, to a listener in each mode: it answers all of them, and
/// nothing that it prints steers a terminal.
fn deliver_mangled(count: u64, first: u64) {
    for (mode, flags) in MODES.iter().enumerate() {
        let folder = crate::support::folder(&[]);
        let running = crate::support::listener::Listener::start(&folder.path, flags);
        let mut stream = crate::support::listener::connect(running.port);
        for seed in first..first + count {
            let mut rng = Rng::new(&format!("{mode}-{seed}"));
            let body = mangled(seed);
            let value: String = (0..rng.below(40))
                .map(|_| *rng.of(&['a', '0', ' ', '"', '\u{e9}', '\u{9b}', '\u{202e}']))
                .collect();
            let name = *rng.of(&[
                "Sign",
                "X-Payload-Digest",
                "Authorization",
                "X-Any",
                "Content-Type",
            ]);
            let request = crate::support::listener::request(
                "POST",
                "/\u{9b}2J\u{202e}",
                &[(name, value.trim())],
                &body,
            );
            stream.write_all(&request).expect("it is taken");
            let answered =
                crate::support::listener::read_answer(&mut stream, false).expect("it is answered");
            assert_eq!(answered.status, 200, "{flags}: seed {seed}");
        }
        let ran = running.interrupt();
        let steers =
            |char: char| (char.is_control() && !matches!(char, '\n' | '\t')) || char == '\u{202e}';
        let caught = ran
            .out
            .lines()
            .chain(ran.err.lines())
            .find(|line| line.contains(steers));
        assert_eq!(caught, None, "{flags}");
        if *flags == "--format json" {
            assert!(
                crate::support::of_type(&crate::support::json_lines(&ran.out), "summary")[0]["deliveries"]
                    == count
            );
        }
        if flags.contains("j.ndjson") {
            let journal =
                std::fs::read_to_string(folder.path.join("j.ndjson")).expect("it is UTF-8");
            assert_eq!(
                crate::support::json_lines(&journal).len() as u64,
                count,
                "every line is whole"
            );
        }
    }
}

#[test]
fn any_delivery_is_answered_shown_and_written_down() {
    deliver_mangled(100, 0);
}

#[test]
#[ignore = "takes half a minute"]
fn deliveries_stand_chance_for_a_while() {
    let seconds = std::env::var("INQUD_HOOK_FUZZ_SECONDS")
        .map_or(20, |text| text.parse().expect("it is a number"));
    let (until, mut tried) = (Instant::now() + Duration::from_secs(seconds), 0);
    let first = some_seed();
    while Instant::now() < until {
        deliver_mangled(250, first + tried);
        tried += 250;
    }
    println!(
        "listen: {} deliveries in each of {} ways, from seed {first} on",
        tried,
        MODES.len()
    );
}

/// Where to begin: elsewhere in every run, and told.
fn some_seed() -> u64 {
    u64::from(
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .expect("the clock runs")
            .subsec_nanos(),
    ) << 20
}

/// Bodies that are made to fill the memory with what is found in them.
#[test]
fn what_is_found_in_a_hostile_body_is_not_much_larger_than_the_body() {
    let many = |piece: &str| vec![piece; 2_000].join(",");
    let long = "k".repeat(100_000);
    let strangers = (0..2_000)
        .map(|at| format!("\"{at}-{}\":1", &long[..50]))
        .collect::<Vec<_>>()
        .join(",");
    for (name, body) in [
        (
            "twins under a long key",
            format!("{{\"id\":\"CCO-1\",\"{long}\":{{{}}}}}", many("\"a\":1")),
        ),
        (
            "twins deep down",
            format!(
                "{}{{{}}}{}",
                "{\"kkkkkkkkkk\":".repeat(120),
                many("\"a\":1"),
                "}".repeat(120)
            ),
        ),
        (
            "strangers",
            format!("{{\"id\":\"CCO-1\",\"status\":\"NEW\",{strangers}}}"),
        ),
        (
            "long strangers",
            format!("{{\"id\":\"CCO-1\",\"{long}\":1,\"{long}\":2,\"{long}x\":3}}"),
        ),
        (
            "a long status",
            format!("{{\"id\":\"CCO-1\",\"status\":\"{long}\"}}"),
        ),
        (
            "a long amount",
            format!(
                "{{\"id\":\"PMT-1\",\"amount\":-{0},\"fee\":\"-{0}\"}}",
                "1".repeat(100_000)
            ),
        ),
        (
            "a long name",
            format!(
                "{{\"eventType\":\"INVOICE_{long}\",\"data\":{{\"type\":\"INVOICE_{long}\"}}}}"
            ),
        ),
        (
            "bad items",
            format!(
                "{{\"data\":{{\"id\":\"1\",\"status\":\"paid\",\"payment_processor_quotes\":[{}]}}}}",
                many("1")
            ),
        ),
        (
            "bad numbers",
            format!("{{\"id\":\"PMT-1\",\"{long}\":[{}]}}", many("1e400")),
        ),
        (
            "bad halves",
            format!(
                "{{\"id\":\"PMT-1\",\"{long}\":\"{}\"}}",
                "\\ud800".repeat(2_000)
            ),
        ),
    ] {
        crate::checks::linter(body.as_bytes());
        let findings = lint(&linter(catalogue()), body.as_bytes()).findings;
        assert!(
            !findings.is_empty() && findings.len() <= 3_010,
            "{name}: {} findings",
            findings.len()
        );
        let help = |finding: &Finding| finding.help.as_ref().map_or(0, String::len);
        let size = |finding: &Finding| {
            finding.pointer.len() + finding.message.len() + finding.label.len() + help(finding)
        };
        let sum: usize = findings.iter().map(size).sum();
        assert!(
            sum < (4 << 20) + 4 * body.len(),
            "{name}: {sum} bytes were found in {}",
            body.len()
        );
    }
}
