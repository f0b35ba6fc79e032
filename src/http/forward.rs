//! Forwards a received delivery byte for byte, and returns the answer for its sender.

use super::answer::{Fault, MOST_OF_A_BODY};
use super::client::{Connection, Trust, path_and_query};
use super::head_rewriter;
use super::hop_by_hop::HopByHop;
use super::route::Route;
use super::server::{Received, Reply};
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Request, Response, Uri, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Body;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

/// The header that every listener adds to what it forwards: by it a delivery that came back is recognised. `Via` would make
/// some servers answer differently.
pub const VIA: &str = "Inqud-Hook-Via";

/// A target that deliveries are forwarded to.
#[derive(Debug)]
pub struct Forward {
    /// The target's addresses.
    pub route: Route,
    /// Set if the target needs TLS or a proxy.
    reqwest_client: Option<reqwest::Client>,
    /// Headers that are forwarded even if `Connection` lists them.
    kept: Vec<String>,
    /// The value of [`VIA`].
    mark: HeaderValue,
}

impl Forward {
    /// Sets up the client. Headers named in `kept` are forwarded even if `Connection` lists them; `mark` stands for the
    /// listener.
    pub fn new(route: Route, trust: &Trust, kept: Vec<String>, mark: &str) -> Result<Self, Fault> {
        let reqwest_client = if route.is_direct() {
            None
        } else {
            Some(trust.reqwest_client(&route)?)
        };
        Ok(Self {
            route,
            reqwest_client,
            kept,
            mark: HeaderValue::from_str(mark)
                .map_err(|_| Fault::Other("invalid mark".to_owned()))?,
        })
    }

    /// Forwards a delivery to that path and waits for the answer, no longer than `limit`.
    pub async fn pass(
        &self,
        received: &Received,
        path: &str,
        limit: Duration,
    ) -> Result<Reply, Fault> {
        let exchange = async {
            match &self.reqwest_client {
                None => self.send_direct(received, path).await,
                Some(client) => self.send_with_reqwest(client, received, path).await,
            }
        };
        tokio::time::timeout(limit, exchange)
            .await
            .unwrap_or(Err(Fault::Timeout(None)))
    }

    /// The path and query to forward to: the target's own, else the received ones. Also whether any part of it was chosen
    /// by the sender.
    pub fn path<'a>(&'a self, received: &'a Received) -> (Cow<'a, str>, bool) {
        match (self.route.target.path(), received.uri.query()) {
            ("/", _) => (received.target().into(), received.target() != "/"),
            (own, Some(query)) if !own.contains('?') => (format!("{own}?{query}").into(), true),
            (own, _) => (own.into(), false),
        }
    }

    async fn send_direct(&self, received: &Received, path: &str) -> Result<Reply, Fault> {
        let uri: Uri = path
            .parse()
            .map_err(|_| Fault::Other("invalid path".to_owned()))?;
        let mut request = Request::new(Full::new(received.body.clone()));
        *request.method_mut() = received.method.clone();
        *request.uri_mut() = uri;
        let path = path_and_query(request.uri());
        // The request has no headers: this head replaces the one that hyper writes.
        let (hop, authority) = (
            hop(&received.headers, &self.kept),
            self.route.target.authority(),
        );
        let lines = received.lines();
        let lines = lines
            .iter()
            .map(|(name, value)| (&**name, *value))
            .filter(|(name, _)| !hop.contains(name))
            .chain([(VIA, self.mark.as_bytes())]);
        let head = head_rewriter::head(
            received.method.as_str(),
            path,
            authority,
            &lines,
            received.body.len(),
        );
        let mut connection = Connection::open_with(&self.route.addresses, Some(head)).await?;
        connection.exchange(request, read_reply).await
    }

    async fn send_with_reqwest(
        &self,
        client: &reqwest::Client,
        received: &Received,
        path: &str,
    ) -> Result<Reply, Fault> {
        let target = &self.route.target;
        let scheme = if target.is_https() { "https" } else { "http" };
        let url = format!("{scheme}://{}{path}", target.authority());
        let mut headers = end_to_end(&received.headers, &self.kept);
        headers.append(HeaderName::from_static("inqud-hook-via"), self.mark.clone());
        let request = client
            .request(received.method.clone(), url)
            .headers(headers);
        let response = request
            .body(received.body.clone())
            .send()
            .await
            .map_err(|error| Fault::of(&error, None))?;
        read_reply(Response::<reqwest::Body>::from(response)).await
    }
}

async fn read_reply<B>(response: Response<B>) -> Result<Reply, Fault>
where
    B: Body<Data = Bytes>,
    B::Error: StdError + Send + Sync + 'static,
{
    let (parts, body) = response.into_parts();
    let status = parts.status.as_u16();
    if parts.status.is_informational() {
        return Err(Fault::Other(format!(
            "answered {status} without a final response"
        )));
    }
    // Senders of webhooks read less than that.
    let body = Limited::new(body, MOST_OF_A_BODY * 16)
        .collect()
        .await
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                return Fault::Other("answer longer than 1 MiB".to_owned());
            }
            Fault::of(&*error, Some(status))
        })?;
    Ok(Reply {
        status: parts.status,
        headers: end_to_end(&parts.headers, &[]),
        body: body.to_bytes(),
    })
}

/// The headers without the hop-by-hop ones.
fn end_to_end(headers: &HeaderMap, kept: &[String]) -> HeaderMap {
    let hop = hop(headers, kept);
    // Removing headers from a map would change the order of the others.
    let mut passed = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers
        .iter()
        .filter(|(name, _)| !hop.contains(name.as_str()))
    {
        passed.append(name.clone(), value.clone());
    }
    passed
}

fn hop(headers: &HeaderMap, kept: &[String]) -> HopByHop {
    HopByHop::new(
        headers
            .get_all(header::CONNECTION)
            .iter()
            .filter_map(|value| value.to_str().ok()),
        kept,
    )
}
