//! `events`: lists the catalogue, or shows one event's meaning, fields, sample, signing and sources.

use super::{Context, Outcome};
use crate::catalogue::Provider;
use crate::catalogue::manifest::Form;
use crate::error::Error;
use crate::report::{CatalogueMessage, Format, Message};
use crate::sanitize::{visible, visible_json};

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
    /// Everything about one event.
    Page { name: String, form: Form },
    /// Only its sample.
    Sample { name: String, form: Form },
    /// Only its schema.
    Schema { name: String },
}

/// Shows what was asked for.
pub(crate) fn run(context: &mut Context<'_>, options: &EventsOptions) -> Result<Outcome, Error> {
    let format = options.format;
    match &options.request {
        EventsRequest::List { provider } => list(context, provider.as_deref(), format)?,
        EventsRequest::Scenarios { provider } => scenarios(context, provider.as_deref(), format)?,
        EventsRequest::Page { name, form } => {
            check_form(context, name, *form)?;
            let entry = context.catalogue.event(name)?;
            context.say(
                format,
                [Message::Catalogue(CatalogueMessage::EventPage(
                    entry, *form,
                ))],
            )?;
        }
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
            let title = context.paint.strong(&visible(&manifest.title));
            let about = visible(&manifest.about);
            context.print(format!("{gap}{title}: {about}\n").as_bytes())?;
        }
        let all = context.catalogue.events();
        let entries = all.filter(|entry| entry.provider.manifest.name == manifest.name);
        context.say(
            format,
            entries.map(|entry| Message::Catalogue(CatalogueMessage::Event(entry))),
        )?;
    }
    Ok(())
}

fn scenarios(context: &mut Context<'_>, only: Option<&str>, format: Format) -> Result<(), Error> {
    for provider in chosen(context, only)? {
        let name = provider.manifest.name.as_str();
        let scenarios = provider.scenarios()?;
        let messages = scenarios
            .iter()
            .map(|found| Message::Catalogue(CatalogueMessage::Scenario(name, found)));
        context.say(format, messages)?;
    }
    Ok(())
}
