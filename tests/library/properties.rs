//! Properties of every body, tested on randomly changed samples: spelling does not matter, every single mistake is
//! found, and every finding points at the right text.

use crate::mutations::respelling::respelled;
use crate::mutations::value_ranges::stands;
use crate::mutations::{
    Rng, below, breaches, catalogue, lint, linter, parse, pointers, put, refused, visit,
};
use inqud_hook::catalogue::{Catalogue, Entry};
use inqud_hook::lint::{Finding, Linter, Rule, Scratch};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn config(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(7);
    // A smaller seed is not a simpler case.
    ProptestConfig {
        cases,
        rng_seed,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A sample and the chance to change it with.
fn drawn(catalogue: &Catalogue, seed: u64) -> (Rng, Entry<'_>, Value) {
    let mut rng = Rng::new(&seed.to_string());
    let entries: Vec<Entry<'_>> = catalogue.events().collect();
    let entry = *rng.of(&entries);
    let sample = parse(
        entry
            .provider
            .sample(&entry.event.name)
            .expect("every event has a sample"),
    );
    (rng, entry, sample)
}

/// What was found, without regard to where in the text.
fn said(linter: &Linter<'_>, text: &str) -> Vec<(Rule, String)> {
    let mut said: Vec<_> = lint(linter, text.as_bytes())
        .findings
        .into_iter()
        .map(|found| (found.rule, found.pointer))
        .collect();
    said.sort();
    said
}

/// Changes a value so that there is something to find: as the schema forbids it, or as it contradicts another value.
fn spoil(rng: &mut Rng, entry: Entry<'_>, body: &mut Value) {
    let schema = parse(
        entry
            .provider
            .schema(&entry.event.kind)
            .expect("every event has a schema"),
    );
    let mut changes = Vec::new();
    visit(&schema, &schema, "", body, &mut |spot| {
        changes.extend(
            refused(&spot)
                .into_iter()
                .map(|(value, _)| (spot.pointer.clone(), value)),
        );
        if spot.means() == "event-name" {
            changes.extend(
                entry
                    .provider
                    .manifest
                    .events
                    .iter()
                    .map(|event| (spot.pointer.clone(), Some(json!(event.name)))),
            );
        }
        for (rule, object) in spot
            .list("x-rules")
            .iter()
            .zip(std::iter::repeat(spot.value))
        {
            let breaches = object.map_or_else(Vec::new, |object| breaches(rule, object));
            changes.extend(
                breaches
                    .into_iter()
                    .map(|(key, value, _)| (below(&spot.pointer, &key), Some(value))),
            );
        }
    });
    let (pointer, value) = rng.of(&changes).clone();
    put(body, &pointer, value);
}

/// One mistake in a text, and the rule that finds it.
type Mistake = fn(&mut Rng, &Value) -> (Vec<u8>, Rule);

const MISTAKES: &[(&str, Mistake)] = &[
    ("a key twice", |rng, body| {
        let members: Vec<String> = pointers(body)
            .into_iter()
            .filter(|pointer| in_object(body, pointer))
            .collect();
        let twin = rng.of(&members).clone();
        (
            respelled(rng, body, Some(twin)).into_bytes(),
            Rule::DuplicateKey,
        )
    }),
    ("something behind", |rng, body| {
        let garbage = rng.of(&[
            "x", "}", ",", "{}", "null", "\0", "// end", "\u{feff}", "\u{a0}", "[]", "\"\"", "1",
        ]);
        (format!("{body} {garbage}").into_bytes(), Rule::ExtraValue)
    }),
    ("a byte-order mark", |_, body| {
        (format!("\u{feff}{body}").into_bytes(), Rule::ByteOrderMark)
    }),
    ("bytes that are not UTF-8", |rng, body| {
        let text = respelled(rng, body, None);
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let (before, behind) = text.split_at(*rng.of(&places));
        let broken: [&[u8]; 5] = [
            b"\xff",
            b"\x80",
            b"\xc0\x80",
            b"\xed\xa0\x80",
            b"\xf5\x80\x80\x80",
        ];
        (
            [before.as_bytes(), broken[rng.below(5)], behind.as_bytes()].concat(),
            Rule::InvalidUtf8,
        )
    }),
    ("half a character", |rng, body| {
        let half = rng.of(&[
            "\\ud800",
            "\\uDFFF",
            "\\udc00\\ud800",
            "\\ud83d\\u0041",
            "\\ud83d\\ud83d",
        ]);
        (inside_a_text(rng, body, half), Rule::LoneSurrogate)
    }),
    ("a NUL", |rng, body| {
        (inside_a_text(rng, body, "\\u0000"), Rule::NulCharacter)
    }),
    ("a raw line break", |rng, body| {
        (inside_a_text(rng, body, "\n"), Rule::Syntax)
    }),
    ("an escape that is none", |rng, body| {
        let escape = rng.of(&["\\x", "\\u12g4", "\\'", "\\U0041", "\\u 041"]);
        (inside_a_text(rng, body, escape), Rule::Syntax)
    }),
    ("a number that no double holds", |rng, body| {
        let number = rng.of(&["1e400", "-1e309", "1e999999999999999999999"]);
        (for_a_number(rng, body, number), Rule::NumberOverflow)
    }),
    ("a number with too many digits", |rng, body| {
        // More than seventeen digits never survive a double, wherever the point stands.
        let digits: String = (0..18 + rng.below(20))
            .map(|_| char::from(b'1' + rng.below(9) as u8))
            .collect();
        let (whole, fraction) = digits.split_at(1 + rng.below(digits.len() - 1));
        let zeros = "0".repeat(rng.below(8));
        let number = [
            format!("{digits}{zeros}"),
            format!("{whole}.{fraction}"),
            format!("0.{zeros}{digits}e-3"),
        ];
        let number: &String = rng.of(&number);
        (for_a_number(rng, body, number), Rule::NumberPrecision)
    }),
    ("a number that is none", |rng, body| {
        let number = rng.of(&[
            "01",
            "-01",
            "+1",
            ".5",
            "1.",
            "1.e2",
            "1e",
            "-",
            "0x10",
            "NaN",
            "-Infinity",
            "1_000",
        ]);
        (for_a_number(rng, body, number), Rule::Syntax)
    }),
    ("a word that is none", |rng, body| {
        let word = rng.of(&[
            "True",
            "nul",
            "undefined",
            "'a'",
            "tru",
            "\u{201c}a\u{201d}",
            "",
            ",",
            "#",
        ]);
        (for_a_number(rng, body, word), Rule::Syntax)
    }),
];

fn in_object(body: &Value, pointer: &str) -> bool {
    pointer
        .rsplit_once('/')
        .is_some_and(|(parent, _)| body.pointer(parent).is_some_and(Value::is_object))
}

/// A body with something in the middle of one of its texts or keys.
fn inside_a_text(rng: &mut Rng, body: &Value, raw: &str) -> Vec<u8> {
    let text = body.to_string();
    // Behind an opening quotation mark, since samples have no escaped ones.
    let places: Vec<usize> = text
        .match_indices('"')
        .map(|(at, _)| at + 1)
        .step_by(2)
        .collect();
    let (before, behind) = text.split_at(*rng.of(&places));
    format!("{before}{raw}{behind}").into_bytes()
}

/// A body with something instead of one of its numbers, or in an additional field.
fn for_a_number(rng: &mut Rng, body: &Value, raw: &str) -> Vec<u8> {
    let mut body = body.clone();
    let mut places: Vec<String> = pointers(&body)
        .into_iter()
        .filter(|at| body.pointer(at).is_some_and(Value::is_number))
        .collect();
    places.push("/additional".to_owned());
    let place: &String = rng.of(&places);
    put(&mut body, place, Some("\u{e000}".into()));
    body.to_string().replace("\"\u{e000}\"", raw).into_bytes()
}

/// Why a finding does not point at what it speaks of, going by where another parser sees the values.
fn misplaced(text: &str, finding: &Finding) -> Option<&'static str> {
    let Some(meant) = text.get(finding.span.clone()) else {
        return Some("the span lies outside, or begins or ends within a character");
    };
    let values = stands(text, &finding.pointer);
    let (parent, key) = finding.pointer.rsplit_once('/').unwrap_or_default();
    let key = key.replace("~1", "/").replace("~0", "~");
    let within = |range: &std::ops::Range<usize>| {
        range.start <= finding.span.start && finding.span.end <= range.end
    };
    let begins = |range: &std::ops::Range<usize>| range.start == finding.span.start;
    match finding.rule {
        Rule::ExtraValue | Rule::ByteOrderMark => None,
        Rule::DuplicateKey | Rule::MisspeltField | Rule::UnknownField => {
            let is_key = serde_json::from_str::<String>(meant).is_ok_and(|said| said == key);
            let followed = text[finding.span.end..].trim_start().starts_with(':');
            (!is_key || !followed || !stands(text, parent).iter().any(within))
                .then_some("not the key")
        }
        Rule::MissingField | Rule::Unrecognised => {
            (meant != "{" || !values.iter().any(begins)).then_some("not the object's brace")
        }
        Rule::NulCharacter => {
            (meant != "\\u0000" || !values.iter().any(within)).then_some("not the escape")
        }
        Rule::LoneSurrogate => {
            (!meant.starts_with("\\u") || !values.iter().any(within)).then_some("not the escape")
        }
        _ => {
            let whole = values.contains(&finding.span);
            let opening = matches!(meant, "{" | "[") && values.iter().any(begins);
            (!whole && !opening).then_some("not the value")
        }
    }
}

fn assert_in_place(text: &[u8], findings: &[Finding]) {
    let text = std::str::from_utf8(text).expect("only texts are given");
    for finding in findings {
        assert_eq!(misplaced(text, finding), None, "{finding:#?} in {text}");
    }
    assert!(
        findings.is_sorted_by_key(|finding| finding.span.start),
        "{findings:#?} in {text}"
    );
}

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn a_good_body_is_good_in_every_spelling(seed in any::<u64>()) {
        let catalogue = catalogue();
        let (mut rng, entry, sample) = drawn(catalogue, seed);
        let text = respelled(&mut rng, &sample, None);
        let verdict = lint(&linter(catalogue), text.as_bytes());
        prop_assert_eq!(verdict.event, Some(entry.event.name.as_str()));
        prop_assert_eq!(verdict.findings, [], "{}", text);
    }

    #[test]
    fn a_bad_body_is_as_bad_in_every_spelling(seed in any::<u64>()) {
        let catalogue = catalogue();
        let (mut rng, entry, mut body) = drawn(catalogue, seed);
        for _ in 0..=rng.below(3) {
            spoil(&mut rng, entry, &mut body);
        }
        let linter = linter(catalogue);
        let (plain, other) = (body.to_string(), respelled(&mut rng, &body, None));
        prop_assert_eq!(said(&linter, &plain), said(&linter, &other), "{}\nas\n{}", plain, other);
        assert_in_place(plain.as_bytes(), &lint(&linter, plain.as_bytes()).findings);
        assert_in_place(other.as_bytes(), &lint(&linter, other.as_bytes()).findings);
    }

    #[test]
    fn every_single_mistake_is_found_where_it_is(seed in any::<u64>()) {
        let catalogue = catalogue();
        let linter = linter(catalogue);
        let (mut rng, _, sample) = drawn(catalogue, seed);
        for (name, make) in MISTAKES {
            let (text, rule) = make(&mut rng, &sample);
            let findings = lint(&linter, &text).findings;
            let found = findings.iter().any(|finding| finding.rule == rule);
            prop_assert!(found, "{} in {}: {:#?}", name, String::from_utf8_lossy(&text), findings);
            // Another parser must be able to tell where things are.
            if serde_json::from_slice::<Value>(&text).is_ok() {
                assert_in_place(&text, &findings);
            }
        }
    }

    #[test]
    fn a_list_of_bodies_is_judged_body_by_body(seed in any::<u64>()) {
        let catalogue = catalogue();
        let linter = linter(catalogue);
        let (mut rng, entry, mut body) = drawn(catalogue, seed);
        let mut list = String::from(" [");
        let mut expected = Vec::new();
        for at in 0..=rng.below(4) {
            if at > 0 {
                spoil(&mut rng, entry, &mut body);
                list.push(',');
            }
            let text = respelled(&mut rng, &body, None);
            let (mut verdict, before) = (lint(&linter, text.as_bytes()), list.len());
            for finding in &mut verdict.findings {
                finding.pointer.insert_str(0, &format!("/{at}"));
                finding.span = finding.span.start + before..finding.span.end + before;
            }
            list += &text;
            expected.push((verdict.start + before, verdict.event, verdict.form, verdict.findings));
        }
        list += "]\n";
        let mut found = Vec::new();
        linter.lint(list.as_bytes(), &mut Scratch::default(), &mut |verdict| {
            found.push((verdict.start, verdict.event, verdict.form, verdict.findings));
        });
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn times_that_no_calendar_or_clock_has_are_found(
        (year, month, day) in (0..10_000, 0..14, 0..33),
        (hour, minute, second) in (0..26, 0..62, 0..62),
        (zone_hour, zone_minute) in (0..26, 0..62),
    ) {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let real = (1..=12).contains(&month) && day >= 1 && day <= days[month as usize - 1] && hour < 24 && minute < 60;
        let real = real && second < 60 && zone_hour < 24 && zone_minute < 60;
        let zone = format!("{zone_hour:02}:{zone_minute:02}");
        let time = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.5+{zone}");
        let body = format!(r#"{{"id":"ORCO-33b26ce6-cac8-4ee6-bcd8-8ea62801244d","status":"NEW","createdAt":"{time}"}}"#);
        let findings = lint(&linter(catalogue()), body.as_bytes()).findings;
        let rules: Vec<Rule> = findings.iter().map(|finding| finding.rule).collect();
        prop_assert_eq!(rules, if real { vec![] } else { vec![Rule::ImpossibleTime] }, "{}", time);
    }

    #[test]
    fn two_times_are_compared_as_moments_however_they_are_written(
        (first, second) in (1_000_000..1_000_200, 1_000_000..1_000_200),
        (one, other) in (0..8, 0..8),
    ) {
        let written = |moment: i32, spelling: i32| {
            // Seconds of 12 November 2026, an hour later where the zone is an hour ahead.
            let seconds = moment - 960_000 + if spelling == 3 { 3_600 } else { 0 };
            let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
            let clock = format!("2026-11-12T{hour:02}:{minute:02}:{second:02}");
            match spelling {
                0 if second == 0 => format!("2026-11-12T{hour:02}:{minute:02}Z"),
                1 => format!("{clock}.000Z"),
                2 => format!("{clock}+00:00"),
                3 => format!("{clock}+01:00"),
                4 => clock,
                5 => format!("{clock}.0+00:00"),
                _ => format!("{clock}Z"),
            }
        };
        // Every third is a whole minute, which may be written without its seconds.
        let whole = |moment: i32| if moment % 3 == 0 { moment / 60 * 60 } else { moment };
        let (first, second) = (whole(first), whole(second));
        let (created, expires) = (written(first, one), written(second, other));
        let body = format!(
            r#"{{"id":"ORCO-33b26ce6-cac8-4ee6-bcd8-8ea62801244d","status":"NEW","createdAt":"{created}","expiresAt":"{expires}"}}"#
        );
        let findings = lint(&linter(catalogue()), body.as_bytes()).findings;
        let ordered = !findings.iter().any(|finding| finding.rule == Rule::TimeOrder);
        prop_assert_eq!(ordered, first <= second, "{}, then {}", created, expires);
    }

    #[test]
    fn numbers_that_a_double_keeps_are_left_alone(digits in "[1-9][0-9]{0,14}", point in 0_usize..15, exponent in -250..250) {
        let catalogue = catalogue();
        let (whole, fraction) = digits.split_at(point.min(digits.len()));
        let whole = if whole.is_empty() { "0" } else { whole };
        let fraction = if fraction.is_empty() { "0" } else { fraction };
        let text = format!(r#"{{"additional": [{digits}, {whole}.{fraction}, -{whole}.{fraction}e{exponent}]}}"#);
        let findings = lint(&linter(catalogue), text.as_bytes()).findings;
        prop_assert!(findings.iter().all(|finding| finding.rule == Rule::Unrecognised), "{}: {:#?}", text, findings);
    }
}

/// Exact arithmetic ends somewhere; a payment that is far too small must not hide behind that end.
#[test]
fn an_invoice_that_was_paid_too_little_is_found_at_every_magnitude() {
    let catalogue = catalogue();
    let entry = catalogue.event("calypso/INVOICE_PAID").unwrap();
    let sample = entry.provider.sample(&entry.event.name).unwrap();
    for exponent in 1..300 {
        for (field, amount) in [
            ("realAmount", format!("2.5e-{exponent}")),
            ("amount", format!("2.5e{}", exponent + 3)),
        ] {
            let body = sample.replace(
                &format!("\"{field}\": 271.420"),
                &format!("\"{field}\": {amount}"),
            );
            let rules: Vec<Rule> = lint(&linter(catalogue), body.as_bytes())
                .findings
                .iter()
                .map(|found| found.rule)
                .collect();
            assert_eq!(rules, [Rule::PaidShort], "{field} is {amount}");
        }
    }
}

/// A body that is cut off must never pass, wherever the cut is.
#[test]
fn every_beginning_of_a_body_is_found_to_be_one() {
    let catalogue = catalogue();
    let linter = linter(catalogue);
    let mut kinds = BTreeSet::new();
    for entry in catalogue
        .events()
        .filter(|entry| kinds.insert((&entry.provider.manifest.name, &entry.event.kind)))
    {
        // A character of each length, so that cuts go through the middle of them, too.
        let sample = entry.provider.sample(&entry.event.name).unwrap().trim_end();
        let body = format!(
            "{}, \"é€😀\\ud83d\\ude00\\n\": [-1.5e+3, true, false, null]}}",
            &sample[..sample.len() - 2]
        );
        let whole = lint(&linter, body.as_bytes()).findings;
        assert!(
            whole
                .iter()
                .all(|finding| finding.rule == Rule::UnknownField),
            "{whole:#?}"
        );
        // Every cut of the end, and one in seven of the rest: the samples have much in common.
        let near = body.len() - 200;
        for cut in (1..body.len()).filter(|cut| *cut > near || cut % 7 == 0) {
            let rules: Vec<Rule> = lint(&linter, &body.as_bytes()[..cut])
                .findings
                .iter()
                .map(|found| found.rule)
                .collect();
            let expected = if body.is_char_boundary(cut) {
                Rule::Truncated
            } else {
                Rule::InvalidUtf8
            };
            assert!(
                rules.contains(&expected),
                "{rules:?} in {}",
                String::from_utf8_lossy(&body.as_bytes()[..cut])
            );
        }
    }
}
