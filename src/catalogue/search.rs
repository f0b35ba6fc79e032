//! Events and scenarios by a part of their name, a pattern, or a word of what is said of them.

use super::manifest::Scenario;
use super::pattern::{is_pattern, matches};
use super::{Catalogue, Entry, Provider};

/// What a search found.
pub(crate) struct CatalogueSearch<'c> {
    pub(crate) events: Vec<Entry<'c>>,
    pub(crate) scenarios: Vec<(&'c Provider, &'c Scenario)>,
}

impl<'c> CatalogueSearch<'c> {
    /// Searches for `words`, or `provider/words`. What is said of events counts only if no name has the words.
    pub(crate) fn new(catalogue: &'c Catalogue, words: &str) -> Self {
        let (provider, words) = words.split_once('/').unwrap_or(("*", words));
        let words = words.to_lowercase();
        let of = |known: &Provider| matches(provider, &known.manifest.name);
        let has = |text: &str| {
            if is_pattern(&words) {
                matches(&words, text)
            } else {
                text.to_lowercase().contains(&words)
            }
        };
        let mut events: Vec<Entry<'_>> = catalogue
            .events()
            .filter(|entry| of(entry.provider))
            .collect();
        let mut scenarios = Vec::new();
        for known in catalogue.providers().iter().filter(|known| of(known)) {
            scenarios.extend(known.scenarios().iter().map(|found| (known, found)));
        }
        let named = |entry: &Entry<'_>| entry.event.names().any(has);
        if events.iter().any(named) || scenarios.iter().any(|(_, found)| has(&found.name)) {
            events.retain(named);
            scenarios.retain(|(_, found)| has(&found.name));
        } else {
            events.retain(|entry| has(&entry.event.summary) || has(&entry.event.when));
            scenarios.retain(|(_, found)| has(&found.summary));
        }
        Self { events, scenarios }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.scenarios.is_empty()
    }
}
