//! Deliveries and bodies that were written down: journals, HTTP archives, and files with bodies.
//!
//! - [`journal`]: the file that `listen` writes, one delivery a line
//! - [`har`]: requests out of an HTTP archive
//! - `walk`: which files the arguments name
//! - `reader`: whole deliveries, one after the other, for `replay`
//! - `chunks`, `framing`, `records`: bodies with their places, for `validate`

pub(crate) mod buffer;
pub(crate) mod chunks;
pub(crate) mod framing;
pub mod har;
pub mod journal;
pub(crate) mod reader;
pub(crate) mod records;
pub(crate) mod walk;

pub use journal::{
    Appended, Capture, Captured, CapturedHeader, CapturedSignature, Disturbance, Fingerprints,
    Journal, NoJournal, Recorder, Sync as JournalSync,
};
