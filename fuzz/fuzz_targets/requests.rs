//! See `checks::requests`. Without a nightly compiler: `RUSTC_BOOTSTRAP=1 cargo fuzz run requests`.
#![no_main]

#[path = "../checks.rs"]
#[allow(dead_code, reason = "each target uses one of the checks")]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // The first bytes are the lengths of the pieces.
    let (cuts, rest) = bytes.split_at(bytes.len().min(4));
    checks::requests(rest, &cuts.iter().map(|cut| usize::from(*cut)).collect::<Vec<_>>());
});
