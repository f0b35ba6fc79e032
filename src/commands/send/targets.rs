//! Where deliveries may go: what the user named, checked so that a sample never reaches production by accident, or a
//! receiver of our own.
//!
//! Separate because it is the one gate between a sample and the world.

use super::RouteOptions;
use super::receiver::Receiver;
use super::sign::Signature;
use crate::commands::Context;
use crate::config::Origin;
use crate::delivery::{BadTarget, Fault, Route, Target, masked};
use crate::error::Error;

/// Targets in the order in which they were named.
pub(super) struct Targets {
    pub(super) routes: Vec<Routed>,
    /// Listens where nothing was named.
    pub(super) receiver: Option<Receiver>,
}

/// A target, and the way there.
pub(super) struct Routed {
    pub(super) target: Target,
    /// A host without an address is an endpoint that cannot be reached, which is an outcome and no error.
    pub(super) route: Result<Route, Fault>,
}

impl Targets {
    /// Asks for addresses and refuses what is not this machine, unless that was allowed.
    pub(super) fn resolve(
        context: &mut Context<'_>,
        options: &RouteOptions,
        signature: &Signature,
    ) -> Result<Self, Error> {
        let named = named(context, options)?;
        if named.is_empty() {
            let receiver = Receiver::start(context, signature)?;
            let target = Target::at(receiver.address);
            let route = Route::to(&target);
            return Ok(Self { routes: vec![Routed { target, route }], receiver: Some(receiver) });
        }
        let allowed = &context.config.allowed_hosts.value;
        let mut routes = Vec::new();
        for target in named {
            if target.login().is_some() && signature.uses_authorization() {
                return Err(Error::Usage {
                    what: format!("{target} has a user and a password, for which the Authorization header is taken"),
                    hint: "the provider sends its secret there; leave them out of the URL".to_owned(),
                });
            }
            let route = Route::to(&target);
            let listed = allowed.iter().any(|host| host.eq_ignore_ascii_case(target.host()));
            if let Ok(route) = &route
                && !(route.loopback || options.allow_remote || listed)
            {
                return Err(remote(route));
            }
            routes.push(Routed { target, route });
        }
        Ok(Self { routes, receiver: None })
    }
}

fn remote(route: &Route) -> Error {
    let addresses: Vec<String> = route.addresses.iter().map(|address| address.ip().to_string()).collect();
    Error::Usage {
        what: format!("{} is not this machine ({}), and nothing was sent", route.target, addresses.join(", ")),
        hint: format!(
            "a sample may say \"paid\": allow it with --allow-remote, or list {:?} under allowed_hosts",
            route.target.host()
        ),
    }
}

/// The targets that flags name, else the configuration's.
pub(super) fn named(context: &Context<'_>, options: &RouteOptions) -> Result<Vec<Target>, Error> {
    let configured = &context.config.target;
    let texts: Vec<(&String, &Origin)> = if options.targets.is_empty() {
        configured.value.iter().map(|target| (target, &configured.origin)).collect()
    } else {
        options.targets.iter().map(|target| (target, &Origin::Flag("--to"))).collect()
    };
    let parse = |(text, origin): (&String, &Origin)| {
        Target::parse(text).map_err(|bad| {
            let shown = masked(text);
            let place = text.split_once("://").map_or(text.as_str(), |(_, behind)| behind);
            let host = place.split(['/', '?', '#']).next().unwrap_or_default();
            let hint = match bad {
                BadTarget::Character(char) if char.is_alphabetic() && host.contains(char) => {
                    "a name with other letters is written in its xn-- form"
                }
                _ => "write a URL, a host, host:port, :port or a port, as in --to localhost:3000/webhooks",
            };
            Error::Usage { what: format!("cannot send to {shown:?} ({origin}): {bad}"), hint: hint.to_owned() }
        })
    };
    texts.into_iter().map(parse).collect()
}
