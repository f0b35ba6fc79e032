//! Forms without a tool to run, compared with the documentation of their formats: JSON targets of vegeta, and HAR 1.2.

use super::{delivery, nasty, one, rendered, request, secret_deliveries};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use inqud_hook::body::Template;
use inqud_hook::report::{RequestForm, ShownRequest};
use serde_json::{Value, json};

#[test]
fn vegeta_gets_targets_of_its_format() {
    let mut deliveries = nasty(1);
    deliveries.extend(secret_deliveries(1));
    let template = Template::fixed(String::new());
    let all: Vec<ShownRequest<'_>> = deliveries
        .iter()
        .map(|delivery| request(delivery, &template))
        .collect();
    let text = rendered(RequestForm::Vegeta, &all);
    assert_eq!(text.lines().count(), deliveries.len());
    for (line, delivery) in text.lines().zip(&deliveries) {
        let target: Value = serde_json::from_str(line).unwrap();
        let keys: Vec<&String> = target.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["method", "url", "header", "body"]);
        assert_eq!(
            (&target["method"], &target["url"]),
            (
                &Value::from("POST"),
                &delivery.target.url_without_login().into()
            )
        );
        assert_eq!(
            STANDARD.decode(target["body"].as_str().unwrap()).unwrap(),
            delivery.body
        );
        let told = target["header"].as_object().unwrap().iter();
        let told = told.flat_map(|(name, values)| {
            values
                .as_array()
                .unwrap()
                .iter()
                .map(move |value| (name, value))
        });
        let told: Vec<(&str, &str)> = told
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let shown: Vec<_> = delivery
            .headers
            .iter()
            .map(|header| (header.name.as_str(), header.shown()))
            .collect();
        assert_eq!(
            told,
            shown
                .iter()
                .map(|(name, value)| (*name, &**value))
                .collect::<Vec<_>>()
        );
    }
}

/// The members that HAR 1.2 requires, by the object that has them. The words in front name the place.
const HAR: &[(&str, &[&str])] = &[
    ("", &["log"]),
    ("/log", &["version", "creator", "entries"]),
    ("/log/creator", &["name", "version"]),
    (
        "/log/entries/0",
        &[
            "startedDateTime",
            "time",
            "request",
            "response",
            "cache",
            "timings",
        ],
    ),
    (
        "/log/entries/0/request",
        &[
            "method",
            "url",
            "httpVersion",
            "cookies",
            "headers",
            "queryString",
            "headersSize",
            "bodySize",
        ],
    ),
    (
        "/log/entries/0/response",
        &[
            "status",
            "statusText",
            "httpVersion",
            "cookies",
            "headers",
            "content",
            "redirectURL",
            "headersSize",
            "bodySize",
        ],
    ),
    ("/log/entries/0/response/content", &["size", "mimeType"]),
    ("/log/entries/0/timings", &["send", "wait", "receive"]),
];

#[test]
fn an_archive_has_what_har_requires() {
    let mut deliveries = nasty(1);
    deliveries.extend(secret_deliveries(1));
    for delivery in &deliveries {
        let archive: Value = serde_json::from_str(&one(RequestForm::Har, delivery)).unwrap();
        for (place, members) in HAR {
            let object = archive.pointer(place).unwrap().as_object().unwrap();
            assert!(
                members.iter().all(|member| object.contains_key(*member)),
                "{place}: {object:?}"
            );
        }
        let entry = &archive["log"]["entries"][0];
        assert_eq!(
            (&entry["startedDateTime"], &entry["response"]["status"]),
            (&"2026-11-21T09:30:00Z".into(), &0.into())
        );
        let sent = &entry["request"];
        assert_eq!(sent["bodySize"], delivery.body.len());
        assert_eq!(sent["url"], delivery.target.url_without_login());
        let shown = delivery
            .headers
            .iter()
            .map(|header| (header.name.clone(), header.shown().into_owned()));
        let host = [("Host".to_owned(), delivery.target.authority().to_owned())];
        let length = [("Content-Length".to_owned(), delivery.body.len().to_string())];
        let headers: Vec<Value> = host
            .into_iter()
            .chain(shown)
            .chain(length)
            .map(|(name, value)| pair(&name, &value))
            .collect();
        assert_eq!(sent["headers"], Value::from(headers));
        let data = sent["postData"]["text"].as_str().unwrap_or_default();
        let in_base64 = sent["postData"]["comment"] == "not UTF-8: the text is the body in base64";
        assert_eq!(
            if in_base64 {
                STANDARD.decode(data).unwrap()
            } else {
                data.as_bytes().to_vec()
            },
            delivery.body
        );
        assert_eq!(sent.get("postData").is_some(), !delivery.body.is_empty());
    }
}

#[test]
fn an_archive_splits_the_query() {
    let archive: Value = serde_json::from_str(&one(
        RequestForm::Har,
        &delivery("localhost/?a=1=2&b&&c=%20", &[], b""),
    ))
    .unwrap();
    let query = [pair("a", "1=2"), pair("b", ""), pair("c", "%20")];
    assert_eq!(
        archive["log"]["entries"][0]["request"]["queryString"],
        Value::from(query.to_vec())
    );
}

fn pair(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value })
}
