//! What one thread does with a piece of work: lints each body in it and renders the findings.

use super::ordered::{OrderedOutput, Piece};
use super::queue::Job;
use super::repeats::RenderedFinding;
use crate::capture::buffer::Buffer;
use crate::capture::chunks::{Chunk, ChunkReader, MAX_BODY};
use crate::capture::folder_files::FolderFiles;
use crate::capture::journal::{BadSignature, CapturedBody};
use crate::capture::records::{Record, RecordText, records};
use crate::capture::walk::unreadable;
use crate::lint::{Complaint, Finding, LintedBody, Linter, Rule, Scratch};
use crate::report::{
    Body, Counts, EmbeddedBody, Excerpt, Message, Report, ValidateMessage, with_missing_together,
};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

/// A group is closed after this many bodies, so that no format has to hold all bodies of a large file.
const GROUP: u64 = 1_000;

/// A thread at work.
pub(super) struct Worker<'p, 'w, 'c> {
    linter: &'p Linter<'c>,
    report: &'w dyn Report,
    output: &'p OrderedOutput<'w, 'c>,
    /// Taken while a text is linted.
    scratch: Option<Box<Scratch>>,
    piece: Piece<'c>,
    /// The bodies of the source at hand, rendered but not yet grouped.
    group: Vec<u8>,
    counts: Counts,
}

