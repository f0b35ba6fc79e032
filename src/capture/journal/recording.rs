//! Writes captures from many tasks, with one write and one sync for all that wait together.

use super::disk::{Disk, Disturbance, Journal, Sync, Written};
use super::line::Capture;
use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;
use tokio::task::{spawn_blocking, spawn_local, yield_now};

/// Writes captures from many tasks of one thread.
#[derive(Clone)]
pub struct Recorder {
    disk: Arc<Mutex<Disk>>,
    sync: Sync,
    waiting: Rc<RefCell<WaitingCaptures>>,
    /// Called when another process did something to the file.
    disturbed: Rc<dyn Fn(Disturbance)>,
}

/// The number of a capture in its file, where that is known; or why it is not written.
pub type Numbered = Result<Option<u64>, String>;

/// Called with the result of writing.
type WhenWritten = Box<dyn FnOnce(Numbered)>;

/// What is to be written next, and what waits for it.
#[derive(Default)]
struct WaitingCaptures {
    lines: Vec<u8>,
    /// One for each line.
    told: Vec<WhenWritten>,
    /// A task is writing and will write these next.
    writing: bool,
}

/// What became of a capture.
#[must_use]
pub enum Appended<'r> {
    /// It is written, or why not.
    Now(Numbered),
    /// It will be, once it is known what waits for that.
    Soon(&'r Recorder),
}

impl Appended<'_> {
    /// Calls `told` once it is written, or known why it is not.
    pub fn then(self, told: impl FnOnce(Numbered) + 'static) {
        match self {
            Self::Now(written) => told(written),
            Self::Soon(recorder) => recorder.tell(Box::new(told)),
        }
    }

    /// Waits until it is written; or says why it is not.
    pub async fn safe(self) -> Numbered {
        let (sender, done) = oneshot::channel();
        self.then(|written| drop(sender.send(written)));
        done.await
            .unwrap_or_else(|_| Err("the journal is no longer written".to_owned()))
    }
}

impl Recorder {
    /// A recorder for that journal; `disturbed` is called when another process moved, replaced or truncated its file.
    pub fn new(journal: Journal, disturbed: impl Fn(Disturbance) + 'static) -> Self {
        let disk = journal.into_disk();
        let sync = disk.sync();
        Self {
            disk: Arc::new(Mutex::new(disk)),
            sync,
            waiting: Rc::default(),
            disturbed: Rc::new(disturbed),
        }
    }

    /// Adds a capture to those that are written next.
    pub fn append(&self, capture: &Capture<'_>) -> Appended<'_> {
        capture.write(&mut self.waiting.borrow_mut().lines);
        Appended::Soon(self)
    }

    fn tell(&self, told: WhenWritten) {
        let mut waiting = self.waiting.borrow_mut();
        waiting.told.push(told);
        if !std::mem::replace(&mut waiting.writing, true) {
            spawn_local(self.clone().write_all());
        }
    }

    /// Writes until nothing waits. Everything that is ready before this runs is written at once.
    async fn write_all(self) {
        let mut lines = Vec::new();
        loop {
            if self.sync == Sync::Each {
                // What becomes ready meanwhile joins: a sync takes longer than all else.
                yield_now().await;
            }
            let told = {
                let mut waiting = self.waiting.borrow_mut();
                // The memory is used again.
                std::mem::swap(&mut waiting.lines, &mut lines);
                if waiting.told.is_empty() {
                    waiting.writing = false;
                    return;
                }
                std::mem::take(&mut waiting.told)
            };
            let (disk, captures) = (Arc::clone(&self.disk), told.len() as u64);
            let work = move || {
                let written = write(&disk, &lines, captures);
                lines.clear();
                // That of one long body is given back.
                lines.shrink_to(64 * 1024);
                (written, lines)
            };
            let failed = |_| {
                let result = Err(io::Error::other("the journal's thread failed"));
                let written = Written {
                    result,
                    disturbance: None,
                };
                (written, Vec::new())
            };
            let written;
            (written, lines) = match self.sync {
                Sync::None => work(),
                Sync::Each => spawn_blocking(work).await.unwrap_or_else(failed),
            };
            let written = self.result(written);
            for (place, told) in (0..).zip(told) {
                told(
                    written
                        .clone()
                        .map(|first| first.map(|first| first + place)),
                );
            }
        }
    }

    /// The result, for what waits.
    fn result(&self, written: Written) -> Numbered {
        if let Some(disturbance) = written.disturbance {
            (self.disturbed)(disturbance);
        }
        written.result.map_err(|error| crate::error::plain(&error))
    }
}

fn write(disk: &Mutex<Disk>, lines: &[u8], captures: u64) -> Written {
    disk.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .write(lines, captures)
}
