//! Findings as people read them: the missing fields of an object are one finding, and what comes again and again is
//! counted.

use super::{Message, Report, ValidateMessage};
use crate::lint::{Finding, Rule, Severity, shortened};
use std::borrow::Cow;

/// How many sources of a finding are named.
const MOST_NAMED: usize = 3;

/// A finding that came several times.
#[derive(Clone, Debug)]
pub struct RepeatedFinding {
    /// The rule.
    pub rule: Rule,
    /// Its severity.
    pub severity: Severity,
    /// Where in a body it is, with stars for the places in lists.
    pub pointer: String,
    /// How often it came.
    pub count: u64,
    /// How many of them were shown.
    pub shown: u64,
    /// In how many sources.
    pub files: u64,
    /// The first of them.
    pub sources: Vec<String>,
    /// The last of them.
    last: String,
}

impl RepeatedFinding {
    /// One that has not come yet.
    pub(crate) fn new(rule: Rule, severity: Severity, pointer: &str) -> Self {
        Self {
            rule,
            severity,
            pointer: shortened(pointer).into_owned(),
            count: 0,
            shown: 0,
            files: 0,
            sources: Vec::new(),
            last: String::new(),
        }
    }

    /// The same, without its counts.
    pub(crate) fn uncounted(&self) -> Self {
        Self::new(self.rule, self.severity, &self.pointer)
    }

    /// Counts one in this source.
    pub(crate) fn add(&mut self, source: &str) {
        self.count += 1;
        self.add_source(source);
    }

    fn add_source(&mut self, source: &str) {
        if self.files == 0 || self.last != source {
            self.files += 1;
            source.clone_into(&mut self.last);
            if self.sources.len() < MOST_NAMED {
                self.sources.push(source.to_owned());
            }
        }
    }

    /// Adds the counts of those that come next; what was shown of them is counted already.
    pub(crate) fn merge(&mut self, next: Self) {
        self.count += next.count;
        next.sources
            .iter()
            .for_each(|source| self.add_source(source));
        let named = next.sources.len() as u64;
        // Of those without a name, the first cannot be the last one here.
        self.files += next.files - named;
        self.last = next.last;
    }
}

/// A report of the summary alone.
pub struct SummaryOnly(pub Box<dyn Report>);

impl Report for SummaryOnly {
    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>) {
        if !matches!(message, Message::Validate(ValidateMessage::Body(_))) {
            self.0.message(message, out);
        }
    }
}

/// The findings; where an object lacks several fields, the first of those findings names all.
pub(crate) fn with_missing_together(findings: &[Finding]) -> Cow<'_, [Finding]> {
    let missing = findings.iter().filter_map(Finding::missing_field);
    if missing.count() < 2 {
        return Cow::Borrowed(findings);
    }
    let mut together: Vec<(Finding, Vec<&str>)> = Vec::new();
    for finding in findings {
        let field = finding.missing_field();
        let first = together.iter_mut().find(|(first, fields)| {
            field.is_some()
                && !fields.is_empty()
                && (&first.pointer, &first.span) == (&finding.pointer, &finding.span)
        });
        match first.zip(field) {
            Some(((first, fields), field)) => {
                fields.push(field);
                if let Some(help) = &finding.help {
                    let before = first.help.take();
                    first.help = Some(before.map_or(help.clone(), |one| format!("{one}\n{help}")));
                }
            }
            None => together.push((finding.clone(), field.into_iter().collect())),
        }
    }
    together
        .into_iter()
        .map(|(finding, fields)| naming_all(finding, &fields))
        .collect()
}

fn naming_all(mut finding: Finding, fields: &[&str]) -> Finding {
    if fields.len() > 1 {
        let count = fields.len();
        finding.message = format!("{count} fields are missing: {}", fields.join(", "));
        finding.label = format!("{count} fields are missing here");
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Complaint, Rule};

    #[test]
    fn the_missing_fields_of_one_object_are_one_finding_and_all_help_stays() {
        let at = |complaint: Complaint, pointer: &str, start: usize| {
            complaint.at(pointer.to_owned(), start..start + 1)
        };
        let other = Complaint::new(Rule::WrongType, "a text", "not a text");
        let findings = [
            at(Complaint::missing("a"), "", 0),
            at(other.clone(), "", 0),
            at(Complaint::missing("b").help("is it `B`?"), "", 0),
            at(Complaint::missing("c").help("is it `C`?"), "", 0),
            at(Complaint::missing("a"), "/data", 9),
        ];
        let together = with_missing_together(&findings);
        let words = |index: usize| (&*together[index].message, together[index].help.as_deref());
        assert_eq!(
            words(0),
            (
                "3 fields are missing: `a`, `b`, `c`",
                Some("is it `B`?\nis it `C`?")
            )
        );
        assert_eq!(together[1..], [findings[1].clone(), findings[4].clone()]);
        assert_eq!(*with_missing_together(&findings[3..]), findings[3..]);
    }
}
