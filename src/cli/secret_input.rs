//! `--secret-file -`: the secret comes from standard input, which nothing else may read then.

use super::Command;
use crate::error::Error;
use std::path::PathBuf;

impl Command {
    /// Whether the secret is read from standard input.
    pub(crate) fn secret_from_stdin(&self) -> Result<bool, Error> {
        let (secret, bodies): (&Option<PathBuf>, &[PathBuf]) = match self {
            Self::Send(flags) => (&flags.sign.secret_file, flags.body.body.as_slice()),
            Self::Replay(flags) => (&flags.sign.secret_file, &flags.paths),
            Self::Verify(flags) => (&flags.secret_file, &flags.paths),
            Self::Log(flags) => (&flags.secret_file, &flags.paths),
            Self::Inspect(flags) => (&flags.secret_file, &flags.paths),
            Self::Listen(flags) => (&flags.check.secret_file, &[]),
            Self::Test(flags) => (&flags.secret_file, &[]),
            _ => return Ok(false),
        };
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        if !secret.as_ref().is_some_and(is_stdin) {
            return Ok(false);
        }
        if bodies.iter().any(is_stdin) {
            return Err(Error::ConflictingOptions {
                what: "both the secret and a body would be read from standard input".to_owned(),
                hint: "give one of them as a file".to_owned(),
            });
        }
        Ok(true)
    }
}
