//! The way to a target: the addresses that it has, and whether they may be delivered to.
//!
//! Separate from the target, which is only a text, because here the resolver is asked; what it said is what is then
//! connected to, so that a name cannot lead elsewhere a moment later.

use super::target::is_loopback;
use super::{Fault, Target};
use std::net::SocketAddr;

/// A target with its addresses.
#[derive(Clone, Debug)]
pub struct Route {
    /// Where it leads.
    pub target: Target,
    /// The addresses of its host.
    pub addresses: Vec<SocketAddr>,
    /// Every one of them is this machine's own.
    pub loopback: bool,
}

impl Route {
    /// Asks for the addresses.
    pub fn to(target: &Target) -> Result<Self, Fault> {
        let addresses = target.resolve().map_err(|error| {
            // The resolver says it in its own way, behind a colon, for which "os error" has no number.
            let text = error.to_string();
            Fault::NoHost(text.rsplit(": ").next().unwrap_or(&text).to_lowercase())
        })?;
        let loopback = is_loopback(&addresses);
        Ok(Self { target: target.clone(), addresses, loopback })
    }

    /// Whether nothing lies between here and there that would need more than a socket: no TLS and no proxy.
    pub(super) fn is_plain(&self) -> bool {
        self.loopback && !self.target.is_https()
    }
}