impl<'p, 'w, 'c> Worker<'p, 'w, 'c> {
    pub(super) fn new(
        linter: &'p Linter<'c>,
        report: &'w dyn Report,
        output: &'p OrderedOutput<'w, 'c>,
    ) -> Self {
        Self {
            linter,
            report,
            output,
            scratch: None,
            piece: Piece::default(),
            group: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// Does a piece of work. False when the output is closed.
    pub(super) fn work(&mut self, ticket: u64, job: Job, buffer: &mut Buffer) -> bool {
        self.piece.ticket = ticket;
        let _turn = self.output.turn();
        let open = match job {
            Job::Chunk(source, chunk) => self.chunk(&source, &chunk, buffer.text()),
            Job::Files(folder, names) => {
                let files = FolderFiles::new(&folder);
                let mut source = folder.join("").to_string_lossy().into_owned();
                let length = source.len();
                names.into_iter().all(|name| {
                    source.truncate(length);
                    source.push_str(&name.to_string_lossy());
                    match files.open(&name) {
                        Ok(file) => self.small_file(file, &source, buffer),
                        Err(error) => self.failed(&source, error),
                    }
                })
            }
            Job::Failed(error) => {
                self.piece.failed.push(error);
                true
            }
        };
        self.output.finish(&mut self.piece) && open
    }

    fn small_file(&mut self, file: File, source: &str, buffer: &mut Buffer) -> bool {
        let mut reader = ChunkReader::new(file, true);
        loop {
            match reader.next_chunk(buffer) {
                Ok(Some(chunk)) => {
                    if !self.chunk(source, &chunk, buffer.text()) {
                        return false;
                    }
                }
                Ok(None) => return true,
                Err(error) => return self.failed(source, error),
            }
        }
    }

    fn failed(&mut self, source: &str, error: io::Error) -> bool {
        self.piece.failed.push(unreadable(Path::new(source), error));
        true
    }

    /// Lints the bodies of a chunk. False when the output is closed.
    fn chunk(&mut self, source: &str, chunk: &Chunk, text: &[u8]) -> bool {
        records(chunk, text, |place, record| {
            self.record(source, place, record);
        });
        self.close_group(source);
        self.output.relieve(&mut self.piece)
    }

    fn record(&mut self, source: &str, place: RecordText<'_>, record: Record<'_>) {
        let RecordText { text, number, .. } = place;
        let excerpt = Excerpt::new(text, place.line, place.offset);
        let finding = match record {
            Record::Bodies => {
                let mut number = number;
                return self.lint(text, None, |worker, linted| {
                    worker.report(source, number, &excerpt, linted);
                    number += 1;
                });
            }
            Record::Captured(body) => {
                let excerpt = excerpt.embedded(&body);
                let masked = body.masked.then(masked_body);
                match body.bad_signature {
                    Some(BadSignature::Invalid) => self.counts.invalid_signatures += 1,
                    Some(BadSignature::Missing) => self.counts.missing_signatures += 1,
                    None => {}
                }
                // The records of a journal are its deliveries, also where the body of one is a list.
                return self.lint(&body.bytes, masked, |worker, linted| {
                    worker.report(source, number, &excerpt, linted);
                });
            }
            Record::TooLarge => too_large(),
            Record::CutOff => cut_off(text),
            Record::Broken(why) => broken_line(text, why.words()),
        };
        let linted = LintedBody {
            findings: self.linter.judge(vec![finding]),
            ..LintedBody::default()
        };
        self.report(source, number, &excerpt, &linted);
    }

    /// Lints a body or a list of bodies; `known` is a finding of the first.
    fn lint(
        &mut self,
        text: &[u8],
        mut known: Option<Finding>,
        mut each: impl FnMut(&mut Self, &LintedBody<'c>),
    ) {
        let (linter, mut scratch) = (self.linter, self.scratch.take().unwrap_or_default());
        linter.lint(text, &mut scratch, &mut |mut linted| {
            if let Some(finding) = known.take() {
                linted.findings.splice(0..0, linter.judge(vec![finding]));
            }
            each(self, &linted);
        });
        self.scratch = Some(scratch);
    }

    fn report(
        &mut self,
        source: &str,
        number: u64,
        excerpt: &Excerpt<'_>,
        linted: &LintedBody<'c>,
    ) {
        let body = Body::of(source, number, linted, excerpt);
        self.counts.add(&body);
        self.piece
            .tally
            .count_event((linted.provider, linted.event));
        if self.report.folds() {
            self.first_findings(source, &body);
        } else {
            let message = Message::Validate(ValidateMessage::Body(body));
            self.report.message(&message, &mut self.group);
        }
        if self.counts.bodies == GROUP {
            self.close_group(source);
            // Whether the output is closed is asked at the end of the chunk.
            self.output.relieve(&mut self.piece);
        }
    }

    /// Renders those findings of a body that are among the first of their sort.
    fn first_findings(&mut self, source: &str, body: &Body<'_>) {
        for finding in &*with_missing_together(body.findings) {
            let (sort, first) = self.piece.repeats.count(finding, source);
            if first {
                let message = Message::Validate(ValidateMessage::Body(Body {
                    findings: std::slice::from_ref(finding),
                    ..*body
                }));
                let rendered = &mut self.piece.rendered;
                self.report.message(&message, rendered);
                let end = rendered.len();
                self.piece.findings.push(RenderedFinding { sort, end });
            }
        }
    }

    fn close_group(&mut self, source: &str) {
        if self.counts.bodies == 0 {
            return;
        }
        self.report.group(source, &self.counts, &mut self.group);
        let rendered = &mut self.piece.rendered;
        if !rendered.is_empty() && !self.group.is_empty() {
            rendered.extend_from_slice(self.report.separator());
        }
        rendered.append(&mut self.group);
        let counts = std::mem::take(&mut self.counts);
        self.piece.tally.counts.merge(&counts);
    }
}

impl EmbeddedBody for CapturedBody<'_> {
    fn in_text(&self, range: Range<usize>) -> Range<usize> {
        self.in_line(range)
    }
}

fn too_large() -> Finding {
    let message = format!(
        "the body is larger than {} MiB and was not read",
        MAX_BODY >> 20
    );
    Complaint::new(Rule::TooLarge, message, "far larger than any webhook")
        .help("put many bodies on one line each, not into one list")
        .at(String::new(), 0..1)
}

fn masked_body() -> Finding {
    let message =
        "secrets in this body were replaced with stars, so it differs from what was received";
    Complaint::new(Rule::MaskedBody, message, "as it was recorded")
        .help("`listen --keep-secrets` records bodies as they are received")
        .at(String::new(), 0..1)
}

/// A crash in the middle of a write leaves half a line; the next `listen` removes it.
fn cut_off(line: &[u8]) -> Finding {
    let message = "the last line of the journal is cut off and was skipped";
    let label = "expected the rest of the capture";
    Complaint::new(Rule::TornRecord, message, label)
        .help("the writer was stopped in the middle of it; all other lines are complete")
        .at(String::new(), line.len()..line.len())
}

fn broken_line(line: &[u8], why: &'static str) -> Finding {
    let start = line.len() - line.trim_ascii_start().len();
    let message = "this line of the journal holds no delivery";
    Complaint::new(Rule::BadRecord, message, why).at(String::new(), start..start + 1)
}
