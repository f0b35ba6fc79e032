//! Reads providers from a folder with the layout of `payloads/`, for `--catalog`. Its errors name the file.

use super::manifest::{Manifest, PaymentFacts, Scenario, Scenarios};
use super::provider::{NamedText, Provider, SchemaFile};
use super::tables::{FactList, FactText};
use crate::bounded_read::{self, SourceKinds};
use crate::error::Error;
use crate::sanitize::steers;
use http::{HeaderName, HeaderValue, Method};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Refuses a path that must not be read.
pub(crate) type Check<'c> = &'c dyn Fn(&Path) -> Result<(), Error>;

/// The providers of a folder: each subfolder with a `provider.toml`, or the folder itself where it has one.
pub(super) fn read(folder: &Path, check: Check<'_>) -> Result<Vec<Provider>, Error> {
    check(folder)?;
    if folder.join("provider.toml").is_file() {
        return Ok(vec![provider(folder, check)?]);
    }
    let mut providers = Vec::new();
    for path in entries(folder)? {
        if path.join("provider.toml").is_file() {
            providers.push(provider(&path, check)?);
        }
    }
    if providers.is_empty() {
        let why = "there is no provider.toml in it or in a subfolder".to_owned();
        return Err(Error::Catalogue {
            place: folder.display().to_string(),
            why,
        });
    }
    Ok(providers)
}

fn provider(folder: &Path, check: Check<'_>) -> Result<Provider, Error> {
    let manifest: Manifest = parse(&folder.join("provider.toml"), check)?;
    let scenarios = folder.join("scenarios.toml");
    let Scenarios { scenarios } = if scenarios.is_file() {
        parse(&scenarios, check)?
    } else {
        Scenarios::default()
    };
    check_names(&manifest, &scenarios).map_err(|why| refused(folder, why))?;
    let schemas = texts(&folder.join("schemas"), check)?;
    let schema = |(kind, text)| SchemaFile {
        kind,
        text,
        compiled: FactList::default(),
    };
    let provider = Provider {
        scenarios,
        schemas: schemas.into_iter().map(schema).collect(),
        samples: texts(&folder.join("samples"), check)?.into(),
        folder: Some(folder.to_owned()),
        manifest,
    };
    let (manifest, scenarios) = (&provider.manifest, provider.scenarios());
    check_files(&provider)
        .and_then(|()| check_manifest(manifest))
        .map_err(|why| refused(&folder.join("provider.toml"), why))?;
    for (event, sample) in &provider.samples {
        serde_json::from_str::<serde::de::IgnoredAny>(sample).map_err(|error| {
            let file = folder.join("samples").join(format!("{event}.json"));
            refused(&file, format!("not JSON: {error}"))
        })?;
    }
    let steps = scenarios.iter().flat_map(|known| &known.steps);
    for step in steps {
        if !manifest.events.iter().any(|event| event.name == step.event) {
            let why = format!("unknown event \"{}\"", step.event);
            return Err(refused(&folder.join("scenarios.toml"), why));
        }
    }
    check_payment(manifest, scenarios)
        .map_err(|why| refused(&folder.join("provider.toml"), why))?;
    Ok(provider)
}

fn refused(place: &Path, why: String) -> Error {
    Error::Catalogue {
        place: place.display().to_string(),
        why,
    }
}

/// Checks that every event has its schema and its sample.
fn check_files(provider: &Provider) -> Result<(), String> {
    for event in &provider.manifest.events {
        let missing = if provider.schema(&event.kind).is_none() {
            format!("schemas/{}.json", event.kind)
        } else if provider.sample(&event.name).is_none() {
            format!("samples/{}.json", event.name)
        } else {
            continue;
        };
        return Err(format!(
            "the event {} needs {missing}, which is missing",
            event.name
        ));
    }
    Ok(())
}

/// Refuses names with invisible characters, or with some that reorder the text: such a name could be mistaken for
/// another.
fn check_names(manifest: &Manifest, scenarios: &[Scenario]) -> Result<(), String> {
    let mut names = vec![("a provider", manifest.name.as_str())];
    for event in &manifest.events {
        names.extend(event.names().map(|name| ("an event", name)));
        names.push(("a kind", &event.kind));
    }
    for test in &manifest.recognise {
        names.extend(
            test.kind
                .iter()
                .chain(&test.object)
                .map(|name| ("a kind or an object", name.as_str())),
        );
    }
    names.extend(
        manifest
            .unknown_events
            .iter()
            .map(|name| ("a kind", name.as_str())),
    );
    names.extend(
        manifest
            .retired
            .keys()
            .map(|name| ("a retired event", name.as_str())),
    );
    names.extend(
        scenarios
            .iter()
            .map(|scenario| ("a scenario", scenario.name.as_str())),
    );
    match names.into_iter().find(|(_, name)| name.chars().any(steers)) {
        Some((what, name)) => {
            let char = name.chars().find(|char| steers(*char)).unwrap_or_default() as u32;
            Err(format!(
                "the name of {what} has the control character U+{char:04X}: {name:?}"
            ))
        }
        None => Ok(()),
    }
}

