//! Loads the catalogue, and checks the providers that a user added before any of them is used.

use crate::catalogue::{Catalogue, Entry};
use crate::config::{Config, Origin};
use crate::error::Error;
use crate::lint::{BadCatalogue, Levels, Linter, Scratch, Severity};
use std::path::Path;

/// The built-in providers with the user's own. Our tests check the built-in ones; the others are checked here.
pub(crate) fn load(config: &Config) -> Result<Catalogue, Error> {
    let folders = &config.catalogue;
    let catalogue = Catalogue::load_checked(&folders.value, &|path| config.check_place(path))
        .map_err(|error| with_origin(error, &folders.origin))?;
    if !folders.value.is_empty() {
        check(&catalogue)?;
    }
    Ok(catalogue)
}

/// Adds where an unreadable folder was named: its path may be relative to a configuration file.
fn with_origin(error: Error, origin: &Origin) -> Error {
    match error {
        Error::Unreadable { .. } => Error::Catalogue {
            place: "a folder with providers".to_owned(),
            why: format!("{error} (named in {origin})"),
        },
        other => other,
    }
}

/// Refuses a schema outside the subset, and a sample that its own provider does not recognise or accept.
fn check(catalogue: &Catalogue) -> Result<(), Error> {
    let linter = Linter::new(catalogue.providers(), Levels::default());
    linter
        .check_catalogue()
        .map_err(|bad| bad_file(catalogue, bad))?;
    let mut scratch = Scratch::default();
    for entry in catalogue.events() {
        if let Some(folder) = &entry.provider.folder
            && let Some(why) = refused_sample(&linter, &mut scratch, entry)
        {
            return Err(Error::Catalogue {
                place: sample_path(folder, &entry.event.name),
                why,
            });
        }
    }
    Ok(())
}

fn bad_file(catalogue: &Catalogue, bad: BadCatalogue) -> Error {
    let BadCatalogue {
        provider,
        place,
        why,
    } = bad;
    let folder = catalogue
        .provider(&provider)
        .ok()
        .and_then(|provider| provider.folder.as_ref());
    let place = folder.map_or_else(
        || format!("{provider}/{place}"),
        |folder| folder.join(&place).display().to_string(),
    );
    Error::Catalogue { place, why }
}

fn sample_path(folder: &Path, event: &str) -> String {
    let file = folder.join("samples").join(format!("{event}.json"));
    file.display().to_string()
}

/// Why an event's sample is not a valid body of that event.
fn refused_sample(linter: &Linter<'_>, scratch: &mut Scratch, entry: Entry<'_>) -> Option<String> {
    let sample = entry.provider.sample(&entry.event.name)?;
    let mut why = None;
    linter.lint(sample.as_bytes(), scratch, &mut |linted| {
        let error = linted
            .findings
            .iter()
            .find(|finding| finding.severity == Severity::Error);
        let other = linted.provider != Some(&entry.provider.manifest.name)
            || linted.event != Some(&entry.event.name);
        why = match error {
            Some(finding) => Some(format!(
                "not valid against its own schema: {} ({})",
                finding.message, finding.pointer
            )),
            None if other => Some("not recognised as this event".to_owned()),
            None => None,
        };
    });
    why
}
