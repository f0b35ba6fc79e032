//! Where deliveries go: what the user named, as far as it may be sent to, or a receiver of our own.
//!
//! Separate from the gate between a sample and the world, which is not `send`'s alone.

use super::remote_targets::{allow, parse};
use super::{RouteOptions, Signatory};
use crate::commands::Context;
use crate::config::Origin;
use crate::error::Error;
use crate::http::{Fault, Route, Target};
use crate::inbound::receiver::Receiver;

/// Targets in the order in which they were named.
pub(crate) struct Targets {
    pub(crate) routes: Vec<Routed>,
    /// Listens where nothing was named.
    pub(crate) receiver: Option<Receiver>,
}

/// A target, and the way there.
pub(crate) struct Routed {
    pub(crate) target: Target,
    /// A host without an address is an endpoint that cannot be reached, which is an outcome and no error.
    pub(crate) route: Result<Route, Fault>,
}

impl Targets {
    /// Asks for addresses and refuses what is not this machine, unless that was allowed.
    pub(crate) fn resolve(
        context: &mut Context<'_>,
        options: &RouteOptions,
        signatories: &[Signatory<'_>],
    ) -> Result<Self, Error> {
        let named = named(context, options)?;
        if named.is_empty() {
            let receiver = Receiver::start(context, signatories)?;
            let target = Target::at(receiver.address);
            let route = Route::to(&target);
            return Ok(Self {
                routes: vec![Routed { target, route }],
                receiver: Some(receiver),
            });
        }
        let held = || {
            signatories
                .iter()
                .filter_map(|signatory| signatory.signature.held.as_ref())
        };
        let origin = if options.targets.is_empty() {
            &context.config.target.origin
        } else {
            &FLAG
        };
        let mut routes = Vec::new();
        for target in named {
            if target.login().is_some()
                && signatories
                    .iter()
                    .any(|signatory| signatory.signature.uses_authorization())
            {
                return Err(Error::Usage {
                    what: format!(
                        "{target} has a user and a password, for which the Authorization header is taken"
                    ),
                    hint: "the provider sends its secret there; leave them out of the URL"
                        .to_owned(),
                });
            }
            let route = Route::to(&target);
            if let Ok(route) = &route {
                allow(
                    context,
                    route,
                    origin,
                    options.allow_remote,
                    held().map(|(provider, held)| (&**provider, held)),
                )?;
            }
            routes.push(Routed { target, route });
        }
        Ok(Self {
            routes,
            receiver: None,
        })
    }
}

const FLAG: Origin = Origin::Flag("--to");

/// The targets that flags name, else the configuration's.
pub(crate) fn named(context: &Context<'_>, options: &RouteOptions) -> Result<Vec<Target>, Error> {
    let configured = &context.config.target;
    let texts: Vec<(&String, &Origin)> = if options.targets.is_empty() {
        configured
            .value
            .iter()
            .map(|target| (target, &configured.origin))
            .collect()
    } else {
        options
            .targets
            .iter()
            .map(|target| (target, &FLAG))
            .collect()
    };
    texts
        .into_iter()
        .map(|(text, origin)| parse(text, origin))
        .collect()
}
