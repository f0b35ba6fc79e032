//! The search as a whole: its reasons, the wrong signatures that it makes, and that it ends for any input.

use super::super::question::MOST_HASHED_BYTES;
use super::*;
use crate::http::Header;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[test]
fn every_reason_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.name()).collect();
    let reasons: BTreeSet<Reason> = Reason::ALL.iter().copied().collect();
    assert_eq!(
        (names.len(), reasons.len()),
        (Reason::ALL.len(), Reason::ALL.len())
    );
    let snake = |byte: u8| byte.is_ascii_lowercase() || b"_0123456789".contains(&byte);
    assert!(names.iter().all(|name| name.bytes().all(snake)));
}

#[test]
fn wrong_signings_are_those_that_are_recognised() {
    let body = r#"{"id" : 1,  "data":{"url":"https:\/\/a/?x&y" ,"amount":1.10}}"#.as_bytes();
    let bench = Bench::new();
    let key: (&str, &[u8]) = ("Key", b"public");
    for (at, least) in [(0, 150), (1, 150), (2, 25)] {
        let wrong = bench.question(at, &[key], body, wrong_signings);
        assert!(wrong.len() >= least, "{}", wrong.len());
        let mut reasons = BTreeSet::new();
        // A part of the re-printed ones is enough.
        for headers in wrong
            .iter()
            .take(100)
            .chain(wrong.iter().skip(100).step_by(19))
        {
            let pairs: Vec<_> = [key]
                .into_iter()
                .chain(headers.iter().map(Header::pair))
                .collect();
            let found = bench.ask(at, &pairs, body);
            let reason = found.map(|found| found.reason);
            assert!(
                reason.is_some_and(|reason| reason != Reason::Unexplained),
                "{headers:?}"
            );
            reasons.extend(reason);
        }
        for reason in [
            Reason::BodyReprinted,
            Reason::BodyPart,
            Reason::BodyEmpty,
            Reason::SecretPadded,
            Reason::SecretItself,
            Reason::PlainHash,
            Reason::OtherHeader,
            Reason::OtherProvider,
            Reason::Base64,
        ] {
            assert!(
                at == 2 || reasons.contains(&reason),
                "{reason:?}: {reasons:?}"
            );
        }
        assert_eq!(
            at == 0,
            reasons.contains(&Reason::PublicKey) && reasons.contains(&Reason::SecretHexDecoded)
        );
    }
}

#[test]
fn the_search_ends_for_a_body_of_any_size_and_depth() {
    let bench = Bench::new();
    let wrong = keyed(b"something else");
    let open = "[".repeat(200_000);
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let wide = format!(
        "{}{}1{}",
        "[".repeat(128),
        "1,".repeat(100_000),
        "]".repeat(128)
    );
    let keys = format!(
        "{{{}}}",
        (0..10_000)
            .map(|at| format!("\"k{at}\":1.0"))
            .collect::<Vec<_>>()
            .join(",")
    );
    for body in [open, nested, wide, keys, "x".repeat(MOST_HASHED_BYTES)] {
        let found = bench.judge(0, wrong.as_bytes(), body.as_bytes());
        assert_eq!(
            (
                found.reason,
                found.explanation.contains("too large or too deeply nested")
            ),
            (Reason::Unexplained, true)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_makes_it_panic(
        at in 0..3_usize,
        header in "Sign|Key|Authorization|X-Payload-Digest|X-Signature|[ -~é]{0,12}",
        value in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..80),
            "(sha512=|Secret |0x|\"|é)?[0-9a-fA-F]{0,130}[=:, \n]?".prop_map(String::into_bytes),
            "[A-Za-z0-9+/_=é: -]{0,100}".prop_map(String::into_bytes),
        ],
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..80),
            "[\\[\\]{}\",:0-9.eE+\\\\ué\n -]{0,60}".prop_map(String::into_bytes),
            Just(BODY.as_bytes().to_vec()),
        ],
        secret in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let bench = Bench::new().with(at, &secret);
        bench.ask(at, &[(&header, &value)], &body);
    }
}
