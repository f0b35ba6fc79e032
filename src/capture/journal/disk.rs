//! The journal's file: opened, locked, repaired, appended to, and followed when another process moves, replaces or
//! truncates it.
//!
//! It keeps one promise: what was acknowledged is in the file at the journal's path after `kill -9` or a power cut, and
//! nothing that others wrote is removed.

use super::{BEGINNING, is_capture};
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// When a capture counts as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// When it is on the disk.
    Each,
    /// When the system has it: it survives a crash of this process, but not of the machine.
    None,
}

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
    fn in_its_place(self) -> io::Error {
        match self {
            Self::System(error) => error,
            Self::Locked => io::Error::other("another process writes to the file that replaced it"),
            Self::Other => io::Error::other("the file that replaced it is not a journal"),
            Self::Irregular(kind) => io::Error::other(format!("it was replaced by {kind}")),
        }
    }
}

/// What another process did to the file of an open journal.
#[derive(Clone, Copy, Debug)]
pub struct Disturbance {
    /// What happened and where deliveries are written now; follows the words "the journal".
    pub words: &'static str,
    /// Other users may read the file that is now written to.
    pub open_to_others: bool,
}

/// The result of writing some lines.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) result: io::Result<()>,
    pub(crate) disturbance: Option<Disturbance>,
}

/// A journal that is open for writing, and locked while it is.
#[derive(Debug)]
pub struct Journal(Disk);

#[derive(Debug)]
pub(crate) struct Disk {
    path: PathBuf,
    file: File,
    id: Id,
    sync: Sync,
    /// Where the last line ends; unknown after a write that failed.
    end: Option<u64>,
    /// When the path was looked up last.
    looked: Instant,
}

/// Identifies a file whatever its name.
#[cfg(unix)]
type Id = (u64, u64);
#[cfg(not(unix))]
type Id = ();

