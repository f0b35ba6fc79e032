//! No body that `send` makes survives being parsed and printed again, so a handler that does so is found by each of them.

use super::*;
use crate::body::Fresh;
use crate::config::Config;
use crate::outbound::OrderChoice;
use crate::signature::diagnose::parsed_and_printed;

/// The bodies of an event or a scenario.
fn bodies(catalogue: &Catalogue, options: &ComposeOptions) -> Vec<String> {
    let environment = |_: &str| None;
    let config = Config::load(None, None, None, &environment).unwrap();
    let setup = Setup {
        catalogue,
        config: &config,
        environment: &environment,
    };
    let sender = SenderOptions {
        scheme: SchemeChoice::Own,
        secret_file: None,
        headers: Vec::new(),
    };
    let now = || SystemTime::UNIX_EPOCH;
    let nothing = &mut std::io::empty();
    let batch = compose(setup, options, &sender, Seed(7), now, nothing).unwrap();
    let fresh = Fresh::new(Seed(7), 1, 60);
    let made = batch.steps.iter().map(|step| step.content.body(&fresh));
    made.map(|body| String::from_utf8(body).unwrap()).collect()
}

fn options(spelling: Spelling) -> ComposeOptions {
    ComposeOptions {
        event: None,
        scenario: None,
        body: None,
        form: Form::Full,
        spelling,
        order: OrderChoice::default(),
        edits: Vec::new(),
        edit: false,
        seed: Some(7),
        now: None,
    }
}

fn survives(body: &str) -> bool {
    parsed_and_printed(body.as_bytes()).contains(&body.to_owned())
}

/// Everything that can be sent, in that spelling.
fn everything(catalogue: &Catalogue, spelling: Spelling) -> Vec<String> {
    let mut all = Vec::new();
    for provider in catalogue.providers() {
        let name = |name: &str| Some(format!("{}/{name}", provider.manifest.name));
        for event in &provider.manifest.events {
            let options = ComposeOptions {
                event: name(&event.name),
                ..options(spelling)
            };
            all.extend(bodies(catalogue, &options));
        }
        for scenario in provider.scenarios() {
            let options = ComposeOptions {
                scenario: name(&scenario.name),
                ..options(spelling)
            };
            all.extend(bodies(catalogue, &options));
        }
    }
    all
}

#[test]
fn no_body_survives_a_print_unless_it_is_plain() {
    let catalogue = Catalogue::load(&[]).unwrap();
    for spelling in [Spelling::Provider, Spelling::Hard] {
        for body in everything(&catalogue, spelling) {
            assert!(!survives(&body), "{body}");
        }
    }
    for body in everything(&catalogue, Spelling::Plain) {
        assert!(survives(&body), "{body}");
    }
}

#[test]
fn fields_are_set_exactly_and_a_body_that_lost_its_spelling_gets_another() {
    let catalogue = Catalogue::load(&[]).unwrap();
    let set = |path: &str, value: &str| Edit::Set {
        path: path.to_owned(),
        value: value.to_owned(),
    };
    for spelling in [Spelling::Plain, Spelling::Provider, Spelling::Hard] {
        let options = ComposeOptions {
            event: Some("INVOICE_PAID".to_owned()),
            edits: vec![
                set("amount", "250"),
                set("realAmount", "2.50e2"),
                set("description", "a/b"),
            ],
            ..options(spelling)
        };
        let [body] = <[String; 1]>::try_from(bodies(&catalogue, &options)).unwrap();
        for exact in ["250,", "2.50e2,", "\"a/b\""] {
            let exact = exact.trim_end_matches(',');
            assert!(
                body.contains(&format!(":{exact}")) || body.contains(&format!(": {exact}")),
                "{body}"
            );
        }
        assert_eq!(
            body.starts_with("{ "),
            spelling == Spelling::Provider,
            "{body}"
        );
        assert!(!survives(&body), "{body}");
    }
}
