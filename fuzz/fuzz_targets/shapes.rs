//! See `checks::shapes`. Without a nightly compiler: `RUSTC_BOOTSTRAP=1 cargo fuzz run shapes`.
#![no_main]

#[path = "../checks.rs"]
#[allow(dead_code, reason = "each target uses one of the checks")]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::shapes(bytes));
