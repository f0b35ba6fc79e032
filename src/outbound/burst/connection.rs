//! The connections of a burst, which stay open, and the requests that are sent over them.

use super::load::Parcel;
use crate::http::client::{self, Connection};
use crate::http::{Delivery, Fault, MOST_OF_A_BODY, Route};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Body;
use std::error::Error as StdError;

/// What all requests of a burst have in common.
pub(super) struct RequestTemplate {
    route: Route,
    method: Method,
    path: Uri,
    headers: HeaderMap,
    /// The header that differs.
    signature: Option<HeaderName>,
}

/// What differs from one request to the next, ready to be sent a second time.
pub(super) struct ReusableRequest {
    signature: Option<HeaderValue>,
    body: Bytes,
}

/// A connection to the endpoint that stays open.
pub(super) enum BurstConnection {
    /// Our own connection, opened when it is needed.
    Direct(Option<Connection>),
    /// A connection of reqwest's, for TLS or a proxy, and whether it was used before.
    Reqwest(reqwest::Client, bool),
}

impl RequestTemplate {
    pub(super) fn new(
        delivery: &Delivery,
        signature: Option<&str>,
        route: &Route,
    ) -> Result<Self, Fault> {
        Ok(Self {
            route: route.clone(),
            method: client::method(delivery)?,
            path: client::path(delivery)?,
            headers: client::with_host(client::headers(delivery)?, route)?,
            signature: signature.and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok()),
        })
    }

    pub(super) fn request(parcel: Parcel) -> Result<ReusableRequest, Fault> {
        let signature = parcel
            .signature
            .map(|value| HeaderValue::from_maybe_shared(Bytes::from(value)))
            .transpose();
        let signature =
            signature.map_err(|_| Fault::Other("invalid signature header".to_owned()))?;
        Ok(ReusableRequest {
            signature,
            body: Bytes::from(parcel.body),
        })
    }

    /// The headers of one request.
    fn headers(&self, request: &ReusableRequest) -> HeaderMap {
        let mut headers = self.headers.clone();
        if let (Some(name), Some(value)) = (&self.signature, &request.signature) {
            headers.insert(name, value.clone());
        }
        headers
    }
}

impl BurstConnection {
    /// Whether a request has been answered over it.
    fn is_used(&self) -> bool {
        match self {
            Self::Direct(open) => open.as_ref().is_some_and(Connection::is_used),
            Self::Reqwest(_, used) => *used,
        }
    }

    /// Sends a request and reads its answer; returns the status.
    pub(super) async fn send(
        &mut self,
        template: &RequestTemplate,
        request: &ReusableRequest,
    ) -> Result<u16, Fault> {
        let used = self.is_used();
        match self.exchange(template, request).await {
            // An endpoint may close a connection after any answer, just as the next request is sent. That is not a
            // failure: like any client that keeps connections open, send once more over a new one.
            Err(Fault::Closed(None) | Fault::Reset(None)) if used => {
                self.exchange(template, request).await
            }
            outcome => outcome,
        }
    }

    async fn exchange(
        &mut self,
        template: &RequestTemplate,
        request: &ReusableRequest,
    ) -> Result<u16, Fault> {
        match self {
            Self::Reqwest(client, used) => {
                let url = template.route.target.url_without_login();
                let mut headers = template.headers(request);
                headers.remove(http::header::HOST);
                let response = client
                    .request(template.method.clone(), url)
                    .headers(headers)
                    .body(request.body.clone())
                    .send()
                    .await
                    .map_err(|error| Fault::of(&error, None))?;
                *used = true;
                let status = response.status().as_u16();
                drain(reqwest::Body::from(response), status).await?;
                Ok(status)
            }
            Self::Direct(open) => {
                // Taken out, so that a connection is not used again after a timeout.
                let mut connection = match open.take() {
                    Some(connection) => connection,
                    None => Connection::open(&template.route.addresses).await?,
                };
                let mut outgoing = Request::new(Full::new(request.body.clone()));
                *outgoing.method_mut() = template.method.clone();
                *outgoing.uri_mut() = template.path.clone();
                *outgoing.headers_mut() = template.headers(request);
                let read = async |response: http::Response<hyper::body::Incoming>| {
                    let status = response.status().as_u16();
                    Ok((status, drain(response.into_body(), status).await?))
                };
                let (status, complete) = connection.exchange(outgoing, read).await?;
                if complete {
                    *open = Some(connection);
                }
                Ok(status)
            }
        }
    }
}

/// Reads a body to its end, or returns false if it is too long for that to be worth it.
async fn drain<B>(mut body: B, status: u16) -> Result<bool, Fault>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: StdError + Send + Sync + 'static,
{
    let mut room = MOST_OF_A_BODY;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Fault::of(&error, Some(status)))?;
        let length = frame.data_ref().map_or(0, Bytes::len);
        if length > room {
            return Ok(false);
        }
        room -= length;
    }
    Ok(true)
}
