//! What `test` prints, in every format, for runs built by hand.

mod html;
mod machine;
mod sample;

use crate::support::{json_lines, snapshot};
use inqud_hook::cases::Case;
use inqud_hook::report::{
    self, CaseVerdict, ListedCase, Message, Paint, Style, TestFormat, TestMessage, TestReport,
    VerdictCounts,
};
use sample::{HOSTILE, blocked, good, mixed};
use serde_json::json;

/// All that a run prints: the start, each case and group, the end.
fn printed(format: TestFormat, run: &TestReport, style: Style) -> String {
    let report = report::report(format, style);
    let mut out = Vec::new();
    let mut say = |message| report.message(&Message::Test(message), &mut out);
    say(TestMessage::Started(&run.subject));
    for group in run
        .cases
        .chunk_by(|one, other| one.case.group() == other.case.group())
    {
        say(TestMessage::Group(
            group[0].case.group(),
            VerdictCounts::of(group),
        ));
    }
    report.start(&mut out);
    report.message(&Message::Test(TestMessage::Finished(run)), &mut out);
    String::from_utf8(out).unwrap()
}

fn style(width: usize, verbose: bool) -> Style {
    let paint = Paint::new(false);
    Style {
        paint,
        width,
        wrapped: false,
        verbose,
    }
}

fn human(run: &TestReport, width: usize) -> String {
    printed(TestFormat::Human, run, style(width, false))
}

fn kept(name: &str, text: &str) {
    snapshot("test-reports", name, text);
}

#[test]
fn people_see_what_is_not_a_pass_by_its_cause_and_its_cost() {
    kept("human-80", &human(&mixed(), 80));
    kept("human-60", &human(&mixed(), 60));
    kept("human-good", &human(&good(), 80));
    kept("human-blocked", &human(&blocked(), 80));
    kept(
        "human-verbose",
        &printed(TestFormat::Human, &mixed(), style(80, true)),
    );
}

#[test]
fn an_interrupted_run_says_how_far_it_came() {
    let mut run = good();
    run.interrupted = true;
    run.subject.cases = 78;
    let said = human(&run, 80);
    assert!(
        said.ends_with("All 4 cases passed (4.23 s, interrupted; 78 cases were chosen).\n"),
        "{said}"
    );
}

#[test]
fn what_cases_share_is_said_once_and_why_the_run_fails_though_none_did() {
    let mut run = good();
    for judged in &mut run.cases[1..] {
        judged.verdict = CaseVerdict::Inconclusive;
        judged.got = "the endpoint does not answer any more".to_owned();
    }
    let said = human(&run, 80);
    let heading = "inconclusive  the endpoint does not answer any more (3 cases)\n";
    assert_eq!(said.matches("any more").count(), 2, "{said}");
    assert!(said.contains(heading), "{said}");
    assert!(
        said.contains("; 3 inconclusive, for which the run fails"),
        "{said}"
    );
}

#[test]
fn what_is_too_long_is_cut_for_people_only() {
    let mut run = mixed();
    run.cases[2].got = "200 OK ".repeat(10_000);
    run.cases[2].curl = Some(format!("curl --data-raw '{}'", "x".repeat(100_000)));
    run.cases[2].output = Some("line\n".repeat(10_000) + &"an error\n".repeat(20));
    let said = human(&run, 80);
    assert!(said.lines().count() < 120, "{}", said.lines().count());
    assert!(said.len() < 20_000, "{}", said.len());
    assert!(
        said.contains("(15 of 10020 lines)\n    | an error\n"),
        "{said}"
    );
    let json = printed(TestFormat::Json, &run, style(80, false));
    assert!(json.len() > 220_000);
}

#[test]
fn a_body_of_several_lines_stays_as_it_is_in_a_command() {
    let mut run = mixed();
    run.cases[2].curl = Some("curl --data-raw '{\n  \"id\": 1\n}' http://localhost".to_owned());
    let said = printed(TestFormat::Human, &run, style(80, true));
    assert!(
        said.contains("  curl\ncurl --data-raw '{\n  \"id\": 1\n}' http://localhost\n"),
        "{said}"
    );
}

#[test]
fn a_list_says_what_each_case_needs() {
    for (case, not_run, needs) in [
        (Case::NoSignature, None, json!([])),
        (
            Case::DuplicateAfterRestart,
            Some("needs -- COMMAND"),
            json!(["state", "order", "process"]),
        ),
    ] {
        let listed = ListedCase {
            case,
            not_run: not_run.map(str::to_owned),
        };
        let said = |format| {
            let mut out = Vec::new();
            let message = Message::Test(TestMessage::Listed(&listed));
            report::report(format, style(60, false)).message(&message, &mut out);
            String::from_utf8(out).unwrap()
        };
        let human = said(TestFormat::Human);
        assert!(human.lines().all(|line| line.len() <= 60), "{human}");
        let words: Vec<&str> = human.split_whitespace().collect();
        let about = not_run.map_or(String::new(), |why| format!("; {why}"));
        let (name, title) = (case.name(), case.title());
        assert_eq!(words.join(" "), format!("{name} {title} (critical{about})"));

        let line = &json_lines(&said(TestFormat::Json))[0];
        assert_eq!(
            *line,
            json!({
                "type": "case", "v": 1, "id": name, "group": case.group(), "title": title,
                "cost": "critical", "needs": needs, "not_run": not_run,
            })
        );
    }
}

#[test]
fn nothing_that_an_endpoint_says_steers_a_terminal_or_a_pipeline() {
    for run in [mixed(), blocked()] {
        for width in [20, 60, 200] {
            let said = human(&run, width);
            assert!(
                !said.contains(['\x1b', '\u{7}', '\u{9b}', '\u{202e}']),
                "{said}"
            );
            assert!(!said.contains("##[error]"), "{said}");
            assert!(
                !said.lines().any(|line| line.trim_start().starts_with("::")),
                "{said}"
            );
        }
    }
}

#[test]
fn json_keeps_every_text_as_it_was() {
    let out = printed(TestFormat::Json, &mixed(), style(80, false));
    assert!(!out.contains(['\x1b', '\u{9b}', '\u{202e}']), "{out}");
    let lines = json_lines(&out);
    let malformed = lines.iter().find(|line| line["id"] == "forge/malformed");
    assert_eq!(malformed.unwrap()["got"], HOSTILE);
    kept("json", &out);
    kept(
        "json-blocked",
        &printed(TestFormat::Json, &blocked(), style(80, false)),
    );
}
