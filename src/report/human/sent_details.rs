//! What `send` and `replay` tell people about a delivery below its line: why it was not accepted and what to do, what the
//! built-in receiver found, and on request the whole exchange.
//!
//! An answer may contain anything, so it is made safe for the terminal here.

use super::super::Paint;
use super::super::request::all_headers;
use super::super::sent::{Delivered, FORGED_ACCEPTED, Seen};
use super::super::wrap;
use super::sent_totals::status;
use super::{Human, counted_findings};
use crate::http::Answer;
use crate::sanitize::{visible, visible_lines};
use crate::signature::SignatureVerdict;
use crate::signature::diagnose::Reason;
use std::io::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// How much of the answer to a rejected delivery is shown.
const MOST_LINES: usize = 12;
const MOST_CHARACTERS: usize = 1_000;

/// The headers of an answer that help to understand a rejection.
const TELLING: [&str; 4] = [
    "content-type",
    "location",
    "retry-after",
    "www-authenticate",
];

/// How a label is coloured.
type PaintLabel = fn(Paint, &str) -> String;

impl Human {
    /// A text behind an indent and a label, with its further lines below its first one.
    pub(super) fn wrapped(
        &self,
        indent: usize,
        (label, paint): (&str, PaintLabel),
        text: &str,
        out: &mut Vec<u8>,
    ) {
        let hang = indent + label.width() + 1;
        let lines = self.text_lines(text, hang);
        let label = paint(self.style.paint, label);
        let first = lines.first().map_or("", String::as_str);
        let _ = writeln!(out, "{:indent$}{label} {first}", "");
        for line in lines.iter().skip(1) {
            let _ = writeln!(out, "{:hang$}{line}", "");
        }
    }

    /// A text behind an indent.
    fn indented(&self, indent: usize, text: &str, out: &mut Vec<u8>) {
        for line in self.text_lines(text, indent) {
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    }

    /// The lines of a text behind an indent: several on a terminal, which would break words.
    pub(super) fn text_lines(&self, text: &str, indent: usize) -> Vec<String> {
        if self.style.wrapped {
            wrap::lines(text, indent, self.style.width)
        } else {
            vec![visible(text).into_owned()]
        }
    }

    /// Why a delivery was not answered as it should be. `sentence` says that the line above names the
    /// reason; `with_answer`, that the answer is shown.
    pub(in super::super) fn sent_details(
        &self,
        delivered: &Delivered<'_>,
        (indent, sentence, with_answer): (usize, bool, bool),
        out: &mut Vec<u8>,
    ) {
        if delivered.as_expected {
            return;
        }
        match &delivered.sent.outcome {
            Ok(answer) => {
                if !sentence {
                    let what = if delivered.accepted && delivered.sending.forged.is_some() {
                        "accepted, though it is forged".to_owned()
                    } else {
                        status(answer.status)
                    };
                    let reason = delivered.reason;
                    let reason = reason.map_or(String::new(), |reason| format!(" ({reason})"));
                    self.indented(indent, &format!("{what}{reason}"), out);
                }
                if !delivered.accepted && with_answer {
                    self.answer(answer, indent, out);
                }
                if delivered.accepted && delivered.sending.forged.is_some() {
                    self.wrapped(indent, ("warning:", Paint::error), FORGED_ACCEPTED, out);
                }
            }
            Err(fault) if !sentence => {
                let words = delivered.reason.unwrap_or_else(|| fault.name());
                self.indented(indent, words, out);
            }
            Err(_) => {}
        }
    }

    /// What the handler does wrong, and what to do.
    pub(in super::super) fn advice(&self, delivered: &Delivered<'_>, indent: usize) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(why) = delivered.why {
            self.wrapped(indent, ("why:", Paint::error), &why.sentence(), &mut out);
            self.wrapped(indent, ("fix:", Paint::name), &why.fix, &mut out);
            if why.reason == Reason::NotChecked {
                let label = ("warning:", Paint::error as PaintLabel);
                self.wrapped(indent, label, FORGED_ACCEPTED, &mut out);
            }
        }
        if let Some(hint) = delivered.hint {
            self.wrapped(indent, ("hint:", Paint::name), hint, &mut out);
        }
        out
    }

