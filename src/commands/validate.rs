//! `validate`: lints captured bodies against the event schemas.
//!
//! Reads files, folders, standard input, NDJSON and journals; recognises provider, event and form of each body; says
//! what is wrong, where, and what to do. Results come in the order of the input, whatever the number of threads.

use super::{Context, Outcome};
use crate::capture::walk::{BODIES, FileWalk};
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::lint::{Levels, Linter};
use crate::report::{
    self, FindingsFormat, Message, Paint, Report, Style, Summary, SummaryOnly, ValidateMessage,
};
use crate::sanitize::visible;
use crate::validation::{Console, Validation, create, unwritable, validate};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What `validate` was asked to do.
#[derive(Debug)]
pub(crate) struct ValidateOptions {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) event: Option<String>,
    pub(crate) provider: Option<String>,
    pub(crate) format: FindingsFormat,
    pub(crate) output: Option<PathBuf>,
    pub(crate) verbose: bool,
    /// Only the summary is shown.
    pub(crate) quiet: bool,
    /// All of a folder is read.
    pub(crate) no_ignore: bool,
}

/// Lints everything that the options name.
pub(crate) fn run(context: &mut Context<'_>, options: &ValidateOptions) -> Result<Outcome, Error> {
    let output = options.output.as_deref();
    let linter = linter(context.catalogue, context.config.levels.clone(), options)?;
    let style = Style {
        paint: output.map_or(context.paint, |_| Paint::new(false)),
        width: context.width(),
        wrapped: context.world.stdout.terminal,
        verbose: options.verbose,
    };
    let report = report(options, style.clone())?;
    let mut file = output
        .map(|path| create(path, &options.paths))
        .transpose()?;
    context.note_stdin(&options.paths);
    let stderr_width = context.stderr_width();
    let world = &mut *context.world;
    let dumb = world.environment.as_ref()("TERM").is_some_and(|term| term == "dumb");
    let console = Console::new(
        &mut *world.stderr.writer,
        context.stderr_paint,
        stderr_width,
        world.stderr.terminal && !dumb,
    );
    let validation = Validation {
        walk: FileWalk::new(&options.paths, BODIES)
            .without(output)
            .skipping(!options.no_ignore),
        stdin: std::mem::replace(&mut world.stdin, Box::new(std::io::empty())),
        linter: &linter,
        report: &*report,
        threads: world.threads,
    };
    let out: &mut (dyn Write + Send) = match &mut file {
        Some(file) => file,
        None => &mut *world.stdout.writer,
    };
    let mut summary = validate(validation, out, console).map_err(|source| match output {
        Some(path) => unwritable(path, source),
        None => Error::stdout(source),
    })?;
    if let Some(path) = output {
        summary.repeated.clear();
        say_written(context, &summary, path, &style);
    }
    Ok(match (summary.unreadable.len(), summary.counts.invalid) {
        (0, 0) => Outcome::Good,
        (0, _) => Outcome::Found,
        _ => Outcome::Failed,
    })
}

/// The report of the findings, or of the summary alone.
fn report(options: &ValidateOptions, style: Style) -> Result<Box<dyn Report>, Error> {
    if options.quiet && options.format != FindingsFormat::Human {
        return Err(Error::ConflictingOptions {
            what: "--quiet leaves out what --format is about".to_owned(),
            hint: "leave out --quiet or --format; the exit code is the same".to_owned(),
        });
    }
    let report = report::report(options.format, style);
    Ok(if options.quiet {
        Box::new(SummaryOnly(report))
    } else {
        report
    })
}

/// Says on stderr what was written to a file.
fn say_written(context: &mut Context<'_>, summary: &Summary, path: &Path, style: &Style) {
    let paint = context.stderr_paint;
    let report = report::report(
        FindingsFormat::Human,
        Style {
            paint,
            ..style.clone()
        },
    );
    let mut text = Vec::new();
    let message = Message::Validate(ValidateMessage::Summary(summary));
    report.message(&message, &mut text);
    text.extend(format!("written to {}\n", visible(&path.display().to_string())).bytes());
    // The file has it all.
    let _ = context.world.stderr.writer.write_all(&text);
}

/// A linter for all events, or for those that `--provider` and `--event` name.
fn linter<'c>(
    catalogue: &'c Catalogue,
    levels: Levels,
    options: &ValidateOptions,
) -> Result<Linter<'c>, Error> {
    let mut linter = Linter::new(catalogue.providers(), levels);
    let provider = options.provider.as_deref();
    if let Some(provider) = provider {
        linter = linter.narrow(&catalogue.provider(provider)?.manifest.name);
    }
    if let Some(event) = &options.event {
        let name = match provider {
            Some(provider) if !event.contains('/') => format!("{provider}/{event}"),
            _ => event.clone(),
        };
        let entry = catalogue.event(&name)?;
        let sender = &entry.provider.manifest.name;
        if provider.is_some_and(|provider| !provider.eq_ignore_ascii_case(sender)) {
            return Err(Error::ConflictingOptions {
                what: format!(
                    "the event {event} belongs to {sender}, but --provider gives another"
                ),
                hint: "leave out --event or --provider".to_owned(),
            });
        }
        linter = linter.force(entry);
    }
    Ok(linter)
}