#[cfg(unix)]
fn id(metadata: &Metadata) -> Id {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn id(_: &Metadata) -> Id {}

/// Without `--sync each` the path is checked at most this often, because every check costs time.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// Longer than any capture that is written.
const MOST_OF_A_LINE: u64 = 256 * 1024 * 1024;

impl Journal {
    /// Opens or creates a journal; also returns how many bytes of an incomplete last line were removed.
    pub fn open(path: &Path, sync: Sync) -> Result<(Self, u64), NoJournal> {
        let (mut file, created) = open(path)?;
        let whole = mend(&mut file)?;
        let metadata = file.metadata()?;
        let torn = metadata.len() - whole;
        if torn > 0 {
            file.set_len(whole)?;
        }
        if created && sync == Sync::Each {
            sync_folder(path)?;
        }
        let (path, id) = (path.to_owned(), id(&metadata));
        Ok((
            Self(Disk {
                path,
                file,
                id,
                sync,
                end: Some(whole),
                looked: Instant::now(),
            }),
            torn,
        ))
    }

    /// Whether other users may read it.
    pub fn is_open_to_others(&self) -> io::Result<bool> {
        Ok(is_open_to_others(&self.0.file.metadata()?))
    }

    pub(crate) fn into_disk(self) -> Disk {
        self.0
    }
}

/// Opens a regular file for appending and locks it; whether it was created.
fn open(path: &Path) -> Result<(File, bool), NoJournal> {
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
fn is_open_to_others(metadata: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o044 != 0
}

/// Elsewhere access lists decide, which the standard library does not read.
#[cfg(not(unix))]
fn is_open_to_others(_: &Metadata) -> bool {
    false
}

/// Where the last complete line ends. A last line that lacks only its newline gets one.
fn mend(file: &mut File) -> Result<u64, NoJournal> {
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
fn check_beginning(file: &mut File, length: u64) -> Result<(), NoJournal> {
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
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

impl Disk {
    pub(crate) fn sync(&self) -> Sync {
        self.sync
    }

    /// Appends lines to the file at the journal's path. Where that fails, it removes what was written of them.
    pub(crate) fn write(&mut self, lines: &[u8]) -> Written {
        let mut disturbance = None;
        let result = match self.look(&mut disturbance) {
            // Half a line, which another process left or which could not be removed, gets a newline, so that only it is
            // unreadable.
            Ok(true) => {
                let appended = self.append(&[b"\n", lines].concat());
                if appended.is_err() {
                    self.end = None;
                }
                appended
            }
            Ok(false) => self.append(lines),
            Err(error) => Err(error),
        };
        Written {
            result,
            disturbance,
        }
    }

    /// Follows the file at the journal's path, and returns whether it ends in half a line.
    fn look(&mut self, disturbance: &mut Option<Disturbance>) -> io::Result<bool> {
        if self.sync == Sync::None && self.end.is_some() && self.looked.elapsed() < BETWEEN_LOOKS {
            return Ok(false);
        }
        let mut words = None;
        let metadata = match fs::metadata(&self.path) {
            Ok(metadata) if id(&metadata) == self.id => metadata,
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {
                words = Some(self.reopen().map_err(NoJournal::in_its_place)?);
                self.file.metadata()?
            }
        };
        let length = metadata.len();
        if self.end.is_some_and(|end| length < end) {
            words =
                Some("was truncated by another process; deliveries are appended at its new end");
        }
        let half = self.end != Some(length) && self.ends_in_half_a_line(length)?;
        self.end = Some(length);
        self.looked = Instant::now();
        *disturbance = words.map(|words| Disturbance {
            words,
            open_to_others: is_open_to_others(&metadata),
        });
        Ok(half)
    }

    /// Continues in the file that is at the path now, or in a new one. Returns what happened, in words.
    fn reopen(&mut self) -> Result<&'static str, NoJournal> {
        let (mut file, created) = open(&self.path)?;
        let metadata = file.metadata()?;
        if metadata.len() > 0 {
            check_beginning(&mut file, metadata.len())?;
        }
        if self.sync == Sync::Each {
            sync_folder(&self.path)?;
        }
        #[cfg(unix)]
        let deleted = std::os::unix::fs::MetadataExt::nlink(&self.file.metadata()?) == 0;
        #[cfg(not(unix))]
        let deleted = false;
        (self.file, self.id, self.end) = (file, id(&metadata), None);
        Ok(match (created, deleted) {
            (true, true) => "was deleted; a new file was created in its place",
            (true, false) => "was moved; a new file was created in its place",
            (false, _) => {
                "was replaced by another file, to which deliveries are appended from now on"
            }
        })
    }

    fn ends_in_half_a_line(&mut self, length: u64) -> io::Result<bool> {
        let Some(last) = length.checked_sub(1) else {
            return Ok(false);
        };
        let mut byte = [0];
        self.file.seek(SeekFrom::Start(last))?;
        // Nothing can be read where it has just been truncated.
        let read = self.file.read(&mut byte)?;
        Ok(read > 0 && byte != *b"\n")
    }

    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        // Where the first part began, if the system wrote the lines in several parts.
        let (mut written, mut start) = (0, None);
        let appended = loop {
            match self.file.write(&lines[written..]) {
                Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    written += count;
                    if written == lines.len() {
                        break Ok(());
                    }
                    if start.is_none() {
                        start = self
                            .file
                            .stream_position()
                            .ok()
                            .map(|end| end - written as u64);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        let kept = appended.and_then(|()| {
            if self.sync == Sync::Each {
                self.file.sync_data()
            } else {
                Ok(())
            }
        });
        match &kept {
            Ok(()) => self.end = self.end.map(|end| end + written as u64),
            Err(_) if written > 0 => self.end = self.undo(start, written as u64),
            Err(_) => {}
        }
        kept
    }

    /// Removes what a failed write left at the end of the file, and returns the new end. What another process wrote stays,
    /// even if half a line of ours then stays as well.
    fn undo(&mut self, start: Option<u64>, written: u64) -> Option<u64> {
        // In append mode the position is where the last write ended.
        let end = self.file.stream_position().ok()?;
        let start = start.or(end.checked_sub(written))?;
        let alone =
            end.checked_sub(start) == Some(written) && self.file.metadata().ok()?.len() == end;
        if !alone {
            return None;
        }
        self.file.set_len(start).ok()?;
        Some(start)
    }
}
