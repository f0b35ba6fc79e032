//! How `listen` shows deliveries: in which format, how much of each, in which time zone.

use super::delivery::{InspectedDelivery, seconds};
use super::for_people::PeopleView;
use super::local_clock::LocalClock;
use super::{BodyShown, Loudness};
use crate::catalogue::Catalogue;
use crate::report::{self, Format, Report, Style};
use crate::time::zone::LocalZone;
use std::sync::Arc;
use std::time::SystemTime;

/// How deliveries are shown.
#[derive(Clone)]
pub(crate) struct PrintSettings {
    pub(super) report: Arc<dyn Report>,
    pub(super) body: BodyShown,
    loudness: Loudness,
    /// Show everything there is, headers and ids included.
    pub(super) machines: bool,
    zone: Arc<LocalZone>,
    catalogue: &'static Catalogue,
}

impl PrintSettings {
    pub(crate) fn new(
        (format, style): (Format, Style),
        (body, loudness): (BodyShown, Loudness),
        zone: LocalZone,
        catalogue: &'static Catalogue,
    ) -> Self {
        let machines = format == Format::Json;
        let body = match body {
            // Half a body is of no use to a program.
            BodyShown::Folded if machines => BodyShown::Full,
            body => body,
        };
        Self {
            report: report::report(format, style).into(),
            body,
            loudness,
            machines,
            zone: Arc::new(zone),
            catalogue,
        }
    }

    /// Whether headers are shown.
    pub(crate) fn shows_headers(&self) -> bool {
        self.machines || self.is_verbose()
    }

    /// Whether all of the request and the answer is shown to people.
    pub(crate) fn is_verbose(&self) -> bool {
        self.loudness == Loudness::Verbose && !self.machines
    }

    /// Whether only what is wrong is shown.
    pub(crate) fn is_quiet(&self) -> bool {
        self.loudness == Loudness::Quiet
    }

    /// The local date and zone at a moment.
    pub(crate) fn day(&self, at: SystemTime) -> String {
        self.zone.at(seconds(at)).day()
    }

    /// What adds to deliveries what people want to see.
    pub(super) fn people(&self) -> PeopleView {
        PeopleView::new(LocalClock::new(Arc::clone(&self.zone)), self.catalogue)
    }

    /// Whether a delivery is shown in one line, which takes no time to render.
    pub(super) fn is_one_line(&self, delivery: &InspectedDelivery) -> bool {
        !self.machines
            && self.body == BodyShown::None
            && self.loudness != Loudness::Verbose
            && delivery.is_good()
            && delivery.forwarded.is_empty()
            && delivery.bodies.iter().all(|body| body.findings.is_empty())
    }
}
