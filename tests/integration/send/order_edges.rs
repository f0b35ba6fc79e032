//! Rare cases of `--order-id`, `--amount` and `--currency`: amounts that cannot be exact, addresses that are none, and a coin
//! without an amount.

use crate::support::endpoint::{Endpoint, send};
use crate::support::{Folder, folder};
use serde_json::Value;

const TRON: &str = "TXmVpin5vq5gdZsciyyjdZgKRUju4st1wM";

/// A paid invoice with those members in its data.
fn invoice(members: &str) -> Folder {
    let data =
        r#""type":"INVOICE_PAID","externalId":"o-1","currency":"USDT_TRX","fiatCurrency":"EUR""#;
    let body = format!(r#"{{"id":1,"eventType":"INVOICE_PAID","data":{{{data},{members}}}}}"#);
    folder(&[("body.json", &body)])
}

/// The data of that invoice as it is sent with those flags.
fn sent_with(members: &str, flags: &str) -> Value {
    let endpoint = Endpoint::answering(200);
    let line = format!("--body body.json {flags} --to {}", endpoint.port);
    let ran = send(&invoice(members).path, &line);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    endpoint.one().json()["data"].clone()
}

#[test]
fn an_amount_is_sent_exactly_or_not_at_all() {
    let few = "an amount has at most 20 digits, of them 18 behind the point";
    for amount in [
        "0.00000000000000000000001",
        "9999999999999999999999999999",
        "0.1234567890123456789",
    ] {
        let line = format!("rehive/invoice.paid --amount {amount}");
        let ran = send(&folder(&[]).path, &line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{amount}");
        assert!(ran.err.contains(few), "{amount}: {}", ran.err);
    }
    let endpoint = Endpoint::answering(200);
    for (amount, units, digits) in [
        ("0.000000000000000001", "1", "18"),
        ("9.123456789012345678", "9123456789012345678", "18"),
        ("1000000", "100000000", "2"),
    ] {
        let line = format!(
            "rehive/invoice.paid --amount {amount} --to {}",
            endpoint.port
        );
        let ran = send(&folder(&[]).path, &line);
        assert_eq!(ran.code, 0, "{amount}: {}", ran.err);
        let body = endpoint.one().json();
        endpoint.take();
        let at = |pointer: &str| body.pointer(pointer).map(Value::to_string);
        assert_eq!(at("/data/request_amount").as_deref(), Some(units));
        let divisibility = at("/data/request_currency/divisibility");
        assert_eq!(divisibility.as_deref(), Some(digits));
    }
    // What is due follows the price.
    let folder = invoice(r#""fiatAmount":0.01,"amount":999999999999"#);
    let ran = send(
        &folder.path,
        "--body body.json --amount 99999999999999999999",
    );
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    let words = "--amount 99999999999999999999: the amount does not fit into /data/amount";
    assert!(ran.err.contains(words), "{}", ran.err);
}

#[test]
fn only_addresses_and_hashes_get_the_form_of_another_chain() {
    let members = format!(
        r#""fiatAmount":5,"amount":5,"address":"","senderAddress":"{TRON}","invoiceAddress":"a","transactionHash":"t","{TRON}":"sent to {TRON}""#
    );
    let data = sent_with(&members, "--currency BTC --amount 2");
    let at = |name: &str| {
        data[name]
            .as_str()
            .unwrap_or_else(|| unreachable!("{name}: {data}"))
    };
    let new = at("senderAddress");
    assert!(new.starts_with('1'), "{data}");
    assert_eq!(
        (at("address"), at("invoiceAddress"), at("transactionHash")),
        ("", "a", "t")
    );
    // A key stays, and a text names the same address as its field.
    assert_eq!(at(TRON), format!("sent to {new}"));
    assert_eq!(at("type"), "INVOICE_PAID");
}

#[test]
fn a_coin_without_an_amount_keeps_the_numbers_and_says_so() {
    let endpoint = Endpoint::answering(200);
    for (flags, told) in [
        ("--currency BTC", true),
        ("--currency BTC --amount 0.01", false),
        ("--currency USD", false),
        ("--currency USDT_TRX", false),
    ] {
        let line = format!("INVOICE_PAID {flags} --to {}", endpoint.port);
        let ran = send(&folder(&[]).path, &line);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let note = "note: --currency BTC: amounts keep their numbers; set them with --amount";
        assert_eq!(ran.err.contains(note), told, "{flags}: {}", ran.err);
        assert_eq!(
            ran.err.contains("keep their numbers"),
            told,
            "{flags}: {}",
            ran.err
        );
    }
}

#[test]
fn what_nothing_can_be_added_to_is_named() {
    let folder = folder(&[("five.json", "5")]);
    let ran = send(&folder.path, "--body five.json --scheme calypso --set /x=1");
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("--set /x: nothing can be added to the body\n"),
        "{}",
        ran.err
    );
}
