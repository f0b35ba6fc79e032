//! What is renewed in a body, on every event of the catalogue in both forms and on every step of every scenario: ids,
//! hashes, order numbers and times, consistently wherever they occur, and not one other digit.

use crate::mutations::{catalogue, lint, linter, parse, visit};
use crate::support::all;
use inqud_hook::body::{Edit, Fresh, FreshKind, Seed, Spelling, Template, TemplatePiece, happened};
use inqud_hook::catalogue::Entry;
use inqud_hook::catalogue::manifest::{self, FactText, Form};
use inqud_hook::lint::LintedBody;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

/// Scenarios whose bodies say only when the object was created, not when the event happened.
const CLOCKLESS: [&str; 2] = ["inqud/payin-failed", "inqud/payout-partial"];

const YEAR: i64 = 365 * 86_400;

/// A body that is sent: a sample, or a step of a life cycle.
struct Body {
    name: String,
    /// The life cycle, and the seconds since the step before.
    step: Option<(String, i64)>,
    entry: Entry<'static>,
    text: String,
    template: Template,
}

impl Body {
    fn rules(&self) -> &'static manifest::FreshFields {
        &self.entry.provider.manifest.fresh
    }

    fn keeps(&self, path: &str) -> bool {
        path.split('/')
            .any(|key| self.rules().keep.iter().any(|kept| kept == key))
    }
}

/// All of them, the steps of a life cycle one after the other.
static BODIES: LazyLock<Vec<Body>> = LazyLock::new(|| {
    let mut bodies = Vec::new();
    let mut add = |name: String, step, entry: Entry<'static>, text: String| {
        let template = Template::sample(&text, &entry.provider.manifest.fresh);
        bodies.push(Body {
            name,
            step,
            entry,
            text,
            template,
        });
    };
    for entry in catalogue().events() {
        for form in [Form::Full, Form::Bare] {
            let text = entry.sample(form).expect("every event has a sample");
            add(
                format!("{}, {}", entry.name(), form.name()),
                None,
                entry,
                text.into_owned(),
            );
        }
        for scenario in entry.provider.scenarios() {
            // Once for each provider.
            let first = entry.event.name == entry.provider.manifest.events[0].name;
            for step in scenario.steps.iter().filter(|_| first) {
                let provider = &entry.provider.manifest.name;
                let entry = catalogue()
                    .event(&format!("{provider}/{}", step.event))
                    .expect("every step is an event");
                let mut text = Template::fixed(
                    entry
                        .sample(Form::Full)
                        .expect("it has a sample")
                        .into_owned(),
                );
                for (path, value) in &step.set {
                    let (path, value) = (path.to_string(), value.to_string());
                    text.edit(&Edit::Set { path, value })
                        .expect("the sample has what a step sets");
                }
                let scenario = format!("{provider}/{}", scenario.name);
                let name = format!("{scenario}/{}", step.event);
                add(
                    name,
                    Some((scenario, i64::from(step.after))),
                    entry,
                    text.text().to_owned(),
                );
            }
        }
    }
    bodies
});

fn bodies() -> impl Iterator<Item = (String, &'static Body)> {
    BODIES.iter().map(|body| (body.name.clone(), body))
}

fn text(template: &Template, fresh: &Fresh) -> String {
    String::from_utf8(template.body(fresh)).expect("a text stays one")
}

/// A place of a body that is renewed: what it is, what stood there and what stands there now.
type Place = (FreshKind, &'static str, String);

fn renewed(body: &'static Body, fresh: &Fresh) -> Vec<Place> {
    let (whole, mut at, mut found) = (text(&body.template, fresh), 0, Vec::new());
    for piece in body.template.pieces() {
        let rest = &whole[at..];
        at += match piece {
            TemplatePiece::Text(same) => {
                assert!(
                    rest.starts_with(same),
                    "what is not renewed stays, byte for byte: {same} of {whole}"
                );
                same.len()
            }
            TemplatePiece::Fresh(what, old) => {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let length = if matches!(what, FreshKind::Count | FreshKind::Milliseconds) {
                    digits
                } else {
                    old.len()
                };
                found.push((what, old, rest[..length].to_owned()));
                length
            }
        };
    }
    assert_eq!(at, whole.len());
    found
}

fn is_time(what: FreshKind) -> bool {
    matches!(what, FreshKind::Time | FreshKind::Milliseconds)
}

/// The values of a body that hold no others, as they are spelled, below the keys that lead there.
fn leaves<'t>(path: &str, text: &'t str) -> Vec<(String, &'t str)> {
    let (text, below) = (text.trim(), |key: &str, value: &'t RawValue| {
        leaves(&format!("{path}/{key}"), value.get())
    });
    if let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
        return members
            .iter()
            .flat_map(|(key, value)| below(key, value))
            .collect();
    }
    match serde_json::from_str::<Vec<&RawValue>>(text) {
        Ok(items) => items
            .iter()
            .enumerate()
            .flat_map(|(at, item)| below(&at.to_string(), item))
            .collect(),
        Err(_) => vec![(path.to_owned(), text)],
    }
}

