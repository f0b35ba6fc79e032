//! Writes the heads of requests: headers exactly as they are given, in their order and spelling.

use super::super::Delivery;
use super::super::answer::Fault;
use super::super::header::{BadHeader, Header, is_token};
use super::super::route::Route;

/// Far more than any server accepts.
const MOST_HEADERS: usize = 4_096;

/// The head of a delivery.
pub(crate) fn delivery_head(delivery: &Delivery, route: &Route) -> Result<Vec<u8>, Fault> {
    let Delivery { method, target, .. } = delivery;
    let headers = delivery.headers.iter().map(Header::pair);
    head(route, method, target.path(), &headers, delivery.body.len())
}

/// The head of a request with a body of that length. Where they are missing, `Host` comes first, and `Content-Length` last.
pub(crate) fn head<'h>(
    route: &Route,
    method: &str,
    path: &str,
    headers: &(impl Iterator<Item = (&'h str, &'h [u8])> + Clone),
    length: usize,
) -> Result<Vec<u8>, Fault> {
    check(method, path, headers.clone())?;
    let authority = route.target.authority();
    // A proxy has to know where to connect; through its tunnel to an https target it sees nothing.
    let proxy = route.proxy.as_deref().filter(|_| !route.target.is_https());
    let place = proxy.map_or(String::new(), |_| format!("http://{authority}"));
    let login = proxy.and_then(|proxy| proxy.target.basic_login());
    let mut head = format!("{method} {place}{path} HTTP/1.1\r\n").into_bytes();
    let has = |name: &str| {
        let mut names = headers.clone().map(|(name, _)| name);
        names.any(|known| known.eq_ignore_ascii_case(name))
    };
    if !has("Host") {
        write_line(&mut head, "Host", authority.as_bytes());
    }
    for (name, value) in headers.clone() {
        write_line(&mut head, name, value);
    }
    if let Some(login) = login.filter(|_| !has("Proxy-Authorization")) {
        write_line(&mut head, "Proxy-Authorization", login.as_bytes());
    }
    if !has("Content-Length") {
        write_line(&mut head, "Content-Length", length.to_string().as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    Ok(head)
}

/// Writes one header.
pub(super) fn write_line(head: &mut Vec<u8>, name: &str, value: &[u8]) {
    head.extend_from_slice(name.as_bytes());
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
    head.extend_from_slice(b"\r\n");
}

/// Refuses what would not be one request.
fn check<'h>(
    method: &str,
    path: &str,
    headers: impl Iterator<Item = (&'h str, &'h [u8])> + Clone,
) -> Result<(), Fault> {
    if !is_token(method) {
        return Err(Fault::Other("invalid method".to_owned()));
    }
    if path.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
        return Err(Fault::Other("invalid path".to_owned()));
    }
    let count = headers.clone().count();
    if count > MOST_HEADERS {
        return Err(Fault::Other(format!(
            "too many headers: {count}, at most {MOST_HEADERS} can be sent"
        )));
    }
    for (name, value) in headers {
        Header::check(name, value).map_err(|bad| {
            let why = match bad {
                BadHeader::Name => "invalid name",
                BadHeader::Value => "invalid value",
            };
            Fault::Other(format!("cannot send the header {name}: {why}"))
        })?;
    }
    Ok(())
}
