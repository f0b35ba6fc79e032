//! The places in a body that its schema describes, and how to change their values.
//!
//! Shared by the tests that turn valid bodies into invalid ones as the schemas say, so that new schemas are tested
//! without new code.
#![allow(dead_code, reason = "every test file uses its own part of this")]

pub(crate) mod respelling;
pub(crate) mod value_ranges;

use inqud_hook::catalogue::Catalogue;
use inqud_hook::lint::{Levels, LintedBody, Linter, Rule, Scratch, Severity};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// A place in a body that the schema speaks of.
pub(crate) struct Spot<'v> {
    /// JSON pointer into the body.
    pub(crate) pointer: String,
    /// The schema there: what `$ref` leads to, and what stands beside it.
    pub(crate) schema: Map<String, Value>,
    /// Whether the object above must have it.
    pub(crate) required: bool,
    /// What the body has there.
    pub(crate) value: Option<&'v Value>,
}

impl Spot<'_> {
    /// A keyword of the schema there.
    pub(crate) fn says(&self, keyword: &str) -> &Value {
        self.schema.get(keyword).unwrap_or(&Value::Null)
    }

    /// The items of a keyword that is a list.
    pub(crate) fn list(&self, keyword: &str) -> &[Value] {
        self.says(keyword).as_array().map_or(&[], Vec::as_slice)
    }

    /// The types that may stand there; none where the schema names none.
    pub(crate) fn types(&self) -> Vec<&str> {
        match self.says("type") {
            Value::String(one) => vec![one],
            _ => self.list("type").iter().filter_map(Value::as_str).collect(),
        }
    }

    /// What the value means, beyond its type.
    pub(crate) fn means(&self) -> &str {
        self.says("x-means").as_str().unwrap_or_default()
    }
}

/// Visits all places that a schema speaks of in a body: the whole, listed fields, there or not, the first item of each
/// list, and the first member of each map.
pub(crate) fn visit<'v>(
    root: &Value,
    schema: &Value,
    pointer: &str,
    value: &'v Value,
    each: &mut dyn FnMut(Spot<'v>),
) {
    let schema = resolved(root, schema);
    if pointer.is_empty() {
        each(Spot {
            pointer: String::new(),
            schema: schema.clone(),
            required: true,
            value: Some(value),
        });
    }
    let mut children: Vec<(&str, &Value, bool, Option<&'v Value>)> = Vec::new();
    if let Some(object) = value.as_object() {
        let required = schema.get("required").and_then(Value::as_array);
        for (name, inner) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let needed = required.is_some_and(|required| required.contains(&json!(name)));
            children.push((name, inner, needed, object.get(name)));
        }
        let map = schema
            .get("additionalProperties")
            .filter(|inner| inner.is_object());
        if let Some((inner, (name, value))) = map.zip(object.iter().next()) {
            children.push((name, inner, false, Some(value)));
        }
    }
    if let Some((items, inner)) = value.as_array().zip(schema.get("items")) {
        children.push(("0", inner, false, items.first()));
    }
    for (key, inner, required, value) in children {
        let pointer = below(pointer, key);
        each(Spot {
            pointer: pointer.clone(),
            schema: resolved(root, inner),
            required,
            value,
        });
        if let Some(value) = value {
            visit(root, inner, &pointer, value, each);
        }
    }
}

