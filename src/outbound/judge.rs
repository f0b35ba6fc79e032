//! Whether the provider would count an answer as accepted; if not, why, and what to try.
//!
//! Separate because this is what the tool knows and an HTTP client does not: what a provider makes of a status, and
//! what a merchant's endpoint usually means by it.

use super::compose::Sender;
use super::sign::Signature;
use crate::http::{Answer, Fault, MOST_OF_A_BODY, Sent, Target};
use crate::redact::headers::is_confidential;
use crate::redact::{Redactor, STARS};
use std::time::Duration;

/// A verdict on one outcome.
pub(crate) struct Judged {
    pub(crate) accepted: bool,
    pub(crate) reason: Option<String>,
    pub(crate) hint: Option<String>,
}

/// An answer in which no secret stands any more: an endpoint may send back whatever it was sent, and has secrets of its
/// own. Only then the body is cut, where half a secret would not be known for one.
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

/// Judges what came of a delivery to that target, for which so long was waited at most.
pub(crate) fn judge(
    sent: &Sent,
    target: &Target,
    limit: Duration,
    sender: &Sender<'_>,
    signature: &Signature,
) -> Judged {
    match &sent.outcome {
        Ok(answer) if sender.success().contains(&answer.status) => Judged {
            accepted: true,
            reason: None,
            hint: None,
        },
        Ok(answer) => {
            let hint = hint(answer, target, sender, signature);
            Judged {
                accepted: false,
                reason: Some(reason(answer, sender)),
                hint,
            }
        }
        Err(fault) => Judged {
            accepted: false,
            reason: Some(fault.words(limit)),
            hint: fault_hint(fault, sender),
        },
    }
}

fn reason(answer: &Answer, sender: &Sender<'_>) -> String {
    let success: Vec<String> = sender.success().iter().map(u16::to_string).collect();
    let success = match success.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "nothing".to_owned(),
    };
    let title = sender.title();
    match answer.status {
        300..=399 => {
            format!("a redirect is not followed: {title} counts only {success} as accepted")
        }
        _ => format!("{title} counts only {success} as accepted"),
    }
}

fn hint(
    answer: &Answer,
    target: &Target,
    sender: &Sender<'_>,
    signature: &Signature,
) -> Option<String> {
    Some(match answer.status {
        201..=299 => format!("answer 200, or {} delivers it again", sender.title()),
        300..=399 => match answer.header("location").and_then(|place| target.redirected(place)) {
            Some(place) => format!("give the final address: --to {place}"),
            None => "give the final address with --to".to_owned(),
        },
        401 | 403 if signature.is_overridden() => "the signature is the one that --header gave".to_owned(),
        401 | 403 if signature.captured => {
            "the signature is the one that was captured: leave out --as-captured to sign afresh".to_owned()
        }
        401 | 403 => match &signature.held {
            None => "nothing was signed: leave out --scheme none".to_owned(),
            Some((provider, held)) => {
                let used = held
                    .place
                    .as_ref()
                    .map_or("the development secret".to_owned(), |place| format!("the secret {place}"));
                let key = signature.key_variable.as_ref().map_or(String::new(), |variable| {
                    format!(", and the public key that goes with it as keys.{provider} or ${variable}")
                });
                format!(
                    "signed as {provider} does, with {used}; give the endpoint's own with --secret-file FILE or \
                     ${}{key}",
                    held.variable
                )
            }
        },
        404 => "the endpoint has no such path: write it behind the host, as in --to localhost:3000/webhooks".to_owned(),
        405 => format!("the endpoint takes no {} on that path", sender.method()),
        415 => format!(
            "the endpoint does not take {}; another one goes with --header 'Content-Type: …'",
            sender.content_type()
        ),
        400 | 422 => {
            "the endpoint could not read the body or refuses what it says; --dry-run shows such a body, and with the \
             same --seed this one"
                .to_owned()
        }
        413 => "the endpoint takes no body of that size".to_owned(),
        429 => "the endpoint wants fewer deliveries: a provider would not send fewer, but again".to_owned(),
        500..=599 => "the endpoint failed on it: its own log says why".to_owned(),
        _ => return None,
    })
}

fn fault_hint(fault: &Fault, sender: &Sender<'_>) -> Option<String> {
    Some(match fault {
        Fault::Refused => "start the endpoint, or give its host and port with --to".to_owned(),
        Fault::NoHost(_) => "check how the host is written".to_owned(),
        Fault::Timeout(_) => match sender.patience() {
            Some(fact) => format!(
                "{} gives up after {} s ({}) and tries again: answer first, work afterwards",
                sender.title(),
                fact.value,
                fact.confidence.name()
            ),
            None => format!(
                "{} does not say how long it waits: answer first, work afterwards",
                sender.title()
            ),
        },
        Fault::Closed(_) | Fault::Reset(_) => {
            "the endpoint's own log may say why it hung up".to_owned()
        }
        Fault::NotHttp => {
            "is it another service's port, or one that speaks TLS (https://)?".to_owned()
        }
        Fault::Tls(_) => {
            "trust a certificate of your own with --cacert FILE, or any with --insecure".to_owned()
        }
        Fault::Interrupted | Fault::Unreachable(_) | Fault::Other(_) => return None,
    })
}
