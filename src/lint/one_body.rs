//! Checks one body: by a known shape, or else by the walk, whose findings are completed by what only its event tells.

use super::budget::Budget;
use super::known::SchemaChoice;
use super::text;
use super::walk::{Walk, Walked};
use super::{LintedBody, Linter, Scratch};
use crate::rules::Rule;

impl<'c> Linter<'c> {
    /// Checks the value at `at` as one body and returns its end, unless the text stops being JSON. `item` is its index
    /// if it is in a list.
    pub(super) fn lint_value(
        &self,
        text: &[u8],
        at: usize,
        item: Option<usize>,
        verdict: &mut LintedBody<'c>,
        scratch: &mut Scratch,
    ) -> Option<usize> {
        verdict.start = at;
        let accepted = scratch.shapes.accept(self, text, at, &mut scratch.budget);
        if let Some(accepted) = accepted {
            verdict.provider = Some(accepted.provider);
            verdict.event = accepted.event;
            verdict.form = accepted.form;
            return Some(accepted.end);
        }
        let object = text.get(at) == Some(&b'{');
        let mut target = if object {
            self.target(text, at, scratch)
        } else {
            None
        };
        let against = target
            .as_ref()
            .and_then(|target| self.against(target, verdict));
        let budget = &mut scratch.budget;
        let left = budget.values;
        let mut walked = Walk::run(text, at, against, &mut scratch.buffers, budget);
        match (&mut target, &walked.end) {
            (Some(target), _) => self.complete(text, at, target, &mut walked, verdict, budget),
            (None, Ok(_)) if object => {
                let found = budget.word(Rule::Unrecognised, || self.unrecognised(text, at));
                walked.findings.extend(found);
            }
            (None, Ok(end)) => {
                let found = budget.word(Rule::NotAnObject, || text::no_object(text, at, *end));
                walked.findings.extend(found);
            }
            (None, Err(_)) => {}
        }
        let Walked {
            mut findings, end, ..
        } = walked;
        match (&end, target) {
            (Ok(end), Some(target))
                if findings.is_empty()
                    && budget.dropped_nothing()
                    && scratch.shapes.wants(self, end - at) =>
            {
                scratch
                    .shapes
                    .learn(self, text, at, &target, left - budget.values);
            }
            (Err(fault), _) => findings.push(text::fault(text, fault)),
            _ => {}
        }
        findings.sort_by_key(|finding| finding.span.start);
        if let Some(item) = item {
            for finding in &mut findings {
                finding.pointer.insert_str(0, &format!("/{item}"));
            }
        }
        if verdict.findings.is_empty() {
            verdict.findings = findings;
        } else {
            verdict.findings.append(&mut findings);
        }
        end.ok()
    }

    /// Completes what the walk found by what is wrong with the names that the body gives its event, which may tell the
    /// event only now.
    fn complete<'l>(
        &'l self,
        text: &'l [u8],
        at: usize,
        target: &mut SchemaChoice<'l>,
        walked: &mut Walked,
        verdict: &mut LintedBody<'c>,
        budget: &mut Budget,
    ) {
        let known = &self.providers[target.provider];
        let findings = &mut walked.findings;
        for finding in findings
            .iter_mut()
            .filter(|finding| finding.rule == Rule::EventMismatch)
        {
            known.explain_name(text, finding, self.forced.is_some());
        }
        let more = self.forced_name(text, at, target, findings);
        findings.extend(more.and_then(|finding| budget.admit(finding)));
        if let Some(status) = walked.status {
            let more = self.by_status(text, target, status, findings);
            findings.extend(more.and_then(|finding| budget.admit(finding)));
            let events = &known.manifest.events;
            verdict.event = target.event.map(|event| events[event].name.as_str());
        }
        if walked.end.is_err() {
            return;
        }
        if let Some(doubt) = &target.doubt {
            // This finding says more about the same value than the schema's.
            findings
                .retain(|finding| finding.span != doubt.said.span || finding.rule != doubt.rule);
            findings.extend(budget.word(doubt.rule, || known.explain(doubt)));
        }
        let more = walked
            .other_name
            .take()
            .and_then(|other| self.compare_names(target, other));
        findings.extend(more.and_then(|finding| budget.admit(finding)));
    }
}
