//! Shows the deliveries of a log as they are read: a line each, some of them whole, or what changed between them.

use super::entry::{EntryReader, LogEntry};
use super::selection::{LogSelection, OrderMatch};
use crate::capture::reader::{CaptureSink, FoundCapture};
use crate::context::{Context, Outcome};
use crate::error::Error;
use crate::inbound::changes::Changes;
use crate::report::{self, Change, Format, LogMessage, LogTotals, LoggedChanges, Message, Report};
use crate::scheme_choice::secret_notes;
use std::collections::VecDeque;
use std::io::Write as _;

/// Output is written in pieces of about this size.
const PIECE: usize = 64 * 1024;

/// What is shown.
#[derive(Debug)]
pub(crate) enum LogWork {
    /// A line for each chosen delivery, or for the last ones.
    Lines(Option<usize>),
    /// These deliveries, whole.
    Whole(Vec<u64>),
    /// What changed from the first to the second.
    Difference(u64, u64),
    /// The deliveries about one order, each with what changed since the one before.
    History(String),
}

/// A delivery's line, and what is written above it.
struct HeldLine {
    source: String,
    day: Option<String>,
    text: Vec<u8>,
    /// The delivery alone, counted.
    counted: LogTotals,
}

/// Shows deliveries.
pub(crate) struct LogPrinter<'r, 'w> {
    context: &'r mut Context<'w>,
    reader: EntryReader,
    selection: LogSelection,
    work: LogWork,
    report: Box<dyn Report>,
    totals: LogTotals,
    out: Vec<u8>,
    /// Every delivery is written at once.
    follows: bool,
    /// The file of the last line, where there are several.
    source: Option<String>,
    /// The day of the last line.
    day: Option<String>,
    /// The lines of the last deliveries, where only those are shown.
    last: VecDeque<HeldLine>,
    /// The order of a history, and whether a delivery was about it.
    order: OrderMatch,
    found_order: bool,
    compared: Changes,
    /// Bodies to be compared: the last one, or those that were asked for.
    kept: Vec<(u64, Vec<u8>)>,
    /// By key: whether what the user should know about its secret was said.
    noted: Vec<bool>,
    /// What is said on stderr at the end.
    notes: Vec<String>,
    /// Inputs that could not be read.
    unreadable: u64,
}

impl<'r, 'w> LogPrinter<'r, 'w> {
    /// A printer; `several` inputs get headings.
    pub(crate) fn new(
        context: &'r mut Context<'w>,
        reader: EntryReader,
        selection: LogSelection,
        work: LogWork,
        format: Format,
        (several, follows): (bool, bool),
    ) -> Self {
        let order = match &work {
            LogWork::History(order) => vec![order.clone()],
            _ => Vec::new(),
        };
        Self {
            order: OrderMatch::new(&order),
            noted: vec![false; reader.verifier.keys().len()],
            report: report::report(format, context.style()),
            context,
            reader,
            selection,
            work,
            totals: LogTotals::default(),
            out: Vec::new(),
            follows,
            source: several.then(String::new),
            day: None,
            last: VecDeque::new(),
            found_order: false,
            compared: Changes::default(),
            kept: Vec::new(),
            notes: Vec::new(),
            unreadable: 0,
        }
    }

    /// Shows what can be shown only at the end; returns what is to be said on stderr.
    pub(crate) fn finish(mut self) -> Result<(Outcome, Vec<String>), Error> {
        match &self.work {
            // The error is the last that is said where nothing could be read.
            LogWork::Lines(_) | LogWork::History(_)
                if self.unreadable > 0 && self.totals.deliveries == 0 => {}
            LogWork::History(order) if !self.found_order && self.totals.deliveries > 0 => {
                return Err(no_order(order));
            }
            LogWork::Lines(_) | LogWork::History(_) => {
                self.show_held();
                let totals = self.totals;
                self.say(LogMessage::Totals(&totals));
            }
            LogWork::Whole(numbers) => {
                let most = self.totals.deliveries;
                if let Some(number) = numbers
                    .iter()
                    .find(|number| **number > most || **number == 0)
                {
                    return Err(missing(*number, most));
                }
            }
            LogWork::Difference(from, to) => {
                let (from, to) = (*from, *to);
                let changes = self.difference(from, to)?;
                self.say(LogMessage::Changes(&changes));
            }
        }
        self.write()?;
        let outcome = if self.unreadable > 0 {
            Outcome::Failed
        } else {
            Outcome::Good
        };
        Ok((outcome, self.notes))
    }

