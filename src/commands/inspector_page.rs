//! The page that `listen --inspect` and `inspect` share: its port, what it is made with, the browser.

use super::Context;
use super::inspect::PageOptions;
use super::listen::ListenOptions;
use crate::error::Error;
use crate::http::{Server, Trust};
use crate::inbound::{DeliveryInspector, bind};
use crate::inspector::{InspectorServer, InspectorSettings};
use crate::outbound::{RouteOptions, SenderOptions};
use crate::redact::headers::HeaderRedactor;
use crate::scheme_choice::VerifyingKey;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// Takes the port of the page: on loopback unless the page itself was given an address, since tunnels end at the port of
/// the listener.
pub(super) fn page_server(page: &PageOptions) -> Result<Server, Error> {
    let ip = page.bind.unwrap_or(Ipv4Addr::LOCALHOST.into());
    bind(SocketAddr::new(ip, page.port))
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
) -> InspectorServer {
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
    let settings = InspectorSettings {
        sources: vec![format!("http://{listener}")],
        journal: journal.map(|journal| journal.path.display().to_string()),
        ..settings(context, page, known, sender, route)
    };
    page.serve(server, settings)
}

/// Opens a link in the browser; says so where that is not possible.
pub(super) fn open(context: &mut Context<'_>, link: &str) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        // `start` is built into the shell; the first text in quotes would be a title.
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let started = Command::new(program)
        .args(arguments)
        .arg(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(mut child) => drop(std::thread::spawn(move || child.wait())),
        Err(_) => context.note(&format!(
            "cannot open a browser, because {program} cannot be started; open the link yourself"
        )),
    }
}
