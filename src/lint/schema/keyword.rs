//! Where a keyword of a schema stands, and its value as the compiler needs it.

use super::{Scalar, SchemaError, SchemaText, Types};
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

pub(super) fn types(value: &Value) -> Option<Types> {
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

pub(super) fn scalars(value: &Value) -> Option<Vec<Scalar>> {
    value.as_array()?.iter().map(scalar).collect()
}

pub(super) fn scalar(value: &Value) -> Option<Scalar> {
    match value {
        Value::String(text) => Some(Scalar::Text(text.as_str().into())),
        Value::Null => Some(Scalar::Null),
        other => other.as_i64().map(Scalar::Integer),
    }
}

pub(super) fn length(value: &Value) -> Option<usize> {
    value
        .as_u64()
        .and_then(|length| usize::try_from(length).ok())
}
