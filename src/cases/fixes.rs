//! The fixes that several cases share, each in Node, Python, PHP and Go.
//!
//! A page includes one with the line `@fix NAME`, so that it is written once.

macro_rules! fixes {
    ($($name:literal)*) => {
        /// Their names and texts, in Markdown.
        pub const FIXES: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("fixes/", $name, ".md"))),)*
        ];
    };
}

fixes! {
    "accept-unknown-events"
    "answer-then-work"
    "catch-at-the-edge"
    "compare-in-constant-time"
    "compare-with-order"
    "exact-decimals"
    "forward-only-state"
    "generic-errors"
    "graceful-shutdown"
    "lock-the-order"
    "once-per-order"
    "one-transaction"
    "paid-events-only"
    "parameters-and-escaping"
    "persist-before-answering"
    "read-whole-body"
    "require-secret"
    "route-directly"
    "server-timeouts"
    "tolerant-parsing"
    "trust-the-socket"
    "verify-raw-bytes"
    "verify-then-work"
}

/// The page with the fixes in place of the lines that include them.
pub(super) fn included(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    for line in page.lines() {
        let name = line.strip_prefix("@fix ");
        let fix = name.and_then(|name| FIXES.iter().find(|(known, _)| *known == name));
        match fix {
            // One fix may follow another, so each ends in an empty line.
            Some((_, fix)) => text.push_str(fix),
            None => text.push_str(line),
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
