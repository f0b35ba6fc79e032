//! What the page can do: send to the targets of the command line, make samples, validate, explain.

use super::Inspected;
use crate::support::endpoint::Endpoint;
use crate::support::{folder, payload};
use serde_json::{Value, json};

/// A page with a target, and the target.
fn page_and_shop() -> (crate::support::Folder, Endpoint, Inspected) {
    let folder = folder(&[]);
    let shop = Endpoint::answering(200);
    let line = format!("--forward http://127.0.0.1:{}/hooks", shop.port);
    let page = Inspected::listen(&folder, &line);
    (folder, shop, page)
}

#[test]
fn the_state_tells_what_there_is() {
    let (_folder, shop, page) = page_and_shop();
    let state = page.json("/api/state");
    assert_eq!(state["following"], true);
    assert_eq!(
        state["sources"],
        json!([format!("http://127.0.0.1:{}", page.listener.port)])
    );
    assert_eq!(
        state["targets"],
        json!([format!("http://127.0.0.1:{}/hooks", shop.port)])
    );
    assert_eq!(
        (&state["journal"], &state["can_record"]),
        (&Value::Null, &json!(true))
    );
    let events = state["events"].as_array().unwrap();
    assert!(
        events
            .iter()
            .any(|event| event["name"] == "calypso/INVOICE_PAID")
    );
    let scenarios = state["scenarios"].as_array().unwrap();
    let underpaid = scenarios
        .iter()
        .find(|one| one["name"] == "calypso/underpaid")
        .unwrap();
    assert!(underpaid["steps"].as_u64().unwrap() > 1);
}

#[test]
fn a_delivery_is_sent_again_signed_anew_or_as_it_came() {
    let (_folder, shop, page) = page_and_shop();
    let paid = payload("calypso/samples/INVOICE_PAID.json");
    page.listener.post(&[("Sign", "abcdef")], paid.as_bytes());
    page.json("/api/deliveries?after=0&wait=1");
    shop.take();
    for (sign, wrong) in [("again", false), ("captured", true)] {
        let asked = json!({ "target": 0, "what": "delivery", "seq": 1, "sign": sign });
        let results = page.posted("/api/send", &asked)["results"].clone();
        assert_eq!(results[0]["status"], 200, "{results}");
        let came = shop.one();
        assert_eq!(came.text(), paid);
        assert_eq!(came.all("Sign") == ["abcdef"], wrong, "{sign}");
    }
}

#[test]
fn samples_scenarios_and_bodies_are_sent() {
    let (_folder, shop, page) = page_and_shop();
    let sample = page.json("/api/sample?event=calypso%2FINVOICE_PAID");
    assert_eq!(sample["event"], "calypso/INVOICE_PAID");
    let body = sample["body"].as_str().unwrap();
    for (mut asked, count) in [
        (
            json!({ "what": "sample", "event": "calypso/INVOICE_PAID" }),
            1,
        ),
        (json!({ "what": "scenario", "name": "calypso/paid" }), 0),
        (
            json!({ "what": "body", "event": "calypso/INVOICE_PAID", "body": body }),
            1,
        ),
    ] {
        asked["target"] = 0.into();
        let results = page.posted("/api/send", &asked)["results"].clone();
        let results = results.as_array().unwrap();
        let came = shop.take();
        assert_eq!(results.len(), came.len(), "{asked}");
        assert!(
            if count > 0 {
                came.len() == count
            } else {
                came.len() > 1
            },
            "{asked}"
        );
        assert!(
            results.iter().all(|result| result["accepted"] == true),
            "{asked}"
        );
    }
}

#[test]
fn only_the_targets_of_the_command_line_are_sent_to() {
    let (_folder, shop, page) = page_and_shop();
    let sample = json!({ "target": 1, "what": "sample", "event": "calypso/INVOICE_PAID" });
    let refused = page.post("/api/send", &sample);
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("no such target"));
    let url = json!({ "target": "http://127.0.0.1:9", "what": "sample", "event": "calypso/INVOICE_PAID" });
    assert_eq!(page.post("/api/send", &url).status, 400);
    let unknown = json!({ "target": 0, "what": "sample", "event": "calypso/INVOICE_PIAD" });
    let refused = page.post("/api/send", &unknown);
    assert!(
        refused.text().contains("INVOICE_PAID"),
        "{}",
        refused.text()
    );
    assert_eq!(shop.take(), []);
}

#[test]
fn a_body_is_validated_as_one_types() {
    let (_folder, _shop, page) = page_and_shop();
    let body = payload("calypso/samples/INVOICE_PAID.json").replace("271.420", "\"x\"");
    for event in [Value::Null, json!("calypso/INVOICE_PAID")] {
        let validated = page.posted("/api/validate", &json!({ "body": body, "event": event }));
        assert_eq!(validated["event"], "calypso/INVOICE_PAID");
        let findings = validated["findings"].as_array().unwrap();
        assert!(
            findings.iter().any(|one| one["severity"] == "error"),
            "{validated}"
        );
        assert!(findings[0]["line"].is_u64() && findings[0]["length"].is_u64());
    }
    let nothing = page.posted("/api/validate", &json!({ "body": "", "event": null }));
    assert_eq!(nothing["event"], Value::Null);
    assert_eq!(
        page.post("/api/validate", &json!({ "event": null })).status,
        400
    );
}

#[test]
fn rules_and_reasons_are_explained() {
    let (_folder, _shop, page) = page_and_shop();
    for name in ["paid-short", "body_reprinted"] {
        let explained = page.json(&format!("/api/explain/{name}"));
        assert_eq!(explained["name"], name);
        assert!(
            explained["page"].as_str().unwrap().lines().count() > 2,
            "{explained}"
        );
    }
    assert_eq!(page.get("/api/explain/paid-shrot").status, 404);
}

#[test]
fn a_delivery_is_printed_for_other_tools() {
    let (_folder, shop, page) = page_and_shop();
    page.deliver(&payload("calypso/samples/INVOICE_PAID.json"));
    for (form, begin) in [
        ("curl", "curl "),
        ("hurl", "POST http://"),
        ("http", "POST /hooks "),
    ] {
        let printed = page.get(&format!("/api/deliveries/1/as/{form}"));
        assert_eq!(printed.all("content-type"), ["text/plain; charset=utf-8"]);
        let text = printed.text();
        assert!(text.lines().any(|line| line.starts_with(begin)), "{text}");
        assert!(text.contains(&shop.port.to_string()), "{text}");
    }
}
