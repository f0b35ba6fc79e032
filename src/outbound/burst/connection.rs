//! The connections of a burst, which stay open, and how a request is sent over them.

use super::request::{HeadTemplate, Parcel};
use crate::http::client::{ClientConnection, Tls};
use crate::http::{Delivery, Fault, Route};

/// What all requests of a burst have in common.
pub(super) struct RequestTemplate {
    route: Route,
    tls: Tls,
    head: HeadTemplate,
    to_head: bool,
}

/// A connection to the endpoint that stays open.
#[derive(Default)]
pub(super) struct BurstConnection {
    /// Opened when it is needed.
    open: Option<ClientConnection>,
    /// The bytes of the request that is sent.
    request: Vec<u8>,
}

impl RequestTemplate {
    pub(super) fn new(
        delivery: &Delivery,
        signature: Option<&str>,
        route: &Route,
        tls: &Tls,
    ) -> Result<Self, Fault> {
        Ok(Self {
            route: route.clone(),
            tls: tls.clone(),
            head: HeadTemplate::new(delivery, signature, route)?,
            to_head: delivery.method == "HEAD",
        })
    }

    async fn connect(&self) -> Result<ClientConnection, Fault> {
        ClientConnection::open(&self.route, &self.tls).await
    }
}

impl BurstConnection {
    /// A connection that is already open.
    pub(super) async fn open(template: &RequestTemplate) -> Result<Self, Fault> {
        Ok(Self {
            open: Some(template.connect().await?),
            ..Self::default()
        })
    }

    /// Sends a request and reads its answer; returns the status.
    pub(super) async fn send(
        &mut self,
        template: &RequestTemplate,
        parcel: &Parcel,
    ) -> Result<u16, Fault> {
        template.head.write(parcel, &mut self.request);
        let used = self.open.as_ref().is_some_and(ClientConnection::is_used);
        match self.exchange(template).await {
            // An endpoint may close a connection after any answer, just as the next request is sent. That is not a
            // failure: like any client that keeps connections open, send once more over a new one.
            Err(Fault::Closed(None) | Fault::Reset(None)) if used => self.exchange(template).await,
            outcome => outcome,
        }
    }

    async fn exchange(&mut self, template: &RequestTemplate) -> Result<u16, Fault> {
        // Taken out, so that a connection is not used again after a timeout.
        let mut connection = match self.open.take() {
            Some(connection) => connection,
            None => template.connect().await?,
        };
        let exchange = connection.exchange(&self.request, template.to_head);
        let (status, stays_open) = exchange.await?;
        if stays_open {
            self.open = Some(connection);
        }
        Ok(status)
    }
}
