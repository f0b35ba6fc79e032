//! The delivery before about the same order, as `log --history` finds it: by the order's names, and by the provider's ids
//! of the object.

use super::kept::KeptDelivery;
use super::ring::NumberedDelivery;
use crate::catalogue::Catalogue;
use crate::log::{OrderReaders, objects};
use memchr::memmem;

/// What a body calls its order.
struct OrderNames {
    /// In lower case, as people type them.
    names: Vec<String>,
    objects: Vec<(&'static str, String)>,
}

impl OrderNames {
    fn of(
        catalogue: &'static Catalogue,
        orders: &mut OrderReaders,
        delivery: &KeptDelivery,
        text: &[u8],
    ) -> Self {
        let provider = delivery.provider();
        let names = orders.read(catalogue, provider, text).names;
        Self {
            names: names.iter().map(|name| name.to_lowercase()).collect(),
            objects: objects(catalogue, provider, text),
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.names.iter().any(|name| other.names.contains(name))
            || self.objects.iter().any(|id| other.objects.contains(id))
    }
}

/// The last of those deliveries that has another number below this one's and is about the same order.
pub(super) fn before<'d>(
    catalogue: &'static Catalogue,
    this: &NumberedDelivery,
    all: &'d [NumberedDelivery],
) -> Option<&'d NumberedDelivery> {
    let mut orders = OrderReaders::default();
    let text = this.delivery.text();
    let wanted = OrderNames::of(catalogue, &mut orders, &this.delivery, &text);
    let provider = this.delivery.provider()?;
    // Searching for a text is much quicker than reading the body.
    let objects = wanted.objects.iter().map(|(_, id)| id.as_str());
    let names = orders.read(catalogue, Some(provider), &text).names;
    let texts: Vec<&[u8]> = objects
        .chain(names.iter().map(String::as_str))
        .map(|text| text.trim_matches('"').as_bytes())
        .collect();
    all.iter().rev().find(|other| {
        if other.seq >= this.seq || other.delivery.provider() != Some(provider) {
            return false;
        }
        let text = other.delivery.text();
        texts.iter().any(|part| memmem::find(&text, part).is_some())
            && wanted.is_same(&OrderNames::of(
                catalogue,
                &mut orders,
                &other.delivery,
                &text,
            ))
    })
}
