//! The deliveries of `send` and `replay`: one test case per delivery and target. A suite begins with its counts, so all is
//! written at the end.

use super::super::human::Human;
use super::super::paint::Paint;
use super::super::sent::{Delivered, Seen, SendHeading, Totals};
use super::super::{Message, Report as _, SendMessage, Style};
use super::{Junit, end, escaped, suite};
use std::io::Write as _;

/// The cases of one run.
pub(in super::super) struct SentCases {
    command: &'static str,
    human: Human,
    /// The scenario, the event, or how many deliveries.
    suite: String,
    /// The events of all deliveries, in order.
    events: Vec<String>,
    cases: Vec<SentCase>,
    /// What the built-in receiver found in the delivery that is being sent.
    seen: Vec<u8>,
    seen_wrong: bool,
}

/// A delivery to a target.
struct SentCase {
    number: usize,
    name: String,
    target: String,
    seconds: f64,
    /// The kind of the failure, its message and its details.
    failure: Option<(&'static str, String, String)>,
}

impl SentCases {
    pub(in super::super) fn new(command: &'static str, style: &Style) -> Self {
        let style = Style {
            paint: Paint::new(false),
            wrapped: false,
            ..style.clone()
        };
        Self {
            command,
            human: Human::new(style),
            suite: "deliveries".to_owned(),
            events: Vec::new(),
            cases: Vec::new(),
            seen: Vec::new(),
            seen_wrong: false,
        }
    }

    pub(in super::super) fn message(&mut self, message: &Message<'_>, out: &mut Vec<u8>) {
        match message {
            Message::Send(SendMessage::Heading(heading)) => self.heading(heading),
            Message::Validate(_) => self.human.message(message, &mut self.seen),
            Message::Send(SendMessage::Seen(seen)) => self.seen(seen),
            Message::Send(SendMessage::Delivered(delivered)) => self.delivered(delivered),
            Message::Send(SendMessage::Totals(totals)) => self.end(totals, out),
            _ => {}
        }
    }

    fn heading(&mut self, heading: &SendHeading<'_>) {
        self.suite.clone_from(&heading.title);
        let events = heading.events.iter();
        self.events = events.map(|(event, copy)| name(event, *copy)).collect();
    }

    fn seen(&mut self, seen: &Seen) {
        if !seen.is_good() {
            self.seen_wrong = true;
            self.human.seen(seen, 0, &mut self.seen);
        }
    }

    /// Adds a case; a further attempt takes the place of the one before.
    fn delivered(&mut self, delivered: &Delivered<'_>) {
        let mut details = std::mem::take(&mut self.seen);
        let wrong = !delivered.as_expected || std::mem::take(&mut self.seen_wrong);
        let sending = &delivered.sending;
        self.human
            .sent_details(delivered, (0, false, true), &mut details);
        details.extend(self.human.advice(delivered, 0));
        let failure = wrong.then(|| {
            let (kind, otherwise) = match &delivered.sent.outcome {
                Err(fault) => (fault.name(), fault.name().to_owned()),
                Ok(_) if sending.forged.is_some() && delivered.accepted => (
                    "forged_accepted",
                    "a forged delivery was accepted".to_owned(),
                ),
                Ok(answer) if !delivered.accepted => {
                    ("rejected", format!("answered {}", answer.status))
                }
                Ok(answer) if !delivered.as_expected => {
                    ("unexpected", format!("answered {}", answer.status))
                }
                Ok(_) => ("findings", "the built-in receiver has findings".to_owned()),
            };
            let message = match (&delivered.sent.outcome, delivered.reason) {
                (Ok(answer), Some(reason)) => format!("{}: {reason}", answer.status),
                (Err(_), Some(reason)) => reason.to_owned(),
                _ => otherwise,
            };
            let text = String::from_utf8_lossy(&details).into_owned();
            (kind, message, text)
        });
        let case = SentCase {
            number: sending.place.0,
            name: name(sending.event.unwrap_or("body"), sending.copy),
            target: sending.target.to_owned(),
            seconds: delivered.sent.latency.as_secs_f64(),
            failure,
        };
        let last = self.cases.last_mut();
        match last.filter(|_| delivered.attempt > 1) {
            Some(last) => *last = case,
            None => self.cases.push(case),
        }
    }

    /// Writes everything; deliveries that were not sent any more are skipped cases.
    fn end(&mut self, totals: &Totals, out: &mut Vec<u8>) {
        let command = self.command;
        Junit { command }.start(out);
        let done = self.cases.last().map_or(0, |case| case.number);
        let rest = self.events.iter().enumerate().skip(done);
        let skipped = rest.clone().count() as u64;
        let failed = self
            .cases
            .iter()
            .filter(|case| case.failure.is_some())
            .count() as u64;
        let all = self.cases.len() as u64 + skipped;
        out.extend_from_slice(suite(&self.suite, all, failed, 0, skipped).as_bytes());
        for case in &self.cases {
            case.write(out);
        }
        let why = if totals.interrupted {
            "interrupted"
        } else {
            "an earlier delivery was not answered as it should be; --keep-going sends all"
        };
        for (index, event) in rest {
            let name = escaped(&format!("{}: {event}", index + 1));
            let _ = writeln!(
                out,
                "    <testcase name=\"{name}\" classname=\"{}\">\n      <skipped message=\"{why}\"/>\n    </testcase>",
                escaped(&self.suite)
            );
        }
        out.extend_from_slice(b"  </testsuite>\n");
        end(out);
    }
}

impl SentCase {
    fn write(&self, out: &mut Vec<u8>) {
        let name = escaped(&format!("{}: {}", self.number, self.name));
        let target = escaped(&self.target);
        let _ = write!(
            out,
            "    <testcase name=\"{name}\" classname=\"{target}\" time=\"{:.3}\"",
            self.seconds
        );
        match &self.failure {
            None => out.extend_from_slice(b"/>\n"),
            Some((kind, message, text)) => {
                let (message, text) = (escaped(message), escaped(text.trim_end()));
                let _ = writeln!(
                    out,
                    ">\n      <failure type=\"{kind}\" message=\"{message}\">{text}</failure>\n    </testcase>"
                );
            }
        }
    }
}

fn name(event: &str, copy: u32) -> String {
    if copy > 0 {
        format!("{event} (again)")
    } else {
        event.to_owned()
    }
}
