//! What is sent: the bodies of an event, of a life cycle's steps, or one of the user's own, edited; and who would send
//! them.
//!
//! Separate from sending because everything that can be wrong with it is known before the first packet.

use super::captured::CapturedStep;
use super::{SchemeChoice, SendOptions, editor};
use crate::body::{BadEdit, Edit, Fresh, Seed, Template, happened};
use crate::bounded_read::{self, SourceKinds};
use crate::catalogue::manifest::{Fact, Form, Manifest, Scenario};
use crate::catalogue::{Catalogue, Entry, Provider};
use crate::commands::Context;
use crate::error::Error;
use crate::lint::{Levels, Linter, Scratch};
use crate::suggest;
use crate::time::parse_time;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Bodies and their sender.
pub(crate) struct Consignment<'c> {
    pub(crate) senders: Vec<Sender<'c>>,
    pub(crate) steps: Vec<Step>,
    pub(crate) clock: Clock,
}

/// A body that can be made as often as it is needed.
pub(crate) struct Step {
    /// The canonical name of its event, where that is known.
    pub(crate) event: Option<String>,
    pub(crate) content: Content,
    /// Its sender's place in the consignment.
    pub(crate) sender: usize,
    /// How it came, where it was captured.
    pub(crate) captured: Option<CapturedStep>,
}

/// What a body is made from.
#[derive(Clone)]
pub(crate) enum Content {
    /// A text that is renewed.
    Template(Template),
    /// Bytes that are sent as they are.
    Bytes(Vec<u8>),
}

/// Which times the bodies tell.
#[derive(Clone, Copy, Default)]
pub(crate) struct Clock {
    /// The second at which the last event happened, as the samples tell it.
    happened: i64,
    /// The second at which it happens now; `None` where the samples' own times stay.
    now: Option<i64>,
}

/// Who sends a body, and what is known of how.
pub(crate) struct Sender<'c> {
    pub(crate) manifest: Option<&'c Manifest>,
}

impl Sender<'_> {
    /// The name for people.
    pub(crate) fn title(&self) -> &str {
        self.manifest
            .map_or("the provider", |manifest| manifest.title.as_str())
    }

    /// Statuses that count as accepted; 200 alone where nothing is known, which no provider refuses.
    pub(crate) fn success(&self) -> &[u16] {
        let known = self
            .manifest
            .and_then(|manifest| manifest.delivery.success.as_ref());
        known.map_or(&[200], |fact| fact.value.as_slice())
    }

    /// How long the provider waits, where it says so.
    pub(crate) fn patience(&self) -> Option<&Fact<u32>> {
        self.manifest
            .and_then(|manifest| manifest.delivery.timeout_seconds.as_ref())
    }

    /// How long is waited for an answer.
    pub(crate) fn limit(&self) -> Duration {
        // What the one provider with the most patience grants; the others say nothing or less.
        const USUAL: u32 = 10;
        Duration::from_secs(self.patience().map_or(USUAL, |fact| fact.value).into())
    }

    /// The waits between attempts, where they are known.
    pub(crate) fn retries(&self) -> Option<&Fact<Vec<u32>>> {
        self.manifest
            .and_then(|manifest| manifest.delivery.retry_seconds.as_ref())
    }

    pub(crate) fn method(&self) -> &str {
        self.manifest
            .map_or("POST", |manifest| manifest.delivery.method.value.as_str())
    }

    pub(crate) fn content_type(&self) -> &str {
        let known = self
            .manifest
            .and_then(|manifest| manifest.delivery.content_type.as_ref());
        known.map_or("application/json", |fact| fact.value.as_str())
    }

    pub(crate) fn user_agent(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let known = self
            .manifest
            .and_then(|manifest| manifest.delivery.user_agent.as_ref());
        known.map_or_else(
            || format!("inqud-hook/{version}"),
            |fact| fact.value.replace("{version}", version),
        )
    }
}

