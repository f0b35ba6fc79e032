//! Mistakes with a secret that travels as it is, behind a word.
//!
//! Separate from the digests: here values are compared as they are, and the body matters only to somebody who has
//! signed it nevertheless.

use super::super::{Keyed, same};
use super::digest::{hash_of, spoken};
use super::reason::Reason;
use super::{Diagnosis, Question, SearchBudget, spelling};
use crate::catalogue::manifest::Signing;
use crate::secret::DEVELOPMENT;

/// Words that people put before a secret; any other is not repeated, since it may be a part of one.
const WORDS: [&str; 7] = [
    "Secret", "Bearer", "Basic", "Token", "ApiKey", "Key", "Webhook",
];

/// What programs write behind the word where there is nothing.
const NOTHING: [&str; 5] = ["undefined", "null", "None", "nil", "NULL"];

/// The lengths at which providers' forms cut a secret off.
const LENGTHS: [usize; 2] = [150, 250];

/// What the header carries, taken apart.
struct Offered<'v> {
    /// Without what surrounds it.
    whole: &'v str,
    word: &'v str,
    /// What follows the word, where something does.
    token: &'v str,
}

/// The mistakes that lead to a value where a word and the secret were expected.
pub(super) fn explain(
    question: &Question<'_>,
    value: &[u8],
    work: &mut SearchBudget,
) -> Option<Diagnosis> {
    let expected = question.expected;
    let Signing::Secret { header, prefix, .. } = expected.signing else {
        return None;
    };
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
        let fix =
            format!("send `{header}: {prefix}`, one space and the secret, with nothing around it");
        return Some(Diagnosis::new(reason, what(found), fix));
    }
    if whole.eq_ignore_ascii_case(prefix) || NOTHING.contains(&offered.token) {
        let found = format!("the word {prefix} without a secret behind it");
        let fix = "look where the sender reads its secret: there is nothing";
        return Some(Diagnosis::new(Reason::SecretEmpty, what(found), fix));
    }
    [offered.token, whole]
        .into_iter()
        .filter(|text| !text.is_empty())
        .find_map(|text| {
            let text = text.as_bytes();
            let found = changed(question, text).or_else(|| foreign(question, text));
            let (reason, found, fix) = found.or_else(|| computed(question, text, work))?;
            Some(Diagnosis::new(reason, what(found), fix))
        })
}

/// The right secret with something wrong around it.
fn framed(offered: &Offered<'_>, prefix: &str, secret: &[u8]) -> Option<(Reason, String)> {
    let Offered { whole, word, token } = offered;
    let is = |text: &str| same(text.as_bytes(), secret);
    if is(whole) {
        return Some((
            Reason::PrefixMissing,
            format!("the right secret without the word {prefix} before it"),
        ));
    }
    if is(token) && *word == prefix {
        let what = "the right secret with something else around it than one space before it";
        return Some((Reason::Padded, what.to_owned()));
    }
    if is(token) {
        let found = match WORDS.iter().find(|known| known.eq_ignore_ascii_case(word)) {
            Some(_) => format!("`{word}`"),
            None => "something else".to_owned(),
        };
        return Some((
            Reason::Prefix,
            format!("the right secret behind {found}, where `{prefix}` belongs"),
        ));
    }
    let glued = whole
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if glued && is(&whole[prefix.len()..]) {
        return Some((
            Reason::Prefix,
            format!("the right secret without a space behind the word {prefix}"),
        ));
    }
    let login = spelling::from_base64(token.as_bytes())?;
    let colon = login.iter().position(|byte| *byte == b':')?;
    (same(&login[..colon], secret) | same(&login[colon + 1..], secret)).then(|| {
        (
            Reason::Prefix,
            "the right secret as a user's name or password".to_owned(),
        )
    })
}

/// A mistake, what the header carries by it, and what to do.
type Explained = Option<(Reason, String, String)>;

/// The right secret, but not letter for letter.
fn changed(question: &Question<'_>, offered: &[u8]) -> Explained {
    let secret = question.expected.secret.expose();
    if same(&offered.to_ascii_lowercase(), &secret.to_ascii_lowercase()) {
        let fix = "copy the secret letter for letter".to_owned();
        return Some((
            Reason::SecretCase,
            "the secret in other capitals".to_owned(),
            fix,
        ));
    }
    let bare =
        std::str::from_utf8(secret).map_or(secret, |secret| spelling::bare(secret).as_bytes());
    if same(offered, bare) {
        let what =
            "the secret without the white space or the quotation marks that it has here".to_owned();
        let place = question.expected.place.unwrap_or("here");
        return Some((
            Reason::SecretPadded,
            what,
            format!("take away what stands around the secret {place}"),
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
        let fix = "choose a secret without spaces, of at most 150 characters".to_owned();
        (
            Reason::SecretCut,
            "the beginning of the secret".to_owned(),
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
            "give the sender the secret {place}, or take it away here and send the development one"
        );
        return Some((
            Reason::DevelopmentSecret,
            "the development secret, while another is configured".to_owned(),
            fix,
        ));
    }
    let mut configured = question.others.iter().filter(|other| other.place.is_some());
    let other = configured.find(|other| same(offered, other.secret.expose()))?;
    let fix = format!(
        "use the secret that {} has for this webhook",
        expected.title
    );
    Some((
        Reason::OtherSecret,
        format!("the secret of {}", other.title),
        fix,
    ))
}

/// A digest of the body, where none is asked for.
fn computed(question: &Question<'_>, offered: &[u8], work: &mut SearchBudget) -> Explained {
    let spelled = spelling::read(offered)?;
    let hash = hash_of(spelled.bytes.len()).filter(|_| work.allows(question.body.len()))?;
    Keyed::new(hash, question.expected.secret)
        .fits(&spelled.bytes, question.body)
        .then(|| {
            let title = question.expected.title;
            let what = format!(
                "an HMAC-{} of the body, where {title} sends the secret itself",
                spoken(hash)
            );
            let fix = "send the secret in place of a digest: this scheme signs nothing".to_owned();
            (Reason::OtherAlgorithm, what, fix)
        })
}
