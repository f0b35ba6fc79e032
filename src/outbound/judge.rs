//! Judges an answer: whether it is accepted; if not, why, and what to try.

use super::expectation::Expectation;
use super::framework::refusal;
use super::sender::Sender;
use super::sign::Signature;
use super::why::{WhyRefused, behind_check};
use crate::http::{Answer, Fault, MOST_OF_A_BODY, Sent, Target};
use crate::redact::headers::is_confidential;
use crate::redact::{Redactor, STARS};
use crate::signature::diagnose::HandlerMistake;
use std::time::Duration;

/// The verdict on one attempt.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) accepted: bool,
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
}

/// Judges what came of a delivery to that target, with at most `limit` to respond.
pub(crate) fn judge(
    sent: &Sent,
    target: &Target,
    limit: Duration,
    sender: &Sender<'_>,
    known: Known,
) -> Judgement {
    let expectation = &sender.expectation;
    let (reason, hint) = match &sent.outcome {
        Ok(answer) if expectation.accepts(answer.status) => {
            return Judgement {
                accepted: true,
                reason: None,
                hint: None,
                why: None,
            };
        }
        Ok(answer) => (
            reason(answer, expectation, sender),
            hint(answer, target, sender, known),
        ),
        Err(fault) => (
            fault_reason(fault, target, limit),
            fault_hint(fault, sender),
        ),
    };
    Judgement {
        accepted: false,
        reason: Some(reason),
        hint,
        why: None,
    }
}

impl Judgement {
    /// Adds what asking the endpoint brought.
    pub(super) fn explain(&mut self, answer: WhyRefused, sender: &Sender<'_>) {
        self.hint = Some(match answer {
            WhyRefused::Mistake(mistake) => {
                self.hint = None;
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
            WhyRefused::AnySignature => {
                "your endpoint accepts the same JSON with a meaningless signature, so it is not the signature; check \
                 its log"
                    .to_owned()
            }
            WhyRefused::Nothing(tried) => format!(
                "your endpoint also rejected {tried} wrong ways of signing that handlers are known to expect, so it \
                 probably has another secret{}, or refuses for another reason; check its log",
                match sender.secret() {
                    Some((_, secret)) => match &secret.place {
                        Some(place) => format!(" than the one {place}"),
                        None => format!(
                            " than the built-in test secret (set yours: {} or --secret-file)",
                            secret.variable
                        ),
                    },
                    None => String::new(),
                }
            ),
        });
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
        404 => "your endpoint does not have this path; give it after the host, as in --to localhost:3000/webhooks"
            .to_owned(),
        405 => format!("your endpoint does not accept {} on this path", sender.method()),
        415 => format!(
            "your endpoint does not accept {}; set another type with --header 'Content-Type: …'",
            sender.content_type()
        ),
        400 | 422 => "your endpoint rejected the body; re-run with --seed N --dry-run to see exactly what is sent"
            .to_owned(),
        413 => "your endpoint does not accept a body of this size".to_owned(),
        429 => "your endpoint limits the rate; a provider would not slow down, it would deliver again".to_owned(),
        500..=599 => "server error in your endpoint; check its log".to_owned(),
        _ => return None,
    })
}

/// What to try where the endpoint does not accept the signature.
fn signature_hint(sender: &Sender<'_>, known: Known) -> String {
    if sender.is_overridden() {
        return "the signature was set with --header".to_owned();
    }
    let signed = match &sender.signature {
        Signature::Captured(_) => {
            return "the signature is the captured one; leave out --as-captured to sign again"
                .to_owned();
        }
        Signature::Unsigned => {
            return "the delivery was not signed; leave out --scheme none".to_owned();
        }
        Signature::Signed(signed) => signed,
    };
    let ask = if known.can_be_asked {
        "; --why finds out what it verifies instead"
    } else {
        ""
    };
    let raw = "it verifies the raw request bytes, not re-serialised JSON";
    if known.accepted_earlier {
        return format!(
            "your endpoint accepted an earlier delivery with the same secret, so the secret is right; check that {raw}{ask}"
        );
    }
    let provider = &signed.provider;
    let used = match &signed.secret.place {
        Some(place) => format!("the secret {place}"),
        None => "the built-in test secret".to_owned(),
    };
    let key = signed
        .missing_key
        .as_ref()
        .map_or(String::new(), |variable| {
            format!(", and the public key that belongs to it (keys.{provider} or {variable})")
        });
    format!(
        "your endpoint did not accept the signature, made as {provider} does with {used}; check that both use the same \
         secret (--secret-file or {}{key}) and that {raw}{ask}",
        signed.secret.variable
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

fn fault_hint(fault: &Fault, sender: &Sender<'_>) -> Option<String> {
    Some(match fault {
        Fault::Refused => "start your endpoint, or point --to at it".to_owned(),
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
        Fault::Closed(_) | Fault::Reset(_) => {
            "your endpoint closed the connection; check its log".to_owned()
        }
        Fault::NotHttp => {
            "is it the port of another service, or does it speak TLS (https://)?".to_owned()
        }
        Fault::Tls(_) => {
            "trust your own certificate with --cacert FILE, or any certificate with --insecure"
                .to_owned()
        }
        Fault::Interrupted | Fault::Unreachable(_) | Fault::Other(_) => return None,
    })
}
