//! The columns of a sequence of deliveries: number, event, order, amount, status and time. What does not fit into the width
//! of the terminal goes to the next line, below the column that it belongs to.

use super::super::Style;
use super::super::sent::{Delivered, SendHeading};
use super::super::sent_order::{SentAmount, SentOrder};
use super::super::wrap::shortened;
use super::sent_totals::latency;
use crate::sanitize::visible;
use std::io::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// The columns of the order and the amount where the bodies are not read in advance.
const ORDER: usize = 16;
const AMOUNT: usize = 14;
/// Longer names of orders move the rest of their line.
const WIDEST_ORDER: usize = 24;
/// Status and time, as in `200    1.1 ms`.
const OUTCOME: usize = 13;
/// A narrower column of events is not worth its place.
const LEAST_EVENT: usize = 16;

/// How wide the columns are, and what the heading has said for all lines.
#[derive(Default)]
pub(super) struct SentColumns {
    /// How many deliveries there are.
    all: usize,
    /// The columns of the terminal.
    width: usize,
    /// The provider of all events, whose name is left out.
    provider: Option<String>,
    event: usize,
    /// The column of the order, where deliveries are about several.
    order: Option<usize>,
    amount: usize,
    /// What the heading says about the order.
    shared: Option<SentOrder>,
    unsigned: Option<&'static str>,
    /// The target of the heading; none where there are several.
    target: Option<String>,
}

