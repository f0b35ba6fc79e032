//! Genuine deliveries in every form that HTTP and JSON allow: a right endpoint accepts them.
//!
//! Each variant differs from the usual payment in one way, so that the one that is refused names what decides. A refusal
//! counts only if the same payment is accepted in its usual form. Where a mistake in the check of signatures would
//! explain it, the variant is sent once more, signed as an endpoint with that mistake expects it: if that is accepted, the
//! mistake is proven.

pub(super) mod edits;
mod numbers;
mod shape;
mod text;
mod transport;

use super::Run;
use crate::cases::Case;
use crate::http::{ExactRequest, Manner};
use crate::judge::causes::Cause;
use crate::judge::deliveries::Deliveries;
use crate::judge::judgement::{CaseJudgement, Stop};
use crate::judge::order::Order;
use crate::judge::trial::Trial;
use crate::report::CaseVerdict;
use std::time::Duration;

/// The work of a case of this group.
pub(super) fn of(case: Case) -> Option<Run> {
    Some(match case {
        Case::LowercaseHeader => |trial| accepts(trial, &[transport::lowercase]),
        Case::Split => |trial| accepts(trial, &[transport::split, transport::split_character]),
        Case::Text => |trial| accepts(trial, &[text::accents, text::cyrillic, text::emoji]),
        Case::Escaped => |trial| accepts(trial, &[text::slash, text::euro, text::pair]),
        Case::Spaces => |trial| accepts(trial, &[shape::indented, shape::final_newline]),
        Case::KeyOrder => |trial| accepts(trial, &[shape::reversed]),
        Case::ExtraField => |trial| accepts(trial, &[shape::scalar, shape::object, shape::list]),
        Case::Nullable => shape::nullable,
        Case::Decimal => |trial| {
            accepts(
                trial,
                &[numbers::zeros, numbers::decimals, numbers::exponent],
            )
        },
        Case::LongNumber => numbers::long,
        Case::Quotes => |trial| {
            accepts(
                trial,
                &[text::apostrophe, text::quote, text::markup, text::dashes],
            )
        },
        Case::Charset => |trial| {
            accepts(
                trial,
                &[transport::charset, transport::plain, transport::no_type],
            )
        },
        Case::Chunked => |trial| accepts(trial, &[transport::chunked]),
        Case::Expect => |trial| accepts(trial, &[transport::expect]),
        Case::Http10 => |trial| accepts(trial, &[transport::http10]),
        Case::DuplicateKeys => |trial| accepts(trial, &[shape::twice]),
        Case::LongBody => |trial| accepts(trial, &[shape::long]),
        _ => return None,
    })
}

/// Makes a variant of the payment of an order; `None` where the provider's bodies have no place for it.
type MakeVariant = fn(&Deliveries<'_>, &Order) -> Option<Variant>;

/// A genuine payment in an unusual form.
struct Variant {
    /// What is unusual, as in "a genuine payment WORDS".
    words: String,
    request: ExactRequest,
    travels: Travels,
    refusal: WhenRefused,
    /// The cause of a refusal that no mistake below explains.
    cause: Cause,
    /// Mistakes in the check of signatures, with the body that each would take for the signed one.
    mistakes: Vec<(Cause, Vec<u8>)>,
    usual: Usual,
    /// The request as curl can send it, where that is another one.
    shown: Option<ExactRequest>,
}

/// How a variant leaves.
enum Travels {
    Whole,
    /// In pieces of the body that end here.
    Pieces(Vec<usize>),
    /// With `Expect: 100-continue`.
    Expect,
}

/// What a refusal means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WhenRefused {
    Fails,
    /// A refusal with 4xx may be a choice; an error is none.
    CrashFails,
    /// The same, but strict users may mind.
    CrashFailsElseStrict,
    Advice,
    /// As advice, and this status is a right answer too.
    AdviceUnless(u16),
    /// A refusal with 4xx is as right as acceptance, and an error is advice.
    CrashAdvice,
}

/// What must be accepted for a refusal to count.
enum Usual {
    /// The payment of the same order in its usual form.
    Payment,
    /// This request; where it is refused too, another case judges it.
    Request(Box<ExactRequest>, Case),
}

impl Variant {
    /// A payment with that body, rightly signed.
    fn new(
        deliveries: &Deliveries<'_>,
        words: impl Into<String>,
        body: impl Into<Vec<u8>>,
        refusal: WhenRefused,
        cause: Cause,
    ) -> Self {
        Self {
            words: words.into(),
            request: deliveries.signed(body),
            travels: Travels::Whole,
            refusal,
            cause,
            mistakes: Vec::new(),
            usual: Usual::Payment,
            shown: None,
        }
    }

    /// An endpoint that prints the JSON again before it checks the signature would sign this.
    fn reprinted(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.mistakes.push((Cause::ReserialisedBody, body.into()));
        self
    }

