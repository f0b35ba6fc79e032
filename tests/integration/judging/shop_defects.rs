//! Each defect that is cheap to show by hand shows, and a shop without it is right in the same place.

use super::shop::{SECRET, Shop};
use super::shop_itself::shop;
use super::switches::Defect;
use crate::support::all;
use crate::support::listener::{ask, request, signature};
use std::thread;
use std::time::Duration;

/// What a shop does with a delivery in which something was changed.
struct Probe {
    defect: Defect,
    /// Changes the headers: the signature's name and value, and more.
    headers: fn(&str, &str, &str) -> Vec<(String, String)>,
    /// Whether that passes only because of the defect.
    passes: bool,
}

#[test]
fn defects_of_verification_show() {
    let probes = [
        Probe {
            defect: Defect::NoCheck,
            headers: |_, _, _| vec![],
            passes: true,
        },
        Probe {
            defect: Defect::CheckedOnlyIfPresent,
            headers: |_, _, _| vec![],
            passes: true,
        },
        Probe {
            defect: Defect::NoSecretConfigured,
            headers: |_, _, _| vec![],
            passes: true,
        },
        Probe {
            defect: Defect::OffInDevelopment,
            headers: |_, _, _| vec![],
            passes: true,
        },
        Probe {
            defect: Defect::EmptySignature,
            headers: |name, _, _| pair(name, "Secret"),
            passes: true,
        },
        Probe {
            defect: Defect::PresenceIsCheck,
            headers: |name, _, _| pair(name, "x"),
            passes: true,
        },
        Probe {
            defect: Defect::NotAwaited,
            headers: |name, _, _| pair(name, "x"),
            passes: true,
        },
        Probe {
            defect: Defect::GuessableSecret,
            headers: |name, _, _| pair(name, "Secret secret"),
            passes: true,
        },
        Probe {
            defect: Defect::EmptyKey,
            headers: |name, _, body| pair(name, &digest("", body)),
            passes: true,
        },
        Probe {
            defect: Defect::PublicKey,
            headers: |name, _, body| {
                [pair(name, &digest("public", body)), pair("Key", "public")].concat()
            },
            passes: true,
        },
        Probe {
            defect: Defect::ComparesToShorter,
            headers: |name, right, _| pair(name, &right[..9]),
            passes: true,
        },
        Probe {
            defect: Defect::FirstEightDigits,
            headers: |name, right, _| pair(name, &right[..8]),
            passes: true,
        },
        Probe {
            defect: Defect::ForwardedFor,
            headers: |_, _, _| pair("X-Forwarded-For", "3.64.51.60"),
            passes: true,
        },
        Probe {
            defect: Defect::AnyScheme,
            headers: |name, _, _| pair(name, &format!("Bearer {SECRET}")),
            passes: true,
        },
        Probe {
            defect: Defect::HeaderNameCase,
            headers: |name, right, _| pair(&name.to_uppercase(), right),
            passes: false,
        },
        Probe {
            defect: Defect::RawForOneContentType,
            headers: |name, right, _| {
                [
                    pair("Content-Type", "application/json; charset=utf-8"),
                    pair(name, right),
                ]
                .concat()
            },
            passes: false,
        },
        Probe {
            defect: Defect::Reserialised,
            headers: |name, right, _| pair(name, right),
            passes: false,
        },
        Probe {
            defect: Defect::ReserialisedPhp,
            headers: |name, right, _| pair(name, right),
            passes: false,
        },
        Probe {
            defect: Defect::SecretNewline,
            headers: |name, right, _| pair(name, right),
            passes: false,
        },
        Probe {
            defect: Defect::HexDecodedSecret,
            headers: |name, right, _| pair(name, right),
            passes: false,
        },
        Probe {
            defect: Defect::DataOnly,
            headers: |name, right, _| pair(name, right),
            passes: false,
        },
        Probe {
            defect: Defect::Base64,
            headers: |name, right, _| pair(name, right),
            passes: false,
        },
        Probe {
            defect: Defect::Csrf,
            headers: |name, right, _| pair(name, right),
            passes: false,
        },
    ];
    let cases = probes.map(|probe| (probe.defect.known().name.to_owned(), probe));
    all(cases, |name, probe| {
        for (flags, passes) in [
            (String::new(), !probe.passes),
            (format!("--defect {name}"), probe.passes),
        ] {
            let (shop, order, body) = shop(probe.defect.known().provider, &flags);
            let (header, right) = signature(probe.defect.known().provider, SECRET, body.as_bytes());
            let headers = (probe.headers)(header, &right, &body);
            let mut sent: Vec<(&str, &str)> = vec![("Connection", "close")];
            sent.extend(headers.iter().map(|(name, value)| (&**name, &**value)));
            let request = request("POST", "/hooks", &sent, body.as_bytes());
            let status = ask(shop.port, &request).expect("it answers").status;
            assert_eq!(status == 200, passes, "{status} with {flags:?}");
            assert_eq!(shop.paid(&order) == 1, passes, "with {flags:?}");
        }
    });
}

