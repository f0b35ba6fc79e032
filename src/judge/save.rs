//! Keeps the deliveries of a failed case as a journal, which `replay` sends again.

use super::trial::{Exchange, Trial};
use crate::capture::journal::{Capture, CapturedSignature, Fingerprints};
use crate::error::Error;
use crate::http::Header;
use crate::redact::Redactor;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

/// Writes the requests of a case to a file of its name.
pub(super) fn save(folder: &Path, trial: &Trial<'_, '_>, received_at: &str) -> Result<(), Error> {
    let path = folder.join(format!("{}.ndjson", trial.case.name().replace('/', "-")));
    let unwritable = |source| Error::Unwritable {
        path: path.display().to_string(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(unwritable)?;
    // The journal hides the secrets of headers; this key makes their fingerprints.
    let seed = trial.session.seed;
    let fingerprints = Fingerprints::new([seed.draw(11), seed.draw(12)]);
    let mut lines = Vec::new();
    for (at, exchange) in trial.record.iter().enumerate() {
        let id = format!("{}-{}", trial.case.name(), at + 1);
        line(exchange, &id, received_at, trial, &fingerprints, &mut lines);
    }
    std::fs::write(&path, lines).map_err(unwritable)
}

fn line(
    exchange: &Exchange,
    id: &str,
    received_at: &str,
    trial: &Trial<'_, '_>,
    fingerprints: &Fingerprints,
    out: &mut Vec<u8>,
) {
    let redactor: &Redactor = &trial.session.redactor;
    let request = &exchange.request;
    let mut line = request.line.split(' ');
    let (method, target) = (line.next().unwrap_or("POST"), line.next().unwrap_or("/"));
    // One case sends the secret in the query.
    let target = &redactor.text(target);
    let body = redactor.bytes(&request.body);
    let address = trial.session.route.addresses.first().copied();
    let headers: Vec<_> = request.headers.iter().map(Header::borrowed).collect();
    let masked: &[&str] = if body.is_some() { &["body"] } else { &[] };
    Capture {
        id,
        received_at,
        method,
        target,
        headers: &headers,
        fingerprints,
        body: body
            .as_ref()
            .map_or(&*request.body, |redacted| &redacted.text),
        unpacked: false,
        masked,
        remote: address.unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)),
        event: None,
        signature: CapturedSignature {
            verdict: "unchecked",
            scheme: "none",
            reason: None,
        },
        errors: 0,
        status: exchange.reply.status(),
        reason: None,
    }
    .write(out);
}
