//! Passes a delivery that came on to somebody else, byte for byte, and brings the answer back.
//!
//! Separate from the client because nothing is made here: method, headers and body are what came, and the answer goes
//! back to whoever sent them.

use super::answer::{Fault, MOST_OF_A_BODY};
use super::client::{Connection, Trust, in_head};
use super::head_rewriter;
use super::hop_by_hop::Hop;
use super::route::Route;
use super::server::{Received, Reply};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Body;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

/// Somewhere to pass deliveries on to.
#[derive(Debug)]
pub struct Forward {
    /// The way there.
    pub route: Route,
    /// Set where it takes TLS or a proxy to get there.
    library: Option<reqwest::Client>,
    /// Headers that always travel on, whatever `Connection` says.
    kept: Vec<String>,
}

impl Forward {
    /// Sets up what the way there needs. The headers of those names travel on even where `Connection` lists them.
    pub fn new(route: Route, trust: &Trust, kept: Vec<String>) -> Result<Self, Fault> {
        let library = if route.is_plain() {
            None
        } else {
            Some(trust.library(&route)?)
        };
        Ok(Self {
            route,
            library,
            kept,
        })
    }

    /// Passes a delivery on to that path and waits for the answer, at most so long.
    pub async fn pass(
        &self,
        received: &Received,
        path: &str,
        limit: Duration,
    ) -> Result<Reply, Fault> {
        let exchange = async {
            match &self.library {
                None => self.directly(received, path).await,
                Some(library) => self.through(library, received, path).await,
            }
        };
        tokio::time::timeout(limit, exchange)
            .await
            .unwrap_or(Err(Fault::Timeout(None)))
    }

    /// The path that was asked for, unless the target has one of its own; the query that came is kept in both cases,
    /// unless the target has its own. And whether any of that is what the sender chose.
    pub fn path<'a>(&'a self, received: &'a Received) -> (Cow<'a, str>, bool) {
        match (self.route.target.path(), received.uri.query()) {
            ("/", _) => (received.target().into(), received.target() != "/"),
            (own, Some(query)) if !own.contains('?') => (format!("{own}?{query}").into(), true),
            (own, _) => (own.into(), false),
        }
    }

    async fn directly(&self, received: &Received, path: &str) -> Result<Reply, Fault> {
        let uri: Uri = path
            .parse()
            .map_err(|_| Fault::Other("the path is none".to_owned()))?;
        let mut request = Request::new(Full::new(received.body.clone()));
        *request.method_mut() = received.method.clone();
        *request.uri_mut() = uri;
        let path = in_head(&request);
        // The headers are those of the head that is sent in place of the library's.
        let (hop, authority) = (
            hop(&received.headers, &self.kept),
            self.route.target.authority(),
        );
        let lines = received.lines();
        let lines = lines
            .iter()
            .map(|(name, value)| (&**name, *value))
            .filter(|(name, _)| !hop.ends(name));
        let head = head_rewriter::head(
            received.method.as_str(),
            path,
            authority,
            &lines,
            received.body.len(),
        );
        let mut connection = Connection::open_with(&self.route.addresses, Some(head)).await?;
        connection.exchange(request, reply).await
    }

    async fn through(
        &self,
        library: &reqwest::Client,
        received: &Received,
        path: &str,
    ) -> Result<Reply, Fault> {
        let target = &self.route.target;
        let scheme = if target.is_https() { "https" } else { "http" };
        let url = format!("{scheme}://{}{path}", target.authority());
        let request = library
            .request(received.method.clone(), url)
            .headers(passed_on(&received.headers, &self.kept));
        let response = request
            .body(received.body.clone())
            .send()
            .await
            .map_err(|error| Fault::of(&error, None))?;
        reply(Response::<reqwest::Body>::from(response)).await
    }
}

async fn reply<B>(response: Response<B>) -> Result<Reply, Fault>
where
    B: Body<Data = Bytes>,
    B::Error: StdError + Send + Sync + 'static,
{
    let (parts, body) = response.into_parts();
    let status = parts.status.as_u16();
    if parts.status.is_informational() {
        return Err(Fault::Other(format!(
            "it answered {status}, which is no answer yet"
        )));
    }
    // The sender of a webhook reads less than that of an answer.
    let body = Limited::new(body, MOST_OF_A_BODY * 16)
        .collect()
        .await
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                return Fault::Other("the answer is longer than 1 MiB".to_owned());
            }
            Fault::of(&*error, Some(status))
        })?;
    Ok(Reply {
        status: parts.status,
        headers: passed_on(&parts.headers, &[]),
        body: body.to_bytes(),
    })
}

/// Headers without those that belong to one connection, and without the length, which is told anew.
fn passed_on(headers: &HeaderMap, kept: &[String]) -> HeaderMap {
    let hop = hop(headers, kept);
    // Taking headers out of a map would disturb the order of the others.
    let mut passed = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers.iter().filter(|(name, _)| !hop.ends(name.as_str())) {
        passed.append(name.clone(), value.clone());
    }
    passed
}

fn hop(headers: &HeaderMap, kept: &[String]) -> Hop {
    Hop::new(
        headers
            .get_all(header::CONNECTION)
            .iter()
            .filter_map(|value| value.to_str().ok()),
        kept,
    )
}
