//! How the values of `listen`'s flags are read, each with words for what is wanted instead.

use crate::commands::listen::ListenAddress;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// A port, `:port`, or an address of this machine with a port.
pub(super) fn address(text: &str) -> Result<ListenAddress, String> {
    let number = |text: &str| port(text).ok();
    let (ip, port) = match text.rsplit_once(':') {
        None => (None, number(text)),
        Some(("", port)) => (None, number(port)),
        Some((host, port)) if host.eq_ignore_ascii_case("localhost") => {
            (Some(Ipv4Addr::LOCALHOST.into()), number(port))
        }
        Some(_) => match text.parse::<SocketAddr>() {
            Ok(address) => (Some(address.ip()), Some(address.port())),
            Err(_) => (None, None),
        },
    };
    let wrong = || {
        "write a port from 1 to 65535, 0 for any free one, or an address with a port such as 127.0.0.1:8080"
            .to_owned()
    };
    Ok(ListenAddress {
        ip,
        port: port.ok_or_else(wrong)?,
    })
}

/// A port alone, 0 for any free one.
pub(super) fn port(text: &str) -> Result<u16, String> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let port = text.parse().ok().filter(|_| digits);
    port.ok_or_else(|| "write a port from 1 to 65535, or 0 for any free one".to_owned())
}

/// An address of this machine.
pub(super) fn ip(text: &str) -> Result<IpAddr, String> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    let wrong = |_| "write an IP address such as 127.0.0.1, ::1 or 0.0.0.0".to_owned();
    text.trim_matches(['[', ']']).parse().map_err(wrong)
}

/// A number of bytes: 4096, 64KiB, 2MiB.
pub(super) fn bytes(text: &str) -> Result<usize, String> {
    let split = text
        .find(|char: char| !char.is_ascii_digit())
        .unwrap_or(text.len());
    let unit = match text[split..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1024,
        "m" | "mb" | "mib" => 1024 * 1024,
        _ => 0,
    };
    // Bodies are held in memory.
    const MOST: usize = 256 * 1024 * 1024;
    let number = text[..split]
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_mul(unit));
    let wrong = || "give a size like 4096, 64KiB or 2MiB, at most 256MiB".to_owned();
    number
        .filter(|number| (1..=MOST).contains(number))
        .ok_or_else(wrong)
}

/// A host's name, `*.` and a name, or `*`.
pub(super) fn host(text: &str) -> Result<String, String> {
    let name = text.trim_end_matches('.');
    let rest = match name.strip_prefix('*') {
        Some("") => return Ok(name.to_owned()),
        Some(rest) => rest.strip_prefix('.').unwrap_or_default(),
        None => name,
    };
    let is_name = rest
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let wrong = "give a name like abc.ngrok.app, without http:// and port; *.ngrok.app for all subdomains, or * for every host";
    if is_name && !rest.is_empty() {
        Ok(name.to_owned())
    } else {
        Err(wrong.to_owned())
    }
}

/// A path with its query, or `*`.
pub(super) fn path(text: &str) -> Result<String, String> {
    let is_path = text.starts_with('/')
        && !text.contains('#')
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_path || text == "*" {
        Ok(text.to_owned())
    } else {
        Err("give a path like /webhooks, or * for every path".to_owned())
    }
}

pub(super) fn fraction(text: &str) -> Result<f64, String> {
    let fraction = text
        .parse::<f64>()
        .ok()
        .filter(|fraction| (0.0..=1.0).contains(fraction));
    fraction.ok_or_else(|| "give a number from 0 to 1, such as 0.3".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_may_stand_behind_a_colon_or_an_address() {
        for (text, ip, port) in [
            ("8080", None, 8080),
            (":0", None, 0),
            ("localhost:80", Some("127.0.0.1"), 80),
            ("127.0.0.2:80", Some("127.0.0.2"), 80),
            ("[::1]:80", Some("::1"), 80),
        ] {
            let ip = ip.map(|ip| ip.parse().unwrap());
            assert_eq!(address(text), Ok(ListenAddress { ip, port }), "{text}");
        }
        for text in [
            "80x",
            "+80",
            "",
            ":",
            "65536",
            "example.com:80",
            "::1",
            "http://localhost:80",
        ] {
            assert!(address(text).is_err(), "{text}");
        }
    }
}
