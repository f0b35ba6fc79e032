//! The messages of `send` and `replay` for people: what went where, how it was signed, and what came back.
//!
//! An answer may contain anything, so it is made safe for the terminal here.

use super::super::sent::{BurstTotals, Delivered, FORGED_ACCEPTED, Seen, Sending, Totals, Wait};
use super::{Human, counted};
use crate::http::{Answer, reason};
use crate::sanitize::{foreign_lines, visible};
use crate::signature::SignatureVerdict;
use hdrhistogram::Histogram;
use std::io::Write as _;
use std::time::Duration;

/// How much of the answer to a rejected delivery is shown.
const MOST_LINES: usize = 12;
const MOST_CHARACTERS: usize = 1_000;

impl Human {
    pub(super) fn sending(&self, sending: &Sending<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let step = sending
            .step
            .map_or(String::new(), |(step, all)| format!("[{step}/{all}] "));
        let event = paint.strong(&visible(sending.event.unwrap_or("body")));
        let again = if sending.copy > 0 { " (again)" } else { "" };
        let own = if sending.built_in {
            " (built-in receiver)"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "{}{event}{again} → {}{own}",
            paint.quiet(&step),
            visible(sending.target)
        );
        let _ = writeln!(out, "  {}", signed(sending));
    }

    pub(super) fn delivered(&self, delivered: &Delivered<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let latency = short(delivered.sent.latency);
        match &delivered.sent.outcome {
            Ok(answer) if delivered.as_expected => {
                let verdict = if delivered.accepted {
                    "accepted"
                } else {
                    "rejected, as expected"
                };
                let status = paint.good(&status(answer.status));
                let _ = writeln!(out, "  {status} in {latency}: {verdict}");
            }
            Ok(answer) => {
                let reason = delivered
                    .reason
                    .map_or(String::new(), |reason| format!(" ({reason})"));
                let verdict = match (delivered.accepted, delivered.sending.forged) {
                    (true, Some(_)) => "accepted, though it is forged",
                    (true, None) => "accepted",
                    (false, _) => "rejected",
                };
                let status = paint.error(&status(answer.status));
                let reason = visible(&reason);
                let _ = writeln!(out, "  {status} in {latency}: {verdict}{reason}");
                if !delivered.accepted {
                    self.answer(answer, out);
                } else if delivered.sending.forged.is_some() {
                    let _ = writeln!(out, "  {} {FORGED_ACCEPTED}", paint.error("warning:"));
                }
            }
            Err(fault) => {
                let words = delivered.reason.unwrap_or_else(|| fault.name());
                let _ = writeln!(
                    out,
                    "  {} after {latency}: {}",
                    paint.error("failed"),
                    visible(words)
                );
            }
        }
        if let Some(why) = delivered.why {
            let (label, fix) = (paint.error("why:"), paint.name("fix:"));
            let _ = writeln!(out, "  {label} {}", visible(&why.sentence()));
            let _ = writeln!(out, "  {fix} {}", visible(&why.fix));
        }
        if let Some(hint) = delivered.hint {
            let _ = writeln!(out, "  {} {}", paint.name("hint:"), visible(hint));
        }
    }

    /// The headers and the beginning of the body of an answer, each line after a bar.
    fn answer(&self, answer: &Answer, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        for (name, value) in &answer.headers {
            let _ = writeln!(
                out,
                "  | {}",
                paint.quiet(&format!("{}: {}", visible(name), visible(value)))
            );
        }
        let text = String::from_utf8_lossy(&answer.body);
        let shown: String = text.chars().take(MOST_CHARACTERS).collect();
        let more = answer.cut || shown.len() < text.len() || shown.lines().count() > MOST_LINES;
        if !shown.trim().is_empty() {
            let _ = writeln!(out, "  |");
        }
        for line in foreign_lines(shown.trim_end()).iter().take(MOST_LINES) {
            let _ = writeln!(out, "{line}");
        }
        if more {
            let size = if answer.cut {
                "more than 64 KiB".to_owned()
            } else {
                format!("{} bytes in total", answer.body.len())
            };
            let _ = writeln!(out, "  {}", paint.quiet(&format!("… ({size})")));
        }
    }

