//! The library behind the tool: what must hold for every body, every event and every rule.

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
