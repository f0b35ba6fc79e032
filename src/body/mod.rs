//! The body of a delivery before it is sent: a sample or the user's own text, edited, and renewed for every delivery.
//!
//! Everything here works on the text itself: what is not changed keeps its bytes, so that amounts keep their digits.

mod chain_address;
mod edit;
mod find_slots;
mod order_coin;
mod order_draft;
mod order_name;
mod order_price;
mod order_reader;
mod order_rules;
mod order_template;
mod order_terms;
mod order_view;
mod places;
mod seed;
mod slot;
mod slot_text;
mod spelling;

pub use edit::{BadEdit, Edit};
pub(crate) use order_draft::AmountMisfit;
pub(crate) use order_name::is_named;
pub(crate) use order_price::OrderBasis;
pub(crate) use order_reader::{FactAmount, OrderAmounts, OrderFacts, OrderReader};
pub(crate) use order_template::order_basis;
pub use order_terms::OrderTerms;
pub(crate) use order_view::{OrderView, PaidAmount};
pub(crate) use places::scalars;
pub use seed::{Fresh, Seed};
pub use slot::{FreshKind, TemplatePiece};
pub use spelling::Spelling;
pub(crate) use spelling::hard;

use crate::catalogue::manifest;
use crate::json::{compact, lookup};
use crate::time::{Moment, parse_time};
use find_slots::find_slots;
use slot::Slot;
use slot_text::milliseconds;

/// A body's text with the parts that are renewed for every delivery.
#[derive(Clone, Debug)]
pub struct Template {
    text: String,
    /// In the order of the text, none within another.
    slots: Vec<Slot>,
}

impl Template {
    /// A text that stays as it is.
    pub fn fixed(text: String) -> Self {
        Self {
            text,
            slots: Vec::new(),
        }
    }

    /// A sample, without white space between its tokens, renewed as its provider's manifest says.
    pub fn sample(text: &str, rules: &manifest::FreshFields) -> Self {
        let text = compact(text);
        let slots = find_slots(&text, rules);
        Self { text, slots }
    }

    /// The text as in the catalogue, with edits.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parts that stay and those that are renewed, in the order of the text.
    pub fn pieces(&self) -> impl Iterator<Item = TemplatePiece<'_>> {
        let mut at = 0;
        let places = self.slots.iter().flat_map(move |slot| {
            let before = &self.text[at..slot.range.start];
            at = slot.range.end;
            [
                TemplatePiece::Text(before),
                TemplatePiece::Fresh(slot.kind, &self.text[slot.range.clone()]),
            ]
        });
        let last = self.slots.last().map_or(0, |slot| slot.range.end);
        places.chain(std::iter::once(TemplatePiece::Text(&self.text[last..])))
    }

    /// The body of one delivery.
    pub fn body(&self, fresh: &Fresh) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.text.len() + 16);
        self.write_body(fresh, &mut out);
        out
    }

    /// Writes the body of one delivery.
    pub fn write_body(&self, fresh: &Fresh, out: &mut Vec<u8>) {
        let mut at = 0;
        for slot in &self.slots {
            out.extend_from_slice(&self.text.as_bytes()[at..slot.range.start]);
            slot.write(fresh, &self.text, out);
            at = slot.range.end;
        }
        out.extend_from_slice(&self.text.as_bytes()[at..]);
    }
}

/// When a sample's event happened, in seconds, as its provider's manifest tells it.
pub fn happened(full: &str, rules: &manifest::FreshFields) -> Option<i64> {
    let start = full.find('{')?;
    let value =
        |pointer: &manifest::FactText| moment(&full[lookup(full.as_bytes(), start, pointer)?]);
    let told = rules
        .clock
        .iter()
        .find_map(value)
        .map(|moment| moment.seconds);
    // Where the manifest does not say which field tells: the latest time of all.
    told.or_else(|| {
        find_slots(full, rules)
            .iter()
            .filter_map(Slot::second)
            .max()
    })
}

/// The moment that a raw value stands for, if it is a time.
pub(crate) fn moment(value: &str) -> Option<Moment> {
    match value.trim_matches('"').as_bytes() {
        text if value.starts_with('"') => parse_time(text).ok().map(|(moment, _)| moment),
        _ => milliseconds(value).map(Moment::at_millisecond),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_clock_that_is_a_time_tells_and_else_the_latest_time_there_is() {
        let clock = vec!["/a".into(), "/b/c".into()].into();
        let rules = manifest::FreshFields {
            clock,
            ..manifest::FreshFields::default()
        };
        for (body, expected) in [
            (
                r#"{"a":"1970-01-01T00:01:00","b":{"c":"1970-01-01T00:02"}}"#,
                Some(60),
            ),
            (
                r#"{"a":null,"b":{"c":"1970-01-01T01:02+01:00"},"x":"1980-01-01T00:00"}"#,
                Some(120),
            ),
            (
                r#"{"a":"soon","b":{"c":1794479047318}}"#,
                Some(1_794_479_047),
            ),
            (
                r#"{"b":7,"x":["1970-01-01T00:01",{"y":"1970-01-01T00:03:00.5"}]}"#,
                Some(180),
            ),
            (r#"{"x":"never"}"#, None),
            ("", None),
        ] {
            assert_eq!(happened(body, &rules), expected, "{body}");
        }
    }
}
