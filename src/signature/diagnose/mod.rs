//! Why a signature fails, in words: every mistake that people make is made here too, until one of them leads to the
//! very value that the header carries.
//!
//! Separate from signing and verifying, which need one try and know no JSON. It knows every secret and still tells
//! none: neither one of them nor the right digest of a body is in what it says. That is for whoever owns the secrets;
//! an answer to the sender must not carry it, since it tells a guesser how near he is.

mod bytes;
mod digest;
mod json_tree;
mod keys;
mod numbers;
mod reason;
mod reprint;
mod search;
mod shared;
mod spelling;

pub use reason::Reason;

use super::{SignatureVerdict, Signer};
use crate::catalogue::manifest::Signing;
use crate::secret::Secret;

/// A provider's scheme with a secret, as a delivery may have been signed.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The provider's name, as in `provider/event`.
    pub provider: &'a str,
    /// The provider's name for people.
    pub title: &'a str,
    /// Its scheme.
    pub signing: &'a Signing,
    /// The secret; the development secret where none is configured.
    pub secret: &'a Secret,
    /// Where the secret is kept, as `Held::place` says it; `None` for the development secret.
    pub place: Option<&'a str>,
    /// The variable that holds the secret, or that one would put it in.
    pub variable: &'a str,
}

/// A delivery whose signature was expected to fit, and what it may fit instead.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// As it should have been signed.
    pub expected: &'a Candidate<'a>,
    /// The other providers, configured or not; the expected one among them does no harm.
    pub others: &'a [Candidate<'a>],
    /// The headers as they came, repeats too.
    pub headers: &'a [(String, Vec<u8>)],
    /// The raw bytes.
    pub body: &'a [u8],
}

/// Why a signature fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The mistake; the weightiest where several come together.
    pub reason: Reason,
    /// What is wrong.
    pub explanation: String,
    /// What to do.
    pub fix: String,
}

impl Diagnosis {
    fn new(reason: Reason, explanation: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            reason,
            explanation: explanation.into(),
            fix: fix.into(),
        }
    }
}

/// The bytes that may be hashed for one delivery: some tens of milliseconds.
const MOST_WORK: usize = 16 << 20;

/// How much may still be tried.
struct SearchBudget {
    left: usize,
    /// Something was not tried, because the body is too large or too deep for it.
    cut: bool,
}

impl SearchBudget {
    fn new() -> Self {
        Self {
            left: MOST_WORK,
            cut: false,
        }
    }

    /// Whether so many bytes may still be hashed.
    fn allows(&mut self, bytes: usize) -> bool {
        // A digest of nothing takes four blocks.
        match self.left.checked_sub(bytes.saturating_add(512)) {
            Some(left) => {
                self.left = left;
                true
            }
            None => {
                // What comes later is no likelier, however short it is.
                *self = Self { left: 0, cut: true };
                false
            }
        }
    }
}

impl<'a> Question<'a> {
    fn values(&self, header: &str) -> Vec<&'a [u8]> {
        let named = self
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(header));
        named.map(|(_, value)| value.as_slice()).collect()
    }
}

/// Why the signature of a delivery fails; `None` where it does not.
pub fn diagnose(question: &Question<'_>) -> Option<Diagnosis> {
    let expected = question.expected;
    let Ok(signer) = Signer::new(expected.signing, expected.secret) else {
        return Some(unwritable(expected));
    };
    let (title, header) = (expected.title, signer.header());
    let values = question.values(header);
    let fits = |value: &[u8]| signer.verify(Some(value), question.body) == SignatureVerdict::Valid;
    let Some(value) = values.first() else {
        return Some(by_another(question).unwrap_or_else(|| missing(question, &signer)));
    };
    if values.len() > 1 {
        return Some(repeated(header, &values, fits));
    }
    if fits(value) {
        return None;
    }
    // A proxy may have joined them.
    let mut parts = value
        .split(|byte| *byte == b',')
        .take(4)
        .map(<[u8]>::trim_ascii);
    if value.contains(&b',') && parts.any(fits) {
        return Some(Diagnosis::new(
            Reason::HeaderRepeated,
            format!("{header} comes with several values, of which one fits"),
            format!("send {header} once: look for a proxy or a client that adds a second one"),
        ));
    }
    if let Some(found) = by_another(question) {
        return Some(found);
    }
    if value.trim_ascii().is_empty() {
        return Some(Diagnosis::new(
            Reason::HeaderEmpty,
            format!("{header} is there, but empty"),
            format!(
                "put into {header} what {title} sends: {}",
                form(expected.signing)
            ),
        ));
    }
    let mut work = SearchBudget::new();
    Some(explain(question, value, &mut work).unwrap_or_else(|| give_up(question, value, &work)))
}

/// A header that comes more than once, which is wrong whatever it carries.
fn repeated(header: &str, values: &[&[u8]], fits: impl Fn(&[u8]) -> bool) -> Diagnosis {
    let which = match values.iter().take(4).filter(|value| fits(value)).count() {
        0 => "and none of its values fits",
        _ if values.iter().all(|value| *value == values[0]) => "with the same value, which fits",
        _ => "and not every value fits",
    };
    Diagnosis::new(
        Reason::HeaderRepeated,
        format!(
            "{header} came {} times, {which}; handlers differ in which one they read",
            values.len()
        ),
        format!("send {header} once: look for a proxy or a client that adds a second one"),
    )
}

/// The mistakes that lead to such a value in the expected scheme's header.
fn explain(question: &Question<'_>, value: &[u8], work: &mut SearchBudget) -> Option<Diagnosis> {
    match question.expected.signing {
        Signing::Hmac { .. } => digest::explain(question, value, work),
        Signing::Secret { .. } => shared::explain(question, value, work),
    }
}

