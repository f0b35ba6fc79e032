//! The file that the results are written to.

use crate::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Creates the file for the results, unless it is one of those that are to be read.
pub(crate) fn create(output: &Path, paths: &[PathBuf]) -> Result<File, Error> {
    if let Ok(existing) = output.canonicalize()
        && let Some(path) = paths
            .iter()
            .find(|path| path.canonicalize().is_ok_and(|path| path == existing))
    {
        return Err(Error::ConflictingOptions {
            what: format!("--output would overwrite {}", path.display()),
            hint: "give --output another file".to_owned(),
        });
    }
    File::create(output).map_err(|source| unwritable(output, source))
}

/// What is said when it cannot be written.
pub(crate) fn unwritable(path: &Path, source: std::io::Error) -> Error {
    Error::Unwritable {
        path: path.display().to_string(),
        source,
    }
}
