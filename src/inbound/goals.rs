//! The stop conditions `--until` and `--count`: when they are met, and whether the run succeeded.

use super::UntilOptions;
use crate::catalogue::Catalogue;
use crate::error::Error;

/// The stop conditions that are not met yet.
#[derive(Debug, Default)]
pub(crate) struct Goals {
    /// Events that have not arrived, each as its provider and its name.
    events: Vec<(String, String)>,
    /// How many more deliveries to wait for.
    left: Option<u64>,
    /// There is a stop condition other than a deadline.
    any: bool,
    /// A delivery that is shown has arrived.
    pub(crate) arrived: bool,
    /// A delivery that counts was invalid.
    bad: bool,
    /// All conditions were met.
    reached: bool,
}

impl Goals {
    pub(crate) fn new(catalogue: &Catalogue, options: &UntilOptions) -> Result<Self, Error> {
        let mut events = Vec::new();
        for name in &options.events {
            let entry = catalogue.event(name)?;
            let name = (
                entry.provider.manifest.name.to_string(),
                entry.event.name.to_string(),
            );
            if !events.contains(&name) {
                events.push(name);
            }
        }
        let any = !events.is_empty() || options.count.is_some();
        Ok(Self {
            events,
            left: options.count,
            any,
            arrived: false,
            bad: false,
            reached: false,
        })
    }

    /// Notes a delivery; true where that ends the run. A delivery that is not shown does not count.
    pub(crate) fn note(&mut self, event: Option<(&str, &str)>, good: bool, shown: bool) -> bool {
        let named = self
            .events
            .iter()
            .position(|(provider, name)| event == Some((provider.as_str(), name.as_str())));
        // An invalid one decides: waiting for more would only make a test slower.
        let counts = named.is_some() || (shown && (self.events.is_empty() || self.left.is_some()));
        self.bad |= counts && !good;
        self.arrived |= shown;
        if let Some(named) = named {
            self.events.remove(named);
            self.reached = self.events.is_empty() && good;
            if self.events.is_empty() || !good {
                return true;
            }
        }
        if let Some(left) = self.left.as_mut().filter(|_| shown) {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.reached = self.events.is_empty();
                return true;
            }
        }
        false
    }

    /// Events of `--until` that have not arrived.
    pub(crate) fn missing(&self) -> Vec<String> {
        self.events
            .iter()
            .map(|(provider, name)| format!("{provider}/{name}"))
            .collect()
    }

    /// Whether a run that was not interrupted succeeded; `late` where its deadline ended it. A deadline without other
    /// conditions waits for any delivery.
    pub(crate) fn succeeded(&self, late: bool) -> bool {
        (self.reached || (late && !self.any && self.arrived)) && !self.bad
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goals(events: &[&str], count: Option<u64>) -> Goals {
        let events = events.iter().map(|name| (*name).to_owned()).collect();
        let options = UntilOptions {
            events,
            count,
            deadline: None,
        };
        Goals::new(&Catalogue::load(&[]).unwrap(), &options).unwrap()
    }

    const PAID: Option<(&str, &str)> = Some(("calypso", "INVOICE_PAID"));
    const SUCCESS: Option<(&str, &str)> = Some(("inqud", "checkout.success"));

    #[test]
    fn a_run_ends_when_its_conditions_are_met_and_succeeds_if_those_deliveries_were_good() {
        // The events and the count to wait for; what arrives, and whether it is good; whether the run succeeds, or
        // `None` where it goes on.
        for (events, count, arrived, expected) in [
            (&["INVOICE_PAID"][..], None, &[(PAID, true)][..], Some(true)),
            (&["INVOICE_PAID"], None, &[(PAID, false)], Some(false)),
            (
                &["INVOICE_PAID"],
                None,
                &[(SUCCESS, false), (None, false), (PAID, true)],
                Some(true),
            ),
            (&["INVOICE_PAID"], None, &[(SUCCESS, true)], None),
            (
                &["INVOICE_PAID", "checkout.success"],
                None,
                &[(PAID, true)],
                None,
            ),
            (
                &["INVOICE_PAID", "checkout.success"],
                None,
                &[(SUCCESS, true), (PAID, true)],
                Some(true),
            ),
            (
                &["INVOICE_PAID", "checkout.success"],
                None,
                &[(SUCCESS, false)],
                Some(false),
            ),
            (&[], Some(2), &[(PAID, true), (None, true)], Some(true)),
            (&[], Some(2), &[(None, false), (PAID, true)], Some(false)),
            (&["INVOICE_PAID"], Some(1), &[(SUCCESS, true)], Some(false)),
        ] {
            let mut goals = goals(events, count);
            let ended = arrived
                .iter()
                .map(|(event, good)| goals.note(*event, *good, true))
                .collect::<Vec<_>>();
            assert!(
                !ended[..ended.len() - 1].contains(&true),
                "{events:?} {arrived:?}"
            );
            let ended = ended[ended.len() - 1].then(|| goals.succeeded(false));
            assert_eq!(ended, expected, "{events:?} {count:?} {arrived:?}");
            if ended.is_none() {
                assert!(!goals.succeeded(true));
            }
        }
    }

    #[test]
    fn a_deadline_succeeds_where_there_are_no_conditions_and_something_good_arrived() {
        let mut goals = goals(&[], None);
        assert!(!goals.succeeded(true));
        assert!(!goals.note(PAID, true, true));
        assert!(!goals.note(None, false, false));
        assert!(goals.succeeded(true));
        assert!(!goals.note(None, false, true));
        assert!(!goals.succeeded(true));
    }
}
