//! The files that hold captures: the arguments in their order, folders searched in the order of names.
//!
//! It opens nothing but folders. Links inside a folder are not followed: a loop of links ends, and the author of the
//! folder cannot have files read that lie elsewhere.

pub(crate) use super::ignored::Skipped;
use super::ignored::{GITIGNORE, GitIgnore, is_skipped};
use crate::bounded_read::{self, SourceKinds};
use crate::error::Error;
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

/// The extensions of the files that are read from folders, in lower case; the case of a file's own does not matter.
pub(crate) type Extensions = &'static [&'static str];

/// Bodies, one or many in a file, and journals.
pub(crate) const BODIES: Extensions = &["json", "ndjson", "jsonl"];
/// The same, HTTP archives and raw requests.
pub(crate) const DELIVERIES: Extensions = &["json", "ndjson", "jsonl", "har", "http"];

/// What to read next.
pub(crate) enum WalkEntry {
    /// Standard input.
    Stdin,
    /// A file, and whether it is a regular one.
    File(PathBuf, bool),
    /// Some of the many files of one folder, probably small.
    Batch(Arc<Path>, Vec<OsString>),
    /// Something that cannot be read.
    Failed(Error),
}

/// The name of an entry, and whether it is a folder.
type FolderEntry = (OsString, bool);

enum Pending {
    Stdin,
    Path(PathBuf),
    /// A folder, and what is ignored in it.
    Folder(PathBuf, Option<Arc<GitIgnore>>),
    Files(Arc<Path>, std::vec::IntoIter<OsString>),
    /// The end of a folder that was an argument: how many files had been found, and what had been skipped, before it.
    End(PathBuf, u64, Skipped),
}

/// The entries that are still to be read.
pub(crate) struct FileWalk {
    pending: VecDeque<Pending>,
    found: u64,
    extensions: Extensions,
    output: Option<PathBuf>,
    /// Entries of folders are skipped that hold no bodies in all likelihood.
    skips: bool,
    skipped: Skipped,
}

/// The files of a folder with fewer than this come one by one; those of a larger one come in batches.
const FEW: usize = 64;
const BATCH: usize = 128;

impl FileWalk {
    /// What the arguments name; in folders, files with those extensions.
    pub(crate) fn new(arguments: &[PathBuf], extensions: Extensions) -> Self {
        let pending = |path: &PathBuf| {
            if path.as_os_str() == "-" {
                Pending::Stdin
            } else {
                Pending::Path(path.clone())
            }
        };
        Self {
            pending: arguments.iter().map(pending).collect(),
            found: 0,
            extensions,
            output: None,
            skips: false,
            skipped: Skipped::default(),
        }
    }

    /// Skips what is hidden in a folder, what package managers and builds fill, and what a `.gitignore` names.
    pub(crate) fn skipping(mut self, skips: bool) -> Self {
        self.skips = skips;
        self
    }

    /// What has been skipped so far.
    pub(crate) fn skipped(&self) -> Skipped {
        self.skipped
    }

    /// Leaves out the file that results are written to, where it lies in a folder.
    pub(crate) fn without(mut self, output: Option<&Path>) -> Self {
        self.output = output.and_then(|output| output.canonicalize().ok());
        self
    }

