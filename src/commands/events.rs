//! `events`: lists the catalogue, or shows one event's meaning, fields, sample, signing and sources.

use super::{Context, Outcome, list_format};
use crate::catalogue::manifest::Form;
use crate::error::Error;
use crate::report::{Format, Message};
use crate::sanitize::{visible, visible_json};

/// What `events` was asked to do.
#[derive(Debug)]
pub(crate) enum EventsRequest {
    /// The events, of one provider or of all.
    List { provider: Option<String> },
    /// The life cycles, of one provider or of all.
    Scenarios { provider: Option<String> },
    /// Everything about one event.
    Page { name: String, form: Form },
    /// Only its sample.
    Sample { name: String, form: Form },
    /// Only its schema.
    Schema { name: String },
}

/// Shows what was asked for.
pub(crate) fn run(
    context: &mut Context<'_>,
    request: &EventsRequest,
    format: Format,
) -> Result<Outcome, Error> {
    let format = list_format(format)?;
    let catalogue = context.catalogue;
    if let EventsRequest::Page {
        name,
        form: Form::Bare,
    }
    | EventsRequest::Sample {
        name,
        form: Form::Bare,
    } = request
    {
        let provider = &catalogue.event(name)?.provider.manifest;
        if provider.envelope.is_none() {
            return Err(Error::no_bare_form(&provider.title));
        }
    }
    match request {
        EventsRequest::List { provider } => {
            let only = provider
                .as_deref()
                .map(|name| catalogue.provider(name))
                .transpose()?;
            for (index, provider) in catalogue.providers().iter().enumerate() {
                if only.is_some_and(|only| only.manifest.name != provider.manifest.name) {
                    continue;
                }
                if format == Format::Human && only.is_none() {
                    let gap = if index > 0 { "\n" } else { "" };
                    let title = context.paint.strong(&visible(&provider.manifest.title));
                    let about = visible(&provider.manifest.about);
                    context.print(format!("{gap}{title}: {about}\n").as_bytes())?;
                }
                let name = &provider.manifest.name;
                let entries = catalogue
                    .events()
                    .filter(|entry| entry.provider.manifest.name == *name);
                context.say(format, entries.map(Message::Event))?;
            }
        }
        EventsRequest::Scenarios { provider } => {
            let only = provider
                .as_deref()
                .map(|name| catalogue.provider(name))
                .transpose()?;
            for provider in catalogue.providers() {
                if only.is_none_or(|only| only.manifest.name == provider.manifest.name) {
                    let scenarios = provider.scenarios()?;
                    let name = provider.manifest.name.as_str();
                    context.say(
                        format,
                        scenarios
                            .iter()
                            .map(|scenario| Message::Scenario(name, scenario)),
                    )?;
                }
            }
        }
        EventsRequest::Page { name, form } => {
            context.say(format, [Message::EventPage(catalogue.event(name)?, *form)])?
        }
        EventsRequest::Sample { name, form } => {
            let sample = catalogue.event(name)?.sample(*form).unwrap_or_default();
            context.print(visible_json(&sample).as_bytes())?;
        }
        EventsRequest::Schema { name } => {
            let entry = catalogue.event(name)?;
            let schema = entry.provider.schema(&entry.event.kind).unwrap_or_default();
            context.print(visible_json(schema).as_bytes())?;
        }
    }
    Ok(Outcome::Good)
}
