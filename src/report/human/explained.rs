//! `explain` for people: rules and cases in a list, and their pages, which are Markdown.

use super::super::wrap::lines;
use super::Human;
use crate::cases::{Case, Cost, Need};
use crate::lint::{Rule, Severity};
use crate::sanitize::visible;
use crate::signature::diagnose::Reason;
use std::io::Write as _;

impl Human {
    pub(super) fn rule(&self, rule: Rule, severity: Option<Severity>, out: &mut Vec<u8>) {
        let (name, level) = (format!("{:<18}", rule.name()), self.severity(severity, 8));
        let _ = writeln!(
            out,
            "{} {level} {}",
            self.style.paint.name(&name),
            rule.title()
        );
    }

    pub(super) fn case(&self, case: Case, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let name = paint.name(&format!("{:<29}", case.name()));
        let needs = match needs(case) {
            Some(needs) => paint.quiet(&format!(" ({needs})")),
            None => String::new(),
        };
        let _ = writeln!(
            out,
            "{name} {} {}{needs}",
            self.cost(case.cost(), 8),
            case.title()
        );
    }

    fn severity(&self, severity: Option<Severity>, width: usize) -> String {
        let word = format!("{:<width$}", severity.map_or("allowed", Severity::name));
        match severity {
            Some(Severity::Error) => self.style.paint.error(&word),
            Some(Severity::Warning) => self.style.paint.warning(&word),
            _ => self.style.paint.quiet(&word),
        }
    }

    fn cost(&self, cost: Cost, width: usize) -> String {
        let word = format!("{:<width$}", cost.name());
        match cost {
            Cost::Critical => self.style.paint.error(&word),
            Cost::High => self.style.paint.warning(&word),
            Cost::Medium | Cost::Low => self.style.paint.quiet(&word),
        }
    }

    pub(super) fn rule_page(&self, rule: Rule, severity: Option<Severity>, out: &mut Vec<u8>) {
        self.page(rule.page(), &self.severity(severity, 0), out);
    }

    pub(super) fn case_page(&self, case: Case, out: &mut Vec<u8>) {
        let mut about = self.cost(case.cost(), 0);
        if let Some(needs) = needs(case) {
            about += &format!("; {needs}");
        }
        self.page(&case.whole_page(), &about, out);
    }

    /// What a cause of `test` is, and the page of the case that finds it, which has the fix.
    pub(super) fn cause_page(&self, name: &str, title: &str, case: Case, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let _ = writeln!(out, "{} (cause found by `test`)\n", paint.strong(name));
        let mut letters = title.chars();
        let first = letters
            .next()
            .map_or(String::new(), |first| first.to_uppercase().to_string());
        self.paragraph(&format!("{first}{}.", letters.as_str()), out);
        out.push(b'\n');
        self.case_page(case, out);
    }

    pub(super) fn reason_page(&self, reason: Reason, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let (meaning, fix) = reason.meaning();
        let _ = writeln!(
            out,
            "{} (why a signature is wrong)\n",
            paint.strong(reason.name())
        );
        self.paragraph(meaning, out);
        let _ = writeln!(out, "\n{}\n", paint.strong("Fix"));
        self.paragraph(fix, out);
    }

    fn paragraph(&self, text: &str, out: &mut Vec<u8>) {
        for line in lines(text, 0, self.style.width) {
            let _ = writeln!(out, "{line}");
        }
    }

    /// Writes a page, with what is in parentheses behind its title.
    fn page(&self, markdown: &str, about: &str, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let mut code = false;
        for line in markdown.lines() {
            if line.starts_with("```") {
                code = !code;
            } else if code && line.is_empty() {
                out.push(b'\n');
            } else if code {
                let _ = writeln!(out, "    {}", visible(&line.replace('\t', "    ")));
            } else if let Some(title) = line.strip_prefix("# ") {
                let _ = writeln!(out, "{} ({about})", paint.strong(title));
            } else if let Some(heading) = line.strip_prefix("## ").or(line.strip_prefix("### ")) {
                let _ = writeln!(out, "{}", paint.strong(heading));
            } else if let Some(language) = line.strip_prefix("#### ") {
                let _ = writeln!(out, "{}", paint.name(language));
            } else {
                let _ = writeln!(out, "{line}");
            }
        }
    }
}

/// What a case needs beside a target, in words.
fn needs(case: Case) -> Option<String> {
    let options: Vec<&str> = case.needs().iter().copied().map(Need::option).collect();
    (!options.is_empty()).then(|| format!("needs {}", options.join(", ")))
}
