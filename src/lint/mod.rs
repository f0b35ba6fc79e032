//! A body's text → findings with their places: is it JSON, whose is it, does it fit the event's schema, do its values
//! hang together.
//!
//! Separate from `catalogue`, whose manifests and schema texts it takes as plain values, and from `report`, which
//! decides how a finding looks. One [`Linter`] serves any number of threads; each brings its own [`Scratch`].

mod budget;
mod chains;
mod field;
mod finding;
mod known;
mod numbers;
mod recognise;
mod relations;
mod schema;
mod text;
mod values;
mod walk;

pub(crate) use finding::Complaint;
pub use finding::Finding;

pub use crate::rules::{Levels, Rule, Severity};

use crate::catalogue::manifest::Form;
use crate::catalogue::{Entry, Provider};
use crate::json::{Scanner, Text, lookup};
use budget::Budget;
use chains::Chain;
use finding::quoted;
use known::{CompiledProvider, Doubt, FORCED, SchemaChoice};
use recognise::{Finds, Recognised, Recogniser, Said, form_of};
use schema::Schema;
use walk::{Buffers, OtherName, Walk};

/// Checks bodies against the catalogue.
#[derive(Debug)]
pub struct Linter<'c> {
    providers: Vec<CompiledProvider<'c>>,
    recogniser: Recogniser,
    levels: Levels,
    /// The event that the user named, as provider and place in its list.
    forced: Option<(usize, usize)>,
    /// The provider that the user named.
    only: Option<usize>,
    most_bodies: usize,
}

/// More bodies in one list are not looked at: as many fit into the largest file only where they are smaller than any
/// webhook is.
const MOST_BODIES: usize = 50_000;

/// So many values are looked at for each of them, in whichever body they are; a body has a few dozen.
const VALUES: usize = 500;

/// What a thread keeps between bodies.
#[derive(Debug, Default)]
pub struct Scratch {
    buffers: Buffers,
    finds: Finds,
    budget: Budget,
}

/// What was found in one body.
#[derive(Clone, Debug, Default)]
pub struct LintedBody<'c> {
    /// Where the body begins in the text.
    pub start: usize,
    /// Whose body it is.
    pub provider: Option<&'c str>,
    /// The event's name within its provider.
    pub event: Option<&'c str>,
    /// In which of its forms it came.
    pub form: Option<Form>,
    /// What is wrong, in the order of the text.
    pub findings: Vec<Finding>,
    /// How many more findings of each severity there are, which were not kept.
    pub dropped: [u64; 3],
}

impl LintedBody<'_> {
    /// How many findings are of that severity, kept or not.
    pub fn count(&self, severity: Severity) -> u64 {
        count(&self.findings, &self.dropped, severity)
    }

    /// About how much memory it takes.
    pub(crate) fn weight(&self) -> usize {
        self.findings
            .iter()
            .map(|finding| size_of::<Finding>() + finding.said())
            .sum()
    }
}

/// How many findings are of that severity, kept or not.
pub(crate) fn count(findings: &[Finding], dropped: &[u64; 3], severity: Severity) -> u64 {
    let kept = findings
        .iter()
        .filter(|finding| finding.severity == severity)
        .count();
    kept as u64 + dropped[severity as usize]
}

/// A catalogue that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCatalogue {
    /// Whose it is.
    pub provider: String,
    /// The file, below the provider's folder.
    pub place: String,
    /// What is wrong with it.
    pub why: String,
}

impl<'c> Linter<'c> {
    /// A linter for all events of these providers.
    pub fn new(providers: &'c [Provider], levels: Levels) -> Self {
        // A user's own provider is asked before those behind it: none of their tests may decide before that.
        let own = providers
            .iter()
            .position(|provider| provider.folder.is_some());
        let tests = providers.iter().enumerate().flat_map(|(provider, known)| {
            let may_decide = own.is_none_or(|own| provider <= own);
            let tests = known.manifest.recognise.iter().enumerate();
            tests.map(move |(index, test)| (provider, index, test, test.decides && may_decide))
        });
        let recogniser = Recogniser::new(tests);
        let providers = providers.iter().map(CompiledProvider::new).collect();
        Self {
            recogniser,
            providers,
            levels,
            forced: None,
            only: None,
            most_bodies: MOST_BODIES,
        }
    }

    /// Looks at no more bodies of one list than that.
    #[must_use]
    pub(crate) fn at_most(mut self, bodies: usize) -> Self {
        self.most_bodies = bodies;
        self
    }

