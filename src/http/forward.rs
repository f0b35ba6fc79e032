//! Forwards a received delivery byte for byte, and returns the answer for its sender.

use super::answer::{Fault, MOST_OF_A_BODY};
use super::client::{self, ClientConnection, ReadProgress, Tls, Trust, WholeAnswer};
use super::hop_by_hop::HopByHop;
use super::route::Route;
use super::server::{HeaderLines, Received, Reply};
use http::StatusCode;
use std::borrow::Cow;
use std::time::Duration;

/// The header that every listener adds to what it forwards: by it a delivery that came back is recognised. `Via` would make
/// some servers answer differently.
pub const VIA: &str = "Inqud-Hook-Via";

/// A target that deliveries are forwarded to.
#[derive(Debug)]
pub struct Forward {
    /// The target's addresses.
    pub route: Route,
    tls: Tls,
    /// Headers that are forwarded even if `Connection` lists them.
    kept: Vec<String>,
    /// The value of [`VIA`].
    mark: String,
}

impl Forward {
    /// Reads the certificates. Headers named in `kept` are forwarded even if `Connection` lists them; `mark` stands for
    /// the listener.
    pub fn new(route: Route, trust: &Trust, kept: Vec<String>, mark: &str) -> Result<Self, Fault> {
        let tls = Tls::new(trust.clone());
        if route.target.is_https() {
            tls.prepare()?;
        }
        Ok(Self {
            route,
            tls,
            kept,
            mark: mark.to_owned(),
        })
    }

    /// Forwards a delivery to that path and waits for the answer, no longer than `limit`.
    pub async fn pass(
        &self,
        received: &Received,
        path: &str,
        limit: Duration,
    ) -> Result<Reply, Fault> {
        let progress = ReadProgress::default();
        let exchange = self.exchange(received, path, &progress);
        tokio::time::timeout(limit, exchange)
            .await
            .unwrap_or(Err(Fault::Timeout(progress.status.get())))
    }

    /// The path and query to forward to: the target's own, else the received ones. Also whether any part of it was chosen
    /// by the sender.
    pub fn path<'a>(&'a self, received: &'a Received) -> (Cow<'a, str>, bool) {
        match (self.route.target.path(), received.target().split_once('?')) {
            ("/", _) => (received.target().into(), received.target() != "/"),
            (own, Some((_, query))) if !own.contains('?') => {
                (format!("{own}?{query}").into(), true)
            }
            (own, _) => (own.into(), false),
        }
    }

    async fn exchange(
        &self,
        received: &Received,
        path: &str,
        progress: &ReadProgress,
    ) -> Result<Reply, Fault> {
        let hop = hop(received.headers(), &self.kept);
        let headers: Vec<_> = received.headers().collect();
        let lines = headers
            .iter()
            .copied()
            .filter(|(name, _)| !hop.contains(name))
            .chain([(VIA, self.mark.as_bytes())]);
        let (method, body) = (received.method(), received.body());
        let mut request = client::head(&self.route, method, path, &lines, body.len())?;
        request.extend_from_slice(body);
        let connection = ClientConnection::open(&self.route, &self.tls).await?;
        let answer = connection.ask(&request, method == "HEAD", MOST_OF_A_REPLY, progress);
        reply(answer.await?)
    }
}

/// The most of an answer's body that is passed back: senders of webhooks read less than that.
const MOST_OF_A_REPLY: usize = MOST_OF_A_BODY * 16;

fn reply(answer: WholeAnswer) -> Result<Reply, Fault> {
    let WholeAnswer {
        status, headers, ..
    } = &answer;
    if *status < 200 {
        return Err(Fault::Other(format!(
            "answered {status} without a final response"
        )));
    }
    if answer.cut {
        return Err(Fault::Other("answer longer than 1 MiB".to_owned()));
    }
    let hop = hop(headers.iter().map(|(name, value)| (&**name, &**value)), &[]);
    let mut passed = HeaderLines::default();
    for (name, value) in headers.iter().filter(|(name, _)| !hop.contains(name)) {
        passed.push(name, value);
    }
    Ok(Reply {
        status: StatusCode::from_u16(*status).map_err(|_| Fault::NotHttp)?,
        headers: passed,
        body: answer.body.into(),
    })
}

/// Which of these headers are hop-by-hop.
fn hop<'h>(headers: impl Iterator<Item = (&'h str, &'h [u8])>, kept: &[String]) -> HopByHop {
    let connection = headers.filter(|(name, _)| name.eq_ignore_ascii_case("Connection"));
    HopByHop::new(
        connection.filter_map(|(_, value)| str::from_utf8(value).ok()),
        kept,
    )
}
