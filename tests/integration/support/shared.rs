//! Helpers that the tests of the library need too: tables of cases, and snapshots.

use std::path::Path;

/// Checks every case and reports all failures, not only the first.
pub(crate) fn all<T>(cases: impl IntoIterator<Item = (String, T)>, check: impl Fn(&str, T)) {
    let mut failed = Vec::new();
    for (name, case) in cases {
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&name, case))).is_err() {
            failed.push(name);
        }
    }
    assert!(
        failed.is_empty(),
        "{} cases failed: {}",
        failed.len(),
        failed.join(", ")
    );
}

/// Compares a text with its snapshot, `tests/snapshots/FOLDER/NAME.snap`.
pub(crate) fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    settings.set_snapshot_path(root.join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
