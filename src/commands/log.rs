//! `log`: searches recorded deliveries, shows them, and says what changed between them.

use super::other_words::refuse_other_words;
use super::pager::paged;
use super::verify::{VerifyOptions, verifier};
use super::{Context, Outcome};
use crate::capture::reader;
use crate::error::Error;
use crate::log::{EntryReader, LogFilter, LogPrinter, LogSelection, LogWork};
use crate::report::Format;
use std::path::Path;

/// What `log` was asked to do.
#[derive(Debug)]
pub(crate) struct LogOptions {
    pub(crate) work: LogWork,
    pub(crate) filter: LogFilter,
    /// Wait for what is appended.
    pub(crate) follow: bool,
    /// How signatures are verified again, and what is read.
    pub(crate) verify: VerifyOptions,
}

/// Reads the deliveries and shows those that are chosen.
pub(crate) fn run(context: &mut Context<'_>, options: LogOptions) -> Result<Outcome, Error> {
    check(&options)?;
    let LogOptions {
        work,
        filter,
        follow,
        verify,
    } = options;
    let (paths, format) = (verify.paths.clone(), verify.format);
    let since = context.since(filter.since.as_deref())?;
    let levels = context.config.levels.clone();
    let selection = LogSelection::new(&filter, context.catalogue, &levels, since)?;
    let (catalogue, zone) = (context.catalogue, context.zone());
    let reader = EntryReader::new(catalogue, levels, verifier(context, verify)?, zone);
    context.note_stdin(&paths);
    let mut stdin = std::mem::replace(&mut context.world.stdin, Box::new(std::io::empty()));
    let several = paths.len() > 1 || paths.iter().any(|path| path.is_dir());
    let long = format == Format::Human && !follow;
    let (outcome, notes) = paged(context, long, |context| {
        let options = (several, follow);
        let mut printer = LogPrinter::new(context, reader, selection, work, format, options);
        match paths.as_slice() {
            [path] if follow => reader::follow(path, &mut printer)?,
            paths => reader::read(paths, &mut *stdin, &mut printer)?,
        }
        printer.finish()
    })?;
    notes.iter().for_each(|note| context.note(note));
    Ok(outcome)
}

/// Refuses options that would have no effect.
fn check(options: &LogOptions) -> Result<(), Error> {
    let numbers = matches!(options.work, LogWork::Whole(_) | LogWork::Difference(..));
    let paths = &options.verify.paths;
    let (what, hint) = if paths.is_empty() {
        (
            "no file given",
            "give a journal, as in `inqud-hook log hooks.ndjson 17`; write a file whose name is a number as ./17",
        )
    } else if numbers && !options.filter.is_empty() {
        (
            "a number already chooses the delivery",
            "leave out the number, or --order, --event, --invalid and the like",
        )
    } else if options.follow && numbers {
        (
            "a number leaves nothing to follow",
            "leave out the number or --follow",
        )
    } else if options.follow && (paths.len() > 1 || paths == &[Path::new("-")]) {
        (
            "--follow takes one file",
            "start one `log --follow` for each file",
        )
    } else {
        return refuse_other_words(paths, "for the deliveries about an order, write --order");
    };
    Err(Error::ConflictingOptions {
        what: what.to_owned(),
        hint: hint.to_owned(),
    })
}