/// Every run of hexadecimal digits as one sign: what is renewed keeps this shape.
fn shape(text: &str) -> String {
    let mut shape = text.replace(|char: char| char.is_ascii_hexdigit(), "#");
    while shape.contains("##") {
        shape = shape.replace("##", "#");
    }
    shape
}

#[test]
fn every_name_in_a_manifest_is_that_of_a_field() {
    for body in BODIES.iter() {
        let (name, rules) = (&body.entry.provider.manifest.name, body.rules());
        let of = |other: &&Body| other.entry.provider.manifest.name == *name;
        let any = |key: &str| {
            BODIES
                .iter()
                .filter(of)
                .any(|body| body.text.contains(&format!("\"{key}\":")))
        };
        let clocks = rules
            .clock
            .iter()
            .flat_map(|pointer| pointer.split('/').skip(1));
        let unused: Vec<&str> = rules
            .keep
            .iter()
            .chain(&rules.count)
            .map(FactText::as_str)
            .chain(clocks)
            .filter(|key| !any(key))
            .collect();
        assert!(
            unused.is_empty() && !rules.clock.is_empty(),
            "{name} has no {unused:?}"
        );
    }
}

#[test]
fn the_same_seed_makes_the_same_bytes_and_another_seed_or_delivery_other_ids() {
    all(bodies(), |_, body| {
        let (seed, fresh) = (Seed(41), Fresh::new(Seed(41), 6, 3_600));
        assert_eq!(
            body.template.body(&fresh),
            body.template.clone().body(&Fresh::new(seed, 6, 3_600))
        );
        for other in [
            Fresh::new(Seed(42), 6, 3_600),
            Fresh::new(seed, 7, 3_600),
            Fresh::new(seed, 0, 3_600),
        ] {
            for (one, two) in renewed(body, &fresh).iter().zip(renewed(body, &other)) {
                assert_eq!(one.2 == two.2, is_time(one.0), "{one:?} and {two:?}");
            }
        }
    });
}

#[test]
fn a_renewed_body_has_the_findings_of_the_sample_and_no_more() {
    all(bodies(), |_, body| {
        let linter = linter(catalogue()).force(body.entry);
        let said = |text: &str| -> Vec<_> {
            let findings = lint(&linter, text.as_bytes()).findings.into_iter();
            findings
                .map(|found| (found.rule, found.severity, found.pointer))
                .collect()
        };
        for (seed, number) in [(1, 0), (2, 1), (3, 99_999), (u64::MAX, 12)] {
            for seconds in [0, 1, 3_599, 86_400, -86_400, 5 * YEAR, -5 * YEAR] {
                let fresh = text(&body.template, &Fresh::new(Seed(seed), number, seconds));
                assert_eq!(said(&fresh), said(&body.text), "{fresh}");
            }
        }
    });
}

#[test]
fn amounts_and_what_is_kept_stay_and_every_id_and_time_is_renewed() {
    let mut counts = BTreeMap::new();
    for body in BODIES.iter() {
        let fresh = text(&body.template, &Fresh::new(Seed(5), 3, 7_777));
        let (old, new) = (leaves("", &body.text), leaves("", &fresh));
        assert_eq!(old.len(), new.len(), "{}: {fresh}", body.name);
        let mut changed = BTreeMap::new();
        for ((path, old), (same, new)) in old.into_iter().zip(new) {
            assert_eq!((&path, shape(old)), (&same, shape(new)), "{}", body.name);
            assert!(
                old == new || !body.keeps(&path),
                "{}: {path} is kept",
                body.name
            );
            changed.insert(path, old != new);
        }
        // FreshKind the schema says that a value means is another opinion than the manifest's and the code's.
        let schema = parse(
            body.entry
                .provider
                .schema(&body.entry.event.kind)
                .expect("every event has a schema"),
        );
        visit(&schema, &schema, "", &parse(&body.text), &mut |spot| {
            let there = spot
                .value
                .is_some_and(|value| value.is_string() || value.is_number());
            let means = spot
                .means()
                .split(' ')
                .next()
                .unwrap_or_default()
                .to_owned();
            let expected = match &*means {
                "amount" | "moved-amount" => false,
                "uuid" | "id" | "local-time" | "utc-time" | "epoch-ms" => {
                    !body.keeps(&spot.pointer)
                }
                _ => return,
            };
            if there && !body.name.ends_with(", bare") {
                assert_eq!(
                    changed[&spot.pointer], expected,
                    "{}: {}",
                    body.name, spot.pointer
                );
                *counts.entry(means).or_insert(0) += 1;
            }
        });
    }
    assert!(
        counts.len() == 7 && counts.values().all(|count| *count > 20),
        "{counts:?}"
    );
}

