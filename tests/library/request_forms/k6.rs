//! The script for k6, run in Node with `shim.mjs` instead of k6's modules, and with a fixed clock.

use super::recording_server::tool;
use super::{
    BODIES, HEADERS, LOGIN, PATH, SECRET, VARIABLE, delivery, rendered, request, secret_deliveries,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use inqud_hook::body::{Fresh, Seed, Template};
use inqud_hook::catalogue::manifest::{self, Encoding, Hash, Signing};
use inqud_hook::http::Delivery;
use inqud_hook::report::{RequestForm, ShownRequest};
use inqud_hook::secret::Secret;
use inqud_hook::signature::{SignatureVerdict, Signer, SigningInput};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

/// 2026-11-21T09:30:00Z, and when the script runs: an hour and a bit later.
const STARTED: i64 = 1_795_253_400;
const NOW: &str = "1795257000600";

const SAMPLE: &str = r#"{
    "requestId": "5f0c3b1e-6a52-4c0e-9d55-0a1b2c3d4e5f", "id": "0a1b2c3d-6a52-4c0e-9d55-5f0c3b1e4e5f",
    "data": {
        "parent": "0a1b2c3d-6a52-4c0e-9d55-5f0c3b1e4e5f", "order": "INV-1042", "description": "Pays order 1042", "index": 7,
        "hash": "0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "signature": "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQU5",
        "created": "2025-01-01T11:59:00.123+02:00", "paid": "2025-01-01T12:00:00", "day": "2025-01-01T12:00",
        "at": 1735732800250, "text": "it's ` ${x} \u2028 é😀"
    }
}"#;

fn rules() -> manifest::FreshFields {
    let count = vec!["order".into(), "index".into()].into();
    manifest::FreshFields {
        clock: vec!["/data/paid".into()].into(),
        keep: Vec::new().into(),
        count,
    }
}

fn digest(hash: Hash) -> Signing {
    let (header, key_header) = ("Sign".into(), None);
    Signing::Hmac {
        hash,
        encoding: Encoding::Hex,
        header,
        key_header,
        optional: false,
    }
}

/// What every iteration posted; `None` without Node.
fn posts(script: &str, iterations: usize) -> Option<Vec<Vec<Value>>> {
    let output = run(script, iterations, true)?;
    assert_eq!(
        (
            output.status.code(),
            &*String::from_utf8_lossy(&output.stderr)
        ),
        (Some(0), ""),
        "{script}"
    );
    Some(serde_json::from_slice(&output.stdout).expect("the shim writes JSON"))
}

fn run(script: &str, iterations: usize, with_secrets: bool) -> Option<Output> {
    let mut node = tool("node")?;
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let modules = folder.path().join("node_modules/k6");
    fs::create_dir_all(&modules).expect("a folder can be made");
    let names = [".", "./http", "./crypto", "./encoding", "./execution"];
    let exports: serde_json::Map<_, _> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!("./shim.mjs")))
        .collect();
    let package = json!({ "name": "k6", "type": "module", "exports": exports }).to_string();
    let main = "import { run } from 'k6';\n\
        await run(new URL('script.mjs', import.meta.url), Number(process.argv[2]), Number(process.argv[3]));\n";
    for (path, text) in [
        (modules.join("package.json"), &*package),
        (modules.join("shim.mjs"), include_str!("shim.mjs")),
        (folder.path().join("script.mjs"), script),
        (folder.path().join("main.mjs"), main),
    ] {
        fs::write(path, text).expect("a file can be written");
    }
    node.arg(folder.path().join("main.mjs"))
        .args([NOW, &iterations.to_string()])
        .env_remove(VARIABLE);
    if with_secrets {
        node.env(VARIABLE, SECRET).env("INQUD_HOOK_LOGIN", LOGIN);
    }
    Some(node.output().expect("it starts"))
}

fn body(post: &Value) -> Vec<u8> {
    STANDARD
        .decode(post["body"].as_str().expect("there is a body"))
        .expect("the shim writes base64")
}

fn parsed(post: &Value) -> Value {
    serde_json::from_slice(&body(post)).expect("the body is still JSON")
}

/// A body is signed with the secret that the environment held.
fn assert_signed(post: &Value, signing: &Signing) {
    let signer = Signer::new(signing, &Secret::new(SECRET.as_bytes())).expect("it signs");
    let value = post["headers"]["Sign"].as_str().expect("it is signed");
    let body = body(post);
    let input = SigningInput {
        method: "POST",
        target: "/",
        headers: &[("Sign", value.as_bytes())],
        body: &body,
        now: 0,
    };
    assert_eq!(signer.verify(&input), SignatureVerdict::Valid);
}

