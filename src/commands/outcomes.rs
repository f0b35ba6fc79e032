//! Reports what comes of the deliveries of `send` and `replay`, one by one or as a burst.

use super::{Context, Outcome};
use crate::error::Error;
use crate::inbound::receiver::Receiver;
use crate::outbound::{
    BurstOptions, Dispatch, Ending, ExpectedAnswer, OutgoingDelivery, SequenceOptions,
    SequenceUpdate, send_burst, send_sequence,
};
use crate::report::{
    BurstTotals, Delivered, FORGED_ACCEPTED, Format, Message, Progress, SendMessage, Sending,
    Totals, Wait,
};
use std::time::Instant;

/// A batch on its way, with what its outcomes are reported to.
pub(super) struct Delivering<'d, 'c, 'w> {
    pub(super) context: &'d mut Context<'w>,
    pub(super) dispatch: Dispatch<'d, 'c>,
    pub(super) receiver: Option<Receiver>,
    pub(super) format: Format,
}

impl Delivering<'_, '_, '_> {
    /// Sends one delivery after the other and reports each.
    pub(super) fn sequence(&mut self, options: &SequenceOptions) -> Result<Outcome, Error> {
        let (context, receiver, format) = (&mut *self.context, &self.receiver, self.format);
        let mut totals = Totals {
            skipped: self.dispatch.batch.skipped as u64,
            ..Totals::default()
        };
        let begun = Instant::now();
        let ending = send_sequence(&self.dispatch, options, &mut |update| match update {
            SequenceUpdate::Sending(outgoing) => {
                let sending = sending(&outgoing, receiver.is_some());
                context.say(format, [Message::Send(SendMessage::Sending(sending))])
            }
            SequenceUpdate::Attempted(outgoing, attempt) => {
                if let Some(receiver) = receiver {
                    receiver.report_deliveries(|message| context.say(format, [message]))?;
                }
                let delivered = Delivered {
                    sending: sending(&outgoing, receiver.is_some()),
                    attempt: attempt.number,
                    sent: &attempt.sent,
                    accepted: attempt.judgement.accepted,
                    as_expected: attempt.judgement.as_expected,
                    reason: attempt.judgement.reason.as_deref(),
                    hint: attempt.judgement.hint.as_deref(),
                    why: attempt.judgement.why.as_ref(),
                };
                totals.add(&delivered);
                context.say(format, [Message::Send(SendMessage::Delivered(&delivered))])
            }
            SequenceUpdate::Waiting(wait) => {
                let wait = Wait {
                    attempt: wait.attempt,
                    real: wait.real,
                    waited: wait.waited,
                };
                context.say(format, [Message::Send(SendMessage::Wait(wait))])
            }
        })?;
        totals.elapsed = begun.elapsed();
        totals.interrupted = ending == Ending::Interrupted;
        // For a single delivery its own lines are enough.
        if totals.sent != 1 || totals.skipped > 0 || totals.interrupted || format == Format::Json {
            context.say(format, [Message::Send(SendMessage::Totals(&totals))])?;
        }
        Ok(match ending {
            Ending::AsExpected => Outcome::Good,
            Ending::Unexpected => Outcome::Found,
            Ending::Interrupted => Outcome::Interrupted,
        })
    }

    /// Sends a burst to one target after the other and reports each.
    pub(super) fn burst(
        &mut self,
        options: BurstOptions,
        expect: Option<ExpectedAnswer>,
    ) -> Result<Outcome, Error> {
        if let Some(receiver) = &self.receiver {
            receiver.only_count();
        }
        let step = &self.dispatch.batch.steps[0];
        let sender = self.dispatch.batch.sender(step);
        let mut worst = Outcome::Good;
        for route in &self.dispatch.routes {
            let stderr = &mut self.context.world.stderr;
            let terminal = stderr.terminal.then_some(&mut *stderr.writer);
            let mut progress = Progress::new(terminal.map(|writer| writer as _), options.count);
            let result = send_burst(&self.dispatch, route, options, &mut |done| {
                progress.at(done);
            });
            progress.clear();
            let totals = BurstTotals {
                event: step.event.as_deref(),
                target: &result.target,
                statuses: &result.tally.statuses,
                faults: &result.tally.faults,
                latency: &result.tally.latency,
                late: result.tally.late.as_ref(),
                elapsed: result.tally.elapsed,
                interrupted: result.tally.interrupted,
                limit: result.limit,
                success: sender.expectation.as_slice(),
                bytes: result.bytes,
                rate: options.rate,
                verified: self.receiver.as_ref().map(Receiver::good),
            };
            self.context
                .say(self.format, [Message::Send(SendMessage::Burst(&totals))])?;
            let (sent, accepted, ..) = totals.counts();
            if result.tally.interrupted {
                return Ok(Outcome::Interrupted);
            }
            let signed = self.dispatch.sample(step, route);
            let forged = self.dispatch.forged(sender, &signed);
            let expected = match (expect, &forged) {
                (Some(expect), _) => totals.count(|status| sender.meets(expect, status)),
                (None, Some(_)) => 0,
                (None, None) => accepted,
            };
            if expected < sent || sent == 0 {
                worst = Outcome::Found;
            }
            if let Some(why) = forged.filter(|_| accepted > 0 && expected < sent) {
                self.context.note(&format!(
                    "{FORGED_ACCEPTED} ({why}); if it should, add --expect accepted"
                ));
            }
        }
        Ok(worst)
    }
}

fn sending<'a>(outgoing: &OutgoingDelivery<'a>, built_in: bool) -> Sending<'a> {
    Sending {
        id: outgoing.id,
        event: outgoing.step.event.as_deref(),
        target: outgoing.target,
        built_in,
        step: outgoing.place,
        copy: outgoing.copy,
        scheme: outgoing.scheme,
        forged: outgoing.forged,
        by_user: outgoing.by_user,
        signature: outgoing.signed.signature(),
        bytes: outgoing.signed.delivery.body.len(),
    }
}
