//! What `examples/` and `tests/frameworks/` hold: tested in their own languages, and judged by `inqud-hook test`.
#![cfg(unix)]

mod flaws;
mod frameworks;
mod judged;
mod own_tests;