    fn manner(&self) -> Manner<'_> {
        // Long enough to arrive apart, short enough for a quick run.
        const PAUSE: Duration = Duration::from_millis(40);
        match &self.travels {
            Travels::Whole => Manner::Whole,
            Travels::Pieces(ends) => Manner::Pieces(ends, PAUSE),
            Travels::Expect => Manner::Expect,
        }
    }
}

/// Sends variants of the payment, each for an order of its own, until one is refused in a way that fails.
fn accepts(trial: &mut Trial<'_, '_>, makes: &[MakeVariant]) -> Result<CaseJudgement, Stop> {
    let event = trial.session.deliveries.payment_event().to_owned();
    let (mut tried, mut worst) = (Vec::new(), None::<CaseJudgement>);
    for make in makes {
        let order = trial.order()?;
        let Some(variant) = make(&trial.session.deliveries, &order) else {
            continue;
        };
        let judgement = refusal(trial, &order, &variant)?;
        tried.push(variant.words);
        let Some(judgement) = judgement else { continue };
        let fails = judgement.verdict == CaseVerdict::Fail;
        // The first advice names the smallest change that is refused.
        if fails || worst.is_none() {
            worst = Some(judgement);
        }
        if fails {
            break;
        }
    }
    if tried.is_empty() {
        return Err(Stop::NotRun(format!("{event} has no field for it")));
    }
    Ok(worst.unwrap_or_else(|| {
        CaseJudgement::pass()
            .sent(format!("a genuine {event} {}", tried.join("; one ")))
            .expected("2xx each time")
            .got("accepted")
    }))
}

/// How a variant that was refused is judged; `None` where it was accepted or rightly refused.
fn refusal(
    trial: &mut Trial<'_, '_>,
    order: &Order,
    variant: &Variant,
) -> Result<Option<CaseJudgement>, Stop> {
    let mut reply = trial.send_as(&variant.request, variant.manner())?;
    let right = |status: Option<u16>| match variant.refusal {
        WhenRefused::AdviceUnless(other) => status == Some(other),
        WhenRefused::CrashAdvice => status.is_some_and(|status| (400..500).contains(&status)),
        _ => false,
    };
    if reply.taken()? || right(reply.status()) {
        return Ok(None);
    }
    // Once more: an endpoint that was busy has another chance.
    trial.pause(Duration::from_millis(200))?;
    reply = trial.send_as(&variant.request, variant.manner())?;
    if reply.taken()? || right(reply.status()) {
        return Ok(None);
    }
    let usual = match &variant.usual {
        Usual::Payment => trial.payment(order),
        Usual::Request(request, _) => (**request).clone(),
    };
    let control = trial.deliver(&usual)?;
    if !control.is_taken() {
        return Err(match variant.usual {
            Usual::Payment => Stop::Inconclusive(format!(
                "a genuine payment {} was refused ({}), but so was the same payment in its usual form ({})",
                variant.words,
                reply.words(),
                control.words()
            )),
            Usual::Request(_, case) => Stop::NotRun(format!(
                "its body is refused in one piece too, which {} judges",
                case.name()
            )),
        });
    }
    let proven = proven(trial, variant)?;
    let cause = match proven {
        Some(cause) => cause,
        None if variant.cause == Cause::BodyLimit && reply.status() != Some(413) => {
            Cause::LongBodies
        }
        None => variant.cause,
    };
    let fails = match variant.refusal {
        WhenRefused::Fails => true,
        WhenRefused::CrashFails | WhenRefused::CrashFailsElseStrict => {
            reply.is_crash() || proven.is_some()
        }
        _ => proven.is_some(),
    };
    let judgement = match variant.refusal {
        _ if fails => CaseJudgement::fail(cause),
        WhenRefused::CrashFailsElseStrict => CaseJudgement::strict_advice(cause),
        _ => CaseJudgement::advice(cause),
    };
    let event = trial.session.deliveries.payment_event();
    let why = match proven {
        Some(cause) => format!(
            "; accepted when signed as an endpoint expects it where {}",
            cause.title()
        ),
        None => "; the same payment in its usual form was accepted".to_owned(),
    };
    let judgement = judgement
        .sent(format!("a genuine {event} {}", variant.words))
        .expected("2xx")
        .got(format!("{}{why}", reply.words()))
        .with(variant.shown.as_ref().unwrap_or(&variant.request));
    Ok(Some(match proven {
        Some(cause) => judgement.fixed_by(cause.fix()),
        None => judgement,
    }))
}

/// The mistake in the check of signatures that explains the refusal, if the endpoint accepts the variant signed so.
fn proven(trial: &mut Trial<'_, '_>, variant: &Variant) -> Result<Option<Cause>, Stop> {
    let deliveries = &trial.session.deliveries;
    if deliveries.manifest().signing.value.sends_secret() {
        return Ok(None);
    }
    for (cause, body) in &variant.mistakes {
        if *body == variant.request.body {
            continue;
        }
        let signature = deliveries.signature(body);
        let request = deliveries.signed_with(variant.request.body.clone(), |_| signature);
        if trial.send(&request)?.is_taken() {
            return Ok(Some(*cause));
        }
    }
    Ok(None)
}
