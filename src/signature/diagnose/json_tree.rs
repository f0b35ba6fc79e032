//! A body's values and where their texts stand, so that they can be printed otherwise.
//!
//! Separate from printing, which knows the programs' habits. A tree of our own and not `serde_json`'s, because some
//! programs print numbers and escapes as they have read them, and because a repeated key may stay or go.

use crate::json::{MAX_DEPTH, Scanner, Text};
use std::collections::BTreeMap;

/// A body that is too large or too deep to be printed in every way.
#[derive(Debug)]
pub(super) struct TooMuch;

/// Keys and what they stand for.
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

/// The value that a text is; `None` where it is no JSON.
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
    /// It went deeper than a webhook does.
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
            if !self.goes_on(b'}')? {
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
            if !self.goes_on(b']')? {
                return Some(JsonNode::List(items));
            }
        }
    }

    /// Whether a comma follows and not the end; `None` where neither does.
    fn goes_on(&mut self, end: u8) -> Option<bool> {
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
    /// With the last value of a repeated key in the first one's place.
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

    /// With the keys of every object in order.
    pub(super) fn sorted(&self, text: &[u8]) -> Self {
        self.arranged(&|mut members| {
            members.sort_by_cached_key(|(key, _)| key.decoded(text));
            members
        })
    }

    /// With the members of every object arranged anew, the innermost first.
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