    fn show(&mut self, found: &FoundCapture<'_>) -> Result<(), Error> {
        let mut entry = self.reader.entry(found);
        self.totals.deliveries += 1;
        let number = entry.line.number;
        let wanted = match &self.work {
            LogWork::Lines(_) => self.selection.chooses(&entry, &found.captured),
            LogWork::Whole(numbers) => numbers.contains(&number),
            LogWork::Difference(from, to) => number == *from || number == *to,
            LogWork::History(_) => {
                let chosen = self.selection.chooses(&entry, &found.captured);
                let fits = self.order.fits(&entry);
                self.found_order |= fits;
                fits && chosen
            }
        };
        if !wanted {
            return Ok(());
        }
        match self.work {
            LogWork::Whole(_) => self.whole(found, &mut entry),
            LogWork::Lines(Some(last)) => self.hold(&entry, last),
            _ => {
                let line = self.held(&entry);
                self.line(line);
            }
        }
        match self.work {
            LogWork::Lines(_) | LogWork::Whole(_) => {}
            LogWork::Difference(..) => self.kept.push((number, self.reader.text(&entry))),
            LogWork::History(_) => self.history(&entry),
        }
        self.note_secret(entry.key);
        if self.follows || self.out.len() >= PIECE {
            self.write()?;
        }
        Ok(())
    }

    /// A delivery's line.
    fn held(&self, entry: &LogEntry<'_>) -> HeldLine {
        let mut held = HeldLine {
            source: entry.line.source.to_owned(),
            day: entry.second.map(|second| self.reader.day(second)),
            text: Vec::new(),
            counted: LogTotals::default(),
        };
        held.counted.show(&entry.line);
        let message = Message::Log(LogMessage::Line(&entry.line));
        self.report.message(&message, &mut held.text);
        held
    }

    /// Keeps a delivery's line until it is known whether it is one of the last.
    fn hold(&mut self, entry: &LogEntry<'_>, last: usize) {
        if self.last.len() == last {
            self.last.pop_front();
        }
        let held = self.held(entry);
        self.last.push_back(held);
    }

    fn show_held(&mut self) {
        for held in std::mem::take(&mut self.last) {
            self.line(held);
        }
    }

    /// A delivery's line, below its file and its day.
    fn line(&mut self, held: HeldLine) {
        let last = self.source.as_deref();
        if let Some(last) = last.filter(|last| *last != held.source) {
            let first = last.is_empty();
            self.say(LogMessage::Source(&held.source, first));
            self.source = Some(held.source);
            self.day = None;
        }
        if let Some(day) = held.day.filter(|day| self.day.as_ref() != Some(day)) {
            self.say(LogMessage::Day(&day));
            self.day = Some(day);
        }
        self.totals.add(&held.counted);
        self.out.extend_from_slice(&held.text);
    }

    fn whole(&mut self, found: &FoundCapture<'_>, entry: &mut LogEntry<'_>) {
        self.totals.show(&entry.line);
        let whole = self.reader.whole(found, entry);
        let message = Message::Log(LogMessage::Whole(&whole));
        self.report.message(&message, &mut self.out);
    }

