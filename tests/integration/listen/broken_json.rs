//! Bodies that stop being JSON in the middle of a value: what reads them goes on with the next one.

use crate::support::captures::replay;
use crate::support::endpoint::{Endpoint, PATIENCE, finish, send};
use crate::support::listener::Listener;
use crate::support::{folder, json_lines, of_type, tool};

/// Lists that a reader of amounts walks into.
const BODIES: [&str; 6] = [
    r#"{"data":{"fiatAmount":[}"#,
    r#"{"data":{"fiatAmount":[{}}"#,
    r#"{"fiatAmount":[1 2]}"#,
    r#"{"id":"CCO-1","paymentIntents":[}"#,
    r#"{"id":"CCO-1","paymentIntents":[{"amount":1}}"#,
    r#"{"event":"transaction.create","data":{"payment_processor_quotes":[{"id":1}}}"#,
];

#[test]
fn a_list_that_breaks_off_stops_neither_listen_nor_log_nor_replay_nor_send() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --journal j.ndjson");
    for body in BODIES {
        assert_eq!(listener.post(&[], body.as_bytes()).status, 200);
        // The printer waits for nothing: each delivery is shown before the next one comes.
        assert_eq!(listener.delivery()["answer"]["status"], 200, "{body}");
    }
    let ran = listener.interrupt();
    let lines = json_lines(&ran.out);
    assert_eq!(of_type(&lines, "summary")[0]["deliveries"], BODIES.len());

    let command = tool(&folder.path, ["log", "j.ndjson"]).spawn().unwrap();
    let log = finish(command, PATIENCE);
    assert_eq!(log.code, 0, "{}", log.err);
    assert!(log.out.contains("6 deliveries"), "{}", log.out);

    let endpoint = Endpoint::answering(200);
    let ran = replay(
        &folder,
        &format!("j.ndjson --as-captured --to {}", endpoint.port),
    );
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let came: Vec<_> = endpoint
        .take()
        .iter()
        .map(|came| came.text().to_owned())
        .collect();
    assert_eq!(came, BODIES);

    for (at, body) in BODIES.iter().enumerate() {
        let file = format!("{at}.json");
        folder.write(&file, body);
        let line = format!(
            "--body {file} --scheme calypso --expect accepted --to {}",
            endpoint.port
        );
        let ran = send(&folder.path, &line);
        assert_eq!(ran.code, 0, "{body}: {}{}", ran.out, ran.err);
        assert_eq!(endpoint.one().text(), *body);
        endpoint.take();
    }
}