impl Content {
    /// The bytes of one delivery.
    pub(crate) fn body(&self, fresh: &Fresh) -> Vec<u8> {
        match self {
            Self::Template(template) => template.body(fresh),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }
}

impl<'c> Consignment<'c> {
    /// Makes ready what the options ask for.
    pub(crate) fn compose(
        context: &mut Context<'c>,
        options: &SendOptions,
        seed: Seed,
    ) -> Result<Self, Error> {
        let now = now(context, options)?;
        let mut consignment = match (&options.event, &options.scenario, &options.body) {
            (name, None, Some(path)) => {
                own(context, name.as_deref(), path, &options.deliver.sign.scheme)?
            }
            (Some(name), None, None) => {
                let entry = event(context.catalogue, name)?;
                let full = entry.provider.sample(&entry.event.name).unwrap_or_default();
                Self::of(&[(entry, full.to_owned())], options.form)?
            }
            (None, Some(name), None) => {
                let (provider, scenario) = scenario(context.catalogue, name)?;
                Self::of(&steps(provider, &scenario)?, options.form)?
            }
            _ => {
                return Err(Error::Usage {
                    what: "nothing to send was named".to_owned(),
                    hint:
                        "name an event, --scenario or --body; `inqud-hook events` lists the events"
                            .to_owned(),
                });
            }
        };
        consignment.clock.now = now;
        consignment.change(context, options, seed)?;
        Ok(consignment)
    }

