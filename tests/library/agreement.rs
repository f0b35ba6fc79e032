//! Our checker agrees with the standard: two independent validators of JSON Schema 2020-12, `jsonschema` and `boon`,
//! judge thousands of good and broken bodies of every kind, and all three give the same verdict on each.

use crate::mutations::{Rng, catalogue, lint, linter, parse, pointers, put, visit};
use boon::{Compiler, SchemaIndex, Schemas};
use inqud_hook::catalogue::manifest::{Event, Form};
use inqud_hook::catalogue::{Catalogue, Entry, Provider};
use inqud_hook::lint::{Finding, Linter, Rule};
use serde_json::{Value, json};
use std::path::Path;

/// What the standard's keywords say; everything else is beyond any schema.
const STANDARD: &[Rule] = &[
    Rule::MissingField,
    Rule::NullField,
    Rule::WrongType,
    Rule::UnknownValue,
    Rule::OutOfRange,
    Rule::NegativeAmount,
    Rule::AmountForm,
    Rule::TimeFormat,
];

/// What `const` and `enum` say where they list the names of the event; a misspelt name is softened to a warning there.
/// Elsewhere these rules speak of a status that is another event's, which no schema knows.
const NAMES: &[Rule] = &[Rule::EventMismatch, Rule::UnknownEvent, Rule::MisspeltEvent];

/// Spellings that JSON has and trees lose. The judges read numbers beyond 64 bits into doubles, and one of them compares
/// all as doubles: a number that a double would move across a limit is not among these.
const NUMBERS: &str = "0 -0 0.0 -0.0 0e5 1 -1 -0.01 10.0 1e2 1E+2 100e-1 15e-1 1.5 0.1 -1e-9 1e19 -1e19 1e300 \
    9223372036854775807 -9223372036854775808 9007199254740993 18446744073709551615 \
    18446744073709551616 123456789012345678901234567890 1794479047318 1.0000000000000002";

/// Texts on both sides of the patterns' borders, each between two bars.
const TEXTS: &str = "|x|0|007|12.50|1e6|1.5E-3|.5|5.|1e|+1|-1|1,5| 1|1\n|NaN|１２|2026-11-03T09:20:09|2026-11-03T09:20|\
    2026-11-03T09:20:09.1Z|2026-11-03T09:20:09.123456789+01:00|2026-11-03T09:20:09.1234567890Z|2026-11-03T09:20:09.Z|\
    2026-11-03 09:20:09|2026-11-03T09:20:09z|2026-11-03T09:20:09+0100|2026-11-03|2026-11-03T09:20:09Z\n|\
    2026-13-45T99:99:99|2026-11-03T09:20:09-99:99|2026-11-03T09:20:0é|true|null|é|\u{0}|";

/// A kind in one of its forms.
struct Case<'c> {
    entry: Entry<'c>,
    schema: Value,
    /// What the events of the kind have as samples.
    samples: Vec<Value>,
    /// Words and names that belong somewhere in such bodies, and some that do not.
    words: Vec<String>,
    /// Where the event's name stands.
    names: Vec<String>,
}

