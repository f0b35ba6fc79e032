//! `man`: the manual, one page at a time on stdout, or all of it as files.

use super::{Context, Outcome};
use crate::cli::manual::{Page, pages};
use crate::error::Error;
use crate::suggest;
use std::fs;
use std::path::{Path, PathBuf};

/// What `man` was asked for.
#[derive(Debug)]
pub(crate) enum ManRequest {
    /// The page of a command, or of the tool.
    Page(Option<String>),
    /// All pages, as files of that folder.
    Files(PathBuf),
}

/// Prints the page, or writes the files.
pub(crate) fn run(context: &mut Context<'_>, request: &ManRequest) -> Result<Outcome, Error> {
    let pages = pages().map_err(Error::stdout)?;
    match request {
        ManRequest::Page(command) => {
            context.print(page(pages, command.as_deref())?.text.as_bytes())?
        }
        ManRequest::Files(folder) => {
            let place = context.world.folder.join(folder);
            fs::create_dir_all(&place).map_err(|source| unwritable(folder, source))?;
            for Page { file, text, .. } in &pages {
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

fn page(pages: Vec<Page>, command: Option<&str>) -> Result<Page, Error> {
    let names: Vec<String> = pages
        .iter()
        .filter_map(|page| page.command.clone())
        .collect();
    pages
        .into_iter()
        .find(|page| page.command.as_deref() == command)
        .ok_or_else(|| {
            let name = command.unwrap_or_default();
            let hint = match suggest::best(name, names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are pages of {}", names.join(", ")),
            };
            Error::Usage {
                what: format!("no command is called {name}"),
                hint,
            }
        })
}

fn unwritable(path: &Path, source: std::io::Error) -> Error {
    Error::Unwritable {
        path: path.display().to_string(),
        source,
    }
}
