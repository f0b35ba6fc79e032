//! Tests of the library: what must hold for every body, event and rule.
#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, in a helper too"
)]

mod agreement;
mod arbitrary;
mod cases;
mod catalogue;
mod fresh;
mod mutations;
mod orders;
mod properties;
mod request_forms;
mod requests;
mod rules;
mod shapes;
mod test_reports;

#[path = "../../fuzz/checks.rs"]
mod checks;
#[allow(dead_code, reason = "the integration tests use the rest")]
#[path = "../integration/support/mod.rs"]
mod support;
