//! A provider prepared for the linter: its names and kinds for look-up, its schemas compiled on first use.

use super::finding::{Complaint, Finding, alternatives, quoted};
use super::recognise::Said;
use super::schema::{Schema, SchemaError};
use crate::catalogue::manifest::{Event, Form, Manifest};
use crate::catalogue::{FactList, Provider, SchemaFile};
use crate::json::Text;
use crate::rules::Rule;
use crate::suggest;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The help if a body contradicts `--event`.
pub(super) const FORCED: &str = "--event applies to every body";

/// A provider, with what is compiled of it.
#[derive(Debug)]
pub(super) struct CompiledProvider<'c> {
    pub(super) manifest: &'c Manifest,
    pub(super) kinds: Vec<CompiledKind<'c>>,
    names: OnceLock<HashMap<&'c str, usize, FixedState>>,
}

/// A schema, made ready when the first body needs it.
#[derive(Debug)]
pub(super) struct CompiledKind<'c> {
    pub(super) file: &'c SchemaFile,
    /// If its events are named `object.status`: the object, and the pointer to the status.
    pub(super) status: Option<(&'c str, &'c str)>,
    schema: OnceLock<Result<Schema, SchemaError>>,
}

/// What a body is to be checked against.
pub(super) struct SchemaChoice<'l> {
    pub(super) provider: usize,
    pub(super) kind: Option<usize>,
    pub(super) event: Option<usize>,
    pub(super) form: Option<Form>,
    pub(super) doubt: Option<Doubt<'l>>,
}

/// The name that a body gives itself, if the catalogue has no such event.
pub(super) struct Doubt<'l> {
    pub(super) said: Said<'l>,
    pub(super) rule: Rule,
    /// What it is, if the manifest says why such bodies are refused.
    pub(super) refused: Option<&'l str>,
}

impl<'c> CompiledProvider<'c> {
    pub(super) fn new(provider: &'c Provider) -> Self {
        let manifest = &provider.manifest;
        let kinds = provider.schemas().map(|file| CompiledKind {
            file,
            status: manifest.status_of(&file.kind),
            schema: OnceLock::new(),
        });
        Self {
            manifest,
            kinds: kinds.collect(),
            names: OnceLock::new(),
        }
    }

    pub(super) fn kind(&self, name: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.file.kind == name)
    }

    /// The event that one of its names, aliases or misspellings means.
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        let events = self.manifest.events.iter().enumerate();
        let names = || {
            events
                .flat_map(|(at, event)| event.names().map(move |name| (name, at)))
                .collect()
        };
        self.names.get_or_init(names).get(name).copied()
    }

    /// The event `object.status`, whatever the case of the status.
    pub(super) fn by_status(&self, object: &str, status: &str) -> Option<usize> {
        // Most differ in length, so that this is faster than a table.
        let length = object.len() + 1 + status.len();
        self.manifest.events.iter().position(|Event { name, .. }| {
            name.len() == length
                && name.as_bytes()[object.len()] == b'.'
                && name.as_bytes()[object.len() + 1..].eq_ignore_ascii_case(status.as_bytes())
                && name.starts_with(object)
        })
    }

    /// Rewords the finding of a field that names another event, if it names none at all or if the user gave the event.
    pub(super) fn explain_name(&self, text: &[u8], finding: &mut Finding, forced: bool) {
        let said = Text {
            start: finding.span.start + 1,
            end: finding.span.end - 1,
            escaped: true,
        };
        let name = said.decoded(text);
        if self.named(&name).is_none() {
            finding.rule = Rule::UnknownEvent;
            finding.message = self.no_event(&name);
            finding.help = Some(self.meant(&name));
        } else if forced {
            finding.help = Some(FORCED.to_owned());
        }
    }

    fn no_event(&self, name: &str) -> String {
        format!("{} has no event {}", self.manifest.title, quoted(name))
    }

    /// A help that suggests events for an unknown name.
    fn meant(&self, name: &str) -> String {
        match suggest::nearest(name, self.manifest.events.iter().flat_map(Event::names)).as_slice()
        {
            [] => "`inqud-hook events` lists all events".to_owned(),
            near => format!("did you mean {}?", alternatives(near)),
        }
    }

    /// Finds the event that a body names, or notes a doubt.
    pub(super) fn by_name<'l>(&self, said: Said<'l>, target: &mut SchemaChoice<'l>) {
        let name = &*said.text;
        if let Some(event) = self.named(name) {
            target.event = Some(event);
            target.kind = self.kind(&self.manifest.events[event].kind);
            return;
        }
        let open = self
            .manifest
            .unknown_events
            .as_deref()
            .and_then(|kind| self.kind(kind));
        let rule = if open.is_some() {
            Rule::UnlistedValue
        } else {
            Rule::UnknownEvent
        };
        target.kind = open;
        target.doubt = Some(Doubt {
            said,
            rule,
            refused: None,
        });
    }

    /// The finding for a doubt.
    pub(super) fn explain(&self, doubt: &Doubt<'_>) -> Finding {
        let Doubt {
            said,
            rule,
            refused,
        } = doubt;
        let name = &*said.text;
        let complaint = match refused {
            Some(what) => Complaint::new(
                *rule,
                format!("this is {what}"),
                "not an event of the catalogue",
            ),
            None => {
                let help = self
                    .manifest
                    .retired
                    .get(name)
                    .map_or_else(|| self.meant(name), ToString::to_string);
                Complaint::new(*rule, self.no_event(name), "not in the catalogue").help(help)
            }
        };
        complaint.at(said.pointer.to_owned(), said.span.clone())
    }
}

impl CompiledKind<'_> {
    pub(super) fn schema(&self, known: &CompiledProvider<'_>) -> &Result<Schema, SchemaError> {
        let compile = || {
            let status = self.status.map(|(_, pointer)| pointer);
            Schema::compile(&self.file.text, known.manifest.bare_pointer(), status)
        };
        self.schema.get_or_init(|| match self.file.compiled {
            FactList::Constant { items } if !items.is_empty() => Schema::decode(items),
            _ => compile(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn what_the_build_compiled_is_what_is_compiled_now() {
        let catalogue = Catalogue::load(&[]).expect("there is no folder to read");
        for provider in catalogue.providers() {
            let known = CompiledProvider::new(provider);
            for kind in &known.kinds {
                let name = format!("{}/{}", known.manifest.name, kind.file.kind);
                let built = kind.schema(&known).as_ref().expect(&name);
                let mut file = kind.file.clone();
                assert!(!file.compiled.is_empty(), "{name}");
                file.compiled = FactList::default();
                let now = CompiledKind {
                    file: &file,
                    status: kind.status,
                    schema: OnceLock::new(),
                };
                let now = now.schema(&known).as_ref().expect(&name);
                assert_eq!(format!("{built:?}"), format!("{now:?}"), "{name}");
            }
        }
    }
}
