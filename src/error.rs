//! Every way in which the tool itself can fail, with what to try next.
//!
//! Separate from findings: an error means that the tool could not do its work (exit code 2), a finding that it did
//! and something is wrong with a body or an endpoint (exit code 1).

use crate::redact::Redactor;
use std::{fmt, io};

/// Why the tool could not do its work. `Display` says what and where; [`Error::hint`] what to try.
#[derive(Debug)]
pub enum Error {
    /// A file or folder could not be read.
    Unreadable {
        /// As the user named it.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Results could not be written.
    Unwritable {
        /// As the user named it.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Whoever read the results has gone; a quiet end, not a failure.
    Closed,
    /// A folder that holds nothing to validate.
    NoBodies {
        /// The folder.
        path: String,
    },
    /// A catalogue that cannot be used.
    Catalogue {
        /// The file or folder.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// No such event.
    UnknownEvent {
        /// As the user wrote it.
        name: String,
        /// Canonical names like it.
        nearest: Vec<String>,
        /// What became of it, where it was once sent.
        retired: Option<String>,
    },
    /// Several providers have an event of that name.
    AmbiguousEvent {
        /// As the user wrote it.
        name: String,
        /// The canonical names it may mean.
        candidates: Vec<String>,
    },
    /// No such provider.
    UnknownProvider {
        /// As the user wrote it.
        name: String,
        /// The ones there are.
        known: Vec<String>,
    },
    /// No such rule of the linter.
    UnknownRule {
        /// As the user wrote it.
        name: String,
        /// The flag, variable or file that named it.
        place: Option<String>,
        /// Names like it.
        nearest: Vec<String>,
    },
    /// A configuration that cannot be used.
    Configuration {
        /// The file, and the line where one is to blame.
        place: String,
        /// What is wrong with it.
        why: String,
        /// What to write instead.
        hint: Option<String>,
    },
    /// A secret that was named and cannot be had.
    Secret {
        /// The provider whose it is.
        provider: String,
        /// What is in the way.
        why: String,
        /// Who named it.
        origin: String,
    },
    /// No such life cycle.
    UnknownScenario {
        /// As the user wrote it.
        name: String,
        /// Canonical names like it.
        nearest: Vec<String>,
    },
    /// The system did not do what was asked of it.
    System {
        /// What was to be done.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// Options that do not go together.
    Usage {
        /// What is wrong.
        what: String,
        /// What to write instead.
        hint: String,
    },
}

/// A source that could not be read.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// As the user named it.
    pub path: String,
    /// What was in the way.
    pub why: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, source } => write!(f, "cannot read {path}: {}", plain(source)),
            Self::Unwritable { path, source } => {
                write!(f, "cannot write {path}: {}", plain(source))
            }
            Self::Closed => write!(f, "the output was closed"),
            Self::NoBodies { path } => write!(f, "no bodies in {path}"),
            Self::Catalogue { place, why } => write!(f, "cannot use the catalogue: {place}: {why}"),
            Self::UnknownEvent { name, .. } => write!(f, "no event is called {name}"),
            Self::AmbiguousEvent { name, candidates } => {
                write!(f, "{name} may mean {}", candidates.join(" or "))
            }
            Self::UnknownProvider { name, .. } => write!(f, "no provider is called {name}"),
            Self::UnknownRule {
                name,
                place: Some(place),
                ..
            } => write!(f, "no rule is called {name} ({place})"),
            Self::UnknownRule {
                name, place: None, ..
            } => write!(f, "no rule is called {name}"),
            Self::Configuration { place, why, .. } => write!(f, "cannot use {place}: {why}"),
            Self::Secret {
                provider,
                why,
                origin,
            } => {
                write!(f, "cannot use the secret of {provider}: {why} ({origin})")
            }
            Self::UnknownScenario { name, .. } => write!(f, "no life cycle is called {name}"),
            Self::System { what, source } => write!(f, "{what}: {}", plain(source)),
            Self::Usage { what, .. } => write!(f, "{what}"),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// Why stdout took no more: whoever read it has gone, mostly.
    pub(crate) fn stdout(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Unwritable {
                path: "stdout".to_owned(),
                source,
            },
        }
    }

    /// A form that a provider's bodies do not have.
    pub(crate) fn no_bare_form(title: &str) -> Self {
        Self::Usage {
            what: format!("{title} sends bodies without an envelope, so they have no bare form"),
            hint: "leave --form out".to_owned(),
        }
    }

    /// The source that could not be read, for the reports that list it.
    pub(crate) fn unreadable(&self) -> Unreadable {
        match self {
            Self::Unreadable { path, source } => Unreadable {
                path: path.clone(),
                why: plain(source),
            },
            Self::NoBodies { path } => Unreadable {
                path: path.clone(),
                why: "no bodies in it".to_owned(),
            },
            other => Unreadable {
                path: String::new(),
                why: other.to_string(),
            },
        }
    }

    /// The same without secrets that stood in what a user wrote.
    pub(crate) fn without_secrets(self, redactor: &Redactor) -> Self {
        match self {
            Self::Usage { what, hint } => Self::Usage {
                what: redactor.text(&what).into_owned(),
                hint,
            },
            other => other,
        }
    }

    /// What to try next.
    pub fn hint(&self) -> Option<String> {
        let meant = |nearest: &[String], otherwise: &str| match nearest {
            [] => otherwise.to_owned(),
            near => format!("did you mean {}?", near.join(" or ")),
        };
        match self {
            Self::Unreadable { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => {
                    Some("check the path; it is taken relative to the working folder".to_owned())
                }
                io::ErrorKind::PermissionDenied => Some("this user may not read it".to_owned()),
                _ => None,
            },
            Self::Unwritable { .. } | Self::Closed | Self::Catalogue { .. } | Self::System { .. } => None,
            Self::NoBodies { .. } => {
                Some("a folder is searched for *.json, *.ndjson and *.jsonl; name other files one by one".to_owned())
            }
            Self::UnknownEvent { retired: Some(why), .. } => Some(why.clone()),
            Self::UnknownEvent { nearest, .. } => Some(meant(nearest, "`inqud-hook events` lists all events")),
            Self::AmbiguousEvent { .. } => Some("write the provider and a slash before the name".to_owned()),
            Self::UnknownScenario { nearest, .. } => {
                Some(meant(nearest, "`inqud-hook events --scenarios` lists all life cycles"))
            }
            Self::UnknownProvider { known, .. } => Some(format!("known are {}", known.join(", "))),
            Self::UnknownRule { nearest, .. } => Some(meant(nearest, "`inqud-hook explain` lists all rules")),
            Self::Configuration { hint, .. } => hint.clone(),
            Self::Secret { .. } => {
                Some("put the secret there, or name a file that has it with --secret-file".to_owned())
            }
            Self::Usage { hint, .. } => Some(hint.clone()),
        }
    }
}

/// What the system said, without the number that only programmers read.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text
        .split_once(" (os error")
        .map_or(text.as_str(), |(words, _)| words);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().collect::<String>() + letters.as_str()
    })
}
