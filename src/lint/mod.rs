//! Turns a body's text into findings with positions: is it JSON, which event is it, does it match the event's schema, and
//! do its values agree with each other.
//!
//! One [`Linter`] serves any number of threads; each brings its own [`Scratch`]. A text goes through `text` (can it be
//! read?), `recognise` (which event?), `walk` (the one pass over the values, against a `schema`) and `relations`. A body
//! that is spelled like an earlier one is accepted by its `shapes`, without any of that, unless something is wrong with
//! its values.

mod accept;
mod budget;
mod catalogue_check;
mod chains;
mod event_choice;
mod field;
mod finding;
mod known;
mod linted_body;
mod numbers;
mod one_body;
mod recognise;
mod relations;
mod schema;
mod shapes;
mod text;
mod values;
mod walk;

pub use catalogue_check::BadCatalogue;
pub use finding::Finding;
pub(crate) use finding::{Complaint, shortened};
pub use linted_body::LintedBody;
pub(crate) use linted_body::count;

pub use crate::rules::{Levels, Rule, Severity};

use crate::catalogue::{Entry, Provider};
use crate::json::{BodyLayout, Scanner};
use budget::Budget;
use known::CompiledProvider;
use linted_body::BodySink;
use recognise::{Finds, Recogniser};
use shapes::KnownShapes;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use walk::Buffers;

/// Checks bodies against the catalogue.
#[derive(Debug)]
pub struct Linter<'c> {
    /// Of all linters of the process, only this one has it.
    id: u64,
    providers: Vec<CompiledProvider<'c>>,
    recogniser: Recogniser<'c>,
    levels: Levels,
    /// The event that the user gave, as indices of the provider and of the event in its list.
    forced: Option<(usize, usize)>,
    /// The provider that the user gave, as an index.
    only: Option<usize>,
    most_bodies: usize,
    /// What is said of all bodies that are not recognised.
    looked_for: OnceLock<String>,
}

/// More bodies in one list are not checked: the largest file has room for more only if they are smaller than webhooks.
const MOST_BODIES: usize = 50_000;

/// The values checked per body, on average over a list; a body has a few dozen.
const VALUES_PER_BODY: usize = 200;

/// The last id that was given to a linter.
static LAST_ID: AtomicU64 = AtomicU64::new(0);

fn new_id() -> u64 {
    LAST_ID.fetch_add(1, Ordering::Relaxed) + 1
}

/// What a thread keeps between bodies.
#[derive(Debug, Default)]
pub struct Scratch {
    shapes: KnownShapes,
    buffers: Buffers,
    finds: Finds,
    budget: Budget,
}

impl Scratch {
    /// How many bodies were accepted at once, since they have the shape of an earlier one.
    pub fn accepted(&self) -> usize {
        self.shapes.used()
    }

    /// Where the values of the last body stand, if it was accepted in that way.
    pub(crate) fn layout(&self) -> Option<BodyLayout> {
        self.shapes.layout()
    }
}

impl<'c> Linter<'c> {
    /// A linter for all events of these providers.
    pub fn new(providers: &'c [Provider], levels: Levels) -> Self {
        // A user's own provider takes precedence over those after it, so none of their tests may decide alone.
        let own = providers
            .iter()
            .position(|provider| provider.folder.is_some());
        let tests = providers.iter().enumerate().flat_map(|(provider, known)| {
            let may_decide = own.is_none_or(|own| provider <= own);
            let tests = known.manifest.recognise.iter().enumerate();
            tests.map(move |(index, test)| (provider, index, test, test.decides && may_decide))
        });
        let recogniser = Recogniser::new(tests);
        let providers = providers.iter().map(CompiledProvider::new).collect();
        Self {
            id: new_id(),
            recogniser,
            providers,
            levels,
            forced: None,
            only: None,
            most_bodies: MOST_BODIES,
            looked_for: OnceLock::new(),
        }
    }

    /// Checks at most that many bodies of one list.
    #[must_use]
    pub(crate) fn at_most(mut self, bodies: usize) -> Self {
        self.most_bodies = bodies;
        self
    }

