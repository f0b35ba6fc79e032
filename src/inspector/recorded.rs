//! What the page shows of a delivery that was recorded earlier.

use super::arrived::accepts;
use super::row::{DeliveryRow, RowAnswer, RowOrder, RowSignature};
use crate::capture::Captured;
use crate::capture::reader::{CaptureKind, FoundCapture};
use crate::catalogue::Catalogue;
use crate::log::EntryReader;
use crate::report::{LogMessage, LoggedAnswer, LoggedDelivery, Message};
use serde_json::{Value, json};
use std::sync::Arc;

/// A delivery out of a file.
pub(super) struct RecordedDelivery {
    source: Arc<str>,
    record: u64,
    kind: CaptureKind,
    pub(super) captured: Captured,
    /// Its row, but for `seq` and `rev`.
    pub(super) row: DeliveryRow,
}

impl RecordedDelivery {
    /// The next delivery of a file; `reader` knows those before, and `id` tells the id of one by its number.
    pub(super) fn read(
        found: FoundCapture<'_>,
        source: &Arc<str>,
        reader: &mut EntryReader,
        catalogue: &Catalogue,
        id: impl Fn(u64) -> Option<String>,
    ) -> Self {
        let line = reader.line(&found);
        let earlier = |number: u64| id(number).unwrap_or_else(|| number.to_string());
        let row = DeliveryRow {
            duplicate_of: line.marks.duplicate_of.map(earlier),
            same_id_as: line.marks.same_id_as.map(earlier),
            ..row(&line, &found.captured, catalogue)
        };
        Self {
            source: Arc::clone(source),
            record: found.record,
            kind: found.kind,
            captured: found.captured,
            row,
        }
    }

    pub(super) fn found(&self) -> FoundCapture<'_> {
        FoundCapture {
            source: &self.source,
            record: self.record,
            kind: self.kind,
            captured: self.captured.clone(),
        }
    }

    /// About how many bytes of memory it takes.
    pub(super) fn weight(&self) -> usize {
        // What is about the same for all deliveries.
        const REST: usize = 2 * 1024;
        let headers = self.captured.headers.iter();
        let headers: usize = headers
            .map(|header| header.name.len() + header.value.as_ref().map_or(0, String::len))
            .sum();
        REST + self.captured.body.len() + headers
    }

    /// All of it, as `log --format json` prints it, in the words of `listen`.
    pub(super) fn whole(&self, reader: &mut EntryReader) -> Value {
        let found = self.found();
        let mut whole = reader.again(&found, |whole| {
            super::json_of(&Message::Log(LogMessage::Whole(whole)))
        });
        let verified = whole["verified"].take();
        for field in ["explanation", "fix"] {
            whole["signature"][field] = verified[field].clone();
        }
        if whole["signature"]["reason"].is_null() {
            whole["signature"]["reason"] = verified["reason"].clone();
        }
        let status = self.captured.status;
        whole["answered"] = status.map_or(
            Value::Null,
            |status| json!({ "status": status, "headers": [], "body": null }),
        );
        whole["forwards"] = json!([]);
        whole["compressed"] = self.captured.unpacked.into();
        whole
    }
}

fn row(line: &LoggedDelivery<'_>, captured: &Captured, catalogue: &Catalogue) -> DeliveryRow {
    let (status, reason) = match &line.answer {
        Some(LoggedAnswer::Status(status, reason)) => (Some(*status), reason.clone()),
        Some(LoggedAnswer::Nothing(reason)) => (None, reason.clone()),
        None => (None, None),
    };
    DeliveryRow {
        number: Some(line.number),
        id: line.id.clone().unwrap_or_else(|| line.number.to_string()),
        received_at: line.received_at.clone().unwrap_or_default(),
        source: Some(line.source.to_owned()),
        provider: line.provider.map(str::to_owned),
        event: line.event.clone(),
        order: RowOrder::of(line.order.clone()),
        signature: RowSignature {
            verdict: line.signature.name(),
            reason: line.reason.clone(),
        },
        errors: line.errors,
        warnings: line.warned.iter().map(|rule| rule.name()).collect(),
        bytes: captured.body.len(),
        out_of_order: line.marks.out_of_order,
        after_end: line.marks.after_end,
        accepted: status.map(|status| accepts(catalogue, line.provider, status)),
        answer: RowAnswer {
            status,
            reason,
            latency_ms: None,
        },
        ..DeliveryRow::default()
    }
}
