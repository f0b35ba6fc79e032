//! `inqud-hook test` finds each defect by the case that is meant for it and names its cause; it finds nothing in shops that
//! are unusual and right; and it has no case that nothing sets off.

use super::runs::{Given, Judged, SEED, Trial, all_judged, judge};
use super::switches::{Defect, Found, Known, Trap};
use crate::support::{folder, json_lines, of_type, run_line};
use std::collections::BTreeSet;

/// Defects that take longer to find than an everyday test may: the provider's whole time-out, or many rounds of killing.
fn is_slow(known: &Known) -> bool {
    known.name == "slow" || known.case.starts_with("crash/")
}

/// A defect as a trial of its own case.
fn trial(defect: Defect) -> (String, Trial, Known) {
    let known = defect.known();
    let trial = Trial {
        provider: known.provider,
        flags: format!("--defect {}", known.name),
        given: Given::by(known.case.split(' ').next().unwrap_or_default()),
        arguments: format!("{} {}", known.case, more(defect)),
    };
    (title(&known), trial, known)
}

/// What else `test` is told.
fn more(defect: Defect) -> &'static str {
    match defect {
        // The gate would wait no longer than the provider.
        Defect::Slow => "--timeout 15s",
        // The samples' own times are too old for it.
        Defect::OldRefused => "",
        _ => SEED,
    }
}

/// Whether the meant case, and the others that are named with it, noticed the defect.
fn noticed(judged: &Judged, known: &Known) -> Result<(), String> {
    for (at, case) in known.case.split(' ').enumerate() {
        let verdict = judged.of(case, "verdict");
        let found = match known.found {
            Found::Fail if at == 0 => verdict == "fail",
            Found::Advice if at == 0 => verdict == "advice",
            Found::Unclear if at == 0 => verdict == "inconclusive",
            Found::Blocked if at == 0 => {
                ["fail", "inconclusive"].contains(&&*verdict)
                    && !judged.summary["blocked"].is_null()
            }
            _ => ["fail", "advice", "inconclusive"].contains(&&*verdict),
        };
        let got = judged.of(case, "got");
        if !found {
            return Err(format!(
                "{case} is {verdict:?} instead of {:?}: {got}",
                known.found
            ));
        }
        let cause = judged.of(case, "cause");
        if at == 0 && cause != known.cause {
            return Err(format!(
                "{case} has the cause {cause:?} instead of {:?}: {got}",
                known.cause
            ));
        }
    }
    let code = i32::from(known.found != Found::Advice);
    if judged.code != code {
        return Err(format!("exit code {} instead of {code}", judged.code));
    }
    Ok(())
}

/// What a defect is called in a failure of these tests.
fn title(known: &Known) -> String {
    format!("{} ({})", known.name, known.about)
}

#[test]
fn each_defect_is_found_by_the_case_meant_for_it() {
    let quick = Defect::ALL
        .iter()
        .filter(|defect| !is_slow(&defect.known()) && !is_of_the_moment(**defect));
    all_judged(quick.map(|defect| trial(*defect)).collect(), noticed);
}

/// Whether it shows only if a busy machine lets the shop read one part of a body before the next arrives.
fn is_of_the_moment(defect: Defect) -> bool {
    defect == Defect::ChunksDecodedSingly
}

#[test]
fn a_defect_of_the_moment_is_found_within_a_few_runs() {
    for defect in Defect::ALL
        .iter()
        .filter(|defect| is_of_the_moment(**defect))
    {
        let (_, trial, known) = trial(*defect);
        let found = (0..5).any(|_| noticed(&judge(&trial), &known).is_ok());
        assert!(found, "{}", known.name);
    }
}

#[test]
#[ignore = "waits for time-outs and kills the shop many times: a minute"]
fn each_slow_defect_is_found_too() {
    let slow = Defect::ALL.iter().filter(|defect| is_slow(&defect.known()));
    all_judged(slow.map(|defect| trial(*defect)).collect(), noticed);
}

