//! Deliveries that were not genuinely signed when they were captured, and deliveries that are chosen by their number.

use crate::support::captures::{capture, each, paid, replay, replay_json, shop};
use crate::support::endpoint::{Endpoint, send};
use crate::support::{of_type, run_line};
use serde_json::json;

/// A genuine delivery, a forged one, one without a signature, and a genuine one that the endpoint failed on.
fn journal() -> String {
    let bad = |verdict: &str| json!({"verdict": verdict, "scheme": "hmac-sha512"});
    [
        json!({"id": "genuine1", "body": paid()}),
        json!({"id": "forged22", "body": paid(), "signature": bad("invalid"), "answer": {"status": 401}}),
        json!({"id": "forged33", "body": paid(), "signature": bad("missing"), "answer": {"status": 401}}),
        json!({"id": "failed44", "body": paid(), "answer": {"status": 500}}),
    ]
    .iter()
    .map(capture)
    .collect()
}

#[test]
fn a_forgery_did_not_fail_and_is_not_signed_anew_unseen() {
    let folder = shop(&[("journal", &journal())]);
    let endpoint = Endpoint::answering(200);
    let to = format!("journal --to :{}", endpoint.port);

    let failed = replay(&folder, &format!("{to} --failed"));
    assert_eq!((failed.code, endpoint.take().len()), (0, 1));
    assert!(
        failed.err.contains(
            "leaving out 2 deliveries with an invalid or missing signature, rightly not accepted; --as-captured sends \
             them as they were, --scheme signs them anew"
        ),
        "{}",
        failed.err
    );
    let forgeries = replay(&folder, &format!("{to} --failed --id 2 --id 3"));
    assert_eq!((forgeries.code, endpoint.take().len()), (0, 0));
    assert!(
        forgeries.err.contains("nothing to send"),
        "{}",
        forgeries.err
    );

    let all = replay(&folder, &to);
    assert_eq!((all.code, endpoint.take().len()), (0, 2));
    let said = "leaving out 2 deliveries with an invalid or missing signature; --as-captured";
    assert!(all.err.contains(said), "{}", all.err);
    let all = replay(&folder, &format!("{to} --scheme calypso"));
    assert_eq!((all.code, endpoint.take().len()), (0, 4));
    let said = "2 deliveries were not genuinely signed when captured; they are signed now with your secret, \
                --as-captured sends them as they were";
    assert!(all.err.contains(said), "{}", all.err);
    let one = replay(&folder, &format!("{to} --id 3"));
    let said = "1 delivery was not genuinely signed when captured; it is signed now";
    assert!(one.err.contains(said), "{}", one.err);
    endpoint.take();

    for flags in [
        "--as-captured --failed --expect accepted",
        "--scheme none --expect accepted",
    ] {
        let kept = replay(&folder, &format!("{to} {flags}"));
        assert!(!kept.err.contains("genuinely"), "{}", kept.err);
        assert!(!kept.err.contains("leaving out"), "{}", kept.err);
        assert!(
            endpoint
                .take()
                .iter()
                .all(|came| came.all("Sign").is_empty())
        );
    }
    let (_, lines) = replay_json(&folder, &format!("{to} --id 1,2,3 --id 4"));
    assert_eq!(
        each(&lines, "recorded_signature"),
        ["valid", "invalid", "missing", "valid"]
    );
    let (_, lines) = replay_json(&folder, &format!("{to} --id 1"));
    assert_eq!(each(&lines, "id"), ["genuine1"]);
}

#[test]
fn a_delivery_is_chosen_by_the_number_in_the_log_or_by_an_unambiguous_id() {
    let folder = shop(&[("journal", &journal())]);
    let endpoint = Endpoint::answering(200);
    let logged = run_line(&folder.path, "log journal 2 --format json");
    assert!(logged.out.contains("forged22"), "{}", logged.out);
    for (id, said) in [
        (
            "for",
            "write the number that `log` shows, or at least 4 characters of the id",
        ),
        ("forged", "--id forged is ambiguous: forged22, forged33"),
        ("17", "no delivery matches"),
        ("17,", "write the number"),
    ] {
        let ran = replay(
            &folder,
            &format!("journal --to :{} --id {id}", endpoint.port),
        );
        assert_eq!(ran.code, 2, "{id}");
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    assert!(endpoint.take().is_empty());
    let short = run_line(&folder.path, "replay -h");
    assert!(short.out.contains("--id <ID>"), "{}", short.out);
}

#[test]
fn a_run_that_stops_says_what_it_did_not_send() {
    let folder = shop(&[("journal", &journal())]);
    let endpoint = Endpoint::answering(401);
    let to = format!("--to :{}", endpoint.port);
    let stopped = replay(&folder, &format!("journal {to}"));
    assert!(
        stopped
            .out
            .ends_with("; 1 not sent (--keep-going sends it)\n"),
        "{}",
        stopped.out
    );
    let (_, lines) = replay_json(&folder, &format!("journal {to}"));
    assert_eq!(of_type(&lines, "summary")[0]["not_sent"], 1);
    // What is the same for all is said once.
    let whole = send(
        &folder.path,
        &format!("--scenario underpaid --keep-going {to}"),
    );
    assert!(!whole.out.contains("not sent"), "{}", whole.out);
    assert_eq!(
        whole.out.matches("--why finds out").count(),
        1,
        "{}",
        whole.out
    );
    assert_eq!(whole.out.matches("(as before)").count(), 4, "{}", whole.out);
    let burst = send(&folder.path, &format!("INVOICE_PAID --count 3 {to}"));
    assert!(
        burst.out.contains("hint: send one with --why"),
        "{}",
        burst.out
    );
}

#[test]
fn what_failed_is_sent_whatever_is_answered_and_since_a_time() {
    let failed =
        |at: &str| capture(&json!({"body": paid(), "received_at": at, "answer": {"status": 500}}));
    let journal = [
        "2026-11-20T09:30:00Z",
        "2026-11-21T09:30:00Z",
        "2026-11-22T09:30:00Z",
    ];
    let folder = shop(&[("j.ndjson", &journal.map(failed).concat())]);
    let endpoint = Endpoint::answering(422);
    let to = format!("j.ndjson --to :{}", endpoint.port);
    for (flags, sent) in [
        ("--failed", 3),
        ("--failed --since 2026-11-21T00:00Z", 2),
        ("--since 2026-11-22T09:30:00Z", 1),
        ("", 1),
    ] {
        let ran = replay(&folder, &format!("{to} {flags}"));
        assert_eq!(
            (ran.code, endpoint.take().len()),
            (1, sent),
            "{flags}: {}",
            ran.err
        );
    }
    let number = replay(&folder, &format!("{to} 49"));
    let said = "error: cannot read 49: no such file\nhint: to choose a delivery by its number or its id, write --id 49\n";
    assert_eq!((number.code, &*number.err), (2, said));
}
