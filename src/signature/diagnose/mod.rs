//! Why a signature is wrong: makes every common mistake until one of them produces the value that the header carries.
//!
//! It knows every secret and repeats none: neither a secret nor the right digest of a body appears in what it says. The
//! result is for the owner of the secrets. A sender must not get it as an answer, since it helps in guessing.

mod bytes;
mod digest;
mod handler;
mod json_tree;
mod keys;
mod meaning;
mod mistake;
mod plain_secret;
mod print_style;
mod question;
mod reason;
mod reprint;
mod search;
mod spelling;
mod wrong;

pub use handler::HandlerMistake;
pub use question::{Candidate, Diagnosis, Question};
pub use reason::Reason;
pub(super) use search::hashed;
pub use wrong::wrong_signings;

use super::{SignatureVerdict, Signer};
pub(crate) use question::SearchBudget;
pub(crate) use reprint::find_print;
#[cfg(test)]
pub(crate) use reprint::parsed_and_printed;

const SEND_ONCE: &str = "look for a proxy or a client that adds a second one";

/// Why the signature of a delivery is wrong; `None` if it is right.
pub fn diagnose(question: &Question<'_>) -> Option<Diagnosis> {
    let expected = question.expected;
    let Ok(signer) = Signer::new(expected.signing, expected.secret) else {
        return Some(unwritable(expected));
    };
    let header = signer.header();
    let values: Vec<&[u8]> = question.delivery.values(header).collect();
    let matches = |value: &[u8]| {
        signer.verify(&question.with_header(&[(header, value)])) == SignatureVerdict::Valid
    };
    let Some(value) = values.first() else {
        return Some(by_another(question).unwrap_or_else(|| missing(question, &signer)));
    };
    if values.len() > 1 {
        return Some(repeated(header, &values, matches));
    }
    if matches(value) {
        return None;
    }
    // A proxy may have joined repeated headers.
    let mut parts = value
        .split(|byte| *byte == b',')
        .take(4)
        .map(<[u8]>::trim_ascii);
    if value.contains(&b',') && parts.any(matches) {
        return Some(Diagnosis::new(
            Reason::HeaderRepeated,
            format!("{header} has several values, one of which is right"),
            format!("send {header} once; {SEND_ONCE}"),
        ));
    }
    if let Some(found) = by_another(question) {
        return Some(found);
    }
    if value.trim_ascii().is_empty() {
        return Some(Diagnosis::new(
            Reason::HeaderEmpty,
            format!("{header} is empty"),
            format!("set {header} to {}", expected.signing.expected_value()),
        ));
    }
    let mut budget = SearchBudget::new();
    Some(
        explain(question, value, &mut budget)
            .unwrap_or_else(|| unexplained(question, value, &budget)),
    )
}

/// A header that arrived more than once, which is wrong with any value.
fn repeated(header: &str, values: &[&[u8]], matches: impl Fn(&[u8]) -> bool) -> Diagnosis {
    let which = match values.iter().take(4).filter(|value| matches(value)).count() {
        0 => "and none of its values is right",
        _ if values.iter().all(|value| *value == values[0]) => "each time with the right value",
        _ => "and not every value is right",
    };
    Diagnosis::new(
        Reason::HeaderRepeated,
        format!(
            "{header} was sent {} times, {which}; handlers differ in which one they read",
            values.len()
        ),
        format!("send {header} once; {SEND_ONCE}"),
    )
}

/// The mistakes that produce this value in the header of the expected scheme.
fn explain(question: &Question<'_>, value: &[u8], budget: &mut SearchBudget) -> Option<Diagnosis> {
    if question.expected.signing.sends_secret() {
        plain_secret::explain(question, value, budget)
    } else {
        digest::explain(question, value, budget)
    }
}

fn unwritable(expected: &Candidate<'_>) -> Diagnosis {
    let title = expected.title;
    Diagnosis::new(
        Reason::SecretUnwritable,
        format!(
            "{title} sends its secret in a header, and the configured one has a character that headers cannot contain"
        ),
        format!(
            "check the secret {} for line breaks and binary bytes",
            expected.place.unwrap_or("here")
        ),
    )
}

/// A delivery that is signed correctly with another provider's scheme and secret.
fn by_another(question: &Question<'_>) -> Option<Diagnosis> {
    let expected = question.expected.title;
    question.others.iter().find_map(|other| {
        let signer = Signer::new(other.signing, other.secret).ok()?;
        (signer.verify(&question.delivery) == SignatureVerdict::Valid).then(|| {
            let (title, header) = (other.title, signer.header());
            Diagnosis::new(
                Reason::OtherProvider,
                format!("signed for {title} ({header} is valid), but {expected} was expected"),
                format!("verify it as a webhook of {title}, or sign it as {expected} does"),
            )
        })
    })
}