    /// Checks every body as that event, even if it names another.
    #[must_use]
    pub fn force(mut self, entry: Entry<'_>) -> Self {
        let provider = self.place(&entry.provider.manifest.name);
        let events = provider.map(|provider| &self.providers[provider].manifest.events);
        let event = events.and_then(|events| {
            events
                .iter()
                .position(|event| event.name == entry.event.name)
        });
        self.forced = provider.zip(event);
        self.id = new_id();
        self
    }

    /// Recognises only that provider's bodies.
    #[must_use]
    pub fn narrow(mut self, provider: &str) -> Self {
        self.only = self.place(provider);
        self.id = new_id();
        self
    }

    fn place(&self, provider: &str) -> Option<usize> {
        self.providers
            .iter()
            .position(|known| known.manifest.name == provider)
    }

    /// Checks one body: an object, or a list of objects, of which each is a body.
    ///
    /// `each` is called once per body with what was found in it, and once for a text without a body. In a list that is
    /// too long, one finding at the first unchecked body stands for the rest.
    pub fn lint(&self, text: &[u8], scratch: &mut Scratch, each: &mut dyn FnMut(LintedBody<'c>)) {
        scratch.budget.clear(self.most_bodies * VALUES_PER_BODY);
        scratch.buffers.known.serve(self.id);
        scratch.shapes.begin();
        let mut sink = BodySink {
            linter: self,
            dropped: 0,
            each,
        };
        let mut verdict = LintedBody::default();
        match text::check(text) {
            Ok(start) => {
                let mut scanner = Scanner::new(text, start);
                verdict.findings.extend(text::byte_order_mark(text));
                if scanner.next_token() == Some(b'[') {
                    return self.lint_list(text, scanner, verdict, scratch, sink);
                }
                let end = self.lint_value(text, scanner.at, None, &mut verdict, scratch);
                if let Some(end) = end {
                    verdict.findings.extend(text::behind(text, end));
                }
                sink.last(
                    verdict,
                    &mut scratch.budget,
                    end.unwrap_or(text.len()),
                    "body",
                );
            }
            Err(finding) => {
                verdict.findings.push(finding);
                sink.body(verdict, &mut scratch.budget);
            }
        }
    }

    fn lint_list(
        &self,
        text: &[u8],
        mut scanner: Scanner<'_>,
        mut verdict: LintedBody<'c>,
        scratch: &mut Scratch,
        mut sink: BodySink<'_, 'c>,
    ) {
        let open = scanner.at;
        scanner.at += 1;
        if scanner.next_token() == Some(b']') {
            let complaint = Complaint::new(
                Rule::NotAnObject,
                "the list contains no body",
                "expected at least one object",
            );
            verdict
                .findings
                .push(complaint.at(String::new(), open..open + 1));
            verdict.findings.extend(text::behind(text, scanner.at + 1));
            return sink.body(verdict, &mut scratch.budget);
        }
        for index in 0.. {
            let more = scanner.next_token().is_some_and(|token| token != b']');
            if index == self.most_bodies && more {
                let end = scanner.at;
                verdict.start = end;
                verdict.findings.push(text::too_many_bodies(scanner, index));
                return sink.last(verdict, &mut scratch.budget, end, "list");
            }
            let Some(end) = self.lint_value(text, scanner.at, Some(index), &mut verdict, scratch)
            else {
                return sink.last(verdict, &mut scratch.budget, text.len(), "list");
            };
            scanner.at = end;
            match scanner.next_token() {
                Some(b',') => {
                    scanner.at += 1;
                    sink.body(std::mem::take(&mut verdict), &mut scratch.budget);
                    continue;
                }
                Some(b']') => verdict.findings.extend(text::behind(text, scanner.at + 1)),
                _ => {
                    let fault = scanner.fault("a comma or the closing bracket ]");
                    verdict.findings.push(text::fault(text, &fault));
                }
            }
            return sink.last(verdict, &mut scratch.budget, end, "list");
        }
    }

    /// Applies the user's levels.
    pub fn judge(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        findings.retain_mut(|finding| match self.levels.of(finding.rule) {
            Some(severity) => {
                finding.severity = severity;
                true
            }
            None => false,
        });
        findings
    }
}
