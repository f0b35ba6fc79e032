//! `listen`: receives deliveries, verifies and validates them, shows them, and answers as told.
//!
//! This file reads like the help text: what is checked, what is answered, where deliveries are passed on to and written
//! down, and what ends it. Receiving and printing are two threads, so that whoever reads slowly holds up nobody who
//! sends.

mod answers;
mod arrival;
mod changes;
mod forwards;
mod gate;
mod goals;
mod handler;
mod history;
pub(crate) mod inspector;
mod masked;
mod print_queue;
mod printer;
pub(crate) mod receiver;

use crate::body::Seed;
use crate::capture::{Disturbance, Fingerprints, Journal, JournalSync, NoJournal, Recorder};
use crate::catalogue::manifest::Manifest;
use crate::catalogue::pattern::Patterns;
use crate::commands::{Context, Outcome};
use crate::error::Error;
use crate::http::{Ended, Limits, Server, Trust, Until};
use crate::redact::Redactor;
use crate::report::{Format, Ready, Style};
use crate::scheme::SchemeChoice;
use answers::Answers;
use forwards::Forwards;
use gate::Gate;
use goals::Goals;
use handler::DeliveryHandler;
use history::History;
use inspector::{DeliveryInspector, VerifyingKey};
use printer::{Printer, Reader};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What `listen` was asked to do.
#[derive(Debug)]
pub(crate) struct ListenOptions {
    pub(crate) port: u16,
    pub(crate) bind: IpAddr,
    /// Names beside this machine's own under which it may be asked for.
    pub(crate) hosts: Vec<String>,
    /// Where deliveries may come to; none for anywhere.
    pub(crate) paths: Vec<String>,
    /// Whose way deliveries are verified in.
    pub(crate) scheme: SchemeChoice,
    pub(crate) secret_file: Option<PathBuf>,
    pub(crate) max_body: usize,
    pub(crate) answer: AnswerOptions,
    pub(crate) forwards: Vec<ForwardOption>,
    pub(crate) forward_timeout: Duration,
    pub(crate) allow_remote: bool,
    pub(crate) trust: Trust,
    pub(crate) until: UntilOptions,
    pub(crate) journal: Option<JournalOptions>,
    /// Patterns of events to show.
    pub(crate) filter: Vec<String>,
    /// `None` for what suits the output.
    pub(crate) body: Option<BodyShown>,
    pub(crate) format: Format,
}

/// How deliveries are answered.
#[derive(Debug)]
pub(crate) struct AnswerOptions {
    /// As a careful endpoint would.
    pub(crate) strict: bool,
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<PathBuf>,
    pub(crate) headers: Vec<String>,
    pub(crate) delay: Duration,
    pub(crate) fail_first: u64,
    pub(crate) fail_rate: Option<f64>,
    pub(crate) reset: bool,
    pub(crate) seed: Option<u64>,
}

/// Where deliveries are passed on to.
#[derive(Debug)]
pub(crate) struct ForwardOption {
    /// Which events; all of them without it.
    pub(crate) pattern: Option<String>,
    pub(crate) target: String,
}

/// What ends it.
#[derive(Debug)]
pub(crate) struct UntilOptions {
    pub(crate) events: Vec<String>,
    pub(crate) count: Option<u64>,
    pub(crate) deadline: Option<Duration>,
}

impl UntilOptions {
    /// Whether what comes, and not who reads the output, ends the run and decides how.
    fn decides(&self) -> bool {
        !self.events.is_empty() || self.count.is_some() || self.deadline.is_some()
    }
}

/// Where deliveries are written down.
#[derive(Debug)]
pub(crate) struct JournalOptions {
    pub(crate) path: PathBuf,
    pub(crate) sync: JournalSync,
    pub(crate) keep_secrets: bool,
}

/// How much of a body is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyShown {
    /// All of it.
    Full,
    /// What differs from the delivery before about the same thing.
    Changed,
    /// Nothing.
    None,
}

