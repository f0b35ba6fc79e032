//! Deliveries and bodies that were written down: journals, HTTP archives, raw requests, and files with bodies.
//!
//! - [`journal`]: the file that `listen` writes, one delivery a line
//! - [`har`]: requests out of an HTTP archive
//! - `raw_request`, `header_line`: HTTP requests as text, pasted from a log
//! - `curl_command`, `curl_log`, `shell`: requests in curl commands and in the output of `curl -v`
//! - `ticket`, `body_in_text`, `quoted_printable`: a delivery in a mail, in notes, in all that `curl -v` prints
//! - `walk`, `ignored`, `folder_files`: which files the arguments name, what of a folder is not read, and how the rest is
//!   opened
//! - `found_capture`: one delivery, and where it was found
//! - `reader`: whole deliveries, one after the other, for `log`, `replay` and `verify`
//! - `since`: the time from which on they are chosen
//! - `chunks`, `framing`, `records`: bodies with their places, for `validate`

mod body_in_text;
pub(crate) mod buffer;
pub(crate) mod chunks;
mod curl_command;
mod curl_log;
pub(crate) mod folder_files;
mod follow;
mod found_capture;
pub(crate) mod framing;
pub mod har;
mod header_line;
mod ignored;
pub mod journal;
mod log_list;
mod quoted_printable;
mod raw_request;
pub(crate) mod reader;
pub(crate) mod records;
mod shell;
pub(crate) mod since;
mod ticket;
mod viewer;
pub(crate) mod walk;

pub use journal::{
    Appended, Capture, Captured, CapturedHeader, CapturedSignature, Disturbance, Fingerprints,
    Journal, NoJournal, Numbered, RecordedSignature, Recorder, Sync as JournalSync,
};
