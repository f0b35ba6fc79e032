//! The connections of a burst, which stay open, and how a request is sent over them.

use super::request::{HeadTemplate, Parcel};
use crate::http::client::{self, KeptConnection};
use crate::http::{Delivery, Fault, MOST_OF_A_BODY, Route};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt as _;

/// What all requests of a burst have in common.
pub(super) struct RequestTemplate {
    route: Route,
    head: HeadTemplate,
    method: Method,
    /// Without `Host`, which reqwest writes.
    headers: HeaderMap,
    /// The header that differs.
    signature: Option<HeaderName>,
}

/// A connection to the endpoint that stays open.
pub(super) enum BurstConnection {
    /// Our own connection, opened when it is needed, and the bytes of the request that is sent.
    Direct(Option<KeptConnection>, Vec<u8>),
    /// A connection of reqwest's, for TLS or a proxy, and whether it was used before.
    Reqwest(reqwest::Client, bool),
}

impl RequestTemplate {
    pub(super) fn new(
        delivery: &Delivery,
        signature: Option<&str>,
        route: &Route,
    ) -> Result<Self, Fault> {
        let mut headers = client::headers(delivery)?;
        headers.remove(http::header::HOST);
        Ok(Self {
            route: route.clone(),
            head: HeadTemplate::new(delivery, signature, route)?,
            method: client::method(delivery)?,
            headers,
            signature: signature.and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok()),
        })
    }

    /// Sends a request with reqwest and reads its answer.
    async fn send_with_reqwest(
        &self,
        client: &reqwest::Client,
        parcel: &Parcel,
    ) -> Result<u16, Fault> {
        let mut headers = self.headers.clone();
        if let Some(name) = &self.signature {
            let value = HeaderValue::from_str(&parcel.signature)
                .map_err(|_| Fault::Other("invalid signature header".to_owned()))?;
            headers.insert(name, value);
        }
        let response = client
            .request(self.method.clone(), self.route.target.url_without_login())
            .headers(headers)
            .body(parcel.body.clone())
            .send()
            .await
            .map_err(|error| Fault::of(&error, None))?;
        let status = response.status();
        drain(reqwest::Body::from(response), status).await?;
        Ok(status.as_u16())
    }
}

impl BurstConnection {
    /// Whether a request has been answered over it.
    fn is_used(&self) -> bool {
        match self {
            Self::Direct(open, _) => open.as_ref().is_some_and(KeptConnection::is_used),
            Self::Reqwest(_, used) => *used,
        }
    }

    /// Sends a request and reads its answer; returns the status.
    pub(super) async fn send(
        &mut self,
        template: &RequestTemplate,
        parcel: &Parcel,
    ) -> Result<u16, Fault> {
        if let Self::Direct(_, request) = self {
            template.head.write(parcel, request);
        }
        let used = self.is_used();
        match self.exchange(template, parcel).await {
            // An endpoint may close a connection after any answer, just as the next request is sent. That is not a
            // failure: like any client that keeps connections open, send once more over a new one.
            Err(Fault::Closed(None) | Fault::Reset(None)) if used => {
                self.exchange(template, parcel).await
            }
            outcome => outcome,
        }
    }

    async fn exchange(
        &mut self,
        template: &RequestTemplate,
        parcel: &Parcel,
    ) -> Result<u16, Fault> {
        match self {
            Self::Reqwest(client, used) => {
                let status = template.send_with_reqwest(client, parcel).await?;
                *used = true;
                Ok(status)
            }
            Self::Direct(open, request) => {
                // Taken out, so that a connection is not used again after a timeout.
                let mut connection = match open.take() {
                    Some(connection) => connection,
                    None => KeptConnection::open(&template.route.addresses).await?,
                };
                let to_head = template.method == Method::HEAD;
                let (status, stays_open) = connection.exchange(request, to_head).await?;
                if stays_open {
                    *open = Some(connection);
                }
                Ok(status)
            }
        }
    }
}

/// Reads a body to its end, unless it is too long for that to be worth it.
async fn drain(mut body: reqwest::Body, status: StatusCode) -> Result<(), Fault> {
    let mut room = MOST_OF_A_BODY;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Fault::of(&error, Some(status.as_u16())))?;
        let length = frame.data_ref().map_or(0, Bytes::len);
        if length > room {
            break;
        }
        room -= length;
    }
    Ok(())
}
