//! Deliveries that came, for people: one line that says it all, then the body, then what is wrong.
//!
//! Separate from what is said of deliveries that were sent: here nobody waits for an answer, and many come unasked.

use super::super::Body;
use super::super::listened::{Arrived, Forwarded, ListenTotals, Ready, Shown, TurnedAway};
use super::super::place::Excerpt;
use super::sent::{short, status};
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
            format!(", written down in {}", visible(path))
        });
        let _ = writeln!(out, "listening on {url}{journal}; Ctrl-C ends it");
    }

    pub(super) fn arrived(&self, arrived: &Arrived<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let time = paint.quiet(clock(arrived.received_at));
        let event = arrived.event().unwrap_or_else(|| {
            match arrived.bodies.first().and_then(|found| found.provider) {
                Some(provider) => format!("{provider}, event not recognised"),
                None => "not recognised".to_owned(),
            }
        });
        let signature = match arrived.signature.verdict {
            "valid" => format!("signature {}", paint.good("valid")),
            "unchecked" => format!("signature {}", paint.warning("unchecked")),
            other => format!("signature {}", paint.error(other)),
        };
        let body = if arrived.count(Severity::Error) == 0 {
            paint.good("valid")
        } else {
            paint.error("invalid")
        };
        let bytes = counted(arrived.bytes as u64, "byte", "bytes");
        let bytes = if arrived.compressed {
            format!("{bytes} compressed")
        } else {
            bytes
        };
        let target = if arrived.target == "/" {
            String::new()
        } else {
            format!(" to {}", visible(arrived.target))
        };
        let _ = writeln!(
            out,
            "{time} {}{target}: {signature}, body {body}, {bytes} → {}",
            paint.strong(&visible(&event)),
            self.answered(arrived)
        );
        self.marks(arrived, out);
        if let Some(diagnosis) = arrived.signature.diagnosis {
            let _ = writeln!(
                out,
                "  {} {}",
                paint.error("signature:"),
                visible(&diagnosis.explanation)
            );
            let _ = writeln!(out, "  {} {}", paint.name("hint:"), visible(&diagnosis.fix));
        }
        for (place, forwarded) in arrived.forwarded.iter().enumerate() {
            self.forwarded(forwarded, place == 0, out);
        }
        if let Some(why) = arrived.not_written {
            let _ = writeln!(
                out,
                "  {} {}",
                paint.error("not written down, and so refused:"),
                visible(why)
            );
        }
        self.shown(arrived, out);
        self.findings(arrived, out);
    }

    fn answered(&self, arrived: &Arrived<'_>) -> String {
        let paint = self.style.paint;
        let latency = short(arrived.latency);
        match arrived.status {
            Some(code @ 200..=299) => format!("{} in {latency}", paint.good(&code.to_string())),
            Some(code) => format!("{} in {latency}", paint.error(&status(code))),
            None => format!("{} after {latency}", paint.error("reset")),
        }
    }

    fn marks(&self, arrived: &Arrived<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let mut mark = |word: &str, words: &str| {
            let _ = writeln!(out, "  {} {}", paint.warning(word), visible(words));
        };
        if let Some((_, at)) = arrived.marks.duplicate_of {
            mark("duplicate:", &format!("it came first at {}", clock(at)));
        }
        if let Some(event) = arrived.marks.out_of_order {
            mark(
                "out of order:",
                &format!("{event} had come before it, and happened after it"),
            );
        }
        if let Some(event) = arrived.marks.after_end {
            mark("after the end:", &format!("nothing was to follow {event}"));
        }
    }

    fn forwarded(&self, forwarded: &Forwarded, first: bool, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let target = visible(&forwarded.target);
        let Some(latency) = forwarded.latency.map(short) else {
            let why = forwarded.outcome.as_ref().err().map_or("", String::as_str);
            let _ = writeln!(
                out,
                "  not passed on to {target}: {}",
                paint.error(&visible(why))
            );
            return;
        };
        let back = if first { ", and that went back" } else { "" };
        let _ = match &forwarded.outcome {
            Ok(code @ 200..=299) => {
                writeln!(
                    out,
                    "  passed on to {target}: {} in {latency}{back}",
                    paint.good(&code.to_string())
                )
            }
            Ok(code) => writeln!(
                out,
                "  passed on to {target}: {} in {latency}{back}",
                paint.error(&status(*code))
            ),
            Err(why) => writeln!(
                out,
                "  passed on to {target}: {} after {latency}",
                paint.error(&visible(why))
            ),
        };
    }

    fn shown(&self, arrived: &Arrived<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        match arrived.shown {
            Shown::Nothing => {}
            Shown::Full => {
                let text = String::from_utf8_lossy(arrived.text);
                match indented(&text) {
                    Some(json) => self.json(&json, out),
                    None => {
                        for line in foreign_lines(&text) {
                            let _ = writeln!(out, "{line}");
                        }
                    }
                }
            }
            Shown::Changed([]) => {
                let _ = writeln!(out, "  {}", paint.quiet("nothing has changed"));
            }
            Shown::Changed(changes) => {
                for change in changes {
                    let value = |value: &Option<String>| {
                        value.as_deref().map(|value| visible(value).into_owned())
                    };
                    let pointer = paint.name(&visible(&change.pointer));
                    let _ = match (value(&change.before), value(&change.now)) {
                        (Some(before), Some(now)) => {
                            writeln!(out, "  {pointer} {} → {now}", paint.quiet(&before))
                        }
                        (None, Some(now)) => {
                            writeln!(out, "  {pointer} {now} {}", paint.quiet("(new)"))
                        }
                        (Some(before), None) => {
                            writeln!(out, "  {pointer} {} (gone)", paint.quiet(&before))
                        }
                        (None, None) => Ok(()),
                    };
                }
            }
        }
    }

    /// A JSON text with a member a line, in colours.
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

    fn findings(&self, arrived: &Arrived<'_>, out: &mut Vec<u8>) {
        let excerpt = Excerpt::new(arrived.text, 1, 0);
        let any = arrived
            .bodies
            .iter()
            .any(|found| !found.findings.is_empty());
        if any {
            out.push(b'\n');
        }
        for (record, found) in (1..).zip(arrived.bodies) {
            self.body(&Body::received(record, found, &excerpt), out);
        }
    }

    pub(super) fn turned_away(&self, turned: &TurnedAway<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let refused = turned.refused;
        let what = match &refused.request {
            Some((method, target)) => format!("{} {}", visible(method), visible(target)),
            None => format!("a connection from {}", refused.remote),
        };
        let answer = paint.error(&status(refused.status));
        let _ = writeln!(
            out,
            "{} {what} → {answer}: {}",
            paint.quiet(clock(turned.at)),
            visible(&refused.why)
        );
    }

    pub(super) fn skipped(&self, count: u64, out: &mut Vec<u8>) {
        let more = counted(count, "delivery", "deliveries");
        let words = format!("{more} came faster than this output is read, and are only counted");
        let _ = writeln!(out, "{}", self.style.paint.warning(&words));
    }

    pub(super) fn listened(&self, totals: &ListenTotals, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        if totals.interrupted {
            // Behind the ^C that a terminal echoes.
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
        let duplicates = if totals.duplicates == 1 {
            "duplicate"
        } else {
            "duplicates"
        };
        for (count, words) in [
            (totals.duplicates, duplicates),
            (totals.out_of_order, "out of order"),
            (totals.after_end, "after the end"),
            (totals.not_written, "not written down"),
            (totals.refused, "turned away"),
        ] {
            if count > 0 {
                let _ = writeln!(out, "{count:>7} {}", paint.warning(words));
            }
        }
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
                paint.error(&format!("{} did not come", visible(missing)))
            );
        }
    }
}

/// The time of day.
fn clock(at: &str) -> &str {
    at.get(11..19).unwrap_or(at)
}
