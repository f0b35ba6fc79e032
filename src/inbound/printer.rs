//! The thread that prints, and what is handed to it.
//!
//! Separate because whoever reads slowly must hold up nobody who sends: what does not fit is counted and told, and the
//! run ends even where nobody reads any more.

use super::BodyShown;
use super::arrival::{Arrival, Words, written};
use super::changes::Changes;
use super::inspector::{VerifyingKey, signing_input};
use super::masked::Masked;
use super::print_queue::{PrintJob, PrintQueue};
use crate::error::Error;
use crate::http::Refused;
use crate::redact::headers::HeaderRedactor;
use crate::report::{self, Format, ListenTotals, Message, Ready, Report, Shown, Style, TurnedAway};
use crate::signature::SignatureVerdict;
use crate::signature::diagnose::{Candidate, Diagnosis, Question, diagnose};
use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};
use tokio::sync::Notify;

/// Whoever looks on does not notice so long a pause between two deliveries.
const BREATH: Duration = Duration::from_millis(1);
/// The output is handed on in pieces of about that size.
const PIECE: usize = 64 * 1024;

/// What both sides of the pile know.
#[derive(Default)]
struct PrinterState {
    pile: PrintQueue,
    /// Nothing is printed any more.
    closed: AtomicBool,
    /// What is said in the end, and what went wrong with saying.
    last: Mutex<Option<ListenTotals>>,
    failed: Mutex<Option<io::Error>>,
}

/// How everything is shown.
#[derive(Clone)]
struct PrintSettings {
    report: Arc<dyn Report>,
    keys: Arc<Vec<VerifyingKey>>,
    veil: Arc<HeaderRedactor>,
    body: BodyShown,
    /// Whoever reads it wants everything.
    machines: bool,
}

/// What follows when the output is closed, as `head` does with it.
pub(crate) struct Reader {
    /// Asks for the end of the run.
    pub(crate) asked: Arc<Notify>,
    /// The run goes on without printing: something else ends it, and decides its exit code.
    pub(crate) may_go: bool,
}

/// The printing thread.
pub(crate) struct Printer {
    done: Receiver<()>,
    manner: PrintSettings,
    shared: Arc<PrinterState>,
}

/// Takes what is to be printed, and never waits.
pub(crate) struct PrinterHandle {
    manner: PrintSettings,
    shared: Arc<PrinterState>,
    line: RefCell<Vec<u8>>,
}

impl Printer {
    pub(crate) fn start(
        writer: Box<dyn Write + Send>,
        format: Format,
        style: Style,
        body: BodyShown,
        (keys, veil): (Arc<Vec<VerifyingKey>>, Arc<HeaderRedactor>),
        reader: Reader,
    ) -> Result<Self, Error> {
        let (over, done) = mpsc::sync_channel(1);
        let shared = Arc::new(PrinterState::default());
        let report = report::report(format, style).into();
        let manner = PrintSettings {
            report,
            keys,
            veil,
            body,
            machines: format == Format::Json,
        };
        let press = PrinterThread {
            manner: manner.clone(),
            writer,
            changes: Changes::default(),
            shared: Arc::clone(&shared),
            out: Vec::new(),
        };
        let work = move || {
            press.run(&reader);
            let _ = over.send(());
        };
        let spawned = thread::Builder::new()
            .name("printer".to_owned())
            .spawn(work);
        spawned.map_err(|source| Error::System {
            what: "cannot start the printing thread".to_owned(),
            source,
        })?;
        Ok(Self {
            done,
            manner,
            shared,
        })
    }

    /// Says that deliveries may come.
    pub(crate) fn ready(&self, ready: Ready) {
        self.shared.pile.put(PrintJob::Ready(ready), 0);
    }

    /// The other end, for whoever receives.
    pub(crate) fn sheets(&self) -> PrinterHandle {
        PrinterHandle {
            manner: self.manner.clone(),
            shared: Arc::clone(&self.shared),
            line: RefCell::default(),
        }
    }

    /// Has the summary printed and waits for it, though not for ever: whoever reads the output may have stopped.
    pub(crate) fn finish(self, totals: ListenTotals) -> Result<(), Error> {
        const PATIENCE: Duration = Duration::from_secs(2);
        *self
            .shared
            .last
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(totals);
        self.shared.pile.end();
        let _ = self.done.recv_timeout(PATIENCE);
        match self
            .shared
            .failed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
        {
            Some(error) => Err(Error::stdout(error)),
            None => Ok(()),
        }
    }
}

impl PrinterHandle {
    pub(crate) fn arrival(&self, arrival: Arrival) {
        if self.shared.closed.load(Ordering::Relaxed) {
            return;
        }
        if self.manner.is_one_line(&arrival) {
            // Here all of it is at hand: saying it costs less than handing over everything that is said.
            let mut line = self.line.borrow_mut();
            line.clear();
            let words =
                Words::for_people(&arrival, Masked::without_body(&arrival, &self.manner.veil));
            let arrived = arrival.arrived(&words, &self.manner.keys, None, Shown::Nothing);
            self.manner
                .report
                .message(&Message::Arrived(&arrived), &mut line);
            self.shared.pile.put_rendered(&line);
        } else {
            let weight = arrival.weight();
            self.shared
                .pile
                .put(PrintJob::Arrival(Box::new(arrival)), weight);
        }
    }

    pub(crate) fn refused(&self, refused: Refused, at: SystemTime) {
        if self.shared.closed.load(Ordering::Relaxed) {
            return;
        }
        let weight = refused.why.len()
            + refused
                .request
                .as_ref()
                .map_or(0, |(method, uri)| method.len() + uri.len());
        self.shared.pile.put(PrintJob::Refused(refused, at), weight);
    }

