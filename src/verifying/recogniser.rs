//! Recognises the provider and the event of a delivery by its body, even if copying changed that.

use super::checked_delivery::CheckedDelivery;
use super::paste;
use super::verifier::VerifierSettings;
use crate::catalogue::Catalogue;
use crate::http::inflated;
use crate::lint::{Levels, Linter, Scratch};
use std::cell::RefCell;

/// The largest body that is decompressed to be recognised.
const MOST_UNPACKED: usize = 16 << 20;

/// Recognises deliveries.
pub(super) struct DeliveryRecogniser {
    catalogue: &'static Catalogue,
    /// The only provider whose bodies are recognised.
    only: Option<&'static str>,
    linter: Linter<'static>,
    scratch: RefCell<Scratch>,
}

impl DeliveryRecogniser {
    pub(super) fn new(settings: &VerifierSettings) -> Self {
        let mut linter = Linter::new(settings.catalogue.providers(), Levels::default()).at_most(1);
        if let Some(provider) = settings.provider {
            linter = linter.narrow(provider);
        }
        Self {
            catalogue: settings.catalogue,
            only: settings.provider,
            linter,
            scratch: RefCell::default(),
        }
    }

    /// The provider that sent a delivery, and its event.
    pub(super) fn recognise(
        &self,
        delivery: &CheckedDelivery<'_>,
    ) -> (Option<&'static str>, Option<String>) {
        let captured = &delivery.found.captured;
        let named = captured.event.as_deref();
        if let Some(entry) = named.and_then(|name| self.catalogue.event(name).ok()) {
            return (Some(&entry.provider.manifest.name), Some(entry.name()));
        }
        let unpacked = inflated(&captured.body, MOST_UNPACKED);
        let mut found = self.recognise_text(unpacked.as_deref().unwrap_or(&captured.body));
        if found.1.is_none() && delivery.may_be_copied() {
            let repaired = paste::repaired(&captured.body).into_iter();
            let texts = repaired.map(|(text, _)| self.recognise_text(text.as_bytes()));
            // An event tells more than a provider, which a part of the body may give away.
            let better = texts.filter(|text| text.0.is_some());
            found = better
                .max_by_key(|text| text.1.is_some())
                .filter(|text| found.0.is_none() || text.1.is_some())
                .unwrap_or(found);
        }
        (found.0.or(self.only), found.1)
    }

    fn recognise_text(&self, text: &[u8]) -> (Option<&'static str>, Option<String>) {
        let mut found = (None, None);
        self.linter
            .lint(text, &mut self.scratch.borrow_mut(), &mut |body| {
                if found.0.is_none() {
                    let name = body.provider.zip(body.event);
                    let name = name.map(|(provider, event)| format!("{provider}/{event}"));
                    found = (body.provider, name);
                }
            });
        found
    }
}
