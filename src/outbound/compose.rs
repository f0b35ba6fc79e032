//! Makes a batch from the options of `send`: the sample of an event, the steps of a scenario, or the user's own body,
//! edited.
//!
//! Everything that can be wrong with a batch is found here, before the first packet.

use super::Setup;
use super::batch::{Batch, Clock, Content, Step};
use super::editor::edit_body;
use super::edits::apply_edits;
use super::options::{ComposeOptions, SenderOptions};
use super::order::write_order;
use super::sender::Sender;
use crate::body::{Edit, Seed, Spelling, Template, happened};
use crate::bounded_read::{self, SourceKinds};
use crate::capture::journal::is_capture;
use crate::catalogue::manifest::{Form, Manifest, Scenario};
use crate::catalogue::{Catalogue, Entry, Provider};
use crate::error::Error;
use crate::lint::{Levels, Linter, Scratch};
use crate::scheme_choice::SchemeChoice;
use crate::suggest;
use crate::time::parse_time;
use std::io::Read;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Makes the batch that the options ask for. `now` is asked only where neither a time nor a seed is given.
pub(crate) fn compose<'c>(
    setup: Setup<'_, 'c>,
    options: &ComposeOptions,
    sender: &SenderOptions,
    seed: Seed,
    now: fn() -> SystemTime,
    stdin: &mut dyn Read,
) -> Result<Batch<'c>, Error> {
    let now = moment(options, now)?;
    let catalogue = setup.catalogue;
    let mut scenario_name = None;
    let given_seed = Some(seed.0);
    let mut seed = seed;
    let (manifest, steps, happened) = match (&options.event, &options.scenario, &options.body) {
        (name, None, Some(path)) => {
            let bytes = read(path, stdin)?;
            refuse_journal(path, &bytes)?;
            let (manifest, event) =
                owner(catalogue, name.as_deref(), path, &bytes, &sender.scheme)?;
            (manifest, vec![Step::new(event, Content::Bytes(bytes))], 0)
        }
        (Some(name), None, None) => {
            let entry = event(catalogue, name)?;
            seed = seed.of(&entry.name());
            let full = entry.provider.sample(&entry.event.name).unwrap_or_default();
            from_samples(&[(entry, full.to_owned())], options)?
        }
        (None, Some(name), None) => {
            let (provider, scenario) = scenario(catalogue, name)?;
            let canonical = format!("{}/{}", provider.manifest.name, scenario.name);
            seed = seed.of(&canonical);
            scenario_name = Some(canonical);
            from_samples(&scenario_bodies(provider, scenario)?, options)?
        }
        _ => {
            return Err(Error::NothingToSend);
        }
    };
    let mut batch = Batch {
        senders: Vec::new(),
        steps,
        clock: Clock { happened, now },
        seed,
        given_seed,
        scenario: scenario_name,
        skipped: 0,
        goes_on: false,
        notes: Vec::new(),
    };
    batch.notes = write_order(catalogue, manifest, &mut batch.steps, &options.order)?;
    batch
        .notes
        .extend(apply_edits(&mut batch.steps, &options.edits)?);
    if options.body.is_none() && options.spelling == Spelling::Provider {
        batch.steps.iter_mut().for_each(Step::mark);
    }
    if options.edit {
        let otherwise = "use --set to change a field in all of them";
        edit_body(&mut batch, setup.environment, otherwise)?;
    }
    batch.senders.push(Sender::new(setup, manifest, sender)?);
    Ok(batch)
}

/// Steps from samples, their provider, and the second at which the last event happened.
pub(super) type Sampled<'c> = (Option<&'c Manifest>, Vec<Step>, i64);

pub(super) fn from_samples<'c>(
    bodies: &[(Entry<'c>, String)],
    options: &ComposeOptions,
) -> Result<Sampled<'c>, Error> {
    let Some((last, _)) = bodies.last() else {
        return Err(Error::Usage {
            what: "that scenario has no steps".to_owned(),
            hint: String::new(),
        });
    };
    let manifest = &last.provider.manifest;
    // Not every body tells a time.
    let happened = bodies
        .iter()
        .filter_map(|(_, text)| happened(text, &manifest.fresh))
        .max();
    let mut steps = Vec::new();
    for (entry, text) in bodies {
        if options.form == Form::Bare && manifest.envelope.is_none() {
            return Err(Error::no_bare_form(&manifest.title));
        }
        let text = entry.in_form(text, options.form).unwrap_or_default();
        let mut template = Template::sample(&text, &manifest.fresh);
        template.spell(options.spelling);
        steps.push(Step::new(Some(entry.name()), Content::Template(template)));
    }
    Ok((Some(manifest), steps, happened.unwrap_or_default()))
}

/// The second that is now: from `--now`, else from the clock. With a seed alone it is `None`, so that the bytes are the
/// same every day.
fn moment(options: &ComposeOptions, now: fn() -> SystemTime) -> Result<Option<i64>, Error> {
    let told = match &options.now {
        Some(text) => text,
        None if options.seed.is_some() => return Ok(None),
        None => {
            let seconds = now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |time| time.as_secs());
            return Ok(Some(i64::try_from(seconds).unwrap_or_default()));
        }
    };
    match parse_time(told.as_bytes()) {
        Ok((moment, _)) => Ok(Some(moment.seconds)),
        Err(_) => Err(Error::Usage {
            what: format!("--now {told} is not a valid time"),
            hint: "write it like 2026-11-20T09:30:00Z".to_owned(),
        }),
    }
}