fn pair(name: &str, value: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), value.to_owned())]
}

fn digest(secret: &str, body: &str) -> String {
    signature("calypso", secret, body.as_bytes()).1
}

#[test]
fn defects_about_money_show() {
    type Try = fn(&Shop, &str, &str) -> u64;
    let twice: Try = |shop, order, body| {
        shop.deliver(body);
        shop.deliver(&body.replace("2874154", "2874155"));
        shop.paid(order)
    };
    let cases: [(Defect, u64, Try); 9] = [
        (Defect::DuplicateCredits, 2, twice),
        (Defect::DedupeByDelivery, 2, twice),
        (Defect::AmountNotCompared, 1, |shop, order, body| {
            shop.deliver(&body.replace("249.95", "2.50"));
            shop.paid(order)
        }),
        (Defect::OrderNotBound, 1, |shop, order, body| {
            shop.deliver(&body.replace(order, &format!("{order}x")));
            shop.paid(order)
        }),
        (Defect::WorksBeforeVerifying, 1, |shop, order, body| {
            assert_eq!(shop.post(&[], body), 401);
            shop.paid(order)
        }),
        (Defect::PoisonedDedupe, 0, |shop, order, body| {
            assert_eq!(shop.post(&[], body), 401);
            assert_eq!(shop.deliver(body), 200);
            shop.paid(order)
        }),
        (Defect::MarkedBeforeDone, 0, |shop, order, body| {
            shop.outage(true);
            assert_eq!(shop.deliver(body), 503);
            shop.outage(false);
            assert_eq!(shop.deliver(body), 200);
            shop.paid(order)
        }),
        (Defect::Race, 4, |shop, order, body| {
            thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(|| shop.deliver(body)))));
            shop.paid(order)
        }),
        (Defect::GetWorks, 1, |shop, order, _| {
            shop.ask("GET", &format!("/hooks?a=INVOICE_PAID&b={order}"), &[], b"");
            shop.paid(order)
        }),
    ];
    let cases = cases.map(|(defect, paid, act)| (defect.known().name.to_owned(), (paid, act)));
    all(cases, |name, (paid, act)| {
        let (shop, order, body) = shop("calypso", &format!("--defect {name}"));
        assert_eq!(act(&shop, &order, &body), paid);
    });
}

#[test]
fn what_is_killed_is_lost_only_with_a_defect() {
    for (flags, paid) in [
        ("", 1),
        ("--trap asynchronous", 1),
        ("--defect answered-then-lost", 0),
    ] {
        let (mut shop, order, body) = shop("calypso", flags);
        assert_eq!(shop.deliver(&body), 200);
        shop.restart();
        thread::sleep(Duration::from_millis(if paid == 1 { 50 } else { 400 }));
        assert_eq!(shop.paid(&order), paid, "{flags}");
    }
    let (mut shop, order, body) = shop("calypso", "--defect in-memory-dedupe");
    shop.deliver(&body);
    shop.restart();
    shop.deliver(&body);
    assert_eq!(shop.paid(&order), 2);
}

#[test]
fn what_ends_the_process_ends_it() {
    for (defect, headers, body) in [
        (Defect::LengthThrows, pair("Sign", "abc"), "{}".to_owned()),
        (Defect::DeepJsonCrashes, vec![], "[".repeat(20_000)),
        (Defect::NoLimit, vec![], "1".repeat(5 << 20)),
    ] {
        let mut shop = Shop::start("calypso", &format!("--defect {}", defect.known().name));
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        let _ = ask(
            shop.port,
            &request("POST", "/hooks", &headers, body.as_bytes()),
        );
        assert!(!shop.lives(), "{defect:?}");
    }
}
