//! Words that were given among files and are none: the name of an order, the number of a delivery.

use crate::error::Error;
use std::path::{Path, PathBuf};

/// Refuses a word beside a file that is there; the hint ends with that word.
pub(super) fn refuse_other_words(paths: &[PathBuf], hint: &str) -> Result<(), Error> {
    let is_there = |path: &PathBuf| path == Path::new("-") || path.exists();
    let Some(missing) = paths.iter().find(|path| !is_there(path)) else {
        return Ok(());
    };
    let name = missing.display().to_string();
    // Files have a folder or an extension.
    let is_word = !name.contains(['/', '\\']) && missing.extension().is_none();
    if is_word && paths.iter().any(is_there) {
        return Err(Error::Usage {
            what: format!("cannot read {name}: no such file"),
            hint: format!("{hint} {name}"),
        });
    }
    Ok(())
}
