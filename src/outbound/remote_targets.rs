//! Targets as a user writes them, and the one gate between a sample and the world.
//!
//! Separate because what is sent and what is passed on go through the same gate.

use crate::commands::Context;
use crate::config::Origin;
use crate::error::Error;
use crate::http::{BadTarget, Route, Target, masked};
use crate::secret::ResolvedSecret;
use std::fmt::Display;

/// The target that a flag, a variable or a configuration names.
pub(crate) fn parse(text: &str, origin: impl Display) -> Result<Target, Error> {
    Target::parse(text).map_err(|bad| {
        let shown = masked(text);
        let place = text.split_once("://").map_or(text, |(_, behind)| behind);
        let host = place.split(['/', '?', '#']).next().unwrap_or_default();
        let hint = match bad {
            BadTarget::Character(char) if char.is_alphabetic() && host.contains(char) => {
                "a name with other letters is written in its xn-- form"
            }
            _ => "write a URL, a host, host:port, :port or a port, as in localhost:3000/webhooks",
        };
        Error::Usage {
            what: format!("cannot send to {shown:?} ({origin}): {bad}"),
            hint: hint.to_owned(),
        }
    })
}

/// Refuses what is not this machine, unless a flag or the configuration allows it: a sample that says "paid" must never
/// reach production by accident. The origin is that of the target, and the secrets are those in use, with
/// their providers.
pub(crate) fn allow<'h>(
    context: &Context<'_>,
    route: &Route,
    origin: &Origin,
    any: bool,
    secrets: impl IntoIterator<Item = (&'h str, &'h ResolvedSecret)>,
) -> Result<(), Error> {
    let listed = &context.config.allowed_hosts;
    if route.loopback || any {
        return Ok(());
    }
    if listed
        .value
        .iter()
        .any(|host| host.eq_ignore_ascii_case(route.target.host()))
    {
        let found = context.config.is_found(origin) || context.config.is_found(&listed.origin);
        let foreign = secrets
            .into_iter()
            .find(|(provider, held)| found && is_foreign(context, provider, held));
        return foreign.map_or(Ok(()), |(_, held)| {
            Err(refuse_foreign(context, route, held))
        });
    }
    let addresses: Vec<String> = route
        .addresses
        .iter()
        .map(|address| address.ip().to_string())
        .collect();
    Err(Error::Usage {
        what: format!(
            "{} is not this machine ({}), and nothing was sent",
            route.target,
            addresses.join(", ")
        ),
        hint: format!(
            "what says \"paid\" must not reach production by accident: allow it with --allow-remote, or list {:?} under \
             allowed_hosts",
            route.target.host()
        ),
    })
}

/// Whether a configuration that was found must not send that secret away.
fn is_foreign(context: &Context<'_>, provider: &str, held: &ResolvedSecret) -> bool {
    let own = context
        .catalogue
        .provider(provider)
        .ok()
        .filter(|provider| provider.folder.is_some());
    let sent_itself = own.is_some_and(|own| own.manifest.signing.value.sends_secret());
    let sent_itself = sent_itself && context.config.is_found(&context.config.catalogue.origin);
    held.source
        .as_ref()
        .is_some_and(|source| context.config.is_foreign(source, sent_itself))
}

/// What a configuration that merely lies in a folder must not bring about: that its author learns a secret of the user's.
fn refuse_foreign(context: &Context<'_>, route: &Route, held: &ResolvedSecret) -> Error {
    let file = context
        .config
        .file
        .as_ref()
        .map(|file| file.value.display().to_string())
        .unwrap_or_default();
    let secret = held.place.as_deref().unwrap_or_default();
    Error::Usage {
        what: format!(
            "{} is not this machine, and {file}, which was found and not named, would use the secret {secret} for it; \
             nothing was sent",
            route.target
        ),
        hint: format!(
            "whoever wrote that file could learn the secret: if you trust it, add --allow-remote, or name it with \
             --config {file}"
        ),
    }
}
