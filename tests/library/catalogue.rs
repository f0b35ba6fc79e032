//! Data and code agree: what a manifest lists exists and what exists is listed, every sample and every step of a
//! scenario is valid, and every schema is valid and rejects wrong bodies. New events, kinds and scenarios are covered
//! without a new line here.

use crate::mutations::{breaches, catalogue, lint, linter, parse, put, refused, visit};
use inqud_hook::catalogue::manifest::{Event, FactText, Form, Manifest, Recognise};
use inqud_hook::catalogue::{Catalogue, Entry, Provider, SchemaFile};
use inqud_hook::lint::{Linter, Rule, Severity};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};

/// Notes and warnings that steps of scenarios may have, and why. An error is never right.
const EXPECTED_FINDINGS: &[(&str, Rule, &str)] = &[
    (
        "calypso/overpaid",
        Rule::PaidDiffers,
        "that more was paid than asked for is what the scenario is about",
    ),
    (
        "calypso/underpaid-paid",
        Rule::PaidShort,
        "a paid event about too little is what the scenario is about",
    ),
];

/// Scenarios in which a second object follows the first, with ids of its own, and how its events begin.
const SECOND_OBJECTS: [(&str, &str); 1] = [("calypso/underpaid-refunded", "PAYOUT_")];

fn payloads() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("payloads")
}

fn folder(provider: &Provider) -> PathBuf {
    payloads().join(&*provider.manifest.name)
}

fn files(folder: &Path) -> BTreeSet<String> {
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.expect("a folder can be listed").file_name();
    let entries = fs::read_dir(folder).expect("the folder exists").map(name);
    entries
        .map(|name| name.into_string().expect("file names are UTF-8"))
        .collect()
}

fn set<'s>(names: impl IntoIterator<Item = &'s str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[test]
fn every_listed_file_exists_and_every_file_is_listed() {
    let catalogue = catalogue();
    let mut providers = set(["README.md"]);
    for provider in catalogue.providers() {
        let (manifest, folder) = (&provider.manifest, folder(provider));
        providers.insert(manifest.name.to_string());
        assert_eq!(
            files(&folder),
            set(["provider.toml", "samples", "scenarios.toml", "schemas"]),
            "{}",
            manifest.name
        );
        let file = |name: &str| format!("{name}.json");
        let kinds: BTreeSet<String> = manifest
            .events
            .iter()
            .map(|event| file(&event.kind))
            .collect();
        assert_eq!(
            files(&folder.join("schemas")),
            kinds,
            "each schema of {} has an event",
            manifest.name
        );
        let samples: BTreeSet<String> = manifest
            .events
            .iter()
            .map(|event| file(&event.name))
            .collect();
        assert_eq!(
            files(&folder.join("samples")),
            samples,
            "each sample of {} is an event",
            manifest.name
        );
        for event in &manifest.events {
            let read = |part: &str, name: &str| {
                fs::read_to_string(folder.join(part).join(file(name))).ok()
            };
            assert_eq!(
                provider.schema(&event.kind),
                read("schemas", &event.kind).as_deref(),
                "{}",
                event.name
            );
            assert_eq!(
                provider.sample(&event.name),
                read("samples", &event.name).as_deref(),
                "{}",
                event.name
            );
        }
        let recognised = manifest
            .recognise
            .iter()
            .filter_map(|test| test.kind.as_ref());
        for kind in recognised.chain(&manifest.unknown_events) {
            assert!(
                kinds.contains(&file(kind)),
                "{} recognises {kind}, a kind without an event",
                manifest.name
            );
        }
    }
    assert_eq!(files(&payloads()), providers, "every folder is a provider");
}