#[test]
fn no_two_deliveries_of_a_burst_share_an_id_and_each_is_well_formed() {
    let (mut tried, mut makers) = (HashSet::new(), HashMap::new());
    for body in BODIES.iter().filter(|body| body.step.is_none()) {
        // FreshKind is new is made of what was there and of nothing else: every old value is tried once.
        let mut wanted = |place: &Place| !is_time(place.0) && tried.insert(place.1);
        let wanted: Vec<bool> = renewed(body, &Fresh::new(Seed(9), 0, 0))
            .iter()
            .map(&mut wanted)
            .collect();
        for number in (0..2_000).filter(|_| wanted.contains(&true)) {
            let places = renewed(body, &Fresh::new(Seed(9), number, 0));
            for ((what, old, new), _) in places
                .into_iter()
                .zip(&wanted)
                .filter(|(_, wanted)| **wanted)
            {
                let hex = new
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
                let uuid = what == FreshKind::Uuid
                    && hex
                    && &new[14..15] == "4"
                    && "89ab".contains(&new[19..20]);
                let hash = what == FreshKind::Hex && hex && new.len() == old.len();
                assert!(
                    uuid || hash || what == FreshKind::Count,
                    "{}: {what:?} {new}",
                    body.name
                );
                // A burst is of one event: the numbers of another may be the same.
                let whose = if what == FreshKind::Count {
                    &*body.name
                } else {
                    ""
                };
                let maker = *makers.entry((whose, new)).or_insert((number, old));
                assert_eq!(maker, (number, old), "{}", body.name);
            }
        }
    }
    assert!(makers.len() > 200_000, "{} ids were made", makers.len());
}

#[test]
fn a_life_cycle_keeps_its_ids_together_and_its_clocks_run_as_its_steps_say() {
    let mut made: HashMap<_, (String, &str)> = HashMap::new();
    let (mut before, mut clocks) = (("", None), 0);
    for (body, (scenario, after)) in BODIES
        .iter()
        .filter_map(|body| Some((body, body.step.as_ref()?)))
    {
        let fresh = text(&body.template, &Fresh::new(Seed(17), 4, -YEAR));
        for ((path, old), (_, new)) in leaves("", &body.text).into_iter().zip(leaves("", &fresh)) {
            // An id is one wherever it stands; other values only in a field of that name.
            let field = if old.starts_with('"') && old.len() > 34 {
                ""
            } else {
                path.rsplit('/').next().unwrap()
            };
            for (there, from, to) in [(true, old, new), (false, new, old)] {
                let key = (scenario, there, field.to_owned(), from.to_owned());
                let known = made
                    .entry(key)
                    .or_insert_with(|| (to.to_owned(), &body.name));
                assert_eq!(known.0, to, "{path} of {}, and of {}", body.name, known.1);
            }
        }
        let clock = happened(&body.text, body.rules());
        assert_eq!(
            happened(&fresh, body.rules()),
            clock.map(|clock| clock - YEAR),
            "{}",
            body.name
        );
        if let (true, Some(last), Some(clock)) = (before.0 == scenario, before.1, clock) {
            let late: i64 = clock - last - after;
            let told = late.abs() <= 2 || CLOCKLESS.contains(&scenario.as_str());
            assert!(clock >= last && told, "{}: {late} s late", body.name);
            clocks += 1;
        }
        before = (scenario, clock);
    }
    assert!(
        made.len() > 1_000 && clocks > 60,
        "{} values and {clocks} clocks were compared",
        made.len()
    );
}

/// The same value with every number as a double, whatever its spelling.
fn doubles(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.as_f64()),
        Value::Array(items) => items.iter().map(doubles).collect(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), doubles(value)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

