//! The output of `listen` for people beside the deliveries: how it listens, what it rejects, and the summary.

use super::super::listened::{ListenTotals, Ready, RefusedRequest};
use super::arrived::INDENT;
use super::sent_totals::{short, status};
use super::{Human, counted};
use crate::sanitize::visible;
use std::io::Write as _;

impl Human {
    pub(super) fn ready(&self, ready: &Ready, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let url = paint.strong(&format!("http://{}", ready.address));
        let _ = writeln!(out, "listening on {url} (Ctrl-C to stop)");
        let mut detail = |label: &str, text: &str| {
            self.detail(2, &paint.name(label), label, text, out);
        };
        if let Some(link) = &ready.inspector {
            detail("inspector:", link);
        }
        let Some(details) = &ready.details else {
            return;
        };
        for (patterns, target) in &details.forwards {
            let events = match patterns.as_slice() {
                [] => String::new(),
                patterns => format!("{} to ", patterns.join(", ")),
            };
            detail("forwarding:", &format!("{events}{target}"));
        }
        if details.strict {
            detail(
                "strict:",
                "bad deliveries are answered with 401, 400 or 422",
            );
        }
        if !details.filter.is_empty() {
            detail("showing:", &format!("only {}", details.filter.join(", ")));
        }
        if let Some(path) = &ready.journal {
            detail("recording to:", path);
        }
        if let Some(words) = secrets(&details.secrets) {
            detail("secrets:", &words);
        }
        self.log_heading(&details.day, out);
    }

    pub(super) fn inspecting(&self, link: &str, out: &mut Vec<u8>) {
        let link = self.style.paint.strong(link);
        let _ = writeln!(out, "inspector on {link} (Ctrl-C to stop)");
    }

    pub(super) fn turned_away(&self, request: &RefusedRequest<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let RefusedRequest { refused, clock, .. } = request;
        let what = match &refused.request {
            Some((method, target)) => format!("{} {}", visible(method), visible(target)),
            None => format!("a connection from {}", refused.remote),
        };
        let answer = status(refused.status);
        let label = format!("{clock}  {what} → {answer}:");
        let painted = format!("{}  {what} → {}:", paint.quiet(clock), paint.error(&answer));
        self.detail(INDENT, &painted, &label, &refused.why, out);
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
        if totals.none_arrived && totals.missing.is_empty() {
            let what = match totals.deliveries {
                0 => "no delivery",
                _ => "no delivery of --filter",
            };
            let words = format!("{what} arrived before the deadline");
            let _ = writeln!(out, "{}", paint.error(&words));
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
        let forwards = if totals.forwards_failed == 1 {
            "forward failed"
        } else {
            "forwards failed"
        };
        let rejected = if totals.refused == 1 {
            "request rejected"
        } else {
            "requests rejected"
        };
        let answered = totals.forwards_rejected.iter().map(|(&code, &count)| {
            let forwards = if count == 1 { "forward" } else { "forwards" };
            let words = format!("{forwards} answered {}", status(code));
            (count, paint.error(&words))
        });
        let counts = [
            (totals.duplicates, paint.warning(duplicates)),
            (totals.same_id, paint.warning("same id, different content")),
            (totals.out_of_order, paint.warning("out of order")),
            (totals.after_end, paint.warning("after the end")),
            (totals.not_written, paint.error("not recorded")),
            (totals.unanswered, paint.error("unanswered")),
            (totals.forwards_failed, paint.error(forwards)),
        ];
        let rejected = [(totals.refused, paint.error(rejected))];
        for (count, words) in counts.into_iter().chain(answered).chain(rejected) {
            if count > 0 {
                let _ = writeln!(out, "{count:>7} {words}");
            }
        }
    }
}

/// Where the providers' secrets come from. Where all are the built-in test secret, a note says so.
fn secrets(all: &[(String, Option<String>)]) -> Option<String> {
    let mut places: Vec<Option<&String>> = Vec::new();
    for (_, place) in all {
        if !places.contains(&place.as_ref()) {
            places.push(place.as_ref());
        }
    }
    // The built-in one comes last.
    places.sort_by_key(Option::is_none);
    let words = places.iter().map(|place| {
        let of_place = all.iter().filter(|(_, other)| other.as_ref() == *place);
        let providers: Vec<&str> = of_place.map(|(provider, _)| provider.as_str()).collect();
        match place {
            Some(place) => format!("own for {} ({place})", providers.join(", ")),
            None => format!("built-in test secret for {}", providers.join(", ")),
        }
    });
    let words: Vec<String> = words.collect();
    places.iter().any(Option::is_some).then(|| words.join("; "))
}
