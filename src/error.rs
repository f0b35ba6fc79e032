//! Every way in which the tool itself can fail, with what to try next.
//!
//! An error means that the tool could not do its work (exit code 2). What is wrong with a body or an endpoint is a
//! finding, not an error (exit code 1).

mod hint;

use std::net::SocketAddr;
use std::{fmt, io};

/// What standard input is called where files are named.
pub(crate) const STDIN: &str = "<stdin>";

/// Why the tool could not do its work. `Display` says what went wrong and where; [`Error::hint`] what to try.
#[derive(Debug)]
pub enum Error {
    /// A file or folder could not be read.
    Unreadable {
        /// The path, as the user gave it.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Results could not be written.
    Unwritable {
        /// The path, as the user gave it.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The reader of stdout closed it. The tool ends quietly.
    Closed,
    /// A folder without any file to read, or an empty input.
    NoBodies {
        /// The path, as the user gave it.
        path: String,
        /// It is a folder.
        folder: bool,
        /// Some of what the folder holds was skipped.
        skipped: bool,
    },
    /// A catalogue that cannot be used.
    Catalogue {
        /// The file or folder.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// An unknown event.
    UnknownEvent {
        /// As the user wrote it.
        name: String,
        /// Canonical names that are similar.
        nearest: Vec<String>,
        /// What replaced it, for an event that the provider no longer sends.
        retired: Option<String>,
    },
    /// A name that several providers use.
    AmbiguousEvent {
        /// As the user wrote it.
        name: String,
        /// The canonical names that it may stand for.
        candidates: Vec<String>,
    },
    /// An unknown provider.
    UnknownProvider {
        /// As the user wrote it.
        name: String,
        /// Those that exist.
        known: Vec<String>,
    },
    /// An unknown rule of the linter.
    UnknownRule {
        /// As the user wrote it.
        name: String,
        /// The flag, variable or file that gave it.
        place: Option<String>,
        /// Names that are similar.
        nearest: Vec<String>,
    },
    /// What `explain` should explain is neither a rule nor a case.
    UnknownTopic {
        /// As the user wrote it.
        name: String,
        /// Names of rules and cases that are similar.
        nearest: Vec<String>,
    },
    /// An unknown scenario.
    UnknownScenario {
        /// As the user wrote it.
        name: String,
        /// Canonical names that are similar.
        nearest: Vec<String>,
    },
    /// An unknown subcommand, for a manual page.
    UnknownCommand {
        /// As the user wrote it.
        name: String,
        /// Those that exist.
        known: Vec<String>,
    },
    /// A configuration that cannot be used.
    Configuration {
        /// The file, and the line if one is to blame.
        place: String,
        /// What is wrong with it.
        why: String,
        /// What to do instead.
        hint: Option<String>,
    },
    /// A secret that is configured but cannot be read.
    Secret {
        /// The provider.
        provider: String,
        /// What is wrong with it.
        why: String,
        /// The flag, variable or file that configures it, where the reason does not name it.
        origin: Option<String>,
        /// What to do instead.
        hint: &'static str,
    },
    /// A port that another process listens on.
    PortInUse {
        /// The address and port.
        address: SocketAddr,
    },
    /// An address that cannot be listened on for another reason.
    CannotListen {
        /// The address and port.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A target that is not this machine, without permission to send there.
    RemoteTarget {
        /// The URL.
        target: String,
        /// Its host.
        host: String,
        /// The addresses that the host resolves to.
        addresses: Vec<String>,
    },
    /// `send` without an event, a scenario or a body.
    NothingToSend,
    /// A selection of captured deliveries that matches none of them.
    NothingSelected {
        /// How many deliveries were read.
        read: usize,
    },
    /// The bare form of a provider whose bodies have no envelope.
    NoBareForm {
        /// The provider.
        provider: String,
    },
    /// A value that an option does not take.
    InvalidValue {
        /// The option, and the value unless it may be a secret.
        option: String,
        /// What is wrong with it.
        why: String,
        /// What to do instead.
        hint: String,
    },
    /// Options that exclude each other.
    ConflictingOptions {
        /// What is wrong.
        what: String,
        /// What to do instead.
        hint: String,
    },
    /// The endpoint that the tool was to start did not start.
    EndpointNotStarted {
        /// What was started, and what happened instead.
        what: String,
        /// What to do instead.
        hint: String,
    },
    /// Another mistake on the command line.
    Usage {
        /// What is wrong.
        what: String,
        /// What to do instead.
        hint: String,
    },
    /// A call to the operating system failed.
    System {
        /// What the tool tried to do.
        what: String,
        /// What the system said.
        source: io::Error,
    },
}

/// An input that could not be read.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// The path, as the user gave it.
    pub path: String,
    /// Why not.
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
            Self::NoBodies {
                path, folder: true, ..
            } => write!(f, "no bodies in {path}"),
            Self::NoBodies { path, .. } if path == STDIN => write!(f, "standard input is empty"),
            Self::NoBodies { path, .. } => write!(f, "{path} is empty"),
            Self::Catalogue { place, why } => write!(f, "cannot use the catalogue: {place}: {why}"),
            Self::UnknownEvent { name, .. } => write!(f, "unknown event \"{name}\""),
            Self::AmbiguousEvent { name, candidates } => {
                write!(f, "\"{name}\" is ambiguous: {}", candidates.join(", "))
            }
            Self::UnknownProvider { name, .. } => write!(f, "unknown provider \"{name}\""),
            Self::UnknownRule { name, place, .. } => {
                write!(f, "unknown rule \"{name}\"")?;
                place.iter().try_for_each(|place| write!(f, " ({place})"))
            }
            Self::UnknownTopic { name, .. } => write!(f, "unknown rule or case \"{name}\""),
            Self::UnknownScenario { name, .. } => write!(f, "unknown scenario \"{name}\""),
            Self::UnknownCommand { name, .. } => write!(f, "unknown command \"{name}\""),
            Self::Configuration { place, why, .. } => write!(f, "cannot use {place}: {why}"),
            Self::Secret {
                provider,
                why,
                origin,
                ..
            } => {
                write!(f, "cannot use the secret of {provider}: {why}")?;
                origin
                    .iter()
                    .try_for_each(|origin| write!(f, " ({origin})"))
            }
            Self::PortInUse { address } => {
                write!(f, "cannot listen on {address}: address already in use")
            }
            Self::CannotListen { address, source } => {
                write!(f, "cannot listen on {address}: {}", plain(source))
            }
            Self::RemoteTarget {
                target, addresses, ..
            } => write!(
                f,
                "refusing to send to {target}, which is not this machine ({}); nothing was sent",
                addresses.join(", ")
            ),
            Self::NothingToSend => {
                write!(f, "nothing to send: give an event, --scenario or --body")
            }
            Self::NothingSelected { read: 0 } => write!(f, "there are no deliveries to send again"),
            Self::NothingSelected { read } => {
                write!(f, "no delivery matches ({read} in the input)")
            }
            Self::NoBareForm { provider } => {
                write!(
                    f,
                    "{provider} sends bodies without an envelope, so there is no bare form"
                )
            }
            Self::InvalidValue { option, why, .. } => write!(f, "{option}: {why}"),
            Self::EndpointNotStarted { what, .. } => write!(f, "cannot start {what}"),
            Self::ConflictingOptions { what, .. } | Self::Usage { what, .. } => write!(f, "{what}"),
            Self::System { what, source } => write!(f, "{what}: {}", plain(source)),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. }
            | Self::Unwritable { source, .. }
            | Self::CannotListen { source, .. }
            | Self::System { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl Error {
    /// Stdout could not be written to, mostly because its reader closed it.
    pub(crate) fn stdout(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Unwritable {
                path: "stdout".to_owned(),
                source,
            },
        }
    }

    /// A file has nothing that could be a delivery.
    pub(crate) fn not_recorded(name: &str) -> Self {
        Self::Usage {
            what: format!(
                "{name} is not a journal, an HTTP archive (HAR), an HTTP request or a JSON body"
            ),
            hint: "give a file that `listen --journal` wrote".to_owned(),
        }
    }

    /// An address could not be listened on.
    pub(crate) fn listen(address: SocketAddr, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::AddrInUse => Self::PortInUse { address },
            _ => Self::CannotListen { address, source },
        }
    }

    /// The bare form of a provider whose bodies have no envelope.
    pub(crate) fn no_bare_form(provider: &str) -> Self {
        Self::NoBareForm {
            provider: provider.to_owned(),
        }
    }

    /// The input that could not be read, for the reports that list it.
    pub(crate) fn unreadable(&self) -> Unreadable {
        match self {
            Self::Unreadable { path, source } => Unreadable {
                path: path.clone(),
                why: plain(source),
            },
            Self::NoBodies { path, .. } => Unreadable {
                path: path.clone(),
                why: "no bodies in it".to_owned(),
            },
            other => Unreadable {
                path: String::new(),
                why: other.to_string(),
            },
        }
    }
}

/// The system's message without the error number, in lower case.
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
