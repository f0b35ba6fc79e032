//! The amounts, currencies and types of bodies that are made to be about a given order.

use super::{facts, sample};
use crate::mutations::{catalogue, parse, pointers};
use inqud_hook::body::OrderTerms;
use inqud_hook::catalogue::manifest::PaymentFacts;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use rust_decimal::Decimal;

fn entry(name: &str) -> (&'static PaymentFacts, String) {
    let entry = catalogue().event(name).unwrap();
    (facts(entry.provider), sample(&entry))
}

/// What follows a key in a body, up to the end of the line.
fn field<'t>(body: &'t str, key: &str) -> &'t str {
    let after = body.split(&format!("\"{key}\": ")).nth(1);
    let line = after.and_then(|rest| rest.lines().next());
    line.expect("the key is there").trim_end_matches(',')
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
        ("amount", "108.568"),
        ("realAmount", "108.568"),
        ("currency", "\"USDT_TRX\""),
        ("externalId", "\"A-1\""),
        (
            "description",
            "\"Order A-1: trail running shoes & café mug\"",
        ),
        ("id", "2874154"),
    ] {
        assert_eq!(field(&body, key), value, "{body}");
    }
    // The same amount is due where the body names no price, or names it by its currency.
    let (_, created) = entry("calypso/INVOICE_CREATE_INVOICE");
    assert_eq!(
        field(&facts.for_order(&created, &terms), "amount"),
        "108.568"
    );
    let (_, expired) = entry("calypso/INVOICE_EXPIRED");
    let expired = facts.for_order(&expired, &terms);
    assert_eq!(
        (field(&expired, "amount"), field(&expired, "USD")),
        ("108.568", "99.98")
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
        ("payAmount", "99.850195"),
        ("paidAmount", "99.850195"),
        ("merchantPlatformFee", "1.098502"),
        ("processingAmount", "98.751693"),
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
        (&all, "2.50", "2.714", "2.714"),
        (&short, "249.95", "271.420", "135.710"),
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
        text.replace(": 29.00,", ": 58.00,")
            .replace("28.976820", "57.953640")
    );
}

#[test]
fn an_amount_that_does_not_fit_changes_nothing() {
    let (facts, text) = entry("rehive/invoice.paid");
    for amount in ["0.00000000000000000000001", "9999999999999999999999999999"] {
        let terms = OrderTerms {
            amount: Some(amount),
            ..OrderTerms::default()
        };
        assert_eq!(facts.for_order(&text, &terms), text, "{amount}");
    }
    let factor = Decimal::MAX;
    assert_eq!(facts.scaled(&text, factor), text);
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
            r#"{"data":{"parentExternalId": 3}}"#,
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

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(29),
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_the_terms_nothing_panics_and_a_body_keeps_its_shape(
        pick in any::<Index>(),
        name in "\\PC{0,40}|[0-9]{0,25}",
        amount in "[0-9]{0,32}(\\.[0-9]{0,32})?|[0-9]e-?[0-9]{1,3}|\\PC{0,4}",
        currency in "USD|BTC|USDT|\\PC{0,5}",
        (digits, scale) in (any::<i64>(), 0_u32..28),
    ) {
        let entries: Vec<_> = catalogue().events().collect();
        let entry = pick.get(&entries);
        let (facts, text) = (facts(entry.provider), sample(entry));
        let terms = OrderTerms { name: Some(&name), amount: Some(&amount), currency: Some(&currency) };
        let (body, factor) = (facts.for_order(&text, &terms), Decimal::new(digits, scale));
        for changed in [
            facts.scaled(&body, factor),
            facts.underpaid(&body, factor),
            facts.in_currency(&body, &currency),
            body,
        ] {
            prop_assert_eq!(pointers(&parse(&changed)).len(), pointers(&parse(&text)).len());
            facts.price(&changed);
        }
    }
}
