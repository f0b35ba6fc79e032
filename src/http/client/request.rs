//! The parts of a request, made from a delivery.

use super::super::answer::Fault;
use super::super::header::title_case;
use super::super::route::Route;
use super::super::{Delivery, Header};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

pub(crate) fn method(delivery: &Delivery) -> Result<Method, Fault> {
    Method::from_bytes(delivery.method.as_bytes())
        .map_err(|_| Fault::Other("invalid method".to_owned()))
}

pub(crate) fn path(delivery: &Delivery) -> Result<Uri, Fault> {
    delivery
        .target
        .path()
        .parse()
        .map_err(|_| Fault::Other("invalid path".to_owned()))
}

/// Path and query, as in the request line.
pub(crate) fn path_and_query(uri: &Uri) -> &str {
    uri.path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str)
}

/// Adds the `Host` header in first place, where people and servers expect it, unless there is one already.
pub(crate) fn with_host(headers: HeaderMap, route: &Route) -> Result<HeaderMap, Fault> {
    if headers.contains_key(http::header::HOST) {
        return Ok(headers);
    }
    let host = HeaderValue::from_str(route.target.authority());
    let mut all = HeaderMap::with_capacity(headers.len() + 1);
    all.insert(
        http::header::HOST,
        host.map_err(|_| Fault::Other("invalid host".to_owned()))?,
    );
    all.extend(headers);
    Ok(all)
}

/// Whether a header map keeps the order and spelling of those headers: `Title-Case` names, repeats next to each other.
pub(crate) fn fits_a_map(headers: &[Header]) -> bool {
    headers.iter().enumerate().all(|(at, header)| {
        let before = headers[..at]
            .iter()
            .position(|other| other.is(&header.name));
        title_case(&header.name) == header.name
            && before.is_none_or(|_| headers[at - 1].is(&header.name))
    })
}

/// Far more than any server accepts, and far fewer than a header map holds without a panic.
const MOST_HEADERS: usize = 4_096;

/// The headers of a delivery as a map.
pub(crate) fn headers(delivery: &Delivery) -> Result<HeaderMap, Fault> {
    let count = delivery.headers.len();
    if count > MOST_HEADERS {
        return Err(Fault::Other(format!(
            "too many headers: {count}, at most {MOST_HEADERS} can be sent"
        )));
    }
    let mut map = HeaderMap::with_capacity(count + 2);
    for header in &delivery.headers {
        let bad = |error: http::Error| {
            Fault::Other(format!("cannot send the header {}: {error}", header.name))
        };
        let name =
            HeaderName::from_bytes(header.name.as_bytes()).map_err(|error| bad(error.into()))?;
        let mut value =
            HeaderValue::from_bytes(header.value.as_bytes()).map_err(|error| bad(error.into()))?;
        value.set_sensitive(header.secret.is_some());
        map.append(name, value);
    }
    if delivery.body.is_empty() {
        // hyper omits it for an empty body, and some servers require it (411).
        map.insert(http::header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    Ok(map)
}
