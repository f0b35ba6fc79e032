//! A provider prepared for the linter: its names and kinds for look-up, its schemas compiled on first use.

use super::chains::Chain;
use super::finding::{Complaint, Finding, alternatives, quoted};
use super::recognise::Said;
use super::schema::{Schema, SchemaError};
use crate::catalogue::Provider;
use crate::catalogue::manifest::{Event, Form, Manifest, Recognise};
use crate::json::Text;
use crate::rules::Rule;
use crate::suggest;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The help if a body contradicts `--event`.
pub(super) const FORCED: &str = "--event applies to every body";

/// A provider, with what is compiled of it.
#[derive(Debug)]
pub(super) struct CompiledProvider<'c> {
    pub(super) manifest: &'c Manifest,
    pub(super) kinds: Vec<CompiledKind<'c>>,
    pub(super) chains: Vec<(String, Chain)>,
    names: OnceLock<HashMap<&'c str, usize>>,
}

/// A schema, compiled when the first body needs it.
#[derive(Debug)]
pub(super) struct CompiledKind<'c> {
    pub(super) name: &'c str,
    pub(super) text: &'c str,
    /// If its events are named `object.status`: the object, and the pointer to the status.
    pub(super) object: Option<&'c str>,
    pub(super) status: Option<&'c str>,
    pub(super) compiled: OnceLock<Result<Schema, SchemaError>>,
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
        let kinds = provider.kinds().filter_map(|name| {
            let of_kind =
                |test: &&Recognise| test.kind.as_deref() == Some(name) && test.object.is_some();
            let test = manifest.recognise.iter().find(of_kind);
            Some(CompiledKind {
                name,
                text: provider.schema(name)?,
                object: test.and_then(|test| test.object.as_deref()),
                status: test.and_then(|test| test.status.as_deref()),
                compiled: OnceLock::new(),
            })
        });
        let chains = manifest
            .currencies
            .iter()
            .filter_map(|(code, name)| Some((code.clone(), Chain::named(name)?)));
        Self {
            manifest,
            kinds: kinds.collect(),
            chains: chains.collect(),
            names: OnceLock::new(),
        }
    }

    pub(super) fn kind(&self, name: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.name == name)
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
                    .cloned()
                    .unwrap_or_else(|| self.meant(name));
                Complaint::new(*rule, self.no_event(name), "not in the catalogue").help(help)
            }
        };
        complaint.at(said.pointer.to_owned(), said.span.clone())
    }
}

impl CompiledKind<'_> {
    pub(super) fn schema(&self, known: &CompiledProvider<'_>) -> &Result<Schema, SchemaError> {
        let bare = known
            .manifest
            .envelope
            .as_ref()
            .map_or("", |envelope| &envelope.value.bare);
        self.compiled
            .get_or_init(|| Schema::compile(self.text, bare, self.status, &known.chains))
    }
}