    pub(super) fn seen(&self, seen: &Seen, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let word = |good: bool, word: &str| {
            if good {
                paint.good(word)
            } else {
                paint.error(word)
            }
        };
        let signature = word(
            seen.signature == SignatureVerdict::Valid,
            seen.signature.name(),
        );
        let body = match (&seen.event, seen.errors) {
            (None, _) => paint.error("body not recognised"),
            (Some(_), 0) => format!("body {}", paint.good("valid")),
            (Some(_), _) => format!("body {}", paint.error("invalid")),
        };
        let mut findings = Vec::new();
        for (count, one, several) in [
            (seen.errors, "error", "errors"),
            (seen.warnings, "warning", "warnings"),
            (seen.notes, "note", "notes"),
        ] {
            if count > 0 {
                findings.push(counted(count, one, several));
            }
        }
        let findings = if findings.is_empty() {
            String::new()
        } else {
            format!(" ({})", findings.join(", "))
        };
        let event = seen
            .event
            .as_deref()
            .map_or(String::new(), |event| format!(" {}:", visible(event)));
        let _ = writeln!(
            out,
            "  received{event} signature {signature}, {body}{findings}"
        );
        if let Some(diagnosis) = &seen.diagnosis {
            let digests = seen.digests.as_ref().map_or(String::new(), |digests| {
                format!(
                    " (received {}, expected {})",
                    visible(&digests.received),
                    digests.expected
                )
            });
            let (label, explanation) = (paint.error("signature:"), visible(&diagnosis.explanation));
            let _ = writeln!(out, "  {label} {explanation}{digests}");
            let _ = writeln!(out, "  {} {}", paint.name("hint:"), visible(&diagnosis.fix));
        }
    }

    pub(super) fn wait(&self, wait: Wait, out: &mut Vec<u8>) {
        let (attempt, most) = wait.attempt;
        let real = humantime::format_duration(wait.real);
        let waited = if wait.waited == wait.real {
            String::new()
        } else {
            format!(", shortened to {}", short(wait.waited))
        };
        let text = format!("retrying in {real} ({attempt} of {most}){waited}");
        let _ = writeln!(out, "  {}", self.style.paint.quiet(&text));
    }

    pub(super) fn totals(&self, totals: &Totals, out: &mut Vec<u8>) {
        let ended = if totals.interrupted {
            ", interrupted"
        } else {
            ""
        };
        let (sent, time) = (totals.sent, short(totals.elapsed));
        let verdict = self.verdict((sent, totals.accepted, totals.refused, totals.failed));
        let skipped = match totals.skipped {
            0 => String::new(),
            count => format!(
                ", {}",
                self.style.paint.warning(&format!("{count} skipped"))
            ),
        };
        let paint = self.style.paint;
        let expected = match totals.as_expected {
            Some(count) if count == sent => format!(", {}", paint.good("all as expected")),
            Some(count) => format!(", {}", paint.error(&format!("{count} as expected"))),
            None => String::new(),
        };
        let _ = writeln!(out, "{verdict}{skipped}{expected} in {time}{ended}");
    }

    fn verdict(&self, (sent, accepted, refused, failed): (u64, u64, u64, u64)) -> String {
        let paint = self.style.paint;
        let mut parts = Vec::new();
        if accepted == sent && sent > 0 {
            parts.push(paint.good(if sent == 1 {
                "accepted"
            } else {
                "all accepted"
            }));
        } else if accepted > 0 {
            parts.push(format!("{accepted} accepted"));
        }
        for (count, word) in [(refused, "rejected"), (failed, "failed (no response)")] {
            if count > 0 {
                parts.push(paint.error(&format!("{count} {word}")));
            }
        }
        let parts = if parts.is_empty() {
            String::new()
        } else {
            format!(": {}", parts.join(", "))
        };
        format!("{sent} sent{parts}")
    }

