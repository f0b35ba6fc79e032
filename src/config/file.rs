//! `inqud-hook.toml`: how it is read, and what is said of one that cannot be understood.

use super::found::refuse_others;
use super::{Config, Level, Origin, SecretSource, TestSettings, Valued};
use crate::bounded_read::{self, SourceKinds};
use crate::error::Error;
use crate::suggest;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    #[serde(alias = "to")]
    target: Option<String>,
    allowed_hosts: Option<Vec<String>>,
    #[serde(alias = "catalog")]
    catalogue: Option<Vec<PathBuf>>,
    #[serde(default)]
    secrets: BTreeMap<String, WrittenSecret>,
    #[serde(default)]
    keys: BTreeMap<String, String>,
    #[serde(default)]
    lint: WrittenLint,
    test: Option<TestSettings>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSecret {
    file: Option<PathBuf>,
    env: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLint {
    #[serde(default)]
    deny: Vec<String>,
    #[serde(default)]
    warn: Vec<String>,
    #[serde(default)]
    allow: Vec<String>,
}

const SECRET_HINT: &str = "write { file = \"…\" } or { env = \"…\" }; never the secret itself";

/// What is wrong with a file, and where; for an unknown key, which one was probably meant.
fn bad_file(path: &str, text: &str, error: &toml::de::Error) -> Error {
    let line = error
        .span()
        .map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let place = line.map_or_else(|| path.to_owned(), |line| format!("{path}, line {line}"));
    // "unknown field `x`, expected one of `a`, `b`": between the backticks stand the key and the known ones.
    let why = error.message().trim().to_owned();
    let quoted: Vec<&str> = why.split('`').skip(1).step_by(2).collect();
    // The value may be a secret in the wrong place: only its type is repeated.
    if let Some((found, expected)) = why
        .strip_prefix("invalid type: ")
        .and_then(|why| why.rsplit_once(", expected "))
    {
        let found = found
            .split(['"', '`'])
            .next()
            .unwrap_or_default()
            .trim_end();
        let (expected, hint) = match expected {
            "struct WrittenSecret" => ("a table", Some(SECRET_HINT)),
            "a sequence" => ("a list", Some("write it in brackets, as in [\"…\"]")),
            "a string" => ("a string", Some("write it in quotes, as in \"…\"")),
            other if other.starts_with("struct ") => ("a table", None),
            other => (other, None),
        };
        return Error::Configuration {
            place,
            why: format!("expected {expected}, found {found}"),
            hint: hint.map(str::to_owned),
        };
    }
    let hint = match quoted.as_slice() {
        [key, known @ ..] if why.starts_with("unknown field") => {
            Some(match suggest::best(key, known.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("known keys: {}", known.join(", ")),
            })
        }
        _ if why.starts_with("key with no value") => {
            Some("write key = \"value\"; TOML has an equals sign, not a colon".to_owned())
        }
        _ => None,
    };
    let why = why.split(", expected").next().unwrap_or_default().replacen(
        "unknown field",
        "unknown key",
        1,
    );
    Error::Configuration { place, why, hint }
}

impl Config {
    pub(super) fn read_file(&mut self, file: &Valued<PathBuf>) -> Result<(), Error> {
        let path = &file.value;
        let shown = path.display().to_string();
        let found = file.origin == Origin::Found;
        let kinds = if found {
            SourceKinds::File
        } else {
            SourceKinds::Any
        };
        if found {
            refuse_others(path, path)?;
        }
        let text = bounded_read::read_text(path, bounded_read::CONFIGURATION, kinds);
        let text = text.map_err(|source| Error::Unreadable {
            path: shown.clone(),
            source,
        })?;
        let written: ConfigFile =
            toml::from_str(&text).map_err(|error| bad_file(&shown, &text, &error))?;
        self.apply(written, path)
    }

    fn apply(&mut self, written: ConfigFile, path: &Path) -> Result<(), Error> {
        let origin = Origin::File(path.to_owned());
        // Paths in the file are relative to the file.
        let folder = path.parent().unwrap_or(Path::new(""));
        if let Some(target) = written.target {
            self.target = valued(Some(target), &origin);
        }
        if let Some(hosts) = written.allowed_hosts {
            self.allowed_hosts = valued(hosts, &origin);
        }
        if let Some(folders) = written.catalogue {
            let folders = folders.iter().map(|inner| folder.join(inner)).collect();
            self.catalogue = valued(folders, &origin);
        }
        for (provider, secret) in written.secrets {
            let source = secret_source(&provider, secret, folder).map_err(|(why, hint)| {
                Error::Configuration {
                    place: path.display().to_string(),
                    why,
                    hint: Some(hint.to_owned()),
                }
            })?;
            self.secrets.insert(provider, valued(source, &origin));
        }
        for (provider, key) in written.keys {
            self.keys.insert(provider, valued(key, &origin));
        }
        if let Some(test) = written.test {
            self.test = valued(test.in_folder(folder), &origin);
        }
        let WrittenLint { deny, warn, allow } = written.lint;
        self.set_levels(
            &[
                (Level::Deny, &deny),
                (Level::Warn, &warn),
                (Level::Allow, &allow),
            ],
            &|_| origin.clone(),
        )
    }
}

fn valued<T>(value: T, origin: &Origin) -> Valued<T> {
    Valued {
        value,
        origin: origin.clone(),
    }
}

/// Where a secret is kept; or what is wrong with its entry, and what to write instead.
fn secret_source(
    provider: &str,
    secret: WrittenSecret,
    folder: &Path,
) -> Result<SecretSource, (String, &'static str)> {
    match (secret.file, secret.env) {
        (Some(file), None) => Ok(SecretSource::File(folder.join(file))),
        (None, Some(name)) if is_variable(&name) => Ok(SecretSource::Variable(name)),
        // Anything else is probably the secret itself, and is not repeated.
        (None, Some(_)) => Err((
            format!("secrets.{provider}: `env` is not the name of a variable"),
            "use capital letters, as in { env = \"CALYPSO_SECRET\" }",
        )),
        _ => Err((
            format!("secrets.{provider} must have exactly one of `file` and `env`"),
            SECRET_HINT,
        )),
    }
}

fn is_variable(name: &str) -> bool {
    let letter = |char: char| char.is_ascii_uppercase() || char == '_';
    name.starts_with(letter)
        && name
            .chars()
            .all(|char| letter(char) || char.is_ascii_digit())
}
