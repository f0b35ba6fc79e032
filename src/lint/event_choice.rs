//! Decides which event a body is, which schema it is checked against, and what is wrong with the name it gives itself.

use super::finding::{Complaint, Finding, quoted};
use super::known::{Doubt, FORCED, SchemaChoice};
use super::recognise::{Recognised, Said, form_of};
use super::walk::{Against, OtherName};
use super::{LintedBody, Linter, Scratch};
use crate::catalogue::manifest::Form;
use crate::json::{Scanner, Text, lookup};
use crate::rules::Rule;

impl<'c> Linter<'c> {
    /// What a body is checked against. Notes the choice in the verdict.
    pub(super) fn against(
        &self,
        target: &SchemaChoice<'_>,
        verdict: &mut LintedBody<'c>,
    ) -> Option<Against<'_>> {
        let known = &self.providers[target.provider];
        let event = target.event.map(|event| &known.manifest.events[event]);
        verdict.provider = Some(&known.manifest.name);
        verdict.form = target.form;
        verdict.event = event.map(|event| event.name.as_str());
        let schema = target
            .kind
            .and_then(|kind| known.kinds[kind].schema(known).as_ref().ok())?;
        let bare = target.form == Some(Form::Bare);
        Some(Against {
            schema,
            node: if bare { schema.bare() } else { schema.root() },
            currencies: &known.manifest.currencies,
            misspellings: event.map_or(&[], |event| &event.misspellings),
        })
    }

    /// Chooses the event and the schema of a body.
    pub(super) fn target<'l>(
        &'l self,
        text: &'l [u8],
        at: usize,
        scratch: &mut Scratch,
    ) -> Option<SchemaChoice<'l>> {
        if let Some((provider, event)) = self.forced {
            let known = &self.providers[provider];
            let envelope = known.manifest.envelope.as_ref();
            let form = envelope.map_or(Form::Full, |envelope| form_of(text, at, &envelope.value));
            let kind = known.kind(&known.manifest.events[event].kind);
            return Some(SchemaChoice {
                provider,
                kind,
                event: Some(event),
                form: Some(form),
                doubt: None,
            });
        }
        let admit = |provider| self.only.is_none_or(|only| only == provider);
        let recognised = self
            .recogniser
            .recognise(text, at, admit, &mut scratch.finds)?;
        let Recognised {
            provider,
            test,
            name,
        } = recognised;
        let known = &self.providers[provider];
        let test = &known.manifest.recognise[test];
        let mut target = SchemaChoice {
            provider,
            kind: None,
            event: None,
            form: Some(test.form),
            doubt: None,
        };
        if let Some(why) = &test.refuse {
            let said = Said {
                text: "".into(),
                pointer: "",
                span: at..at + 1,
            };
            target.form = None;
            target.doubt = Some(Doubt {
                said,
                rule: Rule::Unrecognised,
                refused: Some(why),
            });
            return Some(target);
        }
        if let Some(said) = name {
            known.by_name(said, &mut target);
            return Some(target);
        }
        target.kind = test.kind.as_deref().and_then(|kind| known.kind(kind));
        if test.object.is_none() {
            let kind = test.kind.as_deref();
            target.event = known
                .manifest
                .events
                .iter()
                .position(|event| Some(event.kind.as_str()) == kind);
        }
        Some(target)
    }

    /// If the user gave the event: a finding if the body names another.
    pub(super) fn forced_name(
        &self,
        text: &[u8],
        at: usize,
        target: &SchemaChoice<'_>,
        findings: &[Finding],
    ) -> Option<Finding> {
        self.forced?;
        let known = &self.providers[target.provider];
        let pointers = known
            .manifest
            .recognise
            .iter()
            .filter_map(|test| test.name.as_deref());
        for pointer in pointers {
            let Some(span) = lookup(text, at, pointer).filter(|span| text[span.start] == b'"')
            else {
                continue;
            };
            let name = Text {
                start: span.start + 1,
                end: span.end - 1,
                escaped: true,
            }
            .decoded(text);
            let Some(event) = known
                .named(&name)
                .filter(|event| Some(*event) != target.event)
            else {
                continue;
            };
            if findings
                .iter()
                .any(|finding| finding.span == span && finding.rule == Rule::EventMismatch)
            {
                continue;
            }
            let (event, said) = (
                &known.manifest.events[event].name,
                &known.manifest.events[target.event?].name,
            );
            let message = format!("the body says {event}, but --event says {said}");
            let complaint =
                Complaint::new(Rule::EventMismatch, message, format!("expected {said}"));
            return Some(complaint.help(FORCED).at(pointer.to_owned(), span));
        }
        None
    }

    /// Finds the event `object.status`. Returns a finding if the user gave another.
    pub(super) fn by_status(
        &self,
        text: &[u8],
        target: &mut SchemaChoice<'_>,
        status: Text,
        findings: &[Finding],
    ) -> Option<Finding> {
        let known = &self.providers[target.provider];
        let (object, pointer) = known.kinds[target.kind?].status?;
        let span = status.quoted();
        let status = status.decoded(text);
        // An unknown status names no event, even if only its case is wrong.
        let refused = |finding: &Finding| {
            finding.span == span && matches!(finding.rule, Rule::UnknownValue | Rule::UnlistedValue)
        };
        let said = known
            .by_status(object, &status)
            .filter(|_| !findings.iter().any(refused));
        if self.forced.is_none() {
            target.event = said;
            return None;
        }
        if said == target.event {
            return None;
        }
        let event = &known.manifest.events[target.event?].name;
        let message = format!(
            "the status is {}, but --event says {event}",
            quoted(&status)
        );
        let complaint = Complaint::new(Rule::EventMismatch, message, "another event's status");
        Some(complaint.help(FORCED).at(pointer.to_owned(), span))
    }

    /// A note if the body names its event twice, by two valid names.
    pub(super) fn compare_names(
        &self,
        target: &SchemaChoice<'_>,
        other: OtherName,
    ) -> Option<Finding> {
        let OtherName {
            first,
            name,
            pointer,
            span,
        } = other;
        let event = &self.providers[target.provider].manifest.events[target.event?];
        let is_true =
            |name: &str| event.name == name || event.aliases.iter().any(|alias| alias == name);
        if !is_true(&first) || !is_true(&name) {
            return None;
        }
        let message = format!("two names for one event: {first} and {name}");
        let complaint = Complaint::new(Rule::TwoEventNames, message, format!("{first} above"));
        Some(
            complaint
                .help("both are documented: accept either in the handler")
                .at(pointer, span),
        )
    }

    pub(super) fn unrecognised(&self, text: &[u8], at: usize) -> Finding {
        let mut keys: Vec<String> = Vec::new();
        Scanner::new(text, at).members(|_, key| {
            keys.push(quoted(&key.decoded(text)));
            keys.len() < 8
        });
        let has = if keys.is_empty() {
            "it is empty".to_owned()
        } else {
            format!("its fields are {}", keys.join(", "))
        };
        let message = match self.only {
            Some(only) => format!("not a body of {}", self.providers[only].manifest.title),
            None => "no provider has such a body".to_owned(),
        };
        // It is long, and the same for whatever is not recognised.
        let help = self.looked_for.get_or_init(|| self.looked_for());
        Complaint::new(Rule::Unrecognised, message, has)
            .help(help)
            .at(String::new(), at..at + 1)
    }

    /// What the providers' tests look for.
    fn looked_for(&self) -> String {
        let asked = |index: &usize| self.only.is_none_or(|only| only == *index);
        let looked = (0..self.providers.len()).filter(asked).map(|index| {
            let name = &self.providers[index].manifest.name;
            format!("{name}: {}", self.recogniser.looked_for(index))
        });
        let looked = looked.collect::<Vec<_>>().join("\n");
        format!("looked for\n{looked}\nor give the event: validate --event NAME")
    }
}
