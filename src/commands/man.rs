//! `man`: the manual, one page at a time on stdout, or all of it as files.

use super::{Context, Outcome};
use crate::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What `man` was asked to do.
pub(crate) struct ManOptions {
    pub(crate) request: ManRequest,
    /// Makes all pages; handed in, since only `cli` knows the commands and flags.
    pub(crate) pages: fn() -> io::Result<Vec<ManPage>>,
}

/// A manual page.
pub(crate) struct ManPage {
    /// The name of its file.
    pub(crate) file: String,
    /// The subcommand; none for the tool itself.
    pub(crate) command: Option<String>,
    pub(crate) text: String,
}

/// One page, or all of them.
pub(crate) enum ManRequest {
    /// Print the page of a command, or of the tool itself.
    Page(Option<String>),
    /// Write all pages into that folder.
    Files(PathBuf),
}

/// Prints one page, or writes all of them.
pub(crate) fn run(context: &mut Context<'_>, options: &ManOptions) -> Result<Outcome, Error> {
    let pages = (options.pages)().map_err(Error::stdout)?;
    match &options.request {
        ManRequest::Page(command) => {
            context.print(page(pages, command.as_deref())?.text.as_bytes())?;
        }
        ManRequest::Files(folder) => {
            let place = context.world.folder.join(folder);
            make(&place, folder)?;
            for ManPage { file, text, .. } in &pages {
                fs::write(place.join(file), text)
                    .map_err(|source| unwritable(&folder.join(file), source))?;
            }
            context.note(&format!(
                "{} pages written to {}",
                pages.len(),
                folder.display()
            ));
        }
    }
    Ok(Outcome::Good)
}

/// Makes the folder unless it exists. Folders above it are not made: a path that was mistyped would become a tree.
fn make(place: &Path, given: &Path) -> Result<(), Error> {
    if place.is_dir() {
        return Ok(());
    }
    match place.parent() {
        Some(above) if !above.is_dir() => {
            let above = given.parent().unwrap_or(above).display();
            Err(Error::Usage {
                what: format!(
                    "cannot write {}: there is no folder {above}",
                    given.display()
                ),
                hint: format!("make it first: mkdir -p {above}"),
            })
        }
        _ => fs::create_dir(place).map_err(|source| unwritable(given, source)),
    }
}

fn page(pages: Vec<ManPage>, command: Option<&str>) -> Result<ManPage, Error> {
    let names: Vec<String> = pages
        .iter()
        .filter_map(|page| page.command.clone())
        .collect();
    pages
        .into_iter()
        .find(|page| page.command.as_deref() == command)
        .ok_or_else(|| Error::UnknownCommand {
            name: command.unwrap_or_default().to_owned(),
            known: names,
        })
}

fn unwritable(path: &Path, source: io::Error) -> Error {
    Error::Unwritable {
        path: path.display().to_string(),
        source,
    }
}
