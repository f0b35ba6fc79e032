//! Judges an answer: whether it is accepted; if not, why, and what to try.

use super::expectation::{Expectation, ExpectedAnswer};
use super::framework::refusal;
use super::sender::Sender;
use super::sign::Signature;
use super::why::{WhyRefused, behind_check};
use crate::catalogue::manifest::Signing;
use crate::http::{Answer, Fault, MOST_OF_A_BODY, NOT_TLS, Sent, Target};
use crate::redact::headers::is_confidential;
use crate::redact::{Redactor, STARS};
use crate::signature::diagnose::HandlerMistake;
use std::time::Duration;

/// The verdict on one attempt.
#[derive(Debug)]
pub(crate) struct Judgement {
    /// The provider takes it for accepted.
    pub(crate) accepted: bool,
    /// It is what the endpoint should answer.
    pub(crate) as_expected: bool,
    pub(crate) reason: Option<String>,
    pub(crate) hint: Option<String>,
    /// What the handler does wrong, where it was asked and told.
    pub(crate) why: Option<HandlerMistake>,
}

/// An answer with stars in place of secrets: an endpoint may repeat what it was sent, and has secrets of its own. The
/// body is cut only afterwards, because half a secret would not be recognised.
pub(crate) fn without_secrets(answer: Answer, redactor: &Redactor) -> Answer {
    let header = |(name, value): (String, String)| {
        let value = if is_confidential(&name) {
            STARS.to_owned()
        } else {
            redactor.text(&value).into_owned()
        };
        (redactor.text(&name).into_owned(), value)
    };
    let mut body = redactor
        .bytes(&answer.body)
        .map_or(answer.body, |redacted| redacted.text);
    let cut = answer.cut || body.len() > MOST_OF_A_BODY;
    body.truncate(MOST_OF_A_BODY);
    Answer {
        headers: answer.headers.into_iter().map(header).collect(),
        body,
        cut,
        ..answer
    }
}

/// What is known about an endpoint.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    /// It accepted an earlier delivery of the same sender.
    pub(crate) accepted_earlier: bool,
    /// It is on this machine, and was not asked yet why it refuses.
    pub(crate) can_be_asked: bool,
    /// It is the built-in receiver, which shows its findings itself.
    pub(crate) built_in: bool,
    /// The seed that makes the same body again.
    pub(crate) seed: Option<u64>,
}

/// What an endpoint should answer to a delivery.
#[derive(Clone, Copy)]
pub(crate) struct WantedAnswer<'a> {
    /// What the user expects.
    pub(crate) answer: Option<ExpectedAnswer>,
    /// Why the delivery is known not to be genuine.
    pub(crate) forged: Option<&'a str>,
}

impl WantedAnswer<'_> {
    fn is_refusal(self) -> bool {
        self.answer
            .is_some_and(|answer| answer != ExpectedAnswer::Accepted)
    }
}

/// Judges what came of a delivery to that target, with at most `limit` to respond.
pub(crate) fn judge(
    sent: &Sent,
    wanted: WantedAnswer<'_>,
    target: &Target,
    limit: Duration,
    sender: &Sender<'_>,
    known: Known,
) -> Judgement {
    let expectation = &sender.expectation;
    let answer = match &sent.outcome {
        Ok(answer) => answer,
        Err(fault) => {
            return Judgement {
                accepted: false,
                as_expected: false,
                reason: Some(fault_reason(fault, target, limit)),
                hint: fault_hint(fault, target, sender),
                why: None,
            };
        }
    };
    let accepted = expectation.accepts(answer.status);
    let as_expected = match wanted.answer {
        Some(expected) => expected.is_met(answer.status, expectation),
        None => accepted && wanted.forged.is_none(),
    };
    let unexpected = wanted.answer.filter(|_| !as_expected);
    let reason = match (unexpected, wanted.forged) {
        (Some(ExpectedAnswer::Accepted), _) | (None, None) if !accepted => {
            Some(reason(answer, expectation, sender))
        }
        (Some(expected), Some(forged)) if accepted => {
            Some(format!("{forged}; expected {expected}"))
        }
        (Some(expected), _) => Some(format!("expected {expected}")),
        (None, Some(forged)) if accepted && !as_expected => Some(forged.to_owned()),
        (None, Some(_)) if !accepted => Some(reason(answer, expectation, sender)),
        _ => None,
    };
    let hint = match as_expected {
        true => None,
        false if accepted => wanted.forged.map(|_| forged_hint(wanted, sender)),
        // What a delivery lacks that should be refused is known.
        false if wanted.is_refusal() && matches!(answer.status, 400 | 401 | 403 | 422) => None,
        false => match wanted.forged.filter(|_| matches!(answer.status, 401 | 403)) {
            Some(forged) => Some(rightly_refused(forged, wanted, sender)),
            None => hint(answer, target, sender, known),
        },
    };
    Judgement {
        accepted,
        as_expected,
        reason,
        hint,
        why: None,
    }
}