/// What a scheme's header carries.
fn form(signing: &Signing) -> String {
    match signing {
        Signing::Hmac { hash, .. } => {
            format!(
                "the HMAC-{} of the raw body, in lower-case hex digits",
                digest::spoken(*hash)
            )
        }
        Signing::Secret { prefix, .. } => format!("the word {prefix}, one space and the secret"),
    }
}

fn unwritable(expected: &Candidate<'_>) -> Diagnosis {
    let title = expected.title;
    Diagnosis::new(
        Reason::SecretUnwritable,
        format!(
            "{title}'s secret has a character that no header can carry, and {title} sends the secret in one"
        ),
        format!(
            "look for line breaks and binary bytes in the secret {}",
            expected.place.unwrap_or("here")
        ),
    )
}

/// A delivery that another provider's scheme and secret sign.
fn by_another(question: &Question<'_>) -> Option<Diagnosis> {
    let expected = question.expected.title;
    question.others.iter().find_map(|other| {
        let signer = Signer::new(other.signing, other.secret).ok()?;
        let header = signer.header();
        (signer.verify(question.values(header), question.body) == SignatureVerdict::Valid).then(|| {
            let title = other.title;
            Diagnosis::new(
                Reason::OtherProvider,
                format!("{header} carries a valid signature of {title}, while one of {expected} was expected"),
                format!("check it as a webhook of {title}, or sign it as {expected} does"),
            )
        })
    })
}

/// A delivery without the header.
fn missing(question: &Question<'_>, signer: &Signer) -> Diagnosis {
    let title = question.expected.title;
    let header = signer.header();
    let mut work = SearchBudget::new();
    let akin: Vec<_> = question
        .headers
        .iter()
        .filter(|(name, _)| is_akin(name, question))
        .take(8)
        .collect();
    for (name, value) in &akin {
        let name = shortened(name);
        let move_it = format!("send it in {header}");
        if signer.verify([value.as_slice()], question.body) == SignatureVerdict::Valid {
            let what = format!("{header} is missing, while {name} carries the right signature");
            return Diagnosis::new(Reason::OtherHeader, what, move_it);
        }
        if let Some(found) = explain(question, value, &mut work) {
            let what = format!(
                "{header} is missing, while {name} is there: {}",
                found.explanation
            );
            return Diagnosis::new(
                Reason::OtherHeader,
                what,
                format!("{move_it}; {}", found.fix),
            );
        }
    }
    let mut what = format!("{header} is missing, in which {title} sends its signature");
    let foreign = question.others.iter().find_map(|other| {
        let theirs = header_of(other.signing);
        let there = !theirs.eq_ignore_ascii_case(header) && !question.values(theirs).is_empty();
        there.then(|| {
            format!(
                "; {theirs} is there, in which {} sends its own",
                other.title
            )
        })
    });
    match (foreign, akin.first()) {
        (Some(foreign), _) => what += &foreign,
        (None, Some((name, _))) => {
            what += &format!(
                "; {} is there, but what it carries does not fit either",
                shortened(name)
            );
        }
        (None, None) => {}
    }
    let optional = matches!(
        question.expected.signing,
        Signing::Hmac { optional: true, .. } | Signing::Secret { optional: true, .. }
    );
    let fix = if optional {
        format!(
            "set a secret for this webhook where {title} has its settings: without one, nothing is signed"
        )
    } else {
        format!(
            "send {header} with {}, and look for a proxy that drops it",
            form(question.expected.signing)
        )
    };
    Diagnosis::new(Reason::HeaderMissing, what, fix)
}

/// Whether somebody may have put a signature into a header of that name.
fn is_akin(name: &str, question: &Question<'_>) -> bool {
    let lower = name.to_ascii_lowercase();
    let key_header = question.expected.signing.key_header();
    ["sign", "digest", "hmac", "secret", "token", "auth"]
        .iter()
        .any(|word| lower.contains(word))
        || key_header.is_some_and(|key| key.eq_ignore_ascii_case(name))
}

fn header_of(signing: &Signing) -> &str {
    match signing {
        Signing::Hmac { header, .. } | Signing::Secret { header, .. } => header,
    }
}

/// The name of a header as it came, no longer than a name needs to be.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// What is left to say when no mistake leads to the value.
fn give_up(question: &Question<'_>, value: &[u8], work: &SearchBudget) -> Diagnosis {
    let expected = question.expected;
    if let Some(odd) = digest::oddity(question, value) {
        return odd;
    }
    let (title, header) = (expected.title, header_of(expected.signing));
    let Some(place) = expected.place else {
        return Diagnosis::new(
            Reason::NoSecret,
            format!("no secret is configured for {title}, and the development secret does not fit"),
            format!(
                "put the webhook's secret into ${}, or sign with the development secret",
                expected.variable
            ),
        );
    };
    if let Signing::Secret { .. } = expected.signing {
        return Diagnosis::new(
            Reason::Unexplained,
            format!("{header} carries another secret than the one {place}"),
            format!("compare the secret {place} with the one in the webhook's settings at {title}"),
        );
    }
    let tried = if work.cut {
        "the body is too large or too deep to try every likely mistake, and those that were tried do not explain it"
    } else {
        "every likely mistake was tried, and none explains it"
    };
    Diagnosis::new(
        Reason::Unexplained,
        format!(
            "{header} does not fit: {tried}; most likely the secret differs or the body was changed on the way"
        ),
        format!(
            "compare the secret {place} with the one in the webhook's settings at {title}, then the body's bytes on \
             both sides"
        ),
    )
}

#[cfg(test)]
mod tests;
