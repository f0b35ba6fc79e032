//! The output of `log` for people: a line for each delivery, or one delivery whole.

use super::super::Body;
use super::super::logged::{LogTotals, LoggedAnswer, LoggedChanges, LoggedDelivery, WholeDelivery};
use super::super::paint::Paint;
use super::super::place::Excerpt;
use super::super::wrap::shortened;
use super::arrived::{INDENT, LinePart, wrapped_parts};
use super::body_text::cut;
use super::sent_totals::status;
use super::{Human, counted};
use crate::sanitize::visible;
use crate::signature::SignatureVerdict;
use std::io::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// The columns of the event, of the order and of its money, where the terminal is wide enough; longer ones move the rest of
/// their line.
const EVENT: usize = 30;
const ORDER: usize = 20;
const MONEY: usize = 14;
/// The spaces between columns.
const GAP: usize = 2;
/// An order's name is not cut to less.
const SHORTEST_ORDER: usize = 8;

impl Human {
    /// A heading among the lines: a file, or a day.
    pub(super) fn log_heading(&self, text: &str, out: &mut Vec<u8>) {
        let _ = writeln!(out, "{}", self.style.paint.strong(&visible(text)));
    }

    pub(super) fn logged(&self, delivery: &LoggedDelivery<'_>, out: &mut Vec<u8>) {
        let event = match (&delivery.event, delivery.provider) {
            (Some(event), _) => event.clone(),
            (None, Some(provider)) => format!("{provider}, not recognised"),
            (None, None) => "not recognised".to_owned(),
        };
        let order = delivery.order.name.as_deref().unwrap_or("-");
        let order = shortened(order);
        let bare = event.split_once('/').map_or(&*event, |(_, name)| name);
        let room = self.room();
        let row = |event: &str, order: &str, widths| self.log_row(delivery, event, order, widths);
        let wide = row(&event, &order, [EVENT, ORDER, MONEY]);
        let narrow = || row(&event, &order, [0; 3]);
        let bare = |order: &str| row(bare, order, [0; 3]);
        let kept = || {
            let others = columns(&bare("")) + GAP;
            let left = room.saturating_sub(others);
            (left >= SHORTEST_ORDER).then(|| bare(&cut(&order, left)))
        };
        let fits = |row: &Vec<LinePart>| columns(row) <= room;
        let row = Some(wide)
            .filter(fits)
            .or_else(|| Some(narrow()).filter(fits))
            .or_else(|| Some(bare(&order)).filter(fits))
            .or_else(|| kept().filter(fits));
        let mut row = row.unwrap_or_else(narrow);
        row.extend(self.log_marks(delivery));
        wrapped_parts(&row, (GAP, INDENT), room, out);
    }

    /// The cells of a row, those of the event, the order and the money as wide as given.
    fn log_row(
        &self,
        delivery: &LoggedDelivery<'_>,
        event: &str,
        order: &str,
        widths: [usize; 3],
    ) -> Vec<LinePart> {
        let paint = self.style.paint;
        let clock = delivery.clock.as_deref().unwrap_or("--:--:--");
        let number = LinePart::plain(&format!("{:>4}", delivery.number));
        let clock = LinePart::new(clock, |text| paint.quiet(text));
        let money = delivery.order.money().unwrap_or_default();
        let mut cells = vec![
            LinePart::joined(vec![number, clock], 1),
            LinePart::new(&padded(event, widths[0]), |text| paint.strong(text)),
        ];
        cells.extend(
            [(order, widths[1]), (&*shortened(&money), widths[2])]
                .map(|(text, width)| padded(text, width))
                .iter()
                .filter(|text| !text.is_empty())
                .map(|text| LinePart::plain(text)),
        );
        let verdicts = self.log_verdicts(delivery);
        // They stay together where they fit into one line.
        if columns(&verdicts) <= self.room().saturating_sub(INDENT) {
            cells.push(LinePart::joined(verdicts, GAP));
        } else {
            cells.extend(verdicts);
        }
        cells
    }

