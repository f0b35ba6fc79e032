//! `test`: attacks an endpoint with right and wrong deliveries, and judges what it did.

use super::deliver::setup;
use super::test_output::TestOutput;
use super::{Context, Outcome};
use crate::body::Seed;
use crate::cases::Case;
use crate::catalogue::Provider;
use crate::error::Error;
use crate::http::interrupt_flag;
use crate::judge::{
    self, EndpointProcess, JudgeOptions, ProcessOptions, Session, chosen, listed, provider_of,
};
use crate::outbound::secret_notes;
use crate::report::{TestFormat, TestMessage, TestSubject};
use crate::time::write_second;
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
pub(crate) fn run(context: &mut Context<'_>, mut options: TestOptions) -> Result<Outcome, Error> {
    options.judge.complete(&context.config.test.value)?;
    context.config.use_test_target();
    let cases = chosen(&options.judge.choice)?;
    let provider = provider_of(setup(context), &options.judge);
    let provider = if options.list {
        provider.ok()
    } else {
        Some(provider?)
    };
    if options.list && !matches!(options.format, TestFormat::Human | TestFormat::Json) {
        return Err(Error::ConflictingOptions {
            what: "--list prints no report".to_owned(),
            hint: "use --format human or json with --list".to_owned(),
        });
    }
    let (format, path) = (options.format, options.output.as_deref());
    let mut output = TestOutput::begin(context, format, path, options.verbose)?;
    match provider {
        Some(provider) if !options.list => {
            attack(context, &options.judge, provider, &cases, &mut output)
        }
        provider => {
            for case in listed(&cases, &options.judge, provider) {
                output.say(context, TestMessage::Listed(&case))?;
            }
            Ok(Outcome::Good)
        }
    }
}

fn attack(
    context: &mut Context<'_>,
    options: &JudgeOptions,
    provider: &'static Provider,
    cases: &[Case],
    output: &mut TestOutput<'_>,
) -> Result<Outcome, Error> {
    let clock = (context.world.now)()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let clock = i64::try_from(clock.as_secs()).unwrap_or_default();
    // With a seed the bytes are the same every day.
    let now = options.seed.is_none().then_some(clock);
    let seed = options
        .seed
        .unwrap_or_else(|| (context.world.entropy)() >> 32);
    let stop = interrupt_flag().map_err(|source| Error::System {
        what: "cannot handle Ctrl-C".to_owned(),
        source,
    })?;
    let mut session = Session::new(setup(context), provider, options, Seed(seed), now, &stop)?;
    let notes = secret_notes(std::slice::from_ref(&session.deliveries.sender), false);
    for note in notes.into_iter().chain(session.event_note()) {
        context.note(&note);
    }
    session.process = start(&session, options)?;
    let subject = TestSubject {
        target: session.route.target.to_string(),
        provider: provider.manifest.title.to_string(),
        seed,
        cases: session.count_with_gate(cases),
        settings: context.config.file.as_ref().map(|file| {
            let path = file.value.strip_prefix(&context.world.folder);
            path.unwrap_or(&file.value).display().to_string()
        }),
    };
    output.say(context, TestMessage::Started(&subject))?;
    let started_at = String::from_utf8_lossy(&write_second(clock)).into_owned();
    let mut told = Ok(());
    let (judged, broken) = judge::judge(
        &session,
        options,
        subject,
        cases,
        &started_at,
        &mut |progress| {
            if told.is_ok() {
                told = output.progress(context, &progress);
            }
        },
    )?;
    told?;
    output.finish(context, &judged, options.baseline.as_deref())?;
    if let Some(error) = broken {
        return Err(error);
    }
    Ok(match (judged.interrupted, judge::has_failed(&judged)) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::Found,
        (false, false) => Outcome::Good,
    })
}

/// Starts the endpoint, where there is a command for it.
fn start(session: &Session<'_>, options: &JudgeOptions) -> Result<Option<EndpointProcess>, Error> {
    let process = &options.process;
    if process.command.is_empty() {
        return Ok(None);
    }
    let secret = session.secret().map(|resolved| resolved.secret.clone());
    let started = EndpointProcess::start(ProcessOptions {
        command: process.command.clone(),
        secret: process.secret_variable.clone().zip(secret),
        ready: process.ready.unwrap_or(READY),
        addresses: session.route.addresses.clone(),
    })?;
    Ok(Some(started))
}
