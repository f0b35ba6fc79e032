//! Bodies that were wrapped when they were copied.

use super::{SAMPLES, SECRET, calypso, only, paid};
use crate::support::listener::signature;
use crate::support::{all, folder, payload};
use serde_json::Value;

/// The secret of the folder.
const FLAGS: [&str; 2] = ["--secret-file", "secret"];

/// Text in lines of 76 characters.
fn wrapped(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let lines: Vec<String> = chars.chunks(76).map(|line| line.iter().collect()).collect();
    lines.join("\n")
}

/// JSON on one line.
fn compact(body: &str) -> String {
    serde_json::from_str::<Value>(body).unwrap().to_string()
}

#[test]
fn the_provider_of_a_wrapped_body_is_found() {
    all(
        SAMPLES.map(|sample| (sample.1.to_owned(), sample)),
        |_, (provider, event, path)| {
            let body = compact(&payload(path));
            let (_, value) = signature(provider, SECRET, body.as_bytes());
            let folder = folder(&[("wrapped.json", &wrapped(&body)), ("secret", SECRET)]);
            let flags = [&["wrapped.json", "--signature", &value][..], &FLAGS].concat();
            let (code, line) = only(&folder, &flags);
            assert_eq!(
                (&line["provider"], &line["event"]),
                (&provider.into(), &event.into())
            );
            // Rehive does not sign the body, so nothing has to be undone.
            if provider == "rehive" {
                assert_eq!(code, 0, "{line}");
                return;
            }
            assert_eq!((code, &line["reason"]), (1, &"pasted".into()), "{line}");
            let said = line["explanation"].as_str().unwrap();
            assert!(
                said.starts_with("valid once the line breaks are removed"),
                "{said}"
            );
        },
    );
    // Another mistake beside the wrapping, and a body of which the event is not known.
    let (folder, body) = paid();
    let body = compact(&body);
    folder.write("wrapped.json", &wrapped(&body));
    let value = calypso(SECRET, &body).to_uppercase();
    let flags = [&["wrapped.json", "--signature", &value][..], &FLAGS].concat();
    let (_, line) = only(&folder, &flags);
    assert_eq!(line["reason"], "upper_case", "{line}");
    folder.write("other.json", "{\"a\": 1}\n");
    let value = calypso(SECRET, "{\"a\": 1}");
    let flags = [&["other.json", "--signature", &value][..], &FLAGS].concat();
    let (_, line) = only(&folder, &flags);
    assert_eq!(
        (&line["provider"], &line["reason"]),
        (&"calypso".into(), &"pasted".into())
    );
}
