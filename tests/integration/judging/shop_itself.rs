//! The shop without a defect is right, whatever happens to it; and there is a defect for every row of the research.

use super::shop::{SECRET, Shop};
use super::switches::{Defect, Trap};
use crate::support::listener::{ask, connect, read_answer, signature};
use crate::support::payload;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::thread;

/// Rows of the table of real defects that cannot be seeded: comparing digests in variable time shows in nothing but
/// nanoseconds; another merchant's order needs a second merchant.
const NOT_SEEDED: [u8; 2] = [19, 49];

const SAMPLES: [(&str, &str, &str); 3] = [
    (
        "calypso",
        "calypso/samples/INVOICE_PAID.json",
        "order-10417",
    ),
    ("inqud", "inqud/samples/checkout.success.json", "FH-10482"),
    ("rehive", "rehive/samples/invoice.paid.json", "SO-10482"),
];

/// The provider's usual payment, for that order.
fn payment(provider: &str, order: &str) -> String {
    let (_, path, name) = SAMPLES[SAMPLES
        .iter()
        .position(|(known, ..)| *known == provider)
        .expect(provider)];
    payload(path).replace(name, order)
}

/// A shop with an order, and the payment for it.
pub(super) fn shop(provider: &'static str, flags: &str) -> (Shop, String, String) {
    let shop = Shop::start(provider, flags);
    let order = shop.order();
    let body = payment(provider, &order);
    (shop, order, body)
}

#[test]
fn every_row_of_the_research_is_seeded_or_named_as_impossible() {
    let seeded = Defect::ALL.iter().flat_map(|defect| defect.known().rows);
    let rows: BTreeSet<u8> = seeded.chain(&NOT_SEEDED).copied().collect();
    assert_eq!(rows, (1..=49).collect());
    let names: BTreeSet<&str> = Defect::ALL
        .iter()
        .map(|defect| defect.known().name)
        .collect();
    assert_eq!(names.len(), Defect::ALL.len());
    assert!(Trap::ALL.len() >= 16);
}

#[test]
fn the_shop_ships_what_was_paid_once() {
    for (provider, ..) in SAMPLES {
        let (mut shop, order, body) = shop(provider, "");
        assert_eq!(shop.deliver(&body), 200, "{provider}");
        assert_eq!(shop.deliver(&body), 200, "{provider}");
        assert_eq!(
            shop.deliver(&body.replace("2026-1", "2027-1")),
            200,
            "{provider}"
        );
        assert_eq!(shop.paid(&order), 1, "{provider}");
        shop.restart();
        assert_eq!(shop.deliver(&body), 200, "{provider}");
        assert_eq!(shop.state(&order)["shipped"], 1, "{provider}");
        assert_eq!(
            shop.deliver(&payment(provider, "unknown")),
            200,
            "{provider}"
        );
    }
}

#[test]
fn the_shop_refuses_forgeries_and_what_is_not_json() {
    for (provider, ..) in SAMPLES {
        let (mut shop, order, body) = shop(provider, "");
        let (name, right) = signature(provider, SECRET, body.as_bytes());
        let (_, other) = signature(provider, "secret", body.as_bytes());
        for wrong in [
            &other,
            "",
            "secret",
            &right[..right.len() - 1],
            &format!("{right}0"),
            "\u{20ac}",
        ] {
            assert_eq!(
                shop.post(&[(name, wrong)], &body),
                401,
                "{provider} {wrong}"
            );
        }
        assert_eq!(shop.post(&[], &body), 401);
        assert_eq!(
            shop.ask("GET", "/hooks?status=SUCCESS", &[], b"").status,
            405
        );
        for odd in ["null", "[]", "{", "", "1"] {
            assert_eq!(shop.deliver(odd), 400, "{provider} {odd}");
        }
        assert_eq!(shop.deliver("{}"), 200);
        assert_eq!(shop.deliver(&"[".repeat(100_000)), 400);
        assert_eq!(shop.deliver(&"1".repeat(2 << 20)), 413);
        assert_eq!(shop.paid(&order), 0);
        assert!(shop.lives());
    }
}

