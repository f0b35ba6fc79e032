//! The output of `listen` for people: a line for each delivery, then its body and what is wrong with it.

use super::super::Body;
use super::super::listened::{
    Change, Forwarded, ListenTotals, NoAnswer, Ready, ReceivedDelivery, RefusedRequest, Shown,
};
use super::super::place::Excerpt;
use super::sent_totals::{short, status};
use super::{Human, counted};
use crate::json::{Scanner, indented};
use crate::lint::Severity;
use crate::sanitize::{foreign_lines, visible};
use std::io::Write as _;

impl Human {
    pub(super) fn ready(&self, ready: &Ready, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let url = paint.strong(&format!("http://{}", ready.address));
        let journal = ready.journal.as_ref().map_or(String::new(), |path| {
            format!(", recording to {}", visible(path))
        });
        let _ = writeln!(out, "listening on {url}{journal} (Ctrl-C to stop)");
    }

    pub(super) fn arrived(&self, delivery: &ReceivedDelivery<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        self.headline(delivery, out);
        self.marks(delivery, out);
        if let Some(diagnosis) = &delivery.diagnosis {
            let (label, explanation) = (paint.error("signature:"), visible(&diagnosis.explanation));
            let _ = writeln!(out, "  {label} {explanation}");
            let _ = writeln!(out, "  {} {}", paint.name("hint:"), visible(&diagnosis.fix));
        }
        for (place, forwarded) in delivery.forwarded.iter().enumerate() {
            self.forwarded(forwarded, place == 0, out);
        }
        if let Some(why) = delivery.not_written {
            let label = paint.error("not recorded, and therefore rejected:");
            let _ = writeln!(out, "  {label} {}", visible(why));
        }
        self.shown(delivery, out);
        self.findings(delivery, out);
    }

    /// What was received and what was answered, in one line.
    fn headline(&self, delivery: &ReceivedDelivery<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let time = paint.quiet(clock(&delivery.received_at));
        let event = delivery.event().unwrap_or_else(|| {
            match delivery.bodies.first().and_then(|body| body.provider) {
                Some(provider) => format!("{provider}, event not recognised"),
                None => "not recognised".to_owned(),
            }
        });
        let signature = self.signature_verdict(delivery.signature);
        let body = if delivery.count(Severity::Error) == 0 {
            paint.good("valid")
        } else {
            paint.error("invalid")
        };
        let bytes = counted(delivery.bytes as u64, "byte", "bytes");
        let compressed = if delivery.compressed {
            " compressed"
        } else {
            ""
        };
        let target = if delivery.target == "/" {
            String::new()
        } else {
            format!(" to {}", visible(&delivery.target))
        };
        let _ = writeln!(
            out,
            "{time} {}{target}: signature {signature}, body {body}, {bytes}{compressed} → {}",
            paint.strong(&visible(&event)),
            self.answered(delivery)
        );
    }

    fn answered(&self, delivery: &ReceivedDelivery<'_>) -> String {
        let paint = self.style.paint;
        let latency = short(delivery.latency);
        match delivery.status {
            Some(code @ 200..=299) => format!("{} in {latency}", paint.good(&code.to_string())),
            Some(code) => format!("{} in {latency}", paint.error(&status(code))),
            None => {
                let words = match delivery.no_answer {
                    Some(NoAnswer::Disconnected) => "no answer, the sender disconnected",
                    Some(NoAnswer::Stopped) => "no answer, stopped",
                    Some(NoAnswer::Reset) | None => "reset",
                };
                format!("{} after {latency}", paint.error(words))
            }
        }
    }