    /// The verdicts, and the answer.
    fn log_verdicts(&self, delivery: &LoggedDelivery<'_>) -> Vec<LinePart> {
        let paint = self.style.paint;
        let signed = delivery.signature == SignatureVerdict::Valid;
        let warned = match (delivery.warnings, delivery.warned.as_slice()) {
            (0, _) => String::new(),
            (1, [rule]) => rule.name().to_owned(),
            (1, _) => "1 warning".to_owned(),
            (count, _) => format!("{count} warnings"),
        };
        let mut parts = Vec::new();
        if signed && delivery.errors == 0 {
            parts.push(LinePart::new("signed", |text| paint.good(text)));
        } else {
            parts.push(LinePart::plain("signature"));
            parts.extend(self.log_signature_parts(delivery));
            parts.push(LinePart::plain("body"));
        }
        parts.push(match delivery.errors {
            0 => LinePart::new("valid", |text| paint.good(text)),
            _ => LinePart::new("invalid", |text| paint.error(text)),
        });
        if !warned.is_empty() {
            let warned = format!("({warned})");
            parts.push(LinePart::new(&warned, |text| paint.warning(text)));
        }
        let because =
            |why: &Option<String>| why.as_ref().map_or(String::new(), |why| format!(": {why}"));
        let answer = match &delivery.answer {
            None => None,
            Some(LoggedAnswer::Status(code @ 200..=299, _)) => {
                Some(LinePart::new(&code.to_string(), |text| paint.good(text)))
            }
            Some(LoggedAnswer::Status(code, why)) => {
                let words = format!("{}{}", status(*code), because(why));
                Some(LinePart::new(&words, |text| paint.error(text)))
            }
            Some(LoggedAnswer::Nothing(why)) => {
                let words = format!("no answer{}", because(why));
                Some(LinePart::new(&words, |text| paint.error(text)))
            }
        };
        let mut lines = vec![LinePart::joined(parts, 1)];
        lines.extend(answer.map(|answer| LinePart::joined(vec![LinePart::plain("→"), answer], 1)));
        lines
    }

    /// How it relates to earlier deliveries.
    fn log_marks(&self, delivery: &LoggedDelivery<'_>) -> Vec<LinePart> {
        let marks = &delivery.marks;
        let all = [
            marks
                .duplicate_of
                .map(|first| format!("duplicate of {first}")),
            marks
                .same_id_as
                .map(|first| format!("same id as {first}, different content")),
            marks
                .out_of_order
                .map(|event| format!("out of order: {event} came before")),
            marks
                .after_end
                .map(|event| format!("after the end: {event}")),
        ];
        let paint = self.style.paint;
        let mark = |text: String| LinePart::new(&text, |text| paint.warning(text));
        all.into_iter().flatten().map(mark).collect()
    }

    /// The verdict on the signature, and the name of the reason.
    fn log_signature_parts(&self, delivery: &LoggedDelivery<'_>) -> Vec<LinePart> {
        let painted = self.signature_verdict(delivery.signature);
        let mut parts = vec![LinePart::new(delivery.signature.name(), |_| {
            painted.clone()
        })];
        let reason = delivery.reason.as_ref();
        if let Some(reason) = reason.filter(|_| delivery.signature == SignatureVerdict::Invalid) {
            parts.push(LinePart::plain(&format!("({reason})")));
        }
        parts
    }

    pub(super) fn whole(&self, delivery: &WholeDelivery<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        if let Some(day) = &delivery.day {
            self.log_heading(day, out);
        }
        self.logged(delivery.line, out);
        let target = delivery.target.as_deref().unwrap_or_default();
        let remote = delivery
            .remote
            .map_or(String::new(), |remote| format!(" from {remote}"));
        let request = format!("{} {target}", delivery.method);
        let (request, remote) = (visible(request.trim_end()), visible(&remote));
        let _ = writeln!(out, "\n{}{remote}", paint.strong(&request));
        for header in &delivery.headers {
            let name = paint.name(&visible(&header.name));
            let _ = writeln!(out, "{name}: {}", visible(&header.shown()));
        }
        out.push(b'\n');
        self.body_text(&delivery.text, 2, out);
        out.push(b'\n');
        self.log_findings(delivery, out);
        self.log_signatures(delivery, out);
    }

