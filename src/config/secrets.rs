//! The secret of a provider: where it is kept, and how it is read from there.

use super::environment::variable;
use super::{Config, Env, Origin, SecretState, Valued};
use crate::bounded_read::{self, SourceKinds};
use crate::error::Error;
use crate::secret::{DEVELOPMENT, Secret};
use std::fmt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What to do about a secret that cannot be used.
pub(crate) const USE_SECRET_FILE: &str =
    "put the secret there, or give a file that contains it with --secret-file";
const SET_VARIABLE: &str = "set the variable, give a file that sets it with --env-file, or one that contains the secret with --secret-file";

/// Where a secret is kept; never the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// A file that holds it.
    File(PathBuf),
    /// A variable that holds it.
    Variable(String),
    /// Standard input.
    Stdin,
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Variable(name) => write!(f, "${name}"),
            Self::Stdin => f.write_str("standard input"),
        }
    }
}

/// A secret with what may be said about it.
#[derive(Clone, Debug)]
pub struct ResolvedSecret {
    /// The secret.
    pub secret: Secret,
    /// Where it is kept; `None` for the development secret.
    pub place: Option<String>,
    /// A trailing newline was removed.
    pub trimmed: bool,
    /// The variable that holds it, or the one to put it in.
    pub variable: String,
    /// What it was read from, and what gave that; `None` for the development secret.
    pub source: Option<Valued<SecretSource>>,
}

impl ResolvedSecret {
    /// Which secret it is, in words that do not tell it.
    pub(crate) fn words(&self) -> String {
        match &self.place {
            Some(place) => format!("the secret {place}"),
            None => "the built-in test secret".to_owned(),
        }
    }

    /// What the user should know about the file or variable that holds it.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let Some(place) = &self.place else {
            return notes;
        };
        if self.trimmed {
            notes.push(format!(
                "ignoring the trailing newline of the secret {place}"
            ));
        }
        let source = self.source.as_ref().map(|source| &source.value);
        if !matches!(source, Some(SecretSource::File(_))) {
            return notes;
        }
        let secret = self.secret.expose();
        if secret.starts_with(b"\xef\xbb\xbf") {
            notes.push(format!(
                "the secret {place} begins with a byte-order mark, which counts as part of it"
            ));
        }
        if sets_variable(secret) {
            notes.push(format!(
                "the secret {place} looks like NAME=value, and all of it is used; to read a variable from a file, use \
                 --env-file"
            ));
        }
        notes
    }

    /// The secret of a provider: from the file that a flag gives, else from the environment and the configuration, else
    /// the development secret.
    pub fn of(
        provider: &str,
        flag: Option<&Path>,
        config: &Config,
        env: Env<'_>,
    ) -> Result<Self, Error> {
        let flag = flag.map(|path| Valued {
            value: match path.as_os_str() == "-" {
                true => SecretSource::Stdin,
                false => SecretSource::File(path.to_owned()),
            },
            origin: Origin::Flag("--secret-file"),
        });
        let configured = || {
            let own = config.secrets.get(provider);
            own.or_else(|| config.secrets.get("default")).cloned()
        };
        let Some(source) = flag.or_else(configured) else {
            return Ok(Self {
                secret: Secret::new(DEVELOPMENT.as_bytes()),
                place: None,
                trimmed: false,
                variable: variable("SECRET", provider),
                source: None,
            });
        };
        let refuse = |why| Error::Secret {
            provider: provider.to_owned(),
            why,
            // The reason names a variable that was not given in another place.
            origin: (source.origin.to_string() != source.value.to_string())
                .then(|| format!("given in {}", source.origin)),
            hint: match source.value {
                SecretSource::Variable(_) => SET_VARIABLE,
                SecretSource::File(_) | SecretSource::Stdin => USE_SECRET_FILE,
            },
        };
        let bytes = source.value.read(config, env).map_err(refuse)?;
        let line = bytes
            .strip_suffix(b"\n")
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let secret = line.unwrap_or(&bytes);
        if is_blank(secret) {
            return Err(refuse(format!("{} holds no secret", source.value)));
        }
        Ok(Self {
            secret: Secret::new(secret),
            place: Some(format!("in {}", source.value)),
            trimmed: line.is_some(),
            variable: match &source.value {
                SecretSource::Variable(name) => name.clone(),
                SecretSource::File(_) | SecretSource::Stdin => variable("SECRET", provider),
            },
            source: Some(source),
        })
    }
}

