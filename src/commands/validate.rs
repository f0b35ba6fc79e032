//! `validate`: lints captured bodies against the event schemas.
//!
//! Reads files, folders, standard input, NDJSON and journals; recognises provider, event and form of each body; says
//! what is wrong, where, and what to do. Results come in the order of the input, whatever the number of threads.

use super::{Context, Outcome};
use crate::capture::pool::{FinishedPiece, Listener, Results};
use crate::capture::records::Worker;
use crate::capture::sources::{Next, Sources};
use crate::capture::stream::{Buffer, Chunk, SourceStream};
use crate::error::Error;
use crate::lint::{Linter, Scratch};
use crate::report::{self, Counts, FindingsFormat, Message, Paint, Style};
use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What `validate` was asked to do.
#[derive(Debug)]
pub(crate) struct ValidateOptions {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) event: Option<String>,
    pub(crate) provider: Option<String>,
    pub(crate) format: FindingsFormat,
    pub(crate) output: Option<PathBuf>,
    pub(crate) verbose: bool,
}

/// Lints everything that the options name.
pub(crate) fn run(context: &mut Context<'_>, options: ValidateOptions) -> Result<Outcome, Error> {
    let mut linter = Linter::new(context.catalogue.providers(), context.config.levels.clone());
    if let Some(provider) = &options.provider {
        linter = linter.narrow(&context.catalogue.provider(provider)?.manifest.name);
    }
    if let Some(event) = &options.event {
        let full = match &options.provider {
            Some(provider) if !event.contains('/') => format!("{provider}/{event}"),
            _ => event.clone(),
        };
        let entry = context.catalogue.event(&full)?;
        let whose = &entry.provider.manifest.name;
        if options
            .provider
            .as_ref()
            .is_some_and(|provider| !provider.eq_ignore_ascii_case(whose))
        {
            let what = format!("the event {event} is {whose}'s, and --provider names another");
            return Err(Error::Usage {
                what,
                hint: "leave one of the two out".to_owned(),
            });
        }
        linter = linter.force(entry);
    }
    let width = context.width();
    let world = &mut *context.world;
    let paint = if options.output.is_none() {
        context.paint
    } else {
        Paint::new(false)
    };
    let style = Style {
        paint,
        width,
        verbose: options.verbose,
    };
    let report = report::report(options.format, style);
    if let Some(output) = &options.output {
        refuse_to_overwrite(&options.paths, output)?;
    }
    let mut file = match &options.output {
        Some(path) => Some(File::create(path).map_err(|source| unwritable(path, source))?),
        None => None,
    };
    let out: &mut (dyn Write + Send) = match &mut file {
        Some(file) => file,
        None => &mut *world.stdout.writer,
    };
    let work = Mutex::new(PendingWork {
        sources: Sources::new(&options.paths, options.output.as_deref()),
        stdin: Some(std::mem::replace(
            &mut world.stdin,
            Box::new(std::io::empty()),
        )),
        stream: None,
        ticket: 0,
    });
    let mut listener = Console {
        stderr: &mut *world.stderr.writer,
        paint: context.stderr_paint,
        progress: world.stderr.terminal
            && world.environment.as_ref()("TERM").is_none_or(|term| term != "dumb"),
        shown: None,
        on_screen: false,
        started: Instant::now(),
    };
    let results = Results::new(out, &*report, &mut listener);
    results.start();
    work_together(&work, &linter, &*report, &results, world.threads);
    let summary = results.summary();
    listener.clear();
    let failed = |source| match &options.output {
        Some(path) => unwritable(path, source),
        None => Error::stdout(source),
    };
    let summary = summary.map_err(failed)?;
    let mut tail = Vec::new();
    report.message(&Message::Summary(&summary), &mut tail);
    let out: &mut (dyn Write + Send) = match &mut file {
        Some(file) => file,
        None => &mut *world.stdout.writer,
    };
    out.write_all(&tail)
        .and_then(|()| out.flush())
        .map_err(failed)?;
    Ok(match (summary.unreadable.len(), summary.counts.invalid) {
        (0, 0) => Outcome::Good,
        (0, _) => Outcome::Found,
        _ => Outcome::Failed,
    })
}

/// Results must not be written over a body that is still to be read.
fn refuse_to_overwrite(paths: &[PathBuf], output: &Path) -> Result<(), Error> {
    let Ok(there) = output.canonicalize() else {
        return Ok(());
    };
    match paths
        .iter()
        .find(|path| path.canonicalize().is_ok_and(|path| path == there))
    {
        Some(path) => Err(Error::Usage {
            what: format!("the results would be written over {}", path.display()),
            hint: "name another file after --output".to_owned(),
        }),
        None => Ok(()),
    }
}

fn unwritable(path: &Path, source: std::io::Error) -> Error {
    Error::Unwritable {
        path: path.display().to_string(),
        source,
    }
}