/// A delivery without the header.
fn missing(question: &Question<'_>, signer: &Signer) -> Diagnosis {
    let header = signer.header();
    let similar: Vec<(&str, &[u8])> = question
        .delivery
        .headers
        .iter()
        .copied()
        .filter(|(name, _)| may_carry_signature(name, question))
        .take(8)
        .collect();
    if let Some(found) = in_another_header(question, signer, &similar) {
        return found;
    }
    let mut what = format!("missing header: {header}");
    let foreign = question.others.iter().find_map(|other| {
        let theirs = other.signing.header();
        let present = !theirs.eq_ignore_ascii_case(header)
            && question.delivery.values(theirs).next().is_some();
        present.then(|| {
            format!(
                "; {theirs}, the signature header of {}, is present",
                other.title
            )
        })
    });
    match (foreign, similar.first()) {
        (Some(foreign), _) => what += &foreign,
        (None, Some((name, _))) => {
            what += &format!(
                "; {} is present, but its value is not the signature",
                shortened(name)
            );
        }
        (None, None) => {}
    }
    let signing = question.expected.signing;
    let fix = if signing.is_optional() {
        format!(
            "set a secret for this webhook in {}'s settings; without one, its deliveries are not signed",
            question.expected.title
        )
    } else {
        format!(
            "send {header} with {}; look for a proxy that drops the header",
            signing.expected_value()
        )
    };
    Diagnosis::new(Reason::HeaderMissing, what, fix)
}

/// The signature, right or explicably wrong, in a header of another name.
fn in_another_header(
    question: &Question<'_>,
    signer: &Signer,
    similar: &[(&str, &[u8])],
) -> Option<Diagnosis> {
    let header = signer.header();
    let mut budget = SearchBudget::new();
    similar.iter().find_map(|(name, value)| {
        let name = shortened(name);
        let verdict = signer.verify(&question.with_header(&[(header, *value)]));
        if verdict == SignatureVerdict::Valid {
            return Some(Diagnosis::new(
                Reason::OtherHeader,
                format!("missing header: {header}; the signature is in {name}"),
                format!("send it in {header}"),
            ));
        }
        let found = explain(question, value, &mut budget)?;
        Some(Diagnosis::new(
            Reason::OtherHeader,
            format!(
                "missing header: {header}; found in {name}: {}",
                found.explanation
            ),
            format!("send it in {header}; {}", found.fix),
        ))
    })
}

/// Whether a sender may have put the signature into a header of that name.
fn may_carry_signature(name: &str, question: &Question<'_>) -> bool {
    let lower = name.to_ascii_lowercase();
    let key_header = question.expected.signing.key_header();
    ["sign", "digest", "hmac", "secret", "token", "auth"]
        .iter()
        .any(|word| lower.contains(word))
        || key_header.is_some_and(|key| key.eq_ignore_ascii_case(name))
}

/// A header name from outside, cut to a printable length.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// The answer when no mistake produces the value.
fn unexplained(question: &Question<'_>, value: &[u8], budget: &SearchBudget) -> Diagnosis {
    let expected = question.expected;
    let by_form = || digest::wrong_form(question, value);
    if let Some(found) = digest::mistyped(question, value).or_else(by_form) {
        return found;
    }
    let (title, header) = (expected.title, expected.signing.header());
    let Some(place) = expected.place else {
        return Diagnosis::new(
            Reason::NoSecret,
            format!(
                "no secret configured for {title}, and the signature was not made with the development secret"
            ),
            format!(
                "put the webhook's secret into ${}, or sign with the development secret",
                expected.variable
            ),
        );
    };
    let compare = format!("compare the secret {place} with the one in {title}'s webhook settings");
    if expected.signing.sends_secret() {
        return Diagnosis::new(
            Reason::Unexplained,
            format!("{header} carries a different secret from the one {place}"),
            compare,
        );
    }
    let tried = if budget.exceeded {
        "the body is too large or too deeply nested to try every common mistake, and those tried do not explain it"
    } else {
        "no common mistake explains it"
    };
    Diagnosis::new(
        Reason::Unexplained,
        format!(
            "{header} does not match, and {tried}; most likely the secrets differ or the body was modified in transit"
        ),
        format!("{compare}, then compare the body's bytes on both sides"),
    )
}

#[cfg(test)]
mod tests;
