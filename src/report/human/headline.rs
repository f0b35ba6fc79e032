//! The headline of a received delivery: what arrived, about which order, and what was answered.
//!
//! Most deliveries are shown by this line alone, and their senders wait while it is made; so its words go straight into
//! the output.

use super::super::Paint;
use super::super::listened::{Forwarded, NoAnswer, ReceivedDelivery};
use super::super::wrap::{columns, shortened};
use super::arrived::INDENT;
use super::sent_totals::{short, status};
use super::{Human, verdict_role};
use crate::lint::Severity;
use crate::sanitize::visible;
use crate::signature::SignatureVerdict;
use std::borrow::Cow;

/// The spaces between two parts of the line.
const GAP: usize = 2;

/// A word, and how it is painted; one that is not painted has no role.
type PaintedWord<'w> = (&'w str, Option<Painter>);

/// The line so far.
struct HeadlineWriter<'o> {
    out: &'o mut Vec<u8>,
    paint: Paint,
    width: usize,
    used: usize,
}

impl Human {
    pub(super) fn headline(&self, delivery: &ReceivedDelivery<'_>, out: &mut Vec<u8>) {
        let wrapped = self.style.wrapped;
        let mut line = HeadlineWriter {
            out,
            paint: self.style.paint,
            width: if wrapped {
                self.style.width
            } else {
                usize::MAX
            },
            used: 0,
        };
        let number = delivery.number.map_or("-".to_owned(), |n| n.to_string());
        let padding = "  ".get(number.len() - 1..).unwrap_or_default();
        line.part(&[(&[padding, &number].concat(), None)]);
        line.part(&[(&delivery.clock, Some(Paint::quiet))]);
        line.part(&[(&visible(&event(delivery)), Some(Paint::strong))]);
        for text in [&delivery.order, &delivery.amount].into_iter().flatten() {
            line.part(&[(&visible(&shortened(text)), None)]);
        }
        let (answer, role, when) = answer(delivery);
        let mut latency = short(delivery.latency);
        latency.push_str(match &*delivery.forwarded {
            all if all.is_empty() || !all.iter().all(Forwarded::is_good) => "",
            _ => ", forwarded",
        });
        let answered: &[PaintedWord<'_>] = &[
            ("→", None),
            (&answer, Some(role)),
            (when, None),
            (&latency, None),
        ];
        let valid = delivery.count(Severity::Error) == 0;
        let body: PaintedWord<'_> = match valid {
            true => ("valid", Some(Paint::good)),
            false => ("invalid", Some(Paint::error)),
        };
        if delivery.signature == SignatureVerdict::Valid && valid {
            line.together(&[&[("signed", Some(Paint::good))], &[body], answered]);
        } else {
            let verdict = delivery.signature;
            let verdict: PaintedWord<'_> = (verdict.name(), Some(verdict_role(verdict)));
            line.together(&[
                &[("signature", None), verdict],
                &[("body", None), body],
                answered,
            ]);
        }
        line.out.push(b'\n');
    }
}

fn event(delivery: &ReceivedDelivery<'_>) -> String {
    delivery.event().unwrap_or_else(|| {
        match delivery.bodies.first().and_then(|body| body.provider) {
            Some(provider) => format!("{provider}, event not recognised"),
            None => "not recognised".to_owned(),
        }
    })
}

/// How words are painted.
type Painter = fn(Paint, &str) -> String;

/// The answer, how it is painted, and the word before its latency.
fn answer(delivery: &ReceivedDelivery<'_>) -> (Cow<'static, str>, Painter, &'static str) {
    match delivery.status {
        Some(code @ 200..=299) => (code.to_string().into(), Paint::good, "in"),
        Some(code) => (status(code).into(), Paint::error, "in"),
        None => {
            let words = match delivery.no_answer {
                Some(NoAnswer::Disconnected) => "no answer, the sender disconnected",
                Some(NoAnswer::Stopped) => "no answer, stopped",
                Some(NoAnswer::Reset) | None => "reset",
            };
            (words.into(), Paint::error, "after")
        }
    }
}

impl HeadlineWriter<'_> {
    /// Writes words with one space between them, which stay on one line.
    fn part(&mut self, words: &[PaintedWord<'_>]) {
        self.begin(self.columns_of(words));
        self.words(words);
    }

    /// Writes parts, which stay on one line where they fit into one.
    fn together(&mut self, parts: &[&[PaintedWord<'_>]]) {
        let columns = parts.iter().map(|part| self.columns_of(part) + GAP);
        let all: usize = columns.sum();
        if all > self.width.saturating_sub(INDENT) {
            parts.iter().for_each(|part| self.part(part));
            return;
        }
        self.begin(all - GAP);
        for (place, part) in parts.iter().enumerate() {
            let gap = if place == 0 { 0 } else { GAP };
            self.spaces(gap);
            self.words(part);
        }
    }

    /// Makes room for that many columns, below where this line is full.
    fn begin(&mut self, columns: usize) {
        if self.used == 0 {
            self.used = columns;
        } else if self.used + GAP + columns <= self.width {
            self.spaces(GAP);
            self.used += GAP + columns;
        } else {
            self.out.push(b'\n');
            self.spaces(INDENT);
            self.used = INDENT + columns;
        }
    }

    fn spaces(&mut self, count: usize) {
        self.out.resize(self.out.len() + count, b' ');
    }

    fn words(&mut self, words: &[PaintedWord<'_>]) {
        for (place, (text, role)) in words.iter().enumerate() {
            if place > 0 {
                self.out.push(b' ');
            }
            match role {
                Some(role) if self.paint.is_on() => {
                    self.out
                        .extend_from_slice(role(self.paint, text).as_bytes());
                }
                _ => self.out.extend_from_slice(text.as_bytes()),
            }
        }
    }

    /// How many columns words take; where nothing is wrapped that does not matter, and is not counted.
    fn columns_of(&self, words: &[PaintedWord<'_>]) -> usize {
        if self.width == usize::MAX {
            return 1;
        }
        let columns = words.iter().map(|(text, _)| columns(text) + 1);
        columns.sum::<usize>().saturating_sub(1)
    }
}
