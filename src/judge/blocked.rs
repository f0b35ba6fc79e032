//! What keeps the gate closed: why a genuine delivery is refused, as far as the answer and a second try tell.

use super::causes::Cause;
use super::judgement::Stop;
use super::reply::EndpointReply;
use super::session::Session;
use super::trial::Trial;
use crate::config::{ResolvedSecret, SECRET_VARIABLE};
use crate::http::{ExactRequest, Fault, Header};
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
    let blocked = |why: String, fix: &str| Blocked::new(why, fix);
    if matches!(reply.sent.outcome, Err(Fault::Timeout(_))) {
        let sender = &session.deliveries.sender;
        let binding = session.deliveries.manifest().delivery.binding;
        let late = binding && sender.known_timeout().is_some();
        return (
            late.then_some(Cause::TooSlow),
            blocked(
                reply.words().to_owned(),
                "answer first and work afterwards; if it hangs, look at its log; --timeout waits longer",
            ),
        );
    }
    let Some(answer) = reply.answer() else {
        let running = session.process.is_none();
        return (
            None,
            blocked(
                reply.words().to_owned(),
                if running {
                    "start your endpoint, or give its command after -- so that it is started"
                } else {
                    "look at its output; it has to answer on the port of --to"
                },
            ),
        );
    };
    let got = reply.words().to_owned();
    if let Some(known) = refusal(answer) {
        let cause = match known.check {
            FrameworkCheck::Csrf => Cause::Csrf,
            FrameworkCheck::Method => Cause::WrongMethod,
            FrameworkCheck::BodySize => Cause::BodyLimit,
        };
        let why = format!("it answered {got}: that is {}", known.what);
        return (Some(cause), blocked(why, known.fix));
    }
    match answer.status {
        300..=399 => {
            let to = answer.header("Location").unwrap_or("another address");
            (
                Some(Cause::Redirects),
                blocked(
                    format!("it redirects to {to}, and providers do not follow redirects"),
                    "register the final URL, with its slash and scheme, or answer without a redirect",
                ),
            )
        }
        404 if !session.makes_orders() => (
            None,
            blocked(
                format!("it answered {got}: the path is wrong, or the order is unknown to it"),
                "check the path of --to; if the handler refuses unknown orders, let --order make them",
            ),
        ),
        404 => (
            None,
            blocked(format!("it answered {got}"), "check the path of --to"),
        ),
        405 => (
            Some(Cause::WrongMethod),
            blocked(format!("it answered {got}"), "accept POST on this path"),
        ),
        413 => (
            Some(Cause::BodyLimit),
            blocked(format!("it answered {got}"), "allow bodies of 1 MiB"),
        ),
        415 => (
            Some(Cause::ContentType),
            blocked(
                format!("it answered {got}"),
                "accept Content-Type: application/json",
            ),
        ),
        401 | 403 => {
            let secret = session.secret();
            let used = secret.map(ResolvedSecret::words).unwrap_or_default();
            let sends_secret = session.deliveries.manifest().signing.value.sends_secret();
            let by = if sends_secret { "with" } else { "signed with" };
            let variable = secret.map_or(SECRET_VARIABLE, |secret| &secret.variable);
            (
                None,
                Blocked {
                    why: format!(
                        "it answered {got} to a delivery {by} {used}; {} in another common way it is refused too",
                        if sends_secret { "sent" } else { "signed" }
                    ),
                    fix: format!(
                        "{}; if it allows only some IP addresses, let 127.0.0.1 pass while testing; if it needs \
                         another header, add it with --header",
                        same_secret(session, variable)
                    ),
                },
            )
        }
        500..=599 => (
            None,
            blocked(
                format!("it answered {got}"),
                "look at its log; if it fails for orders that it does not know, let --order make them",
            ),
        ),
        _ => (
            None,
            blocked(
                format!("it answered {got}"),
                "look at its log; if it refuses unknown orders, let --order make them; if it reads them from the \
                 provider's API, point it at a stub",
            ),
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
