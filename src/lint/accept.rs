//! Whether a single value is as its schema says, without saying what is wrong with it.
//!
//! The walk words a finding only for a value that is refused here, and a body of a known shape is accepted by these
//! checks alone: both judge by the same code.

use super::numbers;
use super::schema::{Means, Scalar, SchemaNode, Types};
use super::values;
use crate::json::same;
use crate::rules::Rule;

impl SchemaNode {
    /// Whether a value of that type passes, as far as its type goes.
    pub(super) fn accepts_type(&self, kind: Types) -> bool {
        self.types.allow(kind) && !self.other_types.contains(kind)
    }

    /// Whether a text passes; of a long text, false only means that it needs a closer look.
    pub(super) fn accepts_text(&self, text: &[u8]) -> bool {
        self.accepts_type(Types::STRING)
            && self.documents(text)
            && self.lists(text)
            && self.max_length.is_none_or(|longest| text.len() <= longest)
            && self.means.as_ref().is_none_or(|means| means.fits(text))
    }

    /// Whether `enum` or `const` has the text.
    pub(super) fn documents(&self, text: &[u8]) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| {
            allowed
                .iter()
                .any(|scalar| matches!(scalar, Scalar::Text(known) if same(known.as_bytes(), text)))
        })
    }

    /// Whether `x-values` has the text.
    pub(super) fn lists(&self, text: &[u8]) -> bool {
        self.known
            .as_ref()
            .is_none_or(|known| known.iter().any(|known| same(known.as_bytes(), text)))
    }

    /// Whether a number passes; `integral` if it is written without fraction and exponent.
    pub(super) fn accepts_number(&self, number: &[u8], integral: bool) -> bool {
        self.accepts_type(self.kind_of(number, integral))
            && self
                .minimum
                .is_none_or(|least| !numbers::below(number, least))
            && self
                .maximum
                .is_none_or(|most| !numbers::above(number, most))
            && self.documents_number(number)
            && match self.means {
                Some(Means::EpochMs) => numbers::integer(number)
                    .is_none_or(|time| values::check_epoch_ms(time).is_none()),
                Some(Means::Amount { moved: true }) => !values::is_zero(number),
                _ => true,
            }
    }

    /// The type of a number: an integer only counts as one where the schema tells them from other numbers.
    pub(super) fn kind_of(&self, number: &[u8], integral: bool) -> Types {
        if !self.types.contains(Types::NUMBER) && (integral || numbers::is_whole(number)) {
            Types::INTEGER
        } else {
            Types::NUMBER
        }
    }

    /// Whether `enum` or `const` has the number.
    pub(super) fn documents_number(&self, number: &[u8]) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| {
            let value = numbers::integer(number);
            allowed
                .iter()
                .any(|scalar| matches!((scalar, value), (Scalar::Integer(known), Some(value)) if *known == value))
        })
    }
}

/// The rule that a number breaks, whatever its schema, if a double changes it.
pub(super) fn unsafe_number(number: &[u8], integral: bool) -> Option<Rule> {
    // A double keeps any fifteen digits; only longer numbers and exponents need a closer look.
    let odd =
        number.len() > 15 || !integral && number.iter().any(|byte| matches!(byte, b'e' | b'E'));
    if odd { numbers::check(number) } else { None }
}