/// Notes the keys in every `sources` list of a file, and the places of facts that have none without being inferred.
fn cited(value: &toml::Value, place: &str, keys: &mut BTreeSet<String>, bare: &mut Vec<String>) {
    match value {
        toml::Value::Table(table) => {
            let sources = table.get("sources").and_then(toml::Value::as_array);
            let confidence = table.get("confidence").and_then(toml::Value::as_str);
            if confidence.is_some_and(|confidence| confidence != "inferred")
                && sources.is_none_or(Vec::is_empty)
            {
                bare.push(place.to_owned());
            }
            keys.extend(
                sources
                    .into_iter()
                    .flatten()
                    .filter_map(toml::Value::as_str)
                    .map(str::to_owned),
            );
            table
                .iter()
                .for_each(|(key, value)| cited(value, &format!("{place}/{key}"), keys, bare));
        }
        toml::Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(at, item)| cited(item, &format!("{place}/{at}"), keys, bare));
        }
        _ => {}
    }
}

#[test]
fn every_cited_source_is_declared_and_every_declared_one_is_cited() {
    for provider in catalogue().providers() {
        let (mut keys, mut bare) = (BTreeSet::new(), Vec::new());
        for file in ["provider.toml", "scenarios.toml"] {
            let text = fs::read_to_string(folder(provider).join(file)).unwrap();
            cited(&toml::from_str(&text).unwrap(), file, &mut keys, &mut bare);
        }
        assert_eq!(
            keys,
            provider
                .manifest
                .sources
                .keys()
                .map(ToString::to_string)
                .collect(),
            "{}",
            provider.manifest.name
        );
        assert!(
            bare.is_empty(),
            "{}: only what is inferred needs no source: {bare:?}",
            provider.manifest.name
        );
    }
}

#[test]
fn the_constants_are_what_a_folder_with_the_same_files_gives() {
    let constants = catalogue();
    let read = Catalogue::load(&[payloads()]).expect("it can be read as a user's catalogue");
    assert_eq!(constants.providers().len(), read.providers().len());
    for (constant, read) in constants.providers().iter().zip(read.providers()) {
        let name = &constant.manifest.name;
        assert!(constant.folder.is_none() && read.folder.is_some(), "{name}");
        // `Debug` prints both alike, but for the values.
        let same = |constant: &dyn Debug, read: &dyn Debug, what: &str| {
            let (constant, read) = (format!("{constant:?}"), format!("{read:?}"));
            assert!(constant == read, "{name}: {what} differ");
        };
        same(&constant.manifest, &read.manifest, "the manifests");
        same(&constant.scenarios(), &read.scenarios(), "the scenarios");
        let schemas = |provider: &Provider| -> Vec<(FactText, FactText)> {
            let files = provider.schemas();
            files
                .map(|file| (file.kind.clone(), file.text.clone()))
                .collect()
        };
        assert_eq!(schemas(constant), schemas(read), "{name}");
        for event in &constant.manifest.events {
            let sample = constant.sample(&event.name);
            assert!(sample.is_some(), "{name}/{}", event.name);
            assert_eq!(sample, read.sample(&event.name), "{name}/{}", event.name);
        }
    }
}

#[test]
fn no_name_means_two_events_of_a_provider() {
    for provider in catalogue().providers() {
        let manifest = &provider.manifest;
        let events = manifest.events.iter().flat_map(Event::names);
        let scenarios = provider.scenarios();
        for names in [
            events
                .chain(manifest.retired.keys().map(FactText::as_str))
                .collect::<Vec<_>>(),
            scenarios
                .iter()
                .map(|scenario| scenario.name.as_str())
                .collect(),
        ] {
            // Names are looked up without regard to case.
            let mut known = HashSet::new();
            let twins: Vec<_> = names
                .iter()
                .filter(|name| !known.insert(name.to_lowercase()))
                .collect();
            assert!(twins.is_empty(), "{}: {twins:?}", manifest.name);
        }
    }
}

/// Puts the keys of an object, and of all objects within it, in another order.
fn reorder(value: &mut Value, order: fn(&mut Vec<(String, Value)>)) {
    match value {
        Value::Object(map) => {
            let mut members: Vec<(String, Value)> = std::mem::take(map).into_iter().collect();
            order(&mut members);
            members
                .iter_mut()
                .for_each(|(_, value)| reorder(value, order));
            map.extend(members);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| reorder(item, order)),
        _ => {}
    }
}

