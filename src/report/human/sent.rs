//! The output of `send` and `replay` for people: a heading, then a line for each delivery, and details where something is
//! wrong. A single delivery gets a sentence instead.

use super::super::sent::{Delivered, Detail, Seen, SendHeading, Totals, Wait};
use super::super::wrap::columns_of_painted;
use super::super::{Message, Paint, Report as _, SendMessage};
use super::Human;
use super::sent_columns::{SentColumns, shown, shown_amount};
use super::sent_totals::{latency, status, wait};
use crate::http::Fault;
use crate::sanitize::visible;
use std::collections::BTreeSet;
use std::io::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// Writes the lines of one run, of which it remembers what later lines depend on.
pub(in super::super) struct SentLines {
    human: Human,
    detail: Detail,
    /// The heading, until it is written.
    heading: Vec<u8>,
    columns: SentColumns,
    /// What the built-in receiver found in the delivery that is being sent.
    seen: Vec<u8>,
    seen_wrong: bool,
    /// How many deliveries the built-in receiver found good; `None` once one was not.
    seen_good: Option<u64>,
    /// The details of the attempt before.
    before: Vec<u8>,
    /// What was said, so that it is not said again and again.
    said: SaidTexts,
    /// How long the last line is, where it waits for the outcome of the next attempt.
    open: Option<usize>,
    /// The line that Ctrl-C was pressed on was ended.
    broken: bool,
    /// Something wrong was shown.
    wrong: bool,
}

impl SentLines {
    pub(in super::super) fn new(human: Human, detail: Detail) -> Self {
        Self {
            human,
            detail,
            heading: Vec::new(),
            columns: SentColumns::default(),
            seen: Vec::new(),
            seen_wrong: false,
            seen_good: Some(0),
            before: Vec::new(),
            said: SaidTexts::default(),
            open: None,
            broken: false,
            wrong: false,
        }
    }

    pub(in super::super) fn message(&mut self, message: &Message<'_>, out: &mut Vec<u8>) {
        match message {
            Message::Send(SendMessage::Heading(heading)) => self.heading(heading, out),
            Message::Validate(_) => self.human.message(message, &mut self.seen),
            Message::Send(SendMessage::Seen(seen)) => self.seen(seen),
            Message::Send(SendMessage::Delivered(delivered)) => self.delivered(delivered, out),
            Message::Send(SendMessage::Wait(pause)) => self.wait(*pause, out),
            Message::Send(SendMessage::Totals(totals)) => self.totals(totals, out),
            other => self.human.message(other, out),
        }
    }

    fn heading(&mut self, heading: &SendHeading<'_>, out: &mut Vec<u8>) {
        self.columns = SentColumns::new(heading, self.human.room());
        self.human.send_heading(heading, &mut self.heading);
        if self.detail != Detail::Quiet {
            out.append(&mut self.heading);
        }
    }

    fn seen(&mut self, seen: &Seen) {
        if seen.is_good() {
            self.seen_good = self.seen_good.map(|count| count + 1);
            return;
        }
        self.seen_good = None;
        self.seen_wrong = true;
        self.human.seen(seen, self.columns.indent(), &mut self.seen);
    }

    fn delivered(&mut self, delivered: &Delivered<'_>, out: &mut Vec<u8>) {
        let seen = std::mem::take(&mut self.seen);
        let wrong = !delivered.as_expected || std::mem::take(&mut self.seen_wrong);
        if self.detail == Detail::Quiet && !wrong && self.open.is_none() {
            return;
        }
        self.wrong |= wrong;
        out.append(&mut self.heading);
        if matches!(delivered.sent.outcome, Err(Fault::Interrupted)) {
            self.break_line(out);
        }
        let (indent, sentence) = (self.columns.indent(), self.columns.is_single());
        let first = delivered.attempt == 1;
        if let Some(used) = self.open.take() {
            let outcome = self.human.retry_outcome(delivered);
            let _ = if used + 2 + columns_of_painted(&outcome) <= self.human.room() {
                writeln!(out, ": {outcome}")
            } else {
                writeln!(out, ":\n{:1$}{outcome}", "", indent + 2)
            };
        } else if sentence && first {
            let received = match self.seen_good {
                Some(1..) if delivered.accepted => "; signature valid, body valid",
                _ => "",
            };
            self.human.outcome_sentence(delivered, received, out);
        } else {
            self.columns.row(delivered, &self.human.style, out);
        }
        let advice = self.human.advice(delivered, indent);
        let details = |sentence: bool| {
            let mut details = seen.clone();
            if self.detail == Detail::Verbose {
                self.human.exchange(delivered, indent, &mut details);
            }
            let with_answer = self.detail != Detail::Verbose;
            self.human
                .sent_details(delivered, (indent, sentence, with_answer), &mut details);
            details
        };
        // Each attempt may bring the same again.
        let whole = [details(false), advice.clone()].concat();
        let again = !first && whole == self.before;
        if !again && !whole.is_empty() {
            self.details(&details(sentence && first), &advice, &whole, out);
        }
        self.before = whole;
    }

