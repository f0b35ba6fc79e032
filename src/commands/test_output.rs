//! Where the report of `test` goes: to stdout or to a file, with progress on stderr meanwhile.

use super::Context;
use crate::error::Error;
use crate::judge::RunProgress;
use crate::report::{
    self, AnyFormat, Message, Paint, Report, Style, TestMessage, TestReport, VerdictCounts,
};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

/// Renders what a run tells, and writes it.
pub(super) struct TestOutput<'a> {
    path: Option<&'a Path>,
    file: Option<File>,
    report: Box<dyn Report>,
}

impl<'a> TestOutput<'a> {
    /// Begins a report; the file is replaced.
    pub(super) fn begin(
        context: &mut Context<'_>,
        format: impl Into<AnyFormat>,
        path: Option<&'a Path>,
        verbose: bool,
    ) -> Result<Self, Error> {
        let style = Style {
            paint: path.map_or(context.paint, |_| Paint::new(false)),
            width: context.width(),
            wrapped: context.world.stdout.terminal,
            verbose,
        };
        let file = path.map(|path| File::create(path).map_err(|source| unwritable(path, source)));
        Ok(Self {
            path,
            file: file.transpose()?,
            report: report::report(format, style),
        })
    }

    pub(super) fn say(
        &mut self,
        context: &mut Context<'_>,
        message: TestMessage<'_>,
    ) -> Result<(), Error> {
        let mut out = Vec::new();
        // A document begins when all is known, so that a run that breaks leaves no half of one.
        if matches!(message, TestMessage::Finished(_)) {
            self.report.start(&mut out);
        }
        self.report.message(&Message::Test(message), &mut out);
        self.write(context, &out)
    }

    /// Writes the report; where that is a file, the screen tells the result. Names the baseline if it was written.
    pub(super) fn finish(
        &mut self,
        context: &mut Context<'_>,
        judged: &TestReport,
        baseline: Option<&Path>,
    ) -> Result<(), Error> {
        self.say(context, TestMessage::Finished(judged))?;
        if let Some(path) = baseline.filter(|_| judged.baseline_written) {
            context.note(&format!(
                "the failures are written to {}, and no longer fail a run",
                path.display()
            ));
        }
        if let Some(path) = self.path {
            context.note(&format!("{} Report: {}", judged.sentence(), path.display()));
        }
        Ok(())
    }

    /// Shows how far the run is, and the cases of a group once all are judged.
    pub(super) fn progress(
        &mut self,
        context: &mut Context<'_>,
        progress: &RunProgress<'_>,
    ) -> Result<(), Error> {
        let stderr = &mut context.world.stderr;
        match progress {
            RunProgress::Group(group, done, all) => {
                if stderr.terminal {
                    // Progress is not worth failing for.
                    let line = report::case_progress(group, *done, *all);
                    let _ = stderr.writer.write_all(line.as_bytes());
                    let _ = stderr.writer.flush();
                }
                Ok(())
            }
            RunProgress::Judged(group, cases) => {
                if stderr.terminal {
                    let _ = stderr.writer.write_all(report::NO_PROGRESS.as_bytes());
                    let _ = stderr.writer.flush();
                }
                self.say(
                    context,
                    TestMessage::Group(group, VerdictCounts::of(*cases)),
                )
            }
        }
    }

    fn write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Result<(), Error> {
        match (&mut self.file, self.path) {
            (Some(file), Some(path)) => file
                .write_all(bytes)
                .map_err(|source| unwritable(path, source)),
            _ => context.print(bytes),
        }
    }
}

fn unwritable(path: &Path, source: std::io::Error) -> Error {
    Error::Unwritable {
        path: path.display().to_string(),
        source,
    }
}
