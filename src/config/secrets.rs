//! The secret of a provider: where it is kept, and how it is read from there.

use super::environment::variable;
use super::{Config, Env, Origin, Valued};
use crate::bounded_read::{self, SourceKinds};
use crate::error::Error;
use crate::secret::{DEVELOPMENT, Secret};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where a secret is kept; never the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// A file that holds it.
    File(PathBuf),
    /// A variable that holds it.
    Variable(String),
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Variable(name) => write!(f, "${name}"),
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

    /// The secret of a provider: from the file that a flag gives, else from the environment and the configuration, else
    /// the development secret.
    pub fn of(
        provider: &str,
        flag: Option<&Path>,
        config: &Config,
        env: Env<'_>,
    ) -> Result<Self, Error> {
        let flag = flag.map(|path| Valued {
            value: SecretSource::File(path.to_owned()),
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
            origin: format!("given in {}", source.origin),
        };
        let bytes = source.value.read(config, env).map_err(refuse)?;
        let line = bytes
            .strip_suffix(b"\n")
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let secret = line.unwrap_or(&bytes);
        if secret.is_empty() {
            return Err(refuse(format!("{} holds no secret", source.value)));
        }
        Ok(Self {
            secret: Secret::new(secret),
            place: Some(format!("in {}", source.value)),
            trimmed: line.is_some(),
            variable: match &source.value {
                SecretSource::Variable(name) => name.clone(),
                SecretSource::File(_) => variable("SECRET", provider),
            },
            source: Some(source),
        })
    }
}

impl SecretSource {
    fn read(&self, config: &Config, env: Env<'_>) -> Result<Zeroizing<Vec<u8>>, String> {
        match self {
            Self::File(path) => read_file(path, config),
            Self::Variable(name) => Ok(Zeroizing::new(
                env(name)
                    .map(OsString::into_encoded_bytes)
                    .unwrap_or_default(),
            )),
        }
    }
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
