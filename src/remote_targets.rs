//! Parses targets as users write them, and refuses those that are not this machine unless they are allowed. Sending and
//! forwarding share this check.

use crate::catalogue::Catalogue;
use crate::config::{Config, Origin, ResolvedSecret};
use crate::error::Error;
use crate::http::{BadTarget, Route, Target, masked};
use std::fmt::Display;

/// The target given by a flag, a variable or a configuration.
pub(crate) fn parse(text: &str, origin: impl Display) -> Result<Target, Error> {
    Target::parse(text).map_err(|bad| {
        let shown = masked(text);
        let place = text.split_once("://").map_or(text, |(_, behind)| behind);
        let host = place.split(['/', '?', '#']).next().unwrap_or_default();
        let hint = match bad {
            BadTarget::Character(char) if char.is_alphabetic() && host.contains(char) => {
                "write an internationalised host name in its xn-- form"
            }
            _ => "give a URL, host, host:port, :port or port, as in localhost:3000/webhooks",
        };
        Error::Usage {
            what: format!("cannot send to {shown:?} ({origin}): {bad}"),
            hint: hint.to_owned(),
        }
    })
}

/// Which remote targets are allowed: those that `--allow-remote` or the configuration lets through. A sample that says
/// "paid" must never reach production by accident.
pub(crate) struct RemotePolicy<'a> {
    pub(crate) config: &'a Config,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) allow_remote: bool,
}

impl RemotePolicy<'_> {
    /// Refuses a remote target that is not allowed. `origin` is where the target was given; `secrets` are those in use,
    /// with their providers.
    pub(crate) fn check<'s>(
        &self,
        route: &Route,
        origin: &Origin,
        secrets: impl IntoIterator<Item = (&'s str, &'s ResolvedSecret)>,
    ) -> Result<(), Error> {
        if route.loopback || self.allow_remote {
            return Ok(());
        }
        let allowed = &self.config.allowed_hosts;
        let host = route.target.host();
        if !allowed
            .value
            .iter()
            .any(|name| name.eq_ignore_ascii_case(host))
        {
            return Err(refuse(route));
        }
        // A configuration that was found in a folder and not named must not send the user's secrets to its author.
        if !self.config.is_found(origin) && !self.config.is_found(&allowed.origin) {
            return Ok(());
        }
        let foreign = secrets
            .into_iter()
            .find(|(provider, secret)| self.is_foreign(provider, secret));
        foreign.map_or(Ok(()), |(_, secret)| Err(self.refuse_secret(route, secret)))
    }

    /// Whether a configuration that was only found must not send that secret to a remote host.
    fn is_foreign(&self, provider: &str, secret: &ResolvedSecret) -> bool {
        let provider = self.catalogue.provider(provider).ok();
        let custom = provider.filter(|provider| provider.folder.is_some());
        let sent_itself = custom.is_some_and(|custom| custom.manifest.signing.value.sends_secret())
            && self.config.is_found(&self.config.catalogue.origin);
        secret
            .source
            .as_ref()
            .is_some_and(|source| self.config.is_foreign(source, sent_itself))
    }

    fn refuse_secret(&self, route: &Route, secret: &ResolvedSecret) -> Error {
        let file = self.config.file.as_ref();
        let file = file
            .map(|file| file.value.display().to_string())
            .unwrap_or_default();
        let secret = secret.place.as_deref().unwrap_or_default();
        Error::Usage {
            what: format!(
                "refusing to send to {}: it is not this machine, and {file}, which was found and not given with \
                 --config, would use the secret {secret} for it; nothing was sent",
                route.target
            ),
            hint: format!(
                "the author of that file could learn the secret; if you trust it, add --allow-remote or give it with \
                 --config {file}"
            ),
        }
    }
}

fn refuse(route: &Route) -> Error {
    let addresses = route.addresses.iter();
    let addresses: Vec<String> = addresses.map(|address| address.ip().to_string()).collect();
    Error::RemoteTarget {
        target: route.target.to_string(),
        host: route.target.host().to_owned(),
        addresses,
    }
}
