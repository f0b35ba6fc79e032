//! A received delivery for people: one line, and below it only what is wrong; with `--verbose` all of the exchange.

use super::super::Body;
use super::super::listened::{Forwarded, ReceivedDelivery, Shown, ShownExchange};
use super::super::place::Excerpt;
use super::super::wrap::lines;
use super::Human;
use super::sent_totals::{short, status};
use crate::http::Header;
use crate::sanitize::visible;
use std::io::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// Where the time begins, and everything below it: numbers of three digits and two spaces.
pub(super) const INDENT: usize = 5;

/// A part of a headline that is not broken, and its width without colours.
#[derive(Clone)]
pub(super) struct LinePart {
    pub(super) text: String,
    pub(super) columns: usize,
}

impl LinePart {
    pub(super) fn new(text: &str, paint: impl Fn(&str) -> String) -> Self {
        let text = visible(text);
        Self {
            columns: text.width(),
            text: paint(&text),
        }
    }

    pub(super) fn plain(text: &str) -> Self {
        Self::new(text, str::to_owned)
    }

    /// Several with as many spaces between them.
    pub(super) fn joined(parts: Vec<Self>, spaces: usize) -> Self {
        let columns = parts
            .iter()
            .map(|part| part.columns + spaces)
            .sum::<usize>();
        let texts: Vec<String> = parts.into_iter().map(|part| part.text).collect();
        Self {
            columns: columns.saturating_sub(spaces),
            text: texts.join(&" ".repeat(spaces)),
        }
    }
}

impl Human {
    pub(super) fn arrived(&self, delivery: &ReceivedDelivery<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        self.headline(delivery, out);
        if !delivery.is_good() {
            self.request_line(delivery, out);
        }
        self.marks(delivery, out);
        if let Some(diagnosis) = &delivery.diagnosis {
            let (label, text) = ("signature:", &diagnosis.explanation);
            self.detail(INDENT, &paint.error(label), label, text, out);
            let (label, text) = ("hint:", &diagnosis.fix);
            self.detail(INDENT, &paint.name(label), label, text, out);
        }
        for (place, forwarded) in delivery.forwarded.iter().enumerate() {
            if delivery.exchange.is_some() || !forwarded.is_good() {
                self.forwarded(forwarded, place == 0, out);
            }
        }
        if let Some(why) = delivery.not_written {
            let label = "not recorded, and therefore rejected:";
            self.detail(INDENT, &paint.error(label), label, why, out);
        }
        if let Some(exchange) = &delivery.exchange {
            self.request_head(delivery, out);
            self.shown(delivery, out);
            self.answer_in_full(exchange, out);
        } else {
            self.shown(delivery, out);
        }
        self.findings(delivery, out);
    }

    /// How a bad delivery was sent, as far as that is unusual.
    fn request_line(&self, delivery: &ReceivedDelivery<'_>, out: &mut Vec<u8>) {
        if delivery.exchange.is_some() || (delivery.target == "/" && !delivery.compressed) {
            return;
        }
        let compressed = if delivery.compressed {
            ", compressed"
        } else {
            ""
        };
        let text = format!("{} {}{compressed}", delivery.method, delivery.target);
        let label = "request:";
        self.detail(INDENT, &self.style.paint.name(label), label, &text, out);
    }

    fn marks(&self, delivery: &ReceivedDelivery<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let mut mark =
            |label: &str, text: &str| self.detail(INDENT, &paint.warning(label), label, text, out);
        if let Some(original) = &delivery.duplicate_of {
            mark(
                "duplicate:",
                &format!("first received at {}", original.clock),
            );
        }
        if let Some(original) = &delivery.same_id_as {
            let at = &original.clock;
            mark(
                "same id, different content:",
                &format!(
                    "another body with this id was received at {at}; a forgery, or a mistake of the provider"
                ),
            );
        }
        if let Some(event) = delivery.out_of_order {
            let text = format!("the later event {event} had already arrived");
            mark("out of order:", &text);
        }
        if let Some(event) = delivery.after_end {
            mark(
                "after the end:",
                &format!("{event} should be the last event"),
            );
        }
    }

    fn forwarded(&self, forwarded: &Forwarded, first: bool, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let target = &forwarded.target;
        let latency = forwarded.latency.map(short);
        let relayed = if first {
            " (relayed to the sender)"
        } else {
            ""
        };
        let (label, text) = match (&forwarded.outcome, latency) {
            (Ok(code), latency) => {
                let latency = latency.unwrap_or_default();
                let text = format!("{target}: {} in {latency}{relayed}", status(*code));
                ("forwarded to", text)
            }
            (Err(why), Some(latency)) => {
                let text = format!("{target} failed after {latency}: {why}");
                ("forwarding to", text)
            }
            (Err(why), None) => ("not forwarded to", format!("{target}: {why}")),
        };
        let painted = if forwarded.is_good() {
            label.to_owned()
        } else {
            paint.error(label)
        };
        self.detail(INDENT, &painted, label, &text, out);
    }

