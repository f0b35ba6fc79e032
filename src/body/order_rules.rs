//! How the provider's table `[payment]` is meant: where its pointers lead, and which currency is whose. Whatever reads a
//! body by that table, or writes into one, asks here.

use crate::catalogue::manifest::{FactText, PaymentFacts};

/// A pointer of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FactPointer<'m> {
    path: &'m str,
    /// It leads to the name of a member instead of its value.
    names: bool,
}

/// A step of such a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FactStep<'m> {
    /// Every item or member.
    Any,
    Named(&'m str),
}

impl<'m> FactPointer<'m> {
    pub(super) fn of(pointer: &'m str) -> Self {
        let path = pointer.strip_suffix('#');
        Self {
            path: path.unwrap_or(pointer),
            names: path.is_some(),
        }
    }

    pub(super) fn path(self) -> &'m str {
        self.path
    }

    pub(super) fn is_name(self) -> bool {
        self.names
    }

    pub(super) fn steps(self) -> impl Iterator<Item = FactStep<'m>> {
        self.path.split('/').skip(1).map(|step| match step {
            "*" => FactStep::Any,
            named => FactStep::Named(named),
        })
    }

    /// Whether it leads to a place.
    pub(super) fn matches(self, place: &str) -> bool {
        let mut there = place.split('/').skip(1);
        let same = self.steps().all(|step| {
            let name = there.next();
            name.is_some_and(|name| step == FactStep::Any || step == FactStep::Named(name))
        });
        same && there.next().is_none()
    }

    /// Whether what it leads to counts where it leads to so many places: several members would all give their name.
    pub(super) fn counts(self, places: usize) -> bool {
        !self.names || places == 1
    }
}

/// Whether what begins with that byte counts: a text or a number.
pub(super) fn is_fact(first: u8) -> bool {
    matches!(first, b'"' | b'-' | b'0'..=b'9')
}

/// How many decimals the unit of the price has.
pub(super) fn unit_decimals(raw: &str) -> Option<u32> {
    // More do not fit a decimal.
    const MOST: u32 = 18;
    raw.parse().ok().filter(|decimals| *decimals <= MOST)
}

impl PaymentFacts {
    /// The pointers of the price's currency and those of the payment's: one that is in both lists is the payment's where
    /// the body has an amount due.
    pub(super) fn currencies(&self, due: bool) -> (Vec<&FactText>, Vec<&FactText>) {
        let (price, payment) = (&self.price_currency, &self.currency);
        if due {
            (only_in(price, payment), payment.iter().collect())
        } else {
            (price.iter().collect(), only_in(payment, price))
        }
    }
}

fn only_in<'m>(list: &'m [FactText], other: &[FactText]) -> Vec<&'m FactText> {
    let only = list.iter().filter(|pointer| !other.contains(pointer));
    only.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_leads_to_whole_paths_and_to_the_name_of_a_single_member() {
        let value = FactPointer::of("/rates/*/amount");
        for (place, expected) in [
            ("/rates/0/amount", true),
            ("/rates/a~1b/amount", true),
            ("/rates/amount", false),
            ("/rates/0/amount/x", false),
            ("/rates/0", false),
            ("", false),
        ] {
            assert_eq!(value.matches(place), expected, "{place}");
        }
        assert!(!value.is_name() && value.counts(3));
        let name = FactPointer::of("/amount/*#");
        assert!(name.is_name() && name.matches("/amount/EUR"));
        assert_eq!(
            [0, 1, 2].map(|places| name.counts(places)),
            [false, true, false]
        );
    }

    #[test]
    fn a_currency_in_both_lists_is_that_of_the_amount_due() {
        let list = |pointers: &[&str]| {
            pointers
                .iter()
                .map(|text| FactText::from((*text).to_owned()))
                .collect()
        };
        let facts = PaymentFacts {
            price_currency: list(&["/fiat", "/currency"]),
            currency: list(&["/currency", "/coin"]),
            ..PaymentFacts::default()
        };
        for (due, price, payment) in [
            (true, vec!["/fiat"], vec!["/currency", "/coin"]),
            (false, vec!["/fiat", "/currency"], vec!["/coin"]),
        ] {
            let found = facts.currencies(due);
            assert_eq!(found.0, price);
            assert_eq!(found.1, payment);
        }
        assert_eq!(
            ["18", "19", "-1", "x"].map(unit_decimals),
            [Some(18), None, None, None]
        );
    }
}
