//! What else scripts do: fixed bodies, headers, secrets, statuses, pauses and loads.

use super::super::{
    BODIES, HEADERS, PATH, VARIABLE, delivery, rendered, request, secret_deliveries,
};
use super::{SAMPLE, SCRIPTS, assert_signed, body, digest, output, posts, rules, run};
use inqud_hook::body::Template;
use inqud_hook::catalogue::manifest::Hash;
use inqud_hook::http::Delivery;
use inqud_hook::report::{RequestForm, ScriptLoad, ScriptRun, ShownRequest};
use serde_json::{Value, json};
use std::time::Duration;

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
    for form in SCRIPTS {
        let Some(iterations) = posts(form, &all, 2) else {
            continue;
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
                assert_eq!(post["redirects"], false);
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
}

#[test]
fn a_body_that_is_not_its_template_s_is_left_alone() {
    let template = Template::sample(SAMPLE, &rules());
    let delivery = delivery(
        "localhost",
        &[],
        br#"{"id":"0a1b2c3d-6a52-4c0e-9d55-5f0c3b1e4e5f"}"#,
    );
    let all = [request(&delivery, &template)];
    for form in SCRIPTS {
        let Some(iterations) = posts(form, &all, 1) else {
            continue;
        };
        assert_eq!(body(&iterations[0][0]), delivery.body);
    }
}

#[test]
fn secrets_in_headers_come_from_the_environment_too() {
    let deliveries = secret_deliveries(1);
    let template = Template::fixed(String::new());
    let all: Vec<ShownRequest<'_>> = deliveries
        .iter()
        .map(|delivery| request(delivery, &template))
        .collect();
    for form in SCRIPTS {
        let Some(iterations) = posts(form, &all, 1) else {
            continue;
        };
        for (post, delivery) in iterations[0].iter().zip(&deliveries) {
            assert_eq!(
                post["headers"]["Authorization"],
                delivery.headers.last().unwrap().value
            );
            assert_eq!(post["url"], delivery.target.url_without_login());
        }
    }
}

#[test]
fn a_script_says_which_secret_is_missing() {
    let signing = digest(Hash::Sha1);
    let delivery = delivery("localhost", HEADERS, b"{}");
    let template = Template::fixed("{}".to_owned());
    for form in SCRIPTS {
        let run = |signing| {
            let all = [ShownRequest {
                signing,
                ..request(&delivery, &template)
            }];
            run(form, &rendered(form, &all), 1, &[("", "")])
        };
        let Some(output) = run(Some(&signing)) else {
            continue;
        };
        assert!(!output.status.success());
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        let wanted = format!("the environment variable {VARIABLE} must hold the secret");
        assert!(error.contains(&wanted), "{error}");
        // What is not signed needs none.
        let unsigned = run(None).expect("it ran before");
        assert!(unsigned.status.success());
    }
}

#[test]
fn only_the_right_statuses_count_as_accepted() {
    let delivery = delivery("localhost", HEADERS, b"{}");
    let template = Template::fixed("{}".to_owned());
    // The stand-ins answer 201.
    for (success, good) in [(&[200, 201][..], true), (&[200], false)] {
        let all = [ShownRequest {
            success,
            ..request(&delivery, &template)
        }];
        for form in SCRIPTS {
            let Some(iterations) = posts(form, &all, 1) else {
                continue;
            };
            assert_eq!(
                iterations[0][0]["checks"],
                json!([["rehive/user.create is accepted", good]])
            );
        }
    }
}

#[test]
fn an_iteration_ends_at_a_rejected_request_unless_it_is_told_to_go_on() {
    let delivery = delivery("localhost", HEADERS, b"{}");
    let template = Template::fixed("{}".to_owned());
    for (success, keep_going, expected) in [
        (&[201][..], false, 2),
        (&[200], false, 1),
        (&[200], true, 2),
    ] {
        let all = [ShownRequest {
            success,
            run: ScriptRun {
                keep_going,
                gap: Duration::from_millis(250),
                ..ScriptRun::default()
            },
            ..request(&delivery, &template)
        }; 2];
        for form in SCRIPTS {
            let Some(iterations) = posts(form, &all, 1) else {
                continue;
            };
            let (slept, posts): (Vec<&Value>, Vec<&Value>) = iterations[0]
                .iter()
                .partition(|done| !done["slept"].is_null());
            assert_eq!(
                (posts.len(), slept.len()),
                (expected, expected - 1),
                "{form:?}"
            );
            assert!(slept.iter().all(|slept| slept["slept"] == 0.25));
        }
    }
}

/// A load, the scenario that k6 gets, and what Locust gets.
type Shape = (ScriptLoad, Value, Value);

fn shapes() -> [Shape; 5] {
    let load = |count, seconds: Option<u64>, rate| ScriptLoad {
        count,
        duration: seconds.map(Duration::from_secs),
        rate,
        connections: 4,
    };
    let second = "1s";
    [
        (
            load(None, Some(30), Some(50.0)),
            json!({ "executor": "constant-arrival-rate", "rate": 50, "timeUnit": second, "duration": "30s", "preAllocatedVUs": 4 }),
            json!({ "USERS": 4, "RATE": 50, "DURATION": 30, "COUNT": null, "wait": { "throughput": 12.5 } }),
        ),
        (
            load(Some(100), None, Some(2.5)),
            json!({ "executor": "constant-arrival-rate", "rate": 150, "timeUnit": "1m", "duration": "39.8s", "preAllocatedVUs": 4 }),
            json!({ "USERS": 4, "RATE": 2.5, "DURATION": null, "COUNT": 100, "wait": { "throughput": 0.625 } }),
        ),
        (
            load(Some(100), Some(5), Some(0.3)),
            json!({ "executor": "constant-arrival-rate", "rate": 18, "timeUnit": "1m", "duration": "5s", "preAllocatedVUs": 4 }),
            json!({ "USERS": 4, "RATE": 0.3, "DURATION": 5, "COUNT": 100, "wait": { "throughput": 0.075 } }),
        ),
        (
            load(Some(3), None, None),
            json!({ "executor": "shared-iterations", "iterations": 3, "vus": 3, "maxDuration": "24h" }),
            json!({ "USERS": 4, "RATE": null, "DURATION": null, "COUNT": 3, "wait": 0 }),
        ),
        (
            load(None, Some(90), None),
            json!({ "executor": "constant-vus", "vus": 4, "duration": "90s" }),
            json!({ "USERS": 4, "RATE": null, "DURATION": 90, "COUNT": null, "wait": 0 }),
        ),
    ]
}

#[test]
fn loads_become_those_of_the_tools() {
    let delivery = delivery("localhost", HEADERS, b"{}");
    let template = Template::fixed("{}".to_owned());
    for (load, k6, locust) in shapes() {
        let all = [ShownRequest {
            run: ScriptRun {
                load: Some(load),
                ..ScriptRun::default()
            },
            ..request(&delivery, &template)
        }];
        if let Some(output) = output(RequestForm::K6, &rendered(RequestForm::K6, &all), 0) {
            let options = &output["options"];
            assert_eq!(options["scenarios"]["load"], k6);
            assert_eq!(options["thresholds"]["checks"], json!(["rate==1"]));
        }
        if let Some(output) = output(RequestForm::Locust, &rendered(RequestForm::Locust, &all), 0) {
            for (name, expected) in locust.as_object().expect("it is an object") {
                assert_eq!(&output["options"][name], expected, "{name} of {load:?}");
            }
        }
    }
}
