//! Reads the fields of one object as amounts, times and texts.

use super::super::field::{FieldPlace, ValueKind};
use super::super::finding::{Complaint, shortened};
use super::super::schema::Property;
use super::Complain;
use crate::catalogue::manifest::{FactMap, FactText};
use crate::json::Text;
use crate::time::{Moment, parse_time};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;
use std::borrow::Cow;

/// The fields of an object that has been read.
pub(crate) struct ObjectFields<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) places: FieldPlaces<'a>,
    pub(crate) properties: &'a [Property],
    /// The chain of each currency, by its name.
    pub(crate) currencies: Option<&'a FactMap<FactText>>,
}

/// Where the body has each property, in the schema's order.
pub(crate) enum FieldPlaces<'a> {
    /// One place each.
    Each(&'a [FieldPlace]),
    /// For each, which of the body's values it is, if any.
    Among(&'a [Option<usize>], &'a [FieldPlace]),
}

impl ObjectFields<'_> {
    pub(super) fn place(&self, field: usize) -> FieldPlace {
        match self.places {
            FieldPlaces::Each(places) => places[field],
            FieldPlaces::Among(which, values) => {
                which[field].map_or(FieldPlace::ABSENT, |value| values[value])
            }
        }
    }

    /// A field's value as the body spells it, shortened.
    pub(super) fn written(&self, field: usize) -> Cow<'_, str> {
        let text = String::from_utf8_lossy(&self.text[self.place(field).range()]);
        Cow::Owned(shortened(text.trim_matches('"')).into_owned())
    }

    pub(super) fn name(&self, field: usize) -> &str {
        &self.properties[field].name
    }

    pub(super) fn complain(&self, field: usize, complaint: Complaint, complain: Complain<'_>) {
        complain(
            format!("/{}", self.name(field)),
            self.place(field).range(),
            complaint,
        );
    }

    /// The content of a text.
    pub(super) fn raw(&self, field: usize) -> Option<Cow<'_, [u8]>> {
        let FieldPlace {
            kind,
            escaped,
            start,
            end,
        } = self.place(field);
        let text = Text {
            start: start + 1,
            end: end.saturating_sub(1),
            escaped,
        };
        (kind == ValueKind::Text).then(|| text.bytes(self.text))
    }

    pub(super) fn text(&self, field: usize) -> Option<Cow<'_, str>> {
        self.raw(field).map(|raw| match raw {
            Cow::Borrowed(raw) => String::from_utf8_lossy(raw),
            Cow::Owned(raw) => Cow::Owned(String::from_utf8_lossy(&raw).into_owned()),
        })
    }

    /// An amount, as a number or as text.
    pub(super) fn amount(&self, field: usize) -> Option<Decimal> {
        match self.place(field).kind {
            ValueKind::Number => decimal(&self.text[self.place(field).range()]),
            ValueKind::Text => self.raw(field).and_then(|raw| decimal(&raw)),
            _ => None,
        }
    }

    pub(super) fn time(&self, field: usize) -> Option<Moment> {
        parse_time(&self.raw(field)?).ok().map(|(moment, _)| moment)
    }
}

/// A number, exactly. A number with more digits than a `Decimal` holds is rounded, which changes no comparison: no
/// amount is near it.
pub(super) fn decimal(text: &[u8]) -> Option<Decimal> {
    let text = std::str::from_utf8(text).ok()?;
    if text.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
        if let Ok(exact) = Decimal::from_scientific(text) {
            return Some(exact);
        }
    } else {
        let shorter = if text.contains('.') {
            text.trim_end_matches('0')
        } else {
            text
        };
        if let Ok(exact) = Decimal::from_str_exact(shorter.trim_end_matches('.')) {
            return Some(exact);
        }
    }
    let near: f64 = text.parse().ok()?;
    Some(Decimal::from_f64(near).unwrap_or(if near < 0.0 {
        Decimal::MIN
    } else {
        Decimal::MAX
    }))
}
