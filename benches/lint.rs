//! The cost of single steps of the linter, one body at a time: `cargo bench`. Whole processes are measured and compared
//! with other tools by `benches/compare/validate.sh`; goals refer to its figures only.

// `divan::bench` generates undocumented functions.
#![allow(missing_docs)]

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use inqud_hook::catalogue::{Catalogue, Entry};
use inqud_hook::lint::{Levels, Linter, Scratch};
use inqud_hook::report::Excerpt;

/// A checkout of typical length.
const CHECKOUT: &str = concat!(
    r#"{"id":"CCO-aa4a1a35-4e7e-46cd-a214-b18acd63554c","projectId":"CAP-39ccaaa4-b096-48c2-b7d2-2e4dd248f6f3","#,
    r#""projectName":"Fernhollow Tea Shop","clientOrderId":"FH-10482","status":"SUCCESS","reason":null,"#,
    r#""type":"FIXED_PRICE","fixedAmount":{"currency":"USD","amount":64.9},"#,
    r#""createdAt":"2026-10-14T09:12:44.318204517Z","lastUpdatedAt":"2026-10-14T09:18:07.447019358Z","#,
    r#""expiresAt":"2026-10-14T10:12:44.318204517Z"}"#,
);

fn main() {
    divan::main();
}

fn built_in() -> Catalogue {
    Catalogue::load(&[]).expect("the built-in catalogue can be read")
}

/// The sample of an event, on one line, as it is delivered.
fn compact(entry: Entry<'_>) -> String {
    let sample = entry
        .provider
        .sample(&entry.event.name)
        .expect("every event has a sample");
    let value: serde_json::Value = serde_json::from_str(sample).expect("a sample is JSON");
    value.to_string()
}

/// Lints a body repeatedly, like a stream of such bodies; first checks the number of its findings.
fn lint(bencher: Bencher<'_, '_>, body: &str, findings: usize) {
    let catalogue = built_in();
    let linter = Linter::new(catalogue.providers(), Levels::default());
    let mut scratch = Scratch::default();
    let mut found = 0;
    linter.lint(body.as_bytes(), &mut scratch, &mut |verdict| {
        found += verdict.findings.len();
    });
    assert_eq!(found, findings, "{body}");
    bencher.counter(BytesCount::of_str(body)).bench_local(|| {
        linter.lint(black_box(body.as_bytes()), &mut scratch, &mut |verdict| {
            black_box(verdict);
        });
    });
}

/// A good body of each provider, accepted because it has the shape of the one before.
#[divan::bench(args = ["calypso/INVOICE_PAID", "inqud/checkout.success", "rehive/invoice.paid"])]
fn good_sample(bencher: Bencher<'_, '_>, event: &str) {
    let catalogue = built_in();
    lint(
        bencher,
        &compact(
            catalogue
                .event(event)
                .expect("the catalogue has that event"),
        ),
        0,
    );
}

#[divan::bench]
fn good_short_checkout(bencher: Bencher<'_, '_>) {
    lint(bencher, CHECKOUT, 0);
}

/// A value outside a list: worded, with the nearest right one.
#[divan::bench]
fn short_checkout_with_one_finding(bencher: Bencher<'_, '_>) {
    lint(bencher, &CHECKOUT.replace("FIXED_PRICE", "FIXED"), 1);
}

/// The line and column of a position at the end of a long text, without a cached line.
#[divan::bench]
fn place_at_the_end_of_64_kib(bencher: Bencher<'_, '_>) {
    let mut text = "  \"payee\": \"Zoë's Tea Shop\",\n".repeat(64 * 1024 / 31);
    text.push_str("  \"type\": \"FIXED\"");
    let span = text.len() - 7..text.len();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let excerpt = Excerpt::new(black_box(text.as_bytes()), 1, 0);
        excerpt.place(black_box(&span))
    });
}

#[divan::bench]
fn load_the_catalogue() -> Catalogue {
    built_in()
}

#[divan::bench]
fn build_the_linter(bencher: Bencher<'_, '_>) {
    let catalogue = built_in();
    bencher.bench(|| {
        black_box(Linter::new(catalogue.providers(), Levels::default()));
    });
}