    /// The telling headers and the beginning of the body of an answer, each line after a bar.
    fn answer(&self, answer: &Answer, indent: usize, out: &mut Vec<u8>) {
        let text = String::from_utf8_lossy(&answer.body);
        let shown: String = text.chars().take(MOST_CHARACTERS).collect();
        let is_empty = shown.trim().is_empty();
        for (name, value) in &answer.headers {
            let telling = TELLING.iter().any(|known| name.eq_ignore_ascii_case(known));
            // Without a body its type says nothing.
            if telling && !(is_empty && name.eq_ignore_ascii_case(TELLING[0])) {
                let header = format!("{}: {}", visible(name), visible(value));
                let _ = writeln!(out, "{:indent$}| {}", "", self.style.paint.quiet(&header));
            }
        }
        let more = answer.cut || shown.len() < text.len() || shown.lines().count() > MOST_LINES;
        if !is_empty {
            let _ = writeln!(out, "{:indent$}|", "");
        }
        let lines = visible_lines(shown.trim_end());
        for line in lines.lines().take(MOST_LINES) {
            barred(indent, "|", line, out);
        }
        if more {
            let size = if answer.cut {
                "more than 64 KiB".to_owned()
            } else {
                format!("{} bytes in total", answer.body.len())
            };
            let size = self.style.paint.quiet(&format!("… ({size})"));
            let _ = writeln!(out, "{:indent$}{size}", "");
        }
    }

    /// The request and the answer, whole.
    pub(super) fn exchange(&self, delivered: &Delivered<'_>, indent: usize, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        if let Some(id) = delivered.sending.recorded_id {
            let id = visible(id);
            let _ = writeln!(out, "{:indent$}{} {id}", "", paint.name("id:"));
        }
        let request = delivered.sending.request;
        if let Some(request) = request.filter(|_| delivered.attempt == 1) {
            let line = format!("{} {} HTTP/1.1", request.method, request.target.path());
            barred(indent, ">", &visible(&line), out);
            for (name, value) in all_headers(request, |header| header.shown()) {
                barred(indent, ">", &visible(&format!("{name}: {value}")), out);
            }
            body(indent, ">", &request.body, out);
        }
        if let Ok(answer) = &delivered.sent.outcome {
            barred(indent, "<", &format!("HTTP {}", status(answer.status)), out);
            for (name, value) in &answer.headers {
                barred(indent, "<", &visible(&format!("{name}: {value}")), out);
            }
            body(indent, "<", &answer.body, out);
            if answer.cut {
                barred(indent, "<", "… (more than 64 KiB)", out);
            }
        }
    }

    /// What the built-in receiver found.
    pub(in super::super) fn seen(&self, seen: &Seen, indent: usize, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let signature = match seen.signature {
            SignatureVerdict::Valid => paint.good(seen.signature.name()),
            _ => paint.error(seen.signature.name()),
        };
        let body = match (&seen.event, seen.errors) {
            (None, _) => paint.error("body not recognised"),
            (Some(_), 0) => format!("body {}", paint.good("valid")),
            (Some(_), _) => format!("body {}", paint.error("invalid")),
        };
        let findings = counted_findings(seen.errors, seen.warnings, seen.notes);
        let _ = writeln!(
            out,
            "{:indent$}received: signature {signature}, {body}{findings}",
            ""
        );
        if let Some(diagnosis) = &seen.diagnosis {
            let digests = seen.digests.as_ref().map_or(String::new(), |digests| {
                format!(
                    " (received {}, expected {})",
                    digests.received, digests.expected
                )
            });
            let explanation = format!("{}{digests}", diagnosis.explanation);
            self.wrapped(indent, ("signature:", Paint::error), &explanation, out);
            self.wrapped(indent, ("hint:", Paint::name), &diagnosis.fix, out);
        }
    }
}

/// A line of a message after a mark, so that it is not taken for the tool's own.
fn barred(indent: usize, mark: &str, line: &str, out: &mut Vec<u8>) {
    let line = format!("{:indent$}{mark} {line}", "");
    let _ = writeln!(out, "{}", line.trim_end());
}

/// A body below an empty line; nothing where there is none.
fn body(indent: usize, mark: &str, body: &[u8], out: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(body);
    if text.is_empty() {
        return;
    }
    barred(indent, mark, "", out);
    for line in visible_lines(&text).lines() {
        barred(indent, mark, line, out);
    }
}
