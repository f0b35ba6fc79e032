//! `explain` for people: rules and cases in a list, and their pages, which are Markdown.

use super::super::wrap::{behind, lines};
use super::Human;
use crate::cases::{Case, Cost, Need};
use crate::lint::{Rule, Severity};
use crate::sanitize::visible;
use crate::signature::diagnose::Reason;
use std::io::Write as _;

impl Human {
    pub(super) fn rule(&self, rule: Rule, severity: Option<Severity>, out: &mut Vec<u8>) {
        let (name, level) = (format!("{:<18}", rule.name()), self.severity(severity, 8));
        let title = behind(28, rule.title(), self.style.width);
        let _ = writeln!(out, "{} {level} {title}", self.style.paint.name(&name));
    }

    pub(super) fn case(&self, case: Case, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let name = paint.name(&format!("{:<29}", case.name()));
        let needs = needs(case).map_or(String::new(), |needs| format!(" ({needs})"));
        let title = format!("{}{needs}", case.title());
        let title = behind(39, &title, self.style.width);
        // Where it is not broken into lines.
        let title = title.replace(&*needs, &paint.quiet(&needs));
        let _ = writeln!(out, "{name} {} {title}", self.cost(case.cost(), 8));
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

    /// Writes a page, with what is in parentheses behind its title.
    fn page(&self, markdown: &str, about: &str, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let mut code = false;
        let mut paragraph = String::new();
        for line in markdown.lines().chain([""]) {
            let continues = !code && is_text(line) && (paragraph.is_empty() || !is_item(line));
            if !continues && !paragraph.is_empty() {
                self.paragraph(&std::mem::take(&mut paragraph), out);
            }
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
            } else if line.is_empty() {
                out.push(b'\n');
            } else {
                paragraph += line;
                paragraph.push(' ');
            }
        }
        // The end of the last paragraph, which is no line of the page.
        out.pop();
    }

    /// Writes a paragraph or an item of a list.
    fn paragraph(&self, text: &str, out: &mut Vec<u8>) {
        let indent = if is_item(text) { "- ".len() } else { 0 };
        for (index, line) in lines(text, indent, self.style.width).iter().enumerate() {
            let indent = if index == 0 { 0 } else { indent };
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    }
}

/// Whether a line of a page belongs to a paragraph.
fn is_text(line: &str) -> bool {
    !line.is_empty() && !line.starts_with('#') && !line.starts_with("```")
}

fn is_item(line: &str) -> bool {
    line.starts_with("- ")
}

/// What a case needs beside a target, in words.
fn needs(case: Case) -> Option<String> {
    let options: Vec<&str> = case.needs().iter().copied().map(Need::option).collect();
    (!options.is_empty()).then(|| format!("needs {}", options.join(", ")))
}