/// The first piece is done by this thread alone: most runs have no second one, and a thread costs as much as a body.
fn work_together<'w, 'c>(
    work: &Mutex<PendingWork>,
    linter: &Linter<'c>,
    report: &'w dyn report::Report,
    results: &Results<'w, 'c>,
    threads: fn() -> usize,
) {
    let worker = || Worker {
        linter,
        report,
        results,
        scratch: Scratch::default(),
        piece: FinishedPiece::default(),
        group: Vec::new(),
        counts: Counts::default(),
    };
    let mut first = worker();
    let mut buffer = Buffer::default();
    if !do_one(&mut first, work, &mut buffer) || lock(work).is_done() {
        return;
    }
    std::thread::scope(|scope| {
        for _ in 1..threads() {
            scope.spawn(|| {
                let (mut worker, mut buffer) = (worker(), Buffer::default());
                while do_one(&mut worker, work, &mut buffer) {}
            });
        }
        while do_one(&mut first, work, &mut buffer) {}
    });
}

/// Takes one piece of work and does it. False when there is none, or when nobody reads the results any more.
fn do_one(worker: &mut Worker<'_, '_, '_>, work: &Mutex<PendingWork>, buffer: &mut Buffer) -> bool {
    let Some((ticket, job)) = lock(work).next(buffer) else {
        return false;
    };
    worker.piece.ticket = ticket;
    let _turn = worker.results.turn();
    let read = match job {
        Job::Chunk(source, chunk) => worker.chunk(&source, &chunk, buffer.text()),
        Job::Files(folder, names) => {
            let mut path = folder.join("-");
            names.into_iter().all(|name| {
                path.set_file_name(name);
                worker.small_file(&path, buffer)
            })
        }
        Job::Failed(error) => {
            worker.piece.failed.push(error);
            true
        }
    };
    let written = worker.results.finish(&mut worker.piece);
    read && written
}

/// What is still to be done.
struct PendingWork {
    sources: Sources,
    stdin: Option<Box<dyn Read + Send>>,
    /// The source that is being cut into chunks.
    stream: Option<(Arc<str>, SourceStream)>,
    ticket: u64,
}

enum Job {
    /// A chunk, with its text in the thread's buffer.
    Chunk(Arc<str>, Chunk),
    /// Small files of one folder.
    Files(Arc<Path>, Vec<OsString>),
    Failed(Error),
}

impl PendingWork {
    fn next(&mut self, buffer: &mut Buffer) -> Option<(u64, Job)> {
        let job = self.job(buffer)?;
        let ticket = self.ticket;
        self.ticket += 1;
        Some((ticket, job))
    }

    fn job(&mut self, buffer: &mut Buffer) -> Option<Job> {
        loop {
            if let Some((source, stream)) = &mut self.stream {
                match stream.next_chunk(buffer) {
                    Ok(Some(chunk)) => return Some(Job::Chunk(source.clone(), chunk)),
                    Ok(None) => self.stream = None,
                    Err(error) => {
                        let path = source.to_string();
                        self.stream = None;
                        return Some(Job::Failed(Error::Unreadable {
                            path,
                            source: error,
                        }));
                    }
                }
            }
            match self.sources.next()? {
                Next::Stdin => {
                    // Named twice, it has been read already.
                    let Some(stdin) = self.stdin.take() else {
                        continue;
                    };
                    self.stream = Some(("<stdin>".into(), SourceStream::new(stdin, false)));
                }
                Next::File(path, regular) => {
                    let name = path.display().to_string();
                    match File::open(&path) {
                        Ok(file) => {
                            self.stream = Some((name.into(), SourceStream::new(file, regular)))
                        }
                        Err(source) => {
                            return Some(Job::Failed(Error::Unreadable { path: name, source }));
                        }
                    }
                }
                Next::Batch(folder, names) => return Some(Job::Files(folder, names)),
                Next::Failed(error) => return Some(Job::Failed(error)),
            }
        }
    }

    fn is_done(&self) -> bool {
        self.sources.is_empty()
            && self
                .stream
                .as_ref()
                .is_none_or(|(_, stream)| stream.is_done())
    }
}

fn lock(work: &Mutex<PendingWork>) -> std::sync::MutexGuard<'_, PendingWork> {
    work.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Errors and progress on stderr.
struct Console<'w> {
    stderr: &'w mut (dyn Write + Send),
    paint: Paint,
    progress: bool,
    shown: Option<Instant>,
    /// The line of the progress is on the screen.
    on_screen: bool,
    started: Instant,
}

impl Listener for Console<'_> {
    fn clear(&mut self) {
        if std::mem::take(&mut self.on_screen) {
            let _ = self.stderr.write_all(b"\r\x1b[2K");
        }
    }

    fn failed(&mut self, error: &Error) {
        self.clear();
        let _ = self
            .stderr
            .write_all(report::error(error, self.paint).as_bytes());
    }

    fn progress(&mut self, bodies: u64) {
        const PATIENCE: Duration = Duration::from_secs(1);
        const PAUSE: Duration = Duration::from_millis(100);
        if !self.progress {
            return;
        }
        let now = Instant::now();
        let due = self
            .shown
            .map_or(self.started + PATIENCE, |shown| shown + PAUSE);
        if now >= due {
            self.shown = Some(now);
            self.on_screen = true;
            let seconds = now.duration_since(self.started).as_secs_f64();
            let _ = write!(self.stderr, "\r\x1b[2K{bodies} bodies in {seconds:.1} s");
            let _ = self.stderr.flush();
        }
    }
}
