//! `send` about the user's own order: `--order-id`, `--amount`, `--currency`; and `--seed`, under which different life
//! cycles share nothing.

use crate::support::endpoint::{Came, Endpoint, send};
use crate::support::folder;
use std::collections::BTreeSet;

fn sent(endpoint: &Endpoint, line: &str) -> (Vec<Came>, String) {
    let ran = send(&folder(&[]).path, &format!("{line} --to {}", endpoint.port));
    assert_eq!(ran.code, 0, "{line}: {}{}", ran.out, ran.err);
    (endpoint.take(), ran.err)
}

/// Why a line is refused, before anything is sent.
fn refused(line: &str) -> String {
    let ran = send(&folder(&[]).path, line);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {}", ran.err);
    ran.err
}

fn field(came: &Came, pointer: &str) -> String {
    let value = came.json();
    let value = value.pointer(pointer).expect(pointer);
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn a_delivery_is_about_the_users_own_order() {
    let endpoint = Endpoint::answering(200);
    let (came, _) = sent(
        &endpoint,
        "INVOICE_PAID --order-id A-77/b --amount 49.90 --currency USD",
    );
    for (pointer, value) in [
        ("/data/externalId", "A-77/b"),
        (
            "/data/description",
            "Order A-77/b: trail running shoes & café mug",
        ),
        ("/data/fiatAmount", "49.9"),
        ("/data/fiatCurrency", "USD"),
        ("/data/amount", "54.186"),
        ("/data/realAmount", "54.186"),
        ("/data/currency", "USDT_TRX"),
    ] {
        assert_eq!(field(&came[0], pointer), value);
    }
    // In the provider's documented form, too, and in another provider's own fields.
    let (bare, _) = sent(
        &endpoint,
        "INVOICE_PAID --form bare --order-id A-77/b --amount 49.90",
    );
    assert_eq!(field(&bare[0], "/externalId"), "A-77/b");
    assert_eq!(field(&bare[0], "/fiatAmount"), "49.9");
    let (came, _) = sent(
        &endpoint,
        "checkout.success --order-id A-77/b --amount 49.90",
    );
    assert_eq!(
        field(&came[0], "/returnUrl"),
        "https://shop.example/orders/A-77%2Fb/thanks"
    );
    assert_eq!(field(&came[0], "/request/requestAmount"), "49.9");
    let (came, _) = sent(&endpoint, "rehive/invoice.paid --currency EUR");
    let currency = came[0].json()["data"]["request_currency"].clone();
    assert_eq!(
        currency,
        serde_json::json!({
            "code": "EUR", "display_code": "EUR", "description": "EUR", "symbol": "EUR", "unit": "EUR", "divisibility": 2
        })
    );
    let (came, _) = sent(&endpoint, "rehive/invoice.paid --currency USD");
    assert_eq!(field(&came[0], "/data/request_currency/symbol"), "$");
    let (came, _) = sent(&endpoint, "rehive/invoice.paid --order-id 7 --amount 49.90");
    assert_eq!(field(&came[0], "/data/metadata/order_number"), "7");
    assert_eq!(field(&came[0], "/data/request_amount"), "4990");
    // A field that is set is set, whatever the order says.
    let (came, _) = sent(
        &endpoint,
        "INVOICE_PAID --amount 49.90 --set realAmount=1.0",
    );
    assert!(
        came[0].text().contains("\"realAmount\":1.0"),
        "{}",
        came[0].text()
    );
}

#[test]
fn all_steps_of_a_scenario_are_about_it_and_what_is_short_stays_short() {
    let endpoint = Endpoint::answering(200);
    let (came, _) = sent(
        &endpoint,
        "--scenario calypso/underpaid --order-id S-1 --amount 100 --currency USDT_BSC",
    );
    assert_eq!(field(&came[0], "/data/amount"), "100.0");
    assert_eq!(field(&came[1], "/data/realAmount"), "73.687");
    assert_eq!(field(&came[2], "/data/amount"), "73.687");
    assert!(field(&came[2], "/data/senderAddress").starts_with("0x"));
    // One of the events names the order in its text alone.
    assert!(field(&came[4], "/data/message").contains("Order S-1:"));
    let ids: BTreeSet<_> = came
        .iter()
        .map(|came| field(came, "/data/parentExternalId"))
        .collect();
    assert_eq!(ids.len(), 1);
    // Events that are sent one by one are about the same order by the same name.
    let (one, err) = sent(
        &endpoint,
        "INVOICE_TRANSLATION_TO_ACCOUNT_COMPLETED --order-id S-1",
    );
    assert!(ids.contains(&field(&one[0], "/data/parentExternalId")));
    assert!(
        err.contains("has no field for your order id; ids are derived from it"),
        "{err}"
    );
}

#[test]
fn a_burst_is_about_one_order_or_numbers_them() {
    let endpoint = Endpoint::answering(200);
    let (came, _) = sent(
        &endpoint,
        "INVOICE_PAID --count 20 --order-id n-{n}-x --amount 5 --now 2026-11-20T09:30:00Z",
    );
    let distinct = |came: &[Came], pointer: &str| {
        let all: BTreeSet<String> = came.iter().map(|came| field(came, pointer)).collect();
        all
    };
    let wanted: BTreeSet<String> = (1..=20).map(|number| format!("n-{number}-x")).collect();
    assert_eq!(distinct(&came, "/data/externalId"), wanted);
    assert_eq!(distinct(&came, "/data/parentExternalId").len(), 20);
    assert_eq!(distinct(&came, "/data/fiatAmount").len(), 1);
    let (came, _) = sent(&endpoint, "INVOICE_PAID --count 20 --order-id one");
    assert_eq!(distinct(&came, "/data/externalId").len(), 1);
    assert_eq!(distinct(&came, "/data/parentExternalId").len(), 1);
    assert_eq!(
        distinct(&came, "/id").len(),
        20,
        "each delivery is another one"
    );
    let (came, _) = sent(&endpoint, "INVOICE_PAID --order-id n-{n}");
    assert_eq!(field(&came[0], "/data/externalId"), "n-1");
}

#[test]
fn what_a_provider_cannot_have_is_refused_in_plain_words() {
    for (line, words) in [
        (
            "CUSTOMER_PURSE_EXPIRED --order-id A-1",
            "CUSTOMER_PURSE_EXPIRED contains only Calypso Pay's own ids, no order id of yours",
        ),
        ("user.create --order-id A-1", "no order id of yours"),
        (
            "WALLET_FUNDS_DELIVERED_ACCOUNT --order-id A-1",
            "no order id of yours",
        ),
        (
            "PAYOUT_CONFIRMED --amount 5",
            "calypso/PAYOUT_CONFIRMED has no amount",
        ),
        (
            "PAYOUT_CONFIRMED --currency EUR",
            "has no field for that currency",
        ),
        (
            "static-payment --currency EUR",
            "has no field for that currency",
        ),
        (
            "INVOICE_PAID --currency GBP",
            "--currency GBP: `fiatCurrency` is \"GBP\"",
        ),
        ("INVOICE_PAID --amount 0", "costs more than nothing"),
        (
            "INVOICE_PAID --amount=-3",
            "write a positive number like 10.50",
        ),
        (
            "INVOICE_PAID --amount 10,50",
            "write a positive number like 10.50",
        ),
        (
            "INVOICE_PAID --amount 1.0000000000000000000000000000001",
            "an amount has at most 20 digits, of them 18 behind the point",
        ),
        ("INVOICE_PAID --order-id=", "the name is empty"),
        ("INVOICE_PAID --currency E/R", "write a code like EUR"),
    ] {
        let err = refused(line);
        assert!(err.contains(words), "{line}: {err}");
    }
    let endpoint = Endpoint::answering(200);
    let (_, err) = sent(&endpoint, "rehive/invoice.paid --amount 10.123");
    assert!(
        err.contains("/data/request_currency/divisibility is 3 instead of 2"),
        "{err}"
    );
    let (_, err) = sent(&endpoint, "INVOICE_PAID --amount 123456789012345678.12");
    assert!(
        err.contains("note: --amount 123456789012345678.12: "),
        "{err}"
    );
}

#[test]
fn two_life_cycles_under_one_seed_share_no_id() {
    let endpoint = Endpoint::answering(200);
    let ids = |line: &str| {
        let (came, _) = sent(&endpoint, &format!("{line} --seed 1"));
        let pointers = ["/id", "/data/parentExternalId", "/data/externalId"];
        let all = came.iter().flat_map(|came| {
            pointers
                .iter()
                .filter_map(|pointer| Some(came.json().pointer(pointer)?.to_string()))
        });
        all.collect::<BTreeSet<String>>()
    };
    let (paid, short) = (
        ids("--scenario calypso/paid"),
        ids("--scenario calypso/underpaid"),
    );
    assert!(
        paid.len() >= 7 && paid.is_disjoint(&short),
        "{paid:?} {short:?}"
    );
    assert!(paid.is_disjoint(&ids("INVOICE_PAID")));
    assert_eq!(paid, ids("--scenario calypso/paid"));
}
