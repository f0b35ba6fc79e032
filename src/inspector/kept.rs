//! A delivery that is kept for the page: one that arrived here, or one that was recorded.

use super::arrived::captured;
use super::packed::PackedDelivery;
use super::recorded::RecordedDelivery;
use crate::capture::reader::{CaptureKind, FoundCapture};
use crate::log::decompressed;
use std::borrow::Cow;

/// A delivery of either kind.
pub(super) enum KeptDelivery {
    Arrived(PackedDelivery),
    Recorded(Box<RecordedDelivery>),
}

impl KeptDelivery {
    /// About how many bytes of memory it takes.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Arrived(delivery) => delivery.weight(),
            Self::Recorded(delivery) => delivery.weight(),
        }
    }

    pub(super) fn provider(&self) -> Option<&str> {
        match self {
            Self::Arrived(delivery) => delivery.provider(),
            Self::Recorded(delivery) => delivery.row.provider.as_deref(),
        }
    }

    /// The id that a file has of it.
    pub(super) fn recorded_id(&self) -> Option<String> {
        match self {
            Self::Recorded(delivery) => Some(delivery.row.id.clone()),
            Self::Arrived(_) => None,
        }
    }

    /// The body, decompressed. Secrets are still in it.
    pub(super) fn text(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Arrived(delivery) => Cow::Borrowed(delivery.text()),
            Self::Recorded(delivery) => decompressed(&delivery.captured),
        }
    }

    /// The body as it came.
    pub(super) fn body(&self) -> &[u8] {
        match self {
            Self::Arrived(delivery) => delivery.body(),
            Self::Recorded(delivery) => &delivery.captured.body,
        }
    }

    /// Whether a text, which is in lower case, stands in the path or a header.
    pub(super) fn has_in_head(&self, text: &str) -> bool {
        let has =
            |name: &str, value: &str| format!("{name}: {value}").to_lowercase().contains(text);
        match self {
            Self::Arrived(delivery) => {
                let request = delivery.unpacked().request;
                request.target().to_lowercase().contains(text)
                    || request
                        .headers()
                        .any(|(name, value)| has(name, &String::from_utf8_lossy(value)))
            }
            Self::Recorded(delivery) => {
                let captured = &delivery.captured;
                let target = captured.target.as_deref().unwrap_or_default();
                target.to_lowercase().contains(text)
                    || captured.headers.iter().any(|header| {
                        has(&header.name, header.value.as_deref().unwrap_or_default())
                    })
            }
        }
    }

    /// The same as it would be read from a journal that keeps secrets, to be sent again.
    pub(super) fn capture(&self) -> FoundCapture<'_> {
        match self {
            Self::Arrived(delivery) => FoundCapture {
                source: "the page",
                record: delivery.number() + 1,
                kind: CaptureKind::Recorded,
                captured: captured(&delivery.unpacked()),
            },
            Self::Recorded(delivery) => delivery.found(),
        }
    }
}