/// What to do where an endpoint rightly refuses what is not genuine.
fn rightly_refused(forged: &str, wanted: WantedAnswer<'_>, sender: &Sender<'_>) -> String {
    let flag = if sender.is_overridden() {
        "--header"
    } else {
        "--scheme"
    };
    let expect = match wanted.answer {
        None => "add --expect refused to test that, or ",
        Some(_) => "",
    };
    format!("the rejection is right, since {forged}; {expect}leave out {flag}")
}

/// What to do about an endpoint that accepts what is not genuine.
fn forged_hint(wanted: WantedAnswer<'_>, sender: &Sender<'_>) -> String {
    let header = sender.own_signing().map_or("signature", Signing::header);
    let advice = format!(
        "reject every delivery without a valid {header} header before anything else is done"
    );
    match wanted.answer {
        None => format!("{advice}; if it should accept this one, add --expect accepted"),
        Some(_) => advice,
    }
}

impl Judgement {
    /// Adds what asking the endpoint brought.
    pub(super) fn explain(&mut self, answer: WhyRefused, sender: &Sender<'_>, sent: &Sent) {
        self.hint = Some(match answer {
            WhyRefused::Mistake(mistake) => {
                let provider = sender.candidate().map(|own| own.provider.to_owned());
                self.hint = provider.filter(|_| mistake.is_of_code()).map(|provider| {
                    format!(
                        "`inqud-hook verify --example node --provider {provider}` (or python, php, go) prints the \
                         right check for your handler"
                    )
                });
                self.why = Some(mistake);
                return;
            }
            WhyRefused::Behind {
                mistake,
                status,
                usual,
            } => {
                let words = format!("the endpoint {}", behind_check(&mistake.what, status, usual));
                self.hint = Some(format!("{words}; {}, then look at its log", mistake.fix));
                self.why = Some(mistake);
                return;
            }
            WhyRefused::Spelling => {
                "your endpoint accepts the same JSON in another spelling, rightly signed, so it is not the signature; \
                 check its log"
                    .to_owned()
            }
            WhyRefused::RightSignature { right, wrong } => format!(
                "your endpoint {} the right signature and {} a wrong one, so the signature is right; it refuses \
                 for another reason: check its log",
                answers(right),
                answers(wrong)
            ),
            WhyRefused::Nothing(tried) => not_found(tried, sender, sent),
        });
    }
}

/// What an endpoint does with a delivery.
fn answers(status: Option<u16>) -> String {
    match status {
        Some(status) => format!("answers {status} to"),
        None => "closes the connection on".to_owned(),
    }
}

/// What may be wrong where the endpoint answers that many wrong ways of signing like the right one.
fn not_found(tried: usize, sender: &Sender<'_>, sent: &Sent) -> String {
    let secret = match sender.secret() {
        Some((_, secret)) => match &secret.place {
            Some(place) => format!(" than the one {place}"),
            None => format!(
                " than the built-in test secret (set yours: {} or --secret-file)",
                secret.variable
            ),
        },
        None => String::new(),
    };
    match sent.outcome.as_ref().map(|answer| answer.status) {
        Ok(500..=599) => format!(
            "server error in your endpoint, with the right signature as with {tried} wrong ones; check its log"
        ),
        Ok(401 | 403) => format!(
            "your endpoint also rejected {tried} wrong ways of signing that handlers are known to expect, so it \
             probably has another secret{secret}, or refuses for another reason; check its log"
        ),
        Ok(status) => format!(
            "your endpoint answers {status} to the right signature and accepts none of {tried} wrong ones, so it \
             probably refuses something else, or has another secret{secret}; check its log"
        ),
        Err(_) => "check the log of your endpoint".to_owned(),
    }
}

fn reason(answer: &Answer, expectation: &Expectation, sender: &Sender<'_>) -> String {
    let accepts = format!("{} accepts only {expectation}", sender.title());
    match answer.status {
        300..=399 => format!("redirects are not followed; {accepts}"),
        _ => accepts,
    }
}

