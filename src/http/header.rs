//! A header of a delivery: its name and value as sent, and which part of the value is secret.

use crate::secret::STARS;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A header of a delivery.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// As sent on the wire.
    pub name: String,
    /// As sent on the wire.
    pub value: String,
    /// The part of the value that is never shown.
    pub secret: Option<Range<usize>>,
}

/// A header of a request, mostly where it was received.
#[derive(Clone, Debug)]
pub struct ReceivedHeader<'r> {
    /// As it was sent, or without the secret in it.
    pub name: Cow<'r, str>,
    /// As it was sent.
    pub value: Cow<'r, str>,
    /// The part of the value that is never shown.
    pub secret: Option<Range<usize>>,
}

/// Why a header cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHeader {
    /// The name is empty or contains a character that is not allowed in header names.
    Name,
    /// The value contains a line feed, a carriage return, a NUL or another control character.
    Value,
}

impl Header {
    /// A header without secrets; its name is changed to `Title-Case`.
    pub fn new(name: &str, value: &str) -> Result<Self, BadHeader> {
        let header = Self::exact(name, value)?;
        Ok(Self {
            name: title_case(name),
            ..header
        })
    }

    /// A header without secrets; its name keeps its spelling.
    pub fn exact(name: &str, value: &str) -> Result<Self, BadHeader> {
        Self::check(name, value.as_bytes())?;
        Ok(Self {
            name: name.to_owned(),
            value: value.to_owned(),
            secret: None,
        })
    }

    /// Why a header cannot be sent, if so.
    pub(crate) fn check(name: &str, value: &[u8]) -> Result<(), BadHeader> {
        let controls = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
        if !is_token(name) {
            return Err(BadHeader::Name);
        }
        if value.iter().any(controls) {
            return Err(BadHeader::Value);
        }
        Ok(())
    }

    /// The value with stars in place of the secret part.
    pub fn shown(&self) -> Cow<'_, str> {
        match &self.secret {
            Some(range) => Cow::Owned(starred(&self.value, range)),
            None => Cow::Borrowed(&self.value),
        }
    }

    /// Name and value as sent on the wire.
    pub fn pair(&self) -> (&str, &[u8]) {
        (&self.name, self.value.as_bytes())
    }

    /// The same without copying it.
    pub(crate) fn borrowed(&self) -> ReceivedHeader<'_> {
        ReceivedHeader {
            name: Cow::Borrowed(&self.name),
            value: Cow::Borrowed(&self.value),
            secret: self.secret.clone(),
        }
    }

    /// Whether the header has this name; case does not matter.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// A value with stars in place of its secret part.
pub(crate) fn starred(value: &str, secret: &Range<usize>) -> String {
    format!("{}{STARS}{}", &value[..secret.start], &value[secret.end..])
}

/// Whether a text can be a header's name, or a method.
pub(crate) fn is_token(text: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(token)
}

/// A header's name in `Title-Case`.
pub(crate) fn title_case(name: &str) -> String {
    let mut first = true;
    let title = |char: char| match std::mem::replace(&mut first, char == '-') {
        true => char.to_ascii_uppercase(),
        false => char.to_ascii_lowercase(),
    };
    name.chars().map(title).collect()
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.shown())
    }
}
