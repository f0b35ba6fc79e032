//! Which deliveries the log shows.

use super::entry::LogEntry;
use crate::capture::Captured;
use crate::catalogue::Catalogue;
use crate::catalogue::pattern::{Patterns, matches};
use crate::error::Error;
use crate::lint::Levels;
use crate::rules::Rule;
use memchr::memmem::Finder;
use std::collections::HashSet;

/// The choice as it was typed. All parts must fit; of several values of one part, one.
#[derive(Debug, Default)]
pub(crate) struct LogFilter {
    /// Names of orders.
    pub(crate) orders: Vec<String>,
    /// Patterns of events.
    pub(crate) events: Vec<String>,
    /// Only with a wrong or missing signature, or with an invalid body.
    pub(crate) invalid: bool,
    /// Only where the answer was not accepted, or there was none.
    pub(crate) failed: bool,
    /// Only with a finding of one of these rules.
    pub(crate) rules: Vec<String>,
    /// Only since a time, or for a duration until now.
    pub(crate) since: Option<String>,
    /// Texts that stand in the body, the path or a header.
    pub(crate) grep: Vec<String>,
}

/// Finds the deliveries about some orders. Some events name an order only by an id of the provider's: they are found
/// once an earlier delivery had both.
#[derive(Debug)]
pub(super) struct OrderMatch {
    /// In lower case: names are typed from memory, and shops do not tell them apart by case.
    orders: Vec<String>,
    /// Ids of objects, each with its provider.
    objects: HashSet<(&'static str, String)>,
}

impl OrderMatch {
    pub(super) fn new(orders: &[String]) -> Self {
        Self {
            orders: orders.iter().map(|name| name.to_lowercase()).collect(),
            objects: HashSet::new(),
        }
    }

    pub(super) fn fits(&mut self, entry: &LogEntry<'_>) -> bool {
        let mut names = entry.names.iter().map(|name| name.to_lowercase());
        let named = names.any(|name| self.orders.contains(&name));
        let objects = entry.objects();
        let fits = named || objects.iter().any(|id| self.objects.contains(id));
        if fits {
            self.objects.extend(objects);
        }
        fits
    }
}

/// Chooses deliveries.
pub(crate) struct LogSelection {
    orders: Option<OrderMatch>,
    events: Patterns,
    invalid: bool,
    failed: bool,
    rules: Vec<Rule>,
    /// A second since 1970.
    since: Option<i64>,
    /// In lower case.
    texts: Vec<Finder<'static>>,
}

impl LogFilter {
    /// Whether it chooses all.
    pub(crate) fn is_empty(&self) -> bool {
        self.orders.is_empty()
            && self.events.is_empty()
            && !self.invalid
            && !self.failed
            && self.rules.is_empty()
            && self.since.is_none()
            && self.grep.is_empty()
    }
}

impl LogSelection {
    /// The choice; `since` is the second that was given as a text.
    pub(crate) fn new(
        filter: &LogFilter,
        catalogue: &Catalogue,
        levels: &Levels,
        since: Option<i64>,
    ) -> Result<Self, Error> {
        let texts = filter.grep.iter();
        let rules = filter.rules.iter().map(|name| rules(name, levels));
        let rules: Vec<Vec<Rule>> = rules.collect::<Result<_, _>>()?;
        Ok(Self {
            orders: (!filter.orders.is_empty()).then(|| OrderMatch::new(&filter.orders)),
            events: Patterns::known("--event", &filter.events, catalogue)?,
            invalid: filter.invalid,
            failed: filter.failed,
            rules: rules.concat(),
            since,
            texts: texts
                .map(|text| Finder::new(&text.to_lowercase()).into_owned())
                .collect(),
        })
    }

    pub(super) fn chooses(&mut self, entry: &LogEntry<'_>, captured: &Captured) -> bool {
        // Asked of every delivery, because it learns ids from those that another part leaves out.
        if !self.orders.as_mut().is_none_or(|orders| orders.fits(entry)) {
            return false;
        }
        let event = entry.line.event.as_deref();
        let since = |since| entry.second.is_some_and(|second| second >= since);
        self.events.fit(event.and_then(|name| name.split_once('/')))
            && !(self.invalid && entry.line.is_good())
            && (!self.failed || entry.failed)
            && (self.rules.is_empty() || entry.has_finding(&self.rules))
            && self.since.is_none_or(since)
            && self.has_text(entry, captured)
    }

    fn has_text(&self, entry: &LogEntry<'_>, captured: &Captured) -> bool {
        if self.texts.is_empty() {
            return true;
        }
        let mut all = String::from_utf8_lossy(&entry.text).to_lowercase();
        let headers = captured.headers.iter();
        let headers = headers.map(|header| {
            let value = header.value.as_deref().unwrap_or_default();
            format!("{}: {value}", header.name)
        });
        let event = entry.line.event.clone();
        for part in headers.chain(captured.target.clone()).chain(event) {
            all += "\n";
            all += &part.to_lowercase();
        }
        self.texts
            .iter()
            .any(|text| text.find(all.as_bytes()).is_some())
    }
}

/// The rules that a name or a pattern of `--rule` stands for.
fn rules(name: &str, levels: &Levels) -> Result<Vec<Rule>, Error> {
    let all = Rule::ALL.iter().copied();
    let found: Vec<Rule> = if name.eq_ignore_ascii_case("warnings") {
        all.filter(|rule| levels.is_warning(*rule)).collect()
    } else {
        all.filter(|rule| matches(name, rule.name())).collect()
    };
    match found.is_empty() {
        true => Rule::named(name, Some("--rule".to_owned())).map(|rule| vec![rule]),
        false => Ok(found),
    }
}
