//! What `listen` makes of its options before it listens: where, which targets, which journal, how much is shown.

use super::Context;
use super::listen::ListenOptions;
use crate::config::Origin;
use crate::error::Error;
use crate::inbound::{
    BodyShown, Forwards, JournalOptions, Loudness, OpenJournal, PrintSettings, route_to,
};
use crate::remote_targets::{self, RemotePolicy};
use crate::report::Format;
use crate::scheme_choice::{VerifyingKey, secret_notes};
use crate::time::zone::LocalZone;
use std::net::{Ipv4Addr, SocketAddr};

/// The address to listen on; refuses options that contradict each other.
pub(super) fn checked(options: &ListenOptions) -> Result<SocketAddr, Error> {
    let (given, bind, port) = (options.address.ip, options.bind, options.address.port);
    let json = options.format == Format::Json;
    let (what, hint) = match (given, bind) {
        (Some(given), Some(bind)) if given != bind => (
            "the port comes with one address, and --bind gives another".to_owned(),
            "give one of them",
        ),
        _ if options
            .page
            .as_ref()
            .is_some_and(|page| page.port > 0 && page.port == port) =>
        {
            (
                format!("the page of --inspect cannot have the listener's port, {port}"),
                "give it another one, or leave its port out",
            )
        }
        _ if json && options.loudness == Loudness::Verbose => (
            "--verbose adds nothing to --format json".to_owned(),
            "leave it out: each line has the headers and the body",
        ),
        _ => {
            let ip = given.or(bind).unwrap_or(Ipv4Addr::LOCALHOST.into());
            return Ok((ip, port).into());
        }
    };
    Err(Error::ConflictingOptions {
        what,
        hint: hint.to_owned(),
    })
}

/// How much of a body is shown where that was not chosen. In a log a line for each delivery is enough.
fn body_shown(context: &Context<'_>, options: &ListenOptions) -> BodyShown {
    let verbose = options.loudness == Loudness::Verbose;
    let usual = match context.world.stdout.terminal {
        _ if verbose || options.format == Format::Json => BodyShown::Full,
        true => BodyShown::Folded,
        false => BodyShown::None,
    };
    options.body.unwrap_or(usual)
}

/// How what arrives is printed.
pub(super) fn print_settings(context: &Context<'_>, options: &ListenOptions) -> PrintSettings {
    PrintSettings::new(
        (options.format, context.style()),
        (body_shown(context, options), options.loudness),
        LocalZone::new((context.world.environment)("TZ").as_deref()),
        context.catalogue,
    )
}

/// Says that a port was taken for the listener's if it may be meant for the page.
pub(super) fn note_port(context: &mut Context<'_>, options: &ListenOptions) {
    let port = options.address.port;
    if options.port_behind_inspect && port > 0 {
        context.note(&format!(
            "{port} is the port to listen on; for the port of the page, write --inspect={port}"
        ));
    }
}

/// Says which secrets are in use, and that others can reach this address.
pub(super) fn note_risks(context: &mut Context<'_>, keys: &[VerifyingKey], address: SocketAddr) {
    for note in secret_notes(keys) {
        context.note(&note);
    }
    if !address.ip().is_loopback() {
        context.note(&format!("the network can reach {address}"));
    }
}

/// The targets of `--forward`, as far as deliveries may be sent there.
pub(super) fn forwards(
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
        let target = remote_targets::parse(url, &origin)?;
        let route = route_to(&target, forward.timeout, &*context.world.environment)?;
        let secrets = keys
            .iter()
            .map(|key| (key.manifest.name.as_str(), &key.held));
        policy.check(&route, &origin, secrets)?;
        Ok(route)
    };
    let mark = format!("{:016x}", (context.world.entropy)());
    Forwards::resolve(
        forward,
        !options.paths.is_empty(),
        context.catalogue,
        mark,
        route,
    )
}

pub(super) fn open_journal(
    context: &mut Context<'_>,
    options: Option<&JournalOptions>,
) -> Result<Option<OpenJournal>, Error> {
    let Some((journal, warnings)) = options.map(OpenJournal::open).transpose()? else {
        return Ok(None);
    };
    warnings.iter().for_each(|warning| context.note(warning));
    Ok(Some(journal))
}
