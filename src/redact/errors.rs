//! Removes secrets from errors that repeat what the user wrote.

use super::Redactor;
use crate::error::Error;

impl Error {
    /// The same error with stars instead of secrets.
    pub(crate) fn without_secrets(self, redactor: &Redactor) -> Self {
        let hide = |text: String| redactor.text(&text).into_owned();
        match self {
            Self::Usage { what, hint } => Self::Usage {
                what: hide(what),
                hint,
            },
            Self::ConflictingOptions { what, hint } => Self::ConflictingOptions {
                what: hide(what),
                hint,
            },
            Self::InvalidValue { option, why, hint } => Self::InvalidValue {
                option: hide(option),
                why: hide(why),
                hint,
            },
            Self::RemoteTarget {
                target,
                host,
                addresses,
            } => Self::RemoteTarget {
                target: hide(target),
                host,
                addresses,
            },
            other => other,
        }
    }
}
