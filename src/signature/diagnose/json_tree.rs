//! A parsed body that keeps the spelling of numbers and escapes, the order of keys and repeated keys.
//!
//! `serde_json::Value` keeps none of them, but some programs that re-serialise JSON do.

use crate::json::{MAX_DEPTH, Scanner, Text};
use std::collections::BTreeMap;

/// The body is too large or too deeply nested to be printed in every style.
#[derive(Debug)]
pub(super) struct TooMuch;

/// Keys and values, in order.
type Members<N> = Vec<(Text, N)>;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum JsonNode<'t> {
    Object(Members<JsonNode<'t>>),
    List(Vec<JsonNode<'t>>),
    Text(Text),
    Number(&'t str),
    Word(&'static str),
}

/// Parses a text; `None` if it is not JSON.
pub(super) fn parse(text: &str) -> Result<Option<JsonNode<'_>>, TooMuch> {
    let mut parser = Parser {
        text,
        scanner: Scanner::new(text.as_bytes(), 0),
        deep: false,
    };
    let tree = parser.value(0);
    if parser.deep {
        return Err(TooMuch);
    }
    Ok(tree.filter(|_| parser.scanner.next_token().is_none()))
}

struct Parser<'t> {
    text: &'t str,
    scanner: Scanner<'t>,
    /// The nesting limit was reached.
    deep: bool,
}

impl<'t> Parser<'t> {
    fn value(&mut self, depth: usize) -> Option<JsonNode<'t>> {
        let first = self.scanner.next_token()?;
        if depth > MAX_DEPTH {
            self.deep = true;
            return None;
        }
        match first {
            b'"' => Some(JsonNode::Text(self.scanner.string().ok()?)),
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => {
                let start = self.scanner.at;
                self.scanner.number().ok()?;
                Some(JsonNode::Number(&self.text[start..self.scanner.at]))
            }
        }
    }

    fn word(&mut self, word: &'static str) -> Option<JsonNode<'t>> {
        self.scanner.word(word).ok()?;
        Some(JsonNode::Word(word))
    }

    fn object(&mut self, depth: usize) -> Option<JsonNode<'t>> {
        let mut members = Vec::new();
        self.scanner.at += 1;
        if self.scanner.next_token()? == b'}' {
            self.scanner.at += 1;
            return Some(JsonNode::Object(members));
        }
        loop {
            if self.scanner.next_token()? != b'"' {
                return None;
            }
            let key = self.scanner.string().ok()?;
            if self.scanner.next_token()? != b':' {
                return None;
            }
            self.scanner.at += 1;
            members.push((key, self.value(depth + 1)?));
            if !self.continues(b'}')? {
                return Some(JsonNode::Object(members));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<JsonNode<'t>> {
        let mut items = Vec::new();
        self.scanner.at += 1;
        if self.scanner.next_token()? == b']' {
            self.scanner.at += 1;
            return Some(JsonNode::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if !self.continues(b']')? {
                return Some(JsonNode::List(items));
            }
        }
    }

    /// Whether a comma follows rather than the end; `None` if neither does.
    fn continues(&mut self, end: u8) -> Option<bool> {
        let next = self.scanner.next_token()?;
        self.scanner.at += 1;
        if next == b',' {
            Some(true)
        } else {
            (next == end).then_some(false)
        }
    }
}

impl JsonNode<'_> {
    /// Repeated keys merged: the last value in the first one's place.
    pub(super) fn merged(&self, text: &[u8]) -> Self {
        self.arranged(&|members| {
            let mut places = BTreeMap::new();
            let mut kept: Members<Self> = Vec::with_capacity(members.len());
            for (key, value) in members {
                let place = *places.entry(key.decoded(text)).or_insert(kept.len());
                match kept.get_mut(place) {
                    Some(member) => member.1 = value,
                    None => kept.push((key, value)),
                }
            }
            kept
        })
    }

    /// The keys of every object sorted.
    pub(super) fn sorted(&self, text: &[u8]) -> Self {
        self.arranged(&|mut members| {
            members.sort_by_cached_key(|(key, _)| key.decoded(text));
            members
        })
    }

    /// The members of every object rearranged, the innermost first.
    fn arranged(&self, arrange: &dyn Fn(Members<Self>) -> Members<Self>) -> Self {
        match self {
            Self::Object(members) => Self::Object(arrange(
                members
                    .iter()
                    .map(|(key, value)| (*key, value.arranged(arrange)))
                    .collect(),
            )),
            Self::List(items) => {
                Self::List(items.iter().map(|item| item.arranged(arrange)).collect())
            }
            leaf => leaf.clone(),
        }
    }
}
