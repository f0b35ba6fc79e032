//! Checks a user's catalogue as a whole before the first body.

use super::Linter;
use super::chains::Chain;

/// A catalogue that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCatalogue {
    /// The provider's name.
    pub provider: String,
    /// The file, below the provider's folder.
    pub place: String,
    /// What is wrong with it.
    pub why: String,
}

impl Linter<'_> {
    /// Compiles every schema at once, rather than when the first body needs it, to report all errors of a catalogue early.
    pub fn check_catalogue(&self) -> Result<(), BadCatalogue> {
        for known in &self.providers {
            let bad = |place: String, why: String| BadCatalogue {
                provider: known.manifest.name.to_string(),
                place,
                why,
            };
            for kind in &known.kinds {
                if let Err(error) = kind.schema(known) {
                    return Err(bad(
                        format!("schemas/{}.json", kind.file.kind),
                        error.to_string(),
                    ));
                }
            }
            for (currency, chain) in &known.manifest.currencies {
                if Chain::named(chain).is_none() {
                    let names: Vec<&str> = Chain::NAMES.iter().map(|(name, _)| *name).collect();
                    let why = format!(
                        "{currency}: unknown chain \"{chain}\"; known chains: {}",
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
                        format!("unknown schema \"{kind}\""),
                    ));
                }
            }
        }
        Ok(())
    }
}
