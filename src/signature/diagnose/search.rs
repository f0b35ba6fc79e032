//! Tries one mistake after the other until a digest comes out right: the keys first, then the bodies, then the likely
//! keys with each of the bodies.
//!
//! Separate because here alone digests are compared, in a time that tells nothing of them, and every try is paid for
//! from what may be spent on one delivery.

use super::super::{Keyed, same};
use super::bytes::CHANGES;
use super::digest::{Mistake, length_of, spoken};
use super::json_tree::TooMuch;
use super::keys::keys;
use super::reason::Reason;
use super::reprint::{LARGEST_PRINT, Reprinter};
use super::{Question, SearchBudget};
use crate::catalogue::manifest::Hash;
use crate::secret::Secret;
use hmac::Mac as _;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// Fewer bytes of a digest may be right by chance, or by trying.
const LEAST: usize = 8;

const REPRINT: &str = "sign and check the raw bytes that travel: print the JSON once, and neither parse nor print it again \
                       on the way to the signature";

/// A digest that somebody made, somehow.
pub(super) struct Search<'s> {
    pub(super) digest: &'s [u8],
    pub(super) question: &'s Question<'s>,
    pub(super) work: &'s mut SearchBudget,
}

/// A key ready for use.
struct Try {
    keyed: Keyed,
    slip: Option<Mistake>,
    likely: bool,
}

impl Search<'_> {
    /// The mistakes with which a hash function, the right one or not, makes the digest; none where it is right.
    pub(super) fn by_length(&mut self, hash: Hash, right: Hash) -> Option<Vec<Mistake>> {
        let body = self.question.body;
        let tries: Vec<Try> = keys(self.question)
            .into_iter()
            .map(|key| Try {
                keyed: Keyed::new(hash, &key.secret),
                slip: key.slip,
                likely: key.likely,
            })
            .collect();
        if let Some(right) = tries.iter().find(|key| self.fits(&key.keyed, body)) {
            return Some(right.slip.iter().cloned().collect());
        }
        if let Some(slip) = self.misused(hash, right) {
            return Some(vec![slip]);
        }
        let (own, wrong) = tries.split_at(1);
        let likely: Vec<&Try> = wrong.iter().filter(|key| key.likely).collect();
        self.by_body(&own.iter().collect::<Vec<_>>())
            .or_else(|| self.by_body(&likely))
    }

    /// One of the keys that makes the digest of a changed body.
    fn by_body(&mut self, keys: &[&Try]) -> Option<Vec<Mistake>> {
        self.by_bytes(keys).or_else(|| self.by_print(keys))
    }

    fn by_bytes(&mut self, keys: &[&Try]) -> Option<Vec<Mistake>> {
        let body = self.question.body;
        for change in &CHANGES {
            if !self.work.allows(body.len()) {
                return None;
            }
            let Some(changed) = (change.apply)(body) else {
                continue;
            };
            if let Some(key) = self.key_for(keys, &changed) {
                let slip = Mistake::new(
                    change.reason,
                    format!("belongs to {}", change.what),
                    change.fix,
                );
                return Some(key.into_iter().chain([slip]).collect());
            }
        }
        None
    }

    fn by_print(&mut self, keys: &[&Try]) -> Option<Vec<Mistake>> {
        let body = self.question.body;
        // To find out which styles differ takes a dozen prints.
        if !self.work.allows(body.len().saturating_mul(12)) {
            return None;
        }
        let printer = match Reprinter::of(body) {
            Ok(printer) => printer?,
            Err(TooMuch) => {
                self.work.cut = true;
                return None;
            }
        };
        for style in printer.styles() {
            let Some(mut text) = printer.print(&style) else {
                self.work.allows(LARGEST_PRINT);
                self.work.cut = true;
                continue;
            };
            for feed in [false, true] {
                if feed {
                    text.push('\n');
                }
                if !self.work.allows(text.len()) {
                    return None;
                }
                if let Some(key) = self.key_for(keys, text.as_bytes()) {
                    let slip =
                        Mistake::new(Reason::BodyReprinted, printer.told(&style, feed), REPRINT);
                    return Some(key.into_iter().chain([slip]).collect());
                }
            }
        }
        None
    }

    /// What is wrong with the one key that fits a body.
    fn key_for(&mut self, keys: &[&Try], body: &[u8]) -> Option<Option<Mistake>> {
        keys.iter()
            .find(|key| self.fits(&key.keyed, body))
            .map(|key| key.slip.clone())
    }

    fn fits(&mut self, keyed: &Keyed, body: &[u8]) -> bool {
        self.work.allows(body.len()) && keyed.fits(self.digest, body)
    }

    /// A hash in place of an HMAC, or an HMAC of the wrong thing.
    fn misused(&mut self, hash: Hash, right: Hash) -> Option<Mistake> {
        let body = self.question.body;
        let secret = self.question.expected.secret.expose();
        if !self.work.allows(body.len().saturating_mul(4)) {
            return None;
        }
        let name = spoken(hash);
        let fix = format!(
            "make an HMAC-{} with the secret as its key, by a function that has HMAC in its name",
            spoken(right)
        );
        if same(&hashed(hash, &[body]), self.digest) {
            let what = format!("is the plain {name} of the body, without the secret");
            return Some(Mistake::new(Reason::PlainHash, what, fix));
        }
        for (parts, order) in [
            ([secret, body], "the secret and the body"),
            ([body, secret], "the body and the secret"),
        ] {
            if same(&hashed(hash, &parts), self.digest) {
                let what = format!("is the plain {name} of {order} one behind the other");
                return Some(Mistake::new(Reason::JoinedHash, what, fix));
            }
        }
        Keyed::new(hash, &Secret::new(body))
            .fits(self.digest, secret)
            .then(|| {
                let fix =
                    "swap the arguments of the HMAC: the secret is the key, the body the message";
                Mistake::new(
                    Reason::SwappedArguments,
                    "was made with the body as the key and the secret as the message",
                    fix,
                )
            })
    }

    /// The beginning of the right digest.
    pub(super) fn cut(&mut self, right: Hash) -> Option<Vec<Mistake>> {
        let (length, whole) = (self.digest.len(), length_of(right));
        let body = self.question.body;
        if !(LEAST..whole).contains(&length) || !self.work.allows(body.len()) {
            return None;
        }
        let digest = self.digest;
        let begins = match Keyed::new(right, self.question.expected.secret) {
            Keyed::Sha1(keyed) => keyed.chain_update(body).verify_truncated_left(digest),
            Keyed::Sha256(keyed) => keyed.chain_update(body).verify_truncated_left(digest),
            Keyed::Sha512(keyed) => keyed.chain_update(body).verify_truncated_left(digest),
        };
        begins.is_ok().then(|| {
            let what = format!("is cut off: it begins right, but has {length} of {whole} bytes");
            let fix = "look for a field or a variable that is too short for the digest";
            vec![Mistake::new(Reason::DigestCut, what, fix)]
        })
    }
}

fn hashed(hash: Hash, parts: &[&[u8]]) -> Vec<u8> {
    fn all<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
        parts
            .iter()
            .fold(D::new(), D::chain_update)
            .finalize()
            .to_vec()
    }
    match hash {
        Hash::Sha1 => all::<Sha1>(parts),
        Hash::Sha256 => all::<Sha256>(parts),
        Hash::Sha512 => all::<Sha512>(parts),
    }
}
