//! `listen`: receives deliveries, verifies and validates them, shows them, answers, forwards and records them.

use super::{Context, Outcome};
use crate::body::Seed;
use crate::config::Origin;
use crate::error::Error;
use crate::inbound::{
    AnswerOptions, Answers, BodyShown, DeliveryInspector, DeliveryListener, ForwardOptions,
    Forwards, Goals, JournalOptions, OpenJournal, PrintSettings, RunEnd, UntilOptions, bind,
    route_to,
};
use crate::redact::Redactor;
use crate::remote_targets::{self, RemotePolicy};
use crate::report::Format;
use crate::scheme_choice::{SchemeChoice, VerifyingKey, secret_notes};
use std::net::IpAddr;
use std::path::PathBuf;

/// The options of `listen`.
#[derive(Debug)]
pub(crate) struct ListenOptions {
    pub(crate) port: u16,
    pub(crate) bind: IpAddr,
    pub(crate) hosts: Vec<String>,
    pub(crate) paths: Vec<String>,
    pub(crate) scheme: SchemeChoice,
    pub(crate) secret_file: Option<PathBuf>,
    pub(crate) max_body: usize,
    pub(crate) answer: AnswerOptions,
    pub(crate) forward: ForwardOptions,
    pub(crate) until: UntilOptions,
    pub(crate) journal: Option<JournalOptions>,
    pub(crate) filter: Vec<String>,
    pub(crate) body: Option<BodyShown>,
    pub(crate) format: Format,
}

/// Receives until a stop condition, a deadline or a signal ends it.
pub(crate) fn run(context: &mut Context<'_>, options: ListenOptions) -> Result<Outcome, Error> {
    let format = options.format;
    let keys = VerifyingKey::chosen(
        &options.scheme,
        options.secret_file.as_deref(),
        context.catalogue,
        &context.config,
        &*context.world.environment,
    )?;
    let entropy = context.world.entropy;
    let forwarding = !options.forward.targets.is_empty();
    let answers = Answers::new(&options.answer, forwarding, Seed(entropy()))?;
    let forwards = forwards(context, &options, &keys)?;
    let goals = Goals::new(context.catalogue, &options.until)?;
    let journal = open_journal(context, options.journal.as_ref())?;
    let server = bind((options.bind, options.port).into())?;
    forwards.refuse_loops(server.address)?;
    secret_notes(&keys)
        .iter()
        .for_each(|note| context.note(note));
    if !options.bind.is_loopback() {
        let address = server.address;
        context.note(&format!("the network can reach {address}"));
    }
    // In a log a line for each delivery is enough.
    let usual = match context.world.stdout.terminal || format == Format::Json {
        true => BodyShown::Full,
        false => BodyShown::None,
    };
    let listener = DeliveryListener {
        server,
        max_body: options.max_body,
        inspector: DeliveryInspector::new(
            context.catalogue,
            context.config.levels.clone(),
            keys,
            !matches!(options.scheme, SchemeChoice::Own),
            options.max_body,
        ),
        hosts: options.hosts,
        paths: options.paths,
        catalogue: context.catalogue,
        answers,
        forwards,
        journal,
        filter: options.filter,
        goals,
        outlives_output: options.until.any(),
        deadline: options.until.deadline,
        print: PrintSettings::new(format, context.style(), options.body.unwrap_or(usual)),
        entropy,
        now: context.world.now,
    };
    let output = std::mem::replace(&mut context.world.stdout.writer, Box::new(std::io::sink()));
    Ok(match listener.run(output)? {
        RunEnd::Good => Outcome::Good,
        RunEnd::Bad => Outcome::Found,
        RunEnd::Interrupted => Outcome::Interrupted,
    })
}

/// The targets of `--forward`, as far as deliveries may be sent there.
fn forwards(
    context: &Context<'_>,
    options: &ListenOptions,
    keys: &[VerifyingKey],
) -> Result<Forwards, Error> {
    let (origin, forward) = (Origin::Flag("--forward"), &options.forward);
    let policy = RemotePolicy {
        config: &context.config,
        catalogue: context.catalogue,
        allow_remote: forward.allow_remote,
    };
    let route = |url: &str| {
        let route = route_to(&remote_targets::parse(url, &origin)?, forward.timeout)?;
        let secrets = keys
            .iter()
            .map(|key| (key.manifest.name.as_str(), &key.held));
        policy.check(&route, &origin, secrets)?;
        Ok(route)
    };
    let signing = context.catalogue.signing_headers();
    let secrets = Redactor::new(keys.iter().map(|key| key.held.secret.expose()));
    Forwards::resolve(forward, !options.paths.is_empty(), &signing, route)
        .map_err(|error| error.without_secrets(&secrets))
}

fn open_journal(
    context: &mut Context<'_>,
    options: Option<&JournalOptions>,
) -> Result<Option<OpenJournal>, Error> {
    let Some((journal, warnings)) = options.map(OpenJournal::open).transpose()? else {
        return Ok(None);
    };
    warnings.iter().for_each(|warning| context.note(warning));
    Ok(Some(journal))
}
