//! Whatever bytes come: the linter ends without a panic, its findings lie in the text and in order, no format prints
//! what steers a terminal, and lines and columns are counted right. The checks are those of the fuzz targets; here they
//! run on bytes, on texts of JSON's tokens, and on samples that chance has mangled.

#[path = "../fuzz/checks.rs"]
mod checks;
mod places;

use inqud_hook::lint::Finding;
use places::{Rng, catalogue, lint, linter};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() }
}

/// Pieces of bodies, and of what is no body.
fn token() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[{}\\[\\],:\"]",
        2 => "\"(id|status|data|event|type|eventType|a|\\\\u0061|\\\\ud83d|\\\\u0000|é|😀)\"(:)?",
        2 => "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,5})?",
        1 => "true|false|null|nul|NaN",
        1 => "\"(CCO-|INVOICE_PAID|service_|paid)\"",
        2 => "[ \n\r\t]{0,3}",
        1 => "[\\x00-\\x1f\u{7f}-\u{9f}\u{200e}\u{202e}\u{2066}\u{feff}\u{fffe}\\\\/#']",
    ]
}

/// A sample with bytes changed, moved, doubled and cut out.
fn mangled(seed: u64) -> Vec<u8> {
    let mut rng = Rng::new(&seed.to_string());
    let entries: Vec<_> = catalogue().events().collect();
    let entry = rng.of(&entries);
    let mut bytes = entry.provider.sample(&entry.event.name).expect("every event has a sample").as_bytes().to_vec();
    for _ in 0..=rng.below(4) {
        let (at, length) = (rng.below(bytes.len()), rng.below(40));
        let end = (at + length).min(bytes.len());
        match rng.below(6) {
            0 => bytes[at] = rng.below(256) as u8,
            1 => bytes[at] = *rng.of(b"{}[],:\"\\0-.eE \n"),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                let to = rng.below(bytes.len() + 1);
                drop(bytes.splice(to..to, piece));
            }
            4 => bytes.truncate(at + 1),
            _ => bytes[at..end].reverse(),
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn any_bytes_are_linted_and_shown(bytes in vec(any::<u8>(), 0..200)) {
        checks::linter(&bytes);
    }

    #[test]
    fn any_heap_of_tokens_is_linted_and_shown(tokens in vec(token(), 0..40)) {
        checks::linter(tokens.concat().as_bytes());
    }

    #[test]
    fn any_mangled_sample_is_linted_and_shown(seed in any::<u64>()) {
        checks::linter(&mangled(seed));
    }

    #[test]
    fn every_place_in_any_bytes_is_found(bytes in vec(any::<u8>(), 0..60)) {
        checks::positions(&bytes);
    }

    #[test]
    fn every_place_in_any_text_is_found(text in "(\u{feff})?[a\"\\\\\n\r\té€😀\u{0}\u{85}]{0,40}") {
        checks::positions(text.as_bytes());
    }
}

/// Bodies that are made to fill the memory with what is found in them.
#[test]
fn what_is_found_in_a_hostile_body_is_not_much_larger_than_the_body() {
    let many = |piece: &str| vec![piece; 2_000].join(",");
    let long = "k".repeat(100_000);
    let strangers = (0..2_000).map(|at| format!("\"{at}-{}\":1", &long[..50])).collect::<Vec<_>>().join(",");
    for (name, body) in [
        ("twins under a long key", format!("{{\"id\":\"CCO-1\",\"{long}\":{{{}}}}}", many("\"a\":1"))),
        ("twins deep down", format!("{}{{{}}}{}", "{\"kkkkkkkkkk\":".repeat(120), many("\"a\":1"), "}".repeat(120))),
        ("strangers", format!("{{\"id\":\"CCO-1\",\"status\":\"NEW\",{strangers}}}")),
        ("long strangers", format!("{{\"id\":\"CCO-1\",\"{long}\":1,\"{long}\":2,\"{long}x\":3}}")),
        ("a long status", format!("{{\"id\":\"CCO-1\",\"status\":\"{long}\"}}")),
        ("a long amount", format!("{{\"id\":\"PMT-1\",\"amount\":-{0},\"fee\":\"-{0}\"}}", "1".repeat(100_000))),
        ("a long name", format!("{{\"eventType\":\"INVOICE_{long}\",\"data\":{{\"type\":\"INVOICE_{long}\"}}}}")),
        (
            "bad items",
            format!("{{\"data\":{{\"id\":\"1\",\"status\":\"paid\",\"payment_processor_quotes\":[{}]}}}}", many("1")),
        ),
        ("bad numbers", format!("{{\"id\":\"PMT-1\",\"{long}\":[{}]}}", many("1e400"))),
        ("bad halves", format!("{{\"id\":\"PMT-1\",\"{long}\":\"{}\"}}", "\\ud800".repeat(2_000))),
    ] {
        checks::linter(body.as_bytes());
        let findings = lint(&linter(catalogue()), body.as_bytes()).findings;
        assert!(!findings.is_empty() && findings.len() <= 3_010, "{name}: {} findings", findings.len());
        let help = |finding: &Finding| finding.help.as_ref().map_or(0, String::len);
        let size =
            |finding: &Finding| finding.pointer.len() + finding.message.len() + finding.label.len() + help(finding);
        let sum: usize = findings.iter().map(size).sum();
        assert!(sum < (4 << 20) + 4 * body.len(), "{name}: {sum} bytes were found in {}", body.len());
    }
}
