//! The catalogue: providers, events, samples, schemas and scenarios, found by name. They are data under `payloads/`, and
//! compiled in; a user's own come from a folder.

pub mod fields;
mod folder;
pub mod manifest;
pub(crate) mod pattern;
mod payment;
mod provider;
pub(crate) mod search;
mod tables;

use crate::error::Error;
use crate::suggest;
use folder::Check;
use manifest::Event;
pub use provider::{Provider, SchemaFile};
use std::path::PathBuf;
pub use tables::{FactList, FactMap, FactText};

/// The providers that are compiled in: what `build.rs` made of `payloads/`.
mod built_in {
    use super::manifest::Confidence::*;
    use super::manifest::Encoding::*;
    use super::manifest::EventMeaning::*;
    use super::manifest::Form::*;
    use super::manifest::Hash::*;
    use super::manifest::Signing::*;
    use super::manifest::*;
    use super::provider::{Provider, SchemaFile};
    use super::tables::*;

    include!(concat!(env!("OUT_DIR"), "/providers.rs"));
}

/// All providers, in the order in which their recognition tests are tried.
#[derive(Clone, Debug)]
pub struct Catalogue {
    providers: FactList<Provider>,
}

/// An event with the provider that sends it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'c> {
    /// Who sends it.
    pub provider: &'c Provider,
    /// The event.
    pub event: &'c Event,
}

impl Entry<'_> {
    /// The canonical name, `provider/event`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.provider.manifest.name, self.event.name)
    }
}

impl Catalogue {
    /// The catalogue that is compiled in, with the providers of these folders, which are added or replace those of the
    /// same name.
    pub fn load(folders: &[PathBuf]) -> Result<Self, Error> {
        Self::load_checked(folders, &|_| Ok(()))
    }

    /// The same, where each path is checked before it is read.
    pub(crate) fn load_checked(folders: &[PathBuf], check: Check<'_>) -> Result<Self, Error> {
        if folders.is_empty() {
            let items = built_in::PROVIDERS;
            return Ok(Self {
                providers: FactList::Constant { items },
            });
        }
        let mut providers = built_in::PROVIDERS.to_vec();
        for folder in folders {
            for provider in folder::read(folder, check)? {
                match providers
                    .iter_mut()
                    .find(|known| known.manifest.name == provider.manifest.name)
                {
                    Some(known) => *known = provider,
                    // A user's own provider is tried first: its bodies may look like those of a built-in one.
                    None => providers.insert(0, provider),
                }
            }
        }
        Ok(Self {
            providers: providers.into(),
        })
    }

    /// All providers.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The provider of that name; case does not matter.
    pub fn provider(&self, name: &str) -> Result<&Provider, Error> {
        let known = self
            .providers
            .iter()
            .find(|provider| provider.manifest.name.eq_ignore_ascii_case(name));
        known.ok_or_else(|| Error::UnknownProvider {
            name: name.to_owned(),
            known: self
                .providers
                .iter()
                .map(|provider| provider.manifest.name.to_string())
                .collect(),
        })
    }

    /// The names of all headers that sign deliveries.
    pub fn signing_headers(&self) -> Vec<String> {
        let signings = self
            .providers
            .iter()
            .map(|provider| &provider.manifest.signing.value);
        signings
            .flat_map(|signing| [Some(signing.header()), signing.key_header()])
            .flatten()
            .map(str::to_owned)
            .collect()
    }

    /// All events, provider by provider.
    pub fn events(&self) -> impl Iterator<Item = Entry<'_>> {
        events(&self.providers)
    }

    /// The event with that name: `provider/event`, or the event alone where only one provider has it.
    pub fn event(&self, name: &str) -> Result<Entry<'_>, Error> {
        let (providers, bare) = match name.split_once('/') {
            Some((provider, bare)) => (std::slice::from_ref(self.provider(provider)?), bare),
            None => (self.providers(), name),
        };
        let named = |entry: &Entry<'_>| {
            entry
                .event
                .names()
                .any(|known| known.eq_ignore_ascii_case(bare))
        };
        let found: Vec<Entry<'_>> = events(providers).filter(named).collect();
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(self.unknown_event(name, bare, providers)),
            several => Err(Error::AmbiguousEvent {
                name: name.to_owned(),
                candidates: several.iter().map(Entry::name).collect(),
            }),
        }
    }

    fn unknown_event(&self, name: &str, bare: &str, providers: &[Provider]) -> Error {
        let entries: Vec<Entry<'_>> = events(providers).collect();
        let names = entries.iter().flat_map(|entry| entry.event.names());
        let near = suggest::nearest(bare, names);
        let mut nearest: Vec<String> = Vec::new();
        for entry in near.iter().filter_map(|near| {
            entries
                .iter()
                .find(|entry| entry.event.names().any(|name| name == *near))
        }) {
            if !nearest.contains(&entry.name()) {
                nearest.push(entry.name());
            }
        }
        let retired = self
            .providers
            .iter()
            .flat_map(|provider| &provider.manifest.retired);
        let retired = retired
            .into_iter()
            .find(|(old, _)| old.eq_ignore_ascii_case(bare))
            .map(|(_, why)| why.to_string());
        Error::UnknownEvent {
            name: name.to_owned(),
            nearest,
            retired,
        }
    }
}

/// The events of some providers, one provider after the other.
fn events(providers: &[Provider]) -> impl Iterator<Item = Entry<'_>> {
    providers.iter().flat_map(|provider| {
        let events = provider.manifest.events.iter();
        events.map(move |event| Entry { provider, event })
    })
}
