//! Every event in both forms and every scenario, about orders of all sorts: each stays as good as it was.

use super::{refusal, write_order};
use crate::body::{Fresh, OrderView, Seed, Spelling};
use crate::catalogue::manifest::{Form, Manifest};
use crate::catalogue::{Catalogue, Entry};
use crate::lint::{Levels, Linter, Rule, Scratch, Severity};
use crate::outbound::batch::Step;
use crate::outbound::compose::{from_samples, scenario_bodies};
use crate::outbound::options::{ComposeOptions, OrderChoice};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// All events and scenarios: a name, and the full bodies.
fn sources(catalogue: &Catalogue) -> Vec<(String, Vec<(Entry<'_>, String)>)> {
    let mut all: Vec<_> = catalogue
        .events()
        .map(|entry| {
            let text = entry.provider.sample(&entry.event.name).unwrap().to_owned();
            (entry.name(), vec![(entry, text)])
        })
        .collect();
    for provider in catalogue.providers() {
        for scenario in provider.scenarios() {
            let name = format!("{} {}", provider.manifest.name, scenario.name);
            all.push((name, scenario_bodies(provider, scenario).unwrap()));
        }
    }
    all
}

fn order(name: Option<&str>, amount: Option<&str>, currency: Option<&str>) -> OrderChoice {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    OrderChoice {
        name: owned(name),
        amount: owned(amount),
        currency: owned(currency),
    }
}

/// The steps with that order in them, the notes, and the bodies of a delivery; or why not.
fn written(
    catalogue: &Catalogue,
    bodies: &[(Entry<'_>, String)],
    form: Form,
    order: &OrderChoice,
) -> Result<(Vec<String>, Vec<String>), String> {
    let options = ComposeOptions {
        event: None,
        scenario: None,
        body: None,
        form,
        spelling: Spelling::Provider,
        order: OrderChoice::default(),
        edits: Vec::new(),
        edit: false,
        seed: None,
        now: None,
    };
    let (manifest, mut steps, _) = from_samples(bodies, &options).unwrap();
    let notes = write_order(catalogue, manifest, &mut steps, order);
    let notes = notes.map_err(|error| error.to_string())?;
    let fresh = Fresh::new(Seed(3), 4, 86_400);
    let body = |step: &Step| String::from_utf8(step.content.body(&fresh)).unwrap();
    Ok((notes, steps.iter().map(body).collect()))
}

fn findings(linter: &Linter<'_>, text: &str) -> Vec<(Rule, String)> {
    let mut found = Vec::new();
    linter.lint(text.as_bytes(), &mut Scratch::default(), &mut |body| {
        let bad = body
            .findings
            .into_iter()
            .filter(|finding| finding.severity != Severity::Note);
        found.extend(bad.map(|finding| (finding.rule, finding.message)));
    });
    found
}

fn forms(manifest: &Manifest) -> &'static [Form] {
    match manifest.envelope {
        Some(_) => &[Form::Full, Form::Bare],
        None => &[Form::Full],
    }
}

#[test]
fn whatever_the_order_every_body_stays_as_good_as_it_was() {
    let (kept, named) = every_body_with_orders(16);
    assert!(kept > 150 && named > 40, "{kept} {named}");
}

#[test]
#[ignore = "takes a minute"]
fn every_body_stays_as_good_as_it_was_with_every_order() {
    let (kept, named) = every_body_with_orders(1);
    assert!(kept > 2_000 && named > 500, "{kept} {named}");
}

/// Writes orders into all bodies, one of `share` orders into each; how many were written, and have the order's name.
fn every_body_with_orders(share: usize) -> (usize, usize) {
    let catalogue = Catalogue::load(&[]).unwrap();
    let linter = Linter::new(catalogue.providers(), Levels::default());
    let long = "ü".repeat(200);
    let (mut kept, mut named) = (0, 0);
    for (index, (source, bodies)) in sources(&catalogue).into_iter().enumerate() {
        let manifest = &bodies[0].0.provider.manifest;
        let coins = &manifest.payment.as_ref().unwrap().coins;
        let orders = [
            (Some("A/1 \"ü\" \\ 漢字 1001"), Some("19.99"), Some("USD")),
            (Some(long.as_str()), Some("98765432.10"), Some("EUR")),
            (Some("shop-{n}"), Some("0.12345678"), None),
            (Some("0f8c7f3e-5a0e-4c5b-9d0f-6a1d2b3c4d5e"), None, None),
            (None, Some("7"), None),
        ];
        // What is in the way of one of them alone is not in that of the others.
        let mut all: BTreeSet<_> = orders
            .iter()
            .flat_map(|(name, amount, currency)| {
                [
                    (*name, *amount, *currency),
                    (*name, None, None),
                    (None, *amount, *currency),
                    (None, *amount, None),
                ]
            })
            .collect();
        let coins = coins.iter();
        all.extend(coins.map(|coin| (None, Some("0.5"), Some(coin.as_str()))));
        all.remove(&(None, None, None));
        for (form, at) in forms(manifest).iter().copied().zip([0, share / 2]) {
            let no_order = OrderChoice::default();
            let (_, plain) = written(&catalogue, &bodies, form, &no_order).unwrap();
            // Others for the next body, and for the other form.
            let some = all.iter().skip((index + at) % share).step_by(share);
            for (name, amount, currency) in some.copied() {
                let wanted = &order(name, amount, currency);
                let (notes, texts) = match written(&catalogue, &bodies, form, wanted) {
                    Ok(outcome) => outcome,
                    Err(why) => {
                        // A small amount does not cover Inqud's fee.
                        assert!(
                            why.contains(" has no ")
                                || why.contains("no order id of yours")
                                || why.contains(" is negative"),
                            "{source} {form:?} {wanted:?}: {why}"
                        );
                        continue;
                    }
                };
                kept += 1;
                for (text, plain) in texts.iter().zip(&plain) {
                    // An event about too little, for one, has that finding in any case.
                    let before = findings(&linter, plain);
                    // A body without its envelope may fit no event. What may be and is said: names beyond a provider's limit, coins that not every event lists.
                    let said = |(rule, message): &(Rule, String)| {
                        before.iter().any(|(known, _)| known == rule)
                            || form == Form::Bare && *rule == Rule::Unrecognised
                            || matches!(rule, Rule::TooLong | Rule::UnlistedValue)
                                && notes.iter().any(|note| note.contains(message.as_str()))
                    };
                    let found = findings(&linter, text);
                    assert!(
                        found.iter().all(said),
                        "{source} {form:?} {wanted:?}: {found:?} {notes:?} {text}"
                    );
                    let name = wanted.name.as_ref().map(|name| name.replace("{n}", "5"));
                    let names = OrderView::of(manifest, text).names;
                    named += usize::from(name.is_some_and(|name| names.contains(&name)));
                    assert!(!text.contains("{n}"), "{text}");
                }
            }
        }
    }
    (kept, named)
}

#[test]
fn a_finding_about_the_whole_body_is_told_without_a_pointer() {
    let catalogue = Catalogue::load(&[]).unwrap();
    let linter = Linter::new(catalogue.providers(), Levels::default());
    let mut told = Vec::new();
    linter.lint(b"{}", &mut Scratch::default(), &mut |body| {
        let whole = body
            .findings
            .into_iter()
            .filter(|finding| finding.pointer.is_empty());
        told.extend(whole.map(|finding| {
            let message = finding.message.clone();
            (refusal("--amount 5", finding).to_string(), message)
        }));
    });
    assert!(!told.is_empty());
    for (text, message) in told {
        assert_eq!(text, format!("--amount 5: {message}"));
    }
}

#[test]
fn a_short_or_over_amount_stays_that_part_of_the_price() {
    let catalogue = Catalogue::load(&[]).unwrap();
    let part = |source: &str, order: &OrderChoice, paid: &str, step: usize| {
        let all = sources(&catalogue);
        let (_, bodies) = all.iter().find(|(name, _)| name == source).unwrap();
        let (_, texts) = written(&catalogue, bodies, Form::Full, order).unwrap();
        let body: serde_json::Value = serde_json::from_str(&texts[step]).unwrap();
        let text = body.pointer(paid).unwrap().to_string();
        text.parse::<Decimal>().unwrap()
    };
    let number = |text: &str| text.parse::<Decimal>().unwrap();
    for (source, wanted, pointer, step, expected) in [
        (
            "calypso underpaid",
            order(None, Some("24.995"), None),
            "/data/realAmount",
            1,
            "20",
        ),
        (
            "calypso underpaid",
            order(None, Some("24.995"), None),
            "/data/amount",
            2,
            "20",
        ),
        (
            "calypso underpaid",
            order(None, Some("27.142"), Some("USDT_TRX")),
            "/data/amount",
            2,
            "20",
        ),
        (
            "calypso underpaid",
            order(None, Some("27.142"), Some("USDT_TRX")),
            "/data/fiatAmount",
            1,
            "25",
        ),
        (
            "calypso underpaid",
            order(None, Some("0.0027142"), Some("BTC")),
            "/data/amount",
            2,
            "0.002",
        ),
        (
            "calypso overpaid",
            order(None, Some("0.01"), None),
            "/data/realAmount",
            1,
            "0.012",
        ),
        (
            "calypso unlimited",
            order(None, Some("50"), None),
            "/data/amount",
            1,
            "50",
        ),
        (
            "calypso unlimited",
            order(None, Some("50"), None),
            "/data/amount",
            3,
            "12.05",
        ),
        (
            "inqud payout-partial",
            order(None, Some("50"), None),
            "/amount",
            0,
            "50",
        ),
    ] {
        let found = part(source, &wanted, pointer, step);
        assert_eq!(found, number(expected), "{source} {pointer}");
    }
    let partial = part(
        "inqud payout-partial",
        &order(None, Some("50"), None),
        "/amount",
        2,
    );
    assert!(partial < number("50") && partial > number("0"), "{partial}");
}

#[test]
fn a_coin_of_another_chain_brings_its_addresses_and_equal_ones_stay_equal() {
    let catalogue = Catalogue::load(&[]).unwrap();
    let all = sources(&catalogue);
    let text = |source: &str, coin: &str| {
        let (_, bodies) = all.iter().find(|(name, _)| name == source).unwrap();
        let order = order(Some("A-1"), Some("2"), Some(coin));
        written(&catalogue, bodies, Form::Full, &order).unwrap().1
    };
    let texts = text("calypso paid", "BTC");
    let field = |text: &str, name: &str| {
        let rest = text.split_once(&format!("\"{name}\":\"")).unwrap().1;
        rest.split_once('"').unwrap().0.to_owned()
    };
    assert_eq!(
        field(&texts[1], "transactionHash"),
        field(&texts[2], "transactionHash")
    );
    assert!(field(&texts[2], "senderAddress").starts_with('1'));
    let texts = text("inqud checkout-paid", "BTC");
    let last = texts.last().unwrap();
    assert_eq!(
        field(last, "blockchain"),
        "ETHEREUM",
        "of the offered assets"
    );
    assert!(
        last.contains("\"currency\":\"BTC\",\"blockchain\":\"BITCOIN\""),
        "{last}"
    );
    assert!(field(last, "address").starts_with('1'), "{last}");
}
