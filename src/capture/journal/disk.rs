//! The open file of a journal: appended to, and followed when another process moves, replaces or truncates it.
//!
//! It keeps one promise: what was acknowledged is in the file at the journal's path after `kill -9` or a power cut, and
//! nothing that others wrote is removed.

use super::numbers::CaptureCount;
use super::open::{NoJournal, check_beginning, is_open_to_others, mend, open, sync_folder};
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
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
    /// The number of the first of them among the captures of the file; `None` where those cannot be counted.
    pub(crate) result: io::Result<Option<u64>>,
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
    /// How many captures there are.
    count: CaptureCount,
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
        let mut count = CaptureCount::default();
        count.next(&mut file, whole)?;
        Ok((
            Self(Disk {
                path,
                file,
                id,
                sync,
                end: Some(whole),
                count,
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

impl Disk {
    pub(crate) fn sync(&self) -> Sync {
        self.sync
    }

    /// Appends lines, each a capture, to the file at the journal's path. Where that fails, it removes what was written of
    /// them.
    pub(crate) fn write(&mut self, lines: &[u8], captures: u64) -> Written {
        let mut disturbance = None;
        let result = match self.look(&mut disturbance) {
            // Half a line, which another process left or which could not be removed, gets a newline, so that only it is
            // unreadable.
            Ok(true) => {
                let appended = self.append_counted(&[b"\n", lines].concat(), captures);
                if appended.is_err() {
                    self.end = None;
                }
                appended
            }
            Ok(false) => self.append_counted(lines, captures),
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
        self.count = CaptureCount::default();
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

    /// Appends lines; returns the number of the first capture in them.
    fn append_counted(&mut self, lines: &[u8], captures: u64) -> io::Result<Option<u64>> {
        let first = self
            .end
            .and_then(|end| self.count.next(&mut self.file, end).ok().flatten());
        self.append(lines)?;
        self.count.add(captures, lines.len());
        Ok(first)
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