    /// Whether nothing is left; folders that are still to be searched count as something.
    pub(crate) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    fn argument(&mut self, path: PathBuf) -> Option<WalkEntry> {
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => {
                let end = Pending::End(path.clone(), self.found, self.skipped);
                self.pending.push_front(end);
                self.pending.push_front(Pending::Folder(path, None));
                None
            }
            Ok(found) => Some(WalkEntry::File(path, found.is_file())),
            Err(source) => Some(WalkEntry::Failed(unreadable(&path, source))),
        }
    }

    /// Puts what a folder holds before everything else.
    fn search(&mut self, folder: &Path, above: Option<Arc<GitIgnore>>) -> io::Result<()> {
        let shared: Arc<Path> = folder.into();
        let mut parts = Vec::new();
        let mut files = Vec::new();
        let (entries, ignored) = self.entries(folder, above)?;
        for (name, is_folder) in entries {
            if is_folder {
                if !files.is_empty() {
                    let before = std::mem::take(&mut files);
                    parts.push(Pending::Files(shared.clone(), before.into_iter()));
                }
                parts.push(Pending::Folder(folder.join(name), ignored.clone()));
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

    /// The folders and the wanted files of a folder, sorted by name; true for folders. And what is ignored in it.
    fn entries(
        &mut self,
        folder: &Path,
        above: Option<Arc<GitIgnore>>,
    ) -> io::Result<(Vec<FolderEntry>, Option<Arc<GitIgnore>>)> {
        let output = self.output.as_deref();
        let in_full = output.and_then(|_| folder.canonicalize().ok());
        let is_output = |name: &OsStr| {
            in_full
                .as_ref()
                .is_some_and(|folder| Some(&*folder.join(name)) == output)
        };
        let mut entries = Vec::new();
        let mut ignored = above;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let name = entry.file_name();
            if kind.is_dir() || kind.is_file() && self.wants(&name) && !is_output(&name) {
                entries.push((name, kind.is_dir()));
            } else if self.skips && kind.is_file() && name == GITIGNORE {
                ignored = git_ignore(folder, ignored);
            }
        }
        if self.skips {
            let ignored = ignored.as_deref();
            entries.retain(|(name, is_folder)| {
                let skip = is_skipped(name, *is_folder)
                    || ignored.is_some_and(|file| file.ignores(folder, name, *is_folder));
                if skip {
                    self.skipped.add(name, *is_folder);
                }
                !skip
            });
        }
        Ok((sorted(entries), ignored))
    }

    fn wants(&self, name: &OsStr) -> bool {
        let name = name.as_encoded_bytes();
        // A name that begins with its only dot has no extension.
        let dot = name.iter().rposition(|byte| *byte == b'.');
        dot.filter(|dot| *dot > 0).is_some_and(|dot| {
            let extension = &name[dot + 1..];
            self.extensions
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known.as_bytes()))
        })
    }

    /// One file, or a batch where there are many; the rest goes back to what is pending.
    fn files(
        &mut self,
        folder: Arc<Path>,
        mut names: std::vec::IntoIter<OsString>,
    ) -> Option<WalkEntry> {
        let entry = if names.len() < FEW {
            WalkEntry::File(folder.join(names.next()?), true)
        } else {
            WalkEntry::Batch(folder.clone(), names.by_ref().take(BATCH).collect())
        };
        if names.len() > 0 {
            self.pending.push_front(Pending::Files(folder, names));
        }
        Some(entry)
    }
}

impl Iterator for FileWalk {
    type Item = WalkEntry;

    fn next(&mut self) -> Option<WalkEntry> {
        loop {
            match self.pending.pop_front()? {
                Pending::Stdin => return Some(WalkEntry::Stdin),
                Pending::Path(path) => {
                    if let Some(entry) = self.argument(path) {
                        return Some(entry);
                    }
                }
                Pending::Folder(path, ignored) => {
                    if let Err(source) = self.search(&path, ignored) {
                        // It may hold bodies all the same: its parent does not count as a folder without any.
                        self.found += 1;
                        return Some(WalkEntry::Failed(unreadable(&path, source)));
                    }
                }
                Pending::End(path, before, skipped) if self.found == before => {
                    return Some(WalkEntry::Failed(Error::NoBodies {
                        path: path.display().to_string(),
                        folder: true,
                        skipped: self.skipped != skipped,
                    }));
                }
                Pending::End(..) => {}
                Pending::Files(folder, names) => return self.files(folder, names),
            }
        }
    }
}

