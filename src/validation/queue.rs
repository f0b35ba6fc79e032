//! What is still to be linted: the files that the walk finds, cut into pieces of about the same size.

use crate::capture::buffer::Buffer;
use crate::capture::chunks::{Chunk, ChunkReader};
use crate::capture::walk::{FileWalk, Skipped, WalkEntry, unreadable};
use crate::error::Error;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// What is still to be linted.
pub(super) struct WorkQueue {
    walk: FileWalk,
    /// Taken once it was read.
    stdin: Option<Box<dyn Read + Send>>,
    /// The source that is being cut into chunks.
    reader: Option<(Arc<str>, ChunkReader)>,
    ticket: u64,
}

/// A piece of work for one thread.
pub(super) enum Job {
    /// A chunk of a source, with its text in the thread's buffer.
    Chunk(Arc<str>, Chunk),
    /// Small files of one folder.
    Files(Arc<Path>, Vec<OsString>),
    /// Something that cannot be read.
    Failed(Error),
}

impl WorkQueue {
    pub(super) fn new(walk: FileWalk, stdin: Box<dyn Read + Send>) -> Self {
        Self {
            walk,
            stdin: Some(stdin),
            reader: None,
            ticket: 0,
        }
    }

    /// The next piece of work, with its place in the order of the results.
    pub(super) fn next(&mut self, buffer: &mut Buffer) -> Option<(u64, Job)> {
        let job = self.job(buffer)?;
        let ticket = self.ticket;
        self.ticket += 1;
        Some((ticket, job))
    }

    fn job(&mut self, buffer: &mut Buffer) -> Option<Job> {
        loop {
            if let Some((source, reader)) = &mut self.reader {
                match reader.next_chunk(buffer) {
                    Ok(Some(chunk)) => return Some(Job::Chunk(source.clone(), chunk)),
                    Ok(None) => self.reader = None,
                    Err(error) => {
                        let failed = unreadable(Path::new(&**source), error);
                        self.reader = None;
                        return Some(Job::Failed(failed));
                    }
                }
            }
            match self.walk.next()? {
                WalkEntry::Stdin => {
                    // Named twice, it has been read already.
                    if let Some(stdin) = self.stdin.take() {
                        self.reader = Some(("<stdin>".into(), ChunkReader::new(stdin, false)));
                    }
                }
                WalkEntry::File(path, regular) => match File::open(&path) {
                    Ok(file) => {
                        let name = path.display().to_string();
                        self.reader = Some((name.into(), ChunkReader::new(file, regular)));
                    }
                    Err(source) => return Some(Job::Failed(unreadable(&path, source))),
                },
                WalkEntry::Batch(folder, names) => return Some(Job::Files(folder, names)),
                WalkEntry::Failed(error) => return Some(Job::Failed(error)),
            }
        }
    }

    pub(super) fn skipped(&self) -> Skipped {
        self.walk.skipped()
    }

    pub(super) fn is_done(&self) -> bool {
        let reading = self.reader.as_ref();
        self.walk.is_empty() && reading.is_none_or(|(_, reader)| reader.is_done())
    }
}
