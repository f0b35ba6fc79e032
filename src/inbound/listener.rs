//! A listener from its start to its summary.

use super::answers::Answers;
use super::forwards::Forwards;
use super::gate::Gate;
use super::goals::Goals;
use super::handler::DeliveryHandler;
use super::history::History;
use super::inspection::DeliveryInspector;
use super::journal::OpenJournal;
use super::print_settings::PrintSettings;
use super::printer::{Printer, WhenClosed};
use super::watcher::Watcher;
use crate::body::Seed;
use crate::catalogue::Catalogue;
use crate::catalogue::pattern::Patterns;
use crate::error::Error;
use crate::http::{Ended, Limits, Server, Until};
use crate::report::{ListenDetails, Ready};
use crate::scheme_choice::VerifyingKey;
use std::io::Write;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Notify;

/// Everything that a run needs.
pub(crate) struct DeliveryListener {
    pub(crate) server: Server,
    pub(crate) max_body: usize,
    /// Host names to accept, beside those of this machine.
    pub(crate) hosts: Vec<String>,
    /// Paths to accept; all if empty.
    pub(crate) paths: Vec<String>,
    pub(crate) catalogue: &'static Catalogue,
    pub(crate) inspector: DeliveryInspector,
    pub(crate) answers: Answers,
    pub(crate) forwards: Forwards,
    pub(crate) journal: Option<OpenJournal>,
    /// The events to show.
    pub(crate) filter: Patterns,
    pub(crate) goals: Goals,
    /// The page that deliveries are shown on too.
    pub(crate) page: Option<InspectorPage>,
    pub(crate) deadline: Option<Duration>,
    /// A closed output does not end the run: a stop condition does, and decides its exit code.
    pub(crate) outlives_output: bool,
    pub(crate) print: PrintSettings,
    pub(crate) entropy: fn() -> u64,
    pub(crate) now: fn() -> SystemTime,
}

/// A page that shows what arrives.
pub(crate) struct InspectorPage {
    /// Opens it.
    pub(crate) link: String,
    pub(crate) watcher: Box<dyn Watcher>,
}

/// How a run ended.
pub(crate) enum RunEnd {
    Interrupted,
    /// By a stop condition or a deadline, and everything that counts was valid.
    Good,
    /// By a stop condition or a deadline, and something was invalid or did not arrive.
    Bad,
}

/// Takes a port.
pub(crate) fn bind(address: SocketAddr) -> Result<Server, Error> {
    Server::bind(address).map_err(|source| Error::listen(address, source))
}

impl DeliveryListener {
    /// Receives deliveries until a stop condition, a deadline or a signal ends the run, and prints everything to
    /// `output`.
    pub(crate) fn run(self, output: Box<dyn Write + Send>) -> Result<RunEnd, Error> {
        let until = Until {
            deadline: self.deadline,
            signals: true,
            ..Until::default()
        };
        let when_closed = WhenClosed {
            stop: Arc::clone(&until.asked),
            go_on: self.outlives_output,
        };
        let begun_at = (self.now)();
        let ready = Ready {
            address: self.server.address,
            journal: self.journal.as_ref().map(|journal| journal.path.clone()),
            inspector: self.page.as_ref().map(|page| page.link.clone()),
            details: (!self.print.is_quiet()).then(|| self.details(begun_at)),
        };
        let begun_day = ready.details.is_some().then_some(begun_at);
        let limits = Limits {
            body: self.max_body,
            ..Limits::default()
        };
        let inspected_with = (
            Arc::clone(&self.inspector.keys),
            Arc::clone(&self.inspector.redactor),
        );
        let printer = Printer::start(output, self.print.clone(), inspected_with, when_closed)?;
        let begun = Instant::now();
        let (server, handler) = self.handler(&printer, Arc::clone(&until.asked), begun_day);
        let handler = Rc::new(handler);
        let ended = server
            .serve(limits, Rc::clone(&handler), until, || printer.ready(ready))
            .map_err(|source| Error::System {
                what: "cannot go on listening".to_owned(),
                source,
            })?;
        let mut totals = handler.totals.take();
        totals.elapsed = begun.elapsed();
        let late = ended == Ended::Deadline;
        totals.missing = handler.goals.borrow().missing();
        totals.none_arrived = late && !handler.goals.borrow().arrived;
        totals.interrupted = ended == Ended::Signal;
        let succeeded = handler.goals.borrow().succeeded(late);
        // Prints what the handler has published, then the summary.
        drop(handler);
        printer.finish(totals)?;
        Ok(match ended {
            Ended::Signal => RunEnd::Interrupted,
            Ended::Asked | Ended::Deadline if succeeded => RunEnd::Good,
            Ended::Asked | Ended::Deadline => RunEnd::Bad,
        })
    }

    /// What people are told at the start.
    fn details(&self, now: SystemTime) -> ListenDetails {
        let redactor = &self.inspector.redactor;
        let secret = |key: &VerifyingKey| (key.manifest.name.to_string(), key.held.place.clone());
        ListenDetails {
            day: self.print.day(now),
            forwards: self
                .forwards
                .targets()
                .map(|(patterns, target)| (patterns.to_vec(), redactor.text(&target).into_owned()))
                .collect(),
            strict: self.answers.strict,
            filter: self.filter.all().to_vec(),
            secrets: self.inspector.keys.iter().map(secret).collect(),
        }
    }

    fn handler(
        self,
        printer: &Printer,
        stop: Arc<Notify>,
        begun: Option<SystemTime>,
    ) -> (Server, DeliveryHandler) {
        let entropy = self.entropy;
        let recorder = self.journal.map(|journal| {
            let printer = printer.handle(begun);
            journal.record([(); 2].map(|()| entropy()), move |text| printer.note(text))
        });
        let keeps_replies = self.print.is_verbose() || self.page.is_some();
        let page = self.page.map(|page| page.watcher);
        let printing: Box<dyn Watcher> = Box::new(printer.handle(begun));
        let handler = DeliveryHandler {
            gate: Some(Gate::new(&self.hosts, &self.paths)),
            inspector: self.inspector,
            history: Some(History::new(self.catalogue).into()),
            answers: self.answers,
            forwards: self.forwards,
            recorder,
            watchers: std::iter::once(printing).chain(page).collect(),
            filter: self.filter,
            goals: self.goals.into(),
            totals: Default::default(),
            keeps_replies,
            stop,
            over: false.into(),
            next: 0.into(),
            ids: Seed(entropy()),
            now: self.now,
        };
        (self.server, handler)
    }
}
