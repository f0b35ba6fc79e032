//! The page of `listen --inspect` and of `inspect`: deliveries in a list and in detail, live, and sent again from it.
//!
//! A server of its own, on a thread of its own and by default on loopback, so that nothing here holds up a delivery. A
//! request passes `access` and `routes` on that thread (`handler`), is answered by `api` on another, where only
//! sending takes time; a page that waits for the next delivery waits in `handler`. What is shown is `kept` in the
//! `ring`: deliveries that `arrived`, which are `packed`, or that were `recorded`; `older` ones are read from the journal when
//! they are asked for. The page itself is in `page`, and `assets` serves it.

mod access;
mod api;
mod arrived;
mod assets;
mod door;
mod handler;
mod kept;
mod older;
mod packed;
mod recorded;
mod replies;
mod ring;
mod routes;
mod row;
mod same_order;
mod server;
mod settings;
mod source;
mod state;

pub(crate) use server::{InspectorServer, OpenedDoor, own_port};
pub(crate) use settings::InspectorSettings;
pub(crate) use source::{FilesRead, may_grow};

use crate::report::{Format, Message, Paint, Style, report};
use serde_json::Value;

/// How a message looks as a line of JSON.
fn json_of(message: &Message<'_>) -> Value {
    // Every message here makes one line, which is JSON.
    serde_json::from_slice(&rendered(message, Format::Json)).unwrap_or_default()
}

/// A message for machines or people.
fn rendered(message: &Message<'_>, format: Format) -> Vec<u8> {
    let style = Style {
        paint: Paint::new(false),
        width: 80,
        wrapped: true,
        verbose: false,
    };
    let mut out = Vec::new();
    report(format, style).message(message, &mut out);
    out
}
