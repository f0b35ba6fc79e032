//! The form of the configuration file, and the errors in it.

use crate::error::Error;
use crate::suggest;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigFile {
    pub(super) target: Option<String>,
    pub(super) allowed_hosts: Option<Vec<String>>,
    pub(super) catalogue: Option<Vec<PathBuf>>,
    #[serde(default)]
    pub(super) secrets: BTreeMap<String, WrittenSecret>,
    #[serde(default)]
    pub(super) keys: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) lint: WrittenLint,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenSecret {
    pub(super) file: Option<PathBuf>,
    pub(super) env: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenLint {
    #[serde(default)]
    pub(super) deny: Vec<String>,
    #[serde(default)]
    pub(super) warn: Vec<String>,
    #[serde(default)]
    pub(super) allow: Vec<String>,
}

pub(super) const SECRET_HINT: &str =
    "write { file = \"…\" } or { env = \"…\" }; a secret itself never stands here";

/// What is wrong with a file and where; for an unknown key, the key that was probably meant.
pub(super) fn bad_file(path: &str, text: &str, error: &toml::de::Error) -> Error {
    let line = error
        .span()
        .map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let place = line.map_or_else(|| path.to_owned(), |line| format!("{path}, line {line}"));
    // "unknown field `x`, expected one of `a`, `b`": the backticks quote the key and the known keys.
    let why = error.message().trim().to_owned();
    let quoted: Vec<&str> = why.split('`').skip(1).step_by(2).collect();
    // A value of the wrong type may be a misplaced secret, so only its type is shown.
    if let Some((found, expected)) = why
        .strip_prefix("invalid type: ")
        .and_then(|why| why.rsplit_once(", expected "))
    {
        let found = found
            .split(['"', '`'])
            .next()
            .unwrap_or_default()
            .trim_end();
        let secret = expected == "struct WrittenSecret";
        let expected = if expected.starts_with("struct ") {
            "a table"
        } else {
            expected
        };
        return Error::Configuration {
            place,
            why: format!("expected {expected}, found {found}"),
            hint: secret.then(|| SECRET_HINT.to_owned()),
        };
    }
    let hint = match quoted.as_slice() {
        [key, known @ ..] if why.starts_with("unknown field") => {
            Some(match suggest::best(key, known.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("known keys: {}", known.join(", ")),
            })
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
