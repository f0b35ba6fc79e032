//! The output of `validate` for people: code frames, a summary, and what was left out of both.

use super::super::findings::with_missing_together;
use super::super::wrap::lines;
use super::super::{Body, Counts, RepeatedFinding, Summary};
use super::{Human, counted, counted_findings};
use crate::capture::walk::Skipped;
use crate::lint::Severity;
use crate::sanitize::visible;
use std::io::Write as _;

/// The indent of the later lines of a text.
const HANGING: usize = 4;

impl Human {
    pub(super) fn body(&self, body: &Body<'_>, out: &mut Vec<u8>) {
        // Asked for before the places of the findings: lines are counted forwards.
        let start = body.start..body.start;
        let line = self.style.verbose.then(|| body.excerpt.place(&start).line);
        for finding in &*with_missing_together(body.findings) {
            self.frames.render(body, finding, out);
        }
        if let Some(line) = line {
            self.body_line(body, line, out);
        }
    }

    /// The line of a body, whether it has findings or not.
    fn body_line(&self, body: &Body<'_>, line: u64, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let verdict = match body.count(Severity::Error) {
            0 => paint.good("valid"),
            _ => paint.error("invalid"),
        };
        let name = body.name();
        let name = visible(name.as_deref().unwrap_or("not recognised"));
        let mut number = itoa::Buffer::new();
        let (source, line) = (visible(body.source), number.format(line));
        for part in [&*source, ":", line, ": ", &verdict, ": ", &name] {
            out.extend_from_slice(part.as_bytes());
        }
        if let Some(form) = body.form {
            for part in [", ", form.name(), " form"] {
                out.extend_from_slice(part.as_bytes());
            }
        }
        out.push(b'\n');
    }

    pub(super) fn summary(&self, summary: &Summary, out: &mut Vec<u8>) {
        let (paint, counts) = (self.style.paint, &summary.counts);
        self.repeated(&summary.repeated, out);
        let bodies = counted(counts.bodies, "body", "bodies");
        let verdict = match (counts.bodies, counts.invalid) {
            (0, _) => bodies,
            (1, 0) => format!("{bodies}, {}", paint.good("valid")),
            (1, _) => format!("{bodies}, {}", paint.error("invalid")),
            (_, 0) => format!("{bodies}, {}", paint.good("all valid")),
            (all, invalid) => {
                let invalid_words = paint.error(&format!("{invalid} invalid"));
                format!("{bodies}, {} valid, {invalid_words}", all - invalid)
            }
        };
        let findings = counted_findings(counts.errors, counts.warnings, counts.notes);
        let _ = writeln!(out, "{verdict}{findings}");
        for (name, count) in &summary.events {
            let _ = writeln!(out, "{count:>7} {}", visible(name));
        }
        self.signatures_on_arrival(counts, out);
        self.skipped_entries(summary, out);
        if !summary.unreadable.is_empty() {
            let sources = counted(summary.unreadable.len() as u64, "input", "inputs");
            let _ = writeln!(
                out,
                "{}",
                paint.error(&format!("{sources} could not be read"))
            );
        }
    }

    /// The findings of which not all were shown.
    fn repeated(&self, repeated: &[RepeatedFinding], out: &mut Vec<u8>) {
        for found in repeated {
            let name = format!("{}[{}]", found.severity.name(), found.rule.name());
            let at = match &*found.pointer {
                "" => String::new(),
                pointer => format!(" at {pointer}"),
            };
            let more = found.files - found.sources.len() as u64;
            let more = match more {
                0 => String::new(),
                more => format!(" and {}", counted(more, "more file", "more files")),
            };
            let text = format!(
                "{} × {name}{at}, {} shown: {}{more}",
                found.count,
                found.shown,
                found.sources.join(", ")
            );
            self.hanging(&text, out);
        }
        if !repeated.is_empty() {
            let _ = writeln!(out, "{}\n", self.style.paint.quiet("(-v shows all)"));
        }
    }

    /// A text that is indented from its second line on.
    fn hanging(&self, text: &str, out: &mut Vec<u8>) {
        for (index, line) in lines(text, HANGING, self.style.width).iter().enumerate() {
            let indent = if index == 0 { 0 } else { HANGING };
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    }

    fn skipped_entries(&self, summary: &Summary, out: &mut Vec<u8>) {
        let skipped = Skipped {
            folders: summary.skipped_folders,
            files: summary.skipped_files,
        };
        let Some(words) = skipped.words() else {
            return;
        };
        let text = format!("{words} (--no-ignore reads them)");
        self.hanging(&text, out);
    }

    /// What a journal says of signatures, which are not checked here.
    fn signatures_on_arrival(&self, counts: &Counts, out: &mut Vec<u8>) {
        let all = [
            (counts.invalid_signatures, "an invalid signature"),
            (counts.missing_signatures, "no signature"),
        ];
        for (count, words) in all.into_iter().filter(|(count, _)| *count > 0) {
            let words = self
                .style
                .paint
                .warning(&format!("had {words} when captured"));
            let _ = writeln!(out, "{count:>7} {words}; `inqud-hook verify` says why");
        }
    }
}
