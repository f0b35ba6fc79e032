//! A body of a known shape is accepted without the walk that finds what is wrong. Both must agree: whatever is accepted
//! has no finding, and a body with findings has the same ones whether or not the shapes of others are known.

use crate::mutations::respelling::respelled;
use crate::mutations::{Rng, catalogue, linter, parse, pointers, put, refused, visit};
use inqud_hook::catalogue::manifest::{Event, Form};
use inqud_hook::lint::{LintedBody, Linter, Scratch};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};
use std::path::Path;

/// What was found, by a thread that knows these shapes.
fn judged(linter: &Linter<'_>, text: &[u8], scratch: &mut Scratch) -> Vec<String> {
    let mut found = Vec::new();
    linter.lint(text, scratch, &mut |verdict: LintedBody<'_>| {
        found.push(format!("{verdict:?}"));
    });
    found
}

/// A thread that has seen a body often enough to know its shape.
fn knowing(linter: &Linter<'_>, text: &[u8]) -> Scratch {
    let mut scratch = Scratch::default();
    for _ in 0..2 {
        judged(linter, text, &mut scratch);
    }
    scratch
}

fn assert_agree(linter: &Linter<'_>, text: &[u8], scratch: &mut Scratch) {
    let expected = judged(linter, text, &mut Scratch::default());
    let found = judged(linter, text, scratch);
    assert_eq!(found, expected, "{}", String::from_utf8_lossy(text));
}

/// All samples in both forms, the bodies of all scenarios, and the bodies that other tests have in files.
fn corpus() -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    for entry in catalogue().events() {
        for form in [Form::Full, Form::Bare] {
            texts.extend(entry.sample(form).map(|text| text.as_bytes().to_vec()));
        }
    }
    for provider in catalogue().providers() {
        for step in provider.scenarios().iter().flat_map(|known| &known.steps) {
            let sample = provider
                .sample(&step.event)
                .expect("every event has a sample");
            let mut body = parse(sample);
            for (pointer, value) in &step.set {
                let value = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
                put(&mut body, pointer, Some(value));
            }
            texts.push(body.to_string().into_bytes());
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bodies");
    for kind in ["good", "bad"] {
        for entry in std::fs::read_dir(folder.join(kind)).expect("the folder is there") {
            let text = std::fs::read(entry.expect("it can be listed").path());
            let text = text.expect("it can be read");
            texts.extend(text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec));
            texts.push(text);
        }
    }
    texts
}

#[test]
fn known_shapes_change_no_verdict_on_any_body_of_the_corpus() {
    let linter = linter(catalogue());
    let (mut all, mut accepted) = (Scratch::default(), 0);
    for text in corpus() {
        let mut own = knowing(&linter, &text);
        let before = own.accepted();
        for scratch in [&mut own, &mut all] {
            assert_agree(&linter, &text, scratch);
        }
        let verdict = judged(&linter, &text, &mut Scratch::default());
        let good = verdict.iter().all(|said| said.contains("findings: []"));
        if good {
            let took = own.accepted() - before;
            assert_eq!(took, verdict.len(), "{}", String::from_utf8_lossy(&text));
            accepted += took;
        }
    }
    assert!(accepted > 200, "{accepted} bodies were accepted");
}

#[test]
fn what_one_linter_said_of_a_value_is_not_repeated_by_another() {
    let corpus = corpus();
    let mut scratch = Scratch::default();
    for entry in catalogue().events().step_by(3) {
        // Its schemas may lie where those of the one before did.
        let linter = linter(catalogue()).force(entry);
        for text in corpus.iter().step_by(7) {
            assert_agree(&linter, text, &mut scratch);
        }
    }
}

/// Changes single bytes of all samples: every `step`th change is tried.
fn change_single_bytes(step: usize) -> (usize, usize) {
    let linter = linter(catalogue());
    let (mut tried, mut accepted) = (0, 0);
    for entry in catalogue().events() {
        let sample = entry.provider.sample(&entry.event.name);
        let mut text = parse(sample.expect("every event has a sample"))
            .to_string()
            .into_bytes();
        let mut scratch = knowing(&linter, &text);
        for change in (0..text.len() * 256).step_by(step) {
            let (at, byte) = (change / 256, (change % 256) as u8);
            let before = std::mem::replace(&mut text[at], byte);
            assert_agree(&linter, &text, &mut scratch);
            text[at] = before;
            tried += 1;
        }
        accepted += scratch.accepted();
    }
    (tried, accepted)
}

#[test]
fn known_shapes_change_no_verdict_on_samples_with_another_byte() {
    // A prime, so that every byte is tried somewhere.
    let (tried, accepted) = change_single_bytes(10_007);
    assert!(
        tried > 1_000 && accepted > tried / 20,
        "{accepted} of {tried} were accepted"
    );
}

#[test]
#[ignore = "takes half a minute"]
fn known_shapes_change_no_verdict_on_samples_with_many_other_bytes() {
    let (tried, accepted) = change_single_bytes(499);
    assert!(
        tried > 20_000 && accepted > tried / 20,
        "{accepted} of {tried} were accepted"
    );
}

/// A body like a sample: another value here and there, right or wrong, in the same or in another spelling.
fn varied(rng: &mut Rng) -> String {
    let entries: Vec<_> = catalogue().events().collect();
    let entry = rng.of(&entries);
    let (provider, event) = (entry.provider, entry.event);
    let mut body = parse(
        provider
            .sample(&event.name)
            .expect("every event has a sample"),
    );
    let schema = parse(
        provider
            .schema(&event.kind)
            .expect("every event has a schema"),
    );
    let mut changes: Vec<(String, Option<Value>)> = Vec::new();
    visit(&schema, &schema, "", &body, &mut |spot| {
        let at = spot.pointer.clone();
        let wrong = refused(&spot).into_iter().map(|(value, _)| value);
        changes.extend(wrong.map(|value| (at.clone(), value)));
        let right = spot.list("enum").iter().chain(spot.list("x-values"));
        changes.extend(right.map(|value| (at.clone(), Some(value.clone()))));
        let names = provider.manifest.events.iter().flat_map(Event::names);
        if spot.means() == "event-name" {
            changes.extend(names.map(|name| (at.clone(), Some(json!(name)))));
        }
    });
    let values = pointers(&body);
    let plain = [
        json!(null),
        json!("x"),
        json!(7),
        json!(0.5),
        json!(true),
        json!("PMT-1"),
        json!({}),
        json!([]),
    ];
    changes.extend((0..9).map(|_| (rng.of(&values).clone(), Some(rng.of(&plain).clone()))));
    for _ in 0..rng.below(3) {
        let (pointer, value) = rng.of(&changes).clone();
        put(&mut body, &pointer, value);
    }
    match rng.below(4) {
        0 => respelled(rng, &body, None),
        1 => serde_json::to_string_pretty(&body).expect("it is JSON"),
        _ => body.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        rng_seed: RngSeed::Fixed(13),
        max_shrink_iters: 0,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn known_shapes_change_no_verdict_on_a_stream_of_bodies(seed in any::<u64>()) {
        let mut rng = Rng::new(&seed.to_string());
        let linter = linter(catalogue());
        let mut scratch = Scratch::default();
        let bodies: Vec<String> = (0..25).map(|_| varied(&mut rng)).collect();
        for body in bodies.iter().chain(&bodies) {
            assert_agree(&linter, body.as_bytes(), &mut scratch);
        }
        prop_assert!(scratch.accepted() > 0);
    }
}