impl SecretSource {
    fn read(&self, config: &Config, env: Env<'_>) -> Result<Zeroizing<Vec<u8>>, String> {
        match self {
            Self::File(path) => read_file(path, config),
            Self::Variable(name) => match config.variable(name, env) {
                Some(variable) => Ok(Zeroizing::new(variable.value.into_encoded_bytes())),
                None => Err(format!("${name} is not set")),
            },
            Self::Stdin => {
                let read = config.secret_from_stdin.as_ref();
                let bytes = read.map(|secret| secret.expose().to_vec());
                Ok(Zeroizing::new(bytes.unwrap_or_default()))
            }
        }
    }

    /// Whether there is something to read, and where a variable is set.
    pub(super) fn state(&self, config: &Config, env: Env<'_>) -> Option<SecretState> {
        match self {
            Self::File(path) if path.exists() => Some(SecretState::Exists),
            Self::File(_) => Some(SecretState::Missing),
            Self::Variable(name) => Some(match config.variable(name, env) {
                None => SecretState::NotSet,
                Some(variable) if is_blank(variable.value.as_encoded_bytes()) => SecretState::Empty,
                Some(_) => SecretState::Set,
            }),
            Self::Stdin => None,
        }
    }
}

impl Config {
    /// Where a secret is; of a variable, also the file that sets it.
    pub(super) fn place_of(&self, source: &SecretSource, env: Env<'_>) -> String {
        match source {
            SecretSource::Variable(name) => self
                .variable(name, env)
                .map_or_else(|| source.to_string(), |set| set.origin.to_string()),
            _ => source.to_string(),
        }
    }
}

/// Whether this holds no secret: white space alone is what is left of one that was forgotten.
fn is_blank(secret: &[u8]) -> bool {
    secret.iter().all(u8::is_ascii_whitespace)
}

/// Whether this looks like a line of a `.env` rather than a secret: padding of base64 has nothing behind it.
fn sets_variable(secret: &[u8]) -> bool {
    let at = secret.iter().position(|byte| *byte == b'=');
    at.is_some_and(|at| {
        let (name, value) = (&secret[..at], &secret[at + 1..]);
        let upper = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        let first = name.first().is_some_and(u8::is_ascii_uppercase);
        first && name.iter().all(upper) && value.iter().any(|byte| *byte != b'=')
    })
}

/// What a file holds. A path that does not exist may be the secret itself, given by mistake, and is not repeated.
fn read_file(path: &Path, config: &Config) -> Result<Zeroizing<Vec<u8>>, String> {
    if let Some(known) = config.read.borrow().get(path) {
        return Ok(Zeroizing::new(known.expose().to_vec()));
    }
    let bytes = bounded_read::read(path, bounded_read::SECRET, SourceKinds::Any);
    let bytes = bytes.map(Zeroizing::new).map_err(|source| {
        let why = crate::error::plain(&source);
        match path.symlink_metadata() {
            Ok(_) => format!("cannot read {}: {why}", path.display()),
            Err(_) => {
                format!("cannot read the file (its name is not shown because it may be the secret itself): {why}")
            }
        }
    })?;
    config
        .read
        .borrow_mut()
        .insert(path.to_owned(), Secret::new(&bytes));
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_itself() {
        let held = ResolvedSecret {
            secret: Secret::new(b"hush"),
            place: None,
            trimmed: false,
            variable: String::new(),
            source: None,
        };
        assert!(!format!("{held:?}").contains("hush"));
        assert!(!format!("{held:?}").contains("104, 117"));
    }
}
