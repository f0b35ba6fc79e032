//! What to try next, for each way in which the tool can fail.

use super::Error;
use crate::filled_folders::filled_folders;
use crate::suggest;
use std::io;

impl Error {
    /// What to try next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unreadable { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => {
                    "check the path; it is relative to the working folder".to_owned()
                }
                io::ErrorKind::PermissionDenied => "check the file's permissions".to_owned(),
                _ => return None,
            },
            Self::NoBodies { folder: false, .. } => {
                "give a body, a journal of `listen --journal`, or an HTTP archive (HAR)".to_owned()
            }
            Self::NoBodies { skipped: true, .. } => format!(
                "hidden and git-ignored files are skipped, and {}; give their names, or --no-ignore to `validate`",
                filled_folders("and")
            ),
            Self::NoBodies { .. } => {
                "only *.json, *.ndjson and *.jsonl are read from a folder; give other files by name"
                    .to_owned()
            }
            Self::UnknownEvent {
                retired: Some(why), ..
            } => why.clone(),
            Self::UnknownEvent { nearest, .. } => {
                similar(nearest, "`inqud-hook events` lists all events")
            }
            Self::AmbiguousEvent { candidates, .. } => format!(
                "add the provider, as in {}",
                candidates.first().map_or("provider/name", String::as_str)
            ),
            Self::UnknownScenario { nearest, .. } => similar(
                nearest,
                "`inqud-hook events --scenarios` lists all scenarios",
            ),
            Self::UnknownProvider { known, .. } => format!("known providers: {}", known.join(", ")),
            Self::UnknownRule { nearest, .. } => {
                similar(nearest, "`inqud-hook explain` lists all rules")
            }
            Self::UnknownTopic { nearest, .. } => {
                similar(nearest, "`inqud-hook explain` lists all rules and cases")
            }
            Self::UnknownCommand { name, known } => {
                match suggest::best(name, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("the commands are {}", known.join(", ")),
                }
            }
            Self::Configuration { hint, .. } => return hint.clone(),
            Self::PortInUse { .. } => {
                "stop the other process, pick another port, or use 0 for any free one".to_owned()
            }
            Self::CannotListen { source, .. } => match source.kind() {
                io::ErrorKind::PermissionDenied => {
                    "ports below 1024 need privileges: pick a higher one".to_owned()
                }
                _ => "give an address of this machine with --bind".to_owned(),
            },
            Self::RemoteTarget { host, .. } => format!(
                "if this is not production, use --allow-remote, or list {host:?} under allowed_hosts"
            ),
            Self::NothingToSend => "`inqud-hook events` lists the events".to_owned(),
            Self::NothingSelected { read: 0 } => {
                "give what `listen --journal` wrote, or an HTTP archive (HAR)".to_owned()
            }
            Self::NothingSelected { .. } => {
                "drop --only, --id, --since, --failed and --last to send all".to_owned()
            }
            Self::NoBareForm { .. } => "leave --form out".to_owned(),
            Self::Secret { hint, .. } => (*hint).to_owned(),
            Self::InvalidValue { hint, .. }
            | Self::EndpointNotStarted { hint, .. }
            | Self::ConflictingOptions { hint, .. }
            | Self::Usage { hint, .. } => hint.clone(),
            Self::Unwritable { source, .. } => match source.kind() {
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "check who may write there, or choose another folder".to_owned()
                }
                _ => return None,
            },
            Self::Closed | Self::Catalogue { .. } | Self::System { .. } => return None,
        };
        Some(hint)
    }
}

/// A suggestion of similar names; where there are none, something else.
fn similar(nearest: &[String], otherwise: &str) -> String {
    match nearest {
        [] => otherwise.to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    }
}
