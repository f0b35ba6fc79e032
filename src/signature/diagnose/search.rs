//! Tries one mistake after the other until the digest comes out: first the keys, then changed bodies, then the common
//! wrong keys with changed bodies.
//!
//! Every comparison takes constant time and is paid for from the delivery's [`SearchBudget`].

use super::bytes::{CHANGES, WHOLE, data};
use super::keys::keys;
use super::mistake::Mistake;
use super::question::{Question, SearchBudget};
use super::reason::Reason;
use super::reprint::{find_print, reprinted};
use crate::catalogue::manifest::Hash;
use crate::secret::Secret;
use crate::signature::keyed_hash::{KeyedHash, same};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// Fewer bytes of a digest may match by chance.
const LEAST: usize = 8;

const REPRINT: &str =
    "sign and verify the exact bytes sent; do not parse and re-serialise the JSON in between";

/// A search for the way in which a digest was made.
pub(super) struct Search<'s> {
    pub(super) digest: &'s [u8],
    pub(super) question: &'s Question<'s>,
    pub(super) budget: &'s mut SearchBudget,
}

/// A key ready for use.
struct Try {
    keyed: KeyedHash,
    mistake: Option<Mistake>,
    common: bool,
}

impl Search<'_> {
    /// The mistakes with which a hash function produces the digest; an empty list if nothing but the function is wrong.
    pub(super) fn by_hash(&mut self, hash: Hash, right: Hash) -> Option<Vec<Mistake>> {
        let body = self.question.body();
        let tries: Vec<Try> = keys(self.question)
            .into_iter()
            .map(|key| Try {
                keyed: KeyedHash::new(hash, &key.secret),
                mistake: key.mistake,
                common: key.common,
            })
            .collect();
        if let Some(right) = tries.iter().find(|key| self.fits(&key.keyed, body)) {
            return Some(right.mistake.iter().cloned().collect());
        }
        if let Some(mistake) = self.misused(hash, right) {
            return Some(vec![mistake]);
        }
        let (own, wrong) = tries.split_at(1);
        let common: Vec<&Try> = wrong.iter().filter(|key| key.common).collect();
        self.by_body(&own.iter().collect::<Vec<_>>())
            .or_else(|| self.by_body(&common))
    }

    /// The mistakes if one of the keys produces the digest from a changed body.
    fn by_body(&mut self, keys: &[&Try]) -> Option<Vec<Mistake>> {
        let body = self.question.body();
        self.by_bytes(keys)
            .or_else(|| self.by_print(keys, body))
            .or_else(|| {
                let (changes, key) = self.print(keys, data(body)?)?;
                let what = format!(
                    "was computed over the value of `data` alone, re-serialised ({changes})"
                );
                let part = Mistake::new(Reason::BodyPart, what, format!("{WHOLE}; {REPRINT}"));
                Some([part].into_iter().chain(key).collect())
            })
    }

    fn by_bytes(&mut self, keys: &[&Try]) -> Option<Vec<Mistake>> {
        let body = self.question.body();
        for change in &CHANGES {
            if !self.budget.allows(body.len()) {
                return None;
            }
            let Some(changed) = (change.apply)(body) else {
                continue;
            };
            if let Some(key) = self.key_for(keys, &changed) {
                let mistake = Mistake::new(
                    change.reason,
                    format!("was computed over {}", change.what),
                    change.fix,
                );
                return Some(key.into_iter().chain([mistake]).collect());
            }
        }
        None
    }

    fn by_print(&mut self, keys: &[&Try], body: &[u8]) -> Option<Vec<Mistake>> {
        let (changes, key) = self.print(keys, body)?;
        let mistake = Mistake::new(Reason::BodyReprinted, reprinted(&changes), REPRINT);
        Some(key.into_iter().chain([mistake]).collect())
    }

    /// How JSON was printed that produces the digest, and what is wrong with the key.
    fn print(&mut self, keys: &[&Try], json: &[u8]) -> Option<(String, Option<Mistake>)> {
        let digest = self.digest;
        find_print(json, self.budget, |print, budget| {
            let mut keys = keys.iter();
            keys.find(|key| budget.allows(print.len()) && key.keyed.matches(digest, print))
                .map(|key| key.mistake.clone())
        })
    }

    /// What is wrong with the key that produces the digest of a body.
    fn key_for(&mut self, keys: &[&Try], body: &[u8]) -> Option<Option<Mistake>> {
        keys.iter()
            .find(|key| self.fits(&key.keyed, body))
            .map(|key| key.mistake.clone())
    }

    fn fits(&mut self, keyed: &KeyedHash, body: &[u8]) -> bool {
        self.budget.allows(body.len()) && keyed.matches(self.digest, body)
    }

    /// A plain hash instead of an HMAC, or an HMAC with key and message swapped.
    fn misused(&mut self, hash: Hash, right: Hash) -> Option<Mistake> {
        let body = self.question.body();
        let secret = self.question.expected.secret.expose();
        if !self.budget.allows(body.len().saturating_mul(4)) {
            return None;
        }
        let name = hash.title();
        let fix = format!(
            "use HMAC-{} with the secret as the key, from a library's HMAC function",
            right.title()
        );
        if same(&hashed(hash, &[body]), self.digest) {
            let what = format!("is a plain {name} of the body, without the secret");
            return Some(Mistake::new(Reason::PlainHash, what, fix));
        }
        for (parts, order) in [
            ([secret, body], "the secret and the body"),
            ([body, secret], "the body and the secret"),
        ] {
            if same(&hashed(hash, &parts), self.digest) {
                let what = format!("is a plain {name} of {order}, concatenated");
                return Some(Mistake::new(Reason::JoinedHash, what, fix));
            }
        }
        KeyedHash::new(hash, &Secret::new(body))
            .matches(self.digest, secret)
            .then(|| {
                let fix =
                    "swap the HMAC's arguments: the secret is the key, the body is the message";
                Mistake::new(
                    Reason::SwappedArguments,
                    "was computed with the body as the key and the secret as the message",
                    fix,
                )
            })
    }

    /// The right digest, truncated.
    pub(super) fn cut(&mut self, right: Hash) -> Option<Vec<Mistake>> {
        let (length, whole) = (self.digest.len(), right.digest_length());
        let body = self.question.body();
        if !(LEAST..whole).contains(&length) || !self.budget.allows(body.len()) {
            return None;
        }
        let keyed = KeyedHash::new(right, self.question.expected.secret);
        keyed.starts_with(self.digest, body).then(|| {
            let what = format!("is truncated: only {length} of {whole} bytes");
            let fix = "look for a field or variable that is too short for the digest";
            vec![Mistake::new(Reason::DigestCut, what, fix)]
        })
    }
}

/// The hash of some parts, one after the other.
pub(in crate::signature) fn hashed(hash: Hash, parts: &[&[u8]]) -> Vec<u8> {
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
