//! The files of one folder, opened by their names: where there are very many, the way to the folder is not searched again
//! for each.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::Path;

/// A folder whose files are opened.
pub(crate) struct FolderFiles<'p> {
    path: &'p Path,
    #[cfg(unix)]
    handle: Option<File>,
}

impl<'p> FolderFiles<'p> {
    pub(crate) fn new(path: &'p Path) -> Self {
        Self {
            path,
            // If the folder cannot be opened, each of its files says why.
            #[cfg(unix)]
            handle: File::open(path).ok(),
        }
    }

    /// Opens a file for reading.
    pub(crate) fn open(&self, name: &OsStr) -> io::Result<File> {
        #[cfg(unix)]
        if let Some(handle) = &self.handle {
            use rustix::fs::{Mode, OFlags, openat};
            let file = openat(
                handle,
                name,
                OFlags::RDONLY | OFlags::CLOEXEC,
                Mode::empty(),
            )?;
            return Ok(file.into());
        }
        File::open(self.path.join(name))
    }
}