    fn marks(&self, delivery: &ReceivedDelivery<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let mut mark = |label: &str, text: &str| {
            let _ = writeln!(out, "  {} {}", paint.warning(label), visible(text));
        };
        if let Some(original) = &delivery.duplicate_of {
            let at = clock(&original.received_at);
            mark("duplicate:", &format!("first received at {at}"));
        }
        if let Some(original) = &delivery.same_id_as {
            let at = clock(&original.received_at);
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
        let target = visible(&forwarded.target);
        let latency = forwarded.latency.map(short);
        let relayed = if first {
            " (relayed to the sender)"
        } else {
            ""
        };
        let _ = match (&forwarded.outcome, latency) {
            (Ok(code), latency) => {
                let code = match code {
                    200..=299 => paint.good(&code.to_string()),
                    _ => paint.error(&status(*code)),
                };
                let latency = latency.unwrap_or_default();
                writeln!(out, "  forwarded to {target}: {code} in {latency}{relayed}")
            }
            (Err(why), Some(latency)) => {
                let why = paint.error(&visible(why));
                writeln!(
                    out,
                    "  forwarding to {target} failed after {latency}: {why}"
                )
            }
            (Err(why), None) => {
                let why = paint.error(&visible(why));
                writeln!(out, "  not forwarded to {target}: {why}")
            }
        };
    }

    fn shown(&self, delivery: &ReceivedDelivery<'_>, out: &mut Vec<u8>) {
        match &delivery.shown {
            Shown::Nothing => {}
            Shown::Full => self.body_text(&delivery.text, out),
            Shown::Changed(changes) if changes.is_empty() => {
                let _ = writeln!(out, "  {}", self.style.paint.quiet("unchanged"));
            }
            Shown::Changed(changes) => self.changes(changes, out),
        }
    }

    /// A body, indented if it is JSON.
    pub(super) fn body_text(&self, text: &[u8], out: &mut Vec<u8>) {
        let text = String::from_utf8_lossy(text);
        match indented(&text) {
            Some(json) => self.json(&json, out),
            None => {
                for line in foreign_lines(&text) {
                    let _ = writeln!(out, "{line}");
                }
            }
        }
    }

    pub(super) fn changes(&self, changes: &[Change], out: &mut Vec<u8>) {
        let paint = self.style.paint;
        for change in changes {
            let value =
                |value: &Option<String>| value.as_deref().map(|value| visible(value).into_owned());
            let pointer = paint.name(&visible(&change.pointer));
            let _ = match (value(&change.before), value(&change.now)) {
                (Some(before), Some(now)) => {
                    writeln!(out, "  {pointer} {} → {now}", paint.quiet(&before))
                }
                (None, Some(now)) => {
                    writeln!(out, "  {pointer} {now} {}", paint.good("(added)"))
                }
                (Some(before), None) => {
                    let removed = paint.warning("(removed)");
                    writeln!(out, "  {pointer} {} {removed}", paint.quiet(&before))
                }
                (None, None) => Ok(()),
            };
        }
    }

    /// Indented JSON, in colours.
    fn json(&self, text: &str, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        for line in text.lines() {
            let mut scanner = Scanner::new(line.as_bytes(), 0);
            let _ = write!(out, "  ");
            while let Some(byte) = scanner.peek() {
                let start = scanner.at;
                if byte == b'"' && scanner.string().is_ok() {
                    let is_key = scanner.peek() == Some(b':');
                    let token = visible(&line[start..scanner.at]);
                    let _ = out.write_all(
                        if is_key {
                            paint.name(&token)
                        } else {
                            paint.text(&token)
                        }
                        .as_bytes(),
                    );
                    continue;
                }
                let word =
                    |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
                let end = line.as_bytes()[start..]
                    .iter()
                    .position(|byte| !word(*byte))
                    .map_or(line.len(), |at| start + at);
                scanner.at = if end > start {
                    end
                } else {
                    start + line[start..].chars().next().map_or(1, char::len_utf8)
                };
                let token = visible(&line[start..scanner.at]);
                let _ = out.write_all(
                    if end > start {
                        paint.literal(&token)
                    } else {
                        token.into_owned()
                    }
                    .as_bytes(),
                );
            }
            out.push(b'\n');
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

    pub(super) fn turned_away(&self, request: &RefusedRequest<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let RefusedRequest { refused, at } = request;
        let what = match &refused.request {
            Some((method, target)) => format!("{} {}", visible(method), visible(target)),
            None => format!("a connection from {}", refused.remote),
        };
        let answer = paint.error(&status(refused.status));
        let _ = writeln!(
            out,
            "{} {what} → {answer}: {}",
            paint.quiet(clock(at)),
            visible(&refused.why)
        );
    }

    pub(super) fn skipped(&self, count: u64, out: &mut Vec<u8>) {
        let more = counted(count, "delivery", "deliveries");
        let words =
            format!("{more} arrived faster than this output is read; counted, but not shown");
        let _ = writeln!(out, "{}", self.style.paint.warning(&words));
    }

    pub(super) fn listened(&self, totals: &ListenTotals, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        if totals.interrupted {
            // After the ^C that a terminal echoes.
            out.push(b'\n');
        }
        let all = counted(totals.deliveries, "delivery", "deliveries");
        let time = short(totals.elapsed);
        let ended = if totals.interrupted {
            ", interrupted"
        } else {
            ""
        };
        let verdict = match (totals.deliveries, totals.valid) {
            (0, _) => String::new(),
            (all, valid) if all == valid => format!(
                ", {}",
                paint.good(if all == 1 { "valid" } else { "all valid" })
            ),
            (all, valid) => format!(
                ", {valid} valid, {}",
                paint.error(&format!("{} invalid", all - valid))
            ),
        };
        let _ = writeln!(out, "{all}{verdict} in {time}{ended}");
        self.events(totals, out);
        self.counts(totals, out);
        if let Some((latency, event)) = totals.slowest {
            let of = event.map_or(String::new(), |(provider, name)| {
                format!(" ({provider}/{name})")
            });
            let _ = writeln!(out, "  slowest answer {}{}", short(latency), visible(&of));
        }
        for missing in &totals.missing {
            let _ = writeln!(
                out,
                "{}",
                paint.error(&format!("{} did not arrive", visible(missing)))
            );
        }
    }

    /// The deliveries of each event.
    fn events(&self, totals: &ListenTotals, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        for (event, (count, good)) in &totals.events {
            let name = event.map_or_else(
                || "not recognised".to_owned(),
                |(provider, name)| format!("{provider}/{name}"),
            );
            let bad = count - good;
            let bad = if bad > 0 {
                format!(" ({})", paint.error(&format!("{bad} invalid")))
            } else {
                String::new()
            };
            let _ = writeln!(out, "{count:>7} {}{bad}", visible(&name));
        }
    }

    /// What was remarkable, as far as it occurred.
    fn counts(&self, totals: &ListenTotals, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let duplicates = if totals.duplicates == 1 {
            "duplicate"
        } else {
            "duplicates"
        };
        let rejected = if totals.refused == 1 {
            "request rejected"
        } else {
            "requests rejected"
        };
        for (count, words) in [
            (totals.duplicates, duplicates),
            (totals.same_id, "same id, different content"),
            (totals.out_of_order, "out of order"),
            (totals.after_end, "after the end"),
            (totals.not_written, "not recorded"),
            (totals.unanswered, "unanswered"),
            (totals.refused, rejected),
        ] {
            if count > 0 {
                let _ = writeln!(out, "{count:>7} {}", paint.warning(words));
            }
        }
    }
}

/// The time of day in a timestamp.
fn clock(at: &str) -> &str {
    at.get(11..19).unwrap_or(at)
}
