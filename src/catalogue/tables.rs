//! The texts, lists and maps that a provider's facts are made of: constants of the program, or read from a user's files.
//!
//! The build writes the built-in providers as constants. For that it prints them: `Debug` of everything in here is an
//! expression of the same value.

use serde::de::Deserializer;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

/// A text.
#[derive(Clone, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct FactText(Cow<'static, str>);

impl FactText {
    /// A constant.
    pub const fn new(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for FactText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for FactText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for FactText {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Default for FactText {
    fn default() -> Self {
        Self::new("")
    }
}

impl From<String> for FactText {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl From<&'static str> for FactText {
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<FactText> for String {
    fn from(text: FactText) -> Self {
        text.0.into_owned()
    }
}

impl PartialEq<str> for FactText {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for FactText {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl PartialEq<String> for FactText {
    fn eq(&self, other: &String) -> bool {
        *self.0 == **other
    }
}

impl PartialEq<FactText> for String {
    fn eq(&self, other: &FactText) -> bool {
        *other.0 == **self
    }
}

impl PartialEq<FactText> for str {
    fn eq(&self, other: &FactText) -> bool {
        other.0 == *self
    }
}

impl PartialEq<FactText> for &str {
    fn eq(&self, other: &FactText) -> bool {
        other.0 == **self
    }
}

impl fmt::Display for FactText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for FactText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FactText::new({:?})", self.0)
    }
}

impl Serialize for FactText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FactText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// A list.
#[derive(Clone)]
pub enum FactList<T: 'static> {
    /// A constant.
    Constant {
        /// Its items.
        items: &'static [T],
    },
    /// Read from a file.
    Read {
        /// Its items.
        items: Vec<T>,
    },
}

impl<T> FactList<T> {
    /// The items.
    pub fn as_slice(&self) -> &[T] {
        self
    }
}

impl<T> Deref for FactList<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Constant { items } => items,
            Self::Read { items } => items,
        }
    }
}

impl<T> Default for FactList<T> {
    fn default() -> Self {
        Self::Constant { items: &[] }
    }
}

impl<T> From<Vec<T>> for FactList<T> {
    fn from(items: Vec<T>) -> Self {
        Self::Read { items }
    }
}

impl<T> FromIterator<T> for FactList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::Read {
            items: items.into_iter().collect(),
        }
    }
}

impl<'l, T> IntoIterator for &'l FactList<T> {
    type Item = &'l T;
    type IntoIter = std::slice::Iter<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: PartialEq> PartialEq for FactList<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: fmt::Debug> fmt::Debug for FactList<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FactList::Constant {{ items: &{:?} }}", &**self)
    }
}

impl<T: Serialize> Serialize for FactList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for FactList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

/// A map from texts, sorted by them.
#[derive(Clone, Debug, PartialEq)]
pub struct FactMap<V: 'static> {
    /// The keys with their values.
    pub entries: FactList<(FactText, V)>,
}

impl<V> FactMap<V> {
    /// The value of that key.
    pub fn get(&self, key: &str) -> Option<&V> {
        let compare = |(known, _): &(FactText, V)| -> Ordering { known.as_str().cmp(key) };
        let at = self.entries.binary_search_by(compare).ok()?;
        Some(&self.entries[at].1)
    }

    /// Whether there is that key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The keys with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&FactText, &V)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &FactText> {
        self.entries.iter().map(|(key, _)| key)
    }
}

impl<'m, V> IntoIterator for &'m FactMap<V> {
    type Item = &'m (FactText, V);
    type IntoIter = std::slice::Iter<'m, (FactText, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl<V> Default for FactMap<V> {
    fn default() -> Self {
        Self {
            entries: FactList::default(),
        }
    }
}

impl<V: Serialize> Serialize for FactMap<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for FactMap<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = BTreeMap::<String, V>::deserialize(deserializer)?;
        let entries = map.into_iter().map(|(key, value)| (key.into(), value));
        Ok(Self {
            entries: entries.collect(),
        })
    }
}
