//! A delivery of a sequence that is ready to be sent to one target, with what is shown of it.

use super::Dispatch;
use super::batch::Step;
use super::signed::SignedDelivery;
use super::targets::RoutedTarget;
use crate::body::OrderView;
use crate::redact::Redactor;
use std::sync::Arc;

/// A delivery that is ready to be sent.
pub(crate) struct ReadyDelivery {
    pub(super) signed: SignedDelivery,
    /// Hides the secrets that it carries.
    pub(super) redactor: Arc<Redactor>,
    /// The target, without secrets.
    pub(crate) target: String,
    /// The order that its body is about, without secrets.
    pub(super) order: OrderView,
}

impl Dispatch<'_, '_> {
    /// Makes a delivery of a step ready for a target.
    pub(super) fn ready(&self, step: &Step, route: &RoutedTarget) -> ReadyDelivery {
        let sender = self.batch.sender(step);
        let signed = self.sample(step, route);
        let redactor = sender.redactor(&signed.delivery);
        let target = signed.delivery.target.to_string();
        let order = sender.order(&signed.delivery.body);
        ReadyDelivery {
            target: redactor.text(&target).into_owned(),
            order: without_secrets_in(order, &redactor),
            signed,
            redactor,
        }
    }
}

/// What a body says about its order, with stars in place of secrets.
fn without_secrets_in(mut order: OrderView, redactor: &Redactor) -> OrderView {
    let hide = |text: &mut String| *text = redactor.text(text).into_owned();
    order.names.iter_mut().for_each(hide);
    [&mut order.amount, &mut order.currency]
        .into_iter()
        .flatten()
        .for_each(hide);
    for payment in [&mut order.payment, &mut order.due].into_iter().flatten() {
        hide(&mut payment.amount);
        payment.currency.as_mut().map(hide);
    }
    order
}
