//! Refusals that web frameworks make on their own, before a handler sees the delivery, and that of the inspector's page:
//! each has its own remedy, and none has to do with the signature.

use crate::http::Answer;
use std::borrow::Cow;
use std::net::SocketAddr;

/// The header by which the inspector's page says that it is not an endpoint; its value is the listener's address.
pub(crate) const INSPECTOR: &str = "inqud-hook-inspector";

/// What a framework refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameworkCheck {
    /// A request without the token of a form.
    Csrf,
    /// The method.
    Method,
    /// The size of the body.
    BodySize,
    /// The inspector's page takes no deliveries.
    Inspector,
}

/// A refusal by a framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FrameworkRefusal {
    pub(crate) check: FrameworkCheck,
    /// Who refused, as the subject of a sentence.
    pub(crate) what: &'static str,
    pub(crate) fix: Cow<'static, str>,
}

/// The framework that made this answer, where it is known to refuse so.
pub(crate) fn refusal(answer: &Answer) -> Option<FrameworkRefusal> {
    let text = String::from_utf8_lossy(&answer.body).to_lowercase();
    let has = |part: &str| text.contains(part);
    let csrf = |what, fix| FrameworkRefusal {
        check: FrameworkCheck::Csrf,
        what,
        fix: Cow::Borrowed(fix),
    };
    if let Some(listener) = answer.header(INSPECTOR) {
        return Some(by_inspector(listener));
    }
    Some(match answer.status {
        419 => csrf(
            "Laravel's check against cross-site requests (CSRF), which no provider can pass",
            "exempt this path: $middleware->validateCsrfTokens(except: ['webhooks/*']) in bootstrap/app.php, $except in \
             VerifyCsrfToken before Laravel 11, or put the route into routes/api.php",
        ),
        403 if has("csrf verification failed") || has("csrf failed:") => csrf(
            "Django's check against cross-site requests (CSRF), which no provider can pass",
            "exempt the view with @csrf_exempt; the signature protects it",
        ),
        400..=499
            if has("invalidauthenticitytoken")
                || has("can't verify csrf token authenticity")
                || (answer.status == 422 && has("the change you wanted was rejected")) =>
        {
            csrf(
                "Rails' check against cross-site requests (InvalidAuthenticityToken), which no provider can pass",
                "add skip_forgery_protection to this controller; the signature protects it",
            )
        }
        400..=499 if has("csrf") => csrf(
            "a check against cross-site requests (CSRF), which no provider can pass",
            "exempt this path from the CSRF check; the signature protects it",
        ),
        405 if is_next(answer) => FrameworkRefusal {
            check: FrameworkCheck::Method,
            what: "Next.js, where this route has no handler for POST",
            fix: Cow::Borrowed(
                "export async function POST(request) in its route.ts, and read the body with await request.text()",
            ),
        },
        413 if is_express(answer) || has("payloadtoolargeerror") => FrameworkRefusal {
            check: FrameworkCheck::BodySize,
            what: "the body parser of Express, which takes 100 kB unless it is told otherwise",
            fix: Cow::Borrowed(
                "raise its limit: express.raw({ type: 'application/json', limit: '1mb' })",
            ),
        },
        _ => return None,
    })
}

/// The refusal of an inspector's page, with the address of its listener if it told one.
fn by_inspector(listener: &str) -> FrameworkRefusal {
    let listener = listener.parse::<SocketAddr>().ok();
    FrameworkRefusal {
        check: FrameworkCheck::Inspector,
        what: "the page of the inspector, not an endpoint",
        fix: match listener.filter(|address| address.ip().is_loopback()) {
            Some(address) => format!("send to its listener with --to {address}").into(),
            None => Cow::Borrowed("give the address of your endpoint with --to"),
        },
    }
}

fn is_express(answer: &Answer) -> bool {
    powered_by(answer, "express")
}

/// Next.js says so itself, unless `poweredByHeader` is off; its routes also vary on headers of its own.
fn is_next(answer: &Answer) -> bool {
    let varies = answer.header("vary").unwrap_or_default();
    powered_by(answer, "next.js")
        || varies.to_ascii_lowercase().contains("next-router")
        || answer.headers.iter().any(|(name, _)| {
            name.get(..8)
                .is_some_and(|start| start.eq_ignore_ascii_case("x-nextjs"))
        })
}

fn powered_by(answer: &Answer, framework: &str) -> bool {
    let value = answer.header("x-powered-by").unwrap_or_default();
    value.to_ascii_lowercase().contains(framework)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_its_status_its_headers_and_its_text() {
        let told = |status, header: (&str, &str), body: &str| {
            let answer = Answer {
                status,
                headers: vec![(header.0.to_owned(), header.1.to_owned())],
                body: body.as_bytes().to_vec(),
                cut: false,
            };
            let found = refusal(&answer)?;
            Some((found.check, found.what.split([' ', '\'']).next()?))
        };
        let express = ("X-Powered-By", "Express");
        let next = ("vary", "rsc, next-router-state-tree");
        let none = ("server", "x");
        let csrf = FrameworkCheck::Csrf;
        let (method, size) = (FrameworkCheck::Method, FrameworkCheck::BodySize);
        for (status, header, body, expected) in [
            (419, none, "", Some((csrf, "Laravel"))),
            (
                403,
                none,
                "<h1>Forbidden</h1> CSRF verification failed.",
                Some((csrf, "Django")),
            ),
            (
                422,
                none,
                "ActionController::InvalidAuthenticityToken",
                Some((csrf, "Rails")),
            ),
            (
                422,
                none,
                "<h1>The change you wanted was rejected.</h1>",
                Some((csrf, "Rails")),
            ),
            (
                403,
                express,
                "ForbiddenError: invalid csrf token",
                Some((csrf, "a")),
            ),
            (405, next, "", Some((method, "Next.js,"))),
            (
                405,
                ("X-NextJS-Cache", "HIT"),
                "",
                Some((method, "Next.js,")),
            ),
            (
                413,
                express,
                "request entity too large",
                Some((size, "the")),
            ),
            (
                403,
                ("Inqud-Hook-Inspector", "127.0.0.1:8080"),
                "csrf",
                Some((FrameworkCheck::Inspector, "the")),
            ),
            (405, express, "", None),
            (413, none, "", None),
            (403, none, "bad signature", None),
            (422, none, "unknown order", None),
            (200, none, "csrf", None),
        ] {
            assert_eq!(told(status, header, body), expected, "{status} {body}");
        }
    }
}
