//! Prints what arrives, on a thread of its own.
//!
//! A slow reader of the output must not delay a sender: what does not fit into the queue is counted, and the run ends
//! even if the output is no longer read.

use super::BodyShown;
use super::changes::Changes;
use super::day_line::DayLine;
use super::delivery::{InspectedDelivery, written};
use super::diagnosis::diagnosis;
use super::for_people::{PeopleView, exchange};
use super::print_queue::{PrintJob, PrintQueue};
use super::print_settings::PrintSettings;
use super::watcher::Watcher;
use crate::error::Error;
use crate::http::Refused;
use crate::redact::headers::HeaderRedactor;
use crate::report::{ListenMessage, ListenTotals, Message, Ready, RefusedRequest, Shown};
use crate::scheme_choice::VerifyingKey;
use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};
use tokio::sync::Notify;

/// The pause between two writes: too short for a reader to notice.
const PAUSE: Duration = Duration::from_millis(1);
/// The output is written in pieces of about this size.
const PIECE: usize = 64 * 1024;

/// What happens when the output is closed, as `head` does.
pub(crate) struct WhenClosed {
    /// Stops the run.
    pub(crate) stop: Arc<Notify>,
    /// The run goes on without printing.
    pub(crate) go_on: bool,
}

/// What both threads know.
struct PrinterState {
    settings: PrintSettings,
    keys: Arc<Vec<VerifyingKey>>,
    redactor: Arc<HeaderRedactor>,
    queue: PrintQueue,
    /// Printing has stopped, because the output is closed or broken.
    closed: AtomicBool,
    /// The summary to print at the end.
    totals: Mutex<Option<ListenTotals>>,
    /// Why printing failed.
    failed: Mutex<Option<io::Error>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The printing thread, as the receiving thread sees it.
pub(crate) struct Printer {
    done: Receiver<()>,
    state: Arc<PrinterState>,
}

impl Printer {
    pub(crate) fn start(
        writer: Box<dyn Write + Send>,
        settings: PrintSettings,
        (keys, redactor): (Arc<Vec<VerifyingKey>>, Arc<HeaderRedactor>),
        when_closed: WhenClosed,
    ) -> Result<Self, Error> {
        let (ended, done) = mpsc::sync_channel(1);
        let people = settings.people();
        let state = Arc::new(PrinterState {
            settings,
            keys,
            redactor,
            queue: PrintQueue::default(),
            closed: AtomicBool::new(false),
            totals: Mutex::default(),
            failed: Mutex::default(),
        });
        let printer_thread = PrinterThread {
            state: Arc::clone(&state),
            people,
            writer,
            changes: Changes::default(),
            out: Vec::new(),
        };
        let work = move || {
            printer_thread.run(&when_closed);
            let _ = ended.send(());
        };
        thread::Builder::new()
            .name("printer".to_owned())
            .spawn(work)
            .map_err(|source| Error::System {
                what: "cannot start the printing thread".to_owned(),
                source,
            })?;
        Ok(Self { done, state })
    }

    /// Prints the address.
    pub(crate) fn ready(&self, ready: Ready) {
        self.state.queue.put(PrintJob::Ready(ready), 0);
    }

    /// A watcher that prints here; the day of `begun` is printed at the start.
    pub(crate) fn handle(&self, begun: Option<SystemTime>) -> PrinterHandle {
        let people = self.state.settings.people();
        PrinterHandle {
            state: Arc::clone(&self.state),
            line: RefCell::default(),
            day: DayLine::after(begun.map(|begun| people.clock.at(begun))),
            people,
        }
    }

    /// Prints the summary, and waits for that; not for ever, since the output may no longer be read.
    pub(crate) fn finish(self, totals: ListenTotals) -> Result<(), Error> {
        const PATIENCE: Duration = Duration::from_secs(2);
        *lock(&self.state.totals) = Some(totals);
        self.state.queue.close();
        let _ = self.done.recv_timeout(PATIENCE);
        match lock(&self.state.failed).take() {
            Some(error) => Err(Error::stdout(error)),
            None => Ok(()),
        }
    }
}

/// Takes what is to be printed, and never waits.
pub(crate) struct PrinterHandle {
    state: Arc<PrinterState>,
    line: RefCell<Vec<u8>>,
    people: PeopleView,
    day: DayLine,
}

impl PrinterHandle {
    /// Prints a note between the deliveries.
    pub(crate) fn note(&self, text: String) {
        let weight = text.len();
        self.state.queue.put(PrintJob::Note(text), weight);
    }

    fn is_closed(&self) -> bool {
        self.state.closed.load(Ordering::Relaxed)
    }
}

impl Watcher for PrinterHandle {
    fn delivery(&self, delivery: &Arc<InspectedDelivery>) {
        let PrinterState {
            settings,
            redactor,
            queue,
            ..
        } = &*self.state;
        if self.is_closed() || (settings.is_quiet() && delivery.is_unremarkable()) {
            return;
        }
        self.day.say(self.people.clock.at(delivery.at), queue);
        if settings.is_one_line(delivery) {
            // Rendering a line here costs less than handing the delivery over.
            let mut line = self.line.borrow_mut();
            line.clear();
            let mut view = delivery.one_line(redactor);
            self.people.add(&mut view, delivery, redactor);
            settings
                .report
                .message(&Message::Listen(ListenMessage::Arrived(&view)), &mut line);
            queue.put_rendered(&line);
        } else {
            queue.put(PrintJob::Delivery(Arc::clone(delivery)), delivery.weight());
        }
    }

