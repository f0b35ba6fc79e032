//! Reports what comes of a burst of `send`.

use super::Outcome;
use super::outcomes::Delivering;
use crate::error::Error;
use crate::inbound::receiver::Receiver;
use crate::outbound::{BurstOptions, BurstResult, ExpectedAnswer, Sender, Step, send_burst};
use crate::report::{BurstTotals, Detail, FORGED_ACCEPTED, Message, Progress, SendMessage};

impl Delivering<'_, '_, '_> {
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
            let verified = self.receiver.as_ref().map(Receiver::good);
            let totals = totals(step, sender, &result, options.rate, verified);
            let (sent, accepted, ..) = totals.counts();
            let signed = self.dispatch.sample(step, route);
            let forged = self.dispatch.forged(sender, &signed);
            let unsure = totals.count(|status| matches!(status, 401 | 403)) > 0 && forged.is_none();
            let can_be_asked = signed.signature().is_some() && route.is_loopback();
            let hint = "send one with --why to find out what your endpoint verifies instead";
            let totals = BurstTotals {
                hint: (unsure && can_be_asked && expect.is_none()).then_some(hint),
                ..totals
            };
            let expected = match (expect, &forged) {
                (Some(expect), _) => totals.count(|status| sender.meets(expect, status)),
                (None, Some(_)) => 0,
                (None, None) => accepted,
            };
            let wrong = expected < sent || sent == 0;
            let interrupted = result.tally.interrupted;
            if wrong || interrupted || self.detail != Detail::Quiet {
                let message = Message::Send(SendMessage::Burst(&totals));
                self.context.print(&self.report.message(&message))?;
            }
            if interrupted {
                return Ok(Outcome::Interrupted);
            }
            if wrong {
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

/// What came of a burst to one target.
fn totals<'r>(
    step: &'r Step,
    sender: &'r Sender<'_>,
    result: &'r BurstResult,
    rate: Option<f64>,
    verified: Option<u64>,
) -> BurstTotals<'r> {
    let tally = &result.tally;
    BurstTotals {
        event: step.event.as_deref(),
        target: &result.target,
        statuses: &tally.statuses,
        faults: &tally.faults,
        latency: &tally.latency,
        late: tally.late.as_ref(),
        elapsed: tally.elapsed,
        interrupted: tally.interrupted,
        limit: result.limit,
        success: sender.expectation.as_slice(),
        bytes: result.bytes,
        rate,
        verified,
        hint: None,
    }
}
