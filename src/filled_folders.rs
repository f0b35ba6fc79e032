//! The folders that package managers and builds fill: they are skipped, and the help and several messages list them.

/// Their names.
pub(crate) const FILLED_FOLDERS: [&str; 3] = ["node_modules", "target", "vendor"];

/// Their names in a sentence, with this word before the last.
pub(crate) fn filled_folders(word: &str) -> String {
    let [first, second, last] = FILLED_FOLDERS;
    format!("{first}, {second} {word} {last}")
}
