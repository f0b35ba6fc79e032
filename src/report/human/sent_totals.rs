//! The end of `send` and `replay` for people: the totals of a sequence or of a burst; and how times are written.

use super::super::Paint;
use super::super::sent::{BurstTotals, Totals};
use super::super::wrap::painted_lines;
use super::Human;
use crate::http::reason;
use crate::sanitize::visible;
use hdrhistogram::Histogram;
use std::io::Write as _;
use std::time::Duration;

/// A count and the space behind it.
const COUNT: usize = 10;

impl Human {
    /// The sum of a sequence; `received` is what the built-in receiver found.
    pub(super) fn totals(&self, totals: &Totals, received: &str, out: &mut Vec<u8>) {
        let ended = if totals.interrupted {
            ", interrupted"
        } else {
            ""
        };
        let (sent, time) = (totals.sent, latency(totals.elapsed));
        let verdict = self.verdict((sent, totals.accepted, totals.refused, totals.failed));
        let skipped = match totals.skipped {
            0 => String::new(),
            count => format!(
                ", {}",
                self.style.paint.warning(&format!("{count} skipped"))
            ),
        };
        let paint = self.style.paint;
        let not_sent = match totals.not_sent {
            0 => String::new(),
            _ if totals.interrupted => String::new(),
            1 => "; 1 not sent (--keep-going sends it)".to_owned(),
            count => format!("; {count} not sent (--keep-going sends them all)"),
        };
        let expected = match totals.as_expected {
            Some(count) if count == sent => format!(", {}", paint.good("all as expected")),
            Some(count) => format!(", {}", paint.error(&format!("{count} as expected"))),
            None => String::new(),
        };
        let line = format!("{verdict}{skipped}{expected} in {time}{received}{ended}{not_sent}");
        self.painted(&line, 0, out);
    }

    /// A line of our own, which is wrapped on a terminal.
    fn painted(&self, text: &str, indent: usize, out: &mut Vec<u8>) {
        for line in painted_lines(text, self.room().saturating_sub(indent)) {
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
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
        let rate = burst.per_second();
        let line = format!("{verdict} in {time}: {rate:.0}/s{wanted}{ended}");
        self.painted(&line, 0, out);
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
            let words = self.text_lines(&fault.words(burst.limit), COUNT);
            let words: Vec<String> = words.iter().map(|line| paint.error(line)).collect();
            let words = words.join(&format!("\n{:COUNT$}", ""));
            let _ = writeln!(out, "{count:>9} {words}");
        }
        if let Some(verified) = burst.verified {
            let _ = writeln!(
                out,
                "{verified:>9} verified and valid at the built-in receiver"
            );
        }
        if !burst.latency.is_empty() {
            self.painted(&format!("latency {}", quantiles(burst.latency, 1)), 2, out);
        }
        if let Some(late) = burst.late.filter(|late| !late.is_empty()) {
            self.painted(&format!("start delay {}", quantiles(late, 1_000)), 2, out);
        }
        if let Some(hint) = burst.hint {
            self.wrapped(2, ("hint:", Paint::name), hint, out);
        }
    }
}

/// A status with its reason phrase, where it is a known one.
pub(super) fn status(status: u16) -> String {
    reason(status).map_or_else(|| status.to_string(), |words| format!("{status} {words}"))
}

/// Quantiles of a histogram that counts `unit` per microsecond, all in the unit that the longest time needs.
fn quantiles(histogram: &Histogram<u64>, unit: u64) -> String {
    let longest = histogram.max() as f64 / unit as f64;
    let time = |value: u64| {
        let micros = value as f64 / unit as f64;
        match longest {
            ..1_000.0 => format!("{} µs", micros.round_ties_even() as u64),
            ..10_000_000.0 => format!("{:.1} ms", micros / 1e3),
            _ => format!("{:.3} s", micros / 1e6),
        }
    };
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
        // Printing a double would take several times as long, and most answers are given in less than a millisecond.
        ..1_000.0 => format!("{} µs", (time.subsec_nanos() + 500) / 1_000),
        ..10_000.0 => format!("{:.1} ms", micros / 1e3),
        ..1_000_000.0 => format!("{:.0} ms", micros / 1e3),
        _ => seconds(time),
    }
}

/// How long an answer took: milliseconds with one more digit than elsewhere, so that one can be compared with the next.
pub(super) fn latency(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1e3;
    match millis {
        ..100.0 => format!("{millis:.1} ms"),
        ..1_000.0 => format!("{millis:.0} ms"),
        _ => seconds(time),
    }
}

/// A wait, as the provider's documentation tells it: 30 s, 34 h 50 min.
pub(super) fn wait(time: Duration) -> String {
    let mut seconds = time.as_secs();
    let mut parts = Vec::new();
    for (length, unit) in [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")] {
        if seconds >= length {
            parts.push(format!("{} {unit}", seconds / length));
            seconds %= length;
        }
    }
    if parts.is_empty() {
        latency(time)
    } else {
        parts.join(" ")
    }
}

/// A rate for people: whole numbers as they are, others with three digits.
fn digits(rate: f64) -> String {
    // A logarithm would be shorter, but the only one: every start would load the library of mathematics for it.
    let enough = |places: &i32| rate.fract() == 0.0 || rate * 10_f64.powi(*places) >= 100.0;
    let places = (0..6).find(enough).unwrap_or(6);
    format!("{rate:.*}", places as usize)
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_have_one_unit() {
        for (times, unit, shown) in [
            (
                [90, 135, 950],
                1,
                "p50 135 µs, p90 950 µs, p99 950 µs, max 950 µs",
            ),
            (
                [90_000, 135_000, 3_200_000],
                1_000,
                "p50 0.1 ms, p90 3.2 ms, p99 3.2 ms, max 3.2 ms",
            ),
            (
                [1_200, 20_000, 12_000_000],
                1,
                "p50 0.020 s, p90 12.000 s, p99 12.000 s, max 12.000 s",
            ),
        ] {
            let mut histogram = Histogram::new(5).unwrap();
            for time in times {
                histogram.record(time).unwrap();
            }
            assert_eq!(quantiles(&histogram, unit), shown);
        }
    }

    #[test]
    fn times_have_one_style() {
        for (micros, shown) in [
            (0, "0.0 ms"),
            (925, "0.9 ms"),
            (1_300, "1.3 ms"),
            (150_000, "150 ms"),
            (3_064_000, "3.06 s"),
            (10_000_000, "10.00 s"),
        ] {
            assert_eq!(latency(Duration::from_micros(micros)), shown);
        }
        for (seconds, shown) in [
            (30, "30 s"),
            (60, "1 min"),
            (5_400, "1 h 30 min"),
            (125_430, "1 d 10 h 50 min 30 s"),
        ] {
            assert_eq!(wait(Duration::from_secs(seconds)), shown);
        }
        assert_eq!(wait(Duration::from_millis(250)), "250 ms");
    }
}
