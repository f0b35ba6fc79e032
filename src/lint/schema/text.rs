//! The names and values in a schema.

use serde::de::Deserializer;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Deref;

/// A text: a part of what the build wrote down, or compiled from a user's schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SchemaText(Cow<'static, str>);

impl SchemaText {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for SchemaText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SchemaText {
    fn from(text: &str) -> Self {
        Self(Cow::Owned(text.to_owned()))
    }
}

/// Only from constants, so that nothing is copied.
impl<'de: 'static> Deserialize<'de> for SchemaText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&'static str>::deserialize(deserializer).map(|text| Self(Cow::Borrowed(text)))
    }
}
