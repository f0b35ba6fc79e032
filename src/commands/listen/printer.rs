//! The thread that prints, and the channel to it.
//!
//! Separate because whoever reads slowly must hold up nobody who sends: the channel is bounded, what does not fit is
//! counted and told, and the run ends even where nobody reads any more.

use super::BodyShown;
use super::arrival::{Arrival, written};
use super::changes::Changes;
use crate::commands::examine::Key;
use crate::commands::headers::Veil;
use crate::delivery::Refused;
use crate::error::Error;
use crate::report::{
    self, Arrived, Format, ListenTotals, MarksSeen, Message, Ready, Report, Shown, SignatureSeen, Style, TurnedAway,
};
use crate::signature::Verdict;
use crate::signature::diagnose::{Candidate, Diagnosis, Question, diagnose};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};
use tokio::sync::Notify;

/// So many deliveries wait to be printed, and so many bytes of them; what comes then is not shown.
const MOST_WAITING: usize = 1_024;
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// Whoever looks on does not notice so long a pause between two deliveries.
const BREATH: Duration = Duration::from_millis(1);
/// The output is handed on in pieces of about that size.
const PIECE: usize = 64 * 1024;

/// Something to be printed.
enum Sheet {
    Ready(Ready),
    Arrival(Box<Arrival>),
    Refused(Refused, SystemTime),
}

/// What both sides of the channel know.
#[derive(Default)]
struct Shared {
    /// How much waits.
    bytes: AtomicUsize,
    /// How many did not fit.
    skipped: AtomicU64,
    /// Nobody reads any more.
    closed: AtomicBool,
    /// What is said in the end, and what went wrong with saying.
    last: Mutex<Option<ListenTotals>>,
    failed: Mutex<Option<io::Error>>,
}

/// The printing thread.
pub(super) struct Printer {
    /// The thread works on until this end is gone, too.
    sheets: Sheets,
    done: Receiver<()>,
    shared: Arc<Shared>,
}

/// Takes what is to be printed, and never waits.
#[derive(Clone)]
pub(super) struct Sheets {
    sender: SyncSender<Sheet>,
    shared: Arc<Shared>,
}

impl Printer {
    pub(super) fn start(
        writer: Box<dyn Write + Send>,
        format: Format,
        style: Style,
        body: BodyShown,
        (keys, veil): (Arc<Vec<Key>>, Arc<Veil>),
        asked: Arc<Notify>,
    ) -> Result<Self, Error> {
        let (sender, receiver) = mpsc::sync_channel(MOST_WAITING);
        let (over, done) = mpsc::sync_channel(1);
        let shared = Arc::new(Shared::default());
        let report = report::report(format, style);
        let press = Press {
            report,
            writer,
            keys,
            veil,
            body,
            machines: format == Format::Json,
            changes: Changes::default(),
            shared: Arc::clone(&shared),
            out: Vec::new(),
        };
        let work = move || {
            press.run(&receiver, &asked);
            let _ = over.send(());
        };
        let spawned = thread::Builder::new().name("printer".to_owned()).spawn(work);
        spawned.map_err(|source| Error::System { what: "cannot start the printing thread".to_owned(), source })?;
        Ok(Self { sheets: Sheets { sender, shared: Arc::clone(&shared) }, done, shared })
    }

    /// Says that deliveries may come.
    pub(super) fn ready(&self, ready: Ready) {
        // Nothing can be in its way yet.
        let _ = self.sheets.sender.try_send(Sheet::Ready(ready));
    }

    /// The other end, for whoever receives.
    pub(super) fn sheets(&self) -> Sheets {
        self.sheets.clone()
    }

    /// Whether nobody reads any more.
    pub(super) fn closed(&self) -> bool {
        self.shared.closed.load(Ordering::Relaxed)
    }

    /// Has the summary printed and waits for it, though not for ever: whoever reads the output may have stopped.
    pub(super) fn finish(self, totals: ListenTotals) -> Result<(), Error> {
        const PATIENCE: Duration = Duration::from_secs(2);
        *self.shared.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(totals);
        drop(self.sheets);
        let _ = self.done.recv_timeout(PATIENCE);
        match self.shared.failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(Error::stdout(error)),
            None => Ok(()),
        }
    }
}