#[test]
fn every_sample_is_its_own_event_and_clean_in_both_forms_and_any_order() {
    let catalogue = catalogue();
    let linter = linter(catalogue);
    linter.check_catalogue().unwrap();
    for entry in catalogue.events() {
        let Manifest {
            envelope,
            recognise,
            ..
        } = &entry.provider.manifest;
        // Where the event is named only in the envelope, a bare body cannot say which one it is.
        let tells =
            |test: &Recognise| test.name.is_some() || test.kind.as_ref() == Some(&entry.event.kind);
        let bare = envelope.is_some()
            && recognise
                .iter()
                .any(|test| test.form == Form::Bare && tells(test));
        for form in [Some(Form::Full), bare.then_some(Form::Bare)]
            .into_iter()
            .flatten()
        {
            let sample = entry.sample(form).expect("every event has a sample");
            let (mut reversed, mut turned) = (parse(&sample), parse(&sample));
            reorder(&mut reversed, |members| members.reverse());
            let mut bodies = vec![sample.into_owned(), reversed.to_string()];
            for _ in 0..5 {
                reorder(&mut turned, |members| {
                    let by = members.len() / 3;
                    members.rotate_left(by);
                    members.chunks_mut(2).for_each(<[_]>::reverse);
                });
                bodies.push(turned.to_string());
            }
            for body in bodies {
                let found = lint(&linter, body.as_bytes());
                assert_eq!(found.event, Some(entry.event.name.as_str()), "{body}");
                assert_eq!(found.form, Some(form), "{body}");
                assert_eq!(found.findings, [], "{} as {body}", entry.name());
            }
        }
    }
}

