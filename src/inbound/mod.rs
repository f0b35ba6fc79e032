//! What arrives: `listen`, and the built-in receiver of `send`.
//!
//! A request ([`crate::http::IncomingRequest`]) passes the `gate`, becomes an inspected delivery (`inspector`, compared
//! with earlier ones by `history`), is answered (`answers`, `forwards`), recorded (`journal`), and published to every
//! `watcher`. `handler` is that way. The `printer` is a watcher with a thread of its own, so that a slow reader of the
//! output does not delay a sender; the page of `--inspect` is another.

mod answers;
pub(crate) mod changes;
mod day_line;
mod delivery;
pub(crate) mod diagnosis;
mod for_people;
mod forwards;
mod gate;
mod goals;
mod handler;
pub(crate) mod history;
pub(crate) mod inspection;
mod journal;
mod listener;
mod local_clock;
mod options;
mod print_queue;
mod print_settings;
mod printer;
pub(crate) mod receiver;
#[cfg(test)]
mod tests;
mod turned_away;
mod watcher;

pub(crate) use answers::Answers;
pub(crate) use delivery::{InspectedDelivery, written};
pub(crate) use for_people::{exchange, shown_reply};
pub(crate) use forwards::{Forwards, route_to};
pub(crate) use goals::Goals;
pub(crate) use inspection::DeliveryInspector;
pub(crate) use journal::OpenJournal;
pub(crate) use listener::{DeliveryListener, InspectorPage, RunEnd, bind};
pub(crate) use options::{
    AnswerOptions, BodyShown, ForwardOptions, ForwardTarget, JournalOptions, Loudness, UntilOptions,
};
pub(crate) use print_settings::PrintSettings;
pub(crate) use watcher::Watcher;
