//! What one thread does with a chunk: finds the bodies in it, lints each, renders what was found.
//!
//! Separate from the pool, which only knows pieces and turns.

use super::journal;
use super::pool::{FinishedPiece, Results};
use super::stream::{Buffer, Chunk, Framing, MAX_BODY, SourceStream, bodies_in, is_blank};
use crate::error::Error;
use crate::lint::{Complaint, Finding, LintedBody, Linter, Rule, Scratch};
use crate::report::{Body, Counts, Excerpt, Message, Report};
use std::fs::File;
use std::io;
use std::path::Path;

/// After so many bodies a group is closed, so that no format has to hold a whole stream.
const GROUP: u64 = 1_000;

/// A thread at work.
pub(crate) struct Worker<'p, 'w, 'c> {
    pub(crate) linter: &'p Linter<'c>,
    pub(crate) report: &'w dyn Report,
    pub(crate) results: &'p Results<'w, 'c>,
    pub(crate) scratch: Scratch,
    pub(crate) piece: FinishedPiece<'c>,
    /// The bodies of the source at hand, rendered but not yet grouped.
    pub(crate) group: Vec<u8>,
    pub(crate) counts: Counts,
}

impl<'c> Worker<'_, '_, 'c> {
    /// Lints one of many files. False when nobody reads the results any more.
    pub(crate) fn small_file(&mut self, path: &Path, buffer: &mut Buffer) -> bool {
        // Names are UTF-8 nearly always, and then nothing is copied.
        let source = path.to_string_lossy();
        let mut stream = match File::open(path) {
            Ok(file) => SourceStream::new(file, true),
            Err(error) => return self.failed(&source, error),
        };
        loop {
            match stream.next_chunk(buffer) {
                Ok(Some(chunk)) => {
                    if !self.chunk(&source, &chunk, buffer.text()) {
                        return false;
                    }
                }
                Ok(None) => return true,
                Err(error) => return self.failed(&source, error),
            }
        }
    }

    fn failed(&mut self, path: &str, source: io::Error) -> bool {
        self.piece.failed.push(Error::Unreadable {
            path: path.to_owned(),
            source,
        });
        true
    }

    /// Lints the bodies of a chunk. False when nobody reads the results any more.
    pub(crate) fn chunk(&mut self, source: &str, chunk: &Chunk, text: &[u8]) -> bool {
        if chunk.framing == Framing::Document {
            let excerpt = Excerpt::new(text, chunk.line, chunk.offset);
            if chunk.oversized {
                self.one(source, chunk.record, &excerpt, too_large());
            } else {
                self.text(source, chunk, chunk.record, text, &excerpt, None);
            }
        } else {
            self.lines(source, chunk, text);
        }
        self.close(source);
        self.results.relieve(&mut self.piece)
    }

    fn lines(&mut self, source: &str, chunk: &Chunk, text: &[u8]) {
        let (mut line, mut start, mut record) = (chunk.line, 0, chunk.record);
        while start < text.len() {
            let newline = memchr::memchr(b'\n', &text[start..]).map(|length| start + length);
            let end = newline.unwrap_or(text.len());
            let whole = &text[start..end];
            if !is_blank(whole) {
                let excerpt = Excerpt::new(whole, line, chunk.offset + start as u64);
                // How much was read at a time must not decide: a line is judged by its own length.
                if chunk.oversized || whole.len() > MAX_BODY {
                    self.one(source, record, &excerpt, too_large());
                } else if chunk.framing == Framing::Journal {
                    let torn = chunk.last && newline.is_none();
                    self.capture(source, chunk, record, whole, excerpt, torn);
                } else {
                    self.text(source, chunk, record, whole, &excerpt, None);
                }
                record += bodies_in(chunk.framing, whole);
            }
            line += 1;
            start = end + 1;
        }
    }

