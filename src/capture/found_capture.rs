//! A delivery that was found in a file: where it was, and how it was written down.

use super::Captured;

/// A delivery that was found, and where.
pub(crate) struct FoundCapture<'n> {
    /// The file as the user named it, or `<stdin>`.
    pub(crate) source: &'n str,
    /// Its 1-based number within the source.
    pub(crate) record: u64,
    pub(crate) kind: CaptureKind,
    pub(crate) captured: Captured,
}

/// How a delivery was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaptureKind {
    /// By a program that received it: its bytes are those that arrived.
    Recorded,
    /// As a raw HTTP request, probably by hand.
    Request,
    /// As a JSON value inside a log's, so that a program may have printed it anew.
    Parsed,
    /// As a body alone.
    Body,
}

impl FoundCapture<'_> {
    /// Whether the file has neither a delivery nor anything like a body.
    pub(crate) fn is_something_else(&self) -> bool {
        let text = std::str::from_utf8(&self.captured.body).unwrap_or_default();
        let text = text.trim_start_matches('\u{feff}').trim_start();
        self.kind == CaptureKind::Body && !text.starts_with(['{', '['])
    }
}