    /// Something to know beside the deliveries.
    pub(crate) fn note(&self, text: String) {
        let weight = text.len();
        self.shared.pile.put(PrintJob::Note(text), weight);
    }
}

impl PrintSettings {
    /// Whether a delivery is shown in one line, which takes no time to make.
    fn is_one_line(&self, arrival: &Arrival) -> bool {
        !self.machines
            && self.body == BodyShown::None
            && arrival.is_good()
            && arrival.answered.forwarded.is_empty()
            && arrival
                .examined
                .found
                .iter()
                .all(|found| found.findings.is_empty())
    }
}

/// What the printing thread works with.
struct PrinterThread {
    manner: PrintSettings,
    writer: Box<dyn Write + Send>,
    changes: Changes,
    shared: Arc<PrinterState>,
    out: Vec<u8>,
}

impl PrinterThread {
    fn run(mut self, reader: &Reader) {
        let Err(error) = self.print_all() else { return };
        self.shared.closed.store(true, Ordering::Relaxed);
        if error.kind() == io::ErrorKind::BrokenPipe && reader.may_go {
            return;
        }
        *self
            .shared
            .failed
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(error);
        reader.asked.notify_one();
    }

    fn print_all(&mut self) -> io::Result<()> {
        let shared = Arc::clone(&self.shared);
        let mut sheets = Vec::new();
        while let Some(skipped) = shared.pile.take(&mut sheets) {
            for sheet in sheets.drain(..) {
                self.render(sheet);
                if self.out.len() >= PIECE {
                    self.write()?;
                }
            }
            if skipped > 0 {
                self.manner
                    .report
                    .message(&Message::Skipped(skipped), &mut self.out);
            }
            self.write()?;
            // Under load this thread would else be woken for every delivery, and take its processor from who answers.
            thread::sleep(BREATH);
        }
        let totals = self
            .shared
            .last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(totals) = totals {
            self.manner
                .report
                .message(&Message::Listened(&totals), &mut self.out);
        }
        self.write()
    }

    fn write(&mut self) -> io::Result<()> {
        let written = self
            .writer
            .write_all(&self.out)
            .and_then(|()| self.writer.flush());
        self.out.clear();
        // One long body must not keep its room for ever.
        self.out.shrink_to(2 * PIECE);
        written
    }

    fn render(&mut self, sheet: PrintJob) {
        let report = Arc::clone(&self.manner.report);
        match sheet {
            PrintJob::Ready(ready) => report.message(&Message::Ready(&ready), &mut self.out),
            PrintJob::Arrival(arrival) => self.arrival(&arrival),
            PrintJob::Refused(mut refused, at) => {
                let request = refused
                    .request
                    .as_mut()
                    .map(|(method, target)| [method, target]);
                for part in request.into_iter().flatten() {
                    *part = self.manner.veil.text(part).into_owned();
                }
                let turned = TurnedAway {
                    refused: &refused,
                    at: &written(at),
                };
                report.message(&Message::TurnedAway(&turned), &mut self.out);
            }
            PrintJob::Note(text) => report.message(&Message::Note(&text), &mut self.out),
            PrintJob::Rendered(text) => self.out.extend_from_slice(&text),
        }
    }

    fn arrival(&mut self, arrival: &Arrival) {
        let manner = &self.manner;
        let words = match manner.machines {
            true => Words::for_machines(arrival, &manner.veil),
            false => Words::for_people(arrival, Masked::shown(arrival, &manner.veil)),
        };
        let diagnosis = self.diagnosis(arrival);
        let changes = match manner.body {
            BodyShown::Changed if arrival.marks.same_bytes => Some(Vec::new()),
            BodyShown::Changed => self.changes.note(arrival.marks.object, words.text(arrival)),
            BodyShown::Full | BodyShown::None => None,
        };
        let shown = match (manner.body, &changes) {
            (BodyShown::None, _) => Shown::Nothing,
            (_, Some(changes)) => Shown::Changed(changes),
            (_, None) => Shown::Full,
        };
        let arrived = arrival.arrived(&words, &manner.keys, diagnosis.as_ref(), shown);
        manner
            .report
            .message(&Message::Arrived(&arrived), &mut self.out);
    }

    /// Why the signature is not valid. It takes some reckoning, for which no sender waits here.
    fn diagnosis(&self, arrival: &Arrival) -> Option<Diagnosis> {
        if !matches!(
            arrival.examined.signature,
            Some(SignatureVerdict::Invalid | SignatureVerdict::Missing)
        ) {
            return None;
        }
        let candidates: Vec<Candidate<'_>> = self.manner.keys.iter().map(candidate).collect();
        let headers = arrival.came.header_pairs();
        let expected = &candidates[arrival.examined.key?];
        let found = diagnose(&Question {
            expected,
            others: &candidates,
            delivery: signing_input(&arrival.came, &headers, arrival.at),
        })?;
        // It names headers.
        let text = |text: &str| self.manner.veil.text(text).into_owned();
        Some(Diagnosis {
            explanation: text(&found.explanation),
            fix: text(&found.fix),
            ..found
        })
    }
}

fn candidate(key: &VerifyingKey) -> Candidate<'_> {
    Candidate {
        provider: &key.manifest.name,
        title: &key.manifest.title,
        signing: key.signing(),
        secret: &key.held.secret,
        place: key.held.place.as_deref(),
        variable: &key.held.variable,
    }
}
