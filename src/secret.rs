//! A key that is never printed: its `Debug` hides it, and its memory is wiped when it is dropped.

use std::fmt;
use zeroize::Zeroizing;

/// The secret that `send` and `listen` use where none is configured, so that the two work together out of the box.
pub const DEVELOPMENT: &str = "inqud-hook-development-secret";

/// What is shown in place of a secret.
pub const STARS: &str = "********";

/// A secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// A secret with those bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// The bytes; only for signing.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(STARS)
    }
}