    /// Details and advice, with what was said before in short.
    fn details(&mut self, details: &[u8], advice: &[u8], whole: &[u8], out: &mut Vec<u8>) {
        let indent = self.columns.indent();
        if self.said.knows(whole) {
            let _ = writeln!(out, "{:indent$}(as before)", "");
            return;
        }
        out.extend_from_slice(details);
        if advice.is_empty() {
            return;
        }
        if self.said.knows(advice) {
            let label = self.human.style.paint.name("hint:");
            let _ = writeln!(out, "{:indent$}{label} (as before)", "");
        } else {
            out.extend_from_slice(advice);
        }
    }

    fn wait(&mut self, pause: Wait, out: &mut Vec<u8>) {
        let (attempt, most) = pause.attempt;
        let shortened = if pause.waited == pause.real {
            String::new()
        } else {
            format!(", shortened to {}", wait(pause.waited))
        };
        let text = format!(
            "retrying in {} ({attempt} of {most}){shortened}",
            wait(pause.real)
        );
        let indent = self.columns.indent();
        let _ = write!(out, "{:indent$}{}", "", self.human.style.paint.quiet(&text));
        self.open = Some(indent + text.width());
    }

    fn totals(&mut self, totals: &Totals, out: &mut Vec<u8>) {
        if totals.interrupted {
            self.break_line(out);
        }
        let single = self.columns.is_single() && totals.sent < 2 && totals.skipped == 0;
        let quiet = self.detail == Detail::Quiet && !self.wrong;
        if (single || quiet) && !totals.interrupted {
            return;
        }
        let received = match self.seen_good {
            Some(1..) => " (signatures and bodies valid)",
            _ => "",
        };
        self.human.totals(totals, received, out);
    }

    /// Ends the line with the ^C that a terminal echoes.
    fn break_line(&mut self, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.broken, true) {
            out.push(b'\n');
            self.open = None;
        }
    }
}

/// Texts that were written before.
#[derive(Default)]
struct SaidTexts(BTreeSet<Vec<u8>>);

impl SaidTexts {
    /// Whether a text was written before; from now on it was.
    fn knows(&mut self, text: &[u8]) -> bool {
        // A run whose answers all differ has nothing to repeat.
        const MOST: usize = 64;
        if self.0.contains(text) {
            return true;
        }
        if self.0.len() < MOST {
            self.0.insert(text.to_vec());
        }
        false
    }
}

impl Human {
    /// How wide a line may be.
    pub(super) fn room(&self) -> usize {
        if self.style.wrapped {
            self.style.width
        } else {
            usize::MAX
        }
    }

    /// What is sent and where, and the order that it is about.
    fn send_heading(&self, heading: &SendHeading<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let title = visible(&heading.title);
        let facts = facts(heading);
        let (title_width, title) = (title.width(), paint.strong(&title));
        let room = self.room();
        let [target] = heading.targets.as_slice() else {
            let _ = match facts.as_str() {
                "" => writeln!(out, "{title}"),
                facts if title_width + 2 + facts.width() <= room => {
                    writeln!(out, "{title}  {facts}")
                }
                facts => writeln!(out, "{title}\n  {facts}"),
            };
            for target in &heading.targets {
                let _ = writeln!(out, "  → {}", visible(target));
            }
            return;
        };
        let own = if heading.built_in {
            " (built-in receiver)"
        } else {
            ""
        };
        let target = visible(target);
        let mut used = title_width + 3 + target.width() + own.len();
        let _ = if used > room {
            used = room;
            write!(out, "{title}\n  → {target}{own}")
        } else {
            write!(out, "{title} → {target}{own}")
        };
        let _ = match facts.as_str() {
            "" => writeln!(out),
            facts if used.saturating_add(2 + facts.width()) <= room => writeln!(out, "  {facts}"),
            facts => writeln!(out, "\n  {facts}"),
        };
    }

