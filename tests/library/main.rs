//! Tests of the library: what must hold for every body, event and rule.

mod agreement;
mod arbitrary;
mod catalogue;
mod fresh;
mod mutations;
mod properties;
mod request_forms;
mod rules;

#[path = "../../fuzz/checks.rs"]
mod checks;
#[allow(dead_code, reason = "the integration tests use the rest")]
#[path = "../integration/support/mod.rs"]
mod support;
