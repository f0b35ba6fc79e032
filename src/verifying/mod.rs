//! Checks the signatures of captured deliveries, and says why one is not valid: `verify`.
//!
//! A delivery was recorded by a program, which kept its bytes, or pasted by a person, whose editor changes them. In the
//! second case `paste` looks for the change that explains the signature, before the diagnosis blames the sender.

mod checked_delivery;
mod copied;
mod encoding;
mod judgement;
mod paste;
mod python_dict;
mod recogniser;
mod right_check;
mod typed;
mod verifier;

pub(crate) use checked_delivery::GivenHeaders;
pub(crate) use right_check::Language;
pub(crate) use typed::WITHOUT_NEWLINE;
pub(crate) use verifier::{Verifier, VerifierSettings};
