//! Which proxy a remote target is reached through. The environment says it, as for curl and most other tools:
//! `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY` give URLs, `NO_PROXY` the hosts that need none.

use super::answer::Fault;
use super::target::Target;
use crate::world::Env;
use std::net::IpAddr;

/// The proxy for a target, if there is one.
pub(super) fn of(target: &Target, environment: Env<'_>) -> Result<Option<Target>, Fault> {
    let text = |name: &&str| {
        let value = environment(name)?.into_string().ok()?;
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    // Web servers give programs that they start the header `Proxy` of a request as HTTP_PROXY.
    if environment("REQUEST_METHOD").is_some() {
        return Ok(None);
    }
    let names = if target.is_https() {
        ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    } else {
        ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
    };
    let Some((name, url)) = names.iter().find_map(|name| Some((name, text(name)?))) else {
        return Ok(None);
    };
    let exceptions = ["NO_PROXY", "no_proxy"].iter().find_map(text);
    if exceptions.is_some_and(|list| is_listed(target.host(), &list)) {
        return Ok(None);
    }
    // Without a scheme a target's port would be 8080.
    let url = if url.contains("://") {
        url
    } else {
        format!("http://{url}")
    };
    let proxy = Target::parse(&url)
        .map_err(|bad| Fault::Proxy(format!("in {name} cannot be used: {bad}")))?;
    Ok(Some(proxy))
}

/// Whether a list in `NO_PROXY` has a host: its name, a domain that it belongs to, its address, or a network.
fn is_listed(host: &str, list: &str) -> bool {
    let address: Option<IpAddr> = host.parse().ok();
    let mut entries = list.split(',').map(str::trim);
    entries.any(|entry| match address {
        _ if entry == "*" => true,
        Some(address) => is_in_network(address, entry),
        None => is_in_domain(host, entry.trim_start_matches('.')),
    })
}

fn is_in_domain(host: &str, domain: &str) -> bool {
    let Some(start) = host.len().checked_sub(domain.len()) else {
        return false;
    };
    let same = host
        .get(start..)
        .is_some_and(|end| end.eq_ignore_ascii_case(domain));
    same && !domain.is_empty() && (start == 0 || host.as_bytes()[start - 1] == b'.')
}

/// Whether an address is another one, or in a network such as `10.0.0.0/8`.
fn is_in_network(address: IpAddr, network: &str) -> bool {
    let (first, length) = match network.split_once('/') {
        Some((first, length)) => (first, length.parse().ok()),
        None => (network, Some(128)),
    };
    let (Ok(first), Some(length)) = (first.parse(), length) else {
        return false;
    };
    match (address, first) {
        (IpAddr::V4(address), IpAddr::V4(first)) => {
            let differing = address.to_bits() ^ first.to_bits();
            differing.leading_zeros() >= u32::min(length, 32)
        }
        (IpAddr::V6(address), IpAddr::V6(first)) => {
            let differing = address.to_bits() ^ first.to_bits();
            differing.leading_zeros() >= u32::min(length, 128)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    /// The proxy of a target in that environment.
    fn proxy(url: &str, variables: &[(&str, &str)]) -> Result<Option<String>, Fault> {
        let environment = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let proxy = of(&Target::parse(url).unwrap(), &environment)?;
        Ok(proxy.map(|proxy| proxy.url_without_login()))
    }

    #[test]
    fn the_environment_names_the_proxy() {
        let (http, https) = (("HTTP_PROXY", "one:3128"), ("https_proxy", "https://two"));
        let all = ("ALL_PROXY", "http://ann:pa55@three:1");
        for (url, variables, expected) in [
            ("http://shop.test", &[][..], None),
            ("http://shop.test", &[https], None),
            ("http://shop.test", &[http, all], Some("http://one:3128/")),
            ("https://shop.test", &[http, https], Some("https://two/")),
            ("https://shop.test", &[http, all], Some("http://three:1/")),
            (
                "http://shop.test",
                &[("HTTP_PROXY", " "), ("http_proxy", "four")],
                Some("http://four/"),
            ),
            (
                "http://shop.test",
                &[http, ("REQUEST_METHOD", "POST")],
                None,
            ),
            (
                "http://shop.test",
                &[http, ("no_proxy", "x, shop.test")],
                None,
            ),
        ] {
            let found = proxy(url, variables).unwrap();
            assert_eq!(found.as_deref(), expected, "{url} {variables:?}");
        }
        for bad in ["socks5://one", "http://", "one:x"] {
            let fault = proxy("http://shop.test", &[("all_proxy", bad)]).unwrap_err();
            assert!(
                matches!(&fault, Fault::Proxy(why) if why.starts_with("in all_proxy cannot be used: "))
            );
        }
    }

    #[test]
    fn hosts_that_need_no_proxy_are_names_domains_addresses_and_networks() {
        for (host, list, expected) in [
            ("shop.test", "SHOP.test", true),
            ("a.shop.test", "other, shop.test", true),
            ("shop.test", ".shop.test", true),
            ("a.shop.test", ".shop.test", true),
            ("workshop.test", "shop.test", false),
            ("shop.test", "a.shop.test,,", false),
            ("test", "shop.test", false),
            ("shop.test", "*", true),
            ("192.0.2.1", "*", true),
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.10", false),
            ("192.0.2.1", "192.0.2.0/24", true),
            ("192.0.2.1", "192.0.3.0/23", true),
            ("192.0.2.1", "192.0.3.0/24", false),
            ("192.0.2.1", "0.0.0.0/0", true),
            ("192.0.2.1", "2.1", false),
            ("192.0.2.1", "192.0.2.0/x", false),
            ("2001:db8::1", "2001:db8::/32", true),
            ("2001:db8::1", "2001:db9::/32", false),
            ("2001:db8::1", "192.0.2.1", false),
        ] {
            assert_eq!(is_listed(host, list), expected, "{host} in {list}");
        }
    }
}
