//! Mistakes with a scheme that sends the secret itself, after a word.

use super::question::{Diagnosis, Question, SearchBudget};
use super::reason::Reason;
use super::spelling;
use crate::catalogue::manifest::Hash;
use crate::secret::DEVELOPMENT;
use crate::signature::keyed_hash::{KeyedHash, same};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Common words before a secret. Others are not repeated in messages, since they may be part of one.
const WORDS: [&str; 7] = [
    "Secret", "Bearer", "Basic", "Token", "ApiKey", "Key", "Webhook",
];

/// What programs print for an unset secret.
const NOTHING: [&str; 5] = ["undefined", "null", "None", "nil", "NULL"];

/// The lengths at which providers' forms truncate a secret.
const LENGTHS: [usize; 2] = [150, 250];

/// The header's value in its parts.
struct Offered<'v> {
    /// Without surrounding white space and quotation marks.
    whole: &'v str,
    word: &'v str,
    /// What follows the word.
    token: &'v str,
}

/// The mistakes that produce a value in place of the word and the secret.
pub(super) fn explain(
    question: &Question<'_>,
    value: &[u8],
    budget: &mut SearchBudget,
) -> Option<Diagnosis> {
    let expected = question.expected;
    let (header, prefix) = (expected.signing.header(), expected.signing.prefix()?);
    let whole = spelling::bare(std::str::from_utf8(value).ok()?);
    let between = [' ', '\t', ':', '='];
    let (word, token) = whole.split_at(whole.find(between).unwrap_or(whole.len()));
    let offered = Offered {
        whole,
        word,
        token: spelling::bare(token.trim_start_matches(between)),
    };
    let what = |what: String| format!("{header} carries {what}");
    if let Some((reason, found)) = framed(&offered, prefix, expected.secret.expose()) {
        let fix = format!("send `{header}: {prefix}`, one space and the secret, and nothing else");
        return Some(Diagnosis::new(reason, what(found), fix));
    }
    if whole.eq_ignore_ascii_case(prefix) || NOTHING.contains(&offered.token) {
        let found = format!("the word {prefix} without a secret");
        let fix = "check where the sender reads its secret: it is empty there";
        return Some(Diagnosis::new(Reason::SecretEmpty, what(found), fix));
    }
    [offered.token, whole]
        .into_iter()
        .filter(|text| !text.is_empty())
        .find_map(|text| {
            let text = text.as_bytes();
            let found = changed(question, text).or_else(|| foreign(question, text));
            let (reason, found, fix) = found.or_else(|| computed(question, text, budget))?;
            Some(Diagnosis::new(reason, what(found), fix))
        })
}

/// The right secret in a wrong form.
fn framed(offered: &Offered<'_>, prefix: &str, secret: &[u8]) -> Option<(Reason, String)> {
    let Offered { whole, word, token } = offered;
    let is = |text: &str| same(text.as_bytes(), secret);
    if is(whole) {
        return Some((
            Reason::PrefixMissing,
            format!("the right secret without the word {prefix} in front"),
        ));
    }
    if is(token) && *word == prefix {
        let what = "the right secret, but not after exactly one space";
        return Some((Reason::Padded, what.to_owned()));
    }
    if is(token) {
        let found = match WORDS.iter().find(|known| known.eq_ignore_ascii_case(word)) {
            Some(_) => format!("`{word}`"),
            None => "an unknown word".to_owned(),
        };
        return Some((
            Reason::Prefix,
            format!("the right secret after {found} instead of `{prefix}`"),
        ));
    }
    let glued = whole
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if glued && is(&whole[prefix.len()..]) {
        return Some((
            Reason::Prefix,
            format!("the right secret without a space after the word {prefix}"),
        ));
    }
    let login = spelling::from_base64(token.as_bytes())?;
    let colon = login.iter().position(|byte| *byte == b':')?;
    (same(&login[..colon], secret) | same(&login[colon + 1..], secret)).then(|| {
        (
            Reason::Prefix,
            "the right secret as a Basic user name or password".to_owned(),
        )
    })
}

/// A mistake, what the header carries, and what to do.
type Explained = Option<(Reason, String, String)>;

