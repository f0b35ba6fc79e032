//! `events`: lists the catalogue, or shows one event's meaning, fields, sample, signing and sources.

use super::pager::{paged, show};
use super::{Context, Outcome};
use crate::catalogue::Provider;
use crate::catalogue::manifest::Form;
use crate::catalogue::search::CatalogueSearch;
use crate::error::Error;
use crate::outbound::scenario;
use crate::report::{CatalogueMessage, Format, Message, provider_heading};
use crate::sanitize::visible_json;

/// What `events` was asked to do.
pub(crate) struct EventsOptions {
    pub(crate) request: EventsRequest,
    pub(crate) format: Format,
}

/// What to show.
pub(crate) enum EventsRequest {
    /// The events, of one provider or of all.
    List { provider: Option<String> },
    /// The scenarios, of one provider or of all.
    Scenarios { provider: Option<String> },
    /// The scenarios with that name, pattern or word.
    Scenario { name: String },
    /// Everything about one event, or a list of what a pattern or a word finds.
    Named { name: String, form: Form },
    /// Only its sample.
    Sample { name: String, form: Form },
    /// Only its schema.
    Schema { name: String },
}

/// Shows what was asked for.
pub(crate) fn run(context: &mut Context<'_>, options: &EventsOptions) -> Result<Outcome, Error> {
    let format = options.format;
    let long = format == Format::Human;
    match &options.request {
        EventsRequest::List { provider } => paged(context, long, |context| {
            list(context, provider.as_deref(), format)
        })?,
        EventsRequest::Scenarios { provider } => paged(context, long, |context| {
            scenarios(context, provider.as_deref(), format)
        })?,
        EventsRequest::Scenario { name } => {
            scenario_page(context, name, format).or_else(|unknown| {
                let mut found = CatalogueSearch::new(context.catalogue, name);
                found.events.clear();
                show_found(context, &found, format, unknown)
            })?;
        }
        EventsRequest::Named { name, form } => match context.catalogue.event(name) {
            Ok(entry) => {
                check_form(context, name, *form)?;
                show(context, format, [CatalogueMessage::EventPage(entry, *form)])?;
            }
            Err(_) if context.catalogue.provider(name).is_ok() => {
                paged(context, long, |context| list(context, Some(name), format))?;
            }
            Err(unknown @ Error::UnknownEvent { .. }) if *form == Form::Full => {
                scenario_page(context, name, format).or_else(|_| {
                    let found = CatalogueSearch::new(context.catalogue, name);
                    show_found(context, &found, format, unknown)
                })?;
            }
            Err(error) => return Err(error),
        },
        EventsRequest::Sample { name, form } => {
            check_form(context, name, *form)?;
            let sample = context.catalogue.event(name)?.sample(*form);
            context.print(visible_json(&sample.unwrap_or_default()).as_bytes())?;
        }
        EventsRequest::Schema { name } => {
            let entry = context.catalogue.event(name)?;
            let schema = entry.provider.schema(&entry.event.kind).unwrap_or_default();
            context.print(visible_json(schema).as_bytes())?;
        }
    }
    Ok(Outcome::Good)
}

/// Shows the steps of the one scenario with that name.
fn scenario_page(context: &mut Context<'_>, name: &str, format: Format) -> Result<(), Error> {
    let (provider, found) = scenario(context.catalogue, name)?;
    let page = CatalogueMessage::ScenarioPage(provider, found);
    show(context, format, [page])
}

/// Lists what a search found, or fails if that is nothing.
fn show_found(
    context: &mut Context<'_>,
    found: &CatalogueSearch<'_>,
    format: Format,
    unknown: Error,
) -> Result<(), Error> {
    if found.is_empty() {
        return Err(unknown);
    }
    let events = found.events.iter().copied().map(CatalogueMessage::Event);
    let scenarios = found.scenarios.iter();
    let scenarios = scenarios
        .map(|(provider, found)| CatalogueMessage::Scenario(&provider.manifest.name, found));
    let human = format == Format::Human;
    // In a pipe each line is an entry.
    let headed = human
        && context.world.stdout.terminal
        && !found.events.is_empty()
        && !found.scenarios.is_empty();
    paged(context, human, |context| {
        let heading = |context: &mut Context<'_>, gap: &str, text: &str| {
            let line = format!("{gap}{}\n", context.paint.strong(text));
            context.print(if headed { line.as_bytes() } else { b"" })
        };
        heading(context, "", "Events")?;
        context.say_list(format, events.map(Message::Catalogue))?;
        heading(context, "\n", "Scenarios")?;
        context.say_list(format, scenarios.map(Message::Catalogue))
    })
}

/// Refuses the bare form of an event whose provider has only one form.
fn check_form(context: &Context<'_>, name: &str, form: Form) -> Result<(), Error> {
    let provider = &context.catalogue.event(name)?.provider.manifest;
    if form == Form::Bare && provider.envelope.is_none() {
        return Err(Error::no_bare_form(&provider.title));
    }
    Ok(())
}

/// The provider of that name, or all of them.
fn chosen(context: &Context<'_>, name: Option<&str>) -> Result<Vec<&'static Provider>, Error> {
    Ok(match name {
        Some(name) => vec![context.catalogue.provider(name)?],
        None => context.catalogue.providers().iter().collect(),
    })
}

fn list(context: &mut Context<'_>, only: Option<&str>, format: Format) -> Result<(), Error> {
    for (index, provider) in chosen(context, only)?.into_iter().enumerate() {
        let manifest = &provider.manifest;
        if format == Format::Human && only.is_none() {
            let gap = if index > 0 { "\n" } else { "" };
            let width = context
                .world
                .width
                .filter(|_| context.world.stdout.terminal);
            let (title, about) = (&manifest.title, &manifest.about);
            let heading = provider_heading(title, about, context.paint, width);
            context.print(format!("{gap}{heading}").as_bytes())?;
        }
        let all = context.catalogue.events();
        let entries = all.filter(|entry| entry.provider.manifest.name == manifest.name);
        context.say_list(
            format,
            entries.map(|entry| Message::Catalogue(CatalogueMessage::Event(entry))),
        )?;
    }
    Ok(())
}

fn scenarios(context: &mut Context<'_>, only: Option<&str>, format: Format) -> Result<(), Error> {
    for provider in chosen(context, only)? {
        let name = provider.manifest.name.as_str();
        let messages = provider
            .scenarios()
            .iter()
            .map(|found| Message::Catalogue(CatalogueMessage::Scenario(name, found)));
        context.say_list(format, messages)?;
    }
    Ok(())
}
