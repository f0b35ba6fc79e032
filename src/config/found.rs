//! A configuration file that was found rather than given: where it is searched for, who may own it, and its limits.
//!
//! A file that happens to be in a repository is trusted less than one that the user gave: its author must not learn a
//! secret that is stored outside of its folder.

use super::environment::{CONFIG, PREFIX};
use super::{Config, Env, FILE, Origin, SecretSource, Valued};
use crate::error::Error;
use std::path::{Path, PathBuf};

/// A key of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FoundPart {
    Target,
    AllowedHosts,
    Catalogue,
    Secrets,
    Keys,
    Lint,
    Test,
}

impl FoundPart {
    pub(crate) const ALL: [Self; 6] = [
        Self::Target,
        Self::AllowedHosts,
        Self::Catalogue,
        Self::Secrets,
        Self::Keys,
        Self::Lint,
    ];

    /// As written in the file.
    fn name(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::AllowedHosts => "allowed_hosts",
            Self::Catalogue => "catalogue",
            Self::Secrets => "secrets",
            Self::Keys => "keys",
            Self::Lint => "lint",
            Self::Test => "test",
        }
    }
}

/// The nearest file, from the working folder up to the root of its repository or to the home folder. Outside of both,
/// only the working folder is searched, since other users may have put files into its parents.
pub(crate) fn nearest(folder: &Path, env: Env<'_>) -> Option<PathBuf> {
    let own = folder.join(FILE);
    if own.is_file() {
        return Some(own);
    }
    let home =
        env(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).filter(|home| !home.is_empty());
    // A home folder that is the root of the file system would limit nothing.
    let home = home.map(PathBuf::from).filter(|home| {
        home.canonicalize()
            .is_ok_and(|home| home.parent().is_some())
    });
    // The working folder comes without links, and on Windows in another spelling than `canonicalize` gives.
    let homes = home
        .map(|home| [home.canonicalize().unwrap_or_default(), home])
        .unwrap_or_default();
    let is_end =
        |place: &Path| place.join(".git").exists() || homes.iter().any(|home| home == place);
    let end = folder.ancestors().find(|place| is_end(place))?;
    let places = folder
        .ancestors()
        .skip(1)
        .take_while(|place| place.starts_with(end));
    places
        .map(|place| place.join(FILE))
        .find(|path| path.is_file())
}

/// Refuses a file or folder, or a link to it, that neither this user nor root owns. Write permissions are not checked: in
/// some containers, and on Windows drives in WSL, everyone may write to every file.
pub(super) fn refuse_others(path: &Path, file: &Path) -> Result<(), Error> {
    let unreadable = |source| Error::Unreadable {
        path: path.display().to_string(),
        source,
    };
    match other_owner(path).map_err(unreadable)? {
        None => Ok(()),
        Some(owner) => Err(Error::Configuration {
            place: path.display().to_string(),
            why: format!("it belongs to another user (uid {owner}) and was not given explicitly"),
            hint: Some(way_out(file)),
        }),
    }
}

/// The first owner other than this user and root.
#[cfg(unix)]
fn other_owner(path: &Path) -> std::io::Result<Option<u32>> {
    use std::os::unix::fs::MetadataExt as _;
    let this = rustix::process::geteuid().as_raw();
    let owners = [path.symlink_metadata()?.uid(), path.metadata()?.uid()];
    Ok(owners.into_iter().find(|owner| ![this, 0].contains(owner)))
}

#[cfg(not(unix))]
fn other_owner(_: &Path) -> std::io::Result<Option<u32>> {
    Ok(None)
}

fn way_out(file: &Path) -> String {
    format!(
        "if you trust it, give the configuration explicitly: --config {}, or ${CONFIG}",
        file.display()
    )
}

/// Whether a path is inside a folder, with links and `..` resolved.
fn is_inside(path: &Path, folder: &Path) -> bool {
    match (path.canonicalize(), folder.canonicalize()) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        _ => false,
    }
}

impl Config {
    /// The file, if it was found rather than given.
    fn found(&self) -> Option<&Path> {
        self.file
            .as_ref()
            .filter(|file| file.origin == Origin::Found)
            .map(|file| file.value.as_path())
    }

    /// Whether a value comes from a file that was found.
    pub(crate) fn is_found(&self, origin: &Origin) -> bool {
        matches!(origin, Origin::File(_)) && self.found().is_some()
    }

    /// Whether a found configuration must not use a secret for remote hosts: a secret that it configures, but that is
    /// stored neither in its folder nor in a variable of this tool; or any secret from outside of its folder, if its own
    /// catalogue makes the tool send the secret itself.
    pub(crate) fn is_foreign(&self, secret: &Valued<SecretSource>, sent_itself: bool) -> bool {
        let Some(folder) = self.found().and_then(Path::parent) else {
            return false;
        };
        let (beside, for_this_tool) = match &secret.value {
            SecretSource::File(path) => (is_inside(path, folder), false),
            SecretSource::Variable(name) => (false, name.starts_with(PREFIX)),
            SecretSource::Stdin => (false, true),
        };
        !beside && (sent_itself || !for_this_tool && self.is_found(&secret.origin))
    }

    /// The remark that `config` shows for a secret.
    pub(super) fn secret_note(&self, secret: &Valued<SecretSource>) -> Option<String> {
        let missing = matches!(&secret.value, SecretSource::File(path) if !path.exists());
        (!missing && self.is_foreign(secret, false))
            .then(|| "sent to other machines only with --allow-remote".to_owned())
    }

    /// Refuses a catalogue file or folder that a found configuration gives, if it is outside of the configuration's folder
    /// or belongs to another user.
    pub(crate) fn check_place(&self, path: &Path) -> Result<(), Error> {
        let Some(file) = self
            .found()
            .filter(|_| self.is_found(&self.catalogue.origin))
        else {
            return Ok(());
        };
        if path.exists() && !is_inside(path, file.parent().unwrap_or(Path::new(""))) {
            return Err(Error::Configuration {
                place: path.display().to_string(),
                why: format!(
                    "it lies outside the folder of {}, which was not given explicitly",
                    file.display()
                ),
                hint: Some(way_out(file)),
            });
        }
        if path.exists() {
            refuse_others(path, file)
        } else {
            Ok(())
        }
    }

    /// A note of which of these keys a found file sets.
    pub(crate) fn found_parts(&self, parts: &[FoundPart]) -> Option<String> {
        let file = self.found()?;
        let found = |origin: &Origin| self.is_found(origin);
        let sets = |part: &&FoundPart| match part {
            FoundPart::Target => found(&self.target.origin),
            FoundPart::AllowedHosts => found(&self.allowed_hosts.origin),
            FoundPart::Catalogue => found(&self.catalogue.origin),
            FoundPart::Secrets => self.secrets.values().any(|secret| found(&secret.origin)),
            FoundPart::Keys => self.keys.values().any(|key| found(&key.origin)),
            FoundPart::Lint => self.changed.values().any(found),
            FoundPart::Test => found(&self.test.origin),
        };
        let names: Vec<&str> = parts.iter().filter(sets).map(|part| part.name()).collect();
        (!names.is_empty()).then(|| {
            format!(
                "the configuration {} sets {}",
                file.display(),
                names.join(", ")
            )
        })
    }
}
