//! A compiled JSON Schema, as the walk uses it: nodes by number, properties by index.
//!
//! The build compiles the schemas of the built-in providers with this code, so it uses nothing else of the crate.

mod compile;
mod keyword;
mod relation;
mod text;

pub(crate) use relation::Relation;
pub(crate) use text::SchemaText;

use serde::{Deserialize, Serialize};
use std::fmt;

/// A compiled schema. Nodes refer to each other by number, so that `$ref` may loop.
#[derive(Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Schema {
    nodes: Vec<SchemaNode>,
    /// The node of the bare form, if the provider has an envelope.
    bare: usize,
}

/// What one value must be.
#[derive(Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct SchemaNode {
    pub(crate) types: Types,
    /// The `types` that pass with a warning.
    pub(crate) other_types: Types,
    pub(crate) properties: Vec<Property>,
    pub(crate) extra: Extra,
    pub(crate) items: Option<usize>,
    pub(crate) allowed: Option<Vec<Scalar>>,
    pub(crate) known: Option<Vec<SchemaText>>,
    pub(crate) minimum: Option<i64>,
    pub(crate) maximum: Option<i64>,
    pub(crate) max_length: Option<usize>,
    pub(crate) min_items: Option<usize>,
    pub(crate) means: Option<Means>,
    pub(crate) relations: Vec<Relation>,
    /// Set if this value names the event: its depth in a full and in a bare body. The same node may be used elsewhere.
    pub(crate) status_depth: Option<(usize, usize)>,
}

/// A property of an object, in the order of the schema.
#[derive(Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Property {
    pub(crate) name: SchemaText,
    /// The number of the schema node that its value is checked against.
    pub(crate) node: usize,
    pub(crate) required: bool,
    /// If the name is a misspelling: the index of the property that is meant.
    pub(crate) instead: Option<usize>,
}

/// How an object treats fields that its schema does not list.
#[derive(Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Extra {
    /// Each is a note: it is undocumented.
    Note,
    /// The object is open by nature.
    #[default]
    Open,
    /// The object is a map whose values share a schema.
    Map(usize),
}

/// A value of `enum` or `const`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) enum Scalar {
    Text(SchemaText),
    Integer(i64),
    Null,
}

impl SchemaNode {
    /// What it says of a value that is no object and no list.
    pub(crate) fn of_a_value(&self) -> Self {
        Self {
            types: self.types,
            other_types: self.other_types,
            allowed: self.allowed.clone(),
            known: self.known.clone(),
            minimum: self.minimum,
            maximum: self.maximum,
            max_length: self.max_length,
            means: self.means.clone(),
            ..Self::default()
        }
    }
}

impl Scalar {
    /// The types of such a value.
    fn kinds(&self) -> Types {
        match self {
            Self::Text(_) => Types::STRING,
            Self::Integer(_) => Types::INTEGER.with(Types::NUMBER),
            Self::Null => Types::NULL,
        }
    }
}

/// The pattern of times as Calypso and Inqud write them; zone and seconds are optional.
const TIME_PATTERN: &str = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?$";

/// The pattern of an amount as text.
const DECIMAL_PATTERN: &str = r"^[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$";

/// What a value means, beyond its type.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) enum Means {
    LocalTime,
    UtcTime,
    EpochMs,
    Amount { moved: bool },
    Uuid,
    Id(SchemaText),
    EventName,
}

impl Means {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "local-time" => Self::LocalTime,
            "utc-time" => Self::UtcTime,
            "epoch-ms" => Self::EpochMs,
            "amount" => Self::Amount { moved: false },
            "moved-amount" => Self::Amount { moved: true },
            "uuid" => Self::Uuid,
            "event-name" => Self::EventName,
            other => Self::Id(
                other
                    .strip_prefix("id ")
                    .filter(|prefix| !prefix.is_empty())?
                    .into(),
            ),
        })
    }

    fn pattern(&self) -> Option<&'static str> {
        match self {
            Self::LocalTime | Self::UtcTime => Some(TIME_PATTERN),
            Self::Amount { .. } => Some(DECIMAL_PATTERN),
            _ => None,
        }
    }
}

/// A set of JSON types.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Types(u8);

impl Types {
    pub(crate) const NULL: Types = Types(1);
    pub(crate) const BOOLEAN: Types = Types(2);
    pub(crate) const INTEGER: Types = Types(4);
    pub(crate) const NUMBER: Types = Types(8);
    pub(crate) const STRING: Types = Types(16);
    pub(crate) const ARRAY: Types = Types(32);
    pub(crate) const OBJECT: Types = Types(64);
    const NAMES: [(&'static str, &'static str, Types); 7] = [
        ("object", "an object", Types::OBJECT),
        ("array", "an array", Types::ARRAY),
        ("string", "a string", Types::STRING),
        ("number", "a number", Types::NUMBER),
        ("integer", "an integer", Types::INTEGER),
        ("boolean", "a boolean", Types::BOOLEAN),
        ("null", "null", Types::NULL),
    ];

    /// Whether a type is in the set; an empty set allows all.
    pub(crate) fn allow(self, kind: Types) -> bool {
        self.0 == 0 || self.0 & kind.0 != 0
    }

    pub(crate) fn contains(self, kind: Types) -> bool {
        self.0 & kind.0 != 0
    }

    fn with(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    fn both(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }

    pub(crate) fn without(self, other: Types) -> Types {
        Types(self.0 & !other.0)
    }

    /// The first of the types with its article, for a sentence.
    pub(crate) fn word(self) -> &'static str {
        let known = Self::NAMES.iter().find(|(_, _, kind)| self.contains(*kind));
        known.map_or("", |(_, word, _)| word)
    }

    /// The types with their articles, for a sentence.
    pub(crate) fn words(self) -> Vec<&'static str> {
        Self::NAMES
            .iter()
            .filter(|(_, _, kind)| self.contains(*kind))
            .map(|(_, words, _)| *words)
            .collect()
    }

    fn named(name: &str) -> Option<Types> {
        Self::NAMES
            .iter()
            .find(|(known, _, _)| *known == name)
            .map(|(_, _, kind)| *kind)
    }
}

impl fmt::Debug for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.words())
    }
}

/// An error in a schema, and where in the file it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaError {
    /// JSON pointer into the schema.
    pointer: String,
    message: String,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() {
            "at the top level"
        } else {
            &self.pointer
        };
        write!(f, "{place}: {}", self.message)
    }
}

impl Schema {
    /// What the build compiled and wrote down.
    pub(crate) fn decode(compiled: &'static [u8]) -> Result<Self, SchemaError> {
        postcard::from_bytes(compiled).map_err(|error| SchemaError {
            pointer: String::new(),
            message: error.to_string(),
        })
    }

    pub(crate) fn node(&self, id: usize) -> &SchemaNode {
        &self.nodes[id]
    }

    /// The number of the node that a whole body is checked against.
    pub(crate) fn root(&self) -> usize {
        0
    }

    /// The number of the node that a bare body is checked against.
    pub(crate) fn bare(&self) -> usize {
        self.bare
    }
}