    /// What came of a further attempt.
    fn retry_outcome(&self, delivered: &Delivered<'_>) -> String {
        let paint = self.style.paint;
        let time = latency(delivered.sent.latency);
        match &delivered.sent.outcome {
            Ok(answer) if delivered.accepted => {
                let status = paint.good(&answer.status.to_string());
                format!("{status} in {time}, accepted")
            }
            Ok(answer) => format!("{} in {time}", paint.error(&answer.status.to_string())),
            Err(fault) => {
                let fault = fault.name().replace('_', " ");
                format!("{} after {time} ({fault})", paint.error("failed"))
            }
        }
    }

    /// What came of a single delivery.
    fn outcome_sentence(&self, delivered: &Delivered<'_>, received: &str, out: &mut Vec<u8>) {
        let outcome = AttemptOutcome::of(delivered);
        let reason = delivered
            .reason
            .filter(|_| !delivered.as_expected && delivered.sent.outcome.is_ok())
            .map_or(String::new(), |reason| format!(" ({reason})"));
        let text = format!("{}{reason}{received}", outcome.text);
        for line in self.text_lines(&text, 2) {
            let _ = writeln!(out, "  {}", outcome.painted(&line, self.style.paint));
        }
    }
}

/// The status or the fault, the time, and the verdict.
struct AttemptOutcome {
    text: String,
    /// The part at its beginning that is coloured.
    word: String,
    good: bool,
}

impl AttemptOutcome {
    fn of(delivered: &Delivered<'_>) -> Self {
        let time = latency(delivered.sent.latency);
        let verdict = match (delivered.accepted, delivered.as_expected) {
            (true, true) => "accepted",
            (true, false) if delivered.sending.forged.is_some() => "accepted, though it is forged",
            (true, false) => "accepted",
            (false, true) => "rejected, as expected",
            (false, false) => "rejected",
        };
        let (word, text) = match &delivered.sent.outcome {
            Ok(answer) => {
                let status = status(answer.status);
                let text = format!("{status} in {time}: {verdict}");
                (status, text)
            }
            Err(fault) => {
                let words = visible(delivered.reason.unwrap_or_else(|| fault.name()));
                let failed = "failed".to_owned();
                // No time passes where nothing is tried.
                let text = if delivered.sent.latency.is_zero() {
                    format!("{failed}: {words}")
                } else {
                    format!("{failed} after {time}: {words}")
                };
                (failed, text)
            }
        };
        Self {
            text,
            word,
            good: delivered.as_expected,
        }
    }

    /// A line of the text, in colours.
    fn painted(&self, line: &str, paint: Paint) -> String {
        let word = if self.good {
            paint.good(&self.word)
        } else {
            paint.error(&self.word)
        };
        match line.strip_prefix(&self.word) {
            Some(rest) => format!("{word}{rest}"),
            None => line.to_owned(),
        }
    }
}

/// The order that all deliveries are about, its money, and that they are not signed.
fn facts(heading: &SendHeading<'_>) -> String {
    let mut facts = Vec::new();
    if let Some(order) = &heading.order {
        facts.extend(order.name.as_deref().map(shown));
        // Before the first payment, what is due says more.
        let paid = order.payment.as_ref().filter(|paid| !paid.is_zero());
        match (&order.amount, paid.or(order.due.as_ref())) {
            (Some(amount), Some(payment)) if !amount.is_same(payment) => {
                facts.push(format!(
                    "{} ({})",
                    shown_amount(amount),
                    shown_amount(payment)
                ));
            }
            (amount, payment) => {
                facts.extend(amount.as_ref().or(payment).map(shown_amount));
            }
        }
    }
    facts.extend(heading.unsigned.map(str::to_owned));
    facts.join(", ")
}