#[test]
fn a_body_says_the_same_in_every_spelling_and_is_as_valid() {
    let (linter, fresh) = (linter(catalogue()), Fresh::new(Seed(3), 2, 60));
    all(bodies(), |_, body| {
        let provider = text(&body.template, &fresh);
        let found = lint(&linter, provider.as_bytes());
        for spelling in [Spelling::Plain, Spelling::Hard] {
            let mut template = body.template.clone();
            template.spell(spelling);
            let other = text(&template, &fresh);
            assert_eq!(doubles(&parse(&other)), doubles(&parse(&provider)));
            let same = lint(&linter, other.as_bytes());
            assert_eq!(
                (same.event, same.form),
                (found.event, found.form),
                "{other}"
            );
            let rules = |found: &LintedBody<'_>| {
                found
                    .findings
                    .iter()
                    .map(|found| found.rule)
                    .collect::<Vec<_>>()
            };
            assert_eq!(rules(&same), rules(&found), "{other}");
        }
    });
}

#[test]
fn the_bytes_are_the_same_on_every_machine_and_in_every_version() {
    for name in [
        "calypso/INVOICE_FUNDS_RECEIVED_FOR_INVOICE",
        "inqud/invoice.success",
        "rehive/transaction.execute",
    ] {
        let (_, body) = bodies()
            .find(|(known, _)| *known == format!("{name}, full"))
            .expect("it is listed");
        let out = text(&body.template, &Fresh::new(Seed(1), 0, 0));
        crate::support::snapshot("fresh", &name.replace('/', "-"), &out);
    }
}

/// FreshKind may be renewed.
const KNOWN: &str = "2c8af922-0c2e-4150-9811-1e76914d3667 7355b31d4ae0b3cb1772d2861a0bd62a56092823 10417 44 0x é \\u0041 \
     068f3edf83c32ed962e806aec64c21b2d3f83f0a80b36db018ecc809d21eb440 2026-11-03T09:20:09.5Z 1794479047318";

/// Pieces of bodies and of other text.
fn token() -> impl Strategy<Value = String> {
    let known: Vec<&str> = KNOWN.split(' ').collect();
    prop_oneof![
        4 => "[{}\\[\\],:\"]",
        3 => "\"(n|id|keep|requestId)\":",
        6 => (proptest::sample::select(known), any::<bool>())
            .prop_map(|(text, quoted)| if quoted { format!("\"{text}\"") } else { text.to_owned() }),
        1 => "[ -/]|[0-9]{1,20}|\\PC",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(13),
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_the_text_nothing_panics_the_places_lie_in_order_and_json_stays_json(
        tokens in proptest::collection::vec(token(), 0..24),
        (seed, number, seconds, pick, end) in any::<(u64, u64, i64, Index, Index)>(),
    ) {
        let (tokens, body) = (tokens.concat(), pick.get(&BODIES));
        let inside = tokens.replace(['"', '\\'], "");
        let cut = (0..=end.index(body.text.len())).rev().find(|end| body.text.is_char_boundary(*end));
        let (fresh, rules) = (Fresh::new(Seed(seed), number, seconds), body.rules());
        for odd in [
            &*tokens,
            &format!(r#"{{"id":"{inside}","keep":"{inside} 10417"}}"#),
            &format!("{{\"id\":[{tokens}"),
            &body.text[..cut.unwrap_or(0)],
        ] {
            let template = Template::sample(odd, rules);
            let out = text(&template, &fresh);
            let parts = |piece| match piece { TemplatePiece::Text(part) | TemplatePiece::Fresh(_, part) => part };
            prop_assert_eq!(template.pieces().map(parts).collect::<String>(), template.text());
            prop_assert!(template.pieces().count() > 1 || out == template.text());
            prop_assert_eq!(text(&Template::fixed(odd.to_owned()), &fresh), odd);
            let json = |text: &str| serde_json::from_str::<&RawValue>(text).is_ok();
            prop_assert!(json(odd) == json(template.text()) || !json(odd));
            prop_assert!(!json(odd) || json(&out), "{odd} became {out}");
            for spelling in [Spelling::Plain, Spelling::Hard] {
                let mut other = template.clone();
                other.spell(spelling);
                other.mark();
                let out = text(&other, &fresh);
                prop_assert!(!json(odd) || json(&out), "{odd} became {out}");
            }
            happened(odd, rules);
        }
    }
}