/// Checks what parsing does not: that names are unique, sources exist, pointers are valid, and HTTP can carry headers and
/// method.
fn check_manifest(manifest: &Manifest) -> Result<(), String> {
    check_http(manifest)?;
    let mut names = BTreeSet::new();
    for event in &manifest.events {
        if let Some(name) = event.names().find(|name| !names.insert(*name)) {
            return Err(format!("the name {name} is given twice"));
        }
        if let Some(source) = event
            .sources
            .iter()
            .find(|source| !manifest.sources.contains_key(source))
        {
            return Err(format!(
                "the event {} cites the source {source}, which is missing in [sources]",
                event.name
            ));
        }
    }
    for test in &manifest.recognise {
        let pointers = test
            .has
            .iter()
            .chain(test.starts.keys())
            .chain(&test.name)
            .chain(&test.status);
        for pointer in pointers {
            let steps: Vec<&str> = pointer.split('/').skip(1).collect();
            if !pointer.starts_with('/') || steps.len() > 2 || steps.contains(&"") {
                return Err(format!(
                    "{pointer:?} is not a pointer of one or two steps, such as /data/id"
                ));
            }
        }
        let told = [&test.name, &test.kind, &test.refuse]
            .iter()
            .filter(|told| told.is_some())
            .count();
        if told != 1 || test.object.is_some() != test.status.is_some() {
            return Err(
                "a test needs one of `name`, `kind` and `refuse`, and `object` only with `status`"
                    .to_owned(),
            );
        }
    }
    Ok(())
}

/// Checks the table `[payment]`, where there is one.
fn check_payment(manifest: &Manifest, scenarios: &[Scenario]) -> Result<(), String> {
    let Some(facts) = &manifest.payment else {
        return Ok(());
    };
    check_pointers(facts)?;
    if !manifest
        .events
        .iter()
        .any(|event| event.name == facts.event)
    {
        return Err(format!("payment.event: unknown event \"{}\"", facts.event));
    }
    let Some(name) = &facts.scenario else {
        return Ok(());
    };
    let scenario = scenarios.iter().find(|known| known.name == *name);
    let scenario =
        scenario.ok_or_else(|| format!("payment.scenario: unknown scenario \"{name}\""))?;
    if !scenario.steps.iter().any(|step| step.event == facts.event) {
        return Err(format!(
            "payment.scenario: {name} does not contain the event {}",
            facts.event
        ));
    }
    Ok(())
}

/// Checks the pointers and the price of the table.
fn check_pointers(facts: &PaymentFacts) -> Result<(), String> {
    for (list, pointer) in facts.pointers() {
        let steps = pointer.strip_suffix('#').unwrap_or(pointer);
        if !steps.starts_with('/') || steps.split('/').skip(1).any(str::is_empty) {
            return Err(format!(
                "payment.{list}: {pointer:?} is not a pointer such as /data/amount or /items/*/id"
            ));
        }
    }
    let price = facts.sample_price.as_deref();
    if let Some(price) = price.filter(|price| Decimal::from_str_exact(price).is_err()) {
        return Err(format!(
            "payment.sample_price: {price:?} is not a decimal number"
        ));
    }
    Ok(())
}

/// Checks that a delivery can be made from what a manifest says.
fn check_http(manifest: &Manifest) -> Result<(), String> {
    let refuse = |field: &str, value: &str, what: &str| {
        Err(format!("{field}: {value:?} is not a valid {what}"))
    };
    let mut names = Vec::new();
    let mut values = Vec::new();
    let signing = &manifest.signing.value;
    names.push(("signing.value.header", signing.header()));
    names.extend(
        signing
            .key_header()
            .map(|name| ("signing.value.key_header", name)),
    );
    values.extend(
        signing
            .prefix()
            .map(|prefix| ("signing.value.prefix", prefix)),
    );
    let delivery = &manifest.delivery;
    values.extend(
        delivery
            .content_type
            .iter()
            .map(|fact| ("delivery.content_type", fact.value.as_str())),
    );
    values.extend(
        delivery
            .user_agent
            .iter()
            .map(|fact| ("delivery.user_agent", fact.value.as_str())),
    );
    if let Some((field, name)) = names
        .into_iter()
        .find(|(_, name)| HeaderName::from_bytes(name.as_bytes()).is_err())
    {
        return refuse(field, name, "header name");
    }
    if let Some((field, value)) = values
        .into_iter()
        .find(|(_, value)| HeaderValue::from_str(value).is_err())
    {
        return refuse(field, value, "header value");
    }
    let method = &delivery.method.value;
    if Method::from_bytes(method.as_bytes()).is_err() {
        return refuse("delivery.method", method, "method");
    }
    Ok(())
}

fn parse<T: DeserializeOwned>(file: &Path, check: Check<'_>) -> Result<T, Error> {
    let text = read_text(file, check)?;
    toml::from_str(&text).map_err(|error| Error::Catalogue {
        place: file.display().to_string(),
        why: wrong_without_the_text(&text, &error),
    })
}

/// The JSON files of a folder, by their names without the extension.
fn texts(folder: &Path, check: Check<'_>) -> Result<Vec<NamedText>, Error> {
    let mut texts: Vec<NamedText> = Vec::new();
    for path in entries(folder)? {
        let Some(stem) = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_suffix(".json"))
        else {
            continue;
        };
        texts.push((
            FactText::from(stem.to_owned()),
            FactText::from(read_text(&path, check)?),
        ));
    }
    texts.sort();
    Ok(texts)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable = |source| Error::Unreadable {
        path: folder.display().to_string(),
        source,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn read_text(file: &Path, check: Check<'_>) -> Result<String, Error> {
    check(file)?;
    let text = bounded_read::read_text(file, bounded_read::CATALOGUE, SourceKinds::File);
    text.map_err(|source| Error::Unreadable {
        path: file.display().to_string(),
        source,
    })
}

/// What is wrong and in which line, without the line itself: a link may lead to a file with secrets.
fn wrong_without_the_text(text: &str, error: &toml::de::Error) -> String {
    let line = error
        .span()
        .map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let line = line
        .map(|line| format!("line {line}: "))
        .unwrap_or_default();
    format!("{line}{}", error.message().trim())
}
