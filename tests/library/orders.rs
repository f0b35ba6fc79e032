//! What the catalogue says about orders and their money, and bodies made to be about a given order: the facts fit the
//! samples, and the samples stay valid with an order's terms in them.

use crate::mutations::{catalogue, lint, linter, parse, pointers, put};
use inqud_hook::body::OrderTerms;
use inqud_hook::catalogue::manifest::{EventMeaning, Form, Manifest, PaymentFacts};
use inqud_hook::catalogue::{Entry, Provider};
use inqud_hook::lint::Linter;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const UUID: &str = "0f8c7f3e-5a0e-4c5b-9d0f-6a1d2b3c4d5e";

fn facts(provider: &Provider) -> &PaymentFacts {
    let payment = provider.manifest.payment.as_ref();
    payment.unwrap_or_else(|| panic!("{} has no [payment]", provider.manifest.name))
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
fn values(pointers: &[String], body: &Value) -> BTreeSet<String> {
    let all = pointers.iter().flat_map(|pointer| places(pointer, body));
    let text = |place: String| body.pointer(&place).unwrap().to_string();
    all.map(|place| text(place).trim_matches('"').replace("\\\"", "\""))
        .collect()
}

fn sample(entry: &Entry<'_>) -> String {
    let sample = entry.sample(Form::Full);
    sample.expect("every event has a sample").into_owned()
}

fn entry(name: &str) -> (&'static PaymentFacts, String) {
    let entry = catalogue().event(name).unwrap();
    (facts(entry.provider), sample(&entry))
}

/// What follows a key in a body, up to the end of the line.
fn field<'t>(body: &'t str, key: &str) -> &'t str {
    let after = body.split(&format!("\"{key}\": ")).nth(1);
    let line = after.and_then(|rest| rest.lines().next());
    line.unwrap_or_else(|| panic!("{key} is missing in {body}"))
        .trim_end_matches(',')
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
        let coins: BTreeSet<&String> = facts.coins.iter().collect();
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
        let scenarios = provider.scenarios().unwrap();
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

#[test]
fn a_price_goes_into_its_fields_and_what_is_due_and_paid_follows() {
    let terms = OrderTerms {
        name: Some("A-1"),
        amount: Some("99.98"),
        currency: Some("USD"),
    };
    let (facts, text) = entry("calypso/INVOICE_PAID");
    assert_eq!(
        facts.price(&text),
        Some(("249.95".to_owned(), Some("EUR".to_owned())))
    );
    let body = facts.for_order(&text, &terms);
    for (key, value) in [
        ("fiatAmount", "99.98"),
        ("fiatCurrency", "\"USD\""),
        ("amount", "108.57"),
        ("realAmount", "108.57"),
        ("currency", "\"USDT_TRX\""),
        ("externalId", "\"A-1\""),
        (
            "description",
            "\"Order 10417: trail running shoes, 2 pairs\"",
        ),
        ("id", "2874154"),
    ] {
        assert_eq!(field(&body, key), value, "{body}");
    }
    // The same amount is due where the body names no price, or names it by its currency.
    let (_, created) = entry("calypso/INVOICE_CREATE_INVOICE");
    assert_eq!(
        field(&facts.for_order(&created, &terms), "amount"),
        "108.57"
    );
    let (_, expired) = entry("calypso/INVOICE_EXPIRED");
    let expired = facts.for_order(&expired, &terms);
    assert_eq!(
        (field(&expired, "amount"), field(&expired, "USD")),
        ("108.57", "99.98")
    );
    assert_eq!(
        facts.price(&expired),
        Some(("99.98".to_owned(), Some("USD".to_owned())))
    );
    // Text stays text, with its decimals.
    let (_, onramp) = entry("calypso/FIAT_DEPOSIT_FIAT_FUNDS_RECEIVED");
    let onramp = facts.for_order(
        &onramp,
        &OrderTerms {
            amount: Some("350"),
            ..OrderTerms::default()
        },
    );
    assert_eq!(
        (field(&onramp, "fiatAmount"), field(&onramp, "cryptoAmount")),
        ("\"350.00\"", "\"374.84\"")
    );

    let (facts, text) = entry("inqud/checkout.success");
    let body = facts.for_order(&text, &terms);
    for (key, value) in [
        ("clientOrderId", "\"A-1\""),
        ("requestAmount", "99.98"),
        ("requestAmountIn", "\"USD\""),
        ("payAmount", "99.8502"),
        ("paidAmount", "99.8502"),
        ("merchantPlatformFee", "1.0985"),
        ("processingAmount", "98.7517"),
        ("returnUrl", "\"https://shop.example/orders/A-1/thanks\""),
        ("currency", "\"USD\""),
    ] {
        assert_eq!(field(&body, key), value, "{body}");
    }
    assert_eq!(field(&body, "checkoutId"), field(&body, "id"), "{body}");
    assert!(
        field(&body, "acquiringUrl").ends_with(&field(&body, "id")[1..]),
        "{body}"
    );

    let (facts, text) = entry("rehive/invoice.paid");
    assert_eq!(
        facts.price(&text),
        Some(("129.95".to_owned(), Some("USD".to_owned())))
    );
    let body = facts.for_order(&text, &terms);
    for (key, value) in [
        ("request_amount", "9998"),
        ("total_paid", "103701"),
        ("order_number", "\"A-1\""),
    ] {
        assert_eq!(field(&body, key), value, "{body}");
    }
    assert_eq!(
        facts.price(&body),
        Some(("99.98".to_owned(), Some("USD".to_owned())))
    );
    // A price in a finer unit.
    let fine = facts.for_order(
        &text,
        &OrderTerms {
            amount: Some("0.00012"),
            currency: Some("XBT"),
            ..terms
        },
    );
    assert_eq!(field(&fine, "request_amount"), "12");
    assert_eq!(
        facts.price(&fine),
        Some(("0.00012".to_owned(), Some("XBT".to_owned())))
    );
}

