//! `send` with several deliveries: scenarios and their order, duplicates, retries, bursts, Ctrl-C; and the built-in
//! receiver.

use crate::support::endpoint::{
    Came, Digests, Endpoint, PATIENCE, all_at_once, answer, dead_port, finish,
};
use crate::support::endpoint::{read_request, scrubbed, send, sending, snapshot, socket};
use crate::support::{
    Folder, Ran, all, feed, folder, json_lines, of_type, payload, run_line, tool,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

const SECRET: &str = "s3cr3t-of-the-shop";

/// One event of each provider, and where an id of its own stands.
const EVENTS: [(&str, &str); 3] = [
    ("calypso/INVOICE_PAID", "/data/idempotencyKey"),
    ("inqud/checkout.success", "/id"),
    ("rehive/invoice.paid", "/data/id"),
];

fn provider(name: &str) -> &str {
    name.split('/').next().expect("there is a first part")
}

/// The lines that `send --format json` prints, and the exit code.
fn send_json(folder: &Folder, line: &str) -> (i32, Vec<Value>) {
    let ran = send(&folder.path, &format!("{line} --format json"));
    (ran.code, json_lines(&ran.out))
}

/// How many of the summary were sent, accepted, refused and without an answer.
fn counts(summary: &Value) -> [u64; 4] {
    ["sent", "accepted", "refused", "failed"].map(|name| summary[name].as_u64().expect(name))
}

/// What stands in that member of every line of that type.
fn each<'l>(lines: &'l [Value], name: &str, member: &str) -> Vec<&'l Value> {
    of_type(lines, name)
        .iter()
        .map(|line| &line[member])
        .collect()
}

/// The texts that stand there.
fn texts<'l>(lines: &'l [Value], name: &str, member: &str) -> Vec<&'l str> {
    each(lines, name, member)
        .into_iter()
        .map(|value| value.as_str().expect(member))
        .collect()
}

/// How many there are, each counted once.
fn different<T: Ord>(all: impl IntoIterator<Item = T>) -> usize {
    all.into_iter().collect::<BTreeSet<_>>().len()
}

/// The values of a body that hold no others, in their order.
fn leaves(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => members.values().flat_map(leaves).collect(),
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        value => vec![value.to_string()],
    }
}

/// The moment that a text or milliseconds tell.
fn moment(value: &Value) -> SystemTime {
    match value {
        Value::String(text) => {
            let zone = if text.ends_with('Z') { "" } else { "Z" };
            humantime::parse_rfc3339(&format!("{text}{zone}")).expect(text)
        }
        millis => {
            SystemTime::UNIX_EPOCH + Duration::from_millis(millis.as_u64().expect("it is a time"))
        }
    }
}

/// A provider's manifest.
fn manifest(provider: &str) -> toml::Table {
    payload(&format!("{provider}/provider.toml"))
        .parse()
        .expect("it is TOML")
}

/// When the event of a body happened, where the body tells it.
fn happened(provider: &str, body: &Value) -> Option<SystemTime> {
    let manifest = manifest(provider);
    let clock = manifest["fresh"]["clock"].as_array().expect("it is a list");
    let mut told = clock
        .iter()
        .filter_map(|pointer| body.pointer(pointer.as_str()?))
        .filter(|value| !value.is_null());
    told.next().map(moment)
}

/// Scenarios whose bodies say only when the object was created.
const CLOCKLESS: [&str; 2] = ["inqud/payin-failed", "inqud/payout-partial"];

const NOW: &str = "2031-02-03T04:05:06Z";

#[test]
fn every_life_cycle_arrives_in_its_order_with_the_same_ids_and_a_growing_clock() {
    let (folder, digests) = (folder(&[("secret", SECRET)]), Digests::default());
    let known = json_lines(&run_line(&folder.path, "events --scenarios --format json").out);
    assert!(known.len() > 25);
    all_at_once(
        known.iter().map(|known| (known["name"].to_string(), known)),
        |_, known| {
            let (name, endpoint) = (known["name"].as_str().unwrap(), Endpoint::answering(200));
            let event =
                |step: &Value| format!("{}/{}", provider(name), step["event"].as_str().unwrap());
            let steps: Vec<String> = known["steps"]
                .as_array()
                .unwrap()
                .iter()
                .map(event)
                .collect();
            let deliver = |seed| {
                let line = format!(
                    "--scenario {name} --seed {seed} --now {NOW} --to :{}",
                    endpoint.port
                );
                let (code, lines) = send_json(&folder, &(line + " --secret-file secret"));
                assert_eq!(
                    (code, texts(&lines, "delivery", "event")),
                    (0, steps.iter().map(String::as_str).collect())
                );
                assert_eq!(
                    each(&lines, "delivery", "step"),
                    (1..=steps.len()).collect::<Vec<_>>()
                );
                assert_eq!(
                    different(texts(&lines, "delivery", "id")),
                    steps.len(),
                    "each is a delivery of its own"
                );
                endpoint.take()
            };
            let (came, others) = (deliver(7), deliver(8));
            came.iter()
                .for_each(|came| digests.note(name, provider(name), SECRET, came));

            // The linter knows each for what it is, and finds nothing wrong.
            let bodies = came
                .iter()
                .fold(String::new(), |all, came| all + came.text() + "\n");
            let judged = feed(
                &mut tool(&folder.path, ["validate", "-", "--format", "json"]),
                bodies.as_bytes(),
            );
            let judged = json_lines(&judged.out);
            assert_eq!(texts(&judged, "body", "event"), steps);
            assert!(
                each(&judged, "body", "errors")
                    .iter()
                    .all(|errors| **errors == 0),
                "{judged:?}"
            );

            // What another seed changes is an id; what was equal stays equal, and what was not does not become so.
            let (mut there, mut back) = (BTreeMap::new(), BTreeMap::new());
            let mut of_steps = Vec::new();
            for (came, other) in came.iter().zip(&others) {
                let (one, two, mut ids) =
                    (leaves(&came.json()), leaves(&other.json()), BTreeSet::new());
                assert_eq!(one.len(), two.len());
                for (one, two) in one.into_iter().zip(two).filter(|(one, two)| one != two) {
                    assert_eq!(
                        there.entry(one.clone()).or_insert(two.clone()),
                        &two,
                        "{one}"
                    );
                    assert_eq!(back.entry(two).or_insert(one.clone()), &one);
                    ids.insert(one);
                }
                of_steps.push(ids);
            }
            for (step, ids) in of_steps.iter().enumerate() {
                let linked = (0..of_steps.len())
                    .any(|other| other != step && !ids.is_disjoint(&of_steps[other]));
                assert!(linked, "step {step} shares no id with another: {ids:?}");
            }

            let times: Vec<SystemTime> = came
                .iter()
                .filter_map(|came| happened(provider(name), &came.json()))
                .collect();
            let now = humantime::parse_rfc3339(NOW).unwrap();
            assert_eq!(
                times[times.len() - 1]
                    .duration_since(now)
                    .unwrap()
                    .as_secs(),
                0,
                "the last has just happened"
            );
            assert!(
                times.is_sorted() && (times[0] < now || CLOCKLESS.contains(&name)),
                "{times:?}"
            );
        },
    );
    digests.check();
}