#[test]
fn the_shop_compares_the_order_the_price_and_the_currency() {
    let (shop, order, body) = shop("calypso", "");
    for (from, to) in [
        ("249.95", "2.50"),
        ("\"EUR\"", "\"USD\""),
        ("\"realAmount\": 271.420", "\"realAmount\": 270"),
        (&order, "other"),
    ] {
        assert_eq!(shop.deliver(&body.replace(from, to)), 200, "{from}");
        assert_eq!(shop.paid(&order), 0, "{from}");
    }
    let spelt = body
        .replace("249.95", "249.9500")
        .replace("\"realAmount\": 271.420", "\"realAmount\": 2.7007e2");
    assert_eq!(shop.deliver(&spelt), 200);
    assert_eq!(shop.paid(&order), 1);
    let expired = payload("calypso/samples/INVOICE_EXPIRED.json").replace("order-10417", &order);
    assert_eq!(shop.deliver(&expired), 200);
    assert_eq!(shop.state(&order)["status"], "paid");
}

#[test]
fn the_shop_keeps_a_payment_that_comes_before_its_order() {
    let shop = Shop::start("calypso", "");
    assert_eq!(shop.deliver(&payment("calypso", "early-1")), 200);
    shop.ask("POST", "/orders", &[], br#"{"order": "early-1"}"#);
    assert_eq!(shop.paid("early-1"), 1);
}

#[test]
fn the_shop_reads_http_as_it_comes() {
    let (shop, order, body) = shop("calypso", "");
    let (name, value) = signature("calypso", SECRET, body.as_bytes());
    let (first, rest) = body.split_at(100);
    let chunked = format!(
        "POST /hooks HTTP/1.1\r\n{}: {value}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n64\r\n{first}\r\n{:x};a=b\r\n{rest}\r\n0\r\nA: b\r\n\r\n",
        name.to_lowercase(),
        rest.len(),
    );
    assert_eq!(
        ask(shop.port, chunked.as_bytes())
            .expect("it answers")
            .status,
        200
    );
    assert_eq!(shop.paid(&order), 1);
    let old = format!(
        "POST /hooks HTTP/1.0\r\n{name}: {value}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    assert_eq!(
        ask(shop.port, old.as_bytes()).expect("it answers").status,
        200
    );
    // Keep-alive, and a body that waits to be invited.
    let mut stream = connect(shop.port);
    let head = format!(
        "POST /hooks HTTP/1.1\r\n{name}: {value}\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    for _ in 0..2 {
        stream.write_all(head.as_bytes()).expect("it reads");
        let mut invited = [0; 25];
        std::io::Read::read_exact(&mut stream, &mut invited).expect("it invites");
        assert_eq!(&invited, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream.write_all(body.as_bytes()).expect("it reads");
        assert_eq!(
            read_answer(&mut stream, false).expect("it answers").status,
            200
        );
    }
    for odd in [
        "Content-Length: 1\r\nContent-Length: 2",
        "Content-Length: x",
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
    ] {
        let request = format!("POST /hooks HTTP/1.1\r\n{odd}\r\n\r\n");
        assert_eq!(
            ask(shop.port, request.as_bytes())
                .expect("it answers")
                .status,
            400,
            "{odd}"
        );
    }
}

#[test]
fn the_shop_takes_simultaneous_copies_once_and_survives_an_outage() {
    let (shop, order, body) = shop("inqud", "");
    shop.outage(true);
    assert_eq!(shop.deliver(&body), 503);
    shop.outage(false);
    thread::scope(|scope| {
        let senders: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| shop.deliver(&body)))
            .collect();
        for sender in senders {
            assert_eq!(sender.join().expect("it answers"), 200);
        }
    });
    assert_eq!(shop.paid(&order), 1);
}
