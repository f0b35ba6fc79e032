//! What is waited for: the deliveries that end a run, and whether they were good.
//!
//! Separate because a test that says `listen --until INVOICE_PAID` builds on nothing but this.

use super::UntilOptions;
use crate::catalogue::Catalogue;
use crate::commands::Outcome;
use crate::error::Error;

/// What is still waited for.
#[derive(Debug)]
pub(crate) struct Goals {
    /// Canonical names of events that have not come.
    events: Vec<(String, String)>,
    /// So many deliveries more, where they are counted.
    left: Option<u64>,
    /// Something was waited for, or all of it has come.
    waited: bool,
    /// One of those that were waited for was not as it should be.
    bad: bool,
    /// All of it came.
    reached: bool,
}

impl Goals {
    pub(crate) fn new(catalogue: &Catalogue, options: &UntilOptions) -> Result<Self, Error> {
        let mut events = Vec::new();
        for name in &options.events {
            let entry = catalogue.event(name)?;
            let name = (
                entry.provider.manifest.name.clone(),
                entry.event.name.clone(),
            );
            if !events.contains(&name) {
                events.push(name);
            }
        }
        let waited = !events.is_empty() || options.count.is_some();
        Ok(Self {
            events,
            left: options.count,
            waited,
            bad: false,
            reached: false,
        })
    }

    /// Notes a delivery; whether that ends the run. One that is not shown is not counted.
    pub(crate) fn note(&mut self, event: Option<(&str, &str)>, good: bool, shown: bool) -> bool {
        let named = self
            .events
            .iter()
            .position(|(provider, name)| event == Some((provider.as_str(), name.as_str())));
        // A bad one decides: waiting for the next would only make the test slower.
        let waiting = named.is_some() || (shown && (self.events.is_empty() || self.left.is_some()));
        self.bad |= waiting && !good;
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

    /// Events that were waited for and have not come.
    pub(crate) fn missing(&self) -> Vec<String> {
        self.events
            .iter()
            .map(|(provider, name)| format!("{provider}/{name}"))
            .collect()
    }

    /// How a run ends that nobody ended; `late` where its time was over.
    pub(crate) fn outcome(&self, late: bool) -> Outcome {
        let came = self.reached || (late && !self.waited);
        if came && !self.bad {
            Outcome::Good
        } else {
            Outcome::Found
        }
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
    fn a_run_ends_with_what_it_waited_for_and_tells_whether_that_was_good() {
        // What is waited for; what comes, and whether it is good; how it ends, or that it goes on until it is too late.
        for (events, count, came, expected) in [
            (
                &["INVOICE_PAID"][..],
                None,
                &[(PAID, true)][..],
                Some(Outcome::Good),
            ),
            (
                &["INVOICE_PAID"],
                None,
                &[(PAID, false)],
                Some(Outcome::Found),
            ),
            (
                &["INVOICE_PAID"],
                None,
                &[(SUCCESS, false), (None, false), (PAID, true)],
                Some(Outcome::Good),
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
                Some(Outcome::Good),
            ),
            (
                &["INVOICE_PAID", "checkout.success"],
                None,
                &[(SUCCESS, false)],
                Some(Outcome::Found),
            ),
            (
                &[],
                Some(2),
                &[(PAID, true), (None, true)],
                Some(Outcome::Good),
            ),
            (
                &[],
                Some(2),
                &[(None, false), (PAID, true)],
                Some(Outcome::Found),
            ),
            (
                &["INVOICE_PAID"],
                Some(1),
                &[(SUCCESS, true)],
                Some(Outcome::Found),
            ),
        ] {
            let mut goals = goals(events, count);
            let ended = came
                .iter()
                .map(|(event, good)| goals.note(*event, *good, true))
                .collect::<Vec<_>>();
            assert!(
                !ended[..ended.len() - 1].contains(&true),
                "{events:?} {came:?}"
            );
            let ended = ended[ended.len() - 1].then(|| goals.outcome(false));
            assert_eq!(ended, expected, "{events:?} {count:?} {came:?}");
            if ended.is_none() {
                assert_eq!(goals.outcome(true), Outcome::Found);
            }
        }
    }

    #[test]
    fn time_that_is_over_is_good_where_nothing_was_waited_for_and_nothing_bad_came() {
        let mut goals = goals(&[], None);
        assert_eq!(goals.outcome(true), Outcome::Good);
        assert!(!goals.note(PAID, true, true));
        assert!(!goals.note(None, false, false));
        assert_eq!(goals.outcome(true), Outcome::Good);
        assert!(!goals.note(None, false, true));
        assert_eq!(goals.outcome(true), Outcome::Found);
    }
}
