//! What answers tell: the secret, the right signature of a forged body, or the inside of the program.

use super::super::super::causes::Cause;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::trial::Trial;
use super::forgery::{Original, random_secret};
use crate::catalogue::manifest::Hash;
use crate::http::ExactRequest;
use crate::signature::plain_hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A shorter secret may be in an answer by chance.
const SHORTEST_SECRET: usize = 8;

/// What frameworks print about an exception, in lower case.
const INTERNALS: [&str; 14] = [
    "traceback (most recent call last)",
    "&nbsp; &nbsp;at ",
    "\n    at ",
    "\\n    at ",
    "node:internal",
    "node_modules/",
    "goroutine 1 [",
    "stack trace:",
    "stacktrace",
    "exception in thread",
    "__debugger__",
    "sqlstate[",
    "you have an error in your sql syntax",
    "panicked at",
];

/// What an answer must not contain, and what it would be.
type Tell = (Cause, &'static str, String);

/// A request in words, the request, and what its answer must not contain.
type Ask = (&'static str, ExactRequest, Vec<Tell>);

pub(super) fn leak(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let original = Original::of(trial, &order)?;
    let sent = "forged, broken and genuine deliveries, to see what the answers tell";
    let expected = "answers without the secret, the right signature and stack traces";
    let mut advice = None;
    for (what, request, tells) in questions(trial, &original)? {
        let reply = trial.send(&request)?;
        reply.taken()?;
        let Some(answer) = reply.answer() else {
            continue;
        };
        let body = String::from_utf8_lossy(&answer.body);
        let values = answer.headers.iter().map(|(_, value)| value.as_str());
        let shown = values.chain([&*body]).collect::<Vec<_>>().join("\n");
        if let Some((cause, tell, _)) = tells.iter().find(|(_, _, tell)| shown.contains(tell)) {
            // The answer's own words would tell it here too.
            return Ok(CaseJudgement::fail(*cause)
                .sent(sent)
                .expected(expected)
                .got(format!(
                    "the answer {} to a payment {what} contains {tell}",
                    answer.status
                ))
                .with(&request));
        }
        let lower = body.to_lowercase();
        if advice.is_none()
            && let Some(found) = INTERNALS.iter().find(|pattern| lower.contains(**pattern))
        {
            let found = found.trim().replace("&nbsp;", "").replace("\\n", "");
            advice = Some(
                CaseJudgement::advice(Cause::LeaksInternals)
                    .got(format!(
                        "the answer {} to a payment {what} looks like a stack trace: `{}`",
                        answer.status,
                        found.trim()
                    ))
                    .with(&request),
            );
        }
    }
    let judgement = advice.unwrap_or_else(|| CaseJudgement::pass().got("none of them"));
    Ok(judgement.sent(sent).expected(expected))
}

fn questions(trial: &Trial<'_, '_>, original: &Original<'_>) -> Result<Vec<Ask>, Stop> {
    let secret = secret_tells(original);
    let forged = [secret.clone(), digest_tells(original)].concat();
    let broken = original.body.trim_end().trim_end_matches('}').to_owned();
    let broken = Original::with_body(trial, broken)?;
    let broken_tells = [secret.clone(), digest_tells(&broken)].concat();
    let random = random_secret(trial);
    let wrong = |original: &Original<'_>| {
        original
            .signed_with(random.as_bytes())
            .unwrap_or_else(|| original.unsigned())
    };
    // Half of the bytes that the wrong digest has.
    let short = original.with_value(plain_hash(Hash::Sha1, b"")[..20].to_owned());
    Ok(vec![
        (
            "signed with another secret",
            wrong(original),
            forged.clone(),
        ),
        ("without a signature", original.unsigned(), forged.clone()),
        (
            "with an empty signature",
            original.with_value(""),
            forged.clone(),
        ),
        ("with a short signature", short, forged.clone()),
        (
            "with a signature that is not ASCII",
            original.with_value("\u{e9}".repeat(64)),
            forged,
        ),
        (
            "with broken JSON and a wrong signature",
            wrong(&broken),
            broken_tells,
        ),
        (
            "with broken JSON and the right signature",
            broken.request.clone(),
            secret.clone(),
        ),
        ("that is genuine", original.request.clone(), secret),
    ])
}

fn secret_tells(original: &Original<'_>) -> Vec<Tell> {
    let secret = String::from_utf8_lossy(original.secret.expose()).into_owned();
    let long = secret.len() >= SHORTEST_SECRET;
    long.then_some((Cause::LeaksSecret, "the secret", secret))
        .into_iter()
        .collect()
}

/// The right signature of the body, in the encodings in which programs print one.
fn digest_tells(original: &Original<'_>) -> Vec<Tell> {
    let Some(digest) = original
        .signing
        .hash()
        .and_then(|hash| original.digest(hash, original.secret.expose()))
    else {
        return Vec::new();
    };
    let bytes = super::values::from_hex(digest.as_bytes()).unwrap_or_default();
    let forms = [
        digest.to_uppercase(),
        STANDARD.encode(bytes).trim_end_matches('=').to_owned(),
        digest,
    ];
    let tell = |form: String| (Cause::LeaksDigest, "the right signature of its body", form);
    forms.into_iter().map(tell).collect()
}
