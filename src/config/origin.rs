//! Where a value came from.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nothing sets it.
    BuiltIn,
    /// The nearest file, which the user did not name.
    Found,
    /// A file.
    File(PathBuf),
    /// A variable of the environment, or of the file that `--env-file` gives.
    Variable(String, Option<PathBuf>),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built-in"),
            Self::Found => f.write_str("found automatically"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name, None) => write!(f, "${name}"),
            Self::Variable(name, Some(file)) => write!(f, "${name} in {}", file.display()),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A value with where it came from.
#[derive(Clone, Debug)]
pub struct Valued<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Valued<T> {
    pub(super) fn built_in(value: T) -> Self {
        Self {
            value,
            origin: Origin::BuiltIn,
        }
    }

    /// Another value from the same place.
    pub(super) fn map<U>(self, make: impl FnOnce(T) -> U) -> Valued<U> {
        Valued {
            value: make(self.value),
            origin: self.origin,
        }
    }
}