fn hint(answer: &Answer, target: &Target, sender: &Sender<'_>, known: Known) -> Option<String> {
    if let Some(refusal) = refusal(answer) {
        return Some(format!("this is {}; {}", refusal.what, refusal.fix));
    }
    Some(match answer.status {
        201..=299 => format!("answer 200, or {} delivers it again", sender.title()),
        300..=399 => match answer.header("location").and_then(|place| target.redirected(place)) {
            Some(place) => format!("use the final address: --to {place}"),
            None => "use the final address with --to".to_owned(),
        },
        401 | 403 => signature_hint(sender, known),
        404 if known.accepted_earlier => "this path accepted an earlier delivery, so your endpoint does not know what \
             this one is about: check its log, and the order id in the body"
            .to_owned(),
        404 => "your endpoint does not have this path; give it after the host, as in --to localhost:3000/webhooks"
            .to_owned(),
        405 => format!("your endpoint does not accept {} on this path", sender.method()),
        415 => format!(
            "your endpoint does not accept {}; set another type with --header 'Content-Type: …'",
            sender.content_type()
        ),
        400 | 422 if known.built_in => return None,
        400 | 422 => match known.seed {
            Some(seed) => format!(
                "your endpoint rejected the body; re-run with --seed {seed} --dry-run to see exactly what is sent"
            ),
            None => "your endpoint rejected the body; add -v to see exactly what is sent".to_owned(),
        },
        413 => "your endpoint does not accept a body of this size".to_owned(),
        429 => "your endpoint limits the rate; a provider would not slow down, it would deliver again".to_owned(),
        500..=599 => "server error in your endpoint; check its log".to_owned(),
        _ => return None,
    })
}

/// What to try where the endpoint does not accept the signature.
fn signature_hint(sender: &Sender<'_>, known: Known) -> String {
    if sender.is_overridden() {
        return "the signature was set with --header; add --expect refused if it should be rejected"
            .to_owned();
    }
    let signed = match &sender.signature {
        Signature::Captured(_) => {
            return "the signature is the captured one; leave out --as-captured to sign again"
                .to_owned();
        }
        Signature::Unsigned => {
            return "the delivery was not signed; leave out --scheme none, or add --expect refused if it should be rejected"
                .to_owned();
        }
        Signature::Signed(signed) => signed,
    };
    let raw = "verifies the raw request bytes, not re-serialised JSON";
    let ask = known
        .can_be_asked
        .then_some("--why finds out what your endpoint verifies instead");
    if known.accepted_earlier {
        let advice = ask.map_or_else(|| format!("check that it {raw}"), str::to_owned);
        return format!(
            "{advice}; an earlier delivery with the same secret was accepted, so the secret is right"
        );
    }
    let mut used = signed.secret.words();
    if signed.secret.place.is_none() {
        used += &format!(" (set yours: {} or --secret-file)", signed.secret.variable);
    }
    if let Some(ask) = ask {
        return format!("{ask}; the signature was made with {used}");
    }
    let provider = &signed.provider;
    let key = signed
        .missing_key
        .as_ref()
        .map_or(String::new(), |variable| {
            format!("; if it reads the public key, set that too (keys.{provider} or {variable})")
        });
    format!(
        "check that your endpoint {raw}, and has the same secret: the signature was made with {used}{key}"
    )
}

fn fault_reason(fault: &Fault, target: &Target, limit: Duration) -> String {
    match fault {
        Fault::Refused => format!(
            "connection refused: nothing is listening on {}:{}",
            target.host(),
            target.port()
        ),
        other => other.words(limit),
    }
}

fn fault_hint(fault: &Fault, target: &Target, sender: &Sender<'_>) -> Option<String> {
    Some(match fault {
        Fault::Refused => "start your endpoint, or point --to at it".to_owned(),
        // A header among the events and targets, as in X-Test:1.
        Fault::NoHost(_) if target.host().contains('-') && !target.host().contains('.') => format!(
            "check the spelling of the host; to add a header, write -H '{}: {}'",
            target.host(),
            target.port()
        ),
        Fault::NoHost(_) => "check the spelling of the host".to_owned(),
        Fault::Timeout(_) => match sender.known_timeout() {
            Some(fact) => format!(
                "{} gives up after {} s ({}) and delivers again; respond first, then do the work",
                sender.title(),
                fact.value,
                fact.confidence.name()
            ),
            None => format!(
                "{} does not say how long it waits; respond first, then do the work",
                sender.title()
            ),
        },
        Fault::Closed(None) | Fault::Reset(None) if !target.is_https() => {
            "your endpoint closed the connection; check its log, or write https:// if it speaks TLS"
                .to_owned()
        }
        Fault::Closed(_) | Fault::Reset(_) => {
            "your endpoint closed the connection; check its log".to_owned()
        }
        Fault::NotHttp => {
            "is it the port of another service, or does it speak TLS (https://)?".to_owned()
        }
        Fault::Tls(why) if why == NOT_TLS => {
            "if it speaks plain HTTP, write http:// instead of https://".to_owned()
        }
        Fault::Tls(_) => {
            "trust your own certificate with --cacert FILE, or any certificate with --insecure"
                .to_owned()
        }
        Fault::Proxy(_) => {
            "check the proxy in HTTP_PROXY or HTTPS_PROXY, or list the host in NO_PROXY".to_owned()
        }
        Fault::Interrupted | Fault::Unreachable(_) | Fault::Other(_) => return None,
    })
}