    fn log_findings(&self, delivery: &WholeDelivery<'_>, out: &mut Vec<u8>) {
        let excerpt = Excerpt::new(&delivery.text, 1, 0);
        let source = format!("body of delivery {}", delivery.line.number);
        for (record, body) in (1..).zip(&*delivery.bodies) {
            self.body(&Body::of(&source, record, body, &excerpt), out);
        }
    }

    /// The verdict on arrival, and the one now with its reason.
    fn log_signatures(&self, delivery: &WholeDelivery<'_>, out: &mut Vec<u8>) {
        let (line, verified) = (delivery.line, &delivery.verified);
        let mut parts = words("signature on arrival:");
        parts.extend(self.log_signature_parts(line));
        wrapped_parts(&parts, (1, 2), self.room(), out);
        let how = [verified.header, verified.scheme].into_iter().flatten();
        let how: Vec<&str> = how.collect();
        let painted = self.signature_verdict(verified.verdict);
        let mut parts = words("signature verified now:");
        parts.push(LinePart::new(verified.verdict.name(), |_| painted.clone()));
        if !how.is_empty() {
            parts.extend(words(&format!("({})", how.join(", "))));
        }
        wrapped_parts(&parts, (1, 2), self.room(), out);
        self.why_not_valid(verified, out);
    }

    pub(super) fn log_changes(&self, found: &LoggedChanges, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let _ = match &found.changes {
            _ if found.same_bytes => {
                writeln!(out, "  {}", paint.quiet("the same body, byte for byte"))
            }
            None => writeln!(
                out,
                "  {}",
                paint.warning("the bodies cannot be compared field by field")
            ),
            Some(changes) if changes.is_empty() => {
                writeln!(
                    out,
                    "  {}",
                    paint.quiet("the same values, written differently")
                )
            }
            Some(changes) => {
                self.changes(changes, 2, out);
                Ok(())
            }
        };
    }

    pub(super) fn log_totals(&self, totals: &LogTotals, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let all = counted(totals.deliveries, "delivery", "deliveries");
        let shown = if totals.shown == totals.deliveries {
            all
        } else {
            format!("{} of {all}", totals.shown)
        };
        let mut counts = String::new();
        let (error, warning) = (Paint::error, Paint::warning);
        let duplicates = if totals.duplicates == 1 {
            "duplicate"
        } else {
            "duplicates"
        };
        for (count, words, painted) in [
            (
                totals.invalid,
                "invalid",
                error as fn(Paint, &str) -> String,
            ),
            (totals.warned, "with warnings", warning),
            (totals.unanswered, "unanswered", error),
            (totals.duplicates, duplicates, warning),
            (totals.same_id, "same id, different content", warning),
            (totals.out_of_order, "out of order", warning),
            (totals.after_end, "after the end", warning),
        ] {
            if count > 0 {
                counts += &format!(", {}", painted(paint, &format!("{count} {words}")));
            }
        }
        let _ = writeln!(out, "{shown}{counts}");
    }
}

/// A text as parts between which it may be wrapped.
pub(super) fn words(text: &str) -> Vec<LinePart> {
    text.split_whitespace().map(LinePart::plain).collect()
}

/// How wide a row is.
fn columns(row: &[LinePart]) -> usize {
    let columns: usize = row.iter().map(|part| part.columns + GAP).sum();
    columns.saturating_sub(GAP)
}

/// A text with as many spaces behind it as make it that wide.
fn padded(text: &str, columns: usize) -> String {
    let text = visible(text);
    let spaces = columns.saturating_sub(text.width());
    format!("{text}{:spaces$}", "")
}
