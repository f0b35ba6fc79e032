//! What is not read from a folder: hidden entries, folders of packages and of builds, and what a `.gitignore` names.
//!
//! A `.gitignore` counts from the folder that was named downwards: what is named is read, though a repository may ignore
//! it. Only the globs come from a crate: those for the whole of it bring a dozen others and an engine for regular
//! expressions.

use crate::filled_folders::{FILLED_FOLDERS, filled_folders};
use fast_glob::glob_match;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Its name in every folder.
pub(super) const GITIGNORE: &str = ".gitignore";

/// How many folders and files of bodies were found and not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) folders: u64,
    pub(crate) files: u64,
}

impl Skipped {
    /// How many, and why; nothing where there are none.
    pub(crate) fn words(self) -> Option<String> {
        let of = |count: u64, one: &str| {
            let end = if count == 1 { "" } else { "s" };
            (count > 0).then(|| format!("{count} {one}{end}"))
        };
        let counts = [of(self.folders, "folder"), of(self.files, "file")];
        let counts: Vec<String> = counts.into_iter().flatten().collect();
        (!counts.is_empty()).then(|| {
            format!(
                "skipped {}: hidden, git-ignored, or {}",
                counts.join(" and "),
                filled_folders("or")
            )
        })
    }

    /// Counts an entry.
    pub(super) fn add(&mut self, name: &OsStr, is_folder: bool) {
        // It is in every repository, and holds no bodies.
        if name != ".git" {
            self.folders += u64::from(is_folder);
            self.files += u64::from(!is_folder);
        }
    }
}

/// Whether an entry of a folder is skipped for its name alone.
pub(super) fn is_skipped(name: &OsStr, is_folder: bool) -> bool {
    let hidden = name.as_encoded_bytes().first() == Some(&b'.');
    hidden || is_folder && FILLED_FOLDERS.iter().any(|filled| name == *filled)
}

/// The rules of a `.gitignore`, and those of the folders above it.
#[derive(Debug)]
pub(super) struct GitIgnore {
    folder: PathBuf,
    rules: Vec<IgnoreRule>,
    above: Option<Arc<GitIgnore>>,
}

#[derive(Debug, PartialEq, Eq)]
struct IgnoreRule {
    glob: String,
    /// What matches is read after all.
    reads: bool,
    only_folders: bool,
    /// The glob is about the whole path below the folder, not about a name.
    whole_path: bool,
}

impl GitIgnore {
    pub(super) fn new(folder: &Path, text: &str, above: Option<Arc<GitIgnore>>) -> Self {
        Self {
            folder: folder.to_owned(),
            rules: text.lines().filter_map(IgnoreRule::parse).collect(),
            above,
        }
    }

    /// Whether an entry of this folder, or of one below it, is ignored.
    pub(super) fn ignores(&self, folder: &Path, name: &OsStr, is_folder: bool) -> bool {
        let name = name.to_string_lossy();
        let mut next = Some(self);
        while let Some(file) = next {
            if let Some(rule) = file.last_match(folder, &name, is_folder) {
                return !rule.reads;
            }
            next = file.above.as_deref();
        }
        false
    }

    fn last_match(&self, folder: &Path, name: &str, is_folder: bool) -> Option<&IgnoreRule> {
        let mut path = None;
        self.rules.iter().rev().find(|rule| {
            if rule.only_folders && !is_folder {
                return false;
            }
            if !rule.whole_path {
                return glob_match(&rule.glob, name);
            }
            let path = path.get_or_insert_with(|| self.below(folder, name));
            glob_match(&rule.glob, path)
        })
    }

    /// The path of an entry below the folder of this file, with slashes on every system.
    fn below(&self, folder: &Path, name: &str) -> String {
        let folders = folder.strip_prefix(&self.folder).unwrap_or(folder).iter();
        let mut path = String::new();
        for folder in folders {
            path += &folder.to_string_lossy();
            path.push('/');
        }
        path + name
    }
}

impl IgnoreRule {
    /// A line of the file; a comment and an empty line are no rule.
    fn parse(line: &str) -> Option<Self> {
        let bare = line.trim_end();
        // A space behind a backslash belongs to the name.
        let line = match line.get(bare.len()..=bare.len()) {
            Some(" ") if bare.ends_with('\\') => &line[..=bare.len()],
            _ => bare,
        };
        let (reads, line) = match line.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let (only_folders, line) = match line.strip_suffix('/') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        if line.is_empty() || line.starts_with('#') && !reads {
            return None;
        }
        let whole_path = line.contains('/');
        // Git knows no alternatives in braces.
        let glob = line
            .trim_start_matches('/')
            .replace('{', "\\{")
            .replace('}', "\\}");
        Some(Self {
            glob,
            reads,
            only_folders,
            whole_path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(text: &str, path: &str) -> bool {
        let file = GitIgnore::new(Path::new("top"), text, None);
        let (only_folder, path) = path
            .strip_suffix('/')
            .map_or((false, path), |path| (true, path));
        let path = Path::new("top").join(path);
        file.ignores(
            path.parent().unwrap(),
            path.file_name().unwrap(),
            only_folder,
        )
    }

    #[test]
    fn globs_mean_what_they_mean_to_git() {
        for (text, path, expected) in [
            ("*.json", "a.json", true),
            ("*.json", "b/c/a.json", true),
            ("*.json", "a.ndjson", false),
            ("*.json\n!keep.json", "b/keep.json", false),
            ("!keep.json\n*.json", "keep.json", true),
            ("dist/", "b/dist/", true),
            ("dist/", "dist", false),
            ("/a.json", "a.json", true),
            ("/a.json", "b/a.json", false),
            ("b/a.json", "b/a.json", true),
            ("b/a.json", "c/b/a.json", false),
            ("**/b/a.json", "c/b/a.json", true),
            ("**/a.json", "a.json", true),
            ("b/**", "b/c/a.json", true),
            ("b/**/a.json", "b/a.json", true),
            ("b/*.json", "b/c/a.json", false),
            ("run-[0-9].json", "run-7.json", true),
            ("run-[!0-9].json", "run-7.json", false),
            ("run-?.json  ", "run-7.json", true),
            ("# a.json", "# a.json", false),
            ("\\#a.json", "#a.json", true),
            ("\\!a.json", "!a.json", true),
            ("a\\ ", "a ", true),
            ("a.{json,xml}", "a.json", false),
            ("a.{json,xml}", "a.{json,xml}", true),
            ("\n/\n!\n!/", "a.json", false),
        ] {
            assert_eq!(ignored(text, path), expected, "{text:?} {path}");
        }
    }

    #[test]
    fn the_file_of_a_deeper_folder_decides_first() {
        let above = GitIgnore::new(Path::new("top"), "*.json\n/deep/x.ndjson", None);
        let below = GitIgnore::new(Path::new("top/deep"), "!a.json", Some(Arc::new(above)));
        let ignored = |name: &str| below.ignores(Path::new("top/deep"), OsStr::new(name), false);
        assert_eq!(
            ["a.json", "b.json", "x.ndjson", "y.ndjson"].map(ignored),
            [false, true, true, false]
        );
    }
}