/// Sorts entries by name, nearly always by a number: the first eight bytes after those with which all names begin. Where
/// there are very many, the names themselves lie far apart in memory; so only numbers are moved until all have a place.
fn sorted(mut entries: Vec<FolderEntry>) -> Vec<FolderEntry> {
    let Some((first, _)) = entries.first() else {
        return entries;
    };
    let alike = |(name, _): &FolderEntry| {
        let both = name.as_encoded_bytes().iter().zip(first.as_encoded_bytes());
        both.take_while(|(one, other)| one == other).count()
    };
    let alike = entries.iter().map(alike).min().unwrap_or_default();
    let key = |(name, _): &FolderEntry| {
        let mut key = [0; 8];
        let different = &name.as_encoded_bytes()[alike..];
        let length = different.len().min(key.len());
        key[..length].copy_from_slice(&different[..length]);
        u64::from_be_bytes(key)
    };
    let keyed = (0..).zip(&entries).map(|(at, entry)| (key(entry), at));
    let mut order: Vec<(u64, usize)> = keyed.collect();
    order.sort_unstable_by(|(one, here), (other, there)| {
        let same = || entries[*here].cmp(&entries[*there]);
        one.cmp(other).then_with(same)
    });
    let taken = order
        .into_iter()
        .map(|(_, at)| std::mem::take(&mut entries[at]));
    taken.collect()
}

/// The rules of a folder's own file, and those above. One that cannot be read has none.
fn git_ignore(folder: &Path, above: Option<Arc<GitIgnore>>) -> Option<Arc<GitIgnore>> {
    let file = folder.join(GITIGNORE);
    match bounded_read::read(&file, bounded_read::CONFIGURATION, SourceKinds::File) {
        Ok(text) => Some(Arc::new(GitIgnore::new(
            folder,
            &String::from_utf8_lossy(&text),
            above,
        ))),
        Err(_) => above,
    }
}

/// What is said of a file or folder that cannot be read.
pub(crate) fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Unreadable {
        path: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(arguments: &[PathBuf], extensions: Extensions) -> Vec<String> {
        let mut found = Vec::new();
        for entry in FileWalk::new(arguments, extensions) {
            match entry {
                WalkEntry::Stdin => found.push("-".to_owned()),
                WalkEntry::File(path, _) => found.push(path.display().to_string()),
                WalkEntry::Batch(folder, names) => {
                    let path = |name| folder.join(name).display().to_string();
                    found.extend(names.iter().map(path));
                }
                WalkEntry::Failed(error) => found.push(error.to_string()),
            }
        }
        found
    }

    #[test]
    fn folders_are_searched_in_the_order_of_names_for_files_of_the_wanted_extensions() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("b/deep")).unwrap();
        fs::create_dir_all(root.join("empty")).unwrap();
        for name in ["c.JSON", "a.ndjson", "b/deep/x.har", "b/y.jsonl", "d.txt"] {
            fs::write(root.join(name), "{}").unwrap();
        }
        let below = |names: &[&str]| -> Vec<String> {
            let path = |name: &&str| root.join(name).display().to_string();
            names.iter().map(path).collect()
        };
        let all = [root.to_owned()];
        assert_eq!(
            found(&all, DELIVERIES),
            below(&["a.ndjson", "b/deep/x.har", "b/y.jsonl", "c.JSON"])
        );
        assert_eq!(
            found(&all, BODIES),
            below(&["a.ndjson", "b/y.jsonl", "c.JSON"])
        );
        assert_eq!(
            found(
                &[root.join("empty"), "-".into(), root.join("d.txt")],
                BODIES
            ),
            [
                format!("no bodies in {}", root.join("empty").display()),
                "-".to_owned(),
                root.join("d.txt").display().to_string()
            ]
        );
    }

    #[test]
    fn many_files_come_in_batches_and_none_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..300 {
            fs::write(folder.path().join(format!("{number:03}.json")), "{}").unwrap();
        }
        let entries: Vec<WalkEntry> = FileWalk::new(&[folder.path().to_owned()], BODIES).collect();
        let sizes = entries.iter().map(|entry| match entry {
            WalkEntry::Batch(_, names) => names.len(),
            _ => 1,
        });
        let sizes: Vec<usize> = sizes.collect();
        assert_eq!(sizes[..2], [BATCH, BATCH]);
        assert_eq!(sizes.iter().sum::<usize>(), 300);
    }
}
