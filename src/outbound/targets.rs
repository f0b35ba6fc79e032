//! Where deliveries go: parses the targets, refuses remote ones that are not allowed, and looks up their addresses.

use super::Setup;
use super::options::RouteOptions;
use super::sender::Sender;
use crate::bounded_read::{self, SourceKinds};
use crate::config::{Config, Env, Origin};
use crate::error::Error;
use crate::http::{Fault, Route, Target, Trust};
use crate::remote_targets::{RemotePolicy, parse};

/// A target, and the way there.
pub(crate) struct RoutedTarget {
    pub(crate) target: Target,
    /// A host without an address is an endpoint that cannot be reached: an outcome, not an error.
    pub(crate) route: Result<Route, Fault>,
}

impl RoutedTarget {
    pub(crate) fn new(target: Target) -> Self {
        let route = Route::to(&target);
        Self { target, route }
    }

    /// Whether it is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.route.as_ref().is_ok_and(|route| route.loopback)
    }
}

/// The targets in the order in which they were given; none where none was given.
pub(crate) fn resolve(
    setup: Setup<'_, '_>,
    options: &RouteOptions,
    senders: &[Sender<'_>],
) -> Result<Vec<RoutedTarget>, Error> {
    let policy = RemotePolicy {
        config: setup.config,
        catalogue: setup.catalogue,
        allow_remote: options.allow_remote,
    };
    let origin = if options.targets.is_empty() {
        &setup.config.target.origin
    } else {
        &FLAG
    };
    let mut routes = Vec::new();
    for target in parse_targets(setup.config, options)? {
        if target.login().is_some() && senders.iter().any(Sender::uses_authorization) {
            return Err(Error::Usage {
                what: format!(
                    "{target} has a user and a password, but the Authorization header carries the signature"
                ),
                hint: "leave user and password out of the URL".to_owned(),
            });
        }
        let routed = RoutedTarget::new(target);
        if let Ok(route) = &routed.route {
            policy.check(route, origin, senders.iter().filter_map(Sender::secret))?;
        }
        routes.push(routed);
    }
    Ok(routes)
}

/// Leads the ways to remote targets through the proxies that the environment gives.
pub(crate) fn use_proxies(routes: &mut [RoutedTarget], environment: Env<'_>) {
    for RoutedTarget { route, .. } in routes {
        if let Ok(found) = route
            && let Err(fault) = found.use_proxy(environment)
        {
            *route = Err(fault);
        }
    }
}

const FLAG: Origin = Origin::Flag("--to");

/// The targets of the flags, else those of the configuration.
pub(crate) fn parse_targets(config: &Config, options: &RouteOptions) -> Result<Vec<Target>, Error> {
    let (texts, origin) = if options.targets.is_empty() {
        (config.target.value.as_slice(), &config.target.origin)
    } else {
        (options.targets.as_slice(), &FLAG)
    };
    texts.iter().map(|text| parse(text, origin)).collect()
}

impl RouteOptions {
    /// Which certificates are trusted.
    pub(crate) fn trust(&self) -> Result<Trust, Error> {
        let Some(path) = &self.authorities else {
            return Ok(if self.insecure {
                Trust::AnyCertificate
            } else {
                Trust::System
            });
        };
        let shown = path.display();
        let pem = bounded_read::read(path, bounded_read::CERTIFICATES, SourceKinds::Any);
        let pem = pem.map_err(|source| Error::Unreadable {
            path: shown.to_string(),
            source,
        })?;
        Trust::in_authorities(&pem).map_err(|why| Error::InvalidValue {
            option: format!("--cacert {shown}"),
            why,
            hint: "give a PEM file with the certificate that signed the endpoint's".to_owned(),
        })
    }
}
