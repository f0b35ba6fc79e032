//! What bodies came to: how many, how many findings, and how often each event came.

use super::repeats::Repeats;
use crate::capture::walk::Skipped;
use crate::error::Unreadable;
use crate::report::{Counts, Summary};

/// The names of a provider and its event, as far as they were recognised.
pub(super) type EventName<'c> = (Option<&'c str>, Option<&'c str>);

/// The bodies that one piece of work linted, or all of them.
#[derive(Default)]
pub(super) struct BodyTally<'c> {
    pub(super) counts: Counts,
    events: EventCounts<'c>,
}

impl<'c> BodyTally<'c> {
    pub(super) fn count_event(&mut self, name: EventName<'c>) {
        self.events.add(name, 1);
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.counts.merge(&other.counts);
        for (name, count) in other.events.0 {
            self.events.add(name, count);
        }
    }

    /// The summary of all bodies, the most frequent event first.
    pub(super) fn summary(
        self,
        unreadable: Vec<Unreadable>,
        repeats: Repeats,
        skipped: Skipped,
    ) -> Summary {
        let events = self.events.0.into_iter();
        let mut events: Vec<(String, u64)> = events
            .map(|(name, count)| (described(name), count))
            .collect();
        events.sort_by(|(name, count), (other, fewer)| {
            fewer.cmp(count).then_with(|| name.cmp(other))
        });
        Summary {
            counts: self.counts,
            unreadable,
            events,
            repeated: repeats.folded(),
            skipped_folders: skipped.folders,
            skipped_files: skipped.files,
        }
    }
}

/// How often each event came. They are few, and the next body is mostly of the event of the last.
#[derive(Default)]
struct EventCounts<'c>(Vec<(EventName<'c>, u64)>);

impl<'c> EventCounts<'c> {
    fn add(&mut self, name: EventName<'c>, count: u64) {
        // All names come from one catalogue, so equal names have equal addresses, which are quicker to compare.
        let address =
            |(provider, event): EventName<'c>| (provider.map(str::as_ptr), event.map(str::as_ptr));
        let known = self
            .0
            .iter_mut()
            .find(|(known, _)| address(*known) == address(name));
        match known {
            Some((_, known)) => *known += count,
            None => self.0.push((name, count)),
        }
    }
}

/// An event as the summary names it.
fn described((provider, event): EventName<'_>) -> String {
    match (provider, event) {
        (Some(provider), Some(event)) => format!("{provider}/{event}"),
        (Some(provider), None) => format!("{provider}, no known event"),
        (None, _) => "not recognised".to_owned(),
    }
}
