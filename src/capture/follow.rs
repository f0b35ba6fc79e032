//! A file that is read as it grows.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// How long to wait for more.
const PAUSE: Duration = Duration::from_millis(100);

/// A file without an end: at its end, reading waits until more is written. A file that is replaced or truncated is read
/// from its beginning.
pub(super) struct FollowedFile {
    path: PathBuf,
    file: File,
    /// How much of it was read.
    read: u64,
}

impl FollowedFile {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("only a file can be followed"));
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            read: 0,
        })
    }

    /// Goes to the beginning of the file that is at the path now, if that is another one or was truncated.
    fn look(&mut self) -> io::Result<()> {
        let now = self.file.metadata()?;
        // While a file is rotated, there is none at the path.
        let other = std::fs::metadata(&self.path);
        if other.is_ok_and(|other| is_other(&now, &other)) {
            self.file = File::open(&self.path)?;
            self.read = 0;
        } else if now.len() < self.read {
            self.file.rewind()?;
            self.read = 0;
        }
        Ok(())
    }
}

#[cfg(unix)]
fn is_other(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) != (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_other(_: &Metadata, _: &Metadata) -> bool {
    false
}

impl Read for FollowedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.file.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                self.read += read as u64;
                return Ok(read);
            }
            thread::sleep(PAUSE);
            self.look()?;
        }
    }
}