/// Receives until something ends it.
pub(crate) fn run(context: &mut Context<'_>, options: &ListenOptions) -> Result<Outcome, Error> {
    let format = options.format;
    let keys = keys(context, options)?;
    let answers = Answers::new(
        &options.answer,
        !options.forwards.is_empty(),
        Seed((context.world.entropy)()),
    )?;
    let secrets = Redactor::new(keys.iter().map(|key| key.held.secret.expose()));
    let forwards = Forwards::resolve(context, options, &keys)
        .map_err(|error| error.without_secrets(&secrets))?;
    let goals = Goals::new(context.catalogue, &options.until)?;
    let journal = options
        .journal
        .as_ref()
        .map(|options| open_journal(context, options))
        .transpose()?;
    let server = bind((options.bind, options.port).into())?;
    forwards.refuse_loops(server.address)?;
    say_notes(context, options, &keys, &server);

    let until = Until {
        deadline: options.until.deadline,
        signals: true,
        ..Until::default()
    };
    let examiner =
        DeliveryInspector::new(context, keys, !matches!(options.scheme, SchemeChoice::Own));
    let body = options
        .body
        .unwrap_or_else(|| usual_body(format, context.world.stdout.terminal));
    let style = Style {
        paint: context.paint,
        width: context.width(),
        verbose: false,
    };
    let writer = std::mem::replace(&mut context.world.stdout.writer, Box::new(std::io::sink()));
    let checks = (Arc::clone(&examiner.keys), Arc::clone(&examiner.veil));
    let reader = Reader {
        asked: Arc::clone(&until.asked),
        may_go: options.until.decides(),
    };
    let printer = Printer::start(writer, format, style, body, checks, reader)?;
    let recorder = journal
        .zip(options.journal.as_ref())
        .map(|(journal, options)| recorder(journal, options, &printer));
    let begun = Instant::now();
    let exact = recorder.is_some() || !options.forwards.is_empty() || format == Format::Json;
    let desk = Rc::new(DeliveryHandler {
        gate: Gate::new(&options.hosts, &options.paths),
        examiner,
        answers,
        forwards,
        recorder,
        exact,
        fingerprints: Fingerprints::new([(); 2].map(|()| (context.world.entropy)())),
        keep_secrets: options
            .journal
            .as_ref()
            .is_some_and(|journal| journal.keep_secrets),
        max_body: options.max_body,
        filter: Patterns::new(&options.filter),
        history: History::new(context.catalogue).into(),
        goals: goals.into(),
        totals: Default::default(),
        printer: printer.sheets(),
        asked: Arc::clone(&until.asked),
        ids: Seed((context.world.entropy)()),
        number: 0.into(),
        over: false.into(),
        now: context.world.now,
    });
    let limits = Limits {
        body: options.max_body,
        ..Limits::default()
    };
    let journal = options
        .journal
        .as_ref()
        .map(|journal| journal.path.display().to_string());
    let ready = Ready {
        address: server.address,
        journal,
    };
    let ended = server.serve(limits, Rc::clone(&desk), until, || printer.ready(ready));
    let ended = ended.map_err(|source| Error::System {
        what: "cannot listen any longer".to_owned(),
        source,
    })?;
    let outcome = match ended {
        Ended::Signal => Outcome::Interrupted,
        Ended::Asked | Ended::Deadline => desk.goals.borrow().outcome(ended == Ended::Deadline),
    };
    let mut totals = desk.totals.take();
    totals.elapsed = begun.elapsed();
    totals.missing = desk.goals.borrow().missing();
    totals.interrupted = ended == Ended::Signal;
    // What it has handed to the printer is printed first.
    drop(desk);
    printer.finish(totals)?;
    Ok(outcome)
}

/// How much of a body is shown where nobody says.
fn usual_body(format: Format, terminal: bool) -> BodyShown {
    match format {
        // Machines and people who look on want all of it; a log wants a line.
        Format::Json => BodyShown::Full,
        _ if terminal => BodyShown::Full,
        _ => BodyShown::None,
    }
}

/// What deliveries are verified with: the secrets that `send` would sign with.
fn keys(context: &Context<'_>, options: &ListenOptions) -> Result<Vec<VerifyingKey>, Error> {
    let file = options.secret_file.as_deref();
    let key = |manifest: &'static Manifest| VerifyingKey::of(context, manifest, file);
    match &options.scheme {
        SchemeChoice::Unsigned | SchemeChoice::Captured => Ok(Vec::new()),
        SchemeChoice::Of(name) => Ok(vec![key(&context.catalogue.provider(name)?.manifest)?]),
        SchemeChoice::Own => context
            .catalogue
            .providers()
            .iter()
            .map(|provider| key(&provider.manifest))
            .collect(),
    }
}

