//! Reports what comes of the deliveries of `send` and `replay`, one after the other.

use super::sent_values::heading;
use super::{Context, Outcome, asking};
use crate::error::Error;
use crate::inbound::receiver::Receiver;
use crate::outbound::{
    Attempt, Dispatch, Ending, OutgoingDelivery, SequenceOptions, SequenceUpdate, masked,
    send_sequence,
};
use crate::report::{Detail, Message, SendMessage, SentOrder, SentReport, Totals, Wait};
use std::time::Instant;

/// A batch on its way, with what its outcomes are reported to.
pub(super) struct Delivering<'d, 'c, 'w> {
    pub(super) context: &'d mut Context<'w>,
    pub(super) dispatch: Dispatch<'d, 'c>,
    pub(super) receiver: Option<Receiver>,
    pub(super) report: SentReport,
    pub(super) detail: Detail,
}

impl Delivering<'_, '_, '_> {
    /// Sends one delivery after the other and reports each.
    pub(super) fn sequence(&mut self, options: &SequenceOptions) -> Result<Outcome, Error> {
        let mut totals = Totals {
            skipped: self.dispatch.batch.skipped as u64,
            ..Totals::default()
        };
        let begun = Instant::now();
        let (context, report) = (&mut *self.context, &mut self.report);
        let plan = self.dispatch.plan(options);
        let mut left = (plan.events.len() * plan.first.len()) as u64;
        let heading = heading(&plan, self.receiver.is_some());
        context.print(&report.message(&Message::Send(SendMessage::Heading(&heading))))?;
        let (receiver, detail) = (&self.receiver, self.detail);
        let ending = send_sequence(
            &self.dispatch,
            options,
            plan.first,
            &mut |update| match update {
                SequenceUpdate::Attempted(outgoing, attempt) => {
                    if let Some(receiver) = receiver {
                        receiver.report_deliveries(|message| {
                            let out = report.message(&message);
                            context.print(&out)
                        })?;
                    }
                    left -= u64::from(attempt.number == 1).min(left);
                    let message = attempted(&outgoing, attempt, detail, &mut totals, report);
                    context.print(&message)
                }
                SequenceUpdate::Asking => {
                    context.note(asking::NOTE);
                    Ok(())
                }
                SequenceUpdate::Waiting(wait) => {
                    let wait = Wait {
                        attempt: wait.attempt,
                        real: wait.real,
                        waited: wait.waited,
                    };
                    let out = report.message(&Message::Send(SendMessage::Wait(wait)));
                    context.print(&out)
                }
            },
        )?;
        totals.elapsed = begun.elapsed();
        totals.not_sent = left;
        totals.interrupted = ending == Ending::Interrupted;
        let out = report.message(&Message::Send(SendMessage::Totals(&totals)));
        context.print(&out)?;
        Ok(match ending {
            Ending::AsExpected => Outcome::Good,
            Ending::Unexpected => Outcome::Found,
            Ending::Interrupted => Outcome::Interrupted,
        })
    }
}

/// Counts an attempt, and says what came of it.
fn attempted(
    outgoing: &OutgoingDelivery<'_>,
    attempt: &Attempt,
    detail: Detail,
    totals: &mut Totals,
    report: &mut SentReport,
) -> Vec<u8> {
    let (order, verbose) = (SentOrder::of(outgoing.order), detail == Detail::Verbose);
    let delivery = &outgoing.signed.delivery;
    let request = verbose.then(|| masked(delivery, outgoing.sender));
    let recorded_id = verbose.then(|| outgoing.recorded_id()).flatten();
    let mut sending = outgoing.sending(&order);
    sending.request = request.as_ref();
    sending.recorded_id = recorded_id.as_deref();
    let delivered = attempt.delivered(sending);
    totals.add(&delivered);
    report.message(&Message::Send(SendMessage::Delivered(&delivered)))
}
