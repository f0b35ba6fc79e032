//! Targets as a user writes them, and the one gate between a sample and the world.
//!
//! Separate because what is sent and what is passed on go through the same gate.

use super::Context;
use crate::delivery::{BadTarget, Route, Target, masked};
use crate::error::Error;
use std::fmt::Display;

/// The target that a flag, a variable or a configuration names.
pub(super) fn parse(text: &str, origin: impl Display) -> Result<Target, Error> {
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
        Error::Usage { what: format!("cannot send to {shown:?} ({origin}): {bad}"), hint: hint.to_owned() }
    })
}

/// Refuses what is not this machine, unless a flag or the configuration allows it: a sample that says "paid" must never
/// reach production by accident.
pub(super) fn allow(context: &Context<'_>, route: &Route, any: bool) -> Result<(), Error> {
    let listed = &context.config.allowed_hosts.value;
    if route.loopback || any || listed.iter().any(|host| host.eq_ignore_ascii_case(route.target.host())) {
        return Ok(());
    }
    let addresses: Vec<String> = route.addresses.iter().map(|address| address.ip().to_string()).collect();
    Err(Error::Usage {
        what: format!("{} is not this machine ({}), and nothing was sent", route.target, addresses.join(", ")),
        hint: format!(
            "what says \"paid\" must not reach production by accident: allow it with --allow-remote, or list {:?} under \
             allowed_hosts",
            route.target.host()
        ),
    })
}