/// Deliveries of one life cycle or of a burst, with times that end when they are sent.
fn fresh_deliveries(template: &Template, numbers: &[u64]) -> Vec<Delivery> {
    let shift = STARTED - 1_735_732_800;
    let make = |number: &u64| {
        let body = template.body(&Fresh::new(Seed(7), *number, shift));
        delivery("localhost/hooks", HEADERS, &body)
    };
    numbers.iter().map(make).collect()
}

#[test]
fn every_iteration_makes_and_signs_new_bodies() {
    let template = Template::sample(SAMPLE, &rules());
    for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha512] {
        let signing = digest(hash);
        // Two steps of one life cycle.
        let deliveries = fresh_deliveries(&template, &[0, 0]);
        let all: Vec<ShownRequest<'_>> = deliveries
            .iter()
            .map(|delivery| ShownRequest {
                signing: Some(&signing),
                ..request(delivery, &template)
            })
            .collect();
        let Some(iterations) = posts(&rendered(RequestForm::K6, &all), 3) else {
            return;
        };
        let mut seen = BTreeSet::new();
        for posts in &iterations {
            assert_eq!(posts.len(), 2);
            assert_eq!(
                posts[0], posts[1],
                "what was equal in the life cycle stays equal"
            );
            assert_signed(&posts[0], &signing);
            let body = parsed(&posts[0]);
            let data = &body["data"];
            assert_eq!(body["id"], data["parent"]);
            assert_ne!(body["id"], body["requestId"]);
            let number = data["order"]
                .as_str()
                .unwrap()
                .strip_prefix("INV-")
                .unwrap();
            assert_eq!(data["description"], format!("Pays order {number}"));
            for value in [
                &body["id"],
                &body["requestId"],
                &data["hash"],
                &data["signature"],
                &data["index"],
                &data["order"],
            ] {
                assert!(seen.insert(value.to_string()), "{value} was there before");
            }
        }
    }
}

#[test]
fn new_values_have_the_form_of_the_old_ones() {
    let template = Template::sample(SAMPLE, &rules());
    let deliveries = fresh_deliveries(&template, &[0]);
    let script = rendered(RequestForm::K6, &[request(&deliveries[0], &template)]);
    let Some(iterations) = posts(&script, 1) else {
        return;
    };
    let new = parsed(&iterations[0][0]);
    let id = new["id"].as_str().unwrap();
    assert_eq!((id.len(), &id[14..15]), (36, "4"));
    assert!(
        "89ab".contains(&id[19..20])
            && id
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'))
    );
    let hash = new["data"]["hash"]
        .as_str()
        .unwrap()
        .strip_prefix("0x")
        .unwrap();
    assert!(
        hash.len() == 64
            && hash
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    );
    let signature = new["data"]["signature"].as_str().unwrap();
    assert!(
        signature.len() == 88
            && signature.starts_with('5')
            && !signature.contains(['0', 'O', 'I', 'l'])
    );
    // The delivery's moment is now: the hour and nothing less is added.
    for (name, expected) in [
        ("created", json!("2026-11-21T10:29:00.123+02:00")),
        ("paid", json!("2026-11-21T10:30:00")),
        ("day", json!("2026-11-21T10:30")),
        ("at", json!(1_795_257_000_250_u64)),
        ("text", json!("it's ` ${x} \u{2028} é😀")),
    ] {
        assert_eq!(new["data"][name], expected, "{name}");
    }
}

#[test]
fn deliveries_of_a_burst_stay_apart() {
    let template = Template::sample(SAMPLE, &rules());
    let deliveries = fresh_deliveries(&template, &[0, 1, 2]);
    let all: Vec<ShownRequest<'_>> = deliveries
        .iter()
        .map(|delivery| request(delivery, &template))
        .collect();
    let Some(iterations) = posts(&rendered(RequestForm::K6, &all), 3) else {
        return;
    };
    let posts: Vec<Value> = iterations.iter().flatten().map(parsed).collect();
    for place in ["/id", "/data/order", "/data/index", "/data/hash"] {
        let values: BTreeSet<String> = posts
            .iter()
            .map(|post| post.pointer(place).unwrap().to_string())
            .collect();
        assert_eq!(values.len(), 9, "{place}: {values:?}");
    }
}

