//! What `inqud-hook test` says about signatures: the mistake of a handler that refuses the right one, and no secret.

use super::runs::{Given, Judged, Trial, all_judged, judge};
use super::shop::SECRET;

fn trial(provider: &'static str, flags: &str, given: Given, arguments: &str) -> Trial {
    Trial {
        provider,
        flags: flags.to_owned(),
        given,
        arguments: arguments.to_owned(),
    }
}

#[test]
fn the_mistake_of_a_handler_that_refuses_the_right_signature_is_named() {
    let mistakes = [
        ("body-consumed", "over an empty body"),
        ("reserialised-python", "as json.dumps(body) prints it"),
        ("reserialised-go", "as Go's json.Marshal prints it"),
        ("data-only", "over the value of `data` alone"),
        ("secret-newline", "the secret plus a trailing newline"),
        ("hex-decoded-secret", "the secret decoded from hex"),
        ("other-hash", "HMAC-SHA-256 instead of HMAC-SHA-512"),
        ("base64", "is base64 instead of hex"),
        (
            "other-secret",
            "signed in another common way it is refused too",
        ),
    ];
    let trials = mistakes.map(|(defect, words)| {
        let flags = format!("--defect {defect}");
        let trial = trial("calypso", &flags, Given::Answers, "gate/genuine");
        (defect.to_owned(), trial, words)
    });
    all_judged(trials.into(), |judged, words| {
        let got = judged.of("gate/genuine", "got");
        if got.contains(words) && judged.code == 1 {
            Ok(())
        } else {
            Err(got)
        }
    });
}

#[test]
fn a_mistake_is_named_behind_which_another_one_waits() {
    let flags = "--defect reserialised-python --defect unknown-order-500";
    let judged = judge(&trial("calypso", flags, Given::Answers, "gate/genuine"));
    let got = judged.of("gate/genuine", "got");
    assert!(got.contains("answers 500 instead of 401 when"), "{got}");
    assert!(got.contains("as json.dumps(body) prints it"), "{got}");
}

#[test]
fn neither_the_secret_nor_a_part_of_it_is_in_the_output() {
    let forms = [
        SECRET.to_owned(),
        SECRET.to_uppercase(),
        SECRET[..SECRET.len() - 1].to_owned(),
    ];
    let trials = ["any-scheme", "leaks-secret", "no-check"].map(|defect| {
        let flags = format!("--defect {defect}");
        let trial = trial("rehive", &flags, Given::Answers, "forge");
        (defect.to_owned(), trial, ())
    });
    all_judged(trials.into(), |judged, ()| {
        let out = format!("{:?} {} {}", judged.cases, judged.summary, judged.err);
        match forms.iter().find(|form| out.contains(*form)) {
            None if judged.cases.len() > 10 => Ok(()),
            found => Err(format!("{found:?} in {out}")),
        }
    });
}

/// How the cases of group forge ended, but for those that were not run.
fn verdicts(judged: &Judged, verdict: &str) -> usize {
    let forged = judged.ended(verdict).into_iter();
    forged.filter(|told| told.starts_with("forge/")).count()
}

#[test]
fn a_forgery_that_is_answered_like_a_genuine_delivery_is_judged_by_what_happens() {
    let flags = "--trap silent-200";
    for (given, arguments, advice, failed) in [
        (Given::States, "forge/no-signature forge/truncated", 2, 0),
        (Given::States, "forge/no-signature --strict", 0, 1),
        (
            Given::States,
            "forge/no-signature --silent-refusal --strict",
            0,
            0,
        ),
        (Given::Answers, "forge/no-signature", 0, 1),
        (Given::Answers, "forge/no-signature --silent-refusal", 0, 0),
    ] {
        let judged = judge(&trial("calypso", flags, given, arguments));
        let found = (verdicts(&judged, "advice"), verdicts(&judged, "fail"));
        assert_eq!(
            found,
            (advice, failed),
            "{given:?} {arguments}: {}",
            judged.err
        );
    }
}