/// The provider and the event of the user's own body: as named, else as recognised, else the provider of the scheme.
fn owner<'c>(
    catalogue: &'c Catalogue,
    name: Option<&str>,
    path: &Path,
    bytes: &[u8],
    scheme: &SchemeChoice,
) -> Result<(Option<&'c Manifest>, Option<String>), Error> {
    let (manifest, event) = match name {
        Some(name) => {
            let entry = catalogue.event(name)?;
            (Some(&entry.provider.manifest), Some(entry.name()))
        }
        None => recognise(catalogue, bytes),
    };
    let shown = match path.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => path.display().to_string(),
    };
    let manifest = match (manifest, scheme) {
        (None, SchemeChoice::Own) if bytes.trim_ascii().is_empty() => {
            return Err(Error::Usage {
                what: format!("{shown} is empty"),
                hint: format!(
                    "give a file with a body, or the event to send an empty one (send INVOICE_PAID --body {})",
                    path.display()
                ),
            });
        }
        (None, SchemeChoice::Own) => {
            return Err(Error::Usage {
                what: format!("cannot tell which provider {shown} belongs to, so cannot sign it"),
                hint: format!(
                    "give the event (send INVOICE_PAID --body {}) or --scheme calypso",
                    path.display()
                ),
            });
        }
        (None, SchemeChoice::Of(name)) => Some(&catalogue.provider(name)?.manifest),
        (known, _) => known,
    };
    Ok((manifest, event))
}

/// A line of a journal has the body in it, with the delivery around it.
fn refuse_journal(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let first = bytes.split(|byte| *byte == b'\n').next();
    if !first.is_some_and(is_capture) {
        return Ok(());
    }
    let path = path.display();
    Err(Error::Usage {
        what: format!("{path} is a journal, not a body"),
        hint: format!("use `inqud-hook replay {path}`, which sends the deliveries in it again"),
    })
}

fn read(path: &Path, stdin: &mut dyn Read) -> Result<Vec<u8>, Error> {
    let bytes = if path == Path::new("-") {
        bounded_read::read_stream(stdin, bounded_read::BODY)
    } else {
        bounded_read::read(path, bounded_read::BODY, SourceKinds::Any)
    };
    // As curl is given a file.
    let named = path.to_str().and_then(|path| path.strip_prefix('@'));
    if let (Err(_), Some(file)) = (&bytes, named) {
        return Err(Error::Usage {
            what: format!("--body @{file}: there is no such file"),
            hint: format!("write the name alone: --body {file}"),
        });
    }
    bytes.map_err(|source| Error::Unreadable {
        path: path.display().to_string(),
        source,
    })
}

/// The provider of a body, and the canonical name of its event.
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

/// The event with that name.
fn event<'c>(catalogue: &'c Catalogue, name: &str) -> Result<Entry<'c>, Error> {
    catalogue
        .event(name)
        .map_err(|unknown| match scenario(catalogue, name) {
            Ok((provider, scenario)) => Error::Usage {
                what: format!("{name} is a scenario, not an event"),
                hint: format!(
                    "send it with --scenario {}/{}",
                    provider.manifest.name, scenario.name
                ),
            },
            Err(_) if name.contains('*') => Error::Usage {
                what: format!("{name} is a pattern, and one event is sent"),
                hint: format!(
                    "`inqud-hook events '{name}'` lists the events that match; --scenario sends several"
                ),
            },
            Err(_) if Path::new(name).is_file() => Error::Usage {
                what: format!("{name} is a file, not an event"),
                hint: format!("send it with --body {name}"),
            },
            Err(_) => unknown,
        })
}

/// The scenario with that name: `provider/name`, or the name alone where only one provider has it.
pub(crate) fn scenario<'c>(
    catalogue: &'c Catalogue,
    name: &str,
) -> Result<(&'c Provider, &'c Scenario), Error> {
    let (provider, bare) = match name.split_once('/') {
        Some((provider, bare)) => (Some(catalogue.provider(provider)?), bare),
        None => (None, name),
    };
    let mut known = Vec::new();
    for candidate in catalogue.providers() {
        if provider.is_none_or(|provider| provider.manifest.name == candidate.manifest.name) {
            let scenarios = candidate.scenarios().iter();
            known.extend(scenarios.map(|scenario| (candidate, scenario)));
        }
    }
    let canonical = |(provider, scenario): &(&Provider, &Scenario)| {
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

/// The full bodies of a scenario's steps: the samples, with the fields that the scenario sets.
pub(crate) fn scenario_bodies<'c>(
    provider: &'c Provider,
    scenario: &Scenario,
) -> Result<Vec<(Entry<'c>, String)>, Error> {
    let mut bodies = Vec::new();
    for step in &scenario.steps {
        let broken = |why: String| Error::Catalogue {
            place: format!(
                "the scenario {} of {}",
                scenario.name, provider.manifest.name
            ),
            why,
        };
        let event = provider
            .manifest
            .events
            .iter()
            .find(|event| event.name == step.event);
        let event = event.ok_or_else(|| broken(format!("unknown event {:?}", step.event)))?;
        let sample = provider.sample(&event.name).unwrap_or_default();
        let mut text = Template::fixed(sample.to_owned());
        for (path, value) in &step.set {
            let edit = Edit::Set {
                path: path.to_string(),
                value: value.to_string(),
            };
            text.edit(&edit)
                .map_err(|bad| broken(format!("{} of {}: {bad}", path, event.name)))?;
        }
        bodies.push((Entry { provider, event }, text.text().to_owned()));
    }
    Ok(bodies)
}

#[cfg(test)]
mod tests;
