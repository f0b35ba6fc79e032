//! What the catalogue says about orders and their money, and bodies made to be about a given order: the facts fit the
//! samples, and the samples stay valid with an order's terms in them.

mod amounts;

use crate::mutations::{catalogue, lint, linter, parse, pointers, put};
use inqud_hook::body::OrderTerms;
use inqud_hook::catalogue::manifest::{EventMeaning, FactText, Form, Manifest, PaymentFacts};
use inqud_hook::catalogue::{Entry, Provider};
use inqud_hook::lint::Linter;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const UUID: &str = "0f8c7f3e-5a0e-4c5b-9d0f-6a1d2b3c4d5e";

fn facts(provider: &Provider) -> &PaymentFacts {
    let payment = provider.manifest.payment.as_ref();
    payment.expect("every provider of ours has [payment]")
}

/// The places that a pointer with `*` leads to, without those where nothing stands.
fn places(pointer: &str, body: &Value) -> Vec<String> {
    let pointer = pointer.trim_end_matches('#');
    let fits = |place: &String| {
        let (wanted, there): (Vec<&str>, Vec<&str>) =
            (pointer.split('/').collect(), place.split('/').collect());
        wanted.len() == there.len()
            && wanted
                .iter()
                .zip(there)
                .all(|(wanted, there)| *wanted == "*" || *wanted == there)
    };
    let is_there = |place: &String| body.pointer(place).is_some_and(|value| !value.is_null());
    pointers(body)
        .into_iter()
        .filter(fits)
        .filter(is_there)
        .collect()
}

/// The strings and numbers at pointers, as text.
fn values(pointers: &[FactText], body: &Value) -> BTreeSet<String> {
    let all = pointers.iter().flat_map(|pointer| places(pointer, body));
    let text = |place: String| body.pointer(&place).unwrap().to_string();
    all.map(|place| text(place).trim_matches('"').replace("\\\"", "\""))
        .collect()
}

fn sample(entry: &Entry<'_>) -> String {
    let sample = entry.sample(Form::Full);
    sample.expect("every event has a sample").into_owned()
}

#[test]
fn every_event_says_what_it_means() {
    for provider in catalogue().providers() {
        let name = &provider.manifest.name;
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("payloads/{name}/provider.toml"));
        let written: toml::Value = toml::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        for event in written["events"].as_array().unwrap() {
            assert!(event.get("means").is_some(), "{name}: {event:?}");
        }
        let Manifest { events, .. } = &provider.manifest;
        for meaning in [
            EventMeaning::Paid,
            EventMeaning::NotPaid,
            EventMeaning::Early,
            EventMeaning::Neither,
        ] {
            let some = events.iter().any(|event| event.means == meaning);
            assert!(some, "{name} has no event that is {}", meaning.name());
        }
    }
}

#[test]
fn every_pointer_leads_somewhere_and_every_event_that_means_paid_names_its_order() {
    for provider in catalogue().providers() {
        let (facts, name) = (facts(provider), &provider.manifest.name);
        let entries: Vec<_> = catalogue()
            .events()
            .filter(|entry| entry.provider.manifest.name == *name)
            .collect();
        let bodies: Vec<Value> = entries.iter().map(|entry| parse(&sample(entry))).collect();
        for (list, pointer) in facts.pointers() {
            let found = bodies.iter().any(|body| !places(pointer, body).is_empty());
            assert!(found, "{name}: no sample has {pointer} of {list}");
        }
        for (entry, body) in entries.iter().zip(&bodies) {
            let named = facts
                .order
                .iter()
                .any(|pointer| !places(pointer, body).is_empty());
            let needed = matches!(entry.event.means, EventMeaning::Paid | EventMeaning::Early);
            assert!(named || !needed, "{} names no order", entry.name());
        }
        let event = entries.iter().find(|entry| entry.event.name == facts.event);
        assert_eq!(event.unwrap().event.means, EventMeaning::Paid, "{name}");
        let coins: BTreeSet<&FactText> = facts.coins.iter().collect();
        if facts.fiat_price {
            assert_eq!(
                coins,
                provider.manifest.currencies.keys().collect(),
                "{name}"
            );
        }
    }
}

#[test]
fn the_steps_of_the_usual_payment_share_the_orders_name() {
    for provider in catalogue().providers() {
        let facts = facts(provider);
        let wanted = facts.scenario.as_ref().expect("a scenario is named");
        let scenarios = provider.scenarios();
        let scenario = scenarios
            .iter()
            .find(|known| known.name == *wanted)
            .unwrap();
        assert!(
            scenario.steps.iter().any(|step| step.event == facts.event),
            "{wanted}"
        );
        let bodies: Vec<Value> = scenario
            .steps
            .iter()
            .map(|step| parse(provider.sample(&step.event).unwrap()))
            .collect();
        for pointer in &facts.order {
            let names: BTreeSet<String> = bodies
                .iter()
                .flat_map(|body| {
                    places(pointer, body)
                        .into_iter()
                        .map(|place| body.pointer(&place).unwrap().to_string())
                })
                .collect();
            assert!(names.len() <= 1, "{wanted}, {pointer}: {names:?}");
        }
        // One of Calypso's events names its order by Calypso's id alone.
        let paid = parse(provider.sample(&facts.event).unwrap());
        for body in &bodies {
            let mut order = facts.order.iter();
            let shared = order.any(|pointer| {
                let there = places(pointer, body);
                there
                    .iter()
                    .any(|place| body.pointer(place) == paid.pointer(place))
            });
            assert!(shared, "{wanted}: {body} is about another order");
        }
    }
}

/// The findings of a body.
fn findings(linter: &Linter<'_>, body: &str) -> Vec<String> {
    let found = lint(linter, body.as_bytes()).findings;
    found.iter().map(|finding| format!("{finding:?}")).collect()
}

#[test]
fn a_sample_with_an_orders_terms_is_valid_and_names_the_old_order_in_free_text_alone() {
    let linter = linter(catalogue());
    let named = |entry: &Entry<'_>| entry.event.means != EventMeaning::Neither;
    let mut renamed = 0;
    for entry in catalogue().events().filter(named) {
        let (facts, text) = (facts(entry.provider), sample(&entry));
        let old = values(&facts.order, &parse(&text));
        for (name, amount, currency) in [
            ("order/7 \"ü\" & <b>", "10.5", "USD"),
            ("90125", "64.9", "EUR"),
            (UUID, "1999", "USD"),
            ("CCO-0f8c7f3e-5a0e-4c5b-9d0f-6a1d2b3c4d5e", "7", "EUR"),
        ] {
            let terms = OrderTerms {
                name: Some(name),
                amount: Some(amount),
                currency: Some(currency),
            };
            let body = facts.for_order(&text, &terms);
            let place = format!("{} for {name}: {body}", entry.name());
            assert_eq!(findings(&linter, &body), [""; 0], "{place}");
            let again = OrderTerms {
                name: Some(name),
                ..OrderTerms::default()
            };
            assert_eq!(facts.for_order(&body, &again), body, "once more: {place}");
            let mut after = parse(&body);
            let new = values(&facts.order, &after);
            renamed += usize::from(new.contains(name));
            assert!(
                new.iter().all(|new| new == name || new.len() >= 36),
                "{new:?} in {place}"
            );
            for pointer in &facts.text {
                for place in places(pointer, &after) {
                    put(&mut after, &place, None);
                }
            }
            let said = after.to_string();
            assert!(
                !old.iter().any(|old| said.contains(old)),
                "{old:?} in {place}"
            );
        }
    }
    assert!(renamed > 200, "{renamed} names were written");
}