    /// What changed since the delivery before about the same order: first its event, status and amounts.
    fn history(&mut self, entry: &LogEntry<'_>) {
        self.kept.push((entry.line.number, self.reader.text(entry)));
        if let [(from, before), (to, now)] = self.kept.as_slice() {
            let mut changes = self.changes((*from, before), (*to, now));
            if let Some(changes) = &mut changes.changes {
                let tells = |change: &Change| self.reader.tells(entry.line.provider, change);
                changes.sort_by_key(|change| !tells(change));
                // They are shown even if what they are in is new.
                let telling = changes.iter_mut().filter(|change| tells(change));
                telling.for_each(|change| change.within = None);
            }
            self.say(LogMessage::Changes(&changes));
            self.kept.remove(0);
        }
    }

    fn difference(&self, from: u64, to: u64) -> Result<LoggedChanges, Error> {
        let text = |number: u64| {
            let kept = self.kept.iter().find(|(known, _)| *known == number);
            let kept = kept.ok_or_else(|| missing(number, self.totals.deliveries));
            kept.map(|(_, text)| text.as_slice())
        };
        Ok(self.changes((from, text(from)?), (to, text(to)?)))
    }

    fn changes(&self, (from, before): (u64, &[u8]), (to, now): (u64, &[u8])) -> LoggedChanges {
        let json = |text| {
            let text = std::str::from_utf8(text).ok()?;
            let is_json = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
            is_json.then_some(text)
        };
        let both = json(before).zip(json(now));
        LoggedChanges {
            from,
            to,
            changes: both.and_then(|(before, now)| self.compared.differences(before, now)),
            same_bytes: before == now,
        }
    }

    /// Says once what the user should know about the secret that signatures were verified with.
    fn note_secret(&mut self, key: Option<usize>) {
        let keys = self.reader.verifier.keys();
        let Some((key, noted)) = key.and_then(|key| keys.get(key).zip(self.noted.get_mut(key)))
        else {
            return;
        };
        if !std::mem::replace(noted, true) {
            let notes = secret_notes(std::slice::from_ref(key));
            self.notes.extend(notes);
        }
    }

    fn say(&mut self, message: LogMessage<'_>) {
        self.report.message(&Message::Log(message), &mut self.out);
    }

    fn write(&mut self) -> Result<(), Error> {
        let written = self.context.print(&self.out);
        self.out.clear();
        written
    }
}

impl CaptureSink for LogPrinter<'_, '_> {
    fn take(&mut self, found: FoundCapture<'_>) -> Result<(), Error> {
        if found.is_something_else() {
            return Err(Error::not_recorded(found.source));
        }
        self.show(&found)
    }

    fn skipped(&mut self, words: String) {
        if self.follows {
            self.context.note(&words);
        } else {
            self.notes.push(words);
        }
    }

    /// Says what cannot be read, and goes on with the next input. A journal may still be empty.
    fn failed(&mut self, error: Error) -> Result<(), Error> {
        match error {
            Error::Closed | Error::Unwritable { .. } => return Err(error),
            Error::NoBodies {
                path,
                folder: false,
                ..
            } => self.notes.push(format!("{path} is empty")),
            error => {
                self.unreadable += 1;
                let text = report::error(
                    &error,
                    self.context.stderr_paint,
                    self.context.stderr_width(),
                );
                // If stderr is closed, the exit code still tells.
                let _ = self.context.world.stderr.writer.write_all(text.as_bytes());
            }
        }
        Ok(())
    }
}

fn no_order(order: &str) -> Error {
    Error::Usage {
        what: format!("no delivery is about the order {order}"),
        hint: "leave out --history to see the orders' names, or search with --grep".to_owned(),
    }
}

fn missing(number: u64, most: u64) -> Error {
    Error::Usage {
        what: format!("there is no delivery {number}"),
        hint: match most {
            0 => "the input has no deliveries".to_owned(),
            1 => "the input has one delivery, number 1".to_owned(),
            most => format!("deliveries are numbered from 1 to {most}"),
        },
    }
}
