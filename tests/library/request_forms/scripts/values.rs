//! Every iteration makes new ids, numbers and times, in the form of the old ones.

use super::super::{VARIABLE, rendered, request};
use super::{SAMPLE, SCRIPTS, assert_signed, digest, fresh_deliveries, parsed, posts, rules, run};
use inqud_hook::body::Template;
use inqud_hook::catalogue::manifest::{Hash, Signing};
use inqud_hook::report::ShownRequest;
use serde_json::{Value, json};
use std::collections::BTreeSet;

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
        for form in SCRIPTS {
            let Some(iterations) = posts(form, &all, 3) else {
                continue;
            };
            assert_new(&iterations, &signing);
        }
    }
}

/// Every iteration has its own values, which stay equal in it, and right signatures.
fn assert_new(iterations: &[Vec<Value>], signing: &Signing) {
    let mut seen = BTreeSet::new();
    for posts in iterations {
        assert_eq!(posts.len(), 2);
        assert_eq!(
            posts[0], posts[1],
            "what was equal in the life cycle stays equal"
        );
        assert_signed(&posts[0], signing);
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

#[test]
fn new_values_have_the_form_of_the_old_ones() {
    let template = Template::sample(SAMPLE, &rules());
    let deliveries = fresh_deliveries(&template, &[0]);
    let all = [request(&deliveries[0], &template)];
    for form in SCRIPTS {
        let Some(iterations) = posts(form, &all, 1) else {
            continue;
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
}

#[test]
fn deliveries_of_a_burst_stay_apart() {
    let template = Template::sample(SAMPLE, &rules());
    let deliveries = fresh_deliveries(&template, &[0, 1, 2]);
    let all: Vec<ShownRequest<'_>> = deliveries
        .iter()
        .map(|delivery| request(delivery, &template))
        .collect();
    for form in SCRIPTS {
        let Some(iterations) = posts(form, &all, 3) else {
            continue;
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
}

#[test]
fn each_iteration_numbers_its_order_as_a_delivery_is_numbered() {
    let folder = crate::support::folder(&[]);
    for form in SCRIPTS {
        let line = format!(
            "send INVOICE_PAID --as {} --order-id load-{{n}}",
            form.name()
        );
        let ran = crate::support::run_line(&folder.path, &line);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let script = ran.out.replace("INQUD_HOOK_SECRET_CALYPSO", VARIABLE);
        for (instance, expected) in [
            (None, ["load-1", "load-2", "load-3"]),
            (Some("7"), ["load-7-1", "load-7-2", "load-7-3"]),
        ] {
            let variables: Vec<(&str, &str)> = instance
                .iter()
                .map(|number| ("K6_INSTANCE", *number))
                .collect();
            let Some(ran) = run(form, &script, 3, &variables) else {
                continue;
            };
            let ran: Value = serde_json::from_slice(&ran.stdout).expect("it is JSON");
            let all = ran["all"].as_array().expect("it is a list").iter();
            let orders = all.map(|posts| parsed(&posts[0])["data"]["externalId"].clone());
            assert_eq!(orders.collect::<Vec<_>>(), expected, "{form:?}");
        }
    }
}

#[test]
fn no_two_machines_count_alike() {
    let template = Template::sample(SAMPLE, &rules());
    let deliveries = fresh_deliveries(&template, &[0]);
    for form in SCRIPTS {
        let script = rendered(form, &[request(&deliveries[0], &template)]);
        let mut seen = BTreeSet::new();
        for instance in ["1", "12"] {
            let Some(ran) = run(form, &script, 12, &[("K6_INSTANCE", instance)]) else {
                continue;
            };
            let ran: Value = serde_json::from_slice(&ran.stdout).expect("it is JSON");
            for posts in ran["all"].as_array().expect("it is a list") {
                let data = parsed(&posts[0])["data"].clone();
                for number in [&data["order"], &data["index"]] {
                    // Without the random part of the run.
                    let number = number.to_string();
                    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
                    let fixed = digits[..digits.len() - 5].to_owned();
                    assert!(fixed.ends_with(&format!("{instance:0>3}")), "{number}");
                    assert!(seen.insert(fixed), "{form:?}: {number} was there before");
                }
            }
        }
    }
}
