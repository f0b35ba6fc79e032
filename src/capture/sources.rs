//! Which files there are to validate: the arguments in their order, folders searched in the order of names.
//!
//! Separate from the reading, because this is about names: it opens nothing but folders. In a folder it follows no
//! link: a loop of links ends, and whoever fills the folder cannot have files shown that lie elsewhere.

use crate::error::Error;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

/// What to read next.
pub(crate) enum Next {
    /// Standard input.
    Stdin,
    /// A file that is worth all threads. True where it is an ordinary file.
    File(PathBuf, bool),
    /// Files of one folder, probably small, for one thread.
    Batch(Arc<Path>, Vec<OsString>),
    /// Something that cannot be read.
    Failed(Error),
}

enum Pending {
    Stdin,
    Path(PathBuf),
    Folder(PathBuf),
    Files(Arc<Path>, std::vec::IntoIter<OsString>),
    /// The end of a folder that was named: how many files had been found before it.
    End(PathBuf, u64),
}

/// The sources that are still to be read.
pub(crate) struct Sources {
    pending: VecDeque<Pending>,
    found: u64,
    output: Option<PathBuf>,
}

/// A folder with fewer files than this has each of them split among all threads; of one with more, each thread takes
/// a handful at a time.
const FEW: usize = 64;
const BATCH: usize = 128;

impl Sources {
    /// What the arguments name; the file that results are written to is no body, wherever it lies.
    pub(crate) fn new(arguments: &[PathBuf], output: Option<&Path>) -> Self {
        let pending = |path: &PathBuf| {
            if path.as_os_str() == "-" {
                Pending::Stdin
            } else {
                Pending::Path(path.clone())
            }
        };
        let output = output.and_then(|output| output.canonicalize().ok());
        Self {
            pending: arguments.iter().map(pending).collect(),
            found: 0,
            output,
        }
    }

    /// Whether nothing is left; folders that are still to be searched count as something.
    pub(crate) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    fn list(&mut self, folder: &Path) -> Result<(), Error> {
        let unreadable = |source: io::Error| Error::Unreadable {
            path: folder.display().to_string(),
            source,
        };
        let mut entries = Vec::new();
        let folder_itself = self
            .output
            .as_ref()
            .and_then(|_| folder.canonicalize().ok());
        let is_output = |name: &OsString| {
            folder_itself
                .as_ref()
                .zip(self.output.as_ref())
                .is_some_and(|(folder, output)| folder.join(name) == *output)
        };
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let kind = entry.file_type().map_err(unreadable)?;
            let name = entry.file_name();
            if kind.is_dir() {
                entries.push((name, true));
            } else if kind.is_file() && holds_bodies(&name) && !is_output(&name) {
                entries.push((name, false));
            }
        }
        entries.sort_unstable();
        let shared: Arc<Path> = folder.into();
        let mut parts = Vec::new();
        let mut files = Vec::new();
        for (name, is_folder) in entries {
            if is_folder {
                if !files.is_empty() {
                    parts.push(Pending::Files(
                        shared.clone(),
                        std::mem::take(&mut files).into_iter(),
                    ));
                }
                parts.push(Pending::Folder(folder.join(name)));
            } else {
                self.found += 1;
                files.push(name);
            }
        }
        if !files.is_empty() {
            parts.push(Pending::Files(shared, files.into_iter()));
        }
        for part in parts.into_iter().rev() {
            self.pending.push_front(part);
        }
        Ok(())
    }
}

impl Iterator for Sources {
    type Item = Next;

    fn next(&mut self) -> Option<Next> {
        loop {
            match self.pending.pop_front()? {
                Pending::Stdin => return Some(Next::Stdin),
                Pending::Path(path) => match fs::metadata(&path) {
                    Ok(found) if found.is_dir() => {
                        self.pending
                            .push_front(Pending::End(path.clone(), self.found));
                        self.pending.push_front(Pending::Folder(path));
                    }
                    Ok(found) => return Some(Next::File(path, found.is_file())),
                    Err(source) => {
                        return Some(Next::Failed(Error::Unreadable {
                            path: path.display().to_string(),
                            source,
                        }));
                    }
                },
                Pending::Folder(path) => {
                    if let Err(error) = self.list(&path) {
                        // It was not searched, so nobody can say that it holds no bodies.
                        self.found += 1;
                        return Some(Next::Failed(error));
                    }
                }
                Pending::End(path, before) if self.found == before => {
                    return Some(Next::Failed(Error::NoBodies {
                        path: path.display().to_string(),
                    }));
                }
                Pending::End(..) => {}
                Pending::Files(folder, mut names) => {
                    if names.len() < FEW {
                        let name = names.next()?;
                        let path = folder.join(name);
                        if names.len() > 0 {
                            self.pending.push_front(Pending::Files(folder, names));
                        }
                        return Some(Next::File(path, true));
                    }
                    let batch: Vec<OsString> = names.by_ref().take(BATCH).collect();
                    if names.len() > 0 {
                        self.pending
                            .push_front(Pending::Files(folder.clone(), names));
                    }
                    return Some(Next::Batch(folder, batch));
                }
            }
        }
    }
}

fn holds_bodies(name: &OsString) -> bool {
    let ending = Path::new(name)
        .extension()
        .and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        ["json", "ndjson", "jsonl"]
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}