/// A trap as a trial of all cases.
fn trap(trap: Trap, given: Given) -> (String, Trial, ()) {
    let (name, provider, _) = trap.known();
    let trial = Trial {
        provider,
        flags: format!("--trap {name}"),
        given,
        arguments: SEED.to_owned(),
    };
    (name.to_owned(), trial, ())
}

/// Nothing failed, and nothing was left open.
fn faultless(judged: &Judged, _: &()) -> Result<(), String> {
    let wrong = [judged.ended("fail"), judged.ended("inconclusive")].concat();
    if judged.code == 0 && wrong.is_empty() && judged.summary["passed"].as_u64() > Some(20) {
        return Ok(());
    }
    Err(format!(
        "{}; blocked: {}",
        wrong.join("; "),
        judged.summary["blocked"]
    ))
}

#[test]
fn unusual_and_right_answers_are_no_failures() {
    // Those whose work comes after the answer differ in the state alone.
    let quick = [
        Trap::Silent200,
        Trap::StrictFields,
        Trap::BusyAtFirst,
        Trap::HangsUp,
    ];
    let states = |(name, mut trial, ()): (String, Trial, ())| {
        trial.arguments = format!("forge wire {SEED}");
        (name, trial, ())
    };
    all_judged(
        quick.map(|known| states(trap(known, Given::States))).into(),
        faultless,
    );
}

#[test]
#[ignore = "judges two dozen shops with everything that there is: minutes"]
fn no_trap_is_a_failure() {
    let traps = Trap::ALL
        .iter()
        .map(|known| trap(*known, Given::Everything));
    let traps = traps.map(|(name, mut trial, ())| {
        // A shop whose command takes seconds to start, many times.
        if name == "slow-start" {
            trial.arguments = format!("--skip crash {SEED}");
        }
        (name, trial, ())
    });
    all_judged(traps.collect(), faultless);
}

#[test]
#[ignore = "judges three shops with everything that there is: a minute"]
fn a_right_shop_passes_everything() {
    let shops = ["calypso", "inqud", "rehive"].map(|provider| {
        let trial = Trial {
            provider,
            flags: String::new(),
            given: Given::Everything,
            arguments: SEED.to_owned(),
        };
        (provider.to_owned(), trial, ())
    });
    all_judged(shops.into(), |judged, ()| {
        faultless(judged, &())?;
        match &*judged.ended("advice") {
            [] => Ok(()),
            advice => Err(advice.join("; ")),
        }
    });
}

#[test]
fn every_case_is_set_off_by_a_defect() {
    let listed = run_line(&folder(&[]).path, "test --list --format json");
    let lines = json_lines(&listed.out);
    let cases: BTreeSet<&str> = of_type(&lines, "case")
        .iter()
        .filter_map(|line| line["id"].as_str())
        .collect();
    let meant = Defect::ALL
        .iter()
        .flat_map(|defect| defect.known().case.split(' '));
    let meant: BTreeSet<&str> = meant.collect();
    let unknown: Vec<&&str> = meant.difference(&cases).collect();
    assert!(
        unknown.is_empty(),
        "the table means cases that there are not: {unknown:?}"
    );
    let idle: Vec<&&str> = cases.difference(&meant).collect();
    assert!(idle.is_empty(), "no defect sets these off: {idle:?}");
}

#[test]
fn many_failures_have_one_cause() {
    let judged = judge(&Trial {
        provider: "calypso",
        flags: "--defect no-check".to_owned(),
        given: Given::Answers,
        arguments: format!("forge {SEED}"),
    });
    let causes = judged.summary["causes"]
        .as_array()
        .expect("they are listed");
    assert_eq!(causes.len(), 1, "{causes:?}");
    assert_eq!(causes[0]["id"], "no-signature-check");
    let beneath = causes[0]["cases"].as_array().map_or(0, Vec::len);
    assert_eq!(beneath, judged.ended("fail").len());
    assert!(beneath > 8, "{causes:?}");
}