    fn of(bodies: &[(Entry<'c>, String)], form: Form) -> Result<Self, Error> {
        let Some((last, _)) = bodies.last() else {
            return Err(Error::Usage {
                what: "that life cycle has no steps".to_owned(),
                hint: String::new(),
            });
        };
        let manifest = &last.provider.manifest;
        // Not every body tells a time.
        let last = bodies
            .iter()
            .filter_map(|(_, text)| happened(text, &manifest.fresh))
            .max();
        let clock = Clock {
            happened: last.unwrap_or_default(),
            now: None,
        };
        let mut steps = Vec::new();
        for (entry, text) in bodies {
            if form == Form::Bare && manifest.envelope.is_none() {
                return Err(Error::no_bare_form(&manifest.title));
            }
            let text = entry.in_form(text, form).unwrap_or_default();
            let template = Template::sample(&text, &manifest.fresh);
            steps.push(Step::new(Some(entry.name()), Content::Template(template)));
        }
        Ok(Self {
            senders: vec![Sender {
                manifest: Some(manifest),
            }],
            steps,
            clock,
        })
    }

    /// Applies `--set`, `--unset` and the editor.
    fn change(
        &mut self,
        context: &mut Context<'_>,
        options: &SendOptions,
        seed: Seed,
    ) -> Result<(), Error> {
        for edit in &options.edits {
            let mut known = false;
            let mut missing = None;
            for step in &mut self.steps {
                match step.edit(edit) {
                    Ok(()) => known = true,
                    Err(bad @ BadEdit::Unknown(_)) => missing = missing.or(Some(bad)),
                    Err(bad) => return Err(bad_edit(edit, &bad)),
                }
            }
            // Steps of a life cycle have different fields: one that has it is enough.
            if let Some(bad) = missing.filter(|_| !known) {
                return Err(bad_edit(edit, &bad));
            }
        }
        if options.edit {
            let [step] = self.steps.as_mut_slice() else {
                let what = "--edit takes one body, and a life cycle has several".to_owned();
                return Err(Error::Usage {
                    what,
                    hint: "use --set for what all of them share".to_owned(),
                });
            };
            let body = step
                .content
                .body(&self.clock.fresh(seed, 0, Duration::ZERO));
            step.content = Content::Bytes(editor::edit(&*context.world.environment, &body)?);
        }
        Ok(())
    }
}

impl Clock {
    /// One that tells that second, and moves no times.
    pub(crate) fn at(second: i64) -> Self {
        Self {
            happened: second,
            now: None,
        }
    }

    /// What is new in the delivery of that number, due that long after the start.
    pub(crate) fn fresh(self, seed: Seed, number: u64, since: Duration) -> Fresh {
        Fresh::new(seed, number, self.shift(since))
    }

    /// The second at which the last event happens in what is sent.
    pub(crate) fn moment(self) -> i64 {
        self.now.unwrap_or(self.happened)
    }

    /// By how many seconds times move in a delivery that is due that long after the start.
    pub(crate) fn shift(self, since: Duration) -> i64 {
        let since = i64::try_from(since.as_secs()).unwrap_or_default();
        self.now.map_or(0, |now| now + since - self.happened)
    }
}

impl Step {
    fn new(event: Option<String>, content: Content) -> Self {
        Self {
            event,
            content,
            sender: 0,
            captured: None,
        }
    }

    fn edit(&mut self, edit: &Edit) -> Result<(), BadEdit> {
        if let Content::Bytes(bytes) = &self.content {
            let text = String::from_utf8(bytes.clone()).map_err(|_| BadEdit::NoJson)?;
            self.content = Content::Template(Template::fixed(text));
        }
        match &mut self.content {
            Content::Template(template) => template.edit(edit),
            Content::Bytes(_) => Err(BadEdit::NoJson),
        }
    }
}

/// The second that is now: told, or the clock's; with a seed alone none, so that the bytes are the same on every day.
fn now(context: &Context<'_>, options: &SendOptions) -> Result<Option<i64>, Error> {
    let told = match &options.now {
        Some(text) => text,
        None if options.seed.is_some() => return Ok(None),
        None => {
            let now: SystemTime = (context.world.now)();
            let seconds = now
                .duration_since(UNIX_EPOCH)
                .map_or(0, |time| time.as_secs());
            return Ok(Some(i64::try_from(seconds).unwrap_or_default()));
        }
    };
    match parse_time(told.as_bytes()) {
        Ok((moment, _)) => Ok(Some(moment.seconds)),
        Err(_) => Err(Error::Usage {
            what: format!("--now {told} is no time"),
            hint: "write it like 2026-11-20T09:30:00Z".to_owned(),
        }),
    }
}

fn bad_edit(edit: &Edit, bad: &BadEdit) -> Error {
    let (flag, path) = match edit {
        Edit::Set { path, .. } => ("--set", path),
        Edit::Unset { path } => ("--unset", path),
    };
    let hint = match bad {
        BadEdit::Unknown(near) if near.is_empty() => {
            "name a field as `inqud-hook events NAME` lists it, or by a pointer such as /data/amount".to_owned()
        }
        BadEdit::Unknown(near) => format!("did you mean {}?", near.join(" or ")),
        BadEdit::Several(pointers) if pointers.iter().all(|pointer| *pointer == pointers[0]) => {
            format!("the key stands there twice ({}): change one of them with --edit", pointers[0])
        }
        BadEdit::Several(pointers) => format!("say which one: {}", pointers.join(", ")),
        BadEdit::NoJson => "only a JSON body can be changed".to_owned(),
        BadEdit::Whole => "send other bytes with --body FILE".to_owned(),
    };
    Error::Usage {
        what: format!("{flag} {path}: {bad}"),
        hint,
    }
}

/// A body of the user's own, and who would send it: as named, else as recognised, else as the scheme says.
fn own<'c>(
    context: &mut Context<'c>,
    name: Option<&str>,
    path: &Path,
    scheme: &SchemeChoice,
) -> Result<Consignment<'c>, Error> {
    let bytes = read(context, path)?;
    let catalogue = context.catalogue;
    let (manifest, event) = match name {
        Some(name) => {
            let entry = catalogue.event(name)?;
            (Some(&entry.provider.manifest), Some(entry.name()))
        }
        None => recognise(catalogue, &bytes),
    };
    let manifest = match (manifest, scheme) {
        (None, SchemeChoice::Own) => {
            return Err(Error::Usage {
                what: format!(
                    "nobody can tell whose body {} is, so not how to sign it",
                    path.display()
                ),
                hint: "name the event before --body, or the way to sign with --scheme".to_owned(),
            });
        }
        (None, SchemeChoice::Of(name)) => Some(&catalogue.provider(name)?.manifest),
        (known, _) => known,
    };
    let steps = vec![Step::new(event, Content::Bytes(bytes))];
    Ok(Consignment {
        senders: vec![Sender { manifest }],
        steps,
        clock: Clock::default(),
    })
}

fn read(context: &mut Context<'_>, path: &Path) -> Result<Vec<u8>, Error> {
    let unreadable = |source| Error::Unreadable {
        path: path.display().to_string(),
        source,
    };
    if path == Path::new("-") {
        return bounded_read::read_stream(&mut context.world.stdin, bounded_read::BODY)
            .map_err(unreadable);
    }
    bounded_read::read(path, bounded_read::BODY, SourceKinds::Any).map_err(unreadable)
}

/// Whose body it is, and the canonical name of its event.
pub(crate) fn recognise<'c>(
    catalogue: &'c Catalogue,
    bytes: &[u8],
) -> (Option<&'c Manifest>, Option<String>) {
    let linter = Linter::new(catalogue.providers(), Levels::default());
    let mut found = (None, None);
    linter.lint(bytes, &mut Scratch::default(), &mut |verdict| {
        if let Some(provider) = verdict
            .provider
            .and_then(|name| catalogue.provider(name).ok())
        {
            let event = verdict
                .event
                .map(|event| format!("{}/{event}", provider.manifest.name));
            found = (Some(&provider.manifest), event);
        }
    });
    found
}

