//! A provider with its files: a constant of the program, or read from a user's folder.

use super::manifest::{Manifest, Scenario};
use super::tables::{FactList, FactText};
use std::path::PathBuf;

/// A provider with its files.
#[derive(Clone, Debug)]
pub struct Provider {
    /// What its manifest says.
    pub manifest: Manifest,
    /// Where it was read from; `None` where it is compiled in.
    pub folder: Option<PathBuf>,
    pub(crate) scenarios: FactList<Scenario>,
    /// By kind, sorted.
    pub(crate) schemas: FactList<SchemaFile>,
    /// By event, sorted.
    pub(crate) samples: FactList<NamedText>,
}

/// The schema of a kind.
#[derive(Clone, Debug)]
pub struct SchemaFile {
    /// The kind.
    pub kind: FactText,
    /// The text of its file.
    pub text: FactText,
    /// What the build made of it for the linter; empty where the linter compiles the text itself.
    pub(crate) compiled: FactList<u8>,
}

/// A name and the text of its file.
pub(crate) type NamedText = (FactText, FactText);

impl Provider {
    /// The life cycles, in the order in which they are listed.
    pub fn scenarios(&self) -> &[Scenario] {
        &self.scenarios
    }

    /// The text of a kind's schema.
    pub fn schema(&self, kind: &str) -> Option<&str> {
        let compare = |file: &SchemaFile| file.kind.as_str().cmp(kind);
        let at = self.schemas.binary_search_by(compare).ok()?;
        Some(&self.schemas[at].text)
    }

    /// The text of an event's sample.
    pub fn sample(&self, event: &str) -> Option<&str> {
        let compare = |(known, _): &NamedText| known.as_str().cmp(event);
        let at = self.samples.binary_search_by(compare).ok()?;
        Some(&self.samples[at].1)
    }

    /// All schemas.
    pub fn schemas(&self) -> impl Iterator<Item = &SchemaFile> {
        self.schemas.iter()
    }
}