fn resolved(root: &Value, schema: &Value) -> Map<String, Value> {
    let name = schema["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix("#/$defs/"));
    let mut whole = name.map_or_else(Map::new, |name| {
        root["$defs"][name]
            .as_object()
            .expect("a definition")
            .clone()
    });
    whole.extend(schema.as_object().expect("a schema is an object").clone());
    whole
}

/// Sets the value at a pointer whose parent exists; `None` removes it. Returns false if nothing changes.
pub(crate) fn put(body: &mut Value, pointer: &str, value: Option<Value>) -> bool {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return false;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    match (body.pointer_mut(parent), value) {
        (Some(Value::Object(map)), Some(value)) => drop(map.insert(key, value)),
        (Some(Value::Object(map)), None) => return map.shift_remove(&key).is_some(),
        (Some(Value::Array(items)), value) => {
            let Ok(at) = key.parse::<usize>() else {
                return false;
            };
            match (items.get_mut(at), value) {
                (Some(item), Some(value)) => *item = value,
                (None, Some(value)) => items.push(value),
                (Some(_), None) => drop(items.remove(at)),
                (None, None) => return false,
            }
        }
        _ => return false,
    }
    true
}

/// Values that cannot stand at a place, and how bad each is: by the standard's keywords an error, by our annotations a
/// warning. `None` is to leave the value out.
pub(crate) fn refused(spot: &Spot<'_>) -> Vec<(Option<Value>, Severity)> {
    use Severity::{Error, Warning};
    let (types, means) = (spot.types(), spot.means());
    let all = [
        ("null", json!(null)),
        ("boolean", json!(true)),
        ("integer", json!(7)),
        ("number", json!(7.5)),
        ("string", json!("7")),
        ("array", json!([])),
        ("object", json!({})),
    ];
    let listed = spot.schema.contains_key("enum") || spot.schema.contains_key("const");
    let mut wrong = Vec::new();
    for (name, value) in all {
        let allowed = types.contains(&name) || name == "integer" && types.contains(&"number");
        if !types.is_empty() && !allowed || listed && !spot.list("enum").contains(&value) {
            wrong.push((Some(value), Error));
        } else if spot.list("x-other-types").contains(&json!(name)) {
            wrong.push((Some(value), Warning));
        }
    }
    if spot.required {
        wrong.push((None, Error));
    }
    let text = types.contains(&"string");
    let known = spot.list("x-values");
    let unlisted = spot
        .list("enum")
        .iter()
        .filter(|value| !value.is_null() && !known.contains(value));
    wrong.extend(
        unlisted
            .filter(|_| !known.is_empty())
            .map(|value| (Some(value.clone()), Warning)),
    );
    let texts: &[(bool, &str, Severity)] = &[
        (listed, "no such value", Error),
        (!known.is_empty(), "no such value", Warning),
        (text && means.ends_with("-time"), "2026-11-03 09:20", Error),
        (
            text && means.ends_with("-time"),
            "2026-02-30T09:20:00Z",
            Error,
        ),
        (text && means == "utc-time", "2026-11-03T09:20:00", Warning),
        (text && means.ends_with("amount"), "seven", Error),
        (text && means.ends_with("amount"), "-7", Error),
        (
            text && (means == "uuid" || means.starts_with("id ")),
            "7",
            Warning,
        ),
    ];
    wrong.extend(
        texts
            .iter()
            .filter(|(holds, ..)| *holds)
            .map(|(_, text, bad)| (Some(json!(text)), *bad)),
    );
    let numbers: &[(bool, Value, Severity)] = &[
        (spot.says("minimum") == 0, json!(-1), Error),
        (spot.says("minimum").is_i64(), json!(-1e19), Error),
        (spot.says("maximum").is_i64(), json!(1e19), Error),
        (means == "epoch-ms", json!(1_794_479_047), Warning),
        (means == "moved-amount", json!(0), Warning),
        (spot.says("x-min-items").is_u64(), json!([]), Warning),
    ];
    wrong.extend(
        numbers
            .iter()
            .filter(|(holds, ..)| *holds)
            .map(|(_, value, bad)| (Some(value.clone()), *bad)),
    );
    if let Some(longest) = spot.says("x-max-length").as_u64() {
        wrong.push((Some(json!("x".repeat(longest as usize + 1))), Warning));
    }
    if spot.schema.contains_key("x-instead") {
        wrong.push((Some(json!(null)), Warning));
    }
    wrong
}

/// Changes to an object after which its fields no longer hang together, and the rule that says so.
pub(crate) fn breaches(rule: &Value, object: &Value) -> Vec<(String, Value, Rule)> {
    let (name, fields) = rule
        .as_object()
        .and_then(|rule| rule.iter().next())
        .expect("a rule has a name");
    let field = |key: &str| fields[key].as_str().unwrap_or_default().to_owned();
    let number = |key: &str| object[field(key)].as_f64().unwrap_or_default();
    let each = |key: &str, rule: Rule| {
        let names = fields[key]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        names
            .map(move |name| (name.to_owned(), json!("x"), rule))
            .collect::<Vec<_>>()
    };
    match name.as_str() {
        "time-order" => {
            vec![(
                fields[1].as_str().expect("a name").to_owned(),
                json!("1999-01-01T00:00:00Z"),
                Rule::TimeOrder,
            )]
        }
        "paid-in-full" => vec![(field("paid"), json!(0.994 * number("due")), Rule::PaidShort)],
        "chain-form" => [
            each("addresses", Rule::AddressForm),
            each("hashes", Rule::HashForm),
        ]
        .concat(),
        "sum" | "fee" => vec![(
            field("total"),
            json!(number("total") + 1.0),
            Rule::SumMismatch,
        )],
        "quote-status" => vec![(
            field("paid"),
            json!((number("due") as i64).saturating_add(1)),
            Rule::QuoteStatus,
        )],
        "quote-amount" => {
            let (code, quote) = (
                fields["currency"].as_str().expect("a pointer"),
                &object[field("quotes")][0],
            );
            let code = code.split('/').nth(1).expect("a pointer").to_owned();
            vec![(code, quote["currency"].clone(), Rule::QuoteAmount)]
        }
        other => unreachable!("{other}: say here what breaks such a rule"),
    }
}

/// What the catalogue holds, as a tree.
pub(crate) fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

/// The built-in catalogue.
pub(crate) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> =
        LazyLock::new(|| Catalogue::load(&[]).expect("the built-in catalogue can be read"));
    &CATALOGUE
}

/// A linter for all of it.
pub(crate) fn linter(catalogue: &Catalogue) -> Linter<'_> {
    Linter::new(catalogue.providers(), Levels::default())
}

/// What was found in a text that is one body.
pub(crate) fn lint<'c>(linter: &Linter<'c>, text: &[u8]) -> LintedBody<'c> {
    let mut verdicts = Vec::new();
    linter.lint(text, &mut Scratch::default(), &mut |verdict| {
        verdicts.push(verdict);
    });
    assert_eq!(
        verdicts.len(),
        1,
        "one body, one verdict: {}",
        String::from_utf8_lossy(text)
    );
    verdicts.remove(0)
}

/// The pointer of a member.
pub(crate) fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The pointers of all values in a body, the body itself first.
pub(crate) fn pointers(body: &Value) -> Vec<String> {
    fn go(value: &Value, pointer: &str, all: &mut Vec<String>) {
        all.push(pointer.to_owned());
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| {
                go(value, &below(pointer, key), all);
            }),
            Value::Array(items) => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(at, value)| go(value, &format!("{pointer}/{at}"), all));
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    go(body, "", &mut all);
    all
}

/// Chance that is the same at every run.
pub(crate) struct Rng(u64);

impl Rng {
    /// A sequence of its own for every name.
    pub(crate) fn new(name: &str) -> Self {
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        }))
    }

    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below that.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// One of them.
    pub(crate) fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}
