//! Recorded deliveries for the page: journals, HTTP archives and whatever else `log` reads. A journal that grows is
//! followed.

use super::kept::KeptDelivery;
use super::recorded::RecordedDelivery;
use super::state::Inspector;
use crate::capture::journal::is_capture;
use crate::capture::reader::{self, CaptureSink, FoundCapture};
use crate::error::Error;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

/// The longest first line that is looked at to recognise a journal.
const FIRST_LINE: u64 = 4 << 20;

/// Reads files for the page.
pub(crate) struct FileReader {
    paths: Vec<PathBuf>,
    inspector: Arc<Inspector>,
    /// The file of the last delivery.
    source: Arc<str>,
    /// What could not be read, in words.
    notes: Vec<String>,
    failed: Vec<Error>,
    /// The page tells what cannot be read: the terminal said its last.
    follows: bool,
}

/// What became of reading.
pub(crate) struct FilesRead {
    /// What had to be skipped.
    pub(crate) notes: Vec<String>,
    /// Files that could not be read.
    pub(crate) failed: Vec<Error>,
}

/// Whether a file is a journal, which may grow; so may one that is still empty.
pub(crate) fn may_grow(path: &Path) -> bool {
    // What a pipe has can be read only once.
    if !std::fs::metadata(path).is_ok_and(|data| data.is_file()) {
        return false;
    }
    let Ok(file) = File::open(path) else {
        return false;
    };
    let mut line = Vec::new();
    let read = BufReader::new(file.take(FIRST_LINE)).read_until(b'\n', &mut line);
    read.is_ok() && (line.is_empty() || is_capture(&line))
}

impl FileReader {
    pub(super) fn new(paths: Vec<PathBuf>, inspector: Arc<Inspector>) -> Self {
        Self {
            paths,
            inspector,
            source: Arc::from(""),
            notes: Vec::new(),
            failed: Vec::new(),
            follows: false,
        }
    }

    /// Reads all of them.
    pub(crate) fn read(mut self, stdin: &mut dyn Read) -> Result<FilesRead, Error> {
        let paths = std::mem::take(&mut self.paths);
        reader::read(&paths, stdin, &mut self)?;
        let (notes, failed) = (self.notes, self.failed);
        Ok(FilesRead { notes, failed })
    }

    /// Reads the one file and whatever is appended to it, without an end.
    pub(crate) fn follow(mut self) {
        self.follows = true;
        for path in std::mem::take(&mut self.paths) {
            if let Err(error) = reader::follow(&path, &mut self) {
                self.inspector.tell(error.to_string());
            }
        }
    }
}

impl CaptureSink for FileReader {
    fn take(&mut self, found: FoundCapture<'_>) -> Result<(), Error> {
        if found.is_something_else() {
            return self.failed(Error::not_recorded(found.source));
        }
        let Some(reader) = &self.inspector.settings.reader else {
            return Ok(());
        };
        if *self.source != *found.source {
            self.source = Arc::from(found.source);
        }
        let delivery = {
            let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
            let catalogue = self.inspector.settings.catalogue;
            let id = |number| self.inspector.recorded_id(number);
            RecordedDelivery::read(found, &self.source, &mut reader, catalogue, id)
        };
        let delivery = KeptDelivery::Recorded(Box::new(delivery));
        self.inspector.ring.push(delivery);
        Ok(())
    }

    fn skipped(&mut self, words: String) {
        match self.follows {
            true => self.inspector.tell(words),
            false => self.notes.push(words),
        }
    }

    fn failed(&mut self, error: Error) -> Result<(), Error> {
        self.failed.push(error);
        Ok(())
    }
}