fn cases(provider: &Provider) -> Vec<Case<'_>> {
    let envelope = provider
        .manifest
        .envelope
        .as_ref()
        .map(|envelope| &*envelope.value.bare);
    let forms = [
        Some((Form::Full, "")),
        envelope.map(|bare| (Form::Bare, bare)),
    ];
    let mut cases = Vec::new();
    for (file, (form, inside)) in provider
        .schemas()
        .flat_map(|file| forms.iter().flatten().map(move |form| (file, *form)))
    {
        let (kind, whole) = (&*file.kind, parse(&file.text));
        let mut schema = inside
            .split('/')
            .skip(1)
            .fold(&whole, |schema, step| &schema["properties"][step])
            .clone();
        for key in ["$schema", "$defs"]
            .into_iter()
            .filter(|key| whole.get(key).is_some())
        {
            schema[key] = whole[key].clone();
        }
        let events: Vec<&Event> = provider
            .manifest
            .events
            .iter()
            .filter(|event| event.kind == kind)
            .collect();
        let entries = events.iter().map(|event| Entry { provider, event });
        let samples: Vec<Value> = entries
            .clone()
            .map(|entry| parse(&entry.sample(form).expect("every event has a sample")))
            .collect();
        let mut words: Vec<String> = TEXTS.split('|').map(str::to_owned).collect();
        gather(&schema, &mut words);
        words.extend(
            events
                .iter()
                .flat_map(|event| event.names().map(str::to_owned)),
        );
        // A bare body with a key of the envelope is not bare any more.
        let keys = provider
            .manifest
            .envelope
            .iter()
            .flat_map(|envelope| &envelope.value.keys);
        words.retain(|word| form == Form::Full || !keys.clone().any(|key| key == word));
        let entry = entries.clone().next().expect("every kind has an event");
        let mut names = Vec::new();
        visit(&schema, &schema, "", &samples[0], &mut |spot| {
            names.extend((spot.means() == "event-name").then_some(spot.pointer));
        });
        cases.push(Case {
            entry,
            schema,
            samples,
            words,
            names,
        });
    }
    cases
}

/// All words of a schema: names of properties, listed values, words of its descriptions.
fn gather(schema: &Value, words: &mut Vec<String>) {
    match schema {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            words.push(key.clone());
            gather(value, words);
        }),
        Value::Array(items) => items.iter().for_each(|item| gather(item, words)),
        Value::String(text) if !text.contains(' ') => words.push(text.clone()),
        _ => {}
    }
}

/// A number stands in a tree as a text behind this mark, so that it keeps its spelling.
const SPELLED: &str = "\u{e000}";

/// The text of a body, its numbers as they are spelled.
fn print(body: &Value) -> String {
    let text = body.to_string();
    let mark = format!("\"{SPELLED}");
    let mut pieces = text.split(mark.as_str());
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out += &piece.replacen('"', "", 1);
    }
    out
}

fn value(rng: &mut Rng, words: &[String], body: &Value, all: &[String]) -> Value {
    let number = |rng: &mut Rng| {
        rng.of(&NUMBERS.split_whitespace().collect::<Vec<_>>())
            .to_string()
    };
    match rng.below(9) {
        0 => json!(null),
        1 => json!(rng.below(2) == 0),
        2 | 3 => json!(format!("{SPELLED}{}", number(rng))),
        4 => json!(number(rng)),
        5 => [
            json!([]),
            json!({}),
            json!([null]),
            json!({"extra": 1}),
            json!([[]]),
        ][rng.below(5)]
        .clone(),
        6 => body
            .pointer(rng.of(all).as_str())
            .cloned()
            .unwrap_or_default(),
        _ => json!(rng.of(words)),
    }
}

/// Changes one thing about a body.
fn mutate(rng: &mut Rng, body: &mut Value, words: &[String]) {
    let all = pointers(body);
    let at = rng.of(&all).clone();
    let other = value(rng, words, body, &all);
    match rng.below(8) {
        0 => drop(put(body, &at, None)),
        1 => drop(put(body, &at, Some(json!(null)))),
        2 => {
            // The same value as the text of it, or the number that a text holds.
            let turned = match body.pointer(&at) {
                Some(Value::String(text)) => {
                    text.parse::<f64>().map_or(json!(0), |number| json!(number))
                }
                Some(Value::Number(number)) => json!(number.to_string()),
                _ => json!("{}"),
            };
            put(body, &at, Some(turned));
        }
        3 | 4 => match body.pointer_mut(&at) {
            Some(Value::Object(map)) => drop(map.insert(rng.of(words).clone(), other)),
            Some(Value::Array(items)) => items.push(other),
            _ => drop(put(body, &at, Some(other))),
        },
        5 => {
            // A key in another spelling.
            let value = body.pointer(&at).cloned();
            let key = at.rsplit('/').next().unwrap_or_default();
            let named = at
                .rsplit_once('/')
                .map(|(parent, _)| format!("{parent}/{}", key.to_lowercase()));
            if let Some((named, value)) = named.zip(value).filter(|_| key.parse::<usize>().is_err())
            {
                put(body, &at, None);
                put(body, &named, Some(value));
            }
        }
        _ => drop(put(body, &at, Some(other))),
    }
}