    /// Lints a line of a journal.
    fn capture(
        &mut self,
        source: &str,
        chunk: &Chunk,
        record: u64,
        line: &[u8],
        excerpt: Excerpt<'_>,
        torn: bool,
    ) {
        match journal::body(line) {
            Ok(body) => {
                let excerpt = excerpt.captured(&body);
                let masked = body.masked.then(masked_body);
                self.text(source, chunk, record, &body.bytes, &excerpt, masked);
            }
            // A crash in the middle of a write leaves half a line; the writer will mend it.
            Err(journal::NoBody::NoObject) if torn => {
                let message = "the last line of the journal is cut off, and was skipped";
                let complaint = Complaint::new(
                    Rule::TornRecord,
                    message,
                    "expected the rest of the capture",
                )
                .help("the writer was stopped in the middle; everything before is whole");
                self.one(
                    source,
                    record,
                    &excerpt,
                    complaint.at(String::new(), line.len()..line.len()),
                );
            }
            Err(why) => {
                let start = line
                    .iter()
                    .position(|byte| !is_blank(&[*byte]))
                    .unwrap_or(0);
                let message = "this line of the journal holds no delivery";
                let complaint = Complaint::new(Rule::BadRecord, message, why.words());
                self.one(
                    source,
                    record,
                    &excerpt,
                    complaint.at(String::new(), start..start + 1),
                );
            }
        }
    }

    /// Lints a text that holds one body, or a list of them; `known` is a finding of the first of them.
    fn text(
        &mut self,
        source: &str,
        chunk: &Chunk,
        first: u64,
        text: &[u8],
        excerpt: &Excerpt<'_>,
        mut known: Option<Finding>,
    ) {
        let (linter, mut scratch) = (self.linter, std::mem::take(&mut self.scratch));
        let mut record = first;
        linter.lint(text, &mut scratch, &mut |mut verdict| {
            if let Some(finding) = known.take() {
                verdict.findings.splice(0..0, linter.judge(vec![finding]));
            }
            self.body(source, record, excerpt, &verdict);
            // What a journal numbers is its deliveries.
            record += u64::from(chunk.framing != Framing::Journal);
        });
        self.scratch = scratch;
    }

    /// Reports one finding in the place of a body.
    fn one(&mut self, source: &str, record: u64, excerpt: &Excerpt<'_>, finding: Finding) {
        let findings = self.linter.judge(vec![finding]);
        self.body(
            source,
            record,
            excerpt,
            &LintedBody {
                findings,
                ..LintedBody::default()
            },
        );
    }

    fn body(&mut self, source: &str, record: u64, excerpt: &Excerpt<'_>, verdict: &LintedBody<'c>) {
        let body = Body::of(source, record, verdict, excerpt);
        self.counts.add(&body);
        self.piece.events.add((verdict.provider, verdict.event), 1);
        self.report.message(&Message::Body(body), &mut self.group);
        if self.counts.bodies == GROUP {
            self.close(source);
            // Who no longer reads is noticed when the chunk is done.
            self.results.relieve(&mut self.piece);
        }
    }

    /// Closes the group of bodies of one source.
    fn close(&mut self, source: &str) {
        if self.counts.bodies == 0 {
            return;
        }
        self.report.group(source, &self.counts, &mut self.group);
        if !self.piece.rendered.is_empty() && !self.group.is_empty() {
            self.piece
                .rendered
                .extend_from_slice(self.report.separator());
        }
        self.piece.rendered.append(&mut self.group);
        self.piece.counts.merge(&std::mem::take(&mut self.counts));
    }
}

fn too_large() -> Finding {
    let message = format!(
        "the body is larger than {} MiB, and was not read",
        MAX_BODY >> 20
    );
    Complaint::new(Rule::TooLarge, message, "far larger than any webhook")
        .help("many bodies go one to a line, not into one list")
        .at(String::new(), 0..1)
}

fn masked_body() -> Finding {
    let message = "stars stand in place of a secret, so that this is not the body that came";
    Complaint::new(Rule::MaskedBody, message, "as it was written down")
        .help("`listen --keep-secrets` keeps bodies as they come")
        .at(String::new(), 0..1)
}
