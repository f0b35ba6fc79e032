//! How the browser is led to the page. Every user of the machine can see what programs are started with, and the link has
//! the token: so the browser is given a file that leads there, which other users cannot read, and which is gone once the
//! page was opened or the command ended.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use tempfile::NamedTempFile;

/// The file, as long as there is one.
#[derive(Default)]
pub(super) struct PageDoor(Mutex<Option<NamedTempFile>>);

impl PageDoor {
    /// Makes the file, and returns where it is.
    pub(super) fn open(&self, link: &str) -> io::Result<PathBuf> {
        // Such a file belongs to this user alone.
        let mut file = tempfile::Builder::new()
            .prefix("inqud-hook-")
            .suffix(".html")
            .tempfile()?;
        // A link contains nothing but an address and hexadecimal digits.
        write!(
            file,
            "<!doctype html>\n<meta charset=\"utf-8\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta http-equiv=\"refresh\" content=\"0; url={link}\">\n<title>inqud-hook</title>\n\
             <a href=\"{link}\">The deliveries of inqud-hook</a>\n"
        )?;
        file.flush()?;
        let path = file.path().to_owned();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        Ok(path)
    }

    /// Removes the file.
    pub(super) fn close(&self) {
        let file = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(file);
    }
}