/// The event that a person means.
fn event<'c>(catalogue: &'c Catalogue, name: &str) -> Result<Entry<'c>, Error> {
    catalogue
        .event(name)
        .map_err(|unknown| match scenario(catalogue, name) {
            Ok((provider, scenario)) => Error::Usage {
                what: format!("{name} is a life cycle and no event"),
                hint: format!(
                    "send it with --scenario {}/{}",
                    provider.manifest.name, scenario.name
                ),
            },
            Err(_) => unknown,
        })
}

/// The life cycle that a person means: `provider/name`, or the name alone where only one provider has it.
fn scenario<'c>(catalogue: &'c Catalogue, name: &str) -> Result<(&'c Provider, Scenario), Error> {
    let (provider, bare) = match name.split_once('/') {
        Some((provider, bare)) => (Some(catalogue.provider(provider)?), bare),
        None => (None, name),
    };
    let mut known = Vec::new();
    for candidate in catalogue.providers() {
        if provider.is_none_or(|provider| provider.manifest.name == candidate.manifest.name) {
            known.extend(
                candidate
                    .scenarios()?
                    .into_iter()
                    .map(|scenario| (candidate, scenario)),
            );
        }
    }
    let canonical = |(provider, scenario): &(&Provider, Scenario)| {
        format!("{}/{}", provider.manifest.name, scenario.name)
    };
    let named: Vec<usize> = (0..known.len())
        .filter(|at| known[*at].1.name.eq_ignore_ascii_case(bare))
        .collect();
    match named.as_slice() {
        [one] => Ok(known.swap_remove(*one)),
        [] => {
            let near = suggest::nearest(
                bare,
                known.iter().map(|(_, scenario)| scenario.name.as_str()),
            );
            let near = known
                .iter()
                .filter(|(_, scenario)| near.contains(&scenario.name.as_str()))
                .map(canonical);
            Err(Error::UnknownScenario {
                name: name.to_owned(),
                nearest: near.collect(),
            })
        }
        several => Err(Error::AmbiguousEvent {
            name: name.to_owned(),
            candidates: several.iter().map(|at| canonical(&known[*at])).collect(),
        }),
    }
}

/// The full bodies of a life cycle's steps, as its samples and what is set there say.
fn steps<'c>(
    provider: &'c Provider,
    scenario: &Scenario,
) -> Result<Vec<(Entry<'c>, String)>, Error> {
    let mut bodies = Vec::new();
    for step in &scenario.steps {
        let broken = |why: String| Error::Catalogue {
            place: format!(
                "the life cycle {} of {}",
                scenario.name, provider.manifest.name
            ),
            why,
        };
        let event = provider
            .manifest
            .events
            .iter()
            .find(|event| event.name == step.event);
        let event = event.ok_or_else(|| broken(format!("no event is called {}", step.event)))?;
        let sample = provider.sample(&event.name).unwrap_or_default();
        let mut text = Template::fixed(sample.to_owned());
        for (path, value) in &step.set {
            let edit = Edit::Set {
                path: path.clone(),
                value: value.clone(),
            };
            text.edit(&edit)
                .map_err(|bad| broken(format!("{} of {}: {bad}", path, event.name)))?;
        }
        bodies.push((Entry { provider, event }, text.text().to_owned()));
    }
    Ok(bodies)
}