#[test]
fn a_price_in_a_coin_is_what_is_due() {
    let (facts, text) = entry("calypso/INVOICE_PAID");
    let terms = OrderTerms {
        name: None,
        amount: Some("0.00012345"),
        currency: Some("BTC"),
    };
    let body = facts.for_order(&text, &terms);
    for (key, value) in [
        ("amount", "0.00012345"),
        ("realAmount", "0.00012345"),
        ("currency", "\"BTC\""),
        ("fiatAmount", "249.95"),
        ("fiatCurrency", "\"EUR\""),
        ("externalId", "\"order-10417\""),
    ] {
        assert_eq!(field(&body, key), value, "{body}");
    }
    let (facts, text) = entry("inqud/request.success");
    let body = facts.for_order(
        &text,
        &OrderTerms {
            currency: Some("USDC"),
            ..terms
        },
    );
    for key in ["payAmount", "paidAmount", "requestAmount"] {
        assert_eq!(field(&body, key), "0.00012345", "{body}");
    }
    assert_eq!(
        (field(&body, "currency"), field(&body, "requestAmountIn")),
        ("\"USDC\"", "\"USDC\"")
    );
}

#[test]
fn amounts_are_scaled_together_or_only_what_was_paid() {
    let (facts, text) = entry("calypso/INVOICE_PAID");
    let all = facts.scaled(&text, Decimal::new(1, 2));
    let short = facts.underpaid(&text, Decimal::new(5, 1));
    for (body, fiat, due, paid) in [
        (&all, "2.5", "2.71", "2.71"),
        (&short, "249.95", "271.42", "135.71"),
    ] {
        let found = (
            field(body, "fiatAmount"),
            field(body, "amount"),
            field(body, "realAmount"),
        );
        assert_eq!(found, (fiat, due, paid));
    }
    // Little is not nothing.
    let little = facts.scaled(&text, Decimal::new(1, 9));
    assert_eq!(field(&little, "realAmount"), "0.00000027");
    assert_eq!(
        field(&facts.in_currency(&text, "USD"), "fiatCurrency"),
        "\"USD\""
    );
    assert_eq!(
        field(&facts.in_currency(&text, "USD"), "currency"),
        "\"USDT_TRX\""
    );
    assert_eq!(
        field(&facts.in_currency(&text, "BTC"), "currency"),
        "\"BTC\""
    );

    let (facts, text) = entry("rehive/invoice.paid");
    let short = facts.underpaid(&text, Decimal::new(5, 1));
    assert_eq!(
        (field(&short, "total_paid"), field(&short, "request_amount")),
        ("67393", "12995")
    );
    assert!(
        facts
            .in_currency(&text, "EUR")
            .contains("\"code\": \"EUR\"")
    );

    // In an invoice the currency is the price's, and the coin is that of the transaction.
    let (facts, text) = entry("inqud/invoice.success");
    let body = facts.in_currency(&text, "EUR");
    assert_eq!(body, text.replacen("\"USD\"", "\"EUR\"", 1));
    let body = facts.for_order(
        &text,
        &OrderTerms {
            amount: Some("58"),
            ..OrderTerms::default()
        },
    );
    assert_eq!(
        body,
        text.replace(": 29,", ": 58,")
            .replace("28.97682", "57.95364")
    );
}

#[test]
fn a_number_stays_a_number_where_the_name_is_one_and_other_texts_stay_as_they_are() {
    let (facts, _) = entry("calypso/INVOICE_PAID");
    for (body, name, expected) in [
        (
            r#"{"data":{"parentExternalId": 3}}"#,
            "7001",
            r#"{"data":{"parentExternalId": 7001}}"#,
        ),
        (
            r#"{"data":{"parentExternalId": 3}}"#,
            "007",
            r#"{"data":{"parentExternalId": "007"}}"#,
        ),
        (
            r#"{"data":{"externalId":null,"x":3}}"#,
            "7",
            r#"{"data":{"externalId":null,"x":3}}"#,
        ),
        (r#"{"data":[]}"#, "7", r#"{"data":[]}"#),
        ("not JSON", "7", "not JSON"),
        ("", "7", ""),
    ] {
        let terms = OrderTerms {
            name: Some(name),
            amount: Some("1e400"),
            currency: Some(""),
        };
        assert_eq!(facts.for_order(body, &terms), expected);
        assert_eq!(facts.price(body), None);
        assert_eq!(facts.scaled(body, Decimal::MAX), body);
    }
}