/// The two judges of one schema.
struct Judges {
    first: jsonschema::Validator,
    schemas: Schemas,
    second: SchemaIndex,
}

impl Judges {
    fn of(schema: &Value) -> Self {
        let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
        compiler
            .add_resource("kind.json", schema.clone())
            .expect("the name is an address");
        let second = compiler
            .compile("kind.json", &mut schemas)
            .expect("boon reads the schema");
        let first = jsonschema::draft202012::new(schema).expect("jsonschema reads the schema");
        Self {
            first,
            schemas,
            second,
        }
    }

    fn agree(&self, body: &Value) -> Result<bool, String> {
        let (first, second) = (
            self.first.is_valid(body),
            self.schemas.validate(body, self.second),
        );
        let why = second
            .as_ref()
            .err()
            .map_or_else(String::new, ToString::to_string);
        if first == second.is_ok() {
            Ok(first)
        } else {
            Err(format!("jsonschema says {first}, boon {why}"))
        }
    }
}

fn ours(linter: &Linter<'_>, names: &[String], text: &str) -> bool {
    let refuses = |finding: &Finding| {
        STANDARD.contains(&finding.rule)
            || NAMES.contains(&finding.rule) && names.contains(&finding.pointer)
    };
    !lint(linter, text.as_bytes()).findings.iter().any(refuses)
}

/// Lets all three judge bodies of every kind; the numbers of good and bad ones.
fn judge(catalogue: &Catalogue, kinds: Vec<Case<'_>>, bodies: usize) -> (usize, usize) {
    let (mut good, mut bad, mut quarrels) = (0, 0, Vec::new());
    for case in kinds {
        let judges = Judges::of(&case.schema);
        let linter = linter(catalogue).force(case.entry);
        let mut rng = Rng::new(&case.entry.name());
        for number in 0..bodies {
            let mut body = rng.of(&case.samples).clone();
            for _ in 0..number % 4 {
                mutate(&mut rng, &mut body, &case.words);
            }
            let text = print(&body);
            let verdict = judges.agree(&parse(&text));
            match verdict {
                Ok(true) => good += 1,
                Ok(false) => bad += 1,
                Err(_) => {}
            }
            if verdict != Ok(ours(&linter, &case.names, &text)) {
                quarrels.push(format!(
                    "{} {verdict:?}, but not of {text}",
                    case.entry.name()
                ));
                break;
            }
        }
    }
    assert!(
        quarrels.is_empty(),
        "{} kinds: {}",
        quarrels.len(),
        quarrels.join("\n")
    );
    (good, bad)
}

#[test]
fn three_checkers_come_to_one_verdict_on_bodies_of_every_kind() {
    let catalogue = catalogue();
    let kinds = catalogue.providers().iter().flat_map(cases).collect();
    let (good, bad) = judge(catalogue, kinds, 300);
    assert!(
        good > 5_000 && bad > 5_000,
        "{good} good and {bad} bad bodies"
    );
}

#[test]
fn three_checkers_come_to_one_verdict_on_keywords_in_odd_places() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/library/mutations/quirks");
    let catalogue = Catalogue::load(&[folder]).unwrap();
    linter(&catalogue).check_catalogue().unwrap();
    let (good, bad) = judge(
        &catalogue,
        cases(catalogue.provider("quirks").unwrap()),
        10_000,
    );
    assert!(
        good > 2_000 && bad > 2_000,
        "{good} good and {bad} bad bodies"
    );
}