impl SentColumns {
    pub(super) fn new(heading: &SendHeading<'_>, width: usize) -> Self {
        let provider = |event: &str| Some(event.split_once('/')?.0.to_owned());
        let first = heading
            .events
            .first()
            .and_then(|(event, _)| provider(event));
        let one = heading
            .events
            .iter()
            .all(|(event, _)| provider(event) == first);
        let mut columns = Self {
            all: heading.events.len(),
            width,
            provider: first.filter(|_| one),
            shared: heading.order.clone(),
            unsigned: heading.unsigned,
            target: match heading.targets.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            },
            ..Self::default()
        };
        columns.measure(heading);
        columns
    }

    fn measure(&mut self, heading: &SendHeading<'_>) {
        let orders = &heading.orders;
        let amounts = orders.iter().filter_map(|order| self.amount_text(order));
        let known = amounts.map(|text| text.width()).max();
        let names = orders.iter().filter_map(|order| order.name.as_deref());
        let longest = names.map(|name| shown(name).width()).max();
        let unread = orders.is_empty();
        if self.shared.is_none() {
            let most = if unread { Some(ORDER) } else { longest };
            self.order = most
                .filter(|most| *most > 0)
                .map(|most| most.min(WIDEST_ORDER));
        }
        self.amount = match known {
            None if unread && self.shared.is_none() => AMOUNT,
            known => known.unwrap_or(0),
        };
        let events = heading.events.iter();
        let widest = events.map(|(event, copy)| self.event_text(event, *copy).width());
        let cell = |columns: usize| if columns > 0 { columns + 2 } else { 0 };
        let right = cell(self.order.unwrap_or(0)) + cell(self.amount) + 2 + OUTCOME;
        let room = self.width.saturating_sub(self.indent() + right);
        self.event = match widest.max().unwrap_or(0).min(room) {
            narrow if narrow < LEAST_EVENT && room < LEAST_EVENT => 0,
            event => event,
        };
    }

    /// Whether there is only one delivery, which needs no columns.
    pub(super) fn is_single(&self) -> bool {
        self.all < 2
    }

    /// Where the event begins, and what is said below it.
    pub(super) fn indent(&self) -> usize {
        if self.is_single() {
            return 2;
        }
        2 + 2 * self.digits() + 1 + 2
    }

    fn digits(&self) -> usize {
        self.all.to_string().len()
    }

    fn event_text(&self, event: &str, copy: u32) -> String {
        let short = self
            .provider
            .as_deref()
            .and_then(|provider| event.strip_prefix(provider)?.strip_prefix('/'));
        let event = shown(short.unwrap_or(event));
        if copy > 0 {
            format!("{event} (again)")
        } else {
            event
        }
    }

    /// The amount, where the heading has not said it.
    fn amount_text(&self, order: &SentOrder) -> Option<String> {
        let Some(shared) = &self.shared else {
            return order.amount.as_ref().map(shown_amount);
        };
        let payment = order.payment.as_ref()?;
        let expected = shared.payment.as_ref();
        if expected.is_some_and(|expected| expected.is_same(payment)) {
            return None;
        }
        Some(shown_amount(payment))
    }

    /// The line of a delivery.
    pub(super) fn row(&self, delivered: &Delivered<'_>, style: &Style, out: &mut Vec<u8>) {
        let (paint, sending) = (style.paint, &delivered.sending);
        let (number, all) = sending.place;
        let (digits, indent) = (self.digits(), self.indent());
        let place = format!("{number:>digits$}/{all}");
        let event = self.event_text(sending.event.unwrap_or("body"), sending.copy);
        let _ = write!(out, "  {}  {}", paint.quiet(&place), paint.strong(&event));
        let mut column = indent + event.width();
        let start = indent + self.event + if self.event > 0 { 2 } else { 0 };
        if column + 2 > start {
            let _ = write!(out, "\n{:start$}", "");
        } else {
            let _ = write!(out, "{:1$}", "", start - column);
        }
        column = start;
        if let Some(width) = self.order {
            let name = shown(sending.order.name.as_deref().unwrap_or("-"));
            let _ = write!(out, "{name}{:1$}  ", "", width.saturating_sub(name.width()));
            column += name.width().max(width) + 2;
        }
        if self.amount > 0 {
            let amount = self.amount_text(sending.order).unwrap_or_default();
            let _ = write!(
                out,
                "{:1$}{amount}  ",
                "",
                self.amount.saturating_sub(amount.width())
            );
            column += amount.width().max(self.amount) + 2;
        }
        let (outcome, width) = outcome(delivered, style);
        let _ = write!(out, "{outcome}");
        column += width;
        let mut add = |words: &str, needed: bool| {
            if column + 2 + words.width() <= self.width {
                let _ = write!(out, "  {words}");
                column += 2 + words.width();
            } else if needed {
                let _ = write!(out, "\n{:indent$}{words}", "");
                column = indent + words.width();
            }
        };
        if let Some(target) = self.other_target(delivered) {
            add(&target, true);
        }
        // What is wrong is also said below.
        let as_expected = delivered.as_expected;
        match (&delivered.sent.outcome, delivered.accepted) {
            (Err(_), _) => {}
            (Ok(_), true) if as_expected => {}
            (Ok(_), true) => add("accepted", false),
            (Ok(_), false) if as_expected => add("rejected, as expected", true),
            (Ok(_), false) => add("rejected", false),
        }
        if sending.unsigned != self.unsigned {
            add(sending.unsigned.unwrap_or("signed"), true);
        }
        out.push(b'\n');
    }

    /// Where it went, if the heading does not say that.
    fn other_target(&self, delivered: &Delivered<'_>) -> Option<String> {
        let target = delivered.sending.target;
        if self.target.as_deref() == Some(target) {
            return None;
        }
        let target = visible(target);
        let short = target.strip_prefix("http://").unwrap_or(&target);
        let root = short.strip_suffix('/').filter(|rest| !rest.contains('/'));
        Some(format!("→ {}", root.unwrap_or(short)))
    }
}

/// Of a body, which may say anything: a width beyond 65,535 would panic when it is used in a format.
pub(super) fn shown(text: &str) -> String {
    visible(&shortened(text)).into_owned()
}

pub(super) fn shown_amount(amount: &SentAmount) -> String {
    shown(&amount.to_string())
}

/// The status and the time, and how wide that is.
fn outcome(delivered: &Delivered<'_>, style: &Style) -> (String, usize) {
    let time = latency(delivered.sent.latency);
    let (word, plain) = match &delivered.sent.outcome {
        Ok(answer) => {
            let status = answer.status.to_string();
            let painted = if delivered.as_expected {
                style.paint.good(&status)
            } else {
                style.paint.error(&status)
            };
            (painted, status.len())
        }
        Err(_) => (style.paint.error("failed"), "failed".len()),
    };
    // No time passes where nothing is tried.
    if delivered.sent.latency.is_zero() {
        return (word, plain);
    }
    let gap = OUTCOME.saturating_sub(plain + time.len()).max(1);
    (format!("{word}{:gap$}{time}", ""), plain + gap + time.len())
}
