//! Forged deliveries: a right endpoint refuses them and does nothing.
//!
//! A case makes its `forgery`s, which `attack` sends and judges by answers and effects; `blame` tells a check that is
//! missing altogether from one that is wrong.

mod attack;
mod blame;
mod bodies;
mod effects;
mod forgery;
mod leak;
mod values;

use super::Run;
use crate::cases::Case;

/// The work of a case of this group.
pub(super) fn of(case: Case) -> Option<Run> {
    Some(match case {
        Case::NoSignature => values::no_signature,
        Case::EmptySignature => values::empty_signature,
        Case::WrongSecret => values::wrong_secret,
        Case::Guessable => values::guessable,
        Case::EmptyKey => values::empty_key,
        Case::PublicKey => values::public_key,
        Case::Truncated => values::truncated,
        Case::OneDigit => values::one_digit,
        Case::OtherBody => bodies::other_body,
        Case::UnkeyedHash => values::unkeyed_hash,
        Case::OtherHash => values::other_hash,
        Case::TamperedField => bodies::tampered_field,
        Case::Reformatted => bodies::reformatted,
        Case::Appended => bodies::appended,
        Case::SpoofedIp => values::spoofed_ip,
        Case::SchemeWord => values::scheme_word,
        Case::Method => effects::method,
        Case::Malformed => values::malformed,
        Case::Effect => effects::effect,
        Case::Poison => effects::poison,
        Case::Leak => leak::leak,
        _ => return None,
    })
}