/// The scenarios of all providers: a name, and the events with their bodies.
fn scenarios(catalogue: &Catalogue) -> Vec<(String, Vec<(Entry<'_>, Value)>)> {
    let mut all = Vec::new();
    for provider in catalogue.providers() {
        for scenario in provider.scenarios() {
            let name = format!("{}/{}", provider.manifest.name, scenario.name);
            let steps = scenario.steps.iter().map(|step| {
                let event = provider
                    .manifest
                    .events
                    .iter()
                    .find(|event| event.name == step.event);
                let event = event.expect("every step names a known event");
                let mut body = parse(
                    provider
                        .sample(&event.name)
                        .expect("every event has a sample"),
                );
                for (pointer, text) in &step.set {
                    let there = body.pointer(pointer).is_some();
                    assert!(
                        there,
                        "{name}: the sample of {} lacks {pointer}",
                        step.event
                    );
                    put(
                        &mut body,
                        pointer,
                        Some(serde_json::from_str(text).unwrap_or_else(|_| json!(text))),
                    );
                }
                (Entry { provider, event }, body)
            });
            all.push((name.clone(), steps.collect()));
        }
    }
    all
}

#[test]
fn every_step_of_every_scenario_is_a_good_body() {
    let catalogue = catalogue();
    let linter = linter(catalogue);
    let mut unused: Vec<_> = EXPECTED_FINDINGS.iter().collect();
    for (name, steps) in scenarios(catalogue) {
        assert!(steps.len() > 1, "{name} is a life cycle");
        for (entry, body) in steps {
            let found = lint(&linter, body.to_string().as_bytes());
            assert_eq!(found.event, Some(entry.event.name.as_str()), "{name}");
            for finding in found.findings {
                let known = |known: &(&str, Rule, &str)| known.0 == name && known.1 == finding.rule;
                let expected =
                    finding.severity != Severity::Error && EXPECTED_FINDINGS.iter().any(known);
                assert!(expected, "{name}, {}: {finding:#?}", entry.name());
                unused.retain(|finding| !known(finding));
            }
        }
    }
    assert!(unused.is_empty(), "no longer found: {unused:?}");
}

#[test]
fn the_steps_of_a_scenario_share_their_ids_and_their_times_only_grow() {
    let catalogue = catalogue();
    let (mut ids, mut times) = (0, 0);
    for (name, steps) in scenarios(catalogue) {
        // What each field held in the step before, by the sort of object, its pointer and its meaning.
        let mut known: HashMap<(String, String, String), Value> = HashMap::new();
        for (entry, body) in &steps {
            let schema = parse(entry.provider.schema(&entry.event.kind).unwrap());
            visit(&schema, &schema, "", body, &mut |spot| {
                let value = spot.value.filter(|value| !value.is_null());
                // Lists grow: the first of their items is another one at another step.
                let Some(value) = value.filter(|_| !spot.pointer.contains("/0")) else {
                    return;
                };
                let object = schema["properties"]["id"]["x-means"].to_string();
                let second = SECOND_OBJECTS.iter().any(|(scenario, event)| {
                    *scenario == name && entry.event.name.starts_with(event)
                });
                let key = (
                    format!("{object}{second}"),
                    spot.pointer.clone(),
                    spot.means().to_owned(),
                );
                let Some(before) = known.insert(key, value.clone()) else {
                    return;
                };
                let place = format!(
                    "{name}, {} {}: {before}, then {value}",
                    entry.name(),
                    spot.pointer
                );
                // All are in UTC and of one form, so they sort as texts do.
                let text = |value: &Value| {
                    value
                        .as_str()
                        .unwrap_or_default()
                        .trim_end_matches('Z')
                        .to_owned()
                };
                match spot.means() {
                    "local-time" | "utc-time" => assert!(text(value) >= text(&before), "{place}"),
                    "epoch-ms" => assert!(value.as_i64() >= before.as_i64(), "{place}"),
                    means if means == "uuid" || means.starts_with("id ") => {
                        ids += 1;
                        return assert_eq!(*value, before, "{place}");
                    }
                    _ => return,
                }
                times += 1;
            });
        }
    }
    assert!(
        ids > 50 && times > 100,
        "{ids} ids and {times} times were compared"
    );
}

/// All schemas: provider, kind and text.
fn schemas(catalogue: &Catalogue) -> Vec<(String, Value)> {
    let of = |provider: &Provider| {
        let named = |SchemaFile { kind, text, .. }: &SchemaFile| {
            (format!("{}/{kind}", provider.manifest.name), parse(text))
        };
        provider.schemas().map(named).collect::<Vec<_>>()
    };
    catalogue.providers().iter().flat_map(of).collect()
}

#[test]
fn every_schema_is_valid_and_says_what_each_property_is() {
    /// Calls `each` with every property of a schema, however deep.
    fn properties(schema: &Value, each: &mut dyn FnMut(&str, &Value)) {
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            each(name, inner);
        }
        let children = ["properties", "$defs"]
            .iter()
            .filter_map(|key| schema[*key].as_object());
        children
            .flat_map(serde_json::Map::values)
            .for_each(|inner| properties(inner, each));
        let single = ["items", "additionalProperties"]
            .iter()
            .filter_map(|key| schema.get(key));
        single.for_each(|inner| properties(inner, each));
    }
    let mut count = 0;
    for (name, schema) in schemas(catalogue()) {
        assert_eq!(
            schema["$schema"], "https://json-schema.org/draft/2020-12/schema",
            "{name}"
        );
        if let Err(error) = jsonschema::meta::validate(&schema) {
            panic!("{name}{}: {error}", error.instance_path());
        }
        assert!(
            schema["description"].is_string() && schema["title"].is_string(),
            "{name}"
        );
        properties(&schema, &mut |property, inner| {
            let target = inner["$ref"]
                .as_str()
                .and_then(|to| schema.pointer(&to[1..]))
                .unwrap_or(inner);
            let described = [inner, target]
                .iter()
                .any(|schema| schema["description"].is_string());
            assert!(described, "{name}: {property} has no description");
            count += 1;
        });
    }
    assert!(count > 1_000, "{count} properties were looked at");
}