/// The right secret, changed.
fn changed(question: &Question<'_>, offered: &[u8]) -> Explained {
    let secret = question.expected.secret.expose();
    if same(&offered.to_ascii_lowercase(), &secret.to_ascii_lowercase()) {
        let fix = "copy the secret exactly: case matters".to_owned();
        return Some((
            Reason::SecretCase,
            "the secret in another case".to_owned(),
            fix,
        ));
    }
    let bare =
        std::str::from_utf8(secret).map_or(secret, |secret| spelling::bare(secret).as_bytes());
    if same(offered, bare) {
        let what =
            "the secret without the white space or quotation marks around the configured one"
                .to_owned();
        let place = question.expected.place.unwrap_or("here");
        return Some((
            Reason::SecretPadded,
            what,
            format!("remove the white space or quotation marks around the secret {place}"),
        ));
    }
    let first = secret
        .split(u8::is_ascii_whitespace)
        .next()
        .unwrap_or_default();
    let mut cuts = LENGTHS
        .iter()
        .filter_map(|length| secret.get(..*length))
        .chain([first]);
    cuts.any(|cut| same(offered, cut)).then(|| {
        let fix = "choose a secret of at most 150 characters, without spaces".to_owned();
        (
            Reason::SecretCut,
            "only the beginning of the secret".to_owned(),
            fix,
        )
    })
}

/// Another secret that is known here.
fn foreign(question: &Question<'_>, offered: &[u8]) -> Explained {
    let expected = question.expected;
    if let Some(place) = expected.place
        && same(offered, DEVELOPMENT.as_bytes())
    {
        let fix = format!(
            "configure the sender with the secret {place}, or remove it here and send the development secret"
        );
        return Some((
            Reason::DevelopmentSecret,
            "the development secret, but another is configured".to_owned(),
            fix,
        ));
    }
    let mut configured = question.others.iter().filter(|other| other.place.is_some());
    let other = configured.find(|other| same(offered, other.secret.expose()))?;
    let fix = format!("use the secret from {}'s webhook settings", expected.title);
    Some((
        Reason::OtherSecret,
        format!("the secret of {}", other.title),
        fix,
    ))
}

/// A digest of the body instead of the secret.
fn computed(question: &Question<'_>, offered: &[u8], budget: &mut SearchBudget) -> Explained {
    let spelled = spelling::read(offered)?;
    let hash = Hash::of_digest_length(spelled.bytes.len())
        .filter(|_| budget.allows(question.body().len()))?;
    KeyedHash::new(hash, question.expected.secret)
        .matches(&spelled.bytes, question.body())
        .then(|| {
            let title = question.expected.title;
            let what = format!(
                "an HMAC-{} of the body; {title} sends the secret itself",
                hash.title()
            );
            let fix = "send the secret instead of a digest: this scheme does not sign the body"
                .to_owned();
            (Reason::OtherAlgorithm, what, fix)
        })
}

/// Wrong values that [`explain`] recognises, the most likely first.
pub(super) fn variants(question: &Question<'_>) -> Vec<String> {
    let expected = question.expected;
    let (Some(prefix), Ok(secret)) = (
        expected.signing.prefix(),
        std::str::from_utf8(expected.secret.expose()),
    ) else {
        return Vec::new();
    };
    let mut values = vec![secret.to_owned()];
    values.extend(WORDS.iter().map(|word| format!("{word} {secret}")));
    values.extend([
        format!("{} {secret}", prefix.to_ascii_lowercase()),
        format!("{} {secret}", prefix.to_ascii_uppercase()),
        format!("{prefix}{secret}"),
        format!("{prefix}: {secret}"),
        format!("{prefix}  {secret}"),
        format!("\"{secret}\""),
        format!("Basic {}", STANDARD.encode(format!("{secret}:"))),
        format!("Basic {}", STANDARD.encode(format!(":{secret}"))),
        prefix.to_owned(),
    ]);
    let mut tokens: Vec<String> = vec![
        spelling::bare(secret).to_owned(),
        secret.to_ascii_lowercase(),
        secret.to_ascii_uppercase(),
    ];
    tokens.extend(secret.split_ascii_whitespace().next().map(str::to_owned));
    let cuts = LENGTHS.iter().filter_map(|length| secret.get(..*length));
    tokens.extend(cuts.map(str::to_owned));
    tokens.extend(NOTHING.map(str::to_owned));
    let others = question.others.iter().filter(|other| other.place.is_some());
    let known = others.map(|other| other.secret.expose());
    let known = known.chain(expected.place.map(|_| DEVELOPMENT.as_bytes()));
    tokens.extend(known.filter_map(|secret| Some(std::str::from_utf8(secret).ok()?.to_owned())));
    values.extend(tokens.iter().map(|token| format!("{prefix} {token}")));
    for hash in [Hash::Sha256, Hash::Sha512, Hash::Sha1] {
        let digest = KeyedHash::new(hash, expected.secret).hex_digest(question.body());
        values.extend([format!("{prefix} {digest}"), digest]);
    }
    values
}