impl Sheets {
    pub(super) fn arrival(&self, arrival: Arrival) {
        let weight = arrival.weight();
        if self.shared.bytes.load(Ordering::Relaxed) < MOST_BYTES {
            self.shared.bytes.fetch_add(weight, Ordering::Relaxed);
            if self.sender.try_send(Sheet::Arrival(Box::new(arrival))).is_ok() {
                return;
            }
            self.shared.bytes.fetch_sub(weight, Ordering::Relaxed);
        }
        self.shared.skipped.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn refused(&self, refused: Refused, at: SystemTime) {
        if self.sender.try_send(Sheet::Refused(refused, at)).is_err() {
            self.shared.skipped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What the printing thread works with.
struct Press {
    report: Box<dyn Report>,
    writer: Box<dyn Write + Send>,
    keys: Arc<Vec<Key>>,
    veil: Arc<Veil>,
    body: BodyShown,
    /// Whoever reads it wants everything.
    machines: bool,
    changes: Changes,
    shared: Arc<Shared>,
    out: Vec<u8>,
}

impl Press {
    fn run(mut self, sheets: &Receiver<Sheet>, asked: &Notify) {
        let printed = self.print_all(sheets);
        if let Err(error) = printed {
            *self.shared.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            self.shared.closed.store(true, Ordering::Relaxed);
            asked.notify_one();
        }
    }

    fn print_all(&mut self, sheets: &Receiver<Sheet>) -> io::Result<()> {
        while let Ok(first) = sheets.recv() {
            let mut next = Some(first);
            while let Some(sheet) = next.take() {
                self.render(sheet);
                if self.out.len() < PIECE {
                    next = sheets.try_recv().ok();
                }
            }
            self.say_skipped();
            let more = self.out.len() >= PIECE;
            self.write()?;
            if more {
                continue;
            }
            // Under load this thread would else be woken for every delivery, and take its processor from who answers.
            thread::sleep(BREATH);
        }
        self.say_skipped();
        let totals = self.shared.last.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(totals) = totals {
            self.report.message(&Message::Listened(&totals), &mut self.out);
        }
        self.write()
    }

    fn say_skipped(&mut self) {
        let skipped = self.shared.skipped.swap(0, Ordering::Relaxed);
        if skipped > 0 {
            self.report.message(&Message::Skipped(skipped), &mut self.out);
        }
    }

    fn write(&mut self) -> io::Result<()> {
        let written = self.writer.write_all(&self.out).and_then(|()| self.writer.flush());
        self.out.clear();
        // One long body must not keep its room for ever.
        self.out.shrink_to(2 * PIECE);
        written
    }

    fn render(&mut self, sheet: Sheet) {
        match sheet {
            Sheet::Ready(ready) => self.report.message(&Message::Ready(&ready), &mut self.out),
            Sheet::Arrival(arrival) => {
                self.shared.bytes.fetch_sub(arrival.weight(), Ordering::Relaxed);
                self.arrival(&arrival);
            }
            Sheet::Refused(refused, at) => {
                let turned = TurnedAway { refused: &refused, at: &written(at) };
                self.report.message(&Message::TurnedAway(&turned), &mut self.out);
            }
        }
    }

    fn arrival(&mut self, arrival: &Arrival) {
        let came = &arrival.came;
        let first = arrival.marks.duplicate_of.map(|earlier| written(earlier.at));
        // People are shown neither headers nor ids, and making them is most of the work.
        let (headers, id, first_id) = match self.machines {
            true => (self.veil.headers(&came.headers), arrival.id(), arrival.first()),
            false => (Vec::new(), String::new(), first.as_ref().map(|_| String::new())),
        };
        let diagnosis = self.diagnosis(arrival);
        let changes = match self.body {
            BodyShown::Changed if arrival.marks.same_bytes => Some(Vec::new()),
            BodyShown::Changed => self.changes.note(arrival.marks.object, arrival.text()),
            BodyShown::Full | BodyShown::None => None,
        };
        let shown = match (self.body, &changes) {
            (BodyShown::None, _) => Shown::Nothing,
            (_, Some(changes)) => Shown::Changed(changes),
            (_, None) => Shown::Full,
        };
        let examined = &arrival.examined;
        let arrived = Arrived {
            id: &id,
            received_at: &written(arrival.at),
            method: came.method.as_str(),
            target: came.target(),
            headers: &headers,
            remote: came.remote,
            signature: SignatureSeen {
                verdict: examined.verdict(),
                scheme: examined.key.map_or("none", |at| self.keys[at].signing().scheme()),
                diagnosis: diagnosis.as_ref(),
            },
            bodies: &examined.found,
            text: arrival.text(),
            bytes: came.body.len(),
            compressed: arrival.decoded.is_some(),
            marks: MarksSeen {
                duplicate_of: first_id.as_deref().zip(first.as_deref()),
                out_of_order: arrival.marks.out_of_order,
                after_end: arrival.marks.after_end,
            },
            status: arrival.answered.status,
            latency: arrival.answered.latency,
            forwarded: &arrival.answered.forwarded,
            not_written: arrival.answered.not_written.as_deref(),
            shown,
        };
        self.report.message(&Message::Arrived(&arrived), &mut self.out);
    }

    /// Why the signature is not valid. It takes some reckoning, for which no sender waits here.
    fn diagnosis(&self, arrival: &Arrival) -> Option<Diagnosis> {
        if !matches!(arrival.examined.signature, Some(Verdict::Invalid | Verdict::Missing)) {
            return None;
        }
        let candidates: Vec<Candidate<'_>> = self.keys.iter().map(candidate).collect();
        let headers: Vec<(String, Vec<u8>)> = arrival
            .came
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect();
        let expected = &candidates[arrival.examined.key?];
        diagnose(&Question { expected, others: &candidates, headers: &headers, body: &arrival.came.body })
    }
}

fn candidate(key: &Key) -> Candidate<'_> {
    Candidate {
        provider: &key.manifest.name,
        title: &key.manifest.title,
        signing: key.signing(),
        secret: &key.held.secret,
        place: key.held.place.as_deref(),
        variable: &key.held.variable,
    }
}
