//! The page that `listen --inspect` and `inspect` share: its port, and what it is made with.

use super::Context;
use super::inspect::PageOptions;
use super::listen::ListenOptions;
use super::verify::{VerifyOptions, verifier};
use crate::error::Error;
use crate::http::{Server, Trust};
use crate::inbound::{DeliveryInspector, bind};
use crate::inspector::{InspectorServer, InspectorSettings};
use crate::log::EntryReader;
use crate::outbound::{RouteOptions, SenderOptions};
use crate::redact::headers::HeaderRedactor;
use crate::scheme_choice::{SchemeChoice, VerifyingKey};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::UNIX_EPOCH;

/// Takes the port of the page: on loopback unless the page itself was given an address, since tunnels end at the port of
/// the listener.
pub(super) fn page_server(context: &mut Context<'_>, page: &PageOptions) -> Result<Server, Error> {
    let ip = page.bind.unwrap_or(Ipv4Addr::LOCALHOST.into());
    let server = bind(SocketAddr::new(ip, page.port))?;
    if !ip.is_loopback() {
        context.note(&format!(
            "the network can reach the page at {}, which is not encrypted; the link opens it",
            server.address
        ));
    }
    Ok(server)
}

impl PageOptions {
    /// The page on a port that was taken for it.
    pub(super) fn serve(&self, server: Server, settings: InspectorSettings) -> InspectorServer {
        InspectorServer::new(server, &self.hosts, settings)
    }
}

/// What the page is made with, but for what it shows.
pub(super) fn settings(
    context: &Context<'_>,
    page: &PageOptions,
    (keys, redactor): (Arc<Vec<VerifyingKey>>, Arc<HeaderRedactor>),
    sender: SenderOptions,
    route: RouteOptions,
) -> InspectorSettings {
    let world = &*context.world;
    let variables = (world.variable_names)().into_iter();
    let variables = variables.filter_map(|name| name.into_string().ok());
    let now = (world.now)().duration_since(UNIX_EPOCH).unwrap_or_default();
    let second = i64::try_from(now.as_secs()).unwrap_or_default();
    InspectorSettings {
        catalogue: context.catalogue,
        config: context.config.clone().into(),
        environment: variables
            .filter_map(|name| Some((name.clone(), (world.environment)(&name)?)))
            .collect(),
        keys,
        redactor,
        reader: None,
        sender,
        route,
        opened: page.open,
        keep: page.keep,
        sources: Vec::new(),
        following: true,
        journal: None,
        zone: context.zone().at(second).zone(),
        now: world.now,
        entropy: world.entropy,
    }
}

/// The page of a listener on that address.
pub(super) fn listener_page(
    context: &Context<'_>,
    page: &PageOptions,
    server: Server,
    options: &ListenOptions,
    inspector: &DeliveryInspector,
    listener: SocketAddr,
) -> Result<InspectorServer, Error> {
    let forward = &options.forward;
    let route = RouteOptions {
        targets: forward.targets.iter().map(|to| to.url.clone()).collect(),
        allow_remote: forward.allow_remote,
        timeout: Some(forward.timeout),
        insecure: matches!(forward.trust, Trust::AnyCertificate),
        authorities: None,
    };
    let sender = SenderOptions {
        scheme: options.scheme.clone(),
        secret_file: options.secret_file.clone(),
        headers: Vec::new(),
    };
    let known = (Arc::clone(&inspector.keys), Arc::clone(&inspector.redactor));
    let journal = options.journal.as_ref();
    let reader = journal
        .map(|_| journal_reader(context, options))
        .transpose()?;
    let settings = InspectorSettings {
        sources: vec![format!("http://{listener}")],
        journal: journal.map(|journal| journal.path.clone()),
        reader,
        ..settings(context, page, known, sender, route)
    };
    Ok(page.serve(server, settings))
}

/// What reads the deliveries of the journal that are no longer kept.
fn journal_reader(
    context: &Context<'_>,
    options: &ListenOptions,
) -> Result<Mutex<EntryReader>, Error> {
    let verify = VerifyOptions {
        paths: Vec::new(),
        headers: Vec::new(),
        signature: None,
        provider: None,
        scheme: match &options.scheme {
            // Nothing is verified anew then.
            SchemeChoice::Unsigned => SchemeChoice::Own,
            scheme => scheme.clone(),
        },
        secret_file: options.secret_file.clone(),
        show_signature: false,
        example: None,
        format: options.format,
    };
    let levels = context.config.levels.clone();
    let verifier = verifier(context, verify)?;
    Ok(EntryReader::new(context.catalogue, levels, verifier, context.zone()).into())
}
