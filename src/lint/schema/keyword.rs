//! The keywords of a schema: where each stands, and what it says of a value.

use super::{Means, Scalar, SchemaError, SchemaNode, SchemaText, Types};
use serde_json::Value;

/// The place in the schema, rendered only for an error.
pub(super) enum Path<'p> {
    Root(&'static str),
    Key(&'p Path<'p>, &'p str),
}

impl Path<'_> {
    pub(super) fn key<'p>(&'p self, key: &'p str) -> Path<'p> {
        Path::Key(self, key)
    }

    pub(super) fn depth(&self) -> usize {
        match self {
            Path::Root(_) => 0,
            Path::Key(before, _) => before.depth() + 1,
        }
    }

    fn pointer(&self) -> String {
        match self {
            Path::Root("") => String::new(),
            Path::Root(name) => format!("/{name}"),
            Path::Key(before, key) => format!("{}/{key}", before.pointer()),
        }
    }

    pub(super) fn refuse(&self, message: &str) -> SchemaError {
        SchemaError {
            pointer: self.pointer(),
            message: message.to_owned(),
        }
    }
}

impl SchemaNode {
    /// Sets what a keyword says of a value itself, rather than of what is in it; or says how the keyword is wrong.
    pub(super) fn set(&mut self, key: &str, value: &Value) -> Result<(), &'static str> {
        match key {
            "type" => self.types = types(value).ok_or("must be a list of JSON types")?,
            "enum" => {
                let allowed = scalars(value).ok_or("must list strings, integers and null")?;
                self.allowed = Some(allowed);
            }
            "const" => {
                let allowed = scalar(value).ok_or("must be a string, an integer or null")?;
                self.allowed = Some(vec![allowed]);
            }
            "minimum" => self.minimum = Some(value.as_i64().ok_or("must be an integer")?),
            "maximum" => self.maximum = Some(value.as_i64().ok_or("must be an integer")?),
            // Checked together with `x-means`.
            "pattern" if value.is_string() => {}
            "pattern" => return Err("must be a string"),
            "x-rules" if value.is_array() => {}
            "x-rules" => return Err("must be a list of rules"),
            "x-other-types" => {
                self.other_types = types(value).ok_or("must be a list of JSON types")?;
            }
            "x-values" => self.known = Some(strings(value).ok_or("must be a list of strings")?),
            "x-max-length" => self.max_length = Some(length(value).ok_or("must be a length")?),
            "x-min-items" => self.min_items = Some(length(value).ok_or("must be a length")?),
            "x-means" => {
                let means = value.as_str().and_then(Means::parse);
                self.means = Some(means.ok_or("not known")?);
            }
            // Read with the property's declaration.
            "x-instead" => {}
            _ => return Err("not in the supported subset of JSON Schema"),
        }
        Ok(())
    }
}

fn types(value: &Value) -> Option<Types> {
    let names = match value {
        Value::String(name) => vec![name.as_str()],
        other => other
            .as_array()?
            .iter()
            .map(Value::as_str)
            .collect::<Option<Vec<_>>>()?,
    };
    names.into_iter().try_fold(Types::default(), |set, name| {
        Some(set.with(Types::named(name)?))
    })
}

pub(super) fn strings(value: &Value) -> Option<Vec<SchemaText>> {
    value
        .as_array()?
        .iter()
        .map(|item| item.as_str().map(SchemaText::from))
        .collect()
}

fn scalars(value: &Value) -> Option<Vec<Scalar>> {
    value.as_array()?.iter().map(scalar).collect()
}

fn scalar(value: &Value) -> Option<Scalar> {
    match value {
        Value::String(text) => Some(Scalar::Text(text.as_str().into())),
        Value::Null => Some(Scalar::Null),
        other => other.as_i64().map(Scalar::Integer),
    }
}

fn length(value: &Value) -> Option<usize> {
    value
        .as_u64()
        .and_then(|length| usize::try_from(length).ok())
}
