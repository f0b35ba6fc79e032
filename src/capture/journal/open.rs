//! Opens the file of a journal: refuses what is not one, locks it, and repairs an incomplete last line.

use super::{BEGINNING, is_capture};
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// Longer than any capture that is written.
pub(super) const MOST_OF_A_LINE: u64 = 256 * 1024 * 1024;

/// Why a journal cannot be written to.
#[derive(Debug)]
pub enum NoJournal {
    /// The system refuses.
    System(io::Error),
    /// Another process writes to it.
    Locked,
    /// The file holds something else.
    Other,
    /// It is not a regular file; what it is instead.
    Irregular(&'static str),
}

impl From<io::Error> for NoJournal {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl NoJournal {
    /// Why the file that replaced an open journal cannot be written to.
    pub(super) fn in_its_place(self) -> io::Error {
        match self {
            Self::System(error) => error,
            Self::Locked => io::Error::other("another process writes to the file that replaced it"),
            Self::Other => io::Error::other("the file that replaced it is not a journal"),
            Self::Irregular(kind) => io::Error::other(format!("it was replaced by {kind}")),
        }
    }
}

/// Opens a regular file for appending and locks it; whether it was created.
pub(super) fn open(path: &Path) -> Result<(File, bool), NoJournal> {
    let regular = |metadata: &Metadata| match kind(metadata) {
        Some(kind) => Err(NoJournal::Irregular(kind)),
        None => Ok(()),
    };
    // Checked before it is opened: opening alone has effects on some devices.
    let created = match fs::metadata(path) {
        Ok(metadata) => regular(&metadata).map(|()| false)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(error.into()),
    };
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    // It holds what customers paid, and with --keep-secrets also secrets.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    regular(&file.metadata()?)?;
    match file.try_lock() {
        Ok(()) => Ok((file, created)),
        Err(TryLockError::WouldBlock) => Err(NoJournal::Locked),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// What it is, where it is not a regular file.
fn kind(metadata: &Metadata) -> Option<&'static str> {
    if metadata.is_file() {
        return None;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = metadata.file_type();
        if kind.is_fifo() {
            return Some("a FIFO");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
    }
    Some(if metadata.is_dir() {
        "a folder"
    } else {
        "a device"
    })
}

#[cfg(unix)]
pub(super) fn is_open_to_others(metadata: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o044 != 0
}

/// Elsewhere access lists decide, which the standard library does not read.
#[cfg(not(unix))]
pub(super) fn is_open_to_others(_: &Metadata) -> bool {
    false
}

/// Where the last complete line ends. A last line that lacks only its newline gets one.
pub(super) fn mend(file: &mut File) -> Result<u64, NoJournal> {
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok(0);
    }
    check_beginning(file, length)?;
    let whole = end_of_last_line(file, length)?;
    let torn = length - whole;
    if (1..=MOST_OF_A_LINE).contains(&torn) {
        let mut line = Vec::with_capacity(usize::try_from(torn).unwrap_or_default());
        file.seek(SeekFrom::Start(whole))?;
        file.take(torn).read_to_end(&mut line)?;
        if is_capture(&line) {
            file.write_all(b"\n")?;
            return Ok(length + 1);
        }
    }
    Ok(whole)
}

/// Refuses a file that does not begin like a journal: it was named by mistake and must stay as it is.
pub(super) fn check_beginning(file: &mut File, length: u64) -> Result<(), NoJournal> {
    let mut first = Vec::new();
    file.rewind()?;
    io::BufReader::new(&mut *file)
        .take(MOST_OF_A_LINE)
        .read_until(b'\n', &mut first)?;
    let torn = |line: &[u8]| {
        let begun = &BEGINNING[..line.len().min(BEGINNING.len())];
        line.len() as u64 == length
            && line.starts_with(begun)
            && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_err()
    };
    let line = first.strip_suffix(b"\n").unwrap_or(&first);
    if is_capture(line) || torn(line) {
        Ok(())
    } else {
        Err(NoJournal::Other)
    }
}

/// Where the last line with a newline ends, searched from the end.
fn end_of_last_line(file: &mut File, length: u64) -> io::Result<u64> {
    let (mut end, mut block) = (length, vec![0; 64 * 1024]);
    while end > 0 {
        let from = end.saturating_sub(block.len() as u64);
        let part = &mut block[..usize::try_from(end - from).unwrap_or_default()];
        file.seek(SeekFrom::Start(from))?;
        file.read_exact(part)?;
        if let Some(newline) = memchr::memrchr(b'\n', part) {
            return Ok(from + newline as u64 + 1);
        }
        end = from;
    }
    Ok(0)
}

/// A new file survives a power cut only once its folder is synced as well.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
