//! Whether the payment of the calibration was taken as paid, or held like a wrong one.
//!
//! A right shop holds what is not the order's price, and a wrong amount from `--order` makes every payment that. It then
//! looks like a shop that compares nothing: a right payment and a wrong one have the same effect.

use super::causes::Cause;
use super::effect::{Effect, Ignored};
use super::judgement::{CaseJudgement, Stop};
use super::trial::Trial;
use crate::report::CaseVerdict;
use rust_decimal::Decimal;
use std::time::Duration;

/// Causes that say of an effect like a payment's that the order was paid.
const PAID_WRONGLY: [Cause; 4] = [
    Cause::AmountNotCompared,
    Cause::CurrencyNotCompared,
    Cause::CountsUnderpaid,
    Cause::ShortPaidAccepted,
];

/// Why the effect of the calibration may not be what paid looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaidDoubt {
    /// Wrong payments have it too.
    SameAsWrong,
    /// The same, and the payments may all be wrong: `--order` answers no amount.
    NoAmount,
}

impl PaidDoubt {
    /// Looks what wrong payments do, unless the user or the effect itself says what paid looks like.
    pub(super) fn about(
        trial: &mut Trial<'_, '_>,
        paid: &Effect,
        ignored: &Ignored,
        quiet: Duration,
    ) -> Result<Option<Self>, Stop> {
        let session = trial.session;
        if session.paid.is_some() || !session.makes_orders() || paid.means_paid() {
            return Ok(None);
        }
        let paid = paid.besides_amounts();
        let mut doubt = None;
        for is_other_currency in [false, true] {
            let order = trial.order()?;
            let body = session.deliveries.paid(&order);
            let facts = session.deliveries.facts;
            let wrong = if is_other_currency {
                let weak = if order.currency() == Some("VND") {
                    "IDR"
                } else {
                    "VND"
                };
                facts.in_currency(&body, weak)
            } else {
                // Not a hundredth: that is the right amount where `--order` answers in cents.
                facts.scaled(&body, Decimal::new(9, 1))
            };
            if wrong == body {
                continue;
            }
            let before = trial.state(&order)?;
            trial.deliver(&session.deliveries.signed(wrong))?;
            let effect = trial.settled(&order, &before, ignored, quiet)?;
            if !effect.includes(&paid) && !effect.grew_like(&paid) {
                return Ok(None);
            }
            doubt = Some(match order.amount() {
                Some(_) => Self::SameAsWrong,
                None => Self::NoAmount,
            });
        }
        Ok(doubt)
    }

    /// The judgement without the certainty that is not there.
    pub(super) fn weakened(self, mut judgement: CaseJudgement) -> CaseJudgement {
        let is_meant = judgement
            .cause
            .is_some_and(|cause| PAID_WRONGLY.contains(&cause));
        if is_meant {
            if judgement.verdict == CaseVerdict::Fail {
                judgement.verdict = CaseVerdict::Inconclusive;
            }
            judgement.cause = Some(Cause::PaidOrHeld);
            judgement.fix = Some(self.fix().to_owned());
        }
        judgement
    }

    /// The doubt and what to do, for the report.
    pub(super) fn note(self) -> String {
        format!(
            "Payments of another amount and in another currency have the same effect: either nothing is compared, or \
             genuine payments were not taken as paid either. Until that is known, a pass in state or crash means \
             little. {}",
            self.fix()
        )
    }

    fn fix(self) -> &'static str {
        match self {
            Self::SameAsWrong => {
                "Check that --order answers with the amount and the currency of the order (49.90, not cents), or say \
                 what a paid order looks like, as in --paid /status=paid. If it is really paid, compare the amount and \
                 the currency with the order's."
            }
            Self::NoAmount => {
                "Let --order answer with the order's amount and currency, or say what a paid order looks like, as in \
                 --paid /status=paid."
            }
        }
    }
}
