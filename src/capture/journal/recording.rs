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

/// What is to be written next, and the tasks that wait for it.
#[derive(Debug, Default)]
struct WaitingCaptures {
    lines: Vec<u8>,
    tasks: Vec<oneshot::Sender<Numbered>>,
    /// A task is writing and will write these next.
    writing: bool,
}

/// What became of a capture.
#[derive(Debug)]
pub enum Appended {
    /// It is written, or why not.
    Now(Numbered),
    /// It will be; the result follows.
    Soon(oneshot::Receiver<Numbered>),
}

impl Appended {
    /// Waits until it is written; or says why it is not.
    pub async fn safe(self) -> Numbered {
        match self {
            Self::Now(written) => written,
            Self::Soon(done) => done
                .await
                .unwrap_or_else(|_| Err("the journal is no longer written".to_owned())),
        }
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

    /// Writes a capture, at once or together with others.
    pub fn append(&self, capture: &Capture<'_>) -> Appended {
        let waiting = &mut *self.waiting.borrow_mut();
        capture.write(&mut waiting.lines);
        if self.sync == Sync::None {
            let written = self.result(write(&self.disk, &waiting.lines));
            waiting.lines.clear();
            // The memory of one long body is given back.
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

    /// Writes until no task waits.
    async fn write_all(self) {
        loop {
            // Other tasks that are ready now join: one write and one sync for all of them.
            yield_now().await;
            let (lines, tasks) = {
                let mut waiting = self.waiting.borrow_mut();
                if waiting.tasks.is_empty() {
                    waiting.writing = false;
                    return;
                }
                (
                    std::mem::take(&mut waiting.lines),
                    std::mem::take(&mut waiting.tasks),
                )
            };
            let disk = Arc::clone(&self.disk);
            let work = spawn_blocking(move || write(&disk, &lines));
            let failed = |_| Written {
                result: Err(io::Error::other("the journal's thread failed")),
                disturbance: None,
            };
            let written = self.result(work.await.unwrap_or_else(failed));
            for (place, task) in (0..).zip(tasks) {
                let number = written
                    .clone()
                    .map(|first| first.map(|first| first + place));
                let _ = task.send(number);
            }
        }
    }

    /// The result for the tasks that wait.
    fn result(&self, written: Written) -> Numbered {
        if let Some(disturbance) = written.disturbance {
            (self.disturbed)(disturbance);
        }
        written.result.map_err(|error| crate::error::plain(&error))
    }
}

fn write(disk: &Mutex<Disk>, lines: &[u8]) -> Written {
    disk.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .write(lines)
}
