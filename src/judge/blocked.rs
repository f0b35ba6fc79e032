//! What keeps the gate closed: why a genuine delivery is refused, as far as the answer and a second try tell.

use super::causes::Cause;
use super::judgement::Stop;
use super::reply::EndpointReply;
use super::session::Session;
use super::trial::Trial;
use crate::config::{ResolvedSecret, SECRET_VARIABLE};
use crate::http::{Answer, ExactRequest, Fault, Header};
use crate::outbound::{FrameworkCheck, refusal};

/// What keeps the gate closed, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Blocked {
    pub(super) why: String,
    pub(super) fix: String,
}

impl Blocked {
    pub(super) fn new(why: impl Into<String>, fix: &str) -> Self {
        Self {
            why: why.into(),
            fix: fix.to_owned(),
        }
    }
}

/// Whether the same delivery is accepted from a browser, as it seems.
pub(super) fn wants_browser(
    trial: &mut Trial<'_, '_>,
    request: &ExactRequest,
) -> Result<bool, Stop> {
    let mut request = request.clone();
    request.put(Header {
        name: "User-Agent".to_owned(),
        value: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
        secret: None,
    });
    Ok(trial.send(&request)?.is_taken())
}

/// Why a genuine delivery was refused, as far as the answer tells; with a cause where it is the endpoint's mistake.
pub(super) fn likely_cause(
    session: &Session<'_>,
    reply: &EndpointReply,
) -> (Option<Cause>, Blocked) {
    match reply.answer() {
        _ if matches!(reply.sent.outcome, Err(Fault::Timeout(_))) => too_slow(session, reply),
        None => (None, Blocked::new(reply.words(), without_answer(session))),
        Some(answer) => {
            let got = format!("it answered {}", reply.words());
            by_framework(answer, &got).unwrap_or_else(|| by_status(session, answer, &got))
        }
    }
}

fn too_slow(session: &Session<'_>, reply: &EndpointReply) -> (Option<Cause>, Blocked) {
    let deliveries = &session.deliveries;
    let late =
        deliveries.manifest().delivery.binding && deliveries.sender.known_timeout().is_some();
    (
        late.then_some(Cause::TooSlow),
        Blocked::new(
            reply.words(),
            "answer first and work afterwards; if it hangs, look at its log; --timeout waits longer",
        ),
    )
}

/// What to do where no answer came at all.
fn without_answer(session: &Session<'_>) -> &'static str {
    match session.process {
        None => "start your endpoint, or give its command after -- so that it is started",
        Some(_) => "look at its output; it has to answer on the port of --to",
    }
}

/// The refusal of a web framework, known by its text.
fn by_framework(answer: &Answer, got: &str) -> Option<(Option<Cause>, Blocked)> {
    let known = refusal(answer)?;
    let cause = match known.check {
        FrameworkCheck::Csrf => Some(Cause::Csrf),
        FrameworkCheck::Method => Some(Cause::WrongMethod),
        FrameworkCheck::BodySize => Some(Cause::BodyLimit),
        FrameworkCheck::Inspector => None,
    };
    let why = format!("{got}: that is {}", known.what);
    Some((cause, Blocked::new(why, &known.fix)))
}

/// What the status of an answer says by itself.
fn by_status(session: &Session<'_>, answer: &Answer, got: &str) -> (Option<Cause>, Blocked) {
    let (cause, why, fix) = match answer.status {
        300..=399 => {
            let to = answer.header("Location").unwrap_or("another address");
            let why = format!("it redirects to {to}, and providers do not follow redirects");
            let fix =
                "register the final URL, with its slash and scheme, or answer without a redirect";
            return (Some(Cause::Redirects), Blocked::new(why, fix));
        }
        401 | 403 => return (None, not_genuine(session, got)),
        404 if session.makes_orders() => (None, "", "check the path of --to"),
        404 => (
            None,
            ": the path is wrong, or the order is unknown to it",
            "check the path of --to; if the handler refuses unknown orders, let --order make them",
        ),
        405 => (Some(Cause::WrongMethod), "", "accept POST on this path"),
        413 => (Some(Cause::BodyLimit), "", "allow bodies of 1 MiB"),
        415 => (
            Some(Cause::ContentType),
            "",
            "accept Content-Type: application/json",
        ),
        500..=599 => (
            None,
            "",
            "look at its log; if it fails for orders that it does not know, let --order make them",
        ),
        _ => (
            None,
            "",
            "look at its log; if it refuses unknown orders, let --order make them; if it reads them from the \
             provider's API, point it at a stub",
        ),
    };
    (cause, Blocked::new(format!("{got}{why}"), fix))
}

/// The refusal of what the endpoint takes for a forgery.
fn not_genuine(session: &Session<'_>, got: &str) -> Blocked {
    let secret = session.secret();
    let used = secret.map(ResolvedSecret::words).unwrap_or_default();
    let sends_secret = session.deliveries.manifest().signing.value.sends_secret();
    let (by, sent) = match sends_secret {
        true => ("with", "sent"),
        false => ("signed with", "signed"),
    };
    let variable = secret.map_or(SECRET_VARIABLE, |secret| &secret.variable);
    Blocked {
        why: format!(
            "{got} to a delivery {by} {used}; {sent} in another common way it is refused too"
        ),
        fix: format!(
            "{}; if it allows only some IP addresses, let 127.0.0.1 pass while testing; if it needs another header, \
             add it with --header",
            same_secret(session, variable)
        ),
    }
}

/// How both sides get the same secret.
fn same_secret(session: &Session<'_>, variable: &str) -> String {
    match &session.process {
        Some(process) if !process.has_secret() => format!(
            "give the endpoint the same secret: --secret-env NAME hands it over in that variable, and --secret-file or \
             {variable} says which one it is"
        ),
        _ => format!("give both sides the same secret (--secret-file or {variable})"),
    }
}
