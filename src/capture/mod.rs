//! What was written down: journals, HTTP archives, bodies and folders of them; written by `listen` and read by
//! `validate` and `replay`.

pub(crate) mod deliveries;
pub mod har;
pub mod journal;
pub(crate) mod pool;
pub(crate) mod records;
pub(crate) mod sources;
pub(crate) mod stream;

pub use journal::{
    Appended, Capture, Captured, CapturedHeader, CapturedSignature, Disturbance, Fingerprints,
    Journal, NoJournal, Recorder, Sync as JournalSync,
};