#[test]
fn bodies_that_are_fixed_arrive_as_they_are() {
    let signing = digest(Hash::Sha512);
    let target = format!("localhost{PATH}");
    let deliveries: Vec<Delivery> = BODIES
        .iter()
        .map(|body| delivery(&target, HEADERS, body))
        .collect();
    let templates: Vec<Template> = BODIES
        .iter()
        .map(|body| Template::fixed(String::from_utf8_lossy(body).into_owned()))
        .collect();
    let all: Vec<ShownRequest<'_>> = deliveries
        .iter()
        .zip(&templates)
        .map(|(delivery, template)| ShownRequest {
            signing: Some(&signing),
            ..request(delivery, template)
        })
        .collect();
    let Some(iterations) = posts(&rendered(RequestForm::K6, &all), 2) else {
        return;
    };
    for posts in &iterations {
        assert_eq!(posts.len(), deliveries.len());
        for (post, delivery) in posts.iter().zip(&deliveries) {
            assert_eq!(body(post), delivery.body);
            assert_signed(post, &signing);
            assert_eq!(
                (&post["method"], &post["url"]),
                (&json!("POST"), &json!(delivery.target.url_without_login()))
            );
            assert_eq!(post["redirects"], 0);
            // The same header twice is one with both values.
            assert_eq!(post["headers"]["X-Twice"], "1, 2;q=0");
            for header in delivery
                .headers
                .iter()
                .filter(|header| !header.is("X-Twice") && !header.is("Sign"))
            {
                assert_eq!(
                    post["headers"][&header.name], header.value,
                    "{}",
                    header.name
                );
            }
        }
    }
}

#[test]
fn a_body_that_is_not_its_template_s_is_left_alone() {
    let template = Template::sample(SAMPLE, &rules());
    let delivery = delivery(
        "localhost",
        &[],
        br#"{"id":"0a1b2c3d-6a52-4c0e-9d55-5f0c3b1e4e5f"}"#,
    );
    let script = rendered(RequestForm::K6, &[request(&delivery, &template)]);
    let Some(iterations) = posts(&script, 1) else {
        return;
    };
    assert_eq!(body(&iterations[0][0]), delivery.body);
}

#[test]
fn secrets_in_headers_come_from_the_environment_too() {
    let deliveries = secret_deliveries(1);
    let template = Template::fixed(String::new());
    let all: Vec<ShownRequest<'_>> = deliveries
        .iter()
        .map(|delivery| request(delivery, &template))
        .collect();
    let Some(iterations) = posts(&rendered(RequestForm::K6, &all), 1) else {
        return;
    };
    for (post, delivery) in iterations[0].iter().zip(&deliveries) {
        assert_eq!(
            post["headers"]["Authorization"],
            delivery.headers.last().unwrap().value
        );
        assert_eq!(post["url"], delivery.target.url_without_login());
    }
}

#[test]
fn the_script_says_which_secret_is_missing() {
    let signing = digest(Hash::Sha1);
    let delivery = delivery("localhost", HEADERS, b"{}");
    let template = Template::fixed("{}".to_owned());
    let script = |signing| {
        rendered(
            RequestForm::K6,
            &[ShownRequest {
                signing,
                ..request(&delivery, &template)
            }],
        )
    };
    let Some(output) = run(&script(Some(&signing)), 1, false) else {
        return;
    };
    assert!(!output.status.success());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        error.contains(&format!(
            "the environment variable {VARIABLE} must hold the secret"
        )),
        "{error}"
    );
    // What is not signed needs none.
    let Some(output) = run(&script(None), 1, false) else {
        return;
    };
    assert!(output.status.success());
}

#[test]
fn only_the_right_statuses_count_as_accepted() {
    let delivery = delivery("localhost", HEADERS, b"{}");
    let template = Template::fixed("{}".to_owned());
    // The shim answers 201.
    for (success, good) in [(&[200, 201][..], true), (&[200], false)] {
        let script = rendered(
            RequestForm::K6,
            &[ShownRequest {
                success,
                ..request(&delivery, &template)
            }],
        );
        let Some(iterations) = posts(&script, 1) else {
            return;
        };
        assert_eq!(
            iterations[0][0]["checks"],
            json!([["rehive/user.create is accepted", good]])
        );
    }
}

#[test]
fn each_iteration_numbers_its_order_as_a_delivery_is_numbered() {
    let folder = crate::support::folder(&[("secret", SECRET)]);
    let line = "send INVOICE_PAID --as k6 --order-id load-{n} --secret-file secret";
    let ran = crate::support::run_line(&folder.path, line);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let variable = ran
        .out
        .split(" must hold the secret")
        .next()
        .and_then(|text| text.rsplit(' ').next());
    let script = ran.out.replace(variable.expect("it names it"), VARIABLE);
    let Some(all) = posts(&script, 3) else {
        return;
    };
    let orders = all
        .iter()
        .map(|posts| parsed(&posts[0])["data"]["externalId"].clone());
    assert_eq!(orders.collect::<Vec<_>>(), ["load-1", "load-2", "load-3"]);
}
