//! The addresses of a target, and whether they belong to this machine.
//!
//! A sample that says "paid" must never reach production by accident. So the name is resolved once, and the check is
//! made on the same addresses that are then connected to.

use super::answer::Fault;
use super::proxy;
use super::target::Target;
use crate::world::Env;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _, UdpSocket};

/// A target with its resolved addresses.
#[derive(Clone, Debug)]
pub struct Route {
    /// The target.
    pub target: Target,
    /// The addresses of its host.
    pub addresses: Vec<SocketAddr>,
    /// All of them belong to this machine.
    pub loopback: bool,
    /// The way to the proxy that it leads through.
    pub(crate) proxy: Option<Box<Route>>,
}

impl Route {
    /// Resolves the host of a target.
    pub fn to(target: &Target) -> Result<Self, Fault> {
        let addresses = (target.host(), target.port())
            .to_socket_addrs()
            .map_err(|error| {
                // The resolver's own text follows the last colon.
                let text = error.to_string();
                Fault::NoHost(text.rsplit(": ").next().unwrap_or(&text).to_lowercase())
            })?;
        let addresses: Vec<SocketAddr> = addresses.collect();
        let loopback = is_loopback(&addresses);
        Ok(Self {
            target: target.clone(),
            addresses,
            loopback,
            proxy: None,
        })
    }

    /// Leads through the proxy that the environment gives for its target. What stays on this machine uses none.
    pub fn use_proxy(&mut self, environment: Env<'_>) -> Result<(), Fault> {
        if self.loopback {
            return Ok(());
        }
        if let Some(proxy) = proxy::of(&self.target, environment)? {
            let route = Self::to(&proxy).map_err(|fault| Fault::of_proxy(&proxy, &fault))?;
            self.proxy = Some(Box::new(route));
        }
        Ok(())
    }

    /// Whether connecting to one of its addresses reaches the socket that is bound to `own` on this machine.
    pub fn reaches(&self, own: SocketAddr) -> bool {
        self.addresses
            .iter()
            .any(|address| address.port() == own.port() && reaches_ip(*address, own.ip()))
    }
}

/// Whether connecting to an address reaches a socket that is bound to `own` on this machine and the same port.
fn reaches_ip(to: SocketAddr, own: IpAddr) -> bool {
    let (reached, own) = match to.ip().to_canonical() {
        // Connecting to the unspecified address reaches localhost.
        IpAddr::V4(any) if any.is_unspecified() => (Ipv4Addr::LOCALHOST.into(), own.to_canonical()),
        IpAddr::V6(any) if any.is_unspecified() => (Ipv6Addr::LOCALHOST.into(), own.to_canonical()),
        other => (other, own.to_canonical()),
    };
    if own.is_unspecified() {
        // A socket can only be bound to an address of this machine.
        return (own.is_ipv6() || reached.is_ipv4()) && UdpSocket::bind((reached, 0)).is_ok();
    }
    reached == own
}

/// Whether all addresses belong to this machine.
fn is_loopback(addresses: &[SocketAddr]) -> bool {
    let own = |address: &SocketAddr| match address.ip().to_canonical() {
        // Connecting to the unspecified address reaches this machine; servers print it as their own.
        IpAddr::V4(address) => address.is_loopback() || address.is_unspecified(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unspecified(),
    };
    !addresses.is_empty() && addresses.iter().all(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machines_addresses_count_as_loopback() {
        let check = |texts: &[&str]| {
            let addresses: Vec<SocketAddr> =
                texts.iter().map(|text| text.parse().unwrap()).collect();
            is_loopback(&addresses)
        };
        assert!(check(&[
            "127.0.0.1:80",
            "[::1]:80",
            "127.9.9.9:1",
            "[::ffff:127.0.0.1]:1",
            "0.0.0.0:1"
        ]));
        assert!(!check(&["127.0.0.1:80", "10.0.0.1:80"]));
        assert!(!check(&["[::ffff:10.0.0.1]:1"]));
        assert!(!check(&[]));
    }
}
