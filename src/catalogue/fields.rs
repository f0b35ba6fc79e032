//! An event as people read it: the fields of its schema as a flat list, and its sample in either form.

use super::Entry;
use super::manifest::{Envelope, FactText, Form, Manifest};
use crate::json::Scanner;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;

/// A field of a body.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// Steps joined by dots; `[]` for the items of a list.
    pub path: String,
    /// The types that the documentation gives.
    pub types: Vec<String>,
    /// Whether a body without it is an error.
    pub required: bool,
    /// The known values, where they are listed.
    pub values: Vec<String>,
    /// Values that the documentation of this event does not list, but that were seen elsewhere.
    pub also_seen: Vec<String>,
    /// What it is.
    pub description: String,
}

impl Manifest {
    /// The sources behind these keys.
    pub fn sources_of<'m>(&'m self, keys: &'m [FactText]) -> Vec<&'m str> {
        keys.iter()
            .map(|key| self.sources.get(key).unwrap_or(key).as_str())
            .collect()
    }

    fn bare(&self) -> Option<&Envelope> {
        self.envelope.as_ref().map(|envelope| &envelope.value)
    }
}

impl<'c> Entry<'c> {
    /// The fields of the event's schema in that form, in the schema's order.
    pub fn fields(&self, form: Form) -> Vec<Field> {
        let text = self.provider.schema(&self.event.kind).unwrap_or("{}");
        // It parses: tests check what is built in, and loading checks a user's.
        let root: Value = serde_json::from_str(text).unwrap_or_default();
        let mut list = Lister {
            root: &root,
            fields: Vec::new(),
        };
        list.object(&root, "", 0);
        let Some(envelope) = self.provider.manifest.bare().filter(|_| form == Form::Bare) else {
            return list.fields;
        };
        let inside = envelope.bare.replace('/', ".");
        let inside = inside.strip_prefix('.').unwrap_or(&inside);
        list.fields
            .retain(|field| !envelope.keys.iter().any(|key| *key == field.path));
        if !inside.is_empty() {
            let prefix = format!("{inside}.");
            list.fields
                .retain_mut(|field| match field.path.strip_prefix(&prefix) {
                    Some(path) => {
                        field.path = path.to_owned();
                        true
                    }
                    None => false,
                });
        }
        list.fields
    }

    /// The sample in that form, byte for byte as it stands in the catalogue.
    pub fn sample(&self, form: Form) -> Option<Cow<'c, str>> {
        self.in_form(self.provider.sample(&self.event.name)?, form)
    }

    /// A full body, converted to that form.
    pub fn in_form<'t>(&self, full: &'t str, form: Form) -> Option<Cow<'t, str>> {
        let Some(envelope) = self.provider.manifest.bare().filter(|_| form == Form::Bare) else {
            return Some(Cow::Borrowed(full));
        };
        if envelope.bare.is_empty() {
            return Some(Cow::Owned(without(full, &envelope.keys)));
        }
        let range = crate::json::lookup(full.as_bytes(), full.find('{')?, &envelope.bare)?;
        // Samples are indented by two spaces, which the part inside the envelope loses.
        Some(Cow::Owned(full[range].replace("\n  ", "\n") + "\n"))
    }
}

/// An object's text without some of its members.
fn without(text: &str, keys: &[FactText]) -> String {
    let mut kept = Vec::new();
    let mut scanner = Scanner::new(text.as_bytes(), text.find('{').unwrap_or(0));
    scanner.members(|scanner, key| {
        let name = key.decoded(text.as_bytes()).into_owned();
        let start = key.start - 1;
        if scanner.skip_value().is_some() && !keys.iter().any(|key| *key == name) {
            kept.push(&text[start..scanner.at]);
        }
        true
    });
    format!("{{\n  {}\n}}\n", kept.join(",\n  "))
}

/// The types of the values of `const` or `enum`.
fn types_of(constant: &Value, values: &Value) -> Vec<String> {
    let constant = Some(constant).filter(|constant| !constant.is_null());
    let mut types: Vec<String> = Vec::new();
    for value in constant
        .into_iter()
        .chain(values.as_array().into_iter().flatten())
    {
        let name = match value {
            Value::String(_) => "string",
            Value::Null => "null",
            _ => "integer",
        };
        if !types.iter().any(|known| known == name) {
            types.push(name.to_owned());
        }
    }
    types
}

/// The texts of a list; empty if it is none.
fn texts(list: &Value) -> Vec<String> {
    let values = list.as_array().into_iter().flatten();
    values
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

struct Lister<'v> {
    root: &'v Value,
    fields: Vec<Field>,
}

impl<'v> Lister<'v> {
    /// A schema, or what its `$ref` leads to.
    fn resolve(&self, schema: &'v Value) -> &'v Value {
        let name = schema["$ref"]
            .as_str()
            .and_then(|reference| reference.strip_prefix("#/$defs/"));
        name.map_or(schema, |name| &self.root["$defs"][name])
    }

    fn object(&mut self, schema: &'v Value, path: &str, depth: usize) {
        // A definition may refer to itself.
        const DEEPEST: usize = 6;
        let schema = self.resolve(schema);
        if depth > DEEPEST {
            return;
        }
        let required: Vec<&str> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if property.get("x-instead").is_some() {
                continue;
            }
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            self.field(property, &path, required.contains(&name.as_str()), depth);
        }
    }

    fn field(&mut self, property: &'v Value, path: &str, required: bool, depth: usize) {
        let schema = self.resolve(property);
        let own = |key: &str| {
            if property[key].is_null() {
                &schema[key]
            } else {
                &property[key]
            }
        };
        let types = match own("type") {
            Value::String(one) => vec![one.clone()],
            // A list of values tells the types as well.
            Value::Null => types_of(own("const"), own("enum")),
            several => several
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        };
        let (documented, known) = (texts(own("x-values")), texts(own("enum")));
        let (listed, also_seen) = match own("const") {
            Value::String(one) => (vec![one.clone()], Vec::new()),
            _ if documented.is_empty() => (known, Vec::new()),
            _ => {
                let others = known
                    .into_iter()
                    .filter(|value| !documented.contains(value));
                let others = others.collect();
                (documented, others)
            }
        };
        let description = own("description").as_str().unwrap_or_default().to_owned();
        self.fields.push(Field {
            path: path.to_owned(),
            types,
            required,
            values: listed,
            also_seen,
            description,
        });
        self.object(schema, path, depth + 1);
        if schema["items"].is_object() {
            let items = self.resolve(&schema["items"]);
            self.object(items, &format!("{path}[]"), depth + 1);
        }
    }
}
