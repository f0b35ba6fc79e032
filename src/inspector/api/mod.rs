//! The answers to the page, a file for each kind. They are made on a thread where they hold up nothing.

mod archives;
mod bodies;
mod deliveries;
mod explain;
mod overview;
mod printed;
mod send;

use super::access::PageRefusal;
use super::replies;
use super::routes::PageRoute;
use super::state::Inspector;
use crate::http::Reply;
use serde::de::DeserializeOwned;
use serde_json::json;

/// Answers a request that may be answered.
pub(super) fn answer(inspector: &Inspector, route: &PageRoute, body: &[u8]) -> Reply {
    made(inspector, route, body).unwrap_or_else(|refusal| replies::refusal(&refusal))
}

fn made(inspector: &Inspector, route: &PageRoute, body: &[u8]) -> Result<Reply, PageRefusal> {
    Ok(match route {
        PageRoute::Asset => return Err(PageRefusal::new(404, "there is no such file", "")),
        PageRoute::State => replies::json(&overview::state(inspector)),
        PageRoute::Rows { after, wait } => {
            replies::json_text(deliveries::rows(inspector, *after, *wait))
        }
        PageRoute::Older(before) => replies::json_text(deliveries::older(inspector, *before)?),
        PageRoute::Delivery(seq) => replies::json(&deliveries::whole(inspector, *seq)?),
        PageRoute::Search(text) => replies::json(&deliveries::search(inspector, text)),
        PageRoute::Printed(seq, form) => replies::text(printed::printed(inspector, *seq, *form)?),
        PageRoute::Explain(name) => replies::json(&explain::page(inspector, name)?),
        PageRoute::Sample(event) => replies::json(&bodies::sample(inspector, event)?),
        PageRoute::Validate => replies::json(&bodies::validate(inspector, &parsed(body)?)?),
        PageRoute::Send => replies::json(&send::send(inspector, &parsed(body)?)?),
        PageRoute::Journal => {
            let lines = archives::journal(inspector, &parsed(body)?);
            replies::reply(200, "application/x-ndjson", lines)
        }
        PageRoute::Har => replies::json(&archives::har(inspector, &parsed(body)?)),
        PageRoute::Clear => {
            inspector.clear();
            replies::json(&json!({}))
        }
    })
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, PageRefusal> {
    let parsed = serde_json::from_slice(body);
    parsed.map_err(|error| PageRefusal::new(400, &error.to_string(), "use the page"))
}