    /// The id, and the request up to its body.
    fn request_head(&self, delivery: &ReceivedDelivery<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let _ = writeln!(out, "{:INDENT$}{} {}", "", paint.name("id:"), delivery.id);
        let (target, remote) = (&delivery.target, delivery.remote);
        let compressed = if delivery.compressed {
            ", decompressed below"
        } else {
            ""
        };
        let bytes = delivery.bytes;
        let line = format!(
            "{} {target} from {remote}, {bytes} bytes{compressed}",
            delivery.method
        );
        self.head('>', &line, &delivery.headers, out);
    }

    fn answer_in_full(&self, exchange: &ShownExchange, out: &mut Vec<u8>) {
        let Some(answer) = &exchange.answer else {
            return;
        };
        self.head('<', &status(answer.status), &answer.headers, out);
        self.body_text(&answer.body, INDENT, out);
    }

    /// The head of a request or an answer, each line behind a mark.
    fn head(&self, mark: char, line: &str, headers: &[Header], out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let mark = paint.quiet(&mark.to_string());
        let _ = writeln!(out, "{:INDENT$}{mark} {}", "", paint.strong(&visible(line)));
        for header in headers {
            let (name, value) = (visible(&header.name), header.shown());
            let value = visible(&value);
            let _ = writeln!(out, "{:INDENT$}{mark} {}: {value}", "", paint.name(&name));
        }
    }

    fn shown(&self, delivery: &ReceivedDelivery<'_>, out: &mut Vec<u8>) {
        match &delivery.shown {
            Shown::Nothing => {}
            Shown::Full => self.body_text(&delivery.text, INDENT, out),
            Shown::Folded(manifest) => {
                let event = delivery.bodies.first().and_then(|body| body.event);
                self.folded_body(&delivery.text, manifest.zip(event), INDENT, out);
            }
            Shown::Changed(changes) if changes.is_empty() => {
                let _ = writeln!(out, "{:INDENT$}{}", "", self.style.paint.quiet("unchanged"));
            }
            Shown::Changed(changes) => self.changes(changes, INDENT, out),
        }
    }

    fn findings(&self, delivery: &ReceivedDelivery<'_>, out: &mut Vec<u8>) {
        let excerpt = Excerpt::new(&delivery.text, 1, 0);
        if delivery.bodies.iter().any(|body| !body.findings.is_empty()) {
            out.push(b'\n');
        }
        for (record, body) in (1..).zip(&*delivery.bodies) {
            self.body(&Body::received(record, body, &excerpt), out);
        }
    }

    /// A label and a text, on a terminal wrapped with the following lines further in.
    pub(super) fn detail(
        &self,
        indent: usize,
        painted: &str,
        label: &str,
        text: &str,
        out: &mut Vec<u8>,
    ) {
        if !self.style.wrapped {
            let _ = writeln!(out, "{:indent$}{painted} {}", "", visible(text));
            return;
        }
        let inner = indent + 2;
        let label: Vec<&str> = label.split_whitespace().collect();
        let label = label.join(" ");
        let all = format!("{label} {text}");
        for (number, line) in lines(&all, inner, self.style.width).iter().enumerate() {
            let _ = match line.strip_prefix(&label).filter(|_| number == 0) {
                Some(rest) => writeln!(out, "{:indent$}{painted}{rest}", ""),
                None => writeln!(
                    out,
                    "{:1$}{line}",
                    "",
                    if number == 0 { indent } else { inner }
                ),
            };
        }
    }
}

/// Writes parts with that many spaces between them; what does not fit begins a line below, with that indent.
pub(super) fn wrapped_parts(
    parts: &[LinePart],
    (gap, indent): (usize, usize),
    width: usize,
    out: &mut Vec<u8>,
) {
    let mut used = 0;
    for part in parts {
        if used == 0 {
            used = part.columns;
        } else if used + gap + part.columns <= width {
            let _ = write!(out, "{:gap$}", "");
            used += gap + part.columns;
        } else {
            let _ = write!(out, "\n{:indent$}", "");
            used = indent + part.columns;
        }
        out.extend_from_slice(part.text.as_bytes());
    }
    out.push(b'\n');
}
