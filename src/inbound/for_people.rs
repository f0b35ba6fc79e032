//! What people are shown of a delivery beside what machines get: times on a local clock, the order and its amount, and on
//! request the answer.

use super::delivery::InspectedDelivery;
use super::local_clock::LocalClock;
use crate::body::{FactAmount, OrderAmounts, OrderFacts, OrderReader};
use crate::catalogue::Catalogue;
use crate::catalogue::manifest::Manifest;
use crate::http::{Header, Reply};
use crate::redact::headers::HeaderRedactor;
use crate::report::{GivenAnswer, ReceivedDelivery, ShownAmount, ShownExchange};
use std::borrow::Cow;

/// Adds to the views of deliveries what people want to see.
pub(super) struct PeopleView {
    catalogue: &'static Catalogue,
    pub(super) clock: LocalClock,
    /// By the names of the providers.
    orders: Vec<(&'static str, OrderReader<'static>)>,
}

impl PeopleView {
    pub(super) fn new(clock: LocalClock, catalogue: &'static Catalogue) -> Self {
        let manifests = catalogue.providers().iter().map(|known| &known.manifest);
        let reader = |manifest: &'static Manifest| (&*manifest.name, OrderReader::new(manifest));
        Self {
            catalogue,
            clock,
            orders: manifests.map(reader).collect(),
        }
    }

    /// Adds the time, the order and its amount.
    pub(super) fn add(
        &self,
        view: &mut ReceivedDelivery<'_>,
        delivery: &InspectedDelivery,
        redactor: &HeaderRedactor,
    ) {
        let now = delivery.at;
        view.clock = self.clock.at(now).clock().to_owned();
        let marks = &delivery.marks;
        for (original, earlier) in [
            (&mut view.duplicate_of, marks.duplicate_of),
            (&mut view.same_id_as, marks.same_id_as),
        ] {
            if let (Some(original), Some(earlier)) = (original, earlier) {
                original.clock = self.clock.earlier(earlier.at, now);
            }
        }
        if let Some(order) = self.order(delivery) {
            let name = order.names().next();
            view.order = name.map(|name| redactor.text(&name).into_owned());
            view.amount = money(&order.amounts()).map(|amount| match redactor.text(&amount) {
                Cow::Owned(harmless) => harmless,
                Cow::Borrowed(_) => amount,
            });
        }
    }

    /// The facts about the provider whose body a delivery has.
    pub(super) fn manifest(&self, delivery: &InspectedDelivery) -> Option<&'static Manifest> {
        let provider = delivery.bodies.first()?.provider?;
        let known = self.catalogue.provider(provider).ok()?;
        Some(&known.manifest)
    }

    fn order<'d>(&self, delivery: &'d InspectedDelivery) -> Option<OrderFacts<'_, 'd>> {
        let provider = delivery.bodies.first()?.provider?;
        let (_, reader) = self.orders.iter().find(|(known, _)| *known == provider)?;
        let text = simdutf8::basic::from_utf8(delivery.text()).ok()?;
        Some(reader.facts(text, delivery.layout.as_ref()))
    }
}

/// The amount of an order, and what was paid, as people read it.
fn money(amounts: &OrderAmounts<'_>) -> Option<String> {
    fn shown<'f>(found: &'f Option<FactAmount<'_>>) -> Option<ShownAmount<'f>> {
        found.as_ref().map(|found| ShownAmount {
            amount: &found.amount,
            currency: found.currency.as_deref(),
        })
    }
    let OrderAmounts {
        amount,
        payment,
        due,
    } = amounts;
    shown(amount).map(|amount| amount.with_payment(shown(payment), shown(due)))
}

/// The answer to a delivery.
pub(crate) fn exchange(delivery: &InspectedDelivery, redactor: &HeaderRedactor) -> ShownExchange {
    let reply = delivery.reply.as_ref();
    ShownExchange {
        answer: reply.map(|reply| shown_reply(reply, redactor)),
    }
}

/// An answer without the secrets in it.
pub(crate) fn shown_reply(reply: &Reply, redactor: &HeaderRedactor) -> GivenAnswer {
    let header = |(name, value): (&str, &[u8])| {
        redactor.over(Header {
            name: name.to_owned(),
            value: String::from_utf8_lossy(value).into_owned(),
            secret: None,
        })
    };
    GivenAnswer {
        status: reply.status.as_u16(),
        headers: reply.headers.iter().map(header).collect(),
        body: redactor
            .body(&reply.body)
            .map_or_else(|| reply.body.to_vec(), |redacted| redacted.text),
    }
}