#[test]
fn a_definition_is_the_same_in_all_schemas_of_a_provider() {
    let mut known: HashMap<(String, String), (String, Value)> = HashMap::new();
    for (name, schema) in schemas(catalogue()) {
        let provider = name.split('/').next().unwrap();
        for (key, definition) in schema["$defs"].as_object().into_iter().flatten() {
            let entry = known.entry((provider.to_owned(), key.clone()));
            let (first, seen) = entry.or_insert_with(|| (name.clone(), definition.clone()));
            assert_eq!(
                definition, seen,
                "{key} is another one in {name} than in {first}"
            );
        }
    }
}

#[test]
fn every_schema_refuses_what_it_does_not_describe() {
    let catalogue = catalogue();
    let recognising = linter(catalogue);
    let mut missed: BTreeSet<String> = BTreeSet::new();
    let mut count = 0;
    for entry in catalogue.events() {
        let forced = linter(catalogue).force(entry);
        let schema = parse(entry.provider.schema(&entry.event.kind).unwrap());
        let sample = parse(entry.provider.sample(&entry.event.name).unwrap());
        visit(&schema, &schema, "", &sample, &mut |spot| {
            for (value, bad) in refused(&spot) {
                let mut body = sample.clone();
                if !put(&mut body, &spot.pointer, value.clone()) {
                    continue;
                }
                let text = body.to_string();
                let place = if value.is_some() {
                    &*spot.pointer
                } else {
                    spot.pointer.rsplit_once('/').unwrap().0
                };
                let blame = |linter: &Linter<'_>, place: Option<&str>| {
                    let findings = lint(linter, text.as_bytes()).findings;
                    findings.iter().any(|found| {
                        found.severity >= bad && place.is_none_or(|place| found.pointer == place)
                    })
                };
                if !blame(&forced, Some(place)) || !blame(&recognising, None) {
                    let value = value.map_or("left out".to_owned(), |value| value.to_string());
                    missed.insert(format!(
                        "{} {} {value}: no {bad}",
                        entry.event.kind, spot.pointer
                    ));
                }
                count += 1;
            }
        });
    }
    let shown: Vec<_> = missed.iter().take(40).collect();
    assert!(
        missed.is_empty(),
        "{} of {count} bad bodies pass, such as {shown:#?}",
        missed.len()
    );
    assert!(count > 20_000, "only {count} bad bodies were tried");
}

#[test]
fn every_rule_between_fields_finds_a_breach() {
    let catalogue = catalogue();
    let linter = linter(catalogue);
    // Whether a breach was found in any of the kind's samples: in some, a field that the rule needs is null.
    let mut found: HashMap<(String, String, String), bool> = HashMap::new();
    for entry in catalogue.events() {
        let schema = parse(entry.provider.schema(&entry.event.kind).unwrap());
        let sample = parse(entry.provider.sample(&entry.event.name).unwrap());
        visit(&schema, &schema, "", &sample, &mut |spot| {
            let object = spot.value.filter(|value| value.is_object());
            for (rule, object) in spot
                .list("x-rules")
                .iter()
                .flat_map(|rule| Some((rule, object?)))
            {
                for (field, value, expected) in breaches(rule, object) {
                    let mut body = sample.clone();
                    let pointer = format!("{}/{field}", spot.pointer);
                    put(&mut body, &pointer, Some(value));
                    let findings = lint(&linter, body.to_string().as_bytes()).findings;
                    let key = (
                        format!("{}/{}", entry.provider.manifest.name, entry.event.kind),
                        pointer,
                        rule.to_string(),
                    );
                    *found.entry(key).or_default() |=
                        findings.iter().any(|finding| finding.rule == expected);
                }
            }
        });
    }
    let silent: Vec<_> = found
        .iter()
        .filter(|(_, found)| !**found)
        .map(|(key, _)| key)
        .collect();
    assert!(silent.is_empty(), "these rules say nothing: {silent:#?}");
    assert!(found.len() > 40, "only {} rules were tried", found.len());
}