    /// Checks every body as that event, whatever it says itself.
    #[must_use]
    pub fn force(mut self, entry: Entry<'_>) -> Self {
        let provider = self.place(&entry.provider.manifest.name);
        let events = provider.map(|provider| &self.providers[provider].manifest.events);
        let event = events.and_then(|events| {
            events
                .iter()
                .position(|event| event.name == entry.event.name)
        });
        self.forced = provider.zip(event);
        self
    }

    /// Recognises only that provider's bodies.
    #[must_use]
    pub fn narrow(mut self, provider: &str) -> Self {
        self.only = self.place(provider);
        self
    }

    fn place(&self, provider: &str) -> Option<usize> {
        self.providers
            .iter()
            .position(|known| known.manifest.name == provider)
    }

    /// Compiles everything that is else compiled when the first body needs it, to say at once what is wrong with a
    /// catalogue.
    pub fn check_catalogue(&self) -> Result<(), BadCatalogue> {
        for known in &self.providers {
            let bad = |place: String, why: String| BadCatalogue {
                provider: known.manifest.name.clone(),
                place,
                why,
            };
            for kind in &known.kinds {
                if let Err(error) = kind.schema(known) {
                    return Err(bad(
                        format!("schemas/{}.json", kind.name),
                        error.to_string(),
                    ));
                }
            }
            for (currency, chain) in &known.manifest.currencies {
                if Chain::named(chain).is_none() {
                    let names: Vec<&str> = Chain::NAMES.iter().map(|(name, _)| *name).collect();
                    let why = format!(
                        "{currency}: no chain is called {chain}; known are {}",
                        names.join(", ")
                    );
                    return Err(bad("provider.toml".to_owned(), why));
                }
            }
            let tests = known
                .manifest
                .recognise
                .iter()
                .filter_map(|test| test.kind.as_deref());
            for kind in tests.chain(known.manifest.unknown_events.as_deref()) {
                if known.kind(kind).is_none() {
                    return Err(bad(
                        "provider.toml".to_owned(),
                        format!("no schema is called {kind}"),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Checks one body: an object, or a list of objects, of which each is a body.
    ///
    /// `each` is called once per body with what was found in it; a text that holds no body at all is one, too. Of a
    /// list that is too long the first body that was not looked at is told of, which stands for all that follow.
    pub fn lint(&self, text: &[u8], scratch: &mut Scratch, each: &mut dyn FnMut(LintedBody<'c>)) {
        scratch.budget.clear(self.most_bodies * VALUES);
        let mut sum = Sum {
            linter: self,
            dropped: 0,
            each,
        };
        let mut verdict = LintedBody::default();
        match text::check(text) {
            Ok(start) => {
                let mut scanner = Scanner::new(text, start);
                verdict.findings.extend(text::byte_order_mark(text));
                if scanner.next_token() == Some(b'[') {
                    return self.lint_list(text, scanner, verdict, scratch, sum);
                }
                let end = self.lint_value(text, scanner.at, None, &mut verdict, scratch);
                if let Some(end) = end {
                    verdict.findings.extend(text::behind(text, end));
                }
                sum.last(
                    verdict,
                    &mut scratch.budget,
                    end.unwrap_or(text.len()),
                    "body",
                );
            }
            Err(finding) => {
                verdict.findings.push(finding);
                sum.body(verdict, &mut scratch.budget);
            }
        }
    }

    fn lint_list(
        &self,
        text: &[u8],
        mut scanner: Scanner<'_>,
        mut verdict: LintedBody<'c>,
        scratch: &mut Scratch,
        mut sum: Sum<'_, 'c>,
    ) {
        let open = scanner.at;
        scanner.at += 1;
        if scanner.next_token() == Some(b']') {
            let complaint = Complaint::new(
                Rule::NotAnObject,
                "the list holds no body",
                "expected at least one object",
            );
            verdict
                .findings
                .push(complaint.at(String::new(), open..open + 1));
            verdict.findings.extend(text::behind(text, scanner.at + 1));
            return sum.body(verdict, &mut scratch.budget);
        }
        for index in 0.. {
            let more = scanner.next_token().is_some_and(|token| token != b']');
            if index == self.most_bodies && more {
                let end = scanner.at;
                verdict.start = end;
                verdict.findings.push(text::too_many_bodies(scanner, index));
                return sum.last(verdict, &mut scratch.budget, end, "list");
            }
            let Some(end) = self.lint_value(text, scanner.at, Some(index), &mut verdict, scratch)
            else {
                return sum.last(verdict, &mut scratch.budget, text.len(), "list");
            };
            scanner.at = end;
            match scanner.next_token() {
                Some(b',') => {
                    scanner.at += 1;
                    sum.body(std::mem::take(&mut verdict), &mut scratch.budget);
                    continue;
                }
                Some(b']') => verdict.findings.extend(text::behind(text, scanner.at + 1)),
                _ => {
                    let fault = scanner.fault("a comma or the closing bracket ]");
                    verdict.findings.push(text::fault(text, &fault));
                }
            }
            return sum.last(verdict, &mut scratch.budget, end, "list");
        }
    }

    /// Checks the value at `at`, an item of a list perhaps, as one body and returns its end, unless the text stops being
    /// JSON.
    fn lint_value(
        &self,
        text: &[u8],
        at: usize,
        item: Option<usize>,
        verdict: &mut LintedBody<'c>,
        scratch: &mut Scratch,
    ) -> Option<usize> {
        verdict.start = at;
        let object = text.get(at) == Some(&b'{');
        let mut target = if object {
            self.target(text, at, scratch)
        } else {
            None
        };
        let (against, misspellings) = match &target {
            Some(target) => self.against(target, verdict),
            None => (None, &[][..]),
        };
        let budget = &mut scratch.budget;
        let walked = Walk::run(
            text,
            at,
            against,
            misspellings,
            &mut scratch.buffers,
            budget,
        );
        let mut findings = walked.findings;
        if let Some(target) = &target {
            let known = &self.providers[target.provider];
            for finding in findings
                .iter_mut()
                .filter(|finding| finding.rule == Rule::EventMismatch)
            {
                known.explain_name(text, finding, self.forced.is_some());
            }
            let more = self.forced_name(text, at, target, &findings);
            findings.extend(more.and_then(|finding| budget.admit(finding)));
        }
        if let Some((target, status)) = target.as_mut().zip(walked.status) {
            let more = self.by_status(text, target, status, &findings);
            findings.extend(more.and_then(|finding| budget.admit(finding)));
            let events = &self.providers[target.provider].manifest.events;
            verdict.event = target.event.map(|event| events[event].name.as_str());
        }
        match (&walked.end, target.as_ref()) {
            (Ok(_), Some(target)) => {
                if let Some(doubt) = &target.doubt {
                    // The schema of an open list says less about the same value.
                    findings.retain(|finding| {
                        finding.span != doubt.said.span || finding.rule != doubt.rule
                    });
                    let known = &self.providers[target.provider];
                    findings.extend(budget.word(doubt.rule, || known.explain(doubt)));
                }
                let more = walked
                    .other_name
                    .and_then(|other| self.compare_names(target, other));
                findings.extend(more.and_then(|finding| budget.admit(finding)));
            }
            (Ok(_), None) if object => {
                findings.extend(budget.word(Rule::Unrecognised, || self.unrecognised(text, at)));
            }
            (Ok(end), None) => {
                findings.extend(budget.word(Rule::NotAnObject, || text::no_object(text, at, *end)));
            }
            (Err(_), _) => {}
        }
        if let Err(fault) = &walked.end {
            findings.push(text::fault(text, fault));
        }
        findings.sort_by_key(|finding| finding.span.start);
        if let Some(item) = item {
            for finding in &mut findings {
                finding.pointer.insert_str(0, &format!("/{item}"));
            }
        }
        verdict.findings.append(&mut findings);
        walked.end.ok()
    }

    /// The node of the schema that a target is checked against, and the known misspellings of its event; what the
    /// target is goes into the verdict.
    fn against(
        &self,
        target: &SchemaChoice<'_>,
        verdict: &mut LintedBody<'c>,
    ) -> (Option<(&Schema, usize)>, &'c [String]) {
        let known = &self.providers[target.provider];
        let event = target.event.map(|event| &known.manifest.events[event]);
        verdict.provider = Some(&known.manifest.name);
        verdict.form = target.form;
        verdict.event = event.map(|event| event.name.as_str());
        let schema = target
            .kind
            .and_then(|kind| known.kinds[kind].schema(known).as_ref().ok());
        let bare = target.form == Some(Form::Bare);
        let node = |schema: &Schema| if bare { schema.bare() } else { schema.root() };
        (
            schema.map(|schema| (schema, node(schema))),
            event.map_or(&[], |event| &event.misspellings),
        )
    }

    /// Which event a body is, and what is to be said about that.
    fn target<'l>(
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

    /// Where the user named the event: the event that the body names itself, if that is another.
    fn forced_name(
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
            let message = format!("the body says {event}, but the event was said to be {said}");
            let complaint =
                Complaint::new(Rule::EventMismatch, message, format!("expected {said}"));
            return Some(complaint.help(FORCED).at(pointer.to_owned(), span));
        }
        None
    }

    /// Finds the event `object.status`; where the user named another, says so.
    fn by_status(
        &self,
        text: &[u8],
        target: &mut SchemaChoice<'_>,
        status: Text,
        findings: &[Finding],
    ) -> Option<Finding> {
        let known = &self.providers[target.provider];
        let kind = &known.kinds[target.kind?];
        let span = status.quoted();
        let status = status.decoded(text);
        // A status that is not known makes no event, though its letters in another case would.
        let refused = |finding: &Finding| {
            finding.span == span && matches!(finding.rule, Rule::UnknownValue | Rule::UnlistedValue)
        };
        let said = known
            .by_status(kind.object?, &status)
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
            "the status is {}, but the event was said to be {event}",
            quoted(&status)
        );
        let complaint = Complaint::new(Rule::EventMismatch, message, "another event's status");
        let pointer = kind.status.unwrap_or_default().to_owned();
        Some(complaint.help(FORCED).at(pointer, span))
    }

    /// The body names its event twice: by its two true names, perhaps.
    fn compare_names(&self, target: &SchemaChoice<'_>, other: OtherName) -> Option<Finding> {
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
        let message = format!("one event under its two names, {first} and {name}");
        let complaint = Complaint::new(Rule::TwoEventNames, message, format!("{first} before"));
        Some(
            complaint
                .help("both are documented: take either in the handler")
                .at(pointer, span),
        )
    }

    fn unrecognised(&self, text: &[u8], at: usize) -> Finding {
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
        let asked = |index: &usize| self.only.is_none_or(|only| only == *index);
        let looked: Vec<String> = (0..self.providers.len())
            .filter(asked)
            .map(|index| {
                format!(
                    "{}: {}",
                    self.providers[index].manifest.name,
                    self.recogniser.looked_for(index)
                )
            })
            .collect();
        let message = match self.only {
            Some(only) => format!(
                "the body is not one of {}'s",
                self.providers[only].manifest.title
            ),
            None => "the body fits no provider".to_owned(),
        };
        Complaint::new(Rule::Unrecognised, message, has)
            .help(format!(
                "looked for\n{}\nor name the event: validate --event NAME",
                looked.join("\n")
            ))
            .at(String::new(), at..at + 1)
    }

    /// Applies the user's levels.
    pub fn judge(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        findings.retain_mut(|finding| match self.levels.of(finding.rule) {
            Some(severity) => {
                finding.severity = severity;
                true
            }
            None => false,
        });
        findings
    }
}

/// Hands on what was found in the bodies of one text.
struct Sum<'s, 'c> {
    linter: &'s Linter<'c>,
    /// How many findings were not kept.
    dropped: u64,
    each: &'s mut dyn FnMut(LintedBody<'c>),
}

impl<'c> Sum<'_, 'c> {
    fn body(&mut self, mut verdict: LintedBody<'c>, budget: &mut Budget) {
        self.count(&mut verdict, budget);
        self.judge(verdict);
    }

    /// Hands on the last body, whose end is given, and says how much was not kept of the whole text.
    fn last(mut self, mut verdict: LintedBody<'c>, budget: &mut Budget, end: usize, what: &str) {
        self.count(&mut verdict, budget);
        if self.dropped > 0 {
            verdict
                .findings
                .push(text::too_many(self.dropped, end, what));
            verdict.findings.sort_by_key(|finding| finding.span.start);
        }
        self.judge(verdict);
    }

    fn count(&mut self, verdict: &mut LintedBody<'c>, budget: &mut Budget) {
        for (rule, count) in budget.take_dropped() {
            if let Some(severity) = self.linter.levels.of(rule) {
                verdict.dropped[severity as usize] += count;
                self.dropped += count;
            }
        }
    }

    fn judge(&mut self, mut verdict: LintedBody<'c>) {
        verdict.findings = self.linter.judge(verdict.findings);
        (self.each)(verdict);
    }
}