    fn refused(&self, refused: &Refused, at: SystemTime) {
        if self.is_closed() {
            return;
        }
        let queue = &self.state.queue;
        self.day.say(self.people.clock.at(at), queue);
        let request = refused.request.as_ref();
        let weight =
            refused.why.len() + request.map_or(0, |(method, uri)| method.len() + uri.len());
        queue.put(PrintJob::Refused(refused.clone(), at), weight);
    }
}

/// What the printing thread works with.
struct PrinterThread {
    state: Arc<PrinterState>,
    people: PeopleView,
    writer: Box<dyn Write + Send>,
    changes: Changes,
    out: Vec<u8>,
}

impl PrinterThread {
    fn run(mut self, when_closed: &WhenClosed) {
        let Err(error) = self.print_all() else { return };
        self.state.closed.store(true, Ordering::Relaxed);
        if error.kind() == io::ErrorKind::BrokenPipe && when_closed.go_on {
            return;
        }
        *lock(&self.state.failed) = Some(error);
        when_closed.stop.notify_one();
    }

    fn print_all(&mut self) -> io::Result<()> {
        let state = Arc::clone(&self.state);
        let report = &state.settings.report;
        let mut jobs = Vec::new();
        while let Some(skipped) = state.queue.take(&mut jobs) {
            for job in jobs.drain(..) {
                self.render(job);
                if self.out.len() >= PIECE {
                    self.write()?;
                }
            }
            if skipped > 0 {
                report.message(
                    &Message::Listen(ListenMessage::Skipped(skipped)),
                    &mut self.out,
                );
            }
            self.write()?;
            // Otherwise this thread would be woken for every delivery, and take the processor from the one that answers.
            thread::sleep(PAUSE);
        }
        if let Some(totals) = lock(&state.totals).take() {
            report.message(
                &Message::Listen(ListenMessage::Listened(&totals)),
                &mut self.out,
            );
        }
        self.write()
    }

    fn write(&mut self) -> io::Result<()> {
        let written = self
            .writer
            .write_all(&self.out)
            .and_then(|()| self.writer.flush());
        self.out.clear();
        // Does not keep the memory of one long body for ever.
        self.out.shrink_to(2 * PIECE);
        written
    }

    fn render(&mut self, job: PrintJob) {
        let state = Arc::clone(&self.state);
        let report = &state.settings.report;
        match job {
            PrintJob::Ready(ready) => report.message(
                &Message::Listen(ListenMessage::Ready(&ready)),
                &mut self.out,
            ),
            PrintJob::Delivery(delivery) => self.delivery(&delivery),
            PrintJob::Refused(mut refused, at) => {
                let request = refused
                    .request
                    .as_mut()
                    .map(|(method, target)| [method, target]);
                for part in request.into_iter().flatten() {
                    *part = state.redactor.text(part).into_owned();
                }
                let local = self.people.clock.at(at);
                let refused = RefusedRequest {
                    refused: &refused,
                    at: &written(at),
                    clock: local.clock(),
                };
                report.message(
                    &Message::Listen(ListenMessage::TurnedAway(&refused)),
                    &mut self.out,
                );
            }
            PrintJob::Day(day) => {
                report.message(&Message::Listen(ListenMessage::Day(&day)), &mut self.out);
            }
            PrintJob::Note(text) => {
                report.message(&Message::Listen(ListenMessage::Note(&text)), &mut self.out);
            }
            PrintJob::Rendered(text) => self.out.extend_from_slice(&text),
        }
    }

    fn delivery(&mut self, delivery: &InspectedDelivery) {
        let PrinterState {
            settings, redactor, ..
        } = &*self.state;
        let mut view = match settings.shows_headers() {
            true => delivery.complete(redactor),
            false => delivery.with_body(redactor),
        };
        if !settings.machines {
            self.people.add(&mut view, delivery, redactor);
        }
        if settings.is_verbose() {
            view.exchange = Some(exchange(delivery, redactor));
        }
        let changes = match settings.body {
            BodyShown::Changed if delivery.marks.same_bytes => Some(Vec::new()),
            BodyShown::Changed => self.changes.note(delivery.marks.object, &view.text),
            BodyShown::Full | BodyShown::Folded | BodyShown::None => None,
        };
        view.shown = match (settings.body, changes) {
            (BodyShown::None, _) => Shown::Nothing,
            (_, Some(changes)) => Shown::Changed(changes),
            (BodyShown::Folded, None) => Shown::Folded(self.people.manifest(delivery)),
            (_, None) => Shown::Full,
        };
        view.diagnosis = diagnosis(&self.state.keys, redactor, delivery);
        settings.report.message(
            &Message::Listen(ListenMessage::Arrived(&view)),
            &mut self.out,
        );
    }
}