    pub(super) fn burst(&self, burst: &BurstTotals<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let own = burst.verified.map_or("", |_| " (built-in receiver)");
        let event = paint.strong(&visible(burst.event.unwrap_or("body")));
        let _ = writeln!(out, "{event} → {}{own}", visible(burst.target));
        let ended = if burst.interrupted {
            ", interrupted"
        } else {
            ""
        };
        let (verdict, time) = (self.verdict(burst.counts()), seconds(burst.elapsed));
        let wanted = burst.rate.map_or(String::new(), |rate| {
            format!(" (target {}/s)", digits(rate))
        });
        let _ = writeln!(
            out,
            "{verdict} in {time}: {:.0}/s{wanted}{ended}",
            burst.per_second()
        );
        for (number, count) in burst.statuses {
            let good = burst.success.contains(number);
            let words = if good {
                paint.good(&status(*number))
            } else {
                paint.error(&status(*number))
            };
            let _ = writeln!(out, "{count:>9} {words}");
        }
        for (fault, count) in burst.faults {
            let _ = writeln!(
                out,
                "{count:>9} {}",
                paint.error(&visible(&fault.words(burst.limit)))
            );
        }
        if let Some(verified) = burst.verified {
            let _ = writeln!(
                out,
                "{verified:>9} verified and valid at the built-in receiver"
            );
        }
        if !burst.latency.is_empty() {
            let _ = writeln!(out, "  latency {}", quantiles(burst.latency, 1));
        }
        if let Some(late) = burst.late.filter(|late| !late.is_empty()) {
            let _ = writeln!(out, "  start delay {}", quantiles(late, 1_000));
        }
    }
}

/// A status with its reason phrase, where it is a known one.
pub(super) fn status(status: u16) -> String {
    reason(status).map_or_else(|| status.to_string(), |words| format!("{status} {words}"))
}

/// The signature of a delivery, and the length of its body.
fn signed(sending: &Sending<'_>) -> String {
    // The beginning is enough to compare digests; a whole one would fill two lines.
    const SHOWN: usize = 24;
    let bytes = counted(sending.bytes as u64, "byte", "bytes");
    if sending.by_user {
        return format!("signature given by --header, {bytes}");
    }
    let Some(header) = sending.signature else {
        return format!("not signed, {bytes}");
    };
    let value = header.shown();
    let digest = header.secret.is_none() && value.len() > SHOWN + 1 && value.is_ascii();
    let value = if digest {
        format!("{}…", &value[..SHOWN])
    } else {
        value.into_owned()
    };
    format!(
        "{}: {} ({}), {bytes}",
        visible(&header.name),
        visible(&value),
        sending.scheme
    )
}

/// Quantiles of a histogram that counts `unit` per microsecond.
fn quantiles(histogram: &Histogram<u64>, unit: u64) -> String {
    let time = |value: u64| short(Duration::from_nanos(value * 1_000 / unit));
    let at = |quantile: f64| time(histogram.value_at_quantile(quantile));
    format!(
        "p50 {}, p90 {}, p99 {}, max {}",
        at(0.5),
        at(0.9),
        at(0.99),
        time(histogram.max())
    )
}

/// A short time for people.
pub(in super::super) fn short(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    match micros {
        ..1_000.0 => format!("{micros:.0} µs"),
        ..10_000.0 => format!("{:.1} ms", micros / 1e3),
        ..1_000_000.0 => format!("{:.0} ms", micros / 1e3),
        _ => seconds(time),
    }
}

/// A rate for people: whole numbers as they are, others with three digits.
fn digits(rate: f64) -> String {
    let places = if rate.fract() == 0.0 {
        0
    } else {
        (2 - rate.log10().floor() as i32).clamp(0, 6)
    };
    format!("{rate:.*}", places as usize)
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