/// Which deliveries of a life cycle of five come, by the step, and how often each was sent before.
type Orders = (&'static str, &'static [usize], &'static [u64]);

/// A new case is a new line.
const ORDERS: &[Orders] = &[
    ("", &[0, 1, 2, 3, 4], &[0, 0, 0, 0, 0]),
    ("--order forward", &[0, 1, 2, 3, 4], &[0, 0, 0, 0, 0]),
    ("--order reversed", &[4, 3, 2, 1, 0], &[0, 0, 0, 0, 0]),
    (
        "--duplicates 1",
        &[0, 0, 1, 1, 2, 2, 3, 3, 4, 4],
        &[0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
    ),
    (
        "--order reversed --duplicates 2",
        &[4, 4, 4, 3, 3, 3, 2, 2, 2, 1, 1, 1, 0, 0, 0],
        &[0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2],
    ),
    ("--duplicates 0 --gap 0", &[0, 1, 2, 3, 4], &[0, 0, 0, 0, 0]),
];

const UNDERPAID: &str = "--scenario calypso/underpaid --seed 1";

#[test]
fn a_life_cycle_comes_in_the_order_that_was_asked_for_and_a_duplicate_is_the_same_delivery() {
    let (folder, endpoint) = (folder(&[]), Endpoint::answering(200));
    let deliver = |flags: &str| {
        let (code, lines) = send_json(
            &folder,
            &format!("{UNDERPAID} --to {} {flags}", endpoint.port),
        );
        assert_eq!(code, 0);
        (endpoint.take(), lines)
    };
    let (steps, _) = deliver("");
    let place = |came: &Came| {
        steps
            .iter()
            .position(|step| step == came)
            .expect("it is one of them, headers and all")
    };
    let placed = |flags: &str| deliver(flags).0.iter().map(place).collect::<Vec<_>>();
    for (flags, expected, copies) in ORDERS {
        let (came, lines) = deliver(flags);
        assert_eq!(
            came.iter().map(place).collect::<Vec<_>>(),
            *expected,
            "{flags}"
        );
        assert_eq!(each(&lines, "delivery", "copy"), *copies, "{flags}");
        let ids = texts(&lines, "delivery", "id");
        let (pairs, steps) = (different(expected.iter().zip(&ids)), different(*expected));
        assert_eq!(
            (pairs, different(ids)),
            (steps, steps),
            "{flags}: a duplicate keeps its id, which no other delivery has"
        );
        let count = expected.len() as u64;
        assert_eq!(
            counts(of_type(&lines, "summary")[0]),
            [count, count, 0, 0],
            "{flags}"
        );
    }

    let shuffled = "--order shuffled --duplicates 1";
    let (came, lines) = deliver(shuffled);
    let order: Vec<usize> = came.iter().map(place).collect();
    assert_eq!(order, placed(shuffled), "the seed decides");
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ORDERS[3].1, "each comes as often as it should");
    let mut seen = [0; 5];
    for (step, copy) in order.iter().zip(each(&lines, "delivery", "copy")) {
        assert_eq!(
            *copy, seen[*step],
            "whichever comes first was not sent before"
        );
        seen[*step] += 1;
    }
    // Bodies differ from seed to seed, and names do not.
    let mut names = BTreeSet::new();
    for seed in 1..9 {
        let line = format!(
            "--scenario calypso/underpaid --order shuffled --seed {seed} --to {}",
            endpoint.port
        );
        let (_, lines) = send_json(&folder, &line);
        names.insert(texts(&lines, "delivery", "event").join(" "));
    }
    assert!(names.len() > 1, "other seeds, other orders: {names:?}");
    endpoint.take();

    let (_, lines) = deliver("--gap 60ms");
    assert!(
        of_type(&lines, "summary")[0]["seconds"].as_f64().unwrap() >= 0.24,
        "four pauses"
    );
    let (code, lines) = send_json(
        &folder,
        &format!("INVOICE_PAID --duplicates 3 --to {}", endpoint.port),
    );
    let came = endpoint.take();
    assert_eq!((code, came.len()), (0, 4));
    assert_eq!(each(&lines, "delivery", "copy"), [0, 1, 2, 3]);
    assert!(
        came.iter().all(|other| *other == came[0]),
        "an event alone has duplicates, too"
    );
}

#[test]
fn the_first_refused_step_is_the_last_unless_all_are_wanted() {
    let folder = folder(&[]);
    for status in [500, 302, 204] {
        for (flags, came, expected) in [
            ("", 3, [3, 2, 1, 0]),
            ("--keep-going", 5, [5, 4, 1, 0]),
            ("--keep-going --duplicates 1", 10, [10, 9, 1, 0]),
            ("--order reversed", 3, [3, 2, 1, 0]),
        ] {
            let endpoint = Endpoint::new(move |number, _| {
                answer(if number == 2 { status } else { 200 }, &[], "")
            });
            let (code, lines) = send_json(
                &folder,
                &format!("{UNDERPAID} --to {} {flags}", endpoint.port),
            );
            let summary = of_type(&lines, "summary")[0];
            assert_eq!(
                (code, endpoint.came().len(), counts(summary)),
                (1, came, expected),
                "{status} {flags}"
            );
            assert_eq!(summary["interrupted"], false);
        }
    }
    let (dead, _held) = dead_port();
    for (flags, expected) in [("", [1, 0, 0, 1]), ("--keep-going", [5, 0, 0, 5])] {
        let (code, lines) = send_json(
            &folder,
            &format!("{UNDERPAID} --to 127.0.0.1:{dead} {flags}"),
        );
        assert_eq!(
            (code, counts(of_type(&lines, "summary")[0])),
            (1, expected),
            "{flags}"
        );
    }
    // Of two endpoints the second one ends it; the first has had that step by then.
    let (good, bad) = (Endpoint::answering(200), Endpoint::answering(401));
    let (code, _) = send_json(
        &folder,
        &format!("{UNDERPAID} --to {} --to {}", good.port, bad.port),
    );
    assert_eq!((code, good.take().len(), bad.take().len()), (1, 1, 1));
    let (code, _) = send_json(
        &folder,
        &format!(
            "{UNDERPAID} --to {} --to {} --keep-going",
            good.port, bad.port
        ),
    );
    let bodies = |came: Vec<Came>| came.into_iter().map(|came| came.body).collect::<Vec<_>>();
    let (good, bad) = (bodies(good.take()), bodies(bad.take()));
    assert!(
        code == 1 && good == bad && good.len() == 5,
        "each endpoint is sent the same"
    );
}

/// The waits between a provider's attempts, in seconds, as its manifest has them.
fn schedule(provider: &str) -> Vec<i64> {
    let waits = manifest(provider)["delivery"]["retry_seconds"]["value"].clone();
    waits
        .as_array()
        .expect("it is a list")
        .iter()
        .map(|wait| wait.as_integer().expect("in seconds"))
        .collect()
}

#[test]
fn attempts_follow_the_providers_own_schedule_until_one_is_accepted_or_it_gives_up() {
    let (folder, digests) = (folder(&[("secret", SECRET)]), Digests::default());
    let scale = 1e7;
    all(
        EVENTS.map(|(event, _)| (event.to_owned(), event)),
        |_, event| {
            let waits = schedule(provider(event));
            assert!(waits.len() >= 7);
            // Accepted at none, at one in the middle, and at the last.
            for good in [usize::MAX, 0, 2, waits.len()] {
                let endpoint = Endpoint::new(move |number, _| {
                    answer(if number == good { 200 } else { 503 }, &[], "")
                });
                let line = format!(
                    "{event} --secret-file secret --to {} --retry --time-scale {scale}",
                    endpoint.port
                );
                let (code, lines) = send_json(&folder, &line);
                let (came, attempts) =
                    (endpoint.came(), good.saturating_add(1).min(waits.len() + 1));
                let accepted = good <= waits.len();
                assert_eq!((code, came.len()), (i32::from(!accepted), attempts));
                assert!(
                    came.iter().all(|other| *other == came[0]),
                    "the same body, the same headers"
                );
                digests.note(event, provider(event), SECRET, &came[0]);
                assert_eq!(different(texts(&lines, "delivery", "id")), 1);
                let numbers: Vec<u64> = (1..=attempts as u64).collect();
                assert_eq!(each(&lines, "delivery", "attempt"), numbers);
                assert_eq!(each(&lines, "wait", "attempt"), numbers[1..]);
                assert!(
                    each(&lines, "wait", "most_attempts")
                        .iter()
                        .all(|most| **most == waits.len() + 1)
                );
                for (line, real) in of_type(&lines, "wait").iter().zip(&waits) {
                    let (told, waited) = (
                        line["seconds"].as_f64().unwrap(),
                        line["waited_seconds"].as_f64().unwrap(),
                    );
                    assert_eq!(told, *real as f64);
                    // To the nanosecond.
                    assert!((waited - told / scale).abs() <= 1e-9, "{waited} {told}");
                }
                let (accepted, attempts) = (u64::from(accepted), attempts as u64);
                let expected = [attempts, accepted, attempts - accepted, 0];
                assert_eq!(counts(of_type(&lines, "summary")[0]), expected);
            }
        },
    );
    digests.check();
}

#[test]
fn attempts_really_wait_and_belong_to_one_step_of_a_life_cycle() {
    let (folder, (dead, _held)) = (folder(&[]), dead_port());
    // 60 s and 120 s, which become 180 ms; a connection that fails is tried again like an answer that refuses.
    let refusing = Endpoint::new(|number, _| answer([503, 400, 200][number.min(2)], &[], ""));
    let (code, found) = send_json(
        &folder,
        &format!(
            "rehive/invoice.paid --to {} --retry --time-scale 1000",
            refusing.port
        ),
    );
    assert_eq!((code, refusing.came().len()), (0, 3));
    assert!(of_type(&found, "summary")[0]["seconds"].as_f64().unwrap() >= 0.18);
    let (code, found) = send_json(
        &folder,
        &format!("rehive/invoice.paid --to 127.0.0.1:{dead} --retry --time-scale 1e6"),
    );
    assert_eq!(
        (code, counts(of_type(&found, "summary")[0])),
        (1, [8, 0, 0, 8])
    );

    let flags = "--retry --time-scale 1e9";
    let second = Endpoint::new(|number, _| answer(if number == 1 { 500 } else { 200 }, &[], ""));
    let (code, found) = send_json(
        &folder,
        &format!("{UNDERPAID} {flags} --duplicates 1 --to {}", second.port),
    );
    let told = |name| {
        each(&found, "delivery", name)
            .iter()
            .map(|value| value.as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (code, told("step")),
        (0, vec![1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    );
    assert_eq!(told("attempt"), [1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1]);
    // Who gives up on a step does not send the next one, unless all are wanted.
    for (more, steps) in [("", 1), ("--keep-going", 5)] {
        let never = Endpoint::answering(500);
        let (code, _) = send_json(
            &folder,
            &format!("{UNDERPAID} {flags} {more} --to {}", never.port),
        );
        assert_eq!(
            (code, never.came().len()),
            (1, steps * (schedule("calypso").len() + 1))
        );
    }
}

#[test]
fn sequences_and_attempts_read_well() {
    let folder = folder(&[]);
    let mut said = String::new();
    for (line, statuses) in [
        (
            "INVOICE_PAID --seed 1 --retry --time-scale 10000",
            [503, 429, 200],
        ),
        ("rehive/invoice.paid --seed 1 --duplicates 1", [201, 202, 0]),
        (
            "--scenario checkout-expired --seed 1 --order reversed",
            [200, 404, 0],
        ),
        (
            "--scenario checkout-expired --seed 1 --keep-going --scheme none",
            [200, 401, 200],
        ),
    ] {
        let endpoint = Endpoint::new(move |number, _| answer(statuses[number], &[], "no\n"));
        let ran = send(
            &folder.path,
            &format!("{line} --to 127.0.0.1:{}/hooks", endpoint.port),
        );
        assert_eq!(
            ran.code,
            i32::from(statuses.contains(&404) || statuses.contains(&401)),
            "{}",
            ran.out
        );
        said += &format!(
            "$ inqud-hook send {line}\n{}\n",
            scrubbed(&ran.out, endpoint.port)
        );
    }
    snapshot("sequences", &said);
}

#[test]
fn in_a_burst_every_delivery_has_its_own_ids_and_a_signature_of_its_own() {
    let (folder, digests) = (folder(&[("secret", SECRET)]), Digests::default());
    all_at_once(
        EVENTS.map(|(event, id)| (event.to_owned(), (event, id))),
        |_, (event, id)| {
            // Not one is answered before as many as there are connections have come.
            let meeting = Barrier::new(4);
            let endpoint = Endpoint::new(move |_, _| {
                meeting.wait();
                answer(200, &[], "")
            });
            let line = format!(
                "{event} --secret-file secret --to {} --count 120 --concurrency 4",
                endpoint.port
            );
            let (code, lines) = send_json(&folder, &line);
            let came = endpoint.came();
            assert_eq!(
                (code, lines.len(), came.len()),
                (0, 1, 120),
                "one line says it all"
            );
            came.iter()
                .for_each(|came| digests.note(event, provider(event), SECRET, came));
            for pointer in [id, ""] {
                let value = |came: &Came| came.json().pointer(pointer).expect(pointer).to_string();
                assert_eq!(different(came.iter().map(value)), 120, "{pointer}");
            }
            for came in &came {
                assert_eq!(came.header("Content-Length"), came.body.len().to_string());
                assert_eq!(came.header("Host"), format!("localhost:{}", endpoint.port));
            }
        },
    );
    digests.check();

    // With a seed they are the same ones again, whichever connection they take.
    let endpoint = Endpoint::answering(200);
    let burst = |connections: u32, seed: u32| {
        let line = format!(
            "INVOICE_PAID --to {} --count 30 --seed {seed} --concurrency {connections}",
            endpoint.port
        );
        assert_eq!(send_json(&folder, &line).0, 0);
        endpoint
            .take()
            .into_iter()
            .map(|came| came.body)
            .collect::<BTreeSet<_>>()
    };
    let found = burst(1, 1);
    assert_eq!((found.len(), &found), (30, &burst(7, 1)));
    assert!(found.is_disjoint(&burst(1, 2)));
    // A body of one's own has no ids that are known; its bytes stay.
    folder.write("body", "a=1");
    let line = format!("INVOICE_PAID --body body --to {} --count 5", endpoint.port);
    assert_eq!(
        (
            send_json(&folder, &line).0,
            endpoint
                .take()
                .iter()
                .filter(|came| came.body == b"a=1")
                .count()
        ),
        (0, 5)
    );
}

#[test]
fn no_more_connections_are_open_than_were_asked_for() {
    let folder = folder(&[]);
    for (flags, most) in [
        ("--concurrency 1", 1),
        ("--concurrency 3", 3),
        ("", 10),
        ("--concurrency 3 --rate 1000/s", 3),
    ] {
        let opened = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&opened);
        let port = socket(move |mut stream| {
            counter.fetch_add(1, Ordering::SeqCst);
            while read_request(&mut stream).is_some() && stream.write_all(EMPTY).is_ok() {}
        });
        let (code, lines) = send_json(
            &folder,
            &format!("INVOICE_PAID --to 127.0.0.1:{port} --count 90 {flags}"),
        );
        assert_eq!(
            (code, counts(of_type(&lines, "summary")[0])),
            (0, [90, 90, 0, 0])
        );
        let opened = opened.load(Ordering::SeqCst);
        assert!(
            (1..=most).contains(&opened),
            "{flags}: one that is open stays so, and {opened} were opened"
        );
    }
}

const EMPTY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// The four quantiles of a summary, which grow.
fn quantiles(summary: &Value, name: &str) -> [f64; 4] {
    let found = ["p50", "p90", "p99", "max"].map(|at| summary[name][at].as_f64().expect(name));
    assert!(found.is_sorted() && found[0] >= 0.0, "{summary}");
    found
}

#[test]
fn the_summary_of_a_burst_counts_and_measures() {
    let folder = folder(&[]);
    let sometimes =
        Endpoint::new(|number, _| answer([200, 200, 500, 200, 204][number % 5], &[], ""));
    let to = format!("INVOICE_PAID --to 127.0.0.1:{}", sometimes.port);
    for (flags, rate) in [
        ("--count 50", None),
        ("--count 50 --rate 500/s", Some(500.0)),
        ("--count 50 --rate 30000/m", Some(500.0)),
    ] {
        let (code, lines) = send_json(&folder, &format!("{to} {flags}"));
        let [summary] = of_type(&lines, "summary")[..] else {
            panic!("there is one: {lines:?}")
        };
        assert_eq!((code, counts(summary)), (1, [50, 30, 20, 0]), "{summary}");
        let numbers = |statuses: &str| serde_json::from_str::<Value>(statuses).unwrap();
        assert_eq!(
            summary["statuses"],
            numbers(r#"{"200": 30, "204": 10, "500": 10}"#)
        );
        assert_eq!(
            (&summary["faults"], &summary["interrupted"]),
            (&numbers("{}"), &false.into())
        );
        assert_eq!(summary["event"], "calypso/INVOICE_PAID");
        assert_eq!(
            summary["target"],
            format!("http://127.0.0.1:{}/", sometimes.port)
        );
        assert_eq!(
            (summary["rate"].as_f64(), &summary["verified"]),
            (rate, &Value::Null)
        );
        let (seconds, per_second) = (
            summary["seconds"].as_f64().unwrap(),
            summary["per_second"].as_f64().unwrap(),
        );
        assert!((seconds * per_second - 50.0).abs() < 1e-6, "{summary}");
        assert!(
            quantiles(summary, "latency_ms")[3] <= seconds * 1_000.0,
            "none took longer than all: {summary}"
        );
        assert_eq!(summary["late_us"].is_null(), rate.is_none());
        if rate.is_some() {
            quantiles(summary, "late_us");
            assert!(
                seconds >= 0.098,
                "the last one is due after 49 pauses: {summary}"
            );
        }
    }
    // Every target has its own summary.
    let (good, (dead, _held)) = (Endpoint::answering(200), dead_port());
    let (code, lines) = send_json(
        &folder,
        &format!(
            "INVOICE_PAID --count 9 --to 127.0.0.1:{dead} --to {0} --to {0}/b",
            good.port
        ),
    );
    let found: Vec<_> = of_type(&lines, "summary").into_iter().map(counts).collect();
    assert_eq!(
        (code, found),
        (1, vec![[1, 0, 0, 1], [9, 9, 0, 0], [9, 9, 0, 0]])
    );
}

#[test]
fn a_rate_is_kept_by_the_clock_and_not_by_the_answers() {
    let folder = folder(&[]);
    let slow = |pause| {
        Endpoint::new(move |_, _| {
            sleep(Duration::from_millis(pause));
            answer(200, &[], "")
        })
    };
    // However slow they are answered, as many are sent as are due.
    for (flags, pause, count) in [
        ("--rate 50/s --duration 1s --concurrency 50", 400, 50),
        ("--rate 600/m --duration 500ms", 0, 5),
        ("--rate 3600/h --duration 1", 0, 1),
        ("--rate 40 --duration 1s --count 7", 0, 7),
        ("--rate 40 --duration 100ms --count 700", 0, 4),
    ] {
        let endpoint = slow(pause);
        let (code, lines) = send_json(
            &folder,
            &format!("INVOICE_PAID --to {} {flags}", endpoint.port),
        );
        assert_eq!(
            (code, counts(of_type(&lines, "summary")[0])),
            (0, [count, count, 0, 0]),
            "{flags}"
        );
        assert_eq!(endpoint.came().len() as u64, count);
    }
    // One connection that takes 50 ms for each of ten that are due every 10 ms: the last one waits for all the others,
    // and that counts.
    let endpoint = slow(50);
    let (_, lines) = send_json(
        &folder,
        &format!(
            "INVOICE_PAID --to {} --rate 100/s --count 10 --concurrency 1",
            endpoint.port
        ),
    );
    let summary = of_type(&lines, "summary")[0];
    assert!(
        quantiles(summary, "latency_ms")[3] >= 10.0 * 50.0 - 9.0 * 10.0,
        "{summary}"
    );
    assert!(
        quantiles(summary, "late_us")[3] >= 1e3 * (9.0 * 50.0 - 9.0 * 10.0),
        "{summary}"
    );

    // Without a rate a time alone is an end, too.
    let endpoint = slow(1);
    let (code, lines) = send_json(
        &folder,
        &format!("INVOICE_PAID --to {} --duration 200ms", endpoint.port),
    );
    let summary = of_type(&lines, "summary")[0];
    assert!(
        code == 0 && summary["sent"] != 0 && summary["seconds"].as_f64().unwrap() >= 0.2,
        "{summary}"
    );
}

/// What a burst meets: how each connection is treated, given how many requests came over all of them; what is counted
/// of 40; and what is told of those without an answer. A new case is a new line.
type Meets = (
    &'static str,
    fn(TcpStream, &AtomicUsize),
    [u64; 4],
    &'static str,
);

/// Answers what comes, each by its number across all connections, for as long as the connection is to live.
fn converse(
    mut stream: TcpStream,
    numbers: &AtomicUsize,
    reply: impl Fn(usize) -> (&'static [u8], bool),
) {
    while read_request(&mut stream).is_some() {
        let (answer, stays) = reply(numbers.fetch_add(1, Ordering::SeqCst));
        if stream.write_all(answer).is_err() || !stays {
            return;
        }
    }
}

const CHUNKED: &[u8] =
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n";

/// An answer, and another one that was not asked for.
const TWO: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 408 Slow\r\n\r\n";

const CLOSING: &[u8] = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";

const MEETS: &[Meets] = &[
    (
        "stays open",
        |stream, numbers| converse(stream, numbers, |_| (EMPTY, true)),
        [40, 40, 0, 0],
        "",
    ),
    (
        "says that it closes",
        |stream, numbers| converse(stream, numbers, |_| (CLOSING, false)),
        [40, 40, 0, 0],
        "",
    ),
    (
        "HTTP/1.0",
        |stream, numbers| converse(stream, numbers, |_| (b"HTTP/1.0 200 OK\r\n\r\nok", false)),
        [40, 40, 0, 0],
        "",
    ),
    (
        "answers twice",
        |stream, numbers| converse(stream, numbers, |_| (TWO, true)),
        [40, 40, 0, 0],
        "",
    ),
    (
        "hangs up at every fourth",
        |stream, numbers| {
            converse(stream, numbers, |number| {
                if number % 4 == 3 {
                    (b"", false)
                } else {
                    (CLOSING, false)
                }
            });
        },
        [40, 30, 0, 10],
        "closed",
    ),
    (
        "talks nonsense at every tenth",
        |stream, numbers| {
            converse(stream, numbers, |number| {
                if number % 10 == 9 {
                    (b"\0\r\n\r\n", false)
                } else {
                    (CLOSING, false)
                }
            });
        },
        [40, 36, 0, 4],
        "not_http",
    ),
];

#[test]
fn a_burst_goes_on_over_connections_that_come_and_go() {
    let folder = folder(&[]);
    all_at_once(
        MEETS.iter().map(|meets| (meets.0.to_owned(), meets)),
        |_, (_, act, expected, fault)| {
            let (numbers, act) = (AtomicUsize::new(0), *act);
            let port = socket(move |stream| act(stream, &numbers));
            let (code, lines) = send_json(
                &folder,
                &format!("INVOICE_PAID --to 127.0.0.1:{port} --count 40 --concurrency 4"),
            );
            let summary = of_type(&lines, "summary")[0];
            assert_eq!(
                (code, counts(summary)),
                (i32::from(expected[3] > 0), *expected),
                "{summary}"
            );
            let faults: Vec<(&str, u64)> = if fault.is_empty() {
                Vec::new()
            } else {
                vec![(fault, expected[3])]
            };
            assert_eq!(summary["faults"], faults.into_iter().collect::<Value>());
        },
    );
}

#[test]
fn a_connection_stays_open_after_chunks_and_is_not_used_again_once_the_endpoint_gave_it_up() {
    let folder = folder(&[]);
    let opened = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&opened);
    let port = socket(move |stream| {
        counter.fetch_add(1, Ordering::SeqCst);
        converse(stream, &AtomicUsize::new(0), |_| (CHUNKED, true));
    });
    let to = format!("INVOICE_PAID --to 127.0.0.1:{port} --count 20 --concurrency 1");
    let (_, lines) = send_json(&folder, &to);
    assert_eq!(counts(of_type(&lines, "summary")[0]), [20, 20, 0, 0]);
    assert_eq!(opened.load(Ordering::SeqCst), 1);

    // As many servers do after a while without a request.
    let port = socket(move |mut stream| {
        if read_request(&mut stream).is_some() && stream.write_all(EMPTY).is_ok() {
            let _ = stream.write_all(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let to = format!("INVOICE_PAID --to 127.0.0.1:{port} --count 3 --rate 2/s --concurrency 1");
    let (_, lines) = send_json(&folder, &to);
    assert_eq!(counts(of_type(&lines, "summary")[0]), [3, 3, 0, 0]);
}

#[test]
fn one_of_a_burst_is_to_the_byte_what_is_sent_alone() {
    let (folder, endpoint) = (folder(&[("secret", SECRET)]), Endpoint::answering(200));
    for (event, _) in EVENTS {
        for flags in [
            "",
            "--scheme none",
            "--header x-a:1 --header Host:shop.test --header X-B:2 --header X-a:3",
            "--body text",
        ] {
            folder.write("text", "a=1");
            let line = format!(
                "{event} --seed 1 --now {NOW} --secret-file secret --to 127.0.0.1:{}/a?b {flags}",
                endpoint.port
            );
            send_json(&folder, &line);
            send_json(&folder, &format!("{line} --count 1"));
            let came = endpoint.take();
            assert_eq!(came.len(), 2, "{line}");
            assert_eq!(came[0], came[1], "{line}");
        }
    }
}

#[test]
fn bursts_read_well() {
    let folder = folder(&[]);
    let (good, some) = (
        Endpoint::answering(200),
        Endpoint::new(|number, _| answer([200, 200, 503][number % 3], &[], "")),
    );
    let (dead, _held) = dead_port();
    let mut said = String::new();
    for (line, port, code) in [
        ("rehive/invoice.paid --count 12", good.port, 0),
        ("INVOICE_PAID --count 1", good.port, 0),
        ("INVOICE_PAID --count 12 --rate 500/s", some.port, 1),
        ("INVOICE_PAID --count 12", dead, 1),
    ] {
        let ran = send(&folder.path, &format!("{line} --to 127.0.0.1:{port}"));
        assert_eq!(ran.code, code, "{}", ran.out);
        said += &format!("$ inqud-hook send {line}\n{}\n", scrubbed(&ran.out, port));
    }
    snapshot("bursts", &said);
}

/// The result of a run that Ctrl-C ends; the signal is sent this many times, as soon as `ready` returns.
#[cfg(unix)]
fn interrupted(
    folder: &Folder,
    line: &str,
    times: usize,
    ready: impl FnOnce(&mut dyn FnMut(&str)),
) -> Ran {
    use std::io::Read as _;
    const TEXT: &str = "what is printed is UTF-8";
    let mut child = sending(&folder.path, line.split_whitespace())
        .spawn()
        .expect("the binary starts");
    let mut stdout = child.stdout.take().expect("it is piped");
    let mut bytes = Vec::new();
    // Reads what is printed up to that text, which may be in the middle of a line.
    ready(&mut |text| {
        let mut byte = [0];
        while !bytes.ends_with(text.as_bytes()) {
            stdout.read_exact(&mut byte).expect("more is printed");
            bytes.push(byte[0]);
        }
    });
    let mut out = String::from_utf8(bytes).expect(TEXT);
    for _ in 0..times {
        crate::support::signal(child.id(), "INT");
    }
    let rest = std::thread::spawn(move || stdout.read_to_string(&mut out).map(|_| out));
    let ran = finish(child, PATIENCE);
    Ran {
        out: rest.join().expect("it only reads").expect(TEXT),
        ..ran
    }
}

/// Where Ctrl-C comes: what is sent, the text behind which it comes (the line of a delivery ends in its time), and the last
/// line then; a new case is a new line.
#[cfg(unix)]
const INTERRUPTED: &[(&str, &str, &str)] = &[
    (
        "--scenario calypso/paid --gap 10m",
        " ms",
        "1 sent: accepted in TIME, interrupted\n",
    ),
    (
        "--scenario calypso/paid --gap 10m --duplicates 3 --keep-going",
        " ms",
        "1 sent: accepted in TIME, interrupted\n",
    ),
    (
        "--scenario calypso/paid --timeout 10m",
        " ms\n",
        "2 sent: 1 accepted, 1 failed (no response) in TIME, interrupted\n",
    ),
    (
        "--scenario calypso/paid --timeout 10m --keep-going",
        " ms\n",
        "2 sent: 1 accepted, 1 failed (no response) in TIME, interrupted\n",
    ),
    (
        "INVOICE_PAID --retry --header X-Refuse:1",
        "retrying in",
        "1 sent: 1 rejected in TIME, interrupted\n",
    ),
    (
        "INVOICE_PAID --retry --keep-going --header X-Refuse:1",
        "retrying in",
        "1 sent: 1 rejected in TIME, interrupted\n",
    ),
];

/// Answers the first one, and keeps the second waiting for longer than the test takes.
#[cfg(unix)]
fn second_hangs(number: usize, came: &Came) -> crate::support::endpoint::Answer {
    if number == 1 {
        sleep(PATIENCE * 2);
    }
    answer(
        if came.all("X-Refuse").is_empty() {
            200
        } else {
            503
        },
        &[],
        "",
    )
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_sequence_at_once_and_leaves_its_summary() {
    let folder = folder(&[]);
    let cases = INTERRUPTED.iter().flat_map(|case| [(case, 1), (case, 2)]);
    all_at_once(
        cases.map(|case| (case.0.0.to_owned(), case)),
        |_, ((line, until, last), times)| {
            let endpoint = Endpoint::new(second_hangs);
            let line = format!("{line} --to 127.0.0.1:{}", endpoint.port);
            let count = if *until == " ms\n" { 2 } else { 1 };
            let Ran { code, out, .. } = interrupted(&folder, &line, times, |read| {
                read(until);
                // What is shown as being sent has not come yet.
                endpoint.wait_for(count);
            });
            assert!(
                code == 130 && scrubbed(&out, endpoint.port).ends_with(last),
                "{out}"
            );
            // What follows the ^C that a terminal echoes stands on a line of its own.
            let broken = out.contains("\n\n") || out.contains("(2 of 19)\n");
            assert!(broken, "{out}");
            assert_eq!(endpoint.came().len(), count, "nothing more is sent");
        },
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_burst_at_once_and_leaves_its_summary() {
    let folder = folder(&[]);
    let ways = [
        "--duration 10m",
        "--duration 10m --rate 200/s",
        "--count 100000000",
        "--count 9000 --rate 100/s",
    ];
    let cases = ways.iter().flat_map(|way| [(way, 1), (way, 2)]);
    all_at_once(
        cases.map(|case| (case.0.to_string(), case)),
        |_, (way, times)| {
            let slow = Endpoint::new(|_, _| {
                sleep(Duration::from_millis(5));
                answer(200, &[], "")
            });
            // The second target is not sent anything any more.
            let other = Endpoint::answering(200);
            let line = format!(
                "INVOICE_PAID --to {} --to {} {way} --concurrency 4 --format json",
                slow.port, other.port
            );
            let Ran { code, out, .. } = interrupted(&folder, &line, times, |_| slow.wait_for(20));
            let lines = json_lines(&out);
            let [summary] = of_type(&lines, "summary")[..] else {
                panic!("one for the one that was begun: {out}")
            };
            let [sent, accepted, refused, failed] = counts(summary);
            assert_eq!(
                (code, &summary["interrupted"], refused),
                (130, &true.into(), 0),
                "{summary}"
            );
            // Those that were under way, on at most four connections, are sent and have no answer.
            let came = slow.came().len() as u64;
            let cut = summary["faults"]["interrupted"].as_u64().unwrap_or(0);
            assert!(
                sent == accepted + failed && failed == cut && cut <= 4,
                "{summary}"
            );
            assert!(sent >= came && accepted <= came, "{came} came: {summary}");
            assert!(other.came().is_empty());
            assert_eq!(quantiles(summary, "latency_ms").len(), 4);
        },
    );
}

/// What cannot be asked for together, or not so; a new case is a new line.
const REFUSED: &[&str] = &[
    "INVOICE_PAID --concurrency 5",
    "INVOICE_PAID --concurrency 5 --rate 5/s",
    "INVOICE_PAID --rate 5/s --retry",
    "INVOICE_PAID --concurrency 5 --duplicates 2",
    "INVOICE_PAID --count 2 --gap 1s",
    "INVOICE_PAID --count 2 --order reversed",
    "INVOICE_PAID --count 2 --keep-going",
    "INVOICE_PAID --count 2 --retry --time-scale 10",
    "INVOICE_PAID --duration 2s --retry",
    "INVOICE_PAID --duration 2s --keep-going",
    "--scenario underpaid --duration 1s",
    "--scenario underpaid --concurrency 3",
    "--scenario underpaid --rate 3/s",
    "INVOICE_PAID --count 0",
    "INVOICE_PAID --count -1",
    "INVOICE_PAID --count 1.5",
    "INVOICE_PAID --count 2 --concurrency 0",
    "INVOICE_PAID --count 2 --concurrency 5000",
    "INVOICE_PAID --duration 0s",
    "INVOICE_PAID --duration 99999999999999999999s",
    "INVOICE_PAID --count 2 --rate 5/d",
    "INVOICE_PAID --count 2 --rate NaN",
    "INVOICE_PAID --count 2 --rate inf/s",
    "INVOICE_PAID --count 2 --rate -5/s",
    "INVOICE_PAID --duplicates 1001",
    "INVOICE_PAID --duplicates -1",
    "INVOICE_PAID --order random",
    "INVOICE_PAID --gap 99999999999999999999s",
    "INVOICE_PAID --retry --time-scale NaN",
    "INVOICE_PAID --retry --time-scale inf",
    "INVOICE_PAID --retry --time-scale -2",
];

#[test]
fn what_does_not_go_together_is_refused_before_anything_is_sent_or_said() {
    let (folder, endpoint) = (folder(&[]), Endpoint::answering(200));
    all(
        REFUSED.iter().map(|line| ((*line).to_owned(), line)),
        |_, line| {
            for to in [format!("--to {}", endpoint.port), String::new()] {
                let Ran { code, out, err } = send(&folder.path, &format!("{line} {to}"));
                assert_eq!((code, &*out), (2, ""), "{err}");
                assert!(
                    err.starts_with("error: ") && err.matches("error: ").count() == 1,
                    "{err}"
                );
            }
        },
    );
    assert!(endpoint.came().is_empty());
}

/// The port in what a run with the built-in receiver printed.
fn port(out: &str) -> u16 {
    let (_, behind) = out
        .split_once("http://127.0.0.1:")
        .expect("the address is shown");
    behind
        .split('/')
        .next()
        .expect("there is a first part")
        .parse()
        .expect("it is a port")
}

#[test]
fn without_a_target_both_sides_are_shown() {
    let folder = folder(&[("secret", SECRET), ("form", "amount=1")]);
    let mut said = String::new();
    for (line, code) in [
        ("INVOICE_PAID --seed 1", 0),
        ("rehive/invoice.paid --seed 1 --secret-file secret", 0),
        ("checkout.success --seed 1 --scheme calypso", 1),
        ("INVOICE_PAID --seed 1 --form bare", 0),
        ("INVOICE_PAID --seed 1 --set realAmount=250", 0),
        ("INVOICE_PAID --seed 1 --set amount=many", 1),
        ("INVOICE_PAID --seed 1 --scheme none", 1),
        ("INVOICE_PAID --seed 1 --header Sign:00", 1),
        ("INVOICE_PAID --body form", 1),
        ("--scenario checkout-expired --seed 1 --duplicates 1", 0),
        ("INVOICE_PAID --count 50 --seed 1", 0),
        ("INVOICE_PAID --count 50 --seed 1 --scheme none", 1),
    ] {
        let ran = send(&folder.path, line);
        assert_eq!(ran.code, code, "{line}: {}{}", ran.out, ran.err);
        let note = "note: no --to given, sending to a built-in receiver\n";
        assert!(ran.err.ends_with(note), "{}", ran.err);
        said += &format!(
            "$ inqud-hook send {line}\n{}\n",
            scrubbed(&ran.out, port(&ran.out))
        );
    }
    snapshot("both-sides", &said);
}

#[test]
fn the_built_in_receiver_takes_every_life_cycle_and_tells_machines_what_it_found() {
    let folder = folder(&[]);
    let known = json_lines(&run_line(&folder.path, "events --scenarios --format json").out);
    all_at_once(
        known.iter().map(|known| (known["name"].to_string(), known)),
        |_, known| {
            let (name, steps) = (
                known["name"].as_str().unwrap(),
                known["steps"].as_array().unwrap().len(),
            );
            let (code, lines) = send_json(&folder, &format!("--scenario {name} --order shuffled"));
            assert_eq!(
                (code, counts(of_type(&lines, "summary")[0])),
                (0, [steps as u64, steps as u64, 0, 0])
            );
            let types: Vec<&str> = lines
                .iter()
                .map(|line| line["type"].as_str().unwrap())
                .filter(|name| *name != "finding")
                .collect();
            assert_eq!(
                types,
                [
                    ["body", "received", "delivery"].repeat(steps),
                    vec!["summary"]
                ]
                .concat()
            );
            assert_eq!(
                each(&lines, "received", "event"),
                each(&lines, "delivery", "event")
            );
            let scheme = &of_type(&lines, "delivery")[0]["scheme"];
            let valid = |signature: &&Value| {
                signature["verdict"] == "valid" && signature["scheme"] == *scheme
            };
            assert!(
                each(&lines, "received", "signature").iter().all(valid),
                "{lines:?}"
            );
            assert!(
                each(&lines, "received", "errors")
                    .iter()
                    .all(|errors| **errors == 0)
            );
        },
    );
    all_at_once(
        EVENTS.map(|(event, _)| (event.to_owned(), event)),
        |_, event| {
            let (code, lines) = send_json(&folder, &format!("{event} --count 200"));
            let summary = of_type(&lines, "summary")[0];
            assert_eq!(
                (code, counts(summary), &summary["verified"]),
                (0, [200, 200, 0, 0], &200.into())
            );
        },
    );
}
