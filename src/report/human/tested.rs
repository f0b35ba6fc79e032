//! The messages of `test` for people: a line per group while it runs; at the end what is not a pass, what was not run, a
//! table and a sentence.
//!
//! Texts of cases may contain what the endpoint answered, so they are made safe for the terminal here.

use super::super::judgement::{CaseFinding, cases, explain, missing};
use super::super::tested::{
    CaseVerdict, JudgedCase, ListedCase, TestReport, TestSubject, VerdictCounts,
};
use super::super::wrap::lines;
use super::super::{Style, TestMessage};
use super::output_excerpt::OutputExcerpt;
use super::sent_totals::short;
use crate::sanitize::{visible, visible_lines};
use std::io::Write as _;

/// The column at which texts begin.
const INDENT: usize = 12;
/// How many lines of one text are shown; an endpoint may answer anything.
const TEXT_LINES: usize = 12;
/// How many lines of another case with the same cause are shown.
const OTHER_LINES: usize = 2;

/// Writes the messages of `test`.
pub(super) struct TestPrinter<'s> {
    pub(super) style: &'s Style,
}

impl TestPrinter<'_> {
    pub(super) fn message(&self, message: &TestMessage<'_>, out: &mut Vec<u8>) {
        match message {
            TestMessage::Started(subject) => self.started(subject, out),
            TestMessage::Group(name, counts) => self.group(name, *counts, out),
            TestMessage::Finished(report) => self.finished(report, out),
            TestMessage::Listed(listed) => self.listed(listed, out),
        }
    }

    fn started(&self, subject: &TestSubject, out: &mut Vec<u8>) {
        let text = format!(
            "Testing {} webhooks at {} ({}, seed {})",
            subject.provider,
            subject.target,
            cases(subject.cases as u64),
            subject.seed
        );
        for line in lines(&text, 0, self.style.width) {
            let _ = writeln!(out, "{}", self.style.paint.strong(&line));
        }
    }

    fn group(&self, name: &str, counts: VerdictCounts, out: &mut Vec<u8>) {
        let said: Vec<String> = CaseVerdict::ALL
            .into_iter()
            .filter(|verdict| counts.get(*verdict) > 0)
            .map(|verdict| {
                let words = format!("{} {}", counts.get(verdict), verdict.words());
                self.by_verdict(verdict, &words)
            })
            .collect();
        let name = self.style.paint.name(&format!("{:<6}", visible(name)));
        let _ = writeln!(out, "  {name} {}", said.join(", "));
    }

    fn finished(&self, report: &TestReport, out: &mut Vec<u8>) {
        if let Some((what, todo)) = &report.blocked {
            return self.blocked(report, what, todo, out);
        }
        self.paid(report, out);
        if self.style.verbose {
            self.passes(report, out);
        }
        for finding in report.findings(CaseVerdict::Fail) {
            self.failure(report, &finding, out);
        }
        for finding in report.findings(CaseVerdict::Inconclusive) {
            self.inconclusive(report, &finding, out);
        }
        for finding in report.findings(CaseVerdict::Advice) {
            self.advice(report, &finding, out);
        }
        self.baseline(report, out);
        self.not_run(report, out);
        self.table(report, out);
        let sentence = report.sentence();
        let unclear = !report.findings(CaseVerdict::Inconclusive).is_empty();
        out.push(b'\n');
        for line in lines(&sentence, 0, self.style.width) {
            let paint = self.style.paint;
            let painted = match (report.failed(), unclear || report.ended_early()) {
                (0, false) => paint.good(&line),
                (0, true) => paint.warning(&line),
                _ => paint.error(&line),
            };
            let _ = writeln!(out, "{painted}");
        }
    }

    /// The gate did not open: only what happened and what to do.
    fn blocked(&self, report: &TestReport, what: &str, todo: &str, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let _ = writeln!(
            out,
            "\n{}",
            paint.error("Blocked: no case could be judged.")
        );
        if let Some(gate) = report.gate() {
            self.text("sent", &gate.sent, out);
        }
        self.text("reason", what, out);
        self.text("to do", todo, out);
        if let Some(gate) = report.gate() {
            self.again(gate, out);
            self.output(gate, out);
        }
    }

    fn passes(&self, report: &TestReport, out: &mut Vec<u8>) {
        out.push(b'\n');
        for judged in &report.cases {
            if judged.verdict == CaseVerdict::Pass {
                let time = judged
                    .latency
                    .map_or(String::new(), |time| format!(" ({})", short(time)));
                let text = format!("{}: {}{time}", judged.case.name(), judged.case.title());
                self.headline(CaseVerdict::Pass, &text, out);
            }
        }
    }

    fn failure(&self, report: &TestReport, finding: &CaseFinding<'_>, out: &mut Vec<u8>) {
        let judged = finding.first;
        self.heading(CaseVerdict::Fail, finding, out);
        if finding.cause.is_some() {
            self.text("case", &judged.demand(), out);
        }
        self.exchange(judged, out);
        self.text("risk", judged.why.as_deref().unwrap_or_default(), out);
        self.text("fix", report.fix(finding.first).unwrap_or_default(), out);
        self.again(judged, out);
        self.others(finding, out);
        self.output(judged, out);
        self.whole("more", &explain(judged), out);
    }

    fn inconclusive(&self, report: &TestReport, finding: &CaseFinding<'_>, out: &mut Vec<u8>) {
        self.heading(CaseVerdict::Inconclusive, finding, out);
        self.exchange(finding.first, out);
        self.text("to do", report.fix(finding.first).unwrap_or_default(), out);
        self.whole("repeat", &finding.first.repeat, out);
        self.others(finding, out);
        self.output(finding.first, out);
    }

    fn advice(&self, report: &TestReport, finding: &CaseFinding<'_>, out: &mut Vec<u8>) {
        self.heading(CaseVerdict::Advice, finding, out);
        self.text("sent", &finding.first.sent, out);
        self.text("got", &finding.first.got, out);
        self.text("fix", report.fix(finding.first).unwrap_or_default(), out);
        self.others(finding, out);
    }

    /// The first line of a finding: its verdict, what is wrong, and what it costs.
    fn heading(&self, verdict: CaseVerdict, finding: &CaseFinding<'_>, out: &mut Vec<u8>) {
        let cost = finding.cost().name();
        let count = finding.count();
        let about = match (verdict, count) {
            (CaseVerdict::Fail, 1) => format!(" ({cost})"),
            (CaseVerdict::Fail, _) => format!(" ({cost}, {})", cases(count)),
            (_, 1) => String::new(),
            _ => format!(" ({})", cases(count)),
        };
        out.push(b'\n');
        self.headline(verdict, &format!("{}{about}", finding.title()), out);
    }

    /// A verdict and a text beside it.
    fn headline(&self, verdict: CaseVerdict, text: &str, out: &mut Vec<u8>) {
        let word = if verdict == CaseVerdict::Fail {
            "FAIL"
        } else {
            verdict.name()
        };
        let indent = word.len() + 2;
        for (number, line) in lines(text, indent, self.style.width).iter().enumerate() {
            let mark = if number == 0 {
                format!("{}  ", self.by_verdict(verdict, word))
            } else {
                " ".repeat(indent)
            };
            let line = match verdict {
                CaseVerdict::Fail => self.style.paint.strong(line),
                _ => line.clone(),
            };
            let _ = writeln!(out, "{mark}{line}");
        }
    }

    /// What was sent, expected and got.
    fn exchange(&self, judged: &JudgedCase, out: &mut Vec<u8>) {
        self.text("sent", &judged.sent, out);
        self.text("expected", &judged.expected, out);
        self.text("got", &judged.got, out);
    }

    /// How to run the case again. Many long deliveries would bury the findings; JSON and HTML have them anyway.
    fn again(&self, judged: &JudgedCase, out: &mut Vec<u8>) {
        self.whole("repeat", &judged.repeat, out);
        let shows_delivery = self.style.verbose || judged.case.group() == "gate";
        if let Some(curl) = judged.curl.as_deref().filter(|_| shows_delivery) {
            self.whole("curl", curl, out);
        }
    }

    /// The other cases with the same cause. What they say in other words is shown as far as it goes.
    fn others(&self, finding: &CaseFinding<'_>, out: &mut Vec<u8>) {
        let is_same = |judged: &&JudgedCase| {
            judged.got == finding.first.got && judged.verdict == finding.first.verdict
        };
        let (same, different): (Vec<&JudgedCase>, Vec<&JudgedCase>) =
            finding.others.iter().copied().partition(is_same);
        let mut texts = Vec::new();
        if !same.is_empty() {
            let names: Vec<&str> = same.iter().map(|judged| judged.case.name()).collect();
            texts.push((names.join(", "), usize::MAX));
        }
        for judged in different {
            let verdict = if judged.verdict == finding.first.verdict {
                String::new()
            } else {
                format!(" ({})", judged.verdict.words())
            };
            let text = format!("{}{verdict}: {}", judged.case.name(), judged.got);
            texts.push((text, OTHER_LINES));
        }
        for (number, (text, most)) in texts.iter().enumerate() {
            let lines = lines(text, INDENT, self.style.width.saturating_sub(2));
            let cut = lines.len() > *most;
            let last = lines.len().min(*most);
            for (at, line) in lines.iter().take(last).enumerate() {
                let label = if (number, at) == (0, 0) { "also" } else { "" };
                let label = self.style.paint.quiet(&format!("  {label:<10}"));
                let more = if cut && at + 1 == last { " …" } else { "" };
                let _ = writeln!(out, "{label}{line}{more}");
            }
        }
    }

    /// What the endpoint printed meanwhile, as far as it tells something.
    fn output(&self, judged: &JudgedCase, out: &mut Vec<u8>) {
        let whole = self.style.verbose || judged.case.group() == "gate";
        let output = judged.output.as_deref().unwrap_or_default();
        let Some(excerpt) = OutputExcerpt::of(output, whole) else {
            return;
        };
        let words = format!("output of the endpoint{}", excerpt.left_out());
        let _ = writeln!(out, "  {}", self.style.paint.quiet(&words));
        for line in excerpt.lines {
            let _ = writeln!(out, "  {line}");
        }
    }

    /// A labelled text, wrapped, without what is too much.
    fn text(&self, label: &str, text: &str, out: &mut Vec<u8>) {
        let mut lines = lines(text, INDENT, self.style.width);
        if lines.len() > TEXT_LINES {
            lines.truncate(TEXT_LINES);
            lines.push("…".to_owned());
        }
        for (number, line) in lines.iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            let label = self.style.paint.quiet(&format!("  {label:<10}"));
            let _ = writeln!(out, "{label}{line}");
        }
    }

    /// A labelled command, not wrapped, so that it can be copied.
    fn whole(&self, label: &str, command: &str, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let command = visible_lines(command.trim());
        // A line feed within quotes belongs to the body, which no indent may change.
        let (last, before) = match command.rsplit_once('\n') {
            Some((before, last)) => (last, before),
            None => (&*command, ""),
        };
        let continued = before
            .lines()
            .all(|line| line.ends_with(['\\', '|']) || line.starts_with('#'));
        if !continued {
            let _ = writeln!(out, "{}", paint.quiet(&format!("  {label}")));
            let _ = writeln!(out, "{}", paint.name(&command));
            return;
        }
        for (number, line) in before.lines().chain([last]).enumerate() {
            let label = if number == 0 { label } else { "" };
            let label = paint.quiet(&format!("  {label:<10}"));
            let _ = writeln!(out, "{label}{}", paint.name(line));
        }
    }

    /// What the baseline knew, and what it lists in vain.
    fn baseline(&self, report: &TestReport, out: &mut Vec<u8>) {
        let known = report.known();
        if !known.is_empty() {
            let heading = format!("Known from the baseline: {}", cases(known.len() as u64));
            let _ = writeln!(out, "\n{}", self.style.paint.strong(&heading));
        }
        for judged in known {
            let text = format!("{}: {}", judged.case.name(), judged.got);
            for line in lines(&text, 2, self.style.width) {
                let _ = writeln!(out, "  {line}");
            }
        }
        if !report.stale.is_empty() {
            let stale = report.stale.join(", ");
            let text = format!(
                "The baseline lists cases that no longer fail: {stale}. Remove them with --update-baseline."
            );
            out.push(b'\n');
            for line in lines(&text, 0, self.style.width) {
                let _ = writeln!(out, "{}", self.style.paint.warning(&line));
            }
        }
    }

    /// What is missing, and how many cases for it.
    fn not_run(&self, report: &TestReport, out: &mut Vec<u8>) {
        let reasons = report.not_run();
        if reasons.is_empty() {
            return;
        }
        let paint = self.style.paint;
        let _ = writeln!(out, "\n{}", paint.strong("Not run"));
        for (why, count) in reasons {
            for line in lines(&missing(count, why), 2, self.style.width) {
                let _ = writeln!(out, "  {line}");
            }
        }
    }

    fn table(&self, report: &TestReport, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let row = |name: &str, cells: &dyn Fn(CaseVerdict) -> String| {
            let cells: Vec<String> = CaseVerdict::ALL.into_iter().map(cells).collect();
            format!("{name:<6}  {}", cells.join("  "))
        };
        let width = |verdict: CaseVerdict| verdict.words().len();
        let head = row("group", &|verdict| verdict.words().to_owned());
        let _ = writeln!(out, "\n{}", paint.quiet(&head));
        let numbers = |counts: VerdictCounts| {
            move |verdict: CaseVerdict| {
                let (count, width) = (counts.get(verdict), width(verdict));
                match count {
                    0 => paint.quiet(&format!("{:>width$}", "-")),
                    _ => self.by_verdict(verdict, &format!("{count:>width$}")),
                }
            }
        };
        let groups = report.groups();
        for (name, counts) in &groups {
            let _ = writeln!(out, "{}", row(name, &numbers(*counts)));
        }
        if groups.len() > 1 {
            let all = VerdictCounts::of(&report.cases);
            let _ = writeln!(out, "{}", row("all", &numbers(all)));
        }
    }

    fn listed(&self, listed: &ListedCase, out: &mut Vec<u8>) {
        /// As long as the longest name, and a gap.
        const NAMES: usize = 31;
        let paint = self.style.paint;
        let case = listed.case;
        let text = match &listed.not_run {
            Some(why) => format!("{} ({}; {why})", case.title(), case.cost().name()),
            None => format!("{} ({})", case.title(), case.cost().name()),
        };
        for (number, line) in lines(&text, NAMES, self.style.width).iter().enumerate() {
            let name = if number == 0 { case.name() } else { "" };
            let name = format!("{name:<NAMES$}");
            if listed.not_run.is_some() {
                let _ = writeln!(out, "{}{}", paint.quiet(&name), paint.quiet(line));
            } else {
                let _ = writeln!(out, "{}{line}", paint.name(&name));
            }
        }
    }

    fn by_verdict(&self, verdict: CaseVerdict, text: &str) -> String {
        let paint = self.style.paint;
        match verdict {
            CaseVerdict::Pass => paint.good(text),
            CaseVerdict::Fail => paint.error(text),
            CaseVerdict::Advice | CaseVerdict::Inconclusive => paint.warning(text),
            CaseVerdict::NotRun => paint.quiet(text),
        }
    }
}
