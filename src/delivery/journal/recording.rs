//! Writes captures, so that what was acknowledged is there after `kill -9` and a power cut.
//!
//! Separate from reading because it has to do with disks: the lock, the line that a crash left half written, and one
//! sync for all the deliveries that wait for it together.

use super::{BEGINNING, Capture, is_capture};
use std::cell::RefCell;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::oneshot;
use tokio::task::{spawn_blocking, spawn_local, yield_now};

/// When a capture counts as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// When it is on the disk.
    Each,
    /// When the system has it: it survives the end of this process, and not that of the machine.
    None,
}

/// Why a journal cannot be written to.
#[derive(Debug)]
pub enum NoJournal {
    /// The system refuses.
    System(io::Error),
    /// Another process writes to it.
    Locked,
    /// There is something else in the file.
    Other,
}

impl From<io::Error> for NoJournal {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// A journal that is open for writing, and locked as long as it is.
#[derive(Debug)]
pub struct Journal {
    file: Arc<Disk>,
}

#[derive(Debug)]
struct Disk {
    file: File,
    /// Where the last whole line ends; nothing for what is no regular file.
    end: Option<AtomicU64>,
    sync: Sync,
}

impl Journal {
    /// Opens or begins a journal, and says how many bytes of a torn last line were taken away.
    pub fn open(path: &Path, sync: Sync) -> Result<(Self, u64), NoJournal> {
        let existed = path.exists();
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let metadata = file.metadata()?;
        let mut torn = 0;
        let mut end = None;
        if metadata.is_file() {
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(NoJournal::Locked),
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
            let whole = mend(&mut file)?;
            torn = file.metadata()?.len() - whole;
            if torn > 0 {
                file.set_len(whole)?;
            }
            end = Some(AtomicU64::new(whole));
            if !existed && sync == Sync::Each {
                remember_name(path)?;
            }
        }
        Ok((Self { file: Arc::new(Disk { file, end, sync }) }, torn))
    }
}

/// Where the last whole line ends. A last line that lacks nothing but its end is given it.
fn mend(file: &mut File) -> Result<u64, NoJournal> {
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok(0);
    }
    // The beginning tells a journal from a file that was named by mistake, and that must stay as it is.
    let mut first = Vec::new();
    file.rewind()?;
    io::BufReader::new(&mut *file).take(MOST_OF_A_LINE).read_until(b'\n', &mut first)?;
    let torn = |line: &[u8]| {
        let begun = &BEGINNING[..line.len().min(BEGINNING.len())];
        line.len() as u64 == length
            && line.starts_with(begun)
            && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_err()
    };
    let first_line = first.strip_suffix(b"\n").unwrap_or(&first);
    if !(is_capture(first_line) || torn(first_line)) {
        return Err(NoJournal::Other);
    }
    let (mut whole, mut block) = (length, vec![0; 64 * 1024]);
    let mut tail = Vec::new();
    while whole > 0 {
        let from = whole.saturating_sub(block.len() as u64);
        let part = &mut block[..usize::try_from(whole - from).unwrap_or_default()];
        file.seek(SeekFrom::Start(from))?;
        file.read_exact(part)?;
        if let Some(newline) = memchr::memrchr(b'\n', part) {
            tail.splice(0..0, part[newline + 1..].iter().copied());
            whole = from + newline as u64 + 1;
            break;
        }
        tail.splice(0..0, part.iter().copied());
        whole = from;
    }
    if !tail.is_empty() && is_capture(&tail) {
        file.write_all(b"\n")?;
        return Ok(length + 1);
    }
    Ok(whole)
}

/// More than the longest capture takes that is ever written.
const MOST_OF_A_LINE: u64 = 256 * 1024 * 1024;

/// A new file is there after a power cut only once its folder is on the disk, too.
fn remember_name(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

impl Disk {
    /// What is written to a deleted file is lost with this process. Asking takes as long as half the writing, and
    /// whoever does not sync has the system look after the file.
    fn is_there(&self) -> io::Result<()> {
        #[cfg(unix)]
        if self.sync == Sync::Each
            && self.end.is_some()
            && std::os::unix::fs::MetadataExt::nlink(&self.file.metadata()?) == 0
        {
            return Err(io::Error::other("the file was deleted"));
        }
        Ok(())
    }

    fn write(&self, lines: &[u8]) -> io::Result<()> {
        let written =
            self.is_there().and_then(|()| (&self.file).write_all(lines)).and_then(|()| match (self.sync, &self.end) {
                (Sync::Each, Some(_)) => self.file.sync_data(),
                _ => Ok(()),
            });
        if let Some(end) = &self.end {
            let before = end.load(Ordering::Relaxed);
            match written {
                Ok(()) => end.store(before + lines.len() as u64, Ordering::Relaxed),
                // Half of it may be there: whoever is told that it failed must not find it later.
                Err(_) => drop(self.file.set_len(before)),
            }
        }
        written
    }
}

/// Writes captures from many tasks of one thread.
#[derive(Clone, Debug)]
pub struct Recorder {
    disk: Arc<Disk>,
    waiting: Rc<RefCell<Waiting>>,
}

/// What is to be written next, and who waits for it.
#[derive(Debug, Default)]
struct Waiting {
    lines: Vec<u8>,
    tasks: Vec<oneshot::Sender<Result<(), String>>>,
    /// Somebody writes already, and will come back for these.
    writing: bool,
}

/// What became of a capture.
#[derive(Debug)]
pub enum Appended {
    /// It is written, or why not.
    Now(Result<(), String>),
    /// It will be.
    Soon(oneshot::Receiver<Result<(), String>>),
}

impl Appended {
    /// Waits until it is safe; why it is not, otherwise.
    pub async fn safe(self) -> Result<(), String> {
        match self {
            Self::Now(written) => written,
            Self::Soon(done) => done.await.unwrap_or_else(|_| Err("the journal's writer has gone".to_owned())),
        }
    }
}

impl Recorder {
    /// A recorder of that journal.
    pub fn new(journal: Journal) -> Self {
        Self { disk: journal.file, waiting: Rc::default() }
    }

    /// Writes a capture, or has it written together with others.
    pub fn append(&self, capture: &Capture<'_>) -> Appended {
        let waiting = &mut *self.waiting.borrow_mut();
        capture.write(&mut waiting.lines);
        if self.disk.sync == Sync::None {
            let written = self.disk.write(&waiting.lines).map_err(|error| crate::error::plain(&error));
            waiting.lines.clear();
            // One long body must not keep its room for ever.
            waiting.lines.shrink_to(64 * 1024);
            return Appended::Now(written);
        }
        let (sender, done) = oneshot::channel();
        waiting.tasks.push(sender);
        if !std::mem::replace(&mut waiting.writing, true) {
            spawn_local(self.clone().write_all());
        }
        Appended::Soon(done)
    }

    /// Writes until nobody waits.
    async fn write_all(self) {
        loop {
            // Whoever is ready now is taken along: one write, and one sync, for all of them.
            yield_now().await;
            let (lines, tasks) = {
                let mut waiting = self.waiting.borrow_mut();
                if waiting.tasks.is_empty() {
                    waiting.writing = false;
                    return;
                }
                (std::mem::take(&mut waiting.lines), std::mem::take(&mut waiting.tasks))
            };
            let disk = Arc::clone(&self.disk);
            let work = spawn_blocking(move || disk.write(&lines));
            let written = work.await.unwrap_or_else(|_| Err(io::Error::other("the journal's thread failed")));
            let written = written.map_err(|error| crate::error::plain(&error));
            for task in tasks {
                let _ = task.send(written.clone());
            }
        }
    }
}