fn bind(address: SocketAddr) -> Result<Server, Error> {
    Server::bind(address).map_err(|source| Error::listen(address, source))
}

fn open_journal(context: &mut Context<'_>, options: &JournalOptions) -> Result<Journal, Error> {
    let path = options.path.display().to_string();
    let refuse = |what: String, hint: &str| {
        Err(Error::Usage {
            what,
            hint: hint.to_owned(),
        })
    };
    match Journal::open(&options.path, options.sync) {
        Ok((journal, torn)) => {
            if torn > 0 {
                context.note(&format!(
                    "the last line of {path} was cut off in the middle, {torn} bytes that nobody was told were safe; \
                     they are taken away"
                ));
            }
            if options.keep_secrets && journal.is_open_to_others().unwrap_or(false) {
                context.note(&open_to_others(options));
            }
            Ok(journal)
        }
        Err(NoJournal::System(source)) => Err(Error::Unwritable { path, source }),
        Err(NoJournal::Locked) => refuse(
            format!("another process writes to the journal {path}"),
            "end it, or name another file",
        ),
        Err(NoJournal::Other) => refuse(
            format!("{path} is no journal, and is left as it is"),
            "name a new file, or one that `listen` wrote",
        ),
        Err(NoJournal::Irregular(kind)) => refuse(
            format!("{path} is {kind}; a journal must be a regular file"),
            "name a new file; `listen --format json` prints the deliveries to stdout",
        ),
    }
}

fn open_to_others(options: &JournalOptions) -> String {
    let path = options.path.display();
    format!("other users can read {path}, which keeps secrets as they are (chmod 600 {path})")
}

/// Writes to the journal, and has it shown where another process does something to its file.
fn recorder(journal: Journal, options: &JournalOptions, printer: &Printer) -> Recorder {
    let (path, sheets) = (options.path.display().to_string(), printer.sheets());
    let warning = options.keep_secrets.then(|| open_to_others(options));
    Recorder::new(
        journal,
        move |Disturbance {
                  words,
                  open_to_others,
              }| {
            sheets.note(format!("the journal {path} {words}"));
            if let Some(warning) = warning.as_ref().filter(|_| open_to_others) {
                sheets.note(warning.clone());
            }
        },
    )
}

/// Says what a user should know before the first delivery, once.
fn say_notes(
    context: &mut Context<'_>,
    options: &ListenOptions,
    keys: &[VerifyingKey],
    server: &Server,
) {
    let bare: Vec<&str> = keys
        .iter()
        .filter(|key| key.held.place.is_none())
        .map(|key| key.manifest.name.as_str())
        .collect();
    if !bare.is_empty() {
        context.note(&format!(
            "no secret is known for {}: verified with the development secret, {}; give your own with --secret-file or \
             $INQUD_HOOK_SECRET",
            bare.join(", "),
            crate::secret::DEVELOPMENT
        ));
    }
    let mut told = Vec::new();
    for key in keys.iter().filter(|key| key.held.trimmed) {
        let place = key.held.place.clone().unwrap_or_default();
        if !told.contains(&place) {
            context.note(&format!(
                "the secret {place} ends in a line feed, which is not taken for a part of it"
            ));
            told.push(place);
        }
    }
    if !options.bind.is_loopback() {
        context.note(&format!(
            "others in the network can reach {}",
            server.address
        ));
    }
}

impl ForwardOption {
    /// `URL`, or `PATTERN=URL`.
    pub(crate) fn parse(text: &str) -> Self {
        // A query may have an equals sign, too; but what stands before it begins with a place, and a pattern has none.
        let is_pattern = |text: &str| {
            !text.contains(':')
                && !text
                    .split_once('/')
                    .is_some_and(|(_, path)| path.contains('?'))
        };
        match text.split_once('=') {
            Some((pattern, target)) if is_pattern(pattern) && !target.is_empty() => Self {
                pattern: Some(pattern.to_owned()),
                target: target.to_owned(),
            },
            _ => Self {
                pattern: None,
                target: text.to_owned(),
            },
        }
    }
}
