//! The output of `log` for people: a line for each delivery, or one delivery whole.

use super::super::Body;
use super::super::logged::{LogTotals, LoggedAnswer, LoggedChanges, LoggedDelivery, WholeDelivery};
use super::super::place::Excerpt;
use super::sent_totals::status;
use super::{Human, counted};
use crate::sanitize::visible;
use crate::signature::SignatureVerdict;
use std::io::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// The columns of the event and of the order: longer ones move the rest of their line.
const EVENT: usize = 28;
const ORDER: usize = 20;
const AMOUNT: usize = 14;

impl Human {
    /// A heading among the lines: a file, or a day.
    pub(super) fn log_heading(&self, text: &str, out: &mut Vec<u8>) {
        let _ = writeln!(out, "{}", self.style.paint.strong(&visible(text)));
    }

    pub(super) fn logged(&self, delivery: &LoggedDelivery<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let clock = delivery.clock.as_deref().unwrap_or("--:--:--");
        let event = match (&delivery.event, delivery.provider) {
            (Some(event), _) => event.clone(),
            (None, Some(provider)) => format!("{provider}, not recognised"),
            (None, None) => "not recognised".to_owned(),
        };
        let order = delivery.order.as_deref().unwrap_or("-");
        let amount = [&delivery.amount, &delivery.currency];
        let amount: Vec<&str> = amount.into_iter().flatten().map(String::as_str).collect();
        let _ = writeln!(
            out,
            "{:>5} {} {} {} {}  {}",
            delivery.number,
            paint.quiet(&visible(clock)),
            paint.strong(&padded(&event, EVENT)),
            padded(order, ORDER),
            padded(&amount.join(" "), AMOUNT),
            self.log_verdicts(delivery),
        );
    }

    fn log_verdicts(&self, delivery: &LoggedDelivery<'_>) -> String {
        let paint = self.style.paint;
        let body = if delivery.errors == 0 {
            paint.good("valid")
        } else {
            paint.error("invalid")
        };
        let answer = match &delivery.answer {
            None => String::new(),
            Some(LoggedAnswer::Status(code @ 200..=299)) => {
                format!(" → {}", paint.good(&code.to_string()))
            }
            Some(LoggedAnswer::Status(code)) => format!(" → {}", paint.error(&status(*code))),
            Some(LoggedAnswer::Nothing(why)) => {
                let why = why.as_ref().map_or(String::new(), |why| format!(": {why}"));
                format!(" → {}", paint.error(&visible(&format!("no answer{why}"))))
            }
        };
        format!(
            "signature {}, body {body}{answer}",
            self.log_signature(delivery)
        )
    }

    /// The verdict on the signature, with the name of the reason.
    fn log_signature(&self, delivery: &LoggedDelivery<'_>) -> String {
        let verdict = self.signature_verdict(delivery.signature);
        let reason = delivery.reason.as_ref();
        match reason.filter(|_| delivery.signature == SignatureVerdict::Invalid) {
            Some(reason) => format!("{verdict} ({})", visible(reason)),
            None => verdict,
        }
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
        let _ = writeln!(out, "signature on arrival: {}", self.log_signature(line));
        let how = [verified.header, verified.scheme].into_iter().flatten();
        let how: Vec<&str> = how.collect();
        let how = match how.join(", ") {
            how if how.is_empty() => how,
            how => format!(" ({})", visible(&how)),
        };
        let verdict = self.signature_verdict(verified.verdict);
        let _ = writeln!(out, "signature verified now: {verdict}{how}");
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
        for (count, word) in [
            (totals.invalid, "invalid"),
            (totals.unanswered, "unanswered"),
        ] {
            if count > 0 {
                counts += &format!(", {}", paint.error(&format!("{count} {word}")));
            }
        }
        let _ = writeln!(out, "{shown}{counts}");
    }
}

/// A text with as many spaces behind it as make it that wide.
fn padded(text: &str, columns: usize) -> String {
    let text = visible(text);
    let spaces = columns.saturating_sub(text.width());
    format!("{text}{:spaces$}", "")
}
