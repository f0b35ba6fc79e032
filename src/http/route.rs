//! The way to a target: the addresses that it has, and whether they may be delivered to.
//!
//! Separate because a sample that says "paid" must never reach production by accident: what counts as this machine is
//! decided here, once, on the addresses that are then connected to, so that a name cannot lead elsewhere a moment
//! later.

use super::answer::Fault;
use super::target::Target;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _, UdpSocket};

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
        let addresses = (target.host(), target.port())
            .to_socket_addrs()
            .map_err(|error| {
                // The resolver says it in its own way, behind a colon, for which "os error" has no number.
                let text = error.to_string();
                Fault::NoHost(text.rsplit(": ").next().unwrap_or(&text).to_lowercase())
            })?;
        let addresses: Vec<SocketAddr> = addresses.collect();
        let loopback = is_loopback(&addresses);
        Ok(Self {
            target: target.clone(),
            addresses,
            loopback,
        })
    }

    /// Whether connecting to one of its addresses leads to who listens at that address of this machine.
    pub fn reaches(&self, own: SocketAddr) -> bool {
        self.addresses
            .iter()
            .any(|address| address.port() == own.port() && is_same_place(*address, own.ip()))
    }

    /// Whether nothing lies between here and there that would need more than a socket: no TLS and no proxy.
    pub(crate) fn is_plain(&self) -> bool {
        self.loopback && !self.target.is_https()
    }
}

/// Whether connecting to an address leads to who listens at that one of this machine, the ports being the same.
fn is_same_place(to: SocketAddr, own: IpAddr) -> bool {
    let (reached, own) = match to.ip().to_canonical() {
        // Connecting to "any address" leads to the first one of this machine.
        IpAddr::V4(any) if any.is_unspecified() => (Ipv4Addr::LOCALHOST.into(), own.to_canonical()),
        IpAddr::V6(any) if any.is_unspecified() => (Ipv6Addr::LOCALHOST.into(), own.to_canonical()),
        other => (other, own.to_canonical()),
    };
    if own.is_unspecified() {
        // Sockets can be bound to this machine's addresses and to no others.
        return (own.is_ipv6() || reached.is_ipv4()) && UdpSocket::bind((reached, 0)).is_ok();
    }
    reached == own
}

/// Whether every one of the addresses is this machine's own.
fn is_loopback(addresses: &[SocketAddr]) -> bool {
    let own = |address: &SocketAddr| match address.ip().to_canonical() {
        // Connecting to "any address" reaches this machine; servers print it as theirs.
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
