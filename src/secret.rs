//! A key that never shows itself: where it comes from, and nothing that prints it.
//!
//! Separate so that one type holds every secret of the program: its `Debug` prints stars, and its memory is wiped when
//! it goes.

use crate::bounded_read::{self, SourceKinds};
use crate::config::{Config, Env, Origin, SecretSource, Valued, variable};
use crate::error::Error;
use std::fmt;
use std::path::Path;
use zeroize::Zeroizing;

/// What `send` and `listen` share where nobody gave a secret, so that the two meet without being told.
pub const DEVELOPMENT: &str = "inqud-hook-development-secret";

/// Stands in place of a secret, in everything that is shown or written down.
pub(crate) const STARS: &str = "********";

/// A secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// A secret with those bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// The bytes, for signing alone.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(STARS)
    }
}

/// A secret with what can be told of it.
#[derive(Clone, Debug)]
pub struct ResolvedSecret {
    /// The secret.
    pub secret: Secret,
    /// Where it is kept; `None` for the development secret.
    pub place: Option<String>,
    /// A line feed at its end was taken away.
    pub trimmed: bool,
    /// The variable that holds it, or that one would put it in.
    pub variable: String,
    /// What it was read from, and who named that; `None` for the development secret.
    pub source: Option<Valued<SecretSource>>,
}

impl ResolvedSecret {
    /// The secret of a provider: from the file that a flag names, else from the environment and the configuration,
    /// else the development secret.
    pub fn of(
        provider: &str,
        flag: Option<&Path>,
        config: &Config,
        env: Env<'_>,
    ) -> Result<Self, Error> {
        let named = flag.map(|path| Valued {
            value: SecretSource::File(path.to_owned()),
            origin: Origin::Flag("--secret-file"),
        });
        let known = named.or_else(|| {
            config
                .secrets
                .get(provider)
                .or_else(|| config.secrets.get("default"))
                .cloned()
        });
        let usual = variable("SECRET", provider);
        let Some(Valued {
            value: source,
            origin,
        }) = known
        else {
            let secret = Secret::new(DEVELOPMENT.as_bytes());
            return Ok(Self {
                secret,
                place: None,
                trimmed: false,
                variable: usual,
                source: None,
            });
        };
        let bytes = match &source {
            SecretSource::File(path) => read(path, config).map_err(|why| Error::Secret {
                provider: provider.to_owned(),
                why,
                origin: format!("named in {origin}"),
            })?,
            SecretSource::Variable(name) => Zeroizing::new(
                env(name)
                    .map(std::ffi::OsString::into_encoded_bytes)
                    .unwrap_or_default(),
            ),
        };
        let bare = bytes
            .strip_suffix(b"\n")
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let trimmed = bare.is_some();
        let bare = bare.unwrap_or(&bytes);
        if bare.is_empty() {
            let why = format!("there is nothing {source}");
            return Err(Error::Secret {
                provider: provider.to_owned(),
                why,
                origin: format!("named in {origin}"),
            });
        }
        let place = Some(source.to_string());
        let variable = match &source {
            SecretSource::Variable(name) => name.clone(),
            SecretSource::File(_) => usual,
        };
        let source = Some(Valued {
            value: source,
            origin,
        });
        Ok(Self {
            secret: Secret::new(bare),
            place,
            trimmed,
            variable,
            source,
        })
    }
}

/// What a file holds. What is no path to anything may be the secret itself, by mistake, and is not repeated.
fn read(path: &Path, config: &Config) -> Result<Zeroizing<Vec<u8>>, String> {
    if let Some(known) = config.read.borrow().get(path) {
        return Ok(known.0.clone());
    }
    let bytes = bounded_read::read(path, bounded_read::SECRET, SourceKinds::Any);
    let bytes = bytes.map(Zeroizing::new).map_err(|source| {
        let why = crate::error::plain(&source);
        match path.symlink_metadata() {
            Ok(_) => format!("cannot read {}: {why}", path.display()),
            Err(_) => {
                format!("cannot read the file, whose name is not repeated, as it may be the secret itself: {why}")
            }
        }
    })?;
    config
        .read
        .borrow_mut()
        .insert(path.to_owned(), Secret(bytes.clone()));
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
