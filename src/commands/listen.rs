//! `listen`: receives deliveries, verifies and validates them, shows them, answers, forwards and records them.

use super::browser::open;
use super::inspect::PageOptions;
use super::inspector_page::{listener_page, page_server};
use super::listen_setup::{checked, forwards, note_port, note_risks, open_journal, print_settings};
use super::{Context, Outcome};
use crate::body::Seed;
use crate::catalogue::pattern::Patterns;
use crate::error::Error;
use crate::inbound::{
    AnswerOptions, Answers, BodyShown, DeliveryInspector, DeliveryListener, ForwardOptions,
    Forwards, Goals, InspectorPage, JournalOptions, Loudness, RunEnd, UntilOptions, bind,
};
use crate::redact::Redactor;
use crate::report::Format;
use crate::scheme_choice::{SchemeChoice, VerifyingKey};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// The options of `listen`.
#[derive(Debug)]
pub(crate) struct ListenOptions {
    pub(crate) address: ListenAddress,
    pub(crate) bind: Option<IpAddr>,
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
    pub(crate) loudness: Loudness,
    /// Show deliveries on a page too.
    pub(crate) page: Option<PageOptions>,
    /// The port to listen on was given where that of the page could be meant.
    pub(crate) port_behind_inspect: bool,
    pub(crate) format: Format,
}

/// Where to listen, as it was given without `--bind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ListenAddress {
    pub(crate) ip: Option<IpAddr>,
    pub(crate) port: u16,
}

/// Receives until a stop condition, a deadline or a signal ends it.
pub(crate) fn run(context: &mut Context<'_>, options: ListenOptions) -> Result<Outcome, Error> {
    let address = checked(&options)?;
    let keys = VerifyingKey::chosen(
        &options.scheme,
        options.secret_file.as_deref(),
        context.catalogue,
        &context.config,
        &*context.world.environment,
    )?;
    // What the user wrote may contain a secret, such as the URL of --forward.
    let secrets = Redactor::new(keys.iter().map(|key| key.held.secret.expose()));
    let listener = listener(context, options, address, keys)
        .map_err(|error| error.without_secrets(&secrets))?;
    let output = std::mem::replace(&mut context.world.stdout.writer, Box::new(std::io::sink()));
    Ok(match listener.run(output)? {
        RunEnd::Good => Outcome::Good,
        RunEnd::Bad => Outcome::Found,
        RunEnd::Interrupted => Outcome::Interrupted,
    })
}

/// Takes the port, opens the journal, and says what the user should know before the first delivery.
fn listener(
    context: &mut Context<'_>,
    options: ListenOptions,
    address: SocketAddr,
    keys: Vec<VerifyingKey>,
) -> Result<DeliveryListener, Error> {
    let entropy = context.world.entropy;
    let filter = Patterns::known("--filter", &options.filter, context.catalogue)?;
    let forwarding = !options.forward.targets.is_empty();
    let answers = Answers::new(&options.answer, forwarding, Seed(entropy()))?;
    let forwards = forwards(context, &options, &keys)?;
    let goals = Goals::new(context.catalogue, &options.until)?;
    let journal = open_journal(context, options.journal.as_ref())?;
    note_port(context, &options);
    let server = bind(address)?;
    forwards.refuse_loops(server.address, "this listener")?;
    note_risks(context, &keys, server.address);
    let inspector = DeliveryInspector::new(
        context.catalogue,
        context.config.levels.clone(),
        keys,
        !matches!(options.scheme, SchemeChoice::Own),
        options.max_body,
    );
    let page = page(context, &options, &forwards, &inspector, server.address)?;
    Ok(DeliveryListener {
        print: print_settings(context, &options),
        server,
        max_body: options.max_body,
        inspector,
        page,
        hosts: options.hosts,
        paths: options.paths,
        catalogue: context.catalogue,
        answers,
        forwards,
        journal,
        filter,
        goals,
        outlives_output: options.until.any(),
        deadline: options.until.deadline,
        entropy,
        now: context.world.now,
    })
}

/// Starts the page, if it is wanted.
fn page(
    context: &mut Context<'_>,
    options: &ListenOptions,
    forwards: &Forwards,
    inspector: &DeliveryInspector,
    listener: SocketAddr,
) -> Result<Option<InspectorPage>, Error> {
    let Some(page) = &options.page else {
        return Ok(None);
    };
    let server = page_server(context, page)?;
    forwards.refuse_loops(server.address, "the page of --inspect")?;
    let shown = listener_page(context, page, server, options, inspector, listener)?;
    let door = page.open.then(|| shown.door());
    if let Some(door) = &door {
        // The port is taken, so the browser is answered once the page is served.
        open(context, door, &shown.link());
    }
    let started = shown.page(door.and_then(Result::ok));
    shown.start()?;
    Ok(Some(started))
}
