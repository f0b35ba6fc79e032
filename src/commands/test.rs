//! `test`: attacks an endpoint with right and wrong deliveries, and judges what it did.

use super::deliver::setup;
use super::{Context, Outcome};
use crate::body::Seed;
use crate::cases::Case;
use crate::catalogue::Provider;
use crate::error::Error;
use crate::http::interrupt_flag;
use crate::judge::{
    self, EndpointProcess, JudgeOptions, ProcessOptions, Progress, Session, chosen, listed,
    provider_of,
};
use crate::outbound::secret_notes;
use crate::report::{self, Message, Paint, Report, Style, TestFormat, TestMessage, TestSubject};
use crate::time::write_second;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

/// How long an endpoint may take until it accepts connections, unless the user says otherwise.
const READY: Duration = Duration::from_secs(30);

/// What `test` was asked to do.
#[derive(Debug)]
pub(crate) struct TestOptions {
    pub(crate) judge: JudgeOptions,
    /// List the cases instead of running them.
    pub(crate) list: bool,
    pub(crate) format: TestFormat,
    pub(crate) output: Option<PathBuf>,
    pub(crate) verbose: bool,
}

/// Lists the cases, or runs them.
pub(crate) fn run(context: &mut Context<'_>, options: TestOptions) -> Result<Outcome, Error> {
    let cases = chosen(&options.judge.choice)?;
    let report = report::report(options.format, style(context, &options));
    let mut out = Vec::new();
    report.start(&mut out);
    if options.list {
        let provider = provider_of(setup(context), &options.judge).ok();
        for case in listed(&cases, &options.judge, provider) {
            report.message(&Message::Test(TestMessage::Listed(&case)), &mut out);
        }
        return write(context, &options, &out, true).map(|()| Outcome::Good);
    }
    let provider = provider_of(setup(context), &options.judge)?;
    write(context, &options, &out, true)?;
    attack(context, &options, provider, &cases, &*report)
}

fn attack(
    context: &mut Context<'_>,
    options: &TestOptions,
    provider: &'static Provider,
    cases: &[Case],
    report: &dyn Report,
) -> Result<Outcome, Error> {
    let clock = (context.world.now)()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let clock = i64::try_from(clock.as_secs()).unwrap_or_default();
    // With a seed the bytes are the same every day.
    let now = options.judge.seed.is_none().then_some(clock);
    let seed = options
        .judge
        .seed
        .unwrap_or_else(|| (context.world.entropy)() >> 32);
    let stop = interrupt_flag().map_err(|source| Error::System {
        what: "cannot handle Ctrl-C".to_owned(),
        source,
    })?;
    let mut session = Session::new(
        setup(context),
        provider,
        &options.judge,
        Seed(seed),
        now,
        &stop,
    )?;
    for note in secret_notes(std::slice::from_ref(&session.deliveries.sender)) {
        context.note(&note);
    }
    let process = &options.judge.process;
    if !process.command.is_empty() {
        let secret = session.secret().map(|resolved| resolved.secret.clone());
        session.process = Some(EndpointProcess::start(ProcessOptions {
            command: process.command.clone(),
            secret: process.secret_variable.clone().zip(secret),
            ready: process.ready.unwrap_or(READY),
            addresses: session.route.addresses.clone(),
        })?);
    }
    let subject = TestSubject {
        target: session.route.target.to_string(),
        provider: provider.manifest.title.clone(),
        seed,
        cases: cases.len(),
        settings: context
            .config
            .file
            .as_ref()
            .map(|file| file.value.display().to_string()),
    };
    let mut out = Vec::new();
    report.message(&Message::Test(TestMessage::Started(&subject)), &mut out);
    write(context, options, &out, false)?;
    let started_at = String::from_utf8_lossy(&write_second(clock)).into_owned();
    let mut unwritten = None;
    let judged = judge::judge(
        &session,
        &options.judge,
        subject,
        cases,
        &started_at,
        &mut |progress| {
            let told = tell(context, options, report, &progress);
            unwritten = unwritten.take().or(told.err());
        },
    )?;
    if let Some(error) = unwritten {
        return Err(error);
    }
    let mut out = Vec::new();
    report.message(&Message::Test(TestMessage::Finished(&judged)), &mut out);
    write(context, options, &out, false)?;
    Ok(match (judged.interrupted, judge::has_failed(&judged)) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::Found,
        (false, false) => Outcome::Good,
    })
}

/// Shows how far the run is, and the cases of a group once all are judged.
fn tell(
    context: &mut Context<'_>,
    options: &TestOptions,
    report: &dyn Report,
    progress: &Progress<'_>,
) -> Result<(), Error> {
    let stderr = &mut context.world.stderr;
    match progress {
        Progress::Group(group, done, all) if stderr.terminal => {
            // Progress is not worth failing for.
            let _ = write!(stderr.writer, "\r\x1b[2K{group} {done}/{all}");
            let _ = stderr.writer.flush();
            Ok(())
        }
        Progress::Group(..) => Ok(()),
        Progress::Judged(group, cases) => {
            if stderr.terminal {
                let _ = write!(stderr.writer, "\r\x1b[2K");
                let _ = stderr.writer.flush();
            }
            let mut out = Vec::new();
            for case in *cases {
                report.message(&Message::Test(TestMessage::Case(case)), &mut out);
            }
            let counts = report::VerdictCounts::of(*cases);
            report.message(&Message::Test(TestMessage::Group(group, counts)), &mut out);
            write(context, options, &out, false)
        }
    }
}

fn style(context: &Context<'_>, options: &TestOptions) -> Style {
    Style {
        paint: options
            .output
            .as_ref()
            .map_or(context.paint, |_| Paint::new(false)),
        width: context.width(),
        verbose: options.verbose,
    }
}

/// Writes a part of the report to stdout or to `--output`, which its first part replaces.
fn write(
    context: &mut Context<'_>,
    options: &TestOptions,
    bytes: &[u8],
    first: bool,
) -> Result<(), Error> {
    let Some(path) = &options.output else {
        return context.print(bytes);
    };
    let mut open = std::fs::OpenOptions::new();
    let open = open.create(true).write(true).truncate(first).append(!first);
    open.open(path)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|source| Error::Unwritable {
            path: path.display().to_string(),
            source,
        })
}
